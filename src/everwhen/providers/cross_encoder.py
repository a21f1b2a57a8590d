"""Rerankers that read the question and a text together, in sentence-transformers or fastembed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from everwhen.providers.model_files import Once, require, running

Score = Callable[[str, Sequence[str]], list[float]]


class CrossEncoderReranker:
    """A cross-encoder; its model is loaded at the first use."""

    def __init__(self, name: str, load: Callable[[], Score]) -> None:
        self._name = name
        self._model = Once(load)

    @property
    def name(self) -> str:
        """The spec that it was chosen by."""
        return self._name

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, higher is better; on no scale that two models share."""
        if not texts:
            return []
        with running(self._name, "load its model"):
            model = self._model()
        with running(self._name, f"score {len(texts)} texts"):
            return model(_written(query), [_written(text) for text in texts])


def with_sentence_transformers(spec: str, model: str) -> CrossEncoderReranker:
    """`cross-encoder:MODEL`, a name on the hub or a folder."""
    require("sentence_transformers", extra="sentence-transformers", asked=spec)

    def load() -> Score:
        from sentence_transformers import CrossEncoder

        encoder = CrossEncoder(model)

        def score(query: str, texts: Sequence[str]) -> list[float]:
            pairs = [(query, text) for text in texts]
            return [float(one) for one in encoder.predict(pairs, show_progress_bar=False)]

        return score

    return CrossEncoderReranker(spec, load)


def with_fastembed(spec: str, model: str) -> CrossEncoderReranker:
    """`fastembed:MODEL`, one of those that fastembed lists."""
    require("fastembed", extra="fastembed", asked=spec)

    def load() -> Score:
        from fastembed.rerank.cross_encoder import TextCrossEncoder

        encoder = TextCrossEncoder(model)

        def score(query: str, texts: Sequence[str]) -> list[float]:
            return [float(one) for one in encoder.rerank(query, list(texts))]

        return score

    return CrossEncoderReranker(spec, load)


def _written(text: str) -> str:
    """The text without lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")
