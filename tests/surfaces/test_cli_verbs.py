"""What each command does, and what it prints."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from pathlib import Path

import pytest
from command import Everwhen, home_of


def test_add_keeps_messages_and_says_what_it_took_from_them(everwhen: Everwhen) -> None:
    done = everwhen("add", "I live in Lisbon.", "--user", "dana", "--at", "2026-03-01", "--json")
    assert done.code == 0
    (episode,) = done.json["episodes"]
    assert (episode["content"], episode["at"]) == ("I live in Lisbon.", "2026-03-01T00:00:00Z")
    (decision,) = done.json["decisions"]
    assert decision["action"] == "add"
    assert [fact["value"] for fact in done.json["facts"].values()] == ["Lisbon"]
    shown = everwhen("add", "Now I live in Porto.", "--user", "dana")
    assert "1 message kept" in shown.out
    assert "Porto" in shown.out
    assert "no longer" in shown.out


def test_add_says_what_was_taken_out(everwhen: Everwhen) -> None:
    done = everwhen("add", "My pin is 4821.", "--user", "dana")
    assert "taken out: 1 pin" in done.out
    done = everwhen("add", "My pin is 4821.", "--user", "dana", "--json")
    assert done.json["redacted"] == {"pin": 1}
    assert "4821" not in done.out


def test_a_policy_is_set_shown_and_cleared(everwhen: Everwhen) -> None:
    whose = ("--user", "dana")
    done = everwhen("set-policy", *whose, "--never", "health", "--instructions", "Be brief.")
    assert "never: health" in done.out
    assert "can not follow" in done.err
    shown = everwhen("policy", *whose, "--json").json
    assert shown == {"keep": [], "never": ["health"], "instructions": "Be brief."}
    assert "policy never keeps health" in everwhen("add", "I am allergic to nuts.", *whose).out
    assert "1 scopes" in everwhen("doctor").out
    assert everwhen("set-policy", *whose).code == 2
    assert "whatever is stated" in everwhen("set-policy", *whose, "--clear").out
    everwhen("add", "I am allergic to nuts.", *whose)
    listed = everwhen("list", *whose, "--category", "health", "--json").json["items"]
    assert [fact["attribute"] for fact in listed] == ["allergy"]


def test_add_takes_role_name_metadata_and_key(everwhen: Everwhen) -> None:
    arguments = (
        *("add", "Noted.", "--user", "dana", "--role", "assistant", "--name", "Ada"),
        *("-m", "topic=travel", "--id", "k1", "--json"),
    )
    first, again = everwhen(*arguments).json, everwhen(*arguments).json
    assert first["episodes"] == again["episodes"]
    (episode,) = first["episodes"]
    assert (episode["role"], episode["name"], episode["key"]) == ("assistant", "Ada", "k1")
    assert episode["metadata"] == {"topic": "travel"}
    assert everwhen("stats", "--json").json["episodes"] == 1


def test_add_reads_standard_input(everwhen: Everwhen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Olá 🎉\n".encode())))
    done = everwhen("add", "-", "--user", "dana", "--json")
    assert done.json["episodes"][0]["content"] == "Olá 🎉"


def test_work_takes_the_facts_of_messages_added_without_waiting(everwhen: Everwhen) -> None:
    added = everwhen("add", "I live in Lisbon.", "--user", "dana", "--no-wait")
    assert "everwhen work" in added.out
    assert everwhen("stats", "--json").json["pending"] == 1
    assert "1 messages wait" in everwhen("doctor").out
    assert everwhen("work", "--json").json["pending"] == 0
    assert [f["value"] for f in everwhen("list", "--user", "dana", "--json").json["items"]] == [
        "Lisbon"
    ]


def test_no_extract_keeps_the_words_alone(everwhen: Everwhen) -> None:
    done = everwhen("add", "I live in Lisbon.", "--user", "dana", "--no-extract", "--json")
    assert done.json["decisions"] == []
    assert everwhen("stats", "--json").json["pending"] == 0


def test_search_finds_what_is_true_now_then_and_as_known_then(dana: Everwhen) -> None:
    assert dana("search", "Where does Dana live?", "--json").json[0]["value"] == "Porto"
    then = dana("search", "Where does Dana live?", "--as-of", "2025-01-01", "--json")
    assert then.json[0]["value"] == "Lisbon"
    known = dana("search", "Where does Dana live?", "--known-at", "2020-01-01", "--json")
    assert (known.code, known.json) == (3, [])


def test_search_shows_scores_and_with_verbose_the_signals(dana: Everwhen) -> None:
    plain = dana("search", "Where does Dana live?", "--kind", "fact", "-k", "1")
    assert plain.out.splitlines()[0].split() == ["score", "kind", "text", "since", "id"]
    assert "Dana lives in Porto." in plain.out
    assert "lexical +" in dana("search", "Where does Dana live?", "-v").out


def test_search_filters_on_metadata(dana: Everwhen) -> None:
    dana("remember", "The locker is 12.", "-m", "place=gym")
    found = dana("search", "locker", "--where", '{"place": "gym"}', "--json")
    assert [hit["text"] for hit in found.json] == ["The locker is 12."]
    assert dana("search", "locker", "--where", '{"place": "home"}', "--json").code == 3


def test_context_prints_the_block_and_keeps_the_budget(dana: Everwhen) -> None:
    found = dana("context", "Where does Dana live?", "--json").json
    assert "Porto" in found["text"]
    assert found["tokens"] <= found["budget_tokens"] == 1000
    assert dana("context", "Where does Dana live?", "--text").out == found["text"] + "\n"
    assert "tokens of 1000" in dana("context", "Where does Dana live?").out
    assert dana("context", "Where does Dana live?", "--budget", "0", "--json").json["text"] == ""


def test_list_gives_facts_or_messages_page_by_page(dana: Everwhen) -> None:
    assert "Dana lives in Porto." in dana("list").out
    assert "Lisbon" not in dana("list").out
    first = dana("list", "--kind", "episode", "--limit", "1", "--json").json
    second = dana(
        "list", "--kind", "episode", "--limit", "1", "--cursor", first["cursor"], "--json"
    ).json
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert (
        f"more: --cursor {first['cursor']}" in dana("list", "--kind", "episode", "--limit", "1").out
    )
    assert dana("list", "--kind", "review").code == 3
    assert dana("list", "--kind", "episode", "--subject", "user").code == 2


def test_get_shows_a_fact_with_the_words_it_rests_on(dana: Everwhen) -> None:
    fact = home_of(dana)
    shown = dana("get", fact["id"]).out
    assert "2026-01-01 to further notice" in shown
    assert "“Dana lives in Porto.”" in shown
    (source,) = dana("get", fact["id"], "--json").json["sources"]
    assert "Dana lives in Porto." in dana("get", source["episode_id"]).out
    before = dana("get", fact["id"], "--known-at", "2020-01-01")
    assert before.code == 3


def test_timeline_draws_each_period(dana: Everwhen) -> None:
    lines = dana("timeline").out.splitlines()
    assert lines[0] == "user · home"
    assert lines[1].split()[0] == "Lisbon"
    assert lines[1].split()[-2:] == ["2024-01-01", "2026-01-01"]
    assert lines[2].split()[0] == "Porto"
    assert "▸" in lines[2]
    assert [f["value"] for f in dana("timeline", "--json").json] == ["Lisbon", "Porto"]
    assert dana("timeline", "--attribute", "employer").code == 3


def test_history_is_the_log(dana: Everwhen) -> None:
    fact = home_of(dana)
    (decision,) = dana("history", fact["id"], "--json").json
    assert decision["action"] == "update"
    assert "~ update" in dana("history", fact["id"]).out


def test_correct_end_and_retract_change_facts_as_they_say(dana: Everwhen) -> None:
    corrected = dana("correct", home_of(dana)["id"], "--value", "Braga", "--json").json
    assert corrected["value"] == "Braga"
    assert corrected["valid_from"] == "2026-01-01T00:00:00Z"
    ended = dana("end", corrected["id"], "--at", "2026-02-01", "--json").json
    assert ended["valid_to"] == "2026-02-01T00:00:00Z"
    undone = dana("retract", corrected["id"], "--json")
    assert undone.code == 0
    assert undone.json["decisions"]


def test_forget_removes_and_shows_the_receipt(dana: Everwhen) -> None:
    fact = home_of(dana)
    done = dana("forget", fact["id"], "--yes", "--json")
    assert (done.code, done.json["remaining"]) == (0, 0)
    assert done.json["episodes"] == 1
    assert dana("get", fact["id"]).code == 3
    assert b"Porto" not in Path("dana.db").read_bytes()
    shown = dana("forget", "--query", "Lisbon", "--yes")
    assert "remaining" in shown.out
    assert dana("forget", "--query", "Lisbon", "--yes").code == 3
    assert dana("list").code == 3


def test_forget_wants_a_terminal_or_yes(dana: Everwhen) -> None:
    refused = dana("forget", "--everything")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert dana("list").code == 0


def test_export_and_load_carry_everything_over(dana: Everwhen) -> None:
    lines = dana("export", "out.jsonl", "--json").json["lines"]
    assert len(Path("out.jsonl").read_text().splitlines()) == lines
    assert dana("load", "out.jsonl", "--db", "copy.db", "--json").json["new"] == 4
    assert dana("load", "out.jsonl", "--db", "copy.db").out == "0 new\n"
    assert dana("list", "--db", "copy.db", "--json").json == dana("list", "--json").json


def test_reindex_gives_the_same_facts(dana: Everwhen) -> None:
    before = dana("timeline", "--json").json
    assert "rebuilt: 1 current facts" in dana("reindex").out
    after = dana("timeline", "--json").json
    assert [(f["id"], f["value"]) for f in after] == [(f["id"], f["value"]) for f in before]


def test_stats_counts(dana: Everwhen) -> None:
    found = dana("stats", "--json").json
    assert (found["episodes"], found["facts"], found["current_facts"]) == (2, 3, 1)
    assert "rules" in dana("stats").out


def test_doctor_finds_nothing_wrong_with_a_healthy_file(dana: Everwhen) -> None:
    found = dana("doctor", "--json")
    assert found.code == 0
    assert {one["verdict"] for one in found.json} == {"ok"}


def test_doctor_says_how_to_mend_what_is_wrong(dana: Everwhen) -> None:
    Path("other.txt").write_text("not a database, but long enough to look at\n" * 10)
    found = dana("doctor", "--db", "other.txt", "--json")
    assert found.code == 1
    (bad,) = [one for one in found.json if one["verdict"] == "bad"]
    assert bad["name"] == "opens"
    assert bad["fix"]
    missing = dana("doctor", "--db", "none.db", "--json")
    assert missing.code == 0
    assert not Path("none.db").exists()
    Path("wrong.toml").write_text("colour = 'red'")


def test_doctor_names_damage_with_what_to_do(dana: Everwhen) -> None:
    database = sqlite3.connect(dana("stats", "--json").json["url"])
    with database:
        database.execute("DELETE FROM items WHERE kind = 0")
    database.close()
    found = dana("doctor", "--json")
    assert found.code == 1
    bad = [one["found"] for one in found.json if one["verdict"] == "bad"]
    assert "3 facts are not in the index" in bad
    assert "-> `everwhen reindex`" in " ".join(dana("doctor").out.split())
    assert dana("reindex").code == dana("doctor").code == 0


def test_doctor_reads_the_settings_file(dana: Everwhen, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("wrong.toml").write_text("colour = 'red'")
    monkeypatch.setenv("EVERWHEN_CONFIG", "wrong.toml")
    found = dana("doctor", "--json")
    assert found.code == 1
    assert "colour" in json.dumps(found.json)


def test_scopes_says_whose_memories_there_are(
    dana: Everwhen, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = home_of(dana)
    dana("add", "Hello.", "--agent", "desk")
    monkeypatch.delenv("EVERWHEN_USER")
    found = dana("scopes", "--json").json
    assert [(one["user_id"], one["agent_id"]) for one in found] == [
        ("dana", None),
        ("dana", "desk"),
    ]
    assert dana("scopes", "--id", fact["id"], "--json").json == found[:1]
    assert "desk" in dana("scopes").out
    nobody = dana("scopes", "--user", "erik")
    assert (nobody.code, nobody.out.strip()) == (3, "nothing found")


def test_correct_may_change_the_metadata_alone(dana: Everwhen) -> None:
    fact = home_of(dana)
    new = dana("correct", fact["id"], "-m", "source=form", "--json").json
    assert (new["text"], new["metadata"]) == (fact["text"], {"source": "form"})
