"""Stories: short dated conversations, and what must be held true after them.

A story is a memory of its own. Its messages are added one by one with the clock at their
time; a day after the last one its checks are asked of the facts. A check passes if every
pattern that it expects matches one of the texts given back, and none that it rejects does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

from everwhen.bench.metrics import mean
from everwhen.bench.report import Report, Row
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.period import instant
from everwhen.ports import Clock

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the stories done and all of them."""
MemoryFactory: TypeAlias = Callable[[Clock], Memory]

LEVELS: Final = ("explicit", "natural", "implicit")
NOT_FACTS: Final = "not-facts"
_ROLES = {"user", "assistant", "system", "tool"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a story."""

    role: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question to the facts; a "list" check has no query."""

    kind: str
    expect: tuple[re.Pattern[str], ...]
    reject: tuple[re.Pattern[str], ...]
    query: str = ""
    as_of: datetime | None = None
    known_at: datetime | None = None
    top_k: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A conversation with its checks."""

    id: str
    category: str
    level: str
    user: str
    messages: tuple[Said, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check with the texts that came back; `missing` and `wrong` are its failed patterns."""

    check: Check
    texts: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing is missing and nothing is wrong."""
        return not self.missing and not self.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story with the outcome of its checks."""

    story: Story
    checks: tuple[Checked, ...]

    @property
    def passed(self) -> bool:
        """All checks passed."""
        return all(one.passed for one in self.checks)

    @property
    def stored_wrongly(self) -> bool:
        """Something that a list check rejects is among the facts."""
        return any(one.wrong for one in self.checks if one.check.kind == "list")


class _StoryClock:
    """Stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def in_memory(clock: Clock) -> Memory:
    """A memory that goes with the story."""
    return Memory(":memory:", clock=clock)


def tell(
    stories: Sequence[Story],
    *,
    memory_factory: MemoryFactory = in_memory,
    progress: Progress | None = None,
) -> list[Told]:
    """Tell each story to a fresh memory and ask its checks."""
    told = []
    for number, story in enumerate(stories, 1):
        told.append(_tell_one(story, memory_factory))
        if progress is not None:
            progress(number, len(stories))
    return told


def _tell_one(story: Story, memory_factory: MemoryFactory) -> Told:
    clock = _StoryClock(story.messages[0].at)
    with memory_factory(clock) as memory:
        for said in story.messages:
            clock.at = said.at
            memory.add(
                {"role": said.role, "content": said.content, "at": said.at}, user_id=story.user
            )
        clock.at = story.messages[-1].at + _DAY
        checks = tuple(_ask(memory, story, check, clock.at) for check in story.checks)
    return Told(story=story, checks=checks)


def _ask(memory: Memory, story: Story, check: Check, now: datetime) -> Checked:
    if check.kind == "list":
        texts = tuple(_all_facts(memory, story.user, now))
    else:
        hits = memory.search(
            check.query,
            user_id=story.user,
            kinds=("fact",),
            top_k=check.top_k,
            as_of=now if check.as_of is None else check.as_of,
            known_at=check.known_at,
        )
        texts = tuple(hit.text for hit in hits)
    return Checked(
        check=check,
        texts=texts,
        missing=tuple(p.pattern for p in check.expect if not any(map(p.search, texts))),
        wrong=tuple(p.pattern for p in check.reject if any(map(p.search, texts))),
    )


def _all_facts(memory: Memory, user: str, now: datetime) -> Iterable[str]:
    cursor: str | None = None
    while True:
        page = memory.list(user_id=user, as_of=now, limit=1000, cursor=cursor)
        yield from (fact.text for fact in page.items)
        cursor = page.cursor
        if cursor is None:
            return


def report(told: Sequence[Told], path: Path) -> Report:
    """Shares by level and by category, and of stories in which a non-fact was stored."""
    levels = [(name, [one for one in told if one.story.level == name]) for name in LEVELS]
    names = sorted({one.story.category for one in told})
    categories = [(name, [one for one in told if one.story.category == name]) for name in names]
    rows = [_row("all", told), *(_row(name, some) for name, some in levels + categories if some)]
    talk = [one for one in told if one.story.category == NOT_FACTS]
    checks = [check for one in told for check in one.checks]
    return Report(
        title=f"Stories, {len(told)} of {path.name}",
        rows=rows,
        totals={
            "checks": float(len(checks)),
            "checks passed": _share(check.passed for check in checks),
            "non-facts stored, of all": _share(one.stored_wrongly for one in told),
            "non-facts stored, of not-facts": _share(one.stored_wrongly for one in talk),
        },
        setting={"searched": "facts"},
        notes=("A story passes if all of its checks do.",),
    )


def _row(name: str, told: Sequence[Told]) -> Row:
    checks = [check for one in told for check in one.checks]
    return Row(
        name=name,
        count=len(told),
        figures={
            "stories": mean([float(one.passed) for one in told]),
            "checks": mean([float(check.passed) for check in checks]),
            "non-facts": _share(one.stored_wrongly for one in told),
        },
    )


def _share(values: Iterable[bool]) -> float:
    flags = list(values)
    return sum(flags) / len(flags) if flags else 0.0


# -- reading the file ------------------------------------------------------------------------


def read_stories(path: Path) -> list[Story]:
    """Read stories from JSON lines; InputError names the line that is wrong and why."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the stories {path} can not be read: {error}") from error
    stories = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            stories.append(_story(json.loads(line)))
        except KeyError as error:
            raise InputError(f"{path}, line {number}: {error} is missing") from error
        except (TypeError, ValueError, re.error) as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    if not stories:
        raise InputError(f"{path} holds no stories; it should have one JSON object a line")
    repeated = len(stories) - len({story.id for story in stories})
    if repeated:
        raise InputError(f"{path}: {repeated} ids of stories stand there twice")
    return stories


def _story(row: object) -> Story:
    fields = _object(row, "a story")
    level = str(fields["level"])
    if level not in LEVELS:
        raise ValueError(f"level {level!r}; use one of {', '.join(LEVELS)}")
    messages = tuple(_said(item) for item in _items(fields, "messages"))
    if any(one.at > two.at for one, two in pairwise(messages)):
        raise ValueError("messages are not in order of time")
    return Story(
        id=str(fields["id"]),
        category=str(fields["category"]),
        level=level,
        user=str(fields["user"]),
        messages=messages,
        checks=tuple(_check(item) for item in _items(fields, "checks")),
    )


def _said(row: object) -> Said:
    fields = _object(row, "a message")
    role = str(fields["role"])
    if role not in _ROLES:
        raise ValueError(f"role {role!r} of a message")
    return Said(role=role, content=str(fields["content"]), at=instant(str(fields["at"])))


def _check(row: object) -> Check:
    fields = _object(row, "a check")
    kind = fields["kind"]
    if kind not in ("search", "list"):
        raise ValueError(f"kind {kind!r} of a check; use 'search' or 'list'")
    as_of, known_at = fields.get("as_of"), fields.get("known_at")
    return Check(
        kind=str(kind),
        query=str(fields["query"]) if kind == "search" else "",
        as_of=None if as_of is None else instant(str(as_of), name="as_of"),
        known_at=None if known_at is None else instant(str(known_at), name="known_at"),
        top_k=int(str(fields.get("top_k", 10))),
        expect=_patterns(fields, "expect"),
        reject=_patterns(fields, "reject"),
    )


def _patterns(fields: Mapping[str, object], name: str) -> tuple[re.Pattern[str], ...]:
    found = fields.get(name, [])
    if not isinstance(found, list):
        raise TypeError(f"{name} is not an array of patterns")
    return tuple(re.compile(str(pattern), re.IGNORECASE) for pattern in found)


def _object(row: object, what: str) -> Mapping[str, object]:
    if not isinstance(row, dict):
        raise TypeError(f"{what} is not a JSON object")
    return row


def _items(fields: Mapping[str, object], name: str) -> list[object]:
    items = fields[name]
    if not isinstance(items, list) or not items:
        raise TypeError(f"{name} is not an array with something in it")
    return items
