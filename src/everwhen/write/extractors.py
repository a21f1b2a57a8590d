"""From a short spec to an extractor."""

from __future__ import annotations

from collections.abc import Callable

from everwhen.asking import NO_LABELS, ChatModel, Labels
from everwhen.errors import SettingsError
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import Episode, Proposal
from everwhen.ports import Extractor, Surroundings

_THEN = "rules+"


class NoExtractor:
    """Takes no facts from anything: for a memory of past messages alone."""

    name = "none"

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """Nothing."""
        return []


def choose_extractor(
    spec: str | ChatModel,
    vocabulary: Vocabulary,
    choose_chat: Callable[[str], ChatModel | None] | None = None,
    labels: Labels = NO_LABELS,
) -> Extractor:
    """The extractor that a spec names: "rules" (no model, no key), a language model as
    `choose_chat` knows them, "rules+" and such a model, or "none"; or the one that asks a model.
    A model files its facts under the `labels`."""
    if not isinstance(spec, str):
        from everwhen.write.by_model.extractor import ModelExtractor

        return ModelExtractor(spec, vocabulary, labels=labels)
    if spec == "none":
        return NoExtractor()
    first = None
    if spec == "rules" or spec.startswith(_THEN):
        from everwhen.write.rules.extractor import RuleExtractor

        first = RuleExtractor(vocabulary)
    if spec == "rules" and first is not None:
        return first
    model = None if choose_chat is None else choose_chat(spec.removeprefix(_THEN))
    if model is not None:
        from everwhen.write.by_model.extractor import ModelExtractor

        return ModelExtractor(model, vocabulary, first, labels=labels)
    raise SettingsError(
        f"unknown extractor {spec!r}; use 'rules', 'anthropic:MODEL', 'openai:MODEL[@BASE_URL]', "
        "'rules+' and one of these, or 'none', or pass an object with a name and "
        "extract(episode, surroundings) or ask(instructions, question, schema)"
    )
