"""From a short spec to an adapter: which embedder, reranker or token counter."""

from __future__ import annotations

from dataclasses import replace

from everwhen.asking import ChatModel
from everwhen.errors import SettingsError
from everwhen.ports import Embedder, Reranker, TokenCounter
from everwhen.providers.tokens import EstimatedCounter

AUTO = "auto"
_COUNTERS = ("tiktoken", "tokenizers", "anthropic")

CHAT_TIMEOUT = 120.0
"""Seconds to wait for an answer of a language model, which may run on a slow machine."""


def choose_embedder(spec: str, recorded: str | None = None) -> Embedder:
    """The embedder that a spec names.

    "static" is the table that comes with the package, "auto" the best at hand for a file that
    was written with the embedder `recorded`; the others are named with their model:
    "openai:MODEL[@BASE_URL]", "fastembed:MODEL", "sentence-transformers:MODEL".
    """
    kind, _, model = spec.partition(":")
    if spec == "static":
        from everwhen.providers.local import StaticEmbedder

        return StaticEmbedder()
    if spec == AUTO:
        from everwhen.providers.at_hand import best_at_hand

        return best_at_hand(recorded)
    if kind == "openai" and model:
        from everwhen.providers.openai_embeddings import openai_embedder
        from everwhen.providers.openai_endpoint import Endpoint

        return openai_embedder(Endpoint.read(model))
    if kind in ("fastembed", "sentence-transformers") and model:
        from everwhen.providers import local_models

        if kind == "fastembed":
            return local_models.with_fastembed(model)
        return local_models.with_sentence_transformers(model)
    raise SettingsError(
        f"unknown embedder {spec!r}; use 'static', 'auto', 'openai:MODEL[@BASE_URL]', "
        "'fastembed:MODEL', 'sentence-transformers:MODEL', or pass an object with name, dimensions "
        "and embed(texts)"
    )


def choose_chat(spec: str) -> ChatModel | None:
    """The language model that a spec names; None if it names none.

    "anthropic:MODEL[@BASE_URL]", or "openai:MODEL[@BASE_URL]" for any endpoint that speaks
    OpenAI's protocol.
    """
    kind, _, model = spec.partition(":")
    if kind == "anthropic" and model:
        from everwhen.providers.anthropic_chat import AnthropicChat, AnthropicModel

        return AnthropicChat(AnthropicModel.read(model))
    if kind == "openai" and model:
        from everwhen.providers.openai_chat import OpenAIChat
        from everwhen.providers.openai_endpoint import Endpoint

        return OpenAIChat(replace(Endpoint.read(model), timeout=CHAT_TIMEOUT))
    return None


def choose_reranker(spec: str) -> Reranker | None:
    """The reranker that a spec names: "cross-encoder:MODEL", "fastembed:MODEL"; "none" is None."""
    if spec == "none":
        return None
    kind, _, model = spec.partition(":")
    if model and kind in ("cross-encoder", "fastembed"):
        from everwhen.providers import cross_encoder

        if kind == "fastembed":
            return cross_encoder.with_fastembed(spec, model)
        return cross_encoder.with_sentence_transformers(spec, model)
    raise SettingsError(
        f"unknown reranker {spec!r}; use 'none', 'cross-encoder:MODEL', 'fastembed:MODEL', or pass "
        "an object with a name and rerank(query, texts)"
    )


def choose_counter(spec: str | None) -> TokenCounter:
    """The token counter that a spec names.

    "estimate" (None) needs nothing; "tiktoken:ENCODING" and "tokenizers:FILE" count with a
    tokenizer that is on this machine, "anthropic:MODEL[@BASE_URL]" asks the endpoint.
    """
    if spec is None or spec == "estimate":
        return EstimatedCounter()
    kind, _, which = spec.partition(":")
    if which and kind == "anthropic":
        from everwhen.providers.anthropic_chat import AnthropicModel
        from everwhen.providers.anthropic_tokens import AnthropicCounter

        return AnthropicCounter(AnthropicModel.read(which))
    if which and kind in ("tiktoken", "tokenizers"):
        from everwhen.providers import local_tokenizers

        if kind == "tiktoken":
            return local_tokenizers.tiktoken_counter(which)
        return local_tokenizers.file_counter(which)
    raise SettingsError(
        f"unknown token counter {spec!r}; use 'estimate', 'tiktoken:ENCODING', "
        "'tokenizers:FILE' (a tokenizer.json), 'anthropic:MODEL[@BASE_URL]', or pass an object "
        "with a name and count(text) as counter="
    )


def counter_for_model(model: str) -> TokenCounter:
    """The best counter at hand for a model's tokens, or the one that a spec names.

    OpenAI's models are counted by tiktoken where it and its file are there; else it is the
    estimate, as its name says.
    """
    if not model.strip():
        raise SettingsError("model is empty; name the model whose tokens to count, or leave it out")
    if model.partition(":")[0] in _COUNTERS or model == "estimate":
        return choose_counter(model)
    from everwhen.providers.local_tokenizers import tiktoken_encoding

    encoding = tiktoken_encoding(model.removeprefix("openai:"))
    return EstimatedCounter() if encoding is None else choose_counter(f"tiktoken:{encoding}")
