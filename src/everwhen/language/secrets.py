"""Finds secrets in a text: keys and tokens, passwords that are named as such, card numbers.

What is looked for is a table of kinds, `data/secrets.toml`; users add their own as `Secret`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from everwhen.errors import SettingsError
from everwhen.language import secrets_named as named
from everwhen.language.secrets_folded import Folded, fold, looks_random
from everwhen.language.secrets_numbers import find_cards, find_ibans

SHORTEST = 6
"""Nothing shorter says that it is a secret."""

_KIND = re.compile(r"[^\W\d_][\w -]{0,39}")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_PEM_END = "-----END"
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(r"(?:(?:\s|\\n|\\r)*[A-Za-z0-9+/=]{16,})+")
_PEM_CLOSE = re.compile(r"-----END [A-Z0-9 ]{0,30}-----")
_PEM_MOST = 20_000
_WRAPPED = re.compile(r"[ \t]*\\?\r?\n[ \t>|]*([\w+/=.-]{8,400})[ \t]*(?=\r?\n|\Z)")
_LOGIN = re.compile(r"://[^\s:/@\"']{0,200}:([^\s/@]{1,200}(?:@[^\s/@]{1,200}){0,3})@(?=[\w\[])")
_NO_LOGIN = re.compile(r"[<{$*\[]|(?:x{3,}|pass|pwd|(?:your)?[-_]?password)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A secret of a kind at characters [start, end)."""

    kind: str
    start: int
    end: int


Finder: TypeAlias = Callable[[str], Iterable[Found]]
"""Finds secrets of one's own."""


def is_kind(name: object) -> bool:
    """Whether it can be the name of a kind."""
    return isinstance(name, str) and _KIND.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A kind of one's own: what the pattern matches is a secret, or its group of that name."""

    kind: str
    pattern: str
    ignore_case: bool = False

    def finder(self) -> Finder:
        """What finds it; SettingsError for what is no name of a kind or no pattern."""
        if not is_kind(self.kind):
            raise SettingsError(
                f"{self.kind!r:.60} is no kind of secret; give it a name of letters and spaces"
            )
        try:
            pattern = re.compile(self.pattern, re.IGNORECASE if self.ignore_case else 0)
        except (re.error, TypeError) as error:
            raise SettingsError(f"the pattern of {self.kind!r} is none: {error}") from error
        group = "secret" if "secret" in pattern.groupindex else 0

        def find(text: str) -> Iterator[Found]:
            for match in pattern.finditer(text):
                if match.end(group) > match.start(group):
                    yield Found(kind=self.kind, start=match.start(group), end=match.end(group))

        return find


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of the table."""

    name: str
    default: bool
    random: bool
    starts: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _table() -> tuple[_Kind, ...]:
    data = files("everwhen.language").joinpath("data", "secrets.toml")
    read = tomllib.loads(data.read_text(encoding="utf-8"))
    return tuple(
        _Kind(
            name=name,
            default=table.get("default", True),
            random=table.get("random", False),
            starts=tuple(
                (start, re.compile(rest)) for start, rest in table.get("starts", {}).items()
            ),
        )
        for name, table in read.items()
        if name != "named"
    )


def kinds() -> tuple[str, ...]:
    """Every kind of the table."""
    return tuple(kind.name for kind in _table())


def default_kinds() -> tuple[str, ...]:
    """Those that are looked for unless the user says otherwise."""
    return tuple(kind.name for kind in _table() if kind.default)


def find_secrets(text: str, wanted: frozenset[str], own: Sequence[Finder] = ()) -> list[Found]:
    """The secrets of these kinds in a text, in order, none over another."""
    found: list[Found] = []
    if len(text) >= SHORTEST:
        folded = fold(text)
        found = [
            Found(kind=kind, start=folded.place(start), end=folded.place(end - 1) + 1)
            for kind, start, end in _all(folded, wanted)
        ]
    for finder in own:
        found += [one for one in finder(text) if 0 <= one.start < one.end <= len(text)]
    return _apart(found) if found else found


def _all(folded: Folded, wanted: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    text = folded.text
    if "private key" in wanted and "PRIVATE KEY" in text:
        yield from (("private key", start, end) for start, end in _private_keys(text))
    for kind in _table():
        if kind.name in wanted:
            for start, rest in kind.starts:
                if start in text:
                    yield from _started(text, kind, start, rest)
    if "password" in wanted and "://" in text:
        yield from (("password", start, end) for start, end in _logins(text))
    yield from named.find(folded, wanted)
    if "card number" in wanted:
        yield from (("card number", start, end) for start, end in find_cards(text))
    if "iban" in wanted:
        yield from (("iban", start, end) for start, end in find_ibans(text))


def _started(
    text: str, kind: _Kind, start: str, rest: re.Pattern[str]
) -> Iterator[tuple[str, int, int]]:
    at = text.find(start)
    while at >= 0:
        body = at + len(start)
        match = None
        # a token is not found again from each of its own characters on
        if not at or not _ALNUM.match(text, at - 1):
            match = rest.match(text, body)
        if match is None or (kind.random and not looks_random(match[0])):
            at = text.find(start, body if match is None else match.end())
            continue
        # "Bearer " and the like stay: only what follows is secret
        begins = body if start.endswith(" ") else at
        end = _unwrapped(text, match.end())
        yield kind.name, begins, end
        at = text.find(start, end)


def _unwrapped(text: str, end: int) -> int:
    """Where a token ends that goes on over lines of their own."""
    while (more := _WRAPPED.match(text, end)) is not None and looks_random(more[1]):
        end = more.end(1)
    return end


def _private_keys(text: str) -> Iterator[tuple[int, int]]:
    at = text.find("-----BEGIN ")
    while at >= 0:
        begin = _PEM_BEGIN.match(text, at)
        end = at + 1
        if begin is not None:
            close = text.find(_PEM_END, begin.end(), begin.end() + _PEM_MOST)
            closing = None if close < 0 else _PEM_CLOSE.match(text, close)
            body = _PEM_BODY.match(text, begin.end())
            if closing is not None or body is not None:
                end = closing.end() if closing is not None else body.end()  # type: ignore[union-attr]
                yield at, end
        at = text.find("-----BEGIN ", end)


def _logins(text: str) -> Iterator[tuple[int, int]]:
    """Passwords in addresses: scheme://user:password@host."""
    at = text.find("://")
    while at >= 0:
        match = _LOGIN.match(text, at)
        if match is not None and not _NO_LOGIN.match(match[1]):
            yield match.span(1)
        at = text.find("://", at + 3)


def _apart(found: list[Found]) -> list[Found]:
    """The same, in order; where two overlap, the one found first, over both."""
    order = sorted(range(len(found)), key=lambda i: (found[i].start, i))
    merged: list[tuple[int, Found]] = []
    for i in order:
        one = found[i]
        if merged and one.start < merged[-1][1].end:
            first, last = merged[-1]
            kind = last.kind if first < i else one.kind
            end = max(last.end, one.end)
            merged[-1] = (min(first, i), Found(kind=kind, start=last.start, end=end))
        else:
            merged.append((i, one))
    return [one for _, one in merged]
