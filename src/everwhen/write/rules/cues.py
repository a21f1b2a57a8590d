"""Word lists of the layers that read what no frame covers (`statements.<language>.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from everwhen.write.rules.grammar import load_grammar
from everwhen.write.rules.verbs import form_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Word lists by name, and every form of every verb known: form to (base, tag).

    `alike` leads from a word to the first of those that mean the same; `paraphrases` finds other
    ways to say a plain verb, which names the group that matched.
    """

    words: Mapping[str, frozenset[str]]
    table: Mapping[str, tuple[str, str]]
    alike: Mapping[str, str]
    paraphrases: re.Pattern[str]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.words[name]


@cache
def load_cues(language: str) -> Cues:
    """The built-in lists of a language."""
    file = files("everwhen.language").joinpath(f"data/statements.{language}.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    words = {
        name: frozenset(word.replace("_", " ") for word in text.split())
        for name, text in data["words"].items()
    }
    more = words["verbs"] | words["lasting_past"] | words["ending"] | words["mental"]
    own = form_table(frozenset(word for word in more if " " not in word))
    ways = (f"(?P<{verb}>{'|'.join(some)})" for verb, some in data["paraphrases"].items())
    said = re.compile(rf"\b(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)
    alike = {word: line.split()[0] for line in data["alike"] for word in line.split()}
    return Cues(
        words=words, table={**own, **load_grammar(language).table}, alike=alike, paraphrases=said
    )
