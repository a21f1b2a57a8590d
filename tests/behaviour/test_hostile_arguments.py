"""Anything given where something else is meant is an InputError, and changes nothing."""

from __future__ import annotations

import base64
import inspect
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from everwhen import Memory
from everwhen.errors import InputError, NotFoundError, SettingsError


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    with Memory(":memory:") as memory:
        memory.add("My name is Dana and I live in Lisbon.", user_id="dana")
        yield memory


JUNK = [
    0.5,
    -1,
    b"bytes",
    object(),
    ["a", object()],
    {"a": object()},
    {1: 2},
    {3},
    range(2),
    date(2026, 1, 1),
    datetime(2026, 1, 1),  # noqa: DTZ001
    Decimal(1),
    "",
    "\ud800\0",
]

GIVEN: dict[str, dict[str, object]] = {
    "add": {"messages": "hello"},
    "remember": {"text": "hello"},
    "correct": {"id": "nothing", "value": "x"},
    "end": {"id": "nothing"},
    "retract": {"id": "nothing"},
    "forget": {"id": "nothing"},
    "search": {"query": "home"},
    "context": {"query": "home"},
    "get": {"id": "nothing"},
    "list": {},
    "timeline": {},
    "history": {"id": "nothing"},
    "scopes": {},
}
FINE = {
    *(("add", name, "\ud800\0") for name in ("messages", "instructions")),
    ("remember", "text", "\ud800\0"),
    *(("remember", name, "\ud800\0") for name in ("subject", "attribute", "value")),
    *((verb, "query", "\ud800\0") for verb in ("search", "context")),
    *(("list", name, "\ud800\0") for name in ("subject", "attribute")),
    *(("timeline", name, "\ud800\0") for name in ("subject", "attribute")),
    ("context", "model", "\ud800\0"),
    ("scopes", "id", ""),
    ("scopes", "id", "\ud800\0"),
    ("search", "min_score", 0.5),
    ("search", "min_score", -1),
}
"""What is odd and may be given all the same."""
CONDITIONS = {"where"}
"""Compared with what is stored, so any value of a dict will do."""


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        (verb, name)
        for verb in GIVEN
        for name in inspect.signature(getattr(Memory, verb)).parameters
        if name != "self"
    ],
)
def test_junk_is_refused_in_every_place(memory: Memory, verb: str, name: str) -> None:
    before = memory.stats()
    for junk in JUNK:
        if isinstance(junk, float | int | str) and (verb, name, junk) in FINE:
            continue
        if name in CONDITIONS and isinstance(junk, dict) and 1 not in junk:
            continue
        arguments = {"user_id": "dana", **GIVEN[verb], name: junk}
        with pytest.raises((InputError, NotFoundError)):
            getattr(memory, verb)(**arguments)
    assert memory.stats() == before


@pytest.mark.parametrize("path", [None, 5, b"x", "", " ", "a\0b", "\ud800", object(), "x" * 5000])
def test_an_archive_wants_a_path(memory: Memory, path: object) -> None:
    for verb in (memory.export, memory.load):
        with pytest.raises(InputError):
            verb(path)  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [-1, 1.5, "3", True, [1]])
def test_work_wants_a_whole_number(memory: Memory, limit: object) -> None:
    with pytest.raises(InputError, match="limit"):
        memory.work(limit=limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["", "1", "1:", "a:b", "1:2:3", f"{1 << 63}:1", f"1:-{1 << 64}", "9" * 300 + ":1"]
)
@pytest.mark.parametrize("kind", ["fact", "episode"])
def test_a_cursor_that_no_page_gave_is_refused(memory: Memory, kind: str, written: str) -> None:
    forged = base64.urlsafe_b64encode(written.encode()).decode()
    with pytest.raises(InputError, match="not one that a page gave"):
        memory.list(user_id="dana", kind=kind, cursor=forged)  # type: ignore[call-overload]


def test_no_is_not_taken_for_true(memory: Memory) -> None:
    with pytest.raises(InputError, match="True or False"):
        memory.forget(user_id="dana", everything="no")  # type: ignore[arg-type]
    assert memory.list(user_id="dana").items


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": 5},
        {"url": b"memory.db"},
        {"url": "file:memory.db?mode=memory"},
        {"url": "sqlite:memory.db"},
        {"url": "sqlite:///memory.db?mode=ro"},
        {"url": "lone\ud800.db"},
        {"embedder": 5},
        {"extractor": object()},
        {"counter": []},
        {"reranker": 5},
        {"clock": 5},
        {"tz": 5},
        {"vocabulary": 5},
        {"vocabulary": sys.executable},
        {"vocabulary": "\0"},
        {"vocabulary": "\ud800"},
        {"vocabulary": "."},
    ],
    ids=lambda given: next(iter(given), "nothing"),
)
def test_a_memory_is_not_opened_with_junk(
    wrong: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError):
        Memory(**{"url": "memory.db", **wrong})  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_the_home_folder_may_be_written_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EVERWHEN_URL", "~/memory.db")
    with Memory():
        assert [path.name for path in tmp_path.glob("*.db")] == ["memory.db"]


@pytest.mark.parametrize("verb", ["get", "history", "end", "retract", "correct", "forget"])
def test_an_id_of_any_length_is_refused_in_few_words(memory: Memory, verb: str) -> None:
    more = {"value": "x"} if verb == "correct" else {}
    for id in ("x" * 500, "x" * 1_000_000, "\0", "\ud800"):
        with pytest.raises((InputError, NotFoundError)) as refused:
            getattr(memory, verb)(id=id, user_id="dana", **more)
        assert len(str(refused.value)) < 700
