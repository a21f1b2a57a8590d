"""A fresh schema equals a migrated one, and what was applied is recorded."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from everwhen.errors import NewerSchemaError, StoreError
from everwhen.stores.migrate import Migration, migrate, migrations, parse
from everwhen.stores.sqlite import open_sqlite
from everwhen.stores.sqlite_driver import SqliteConnection

LATER = (
    parse("9001_more.sql", "-- more;\nALTER TABLE settings ADD COLUMN note TEXT;\n"),
    parse("9002_again.sql", "CREATE TABLE more (\n    a TEXT\n);\nCREATE INDEX m ON more (a);\n"),
)


def schema(connection: SqliteConnection) -> list[tuple[str, ...]]:
    return connection.rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 2")


class Database:
    def __init__(self) -> None:
        self.connection = SqliteConnection(sqlite3.connect(":memory:", isolation_level=None), "x")

    @contextmanager
    def transaction(self) -> Iterator[SqliteConnection]:
        self.connection.begin("IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def migrate(self, *known: Migration, now: int = 7) -> None:
        migrate(self.transaction, known, now=now, url="x")


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.connection.close()


def test_a_fresh_schema_equals_a_migrated_one(database: Database) -> None:
    known = (*migrations("sqlite"), *LATER)
    fresh = Database()
    fresh.migrate(*known)
    for count in range(1, len(known) + 1):
        database.migrate(*known[:count], now=count)
    assert schema(database.connection) == schema(fresh.connection)
    fresh.connection.close()


def test_each_step_is_recorded_once(database: Database) -> None:
    known = (*migrations("sqlite"), LATER[0])
    database.migrate(*known)
    database.migrate(*known, now=8)
    found = database.connection.rows(
        "SELECT number, name, applied_at, checksum FROM migrations ORDER BY number"
    )
    assert found == [(each.number, each.name, 7, each.checksum) for each in known]


def test_a_step_that_fails_leaves_the_steps_before_it(database: Database) -> None:
    known = (*migrations("sqlite"), LATER[0])
    broken = parse("9002_broken.sql", "CREATE TABLE half (a);\nCREATE TABLE half (a);\n")
    with pytest.raises(StoreError):
        database.migrate(*known, broken)
    names = {row[1] for row in schema(database.connection)}
    assert "half" not in names
    assert database.connection.rows("SELECT MAX(number) FROM migrations") == [(9001,)]


def test_a_later_schema_is_refused(database: Database) -> None:
    known = migrations("sqlite")
    database.migrate(*known, *LATER)
    with pytest.raises(NewerSchemaError):
        database.migrate(*known)


def test_migrations_are_numbered_without_gaps() -> None:
    known = migrations("sqlite")
    assert [each.number for each in known] == list(range(1, len(known) + 1))


def test_a_file_has_the_schema_of_the_migrations(tmp_path: Path, database: Database) -> None:
    open_sqlite(tmp_path / "memory.db").close()
    raw = sqlite3.connect(tmp_path / "memory.db")
    database.migrate(*migrations("sqlite"))
    assert schema(SqliteConnection(raw, "x")) == schema(database.connection)
    raw.close()
