"""Reading transcripts: formats, speakers, times, and lines that are wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.compat.transcripts import Transcript, parse_transcript, read_transcript
from everwhen.errors import ContentError, InputError


def parse(text: str, **options: object) -> Transcript:
    return parse_transcript(text.encode(), **options)  # type: ignore[arg-type]


def said(found: Transcript) -> list[tuple[object, object, object]]:
    return [(m["role"], m.get("name"), m["content"]) for m in found.messages]


LINES = """
{"role": "user", "content": "Hi.", "name": "Dana", "at": "2026-03-01T10:00:00Z"}

{"role": "assistant", "content": "Hello.", "timestamp": 1772359260, "model": "x"}
"""


def test_json_lines_with_other_keys_kept_as_metadata() -> None:
    found = parse(LINES)
    assert found.format == "jsonl"
    assert said(found) == [("user", "Dana", "Hi."), ("assistant", None, "Hello.")]
    assert found.messages[1]["at"] == datetime(2026, 3, 1, 10, 1, tzinfo=UTC)
    assert found.messages[1]["metadata"] == {"model": "x"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_json_array_or_an_object_with_messages(wrapped: bool) -> None:
    items = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    found = parse(json.dumps({"messages": items} if wrapped else items, indent=1))
    assert found.format == "json"
    assert said(found) == [("user", None, "Hi."), ("assistant", None, "Hello.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_and_line_ends(encoding: str) -> None:
    data = LINES.replace("Hi.", "Olá 🎉").replace("\n", "\r\n").strip().encode(encoding)
    assert said(parse_transcript(data))[0] == ("user", "Dana", "Olá 🎉")


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(ContentError, match="not text in UTF-8 or UTF-16"):
        parse_transcript(b"\x89PNG\r\n\x1a\n\xff\xfe\xfd")


CHAT = """# Chat with Ada

## 2026-03-01

**User:** I live in Porto.

Pros: it is sunny
Cons: it rains
**Assistant:** Nice! For example:
```
User: not a speaker
## 2020-01-01
```
Note: ok

---

## 2026-03-02 (Monday)
**User**: I moved to Lisbon.
"""


def test_a_markdown_chat_under_headings_with_dates() -> None:
    found = parse(CHAT)
    assert found.format == "text"
    assert not found.problems
    assert said(found) == [
        ("user", None, "I live in Porto.\n\nPros: it is sunny\nCons: it rains"),
        (
            "assistant",
            None,
            "Nice! For example:\n```\nUser: not a speaker\n## 2020-01-01\n```\nNote: ok",
        ),
        ("user", None, "I moved to Lisbon."),
    ]
    assert found.messages[2]["at"] == datetime(2026, 3, 2, tzinfo=UTC)


def test_speakers_on_headings() -> None:
    found = parse("## User\n\nI like tea.\n\n## Assistant\n\nGood: tea it is.\n## Notes\nx\n")
    assert said(found) == [
        ("user", None, "I like tea."),
        ("assistant", None, "Good: tea it is.\n## Notes\nx"),
    ]


STAMPED = """[2026-03-01 10:00] Dana: Hi, I'm Dana
and this goes on
Note: this too
[10:02] Tom Baker: see https://example.org
2026-03-02T09:00:00Z Dana: another day
"""


def test_stamped_lines_and_a_time_alone_takes_the_date_before_it() -> None:
    found = parse(STAMPED, tz="Europe/Lisbon")
    assert said(found) == [
        ("user", "Dana", "Hi, I'm Dana\nand this goes on\nNote: this too"),
        ("user", "Tom Baker", "see https://example.org"),
        ("user", "Dana", "another day"),
    ]
    assert [m["at"] for m in found.messages] == [
        datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 10, 2, tzinfo=UTC),
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    ]


def test_names_that_recur_are_speakers_and_one_can_be_the_agent() -> None:
    text = "Dana: hello\nAda: hi\nDana: I have a dog\nRemember: feed it\nAda: ok\n"
    assert said(parse(text, assistants=["ada"])) == [
        ("user", "Dana", "hello"),
        ("assistant", "Ada", "hi"),
        ("user", "Dana", "I have a dog\nRemember: feed it"),
        ("assistant", "Ada", "ok"),
    ]


def test_a_time_without_a_zone_is_a_problem_of_its_line() -> None:
    found = parse(STAMPED)
    assert [str(one) for one in found.problems] == [
        "line 1: 2026-03-01T10:00 has no time zone, and --tz names none (such as --tz UTC)",
        "line 4: 2026-03-01T10:02 has no time zone, and --tz names none (such as --tz UTC)",
    ]


def test_undated_messages_are_said_at_the_given_time() -> None:
    found = parse("User: a\nAssistant: b\n", at="2026-03-01T10:00:00Z")
    assert {m["at"] for m in found.messages} == {datetime(2026, 3, 1, 10, tzinfo=UTC)}
    assert all("at" not in m for m in parse("User: a\nAssistant: b\n").messages)


BAD = '{"content": "a"}\n{bad\n{"role": "nobody", "content": "b"}\n5\n{"content": "c"}\n'


def test_bad_lines_are_named_and_nothing_is_read_unless_they_may_be_skipped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_transcript(path)
    for part in ("line 2: not JSON", "line 3: has role 'nobody'", "line 4: 5 is no object"):
        assert part in str(caught.value)
    kept = read_transcript(path, skip_bad=True)
    assert [m["content"] for m in kept] == ["a", "c"]


@pytest.mark.parametrize("text", ["", "\n\n", "[]", "---\n---\n"])
def test_a_file_without_messages_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="holds no messages"):
        read_transcript(path)


def test_words_without_a_speaker_and_other_exports_are_problems() -> None:
    assert str(parse("Just some words.\n").problems[0]) == "line 1: no speaker before these words"
    other = parse('[{"title": "x", "mapping": {}}]').problems[0]
    assert "it has no role and content (keys: title, mapping)" in str(other)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"content": "x", "metadata": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "too deeply"),
        (b'{"content": "x", "at": ' + b"9" * 5000 + b"}", "number too long"),
        (b'[{"a":' * 100_000, "too deeply"),
        (b'[{"a":' + b"9" * 5000, "number too long"),
    ],
)
def test_what_no_parser_takes_is_a_problem_of_its_line(data: bytes, says: str) -> None:
    (problem,) = parse_transcript(data).problems
    assert problem.place == "line 1" and says in problem.reason


def test_a_missing_file_is_an_error_of_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can not be read"):
        read_transcript(tmp_path / "none.md")


def ids(text: str, **options: object) -> list[object]:
    return [m["id"] for m in parse(text, **options).messages]


def test_ids_follow_from_words_and_place() -> None:
    short = "User: a\nAssistant: b\n"
    longer = short + "User: a\n"
    assert ids(short) == ids(short, at="2026-03-01T10:00:00Z")
    assert ids(longer)[:2] == ids(short)
    assert len(set(ids(longer))) == 3
    assert ids("User: x\nAssistant: b\n")[1] != ids(short)[1]


def test_an_own_id_is_kept_and_may_not_name_two_messages() -> None:
    found = parse('{"content": "a", "id": "1"}\n{"content": "b", "id": "1"}\n')
    assert [m["id"] for m in found.messages] == ["1"]
    assert str(found.problems[0]) == "line 2: id '1' stands on another message before it"
