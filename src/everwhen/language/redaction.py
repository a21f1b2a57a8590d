"""Takes secrets out of texts, and puts a mark in their place that says of what kind they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from everwhen.errors import SettingsError
from everwhen.language.secrets import (
    Finder,
    Found,
    Secret,
    default_kinds,
    find_secrets,
    is_kind,
    kinds,
)
from everwhen.language.secrets_named import named_as
from everwhen.model.records import JsonValue

SECRETS = "secrets"
"""The kinds that are looked for unless the user says otherwise."""

OFF = "off"
"""Nothing is taken out."""

_ALL = "all"

Redact: TypeAlias = "bool | str | Secret | Finder | Sequence[str | Secret | Finder]"
"""What to take out: kinds by name, `Secret`s and functions of one's own; False for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Characters [start, end) that a mark took the place of."""

    start: int
    end: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without its secrets, and what was done for that."""

    text: str
    edits: tuple[Edit, ...] = ()

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Where characters [start, end) of the text as it was are now: with the whole mark,
        where they touch what it stands for."""
        shift, first, last = 0, start, end
        for edit in self.edits:
            grown = len(edit.mark) - (edit.end - edit.start)
            here = edit.start + shift
            if edit.end <= start:
                first += grown
                last += grown
            elif edit.start < end:
                first = min(first, here)
                last = max(last + grown, here + len(edit.mark))
            shift += grown
        return first, max(first, last)


def mark_of(kind: str) -> str:
    """What stands in the place of a secret of a kind."""
    return f"[redacted: {kind}]"


class Redaction:
    """What is taken out. `spec` says it as a setting would."""

    def __init__(self, wanted: Iterable[str], own: Sequence[Finder] = (), *, spec: str) -> None:
        self._wanted = frozenset(wanted)
        self._own = tuple(own)
        self.spec = spec
        self.on = bool(self._wanted or self._own)

    def text(self, text: str, counts: Counter[str] | None = None) -> Redacted:
        """A text without secrets; each is counted by its kind."""
        found = find_secrets(text, self._wanted, self._own) if self.on else []
        if not found:
            return Redacted(text=text)
        pieces, edits, last = [], [], 0
        for one in found:
            mark = mark_of(one.kind)
            pieces += [text[last : one.start], mark]
            edits.append(Edit(start=one.start, end=one.end, mark=mark))
            last = one.end
        if counts is not None:
            counts.update(one.kind for one in found)
        return Redacted(text="".join([*pieces, text[last:]]), edits=tuple(edits))

    def value(self, name: str, value: str, counts: Counter[str] | None = None) -> str:
        """What a field of a name holds, whole where the name says that it is a secret."""
        kind = named_as(name, value) if self._wanted else None
        if kind is None or kind not in self._wanted:
            return self.text(value, counts).text
        if counts is not None:
            counts[kind] += 1
        return mark_of(kind)

    def metadata(
        self, given: Mapping[str, JsonValue], counts: Counter[str] | None = None
    ) -> Mapping[str, JsonValue]:
        """A JSON object without secrets, in names and values at any depth."""
        if not self.on or not given:
            return given
        made: dict[str, JsonValue] = {}
        for name, value in given.items():
            made[self.text(name, counts).text] = self._field(name, value, counts)
        return given if made == given else made

    def _field(self, name: str, value: JsonValue, counts: Counter[str] | None) -> JsonValue:
        match value:
            case str():
                return self.value(name, value, counts)
            case dict():
                return dict(self.metadata(value, counts))
            case list():
                return [self._field(name, one, counts) for one in value]
            case bool() | None:
                return value
            case _:
                written = str(value)
                clean = self.value(name, written, counts)
                return value if clean == written else clean


def read_redaction(given: Redact) -> Redaction:
    """What a caller or a setting says is to be taken out: "secrets" (the default kinds), "all",
    "off", kinds by name with commas between them, and objects; SettingsError if it is none."""
    if isinstance(given, bool):
        given = SECRETS if given else OFF
    items: Sequence[object] = given if isinstance(given, list | tuple) else [given]
    wanted: list[str] = []
    own: list[Finder] = []
    names: list[str] = []
    for item in items:
        if isinstance(item, str):
            for name in (part.strip().lower() for part in item.split(",")):
                names.append(name)
                wanted += _kinds_of(name)
        elif isinstance(item, Secret):
            own.append(item.finder())
            names.append(item.kind)
        elif callable(item):
            own.append(_checked(item))
            names.append(str(getattr(item, "__name__", type(item).__name__)))
        else:
            raise SettingsError(
                f"redact has a {type(item).__name__} in it; give names of kinds, a Secret or a "
                "function that gives Found(kind=…, start=…, end=…) of a text; False for nothing"
            )
    return Redaction(wanted, own, spec=(", ".join(names) if wanted or own else OFF))


def _kinds_of(name: str) -> Sequence[str]:
    if name == SECRETS:
        return default_kinds()
    if name == _ALL:
        return kinds()
    if name in (OFF, "none", "false"):
        return ()
    if name not in kinds():
        known = ", ".join((SECRETS, _ALL, OFF, *kinds()))
        raise SettingsError(f"redact={name!r:.60} is no kind of secret; known are {known}")
    return (name,)


def _checked(finder: Finder) -> Finder:
    """The same; what it gives is looked at, for a mark must not carry a secret."""

    def find(text: str) -> Iterable[Found]:
        for one in finder(text):
            if not isinstance(one, Found) or not is_kind(one.kind):
                raise SettingsError(
                    f"a function given as redact gave a {type(one).__name__}; it has to give "
                    "Found(kind=…, start=…, end=…) from everwhen.language.secrets, with a kind "
                    "of letters and spaces"
                )
            yield one

    return find
