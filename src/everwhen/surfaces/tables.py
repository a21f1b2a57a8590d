"""Records and results as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from everwhen.model.records import SELF, Action, Decision, Episode, Fact, Source
from everwhen.model.results import Context, Hit, ModelUse, Receipt, Stats
from everwhen.model.wire import dumps
from everwhen.surfaces.show import (
    Box,
    Column,
    Heading,
    Line,
    Piece,
    Table,
    day,
    one_line,
    table,
    when,
)

_SIGN: Final[Mapping[Action, str]] = {
    Action.ADD: "+ add",
    Action.UPDATE: "~ update",
    Action.INVALIDATE: "- invalidate",
    Action.NOOP: "= noop",
    Action.REJECT: "x reject",
}
_TEXT: Final = Column(name="text", whole=False)
_ID: Final = Column(name="id", style="dim")
_BLANK: Final = Column(name="")
_BAR: Final = 24


def facts(rows: Iterable[Fact], tz: tzinfo | None) -> Table:
    """Facts with the time that they are true."""
    return table(
        [_TEXT, "attribute", "from", "until", _ID],
        [
            (
                one_line(fact.text) + (f" ({fact.review})" if fact.review else ""),
                fact.attribute,
                when(fact.valid_from, tz),
                when(fact.valid_to, tz),
                fact.id,
            )
            for fact in rows
        ],
    )


def episodes(rows: Iterable[Episode], tz: tzinfo | None) -> Table:
    """Messages as they were said."""
    return table(
        ["at", "who", _TEXT, _ID],
        [
            (when(row.at, tz), row.name or row.role.value, one_line(row.content), row.id)
            for row in rows
        ],
    )


def hits(rows: Iterable[Hit], tz: tzinfo | None, *, signals: bool = False) -> Table:
    """What a search found, best first."""
    lines: list[tuple[str, ...]] = []
    for hit in rows:
        since = hit.valid_from if hit.kind == "fact" else hit.at
        text = one_line(hit.text) if hit.name is None else f"{hit.name}: {one_line(hit.text)}"
        lines.append((f"{hit.score:.2f}", hit.kind, text, day(since, tz), hit.id))
        if hit.left_out:
            lines.append(("", "", f"not among them: {hit.left_out}", "", ""))
        if hit.why:
            lines.append(("", "", f"because: {hit.why}", "", ""))
        if signals:
            lines.append(("", "", signals_of(hit), "", ""))
    return table([Column(name="score", right=True), "kind", _TEXT, "since", _ID], lines)


def signals_of(hit: Hit) -> str:
    """What each signal added to a hit's score."""
    added = sorted(hit.signals.items(), key=lambda item: -item[1])
    return "  ".join(f"{name} {value:+.2f}" for name, value in added if round(value, 2))


def changes(rows: Iterable[Decision], known: Mapping[str, Fact], *, indent: int = 0) -> Table:
    """What decisions did to the facts; those that did nothing are left out."""
    lines = []
    for decision in rows:
        if not decision.fact_ids and not decision.closed:
            continue
        ended = set(decision.closed)
        opened = [known[id].text for id in decision.fact_ids if id in known and id not in ended]
        closed = [known[id].text for id in decision.closed if id in known]
        text = "; ".join(map(one_line, opened))
        if closed:
            no_longer = f"no longer: {'; '.join(map(one_line, closed))}"
            text = f"{text} ({no_longer})" if text else no_longer
        lines.append((_SIGN[decision.action], text, f"{decision.subject}.{decision.attribute}"))
    columns = [
        Column(name="", style="note"),
        Column(name="", whole=False),
        Column(name="", style="dim"),
    ]
    return table(columns, lines, indent=indent)


def log(rows: Iterable[Decision], tz: tzinfo | None) -> Table:
    """The decision log of a fact, each line with the place of the words behind it."""
    lines: list[tuple[str, ...]] = []
    for decision in rows:
        lines.append((when(decision.at, tz), _SIGN[decision.action], decision.reason))
        source = decision.source
        if source is not None:
            place = f"characters {source.start} to {source.end} of {source.episode_id}"
            lines.append(("", "", place))
    return table(["decided", "action", Column(name="why", whole=False)], lines)


def timeline(rows: Sequence[Fact], tz: tzinfo | None, now: datetime) -> list[Piece]:
    """Every period of every slot, drawn on one axis of time."""
    edges = [edge for fact in rows for edge in (fact.valid_from, fact.valid_to) if edge is not None]
    first, last = min([*edges, now]), max([*edges, now])
    place = _axis(first, last)
    lines: list[tuple[str, ...]] = []
    by_slot = sorted(rows, key=lambda fact: (fact.subject != SELF, fact.subject, fact.attribute))
    for (subject, attribute), group in groupby(by_slot, lambda f: (f.subject, f.attribute)):
        lines.append((f"{subject} · {attribute}", "", "", "", ""))
        lines += [
            (
                "  " + one_line(fact.value, 40),
                _bar(place, fact.valid_from, fact.valid_to),
                day(fact.valid_from, tz),
                day(fact.valid_to, tz),
                _state(fact, now),
            )
            for fact in group
        ]
    columns = [_BLANK, Column(name="", style="note"), _BLANK, _BLANK, Column(name="", style="dim")]
    axis = f"{day(first, tz)} to {day(last, tz)}; ◂ since ever, ▸ until further notice"
    return [table(columns, lines), Line(text=axis, style="dim")]


def _axis(first: datetime, last: datetime) -> Callable[[datetime], int]:
    span = (last - first).total_seconds() or 1.0

    def place(instant: datetime) -> int:
        return round((instant - first).total_seconds() / span * (_BAR - 1))

    return place


def _bar(place: Callable[[datetime], int], start: datetime | None, end: datetime | None) -> str:
    left = 0 if start is None else place(start)
    right = _BAR if end is None else max(place(end), left + 1)
    bar = "·" * left + "━" * (right - left) + "·" * (_BAR - right)
    return ("◂" if start is None else " ") + bar + ("▸" if end is None else " ")


def _state(fact: Fact, now: datetime) -> str:
    if fact.review is not None:
        return f"to review: {fact.review}"
    if fact.valid.contains(now):
        return "now"
    return "to come" if fact.valid_from is not None and fact.valid_from > now else ""


def context(found: Context) -> list[Piece]:
    """A context, with what it cost and what it left out."""
    cost = (
        f"{found.tokens} tokens of {found.budget_tokens} ({found.counter}); "
        f"the whole history is {found.full_history_tokens}"
    )
    left = len(found.left_out)
    pieces: list[Piece] = [
        Box(title="context", text=found.text) if found.text else Line(text="nothing fits"),
        Line(text=cost, style="dim"),
    ]
    if left:
        tokens = sum(item.tokens for item in found.left_out)
        pieces.append(Line(text=f"left out: {left} more, {tokens} tokens", style="note"))
    return pieces


def receipt(done: Receipt) -> list[Piece]:
    """What forgetting removed."""
    counts = ("episodes", "claims", "facts", "decisions", "index_rows", "remaining")
    rows = [(name.replace("_", " "), str(getattr(done, name))) for name in counts]
    return [
        Heading(text="Forgotten"),
        table([Column(name="removed"), Column(name="", right=True)], rows),
        Line(text="remaining is what a search of the whole file found afterwards", style="dim"),
    ]


def redacted(counts: Mapping[str, int]) -> str:
    """What was taken out of messages, by kind."""
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def stats(found: Stats) -> Table:
    """Counts and identities of a file."""
    rows = [
        ("file", found.url),
        ("size", f"{found.size_bytes / 1e6:.1f} MB"),
        ("schema", str(found.schema)),
        ("scopes", str(found.owners)),
        ("episodes", f"{found.episodes}, {found.pending} waiting"),
        ("claims", str(found.claims)),
        (
            "facts",
            f"{found.current_facts} current, {found.facts} versions, {found.to_review} to review",
        ),
        ("decisions", str(found.decisions)),
        ("judgements", str(found.judgements)),
        ("embedder", found.embedder),
        ("extractor", found.extractor),
        ("token counter", found.counter),
        ("redacted", found.redact),
    ]
    if found.model is not None:
        rows += _use(found.model, "asked", "claims refused")
    if found.judge is not None:
        rows += _use(found.judge, "judge asked", "answers refused")
    return table([Column(name="", style="strong"), Column(name="", whole=False)], rows)


def _use(use: ModelUse, asked: str, refused: str) -> list[tuple[str, str]]:
    if not use.calls:
        return []
    return [
        (asked, f"{use.calls} times, {use.failed} failed, {use.seconds:.1f} s"),
        ("tokens", f"{use.tokens_in} in, {use.tokens_cached} cached, {use.tokens_out} out"),
        (refused, str(use.rejected)),
        ("last failure", use.last_failure),
    ]


def record(
    found: Fact | Episode, said: Iterable[tuple[Source, Fact | Episode]], tz: tzinfo | None
) -> list[Piece]:
    """One fact with the words that it rests on, or one message."""
    if isinstance(found, Episode):
        who = found.name or found.role.value
        whose = (found.scope.user_id, found.scope.agent_id, found.scope.run_id)
        return [
            Box(title=f"{who}, {when(found.at, tz)}", text=found.content),
            _pairs(
                [
                    ("id", found.id),
                    (
                        "whose",
                        ", ".join(filter(None, whose)),
                    ),
                    ("stored", when(found.recorded_at, tz)),
                    ("facts taken", "yes" if found.extracted else "not yet"),
                    ("metadata", dumps(found.metadata) if found.metadata else ""),
                ]
            ),
        ]
    until = when(found.valid_to, tz, empty="further notice")
    pieces: list[Piece] = [
        Line(text=found.text, style="strong"),
        _pairs(
            [
                ("id", found.id),
                ("about", f"{found.subject} · {found.attribute}"),
                ("category", found.category),
                ("value", found.value),
                ("true", f"{when(found.valid_from, tz, empty='before anything known')} to {until}"),
                ("held since", when(found.system_from, tz)),
                ("held until", when(found.system_to, tz, empty="")),
                ("confidence", f"{found.confidence:.2f}, {found.trust.name.lower()}"),
                ("to review", found.review.value if found.review else ""),
                ("sensitive", "yes" if found.sensitive else ""),
                ("metadata", dumps(found.metadata) if found.metadata else ""),
            ]
        ),
    ]
    return [*pieces, *(_evidence(source, episode, tz) for source, episode in said)]


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    filled = [(name, text) for name, text in rows if text]
    return table([Column(name="", style="dim"), Column(name="", whole=False)], filled, indent=2)


def _evidence(source: Source, episode: Fact | Episode, tz: tzinfo | None) -> Piece:
    if not isinstance(episode, Episode):
        return Line(text=f"said in {source.episode_id}", style="dim")
    who = episode.name or episode.role.value
    words = one_line(episode.content[source.start : source.end])
    return Line(text=f"  “{words}” ({who}, {when(episode.at, tz)}, {episode.id})", style="note")
