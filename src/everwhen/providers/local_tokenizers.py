"""Exact token counts from a tokenizer on this machine; nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from everwhen.errors import ProviderError, SettingsError
from everwhen.providers.model_files import Once, require, running

_AT = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
_KEPT = ("cl100k_base", "o200k_base", "p50k_base", "r50k_base")
_CACHES = ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR")
_AT_ONCE = 100_000
"""Characters given to a tokenizer at once."""


class TokenizerCounter:
    """Counts by a tokenizer that is loaded at the first text. Its name is the spec."""

    def __init__(self, spec: str, load: Callable[[], Callable[[str], int]]) -> None:
        self._name = spec
        self._load = Once(load)
        self._counted = lru_cache(maxsize=1 << 12)(self._count)

    @property
    def name(self) -> str:
        """The spec that it was chosen by."""
        return self._name

    def count(self, text: str) -> int:
        """Tokens in the text, exact but for a token or two at each 100,000 characters."""
        parts = range(0, len(text), _AT_ONCE)
        return sum(self._counted(text[start : start + _AT_ONCE]) for start in parts)

    def _count(self, text: str) -> int:
        with running(self._name, "count tokens"):
            return self._load()(text.encode("utf-8", "replace").decode("utf-8"))


def tiktoken_counter(encoding: str) -> TokenizerCounter:
    """OpenAI's tokenizer of an encoding such as o200k_base, if its file is in tiktoken's cache."""
    spec = f"tiktoken:{encoding}"
    require("tiktoken", extra="tokens", asked=spec)
    if encoding not in _KEPT:
        raise SettingsError(f"{spec!r} is no encoding that is known; use {', '.join(_KEPT)}")
    file = _cached(encoding)
    if not file.is_file():
        raise SettingsError(
            f"{spec!r} needs the file of that encoding, which tiktoken would download, and it is "
            f"not in {file.parent}; run tiktoken.get_encoding({encoding!r}) once where there is a "
            "network, or name the folder that has it in TIKTOKEN_CACHE_DIR"
        )

    def load() -> Callable[[str], int]:
        import tiktoken

        found = tiktoken.get_encoding(encoding)
        return lambda text: len(found.encode_ordinary(text))

    return TokenizerCounter(spec, load)


def _cached(encoding: str) -> Path:
    """Where tiktoken keeps the file of an encoding."""
    named = next((os.environ[name] for name in _CACHES if os.environ.get(name)), None)
    folder = Path(tempfile.gettempdir()) / "data-gym-cache" if named is None else Path(named)
    return folder / hashlib.sha1(_AT.format(name=encoding).encode()).hexdigest()


def file_counter(path: str) -> TokenizerCounter:
    """The tokenizer of a tokenizer.json file, as most open models have one beside them."""
    spec = f"tokenizers:{path}"
    require("tokenizers", extra="tokens", asked=spec)
    if not Path(path).is_file():
        raise SettingsError(f"{spec!r} names no file; give the path of a model's tokenizer.json")

    def load() -> Callable[[str], int]:
        from tokenizers import Tokenizer

        try:
            found = Tokenizer.from_file(path)
        except Exception as error:
            if type(error) is not Exception:  # the library raises the bare class
                raise
            raise ProviderError(
                f"{path} can not be read as a tokenizer ({error}); give a tokenizer.json"
            ) from error
        return lambda text: len(found.encode(text, add_special_tokens=False).ids)

    return TokenizerCounter(spec, load)


def tiktoken_encoding(model: str) -> str | None:
    """The encoding of one of OpenAI's models, None if it is not known or not on this machine."""
    if find_spec("tiktoken") is None:
        return None
    from tiktoken.model import encoding_name_for_model

    try:
        encoding = encoding_name_for_model(model)
    except KeyError:
        return None
    return encoding if encoding in _KEPT and _cached(encoding).is_file() else None
