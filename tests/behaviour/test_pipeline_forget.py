"""Forgetting, looked for in every byte of the file; and rebuilding everything derived."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from pipeline import (
    DANA,
    EVE,
    START,
    HashEmbedder,
    days,
    derived,
    held,
    make_parts,
    message,
)

from everwhen.errors import NotFoundError
from everwhen.model.records import Scope
from everwhen.ports import Parts
from everwhen.write import forget, ingest, rebuild, revise


def fact_id(parts: Parts, value: str, scope: Scope = DANA) -> str:
    (found,) = [f.id for f in held(parts, scope) if f.value == value]
    return found


def contents(parts: Parts, scope: Scope = DANA) -> list[str]:
    with parts.store.read() as reader:
        return [e.content for e in reader.page_episodes(reader.view(scope), limit=99)]


def test_a_forgotten_fact_goes_with_its_messages_and_what_stood_only_on_them() -> None:
    parts = make_parts()
    ingest.add(
        parts,
        DANA,
        [
            message("home: Lisbon\nallergy: nuts\npet: cat", 0),
            message("allergy: nuts", 1),
            message("home: lisbon", 2),
            message("home: Porto", 3),
        ],
    )
    receipt = forget.by_id(parts, DANA, fact_id(parts, "Lisbon"))
    assert contents(parts) == ["allergy: nuts", "home: Porto"]
    assert [days(f) for f in held(parts)] == [("nuts", 1, None), ("Porto", 3, None)]
    assert (receipt.episodes, receipt.claims, receipt.remaining) == (2, 4, 0)
    words = "home: Lisbon\nallergy: nuts\npet: cat"
    assert hashlib.sha256((receipt.salt + words).encode()).hexdigest() in receipt.digests


def test_forgetting_leaves_what_would_be_there_had_it_never_been_said() -> None:
    said = [
        message("home: Lisbon", 0, id="1"),
        message("home: Porto\npet: cat", 1, id="2"),
        message("fix home: Faro [not Lisbon]", 2, id="3"),
        message("end pet: cat", 3, id="4"),
        message("home: Rome", 4, id="5"),
    ]
    for gone in range(len(said)):
        all_of_it, without = make_parts(), make_parts()
        for given in said:
            ingest.add(all_of_it, DANA, [given])
        for i, given in enumerate(said):
            if i == gone:
                without.new_id()
                ingest.add(without, EVE, [given])
            else:
                ingest.add(without, DANA, [given])
        with all_of_it.store.read() as reader:
            ids = {e.key: e.id for e in reader.page_episodes(reader.view(DANA), limit=9)}
        forget.by_id(all_of_it, DANA, ids[said[gone].id])
        assert sorted(map(days, held(all_of_it))) == sorted(map(days, held(without)))
        logs = []
        for parts in (all_of_it, without):
            with parts.store.read() as reader:
                view = reader.view(DANA)
                logs.append(
                    {f.value: [d.action for d in reader.decisions(view, f.id)] for f in held(parts)}
                )
        assert logs[0] == logs[1]


def test_corrected_mentions_are_words_of_the_fact_too() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    fact = revise.correct(parts, DANA, fact_id(parts, "Lisbon"), value="Porto")
    ingest.add(parts, DANA, [message("fix home: Faro [not Porto]", 1)])
    del fact
    forget.by_id(parts, DANA, fact_id(parts, "Faro"))
    assert contents(parts) == ["home: Lisbon", "User has home Porto"]
    forget.by_id(parts, DANA, fact_id(parts, "Porto"))
    assert contents(parts) == ["home: Lisbon"]


def test_no_byte_of_it_is_left_in_the_files(tmp_path: Path) -> None:
    url = str(tmp_path / "memory.db")
    parts = make_parts(url)
    secret = "Zanzibar"
    ingest.add(parts, DANA, [message("allergy: nuts", 0)])
    ingest.add(parts, DANA, [message(f"home: {secret}", 1), message("home: Porto", 2)])
    id = fact_id(parts, secret)
    assert any(secret.encode() in p.read_bytes() for p in tmp_path.iterdir())
    forget.by_id(parts, DANA, id)
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert secret.encode() not in data and secret.lower().encode() not in data, path.name
    parts.store.close()
    for path in tmp_path.iterdir():
        assert secret.lower().encode() not in path.read_bytes().lower()


def test_everything_of_a_scope_goes_and_nothing_of_another() -> None:
    parts = make_parts()
    agent = Scope(user_id="dana", agent_id="helper")
    for scope in (DANA, agent, EVE):
        ingest.add(parts, scope, [message("home: Lisbon", 0)])
    receipt = forget.everything(parts, DANA)
    assert receipt.episodes == 2 and receipt.remaining == 0
    assert held(parts) == [] and contents(parts) == []
    assert [days(f) for f in held(parts, EVE)] == [("Lisbon", 0, None)]
    ingest.add(parts, DANA, [message("home: Porto", 1)])
    assert [days(f) for f in held(parts)] == [("Porto", 1, None)]


def test_a_run_is_forgotten_alone() -> None:
    parts = make_parts()
    run = Scope(user_id="dana", run_id="r1")
    ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    ingest.add(parts, run, [message("home: Porto", 1)])
    assert forget.everything(parts, run).episodes == 1
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, None)]


def test_whatever_holds_all_the_words_is_forgotten() -> None:
    parts = make_parts()
    ingest.add(
        parts,
        DANA,
        [
            message("home: the old town of Lisbon", 0),
            message("Lisbon is far: yes", 1),
            message("pet: cat", 2),
        ],
    )
    receipt = forget.by_words(parts, DANA, "lisbon OLD")
    assert receipt.episodes == 1
    assert contents(parts) == ["Lisbon is far: yes", "pet: cat"]
    assert forget.by_words(parts, DANA, "unheard of").episodes == 0


def test_ids_of_another_scope_are_not_found_and_nothing_goes() -> None:
    parts = make_parts()
    added = ingest.add(parts, DANA, [message("home: Lisbon", 0)])
    for id in (fact_id(parts, "Lisbon"), added.episodes[0].id, "e_unknown"):
        with pytest.raises(NotFoundError, match="no fact or episode"):
            forget.by_id(parts, EVE, id)
    with pytest.raises(NotFoundError):
        forget.forget(parts, DANA, episode_ids=[added.episodes[0].id, "e_unknown"])
    assert contents(parts) == ["home: Lisbon"]


def busy(parts: Parts) -> None:
    ingest.add(parts, DANA, [message("name: Dana\nhome: Lisbon\nallergy: nuts", 0)])
    for day, text in enumerate(
        ["home: Porto", "allergy: eggs", "fix home: Faro [not Lisbon]", "home: Porto [trust 1]"], 1
    ):
        ingest.add(parts, DANA, [message(text, day)])
    ingest.add(parts, DANA, [message("end allergy: nuts", 6), message("home: Porto", 7)])
    revise.remember(parts, EVE, "Keeps bees")
    revise.end(parts, DANA, fact_id(parts, "eggs"), at=START + timedelta(days=9))
    revise.correct(parts, DANA, fact_id(parts, "Faro"), value="Rome")
    revise.retract(parts, DANA, fact_id(parts, "Dana"))


def test_a_rebuild_gives_the_same_facts_history_and_decisions() -> None:
    parts = make_parts()
    busy(parts)
    before = derived(parts)
    assert len(before["facts"]) > 10
    seen: list[tuple[int, int]] = []
    rebuild.reindex(parts, progress=lambda done, total: seen.append((done, total)))
    assert derived(parts) == before
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_rebuild_names_what_ended_in_the_same_order() -> None:
    parts = make_parts()
    for text, day in (("allergy: eggs", 2), ("allergy: nuts", 1), ("end allergy:", 3)):
        ingest.add(parts, DANA, [message(text, day)])
    before = derived(parts)
    ended = [fact_id(parts, value) for value in ("nuts", "eggs")]
    assert any(f"closed={tuple(ended)}" in decision for decision in before["decisions"])
    rebuild.reindex(parts)
    assert derived(parts) == before


def test_a_rebuild_changes_the_embedder() -> None:
    parts = make_parts()
    busy(parts)
    assert rebuild.recorded_embedder(parts) == "hash-8"
    other = make_parts(store=parts.store, embedder=HashEmbedder("hash-8-b"))
    rebuild.reindex(other)
    assert rebuild.recorded_embedder(other) == "hash-8-b"
    ingest.add(other, DANA, [message("pet: cat", 9)])


def test_a_rebuild_that_fails_changes_nothing() -> None:
    parts = make_parts()
    busy(parts)
    before = derived(parts)
    other = make_parts(store=parts.store, embedder=HashEmbedder("hash-8-b"))
    other.embedder.down = True  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="down"):
        rebuild.reindex(other)
    assert derived(parts) == before
    assert rebuild.recorded_embedder(parts) == "hash-8"


def test_pending_messages_stay_pending_over_a_rebuild() -> None:
    parts = make_parts()
    ingest.add(parts, DANA, [message("home: Lisbon", 0)], wait=False)
    rebuild.reindex(parts)
    ingest.work(parts)
    assert [days(f) for f in held(parts)] == [("Lisbon", 0, None)]
