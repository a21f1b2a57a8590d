"""What Mem0's documentation promises of `add`, in our own words."""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, date, datetime

import pytest
from ticking import Ticking

from everwhen.compat.mem0 import Memory, ValidationError

U = {"user_id": "u"}


def texts(m: Memory, **filters: object) -> list[object]:
    return [one["memory"] for one in m.get_all(filters=filters or U)["results"]]  # type: ignore[attr-defined]


# -- as given ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "messages",
    ["I like tea", {"role": "user", "content": "I like tea"},
     [{"role": "user", "content": "I like tea"}]],
)  # fmt: skip
def test_a_text_a_dict_and_a_list_are_taken(m: Memory, messages: object) -> None:
    (added,) = m.add(messages, user_id="u", infer=False)["results"]
    assert (added["memory"], added["event"], added["role"]) == ("I like tea", "ADD", "user")


def test_each_message_is_a_memory_with_its_role_and_speaker(m: Memory) -> None:
    added = m.add(
        [
            {"role": "user", "content": "I like tea", "name": "Ann"},
            {"role": "assistant", "content": "Noted."},
        ],
        user_id="u",
        infer=False,
    )["results"]
    assert [(one["memory"], one["role"], one["actor_id"]) for one in added] == [
        ("I like tea", "user", "Ann"),
        ("Noted.", "assistant", None),
    ]
    first = m.get(str(added[0]["id"]))
    assert first is not None
    assert (first["role"], first["actor_id"]) == ("user", "Ann")


def test_system_messages_are_no_memories(m: Memory) -> None:
    m.add(
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi there"}],
        user_id="u",
        infer=False,
    )
    assert texts(m) == ["Hi there"]


def test_the_same_words_given_twice_are_two_memories(m: Memory) -> None:
    ids = {m.add("I like tea", user_id="u", infer=False)["results"][0]["id"] for _ in range(3)}
    assert len(ids) == 3
    assert texts(m) == ["I like tea"] * 3


def test_words_are_kept_as_they_are(m: Memory) -> None:
    odd = "  Olá\t🎉 \n – My name is Dana and I live in Lisbon. "
    m.add(odd, user_id="u", infer=False)
    assert texts(m) == [odd]


def test_of_a_message_with_images_the_text_is_kept(
    m: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    parts = [
        {"type": "text", "text": "My new bike"},
        {"type": "image_url", "image_url": {"url": "https://example.org/bike.png"}},
    ]
    m.add([{"role": "user", "content": parts}], user_id="u", infer=False)
    assert texts(m) == ["My new bike"]
    assert "images are not looked at" in caplog.text


def test_what_is_no_message_is_skipped_and_logged(
    m: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    m.add(
        [{"content": "no role"}, {"role": "user"}, {"role": "user", "content": "kept"}, 7],
        user_id="u",
        infer=False,
    )
    assert texts(m) == ["kept"]
    assert len([r for r in caplog.records if "skipped" in r.getMessage()]) == 3


@pytest.mark.parametrize("messages", ["", "  ", [], [{"role": "user", "content": ""}]])
@pytest.mark.parametrize("infer", [True, False])
def test_nothing_to_remember_is_an_error(m: Memory, messages: object, infer: bool) -> None:
    with pytest.raises(ValidationError, match="nothing to remember"):
        m.add(messages, user_id="u", infer=infer)


@pytest.mark.parametrize("messages", [7, None, ("a",), {"a"}, b"x"])
def test_other_types_are_refused_by_code(m: Memory, messages: object) -> None:
    with pytest.raises(ValidationError) as caught:
        m.add(messages, user_id="u")
    assert caught.value.error_code == "VALIDATION_003"


# -- whose ---------------------------------------------------------------------------------------


def test_one_id_is_needed(m: Memory) -> None:
    with pytest.raises(ValidationError) as caught:
        m.add("I like tea")
    assert caught.value.error_code == "VALIDATION_001"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", ["user_id", "agent_id", "run_id"])
def test_any_one_id_will_do(m: Memory, name: str) -> None:
    m.add("I like tea", infer=False, **{name: "x"})  # type: ignore[arg-type]
    (found,) = m.get_all(filters={name: "x"})["results"]  # type: ignore[misc, attr-defined]
    assert found[name] == "x"


@pytest.mark.parametrize(("given", "kept"), [(7, "7"), ("  u  ", "u")])
def test_numbers_become_text_and_blanks_around_ids_go(m: Memory, given: object, kept: str) -> None:
    m.add("I like tea", user_id=given, infer=False)
    assert texts(m, user_id=kept) == texts(m, user_id=given) == ["I like tea"]


@pytest.mark.parametrize("bad", ["", "   ", "a b", "a\tb", ["u"], {"eq": "u"}])
@pytest.mark.parametrize("name", ["user_id", "agent_id", "run_id"])
def test_ids_that_can_not_be_are_refused(m: Memory, name: str, bad: object) -> None:
    with pytest.raises(ValueError, match=f"Invalid {name}"):
        m.add("I like tea", **{name: bad})  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["user_id", "agent_id", "run_id", "actor_id"])
def test_metadata_does_not_say_whose_a_memory_is(
    m: Memory, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    m.add("I like tea", user_id="u", infer=False, metadata={key: "eve", "k": 1})
    (found,) = m.get_all(filters=U)["results"]  # type: ignore[misc, attr-defined]
    assert found["metadata"] == {"k": 1}
    assert found["user_id"] == "u"
    assert key in caplog.text


# -- what comes with it --------------------------------------------------------------------------


def test_an_item_has_the_documented_keys(m: Memory) -> None:
    (added,) = m.add(
        "I like tea", user_id="u", agent_id="a", run_id="r", infer=False,
        metadata={"k": 1}, expiration_date="2999-01-01",
    )["results"]  # fmt: skip
    item = m.get(str(added["id"]))
    assert item == {
        "id": added["id"],
        "memory": "I like tea",
        "hash": hashlib.md5(b"I like tea").hexdigest(),
        "metadata": {"k": 1},
        "created_at": item and item["created_at"],
        "updated_at": item and item["created_at"],
        "user_id": "u",
        "agent_id": "a",
        "run_id": "r",
        "role": "user",
        "expiration_date": "2999-01-01",
        "score": None,
    }
    assert str(item and item["created_at"]).startswith("2026-03-01T09:00")


def test_metadata_is_null_where_there_is_none(m: Memory) -> None:
    m.add("I like tea", user_id="u", infer=False)
    (found,) = m.get_all(filters=U)["results"]  # type: ignore[misc, attr-defined]
    assert found["metadata"] is None


@pytest.mark.parametrize("key", ["data", "hash", "id", "role", "updated_at", "created_at", "mem0"])
def test_metadata_under_names_that_mem0_keeps_for_itself_is_not_lost(m: Memory, key: str) -> None:
    m.add("I like tea", user_id="u", infer=False, metadata={key: "mine"})
    (found,) = m.get_all(filters=U)["results"]  # type: ignore[misc, attr-defined]
    assert found["metadata"] == {key: "mine"}
    assert found["memory"] == "I like tea"


@pytest.mark.parametrize("metadata", [["a"], "a", 3])
def test_metadata_is_a_dict(m: Memory, metadata: object) -> None:
    with pytest.raises(ValidationError, match="metadata must be a dict"):
        m.add("I like tea", user_id="u", metadata=metadata)  # type: ignore[arg-type]


def test_metadata_that_is_no_json_is_refused_and_keeps_nothing(m: Memory) -> None:
    with pytest.raises(ValueError, match="not JSON"):
        m.add("I like tea", user_id="u", infer=False, metadata={"when": object()})
    assert texts(m) == []


@pytest.mark.parametrize(
    "given", ["2999-01-01", date(2999, 1, 1), datetime(2999, 1, 1, 5, tzinfo=UTC)]
)
def test_an_expiration_date_is_a_day_however_given(m: Memory, given: object) -> None:
    m.add("I like tea", user_id="u", infer=False, expiration_date=given)
    (found,) = m.get_all(filters=U)["results"]  # type: ignore[misc, attr-defined]
    assert found["expiration_date"] == "2999-01-01"


@pytest.mark.parametrize("bad", ["soon", "01/02/2030", 7, "2026-02-30"])
def test_an_expiration_date_that_is_none_is_refused(m: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        m.add("I like tea", user_id="u", infer=False, expiration_date=bad)


@pytest.mark.parametrize(
    "given", [1718000000, 1718000000.0, "2024-06-10T06:13:20Z", "2024-06-10T06:13:20",
              datetime(2024, 6, 10, 6, 13, 20, tzinfo=UTC)],
)  # fmt: skip
@pytest.mark.parametrize("infer", [True, False])
def test_a_timestamp_says_when_it_was_said(m: Memory, given: object, infer: bool) -> None:
    m.add("I live in Porto.", user_id="u", infer=infer, timestamp=given)
    (found,) = m.get_all(filters=U)["results"]  # type: ignore[misc, attr-defined]
    assert found["created_at"] == "2024-06-10T06:13:20+00:00"


@pytest.mark.parametrize("bad", ["yesterday", [1], 10**30, True])
def test_a_timestamp_that_is_none_is_refused(m: Memory, bad: object) -> None:
    with pytest.raises(ValueError, match="timestamp"):
        m.add("I like tea", user_id="u", timestamp=bad)


# -- worked out ----------------------------------------------------------------------------------


def test_facts_are_worked_out_by_default(m: Memory) -> None:
    added = m.add("My name is Dana and I live in Lisbon.", user_id="u")["results"]
    assert {str(one["memory"]) for one in added} == {"Dana's name is Dana", "Dana lives in Lisbon"}
    assert {one["event"] for one in added} == {"ADD"}


def test_what_says_nothing_that_lasts_gives_no_memory(m: Memory) -> None:
    assert m.add("Hello! How are you?", user_id="u") == {"results": []}
    assert texts(m) == []


def test_a_fact_has_the_metadata_and_ids_of_its_message(m: Memory) -> None:
    (added,) = m.add(
        "I live in Lisbon.", user_id="u", agent_id="a", run_id="r", metadata={"k": 1},
        expiration_date="2999-01-01",
    )["results"]  # fmt: skip
    item = m.get(str(added["id"]))
    assert item is not None
    assert item["metadata"] == {"k": 1}
    assert (item["user_id"], item["agent_id"], item["run_id"]) == ("u", "a", "r")
    assert item["expiration_date"] == "2999-01-01"


def test_a_change_is_an_update_that_tells_what_was(m: Memory) -> None:
    m.add("I live in Lisbon.", user_id="u")
    (changed,) = m.add("I live in Porto now.", user_id="u")["results"]
    assert (changed["event"], changed["memory"]) == ("UPDATE", "User lives in Porto")
    assert changed["previous_memory"] == "User lives in Lisbon"
    assert texts(m) == ["User lives in Porto"]


def test_what_is_known_is_no_news(m: Memory) -> None:
    (first,) = m.add("I live in Lisbon.", user_id="u")["results"]
    (again,) = m.add("I live in Lisbon.", user_id="u")["results"]
    assert (again["event"], again["id"]) == ("NONE", first["id"])
    assert texts(m) == ["User lives in Lisbon"]


def test_what_ends_is_deleted(m: Memory) -> None:
    (first,) = m.add("I work at Helios.", user_id="u")["results"]
    (ended,) = m.add("I quit my job.", user_id="u")["results"]
    assert (ended["event"], ended["id"]) == ("DELETE", first["id"])
    assert texts(m) == []


def test_facts_of_the_past_do_not_replace_those_of_now(m: Memory) -> None:
    m.add("I live in Porto.", user_id="u", timestamp="2026-02-01")
    m.add("I live in Lisbon.", user_id="u", timestamp="2024-02-01")
    assert texts(m) == ["User lives in Porto"]
    found = m.search("Where do I live?", filters=U, reference_date="2025-01-01")["results"]
    assert [one["memory"] for one in found] == ["User lives in Lisbon"]


def test_a_prompt_is_passed_over_and_that_is_said(
    m: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "everwhen.compat.mem0"):
        m.add("I live in Lisbon.", user_id="u", prompt="Only hobbies.")
    assert "prompt=" in caplog.text
    assert texts(m) == ["User lives in Lisbon"]


def test_a_procedure_is_one_memory_of_the_whole_conversation(m: Memory) -> None:
    (added,) = m.add(
        [{"role": "user", "content": "Open the page."},
         {"role": "assistant", "content": "It is open."}],
        agent_id="a", memory_type="procedural_memory",
    )["results"]  # fmt: skip
    assert added["memory"] == "user: Open the page.\nassistant: It is open."
    assert added["event"] == "ADD"
    item = m.get(str(added["id"]))
    assert item is not None
    assert item["metadata"] == {"memory_type": "procedural_memory"}


def test_another_memory_type_is_refused_by_code(m: Memory) -> None:
    with pytest.raises(ValidationError) as caught:
        m.add("x", agent_id="a", memory_type="semantic_memory")
    assert caught.value.error_code == "VALIDATION_002"


def test_categories_are_given_or_follow_from_what_it_is_about(m: Memory) -> None:
    m.add("Opera on Friday", user_id="u", infer=False, categories=["music", "plans"])
    m.add("I am allergic to peanuts.", user_id="u")
    found = {one["memory"]: one["categories"] for one in m.get_all(filters=U)["results"]}  # type: ignore[attr-defined]
    assert found["Opera on Friday"] == ["music", "plans"]
    assert [v for k, v in found.items() if "peanuts" in str(k)] == [["health"]]
    m.add("I have a car. My rent is 900 euros. I plan to run a marathon.", user_id="v")
    about = [one["categories"] for one in m.get_all(filters={"user_id": "v"})["results"]]  # type: ignore[attr-defined]
    assert about == [["travel"], ["personal_details"], ["milestones"]]


def test_a_day_that_passes(m: Memory, clock: Ticking) -> None:
    m.add("The code is 12", user_id="u", infer=False, expiration_date="2026-03-02")
    clock.now = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    assert texts(m) == ["The code is 12"]
    clock.now = datetime(2026, 3, 3, tzinfo=UTC)
    assert texts(m) == []
