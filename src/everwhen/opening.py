"""Puts a memory together: from settings, specs and objects to its parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from everwhen.asking import NO_LABELS, ChatModel, Labels
from everwhen.errors import SettingsError
from everwhen.language.redaction import Redact, read_redaction
from everwhen.language.vocabulary import Vocabulary, load_vocabulary
from everwhen.model.period import now
from everwhen.model.policy import NO_POLICY, Policy
from everwhen.ports import Clock, Embedder, Extractor, Judge, Parts, Reranker, TokenCounter
from everwhen.providers.choose import (
    AUTO,
    choose_chat,
    choose_counter,
    choose_embedder,
    choose_reranker,
)
from everwhen.settings import Settings, load_settings
from everwhen.stores.open import open_store
from everwhen.write.extractors import choose_extractor
from everwhen.write.indexing import EMBEDDER
from everwhen.write.judges import choose_judge
from everwhen.write.policies import read_policy

_NEEDS = {
    "embedder": ("name", "dimensions", "embed"),
    "extractor": ("name", "extract"),
    "counter": ("name", "count"),
    "reranker": ("name", "rerank"),
    "judge": ("name", "use", "judge", "close"),
    "model": ("name", "ask"),
}


def read_settings(
    url: str | Path | None,
    *,
    embedder: str | Embedder | None,
    extractor: str | Extractor | ChatModel | None,
    counter: str | TokenCounter | None,
    reranker: str | Reranker | None,
    judge: str | Judge | None,
    tz: str | None,
    vocabulary: str | Path | None,
    redact: Redact | None,
) -> Settings:
    """The settings that the arguments name, over the environment's and the file's."""
    if tz is not None and not isinstance(tz, str):
        raise SettingsError(f"tz is a {type(tz).__name__}; give a name such as 'Europe/Lisbon'")
    return load_settings(
        url=_written(url, "url"),
        embedder=embedder if isinstance(embedder, str) else None,
        extractor=extractor if isinstance(extractor, str) else None,
        reranker=reranker if isinstance(reranker, str) else None,
        judge=judge if isinstance(judge, str) else None,
        counter=counter if isinstance(counter, str) else None,
        tz=tz,
        vocabulary=_written(vocabulary, "vocabulary"),
        redact=redact if isinstance(redact, str) else None,
    )


def read_clock(clock: Clock | None) -> Clock:
    """What tells the time: the system's clock, where none is given."""
    if clock is not None and not callable(clock):
        raise SettingsError(
            f"clock is a {type(clock).__name__}; give a function that returns an aware datetime"
        )
    return now if clock is None else clock


def read_embedder(given: str | Embedder) -> Embedder:
    """The embedder that a call names: a spec, or an object that is one."""
    embedder = choose_embedder(given) if isinstance(given, str) else given
    _check(embedder, "embedder")
    return embedder


def read_chat(given: str | ChatModel) -> ChatModel:
    """The language model that a call names: a spec, or an object that is one."""
    chat = choose_chat(given) if isinstance(given, str) else given
    if chat is None:
        raise SettingsError(
            f"unknown model {given!r}; use 'anthropic:MODEL[@BASE_URL]', "
            "'openai:MODEL[@BASE_URL]', or pass an object with a name and ask(…)"
        )
    _check(chat, "model")
    return chat


def read_extractor(
    given: str | Extractor | ChatModel, vocabulary: Vocabulary, labels: Labels = NO_LABELS
) -> Extractor:
    """The extractor that a call names: a spec, a language model to be asked, or an object that is
    one. A model files its facts under the labels."""
    if isinstance(given, str):
        return choose_extractor(given, vocabulary, choose_chat, labels)
    if hasattr(given, "ask") and not hasattr(given, "extract"):
        _check(given, "model")
        return choose_extractor(given, vocabulary, labels=labels)
    _check(given, "extractor")
    return cast(Extractor, given)


def _written(path: str | Path | None, name: str) -> str | None:
    if path is None:
        return None
    written = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(written, str):
        raise SettingsError(f"{name} is a {type(path).__name__}; give a path as text")
    return written


def _check(part: object, name: str) -> None:
    """Tell apart an adapter and something else before anything is opened."""
    # Not of the part alone: that would work out a property, which may take a model or a network.
    here = (type(part), part)
    missing = [each for each in _NEEDS[name] if not any(hasattr(one, each) for one in here)]
    if missing:
        raise SettingsError(
            f"{name} is a {type(part).__name__} without {', '.join(missing)}; give the name of "
            f"one, or an object with {', '.join(_NEEDS[name])}"
        )


def _policy(given: Policy | None, vocabulary: Vocabulary) -> Policy:
    if given is None:
        return NO_POLICY
    if not isinstance(given, Policy):
        raise SettingsError(f"policy is a {type(given).__name__}; give a Policy(keep=…, never=…)")
    return read_policy(vocabulary, given.keep, given.never, given.instructions)


def open_parts(
    settings: Settings,
    *,
    embedder: str | Embedder | None,
    extractor: str | Extractor | ChatModel | None,
    counter: str | TokenCounter | None,
    reranker: str | Reranker | None,
    redact: Redact | None,
    policy: Policy | None,
    judge: str | Judge | None,
    clock: Clock,
) -> Parts:
    """The parts; an object that is given wins over the spec in the settings.

    The store is opened last, so nothing is touched when something else is wrong. Only what
    embedder="auto" means depends on what is in it.
    """
    words = load_vocabulary(Path(settings.vocabulary) if settings.vocabulary else None)
    by_file = (embedder is None or isinstance(embedder, str)) and settings.embedder == AUTO
    if by_file or embedder is None or isinstance(embedder, str):
        embedder = choose_embedder("static" if by_file else settings.embedder)
    extractor = read_extractor(settings.extractor if extractor is None else extractor, words)
    if counter is None or isinstance(counter, str):
        counter = choose_counter(settings.counter)
    if reranker is None or isinstance(reranker, str):
        reranker = choose_reranker(settings.reranker)
    if judge is None or isinstance(judge, str):
        judge = choose_judge(settings.judge, choose_chat)
    for name, part in (("embedder", embedder), ("counter", counter)):
        _check(part, name)
    if reranker is not None:
        _check(reranker, "reranker")
    redaction = read_redaction(settings.redact if redact is None else redact)
    if judge is not None:
        _check(judge, "judge")
    store = open_store(settings.url)
    if by_file:
        try:
            with store.read() as reader:
                embedder = choose_embedder(AUTO, reader.setting(EMBEDDER))
        except BaseException:
            store.close()
            raise
    return Parts(
        store=store,
        embedder=embedder,
        extractor=extractor,
        counter=counter,
        clock=clock,
        new_id=lambda: os.urandom(16).hex(),
        vocabulary=words,
        reranker=reranker,
        redaction=redaction,
        policy=_policy(policy, words),
        judge=judge,
    )
