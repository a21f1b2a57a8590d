"""A model's answer, whatever it is, as claims of a closed form; or why it can not be used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, cast, get_args

from everwhen.asking import Reply
from everwhen.errors import UnusableReplyError
from everwhen.model.records import unmarked

Kind: TypeAlias = Literal["holds", "past", "ended", "corrects"]

MOST_CLAIMS = 300
"""Of one answer that are looked at."""

_MOST_CHARACTERS = 400_000
_MOST_TRIES = 40
_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning|reflection)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL
)
_TO_BE_TOLD = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One claim as the model words it; nothing of it is proven."""

    n: int
    quote: str
    subject: str
    attribute: str
    value: str
    kind: Kind
    replaces: str = ""
    when: str = ""
    first: str = ""
    last: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A claim that does not have the form asked for; `n` as far as it can be told."""

    n: int | None
    reason: str


_NAMES = {"first": "from", "last": "to"}
_NEEDED = ("quote", "subject", "attribute", "value", "kind")


def read_reply(reply: Reply) -> list[Said | Malformed]:
    """The claims of an answer. UnusableReplyError if there is no list of claims in it."""
    return [_read(claim) for claim in read_list(reply, "claims")]


def read_list(reply: Reply, key: str) -> list[object]:
    """The list under a key of an answer's JSON. UnusableReplyError if there is none."""
    if reply.ended == "refused":
        raise UnusableReplyError(f"the model refused to answer{_quoted(reply.text)}")
    text = _THOUGHT.sub(" ", reply.text[:_MOST_CHARACTERS]).strip()
    if not text:
        cut = "; it was cut off at its limit of tokens" if reply.ended == "cut" else ""
        thought = " but thoughts" if reply.text.strip() else ""
        raise UnusableReplyError(f"the model's answer was empty{thought}{cut}")
    lists = (_list(value, key) for value in _values(text))
    found = next((one for one in lists if one is not None), None)
    if found is None:
        if reply.ended == "cut":
            raise UnusableReplyError("the model's answer was cut off at its limit of tokens")
        raise UnusableReplyError(f"the model's answer has no list of {key} in JSON{_quoted(text)}")
    if reply.ended == "cut":
        raise UnusableReplyError(
            f"the model's answer was cut off at its limit of tokens, so {key} may be missing"
        )
    if len(found) > MOST_CLAIMS:
        raise UnusableReplyError(
            f"the model's answer has {len(found)} {key}; {MOST_CLAIMS} are the most it may have"
        )
    return found


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return ""
    return f": {words[:_TO_BE_TOLD]!r}{'…' if len(words) > _TO_BE_TOLD else ''}"


def _values(text: str) -> Iterator[object]:
    """The JSON values in a text: all of it, else what stands between words of prose."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    try:
        yield decoder.decode(text)
        return
    except (ValueError, RecursionError):
        pass
    at, tries = -1, 0
    while (at := text.find("{", at + 1)) >= 0 and tries < _MOST_TRIES:
        tries += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        yield value
        at = end - 1


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _list(value: object, key: str) -> list[object] | None:
    """The list in {"claims": […]}; None where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else None


def _read(claim: object) -> Said | Malformed:
    if not isinstance(claim, dict):
        return Malformed(n=None, reason=f"it is a {type(claim).__name__}, no object")
    number = claim.get("n")
    if not isinstance(number, int) or isinstance(number, bool):
        return Malformed(n=None, reason="it does not say which message it is from")
    wrong = _wrong_part(claim)
    if wrong is not None:
        return Malformed(n=number, reason=wrong)
    texts = {
        field.name: unmarked(cast(str, claim.get(_NAMES.get(field.name, field.name)) or ""))
        for field in fields(Said)
        if field.name not in ("n", "label")
    }
    label = claim.get("label")
    return Said(n=number, label=label if isinstance(label, str) else "", **texts)  # type: ignore[arg-type]


def _wrong_part(claim: Mapping[str, object]) -> str | None:
    for name in (
        "quote",
        "subject",
        "attribute",
        "value",
        "kind",
        "replaces",
        "when",
        "from",
        "to",
    ):
        part = claim.get(name)
        if part is None and name in _NEEDED:
            return f"it has no {name}"
        if part is not None and not isinstance(part, str):
            return f"its {name} is a {type(part).__name__}, no text"
    if claim["kind"] not in get_args(Kind):
        return f"its kind is none of {', '.join(get_args(Kind))}"
    return None
