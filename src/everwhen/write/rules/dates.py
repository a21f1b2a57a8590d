"""Dates, deadlines, birthdays and what happens every week."""

from __future__ import annotations

import re
from collections.abc import Sequence

from everwhen.language.timex import Role, TimeExpression
from everwhen.model.period import Precision
from everwhen.model.records import Proposal
from everwhen.write.rules import periods
from everwhen.write.rules.cast import Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.holdings import put, the_of
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_DATE_NOUN = re.compile(r"(?:birthday|bday|anniversary|date|due date)$", re.IGNORECASE)


HAPPENS = words_of("start begin end finish leave depart arrive open close expire renew land")


def read_happens(
    talk: Talk, clause: Clause, subject: Subject, noun: str, predicate: Predicate
) -> bool:
    """ "My flight leaves at 18:40 on Friday"."""
    if predicate.modal or predicate.negative or predicate.tense in ("past", "perfect"):
        return False
    match = re.match(
        rf"(?:at |on |in )?(?:{TIME_MARK}(\d)|(\d{{1,2}}[:.h]\d\d|(?<=at )(?:\d{{1,2}}(?: ?[ap]m)?|"
        r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight))\b)",
        predicate.rest,
        re.IGNORECASE,
    )
    if match is None or not noun or len(noun.split()) > 4:
        return False
    time = clause.time_of(predicate.rest)
    words = match[2] or (time.text if time is not None else "")
    exact = (
        time is not None
        and time.precision in (Precision.DAY, Precision.INSTANT)
        and not re.fullmatch(r"(?:at )?\d{1,2}([:.h]\d\d)?\s*(?:am|pm)?", words)
    )
    value = (
        periods.written(time, talk.at)
        if exact and time is not None
        else re.sub(r"^(?:at|on|in)\s+", "", words)
    )
    third = {"begin": "begins", "finish": "finishes"}.get(predicate.lemma, predicate.lemma + "s")
    preposition = "on" if exact else "at" if match[2] or re.match(r"\d", value) else "in"
    attribute = f"{noun} {predicate.lemma}"
    return put(
        talk,
        clause,
        subject.who,
        attribute,
        value,
        f"{subject.who.possessive} {noun} {third} {preposition} {value}",
        "present",
        talk.correcting,
        times=(),
    )


DAYS = (
    r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?|"
    r"weekdays|weekends)(?![\w-])"
)
CLOCK = (
    r"(?:\d{1,2}(?:[:.h]\d\d)? ?(?:[ap]m\b|[ap]\.m\.)|\d{1,2}[:.h]\d\d|noon|midnight|"
    r"\d{1,2} o'clock|half past \w+)"
)
SCHEDULE = re.compile(
    (
        rf"^(?:(?:now|on|at|is|are|always|usually|still|every|back (?:to|on)|moved to|to|"
        rf"actually|only|both|for) )*(?P<v>{DAYS}(?:(?:,| and|,? &| \+|/| n|, and|-| to) ?{DAYS})*|"
        rf"{CLOCK}|(?<=at )\d{{1,2}}(?![\d.,%])(?! (?:people|percent|euros|years|per)))"
        rf"(?:,? (?:now|again|mornings?|evenings?|afternoons?|nights?))?(?:,? "
        rf"(?:(?:at|@|from) )?(?P<c>{CLOCK}|(?<=at )\d{{1,2}}|(?<=@ )\d{{1,2}}|"
        rf"(?<=from )\d{{1,2}}))?(?=$|[ ,.!])"
    ),
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)$", re.IGNORECASE)


_PERSONAL_NOUN = re.compile(r"\b(?:day|birthday|it|life|time|week|today|deadline)$")


def scheduled(talk: Talk, who: Who, noun: str, ends: Sequence[str] = ("schedule", "time")) -> str:
    """The attribute that holds when something regularly is, if there is one: "standing call with
    the manila office time" for "manila call"; or one that ends in other words."""
    wanted = set(noun.split())
    told: list[Proposal] = [*talk.said, *talk.earlier]
    for subject, attribute, _ in (*talk.held, *((p.subject, p.attribute, "") for p in told)):
        words = attribute.split()
        if subject == who.key and words[-1] in ends and wanted <= set(words[:-1]):
            return attribute
    return ""


def read_scheduled(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    """ "Book club is on Mondays now", "the standup is at 10:45": when something regularly is."""
    spoken = clause.unmarked(value)
    match = SCHEDULE.match(spoken)
    own_day = re.match(
        r"(?:bin|market|laundry|rubbish|recycling|cleaning|pay|shopping|rest|office|"
        r"home office|gym|leg|meeting|date|game|quiz|film|training) (?:day|night)",
        noun,
    )
    if match is None or who.kind == "person":
        return None
    if _PERSONAL_NOUN.search(noun) and own_day is None:
        return None
    day = re.match(DAYS, match["v"], re.I)
    listed = re.search(r"[,+&/]| and | n |-", match["v"]) is not None
    plural = match["v"].lower().endswith("s") and _ABBREVIATED.match(match["v"]) is None
    every = "every" in spoken.lower() or own_day is not None
    if day is not None and not plural and not listed and not every:
        return None
    noun = re.sub(r"^(?:new|next|our|my|weekly|regular)\s+", "", noun)
    held = scheduled(talk, who, noun)
    attribute = held or (f"{noun} schedule" if day is not None else f"{noun} time")
    when = match["v"] + (f" at {match['c']}" if match["c"] else "")
    word = "on" if day is not None else "at"
    times = [t for t in clause.times if t.text not in spoken]
    stated = periods.beginning(times, talk.at) if times else periods.NOTHING
    talk.claim(
        clause, who, attribute, when, f"{who.possessive} {noun} is {word} {when}", stated=stated
    )
    talk.cast.thing = (who, noun)
    return True


_BIRTHDAY = frozenset({"birthday", "bday", "date of birth", "birth date", "birthdate", "dob"})
_NO_EVENT = words_of("day life weekend morning week today year night one thing rest problem point")
_ON = re.compile(
    r"(?:(?:now|still|already|only|actually) )*"
    r"(?P<due>due|set|scheduled|planned|happening|expected|fixed|moved|postponed|extended)?\s*"
    rf"(?:for |on |by |in |at |to |until |back )*(?P<t>{TIME_MARK}\d)"
)


def read_dated(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    """When something is or is due; None if no date is told."""
    if noun in _BIRTHDAY:
        return read_birthday(talk, clause, who, value, corrects)
    match = _ON.match(value)
    if match is None:
        return None
    time = clause.time_of(match["t"])
    if time is None or noun in _NO_EVENT or not _places(time, tense, talk):
        return False
    when = periods.written(time, talk.at)
    head = noun.split()[-1]
    if head in ("deadline", "cutoff") or match["due"] == "due":
        attribute = noun if head in ("deadline", "cutoff") else f"{noun} deadline"
        attribute = talk.attribute(attribute, who.key)
        text = f"{the_of(who, attribute)} is {when}"
        return put(talk, clause, who, attribute, when, text, "present", corrects, times=())
    is_date = _DATE_NOUN.search(noun) is not None
    attribute = talk.attribute(noun if is_date else f"{noun} date", who.key)
    if not is_date:
        longer = scheduled(talk, who, noun, ends=("date",))
        attribute = longer or attribute
        noun = longer.removesuffix(" date") or noun
    exact = when[:1].isdigit() and len(when) > 5
    on = "" if is_date or when.startswith("the week") else "on " if exact else "in "
    text = f"{the_of(who, noun)} is {on}{when}"
    if tense == "past" or (time.interval_end is not None and time.interval_end < talk.at):
        text = text.replace(" is ", " was ", 1)
    return put(talk, clause, who, attribute, when, text, "present", corrects, times=())


def _places(time: TimeExpression, tense: str, talk: Talk) -> bool:
    """Whether a time can be when something is."""
    start = time.interval_start
    if time.role in (Role.RECURRING, Role.DURATION, Role.SINCE):
        return False
    if start is None and time.interval_end is None:
        return False
    return not (tense == "past" and start is not None and start > talk.at)


def read_birthday(talk: Talk, clause: Clause, who: Who, value: str, corrects: bool) -> bool:
    time = clause.time_of(value)
    if (
        time is None
        or time.interval_start is None
        or time.precision not in (Precision.DAY, Precision.MONTH)
    ):
        return False
    start = time.interval_start
    year = re.search(r"\b(1[89]\d\d|20\d\d)\b", time.text)
    day = f"{start.day} {start:%B}" if time.precision is Precision.DAY else f"in {start:%B}"
    if year is not None:
        day += f" {year[1]}"
    elif (
        re.search(r"\b(?:today|tomorrow|yesterday|next|this|ago|last)\b", time.text, re.I)
        and time.precision is not Precision.DAY
    ):
        return False
    on = "on " if time.precision is Precision.DAY else ""
    return put(
        talk,
        clause,
        who,
        "birthday",
        day,
        f"{who.possessive} birthday is {on}{day}",
        "present",
        corrects,
        times=(),
    )
