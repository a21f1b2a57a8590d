"""The texts from which the static table is distilled: words, definitions, chat.

Everything comes from a source that may be redistributed: SymSpell's frequency lists (MIT, made
from Google Books Ngrams and SCOWL), WordNet 3.0 (its own permissive licence), and sentence
patterns written for it (distil_patterns.toml). No benchmark's text is used.
"""

from __future__ import annotations

import math
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

PATTERNS = Path(__file__).parent / "distil_patterns.toml"

# WordNet's lexicographer files, by number, that fill the places in the patterns.
FILES = {
    "act": 4,
    "animal": 5,
    "thing": 6,
    "event": 11,
    "feeling": 12,
    "food": 13,
    "group": 14,
    "place": 15,
    "person": 18,
    "illness": 26,
    "plant": 20,
    "idea": 9,
    "message": 10,
}
_LINE = re.compile(r"(?P<fields>.*?) \| (?P<gloss>.*)")


class WordNet:
    """The data files of WordNet 3.0, as in Debian's wordnet-base."""

    def __init__(self, folder: Path, frequencies: dict[str, int]) -> None:
        self.texts: list[str] = []
        self.lemmas: dict[str, list[str]] = {name: [] for name in FILES}
        self.lemmas["verb"] = []
        self.lemmas["adjective"] = []
        numbers = {number: name for name, number in FILES.items()}
        for part in ("noun", "verb", "adj", "adv"):
            lines = (folder / f"data.{part}").read_text(encoding="latin-1").splitlines()
            for line in lines:
                found = _LINE.match(line)
                if line.startswith(" ") or not found:
                    continue
                words = _lemmas(found["fields"].split())
                self.texts += _texts(words, found["gloss"])
                kind = {"verb": "verb", "adj": "adjective"}.get(part)
                kind = kind or numbers.get(int(found["fields"].split()[1]))
                if part != "adv" and kind:
                    self.lemmas[kind] += [w for w in words[:2] if _common(w, frequencies)]


def _lemmas(fields: Sequence[str]) -> list[str]:
    count = int(fields[3], 16)
    raw = fields[4 : 4 + 2 * count : 2]
    return [re.sub(r"\(\w+\)$", "", word).replace("_", " ") for word in raw]


def _texts(words: list[str], gloss: str) -> Iterator[str]:
    definition = gloss.split('; "')[0].strip().strip(";")
    yield f"{', '.join(words)}: {definition}"
    for example in re.findall(r'"([^"]+)"', gloss):
        if len(example.split()) > 2:
            yield example


def _common(word: str, frequencies: dict[str, int]) -> bool:
    return all(frequencies.get(part, 0) > 1_000_000 for part in word.lower().split(" "))


def read_frequencies(path: Path) -> dict[str, int]:
    """Words and their counts, most frequent first, from a file of SymSpell."""
    counts: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        word, count = line.split()
        if word.isalnum():
            counts[word] = int(count)
    return counts


def chat(wordnet: WordNet, frequencies: dict[str, int], count: int, seed: int) -> list[str]:
    """Messages and questions such as people write to each other and to an assistant."""
    source = random.Random(seed)
    written = tomllib.loads(PATTERNS.read_text(encoding="utf-8"))
    statements, questions = written["patterns"]["statements"], written["patterns"]["questions"]
    pools: dict[str, list[str]] = wordnet.lemmas | written["places"]
    pools["number"] = [str(n) for n in (*range(2, 31), 40, 50, 100, 150, 200, 500, 1000)]
    weights = {k: _running(v, frequencies) for k, v in pools.items()}

    def fill(match: re.Match[str]) -> str:
        key = match[1].rstrip("2")
        return source.choices(pools[key], cum_weights=weights[key])[0]

    def sentence() -> str:
        patterns = statements if source.random() < 0.7 else questions
        return re.sub(r"\{(\w+)\}", fill, source.choice(patterns))

    texts: list[str] = []
    while len(texts) < count:
        length = source.choice((1, 1, 1, 2, 3))
        speaker = f"{source.choice(pools['name'])}: " if source.random() < 0.2 else ""
        texts.append(speaker + " ".join(sentence() for _ in range(length)))
    return texts


def _running(words: Sequence[str], frequencies: dict[str, int]) -> list[float]:
    total = 0.0
    sums: list[float] = []
    for word in words:
        rarest = min(frequencies.get(part, 10**6) for part in word.lower().split(" "))
        total += math.sqrt(rarest)
        sums.append(total)
    return sums
