"""`openai:MODEL[@BASE_URL]`: embeddings from any endpoint that speaks OpenAI's protocol."""

from __future__ import annotations

from collections.abc import Sequence

from everwhen.providers.checked import CheckedEmbedder
from everwhen.providers.model_files import Once
from everwhen.providers.openai_endpoint import Endpoint

AT_ONCE = 128
"""Texts a request, until an endpoint says that it takes fewer."""

_TOO_LARGE = 413


def openai_embedder(endpoint: Endpoint) -> CheckedEmbedder:
    """The embedder of a model at an endpoint; no request is made before the first text."""
    endpoint.check()
    return CheckedEmbedder(f"openai:{endpoint.model}", _Encoder(endpoint), at_once=AT_ONCE)


class _TooManyError(Exception):
    """The endpoint takes fewer texts in one request."""


class _Encoder:
    """Requests of as many texts as the endpoint takes."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Once(endpoint.client)
        self._most = AT_ONCE

    def __call__(self, texts: list[str]) -> list[Sequence[float]]:
        rows: list[Sequence[float]] = []
        while len(rows) < len(texts):
            batch = texts[len(rows) : len(rows) + self._most]
            try:
                rows += self._request(batch)
            except _TooManyError:
                self._most = len(batch) // 2
        return rows

    def _request(self, texts: list[str]) -> list[Sequence[float]]:
        import openai

        client = self._client()
        with self._endpoint.asked(client, f"for the embeddings of {len(texts)} texts"):
            try:
                answer = client.embeddings.create(
                    model=self._endpoint.model, input=texts, encoding_format="float"
                )
            except openai.APIStatusError as error:
                if error.status_code == _TOO_LARGE and len(texts) > 1:
                    raise _TooManyError from error
                raise
            found = {one.index: one.embedding for one in answer.data}
            if sorted(found) != list(range(len(texts))):
                raise ValueError(f"{len(answer.data)} vectors, numbered {sorted(found)!r:.60}")
            return [found[place] for place in range(len(texts))]
