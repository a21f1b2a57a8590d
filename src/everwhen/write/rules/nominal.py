"""Statements about a thing of somebody's: "my X is Y", "X changes to Y", "X is on Mondays"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from everwhen.language.timex import TimeExpression
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.dates import CLOCK, HAPPENS, SCHEDULE, read_happens, read_scheduled
from everwhen.write.rules.holdings import MODIFIER, VERBISH, shown_as
from everwhen.write.rules.nouns import read_technology, state
from everwhen.write.rules.subjects import something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

PAST_NOUN = re.compile(r"^(?:first|old|previous|former|last|ex)\s+(?!name\b|day\b)", re.IGNORECASE)


def nominal(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "my X is Y" and its kin; whether anything was claimed."""
    noun = subject.noun.strip().lower()
    got = _GOT.match(predicate.rest) if predicate.lemma == "get" else None
    if got is not None:
        predicate = replace(predicate, lemma="be move", rest=predicate.rest[got.end() :])
    lemma, rest = predicate.lemma, predicate.rest
    if subject.pronoun and not talk.correcting and not _PLAIN_VALUE.match(rest):
        return False
    if lemma in AGENT_CHANGES and re.match(r"(?:the|our|my)\s", rest):
        return not (predicate.modal or predicate.negative) and changed_by(
            talk, clause, subject, predicate
        )
    if lemma in _RUNS_ON:
        return _runs_on(talk, clause, subject, noun, predicate)
    if lemma == "stand":
        return state(talk, clause, subject.who, noun, re.sub(r"^at\s+", "", rest))
    if lemma in HAPPENS:
        return read_happens(talk, clause, subject, noun, predicate)
    past = predicate.tense == "past" or "used to" in predicate.cues
    if PAST_NOUN.match(noun):
        noun = re.sub(r"^(?:old|last)\s+", "", noun) if not past else PAST_NOUN.sub("", noun)
    noun = MODIFIER.sub("", MODIFIER.sub("", noun))
    if lemma in _CHANGES:
        return _by_itself(talk, clause, subject, noun, predicate)
    if lemma not in _IS or predicate.modal:
        return False
    if predicate.negative:
        return _negative(talk, clause, subject, noun, rest)
    always = "always" in predicate.cues and (past or predicate.tense == "perfect")
    tense = "past" if past else predicate.tense
    return state(talk, clause, subject.who, noun, rest, tense=tense, corrects=always)


_GOT = re.compile(
    r"(?:moved|pushed|switched|changed|rescheduled|postponed|delayed|brought|shifted|bumped) "
    r"(?=(?:back |forward |up |out )?(?:to|until)\b)",
    re.IGNORECASE,
)
_PLAIN_VALUE = re.compile(r"(?:(?:at|on|in|due|for|now) )*(?:\d|\ue001|[$€£])")
_RUNS_ON = frozenset(
    {"run", "use", "live", "build", "write", "be build", "be write", "be host", "be deploy"}
) | {"be base", "be implement", "be migrate", "be rewrite", "be move", "be port"}
_CHANGES = words_of(
    "change switch go become move rise drop increase upgrade downgrade shift"
) | {"be change", "be move", "be extend", "be reschedule", "be bring", "be delay", "be shift",
     "be reduce", "be increase", "be lower", "be rename", "be switch", "be transfer", "be put",
     "fall", "slip", "slide", "climb", "jump", "grow", "shrink", "get reschedule", "get push",
     "be postpone", "be push", "be raise", "be cut",
     "get move", "get extend"}  # fmt: skip
_IS = words_of("be remain stay cost equal") | {
    "be call", "be name", "be set", "be cap", "be schedule", "be plan", "be fix"
}  # fmt: skip
_MADE = re.compile(r"^(?:built|written|rewritten|hosted|deployed|migrated|ported|moved) ")
_TO = re.compile(
    r"(?:(?:back|up|down|over|forward|ahead|out|again|by [\w ]+?) )*"
    r"(?:from (?:the )?(?P<a>.+?) (?=(?:back |up |down )?(?:to|until|till|into)\b))?"
    r"(?:back |up |down )?(?:to|until|till|into|by)? ?(?:the )?(?P<v>.+)$"
)
_MOVABLE = words_of("meeting deadline budget plan rent appointment launch")


def _runs_on(talk: Talk, clause: Clause, subject: Subject, noun: str, predicate: Predicate) -> bool:
    """ "Our API runs on X"."""
    lasting = predicate.tense != "past" or predicate.lemma in ("run", "use")
    tense = predicate.tense if lasting else "present"
    value = _MADE.sub("", predicate.rest)
    return bool(read_technology(talk, clause, subject.who, noun, value, tense, False))


def _by_itself(
    talk: Talk, clause: Clause, subject: Subject, noun: str, predicate: Predicate
) -> bool:
    """ "My plan changes from A to B"."""
    match = _TO.match(predicate.rest)
    if match is None or predicate.modal:
        return False
    moves = predicate.lemma in ("move", "go", "be move") and TIME_MARK not in match["v"]
    if moves and noun.split()[-1] not in _MOVABLE:
        return False
    return change(talk, clause, subject.who, noun, match["v"], clause.times, lemma=predicate.lemma)


AGENT_CHANGES = words_of(
    "extend postpone move push change raise lower increase reduce cut shift delay reschedule bring"
)


def changed_by(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """ "The client has postponed the handover to 4 December"."""
    match = re.match(
        (
            r"(?:the|our|my)\s+(?P<n>.+?)(?: (?:back|up|down|out|forward|again))*(?: from "
            r".+?)? (?:to|until|till|by) (?P<v>.+)$"
        ),
        predicate.rest,
    )
    if match is None:
        return False
    return change(
        talk, clause, talk.me, match["n"], match["v"], clause.times, lemma=predicate.lemma
    )


def _negative(talk: Talk, clause: Clause, subject: Subject, noun: str, value: str) -> bool:
    held = talk.find_held(read.cut(value))
    if held is None or held[1] != talk.attribute(noun, subject.who.key):
        return False
    talk.end(
        clause,
        subject.who,
        held[1],
        held[2],
        f"{subject.who.possessive} {noun} is no longer {held[2]}",
        subject=held[0],
    )
    return True


_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,20}){1,4}")


_BARE = re.compile(
    (
        r"^(?:the |my |our |a |an |anything |everything |all )?(?P<noun>[\w&-]+(?: "
        r"[\w-]+){0,2}?(?: (?:with|at|of|for|in) (?:the |my |our )?[\w-]+(?: "
        r"[\w-]+)?)?)(?:'s)? (?P<verb>is|are|goes to|go to|got (?:switched|moved|"
        r"changed|pushed|rescheduled) to|(?:is|was|has been|have been|were) (?:now "
        r"|)(?:switched|moved|changed|pushed|rescheduled|postponed) (?:back )?to|moved "
        r"to|changed to|switched to|:|=)\s*(?P<v>.+)$"
    ),
    re.IGNORECASE,
)


_MOVED_BY = re.compile(
    (
        r"^(?:they|we|I|he|she|someone|(?:the|my|our) \w+) (?:(?:have|has|had|just|"
        r"finally|recently|all|are|is|am|will) )*(?:mov(?:ed|ing|e)|chang(?:ed|ing|e)|"
        r"switch(?:ed|ing)|push(?:ed|ing)|postpon(?:ed|ing)|reschedul(?:ed|ing)|"
        r"shift(?:ed|ing)|brought|bringing|extend(?:ed|ing)|delay(?:ed|ing)|rais(?:ed|ing)|"
        r"lower(?:ed|ing)|increas(?:ed|ing)|reduc(?:ed|ing)|cut|cutting|bumped|put) (?:the |"
        r"our |my )?(?P<n>[\w' -]{3,60}?)(?: "
        r"(?:back|forward|up|out|again))*(?: (?:from|by) [\w\ue001 :.]+?)? (?:to|until|"
        r"till) (?P<v>.+)$"
    ),
    re.IGNORECASE,
)


_HINT = re.compile(r"[@\d]|days?\b", re.I)
_HINTS = words_of(
    "mov rais cut lower increas reduc chang switch push postpon resched shift brought exten delay"
)


def bare(talk: Talk, clause: Clause) -> bool:
    """ "Book club is Mondays now", "work mail is x@y": a thing without "my"."""
    if _HINT.search(clause.raw) is None and not has_any(clause.raw.lower(), _HINTS):
        return False
    moved = _MOVED_BY.match(clause.text)
    if moved is not None:
        spoken = clause.unmarked(moved["v"])
        if SCHEDULE.match(spoken) is not None and read_scheduled(
            talk, clause, talk.me, moved["n"].lower(), moved["v"], "present", False
        ):
            return True
        told = clause.time_of(moved["v"]) is not None or moved["v"][:1].isdigit()
        if told or moved["v"][:1] in "$€£":
            return change(talk, clause, talk.me, moved["n"], moved["v"], clause.times)
    match = _BARE.match(clause.text.replace("'s on", " is on").replace("'s at", " is at"))
    if match is None or match["noun"].split()[0].lower() in (
        "it",
        "that",
        "this",
        "there",
        "he",
        "she",
        "they",
        "what",
        "which",
        "who",
        "i",
        "we",
        "you",
    ):
        return False
    noun = match["noun"].lower()
    email = _EMAIL.match(re.sub(r"^(?:still|now|always) ", "", match["v"]))
    if email is not None and not email[0].endswith("."):
        kind = re.sub(r"\s*(?:e-?mail|mail|address|contact|stuff|things?)\s*", " ", noun).strip()
        attribute = f"{kind} email" if kind else "email"
        talk.claim(
            clause,
            talk.me,
            attribute,
            email[0],
            f"{talk.me.possessive} {attribute} address is {email[0]}",
            sensitive=True,
        )
        return True
    if noun.split()[-1] in talk.grammar.relations or noun in talk.grammar.lists["function"]:
        return False
    return bool(read_scheduled(talk, clause, talk.me, noun, match["v"], "present", False))


_CHANGE_HEADS = words_of(
    "budget deadline plan membership subscription name number email address goal "
    "target rent salary "
    "major diet date launch meeting appointment time zone timezone limit password username handle "
    "job role title shift schedule due release price rate team size fee flight "
    "exam interview wedding "
    "trip party call demo review tier package insurance provider bank allowance quota capacity "
    "color language currency unit units theme preference supplier vendor handover "
    "delivery session class "
    "list count contract theme menu topic title location venue order desk seat room "
    "hours frequency "
    "sprint cycle pace distance dose dosage subject school colour motto slogan table gate platform "
    "lesson lessons training practice rehearsal course standup retro club flight booking"
)


_SUMS = words_of("budget salary rent limit price rate fee target allowance")


def change(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, times: Sequence[TimeExpression],
    *, lemma: str = "",
) -> bool:  # fmt: skip
    """Claim that somebody's `noun` is `value` from now on, or from the time that is said."""
    noun = MODIFIER.sub("", noun.strip().lower())
    about = re.match(r"(?P<n>[\w-]+) (?:for|of) (?:the|our|my) (?P<t>[\w' -]+)$", noun)
    if about is not None and about["n"] in _SUMS | {"deadline", "password", "date", "goal"}:
        noun = f"{about['t']} {about['n']}"
    of = re.match(r"(?P<n>[\w-]+(?: [\w-]+)?) of (?:the|our|my) (?P<t>[\w' -]+)$", noun)
    if of is not None and of["n"] not in ("budget", "deadline"):
        noun, who = of["n"], something(of["t"], talk.cast)
    slot = _slot(talk, who, noun)
    if slot is None:
        return False
    noun, attribute, known = slot
    if clause.time_of(value) is not None and _DATE_FIRST.match(value):
        return state(talk, clause, who, noun, value, tense="present")
    head = noun.split()[-1]
    spoken = clause.unmarked(value)
    if _CLOCK.match(spoken):
        held = [a for s, a, _ in talk.held if s == who.key and a.startswith(f"{noun} ")]
        moment = [a for a in held if a.rpartition(" ")[2] in _MOMENTS]
        attribute = moment[0] if moment else f"{noun} time"
        clock = _CLOCK.match(spoken)
        text = f"{who.possessive} {noun} is at {clock[1] if clock else spoken}"
        talk.claim(clause, who, attribute, clock[1] if clock else spoken, text)
        return True
    trim = read.TRIMMERS["amount" if head in _SUMS else "answer"]
    found = trim(re.sub(r"^(?:the|a|an|to|now|back to|on)\s+", "", value.strip(), flags=re.I))
    found = _LEVEL.sub("", found or "")
    if head == "plan":
        found = re.sub(r" (?:to|so|because|with|for) .*", "", found)
    plain = known or found[:1].isupper() or any(c.isdigit() for c in found)
    if not found or VERBISH.match(found) or (lemma in _LOOSE and not plain):
        return False
    text = f"{who.possessive} {shown_as(clause, attribute)} is {found}"
    stated = periods.beginning(times, talk.at)
    talk.claim(clause, who, attribute, found, text, stated=stated)
    talk.cast.thing = (who, attribute)
    return True


_CLOCK = re.compile(rf"(?:at |for )?({CLOCK})(?=$|[ ,.!])", re.IGNORECASE)
_MOMENTS = words_of("leave start begin depart arrive land open close end time")
_LOOSE = words_of("make set push bring move")
_LEVEL = re.compile(r"\s+(?:plan|tier|membership|subscription|one|instead)$", re.IGNORECASE)
_DATE_FIRST = re.compile(rf"\s*(?:on |at |by |to |until |for )?{TIME_MARK}")


def _slot(talk: Talk, who: Who, noun: str) -> tuple[str, str, bool] | None:
    """The noun, the attribute that it names, and whether that is in use already."""
    if not noun:
        return None
    head = noun.split()[-1]
    attribute = talk.attribute(noun, who.key, loose=True)
    known = any(a == attribute for _, a, _ in talk.held) or any(
        p.attribute == attribute for p in (*talk.said, *talk.earlier)
    )
    if head not in _CHANGE_HEADS and not known:
        names = (f"{noun} plan", f"{noun} membership")
        service = [a for s, a, _ in talk.held if s == who.key and a in names]
        return (service[0], service[0], True) if service else None
    if head in ("subscription", "tier", "account", "package"):
        noun = noun.removesuffix(head) + "plan"
        attribute = talk.attribute(noun, who.key)
    return noun, attribute, known
