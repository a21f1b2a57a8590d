"""Data sets whose messages are labelled with what they say: MSC, PersonaExt, HaluMem, RealMem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypedDict

from everwhen.bench.reading import Row, objects, read_rows, text, texts, time, whole
from everwhen.errors import InputError

INTERFERENCE: Final = "interference"

_TURN = timedelta(seconds=20)
_UNDATED = datetime(2024, 1, 1, tzinfo=UTC)
_ROLES: Final = {"User": "user", "Assistant": "assistant"}
_SPEAKERS: Final = {"bot_0": "Speaker 1", "bot_1": "Speaker 2"}
_STAMP = "%b %d, %Y, %H:%M:%S"
_NAMED = re.compile(r"\bName:\s*([^;\n]+)")


class Words(TypedDict, total=False):
    """A message, as `Memory.add` takes it."""

    role: str
    content: str
    at: datetime
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A message, and whether somebody found that it states a fact (None: nobody looked).

    `group` is the row of figures that it counts in.
    """

    group: str
    words: Words
    stated: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One session of a chat, by itself."""

    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with one thing that it says: the relation of its speaker to a value."""

    text: str
    relation: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is to be remembered of a session, or not: then `group` is `INTERFERENCE`.

    `against` is the true statement that an interference twists.
    """

    group: str
    text: str
    against: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Messages that were said up to `end`, with what is to be remembered of them."""

    end: datetime
    messages: tuple[Words, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The sessions of one user, in order."""

    name: str
    sessions: tuple[Session, ...]


Labelled: TypeAlias = Talk | Sentence | History


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """A data set; `usual` is how many of its items are measured where nobody says."""

    title: str
    items: tuple[Labelled, ...]
    usual: int

    def spread(self, limit: int | None) -> LabelledSet:
        """So many items, evenly spread over the set; all of them for None."""
        if limit is None or limit >= len(self.items):
            return self
        picked = (self.items[place * len(self.items) // limit] for place in range(limit))
        return LabelledSet(title=self.title, items=tuple(picked), usual=self.usual)


def read_labelled(paths: Sequence[Path]) -> LabelledSet:
    """Read files of one data set, which is told from the first row of each.

    InputError if a file is of none, or if they are of several.
    """
    sets = [_read(path) for path in paths]
    titles = list(dict.fromkeys(one.title for one in sets))
    if len(titles) > 1:
        raise InputError(f"the files are of {' and '.join(titles)}; give those of one data set")
    items = [item for one in sets for item in one.items]
    return LabelledSet(title=titles[0], items=tuple(items), usual=sets[0].usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How a data set is told and read: the keys of a row, and what a row holds."""

    title: str
    keys: frozenset[str]
    usual: int
    read: Callable[[Row, Path], Iterator[Labelled]]


def _read(path: Path) -> LabelledSet:
    found = read_rows(path, "a data set with labels", lambda row, _: _items_of(row, path))
    kind = found[0][0]
    items = [item for _, some in found for item in some]
    if not items:
        raise InputError(f"{path} has no labels of {kind.title} in it")
    return LabelledSet(title=kind.title, items=tuple(items), usual=kind.usual)


def _items_of(row: Row, path: Path) -> tuple[_Kind, list[Labelled]]:
    for kind in _KINDS:
        if kind.keys <= set(row):
            return kind, list(kind.read(row, path))
    known = "; ".join(f"{one.title} has {' and '.join(sorted(one.keys))}" for one in _KINDS)
    raise ValueError(f"its keys are {', '.join(list(row)[:6]) or 'none'}, and {known}")


def _msc(row: Row, path: Path) -> Iterator[Labelled]:
    """A dialogue. What an annotator skipped (`problem_data` without a fact) is unlabelled."""
    found = re.search(r"session_?(\d+)", path.name)
    group = f"session {found[1]}" if found else path.name
    turns = []
    for place, turn in enumerate(objects(row["dialog"])):
        content = text(turn["text"])
        if content.strip():
            stated = "persona_text" in turn
            skipped = not stated and "problem_data" in turn
            words: Words = {
                "role": "user",
                "content": content,
                "name": _SPEAKERS[text(turn["id"])],
                "at": _UNDATED + place * _TURN,
            }
            turns.append(Turn(group=group, words=words, stated=None if skipped else stated))
    yield Talk(turns=tuple(turns))


def _personaext(row: Row, _: Path) -> Iterator[Labelled]:
    for triple in objects(row["triplets"]):
        tokens = texts(triple["tokens"])
        value = [tokens[_place(one, tokens)] for one in _places(triple["tail"])]
        yield Sentence(text=" ".join(tokens), relation=text(triple["label"]), value=" ".join(value))


def _places(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise ValueError("a triple without the places of its value")
    return value


def _place(value: object, tokens: Sequence[str]) -> int:
    place = whole(value)
    if not 0 <= place < len(tokens):
        raise ValueError(f"the place {place} in a sentence of {len(tokens)} words")
    return place


def _halumem(row: Row, _: Path) -> Iterator[Labelled]:
    """A user. Of the profile only the name is read, which points have and messages lack."""
    named = _NAMED.search(str(row["persona_info"]))
    sessions = []
    for session in objects(row["sessions"]):
        messages: list[Words] = [
            {
                "role": text(turn["role"]),
                "content": text(turn["content"]),
                "at": time(turn["timestamp"], _STAMP),
            }
            for turn in objects(session["dialogue"])
            if text(turn["content"]).strip()
        ]
        sessions.append(
            Session(
                end=time(session["end_time"], _STAMP),
                messages=tuple(messages),
                points=tuple(_point(one) for one in objects(session["memory_points"])),
            )
        )
    yield History(name=named[1].strip() if named else "", sessions=tuple(sessions))


def _point(row: Row) -> Point:
    source = text(row["memory_source"])
    against = row.get("reference_memory_content")
    if source == INTERFERENCE:
        return Point(
            group=INTERFERENCE,
            text=text(row["memory_content"]),
            against="" if against is None else text(against),
        )
    return Point(group=source, text=text(row["memory_content"]))


def _realmem(row: Row, _: Path) -> Iterator[Labelled]:
    """Sessions that have memories; a turn states one if the memory's source equals it."""
    for session in objects(row["dialogues"]):
        memories = objects(session["extracted_memory"])
        sources = {text(one["source_content_snapshot"]) for one in memories}
        at = time(text(session["current_time"])[:10], "%Y-%m-%d")
        if not memories:
            continue
        said: list[Turn] = []
        for place, turn in enumerate(objects(session["dialogue_turns"])):
            content, role = text(turn["content"]), _ROLES[text(turn["speaker"])]
            if content.strip():
                words: Words = {"role": role, "content": content, "at": at + place * _TURN}
                said.append(Turn(group=role, words=words, stated=content in sources))
        yield Talk(turns=tuple(said))


_KINDS: Final = (
    _Kind(title="MSC", keys=frozenset({"dialog"}), usual=400, read=_msc),
    _Kind(title="PersonaExt", keys=frozenset({"triplets"}), usual=4000, read=_personaext),
    _Kind(title="HaluMem", keys=frozenset({"persona_info", "sessions"}), usual=10, read=_halumem),
    _Kind(title="RealMem", keys=frozenset({"_metadata", "dialogues"}), usual=250, read=_realmem),
)
