"""People, pets and things that a clause takes for granted: "lunch with my husband Anders"."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import with_article
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.subjects import someone
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_MINE = re.compile(r"\b(?P<own>my|our)\s+(?=[\w-])", re.IGNORECASE)
_NAMES = re.compile(
    r"\s*,?\s+(?:(?:called|named)\s+)?(?P<n>(?:(?-i:Mr|Mrs|Ms|Dr|Prof)\.? )?"
    r"(?-i:[A-ZÀ-Þ])[\w'-]+(?:(?:,| and|"
    r", and| &) (?-i:[A-ZÀ-Þ])[\w'-]+)*)(?!\s+(?-i:[A-Z])\w+'s)"
)
_LOWER = re.compile(
    r"\s+(?P<n>[a-zà-ÿ][a-zà-ÿ'-]+)(?=\s*(?:$|[,.!]|\s(?:is|was|has|and|keeps|"
    r"got|just|who|wants|loves|likes|says|said|will)\b))"
)
_APPOSED = re.compile(r"(?P<n>(?-i:[A-ZÀ-Þ])[\w'-]+(?: (?-i:[A-ZÀ-Þ])[\w'-]+)?),\s+$")
_NO_NAMES = words_of(
    "yes no ok okay well so and but hi hello hey thanks sorry today tomorrow yesterday then now "
    "monday tuesday wednesday thursday friday saturday sunday also btw anyway honestly please i we "
    "he she they it that this january february march april may june july august september october "
    "november december"
)
_FORMER = re.compile(r"\b(?:ex|old|former|late|previous|first)\s*$", re.IGNORECASE)
_TITLED = re.compile(r"\b(?P<n>(?:Mr|Mrs|Ms|Dr|Prof)\.? [A-ZÀ-Þ][\w'-]+)(?:'s)?")
_TITLE = re.compile(r"M|Dr|Prof")
_GENITIVE = re.compile(r"(?<![.!?] )(?<!^)\b(?P<n>[A-ZÀ-Þ][a-zà-ÿ]+)'s\b")
_ATTRIBUTE = re.compile(
    r"\b(?:my|our|the) (?P<n>(?:[\w-]+ ){0,2}(?:phone number|email|e-mail|address|"
    r"birthday|budget|deadline|number|password|standup|meeting|flight|fiscal year|"
    r"appointment|team|plan|membership|launch|release|wedding|exam|rent|salary|"
    r"name|time ?zone))\b",
    re.IGNORECASE,
)
_GENERIC = words_of(
    "car cars phone laptop bike bikes truck van computer pc watch camera tablet "
    "console boat house apartment flat place "
    "tv television scooter motorcycle bicycle notebook mobile cell desktop headphones "
    "earbuds cell phone seat beetle golf "
    "surface switch fit focus accord 500 dash leaf pilot mini escort farm ranch "
    "cottage cabin condo horse projector robot "
    "beetle swift sprinter transit fusion kona juke outback odyssey passport "
    "yacht mouse sharp sonata impala spirit galaxy"
)
_NOT_AFTER = re.compile(
    (
        r"\s*(?:'s|dealer|insurance|keys?|seats?|park|parking|payment|loan|repair|"
        r"shop|mechanic|number|charger|case|screen|bill|plan|rental|wash|ride|crash|"
        r"accident|show|game|games|app|store|factory|company)\b"
    ),
    re.IGNORECASE,
)


def note_mentions(clause: Clause, talk: Talk, *, asserted: bool = True) -> None:
    """Claim who and what the clause presupposes, and remember whom a pronoun may mean."""
    text = clause.text
    for match in _MINE.finditer(text):
        _relative(match, clause, talk) or _owned(match, clause, talk)
    if not asserted:
        return
    for match in _TITLED.finditer(text) if _TITLE.search(text) else ():
        talk.cast.person = talk.cast.person or Who(key=match["n"], kind="person", name=match["n"])
    if "'s" in text and talk.cast.person is None:
        genitive = _GENITIVE.search(text)
        if genitive is not None and genitive["n"].lower() not in talk.grammar.lists["function"]:
            talk.cast.person = Who(key=genitive["n"], kind="person", name=genitive["n"])
    attribute = _ATTRIBUTE.search(text)
    if attribute is not None and talk.cast.thing is None:
        talk.cast.thing = (talk.me, attribute["n"].lower())


def _relative(match: re.Match[str], clause: Clause, talk: Talk) -> bool:
    found = talk.grammar.patterns["relative"].match(clause.text, match.end())
    if found is None:
        return False
    tail = clause.text[found.end() :]
    relation = found["noun"].lower()
    named = _NAMES.match(tail)
    if named is None and re.match(r"'s? ", tail):
        if relation not in talk.grammar.pets:
            talk.cast.note(someone(relation, "", talk.me, talk.cast, talk.grammar))
        return False
    before = _APPOSED.search(clause.text[: match.start()])
    if named is None and before is not None and before["n"].split()[0].lower() not in _NO_NAMES:
        _claim(before["n"], relation, relation in talk.grammar.pets, clause, talk)
        return True
    if named is None:
        named = _LOWER.match(tail)
        if named is not None and not _plausible(named["n"], talk):
            named = None
    pet = relation in talk.grammar.pets
    if named is None:
        if not pet:
            who = someone(relation, "", talk.me, talk.cast, talk.grammar)
            if talk.cast.person is None or talk.cast.person.relation != relation:
                talk.cast.person = who
        return False
    if _FORMER.search(clause.text[match.end() : found.start("noun")]):
        return True
    _claim_each(named["n"], relation, pet, clause, talk)
    return True


def _claim_each(names: str, relation: str, pet: bool, clause: Clause, talk: Talk) -> None:
    weekdays = talk.grammar.lists["weekday"]
    for name in re.split(r"\s*(?:,|\band\b|&)\s*", names):
        if name and read.name(name) is not None and name.lower() not in weekdays:
            _claim(name.removesuffix("'s"), relation, pet, clause, talk)


def _plausible(word: str, talk: Talk) -> bool:
    return (
        read.name(word) is not None
        and word not in talk.grammar.table
        and word not in talk.grammar.lists["function"]
        and word not in talk.grammar.relations
        and len(word) > 2
        and not word.endswith(("ing", "ed", "ly", "s"))
        and talk.cast.names.called(word)
    )


def _claim(name: str, relation: str, pet: bool, clause: Clause, talk: Talk) -> None:
    noun = singular(relation)
    me = talk.me
    if pet:
        talk.claim(clause, me, "pet", name, f"{me.label} has {with_article(noun)} named {name}")
        talk.cast.pet = someone(noun, name, me, talk.cast, talk.grammar)
        return
    attribute = talk.grammar.relations.get(noun) or talk.grammar.relations.get(relation, noun)
    if attribute in ("parents", "children", "friends", "grandparents", "in-laws"):
        noun, attribute = {"children": ("child", "child"), "friends": ("friend", "friend")}.get(
            attribute, (noun, attribute)
        )
    talk.claim(clause, me, attribute, name, f"{me.possessive} {noun} is {name}")
    if attribute == "partner" and "single" in talk.held_of("relationship status"):
        talk.end(clause, me, "relationship status", "single", f"{me.label} is no longer single")
    talk.cast.person = replace(someone(noun, name, me, talk.cast, talk.grammar))


def _owned(match: re.Match[str], clause: Clause, talk: Talk) -> bool:
    """A thing of a known make: "my galaxy s22 is slow"."""
    words = re.match(
        (
            r"(?:(?:old|new|trusty|little|beloved|poor|rusty|good old|ancient|own) )*((?:[\w+-]+ "
            r"?){1,3})"
        ),
        clause.text[match.end() :],
    )
    if words is None:
        return False
    tokens = words[1].split()
    for size in range(min(3, len(tokens)), 0, -1):
        phrase = " ".join(tokens[:size])
        low = phrase.lower()
        kind = talk.grammar.kinds.get(low) or (
            talk.grammar.kinds.get(tokens[size - 1].lower()) if size > 1 else None
        )
        if (
            kind is None
            and size > 1
            and talk.grammar.kinds.get(tokens[0].lower())
            and any(c.isdigit() for c in tokens[size - 1])
        ):
            kind = talk.grammar.kinds.get(tokens[0].lower())
        if size > 1 and not talk.grammar.lists["function"].isdisjoint(low.split()):
            continue
        if kind is None or kind in ("home owned", "instrument owned", "tv", "headphones"):
            continue
        if low in _GENERIC or (tokens[size - 1].lower() in _GENERIC and size == 1):
            continue
        if all(t.lower() in _GENERIC or t.lower() in ("old", "new") for t in tokens[:size]):
            continue
        if re.search(
            (
                r"\b(?:sold|traded|lost|miss|nicked|stole|stolen|died|dead|broke|first|used "
                r"to|old|ex|dream|future|ideal|imaginary)\b"
            ),
            clause.raw,
            re.I,
        ):
            return False
        tail = clause.text[match.end() :].split(phrase, 1)[-1]
        if _NOT_AFTER.match(tail):
            return False
        talk.claim(
            clause,
            talk.me,
            kind,
            phrase,
            f"{talk.me.label} has {with_article(phrase)}",
            confidence=0.7,
        )
        talk.cast.thing = (talk.me, kind)
        return True
    return False
