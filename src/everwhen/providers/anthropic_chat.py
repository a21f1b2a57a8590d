"""`anthropic:MODEL[@BASE_URL]`: answers of Anthropic's models, through its SDK.

The key is ANTHROPIC_API_KEY unless one is given, the address Anthropic's own, ANTHROPIC_BASE_URL or
the spec's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from everwhen.asking import Reply, Schema
from everwhen.errors import SettingsError
from everwhen.providers.model_files import Once, require
from everwhen.providers.reply_format import is_about_format
from everwhen.providers.sdk_failures import Asked

if TYPE_CHECKING:
    from anthropic import Anthropic

MOST_TOKENS = 8_000
"""Of one answer."""

ENDED: dict[str, Literal["cut", "refused"]] = {
    "max_tokens": "cut",
    "model_context_window_exceeded": "cut",
    "pause_turn": "cut",
    "refusal": "refused",
}
_KEY = "ANTHROPIC_API_KEY"
_NO_KEY = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnthropicModel:
    """A model at an address, and how long to wait for it. `timeout` is for one request, in
    seconds; one that was refused for lack of room (429, 529), that failed on the other side (5xx)
    or got no answer is made up to `retries` times again, later and later."""

    model: str
    url: str | None = None
    timeout: float = 120.0
    retries: int = 3
    key: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, spec: str) -> AnthropicModel:
        """From "MODEL" or "MODEL@http://host"."""
        model, at, rest = spec.partition("@http")
        if not model.strip():
            raise SettingsError(f"'anthropic:{spec}' names no model; write anthropic:MODEL")
        return cls(model=model, url=f"http{rest}" if at else None)

    def check(self) -> None:
        """Refuse what can not work for want of the SDK or of a key; nothing is imported yet."""
        require("anthropic", extra="anthropic", asked=f"anthropic:{self.model}")
        if not (self._key() or self.url):
            raise SettingsError(
                f"'anthropic:{self.model}' needs a key, and {_KEY} is not set; set it, or use "
                "'rules', which needs none"
            )

    def client(self) -> Anthropic:
        """The SDK's client; no request is made yet."""
        from anthropic import Anthropic

        return Anthropic(
            api_key=self._key() or _NO_KEY,
            base_url=self.url,
            timeout=self.timeout,
            max_retries=self.retries,
        )

    def asked(self, client: Anthropic, what: str) -> AbstractContextManager[None]:
        """Say what was asked of whom, what came back and what to do, where a request fails."""
        import anthropic

        address = str(client.base_url.copy_with(userinfo=b""))
        return Asked(
            sdk=anthropic,
            model=self.model,
            address=address,
            key=_KEY if self.key is None else "api_key",
            timeout=self.timeout,
            retries=self.retries,
        ).of(what)

    def _key(self) -> str:
        return os.environ.get(_KEY, "").strip() if self.key is None else self.key


class AnthropicChat:
    """One of Anthropic's models; no request is made before the first question.

    The reply's schema is sent with the question. A model that does not take one is asked again
    without, and from then on without. The instructions are marked to be cached.
    """

    def __init__(self, model: AnthropicModel) -> None:
        model.check()
        self._model = model
        self._client = Once(model.client)
        self._takes_schema = True

    @property
    def name(self) -> str:
        """The spec that it was chosen by, without where the model runs."""
        return f"anthropic:{self._model.model}"

    def ask(self, instructions: str, question: str, schema: Schema) -> Reply:
        """The answer to the question."""
        import anthropic

        client = self._client()
        with self._model.asked(client, "for an answer"):
            if self._takes_schema:
                try:
                    return self._request(client, instructions, question, schema)
                except anthropic.APIStatusError as error:
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
        self, client: Anthropic, instructions: str, question: str, schema: Schema | None
    ) -> Reply:
        form: dict[str, Any] = {}
        if schema is not None:
            shape = {"type": "json_schema", "schema": dict(schema)}
            form = {"output_config": {"format": shape}}
        answer = client.messages.create(
            model=self._model.model,
            max_tokens=MOST_TOKENS,
            system=[{"type": "text", "text": instructions, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": question}],
            **form,
        )
        used = answer.usage
        read, made = used.cache_read_input_tokens or 0, used.cache_creation_input_tokens or 0
        return Reply(
            text=_words(answer.content),
            ended=ENDED.get(answer.stop_reason or "", "whole"),
            tokens_in=used.input_tokens + read + made,
            tokens_cached=read,
            tokens_out=used.output_tokens,
        )


def _words(blocks: Sequence[object]) -> str:
    """The text of an answer, without what the model thought."""
    texts = [getattr(block, "text", "") for block in blocks if _is_text(block)]
    return "".join(text for text in texts if isinstance(text, str))


def _is_text(block: object) -> bool:
    return getattr(block, "type", None) == "text"
