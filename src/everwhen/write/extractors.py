"""From a short spec to an extractor."""

from __future__ import annotations

from everwhen.errors import SettingsError
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Extractor, Surroundings


class NoExtractor:
    """Takes no facts from anything: for a memory of past messages alone."""

    name = "none"

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """Nothing."""
        return []


def choose_extractor(spec: str, vocabulary: Vocabulary) -> Extractor:
    """The extractor that a spec names: "rules" (no model, no key), or "none"."""
    if spec == "rules":
        from everwhen.write.rules.extractor import RuleExtractor

        return RuleExtractor(vocabulary)
    if spec == "none":
        return NoExtractor()
    raise SettingsError(
        f"unknown extractor {spec!r}; use 'rules' or 'none', or pass an object with a name and "
        "extract(episode, surroundings)"
    )
