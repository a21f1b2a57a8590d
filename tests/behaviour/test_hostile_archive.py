"""A damaged archive is refused whole, with what is wrong, and loading a sound one then works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from everwhen import Memory
from everwhen.errors import ContentError


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("archive") / "sound.jsonl"
    with Memory(":memory:") as memory:
        memory.add("I live in Lisbon.", user_id="dana", run_id="r")
        (home,) = memory.list(user_id="dana").items
        memory.correct(home.id, user_id="dana", value="Porto")
        memory.export(path)
    return path.read_text(encoding="utf-8").splitlines()


def refused(data: bytes, lines: list[str], folder: Path) -> str:
    bad, sound = folder / "bad.jsonl", folder / "sound.jsonl"
    bad.write_bytes(data)
    sound.write_text("\n".join(lines), encoding="utf-8")
    with Memory(":memory:") as memory:
        with pytest.raises(ContentError) as caught:
            memory.load(bad)
        assert memory.stats().episodes == 0
        assert memory.load(sound) == len(lines) - 1
    return str(caught.value)


def test_what_is_no_archive_is_refused(lines: list[str], tmp_path: Path) -> None:
    start = (lines[0] + "\n").encode()
    for data, says in [
        (b"", "not an archive"),
        (bytes(range(256)), "not text in UTF-8"),
        (start + b"\xff\xfe", "not text in UTF-8"),
        (start + b'{"a":' * 5000, "line 2: not JSON"),
        (start + b'{"a":' + b"9" * 5000 + b"}", "line 2: not JSON"),
        ("\n".join(lines).encode()[:-20], "not JSON"),
    ]:
        assert says in refused(data, lines, tmp_path)


@pytest.mark.parametrize(
    ("record", "field", "junk"),
    [
        ("episode", "metadata", 5),
        ("episode", "name", 5),
        ("episode", "at", "2026-01-01T00:00:00"),
        ("episode", "user_id", ""),
        ("claim", "subject", 5),
        ("claim", "start", "x"),
        ("claim", "confidence", "x"),
        ("claim", "targets", [[1]]),
        ("claim", "order", [1]),
        ("claim", "run_id", "\ud800"),
        ("claim", "withdrawn_at", "2000-01-01T00:00:00Z"),
    ],
)
def test_a_damaged_record_is_refused(
    lines: list[str], tmp_path: Path, record: str, field: str, junk: object
) -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    row = next(row for row in rows if row.get("record") == record)
    row[field] = junk
    data = "\n".join(json.dumps(row) for row in rows).encode()
    assert f"damaged {record}" in refused(data, lines, tmp_path)


def test_metadata_is_never_deeper_than_can_be_read_back(tmp_path: Path) -> None:
    deep: dict[str, object] = {}
    for _ in range(101):
        deep = {"a": deep}
    with Memory(":memory:") as memory:
        with pytest.raises(ContentError, match="deep"):
            memory.add("hello", user_id="dana", metadata=deep)
        inner = deep["a"]
        assert isinstance(inner, dict)
        memory.add("hello", user_id="dana", metadata=inner)
        assert memory.export(tmp_path / "deep.jsonl") == 2
