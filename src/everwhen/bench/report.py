"""A benchmark's result: rows of figures, as tables to read and as JSON to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from everwhen.bench.metrics import Mean
from everwhen.model.records import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one group of questions, by name of measure.

    `system` says what was measured and `unit` what was counted as found, where there are several.
    """

    name: str
    count: int
    figures: Mapping[str, int | float | Mean]
    system: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured: `setting` says on what and how, `totals` are figures of the whole.

    `points` are for drawing and appear in the JSON alone; `further` are tables beside this one.
    """

    title: str
    rows: Sequence[Row]
    totals: Mapping[str, float] = field(default_factory=dict)
    setting: Mapping[str, str | int | float] = field(default_factory=dict)
    notes: Sequence[str] = ()
    points: Sequence[Mapping[str, str | int | float]] = ()
    further: Sequence[Report] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The same as plain values; means come with their 95 % intervals."""
        made: dict[str, JsonValue] = {
            "title": self.title,
            "setting": dict(self.setting),
            "rows": [_plain_row(row) for row in self.rows],
            "totals": {name: round(value, 6) for name, value in self.totals.items()},
            "notes": list(self.notes),
        }
        if self.points:
            made["points"] = [
                {name: round(v, 6) if isinstance(v, float) else v for name, v in point.items()}
                for point in self.points
            ]
        if self.further:
            made["further"] = [part.as_json() for part in self.further]
        return made


def _plain_row(row: Row) -> dict[str, JsonValue]:
    labels = {"system": row.system, "unit": row.unit}
    made: dict[str, JsonValue] = {"name": row.name, "count": row.count}
    made |= {name: label for name, label in labels.items() if label}
    return made | {name: _plain(value) for name, value in row.figures.items()}


def _plain(value: int | float | Mean) -> JsonValue:
    if isinstance(value, Mean):
        return {
            "mean": round(value.value, 4),
            "low": round(value.low, 4),
            "high": round(value.high, 4),
        }
    return value if isinstance(value, int) else round(value, 4)
