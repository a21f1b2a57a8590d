"""Claims from plain statements that no frame covers: "I do my banking with Granite Union".

A clause that tells something lasting of the user, his people or his things becomes a claim in
its own words, in the third person. What it is about (the noun of its subject, or its verb) names
the slot, what it says of it is the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from everwhen.write.rules import periods
from everwhen.write.rules.cast import Subject, Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import Cues, load_cues
from everwhen.write.rules.lasting import lasts, noun_lasts, past_period
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.predicates import read_clause
from everwhen.write.rules.renewal import renew
from everwhen.write.rules.rewording import agreeing, restored, third, tidy
from everwhen.write.rules.subjects import read_subject
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.topics import has_name, noun_key, split_nominal, uncontracted, value_of
from everwhen.write.rules.verbs import ADVERBS, Predicate, is_adverb, read_predicate
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

CONFIDENCE = 0.5
"""Of a claim in the speaker's own words, less than of any that a frame understood."""

MOST = 6
"""How many such claims one message makes at most."""

TOO_LONG = 1500
"""Characters of a message that is rather a document than talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a clause says: of whom, under which attribute, in which words."""

    who: Who
    attribute: str
    value: str
    text: str
    stated: Stated = periods.NOTHING
    nominal: bool = False
    sensitive: bool = False


Reader = Callable[[Clause, str, Talk, Cues], Statement | None]
_FIRST = re.compile(r"^(?:I|we)\s+(?P<rest>.+)$", re.IGNORECASE)
_SECRET = re.compile(
    r"\b(?:password|passcode|pin|code|login|iban|account number|phone|number for|e-?mail|"
    r"address|passport|card number|wifi|wi-fi)\b|\S+@\S+\.\w+",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|yours|u|ur|yours?elf)\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r",\s+(?:and\s+)?(?=(?-i:[A-ZÀ-Þ])[\w-]+(?:'s|s')? (?:is|has|can|cant|can't|can not|does|takes|"
    r"likes|hates|eats|works|lives|plays|goes|will|allergic|vegan|veggie|vegetarian)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*(?:,\s*)?(?:w/|(?<=\s)w(?=\s))(?=\s*\w)", re.IGNORECASE)


def read_statement(clause: Clause, talk: Talk) -> bool:
    """Claim what a clause states in its own words; whether it was worth it."""
    if talk.generic >= MOST:
        return False
    text = clause.text
    if has_any(text, ("w/", " w ", "W/", " W ")):
        text = _ASIDE.sub(" with", text)
    text = text.strip(" ,.;:!-\u2063")
    size = len(text.split())
    if not 2 <= size <= 45 or _YOU.search(text) is not None:
        return False
    cues = load_cues(talk.grammar.language)
    parts = _PEOPLE.split(text)
    if len(parts) > 1:
        done = [read_statement(replace(clause, text=part), talk) for part in parts]
        return any(done)
    text = uncontracted(text, talk, cues)
    first = text.split(" ", 1)[0].lower()
    if first in talk.grammar.relations and first not in ("other", "boy", "girl", "partner"):
        text = f"my {text}"
        before = len(talk.said)
        if read_clause(replace(clause, text=text), talk) and len(talk.said) > before:
            return True
    if _FIRST.match(text) is not None:
        readers: tuple[Reader, ...] = (_first,)
    elif _goes_on(clause, text, talk):
        readers = (_same_person,)
    else:
        readers = (_person,) if _THEY.match(text) is not None else _READERS
    for reader in readers:
        found = reader(clause, text, talk, cues)
        if found is not None:
            _claim(found, clause, talk)
            return True
    return False


def _claim(found: Statement, clause: Clause, talk: Talk) -> None:
    sensitive = found.sensitive or _SECRET.search(f"{found.attribute} {found.text}") is not None
    attribute = renew(found.who, found.attribute, found.value, found.text, clause, talk,
                      stated=found.stated, nominal=found.nominal)  # fmt: skip
    before = len(talk.said)
    talk.claim(
        clause,
        found.who,
        attribute,
        found.value,
        found.text,
        stated=found.stated,
        confidence=CONFIDENCE,
        sensitive=sensitive,
    )
    talk.generic += len(talk.said) > before


# -- "I do my banking with X" --------------------------------------------------------------------


def predicate_of(rest: str, cues: Cues) -> Predicate | None:
    """The predicate after "I", whether its verb is known or not."""
    found = read_predicate(rest, cues.table)
    if found is not None:
        alike = found.tense == "past" and found.form.lower() == found.lemma != "be"
        return replace(found, tense="present") if alike else found
    words = rest.split()
    while len(words) > 1 and words[0].lower() in ("both", "all", "sure"):
        words.pop(0)
    if words[0].lower() == "do" and words[1:2] and words[1].lower() in ("our", "all", "most"):
        return Predicate("do", "do", " ".join(words[1:]))
    while words and is_adverb(words[0], cues.table):
        words.pop(0)
    if not words or not words[0].isalpha() or len(words[0]) < 3:
        return None
    verb = words[0].lower()
    if verb in _AUXILIARY:
        return _after_auxiliary(verb, words[1:])
    again = read_predicate(" ".join(words), cues.table)
    if again is not None:
        return again
    if (words[0].endswith("s") and not words[0].endswith("ss")) or verb in _NO_VERBS:
        return None
    tense = "past" if verb.endswith("ed") else "none" if verb.endswith("ing") else "present"
    return Predicate(verb, verb, " ".join(words[1:]), tense, progressive=tense == "none")


_AUXILIARY = words_of(
    "will would could should might may must can have has had do does did is am are was be"
)


def _after_auxiliary(auxiliary: str, words: list[str]) -> Predicate | None:
    """An unknown verb after "will" or "do not"; nothing else is trusted."""
    negative = "not" in words[:2]
    rest = [word for word in words if not is_adverb(word, {})]
    if auxiliary not in ("will", "do", "does") or len(rest) < 2 or not rest[0].isalpha():
        return None
    tense = "future" if auxiliary == "will" else "present"
    return Predicate(rest[0].lower(), rest[0], " ".join(rest[1:]), tense, negative=negative)


_NO_VERBS = words_of(
    "sure should first sort kind all both not mean too other there here can then than the"
)


def _first(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    match = _FIRST.match(text)
    if match is None:
        return None
    predicate = predicate_of(match["rest"], cues)
    if predicate is None:
        return None
    return _of(talk.me, match["rest"], predicate, clause, talk, cues)


def _of(
    who: Who, rest: str, predicate: Predicate, clause: Clause, talk: Talk, cues: Cues
) -> Statement | None:
    if not lasts(predicate, clause, talk, cues):
        return None
    stated = past_period(predicate, clause, talk, cues)
    if stated is None:
        return None
    rest = re.sub(r"^(?:both|all|sure)\s+", "", rest)
    said = _said(rest, cues) if who.kind == "self" else rest
    mine = talk.me.label
    words = third(restored(clause, talk, said), mine, begun=who.kind == "self")
    attribute, value = _verb_slot(predicate, clause)
    if not value and (predicate.modal == "can" or predicate.lemma in cues["habit"]):
        does = predicate.modal or "does"
        attribute, value = f"{does} not" if predicate.negative else does, predicate.lemma
    if not value:
        return None
    return Statement(
        who=who, attribute=attribute, value=value, text=f"{who.label} {words}", stated=stated
    )


def _said(rest: str, cues: Cues) -> str:
    """What follows "I" as it follows a name."""
    words = rest.split()
    lead = 0
    while lead < len(words) - 1 and (is_adverb(words[lead], cues.table)):
        lead += 1
    head = words[lead].lower()
    entry = cues.table.get(head)
    tag = entry[1] if entry is not None else ""
    if entry is not None and entry[0] == head:
        tag = "base"
    if entry is None and not head.endswith(("ed", "ing")) and head not in cues["modal"]:
        tag = "base" if head not in ("will", "was", "had", "did", "is", "used") else ""
    return " ".join((*words[:lead], agreeing(" ".join(words[lead:]), tag)))


def _verb_slot(predicate: Predicate, clause: Clause) -> tuple[str, str]:
    """A name for what the verb tells, and its complement: ("do banking with", "Granite Union")."""
    words = clause.unmarked(predicate.rest).split()
    lead = ["not", predicate.lemma] if predicate.negative else [predicate.lemma]
    for place, word in enumerate(words[:4]):
        low = word.lower().strip(",.")
        if low in ("my", "our", "the", "a", "an", "now", "also", "currently", "still"):
            continue
        if low in _PREPOSITIONS and place + 1 < len(words):
            return " ".join((*lead, *_nouns(words[:place]), low)), value_of(words[place + 1 :])
    return " ".join(lead), value_of(words)


_PREPOSITIONS = words_of("with at in on for to from as by into under like about of")


def _nouns(words: list[str]) -> list[str]:
    return [w.lower() for w in words if w.lower() not in ("my", "our", "the", "a", "an", "now")]


_ON = frozenset({"and", "but", "and also", "or", "who"})


def _goes_on(clause: Clause, text: str, talk: Talk) -> bool:
    """Whether a clause tells more of the person that the one before it is about."""
    if talk.subject is None or talk.subject.noun or clause.joint.strip(" ,") not in _ON:
        return False
    entry = load_cues(talk.grammar.language).table.get(text.split()[0].lower())
    return talk.subject.who.kind in ("person", "pet") and entry is not None and entry[1] == "s"


def _same_person(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    predicate = read_predicate(text, cues.table)
    if predicate is None or talk.subject is None:
        return None
    return _of(talk.subject.who, text, predicate, clause, talk, cues)


# -- "The frontend of our shop is written in X", "My mother, Halina, is a midwife" ----------------


def _person(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    subject = read_subject(text, talk.cast, talk.grammar)
    if subject is not None and _THEM.match(text) is not None and not subject.who.relation:
        return None
    if subject is None or subject.noun or subject.who.kind not in ("person", "pet"):
        return None
    if not subject.who.relation and not _is_somebody(subject, text, talk):
        return None
    rest = subject.rest.strip(" ,")
    predicate = read_predicate(rest, cues.table) if rest else None
    if predicate is None or predicate.tense == "none":
        return None
    if predicate.lemma == "be" and not predicate.rest:
        return None
    return _of(subject.who, rest, predicate, clause, talk, cues)


_THEM = re.compile(r"^they\b", re.IGNORECASE)
_THEY = re.compile(r"^(?:he|she|they|his|her|who)\b", re.IGNORECASE)
_PLURAL_VERB = re.compile(r"^(?:are|have|were|do|make|need)\b", re.IGNORECASE)


def _is_somebody(subject: Subject, text: str, talk: Talk) -> bool:
    """Whether a name at the beginning is a person's, as far as that can be told."""
    if _THEY.match(text) is not None:
        return True
    name = subject.who.name
    if talk.cast.names.named(name) or talk.cast.names.holds(name):
        return True
    if _PLURAL_VERB.match(subject.rest) is not None or name.lower() in talk.grammar.kinds:
        return False
    return name.split()[0].lower() not in talk.grammar.lists["function"]


def _nominal(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    split = split_nominal(text, cues)
    if split is None:
        return None
    phrase, rest = split
    predicate = read_predicate(rest, cues.table)
    if predicate is None or (predicate.modal and not predicate.negative):
        return None
    if not noun_lasts(phrase, predicate, clause, cues):
        return None
    stated = periods.state(clause.times, talk.at, predicate.tense)
    if predicate.tense == "past" and stated.past:
        return None
    key = noun_key(phrase)
    if not key:
        return None
    if predicate.lemma != "be" and talk.vocabulary.is_named(key):
        key = f"{key} {predicate.lemma}"
    words = third(restored(clause, talk, text), talk.me.label)
    value = value_of(clause.unmarked(predicate.rest).split())
    if not value:
        return None
    words = words[0].upper() + words[1:] if words.startswith("the ") else words
    if talk.me.label not in words and not words.startswith("The "):
        words = f"{talk.me.label}: {words}"
    return Statement(
        who=talk.me, attribute=key, value=value, text=words, stated=stated, nominal=True
    )


_INVERTED = re.compile(
    r"^(?P<v>[\w'&. -]{2,50}?) (?:is|are|=) (?:(?:now|also|actually|currently|still) )*"
    r"(?:my|our) (?P<np>[\w' -]{3,40}?)(?: now| again| these days)?$",
    re.IGNORECASE,
)


def _inverted(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    match = _INVERTED.match(text)
    if match is None or (not has_name(match["v"]) and not re.search(r"\d", match["v"])):
        return None
    if match["v"].split()[0].lower() in cues["pronoun"]:
        return None
    key = noun_key(match["np"])
    if not key or key.split()[-1] in cues["passing"] or key.split()[0] in cues["opinion"]:
        return None
    value = match["v"].strip()
    text = f"{talk.me.possessive} {match['np']} is {value}"
    return Statement(who=talk.me, attribute=key, value=value, text=text, nominal=True)


# -- fragments ------------------------------------------------------------------------------------

_EQUATION = re.compile(
    r"^(?:(?:my|our|the|new) )?(?P<np>[a-z][\w' /&-]{2,40}?)\s*(?:[:=]|->)\s*(?P<v>.{2,80})$",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"\b(?:agenda|todo|to-do|plan|tomorrow|today|tonight|weather|question|update|example|note|ps|"
    r"summary|translate|list|options?|score|verdict|result|status|mood|me|him|her|them|us)\b",
    re.IGNORECASE,
)
_HERE = re.compile(r"^(?P<v>[\w' -]{4,40}) here$", re.IGNORECASE)
_PLACED = re.compile(
    r"^(?:(?:still|now|currently|also|back) )*(?P<prep>on|with|at|in|under|into|over)\s+(?P<v>.+)$",
    re.IGNORECASE,
)


def _fragment(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    me = talk.me
    whole = restored(clause, talk, text)
    match = _EQUATION.match(whole)
    if match is not None and _PASSING.search(match["np"]) is not None:
        match = None
    if match is not None and (has_name(match["v"]) or re.search(r"\d", match["v"])):
        key = noun_key(match["np"])
        if key and not key.split()[0].endswith("ly") and len(key.split()) <= 5:
            value = third(tidy(match["v"]), me.label, begun=True)
            return Statement(
                who=me, attribute=key, value=value, text=f"{me.possessive} {key} is {value}",
                nominal=True,
            )  # fmt: skip
    match = _HERE.match(whole)
    if match is not None and _is_role(match["v"], cues):
        return Statement(
            who=me, attribute="be", value=match["v"], text=f"{me.label} is {match['v']}"
        )
    first = text.split()[0].lower()
    if first in cues["day"] and len(text.split()) >= 3:
        whole = tidy(clause.raw)
        return Statement(who=me, attribute="schedule", value=whole, text=f"{me.label}: {whole}")
    return _dropped(clause, text, talk, cues)


_ITSELF = re.compile(
    r"\b(?:is|are|was|would|will|sounds?|seems?|helps?|makes?|takes?|has|keeps?)\b"
)


def _leads(text: str, cues: Cues) -> bool:
    """Whether a text begins with its verb, but for adverbs."""
    words = [w.lower() for w in text.split()[:4]]
    if words[0] in ("not", "much", "so", "never", "all"):
        return False
    while words and words[0] in ADVERBS:
        words.pop(0)
    return bool(words) and (
        words[0] in cues.table
        or (len(words[0]) > 5 and words[0].endswith(("ing", "ed")))
        or words[0] in ("been", "am", "have", "was", "will", "going")
    )


def _is_role(words: str, cues: Cues) -> bool:
    """ "2nd year econ student" of "2nd year econ student here"."""
    tokens = [w.lower() for w in words.split()]
    first = tokens[0]
    return (
        len(tokens) <= 6
        and first not in cues["fleeting"]
        and first not in cues["pronoun"]
        and not any(w in cues.table or w in _NOT_ROLE for w in tokens)
    )


_NOT_ROLE = words_of("i am is are was were be we you my our not no new out all")


def _dropped(clause: Clause, text: str, talk: Talk, cues: Cues) -> Statement | None:
    """No subject said: the speaker is meant."""
    match = _PLACED.match(text)
    if match is None and not _leads(text, cues):
        return None
    if match is not None and match["v"].split()[0].lower() in _NO_PLACE:
        return None
    told = has_name(text.partition(" ")[2]) or re.search(r"\d", clause.raw) is not None
    if match is not None:
        if not (told or (match["prep"].lower() in ("on", "with") and len(text.split()) >= 4)):
            return None
        if len(text.split()) > 12:
            return None
        predicate: Predicate | None = Predicate("be", "be", text)
        text = f"is {text}"
    else:
        bare = text.split()[0].lower().endswith(("ing", "ed"))
        predicate = predicate_of(text, cues) if bare else read_predicate(text, cues.table)
    if predicate is None or (
        predicate.lemma == "be" and match is None and predicate.tense == "present"
    ):
        return None
    if predicate.tense == "present" and match is None:
        return None
    if predicate.tense == "none":
        if predicate.lemma in cues["mental"] or not told or _ITSELF.search(text) is not None:
            return None
        predicate = replace(predicate, tense="present", progressive=True)
    elif not told and predicate.tense != "perfect":
        return None
    return _of(talk.me, text, predicate, clause, talk, cues)


_NO_PLACE = words_of(
    "least first last top one all that this it which other another some any my general fact "
    "case the_other time times most best worst so what such both"
)
_READERS: tuple[Reader, ...] = (_inverted, _person, _nominal, _fragment)
