"""When a new statement takes the place of one that is held: same thing, same kind of value."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from everwhen.language.keys import value_key
from everwhen.language.timex import Role
from everwhen.model.records import Polarity, Proposal
from everwhen.write.rules.cast import Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.held import Held, HeldIndex
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_NOW = re.compile(
    r"\b(?:now|nowadays|these days|instead|from now on|as of|since|new|currently|changed?|"
    r"switched|moved|any ?more|again|from today|promoted|transferred|demoted|no longer)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:also|another|(?:a|my|our) second|as well|both|besides|other)\b|\btoo\b(?! \w)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b\d{1,2}[./:]\d{2}\b|"
    r"\b\d{1,2} ?[ap]m\b|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:days?)?\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_LITTLE = words_of(
    "is are was has have been be being now the a an of in on at to for with by and or their my our "
    "from since until as new currently also user current old it he she they his her its will does "
    "do did not down up about around over then than brought forward postponed moved pushed "
    "scheduled set planned changed cut raised lowered extended been went goes gets got is's s "
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday am pm euros euro dollars dollar "
    "pounds schedule "
    "run runs running deploy deployed hosted uses use used built written made based technology "
    "pound francs per date year month week day total actually still latest officially"
)


@lru_cache(maxsize=1 << 13)
def kind_of(value: str) -> str:
    """What sort of value it is, so that like replaces like."""
    if _DATE.search(value):
        return "date"
    return "number" if _FIGURE.search(value) else "words"


@lru_cache(maxsize=1 << 13)
def stem(word: str) -> str:
    """A rough stem, so that "banks", "banking" and "bank" are one."""
    for ending in ("ings", "ing", "ies", "es", "s", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def alike(stemmed: str) -> str:
    """One word for all that mean the same: "keep" for "store" and "save"."""
    return load_cues("en").alike.get(stemmed, stemmed)


@lru_cache(maxsize=1 << 13)
def topic(text: str, value: str = "") -> frozenset[str]:
    """The words that tell what a statement is about: without its value, figures and small words."""
    rest = text.replace(value, " ") if value else text
    return frozenset(
        alike(stem(w)) for w in value_key(rest.replace("'s", " ")).split()
        if w not in _LITTLE and len(w) > 1 and _FIGURE.search(w) is None
    )  # fmt: skip


def same_topic(held: str, attribute: str) -> bool:
    """Whether two slot names mean the same thing: "voting call" and "call"."""
    one, two = held.split(), attribute.split()
    return held == attribute or (
        bool(one and two) and one[-1] == two[-1] and (set(one) <= set(two) or set(two) <= set(one))
    )


def about(fact: Held, talk: Talk) -> frozenset[str]:
    """The topic of a fact that is held."""
    own = fact[0] in ("user", talk.me.key)
    return _about(*fact, talk.texts.get(fact, ""), own)


@lru_cache(maxsize=1 << 13)
def _about(subject: str, attribute: str, value: str, text: str, own: bool) -> frozenset[str]:
    words = topic(text, value) | topic(attribute)
    return words if own else words | topic(subject)


def _last(name: str) -> str:
    return f"…{name.rpartition(' ')[2]}"


def _index(talk: Talk) -> HeldIndex:
    """What is held, by slot and by topic and the last word of the slot's name."""
    key = f"held {talk.me.key}"
    index = talk.kept.get(key)
    if not isinstance(index, HeldIndex):
        index = talk.kept[key] = HeldIndex()
    index.keep_up(talk.held, lambda fact: about(fact, talk) | {_last(fact[1])})
    return index


def _near(words: frozenset[str], attribute: str, talk: Talk) -> list[Held]:
    """The held facts that a statement may be about too: those that share a word with it, or the
    last one of its slot's name."""
    return _index(talk).near(words | {_last(attribute)})


def renew(
    who: Who,
    attribute: str,
    value: str,
    text: str,
    clause: Clause,
    talk: Talk,
    *,
    stated: Stated,
    nominal: bool,
) -> str:
    """End what a statement replaces; the name of the slot that it belongs to."""
    over = stated.past or (stated.valid_to is not None and stated.valid_to <= talk.at)
    cues = load_cues(talk.grammar.language)
    opposite = attribute.removeprefix("not ") if attribute[:4] == "not " else f"not {attribute}"
    for fact in () if over or nominal else _index(talk).of(who.key, opposite):
        if value_key(fact[2]) == value_key(value):
            _over(clause, talk, fact, stated.valid_from)
    several = attribute.split()[-1] in cues["many"] or _BESIDE.search(clause.text) is not None
    if over or several:
        return attribute
    changed = _has_changed(clause)
    words = topic(text, value) | topic(attribute)
    for fact in _near(words, attribute, talk):
        subject, held, old = fact
        if value_key(old) == value_key(value):
            if changed and subject != who.key and held == attribute and _OWN.search(value):
                _over(clause, talk, fact, stated.valid_from)
            continue
        if _replaces(fact, who, attribute, value, words, talk, nominal=nominal, changed=changed):
            if talk.is_single(held) and held == attribute and subject == who.key:
                continue
            _over(clause, talk, fact, stated.valid_from)
    return attribute


_OWN = re.compile(r"\b(?:my|our)\b", re.IGNORECASE)


def _has_changed(clause: Clause) -> bool:
    """Whether a clause says that things are not as they were."""
    return (
        _NOW.search(clause.text) is not None
        or _NOW.search(clause.raw) is not None
        or any(time.role is Role.SINCE for time in clause.times)
    )


def _over(clause: Clause, talk: Talk, fact: Held, since: datetime | None) -> None:
    """End a fact that something else has taken the place of."""
    subject, held, old = fact
    text = f"{talk.me.label}: {held} {old} has ended"
    talk.end(clause, talk.me, held, old, text, Stated(valid_to=since), subject=subject)


def _replaces(
    fact: Held,
    who: Who,
    attribute: str,
    value: str,
    words: frozenset[str],
    talk: Talk,
    *,
    nominal: bool,
    changed: bool,
) -> bool:
    subject, held, old = fact
    if who.kind != "self" and subject != who.key:
        return False
    same_kind = kind_of(old) == kind_of(value)
    if not nominal:
        if subject == who.key and held == attribute:
            named = _proper(old) & _proper(value)
            return (changed and (same_kind or attribute.startswith("be "))) or (
                attribute.split()[0] == "be" and bool(named)
            )
        if kind_of(value) == "words":
            # A name alone tells whom or what two statements are about, not what they say of it.
            names = {
                stem(name.lower()) for name in _proper(f"{who.label} {talk.texts.get(fact, '')}")
            }
            names |= topic(who.label)
            one, two = words - names, about(fact, talk) - names
            alike_in_all = bool(one and two) and _overlap(one, two) >= 0.99
            return same_kind and changed and alike_in_all and held not in _PARTED
        return same_kind and _overlap(words, about(fact, talk)) >= 0.6
    if subject == who.key and same_topic(held, attribute):
        return (same_kind and (kind_of(value) != "words" or changed or (held == attribute and
                              _overlap(words, about(fact, talk)) > 0.7))) or changed  # fmt: skip
    shared = _overlap(words, about(fact, talk))
    if kind_of(value) == "words":
        return same_kind and (shared >= 0.99 or (changed and shared >= 0.6))
    return same_kind and shared >= 0.6


_PARTED = words_of("likes dislikes prefers name")


def renewed_by_frames(before: int, clause: Clause, talk: Talk) -> None:
    """End what the claims of frames since the given number make untrue in other slots."""
    for new in talk.said[before:]:
        kind = kind_of(new.value)
        over = new.past or (new.valid_to is not None and new.valid_to <= talk.at)
        if new.polarity is Polarity.END or over:
            continue
        _same_slot(new, clause, talk)
        _same_home(new, clause, talk)
        if kind == "words":
            _other_slot(new, clause, talk)
            continue
        _same_label(new, clause, talk)
        words = topic(new.text, new.value) | topic(new.attribute)
        for fact in _near(words, new.attribute, talk):
            _, held, old = fact
            if (
                held != new.attribute
                and kind_of(old) == kind
                and value_key(old) != value_key(new.value)
                and _overlap(words, about(fact, talk)) > 0.99
            ):
                _over(clause, talk, fact, new.valid_from)


def _other_slot(new: Proposal, clause: Clause, talk: Talk) -> None:
    """ "I've got a new doctor: Dr Anand is my GP" ends the GP held under another name."""
    if _NOW.search(talk.message) is None and "different" not in talk.message:
        return
    words = topic(clause.text, new.value)
    for fact in tuple(talk.held):
        subject, held, old = fact
        about_it = topic(held)
        if (
            held != new.attribute
            and subject == new.subject
            and about_it
            and about_it == words
            and kind_of(old) == "words"
            and value_key(old) != value_key(new.value)
        ):
            _over(clause, talk, fact, new.valid_from)


def _same_slot(new: Proposal, clause: Clause, talk: Talk) -> None:
    """ "The codename is Kingfisher": the value before it ends where a slot keeps several.

    A noun that the vocabulary does not know, said in the singular, has one value at a time.
    """
    if talk.is_single(new.attribute) or _BESIDE.search(clause.text) is not None:
        return
    said = f"{new.attribute} is "
    if said not in new.text:
        _same_words(new, clause, talk)
        return
    cues = load_cues(talk.grammar.language)
    several = new.attribute.split()[-1] in cues["many"]
    changed = _NOW.search(clause.text) is not None
    unknown = not talk.vocabulary.knows(new.attribute) or new.attribute.endswith("name")
    for fact in _index(talk).of(new.subject, new.attribute):
        old = fact[2]
        if value_key(old) == value_key(new.value):
            continue
        alike = _unit(old) == _unit(new.value) != ""
        if said in talk.texts.get(fact, "") and (alike if several else changed or unknown or alike):
            _over(clause, talk, fact, new.valid_from)


_ADDED = re.compile(r"\bwith (?:me|us)\b", re.IGNORECASE)


def _same_home(new: Proposal, clause: Clause, talk: Talk) -> None:
    """Who lives alone lives with nobody, and who has moved in with one does not with others."""
    if new.attribute != "lives with":
        return
    moved = _has_changed(clause) and _ADDED.search(clause.raw) is None
    for fact in _index(talk).of(new.subject, "lives with"):
        old = fact[2]
        if old != new.value and ("alone" in (old, new.value) or moved):
            _over(clause, talk, fact, new.valid_from)


_LABEL = re.compile(r"\b(?P<l>[a-z]{3,}) #?(?:no\.? )?\d[\w.]*$", re.IGNORECASE)


def _same_label(new: Proposal, clause: Clause, talk: Talk) -> None:
    """ "I sit in room 307 now" ends that the office is in room 214."""
    label = _label(new.value, new.attribute)
    if not label or not _has_changed(clause):
        return
    for fact in tuple(talk.held):
        subject, held, old = fact
        if (
            subject == new.subject
            and held != new.attribute
            and value_key(old) != value_key(new.value)
            and _label(old, held) == label
        ):
            _over(clause, talk, fact, new.valid_from)


def _label(value: str, attribute: str) -> str:
    """What a number is the name of: "room" of "in room 214", or of 214 as one's room."""
    match = _LABEL.search(value)
    label = match["l"].lower() if match is not None else ""
    if not label and value.isdigit():
        label = attribute.rpartition(" ")[2]
    return "" if label in _LITTLE else label


def _same_words(new: Proposal, clause: Clause, talk: Talk) -> None:
    """ "My passport expires in May 2027" after "… in March 2028": all the same but for a date or
    a number, where nothing tells that there may be several."""
    kind = kind_of(new.value)
    if kind == "words" or talk.vocabulary.knows(new.attribute) or new.value not in new.text:
        return
    words = new.text.replace(new.value, "")
    for fact in _index(talk).of(new.subject, new.attribute):
        old = fact[2]
        other = kind_of(old) == kind and value_key(old) != value_key(new.value)
        if other and talk.texts.get(fact, "").replace(old, "") == words:
            _over(clause, talk, fact, new.valid_from)


_UNIT = re.compile(r"^[^\w]*\d[\d.,]*\s*(?P<u>[\w%]*)")


def _unit(value: str) -> str:
    """What a number counts: "steps" of "8,000 steps"; empty where there is no number."""
    match = _UNIT.match(value)
    return f"#{match['u'].lower()}" if match is not None else ""


def _proper(text: str) -> set[str]:
    return {w for w in re.findall(r"[A-ZÀ-Þ][\w'-]+", text) if w not in ("The", "My")}


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """How much of the smaller topic the other has."""
    least = min(len(one), len(two))
    return len(one & two) / least if least else 0.0
