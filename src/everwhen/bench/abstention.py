"""Knowing when nothing fits: how many unanswerable questions a cut-off turns away, and how much
of the recall of the answerable ones that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from everwhen.bench.metrics import Mean, fraction, mean
from everwhen.bench.report import Report, Row
from everwhen.bench.retrieval import Measured, Outcome, Suite, ids_of

DEPTH: Final = 10
KEPT: Final = (0.99, 0.95, 0.9, 0.8)
_POINTS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """At a lowest score: the share of answerable recall kept, and which of the unanswerable
    questions get nothing (1) or something (0)."""

    least: float
    kept: float
    empty: tuple[float, ...]

    @property
    def share(self) -> float:
        """Of unanswerable questions with an empty result."""
        return sum(self.empty) / len(self.empty)


def abstention(suite: Suite, measured: Sequence[Measured]) -> Report | None:
    """The trade of each system by its own scores, and what its default cut-off does; None for
    a suite without unanswerable questions."""
    unit = next(iter(suite.measures))
    rows: list[Row] = []
    points: list[Mapping[str, str | int | float]] = []
    count = 0
    for one in measured:
        answerable = [o for o in one.outcomes if o.question.answerable and o.question.wanted(unit)]
        unanswerable = [o for o in one.outcomes if not o.question.answerable]
        if not answerable or not unanswerable:
            continue
        curve = _curve(answerable, unanswerable, unit)
        if not curve:
            continue
        count = len(answerable)
        name = one.system if len(measured) > 1 else ""
        rows += [_row(f"{kept:.0%} of recall kept", _at(curve, kept), name) for kept in KEPT]
        default = _default(answerable, unanswerable, unit)
        if default is not None:
            rows.append(_row("default cut-off", default, name))
        points += [
            {
                "system": one.system,
                "min_score": point.least,
                "recall kept": point.kept,
                "empty": point.share,
            }
            for point in _thinned(curve)
        ]
    if not rows:
        return None
    return Report(
        title="Unanswerable questions that get an empty result",
        rows=rows,
        points=points,
        notes=(
            f"Recall kept: R@{DEPTH} in {unit}s over {count} answerable questions, as a share of "
            "what it is without a cut-off.",
        ),
    )


def _row(name: str, point: Point, system: str) -> Row:
    figures: dict[str, float | Mean] = {"min_score": point.least} if point.least >= 0 else {}
    figures |= {"recall kept": point.kept, "empty": mean(point.empty)}
    return Row(name=name, count=len(point.empty), figures=figures, system=system)


def _curve(
    answerable: Sequence[Outcome], unanswerable: Sequence[Outcome], unit: str
) -> list[Point]:
    """Points at every score that makes a difference, the lowest first."""
    parts = sorted(part for one in answerable for part in _parts(one, unit))
    whole = sum(part for _, part in parts)
    if not whole:
        return []
    tops = [one.places[0].score if one.places else -1.0 for one in unanswerable]
    curve = []
    lost, place = 0.0, 0
    for least in sorted({0.0, *(score for score, _ in parts)}):
        while place < len(parts) and parts[place][0] < least:
            lost += parts[place][1]
            place += 1
        empty = tuple(float(top < least) for top in tops)
        curve.append(Point(least=least, kept=1.0 - lost / whole, empty=empty))
    return curve


def _parts(one: Outcome, unit: str) -> list[tuple[float, float]]:
    """What each piece of evidence among the first adds to recall, with its score."""
    wanted = one.question.wanted(unit)
    scores: dict[str, float] = {}
    for place in one.places:
        for id in ids_of([place], unit):
            scores.setdefault(id, place.score)
    first = list(scores)[:DEPTH]
    return [(scores[id], 1.0 / len(wanted)) for id in first if id in wanted]


def _at(curve: Sequence[Point], kept: float) -> Point:
    """The highest cut-off that keeps so much."""
    return [point for point in curve if point.kept >= kept][-1]


def _default(
    answerable: Sequence[Outcome], unanswerable: Sequence[Outcome], unit: str
) -> Point | None:
    if any(one.sure is None for one in (*answerable, *unanswerable)):
        return None
    whole = sum(_recall(one.found(unit), one, unit) for one in answerable)
    sure = sum(_recall(ids_of(one.sure or (), unit), one, unit) for one in answerable)
    empty = tuple(float(not one.sure) for one in unanswerable)
    return Point(least=-1.0, kept=sure / whole if whole else 0.0, empty=empty)


def _recall(found: Sequence[str], one: Outcome, unit: str) -> float:
    return fraction(found, one.question.wanted(unit), DEPTH)


def _thinned(curve: Sequence[Point]) -> list[Point]:
    """Some points, evenly by the recall that they keep."""
    step = max(1, len(curve) // _POINTS)
    return [*curve[::step], curve[-1]]
