"""Finds secrets that a text names as such: "my password is …", "PIN: …", "API_KEY=…".

The words are the table [named] of `data/secrets.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.language.secrets_folded import Folded, looks_random
from everwhen.language.secrets_postal import is_postcode

_STEM = 4
_ASSIGNED = re.compile(
    r"[\"'`*\])]{0,3}(?:\s?\([^)\n]{1,40}\))?\s{0,3}(?::=|=>|->|[:=])[*_`]{0,2}\s{0,4}"
)
_SET = re.compile(r"\s*=")
_BARE = re.compile(r"\s+")
_QUOTED = re.compile(
    r"(?P<q>[\"'“”„«‘`])(?P<secret>[^\"“”»`\n]{3,80}?)[\"'“”»’`](?![\w])"
)  # fmt: skip
_WORD = re.compile(r"[\[(“\"']?(?P<secret>\S{1,300})")
_FIELD = re.compile(r"[\"'`]?(?P<secret>[^\s;&,\"'`<>]{1,300})")
_PIN = re.compile(r"[\"'“„«]?(?P<secret>\d(?:[ -]?\d){3,7})(?![\d.,]?\d)(?!-?\w)")
_CODE = re.compile(r"(?P<secret>\d{3,4})(?!\d)(?!\w)")
_KEY = re.compile(r"[\"'“`(<]?(?P<secret>[\w+/=.~-]{12,500})")
_TAIL = ".,;:?)]}>\"'”»’`*"
_ALONE = re.compile(
    r"[\"'”»’`*]*(?:$|\s*(?:[.,;!?)|\n]|$)|\s+(?:and|but|und|aber|y|pero|et|mais|e|mas)\b"
    r"|\s+[\w-]{2,20}\s*[:=])",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"\s+(?:char|letter|digit|symbol|word|zeichen|stelle|buchstabe|caracter|caract|letra|lettre|"
    r"mot|time|mal|vez|fois|day|week|month|year|tag|woche|monat|jahr|día|semana|mes|año|jour|"
    r"semaine|mois|dia|ano|bit|byte|\w{3,}(?:ed|able)\b)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\[redacted|`|\$\{|\$\(|\$[A-Z_]+$|<.*>?$|\{|%[A-Z_]+%$|your[-_ ]?\w*$|(.)\1*$|x{3,}|"
    r"https?://|\W+$",
    re.IGNORECASE,
)
_CODED = re.compile(
    r"[A-Za-z_][\w.]*\(|(?:os|process|self|args|config|settings|env|req|request|user|form|data|"
    r"params|secrets|vault)\.|(?:await|async|new|return|function|require|lambda|yield|not|if)$|"
    r"[A-Za-z_.]*(?:password|passwd|pwd|secret|token)[a-z_]*$",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(
    r"(?:ed|ing|able|ible|ful|less|ive|ic|ous|ly|lich|ig|bar|ad[oa]|id[oa]|ée?)$", re.IGNORECASE
)
_WHOSE = (
    "my our his her their your the a mein meine unser unsere dein das die mi nuestra su tu la el "
    "mon notre le ma ta minha nossa sua o mia il mijn ons het мой наш moje"
)
_MINE = re.compile(
    rf"(?<![\w]){'(?:' + '|'.join(_WHOSE.split()) + ')'}\s+(?:[\w'’&.-]+\s+){{0,3}}$",
    re.IGNORECASE,
)
_TURNED = re.compile(
    rf"(?:^|(?<=[\s\"'“„«(]))(?P<secret>[^\s\"'“”„«»]{{4,80}})[\"'”»]?,?\s+(?:is|was|ist|war|es|"
    rf"est|é|è|era)\s+(?:{'|'.join(_WHOSE.split())})\s+(?:[\w'’&.-]+\s+){{0,3}}$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\s*(?:[.,;!?)\n]|$)|\s+(?:for|to|of|für|vom|del?|para|pour|du|do|da)\b")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s_.-]+")
_BEHIND = 120
_SHORT_WORD = 3
_STRONG = 4
_MIXED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The table, ready for use."""

    labels: tuple[tuple[str, str], ...]
    stems: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    said: re.Pattern[str]
    to: re.Pattern[str]
    plain: frozenset[str]
    perhaps: frozenset[str]


@cache
def _words() -> _Words:
    data = files("everwhen.language").joinpath("data", "secrets.toml")
    table: dict[str, str] = tomllib.loads(data.read_text(encoding="utf-8"))["named"]
    labels: dict[str, str] = {}
    for kind in ("password", "pin", "card code", "api key", "token"):
        for word in table[kind].split():
            labels |= dict.fromkeys((word.replace("_", gap) for gap in " _-"), kind)
    perhaps = table["perhaps"].split()
    labels |= dict.fromkeys(perhaps, "password")
    stems: dict[str, list[tuple[str, str]]] = {}
    # the longest first: "api key" is not a "key" after "api"
    for label, kind in sorted(labels.items(), key=lambda one: -len(one[0])):
        stems.setdefault(label[:_STEM], []).append((label, kind))
    of = "|".join(re.escape(word) for word in table["of"].split())
    about = rf"(?:\s+(?:{of})(?:\s+[^\s:=,;!?]{{1,30}}){{1,5}}?)?"
    copula = "|".join(re.escape(word).replace("_", r"\s+") for word in table["is"].split())
    into = "|".join(re.escape(word) for word in table["to"].split())
    return _Words(
        labels=tuple(labels.items()),
        stems=tuple((stem, tuple(those)) for stem, those in stems.items()),
        said=re.compile(
            rf"{about}(?:(?:\s+|(?='s\s))(?:{copula})(?:\s*(?:[:=]|-\s))?\s+|\s*[:=]\s*)",
            re.IGNORECASE,
        ),
        to=re.compile(rf"{about}\s+(?:{into})\s+", re.IGNORECASE),
        plain=frozenset(table["words"].split()),
        perhaps=frozenset(perhaps),
    )


def find(folded: Folded, wanted: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """Kind and place of what follows the words."""
    lower, words = folded.lower, _words()
    for stem, labels in words.stems:
        if stem not in lower:
            continue
        for label, kind in labels:
            if kind not in wanted:
                continue
            at = lower.find(label)
            while at >= 0:
                span = _after(folded, words, label, kind, at)
                if span is None and kind == "password":
                    span = _before(folded.text, at, at + len(label))
                if span is not None:
                    yield kind, *span
                at = lower.find(label, at + len(label))


def named_as(name: str, value: object) -> str | None:
    """The kind of secret that a field of this name and value holds, if it does."""
    words = _words()
    parts = [part.lower() for part in _CAMEL.split(name) if part]
    text = value if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not text.strip():
        return None
    for size in (3, 2, 1):
        kind = dict(words.labels).get(" ".join(parts[-size:])) if len(parts) >= size else None
        if kind is None:
            continue
        if kind == "password":
            fits = _plausible(text.strip()) and text.strip().lower() not in words.plain
        elif kind == "pin":
            fits = _PIN.fullmatch(text.strip()) is not None
        elif kind == "card code":
            fits = _CODE.fullmatch(text.strip()) is not None
        else:
            fits = _KEY.fullmatch(text.strip()) is not None and looks_random(text)
        return kind if fits else None
    return None


def _after(folded: Folded, words: _Words, label: str, kind: str, at: int) -> tuple[int, int] | None:
    text, end = folded.text, at + len(label)
    inside = at > 0 and text[at - 1].isalnum()
    if end < len(text) and text[end].isalpha():
        # "passwords: …"
        if text[end] not in "sS" or text[end + 1 : end + 2] != ":":
            return None
        end += 1
    assigned = _ASSIGNED.match(text, end)
    if inside and not (assigned and len(label) > _STEM and _in_a_name(text, at)):
        return None
    said = None if assigned else words.said.match(text, end)
    form = assigned or said
    if kind == "pin" or kind == "card code":
        value = _PIN if kind == "pin" else _CODE
        start = form or words.to.match(text, end)
        if start is None and (kind == "card code" or text[at:end].isupper()):
            start = _BARE.match(text, end)
        match = value.match(text, start.end()) if start is not None else None
        if match is None or (kind == "pin" and is_postcode(text, *match.span("secret"), at)):
            return None
        return match.span("secret")
    if kind != "password":
        start = form or (_BARE.match(text, end) if label not in ("secret", "token") else None)
        match = _KEY.match(text, start.end()) if start is not None else None
        if match is None or not looks_random(match["secret"]) or _ADDRESS.match(match["secret"]):
            return None
        return match.start("secret"), match.start("secret") + len(match["secret"].rstrip("."))
    if form is not None:
        field = assigned is not None and "=" in assigned[0]
        return _password(text, form.end(), words, label, at, field=field, said=said is not None)
    weak = words.to.match(text, end) or _BARE.match(text, end)
    if weak is None:
        return None
    return _strong_after(text, weak.end(), words, bare=weak[0].isspace())


def _in_a_name(text: str, at: int) -> bool:
    """Whether a label goes on from a name in a program: dbPassword, dbpassword."""
    return text[at - 1].isalpha()


def _password(
    text: str, at: int, words: _Words, label: str, label_at: int, *, field: bool, said: bool
) -> tuple[int, int] | None:
    """Where a password stands after "password is" or "password:"."""
    quoted = _QUOTED.match(text, at)
    if quoted is not None:
        inner = quoted["secret"]
        fits = _plausible(inner) and inner.lower() not in words.plain
        return quoted.span("secret") if fits else None
    match = (_FIELD if field else _WORD).match(text, at)
    if match is None:
        return None
    start = match.start("secret")
    raw = match["secret"]
    value = raw if field else raw.rstrip(_TAIL)
    if not value or not _plausible(value) or (not said and _CODED.match(raw)):
        return None
    if raw.endswith(":") and not field and value.isalpha():
        return None
    end = start + len(value)
    if label in words.perhaps:
        mixed = _has_both(value) and len(value) >= _MIXED
        return (start, end) if mixed or (label == "clave" and _is_pin(value)) else None
    if _is_strong(value):
        numbers = said and _UNITS.match(text, end) is not None
        return None if numbers else (start, end)
    if value.rstrip(_TAIL).lower() in words.plain or len(value) < _SHORT_WORD:
        return None
    if field and len(value) >= _STRONG and not text[at - 1].isspace():
        return start, end
    if _ALONE.match(text, end) is None:
        return None
    if said and (
        _DESCRIBES.search(value) or not _MINE.search(text[max(0, label_at - 60) : label_at])
    ):
        return None
    return start, end


def _strong_after(text: str, at: int, words: _Words, *, bare: bool) -> tuple[int, int] | None:
    """The same after "changed the password to", or the word alone: nothing that may be a word."""
    match = _QUOTED.match(text, at) or _WORD.match(text, at)
    if match is None:
        return None
    value = match["secret"] if "q" in match.groupdict() else match["secret"].rstrip(_TAIL)
    quoted = "q" in match.groupdict()
    if not _plausible(value) or value.lower() in words.plain:
        return None
    strong = quoted and not bare
    if not strong and bare:
        strong = _has_both(value) and any(c in "!@#$%^&*+~?" for c in value)
    elif not strong:
        strong = _is_strong(value)
    if not strong or len(value) < _STRONG or _UNITS.match(text, at + len(value)):
        return None
    return match.start("secret"), match.start("secret") + len(value)


def _before(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Where a password stands before "is my password"."""
    if _CLOSED.match(text, end) is None:
        return None
    first = max(0, at - _BEHIND)
    match = _TURNED.search(text[first:at])
    if match is None:
        return None
    value = match["secret"]
    if not _plausible(value) or not _is_strong(value) or "pass" in value.lower():
        return None
    return first + match.start("secret"), first + match.end("secret")


def _plausible(value: str) -> bool:
    return _PLACEHOLDER.match(value) is None


def _is_strong(value: str) -> bool:
    """Whether it is nothing that stands in ordinary talk."""
    if len(value) < _STRONG:
        return False
    digits = any(c.isdigit() for c in value)
    letters = any(c.isalpha() for c in value)
    signs = any(c in "!@#$%^&*_+~?" for c in value[:-1])
    case = letters and value[1:] != value[1:].lower() and value != value.upper()
    return digits or (letters and signs) or case


def _has_both(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _is_pin(value: str) -> bool:
    return value.isdigit() and len(value) >= _STRONG
