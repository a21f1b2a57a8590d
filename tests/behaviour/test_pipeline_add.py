"""From messages to facts on a real store."""

from __future__ import annotations

import itertools
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pipeline import (
    DANA,
    EVE,
    START,
    LineExtractor,
    SteppingClock,
    days,
    held,
    make_parts,
    message,
    without_system_time,
)

from everwhen.errors import StoreFullError
from everwhen.model.records import Action, Episode, Message, Proposal, Role
from everwhen.ports import Moment, Parts, Surroundings
from everwhen.stores.sqlite import open_sqlite
from everwhen.write import ingest

STORY = [
    message("name: Dana\nhome: Lisbon", 0),
    message("allergy: nuts", 1),
    message("home: Porto", 2),
    message("allergy: eggs\nAna's home: Rome", 3),
    message("end allergy: the Nuts", 4),
    message("fix home: Faro [not Porto]", 5),
    message("diet: vegan [trust 3]", 6),
    message("diet: omnivore [trust 1]", 7),
]
OUTCOME = [
    ("Dana", 0, None),
    ("Lisbon", 0, 2),
    ("nuts", 1, 4),
    ("Faro", 2, None),
    ("eggs", 3, None),
    ("Rome", 3, None),
    ("vegan", 6, None),
]


def counts(parts: Parts) -> dict[str, int]:
    with parts.store.read() as reader:
        return dict(reader.counts())


def test_a_story_becomes_facts_and_decisions() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, STORY)
    assert [e.content for e in added.episodes] == [m.content for m in STORY]
    assert all(e.extracted for e in added.episodes)
    assert [days(f) for f in held(parts)] == OUTCOME
    assert [days(f) for f in held(parts, review=True)] == [("omnivore", 7, None)]
    assert [d.action for d in added.decisions] == [
        Action.ADD,
        Action.ADD,
        Action.ADD,
        Action.UPDATE,
        Action.ADD,
        Action.ADD,
        Action.INVALIDATE,
        Action.UPDATE,
        Action.ADD,
        Action.REJECT,
    ]
    for decision in added.decisions:
        assert decision.reason
        assert not any(
            word in decision.reason for m in STORY for word in ("Lisbon", "nuts", "Faro")
        )


def test_each_fact_tells_where_it_was_said() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, STORY)
    text = {e.id: e.content for e in added.episodes}
    for fact in held(parts):
        for source in fact.sources:
            assert fact.value in text[source.episode_id][source.start : source.end]


@pytest.mark.parametrize("seed", range(6))
def test_one_by_one_in_any_order_gives_the_same_facts_as_in_one_batch(seed: int) -> None:
    whole = make_parts()
    ingest.add(whole, DANA, STORY)
    orders = list(itertools.islice(itertools.permutations(STORY), seed * 7919 % 40320, None, 40320))
    one_by_one = make_parts()
    for given in orders[0]:
        ingest.add(one_by_one, DANA, [given])
    assert [days(f) for f in held(one_by_one)] == [days(f) for f in held(whole)]
    assert [f.text for f in held(one_by_one)] == [f.text for f in held(whole)]
    assert [days(f) for f in held(one_by_one, review=True)] == [
        days(f) for f in held(whole, review=True)
    ]


def test_small_chunks_give_what_one_chunk_gives() -> None:
    whole, small = make_parts(), make_parts()
    ingest.add(whole, DANA, STORY)
    ingest.add(small, DANA, STORY, wait=False)
    while ingest.work(small, limit=1) or counts(small)["pending"]:
        pass
    assert without_system_time(held(small)) == without_system_time(held(whole))


def test_a_message_with_a_known_id_is_stored_once() -> None:
    parts = make_parts()
    first = ingest.add(parts, DANA, [message("home: Lisbon", id="m1")])
    again = ingest.add(parts, DANA, [message("home: Lisbon", id="m1")])
    assert [e.id for e in again.episodes] == [e.id for e in first.episodes]
    assert again.decisions == ()
    assert counts(parts)["episodes"] == counts(parts)["claims"] == 1
    other = ingest.add(parts, EVE, [message("home: Lisbon", id="m1")])
    assert other.episodes[0].id != first.episodes[0].id


def test_without_waiting_the_work_is_left_for_later() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, STORY, wait=False)
    assert added.decisions == () and not any(e.extracted for e in added.episodes)
    assert counts(parts)["pending"] == len(STORY)
    seen: list[tuple[int, int]] = []
    ingest.work(parts, progress=lambda done, total: seen.append((done, total)))
    assert [days(f) for f in held(parts)] == OUTCOME
    assert seen[-1] == (len(STORY), len(STORY))
    assert ingest.work(parts) == ()


def test_without_extraction_words_are_found_and_nothing_is_claimed() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, [message("home: Lisbon")], extract=False)
    assert held(parts) == [] and counts(parts)["pending"] == 0
    late = datetime(2030, 1, 1, tzinfo=UTC)
    with parts.store.read() as reader:
        ranking = reader.rank(
            reader.view(DANA),
            "episode",
            terms={"lisbon": 1.0},
            vector=None,
            moment=Moment(as_of=late, known_at=late),
        )
        assert ranking.top(1, lexical=1.0, dense=0.0) == [added.episodes[0].row]


def test_a_failing_extractor_leaves_its_episode_pending_and_the_rest_goes_on() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, [message("fail"), message("home: Lisbon", 1)])
    assert [e.extracted for e in added.episodes] == [False, True]
    assert counts(parts)["pending"] == 1
    assert [f.value for f in held(parts)] == ["Lisbon"]
    assert ingest.work(parts) == ()
    assert counts(parts)["pending"] == 1


def test_an_extractor_that_is_down_is_not_asked_again_and_again() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, [message(f"fail {i}") for i in range(9)])
    assert not any(e.extracted for e in added.episodes)
    assert isinstance(parts.extractor, LineExtractor)
    assert len(parts.extractor.told) == 3


def test_an_embedder_that_is_down_leaves_everything_pending() -> None:
    parts = make_parts()
    parts.embedder.down = True  # type: ignore[attr-defined]
    added = ingest.add(parts, DANA, STORY)
    assert not any(e.extracted for e in added.episodes) and held(parts) == []
    assert counts(parts)["pending"] == len(STORY)
    parts.embedder.down = False  # type: ignore[attr-defined]
    ingest.work(parts)
    assert [days(f) for f in held(parts)] == OUTCOME


def test_later_messages_of_a_batch_are_read_with_what_earlier_ones_told() -> None:
    parts = make_parts()
    ingest.add(
        parts,
        DANA,
        [
            message("hello", 0),
            message("name: Dana", 1),
            message("sister: Ana\nwife: Eve", 2),
            message("plain", 3),
            message("signed", 4, name="Eve"),
            Message(role=Role.ASSISTANT, content="I see", at=START + timedelta(days=5)),
        ],
    )
    assert isinstance(parts.extractor, LineExtractor)
    told = parts.extractor.told
    assert told["hello"].speaker is None
    assert told["plain"].speaker == "Dana"
    known = told["plain"].known
    assert (known["sister"], known["Ana"], known["wife"]) == ("Ana", "sister", "Eve")
    assert [e.content for e in told["plain"].before] == [
        "hello",
        "name: Dana",
        "sister: Ana\nwife: Eve",
    ]
    assert told["signed"].speaker == "Eve"
    assert told["I see"].speaker is None
    ingest.add(parts, DANA, [message("later", 9)])
    assert told["later"].speaker == "Dana"
    assert told["later"].known == told["plain"].known


def test_scopes_do_not_touch_each_other() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon")])
    ingest.add(parts, EVE, [message("home: Rome", 1)])
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, None)]
    assert [days(f) for f in held(parts, EVE)] == [("Rome", 1, None)]
    assert {f.id for f in held(parts)}.isdisjoint(f.id for f in held(parts, EVE))


def test_what_was_held_before_stays_answerable() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    between = parts.clock()
    ingest.add(parts, DANA, [message("fix home: Porto", 1)])
    assert [days(f) for f in held(parts)] == [("Porto", 0, None)]
    with parts.store.read() as reader:
        then = reader.page_facts(reader.view(DANA), known_at=between, as_of=None, limit=9)
    assert [days(f) for f in then] == [("Lisbon", 0, None)]


def test_a_clock_that_goes_back_does_not_reorder_what_was_held() -> None:
    clock = SteppingClock()
    parts = make_parts(clock=clock)
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    first = held(parts)[0].system_from
    clock.now = START - timedelta(days=30)
    ingest.add(parts, DANA, [message("home: Porto", 1)])
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, 1), ("Porto", 1, None)]
    assert all(f.system_from >= first for f in held(parts))


def test_a_repeated_statement_is_one_more_source() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    added = ingest.add(parts, DANA, [message("home: lisbon!", 1)])
    assert [d.action for d in added.decisions] == [Action.NOOP]
    (fact,) = held(parts)
    assert len(fact.sources) == 2
    with parts.store.read() as reader:
        assert [d.action for d in reader.decisions(reader.view(DANA), fact.id)] == [
            Action.ADD,
            Action.NOOP,
        ]


def test_two_processes_do_each_episode_once(tmp_path: object) -> None:
    url = f"{tmp_path}/memory.db"
    one, two = make_parts(url), make_parts(url)
    ingest.add(one, DANA, STORY, wait=False)

    class Overtaken(LineExtractor):
        def extract(self, episode, surroundings):  # type: ignore[no-untyped-def]
            ingest.work(two)
            return super().extract(episode, surroundings)

    slow = make_parts(store=one.store, extractor=Overtaken())
    assert ingest.work(slow) == ()
    assert [days(f) for f in held(one)] == OUTCOME
    assert counts(one)["claims"] == 10
    one.store.close()
    two.store.close()


class LockingExtractor(LineExtractor):
    """Has another connection take the write lock while it reads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.other = sqlite3.connect(path, isolation_level=None)

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        if not self.other.in_transaction:
            self.other.execute("BEGIN IMMEDIATE")
        return super().extract(episode, surroundings)


def test_a_message_is_kept_once_where_its_facts_can_not_be_written_yet(
    tmp_path: Path,
) -> None:
    path = tmp_path / "memory.db"
    store = open_sqlite(path, busy_seconds=0.01)
    extractor = LockingExtractor(path)
    parts = make_parts(store=store, extractor=extractor)
    added = ingest.add(parts, DANA, [message("home: Lisbon")])
    assert [episode.extracted for episode in added.episodes] == [False]
    assert added.decisions == ()
    extractor.other.close()
    parts = make_parts(store=store)
    assert len(ingest.work(parts)) == 1
    assert [fact.value for fact in held(parts)] == ["Lisbon"]
    store.close()


@pytest.mark.parametrize("extract", [True, False])
def test_messages_that_do_not_fit_are_stored_whole_or_not_at_all(
    tmp_path: Path, extract: bool
) -> None:
    store = open_sqlite(tmp_path / "memory.db", max_pages=120)
    parts = make_parts(store=store)
    with pytest.raises(StoreFullError):
        ingest.add(parts, DANA, [message("word " * 60, n) for n in range(1500)], extract=extract)
    with store.read() as reader:
        assert reader.counts()["episodes"] == 0
    store.close()
