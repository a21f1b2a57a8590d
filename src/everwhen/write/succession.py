"""Which claims of a single-valued slot end others because they came later: step 5 of the fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from everwhen.write.span import Span


class _Nearest:
    """The successors seen so far, the nearest of each of the two nearest values."""

    __slots__ = ("first", "second")

    def __init__(self) -> None:
        self.first: Span | None = None
        self.second: Span | None = None

    def add(self, span: Span) -> None:
        """Note a span that starts no later than all before it."""
        if self.first is not None and self.first.value != span.value:
            self.second = self.first
        self.first = span

    def rival(self, value: str) -> Span | None:
        """The nearest one of another value."""
        if self.first is not None and self.first.value == value:
            return self.second
        return self.first


class _Successors:
    """The open spans that come after those still to be looked at, by the trust they are above."""

    def __init__(self, trusts: Iterable[int]) -> None:
        self._levels = {trust: (_Nearest(), _Nearest()) for trust in trusts}

    def admit(self, spans: Iterable[Span]) -> None:
        """Take in spans that start no later than all before."""
        for span in spans:
            for trust, (dated, undated) in self._levels.items():
                if trust <= span.trust:
                    (dated if span.dated else undated).add(span)

    def of(self, span: Span) -> tuple[Span | None, Span | None]:
        """The nearest one that states its start, and the nearest that does not."""
        dated, undated = self._levels[span.trust]
        return dated.rival(span.value), undated.rival(span.value)


def succeeded(
    spans: Sequence[Span], ends: Sequence[datetime]
) -> tuple[list[datetime], dict[int, datetime]]:
    """Each span's end after succession, and where the flagged part of what it lost begins."""
    cuts = list(ends)
    flags: dict[int, datetime] = {}
    trusts = {span.trust for span in spans}
    later = _Successors(trusts)
    starting: list[Span] = []  # open ones at the instant that is looked at
    told: list[Span] = []  # those of them that were told at one place within it
    told_later: _Successors | None = None
    for i in sorted(range(len(spans)), key=lambda i: _place(spans[i]), reverse=True):
        span = spans[i]
        if starting and starting[0].start > span.start:
            later.admit(starting)
            starting, told, told_later = [], [], None
        if told and span.told_before(told[0]):
            told_later = told_later or _Successors(trusts)
            told_later.admit(told)
            told = []
        _cut(i, span, later, ends, cuts, flags)
        if told_later is not None and span.told is not None:
            _cut(i, span, told_later, ends, cuts, flags)
        if span.open:
            starting.append(span)
            if span.told is not None:
                told.append(span)
    return cuts, flags


def _place(span: Span) -> tuple[object, ...]:
    return (span.start, span.told is not None, span.told or (0, 0), span.said)


def _cut(
    i: int,
    span: Span,
    successors: _Successors,
    ends: Sequence[datetime],
    cuts: list[datetime],
    flags: dict[int, datetime],
) -> None:
    loud, quiet = successors.of(span)
    for rival in (loud, quiet):
        if rival is not None and rival.start < cuts[i]:
            cuts[i] = rival.start
    if span.until is None:
        return
    if quiet is not None and quiet.said >= span.said:
        quiet = None
    for rival in (loud, quiet):
        if rival is not None and rival.start < ends[i]:
            flags[i] = min(rival.start, flags.get(i, rival.start))
