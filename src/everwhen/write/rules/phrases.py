"""Facts told in German, Spanish, French and Portuguese: phrase frames from data files."""

from __future__ import annotations

from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Surroundings


def read_phrases(
    text: str, language: str, episode: Episode, surroundings: Surroundings, vocabulary: Vocabulary
) -> list[Proposal]:
    """The claims that a message of the user's makes; `text` is its content made plain."""
    return []
