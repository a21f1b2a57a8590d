"""`openai:MODEL[@BASE_URL]`: answers of any endpoint that speaks OpenAI's chat protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from everwhen.asking import Reply, Schema
from everwhen.providers.model_files import Once
from everwhen.providers.openai_endpoint import Endpoint
from everwhen.providers.reply_format import is_about_format

if TYPE_CHECKING:
    from openai import OpenAI

ENDED: dict[str, Literal["cut", "refused"]] = {"length": "cut", "content_filter": "refused"}


class OpenAIChat:
    """A chat model at an endpoint; no request is made before the first question.

    The reply's schema is sent with the question. An endpoint that does not take one is asked
    again without, and from then on without.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        endpoint.check()
        self._endpoint = endpoint
        self._client = Once(endpoint.client)
        self._takes_schema = True

    @property
    def name(self) -> str:
        """The spec that it was chosen by, without where the model runs."""
        return f"openai:{self._endpoint.model}"

    def ask(self, instructions: str, question: str, schema: Schema) -> Reply:
        """The answer to the question."""
        import openai

        client = self._client()
        with self._endpoint.asked(client, "for an answer"):
            if self._takes_schema:
                try:
                    return self._request(client, instructions, question, schema)
                except openai.APIStatusError as error:
                    if not is_about_format(error.status_code, error.message):
                        raise
                    self._takes_schema = False
            return self._request(client, instructions, question, None)

    def close(self) -> None:
        """Let go of connections."""
        client = self._client.drop()
        if client is not None:
            client.close()

    def _request(
        self, client: OpenAI, instructions: str, question: str, schema: Schema | None
    ) -> Reply:
        form: dict[str, Any] = {}
        if schema is not None:
            shape = {"name": "reply", "strict": True, "schema": dict(schema)}
            form = {"response_format": {"type": "json_schema", "json_schema": shape}}
        answer = client.chat.completions.create(
            model=self._endpoint.model,
            messages=[
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
            ],
            **form,
        )
        choice = answer.choices[0] if answer.choices else None
        if choice is None:
            raise ValueError("no choices")
        used = answer.usage
        cached = used.prompt_tokens_details if used is not None else None
        refused = bool(choice.message.refusal)
        said = choice.message.refusal or choice.message.content or ""
        if not isinstance(said, str):
            raise TypeError(f"content that is a {type(said).__name__}")
        return Reply(
            text=said,
            ended="refused" if refused else ENDED.get(choice.finish_reason, "whole"),
            tokens_in=used.prompt_tokens or 0 if used is not None else 0,
            tokens_cached=cached.cached_tokens or 0 if cached is not None else 0,
            tokens_out=used.completion_tokens or 0 if used is not None else 0,
        )
