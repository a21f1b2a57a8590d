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
MARKED = (
    "filler", "stop", "starter", "relation", "modifier", "language", "sport", "instrument",
    "profession", "food", "animal", "pronoun", "negation", "ended", "joint",
)  # fmt: skip
"""The lists whose words carry marks in the text that patterns see."""

_END = r"(?!\w)"
_MARK = "[\U000f0000-\U000fffff]"
_GAP = r"[ \ue001]+"
_SPACE = _MARK + "?" + _GAP
_WORD = r"(?>\w(?:[\w'.&+/#-]*[\w+#])?)"
_AMOUNT = (
    r"(?:[$€£] ?)?\d[\d.,]*\d?(?: ?(?:k|mil|tsd|tausend|mille|millones|millionen)(?!\w))?"
    r"(?: ?(?:€|\$|£|euros?|eur|dolares|dollars?|dollar|reais|pesos|franken|chf|libras|pfund)"
    r"(?!\w))?"
)
_COMMA = re.compile(r",\??(?= )")
_KIND = re.compile(r"\{v:(\w+)\}")
_MACRO = re.compile(r"(?<!P)<(\w+)>|\{(\w+)(?::(\w+))?\}|~| \??")


_ARTICLE = re.compile(r"^(?:\w+ |l')")
_PARTS = re.compile(r"[^\W_]+")
_ELIDED = re.compile(r"(?<![^\W_])([jlndcstm]|qu)'(?=\w)")


def plainly(text: str, language: str) -> str:
    """A text in lower case without accents; in French "j'habite" is two words."""
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

    source: str
    kind: str
    without_subject: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first used: a message needs few."""
        return _compiled(self.source)

    @property
    def dropped(self) -> re.Pattern[str] | None:
        """The same without its {who}, as it is said when the subject goes on."""
        return _compiled(self.without_subject) if self.without_subject else None


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The characters that stand behind words of the long lists in the text that patterns see.

    `classes` has for each list the marks that its words may carry; `phrases` the marks of words
    within a phrase that can be skipped.
    """

    words: Mapping[str, str]
    phrases: Mapping[str, str]
    phrase: re.Pattern[str]
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One frame: how something is said, and what it claims.

    `me` are the ways in which the user says it of himself, `they` of somebody else. `aspect` is
    state, start, end, timeless, never (the negation belongs to it), dated or planned (only with
    a time, or one to come). `tense` is past, present (also of what has happened), coming, or
    either, of forms that tell both. A negation makes nothing of it. With `replaces` other values
    of the attribute end; with `named` the value must be typed with a capital; with `after` the
    message must have said something of the attribute before. What is `presumed` holds in
    questions also: "ma fille Manon dort mal, des idées ?"
    """

    attribute: str
    value: str
    text: str
    me: tuple[Way, ...]
    they: tuple[Way, ...]
    aspect: str = "state"
    tense: str = "present"
    needs: Way | None = None
    confidence: float = 0.85
    replaces: bool = False
    named: bool = False
    after: bool = False
    presumed: bool = False
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
    by_start: Mapping[str, tuple[Phrase, ...]]
    lists: Mapping[str, frozenset[str]]
    relations: Mapping[str, Relation]
    kinds: Mapping[str, str]
    canon: Mapping[str, str]
    generic: frozenset[str]
    things: Mapping[str, str]
    marks: Marks
    patterns: Mapping[str, re.Pattern[str]]
    texts: Mapping[str, str]


def _phrases(words: str) -> list[str]:
    return [_ELIDED.sub(r"\1 ", unaccented(word.replace("_", " "))) for word in words.split()]


def _one_of(words: list[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", _SPACE) for word in ordered)


class _Compiler:
    """Turns the pattern strings of one file into regular expressions.

    Words of the long lists carry a mark behind them in the text (see `marks`), so that a
    pattern names a list by the marks of its words and not by the words.
    """

    def __init__(self, lists: Mapping[str, list[str]], marks: Mapping[str, str]) -> None:
        self._marks = marks
        self._lists = {name: self._members(name, words) for name, words in lists.items()}
        self._skip = rf"(?:{_WORD}[{marks['skipped']}]{_GAP}){{0,5}}"
        stop = rf"(?!{_WORD}[{marks['stopped']}])"
        word = rf"{stop}{_WORD}{_MARK}?"
        more = rf"(?:{_SPACE}{word})"
        again = rf"(?:(?:{self._lists['again']}){_SPACE})?"
        joint = rf"{_MARK}?(?:,?{_SPACE}(?:{self._lists['listing']}){_SPACE}|, ?){again}"
        item = rf"(?!{_WORD}[{marks['starter']}]){word}{more}{{0,3}}"
        language = rf"(?:{self._lists['language']})(?!\w)"
        played = rf"(?:{self._lists['sport']}|{self._lists['instrument']})(?!\w)"
        some = rf"(?:{_WORD}[{marks['filler']}]{_GAP}){{0,4}}"
        self._kinds = {
            "word": word,
            "name": rf"{word}{more}{{0,2}}",
            "place": rf"{word}{more}{{0,4}}",
            "org": rf"{word}{more}{{0,5}}",
            "noun": rf"{word}{more}{{0,4}}",
            "role": rf"{word}{more}{{0,4}}",
            "items": rf"{item}(?:{joint}{item})*",
            "langs": rf"{some}{language}(?:{joint}{some}{language})*",
            "diet": rf"(?:{self._lists['diet']})(?!\w)",
            "sport": rf"{played}(?:{joint}{played})*",
            "instrument": rf"{played}(?:{joint}{played})*",
            "job": rf"(?:{self._lists['profession']})(?!\w){more}{{0,3}}",
            "service": rf"(?:{self._lists['service']})(?!\w)(?:[ -](?:premium|plus|family|pro))?",
            "food": rf"(?:{self._lists['food']})(?!\w)",
            "amount": _AMOUNT,
        }

    def _members(self, name: str, words: list[str]) -> str:
        """A pattern for the words of a list: by their marks, and phrases as they are."""
        if name not in self._marks:
            return _one_of(words)
        phrases = [word for word in words if " " in word]
        return "|".join([*filter(None, [_one_of(phrases)]), rf"{_WORD}(?=[{self._marks[name]}])"])

    def way(self, text: str) -> Way:
        """One way of saying something, to be tried at the beginning of a clause."""
        kind = _KIND.search(text)
        bare = self.source(text.replace("{who}", "")) + _END if "{who}" in text else ""
        return Way(
            source=self.source(text) + _END,
            kind=kind[1] if kind is not None else "",
            without_subject=bare,
        )

    def source(self, text: str) -> str:
        """The regular expression that a pattern string stands for."""
        marked = _COMMA.sub(lambda match: f"{_MARK}?{match[0]}", text.translate(_UNACCENT))
        return _MACRO.sub(self._macro, marked)

    def _macro(self, match: re.Match[str]) -> str:
        if match[0] in (" ", " ?"):
            return _SPACE if match[0] == " " else rf"{_MARK}?[ \ue001]*"
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
        modifiers = rf"(?:(?:{self._lists['modifier']}){_SPACE})*"
        return rf"{modifiers}(?P<rel>{self._lists['relation']})(?!\w)"

    def _who(self) -> str:
        name = rf"(?:{_SPACE}(?P<wname>{_WORD}(?:{_SPACE}{_WORD})?))?"
        tail = rf"{_MARK}?,?(?:{_SPACE}(?:{self._lists['relative']}))?"
        own = rf"(?:{self._lists['my']}){_SPACE}{self._rel()}{name}{tail}"
        other = rf"(?P<pron>{self._lists['third']})(?!\w)|(?P<pname>{_WORD}(?:{_SPACE}{_WORD})?)"
        return rf"(?:{own}|{other}){_SPACE}"


def _lists(table: Mapping[str, str], relations: Mapping[str, Relation]) -> dict[str, list[str]]:
    lists = {name: _phrases(words) for name, words in table.items()}
    lists["relation"] = [unaccented(noun) for noun in relations]
    return lists


def _relations(table: Mapping[str, str]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for attribute, nouns in table.items():
        for label in nouns.split("|"):
            label = label.strip()
            noun = _ARTICLE.sub("", label)
            relation = Relation(attribute=attribute, noun=noun, label=label)
            found[noun.lower()] = relation
            found.setdefault(unaccented(noun), relation)
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
        needs=Way(source=compiler.source(str(needs)), kind="") if needs is not None else None,
        confidence=confidence if isinstance(confidence, float) else 0.85,
        after=bool(table.get("after", False)),
        named=bool(table.get("named", False)),
        presumed=bool(table.get("presumed", False)),
        replaces=bool(table.get("replaces", False)),
        order=number,
    )


def _patterns(table: Mapping[str, str], compiler: _Compiler) -> dict[str, re.Pattern[str]]:
    mark = _MARK.strip("[]")
    own = {
        "boundary": r"[,;:()!]|\s[–—-]+(?=\s)|(?<![\w'])(?:<joint>)(?![\w'])",
        "lead": rf"(?:(?:<lead>)(?![\w'])[\s,:!.{mark}-]*|\ue001+[\s,{mark}]*)+",
        "again": r"^\s*(?:<again>)(?!\w)",
        "listing": r"(?<!\w)(?:<listing>)(?!\w)",
        "mention": rf"(?<!\w)(?:<my>) {{rel}}(?:{_MARK}?[\s\ue001](?P<wname>[^\W\d_][\w'-]+))?",
        "no_time": r"(?!)",
    }
    found = {name: re.compile(compiler.source(text)) for name, text in (own | dict(table)).items()}
    found["muting"] = re.compile(table["muting"])  # "würde" is not "wurde"
    return found


def _marks(lists: Mapping[str, list[str]]) -> Marks:
    groups = {name: frozenset(lists[name]) for name in MARKED}
    groups["skipped"] = groups["filler"] | groups["pronoun"] | groups["negation"] | groups["ended"]
    groups["stopped"] = groups["stop"] | groups["joint"]
    groups["starter"] |= groups["pronoun"]
    phrases = sorted((word for word in groups["skipped"] if " " in word), key=len, reverse=True)
    known: dict[frozenset[str], str] = {}

    def mark(names: frozenset[str]) -> str:
        return known.setdefault(names, chr(0xF0000 + len(known)))

    def names_of(word: str) -> frozenset[str]:
        return frozenset(name for name, words in groups.items() if word in words)

    single = sorted({word for words in groups.values() for word in words if " " not in word})
    inner = sorted({word for phrase in phrases for word in phrase.split()})
    words = {word: mark(names_of(word)) for word in single}
    within = {word: mark(names_of(word) | {"skipped", "filler"}) for word in inner}
    classes = {
        name: "".join(char for names, char in known.items() if name in names) for name in groups
    }
    pattern = "|".join(map(re.escape, phrases)) or r"(?!)"
    return Marks(
        words=words,
        phrases=within,
        phrase=re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])"),
        classes={name: chars or "\0" for name, chars in classes.items()},
    )


def _triggers(when: str, lists: Mapping[str, list[str]]) -> list[str]:
    """The words of which a sentence must have one for a frame to be tried.

    "<list>" stands for the words of a list (of a phrase, its longest), "0" for any figure and
    "words*" for what is anywhere in the sentence.
    """
    found: list[str] = []
    for word in _phrases(when):
        if word.startswith("<"):
            entries = lists[word.strip("<>")]
            found.extend(max(_PARTS.findall(entry) or [entry], key=len) for entry in entries)
        else:
            found.append(word)
    return list(dict.fromkeys(found))


@cache
def load_phrases(language: str) -> PhraseBook:
    """The phrase frames of a language, compiled once."""
    path = f"data/grammar.{language}.toml"
    tables = tomllib.loads(files("everwhen.language").joinpath(path).read_text(encoding="utf-8"))
    relations = _relations(tables["relations"])
    lists = _lists(tables["lists"], relations)
    frames = tables["frame"]
    listed = {word for words in lists.values() for word in words}
    said = {word for frame in frames for word in _phrases(frame["when"]) if word.isalpha()}
    lists["starter"] = sorted(said - listed)
    marks = _marks(lists)
    compiler = _Compiler(lists, marks.classes)
    kinds = _kinds(tables["kinds"])
    by_word: dict[str, list[Phrase]] = {}
    for number, table in enumerate(frames):
        frame = _frame(number, table, compiler)
        for word in _triggers(table["when"], lists | {"kind": list(kinds)}):
            by_word.setdefault(word, []).append(frame)
    return PhraseBook(
        language=language,
        by_word={word: tuple(found) for word, found in by_word.items()},
        by_start={word[:-1]: tuple(by_word[word]) for word in by_word if word.endswith("*")},
        lists={name: frozenset(words) for name, words in lists.items()},
        relations=relations,
        kinds=kinds,
        generic=frozenset(word for nouns in tables["kinds"].values() for word in _phrases(nouns)),
        canon={unaccented(start): value for start, value in tables["canon"].items()},
        things={unaccented(thing): name for thing, name in tables["things"].items()},
        marks=marks,
        patterns=_patterns(tables["patterns"], compiler),
        texts=tables["texts"],
    )
