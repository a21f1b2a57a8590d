"""Find time expressions in running text and resolve them against the instant of the message.

The words and patterns of each language are data (`data/time.<language>.toml`), what they mean is
`timex_calculus`. A text goes through three passes: points ("last Tuesday", "5 May"), compounds of
points ("the end of August", "3pm on Friday") and frames around them ("since …", "from … to …").
Each pass takes the longest match, from left to right.

An end that is named counts whole: "until June" and "from March to June" end with 30 June, "from
2015 to 2018" with the year 2018. `interval_end` is exclusive, so it is the instant after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from everwhen.language.timex_calculus import Ask, Node, Span
from everwhen.language.timex_grammar import Direction, Grammar, Rule, Rules, Value, load
from everwhen.language.timex_operations import resolve
from everwhen.language.timex_tokens import OTHER, fold
from everwhen.model.period import Precision, instant

NOTHING = "nothing"  # the kind of patterns that look like times and are none ("one day", "24/7")
TENSE_REACH = 12  # tokens looked at on either side for a hint of past or future
SENTENCE_ENDS = frozenset(".!?;\n")
CLAUSE_ENDS = SENTENCE_ENDS | frozenset(",:()-–")
# Figures that can tell a time by themselves: 2019, 5/6, 10:30, 14th, 3pm, 5 p.m., '09.
_FIGURE = re.compile(r"[0-9](?:[^\W\d_]|[:/.–-][0-9]|[0-9]{3}| ?[ap]\.)|['’][0-9]{2}")
_WORDS_ONLY = {  # all but letters and figures of ASCII, and the usual other marks, is a space
    ord(mark): " "
    for mark in map(chr, (*range(128), 0x2013, 0x2014, 0x2019, 0x2026, 0xA0))
    if not mark.isalnum()
}
_COARSENESS = {precision: rank for rank, precision in enumerate(Precision)}
_RELATIVE = frozenset({"day", "unit", "weekday", "shift"})  # "a photo from last week"


class Role(StrEnum):
    """What a time expression says about the thing that it is told of."""

    AT = "at"  # at or during: "last Tuesday", "in Q1"
    SINCE = "since"  # from then on: "since March", "starting Monday", "for the last 3 years"
    UNTIL = "until"  # up to and including: "until June", "till 2012"
    BETWEEN = "between"  # both ends: "from 2015 to 2018"
    BY = "by"  # a deadline: "by Friday"
    DURATION = "duration"  # a length, here counted back from the anchor: "for six years"
    RECURRING = "recurring"  # again and again, without an interval: "every Thursday"
    BEFORE = "before"  # ends when that begins: "before 2020"
    AFTER = "after"  # begins when that ends: "after Easter"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A time expression in a text: where it stands, what it says and the interval it means."""

    start: int
    end: int
    role: Role
    interval_start: datetime | None
    interval_end: datetime | None
    precision: Precision
    text: str


def find_times(
    text: str,
    *,
    anchor: datetime,
    language: str = "en",
    zone: tzinfo = UTC,
    direction: Direction | None = None,
) -> tuple[TimeExpression, ...]:
    """The time expressions of a text, in order and without overlap.

    `anchor` is the instant at which the text was said and must be aware; days and clock times are
    those of `zone`. Intervals are half-open and in UTC. `direction` says whether times that could
    be either ("on Friday", "in March", "14 April") are past or to come; without it the verbs
    around them decide, else the nearest is meant. A language without a grammar file gets dates in
    figures only. TimeError if the anchor is naive.
    """
    grammar = load(language)
    if not _may_tell_time(text, grammar):
        return ()
    try:
        local = instant(anchor, name="anchor").astimezone(zone)
    except OverflowError:
        return ()  # the calendar ends within that zone's offset
    ask = Ask(anchor=local, zone=zone, month_first=grammar.month_first)
    line = _Line.read(text, grammar)
    for rules in grammar.passes[:-1]:
        line = line.reduced(rules, grammar)
    found = (
        _expression(text, line, rule, slots, span, ask, grammar, direction)
        for rule, slots, span in line.matches(grammar.passes[-1], grammar)
    )
    return tuple(expression for expression in found if expression is not None)


def may_hold_times(text: str, language: str = "en") -> bool:
    """Whether `find_times` may find anything in a text: quick, and false for most."""
    return _may_tell_time(text, load(language))


def _may_tell_time(text: str, grammar: Grammar) -> bool:
    """A cheap test that most sentences without a time fail."""
    words = (text if text.isascii() else fold(text)).lower().translate(_WORDS_ONLY).split()
    return not grammar.triggers.isdisjoint(words) or _FIGURE.search(text) is not None


_Match = tuple[Rule, dict[str, "Value | Node"], tuple[int, int]]


@dataclass(slots=True)
class _Line:
    """A text as symbols, with what each stands for: a word, or a time found earlier."""

    symbols: str
    starts: list[int]
    ends: list[int]
    contents: list[str | Node] = field(default_factory=list)

    @classmethod
    def read(cls, text: str, grammar: Grammar) -> _Line:
        tokens = grammar.tokenizer.cut(text)
        return cls("".join(tokens.symbols), tokens.starts, tokens.ends, list(tokens.words))

    def matches(self, rules: Rules, grammar: Grammar) -> list[_Match]:
        found: list[_Match] = []
        position, length = 0, len(self.symbols)
        known = rules.by_symbol
        while position < length:
            if self.symbols[position] not in known:
                position += 1
                continue
            best = rules.longest(self.symbols, position)
            if best is None:
                position += 1
                continue
            rule, match = best
            found.append((rule, self._slots(rule, match, grammar), match.span()))
            position = match.end()
        return found

    def _slots(self, rule: Rule, match: re.Match[str], grammar: Grammar) -> dict[str, Value | Node]:
        slots: dict[str, Value | Node] = dict(rule.constants)
        for slot, name in rule.slots.items():
            first, last = match.span(slot)
            if first < 0:
                continue
            slot = slot.partition("__")[0]
            contents = self.contents[first:last]
            head = contents[0]
            if isinstance(head, Node):
                slots[slot] = head
            else:
                slots[slot] = grammar.value(name, [str(word) for word in contents])
        return slots

    def reduced(self, rules: Rules, grammar: Grammar) -> _Line:
        """The line with each match of the rules replaced by one symbol for its kind."""
        matches = self.matches(rules, grammar)
        if not matches:
            return self
        line = _Line("", [], [])
        symbols: list[str] = []
        done = 0
        for rule, slots, (first, last) in matches:
            line._copy(self, done, first, symbols)
            nothing = rule.kind == NOTHING
            symbols.append(OTHER if nothing else grammar.kinds[rule.kind])
            line.starts.append(self.starts[first])
            line.ends.append(self.ends[last - 1])
            line.contents.append("" if nothing else Node(rule.op, rule.kind, slots))
            done = last
        line._copy(self, done, len(self.symbols), symbols)
        line.symbols = "".join(symbols)
        return line

    def _copy(self, other: _Line, first: int, last: int, symbols: list[str]) -> None:
        symbols.append(other.symbols[first:last])
        self.starts += other.starts[first:last]
        self.ends += other.ends[first:last]
        self.contents += other.contents[first:last]

    def tense(self, first: int, last: int, grammar: Grammar) -> Direction | None:
        """The tense that the words of the sentence hint at: the nearest before, else after."""
        before = range(first - 1, max(-1, first - 1 - TENSE_REACH), -1)
        after = range(last, min(len(self.symbols), last + TENSE_REACH))
        for positions in (before, after):
            for position in positions:
                if self.symbols[position] in SENTENCE_ENDS:
                    break
                word = self.contents[position]
                hint = grammar.tense.of(word) if isinstance(word, str) else None
                if hint is not None:
                    return None if hint == "present" else hint
        return None

    def unfinished(self, first: int, grammar: Grammar) -> bool:
        """Whether the sentence so far says that something has not happened ("haven't … in")."""
        for position in range(first - 1, max(-1, first - 1 - TENSE_REACH), -1):
            if self.symbols[position] in SENTENCE_ENDS:
                return False
            word = self.contents[position]
            if isinstance(word, str) and word in grammar.tense.unfinished:
                return True
        return False


def _expression(
    text: str,
    line: _Line,
    rule: Rule,
    slots: dict[str, Value | Node],
    span: tuple[int, int],
    ask: Ask,
    grammar: Grammar,
    direction: Direction | None,
) -> TimeExpression | None:
    first, last = span
    times = [slots[name] for name in ("time", "until") if name in slots]
    nodes = [node for node in times if isinstance(node, Node)]
    if rule.constants.get("unfinished") and line.unfinished(first, grammar):
        rule = replace(rule, constants={"role": rule.constants["unfinished"]})
        nodes = [replace(n, op="stretch", slots={**n.slots, "sign": -1}) for n in nodes]
    lean = rule.constants.get("lean")
    if not rule.constants.get("firm"):
        lean = direction or line.tense(first, last, grammar) or lean
    want: Direction | None = "past" if lean == "past" else "future" if lean == "future" else None
    attached = first > 0 and line.symbols[first - 1] not in CLAUSE_ENDS  # "a car from 2011"
    try:
        role, start, end, precision = _interval(rule, nodes, replace(ask, want=want), attached)
        start, end = _utc(start), _utc(end)
    except (ValueError, OverflowError):
        return None  # "31 February", or a year that there is not: no time is told
    begin, stop = line.starts[first], line.ends[last - 1]
    return TimeExpression(
        start=begin,
        end=stop,
        role=role,
        interval_start=start,
        interval_end=end,
        precision=precision,
        text=text[begin:stop],
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


_Interval = tuple[Role, datetime | None, datetime | None, Precision]


def _interval(rule: Rule, nodes: Sequence[Node], ask: Ask, attached: bool) -> _Interval:
    role = Role(str(rule.constants["role"]))
    daily = len(nodes) == 2 and all(node.op == "clock" for node in nodes)  # "from 9am to 5pm"
    if role is Role.RECURRING or daily:
        return Role.RECURRING, None, None, Precision.DAY
    if len(nodes) == 2:
        start, end = _range(nodes[0], nodes[1], ask)
        precision = max(start.precision, end.precision, key=_COARSENESS.__getitem__)
        return role, start.start, _close(end), precision
    node = nodes[0]
    told = resolve(node, ask)
    if told.end <= ask.anchor and (node.op in _RELATIVE or (attached and node.op == "year")):
        role = Role(str(rule.constants.get("past_role", role)))
    moment = told.precision is Precision.INSTANT
    if role in (Role.UNTIL, Role.BY):
        return role, None, _close(told), told.precision
    if role is Role.SINCE:
        return role, told.start, None, told.precision
    if role is Role.BEFORE:
        return role, None, told.start, told.precision
    if role is Role.AFTER:
        return role, told.start if moment else told.end, None, told.precision
    return role, told.start, told.end, told.precision


def _close(span: Span) -> datetime:
    return span.start if span.precision is Precision.INSTANT else span.end


def _range(first: Node, second: Node, ask: Ask) -> tuple[Span, Span]:
    """Both ends of a range; an end without a year takes it from the other one."""
    if second.op == "clock":  # "Friday, 9am to 5pm": the same day
        start = resolve(first, ask)
        end = resolve(second, replace(ask, anchor=start.start))
    elif second.says_which and not first.says_which:
        end = resolve(second, ask)
        start = resolve(first, replace(ask, before=end.start))
    else:
        start = resolve(first, ask)
        end = resolve(second, ask if second.says_which else replace(ask, since=start.start))
    if _close(end) <= start.start:
        raise ValueError("a range that ends before it begins")
    return start, end
