"""Which phrases name a pastime: "baking pies", "rock climbing", "video games" (not "cleaning")."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.write.rules.grammar import load_grammar
from everwhen.write.rules.values import thing
from everwhen.write.rules.verbs import forms
from everwhen.write.rules.words import words as words_of

MOST = 7
"""Words that the name of a pastime has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pastime:
    """What is done, as a gerund or a noun, and the verb phrase that says it."""

    name: str
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Verbs by their base and by their gerund, what they need after them, and nouns."""

    own: frozenset[str]
    objects: Mapping[str, frozenset[str]]
    nouns: frozenset[str]
    base_of: Mapping[str, str]
    cues: frozenset[str]
    habit: re.Pattern[str]


@cache
def load_pastimes(language: str) -> Lexicon:
    """The built-in lists of a language."""
    file = files("everwhen.language").joinpath(f"data/pastimes.{language}.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    lists = load_grammar(language).lists
    own = _spaced(data["verbs"])
    objects = {verb: _spaced(text) for verb, text in data["objects"].items()}
    played = lists["sport"] | lists["instrument"] | objects["play"]
    done = lists["activity"] | lists["sport"] | _spaced(data["nouns"])
    objects |= {"play": played - {"go"}, "do": done - {"go"}}
    objects["go"] = objects["go"] | lists["going"]
    of = _spaced(data["lessons"]["of"])
    lessons = frozenset(f"{what} {kind}" for what in of for kind in ("lessons", "classes", "class"))
    for verb in data["lessons"]["verbs"].split():
        objects[verb] = objects.get(verb, frozenset()) | lessons
    base_of = {_ing(verb): verb for verb in (*own, *objects)}
    nouns = done | lists["going"] | played | lessons
    verbs = sorted({*own, *objects}, key=lambda verb: (-len(verb), verb))
    cues = {word for verb in verbs for word in (verb.split()[0], _ing(verb).split()[0])}
    cues |= {word.split()[-1] for word in nouns} | {"went", "hobby", "hobbies", "pastime"}
    return Lexicon(
        own=own, objects=objects, nouns=nouns - _NO_NOUNS, base_of=base_of,
        cues=frozenset(cues) - _NO_NOUNS,
        habit=re.compile(rf"(?P<v>{'|'.join(verbs)})\b(?P<x>.*)$", re.IGNORECASE),
    )  # fmt: skip


_NO_NOUNS = words_of("go ultimate magic bridge tag art music class lessons bass classes")


def _spaced(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


def _ing(verb: str) -> str:
    """The gerund of a verb, the first word of it if it has two."""
    head, _, rest = verb.partition(" ")
    if verb in ("role play", "rock climb", "scuba dive"):
        return f"{head} {forms(rest).ing}"
    return f"{forms(head).ing} {rest}".strip()


_FOR_PAY = re.compile(
    r"\b(?:for (?:a living|work|my job|money|business|(?:my|a) (?:company|boss|clients?))|"
    r"professionally|as (?:a|my) (?:job|career|profession)|to work|for a job|errands?)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"^(?:(?:a lot of|lots of|tons of|loads of|plenty of|many|some|any|a few|several|all kinds of|"
    r"all sorts of|too many|too much|mostly|mainly|only|good|old|new|the|my|our|his|her|random|"
    r"a|an|more|lets|let's|[\d.]+|one|two|three|four|five|ten|other|different|various|own|fun|"
    r"competitive|professional|recreational|amateur|college|long|little|of) )+",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r" (?:not|no|nothing|good|well|better|bad|them|it|that|this|these|those|him|her|you|me|one|"
    r"so (?:i|we|that))\b",
    re.IGNORECASE,
)


def habit_of(verb: str, rest: str, lexicon: Lexicon) -> Pastime | None:
    """The pastime that a verb with what follows it tells: "bake", " pies on Sundays"."""
    verb = verb.lower()
    if _FOR_PAY.search(rest) is not None or _NOTHING.match(rest) is not None:
        return None
    after = trimmed(rest)
    if verb in lexicon.own and _WRONG_OBJECT.match(rest) is None:
        return _made(verb, after)
    if verb == "walk" and re.match(r" (?:my|our|the) dogs?\b", rest) is not None:
        return _made(verb, after)
    if verb == "run" and (not rest.strip() or _RUNS.match(rest) is not None):
        return _made(verb, after)
    needed = lexicon.objects.get(verb)
    if needed is None or not after:
        return None
    if verb == "go":
        after = _outing(after, needed)
    if "*" in needed or has_object(after, needed):
        return _made(verb, after)
    return None


_WRONG_OBJECT = re.compile(
    r" (?:it|that|this|them|me|him|her|you|if|into|for (?:compliments|a (?:job|house|car|home|"
    r"place|living))|blood|attention|the line|"
    r"conclusions|up|off|out|for any\w*|(?:my|an?|the) (?:inspiration|bath|blank|line))\b",
    re.IGNORECASE,
)
_RUNS = re.compile(
    r" (?:a (?:lot|bit)|to (?:relieve|clear|stay|keep|relax|de-?stress|lose)|every|often|daily|for "
    r"(?:fun|exercise|stress|my health|fitness)|along|on the|in the (?:morning|park|evening|"
    r"mountains|woods|rain)|regularly|(?:about |around |at least )?(?:[\d.]+|two|three|four|five|"
    r"six|ten|a few|several|many)(?: or \w+)? (?:miles?|km|k|kilometers?|laps)|too)\b",
    re.IGNORECASE,
)


def _outing(after: str, known: frozenset[str]) -> str:
    """ "Swimming" of "go swimming grass gets on my feet"."""
    words = after.split()
    for size in range(min(4, len(words)), 0, -1):
        if " ".join(words[:size]).lower() in known:
            goes_on = words[size : size + 1] and words[size].lower() in _STOPS
            return after if goes_on else " ".join(words[:size])
    return after


def has_object(after: str, needed: frozenset[str]) -> bool:
    """Whether a phrase has one of some heads among its first words."""
    bare = _QUANTITY.sub("", f"{after} ".lower()).split()
    whole = after.lower().split()
    for words in (whole, bare):
        for start in range(min(3, len(words))):
            for size in (4, 3, 2, 1):
                if " ".join(words[start : start + size]) in needed:
                    return True
            if words[start] in _STOPS:
                break
    return False


_STOPS = words_of("for with at in on to from about by and or of as until when while because")


def _made(verb: str, after: str) -> Pastime:
    phrase = f"{verb} {after}".strip()
    if after and (verb == "do" or (verb in _TAUGHT and _LESSONS.search(after) is not None)):
        return Pastime(name=_QUANTITY.sub("", after), phrase=phrase)
    return Pastime(name=f"{_ing(verb)} {after}".strip(), phrase=phrase)


_TAUGHT = words_of("take teach attend have")
_LESSONS = re.compile(r"\b(?:lessons|class(?:es)?)\b", re.IGNORECASE)


_CUT = re.compile(
    r"\s*(?:[,;.!?()]|\b(?:that|when|while|whenever|so|and (?:i|we|it|he|she|they|you|my|then|am|"
    r"was|have|love|like|now|just|enjoy|also|do|is|had|need|need|work|works)|but|because|cause|"
    r"as (?:well|much|often)|if|before|"
    r"after|until|since|what|how|do you|are you|you|i|it|its|they|today|tonight|now|right now|"
    r"together|for fun|(?:my|our|his|her|the) [\w-]+ (?:is|are|sits?|likes?|loves?|comes?|goes|"
    r"lies|lays|sleeps?|watch(?:es)?|helps?|gets?|barks?|runs?|wants?|joins?|always|usually|tells?)|"
    r"in (?:my|our) (?:spare|free|down|off) time|"
    r"yesterday|last|this|tomorrow|lately|recently|later|all (?:day|the time|night|afternoon)|too|"
    r"also|lol|haha|who|which|where|even|than|except|instead|"
    r"every|sometimes|often|usually|again|myself|though|is|are|was|makes|helps|keeps|takes|"
    r"can|will|would)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_LOOSE_END = re.compile(
    r"\s+(?:and|or|with|in|on|at|to|for|of|a|an|the|my|by|from|about|while|some|as|am|really|just|"
    r"very|so|pretty|more|mostly|mainly|up|out of|into)$",
    re.IGNORECASE,
)


_MANNER = re.compile(
    r"\s+(?:a lot|alot|mostly|a bit|very fun|and stuff|just like|like|\d+ big .*|each \w+|now|well|"
    r"good|instead of .*)$",
    re.IGNORECASE,
)


def trimmed(rest: str) -> str:
    """What belongs to a pastime of the words that follow its verb."""
    text = _CUT.sub("", re.sub("\ue001\\d?.*", "", rest)).strip(" -–—'\"")
    while _LOOSE_END.search(f" {text}") is not None:
        text = _LOOSE_END.sub("", f" {text}").strip()
    text = _MANNER.sub("", f" {text}").strip()
    words = text.split()
    if len(words) >= MOST:
        cut = [n for n, word in enumerate(words[:MOST]) if n > 1 and word.lower() in _STOPS]
        text = " ".join(words[: cut[-1]]) if cut else ""
    return text if thing(text) or not text else ""


def pastime_in(text: str, lexicon: Lexicon) -> Pastime | None:
    """The pastime with which a text begins: "baking pies", "online shopping", "video games"."""
    text = _BEFORE.sub("", text.strip())
    words = text.split()
    for size in (2, 1):
        verb = lexicon.base_of.get(" ".join(words[:size]).lower().strip(",.;!"))
        if verb is not None and len(words) >= size:
            ends = words[size - 1][-1] in ",.;!"
            rest = "" if ends else "".join(f" {word}" for word in words[size:])
            found = habit_of(verb, rest, lexicon)
            if found is not None:
                return found
    return _noun_in(text, lexicon)


_BEFORE = re.compile(
    r"^(?:(?:some|a bit of|a little|my|the|doing|lots of|a lot of|daily|nightly|weekly|usual|"
    r"regular|own|playing the|going|to) )+",
    re.IGNORECASE,
)
_OF_IT = words_of("lessons class classes routine practice session sessions club group")


def _noun_in(text: str, lexicon: Lexicon) -> Pastime | None:
    """A pastime that a noun names, with a word before it: "online shopping", "deer hunting"."""
    phrase = trimmed(f" {text}")
    words = phrase.lower().split()
    for size in range(min(4, len(words)), 0, -1):
        for start in (0, 1):
            name = " ".join(words[start : start + size])
            if start + size > len(words) or name not in lexicon.nouns or len(words) > size + 3:
                continue
            if start and (words[0] in _STOPS or words[0] in ("not", "no", "is", "are")):
                continue
            after = words[start + size : start + size + 1]
            if after[:1] == ["of"] or (start and words[0] in lexicon.base_of):
                continue
            if after and after[0] not in _STOPS and after[0] not in _OF_IT:
                continue
            known = " ".join(phrase.split()[: start + size])
            verb = "go" if name in lexicon.objects["go"] else "do"
            verb = "play" if name in lexicon.objects["play"] else verb
            return Pastime(name=known, phrase=f"{verb} {known}")
    return None
