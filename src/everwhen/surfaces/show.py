"""What commands print: pieces laid out by rich on a terminal, and as plain text elsewhere."""

from __future__ import annotations

import json
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Literal, TextIO, TypeAlias, assert_never

from everwhen.model.wire import dumps

if TYPE_CHECKING:
    from rich.console import RenderableType

Style: TypeAlias = Literal["", "strong", "dim", "good", "bad", "note"]

_RICH: dict[Style, str] = {
    "": "",
    "strong": "bold",
    "dim": "dim",
    "good": "green",
    "bad": "red",
    "note": "cyan",
}
_PLAIN_WIDTH = 96
_FEW_WORDS = 16
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Starts a part."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line or paragraph."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A text set apart, such as a context."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `whole` ones are never broken over lines."""

    name: str
    style: Style = ""
    right: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under column names."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    indent: int = field(default=0)


Piece: TypeAlias = Heading | Line | Box | Table


def show(pieces: Iterable[Piece], *, file: TextIO | None = None) -> None:
    """Print pieces: with rich where the file is a terminal, else as plain text."""
    out = sys.stdout if file is None else file
    if out.isatty():
        _show_rich(pieces, out)
        return
    for piece in pieces:
        out.write(plain(piece) + "\n")


def show_json(value: object, *, file: TextIO | None = None) -> None:
    """Print one JSON value, in the wire's shape."""
    out = sys.stdout if file is None else file
    text = dumps(value, indent=2)
    if (out.encoding or "").lower().replace("-", "") != "utf8":
        text = json.dumps(json.loads(text), indent=2)
    out.write(text + "\n")


def safe(text: str) -> str:
    """The text with control characters made visible, so that stored words can not steer a
    terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text.replace("\r\n", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """The text on one line, cut where it is longer."""
    flat = " ".join(safe(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def when(value: datetime | None, tz: tzinfo | None = None, *, empty: str = "…") -> str:
    """An instant as people read it: the day alone where it is a midnight."""
    if value is None:
        return empty
    local = value.astimezone(tz or UTC)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"


def day(value: datetime | None, tz: tzinfo | None = None, *, empty: str = "…") -> str:
    """The day of an instant."""
    return empty if value is None else f"{value.astimezone(tz or UTC):%Y-%m-%d}"


# -- plain -----------------------------------------------------------------------------------


def plain(piece: Piece) -> str:
    """The piece as text without any control sequence."""
    match piece:
        case Heading(text=text):
            return f"\n== {safe(text)}"
        case Line(text=text):
            return "\n".join(_wrap(part) for part in safe(text).split("\n"))
        case Box(title=title, text=text):
            body = textwrap.indent(safe(text), "  | ", lambda _: True)
            return f"  +-- {safe(title)}\n{body}\n  +--"
        case Table():
            return _plain_table(piece)
        case _:
            assert_never(piece)


def _wrap(text: str) -> str:
    lead = text[: len(text) - len(text.lstrip())]
    lines = textwrap.wrap(
        text.strip(), _PLAIN_WIDTH - len(lead), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lead + line for line in lines)


def _plain_table(table: Table) -> str:
    names = tuple(column.name for column in table.columns)
    rows = [tuple(safe(cell).replace("\n", " ").rstrip() for cell in row) for row in table.rows]
    lines = [names, *rows] if any(names) else rows
    widths = [max((_cells(row[i]) for row in lines), default=0) for i in range(len(names))]
    texts = [safe(table.title)] if table.title else []
    for row in lines:
        cells = [
            _pad(cell, width, right=column.right)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        texts.append(" " * table.indent + "  ".join(cells).rstrip())
    return "\n".join(texts)


def _cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _cells(text))
    return space + text if right else text + space


# -- rich ------------------------------------------------------------------------------------


def _show_rich(pieces: Iterable[Piece], out: TextIO) -> None:
    from rich.console import Console

    console = Console(file=out, highlight=False, emoji=False, markup=False)
    for piece in pieces:
        console.print(_renderable(piece, console.width))


def _renderable(piece: Piece, width: int) -> RenderableType:
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    match piece:
        case Heading(text=text):
            return Text(f"\n{safe(text)}", style="bold cyan")
        case Line(text=text, style=style):
            stripped = safe(text).lstrip(" ")
            lead = len(safe(text)) - len(stripped)
            return Padding(Text(stripped, style=_RICH[style]), (0, 0, 0, lead))
        case Box(title=title, text=text):
            return Panel(
                Text(safe(text)), title=Text(safe(title)), title_align="left", border_style="dim"
            )
        case Table():
            return _rich_table(piece if _fits(piece, width) else _stacked(piece))
        case _:
            assert_never(piece)


def _fits(table: Table, width: int) -> bool:
    """Tell whether a table has room for its whole columns and a few words of the others."""
    if not any(column.name for column in table.columns):
        return True
    needed = table.indent + 2 * len(table.columns)
    for place, column in enumerate(table.columns):
        longest = max(_cells(safe(row[place])) for row in table.rows) if table.rows else 0
        needed += max(_cells(column.name), longest if column.whole else min(longest, _FEW_WORDS))
    return needed <= width


def _stacked(table: Table) -> Table:
    """The table with one line for each cell, for a terminal that is too narrow for rows."""
    names = [column.name for column in table.columns]
    rows = [pair for row in table.rows for pair in (*zip(names, row, strict=True), ("", ""))]
    columns = (Column(name="", style="dim"), Column(name="", whole=False))
    return Table(columns=columns, rows=tuple(rows[:-1]), title=table.title, indent=table.indent)


def _rich_table(table: Table) -> RenderableType:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    named = any(column.name for column in table.columns)
    grid = RichTable(
        box=box.SIMPLE_HEAD if named else None,
        title=Text(safe(table.title)) if table.title else None,
        title_justify="left",
        show_header=named,
        header_style="bold",
        show_edge=False,
        pad_edge=False,
        padding=(0, 1 if named else 2, 0, 0),
    )
    for column in table.columns:
        grid.add_column(
            column.name,
            style=_RICH[column.style],
            justify="right" if column.right else "left",
            no_wrap=column.whole,
            overflow="ellipsis" if column.whole else "fold",
        )
    for row in table.rows:
        grid.add_row(*(Text(safe(cell)) for cell in row))
    return Padding(grid, (0, 0, 0, table.indent))


def table(
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    indent: int = 0,
) -> Table:
    """A table; a column given by name alone is a plain one that stays whole."""
    return Table(
        columns=tuple(Column(name=c) if isinstance(c, str) else c for c in columns),
        rows=tuple(tuple(row) for row in rows),
        title=title,
        indent=indent,
    )
