"""The extractor that needs no model: from an episode to the claims that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from everwhen.language.detect import detect
from everwhen.language.sentences import Sentence, plain, sentences
from everwhen.language.vocabulary import Vocabulary, load_vocabulary
from everwhen.model.records import Episode, Polarity, Proposal, Role
from everwhen.ports import Surroundings
from everwhen.write.rules import changes, confirm, modality, playing, stars
from everwhen.write.rules.casing import cased
from everwhen.write.rules.cast import Cast, Who, self_of
from everwhen.write.rules.clauses import prepare
from everwhen.write.rules.grammar import Grammar, load_grammar
from everwhen.write.rules.names import Asked, Names
from everwhen.write.rules.phrases import read_phrases
from everwhen.write.rules.predicates import read_clause
from everwhen.write.rules.reading import read_sentence
from everwhen.write.rules.recall import Earlier, Recall
from everwhen.write.rules.returning import BACK
from everwhen.write.rules.said import without_repeats
from everwhen.write.rules.statements import (
    MOST,
    TOO_LONG,
)
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.wholes import match_wholes
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

MAX_CHARACTERS = 200_000
"""Of one episode that are read; what comes after is stored and searchable, but not mined."""

_SHORT = 2000
"""Characters of a message that others are read with."""

_LETTERS = re.compile(r"[^\W\d_]{2}")
_WORDS = re.compile(r"[^\W_]+(?:['+-][^\W_]+)*")
_PRONOUN = re.compile(
    (
        r"\b(?:he|she|they|it|his|her|hers|their|its|hes|shes|he's|she's|it's|that|"
        r"both)\b"
    ),
    re.I,
)
_KIDDING_WORDS = ("kidding", "joking", "jk", "really", "/s", "psych")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a message tells, as long as the questions asked in reading it have these answers."""

    earlier: Earlier
    asked: tuple[Asked, ...]


def _names(surroundings: Surroundings) -> Names:
    """Who is known, looked up once as long as it is the same."""
    names = surroundings.kept.get("names")
    if isinstance(names, Names) and names.are_of(surroundings.known, surroundings.slots):
        return names.again()
    made = surroundings.kept["names"] = Names(surroundings.known, surroundings.slots)
    return made


class RuleExtractor:
    """Reads facts from what users type with grammars and word lists; no model, no network."""

    name = "rules-1"

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self._vocabulary = vocabulary if vocabulary is not None else load_vocabulary()

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        """The claims that a user's message makes; other roles' messages make none."""
        if episode.role is not Role.USER:
            return []
        text = plain(episode.content[:MAX_CHARACTERS])
        if _LETTERS.search(text) is None:
            return []
        words = _WORDS.findall(text[:4000].lower())
        language = "en" if _plainly_english(text, words) else detect(text, words)
        if language != "en":
            return read_phrases(text, language, episode, surroundings, self._vocabulary)
        text = cased(text, words, load_grammar("en"))
        return self._english(text, episode, surroundings)

    def _english(self, text: str, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        if has_any(text.lower(), _KIDDING_WORDS) and modality.KIDDING.search(text) is not None:
            return []
        talk = self._talk(text, episode, surroundings, load_grammar("en"))
        if "*" in text:
            starred = stars.correction(text, talk.earlier) if len(text) < 70 else []
            if starred:
                return starred
            text = stars.mended(text)
        on = playing.is_on(surroundings.before, episode)
        if on or not self._answer(text, episode, surroundings, talk):
            for sentence in playing.outside(_sentences(text), text, on=on):
                read_sentence(sentence, talk)
        return finish(talk)

    def _talk(
        self, text: str, episode: Episode, surroundings: Surroundings, grammar: Grammar
    ) -> Talk:
        speaker = episode.name or surroundings.speaker
        me = self_of(speaker if episode.name else None)
        names = _names(surroundings)
        recall: Recall | None = None
        if surroundings.before and len(text) < _SHORT:

            def read(before: Episode) -> Earlier:
                return self._earlier(before, me, speaker, names, surroundings)

            recall = Recall(lambda: _that_matter(text, episode, surroundings), read)
        return Talk(
            grammar=grammar,
            vocabulary=self._vocabulary,
            cast=Cast(me=me, names=names, recall=recall),
            at=episode.at,
            speaker=speaker,
            held=surroundings.slots,
            message=text[:1000],
            texts=surroundings.texts,
            kept=surroundings.kept,
            generic=0 if len(text) <= TOO_LONG else MOST,
        )

    def _earlier(
        self,
        before: Episode,
        me: Who,
        speaker: str | None,
        names: Names,
        surroundings: Surroundings,
    ) -> Earlier:
        """What one of the messages before told, read once as long as it is told the same."""
        key = f"earlier {before.id} {me.key} {speaker}"
        told = surroundings.kept.get(key)
        if not isinstance(told, _Told) or not names.answer_alike(told.asked):
            told = surroundings.kept[key] = self._told(before, me, speaker, names.again())
        return told.earlier

    def _told(self, episode: Episode, me: Who, speaker: str | None, names: Names) -> _Told:
        """What one message tells by itself."""
        talk = Talk(
            grammar=load_grammar("en"), vocabulary=self._vocabulary,
            cast=Cast(me=me, names=names), at=episode.at, speaker=speaker, held=(),
        )  # fmt: skip
        text = plain(episode.content)
        text = cased(text, _WORDS.findall(text.lower()), talk.grammar)
        for sentence in _sentences(text):
            read_sentence(sentence, talk)
        cast = talk.cast
        earlier = Earlier(said=tuple(talk.said), person=cast.person, pet=cast.pet, thing=cast.thing)
        return _Told(earlier=earlier, asked=tuple(dict.fromkeys(names.asked)))

    def _answer(self, text: str, episode: Episode, surroundings: Surroundings, talk: Talk) -> bool:
        """Read a yes, or a short answer, to another one's question; whether it was one."""
        previous = surroundings.before[-1] if surroundings.before else None
        if previous is None or not _others(previous, episode) or len(text) > 200:
            return False
        if confirm.says_yes(text):
            before = surroundings.before[-2].content if len(surroundings.before) > 1 else ""
            statement = confirm.asked_for(previous.content, before)
            statement = statement or confirm.confirmed(previous.content)
            rest = re.split(r"[.!?\n,]", text, maxsplit=1)
            if statement is not None:
                _read_as(statement, text, talk)
                if not talk.said:
                    confirm.keep(statement, text, talk)
                if len(rest) > 1 and rest[1].strip():
                    for sentence in sentences(text):
                        read_sentence(sentence, talk)
                return True
            return False
        instead = confirm.put_right(previous.content, text)
        if instead is not None:
            _read_as(instead, text, talk)
            return bool(talk.said)
        return self._short_answer(previous.content, text, talk)

    def _short_answer(self, question: str, text: str, talk: Talk) -> bool:
        """Read a fragment as the statement that answers the question; whether it was one."""
        needs = confirm.needs_told(question, text, talk)
        for need in needs:
            _read_as(need, text, talk)
        if needs:
            return bool(talk.said)
        first, rest = confirm.first_answer(text)
        statement = confirm.answered(question, first) if rest else None
        if statement is None:
            statement, rest = confirm.answered(question, text), ""
        if statement is None:
            return False
        _read_as(statement, text, talk)
        for sentence in sentences(text) if talk.said and rest else ():
            read_sentence(sentence, talk)
        return bool(talk.said)


_ENGLISH = words_of(
    "i'm i've the and my is are was have you your it's that with of for to not this been they"
)


def _others(previous: Episode, episode: Episode) -> bool:
    """Whether a message is somebody else's: the assistant's, or of another one who is named."""
    if previous.role is Role.USER:
        return None not in (previous.name, episode.name) and previous.name != episode.name
    return previous.role is Role.ASSISTANT


@lru_cache(maxsize=1 << 6)
def _cut(text: str) -> tuple[Sentence, ...]:
    return tuple(sentences(modality.blank_quotes(text)))


def _sentences(text: str) -> Iterable[Sentence]:
    """What a message says by itself; short ones are kept, to be read once more for the next."""
    return _cut(text) if len(text) <= _SHORT else sentences(modality.blank_quotes(text))


def _that_matter(text: str, episode: Episode, surroundings: Surroundings) -> list[Episode]:
    """The user's messages just before, as far as "it" and "she" in the text may mean theirs."""
    if not _looks_back(text):
        return []
    back = BACK.search(text) is not None
    return [
        before for before in surroundings.before[-6:]
        if before.role is Role.USER and len(before.content) <= _SHORT
        and (back or (episode.at - before.at).days <= 40)
    ]  # fmt: skip


def _looks_back(text: str) -> bool:
    """Whether a message may be about something said before it."""
    return (
        _PRONOUN.search(text) is not None
        or changes.CORRECTING.search(text) is not None
        or changes.OOPS.search(text) is not None
        or changes.SCRATCH.search(text) is not None
        or BACK.search(text) is not None
        or "*" in text
        or re.search(r"\bnot \d", text) is not None
    )


def _plainly_english(text: str, words: Sequence[str]) -> bool:
    """A quick yes for most messages, without weighing languages."""
    return text.isascii() and len(_ENGLISH.intersection(words)) >= 3


def _read_as(statement: str, text: str, talk: Talk) -> None:
    """Read a statement that the whole message stands for."""
    clause = prepare(statement, 0, "", statement, talk.at, talk.grammar)
    if clause is None:
        return
    clause = replace(clause, start=0, end=len(text.rstrip()))
    if not match_wholes(clause, talk):
        read_clause(clause, talk)


def finish(talk: Talk) -> list[Proposal]:
    """The claims of a message, with what they imply together."""
    said = talk.said
    left = [p for p in said if p.attribute == "employer" and p.polarity is Polarity.END]
    came = any(p.attribute in ("employer", "role") and p.polarity is not Polarity.END for p in said)
    if left and not came and not any(p.attribute == "role" for p in said):
        said.append(
            replace(
                left[0], attribute="role", value="", text=f"{talk.me.label} no longer has the role"
            )
        )
    return without_repeats(_put_right_once(said))


def _put_right_once(said: Sequence[Proposal]) -> list[Proposal]:
    """ "I never was X, I am Y" puts right once: with Y."""
    named = {(p.subject, p.attribute, p.replaces) for p in said if p.value and p.replaces}
    return [
        p for p in said if p.value or not p.replaces
        or (p.subject, p.attribute, p.replaces) not in named
    ]  # fmt: skip
