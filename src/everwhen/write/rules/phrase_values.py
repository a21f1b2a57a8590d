"""Values as phrase frames catch them, cut to what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from everwhen.write.rules.phrase_grammar import TIME, Phrase, PhraseBook, Relation, unaccented
from everwhen.write.rules.phrase_lines import unmarked

_SEPARATORS = re.compile(r"\s*(?:,|;|/|&|\+)\s*")
_EDGES = " \t.,;:!?'\"-()\u2063" + TIME
_ELIDED = re.compile(r"(?<![^\W_])([ldLD])'(?=\w)")
_NUMBER = re.compile(r"\d")


def read(
    frame: Phrase, kind: str, match: re.Match[str], parts: Mapping[str, str], book: PhraseBook
) -> list[dict[str, str]]:
    """The values that a frame's text is filled with, a set for each claim; none if unfit."""
    common: dict[str, str] = {}
    for name, typed in parts.items():
        part = typed.strip(_EDGES)
        if name in ("v", "who", "pron", "pname", "wname", "t"):
            continue
        if name == "rel":
            relation = relation_of(part, match["rel"], book)
            common |= {"rel": relation.attribute, "noun": relation.noun, "label": relation.label}
        elif name == "d":
            common |= {"d": book.things.get(unaccented(part), part.lower()), "dd": part.lower()}
        else:
            common[name] = trimmed("org", part, book) if name == "o" else part.lower()
    if "v" not in match.re.groupindex:
        return [common]
    misfit = match["v"] is None or common.get("o") == ""
    if misfit or (frame.named and not parts["v"][:1].isupper()):
        return []
    found = []
    for value in _values(kind, parts["v"], book):
        values = common | {"v": value}
        if frame.attribute == "{kind}":
            values["kind"] = kind_of(common.get("n", "") or value, book)
            if not values["kind"]:
                continue
        if value:
            found.append(values)
    return found


def relation_of(typed: str, seen: str, book: PhraseBook) -> Relation:
    """What a noun for somebody means, with its accents if they were typed."""
    plain = " ".join(typed.lower().split())
    return book.relations.get(plain) or book.relations[unmarked(seen)]


def _values(kind: str, value: str, book: PhraseBook) -> list[str]:
    if kind in ("items", "langs", "sport", "instrument"):
        parts = _SEPARATORS.split(book.patterns["listing"].sub(",", value))
        again = book.patterns["again"]
        pieces = [piece for part in parts if (piece := trimmed(kind, again.sub("", part), book))]
        if kind in ("sport", "instrument"):
            return [piece for piece in pieces if unaccented(piece) in book.lists[kind]]
        return pieces
    cut = trimmed(kind, value, book)
    return [cut] if cut else []


def trimmed(kind: str, value: str, book: PhraseBook) -> str:
    """A value cut to what it means; empty if it can not be one."""
    words = _without(_split(value, book), book.lists["filler"] | book.lists["stop"], book)
    if not words or not any(map(str.isalnum, " ".join(words))):
        return ""
    return _cut(kind, words, book).replace("' ", "'").strip(_EDGES)


def _split(value: str, book: PhraseBook) -> list[str]:
    """The words of a value, in French with "l'" as a word."""
    if book.language == "fr":
        value = _ELIDED.sub(r"\1' ", value)
    return value.strip(_EDGES).split()


def _cut(kind: str, words: list[str], book: PhraseBook) -> str:
    if kind == "place":
        return _place(words, book)
    if kind == "name":
        return proper(" ".join(words), book, lower=True)
    if kind == "org":
        return _org(words, book)
    if kind in ("noun", "items", "role"):
        return _noun(words, book)
    if kind == "langs":
        words = _language(words, book)
    if kind == "diet":
        plain = unaccented(" ".join(words))
        return next((v for start, v in book.canon.items() if plain.startswith(start)), plain)
    if kind in book.texts.get("capitals", "").split():
        words = [words[0][:1].upper() + words[0][1:], *words[1:]]
    return " ".join(words)


def _language(words: list[str], book: PhraseBook) -> list[str]:
    """The language in "ein bisschen Polnisch"."""
    for start in range(len(words)):
        if unaccented(" ".join(words[start:])) in book.lists["language"]:
            return words[start:]
    return words[-1:]


def _without(words: list[str], unwanted: frozenset[str], book: PhraseBook) -> list[str]:
    """The words without those at either end that say nothing."""
    articles = book.lists["article"]
    while words and unaccented(words[-1]) in unwanted | articles:
        words = words[:-1]
    while words and unaccented(words[0]) in unwanted and unaccented(words[0]) not in articles:
        words = words[1:]
    return words


def _capital(word: str) -> bool:
    return word[:1].isupper() or bool(_NUMBER.match(word))


def _chain(words: list[str], book: PhraseBook) -> list[str]:
    """The capitalised words at the beginning, with the particles between them."""
    kept = 0
    for place, word in enumerate(words):
        if _capital(word):
            kept = place + 1
        elif unaccented(word) not in book.lists["particle"]:
            break
    return words[:kept]


def _place(words: list[str], book: PhraseBook) -> str:
    bare = [word for word in words[:2] if unaccented(word) not in book.lists["article"]]
    if not bare or unaccented(bare[0]) in book.lists["noplace"]:
        return ""
    if any(word[:1].isupper() for word in words[:2]):
        lead = words[:1] if not words[0][:1].isupper() else []
        if lead and unaccented(lead[0]) not in book.lists["article"] | book.lists["prefix"]:
            return _titled(words[:1], book)
        chain = lead + _chain(words[len(lead) :], book)
        return " ".join(chain).strip(_EDGES)
    opening = book.lists["prefix"] | book.lists["article"]
    count = 1
    while count < len(words) and (
        unaccented(words[count - 1]) in opening
        or (count > 1 and unaccented(words[count - 1]) in book.lists["particle"])
    ):
        count += 1
    if unaccented(words[count - 1]) in book.lists["noplace"] | book.lists["article"]:
        return ""
    return _titled(words[:count], book)


def _titled(words: list[str], book: PhraseBook) -> str:
    """A place in small letters with its capitals: "rio de janeiro", "la coruña"."""
    small = book.lists["particle"]
    return " ".join(
        word if place and word in small else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    )


def proper(value: str, book: PhraseBook, *, lower: bool = False) -> str:
    """A person's name; one in small letters only where `lower` says that a name must be meant."""
    words = value.strip(_EDGES).split()
    common = book.lists["my"] | book.lists["filler"] | book.lists["stop"]
    common |= book.lists["noname"] | book.lists["joint"]
    if not words or unaccented(words[0]) in common or not words[0][0].isalpha():
        return ""
    if words[0][:1].isupper():
        return " ".join(_chain(words[:3], book)).strip(_EDGES)
    return words[0][:1].upper() + words[0][1:] if lower else ""


def _org(words: list[str], book: PhraseBook) -> str:
    articles = book.lists["article"]
    first = unaccented(words[0])
    if first in book.lists["noorg"]:
        return ""
    if first in articles and len(words) > 1:
        if _capital(words[1]):
            chain = _chain(words[1:], book)
            return " ".join(words[:1] * words[0][:1].isupper() + chain).strip(_EDGES)
        if unaccented(words[1]) in book.lists["noorg"]:
            return ""
        tail = _chain(words[2:], book)
        return " ".join(words[:2] + (tail or words[2:4])).strip(_EDGES)
    if words[0][:1].isupper():
        return " ".join(_chain(words, book)).strip(_EDGES)
    return " ".join(_first(words, 2, book))


def _first(words: list[str], count: int, book: PhraseBook) -> list[str]:
    """So many words, with the particles between them: "salle de sport"."""
    small = book.lists["particle"]
    kept: list[str] = []
    for word in words:
        if unaccented(word) not in small:
            count -= 1
        if count < 0:
            break
        kept.append(word)
    while kept and unaccented(kept[-1]) in small:
        kept.pop()
    return kept


def _noun(words: list[str], book: PhraseBook) -> str:
    opening = book.lists["article"] | book.lists["modifier"]
    while len(words) > 1 and unaccented(words[0]) in opening:
        words = words[1:]
    if unaccented(words[0]) in book.lists["nonoun"]:
        return ""
    return " ".join(words[:5]).strip(_EDGES)


def kind_of(noun: str, book: PhraseBook) -> str:
    """The kind of thing that a noun phrase names: car, phone …; empty if none is known."""
    words = unaccented(noun).split()
    for size in (2, 1):
        for start in range(len(words) - size + 1):
            kind = book.kinds.get(" ".join(words[start : start + size]))
            if kind is not None:
                return kind
    return ""
