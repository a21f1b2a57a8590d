"""What Mem0's documentation promises of changes, history, reset and the rest, in our own words."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ticking import Ticking

from everwhen.compat.mem0 import AsyncMemory, Memory, MemoryNotFoundError

U = {"user_id": "u"}
NOWHERE = ["nothing", "f_0", "5f2b8c1e-0000-4000-8000-000000000000", ""]


def given(m: Memory, text: str = "I like tea", **more: object) -> str:
    whose: dict[str, object] = {"user_id": "u", **more}
    return str(m.add(text, infer=False, **whose)["results"][0]["id"])  # type: ignore[arg-type]


def item(m: Memory, id: str) -> dict[str, object]:
    found = m.get(id)
    assert found is not None
    return found


def texts(m: Memory, **filters: object) -> list[object]:
    return [one["memory"] for one in m.get_all(filters=filters or U)["results"]]  # type: ignore[attr-defined]


# -- update --------------------------------------------------------------------------------------


def test_a_text_is_changed_under_the_same_id(m: Memory) -> None:
    id = given(m, metadata={"k": 1})
    before = item(m, id)
    assert m.update(id, "I like coffee") == {"message": "Memory updated successfully!"}
    after = item(m, id)
    assert (after["id"], after["memory"]) == (id, "I like coffee")
    assert after["hash"] != before["hash"]
    assert after["metadata"] == {"k": 1}
    assert after["created_at"] == before["created_at"]
    assert str(after["updated_at"]) > str(before["updated_at"])


def test_a_changed_text_is_found_and_the_old_one_is_not(m: Memory) -> None:
    id = given(m)
    m.update(id, text="I like coffee")
    assert texts(m) == ["I like coffee"]
    hits = m.search("coffee", filters=U)["results"]
    assert [one["id"] for one in hits] == [id]
    assert "I like tea" not in [one["memory"] for one in m.search("tea", filters=U)["results"]]


def test_many_updates_keep_one_memory(m: Memory) -> None:
    id = given(m)
    for number in range(5):
        m.update(id, text=f"I like tea number {number}")
    assert texts(m) == ["I like tea number 4"]
    assert len(m.history(id)) == 6


def test_metadata_is_laid_over_what_there_is(m: Memory) -> None:
    id = given(m, metadata={"a": 1, "b": 1})
    m.update(id, metadata={"b": 2, "c": 3})
    assert item(m, id)["metadata"] == {"a": 1, "b": 2, "c": 3}
    assert item(m, id)["memory"] == "I like tea"
    assert texts(m, user_id="u", c=3) == ["I like tea"]


@pytest.mark.parametrize("key", ["user_id", "agent_id", "run_id", "actor_id"])
def test_an_update_does_not_move_a_memory_to_somebody_else(m: Memory, key: str) -> None:
    id = given(m)
    m.update(id, metadata={key: "eve"})
    assert item(m, id)["user_id"] == "u"
    assert m.get_all(filters={"user_id": "eve"}) == {"results": []}


def test_ids_run_role_and_speaker_outlast_an_update(m: Memory) -> None:
    message = [{"role": "assistant", "content": "Noted.", "name": "Ada"}]
    id = str(m.add(message, user_id="u", agent_id="a", run_id="r", infer=False)["results"][0]["id"])
    m.update(id, "Well noted.")
    kept = item(m, id)
    assert [kept[key] for key in ("user_id", "agent_id", "run_id", "role", "actor_id")] == [
        "u", "a", "r", "assistant", "Ada",
    ]  # fmt: skip
    assert texts(m, run_id="r") == ["Well noted."]


def test_an_expiration_date_is_set_changed_and_cleared(m: Memory) -> None:
    id = given(m)
    m.update(id, expiration_date="2020-01-01")
    assert item(m, id)["expiration_date"] == "2020-01-01"
    assert texts(m) == []
    m.update(id, expiration_date=date(2999, 1, 1))
    assert texts(m) == ["I like tea"]
    m.update(id, expiration_date=None)
    assert "expiration_date" not in item(m, id)


def test_data_is_the_old_name_of_text(m: Memory, caplog: pytest.LogCaptureFixture) -> None:
    id = given(m)
    m.update(id, data="I like coffee")
    assert item(m, id)["memory"] == "I like coffee"
    assert "old name" in caplog.text
    m.update(id, text="I like milk", data="I like beer")
    assert item(m, id)["memory"] == "I like milk"


def test_an_update_of_nothing_is_refused(m: Memory) -> None:
    with pytest.raises(ValueError, match="At least one of text, metadata, or expiration_date"):
        m.update(given(m))


@pytest.mark.parametrize("text", ["", "  ", 7])
def test_an_update_to_no_text_is_refused(m: Memory, text: object) -> None:
    id = given(m)
    with pytest.raises(ValueError, match="non-empty"):
        m.update(id, text=text)  # type: ignore[arg-type]
    assert item(m, id)["memory"] == "I like tea"


@pytest.mark.parametrize("id", NOWHERE)
def test_an_update_of_what_is_nowhere_is_an_error(m: Memory, id: str) -> None:
    with pytest.raises(ValueError, match="not found"):
        m.update(id, "x")


def test_a_fact_that_was_worked_out_can_be_changed(m: Memory) -> None:
    id = str(m.add("I live in Lisbon.", user_id="u")["results"][0]["id"])
    m.update(id, "User lives in Braga", metadata={"checked": True})
    assert texts(m) == ["User lives in Braga"]
    assert item(m, id)["metadata"] == {"checked": True}
    m.add("I live in Porto now.", user_id="u")
    assert texts(m) == ["User lives in Porto"]


# -- delete --------------------------------------------------------------------------------------


def test_a_deleted_memory_is_gone_from_every_read(m: Memory) -> None:
    id, other = given(m), given(m, "I like milk")
    assert m.delete(id) == {"message": "Memory deleted successfully!"}
    assert m.get(id) is None
    assert texts(m) == ["I like milk"]
    assert [one["id"] for one in m.search("like", filters=U, threshold=0)["results"]] == [other]


def test_deleting_an_updated_memory_does_not_bring_the_old_text_back(m: Memory) -> None:
    id = given(m)
    for text in ("I like coffee", "I like milk"):
        m.update(id, text)
    m.delete(id)
    assert texts(m) == []
    assert m.get(id) is None


def test_one_memory_of_a_message_goes_without_the_others(m: Memory) -> None:
    added = m.add("My name is Dana and I live in Lisbon.", user_id="u")["results"]
    home = next(one for one in added if "Lisbon" in str(one["memory"]))
    m.delete(str(home["id"]))
    assert texts(m) == ["Dana's name is Dana"]


@pytest.mark.parametrize("id", NOWHERE)
def test_deleting_what_is_nowhere_is_an_error(m: Memory, id: str) -> None:
    with pytest.raises(MemoryNotFoundError, match="not found"):
        m.delete(id)


def test_deleting_twice_is_an_error(m: Memory) -> None:
    id = given(m)
    m.delete(id)
    with pytest.raises(ValueError, match="not found"):
        m.delete(id)


@pytest.mark.parametrize(
    "wrong", [{"user_id": "eve"}, {"user_id": "u", "agent_id": "a"}, {"run_id": "r"}]
)
def test_changes_check_the_ids_where_they_are_given(m: Memory, wrong: dict[str, str]) -> None:
    id = given(m)
    with pytest.raises(ValueError, match="not found"):
        m.update(id, "stolen", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not found"):
        m.delete(id, **wrong)  # type: ignore[arg-type]
    assert texts(m) == ["I like tea"]
    m.update(id, "mine", user_id="u")
    m.delete(id, user_id="u")
    assert texts(m) == []


# -- delete_all and reset ------------------------------------------------------------------------


def test_delete_all_erases_one_user_alone(m: Memory) -> None:
    id = given(m)
    given(m, "Eve's tea", user_id="eve")
    assert m.delete_all(user_id="u") == {"message": "Memories deleted successfully!"}
    assert (texts(m), texts(m, user_id="eve")) == ([], ["Eve's tea"])
    assert m.get(id) is None
    assert m.history(id) == []


def test_delete_all_wants_an_id(m: Memory) -> None:
    given(m)
    with pytest.raises(ValueError, match=r"At least one filter.*reset\(\)"):
        m.delete_all()
    with pytest.raises(ValueError, match="Invalid user_id"):
        m.delete_all(user_id=" ")
    assert texts(m) == ["I like tea"]


def test_delete_all_narrows_by_every_id_that_is_given(m: Memory) -> None:
    given(m, "one", agent_id="a", run_id="r")
    given(m, "two", agent_id="a")
    given(m, "three")
    given(m, "four", user_id="v", run_id="r")
    m.delete_all(user_id="u", agent_id="a", run_id="r")
    assert texts(m) == ["two", "three"]
    m.delete_all(run_id="r")
    assert texts(m, user_id="v") == []
    m.delete_all(agent_id="a")
    assert texts(m) == ["three"]


def test_delete_all_has_no_limit(m: Memory) -> None:
    m.add(
        [{"role": "user", "content": f"shelf {n}"} for n in range(1_100)], user_id="u", infer=False
    )
    m.delete_all(user_id="u")
    assert texts(m) == []


def test_reset_erases_everybody(m: Memory) -> None:
    id = given(m)
    given(m, user_id="eve")
    given(m, user_id=None, run_id="r")
    assert m.reset() is None  # type: ignore[func-returns-value]
    assert (texts(m), texts(m, user_id="eve"), texts(m, run_id="r")) == ([], [], [])
    assert m.history(id) == []
    assert given(m)


# -- history -------------------------------------------------------------------------------------


def test_history_tells_each_change_and_outlasts_deletion(m: Memory) -> None:
    id = given(m)
    m.update(id, "I like coffee")
    m.delete(id)
    rows = m.history(id)
    assert [(row["event"], row["old_memory"], row["new_memory"]) for row in rows] == [
        ("ADD", None, "I like tea"),
        ("UPDATE", "I like tea", "I like coffee"),
        ("DELETE", "I like coffee", None),
    ]
    assert {row["memory_id"] for row in rows} == {id}
    assert [row["is_deleted"] for row in rows] == [False, False, True]
    assert len({row["id"] for row in rows}) == 3
    times = [str(row["updated_at"]) for row in rows]
    assert times == sorted(times)


def test_a_history_row_has_the_documented_keys(m: Memory) -> None:
    message = [{"role": "user", "content": "Hello", "name": "Ann"}]
    id = str(m.add(message, user_id="u", infer=False)["results"][0]["id"])
    (row,) = m.history(id)
    assert set(row) == {
        "id", "memory_id", "old_memory", "new_memory", "event", "created_at", "updated_at",
        "is_deleted", "actor_id", "role",
    }  # fmt: skip
    assert (row["actor_id"], row["role"]) == ("Ann", "user")


def test_a_change_of_metadata_alone_is_an_update_in_the_history(m: Memory) -> None:
    id = given(m)
    m.update(id, metadata={"k": 1})
    assert [row["event"] for row in m.history(id)] == ["ADD", "UPDATE"]


@pytest.mark.parametrize("id", NOWHERE)
def test_the_history_of_what_is_nowhere_is_empty(m: Memory, id: str) -> None:
    assert m.history(id) == []


def test_the_history_of_a_fact_that_ended(m: Memory) -> None:
    id = str(m.add("I work at Helios.", user_id="u")["results"][0]["id"])
    m.add("I quit my job.", user_id="u")
    assert [row["event"] for row in m.history(id)] == ["ADD", "DELETE"]


# -- the platform's -------------------------------------------------------------------------------


def test_batches_change_many(m: Memory) -> None:
    ids = [given(m, f"shelf {n}") for n in range(3)]
    done = m.batch_update(
        [{"memory_id": ids[0], "text": "desk"}, {"memory_id": ids[1], "metadata": {"k": 1}}]
    )
    assert done == {"message": "Successfully updated 2 memories"}
    assert (item(m, ids[0])["memory"], item(m, ids[1])["metadata"]) == ("desk", {"k": 1})
    assert m.batch_delete([{"memory_id": ids[0]}, ids[1]]) == {
        "message": "Successfully deleted 2 memories"
    }
    assert texts(m) == ["shelf 2"]


def test_a_batch_with_an_unknown_id_changes_nothing(m: Memory) -> None:
    id = given(m)
    with pytest.raises(MemoryNotFoundError):
        m.batch_update([{"memory_id": id, "text": "desk"}, {"memory_id": "f_0", "text": "x"}])
    with pytest.raises(MemoryNotFoundError):
        m.batch_delete([id, "f_0"])
    assert texts(m) == ["I like tea"]


@pytest.mark.parametrize("bad", [[], "abc", [{"id": "x"}], [7], ["x"] * 1_001])
def test_what_is_no_batch_is_refused(m: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="memor"):
        m.batch_delete(bad)  # type: ignore[arg-type]


def test_users_lists_who_has_memories(m: Memory) -> None:
    given(m)
    given(m, agent_id="a")
    given(m, user_id=None, run_id="r")
    assert [(u["type"], u["name"], u["total_memories"]) for u in m.users()["results"]] == [
        ("agent", "a", 1), ("run", "r", 1), ("user", "u", 2),
    ]  # fmt: skip


def test_an_export_holds_all_that_passes(m: Memory) -> None:
    given(m, metadata={"k": 1})
    given(m, "I like milk")
    made = m.create_memory_export(filters={"user_id": "u", "k": 1})
    held = m.get_memory_export(memory_export_id=made["id"])["memories"]
    assert [one["memory"] for one in held] == ["I like tea"]  # type: ignore[attr-defined]
    assert len(m.get_memory_export(filters=U)["memories"]) == 2  # type: ignore[arg-type]
    with pytest.raises(MemoryNotFoundError, match="no export"):
        m.get_memory_export("x")


def test_an_export_by_schema_has_what_is_held_of_each_property(m: Memory) -> None:
    m.add("My name is Dana and I live in Lisbon.", user_id="u", metadata={"tier": "gold"})
    m.add("I am allergic to peanuts.", user_id="u")
    schema = {
        "properties": {
            "home": {"type": "string"}, "allergy": {"type": "array"},
            "tier": {"type": "string"}, "shoe_size": {"type": "string"},
        }
    }  # fmt: skip
    made = m.create_memory_export(schema=schema, filters=U)
    assert m.get_memory_export(made["id"]) == {
        "home": "Lisbon", "allergy": ["peanuts"], "tier": "gold", "shoe_size": None,
    }  # fmt: skip


def test_chat_is_not_there_either(m: Memory) -> None:
    with pytest.raises(NotImplementedError):
        m.chat("hi")


# -- one file, many hands -------------------------------------------------------------------------


def test_what_was_kept_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = str(tmp_path / "m.db")
    with Memory(path=path) as first:
        id = given(first)
        first.update(id, "I like coffee")
    with Memory(path=path) as second, Memory(path=path) as third:
        assert item(second, id)["memory"] == "I like coffee"
        third.update(id, "I like milk")
        assert item(second, id)["memory"] == "I like milk"
        third.delete(id)
        assert second.get(id) is None
        assert [row["event"] for row in second.history(id)] == ["ADD", "UPDATE", "UPDATE", "DELETE"]


def test_the_asynchronous_class_does_the_same(clock: Ticking) -> None:
    async def story() -> None:
        async with AsyncMemory(path=":memory:", clock=clock) as m:
            added = await m.add("I like tea", user_id="u", infer=False)
            id = str(added["results"][0]["id"])
            await m.update(id, "I like coffee")
            found = await m.search("coffee", filters=U)
            assert [one["id"] for one in found["results"]] == [id]
            assert await m.get(id) is not None
            assert len((await m.get_all(filters=U))["results"]) == 1  # type: ignore[arg-type]
            assert len(await m.history(id)) == 2
            await asyncio.gather(*(m.add(f"t {n}", user_id="v", infer=False) for n in range(8)))
            assert len((await m.get_all(filters={"user_id": "v"}))["results"]) == 8  # type: ignore[arg-type]
            await m.delete(id)
            await m.delete_all(user_id="v")
            await m.reset()

    asyncio.run(story())


def test_the_asynchronous_class_has_every_call() -> None:
    calls = {name for name in dir(Memory) if not name.startswith("_")}
    assert calls <= {*dir(AsyncMemory), "everwhen", "config", "ignored", "reranker"}


def test_everwhen_itself_sees_the_same_memories(m: Memory, clock: Ticking) -> None:
    given(m)
    m.add("I live in Lisbon.", user_id="u")
    page = m.everwhen.list(user_id="u")
    assert {fact.text for fact in page.items} == {"I like tea", "User lives in Lisbon"}
    m.everwhen.remember("Locker 12", user_id="u")
    assert "Locker 12" in texts(m)
    assert clock().astimezone(UTC) > datetime(2026, 3, 1, tzinfo=UTC)
