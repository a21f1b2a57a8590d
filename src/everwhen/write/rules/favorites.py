"""Favourites told in any order: "the Who, my favorite band", "orange, it is my favorite color"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from everwhen.language.sentences import Sentence
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import Cues, load_cues
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.grammar import load_grammar
from everwhen.write.rules.phrase_ends import first_named, last_named
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import forms
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

CONFIDENCE = 0.6
_GATE = ("fav", "my color", "my colour", "mine")
_ADVERBS = (
    r"(?:(?:by far|hands down|without a doubt|easily|definitely|probably|always|also|still|"
    r"actually|really|certainly|honestly|totally|just|kind of|kinda|now|even|like|literally|"
    r"currently|truly|simply|one of|some of|among) )*"
)
_MY = (
    r"(?:my|our)(?: (?:all[- ]?time|absolute|personal|very|own|current|new|other|second|top|"
    r"number one|most|all))*"
)
_FAVORITE = r"(?:favou?rites?|faves?|favs?|favou?rit|favrite)"
_END = (
    r"(?=\s*(?:$|[,.;!()]|"
    r"(?:ever|of all(?: time)?|too|so|and|but|lol|haha|because|by far|though)\b))"
)
_NO_KIND = words_of("thing things part way time person one ones time_of_day")
_COLOR = (
    r"(?:(?:navy|light|dark|hot|hunter|royal|forest|sky|baby|bright|deep|neon|lime|pale) )?"
    r"(?:red|orange|yellow|green|blue|purple|pink|black|white|gr[ea]y|brown|teal|turquoise|violet|"
    r"indigo|lavender|maroon|navy|magenta|crimson|beige|gold|silver|aqua|cyan|lilac|burgundy|"
    r"mauve|coral|peach|salmon|mint|olive|khaki|scarlet|emerald|fuchsia)"
)
_CLOSED = {
    "color": re.compile(rf"\b{_COLOR}(?![\w-])", re.IGNORECASE),
    "season": re.compile(r"\b(?:spring|summer|fall|autumn|winter)\b", re.IGNORECASE),
    "day": re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE),
    "month": re.compile(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december)\b",
        re.IGNORECASE,
    ),
}
"""Kinds of which all are known: what is named must be one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    """What tells a favourite of some kind: before it, after it, of what was said before it."""

    it: re.Pattern[str]
    after: re.Pattern[str]
    before: re.Pattern[str]
    asked: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    kinds = load_grammar(language).lists["domain"]
    some = "|".join(sorted((re.escape(kind) for kind in kinds), key=len, reverse=True))
    kind = rf"(?P<k>{some})s?"
    return _Patterns(
        it=re.compile(
            r"^(?P<b>.*?)[\s,;.-]*\b(?:(?:and|but|because|cause|as|since|so|only) )*"
            r"(?:its|thats|theyre|mines|(?:it|this|that|they|these|those|which)"
            rf"(?: is| are|'s|'re)) {_ADVERBS}"
            rf"(?:{_MY} {_FAVORITE}(?: {kind})?|{_MY} (?P<c>colou?r)|a {_FAVORITE} of mine)"
            rf"(?P<a>{_END}| (?:to|for|at|in|by|thing|things)\b).*$",
            re.IGNORECASE,
        ),
        after=re.compile(
            rf"^(?P<b>.+?)(?P<j>\s*[,;(:]\s*|\s+-+\s+|\s+)(?:(?:also|probably|by far) )?"
            rf"(?:(?:one|some|another) of )?{_MY} {_FAVORITE}(?: {kind})?(?P<a>{_END})(?P<r>.*)$",
            re.IGNORECASE,
        ),
        before=re.compile(
            rf"^(?P<b>.*?)\b{_MY} {_FAVORITE} {kind}(?P<j>\s*[,:-]\s*|\s+(?:called|named|which is|"
            r"that is)\s+|\s+)(?P<x>.+)$",
            re.IGNORECASE,
        ),
        asked=re.compile(rf"\b{_FAVORITE} {kind}\b", re.IGNORECASE),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Favorite:
    """A favourite and its kind, which may be empty; `rest` is what the sentence says besides."""

    value: str
    kind: str
    rest: str


def find_favorite(sentence: Sentence, talk: Talk) -> Favorite | None:
    """The favourite that a sentence tells beside its statement."""
    text = sentence.text
    if not has_any(text.lower(), _GATE) or _NOT_SO.search(text) is not None:
        return None
    for reader in (_mine, _of_it, _named_after, _named_before, _doing):
        found = reader(text, sentence, talk)
        if found is not None:
            return found
    return None


def claim_favorite(found: Favorite, sentence: Sentence, talk: Talk) -> None:
    """Claim it: as what is liked where it is the favourite of no kind that has a name."""
    clause = Clause(
        text=sentence.text, raw=sentence.text, start=sentence.start, end=sentence.end,
        sentence=sentence.text,
    )  # fmt: skip
    me, value, kind = talk.me, found.value, found.kind
    if not kind or kind in _NO_KIND:
        if not any(p.attribute in ("likes", "hobby") and value in p.value for p in talk.said):
            text = f"{me.label} likes {third_pronouns(value)}"
            talk.claim(clause, me, "likes", value, text, confidence=CONFIDENCE)
        return
    text = f"{me.possessive} favorite {kind} is {value}"
    talk.claim(clause, me, f"favorite {kind}", value, text, confidence=CONFIDENCE)


_NOT_SO = re.compile(
    r"(?:\b(?:not|never|used to|no longer|was|were|would|if|wish|your|his|her|their|guess|what|"
    r"whats|what's)|n't) (?:(?:really|exactly|quite|even|the|one of|some of|be|is|are|also) )*"
    r"(?:my|our) (?:[\w-]+ ){0,2}fav|\b(?:lost|broke|forgot) my fav",
    re.IGNORECASE,
)


def _kind(word: str | None) -> str:
    """The name of a kind, in the singular."""
    kind = (word or "").lower().replace("colour", "color").replace("flavour", "flavor")
    return kind if kind.endswith(("ss", "series")) else singular(kind)


def _favorite(value: str, kind: str, rest: str) -> Favorite | None:
    """The favourite that a value is, if it can be one of its kind."""
    value = value.strip(" ,.!")
    if kind in _CLOSED:
        found = _CLOSED[kind].findall(value)
        value = found[-1] if found else ""
    elif _CLOSED["color"].fullmatch(value):
        return None
    if not value or len(value) > 50:
        return None
    return Favorite(value=value, kind=kind, rest=rest)


# -- "What's your favorite color? Orange is mine." -------------------------------------------------

_IS_MINE = re.compile(
    r"(?:^|[,.;!?]\s*|\b(?:and|but|because) )(?P<x>[\w'& -]{2,40}?) (?:is|are) (?:(?:definitely|"
    r"probably|also|by far|always) )*mine(?=\s*(?:$|[,.!]|too\b|and\b))",
    re.IGNORECASE,
)
_MINE_IS = re.compile(
    r"\bmine(?:s|'s| is| are| us| would be| has to be|:)(?: (?:the|definitely|probably|also|"
    r"by far|always|easily))* (?P<x>(?!(?:not|too|a|an|in|on|at|just|so|very|better|similar|"
    r"different|like|you|pretty|also|is|it|all|really|gone|always|now)\b)[\w'& -]{2,40}?)"
    r"(?=\s*(?:$|[,.;!?(]|(?:and (?=i\b|you\b|it\b|my\b)|but|because|so|what|how|do|i|you|it|they|"
    r"since|too|though)\b))",
    re.IGNORECASE,
)


def _mine(text: str, sentence: Sentence, talk: Talk) -> Favorite | None:
    lowered = text.lower()
    if "mine" not in lowered:
        return None
    known = _patterns(talk.grammar.language)
    told = _before(sentence, talk)
    match = _MINE_IS.search(text) or _IS_MINE.search(text)
    if match is None:
        return None
    asked = [*known.asked.finditer(f"{told} {text[: match.start()]}")]
    if not asked or re.search(r"\bmy fav", lowered) is not None:
        return None
    words = match["x"].lower().split()
    if "and" in words or words[0] in ("it", "that", "this", "which", "what"):
        return None
    return _favorite(match["x"], _kind(asked[-1]["k"]), text[: match.start()].strip(" ,;"))


def _before(sentence: Sentence, talk: Talk) -> str:
    """What the message has said before a sentence."""
    at = talk.message.find(sentence.text)
    return talk.message[max(0, at - 200) : at] if at > 0 else ""


# -- "Is it ever blue? That is my favorite color." -------------------------------------------------


def _of_it(text: str, sentence: Sentence, talk: Talk) -> Favorite | None:
    match = _patterns(talk.grammar.language).it.match(text)
    if match is None:
        return None
    head = match["b"].strip(" ,;.-")
    kind = _kind("color" if match["c"] else match["k"])
    cues = load_cues(talk.grammar.language)
    for told in _antecedents(head, sentence, talk):
        asked = _ASKED.search(told)
        if kind in _CLOSED:
            return _favorite(told, kind, head)
        value = last_named(told, cues, joined=kind in _NAMED_KINDS)
        before = told.removesuffix(value)
        unsure = (kind in _LOOSE and _PLACED.search(before)) or (
            kind in _NAMED_KINDS and _ANY.search(before)
        )
        if asked is not None:
            value = asked["x"]
        elif unsure:
            return None
        return _favorite(value, kind, head)
    return None


def _antecedents(head: str, sentence: Sentence, talk: Talk) -> Iterator[str]:
    if head:
        yield head
        return
    before = re.split(r"\s*[.!?]+\s*", _before(sentence, talk).rstrip(" .!?"))
    for told in reversed(before[-2:]):
        if told.strip() and _LAUGHTER.fullmatch(told.strip(" ,")) is None:
            yield told.strip(" ,")
            return


_LAUGHTER = re.compile(r"(?:(?:ha|haha|lol|yes|yeah|yep|oh|wow|cool|nice|ok|no)\b[ ,]*)+", re.I)


_LOOSE = _NO_KIND | {""}
_PLACED = re.compile(
    r"\b(?:in|at|on|with|to|for|from|by|about) (?:(?:the|my|a|an|our) )?$", re.IGNORECASE
)
_ANY = re.compile(r"\ban? $", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:do|did|does|have|has|you|u|ever|go|wanna|let us|lets) (?:(?:you|u|ever|like to|want to|"
    r"also|all) )*(?:like|likes|love|watch|watched|watching|seen|see|heard of|heard|hear|know|"
    r"listen to|read|played|play|tried|try|been to|wear|go see) (?:the new |any |some |to )?"
    r"(?P<x>(?!(?:it|that|this|to|any|you|me|them|him|her|when|what|how|of|about)\b)"
    r"[\w'&-]+(?: (?!when\b|if\b|in\b|on\b|too\b|at\b|with\b|and\b)[\w'&-]+){0,4})"
    r"(?=$| (?:when|if|in|on|too|at|with|and)\b)",
    re.IGNORECASE,
)

# -- "We flew to Oslo, my favorite city" -----------------------------------------------------------


def _named_after(text: str, sentence: Sentence, talk: Talk) -> Favorite | None:
    match = _patterns(talk.grammar.language).after.match(text)
    if match is None:
        return None
    cues = load_cues(talk.grammar.language)
    kind, head = _kind(match["k"]), match["b"].strip(" ,")
    paused = match["j"].strip() != ""
    if not paused and (kind in _LOOSE or kind in _DONE or not _leads_to_name(head, cues)):
        return None
    value = last_named(head, cues, joined=kind in _NAMED_KINDS)
    return _favorite(value, kind, head + _EVER.sub("", match["r"]))


_DONE = frozenset({"hobby", "pastime", "sport"})


_EVER = re.compile(r"^\s*(?:of all(?: time)?|ever|by far)\b", re.IGNORECASE)


_TO_NAME = words_of(
    "to in from at of like called named watching reading playing eating drinking wearing visit "
    "visiting love watch read play listening with color"
)


def _leads_to_name(head: str, cues: Cues) -> bool:
    """Whether what stands before "my favorite city" is a name after a preposition or the like."""
    name = last_named(head, cues)
    if not name or not head.endswith(name):
        return False
    words = head[: -len(name)].split()
    article = words[-1:] and words[-1].lower() in ("the", "a", "an")
    before = words[-2:-1] if article else words[-1:]
    return bool(before) and before[0].lower() in _TO_NAME


# -- "My favorite band the Who is on tour" ---------------------------------------------------------

_NAMED_KINDS = words_of(
    "band singer artist musician city country show movie film book game team author writer series "
    "song album character superhero actor actress restaurant player podcast comic anime"
)


def _named_before(text: str, sentence: Sentence, talk: Talk) -> Favorite | None:
    match = _patterns(talk.grammar.language).before.match(text)
    if match is None:
        return None
    kind, tail = _kind(match["k"]), match["x"]
    paused = match["j"].strip() != ""
    capital = re.match(r"(?:the |The )?[A-ZÀ-Þ][a-zß-ÿ]", tail) is not None and not text.isupper()
    if not paused and not capital and kind not in _NAMED_KINDS:
        named = kind in _CLOSED and _CLOSED[kind].match(tail) is not None
        if not named:
            return None
    value = first_named(tail, load_cues(talk.grammar.language), open_end=not paused)
    return _favorite(value, kind, f"{match['b']}{tail}")


# -- "My favorite is dancing" ----------------------------------------------------------------------

_DOING = re.compile(
    rf"\b{_MY} {_FAVORITE}(?: (?:things?|activity|activities|part))?"
    r"(?: to do| of the day| for fun)? (?:is|are|would be|has to be|has always been|include) "
    rf"{_ADVERBS}(?:to (?P<v>[a-z]+)|(?P<g>[a-z]+ing))(?P<x>(?: [\w'-]+){{0,5}}?)"
    r"(?=\s*(?:$|[,.;!?(]|(?:and|but|because|so|with|when|what|how|do|i|you|it|since|too|though)\b))",
    re.IGNORECASE,
)


def _doing(text: str, sentence: Sentence, talk: Talk) -> Favorite | None:
    match = _DOING.search(text)
    if match is None:
        return None
    done = match["g"] or forms(match["v"].lower()).ing
    rest = f"{text[: match.start()]}{text[match.end() :]}".strip(" ,")
    return _favorite(f"{done}{match['x']}", "", rest)
