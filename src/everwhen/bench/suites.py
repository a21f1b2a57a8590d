"""Running a suite: each system on each question, and all tables that come of it."""

from __future__ import annotations

from collections.abc import Sequence

from everwhen.bench.abstention import abstention
from everwhen.bench.report import Report
from everwhen.bench.retrieval import Progress, Suite, measure, report
from everwhen.bench.systems import SystemFactory


def run(
    suite: Suite, factories: Sequence[SystemFactory], *, progress: Progress | None = None
) -> Report:
    """Measure each system on the suite, one after the other, and report them together."""
    measured = [measure(suite, factory, progress=progress) for factory in factories]
    trade = abstention(suite, measured)
    return report(suite, measured, [] if trade is None else [trade])
