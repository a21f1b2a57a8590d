"""Make docs/benchmarks/README.md from the results beside it.

python tools/bench_tables.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
HEAD = """# Results of the last runs

Made by `make bench-all DATA=folder` ([tools/bench_all.toml](../../tools/bench_all.toml) says what
is run); do not edit. [benchmarks.md](../benchmarks.md) says what is measured and how. The JSON
files beside this page have every figure with its interval, and the checksums of the data. ± is
half the width of a 95 % bootstrap interval over questions.
"""

Json = Mapping[str, Any]


def page(folder: Path = RESULTS) -> str:
    """The page, from all results in the folder."""
    order = _order()
    found = sorted(folder.glob("*.json"), key=lambda path: (order.get(path.stem, 99), path.stem))
    parts = [HEAD, *_pictures(folder)]
    for path in found:
        parts += _section(path.stem, json.loads(path.read_text(encoding="utf-8")))
    return "\n".join(parts).rstrip() + "\n"


def _order() -> dict[str, int]:
    text = (Path(__file__).parent / "bench_all.toml").read_text(encoding="utf-8")
    names = [line.split('"')[1] for line in text.splitlines() if line.startswith("name")]
    return {name: place for place, name in enumerate(names)}


def _pictures(folder: Path) -> Iterator[str]:
    titles = {
        "recall": "Recall over k",
        "abstention": "Empty results over the recall that is kept",
        "tokens": "Tokens over the length of the history",
        "latency": "Latency over size",
    }
    for name, title in titles.items():
        if (folder / f"{name}.svg").is_file():
            yield f"![{title}]({name}.svg)\n"


def _section(name: str, kept: Json) -> Iterator[str]:
    own = kept["machine"]
    machine = f"{own['cpu']}, {own['cores']} cores, {own['system']}, Python {own['python']}"
    report = kept["result"]
    yield f"## {report.get('title') or name.capitalize()}\n"
    yield f"```sh\n{kept['command']}\n```\n"
    yield f"{kept['data']}. Everwhen {kept['everwhen']}, {kept['date']}; {machine}.\n"
    yield from _tables(report)


def _tables(report: Json) -> Iterator[str]:
    if "rows" not in report:
        yield from _figures(report)
        return
    rows = report["rows"]
    units = list(dict.fromkeys(row.get("unit", "") for row in rows))
    systems = list(dict.fromkeys(row.get("system", "") for row in rows))
    whole = rows[0]["name"]
    if len(systems) > 1 or len(units) > 1:
        for unit in units:
            of_unit = [r for r in rows if r["name"] == whole and r.get("unit", "") == unit]
            if unit:
                yield f"By {unit}s:\n"
            yield from _table(of_unit, systems=len(systems) > 1)
        first = [
            r for r in rows if (r.get("unit", ""), r.get("system", "")) == (units[0], systems[0])
        ]
        if len(first) > 1:
            label = ", ".join(part for part in (systems[0], units[0] and f"{units[0]}s") if part)
            yield f"By group{f' ({label})' if label else ''}:\n"
            yield from _table(first)
    else:
        yield from _table(rows)
    for further in report.get("further", []):
        yield f"**{further['title']}**\n"
        labels = {row.get("system") for row in further["rows"]} - {None}
        yield from _table(further["rows"], systems=bool(labels))


def _table(rows: Sequence[Json], *, systems: bool = False) -> Iterator[str]:
    plain = {"name", "count", "unit", "system"}
    names = list(dict.fromkeys(name for row in rows for name in row if name not in plain))
    lead = ["system"] * systems
    head = [*lead, "", "n", *names]
    lines = [head, ["---"] * (len(lead) + 1) + ["---:"] * (len(names) + 1)]
    for row in rows:
        labels = [str(row.get(label, "")) for label in lead]
        figures = [_figure(row.get(name)) for name in names]
        lines.append([*labels, row["name"], f"{row['count']:,}", *figures])
    yield "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _figure(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        half = (value["high"] - value["low"]) / 2
        return f"{_number(value['mean'])} ±{_number(half)}" if half else _number(value["mean"])
    return _number(value)


def _number(value: float) -> str:
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def _figures(report: Json) -> Iterator[str]:
    """A result that is a list of named figures, such as speed's."""
    rows = [
        [one["name"], f"{one['value']:,.4g} {one['unit']}"] for one in report.get("figures", [])
    ]
    if rows:
        lines = [["", ""], ["---", "---:"], *rows]
        yield "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    """Write the page."""
    (RESULTS / "README.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
