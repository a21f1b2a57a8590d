"""The extractor that needs no model: from an episode to the claims that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from everwhen.language.detect import detect
from everwhen.language.sentences import Sentence, plain, sentences, split
from everwhen.language.vocabulary import Vocabulary, load_vocabulary
from everwhen.model.records import Episode, Polarity, Proposal, Role
from everwhen.ports import Surroundings
from everwhen.write.rules import (
    changes,
    confirm,
    endings,
    instructions,
    modality,
    periods,
    wishes,
)
from everwhen.write.rules.announced import announced
from everwhen.write.rules.cast import Cast, Earlier, Who, nothing_earlier, self_of
from everwhen.write.rules.clauses import Clause, may_tell_time, prepare
from everwhen.write.rules.events import came_instead, give_up, read_change, set_aside
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.grammar import Grammar, load_grammar
from everwhen.write.rules.happened import wants
from everwhen.write.rules.homes import read_home
from everwhen.write.rules.mentions import note_mentions
from everwhen.write.rules.names import Asked, Names
from everwhen.write.rules.phrases import read_phrases
from everwhen.write.rules.pieces import OWN, joined
from everwhen.write.rules.possessed import note_possessed
from everwhen.write.rules.predicates import read_clause
from everwhen.write.rules.renewal import renewed_by_frames
from everwhen.write.rules.routines import may_be_weekly, weekly
from everwhen.write.rules.said import without_repeats
from everwhen.write.rules.statements import (
    MOST,
    TOO_LONG,
    may_state,
    prepared,
    read_statement,
)
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.wholes import match_wholes
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

MAX_CHARACTERS = 200_000
"""Of one episode that are read; what comes after is stored and searchable, but not mined."""

_LETTERS = re.compile(r"[^\W\d_]{2}")
_WORDS = re.compile(r"[^\W_]+(?:['+-][^\W_]+)*")
_PRONOUN = re.compile(
    (
        r"\b(?:he|she|they|it|his|her|hers|their|its|hes|shes|he's|she's|it's|that|"
        r"both)\b"
    ),
    re.I,
)
_ASSERTS = frozenset({"and", "but", "so", ";", "", "because"})
Tests = tuple[Callable[[str], bool], ...]
_KIDDING_WORDS = ("kidding", "joking", "jk", "really", "/s", "psych")
_CORRECTING_WORDS = words_of(
    "mistyped misread misspoke misremembered miswrote misstated miscounted miscalculated "
    "misunderstood missaid typed mistake error typo meant mean correct "
    "correction wrong corrected mixed mistakenly wrongly accidentally said wrote "
    "told mentioned fat autocorrect bad always never swapped incorrect "
    "oops whoops woops sorry argh scratch strike ignore forget disregard wait no nope"
)
_ABOUT_OTHERS = words_of(
    "that that's thats this you you're youre your yours it it's its there there's "
    "what how wow lol haha"
)
_ABOUT_ME = words_of(
    "i i'm im i've ive i'd i'll my mine me our ours we we're weve we've us seat mode supplier > any"
)


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
        return self._english(text, episode, surroundings)

    def _english(self, text: str, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        if has_any(text.lower(), _KIDDING_WORDS) and modality.KIDDING.search(text) is not None:
            return []
        talk = self._talk(text, episode, surroundings, load_grammar("en"))
        if not self._answer(text, episode, surroundings, talk):
            blanked = modality.blank_quotes(text)
            for sentence in sentences(blanked):
                read_sentence(sentence, talk)
        return finish(talk)

    def _talk(
        self, text: str, episode: Episode, surroundings: Surroundings, grammar: Grammar
    ) -> Talk:
        speaker = episode.name or surroundings.speaker
        me = self_of(speaker if episode.name else None)
        names = _names(surroundings)
        recall: Callable[[], Earlier] = nothing_earlier
        if surroundings.before and len(text) < 2000:
            recall = cache(partial(self._recall, text, episode, me, speaker, names, surroundings))
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

    def _recall(
        self,
        text: str,
        episode: Episode,
        me: Who,
        speaker: str | None,
        names: Names,
        surroundings: Surroundings,
    ) -> Earlier:
        """Read the user's messages just before again, to know what "it" and "she" mean."""
        if not _looks_back(text):
            return nothing_earlier()
        claims: list[Proposal] = []
        found = Earlier()
        for before in surroundings.before[-6:]:
            if before.role is not Role.USER or len(before.content) > 2000:
                continue
            if (episode.at - before.at).days > 40:
                continue
            key = f"earlier {before.id} {me.key} {speaker}"
            told = surroundings.kept.get(key)
            if not isinstance(told, _Told) or not names.answer_alike(told.asked):
                told = surroundings.kept[key] = self._told(before, me, speaker, names.again())
            claims.extend(told.earlier.said)
            found = Earlier(
                person=told.earlier.person or found.person,
                pet=told.earlier.pet or (None if told.earlier.person else found.pet),
                thing=told.earlier.thing or found.thing,
            )
        return replace(found, said=tuple(claims[-12:]))

    def _told(self, episode: Episode, me: Who, speaker: str | None, names: Names) -> _Told:
        """What one message tells by itself."""
        talk = Talk(
            grammar=load_grammar("en"), vocabulary=self._vocabulary,
            cast=Cast(me=me, names=names), at=episode.at, speaker=speaker, held=(),
        )  # fmt: skip
        for sentence in sentences(modality.blank_quotes(plain(episode.content))):
            read_sentence(sentence, talk)
        cast = talk.cast
        earlier = Earlier(said=tuple(talk.said), person=cast.person, pet=cast.pet, thing=cast.thing)
        return _Told(earlier=earlier, asked=tuple(dict.fromkeys(names.asked)))

    def _answer(self, text: str, episode: Episode, surroundings: Surroundings, talk: Talk) -> bool:
        """Read a yes, or a short answer, to the assistant's question; whether it was one."""
        previous = surroundings.before[-1] if surroundings.before else None
        if previous is None or previous.role is not Role.ASSISTANT or len(text) > 200:
            return False
        if confirm.says_yes(text):
            statement = confirm.confirmed(previous.content)
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
        statement = confirm.answered(previous.content, text)
        if statement is None:
            return False
        _read_as(statement, text, talk)
        return bool(talk.said)


_ENGLISH = words_of(
    "i'm i've the and my is are was have you your it's that with of for to not this been they"
)


def _looks_back(text: str) -> bool:
    """Whether a message may be about something said before it."""
    return (
        _PRONOUN.search(text) is not None
        or changes.CORRECTING.search(text) is not None
        or changes.OOPS.search(text) is not None
        or changes.SCRATCH.search(text) is not None
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


def read_sentence(sentence: Sentence, talk: Talk) -> None:
    """Claim what a sentence asserts."""
    sentence = prepared(sentence)
    text = sentence.text
    lowered = text.lower()
    words = set(_WORDS.findall(lowered))
    if (
        talk.grammar.triggers.isdisjoint(words)
        and "'s " not in lowered
        and not talk.topic
        and words.isdisjoint(_ALWAYS)
        and words.isdisjoint(instructions.CUES)
        and not may_state(text, lowered)
    ):
        return
    if _of_no_interest(lowered, words) and not (talk.correcting or talk.topic or talk.earlier):
        return
    if _wished(sentence, talk):
        return
    whole: Clause | None = None
    if not sentence.asks and not instructions.CUES.isdisjoint(words):
        whole = prepare(text, sentence.start, "", text, talk.at, talk.grammar)
        if whole is None or instructions.instruct(whole, talk):
            return
    if modality.may_be_fiction(words) and modality.is_fiction(text):
        return
    tests = modality.suspicions(words)
    if modality.is_conditional in tests and modality.is_conditional(text):
        return
    if sentence.asks and modality.is_question(text) and "," not in text and ";" not in text:
        return
    before = len(talk.said)
    talk.subject, talk.words = None, words
    if not _CORRECTING_WORDS.isdisjoint(words):
        _corrections(text, talk)
    _read_pieces(sentence, tests, talk)
    noted = not instructions.NOTE_CUES.isdisjoint(words)
    if whole is not None and noted and len(talk.said) == before:
        instructions.note(whole, talk)


def _wished(sentence: Sentence, talk: Talk) -> bool:
    """Read a list of wishes item by item; whether the sentence was one."""
    items = wishes.listed(sentence)
    for item in items:
        before = len(talk.said)
        read_sentence(item, talk)
        if len(talk.said) == before:
            wishes.wish(item, talk)
    return bool(items)


def _read_pieces(sentence: Sentence, tests: Tests, talk: Talk) -> None:
    """Read the clauses of a sentence that assert something."""
    text = sentence.text
    pieces = split(text, sentence.start, talk.grammar.patterns["break"])
    pieces = joined(pieces, text, sentence.start)
    timed = may_tell_time(text.lower())
    owning = not talk.words.isdisjoint(("my", "our"))
    first = pieces[0][2] if pieces else ""
    mocking = len(first.split()) < 4 and modality.is_sarcastic(first)
    muted = False
    for number, (start, _, piece, joint) in enumerate(pieces):
        if sentence.asks and (number == len(pieces) - 1 or not OWN.match(piece)):
            muted = True
            if OWN.search(piece) is None:
                continue
        elif mocking and number == 1:
            continue
        else:
            goes_on = number and talk.subject is not None and not sentence.asks
            told = _RELATIVE.sub("", piece) if goes_on else piece
            muted = _silent(told, joint, text, tests, muted=muted)
        clause = prepare(piece, start, joint, text, talk.at, talk.grammar, timed=timed)
        if clause is None:
            continue
        if not muted:
            note_mentions(clause, talk)
            before = len(talk.said)
            clause, given_up = set_aside(clause, talk)
            done = _read(clause, talk)
            if not talk.retracted:
                _read_freely(clause, talk, before, done=done)
            if given_up and len(talk.said) > before:
                give_up(given_up, clause, talk, before)
            if owning:
                note_possessed(clause, talk)
            if clause.times and len(talk.said) == before:
                talk.moment = periods.beginning(clause.times, talk.at).valid_from or talk.moment
        elif not modality.has_condition(text):
            note_mentions(clause, talk, asserted=False)
            if modality.is_wish in tests and not sentence.asks:
                wants(clause, talk, load_cues(talk.grammar.language))


def _read_freely(clause: Clause, talk: Talk, before: int, *, done: bool) -> None:
    """Read what no frame has understood, and end what their claims replace elsewhere."""
    relations = set(talk.grammar.relations.values())
    told = [
        p for p in talk.said[before:]
        if p.attribute not in relations
        or p.subject != talk.me.key
        or not _only_introduced(p.value, clause.text)
    ]  # fmt: skip
    if any(p.polarity is not Polarity.END for p in told):
        if talk.held:
            came_instead(clause, talk)
            renewed_by_frames(before, clause, talk)
        return
    read = read_change(clause, talk) or came_instead(clause, talk)
    if not read and not told and not (done and len(talk.said) == before):
        (
            read_statement(clause, talk)
            or wishes.short_wish(clause, talk)
            or wants(clause, talk, load_cues(talk.grammar.language))
        )


_NAMING = re.compile(r"(?:\bis|\bare|\bcalled|\bnamed|:|=)\s*$")


def _only_introduced(name: str, text: str) -> bool:
    """Whether a name is followed by what is told of its bearer: "my brother Tom plays …"."""
    match = re.search(rf"\b{re.escape(name)}\W+(?!is (?:my|our)\b)[a-z]+", text)
    return match is not None and _NAMING.search(text[: match.start()]) is None


_ANOTHER = re.compile(r"[A-Z][\w-]+(?: [A-Z][\w-]+)? [a-z']+\b(?<!^I am)(?<!^I have)")
_RELATIVE = re.compile(
    r"^(?:who|which|where|whose \w+|is|was|are|were|has|had|will|can) (?=[a-z]+)", re.IGNORECASE
)


def _of_no_interest(lowered: str, words: set[str]) -> bool:
    """ "That sounds great", "You should go": nothing about the one who speaks."""
    first = lowered.split(" ", 1)[0].strip(",.!")
    return (
        first in _ABOUT_OTHERS
        and _ABOUT_ME.isdisjoint(words)
        and _CORRECTING_WORDS.isdisjoint(words)
        and instructions.CUES.isdisjoint(words)
    )


_ALWAYS = words_of(
    "my our seat mode theme keto favorite favourite fave fav not died sold cancelled "
    "and meant > beats always only never ever please pls"
)


def _silent(
    piece: str,
    joint: str,
    sentence: str,
    tests: Tests,
    *,
    muted: bool,
) -> bool:
    """Whether a clause asserts nothing, or goes on with one that does not."""
    if muted and not joint and _ANOTHER.match(piece):
        return True
    if joint.endswith(("if", "unless")) or any(test(piece) for test in tests):
        return True
    if (
        modality.is_conditional in tests
        and modality.has_condition(sentence)
        and re.search(r"\b(?:would|could|will|should|i'd|id|i'll)\b", piece, re.I)
    ):
        return True
    return muted and not (OWN.match(piece) and (True)) and joint not in (";", "")


def _corrections(text: str, talk: Talk) -> None:
    if changes.CORRECTING.search(text) is not None or (
        (changes.OOPS.search(text) or changes.SCRATCH.search(text)) and (talk.earlier or talk.said)
    ):
        talk.correcting = True


_REPORT = re.compile(
    (
        r"^(?:ok so |so |well )?(?:I|we) (?:(?:have|had|just|previously|earlier|mistakenly|"
        r"wrongly|accidentally|once|already) )*(?:wrote|said|told you|mentioned|typed|"
        r"claimed|put)(?: (?:earlier|before|last time|yesterday))?(?: that)?,? (?P<what>.+)$"
    ),
    re.I,
)


def _read(clause: Clause, talk: Talk) -> bool:
    """Read a clause with the frames; whether one of them was about it."""
    report = _REPORT.match(clause.text)
    if report is not None and changes.CORRECTING.search(clause.sentence) is None:
        if re.search(
            r"\b(?:but|no|nope|actually|wrong|oops|typo|checked|correct|should)\b",
            clause.sentence,
            re.I,
        ) or clause.text.startswith("I wrote"):
            _retract(clause, report["what"], talk)
            return True
    elif report is not None:
        _retract(clause, report["what"], talk)
        return True
    if changes.contrast(clause, talk) or endings.broke_up(clause, talk):
        return True
    if changes.swapped(clause, talk) or endings.gone(clause, talk):
        return True
    if announced(clause, talk) or (may_be_weekly(clause.raw) and weekly(clause, talk)):
        return True
    if read_home(clause, talk):
        return True
    done = match_wholes(clause, talk)
    if done:
        return True
    if read_clause(clause, talk):
        return True
    if (talk.correcting or talk.retracted) and _MEANT_TO.match(clause.text) is None:
        return changes.meant(clause, talk)
    return False


_MEANT_TO = re.compile(r"(?:I )?(?:meant|mean) to (?!say|write|type)", re.IGNORECASE)


def _retract(clause: Clause, what: str, talk: Talk) -> None:
    said, correcting = talk.said[:], talk.correcting
    talk.correcting = False
    inner = replace(clause, text=what)
    talk.said.clear()
    read_clause(inner, talk)
    talk.retracted.extend(talk.said)
    talk.said[:] = said
    talk.correcting = correcting or bool(talk.retracted)


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
