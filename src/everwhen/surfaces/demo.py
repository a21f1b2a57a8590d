"""The demo's two sessions, played on a real file: everything in it is computed as it runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.records import Decision, Episode, Fact, Source
from everwhen.model.results import Context, Hit, Receipt

USER: Final = "dana"
SESSION_1: Final = (
    "Hi! My name is Dana and I live in Lisbon.",
    "I prefer window seats and I am vegetarian.",
    "By the way my favorite color is blue.",
    "I work at Helios and my budget is 2000 dollars.",
)
SEAT: Final = "Which seat do I prefer?"
CHANGE: Final = "Actually my favorite color is green."
COLOR: Final = "what is my favorite color?"
FORGOTTEN: Final = "Helios"

_FIRST: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_SECOND: Final = datetime(2026, 3, 9, 18, 30, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 4, 14, 8, 15, tzinfo=UTC)
_ASKED: Final = datetime(2026, 4, 20, 20, 0, tzinfo=UTC)
_BEFORE: Final = datetime(2026, 4, 1, tzinfo=UTC)
_BUDGET: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision, with the facts that it opened or keeps and those that it closed."""

    decision: Decision
    facts: tuple[Fact, ...]
    closed: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the user said, and what it did."""

    said: Episode
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question to the memory: what a model sees without it and with it."""

    question: str
    at: datetime
    without_memory: str
    hits: tuple[Hit, ...]
    context: Context
    current_facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A decision with the words that it rests on."""

    decision: Decision
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was true before the change, on whose word, and what decided it."""

    as_of: datetime
    hits: tuple[Hit, ...]
    fact: Fact
    source: Episode
    words: str
    log: tuple[LogLine, ...]
    held_before: tuple[Fact, ...]
    timeline: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What forgetting removed; `in_file` counts the word in the file's bytes."""

    fact: Fact
    in_file_before: int
    receipt: Receipt
    in_file_after: int
    current_facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The whole demo as data."""

    file: str
    kept: bool
    session_1: tuple[Turn, ...]
    facts_after_session_1: tuple[Fact, ...]
    session_2: Asking
    change: Turn
    facts_after_change: tuple[Fact, ...]
    after_change: Asking
    past: Past
    forgotten: Forgetting


class _DemoClock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = _FIRST

    def __call__(self) -> datetime:
        return self.at


def play(keep: Path | None = None) -> Demo:
    """Play the demo on a temporary file, or on the new file `keep`, which stays."""
    if keep is not None:
        if keep.exists():
            raise InputError(f"{keep} is there already; the demo wants a new file")
        return _play(keep, kept=True)
    with tempfile.TemporaryDirectory(prefix="everwhen-demo-") as folder:
        return _play(Path(folder) / "dana.db", kept=False)


def _play(path: Path, *, kept: bool) -> Demo:
    clock = _DemoClock()
    with Memory(path, clock=clock, embedder="static", extractor="rules") as memory:
        turns = []
        for place, text in enumerate(SESSION_1):
            clock.at = _FIRST + place * timedelta(minutes=1)
            turns.append(_say(memory, text, "session-1"))
        first = _facts(memory)

        clock.at = _SECOND
        asked = _ask(memory, SEAT, clock.at)
        _say(memory, SEAT, "session-2")

        clock.at = _CHANGED
        changed = _say(memory, CHANGE, "session-2")
        after = _facts(memory)

        clock.at = _ASKED
        again = _ask(memory, COLOR, clock.at)
        _say(memory, COLOR, "session-2")
        past = _look_back(memory, changed)
        forgotten = _forget(memory, path)
    return Demo(
        file=str(path),
        kept=kept,
        session_1=tuple(turns),
        facts_after_session_1=first,
        session_2=asked,
        change=changed,
        facts_after_change=after,
        after_change=again,
        past=past,
        forgotten=forgotten,
    )


def _say(memory: Memory, text: str, session: str) -> Turn:
    added = memory.add({"role": "user", "content": text}, user_id=USER, run_id=session)
    changes = tuple(
        Change(
            decision=decision,
            facts=_held(memory, decision.fact_ids),
            closed=_held(memory, decision.closed),
        )
        for decision in added.decisions
    )
    return Turn(said=added.episodes[0], changes=changes)


def _held(memory: Memory, ids: Iterable[str]) -> tuple[Fact, ...]:
    found = (memory.get(id, user_id=USER) for id in ids)
    return tuple(fact for fact in found if isinstance(fact, Fact))


def _facts(memory: Memory) -> tuple[Fact, ...]:
    return memory.list(user_id=USER).items


def _ask(memory: Memory, question: str, at: datetime) -> Asking:
    return Asking(
        question=question,
        at=at,
        without_memory=question,
        hits=tuple(memory.search(question, user_id=USER)),
        context=memory.context(question, user_id=USER, budget_tokens=_BUDGET),
        current_facts=len(_facts(memory)),
    )


def _look_back(memory: Memory, changed: Turn) -> Past:
    hits = memory.search(COLOR, user_id=USER, as_of=_BEFORE)
    attribute = changed.changes[0].decision.attribute
    periods = memory.timeline(user_id=USER, attribute=attribute)
    then = next(fact for fact in periods if fact.valid.contains(_BEFORE))
    source = then.sources[0]
    log = {one.id: one for fact in periods for one in memory.history(fact.id, user_id=USER)}
    return Past(
        as_of=_BEFORE,
        hits=tuple(hits),
        fact=then,
        source=_episode(memory, source),
        words=_words(memory, source),
        log=tuple(
            LogLine(decision=one, words=_words(memory, one.source))
            for one in sorted(log.values(), key=lambda decision: decision.at)
        ),
        held_before=tuple(memory.list(user_id=USER, attribute=attribute, known_at=_BEFORE).items),
        timeline=tuple(periods),
    )


def _episode(memory: Memory, source: Source) -> Episode:
    found = memory.get(source.episode_id, user_id=USER)
    assert isinstance(found, Episode)
    return found


def _words(memory: Memory, source: Source | None) -> str:
    if source is None:
        return ""
    return _episode(memory, source).content[source.start : source.end]


def _forget(memory: Memory, path: Path) -> Forgetting:
    fact = next(fact for fact in _facts(memory) if FORGOTTEN in fact.text)
    before = _occurrences(path)
    receipt = memory.forget(user_id=USER, id=fact.id)
    return Forgetting(
        fact=fact,
        in_file_before=before,
        receipt=receipt,
        in_file_after=_occurrences(path),
        current_facts=len(_facts(memory)),
    )


def _occurrences(path: Path) -> int:
    """How often the word stands in the bytes of the file and of its log."""
    word = FORGOTTEN.lower().encode()
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.read_bytes().lower().count(word) for file in files if file.exists())
