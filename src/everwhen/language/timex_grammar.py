"""Read a language's time grammar (`data/time.<language>.toml`) and match it against tokens.

A pattern is a line of words and slots, for instance `"<which> <weekday> <part>?"`:

- `word` is that word (case and accents do not matter), `<class>` any word of a class, a number
  class (`<day>`, `<year>`, ...) or `<@kind>`, a time that an earlier pass found;
- `<class:name>` gives the slot another name, `( a | b c )` is a choice, `?` makes the word, slot
  or choice before it optional.

It is compiled to a regular expression over token symbols, one character a token, so matching is
short, has no unbounded repetition and cannot backtrack badly.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from everwhen.language.timex_tokens import MARKS, NUMERIC_CLASSES, Tokenizer, fold

Value = int | float | str
Direction = Literal["past", "future"]

FIRST_WORD, FIRST_KIND = 0xE000, 0xF400  # private-use characters: words, then kinds
UNKNOWN_LANGUAGE = "und"  # dates in figures only
_PIECES = re.compile(r"<[^<>]+>|[()|?]|[^\s()|?<>]+")
_TAG = re.compile(r"[a-z]{2,3}")
_LEADING = re.compile(r"\d+")
_COUNTS = frozenset({"number", "count"})
_WHOLE = frozenset({"day", "ordinal", "int", "year", "hour", "decade"})
_MARK_NAMES = {"LPAREN": "(", "RPAREN": ")"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern: what it yields (`kind`), how that is computed (`op`) and with what."""

    kind: str
    op: str
    constants: Mapping[str, Value]
    slots: Mapping[str, str]
    symbols: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one pass, by the symbol that a match can begin with."""

    by_symbol: Mapping[str, tuple[Rule, ...]]

    def longest(self, line: str, position: int) -> tuple[Rule, re.Match[str]] | None:
        """The longest match that begins at a position; the earlier rule wins a tie."""
        best: tuple[Rule, re.Match[str]] | None = None
        end = position
        for rule in self.by_symbol.get(line[position], ()):
            match = rule.symbols.match(line, position)
            if match is not None and match.end() > end:
                best, end = (rule, match), match.end()
        return best


@dataclass(frozen=True, slots=True)
class Tense:
    """Words that tell whether a sentence speaks of the past or of the future."""

    past: frozenset[str]
    present: frozenset[str]
    future: frozenset[str]
    past_endings: tuple[str, ...]
    future_endings: tuple[str, ...]
    neither: frozenset[str]
    unfinished: frozenset[str]

    def of(self, word: str) -> Direction | Literal["present"] | None:
        """What one word hints at."""
        if word in self.neither:
            return None
        if word in self.present:
            return "present"
        if word in self.future or (self.future_endings and word.endswith(self.future_endings)):
            return "future"
        past_ending = len(word) > 3 and self.past_endings and word.endswith(self.past_endings)
        return "past" if word in self.past or past_ending else None


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language's words, classes and rules, ready to match."""

    tokenizer: Tokenizer
    classes: Mapping[str, Mapping[str, Value]]
    kinds: Mapping[str, str]
    passes: tuple[Rules, ...]
    triggers: frozenset[str]
    tense: Tense
    month_first: bool

    def value(self, name: str, words: Sequence[str]) -> Value:
        """What the words found for a class (or several, joined by +) stand for."""
        joined = " ".join(words)
        parts = name.split("+")
        for part in parts:
            members = self.classes.get(part, {})
            if joined in members:
                return members[joined]
        if parts[0] in _COUNTS:
            members = self.classes[parts[0]]
            return _count([members.get(word, word) for word in words if word != "-"])
        if not _WHOLE.isdisjoint(parts):
            return int(_LEADING.findall(joined)[0])
        return joined


@lru_cache(maxsize=16)
def load(language: str) -> Grammar:
    """The grammar of a language tag ("en", "pt-BR"); figures only where there is no file."""
    tag = re.split(r"[-_]", language.lower(), maxsplit=1)[0]
    folder = resources.files("everwhen.language").joinpath("data")
    source = folder.joinpath(f"time.{tag}.toml") if _TAG.fullmatch(tag) else None
    if source is None or not source.is_file():
        source = folder.joinpath(f"time.{UNKNOWN_LANGUAGE}.toml")
    return compile_grammar(source.read_text(encoding="utf-8"))


def compile_grammar(source: str) -> Grammar:
    """Compile the text of a grammar file; ValueError names the pattern that is wrong."""
    data = tomllib.loads(source)
    classes = _classes(data)
    kinds = _kinds(data)
    builder = _Builder(classes, kinds, data.get("groups", {}))
    passes = tuple(
        builder.rules(data.get(section, ())) for section in ("point", "compound", "frame")
    )
    settings = data.get("settings", {})
    tense = data.get("tense", {})
    units = frozenset(word for word in classes.get("unit", {}) if word.isalpha() and len(word) > 1)
    short = frozenset(settings.get("glued_units", ()))
    return Grammar(
        tokenizer=Tokenizer(
            lexicon=builder.lexicon,
            ordinal_endings=frozenset(settings.get("ordinal_endings", ())),
            abbreviations=frozenset(settings.get("abbreviations", ())),
            unit_endings=(units | short) & builder.lexicon.keys(),
        ),
        classes=classes,
        kinds=kinds,
        passes=passes,
        triggers=_triggers(data),
        tense=Tense(
            past=frozenset(tense.get("past", ())),
            present=frozenset(tense.get("present", ())),
            future=frozenset(tense.get("future", ())),
            past_endings=tuple(tense.get("past_endings", ())),
            future_endings=tuple(tense.get("future_endings", ())),
            neither=frozenset(tense.get("neither", ())),
            unfinished=frozenset(tense.get("unfinished", ())),
        ),
        month_first=bool(settings.get("month_first", False)),
    )


def _number(text: str) -> Value:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _count(parts: Sequence[Value]) -> float:
    """ "twenty", "five" is 25; "two", "hundred" is 200; "2,5" is 2.5."""
    total = 0.0
    for part in parts:
        amount = float(str(part).replace(",", "."))
        total = total * amount if amount == 100 and total else total + amount
    return total


def _spellings(word: str) -> str:
    return " ".join(fold(part).replace("'", "") for part in word.split())


def _classes(data: Mapping[str, Any]) -> dict[str, dict[str, Value]]:
    """Every class as words to value, with `clear_<class>` and `shy_<class>` where words are shy.

    A shy word is one that is more often something else: "may", "march", "sun", "fall".
    """
    classes: dict[str, dict[str, Value]] = {}
    for name, members in data.get("words", {}).items():
        if isinstance(members, list):
            classes[name] = {_spellings(word): _spellings(word) for word in members}
        else:
            classes[name] = {
                _spellings(word): _number(key) for key, words in members.items() for word in words
            }
    for name, words in data.get("shy", {}).items():
        shy = {_spellings(word) for word in words}
        for prefix, wanted in (("shy", True), ("clear", False)):
            classes[f"{prefix}_{name}"] = {
                word: value for word, value in classes[name].items() if (word in shy) is wanted
            }
    classes["count"] = classes.get("number", {}) | classes.get("article", {})
    return classes


def _kinds(data: Mapping[str, Any]) -> dict[str, str]:
    names = [rule["kind"] for section in ("point", "compound") for rule in data.get(section, ())]
    ordered = dict.fromkeys(names)
    return {name: chr(FIRST_KIND + number) for number, name in enumerate(ordered)}


def _triggers(data: Mapping[str, Any]) -> frozenset[str]:
    """Words without which (and without figures) a text cannot tell a time."""
    settings = data.get("settings", {})
    phrases = [
        phrase
        for name in settings.get("trigger_classes", ())
        for phrase in _listed(data["words"][name])
    ]
    phrases.extend(settings.get("trigger_words", ()))
    triggers = set[str]()
    for phrase in phrases:
        last = fold(phrase).split()[-1]  # the word that tells: "good friday", "new year's eve"
        triggers |= {last.replace("'", ""), *last.split("'")}
    return frozenset(word for word in triggers if len(word) > 1)


def _listed(members: Any) -> list[str]:
    return members if isinstance(members, list) else [w for ws in members.values() for w in ws]


@dataclass(slots=True)
class _Builder:
    """Compiles patterns, handing every word that occurs in one a symbol of its own."""

    classes: Mapping[str, Mapping[str, Value]]
    kinds: Mapping[str, str]
    groups: Mapping[str, Sequence[str]]
    lexicon: dict[str, str] = field(default_factory=dict)

    def rules(self, tables: Sequence[Mapping[str, Any]]) -> Rules:
        by_symbol: dict[str, list[Rule]] = {}
        for table in tables:
            constants = {
                key: value
                for key, value in table.items()
                if key not in ("match", "kind", "op", "not_after", "not_before")
            }
            before = self._guard(table.get("not_after", ()), "(?<![{}])")
            after = self._guard(table.get("not_before", ()), "(?![{}])")
            for pattern in table["match"]:
                parser = _Parser(self, pattern)
                body, first, optional = parser.whole()
                if optional:
                    raise ValueError(f"time pattern {pattern!r} can match nothing")
                if "role" in table and "time" not in parser.slots:
                    raise ValueError(f"time pattern {pattern!r} frames no time")
                rule = Rule(
                    kind=table.get("kind", "frame"),
                    op=table.get("op", "frame"),
                    constants=constants,
                    slots=parser.slots,
                    symbols=re.compile(before + body + after),
                )
                for symbol in sorted(first):
                    by_symbol.setdefault(symbol, []).append(rule)
        return Rules({symbol: tuple(rules) for symbol, rules in by_symbol.items()})

    def _guard(self, patterns: Sequence[str], shape: str) -> str:
        first: set[str] = set()
        for pattern in patterns:
            first |= _Parser(self, pattern).whole()[1]
        return shape.format("".join(map(re.escape, sorted(first)))) if first else ""

    def symbol(self, word: str) -> str:
        word = _MARK_NAMES.get(word, word)
        if word in MARKS:
            return word
        word = _spellings(word)
        if word not in self.lexicon:
            self.lexicon[word] = chr(FIRST_WORD + len(self.lexicon))
        return self.lexicon[word]

    def members(self, name: str) -> list[str]:
        """A class as symbol strings, one for each spelling."""
        if name.startswith("@") and name[1:] in self.groups:
            return [self.members(f"@{kind}")[0] for kind in self.groups[name[1:]]]
        if name.startswith("@"):
            if name[1:] not in self.kinds:
                raise ValueError(f"no time pattern yields the kind {name[1:]!r}")
            return [self.kinds[name[1:]]]
        if name in NUMERIC_CLASSES:
            return list(NUMERIC_CLASSES[name])
        if name not in self.classes:
            raise ValueError(f"no class of time words is called {name!r}")
        spellings = ["".join(map(self.symbol, word.split())) for word in self.classes[name]]
        if name in _COUNTS:
            spellings += [*NUMERIC_CLASSES["int"], *NUMERIC_CLASSES["decimal"]]
        return spellings

    def any_of(self, name: str) -> tuple[str, set[str]]:
        """A regular expression for a class (or several, joined by +), and its first symbols."""
        spellings = [member for part in name.split("+") for member in self.members(part)]
        if not spellings:
            return r"(?!)", set()
        single = "".join(re.escape(s) for s in spellings if len(s) == 1)
        long = sorted((s for s in spellings if len(s) > 1), key=len, reverse=True)
        choices = [re.escape(s) for s in long] + ([f"[{single}]"] if single else [])
        body = choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"
        if name in _COUNTS and single:
            body = f"(?:[{single}]-?[{single}]|{body})"
        return body, {s[0] for s in spellings}


class _Parser:
    """Recursive descent over one pattern, giving its expression and the symbols it begins with."""

    def __init__(self, builder: _Builder, pattern: str) -> None:
        self.builder = builder
        self.pattern = pattern
        self.pieces = _PIECES.findall(pattern)
        self.position = 0
        self.slots: dict[str, str] = {}

    def whole(self) -> tuple[str, set[str], bool]:
        result = self._choice()
        if self.position != len(self.pieces):
            raise ValueError(f"time pattern {self.pattern!r}: unbalanced brackets")
        return result

    def _peek(self) -> str:
        return self.pieces[self.position] if self.position < len(self.pieces) else ""

    def _choice(self) -> tuple[str, set[str], bool]:
        bodies, first, optional = [], set[str](), False
        while True:
            body, begins, empty = self._sequence()
            bodies.append(body)
            first |= begins
            optional = optional or empty
            if self._peek() != "|":
                break
            self.position += 1
        return (bodies[0] if len(bodies) == 1 else f"(?:{'|'.join(bodies)})"), first, optional

    def _sequence(self) -> tuple[str, set[str], bool]:
        body, first, optional = "", set[str](), True
        while self._peek() not in ("", "|", ")"):
            part, begins, empty = self._item()
            if optional:
                first |= begins
            optional = optional and empty
            body += part
        return body, first, optional

    def _item(self) -> tuple[str, set[str], bool]:
        piece = self._peek()
        self.position += 1
        empty = False
        if piece == "(":
            body, first, empty = self._choice()
            if self._peek() != ")":
                raise ValueError(f"time pattern {self.pattern!r}: unbalanced brackets")
            self.position += 1
            body = f"(?:{body})"
        elif piece.startswith("<"):
            name, _, label = piece[1:-1].partition(":")
            try:
                body, first = self.builder.any_of(name)
            except ValueError as error:
                raise ValueError(f"time pattern {self.pattern!r}: {error}") from error
            slot = label or name.lstrip("@")
            if slot.isidentifier():
                if slot in self.slots:  # a second choice for the same slot
                    slot = f"{slot}__{len(self.slots)}"
                body = f"(?P<{slot}>{body})"
                self.slots[slot] = name
            else:
                body = f"(?:{body})"
        else:
            symbol = self.builder.symbol(piece)
            body, first = re.escape(symbol), {symbol}
        if self._peek() == "?":
            self.position += 1
            return f"(?:{body})?", first, True
        return body, first, empty
