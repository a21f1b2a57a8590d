"""Draw docs/benchmarks/*.svg from the results beside them.

    python tools/bench_plots.py

Needs matplotlib (the extra `plots`; `make bench-plots` installs it). The same results
give the same pictures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

try:
    import matplotlib as mpl
    from matplotlib import pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, PercentFormatter
except ImportError:
    sys.exit(
        "matplotlib is not installed; run `make bench-plots`, or pip install 'everwhen[plots]'"
    )

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
STYLE = {
    "svg.hashsalt": "everwhen",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica Neue", "Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": "#9aa0a6",
    "axes.labelcolor": "#3c4043",
    "xtick.color": "#5f6368",
    "ytick.color": "#5f6368",
    "text.color": "#202124",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e8eaed",
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
}
COLOURS = {
    "everwhen": "#1a66c9",
    "bm25": "#e07b39",
    "bm25-session": "#c9a227",
    "vector": "#5aa469",
}
TURNS, SESSIONS = "turn", "session"
RECALL = (
    ("locomo", TURNS, "LoCoMo, turns"),
    ("locomo", SESSIONS, "LoCoMo, sessions"),
    ("longmemeval-haystacks", SESSIONS, "LongMemEval-S, sessions"),
    ("longmemeval-evidence", TURNS, "LongMemEval pool, turns"),
    ("beam-100k", TURNS, "BEAM 100K, messages"),
    ("beam-500k", TURNS, "BEAM 500K, messages"),
    ("realmem", SESSIONS, "RealMem, sessions"),
    ("memdaily", TURNS, "MemDaily, Chinese"),
)
ABSTAINING = (
    ("locomo", "LoCoMo, category 5"),
    ("longmemeval-evidence", "LongMemEval pool, _abs"),
    ("beam-100k", "BEAM 100K, abstention"),
    ("beam-500k", "BEAM 500K, abstention"),
)
Json = Mapping[str, Any]


def main() -> None:
    """Draw what there are results of."""
    drawn = {
        "recall": recall,
        "abstention": abstention,
        "tokens": tokens,
        "latency": latency,
    }
    with mpl.rc_context(STYLE):
        for name, draw in drawn.items():
            figure = draw()
            if figure is None:
                print(f"{name}: no results to draw")
                continue
            path = RESULTS / f"{name}.svg"
            figure.savefig(path, metadata={"Date": None}, bbox_inches="tight", pad_inches=0.15)
            plt.close(figure)
            print(path.name)


def recall() -> Figure | None:
    """Share of the evidence among the first k, by set and system."""
    panels = []
    for name, unit, title in RECALL:
        result = _result(name)
        points = [one for one in (result or {}).get("points", []) if one["unit"] == unit]
        if points:
            panels.append((title, points))
    return _panels(panels, _draw_recall, "Recall over k: share of the evidence among the first k")


def _draw_recall(axes: Axes, points: Sequence[Json]) -> None:
    for system in dict.fromkeys(one["system"] for one in points):
        of_system = [one for one in points if one["system"] == system]
        x, y = [one["k"] for one in of_system], [one["R"] for one in of_system]
        axes.plot(x, y, label=system, **_line(system))
    axes.set_xscale("log")
    ticks = [1, 2, 5, 10, 20, 50]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(1, 50)
    axes.set_ylim(0, 1)
    axes.set_xlabel("k")


def abstention() -> Figure | None:
    """Unanswerable questions that get nothing, over the recall that the cut-off keeps."""
    panels = []
    for name, title in ABSTAINING:
        further = (_result(name) or {}).get("further", [])
        found = [one for one in further if one.get("points") and "min_score" in one["points"][0]]
        if found:
            panels.append((title, [*found[0]["points"], *_default(found[0])]))
    return _panels(
        panels, _draw_abstention, "When nothing fits: empty results over the recall that is kept"
    )


def _default(report: Json) -> list[Json]:
    """What the default cut-off does, as a point of its own."""
    rows = [row for row in report["rows"] if row["name"].startswith("default")]
    return [
        {"system": "everwhen", "default": True, "recall kept": row["recall kept"], "empty": empty}
        for row in rows
        if (empty := row["empty"]["mean"]) is not None
    ]


def _draw_abstention(axes: Axes, points: Sequence[Json]) -> None:
    curve = [one for one in points if "default" not in one]
    for system in dict.fromkeys(one["system"] for one in curve):
        of_system = [one for one in curve if one["system"] == system]
        x, y = [one["recall kept"] for one in of_system], [one["empty"] for one in of_system]
        axes.plot(x, y, label=system, **_line(system))
    for one in points:
        if "default" in one:
            x, y = one["recall kept"], one["empty"]
            axes.plot([x], [y], "o", color=COLOURS["everwhen"], markersize=7, label="by default")
    axes.axvline(0.95, color="#9aa0a6", linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_xlim(1, 0.5)
    axes.set_xticks([1, 0.9, 0.8, 0.7, 0.6])
    axes.set_ylim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("answerable recall kept")


def _panels(
    panels: Sequence[tuple[str, Sequence[Json]]],
    draw: Callable[[Axes, Sequence[Json]], None],
    title: str,
) -> Figure | None:
    """Small charts with one legend."""
    if not panels:
        return None
    across = min(4, len(panels))
    down = -(-len(panels) // across)
    figure, grid = plt.subplots(
        down, across, figsize=(2.9 * across, 2.75 * down + 0.6), squeeze=False, sharey=True
    )
    places = [axes for row in grid for axes in row]
    labels: dict[str, Any] = {}
    for axes, (name, points) in zip(places, panels, strict=False):
        axes.set_title(name)
        draw(axes, points)
        handles, names = axes.get_legend_handles_labels()
        labels |= dict(zip(names, handles, strict=True))
    for axes in places[len(panels) :]:
        axes.remove()
    figure.suptitle(title, x=0.012, ha="left", fontsize=12.5, fontweight="bold")
    figure.legend(
        labels.values(), labels.keys(), loc="lower center", ncols=len(labels), frameon=False
    )
    figure.tight_layout(rect=(0, 0.05, 1, 0.99), h_pad=1.4)
    return figure


def tokens() -> Figure | None:
    """Tokens of a context and of everything said, session by session."""
    result = _result("window")
    points = (result or {}).get("points", [])
    if not points:
        return None
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.9))
    for collection in dict.fromkeys(one["collection"] for one in points):
        of_one = [one for one in points if one["collection"] == collection]
        x = [one["history tokens"] for one in of_one]
        left.plot(x, x, color="#9aa0a6", linewidth=1.2)
        left.plot(
            x, [one["context tokens"] for one in of_one], color=COLOURS["everwhen"], alpha=0.7
        )
    longest = max(one["history tokens"] for one in points)
    left.annotate("everything said", (longest * 0.6, longest * 0.6), (-8, 2), **_note("right"))
    last = points[-1]["context tokens"]
    left.annotate("context()", (longest, last), (0, 9), **_note("right", COLOURS["everwhen"]))
    left.set_title("What the next turn costs, as the history grows")
    left.set_xlabel("tokens of everything said")
    left.set_ylabel("tokens sent")
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_formatter(FuncFormatter(_thousands))
    left.set_ylim(0)
    left.set_xlim(0)
    _draw_budgets(right, result)
    figure.tight_layout(w_pad=3)
    return figure


def _draw_budgets(axes: Axes, result: Json | None) -> None:
    kept = (("without facts", result, "-"), ("with facts", _result("window-facts"), "--"))
    for label, report, style in kept:
        rows = (report or {}).get("rows", [])
        if rows:
            x = [row["of history"]["mean"] for row in rows]
            y = [row["recall"]["mean"] for row in rows]
            axes.plot(x, y, style, marker="o", color=COLOURS["everwhen"], markersize=4, label=label)
            if report is result:
                for row, *place in zip(rows, x, y, strict=True):
                    name = row["name"].removeprefix("budget ")
                    axes.annotate(name, place, (0, -14), **_note("center"))
    axes.set_title("Evidence in the context, by budget")
    axes.set_xlabel("tokens, as a share of everything said (at the dots: the budget)")
    axes.set_ylabel("share of the evidence held")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=1))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlim(0)
    axes.set_ylim(0, 1)
    axes.legend(frameon=False, loc="lower right")
    axes.margins(x=0.08)


def latency() -> Figure | None:
    """Warm searches and contexts in one scope, by its size."""
    rows = (_result("scale") or {}).get("rows", [])
    if not rows:
        return None
    figure, axes = plt.subplots(figsize=(6.4, 3.9))
    sizes = [row["count"] for row in rows]
    shown = (
        ("search p50 ms", "search, p50", "-", COLOURS["everwhen"]),
        ("search p95 ms", "search, p95", ":", COLOURS["everwhen"]),
        ("context p50 ms", "context, p50", "-", COLOURS["bm25"]),
        ("after a write p50 ms", "search after a write, p50", "--", COLOURS["vector"]),
    )
    for name, label, style, colour in shown:
        if all(name in row for row in rows):
            times = [_mean(row[name]) for row in rows]
            axes.plot(sizes, times, style, marker="o", markersize=4, color=colour, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_thousands))
    axes.set_title("Time of a warm call, by the size of the scope")
    axes.set_xlabel("messages and facts in the scope")
    axes.set_ylabel("milliseconds")
    axes.legend(frameon=False)
    figure.tight_layout()
    return figure


def _line(system: str) -> dict[str, Any]:
    own = system == "everwhen"
    return {
        "color": COLOURS.get(system, "#80868b"),
        "linewidth": 2.4 if own else 1.4,
        "zorder": 3 if own else 2,
    }


def _note(side: str, colour: str = "#5f6368") -> dict[str, Any]:
    return {"textcoords": "offset points", "ha": side, "color": colour, "fontsize": 9}


def _mean(value: float | Json) -> float:
    return float(value["mean"]) if isinstance(value, Mapping) else float(value)


def _thousands(value: float, _: object) -> str:
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1000 else f"{value:g}"


def _result(name: str) -> Json | None:
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return None
    result: Json = json.loads(path.read_text(encoding="utf-8"))["result"]
    return result


if __name__ == "__main__":
    main()
