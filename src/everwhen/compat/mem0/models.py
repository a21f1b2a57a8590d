"""The language model and the embedder that a Mem0 configuration names, as everwhen's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeAlias, TypeVar

from everwhen.asking import ChatModel
from everwhen.errors import MissingExtraError, SettingsError
from everwhen.ports import Embedder
from everwhen.providers.anthropic_chat import AnthropicChat, AnthropicModel
from everwhen.providers.choose import CHAT_TIMEOUT, choose_embedder
from everwhen.providers.openai_chat import OpenAIChat
from everwhen.providers.openai_embeddings import openai_embedder
from everwhen.providers.openai_endpoint import NO_KEY, Endpoint

T = TypeVar("T")
Options: TypeAlias = Mapping[str, object]
Ignored: TypeAlias = tuple[tuple[str, str], ...]
"""Keys that were passed over, each with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """Where a provider speaks OpenAI's protocol, unless its `url_key` says otherwise, and the
    environment variable that has its key."""

    url_key: str
    url: str | None
    variable: str = ""
    needs_key: bool = False


_OPENAI: Final = _Server(url_key="openai_base_url", url=None)
_SERVERS: Final[Mapping[str, _Server]] = {
    "openai": _OPENAI,
    "openai_structured": _OPENAI,
    "ollama": _Server(url_key="ollama_base_url", url="http://localhost:11434"),
    "lmstudio": _Server(url_key="lmstudio_base_url", url="http://localhost:1234/v1"),
    "vllm": _Server(
        url_key="vllm_base_url", url="http://localhost:8000/v1", variable="VLLM_API_KEY"
    ),
    "deepseek": _Server(
        url_key="deepseek_base_url",
        url="https://api.deepseek.com",
        variable="DEEPSEEK_API_KEY",
        needs_key=True,
    ),
    "groq": _Server(
        url_key="groq_base_url",
        url="https://api.groq.com/openai/v1",
        variable="GROQ_API_KEY",
        needs_key=True,
    ),
    "together": _Server(
        url_key="together_base_url",
        url="https://api.together.ai/v1",
        variable="TOGETHER_API_KEY",
        needs_key=True,
    ),
    "xai": _Server(
        url_key="xai_base_url",
        url="https://api.x.ai/v1",
        variable="XAI_API_KEY",
        needs_key=True,
    ),
}
_ON_THIS_MACHINE: Final = {"fastembed": "fastembed", "huggingface": "sentence-transformers"}
_ANTHROPIC_URL: Final = "anthropic_base_url"

_ITS_OWN: Final = "how it answers is left to the model"
_WHY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("temperature", "top_p", "top_k", "max_tokens", "reasoning_effort"), _ITS_OWN),
    **dict.fromkeys(("enable_vision", "vision_details"), "images are not looked at"),
    "embedding_dims": "the embedder says how long its vectors are",
}
_NOT_SENT: Final = "everwhen has no use for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Generic[T]):
    """What a section names, None where that can not be used, and what of it is passed over."""

    part: T | None = None
    ignored: Ignored = ()


def named_chat(provider: str, options: Options) -> Named[ChatModel]:
    """The language model of an `llm` section."""
    if provider == "anthropic":
        model = AnthropicModel(
            model=_text(options, "model"),
            url=_text(options, _ANTHROPIC_URL) or None,
            key=_text(options, "api_key") or None,
        )
        return _made("llm", options, _ANTHROPIC_URL, lambda: AnthropicChat(model))
    server = _SERVERS.get(provider)
    if server is None:
        return _unknown("llm", provider, ("anthropic", *_SERVERS))

    def make() -> ChatModel:
        return OpenAIChat(replace(_endpoint(server, options), timeout=CHAT_TIMEOUT))

    return _made("llm", options, server.url_key, make)


def named_embedder(provider: str, options: Options) -> Named[Embedder]:
    """The embedder of an `embedder` section."""
    server = _SERVERS.get(provider)
    if provider == "huggingface" and _text(options, "huggingface_base_url"):
        server = _Server(url_key="huggingface_base_url", url=None)
    if server is not None:
        found = server
        return _made(
            "embedder",
            options,
            server.url_key,
            lambda: openai_embedder(_endpoint(found, options)),
        )
    if provider not in _ON_THIS_MACHINE:
        return _unknown("embedder", provider, (*_SERVERS, *_ON_THIS_MACHINE))
    spec = f"{_ON_THIS_MACHINE[provider]}:{_text(options, 'model')}"
    return _made("embedder", options, "model", lambda: choose_embedder(spec))


def _endpoint(server: _Server, options: Options) -> Endpoint:
    """Where to ask; a key of another provider's is never sent to a server of one's own."""
    url = _text(options, server.url_key) or server.url
    key = _text(options, "api_key") or os.environ.get(server.variable, "").strip()
    if server.needs_key and not key:
        raise SettingsError(f"it needs a key: api_key, or {server.variable}")
    if server is not _OPENAI:
        key = key or NO_KEY
    if url and server.url_key == "ollama_base_url" and not url.rstrip("/").endswith("/v1"):
        url = f"{url.rstrip('/')}/v1"
    return Endpoint(model=_text(options, "model"), url=url, key=key or None)


def _made(section: str, options: Options, url_key: str, make: Callable[[], T]) -> Named[T]:
    """The part, if what it needs is there, and what of its options has no effect."""
    if not _text(options, "model"):
        return Named(ignored=((section, "it names no model (config.model)"),))
    try:
        part = make()
    except (SettingsError, MissingExtraError) as error:
        return Named(ignored=((section, str(error)),))
    known = ("model", "api_key", url_key)
    return Named(
        part=part,
        ignored=tuple(
            (f"{section}.config.{key}", _WHY.get(key, _NOT_SENT))
            for key, value in options.items()
            if key not in known and value is not None
        ),
    )


def _unknown(section: str, provider: str, known: Iterable[str]) -> Named[T]:
    why = f"the provider {provider} is not known here, but {', '.join(known)} are"
    return Named(ignored=((section, why),))


def _text(options: Options, key: str) -> str:
    value = options.get(key)
    return value.strip() if isinstance(value, str) else ""
