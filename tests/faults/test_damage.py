"""Damage within a file: it is found and named, reads go on, and reindex mends what is derived."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import pytest

from everwhen import Memory

NAN = struct.pack("<e", float("nan"))
DAMAGED = "UPDATE vectors SET vector = :damaged WHERE kind = 0"
REINDEX, BACKUP = "everwhen reindex", "put a backup in its place"

DAMAGE = {
    DAMAGED: ("vectors are damaged", REINDEX),
    "UPDATE vectors SET vector = zeroblob(8) WHERE kind = 0": ("vectors are of another", REINDEX),
    "DELETE FROM vectors WHERE kind = 1": ("2 index entries have no vector", REINDEX),
    "DELETE FROM items WHERE kind = 1": ("2 messages are not in the index", REINDEX),
    "DELETE FROM items WHERE kind = 0": ("facts are not in the index", REINDEX),
    "DELETE FROM postings WHERE term = 'lisbon'": ("words are missing in the index", REINDEX),
    "UPDATE postings SET row = row + 99 WHERE kind = 1": ("belong to no entry", REINDEX),
    "UPDATE items SET row = row + 99 WHERE kind = 0": ("entries are of nothing", REINDEX),
    "UPDATE facts SET sources = '[]'": ("facts rest on no message", REINDEX),
    "UPDATE claims SET episode_id = 'gone'": ("2 claims are of no message", BACKUP),
    "UPDATE facts SET owner = 99 WHERE value = 'Porto'": ("belong to no owner", BACKUP),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "memory.db"
    with Memory(path) as memory:
        memory.add(["I live in Lisbon.", "I moved to Porto."], user_id="dana")
        assert memory.check() == []
    return path


def change(path: Path, sql: str) -> None:
    database = sqlite3.connect(path)
    with database:
        ((size,),) = database.execute("SELECT MAX(length(vector)) FROM vectors")
        database.execute(sql, {"damaged": NAN * (size // 2)})
    database.close()


@pytest.mark.parametrize("sql", DAMAGE)
def test_damage_is_named_with_what_to_do(path: Path, sql: str) -> None:
    what, fix = DAMAGE[sql]
    change(path, sql)
    with Memory(path) as memory:
        found = memory.check()
        assert any(what in one.what and fix in one.fix for one in found), found
        if fix == REINDEX:
            memory.reindex()
            assert memory.check() == []


def test_reads_go_on_where_vectors_are_damaged(path: Path) -> None:
    change(path, DAMAGED)
    with Memory(path) as memory:
        assert [hit.value for hit in memory.search("Where do I live?", user_id="dana")] == ["Porto"]
        assert "Porto" in memory.context("Where do I live?", user_id="dana").text


def test_a_damaged_page_is_named(path: Path) -> None:
    pages = sqlite3.connect(path)
    ((root,),) = pages.execute("SELECT rootpage FROM sqlite_master WHERE name = 'claims_by_slot'")
    ((size,),) = pages.execute("PRAGMA page_size")
    pages.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Memory(path) as memory:
        (found,) = memory.check()
        assert "the file is damaged" in found.what and BACKUP in found.fix
