"""Noun phrases of people, pets and things that somebody has: "two old cats", "a red Ford truck"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.frames import with_article
from everwhen.write.rules.grammar import load_grammar
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.words import words as words_of

_TOKEN = re.compile(r"\s*([^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[./]\d+)?(?:st|nd|rd|th)?|[^\w\s])")
_AGE = re.compile(
    r"\s*(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[ -]?"
    r"(?P<u>year|yr|month|week)s?[ -]?olds?(?= \w)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")
_PLAIN = re.compile(r"[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_STOPS = words_of(
    "i me my mine you your he him his she her we us our they them their it its this that these "
    "those s t m re ve ll d"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """What a noun is a kind of (family, pet, car ... or has), and the words around nouns."""

    kinds: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    counts: frozenset[str]
    phrases: re.Pattern[str]
    first: frozenset[str]
    said: frozenset[str]
    same: Mapping[str, str]
    idle: frozenset[str]

    def kind(self, noun: str) -> str | None:
        """Of a noun in the singular or plural."""
        return self.kinds.get(noun) or self.kinds.get(singular(noun))


@cache
def load_nouns(language: str) -> Nouns:
    """The built-in lists of a language."""
    file = files("everwhen.language").joinpath(f"data/possessions.{language}.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    words = {name: _split(text) for name, text in data["words"].items()}
    grammar, own = load_grammar(language), data["nouns"]
    kinds = dict.fromkeys((*load_cues(language)["owned"], *_split(own["things"])), "has")
    for noun, kind in grammar.kinds.items():
        if noun not in words["not_makes"] and kind in ("car", "motorcycle", "bicycle", "boat"):
            kinds[noun] = kind
    kinds |= dict.fromkeys(_split(own["vehicle"]), "has")
    for name in ("kin", "plural_kin", "romance"):
        kinds |= dict.fromkeys(grammar.lists[name], "family")
    kinds |= dict.fromkeys(_split(own["family"]), "family")
    kinds |= dict.fromkeys((*grammar.pets, *_split(own["pet"])), "pet")
    counts = _split(data["counts"]["words"])
    return Nouns(
        kinds=kinds,
        words=words,
        counts=counts,
        phrases=re.compile(rf"\s*(?:{data['counts']['phrases']})(?!\w)", re.IGNORECASE),
        first=frozenset(noun.split()[0] for noun in kinds),
        same=data["same"],
        idle=load_cues(language)["opinion"] | _FILLING,
        said=frozenset(form for noun in kinds for form in _forms(noun)),
    )


def _forms(noun: str) -> tuple[str, ...]:
    """How the last word of a noun is written, in a set of words of a sentence."""
    last = noun.rpartition(" ")[2]
    return last, last + "s", last + "'s", last + "es"


def _split(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A person, pet or thing as a noun phrase tells it. `end` is where the phrase ends."""

    kind: str
    noun: str
    count: str
    value: str
    shown: str
    end: int
    determined: bool
    plural: bool
    genitive: bool = False


def parse(text: str, at: int, nouns: Nouns) -> Owned | None:
    """The phrase that begins at a place in the text; None if it names nothing of the kind."""
    reader = _Reader(text=text, at=at, nouns=nouns)
    return reader.read()


@dataclass(slots=True)
class _Reader:
    text: str
    at: int
    nouns: Nouns
    count: str = ""
    one: bool = False
    age: str = ""

    def read(self) -> Owned | None:
        said: list[str] = []
        self._counted()
        for _ in range(6):
            aged = _AGE.match(self.text, self.at)
            if aged is not None:
                self.age, self.at = f"{aged['n']}-{aged['u']}-old", aged.end()
                continue
            match = _TOKEN.match(self.text, self.at)
            if match is None:
                return None
            head = self._head(match.start(1), said)
            if head is not None:
                return head
            word = match[1].lower()
            if not self._describes(word):
                return None
            said.append(match[1])
            if sum(w.lower() not in self.nouns.words["kept"] for w in said) > 2:
                return None
            self.at = match.end()
        return None

    def _counted(self) -> None:
        match = self.nouns.phrases.match(self.text, self.at)
        if match is not None:
            self.count = " ".join(match[0].split()).lower()
            self.at = match.end()
            return
        token = _TOKEN.match(self.text, self.at)
        if token is None or _AGE.match(self.text, self.at) is not None:
            return
        word = token[1].lower()
        if word in ("a", "an", "one", "another", "1"):
            self.one, self.at = True, token.end()
        elif word in self.nouns.counts or (word.isdigit() and 1 < int(word) < 200):
            self.count, self.at = token[1].lower(), token.end()

    def _describes(self, word: str) -> bool:
        nouns = self.nouns
        if _YEAR.match(word) or _ORDINAL.match(word):
            return True
        if _PLAIN.match(word) is None or word in nouns.words["barred"] or word in _STOPS:
            return False
        if word in load_grammar("en").lists["function"] and word not in ("very", "only"):
            return word == "and"
        if word in nouns.words["kept"]:
            return True
        verb = load_cues("en").table.get(word)
        if word in load_grammar("en").relations or (verb is not None and verb[1] in _FINITE):
            return False
        return not word.endswith("s") or word.endswith(("ous", "less", "ess"))

    def _head(self, at: int, said: list[str]) -> Owned | None:
        """The noun at a place, unless the next word shows that it only describes."""
        found = _noun_at(self.text, at, self.nouns)
        if found is None:
            return None
        noun, end, genitive = found
        kind = self.nouns.kind(noun)
        if kind is None:
            return None
        if not genitive:
            rest = _TOKEN.match(self.text, end)
            following = rest[1].lower() if rest is not None else ""
            if following in self.nouns.words["compound"]:
                return self._possessive_name(noun, kind, end, following, said)
            after = _noun_at(self.text, rest.start(1), self.nouns) if rest is not None else None
            modifies = noun in self.nouns.words["kept"] or kind != "family"
            if after is not None and modifies and self.nouns.kind(after[0]) in (kind, "has", "car"):
                return None
        return self._made(noun, kind, end, said, genitive=genitive)

    def _possessive_name(
        self, noun: str, kind: str, end: int, following: str, said: list[str]
    ) -> Owned | None:
        """ "My dogs name is Rex": one dog's, with the apostrophe left out."""
        if following != "name" or not noun.endswith("s") or kind not in ("pet", "family"):
            return None
        return self._made(singular(noun), kind, end, said, genitive=True)

    def _made(
        self, noun: str, kind: str, end: int, said: list[str], *, genitive: bool
    ) -> Owned | None:
        plural = _several(noun)
        if (self.count and not plural and self.count != "some") or (self.one and plural):
            return None
        kept = self.nouns.words["kept_kin" if kind == "family" else "kept"]
        if kind == "has" and any(word[:1].isupper() for word in said):
            return None
        noun = self.nouns.same.get(noun, noun)
        words = [w if w[:1].isupper() and kind != "family" else w.lower() for w in said]
        shown = [w for w in words if w.lower() not in self.nouns.idle and w != "and"]
        value = [w for w in words if w.lower() in kept or _YEAR.match(w)]
        if kind not in ("family", "pet"):
            value = shown
        count = "" if self.count in ("a", "an", "one") else self.count
        told = [count, *([self.age] if self.age else []), *shown, noun]
        phrase = " ".join(w for w in told if w)
        bare = " ".join(w for w in (count, *value, noun) if w)
        return Owned(
            kind=kind, noun=noun, count=count, value=bare, end=end, genitive=genitive,
            shown=phrase if plural or noun in _MASS else _one(phrase),
            determined=bool(count) or self.one, plural=plural,
        )  # fmt: skip


def _one(phrase: str) -> str:
    if not phrase[0].isdigit():
        return with_article(phrase)
    return f"{'an' if re.match('8|11|18', phrase) else 'a'} {phrase}"


_FILLING = words_of(
    "new own trusty beloved poor lovely only very dear precious silly stupid dumb damn darn "
    "selfish materialistic ridiculous deadbeat lazy sweet adorable cute little-old whole entire "
    "other crazy awesome rowdy spoiled annoying wild wonderful amazing bratty"
)
_MASS = words_of("hair cattle koi jewelry vinyl fish sheep")


def _several(noun: str) -> bool:
    last = noun.rpartition(" ")[2]
    return last != singular(last) or last in _ALWAYS_SEVERAL


_FINITE = ("base", "s")
_ALWAYS_SEVERAL = words_of("cattle sheep fish koi goldfish glasses braces")


def _noun_at(text: str, at: int, nouns: Nouns) -> tuple[str, int, bool] | None:
    """The longest known noun at a place, where it ends, and whether it owns what follows."""
    ends: list[int] = []
    words: list[str] = []
    place = at
    for _ in range(3):
        match = _TOKEN.match(text, place)
        if match is None or not match[1][0].isalnum():
            break
        words.append(match[1].lower().replace("’", "'"))
        ends.append(match.end())
        place = match.end()
    first = words[0].removesuffix("'s") if words else ""
    if first not in nouns.first and singular(first) not in nouns.first:
        return None
    for size in range(len(words), 0, -1):
        phrase = " ".join(words[:size])
        owning = phrase.endswith("'s")
        phrase = phrase.removesuffix("'s")
        if nouns.kind(phrase) is not None:
            end = ends[size - 1]
            return phrase, end, owning or text[end : end + 1] in ("'", "’")
    return None
