"""From a short spec to an adapter: which embedder, which token counter."""

from __future__ import annotations

from everwhen.errors import SettingsError
from everwhen.ports import Embedder, TokenCounter
from everwhen.providers.tokens import EstimatedCounter


def choose_embedder(spec: str) -> Embedder:
    """The embedder that a spec names: "static", the table that comes with the package."""
    if spec == "static":
        from everwhen.providers.local import StaticEmbedder

        return StaticEmbedder()
    raise SettingsError(
        f"unknown embedder {spec!r}; use 'static', or pass an object with name, dimensions and "
        "embed(texts)"
    )


def choose_counter(spec: str | None) -> TokenCounter:
    """The counter of a model's tokens; offline every model's are estimated the same way."""
    return EstimatedCounter()
