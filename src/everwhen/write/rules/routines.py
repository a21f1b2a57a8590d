"""What somebody does again and again: "I usually go to bed at 10"."""

from __future__ import annotations

import re

from everwhen.write.rules import periods
from everwhen.write.rules.cast import Subject
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.dates import CLOCK, DAYS, scheduled
from everwhen.write.rules.frames import conjugated, third_pronouns
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.wholes import match_wholes
from everwhen.write.rules.words import words as words_of

_ROUTINE = re.compile(
    (
        r"\b(?:usually|every (?:day|morning|night|evening|week|weekend|month|year|"
        r"other \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|daily|each (?:day|"
        r"morning|night)|on (?:week|(?:mon|tues|wednes|thurs|fri|satur|sun))days|(?:once|"
        r"twice|three times|four times|five times) (?:a|per) (?:day|week|month))\b"
    ),
    re.IGNORECASE,
)


_HABITS = words_of(
    "wake get go run walk read drink eat meditate take have cook work call visit "
    "swim practice practise write study train ride cycle bike jog "
    "play watch do attend volunteer clean shop bake skip start finish sleep exercise"
)


_WEEKLY = re.compile(
    (
        r"^(?:(?:I|we|the kids|my kids) )?(?:(?:also|usually|always|now|still|have|has|had|do|"
        r"go to|"
        r"attend|teach|take|got|going to|doing|am doing|am taking|there is) )*"
        rf"(?:(?:a|an|my|our|the|to) )?(?:(?:on )?(?:every (?:other |second )?)?(?P<d>{DAYS}"
        rf"(?:(?:,| and| \+|/| &) ?{DAYS})*)(?: (?:mornings?|evenings?|afternoons?|nights?))?,?"
        rf"(?: (?:at )?(?P<c>{CLOCK}))?(?: (?:is|are|I have|we have|it is|I do|I go|:))* ?:?"
        r" (?P<v>[a-z][\w' -]{2,30}?)|(?P<w>[a-z][\w' -]{2,30}?) (?:is |are )?(?:on |every )"
        rf"(?P<e>(?:other |second )?{DAYS}(?:(?:,| and| \+|/| &) ?{DAYS})*)"
        r"(?: (?:mornings?|evenings?|afternoons?|nights?))?)"
        rf"(?:,? (?:(?:at|from|@) )?(?P<f>{CLOCK}|(?<=at )\d{{1,2}}))?(?: (?:too|now|again))*"
        r"(?=$|[,.!(]| (?:at|in|with|w|because|and|so|til|until)\b)"
    ),
    re.IGNORECASE,
)
_NO_ACTIVITY = words_of(
    "i we he she they it play do go this that off free was were is are am be my the and "
    "but work working not "
    "mine yours ours no meet meeting see saw went came got home sleep party will would "
    "can could should if when"
)


_A_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|every (?:mon|tue|wed|thu|fri|sat|sun)|"
    r"(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun) ?[+&/]|weekdays|weekends)\b",
    re.IGNORECASE,
)


def may_be_weekly(text: str) -> bool:
    """Whether a day of the week is named."""
    return "day" in text.lower() and _A_DAY.search(text) is not None


_HELD_ON = re.compile(
    r" (?:goes out|go out|takes place|take place|happens?|meets?|is held|are held|runs?|comes? out|"
    r"arrives?|starts?|gets? emptied|is emptied)$"
)


def weekly(clause: Clause, talk: Talk) -> bool:
    """ "Thursdays choir at 19:30", "I have yoga on Tuesdays": what happens on which days."""
    spoken = " ".join(clause.unmarked(clause.text).split())
    done = re.match(r"(?:I|we) (?:also )?do\b", spoken) is not None and match_wholes(clause, talk)
    for part in re.split(r",\s*(?:and )?|;\s*", spoken):
        done = _weekly_one(_STAYS.sub(" ", part.strip()), clause, talk) or done
    return done


_STAYS = re.compile(r" (?:stays|remains|is still|stay|are still) (?=on |every )", re.IGNORECASE)


def _weekly_one(part: str, clause: Clause, talk: Talk) -> bool:
    match = _WEEKLY.match(part)
    if match is None:
        return False
    days, what = match["d"] or match["e"], (match["v"] or match["w"]).strip().lower()
    listed = re.search(r"[,+&/]| and ", days) is not None
    every = re.search(r"\bevery\b", part, re.IGNORECASE) is not None
    if not (days.lower().endswith("days") or listed or every):
        return False
    what = re.sub(r"^(?:a|an|the|my|our|to)\s+", "", what)
    what = _HELD_ON.sub("", what)
    words = what.split()
    if len(words) > 1 and talk.grammar.table.get(words[0], ("", ""))[1] in ("base", "past", "s"):
        return False
    if not 1 <= len(words) <= 4 or words[0] in _NO_ACTIVITY or words[-1] in _NO_ACTIVITY:
        return False
    days = re.sub(r"^(?:other|second)\s+", "", days, flags=re.IGNORECASE)
    clock = match["c"] or match["f"]
    when = days + (f" at {clock}" if clock else "")
    if re.search(r"\bevery (?:other|second)\b", part, re.IGNORECASE):
        when = f"every other {when}"
    elif every and not when.lower().split()[0].endswith("s"):
        when = f"every {when}"
    attribute = scheduled(talk, talk.me, what) or f"{what} schedule"
    verb = re.match(rf"(?:I|we) (?:\w+ )?{re.escape(what)}\b", part, re.IGNORECASE)
    word = "" if when.startswith("every") else "on "
    times = [t for t in clause.times if re.search(rf"{CLOCK}|{DAYS}", t.text, re.I) is None]
    stated = periods.beginning(times, talk.at) if times else periods.NOTHING
    does = f"has {what}" if verb is None else conjugated(what)
    text = f"{talk.me.label} {does} {word}{when}"
    talk.claim(clause, talk.me, attribute, when, text, stated=stated, confidence=0.8)
    return True


def routine(clause: Clause, subject: Subject, predicate: Predicate, talk: Talk) -> bool:
    """What somebody does again and again: "I usually go to bed at 10"."""
    if (
        predicate.tense != "present"
        or predicate.progressive
        or predicate.negative
        or predicate.modal
        or predicate.lemma not in _HABITS
        or subject.dropped
        or _ROUTINE.search(clause.raw) is None
    ):
        return False
    phrase = " ".join(clause.unmarked(f"{predicate.lemma} {predicate.rest}").split()).strip(" ,.")
    if len(phrase.split()) < 2 or len(phrase) > 90:
        return False
    usually = "usually " if "usually" in predicate.cues else ""
    text = f"{subject.who.label} {usually}{conjugated(phrase)}"
    talk.claim(clause, subject.who, "routine", third_pronouns(phrase), text, confidence=0.7)
    return True
