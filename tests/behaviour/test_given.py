"""Facts given by hand: many at once, with metadata, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from everwhen import Fact, InputError, Memory, NotFoundError, Scope
from everwhen.errors import ContentError, TimeError

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def memory() -> Iterator[Memory]:
    ticks = count()
    with Memory(":memory:", clock=lambda: DAY + timedelta(seconds=next(ticks))) as opened:
        yield opened


def test_many_facts_are_as_if_given_one_after_the_other(memory: Memory) -> None:
    given: list[Mapping[str, object]] = [
        {"text": "Locker 12 is Dana's.", "metadata": {"page": 1}, "name": "Ana"},
        {"text": "lives in Lisbon", "attribute": "home", "value": "Lisbon", "at": "2026-01-01T00Z"},
        {"text": "lives in Porto", "attribute": "home", "value": "Porto", "at": "2026-02-01T00Z"},
    ]
    steps: list[tuple[int, int]] = []
    kept = memory.remember(
        given, user_id="dana", metadata={"from": "desk"}, progress=lambda *at: steps.append(at)
    )
    assert [fact.text for fact in kept] == [str(one["text"]) for one in given]
    assert kept[0].metadata == {"from": "desk", "page": 1}
    assert kept[0].speaker == "Ana"
    assert kept[1].valid_to == datetime(2026, 2, 1, tzinfo=UTC)
    assert steps == [(3, 3)]
    hits = memory.search("Where is the locker?", user_id="dana", min_score=0.0)
    assert hits[0].id == kept[0].id


def test_a_fact_with_an_id_that_was_seen_is_not_kept_again(memory: Memory) -> None:
    first = memory.remember([{"text": "Locker 12", "id": "k"}], user_id="dana")
    again = memory.remember(
        [{"text": "Locker 13", "id": "k"}, {"text": "Desk 4", "id": "d"}], user_id="dana"
    )
    assert [fact.text for fact in again] == ["Locker 12", "Desk 4"]
    assert again[0].id == first[0].id
    memory.retract(first[0].id, user_id="dana")
    assert memory.remember([{"text": "Locker 12", "id": "k"}], user_id="dana") == []
    assert memory.stats().episodes == 2


def test_more_than_fit_one_transaction(memory: Memory) -> None:
    steps: list[int] = []
    kept = memory.remember(
        [{"text": f"Shelf {n} is oak."} for n in range(1_100)],
        user_id="dana",
        progress=lambda done, whole: steps.append(done),
    )
    assert len({fact.id for fact in kept}) == 1_100
    assert steps == [500, 1_000, 1_100]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ([{"text": "a"}, {"txt": "b"}], ContentError, "fact 1 has unknown keys txt"),
        ([{"text": ""}], ContentError, "fact 0"),
        ([{"text": "  "}], ContentError, "fact 0 has an empty text"),
        ([{"text": "a", "value": " "}], ContentError, "value of fact 0"),
        ([{"text": "a", "valid_from": "2026-01-01"}], TimeError, "valid_from of fact 0"),
        ([{"text": "a", "metadata": [1]}], ContentError, "fact 0 has metadata"),
        ([7], ContentError, "fact 0 is a int"),
        ({"text": "a"}, ContentError, "is a dict"),
    ],
)
def test_what_can_not_be_read_is_named_and_keeps_nothing(
    memory: Memory, given: object, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        memory.remember(given, user_id="dana")  # type: ignore[call-overload]
    assert memory.stats().episodes == 0


def test_of_many_each_says_its_own_attribute(memory: Memory) -> None:
    with pytest.raises(InputError, match="each says its own"):
        memory.remember([{"text": "a"}], user_id="dana", attribute="home")  # type: ignore[call-overload]


def test_a_correction_may_change_the_metadata_alone(memory: Memory) -> None:
    old = memory.remember("Locker 12", user_id="dana", metadata={"floor": 1})
    new = memory.correct(old.id, user_id="dana", metadata={"floor": 2})
    assert (new.text, new.value, new.metadata) == (old.text, old.value, {"floor": 2})
    assert new.valid_from == old.valid_from
    assert [fact.metadata for fact in memory.list(user_id="dana").items] == [{"floor": 2}]
    was = memory.get(old.id, user_id="dana")
    assert isinstance(was, Fact)
    assert was.metadata == {"floor": 1}


def test_a_fact_has_the_metadata_of_its_message(memory: Memory) -> None:
    memory.add("I live in Lisbon.", user_id="dana", metadata={"project": "apollo"})
    memory.add("I have a cat.", user_id="dana")
    found = memory.list(user_id="dana", where={"project": "apollo"}).items
    assert [fact.attribute for fact in found] == ["home"]


def test_a_filter_may_be_a_function(memory: Memory) -> None:
    memory.remember([{"text": "Oak shelf"}, {"text": "Pine shelf"}], user_id="dana")
    hits = memory.search(
        "shelf", user_id="dana", kinds=["fact"], where=lambda item: "Pine" in item.text
    )
    assert [hit.text for hit in hits] == ["Pine shelf"]


def test_scopes_by_owner_run_and_id(memory: Memory) -> None:
    fact = memory.remember("a", user_id="dana", agent_id="desk", run_id="monday")
    memory.remember("b", user_id="erik")
    memory.remember("c", run_id="tuesday")
    desk, erik = Scope(user_id="dana", agent_id="desk"), Scope(user_id="erik")
    assert memory.scopes() == [desk, erik, Scope(run_id="tuesday")]
    assert memory.scopes(agent_id="desk") == memory.scopes(run_id="monday") == [desk]
    assert memory.scopes(user_id="erik") == [erik]
    assert memory.scopes(id=fact.id) == memory.scopes(id=fact.sources[0].episode_id) == [desk]
    assert memory.scopes(id="f_0") == []
    memory.forget(user_id="dana", everything=True)
    assert memory.scopes(id=fact.id) == []
    with pytest.raises(NotFoundError):
        memory.get(fact.id, user_id="dana")
