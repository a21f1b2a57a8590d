"""A real memory on a real file under random use, against a list of claims and the naive oracle."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from belief import CARDINALITIES, SCOPES, SEES, Belief, Told, claim_of, grounds, words_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from oracle import oracle, said_order
from tiny import Letters, Reading, Statement

from everwhen import Memory
from everwhen.errors import InputError, NotFoundError
from everwhen.model.records import Claim, Episode, Fact, Role, Scope

LONG = os.environ.get("EVERWHEN_HYPOTHESIS") == "long"
VALUES = ("lisbon", "porto", "faro")
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEARS = [datetime(year, 1, 1, tzinfo=UTC) for year in (2019, 2021, 2023, 2025)]
MOST = 1_000
OURS = words_of(["home", "pet", "Ended: User"])
"""Words that are not those of anybody who said something."""
IN_MEMORY = Path("/dev/shm")
"""Where syncing a file takes no time, on systems that have it."""


statements = st.builds(
    Statement,
    attribute=st.sampled_from(["home", "home", "pet"]),
    value=st.sampled_from(VALUES),
    since=st.sampled_from([None, None, *YEARS]),
    until=st.sampled_from([None, None, None, *YEARS]),
    past=st.sampled_from([False, False, False, True]),
    doubtful=st.sampled_from([False, False, True]),
) | st.builds(
    Statement,
    attribute=st.sampled_from(["home", "home", "pet"]),
    value=st.sampled_from([*VALUES, ""]),
    sign=st.sampled_from("-!"),
    replaced=st.sampled_from(["", "", *VALUES]),
    until=st.sampled_from([None, None, *YEARS]),
).map(lambda said: replace(said, replaced="") if said.sign == "-" else said)
messages = st.lists(statements, min_size=1, max_size=2).map(tuple)
scopes = st.sampled_from(sorted(SCOPES))


FORGETTING = [*["fact", "episode", "word"] * 3, "everything"]


class MemoryMachine(RuleBasedStateMachine):
    """Everything that the public face can do to facts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        quick = os.access(IN_MEMORY, os.W_OK)
        self.folder = tempfile.TemporaryDirectory(dir=IN_MEMORY if quick else None)
        self.path = Path(self.folder.name) / "memory.db"
        self.now = BEGIN
        self.instants = [BEGIN]
        self.count = 0
        self.belief = Belief()
        self.memory = self.opened()

    def opened(self) -> Memory:
        return Memory(self.path, embedder=Letters(), extractor=Reading(), clock=lambda: self.now)

    def teardown(self) -> None:
        self.compare_the_past()
        self.memory.close()
        self.folder.cleanup()

    def tick(self) -> datetime:
        self.now += timedelta(hours=1)
        self.instants.append(self.now)
        return self.now

    def mark(self, scope: str) -> str:
        """A new word, which says whose it is."""
        self.count += 1
        digits = "".join(chr(ord("b") + int(digit)) for digit in str(self.count))
        return f"zq{scope}{digits}k"

    # -- writing

    @initialize(said=messages)
    def begin(self, said: tuple[Statement, ...]) -> None:
        self.add("ana", [said], None, True, False)

    @rule(
        scope=scopes,
        batch=st.lists(messages, min_size=1, max_size=3),
        dated=st.sampled_from([None, None, *YEARS]),
        wait=st.sampled_from([True, True, False]),
        together=st.booleans(),
    )
    def add(
        self,
        scope: str,
        batch: list[tuple[Statement, ...]],
        dated: datetime | None,
        wait: bool,
        together: bool,
    ) -> None:
        now = self.tick()
        given: list[dict[str, object]] = []
        for number, said in enumerate(batch):
            content = " ".join([self.mark(scope), *map(str, said)])
            message: dict[str, object] = {"role": "user", "content": content, "id": content}
            if dated is not None and not together:
                # later in the list is said earlier
                message["at"] = dated + timedelta(days=self.count, hours=-number)
            given.append(message)
        at = dated + timedelta(days=self.count) if dated is not None and together else None
        added = self.memory.add(given, **SCOPES[scope], at=at, wait=wait)
        assert [episode.content for episode in added.episodes] == [m["content"] for m in given]
        for said, episode in zip(batch, added.episodes, strict=True):
            self.belief.told[episode.id] = Told(scope, episode.content, episode, said)
            self.belief.waiting.append(episode.id)
        if wait:
            self.belief.extract([episode.id for episode in added.episodes], now)
        again = self.memory.add(given, **SCOPES[scope], at=at, wait=False)
        assert [e.id for e in again.episodes] == [e.id for e in added.episodes]
        self.now += timedelta(seconds=1)  # the last of several was said microseconds later

    @rule()
    def work(self) -> None:
        now = self.tick()
        self.memory.work()
        self.belief.extract(list(self.belief.waiting), now)

    @rule(
        scope=scopes,
        said=statements.filter(lambda said: said.sign == "+"),
        expires=st.sampled_from([None, None, *YEARS, BEGIN + timedelta(days=400)]),
        unheard=st.booleans(),
    )
    def remember(
        self, scope: str, said: Statement, expires: datetime | None, unheard: bool
    ) -> None:
        now = self.tick()
        mark = self.mark(scope)
        said = replace(said, value=mark if unheard else said.value, past=False, doubtful=False)
        text = f"{said.attribute} {said.value} {mark}"
        try:
            fact = self.memory.remember(
                text,
                **SCOPES[scope],
                attribute=said.attribute,
                value=said.value,
                valid_from=said.since,
                valid_to=said.until,
                expires_at=expires,
            )
        except InputError:
            over = [t for t in (said.until, expires) if t is not None]
            begins = said.since or (now if said.until is None else None)
            ends_too_soon = begins is not None and any(t <= begins for t in over)
            draft = self.by_hand(self.draft(scope), said, expires)
            assert ends_too_soon or not self.supports(scope, draft)
            return
        told = self.learn(scope, fact, text)
        self.belief.put(told, self.by_hand(told, said, expires))

    @precondition(lambda self: self.belief.claims)
    @rule(scope=scopes, pick=st.integers(0, 99), value=st.sampled_from(VALUES))
    def correct(self, scope: str, pick: int, value: str) -> None:
        scope, fact = self.any_fact(scope, pick)
        if fact is None:
            return
        self.tick()
        owner = self.owner(fact)
        said = Statement(fact.attribute, value, sign="!", replaced=fact.value)
        targets = tuple(sorted(grounds(fact)))
        try:
            made = self.memory.correct(
                fact.id, **SCOPES[scope], value=value, text=f"is {value} {self.mark(owner)}"
            )
        except InputError:
            draft = self.by_hand(self.draft(owner), said, fact.expires_at, targets)
            assert not self.supports(owner, draft)
            return
        told = self.learn(owner, made, None)
        self.belief.put(told, self.by_hand(told, said, fact.expires_at, targets))

    @precondition(lambda self: self.belief.claims)
    @rule(scope=scopes, pick=st.integers(0, 99), at=st.sampled_from([None, *YEARS]))
    def end(self, scope: str, pick: int, at: datetime | None) -> None:
        scope, fact = self.any_fact(scope, pick)
        if fact is None:
            return
        now = self.tick()
        owner = self.owner(fact)
        until = at or now
        before = set(self.episode_ids(owner))
        if fact.valid_to is not None and fact.valid_to <= until:
            assert self.memory.end(fact.id, **SCOPES[scope], at=at).id == fact.id
        elif fact.valid_from is not None and until <= fact.valid_from:
            with pytest.raises(InputError):
                self.memory.end(fact.id, **SCOPES[scope], at=at)
        else:
            try:
                self.memory.end(fact.id, **SCOPES[scope], at=at)
            except InputError as refusal:
                assert "nothing would be left" in str(refusal)  # under this id
                return
            (new,) = set(self.episode_ids(owner)) - before
            told = self.told_of(owner, new)
            said = Statement(fact.attribute, fact.value, sign="-", until=until)
            self.belief.put(told, self.by_hand(told, said))
        assert len(self.episode_ids(owner)) == len(self.belief.visible(owner))

    @precondition(lambda self: self.belief.claims)
    @rule(scope=scopes, pick=st.integers(0, 99))
    def retract(self, scope: str, pick: int) -> None:
        scope, fact = self.any_fact(scope, pick)
        if fact is None:
            return
        now = self.tick()
        self.memory.retract(fact.id, **SCOPES[scope])
        for id in grounds(fact):
            owner, claim = self.belief.claims[id]
            self.belief.claims[id] = (owner, replace(claim, withdrawn_at=now))

    @precondition(lambda self: self.belief.told)
    @rule(scope=scopes, pick=st.integers(0, 99), how=st.sampled_from(FORGETTING))
    def forget(self, scope: str, pick: int, how: str) -> None:
        self.tick()
        scope, fact = self.any_fact(scope, pick)
        known = list(self.belief.visible(scope).items())
        if not known or (how == "fact" and fact is None):
            return
        id, told = known[pick % len(known)]
        (word, *_) = re.findall(r"zq\w+", told.content)
        if how == "everything":
            self.memory.forget(everything=True, **SCOPES[scope])
        elif how == "fact" and fact is not None:
            self.memory.forget(id=fact.id, **SCOPES[scope])
        elif how == "episode":
            self.memory.forget(id=id, **SCOPES[scope])
        else:
            self.memory.forget(query=word, **SCOPES[scope])
        left = {e for each in SCOPES for e in self.episode_ids(each)}
        gone = set(self.belief.told) - left
        if how == "everything":
            assert gone == set(self.belief.visible(scope))
        elif how == "fact" and fact is not None:
            assert gone >= {source.episode_id for source in fact.sources}
            slot = self.belief.slot(self.owner(fact), fact.attribute)
            of_it = {c.episode_id for c in slot if fact.value in (c.value_key, c.replaces_key)}
            assert gone <= of_it
        elif how == "episode":
            assert gone == {id} | self.belief.emptied({id})
        else:
            assert id in gone
            have_it = {each for each in gone if word in self.belief.told[each].content}
            assert gone == have_it | self.belief.emptied(have_it)
        self.drop(gone)

    # -- the file

    @rule()
    def reopen(self) -> None:
        self.memory.close()
        self.memory = self.opened()

    @rule(pick=st.integers(0, 99))
    def reindex(self, pick: int) -> None:
        self.tick()
        known_at = self.instants[pick % len(self.instants)]
        before = [self.everything(scope, known_at) for scope in SCOPES]
        self.memory.reindex()
        assert [self.everything(scope, known_at) for scope in SCOPES] == before

    # -- reading

    @invariant()
    def compare_the_present(self) -> None:
        for scope in SCOPES:
            self.compare_timeline(scope, None)
            self.compare_list(scope, None, None)

    @rule(scope=scopes, pick=st.integers(0, 99), as_of=st.sampled_from([None, *YEARS]))
    def compare_a_moment(self, scope: str, pick: int, as_of: datetime | None) -> None:
        known_at = self.instants[pick % len(self.instants)]
        self.compare_list(scope, as_of, known_at)
        self.compare_list(scope, as_of, None)
        self.search_a_moment(scope, as_of, known_at)

    def compare_the_past(self) -> None:
        for scope in SCOPES:
            for known_at in self.instants:
                self.compare_timeline(scope, known_at)

    def compare_timeline(self, scope: str, known_at: datetime | None) -> None:
        expected = self.belief.rows(scope, known_at)
        held = self.memory.timeline(**SCOPES[scope], known_at=known_at)
        review = self.memory.list(
            kind="review", **SCOPES[scope], known_at=known_at, limit=MOST
        ).items
        found = Counter(
            (
                fact.attribute,
                fact.value,
                fact.valid_from,
                fact.valid_to,
                None if fact.review is None else str(fact.review),
            )
            for fact in (*held, *review)
        )
        assert found == Counter(
            (attribute, row.value, row.start, row.end, row.review) for attribute, row in expected
        )
        assert Counter(grounds(fact) for fact in (*held, *review)) == Counter(
            row.claims for _, row in expected
        )
        if known_at is None:
            self.check_wording((*held, *review), scope)

    def check_wording(self, facts: Iterable[Fact], scope: str) -> None:
        for fact in facts:
            first = min((self.belief.claims[id][1] for id in grounds(fact)), key=said_order)
            assert self.belief.told[first.episode_id].content.find(fact.text.split()[-1]) >= 0
            assert self.memory.history(fact.id, **SCOPES[scope])

    def compare_list(self, scope: str, as_of: datetime | None, known_at: datetime | None) -> None:
        at = as_of or self.now
        page = self.memory.list(**SCOPES[scope], as_of=as_of, known_at=known_at, limit=MOST)
        assert Counter((f.attribute, f.value, f.valid_from, f.valid_to) for f in page.items) == (
            Counter(
                (attribute, row.value, row.start, row.end)
                for attribute, row in self.belief.rows(scope, known_at)
                if row.review is None
                and (row.start is None or row.start <= at)
                and (row.end is None or at < row.end)
            )
        )

    def search_a_moment(self, scope: str, as_of: datetime | None, known_at: datetime) -> None:
        held = {
            fact.id
            for fact in self.memory.list(
                **SCOPES[scope], as_of=as_of, known_at=known_at, limit=MOST
            ).items
        }
        query = f"home {VALUES[0]} {VALUES[1]}"
        for hit in self.memory.search(
            query, **SCOPES[scope], as_of=as_of, known_at=known_at, min_score=0, top_k=50
        ):
            assert hit.kind == "episode" or hit.id in held
            self.check_own(scope, hit.text)
            if hit.kind == "episode":
                episode = self.belief.told[hit.id].episode
                assert episode.recorded_at <= known_at
                assert as_of is None or episode.at <= as_of
        context = self.memory.context(
            query, **SCOPES[scope], as_of=as_of, known_at=known_at, budget_tokens=60
        )
        assert context.tokens <= 60
        self.check_own(scope, context.text)

    def check_own(self, scope: str, text: str) -> None:
        marks = re.findall(r"zq(\w+?)[b-k]+k\b", text)
        assert set(marks) <= set(SEES[scope]), text

    @rule(scope=scopes, pick=st.integers(0, 99))
    def a_stranger_finds_nothing(self, scope: str, pick: int) -> None:
        _, fact = self.any_fact(scope, pick)
        for other in SCOPES:
            if fact is None or self.owner(fact) in SEES[other]:
                continue
            ids, memory = SCOPES[other], self.memory
            source = fact.sources[0].episode_id
            calls: list[Callable[..., object]] = [
                partial(memory.get, fact.id),
                partial(memory.get, source),
                partial(memory.history, fact.id),
                partial(memory.correct, fact.id, value="faro"),
                partial(memory.end, fact.id),
                partial(memory.retract, fact.id),
                partial(memory.forget, id=fact.id),
                partial(memory.forget, id=source),
            ]
            for call in calls:
                with pytest.raises(NotFoundError):
                    call(**ids)

    # -- inside

    def any_fact(self, scope: str, pick: int) -> tuple[str, Fact | None]:
        """A fact of the scope or, if it has none, of another one."""
        for each in (scope, *SCOPES):
            facts = [
                *self.memory.timeline(**SCOPES[each]),
                *self.memory.list(kind="review", **SCOPES[each], limit=MOST).items,
            ]
            # Ids are random, and what is picked must not be.
            facts.sort(
                key=lambda f: tuple(
                    map(str, (f.attribute, f.value, f.text, f.valid_from, f.valid_to, f.review))
                )
            )
            if facts:
                return each, facts[pick % len(facts)]
        return scope, None

    def owner(self, fact: Fact) -> str:
        return self.belief.told[fact.sources[0].episode_id].owner

    def episode_ids(self, scope: str) -> list[str]:
        page = self.memory.list(kind="episode", **SCOPES[scope], limit=MOST)
        for episode in page.items:
            self.check_own(scope, episode.content)
        return [episode.id for episode in page.items]

    def told_of(self, owner: str, episode_id: str) -> Told:
        episode = self.memory.get(episode_id, **SCOPES[owner])
        assert isinstance(episode, Episode)
        told = Told(owner, episode.content, episode)
        self.belief.told[episode_id] = told
        return told

    def learn(self, owner: str, fact: Fact, text: str | None) -> Told:
        """The episode of what was just said by hand, which the fact that came back rests on."""
        (new,) = {s.episode_id for s in fact.sources} - set(self.belief.told)
        told = self.told_of(owner, new)
        assert text is None or told.content == text
        return told

    def by_hand(
        self,
        told: Told,
        said: Statement,
        expires: datetime | None = None,
        targets: tuple[str, ...] = (),
    ) -> Claim:
        """The claim of what was said by hand just now."""
        claim = claim_of(told.episode, said, 0, (0, len(told.content)), self.now)
        return replace(claim, order=(0, 0), expires_at=expires, targets=targets)

    def draft(self, owner: str) -> Told:
        """Stands for words that were refused."""
        episode = Episode(
            id="draft",
            row=0,
            scope=Scope(**SCOPES[owner]),
            role=Role.USER,
            content="draft",
            at=self.now,
            recorded_at=self.now,
        )
        return Told(owner, episode.content, episode)

    def supports(self, owner: str, claim: Claim) -> bool:
        """Tell whether a claim, if it were made, would support any fact."""
        claims = [*self.belief.slot(owner, claim.attribute), claim]
        rows = oracle(claims, CARDINALITIES[claim.attribute])
        return any(claim.id in row.claims for row in rows)

    def everything(self, scope: str, known_at: datetime) -> list[object]:
        """All facts with their ids as known then and now, and their log."""
        ids, memory = SCOPES[scope], self.memory
        facts: list[Fact] = []
        for at in (known_at, None):
            facts += memory.timeline(**ids, known_at=at)
            facts += memory.list(kind="review", **ids, known_at=at, limit=MOST).items
        log = [
            decision
            for id in sorted({fact.id for fact in facts})
            for decision in memory.history(id, **ids)
        ]
        return [sorted((replace(fact, row=0) for fact in facts), key=repr), log]

    def drop(self, gone: Iterable[str]) -> None:
        """Take episodes out of the belief, and check that their words left the files."""
        contents = [self.belief.told[id].content for id in gone]
        self.belief.forget(list(gone))
        for scope in SCOPES:
            for episode in self.memory.list(kind="episode", **SCOPES[scope], limit=MOST).items:
                assert isinstance(episode, Episode)
                self.belief.told[episode.id].content = episode.content  # an end may be told anew
        kept = words_of(told.content for told in self.belief.told.values())
        stored = b"".join(path.read_bytes() for path in self.path.parent.iterdir())
        found = [w for w in words_of(contents) - kept - OURS if w.encode() in stored]
        assert found == []


TestMemory = MemoryMachine.TestCase
TestMemory.settings = settings(
    max_examples=2_000 if LONG else 40, stateful_step_count=40 if LONG else 20
)
