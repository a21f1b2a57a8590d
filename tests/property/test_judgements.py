"""Judgements leave facts a pure function of what is stored, and undone they leave no trace."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from judging import Saying
from tiny import Letters, Reading, Statement

from everwhen import Memory
from everwhen.errors import InputError
from everwhen.model.judgements import Verdict
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Surroundings

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEARS = [datetime(year, 1, 1, tzinfo=UTC) for year in (2019, 2022, 2025)]
LIVES = 300 if os.environ.get("EVERWHEN_HYPOTHESIS") == "long" else 25
DANA = {"user_id": "dana"}

# Attributes as the tiny language spells them: "sam_home" is the home of sam.
PLACES = ["home", "dwelling", "sam_home", "samuel_home", "samuel_dwelling"]


class Subjects(Reading):
    """The tiny language with subjects."""

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        return [self._about(one) for one in super().extract(episode, surroundings)]

    def _about(self, proposal: Proposal) -> Proposal:
        subject, named, attribute = proposal.attribute.partition("_")
        return replace(proposal, subject=subject, attribute=attribute) if named else proposal


statements = st.builds(
    Statement,
    attribute=st.sampled_from(PLACES),
    value=st.sampled_from(["lisbon", "porto"]),
    sign=st.sampled_from("+++++-!"),
    since=st.sampled_from([None, None, *YEARS]),
    until=st.sampled_from([None, None, None, *YEARS]),
)
number = st.integers(0, 99)
adding = st.tuples(st.just("add"), statements)
lives = st.tuples(
    st.lists(adding, min_size=3, max_size=6),
    st.lists(
        st.one_of(
            adding,
            adding,
            adding,
            st.tuples(st.just("same"), number),
            st.tuples(st.just("same"), number),
            st.tuples(st.just("different"), number),
            st.tuples(st.just("undo"), number),
            st.tuples(st.sampled_from(["correct", "end", "retract"]), number),
            st.tuples(st.just("forget"), number),
        ),
        min_size=3,
        max_size=12,
    ),
).map(lambda parts: [*parts[0], ("same", 0), *parts[1]])
Step: TypeAlias = tuple[str, Statement | int]


class Life:
    """A memory through some steps, an hour each."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.judge = Saying()
        self.count = 0
        self.instants = [BEGIN]
        self.memory = self.opened()

    def opened(self) -> Memory:
        return Memory(
            ":memory:",
            embedder=Letters(),
            extractor=Subjects(),
            judge=self.judge,
            clock=lambda: self.now,
        )

    def step(self, what: str, which: Statement | int) -> None:
        self.now += timedelta(hours=1)
        self.instants.append(self.now)
        if isinstance(which, Statement):
            self.count += 1
            self.memory.add(f"w{self.count}k {which}", **DANA)
        elif what in ("same", "different"):
            self.judge.verdict = Verdict(what)
            self.memory.judge(**DANA, limit=1 + which % 2)
        elif what == "undo":
            self.undo(lambda held: held[which % len(held) :][:1])
        else:
            self.change(what, which)

    def undo(self, chosen: Callable[[list[str]], list[str]]) -> None:
        judged = self.memory.judge(**DANA, ask=False).judgements
        held = [one.id for one in judged if one.undone_at is None]
        for id in chosen(held) if held else []:
            self.memory.judge(**DANA, undo=id)

    def change(self, what: str, which: int) -> None:
        facts = self.memory.timeline(**DANA)
        if not facts:
            return
        id = facts[which % len(facts)].id
        try:
            if what == "correct":
                self.memory.correct(id, **DANA, value="faro")
            elif what == "end":
                self.memory.end(id, **DANA)
            elif what == "retract":
                self.memory.retract(id, **DANA)
            else:
                self.memory.forget(**DANA, id=id)
        except InputError:
            return  # what would have no effect is refused

    def held(self, memory: Memory, at: datetime | None = None) -> list[tuple[object, ...]]:
        return sorted(
            (fact.id, fact.subject, fact.attribute, fact.value, fact.text, str(fact.valid),
             fact.review, fact.claim_ids)
            for fact in memory.timeline(**DANA, known_at=at)
        )  # fmt: skip

    def always(self, memory: Memory) -> list[object]:
        """What was held at every instant, and why."""
        why = [
            [(one.id, one.action, one.reason, one.fact_ids, one.closed) for one in log]
            for fact in sorted(self.memory.timeline(**DANA), key=lambda fact: fact.id)
            for log in [memory.history(fact.id, **DANA)]
        ]
        return [why, *(self.held(memory, at) for at in self.instants)]

    @contextmanager
    def copied(self, *, judged: bool = True) -> Iterator[Memory]:
        """Another memory, loaded with what this one exports; with or without judgements."""
        with TemporaryDirectory() as folder, self.opened() as other:
            path = Path(folder) / "all.jsonl"
            self.memory.export(path)
            lines = path.read_text(encoding="utf-8").splitlines()
            kept = [one for one in lines if judged or json.loads(one).get("record") != "judgement"]
            path.write_text("\n".join(kept), encoding="utf-8")
            other.load(path)
            yield other


@given(steps=lives)
@settings(max_examples=LIVES, deadline=None)
def test_facts_follow_from_claims_and_judgements_alone(steps: list[Step]) -> None:
    life = Life()
    with life.memory as memory:
        for step in steps:
            life.step(*step)
        lived = life.always(memory)
        with life.copied() as other:
            assert life.always(other) == lived
        memory.reindex()
        assert life.always(memory) == lived
        assert memory.check() == []


@given(steps=lives)
@settings(max_examples=LIVES, deadline=None)
def test_undone_judgements_leave_what_would_be_without_them(steps: list[Step]) -> None:
    life = Life()
    with life.memory as memory:
        for step in steps:
            life.step(*step)
        life.step("same", 0)
        life.now += timedelta(hours=1)
        life.undo(lambda held: held[::-1])
        with life.copied(judged=False) as never:
            assert life.held(memory) == life.held(never)
