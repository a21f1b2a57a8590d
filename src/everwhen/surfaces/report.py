"""A benchmark's report, laid out for reading."""

from __future__ import annotations

from everwhen.bench.metrics import Mean
from everwhen.bench.report import Report, Row
from everwhen.surfaces.options import Asked
from everwhen.surfaces.show import Column, Heading, Line, Piece, show, show_json, table


def show_report(asked: Asked, report: Report) -> None:
    """Print it as tables, or as one JSON value."""
    if asked.json:
        show_json(report.as_json())
    else:
        show(report_pieces(report))


def report_pieces(report: Report) -> list[Piece]:
    """One table with its figures, what was set, and notes; further tables below."""
    names = list(dict.fromkeys(name for row in report.rows for name in row.figures))
    labels = [label for label in ("system", "unit") if any(getattr(r, label) for r in report.rows)]
    columns: list[Column | str] = [*labels, "", Column(name="n", right=True)]
    columns += [Column(name=name, right=True) for name in names]
    rows = [
        (*(str(getattr(row, label)) for label in labels), *_cells(row, names))
        for row in report.rows
    ]
    totals = ", ".join(f"{name} {value:,.4g}" for name, value in report.totals.items())
    setting = ", ".join(f"{name}: {value}" for name, value in report.setting.items())
    lines = [Line(text=text, style="dim") for text in (totals, setting, *report.notes) if text]
    further = [piece for part in report.further for piece in report_pieces(part)]
    return [Heading(text=report.title), table(columns, rows), *lines, *further]


def _cells(row: Row, names: list[str]) -> tuple[str, ...]:
    return (row.name, str(row.count), *(_figure(row.figures.get(name)) for name in names))


def _figure(value: int | float | Mean | None) -> str:
    if value is None:
        return ""
    number = value.value if isinstance(value, Mean) else value
    if isinstance(number, int) or number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.3f}"
