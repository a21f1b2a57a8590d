"""Facts given or changed by hand, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pipeline import DANA, EVE, START, days, held, make_parts, message

from everwhen.errors import EmbedderMismatchError, InputError, NotFoundError
from everwhen.model.records import SELF_MARK, Action, Fact, Scope
from everwhen.ports import Parts
from everwhen.write import ingest, revise


def only(parts: Parts, value: str) -> Fact:
    (fact,) = [f for f in held(parts) if f.value == value]
    return fact


def test_a_remembered_text_is_a_note_about_the_user_and_its_own_evidence() -> None:
    parts = make_parts()
    fact = revise.remember(parts, DANA, "Likes the blue door")
    assert (fact.subject, fact.attribute) == ("user", "note")
    assert fact.text == fact.value == "Likes the blue door"
    (source,) = fact.sources
    with parts.store.read() as reader:
        (episode,) = reader.episodes(reader.view(DANA), [source.episode_id])
        assert episode.content[source.start : source.end] == "Likes the blue door"
        assert episode.metadata["via"] == "remember" and episode.extracted
        assert [d.action for d in reader.decisions(reader.view(DANA), fact.id)] == [Action.ADD]


def test_notes_stand_side_by_side_and_a_repeated_one_is_one_fact() -> None:
    parts = make_parts()
    first = revise.remember(parts, DANA, "Likes the blue door")
    revise.remember(parts, DANA, "Keeps bees")
    again = revise.remember(parts, DANA, "likes the blue door.")
    assert again.id == first.id and len(again.sources) == 2
    assert len(held(parts)) == 2


def test_a_remembered_value_takes_its_slot_over_the_period_given() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    fact = revise.remember(
        parts,
        DANA,
        "Dana moved to Porto",
        attribute="city",
        value="Porto",
        valid_from=START + timedelta(days=9),
        metadata={"who": "support"},
    )
    assert fact.attribute == "home" and fact.metadata["who"] == "support"
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, 9), ("Porto", 9, None)]


def test_a_memory_with_an_end_date_lapses() -> None:
    parts = make_parts()
    fact = revise.remember(
        parts, DANA, "On holiday", said_at=START, expires_at=START + timedelta(days=7)
    )
    assert days(fact) == ("On holiday", 0, 7)


@pytest.mark.parametrize(
    "period",
    [
        {"valid_from": START, "valid_to": START},
        {"valid_from": START, "expires_at": START},
        {"expires_at": START - timedelta(days=1)},
    ],
)
def test_a_period_that_holds_nothing_is_refused(period: dict[str, datetime]) -> None:
    parts = make_parts()
    with pytest.raises(InputError):
        revise.remember(parts, DANA, "On holiday", **period)
    with parts.store.read() as reader:
        assert reader.counts()["episodes"] == 0


def test_a_correction_takes_the_whole_period_and_the_old_belief_stays_answerable() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("name: Dana", 0), message("home: Lisbon", 1)])
    old = only(parts, "Lisbon")
    before = parts.clock()
    fact = revise.correct(parts, DANA, old.id, value="Porto")
    assert days(fact) == ("Porto", 1, None)
    assert fact.text == f"{SELF_MARK} has home Porto"
    assert [f.value for f in held(parts)] == ["Dana", "Porto"]
    with parts.store.read() as reader:
        view = reader.view(DANA)
        then = reader.fact(view, old.id, before)
        assert then is not None and then.value == "Lisbon" and then.system_to is not None
        (episode,) = reader.episodes(view, [fact.sources[0].episode_id])
        assert episode.content == "User has home Porto"
        assert [d.action for d in reader.decisions(view, old.id)] == [Action.ADD, Action.UPDATE]


def test_a_correction_reaches_what_is_said_after_the_clock() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 900)])
    fact = revise.correct(parts, DANA, only(parts, "Lisbon").id, value="Porto")
    assert days(fact) == ("Porto", 900, None) and len(held(parts)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("home: Porto", "Porto"),
        ("Lisbon is where she lives", "Lisbon"),
        ("somewhere else", "somewhere else"),
    ],
)
def test_a_corrected_wording_tells_the_value(text: str, value: str) -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    fact = revise.correct(parts, DANA, only(parts, "Lisbon").id, text=text)
    assert (fact.text, fact.value) == (text, value)
    assert len(held(parts)) == 1


def test_one_of_several_values_is_corrected_alone() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("pet: cat\npet: dog", 0)])
    revise.correct(parts, DANA, only(parts, "dog").id, value="wolf")
    assert sorted(f.value for f in held(parts)) == ["cat", "wolf"]


def test_an_ended_fact_stays_true_until_then() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    fact = only(parts, "Lisbon")
    until = START + timedelta(days=3)
    ended = revise.end(parts, DANA, fact.id, at=until)
    assert ended.id == fact.id and ended.valid_to == until
    assert revise.end(parts, DANA, fact.id, at=until) == ended
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, 3)]
    with pytest.raises(InputError, match="begins at"):
        revise.end(parts, DANA, fact.id, at=START)


def test_a_retracted_fact_was_never_said_from_now_on() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0), message("home: Porto", 2)])
    fact = only(parts, "Porto")
    before = parts.clock()
    (decision,) = revise.retract(parts, DANA, fact.id)
    assert decision.action is Action.UPDATE and fact.id in decision.closed
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, None)]
    with parts.store.read() as reader:
        then = reader.page_facts(reader.view(DANA), known_at=before, as_of=None, limit=9)
    assert [days(f) for f in then] == [("Lisbon", 0, 2), ("Porto", 2, None)]
    with pytest.raises(InputError, match="no longer held"):
        revise.retract(parts, DANA, fact.id)


def test_a_retracted_correction_brings_back_what_it_corrected() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    before = only(parts, "Lisbon")
    fact = revise.correct(parts, DANA, before.id, value="Porto")
    revise.retract(parts, DANA, fact.id)
    (after,) = held(parts)
    assert (after.id, days(after)) == (before.id, days(before))


CALLS: list[Callable[[Parts, Scope, str], object]] = [
    lambda parts, scope, id: revise.correct(parts, scope, id, value="x"),
    lambda parts, scope, id: revise.end(parts, scope, id),
    lambda parts, scope, id: revise.retract(parts, scope, id),
]


@pytest.mark.parametrize("call", CALLS)
def test_an_id_of_another_scope_is_not_found_like_any_unknown_one(
    call: Callable[[Parts, Scope, str], object],
) -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    fact = only(parts, "Lisbon")
    with pytest.raises(NotFoundError) as foreign:
        call(parts, EVE, fact.id)
    with pytest.raises(NotFoundError) as unknown:
        call(parts, EVE, "f_unknown")
    assert str(foreign.value).replace(fact.id, "?") == str(unknown.value).replace("f_unknown", "?")
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, None)]
    with parts.store.read() as reader:
        assert reader.owner(EVE) is None


def test_vectors_of_two_embedders_are_never_mixed() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    other = make_parts(store=parts.store)
    other.embedder.name = "another"  # type: ignore[misc]
    with pytest.raises(EmbedderMismatchError, match="reindex"):
        revise.remember(other, DANA, "Keeps bees")
    with parts.store.read() as reader:
        assert reader.counts()["episodes"] == 1
