"""Whom and what "my" takes for granted: "my kids are asleep" tells of kids, "my garden" of one."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.language.sentences import Sentence
from everwhen.write.rules import modality
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import with_article
from everwhen.write.rules.having import claim_owned
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.possessions import Nouns, Owned, load_nouns, parse
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

CONFIDENCE = 0.4
_MINE = re.compile(
    r"(?:\b(?P<of>both|all(?: \w+)?|\w+) of )?\b(?:(?P<both>both|all) )?(?:my|our)\s+(?=[\w])|"
    r"\bthe (?=(?:wife|wifey|hubby|missus|kids|kiddos|grandkids)\b)|"
    r"\b(?:just|only) me,? (?:and|n|&) the (?=\w)",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:[\s,]*(?:just|recently|has|have|had|sadly|both|all|is|are|was|were|also|suddenly|who|"
    r"already|got|been|am|\d+))*[\s,]*(?:died|dies|passed|past away|dead|deceased|ran away|"
    r"left(?! (?:his|her|their|my|the|for|home|early)\b)|"
    r"leaving me|dumped me|stolen|broke up|broke down|put down|killed|in heaven|divorced|divorcing|"
    r"no longer|hit by|run over|missing|gone(?! to)|sold|totaled|totalled|lost|broke(?! (?:his|"
    r"her|my|the)))\b",
    re.IGNORECASE,
)
_WAS = re.compile(r"(?:\s+\w+)?\s+(?:was|were|used to|had|lived|always would)\b", re.IGNORECASE)
_LONG_AGO = re.compile(
    r"\bwhen (?:i|we) (?:was|were) (?:a |an |in |little|young|small|\d|growing|kid)|\bgrowing up\b|"
    r"\bas (?:a|an) (?:kid|child|teen\w*|boy|girl)\b|\bback then\b|\bback in the day\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:some ?day|one day|in the future|eventually|"
    r"when i (?:(?:get|have) (?:an?|my own|older|kids|married|rich)|grow|am older)|"
    r"hopefully|imagine|pretend|if i (?:had|have|get|ever)|wish i|if only i|used to have|"
    r"never had)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?P<who>\b[\w']+)(?:'s|'re| is| are| was| were| am| being)(?: (?:also|like|just|basically|"
    r"really|still|now|both|all|kinda|not|pretty much|as much|truly|literally))*\s*$",
    re.IGNORECASE,
)
_INVERTED = words_of("so here there how where what who neither only which this these")
_IF = re.compile(r"\b(?:if|unless|whether|in case|as if)\b[^,.;!?]*$", re.IGNORECASE)
_ASIDE_WORD = re.compile(r"([\w']+)\W*$")
_CHILDREN = words_of(
    "kid kids child children baby babies son sons daughter daughters boy boys girl girls"
)
_AND = re.compile(
    r"\s*(?:,\s*(?:and|or|plus|&)?|and|or|&|plus|as well as|along with|n)\s+"
    r"(?:(?:my|our|the|all|also|both)\s+)*(?=\w)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[^,.;!?]*$")


def may_have(words: set[str]) -> bool:
    """Whether a sentence with these words can tell what somebody has."""
    if words.isdisjoint(_OWNERS) and ("the" not in words or words.isdisjoint(_OF_THE_HOUSE)):
        return False
    return not words.isdisjoint(load_nouns("en").said)


def note_having(sentence: Sentence, words: set[str], talk: Talk) -> None:
    """Claim those of the user's people, pets and things that a sentence tells in passing."""
    text = sentence.text
    if talk.retracted or talk.correcting or _NOT_YET.search(text) is not None:
        return
    if modality.may_be_fiction(words) and modality.is_fiction(text):
        return
    _presupposed(sentence, talk)


_OWNERS = words_of("my our")
_OF_THE_HOUSE = words_of("wife wifey hubby missus kids kiddos grandkids me")


def _presupposed(sentence: Sentence, talk: Talk) -> None:
    text = sentence.text
    nouns = load_nouns(talk.grammar.language)
    clause = Clause(text=text, raw=text, start=sentence.start, end=sentence.end)
    long_ago = _LONG_AGO.search(text) is not None
    for match in _MINE.finditer(text):
        before = _BEHIND.search(text[: match.start()])
        lead = before[0] if before is not None and "me" not in match[0].lower().split() else ""
        if _unsaid(lead, nouns) or (match[0][:3] == "the" and not _of_us(sentence, text)):
            continue
        found = parse(text, match.end(), nouns)
        first = True
        while found is not None:
            if _holds(found, text, nouns, long_ago=long_ago, before=lead):
                found = _counted(found, match) if first else found
                claim_owned(found, clause, talk, confidence=CONFIDENCE)
            joint = None if found.genitive else _AND.match(text, found.end)
            found = parse(text, joint.end(), nouns) if joint is not None else None
            first = False
            if found is not None and not found.determined and _doubtful(found):
                found = None


def _doubtful(found: Owned) -> bool:
    """Whether a noun that only goes on with a list may belong to something else."""
    return found.kind == "has" or found.shown.split()[0].endswith("ing")


_PARTICLES = words_of("of in with from away up down all both on to out")
_OF_YOURS = words_of("you your u ur yours he she they")
_US = words_of("i i'm im my me we us our i'll")


def _of_us(sentence: Sentence, text: str) -> bool:
    """Whether "the kids" are those of the one who speaks."""
    words = set(text.lower().split())
    if words.isdisjoint(("kids", "kiddos", "grandkids")):
        return True
    return not sentence.asks and words.isdisjoint(_OF_YOURS) and not words.isdisjoint(_US)


def _unsaid(before: str, nouns: Nouns) -> bool:
    """Whether what leads to "my" says that the thing is not, or no longer, there."""
    if _IF.search(before) is not None:
        return True
    tail = re.findall(r"[\w']+", before.lower())[-3:]
    if not tail:
        return False
    losing = nouns.words["losing"]
    if tail[-1] in losing or tail[-1] in nouns.words["wanting"]:
        return True
    if tail[-1] in _PARTICLES and not losing.isdisjoint(tail[:-1]):
        return True
    return _APART.search(before) is not None


_APART = re.compile(r"\b(?:up|ended it|things|apart) (?:with|from)\s*$", re.IGNORECASE)


def _holds(found: Owned, text: str, nouns: Nouns, *, long_ago: bool, before: str) -> bool:
    """Whether somebody has now what the phrase names."""
    plain = not found.count and found.value == found.noun
    one = singular(found.noun)
    if not nouns.words["everybodys"].isdisjoint((found.noun, one)) and (
        plain or found.noun not in _CHILDREN
    ):
        return False
    if not found.genitive:
        copula = _COPULA.search(before)
        if copula is not None and copula["who"].lower() not in _INVERTED and not found.count:
            return False
        leaving = (_ASIDE_WORD.search(before) or [""])[0].strip().lower()
        if leaving in nouns.words["leaving"] and found.kind != "pet":
            return leaving == "without" and found.kind == "family"
        if leaving == "like" and found.noun in _CHILDREN:
            return False
        if _OVER.match(text, found.end) is not None:
            return False
    if found.kind == "family":
        return True
    if long_ago or (not found.genitive and _WAS.match(text, found.end) is not None):
        return False
    if not nouns.words["common"].isdisjoint((found.noun, one)):
        return not plain
    return found.noun not in nouns.words["elsewhere"] or bool(found.count)


_SIZES = {"both": "two", "all": ""}


def _counted(found: Owned, match: re.Match[str]) -> Owned:
    """With the number that stands before "of my": "all six of my sisters"."""
    said = (match["both"] or match["of"] or "").lower().removeprefix("all ")
    count = _SIZES.get(said, said)
    if found.count or not found.plural or not count:
        return found
    number = "both" in (match["both"] or "", match["of"] or "") or said != count
    if not number and not (match["of"] or "").lower().startswith("all "):
        return found
    if count not in load_nouns("en").counts:
        return found
    return replace(
        found, count=count, value=f"{count} {found.value}", shown=f"{count} {found.shown}"
    )


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
