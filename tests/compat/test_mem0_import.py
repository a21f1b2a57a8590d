"""Importing what Mem0 holds: its store, its history, its exports, and pickles that mean harm.

`mem0_store/` was written by mem0ai 2.2.1 with its default store: six memories added, one of them
updated and one deleted.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ticking import Ticking

from everwhen.compat.mem0 import Memory
from everwhen.compat.mem0.importing import keep, read_exports
from everwhen.errors import ContentError, InputError
from everwhen.model.records import Scope
from everwhen.surfaces.cli import run

STORE = Path(__file__).parent / "mem0_store"
DANA = {"user_id": "dana"}
BOILER = "df314081-158f-4d0b-bb2b-c5eb4d2c9895"


def texts(m: Memory, **filters: object) -> list[object]:
    return [one["memory"] for one in m.get_all(filters=filters)["results"]]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def later(clock: Ticking) -> None:
    """After everything in the store was said."""
    clock.now = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(STORE, tmp_path / "mem0"))


# -- the store -----------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["", "qdrant"])
def test_a_store_is_read_with_the_history_beside_it(m: Memory, store: Path, inside: str) -> None:
    found = read_exports([store / inside])
    assert (found.count, found.problems) == (5, [])
    keep(m.everwhen, found)
    assert texts(m, **DANA) == [
        "Dana keeps bees", "Noted the bees.", "The boiler is in the attic",
    ]  # fmt: skip
    assert texts(m, user_id="erik", agent_id="coach") == ["Erik plays the cello"]
    assert texts(m, agent_id="house") == ["Rooms are cleaned on Friday"]


def test_a_memory_keeps_its_id_fields_and_history(m: Memory, store: Path) -> None:
    keep(m.everwhen, read_exports([store]))
    item = m.get(BOILER)
    assert item is not None
    assert item["id"] == BOILER
    assert item["created_at"] == "2026-11-25T03:28:54.550405+00:00"
    assert item["updated_at"] == "2026-11-25T03:28:54.585704+00:00"
    assert [(row["event"], row["new_memory"]) for row in m.history(BOILER)] == [
        ("ADD", "The boiler is in the cellar"), ("UPDATE", "The boiler is in the attic"),
    ]  # fmt: skip
    bees = m.get_all(filters={**DANA, "topic": "garden", "actor_id": "Dana"})["results"][0]  # type: ignore[index]
    assert (bees["run_id"], bees["role"]) == ("monday", "user")
    assert bees["metadata"] == {"topic": "garden"}
    (erik,) = m.get_all(filters={"user_id": "erik"})["results"]  # type: ignore[misc, attr-defined]
    assert erik["expiration_date"] == "2999-01-01"


def test_an_imported_memory_is_changed_under_its_old_id(m: Memory, store: Path) -> None:
    keep(m.everwhen, read_exports([store]))
    m.update(BOILER, "The boiler is gone")
    m.update(BOILER, metadata={"k": 1})
    item = m.get(BOILER)
    assert item is not None
    assert (item["memory"], item["metadata"]) == ("The boiler is gone", {"k": 1})
    assert [row["event"] for row in m.history(BOILER)] == ["ADD", "UPDATE", "UPDATE", "UPDATE"]
    m.delete(BOILER)
    assert m.get(BOILER) is None


def test_importing_twice_changes_nothing_and_brings_nothing_back(m: Memory, store: Path) -> None:
    keep(m.everwhen, read_exports([store]))
    m.update(BOILER, "The boiler is gone")
    bees = next(iter(m.get_all(filters=DANA)["results"]))  # type: ignore[call-overload]
    m.delete(str(bees["id"]))
    before = m.everwhen.stats()
    keep(m.everwhen, read_exports([store]))
    assert m.everwhen.stats() == before
    assert texts(m, **DANA) == ["Noted the bees.", "The boiler is gone"]


def test_more_than_one_chunk_with_progress(m: Memory, tmp_path: Path) -> None:
    rows = [{"id": f"m{n}", "memory": f"shelf {n}", "user_id": "u"} for n in range(1_050)]
    path = tmp_path / "all.json"
    path.write_text(json.dumps(rows))
    steps: list[tuple[int, int]] = []
    keep(m.everwhen, read_exports([path]), lambda *at: steps.append(at))
    assert steps == [(500, 1_050), (1_000, 1_050), (1_050, 1_050)]
    assert len(m.get_all(filters={"user_id": "u"}, top_k=2_000)["results"]) == 1_050  # type: ignore[arg-type]


# -- pickles that mean harm ----------------------------------------------------------------------


class Runs:
    """Pickles into a call of a function that would leave a file behind."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.made),))


def _named(module: str, name: str, *arguments: bytes) -> bytes:
    """A pickle that calls what a name stands for."""
    inner = b"".join(b"X" + len(one).to_bytes(4, "little") + one for one in arguments)
    return b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"(" + inner + b"tR."


@pytest.mark.parametrize("kind", ["function", "system", "eval", "getattr", "numpy", "cut", "junk"])
def test_a_point_that_names_anything_else_is_not_run(
    m: Memory, store: Path, tmp_path: Path, kind: str
) -> None:
    made = tmp_path / "harm"
    blobs = {
        "function": pickle.dumps(Runs(made)),
        "system": _named("os", "system", f"mkdir {made}".encode()),
        "eval": _named("builtins", "eval", f"__import__('os').mkdir({str(made)!r})".encode()),
        "getattr": _named("builtins", "getattr", b"a", b"b"),
        "numpy": _named(
            "numpy.testing._private.utils", "runstring", f"open({str(made)!r}, 'w')".encode(), b""
        ),
        "cut": pickle.dumps({"a": 1})[:-2],
        "junk": b"\x80\x04not a pickle",
    }  # fmt: skip
    with closing(sqlite3.connect(store / "qdrant/collection/mem0/storage.sqlite")) as file, file:
        file.execute("INSERT INTO points (id, point) VALUES ('x', ?)", (blobs[kind],))
    found = read_exports([store])
    assert not made.exists()
    assert found.count == 5
    (problem,) = found.problems
    assert "mem0, point" in str(problem)


def test_what_is_no_point_is_said(store: Path) -> None:
    with closing(sqlite3.connect(store / "qdrant/collection/mem0/storage.sqlite")) as file, file:
        for row, blob in enumerate([pickle.dumps(7), "text", None]):
            file.execute("INSERT INTO points (id, point) VALUES (?, ?)", (f"x{row}", blob))
    assert [one.reason for one in read_exports([store]).problems] == [
        "it has no payload",
        "it is no point, or too large for one",
        "it is no point, or too large for one",
    ]


def test_collections_that_hold_no_memories_are_passed_over(store: Path) -> None:
    folder = store / "qdrant" / "collection"
    shutil.copytree(folder / "mem0", folder / "mem0_entities")
    assert read_exports([store]).count == 5


# -- exports -------------------------------------------------------------------------------------

ITEM = {"id": "m1", "memory": "Ana collects stamps", "user_id": "u"}


@pytest.mark.parametrize(
    "written",
    [
        {"results": [ITEM]},
        [ITEM],
        {"count": 1, "next": None, "previous": None, "results": [ITEM]},
        {"memories": [ITEM]},
        [{"results": [ITEM]}],
        ITEM,
    ],
    ids=["oss", "list", "page", "export", "pages", "one"],
)
def test_every_shape_of_an_export_is_read(m: Memory, tmp_path: Path, written: object) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(written))
    keep(m.everwhen, read_exports([path]))
    assert texts(m, user_id="u") == ["Ana collects stamps"]


def test_json_lines_and_a_folder_of_exports_are_read(m: Memory, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(f"{json.dumps(ITEM)}\n{json.dumps({**ITEM, 'id': 'm2'})}\n")
    (tmp_path / "b.json").write_text(json.dumps([{**ITEM, "id": "m3", "memory": "Ana sings"}]))
    keep(m.everwhen, read_exports([tmp_path]))
    assert texts(m, user_id="u") == ["Ana collects stamps", "Ana collects stamps", "Ana sings"]


def test_fields_of_the_platform_come_along(m: Memory, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(
        json.dumps([
            {**ITEM, "categories": ["hobbies"], "metadata": {"k": 1}, "app_id": "web",
             "created_at": "2026-01-15T10:30:00+02:00", "updated_at": None, "hash": "x",
             "structured_attributes": {"year": 2026}, "expiration_date": None, "score": 0.5}
        ])
    )  # fmt: skip
    keep(m.everwhen, read_exports([path]))
    (item,) = m.get_all(filters={"user_id": "u", "categories": {"in": ["hobbies"]}})["results"]  # type: ignore[misc, attr-defined]
    assert item["id"] == "m1"
    assert item["categories"] == ["hobbies"]
    assert item["metadata"] == {"k": 1, "app_id": "web", "categories": ["hobbies"]}
    assert item["created_at"] == item["updated_at"] == "2026-01-15T08:30:00+00:00"


def test_what_a_newer_memory_replaced_is_over(m: Memory, tmp_path: Path, clock: Ticking) -> None:
    path = tmp_path / "page.json"
    old = {**ITEM, "memory": "Ana lives in Lisbon", "created_at": "2024-01-01T00:00:00Z",
           "updated_at": "2025-01-02T00:00:00Z", "replaced_by": "m2"}  # fmt: skip
    new = {**ITEM, "id": "m2", "memory": "Ana lives in Porto", "created_at": "2025-01-01T00:00:00Z"}
    path.write_text(json.dumps([new, old]))
    keep(m.everwhen, read_exports([path]))
    assert texts(m, user_id="u") == ["Ana lives in Porto"]
    then = m.search("Where is Ana?", filters={"user_id": "u"}, reference_date="2024-06-01")
    assert [one["memory"] for one in then["results"]] == ["Ana lives in Lisbon"]


def test_memories_of_nobody_are_whose_the_call_says(m: Memory, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps([{"id": "m1", "memory": "Ana sings"}, ITEM]))
    (problem,) = read_exports([path]).problems
    assert "--user" in problem.reason
    found = read_exports([path], scope=Scope(user_id="ana"))
    assert set(found.facts) == {Scope(user_id="ana"), Scope(user_id="u")}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"user_id": "u"}, "no text"),
        ({"user_id": "u", "memory": " "}, "no text"),
        ({**ITEM, "created_at": "soon"}, "created_at 'soon' is no time"),
        ({**ITEM, "user_id": "a\nb"}, "control characters"),
        (7, "is no object"),
    ],
)
def test_a_memory_that_can_not_be_read_is_named(tmp_path: Path, row: object, says: str) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps([ITEM, row]))
    found = read_exports([path])
    assert found.count == 1
    (problem,) = found.problems
    assert problem.place.endswith("page.json, memory 2")
    assert says in problem.reason


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("page.json", b"{", ContentError),
        ("page.json", b"\xff\xfe\x00", InputError),
        ("history.db", b"no database, however long it is", InputError),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error(
    tmp_path: Path, name: str, content: bytes, error: type[Exception]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=name):
        read_exports([tmp_path / name])


def test_a_folder_with_nothing_of_mem0_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no folder of Mem0.s"):
        read_exports([tmp_path])
    with pytest.raises(InputError, match="can not be read"):
        read_exports([tmp_path / "missing.json"])


# -- the command ---------------------------------------------------------------------------------


def test_the_command_imports_and_says_how_much_is_new(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("EVERWHEN_")]:
        monkeypatch.delenv(name)
    db = str(tmp_path / "m.db")
    assert run(["import", "mem0", str(store), "--db", db, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"memories": 5, "new": 5, "skipped": []}
    assert run(["import", "mem0", str(store), "--db", db]) == 0
    assert "5 memories of 4 scopes, 0 new" in capsys.readouterr().out
    page = tmp_path / "page.json"
    page.write_text(json.dumps([{"memory": "Ana sings"}, {"user_id": "u"}]))
    assert run(["import", "mem0", str(page), "--db", db]) == 1
    assert "2 memories can not be read" in capsys.readouterr().err
    assert run(["import", "mem0", str(page), "--db", db, "--user", "ana", "--skip-bad"]) == 0
    printed = capsys.readouterr()
    assert "1 memories of 1 scopes, 1 new" in printed.out
    assert "skipped" in printed.err
    assert run(["import", "mem0", str(page), "--db", db, "--no-extract"]) == 2
    assert run(["import", str(page), "--db", db]) == 2
