"""Whom and what "my" takes for granted: "my kids are asleep" tells of kids, "my garden" of one."""

from __future__ import annotations

import re

from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.frames import with_article
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.talk import Talk

CONFIDENCE = 0.4
_MINE = re.compile(
    r"\b(?P<own>my|our) (?P<adj>(?:(?:new|old|little|big|small|own|beloved|lovely|two|three|four|"
    r"five|six|older|younger|elder|eldest|oldest|youngest|baby|vintage|long|short|red|"
    r"blue|black|white|brown|green|pink|blonde|blond|curly|first|second|third|twin|pet|\d{1,2}) )*)"
    r"(?P<noun>[a-z][a-z-]+)(?P<after> [a-z]+)?",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:died|dead|passed|late|ex|former|lost|sold|miss|dream|future|broke|stolen|ran away|"
    r"used to|imaginary|if|wish|would|no longer|left|divorced?|never had|gone|put down|"
    r"past away)\b",
    re.IGNORECASE,
)
_FAMILY = frozenset({"kin", "plural_kin", "romance"})


def note_possessed(clause: Clause, talk: Talk) -> None:
    """Claim those of the user's people, pets and things that a clause presupposes unnamed."""
    text = clause.text
    if _GONE.search(text) is not None:
        return
    cues = load_cues(talk.grammar.language)
    for match in _MINE.finditer(text):
        noun = match["noun"].lower()
        adjectives = match["adj"].lower().split()
        after = (match["after"] or "").strip().lower()
        if after in cues["compound"] or text[match.end("noun") : match.end("noun") + 2] == "'s":
            continue
        if any(noun in talk.grammar.lists[name] for name in _FAMILY):
            if "first" not in adjectives and "old" not in adjectives:
                _family(noun, match, clause, talk)
        elif noun in talk.grammar.pets:
            _pet(noun, match, clause, talk)
        elif noun in cues["owned"]:
            _thing(noun, match, clause, talk)


def _known(word: str, attribute: str, talk: Talk) -> bool:
    """Whether something like it is held or was said."""
    stem = singular(word)
    for fact in talk.held:
        if fact[1] == attribute and fact[0] == talk.me.key and _names(fact[2], stem, word):
            return True
        if fact[1] == attribute and _names(talk.texts.get(fact, ""), stem, word):
            return True
    return any(
        p.subject == talk.me.key and p.attribute == attribute and _names(p.text, stem, word)
        for p in talk.said
    )


def _names(text: str, stem: str, word: str) -> bool:
    return stem in text.lower().split() or word in text.lower().split()


def _family(noun: str, match: re.Match[str], clause: Clause, talk: Talk) -> None:
    relation = talk.grammar.relations.get(noun) or talk.grammar.relations.get(singular(noun), noun)
    child = {"children": "child"}.get(relation, relation)
    me = talk.me
    if talk.held_of(relation) or talk.held_of(child) or talk.cast.names.named(noun):
        return
    if any(p.attribute in (relation, child) and p.subject == me.key for p in talk.said):
        return
    if _known(noun, "family", talk) or talk.cast.names.named(singular(noun)):
        return
    if relation in ("mother", "father", "parents") or _told_of(noun, relation, talk):
        return
    what = _phrase(match, noun)
    several = noun in talk.grammar.lists["plural_kin"]
    shown = what if several else with_article(what)
    talk.claim(clause, me, "family", what, f"{me.label} has {shown}",
               confidence=CONFIDENCE)  # fmt: skip


def _told_of(noun: str, relation: str, talk: Talk) -> bool:
    """Whether anything is known or was said of the one meant."""
    stem = singular(noun)
    subjects = {p.subject for p in talk.said} | {fact[0] for fact in talk.held}
    if not subjects.isdisjoint((noun, stem, relation)):
        return True
    return any(f"'s {noun}" in p.text or f"'s {stem}" in p.text for p in talk.said)


def _pet(noun: str, match: re.Match[str], clause: Clause, talk: Talk) -> None:
    me = talk.me
    if (
        _known(noun, "pet", talk)
        or _told_of(noun, "pet", talk)
        or (noun in ("pet", "pets") and talk.held_of("pet"))
    ):
        return
    what = _phrase(match, noun)
    talk.claim(clause, me, "pet", what, f"{me.label} has {with_article(what)}",
               confidence=CONFIDENCE)  # fmt: skip


def _thing(noun: str, match: re.Match[str], clause: Clause, talk: Talk) -> None:
    me = talk.me
    if any(_names(f"{fact[1]} {fact[2]}", singular(noun), noun) for fact in talk.held):
        return
    if any(_names(f"{p.attribute} {p.text}", singular(noun), noun) for p in talk.said):
        return
    what = _phrase(match, noun)
    shown = what if noun.endswith("s") or noun in ("hair", "jewelry") else with_article(what)
    talk.claim(clause, me, "has", what, f"{me.label} has {shown}", confidence=CONFIDENCE)


def _phrase(match: re.Match[str], noun: str) -> str:
    adjectives = [w for w in match["adj"].split() if w.lower() not in ("own", "new", "beloved")]
    return " ".join((*adjectives, noun)).lower()


_LITTER = re.compile(
    r"(?:^|,? (?:plus|and|also|with) |, )(?:(?:I|we|have|has|got|own|owner of|with|just|also|still|"
    r"am|mum to|dad to|parent of|proud) )*(?:an? |one |two |three |four |five |\d |my |our |the )"
    r"(?:[a-z]+ )?(?P<k>[a-z]+),? (?:(?:called|named) )?\(?(?P<names>(?-i:[A-Z])[\w'-]+"
    r"(?:(?:, | and | & )(?-i:[A-Z])[\w'-]+)*)",
    re.IGNORECASE,
)


def note_litter(clause: Clause, talk: Talk) -> None:
    """Claim pets that are listed with their names: "two cats, Pepper and Salt, plus a dog, Rex"."""
    me = talk.me
    for match in _LITTER.finditer(clause.text):
        kind = singular(match["k"].lower())
        if kind not in talk.grammar.pets and match["k"].lower() not in talk.grammar.pets:
            if match.start() == 0:
                return
            continue
        for name in re.split(r", | and | & ", match["names"]):
            if name.lower() in talk.grammar.lists["function"]:
                continue
            text = f"{me.label} has {with_article(kind)} named {name}"
            talk.claim(clause, me, "pet", name, text, confidence=0.8)
