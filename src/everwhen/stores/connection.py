"""What a database driver offers to the SQL body, and the statements that it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeAlias

Value: TypeAlias = str | bytes | int | float | None
Row: TypeAlias = tuple[Any, ...]
"""A row as the driver gives it; `everwhen.stores.rows` turns it into a record."""

Parameter: TypeAlias = Value | Sequence[int] | Sequence[str]

PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
"""A parameter in a statement: `:name`, and after IN a list of values."""

_HEADER = re.compile(r"^-- (name|part): (\w+)$", re.MULTILINE)


class Connection(Protocol):
    """One open transaction's way to the database."""

    def rows(self, sql: str, **parameters: Parameter) -> list[Row]:
        """Every row of a query. A list parameter may be of any length, also empty."""
        ...

    def run(self, sql: str, **parameters: Parameter) -> int:
        """Run a statement that changes rows; how many it changed."""
        ...

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement for each row, its values in the order of the parameters."""
        ...

    def allocate(self, table: str, count: int) -> int:
        """The first of `count` row numbers, never given before, for this transaction to use."""
        ...

    def size_bytes(self) -> int:
        """Bytes that the database takes."""
        ...


def _split(text: str) -> Iterator[tuple[str, str, str]]:
    headers = list(_HEADER.finditer(text))
    for here, following in zip(headers, [*headers[1:], None], strict=True):
        end = len(text) if following is None else following.start()
        lines = text[here.end() : end].splitlines()
        body = "\n".join(line for line in lines if not line.startswith("--")).strip()
        yield here[1], here[2], body


@cache
def queries() -> Mapping[str, str]:
    """The statements of queries.sql by name, their parts filled in."""
    text = files("everwhen.stores").joinpath("queries.sql").read_text(encoding="utf-8")
    parts: dict[str, str] = {}
    named: dict[str, str] = {}
    for sort, name, body in _split(text):
        if sort == "part":
            parts[name] = body
        else:
            named[name] = re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], body)
    return named


def column_names(sql: str) -> list[str]:
    """The names of a query's columns, in order."""
    columns = sql.partition("SELECT")[2].partition("FROM")[0].split(",")
    return [re.split(r"[.\s]", column.strip())[-1] for column in columns]
