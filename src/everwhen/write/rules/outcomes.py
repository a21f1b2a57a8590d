"""What a predicate comes to besides a plain claim: ends, denials, former values, plans."""

from __future__ import annotations

import re

from everwhen.model.records import Polarity
from everwhen.write.rules import modality, periods
from everwhen.write.rules.cast import Subject
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import (
    Values,
    filled,
)
from everwhen.write.rules.grammar import Frame
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate


def _former(
    frame: Frame,
    old: str,
    attribute: str,
    clause: Clause,
    subject: Subject,
    stated: periods.Stated,
    talk: Talk,
) -> None:
    """ "moved from A to B": A held before."""
    who = subject.who
    if attribute not in ("home", "role", "employer") or stated.future:
        return
    text = f"{who.label} {filled(frame.text, {**{'v': old}, 'a_r': old})}"
    until = stated.valid_from if stated.valid_from is not None else None
    if any(a == attribute and v.lower() == old.lower() for _, a, v in talk.held):
        return
    talk.claim(
        clause, who, attribute, old, text, stated=periods.Stated(valid_to=until, past=until is None)
    )


def _clear(
    frame: Frame, clause: Clause, subject: Subject, talk: Talk, stated: periods.Stated
) -> None:
    for other in frame.ends:
        name, _, value = other.partition("=")
        who = subject.who
        if name.endswith("?"):
            if re.search(
                r"\b(?:single|divorced|separated|widowed|widow|widower)\b", clause.text, re.I
            ):
                talk.end(clause, who, name[:-1], "", f"{who.label} has no {name[:-1]} any more")
            continue
        if value and value not in talk.held_of(name, who.key):
            continue
        talk.end(
            clause,
            who,
            name,
            value,
            f"{who.label} is no longer {value}" if value else f"{who.label}: no {name} any more",
            periods.Stated(valid_to=stated.valid_from),
        )


def _no_more(
    attribute: str, value: str, text: str, clause: Clause, subject: Subject, talk: Talk
) -> None:
    held = [v for v in talk.held_of(attribute, subject.who.key) if v.lower() == value.lower()]
    if held:
        talk.end(clause, subject.who, attribute, held[0], text)


def _same_firm(name: str, firms: list[str]) -> bool:
    """Whether a company is one of these, however it is called in full."""
    words = set(name.lower().split())
    return any(words & set(firm.lower().split()) for firm in firms)


def _ended(
    frame: Frame,
    attribute: str,
    value: str,
    text: str,
    clause: Clause,
    subject: Subject,
    stated: periods.Stated,
    talk: Talk,
) -> None:
    who = subject.who
    held = talk.find_held(value, attribute=attribute) if value else None
    others = talk.held_of(attribute, who.key) if attribute == "employer" and value else []
    if others and held is None and not _same_firm(value, others):
        return
    positive = text.replace(f"{who.label} ", "", 1)
    talk.end(
        clause,
        who,
        attribute,
        held[2] if held and held[0] == who.key else value,
        f"{who.label} no longer {positive}",
        stated,
    )
    for other in frame.ends:
        name, _, what = other.partition("=")
        talk.end(clause, who, name, what, f"{who.label}: no {name} any more", stated)


def _denied(
    frame: Frame,
    full: Values,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    talk: Talk,
    *,
    gone: bool,
) -> bool:
    """What a negated statement says: an end, a fact of its own, or nothing."""
    who = subject.who
    attribute = filled(frame.attribute, full).lower()
    value = filled(frame.value, full)
    if frame.aspect in ("start", "end", "happening") or (
        predicate.modal and predicate.modal not in frame.modals
    ):
        return False
    opposite = "not" in predicate.cues and frame.denied_attribute not in ("", attribute)
    if frame.denied_text and (opposite or not gone) and predicate.tense != "past":
        if gone:
            held = talk.find_held(value, attribute=talk.attribute(attribute, who.key))
            if held is not None and held[0] == who.key:
                text = f"{who.label} no longer {filled(frame.text, full)}"
                talk.end(clause, who, attribute, held[2], text)
        talk.claim(
            clause,
            who,
            frame.denied_attribute or attribute,
            value if frame.denied_attribute else f"no {value}",
            f"{who.label} {filled(frame.denied_text, full)}",
            confidence=frame.confidence,
        )
        return True
    never = "never" in predicate.cues
    held = talk.find_held(value, attribute=talk.attribute(attribute, who.key)) if value else None
    if held is not None and held[0] != who.key:
        held = None
    if (
        gone
        or (frame.denied == "end" and not never and predicate.tense != "past")
        or held is not None
    ):
        if predicate.tense == "past" and not gone:
            return False
        stated = periods.ending(clause.times, talk.at)
        text = f"{who.label} no longer {filled(frame.text, full)}"
        talk.end(clause, who, attribute, held[2] if held else value, text, stated)
        return True
    return False


def _announced(
    frame: Frame, full: Values, clause: Clause, subject: Subject, predicate: Predicate, talk: Talk
) -> bool:
    """A change to come without a date is a plan."""
    if frame.aspect == "end" or modality.is_wish(clause.text) or not subject.who.label:
        return False
    verb = predicate.lemma
    rest = " ".join(clause.unmarked(predicate.rest).split())[:80].strip(" ,.")
    if not rest or subject.dropped or verb.startswith("be"):
        return False
    talk.claim(
        clause,
        subject.who,
        "plans",
        f"{verb} {rest}",
        f"{subject.who.label} plans to {verb} {rest}",
        confidence=0.6,
        polarity=Polarity.AFFIRM,
    )
    return True
