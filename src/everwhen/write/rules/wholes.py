"""Frames that match a whole clause, without a subject having been read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from everwhen.write.rules import periods
from everwhen.write.rules.cast import Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import filled, needed, trimmed, worded
from everwhen.write.rules.grammar import Frame
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate

_WORDS = re.compile(r"[^\W_]+(?:['+-][^\W_]+)*")


@lru_cache(maxsize=1 << 8)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORDS.findall(text.lower())))


def candidates(clause: Clause, frames: Mapping[str, tuple[Frame, ...]]) -> list[Frame]:
    """The frames of which a trigger word is in the clause, in the file's order."""
    found: list[Frame] = []
    for word in _words_of(clause.text):
        for frame in frames.get(word, ()):
            if frame not in found:
                found.append(frame)
    return found


def match_wholes(clause: Clause, talk: Talk, who: Who | None = None) -> bool:
    """Claim what the first fitting frame says; whether one did."""
    done = False
    who = who or talk.me
    for frame in candidates(clause, talk.grammar.wholes):
        match = frame.pattern.search(clause.text)
        if match is None:
            continue
        sets = trimmed(match, frame, clause)
        if sets is None:
            continue
        tense = "past" if frame.past_only else "present"
        predicate = Predicate(lemma="", form="", rest=clause.text, tense=tense)
        for values in sets:
            if needed(frame, values, predicate, Subject(who, ""), clause, talk.grammar):
                done = _claim(frame, values, predicate, clause, talk, who) or done
        if done and not frame.goes_on:
            return True
    return done


_TOPIC = re.compile(
    (
        r"\b(?:(?:health|car|travel|dental|home|pet|life) )?(?:insurance|bank|internet|"
        r"electricity|energy|gas|broadband|mobile|phone company|carrier|provider|isp|"
        r"airline|gym|club|choir|university|dentist|vet|school)"
        r"(?: (?:provider|company|supplier))?\b"
    ),
    re.IGNORECASE,
)


def _meant(attribute: str, clause: Clause, talk: Talk) -> str | None:
    """What a place holder stands for: what was named before it."""
    if attribute == "@thing":
        thing = talk.cast.thing
        return thing[1] if thing is not None else None
    match = _TOPIC.search(talk.message)
    return match[0].lower() if match is not None else None


def note_asides(clause: Clause, talk: Talk) -> None:
    """Claim what a clause tells in passing: "tired from my shift at the diner".

    Only of attributes of which it says nothing else, and never against a single value held.
    """
    frames = talk.grammar.asides
    if frames.keys().isdisjoint(talk.words):
        return
    for frame in candidates(clause, frames):
        match = frame.pattern.search(clause.text)
        if match is None or _known(frame.attribute, talk):
            continue
        predicate = Predicate(lemma="", form="", rest=clause.text, tense="present")
        for values in trimmed(match, frame, clause) or ():
            if needed(frame, values, predicate, Subject(talk.me, ""), clause, talk.grammar):
                _claim(frame, values, predicate, clause, talk, talk.me)


def _known(attribute: str, talk: Talk) -> bool:
    me = talk.me.key
    if any(p.attribute == attribute and p.subject == me for p in talk.said):
        return True
    return talk.is_single(attribute) and bool(talk.held_of(attribute))


def _claim(
    frame: Frame, values: dict[str, str], predicate: Predicate, clause: Clause, talk: Talk, who: Who
) -> bool:
    full = worded(values, predicate, clause, talk.grammar, frame.attribute)
    full |= {"me": who.label, "my": who.possessive}
    attribute = filled(frame.attribute, full).lower()
    value, text = filled(frame.value, full), filled(frame.text, full)
    if "@" in attribute:
        meant = _meant(attribute, clause, talk)
        if meant is None:
            return False
        text, attribute = text.replace(attribute, meant), meant
    if frame.aspect == "end":
        last = "last day" in clause.text.lower()
        held = talk.find_held(value, attribute=attribute) if value else None
        until = periods.ending(clause.times, talk.at, last_day=last)
        talk.end(clause, who, attribute, held[2] if held else value, text, until)
    else:
        stated = _stated(frame, predicate, clause, talk)
        if frame.replaces_all and not talk.is_single(attribute):
            gone = f"{who.label} no longer has the old {attribute}"
            talk.end(clause, who, attribute, "", gone, replace(stated, valid_to=stated.valid_from))
        talk.claim(
            clause, who, attribute, value, text, stated=stated, confidence=frame.confidence,
            sensitive=frame.sensitive,
        )  # fmt: skip
    for other in frame.ends:
        name, _, what = other.partition("=")
        if not what or what in talk.held_of(name, who.key):
            talk.end(clause, who, name, what, f"{who.label}: no {name} {what} any more")
    return True


def _stated(frame: Frame, predicate: Predicate, clause: Clause, talk: Talk) -> periods.Stated:
    if frame.timeless:
        return periods.NOTHING
    if frame.aspect == "start":
        return periods.beginning(clause.times, talk.at)
    return periods.state(clause.times, talk.at, predicate.tense)
