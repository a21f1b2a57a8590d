"""A benchmark's result: rows of figures, as one table to read and as JSON to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from everwhen.bench.metrics import Mean
from everwhen.model.records import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one group of questions, by name of measure."""

    name: str
    count: int
    figures: Mapping[str, float | Mean]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured: `setting` says on what and how, `totals` are figures of the whole."""

    title: str
    rows: Sequence[Row]
    totals: Mapping[str, float] = field(default_factory=dict)
    setting: Mapping[str, str | int | float] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The same as plain values; means come with their 95 % intervals."""
        return {
            "title": self.title,
            "setting": dict(self.setting),
            "rows": [
                {
                    "name": row.name,
                    "count": row.count,
                    **{name: _plain(value) for name, value in row.figures.items()},
                }
                for row in self.rows
            ],
            "totals": {name: round(value, 6) for name, value in self.totals.items()},
            "notes": list(self.notes),
        }

    def table(self) -> Table:
        """One table, a row a group."""
        table = Table(title=self.title, caption=self._caption(), caption_justify="left")
        table.add_column("questions")
        table.add_column("n", justify="right")
        names = list(dict.fromkeys(name for row in self.rows for name in row.figures))
        for name in names:
            table.add_column(name, justify="right", no_wrap=True)
        for row in self.rows:
            shown = [_shown(row.figures[name]) if name in row.figures else "" for name in names]
            table.add_row(row.name, str(row.count), *shown)
        return table

    def show(self, console: Console) -> None:
        """Print the table."""
        console.print(self.table())

    def _caption(self) -> str:
        totals = [f"{name} {value:,.4g}" for name, value in self.totals.items()]
        setting = [f"{name}: {value}" for name, value in self.setting.items()]
        return "\n".join([*filter(None, [", ".join(totals), ", ".join(setting)]), *self.notes])


def _plain(value: float | Mean) -> JsonValue:
    if isinstance(value, Mean):
        return {
            "mean": round(value.value, 4),
            "low": round(value.low, 4),
            "high": round(value.high, 4),
        }
    return round(value, 4)


def _shown(value: float | Mean) -> str:
    return f"{value.value if isinstance(value, Mean) else value:.3f}"
