"""How the phrase frames of a language are read from its data file and made into patterns.

A pattern is a regular expression over text in lower case without accents, in which
  a space       stands for white space, with or without a time expression in it
  ~             skips up to four fillers (pronouns, adverbs, negations), each with its space
  <name>        is one of the words of a list; in the file "_" joins words to a phrase
  {v:place}     reads a value of that kind under that name; {t} a time expression
  {who} {rel}   a person of the user's as a subject, or only the noun for one
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.errors import SettingsError

TIME = "\ue001"
"""Each character of a time expression is this one in the text that patterns see."""

_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"
_UNACCENT = str.maketrans(_ACCENTED, _PLAIN)
_WORD = r"\w(?:[\w'.&+/#-]*[\w+#])?"
_KIND = re.compile(r"\{v:(\w+)\}")
_MACRO = re.compile(r"(?<!P)<(\w+)>|\{(\w+)(?::(\w+))?\}|~| \??")


_ARTICLE = re.compile(r"^(?:\w+ |l')")
_ELIDED = re.compile(r"(?<![^\W_])([jlndcstm]|qu)'(?=\w)")


def seen(text: str, language: str) -> str:
    """A sentence as patterns see it; in French "j'habite" is two words."""
    plain = unaccented(text)
    return _ELIDED.sub(r"\1 ", plain) if language == "fr" and "'" in plain else plain


def unaccented(text: str) -> str:
    """The text in lower case without the accents of these languages, of the same length."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered if lowered.isascii() else lowered.translate(_UNACCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of saying it, and the kind of value that {v:…} reads there."""

    pattern: re.Pattern[str]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One frame: how something is said, and what it claims.

    `me` are the ways in which the user says it of himself, `they` of somebody else. `aspect` is
    state, start, end, timeless, never (the negation belongs to it), dated or planned (only with
    a time, or one to come); `tense` past, present or coming. A negation makes `denied_text` of
    it, or nothing where that is empty. With `replaces` other values of the attribute
    end; with `named` the value must be typed with a capital.
    """

    attribute: str
    value: str
    text: str
    me: tuple[Way, ...]
    they: tuple[Way, ...]
    aspect: str = "state"
    tense: str = "present"
    needs: re.Pattern[str] | None = None
    denied_attribute: str = ""
    denied_text: str = ""
    confidence: float = 0.85
    replaces: bool = False
    named: bool = False
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A noun for somebody of the user's: its attribute, and the noun with its article."""

    attribute: str
    noun: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """The frames of one language, with all the words that they need."""

    language: str
    by_word: Mapping[str, tuple[Phrase, ...]]
    lists: Mapping[str, frozenset[str]]
    relations: Mapping[str, Relation]
    kinds: Mapping[str, str]
    canon: Mapping[str, str]
    generic: frozenset[str]
    things: Mapping[str, str]
    patterns: Mapping[str, re.Pattern[str]]
    texts: Mapping[str, str]


def _phrases(words: str) -> list[str]:
    return [_ELIDED.sub(r"\1 ", unaccented(word.replace("_", " "))) for word in words.split()]


def _one_of(words: list[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"[ \ue001]+") for word in ordered)


class _Compiler:
    """Turns the pattern strings of one file into regular expressions."""

    def __init__(self, lists: Mapping[str, list[str]], starters: list[str]) -> None:
        self._lists = {name: _one_of(words) for name, words in lists.items()}
        fillers = [*lists["filler"], *lists["pronoun"], *lists["negation"], *lists["ended"]]
        self._skip = rf"(?:(?:{_one_of(fillers)})[ \ue001]+){{0,4}}"
        stop = rf"(?!(?:{_one_of([*lists['stop'], *lists['joint']])})(?![\w']))"
        word = rf"{stop}{_WORD}"
        again = rf"(?:(?:{_one_of(lists['again'])}) )?"
        joint = rf"(?:,? (?:{_one_of(lists['listing'])}) |, ?){again}"
        begun = _one_of([*starters, *lists["pronoun"]])
        item = rf"(?!(?:{begun})(?![\w'])){word}(?: {word}){{0,3}}"
        language = rf"(?:{self._lists['language']})(?!\w)"
        played = rf"(?:{self._lists['sport']}|{self._lists['instrument']})(?!\w)"
        some = rf"(?:(?:{self._lists['filler']}) )*"
        self._kinds = {
            "word": word,
            "name": rf"{word}(?: {word}){{0,2}}",
            "place": rf"{word}(?: {word}){{0,4}}",
            "org": rf"{word}(?: {word}){{0,5}}",
            "noun": rf"{word}(?: {word}){{0,4}}",
            "role": rf"{word}(?: {word}){{0,4}}",
            "items": rf"{item}(?:{joint}{item})*",
            "langs": rf"{some}{language}(?:{joint}{some}{language})*",
            "diet": rf"(?:{self._lists['diet']})(?!\w)",
            "sport": rf"{played}(?:{joint}{played})*",
            "instrument": rf"{played}(?:{joint}{played})*",
            "job": rf"(?:{self._lists['profession']})(?!\w)(?: {word}){{0,3}}",
            "service": rf"(?:{self._lists['service']})(?!\w)(?:[ -](?:premium|plus|family|pro))?",
            "food": rf"(?:{self._lists['food']})(?!\w)",
            "amount": r"(?:[$€£] ?)?\d[\d.,]*\d?(?: ?(?:k|mil|tsd|tausend|mille|millones|millionen)"
            r"(?!\w))?(?: ?(?:€|\$|£|euros?|eur|dolares|dollars?|dollar|reais|pesos|franken|chf"
            r"|libras|pfund)(?!\w))?",
            "rest": r"[^\ue001.!?]{2,80}",
        }

    def way(self, text: str) -> Way:
        """One way of saying something, to be tried at the beginning of a clause."""
        kind = _KIND.search(text)
        pattern = re.compile(_MACRO.sub(self._macro, text.translate(_UNACCENT)) + r"(?!\w)")
        return Way(pattern=pattern, kind=kind[1] if kind is not None else "")

    def plain(self, text: str) -> re.Pattern[str]:
        """A pattern that is searched for."""
        return re.compile(_MACRO.sub(self._macro, text.translate(_UNACCENT)))

    def _macro(self, match: re.Match[str]) -> str:
        if match[0] in (" ", " ?"):
            return r"[ \ue001]+" if match[0] == " " else r"[ \ue001]*"
        if match[0] == "~":
            return self._skip
        if match[1] is not None:
            return f"(?:{self._lists[match[1]]})"
        name, kind = match[2], match[3]
        if name == "who":
            return self._who()
        if name == "rel":
            return self._rel()
        if name == "w":
            return self._kinds["word"]
        if name == "t":
            return r"(?P<t>\ue001+)"
        if kind is None:
            return match[0]  # a quantifier such as {2}
        return f"(?P<{name}>{self._kinds[kind]})"

    def _rel(self) -> str:
        return rf"(?:(?:{self._lists['modifier']}) )*(?P<rel>{self._lists['relation']})(?!\w)"

    def _who(self) -> str:
        name = rf"(?: (?P<wname>{_WORD}(?: {_WORD})?))?"
        own = rf"(?:{self._lists['my']}) {self._rel()}{name},?(?: (?:{self._lists['relative']}))?"
        other = rf"(?P<pron>{self._lists['third']})(?!\w)|(?P<pname>{_WORD}(?: {_WORD})?)"
        return rf"(?:{own}|{other})[ \ue001]+"


def _lists(table: Mapping[str, str], relations: Mapping[str, Relation]) -> dict[str, list[str]]:
    lists = {name: _phrases(words) for name, words in table.items()}
    lists["relation"] = list(relations)
    return lists


def _relations(table: Mapping[str, str]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for attribute, nouns in table.items():
        for label in nouns.split("|"):
            label = label.strip()
            noun = _ARTICLE.sub("", label)
            found[unaccented(noun)] = Relation(attribute=attribute, noun=noun, label=label)
    return found


def _makes() -> dict[str, list[str]]:
    """Makes and models of things, which are called the same everywhere."""
    text = files("everwhen.language").joinpath("data/grammar.en.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(text).get("kinds", {})
    wanted = ("car", "motorcycle", "bicycle", "phone", "laptop", "tablet", "camera", "console")
    return {kind: _phrases(kinds.get(kind, "")) for kind in wanted}


def _kinds(table: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, words in _makes().items():
        found |= dict.fromkeys(words, kind)
    for kind, nouns in table.items():
        found |= dict.fromkeys(_phrases(nouns), kind)
    return found


def _frame(number: int, table: Mapping[str, object], compiler: _Compiler) -> Phrase:
    def ways(name: str) -> tuple[Way, ...]:
        texts = table.get(name, [])
        if not isinstance(texts, list):
            raise SettingsError(f"phrase frame {number}: {name} is not a list")
        return tuple(compiler.way(str(text)) for text in texts)

    needs = table.get("needs")
    confidence = table.get("confidence", 0.85)
    return Phrase(
        attribute=str(table["attribute"]),
        value=str(table.get("value", "{v}")),
        text=str(table.get("text", "")),
        me=ways("me"),
        they=ways("they"),
        aspect=str(table.get("aspect", "state")),
        tense=str(table.get("tense", "present")),
        needs=compiler.plain(str(needs)) if needs is not None else None,
        denied_attribute=str(table.get("denied_attribute", "")),
        denied_text=str(table.get("denied_text", "")),
        confidence=confidence if isinstance(confidence, float) else 0.85,
        named=bool(table.get("named", False)),
        replaces=bool(table.get("replaces", False)),
        order=number,
    )


def _patterns(table: Mapping[str, str], compiler: _Compiler) -> dict[str, re.Pattern[str]]:
    own = {
        "boundary": r"[,;:()!]|\s[–—-]+(?=\s)|(?<![\w'])(?:<joint>)(?![\w'])",
        "lead": r"(?:(?:<lead>)(?![\w'])[\s,:!.-]*|\ue001+[\s,]*)+",
        "no_time": r"(?!)",
        "listing": r"(?<!\w)(?:<listing>)(?!\w)",
        "mention": r"(?<!\w)(?:<my>) {rel}(?:[\s\ue001](?P<wname>[^\W\d_][\w'-]+))?",
    }
    found = {name: compiler.plain(text) for name, text in (own | dict(table)).items()}
    found["muting"] = re.compile(table["muting"])  # "würde" is not "wurde"
    return found


@cache
def load_phrases(language: str) -> PhraseBook:
    """The phrase frames of a language, compiled once."""
    path = f"data/grammar.{language}.toml"
    tables = tomllib.loads(files("everwhen.language").joinpath(path).read_text(encoding="utf-8"))
    relations = _relations(tables["relations"])
    lists = _lists(tables["lists"], relations)
    frames = tables["frame"]
    listed = {word for words in lists.values() for word in words}
    starters = sorted({word for f in frames for word in _phrases(f["when"])} - listed)
    compiler = _Compiler(lists, starters)
    by_word: dict[str, list[Phrase]] = {}
    for number, table in enumerate(frames):
        frame = _frame(number, table, compiler)
        for word in _phrases(table["when"]):
            by_word.setdefault(word, []).append(frame)
    return PhraseBook(
        language=language,
        by_word={word: tuple(found) for word, found in by_word.items()},
        lists={name: frozenset(words) for name, words in lists.items()},
        relations=relations,
        kinds=_kinds(tables["kinds"]),
        generic=frozenset(word for nouns in tables["kinds"].values() for word in _phrases(nouns)),
        canon={unaccented(start): value for start, value in tables["canon"].items()},
        things={unaccented(thing): name for thing, name in tables["things"].items()},
        patterns=_patterns(tables["patterns"], compiler),
        texts=tables["texts"],
    )
