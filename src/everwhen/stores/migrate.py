"""Forward-only numbered migrations, each in a transaction, recorded with its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.errors import NewerSchemaError
from everwhen.stores.connection import Connection

_TABLE = """CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    checksum TEXT NOT NULL
)"""
_LATEST = "SELECT COALESCE(MAX(number), 0) FROM migrations"
_RECORD = """INSERT INTO migrations (number, name, applied_at, checksum)
VALUES (:number, :name, :applied_at, :checksum)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    statements: tuple[str, ...]
    checksum: str


def parse(file_name: str, text: str) -> Migration:
    """Read "0001_start.sql": each statement ends with a semicolon at the end of a line."""
    number, _, name = file_name.removesuffix(".sql").partition("_")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    statements = "\n".join(lines).split(";\n")
    return Migration(
        number=int(number),
        name=name,
        statements=tuple(part.strip().removesuffix(";") for part in statements if part.strip()),
        checksum=hashlib.sha256(text.encode()).hexdigest(),
    )


@cache
def migrations(dialect: str) -> tuple[Migration, ...]:
    """The migrations of a dialect that this version knows, in order."""
    folder = files("everwhen.stores").joinpath("schema").joinpath(dialect)
    found = [
        parse(entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


def check_known(number: int, known: Sequence[Migration], url: str) -> None:
    """Refuse a database whose schema is of a later version."""
    newest = known[-1].number
    if number > newest:
        raise NewerSchemaError(
            f"{url} has schema {number} and this version of everwhen knows up to {newest}; "
            "upgrade everwhen to open it"
        )


def migrate(
    transaction: Callable[[], AbstractContextManager[Connection]],
    known: Sequence[Migration],
    *,
    now: int,
    url: str,
) -> None:
    """Bring a database up to the newest schema, one transaction a step; `now` in microseconds.

    Several processes may do this at once: each step looks again at what has been applied.
    """
    done = 0
    while done < known[-1].number:
        with transaction() as connection:
            connection.run(_TABLE)
            ((done,),) = connection.rows(_LATEST)
            check_known(done, known, url)
            step = next((each for each in known if each.number > done), None)
            if step is None:
                return
            for statement in step.statements:
                connection.run(statement)
            connection.run(
                _RECORD,
                number=step.number,
                name=step.name,
                applied_at=now,
                checksum=step.checksum,
            )
            done = step.number
