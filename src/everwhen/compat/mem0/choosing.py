"""Which extractor and embedder a memory gets: the call's, the configuration's or the settings'."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from everwhen.asking import BatchExtractor, ChatModel
from everwhen.compat.mem0.config import CATEGORIES, Opening
from everwhen.compat.mem0.models import Ignored
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.policy import Policy
from everwhen.opening import read_extractor
from everwhen.ports import Embedder, Extractor
from everwhen.settings import load_settings

_NO_MODEL: Final = (
    "a language model would follow it, and none is asked; name one as llm, or as extractor="
)
_NO_LABELS: Final = (
    "a language model would file facts under it; without, they have Mem0's labels by what they "
    "are about"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a memory is opened with, and what of the configuration is passed over."""

    extractor: Extractor
    embedder: str | Embedder | None
    policy: Policy | None
    ignored: Ignored

    @property
    def asks(self) -> bool:
        """Whether a language model takes the facts."""
        return isinstance(self.extractor, BatchExtractor)


def choose(
    opening: Opening,
    *,
    extractor: str | Extractor | ChatModel | None,
    embedder: str | Embedder | None,
    reranker: object | None,
) -> Chosen:
    """What is given wins over the configuration, which wins over the settings."""
    ignored = [(key, why) for key, why in opening.ignored if reranker is None or key != "reranker"]
    settings = load_settings()
    words = load_vocabulary(Path(settings.vocabulary) if settings.vocabulary else None)
    wanted = opening.chat.part if extractor is None else extractor
    part = read_extractor(settings.extractor if wanted is None else wanted, words, opening.labels)
    if extractor is None:
        instead = "" if wanted is not None else f"; facts are worked out by {part.name}"
        ignored += [(key, why + instead) for key, why in opening.chat.ignored]
    if embedder is None:
        instead = "" if opening.embedder.part is not None else "; vectors come from {}"
        instead = instead.format(settings.embedder)
        ignored += [(key, why + instead) for key, why in opening.embedder.ignored]
    asks = isinstance(part, BatchExtractor)
    if not asks:
        ignored += [(key, _NO_MODEL) for key in opening.told]
    if opening.labels and (not asks or part is extractor):
        ignored.append((CATEGORIES, _NO_LABELS))
    return Chosen(
        extractor=part,
        embedder=opening.embedder.part if embedder is None else embedder,
        policy=Policy(instructions=opening.instructions) if asks and opening.told else None,
        ignored=tuple(ignored),
    )
