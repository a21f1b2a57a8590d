"""Read a sentence: which of its clauses assert something, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from everwhen.language.sentences import Sentence, split
from everwhen.model.records import Polarity
from everwhen.write.rules import (
    changes,
    endings,
    instructions,
    modality,
    periods,
    wishes,
)
from everwhen.write.rules.announced import announced
from everwhen.write.rules.clauses import Clause, may_tell_time, prepare
from everwhen.write.rules.counts import note_count
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.events import came_instead, give_up, read_change, set_aside
from everwhen.write.rules.favorites import claim_favorite, find_favorite
from everwhen.write.rules.habits import may_tell, note_pastimes, read_habit
from everwhen.write.rules.happened import wants
from everwhen.write.rules.homes import read_home
from everwhen.write.rules.mentions import note_mentions
from everwhen.write.rules.outings import note_outings
from everwhen.write.rules.pieces import OWN, Piece, joined
from everwhen.write.rules.possessed import may_have, note_having, note_litter
from everwhen.write.rules.predicates import read_clause
from everwhen.write.rules.referents import pointed_out
from everwhen.write.rules.renewal import renewed_by_frames
from everwhen.write.rules.returning import moved_over, returned
from everwhen.write.rules.routines import may_be_weekly, weekly
from everwhen.write.rules.shorthand import spelled_out
from everwhen.write.rules.smoothing import smoothed, tells_new_date
from everwhen.write.rules.statable import asked_to_tell, may_state, prepared
from everwhen.write.rules.statements import read_statement
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.wholes import match_wholes, note_asides
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

_WORDS = re.compile(r"[^\W_]+(?:['+-][^\W_]+)*")
Tests = tuple[Callable[[str], bool], ...]
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


def read_sentence(sentence: Sentence, talk: Talk) -> None:
    """Claim what a sentence asserts."""
    favorite = find_favorite(sentence, talk)
    if favorite is not None:
        if favorite.rest:
            _read_sentence(replace(sentence, text=favorite.rest), talk)
        claim_favorite(favorite, sentence, talk)
        return
    before = len(talk.said)
    _read_sentence(sentence, talk)
    _note_leisure(sentence, talk, before)


def _note_leisure(sentence: Sentence, talk: Talk, before: int) -> None:
    """Claim the pastimes that a sentence tells in passing."""
    sentence = asked_to_tell(prepared(sentence))
    text = sentence.text
    words = set(_WORDS.findall(text.lower()))
    if sentence.asks or talk.correcting or not may_tell(words, talk.grammar.language):
        return
    asks = modality.is_question(text) and _WHEN_I.match(text) is None
    if asks or _of_no_interest(text.lower(), words):
        return
    if modality.may_be_fiction(words) and modality.is_fiction(text):
        return
    clause = prepare(text, sentence.start, "", text, talk.at, talk.grammar)
    if clause is not None:
        note_pastimes(clause, talk, before)
        note_outings(clause, talk, before)


_WHEN_I = re.compile(r"(?:\w+,? ){0,2}when(?:ever)? (?:I|I'm|im|we|we're)\b", re.IGNORECASE)


def _read_sentence(sentence: Sentence, talk: Talk) -> None:
    shown = prepared(sentence) if sentence.asks else sentence
    told = [] if shown.asks else spelled_out(shown.text, talk)
    if not told:
        _read_plain(sentence, talk)
        return
    before = len(talk.said)
    for text in told:
        _read_plain(replace(shown, text=text), talk)
    for number in range(before, len(talk.said)):
        new = talk.said[number]
        talk.said[number] = replace(new, start=sentence.start, end=sentence.end)


@lru_cache(maxsize=1 << 8)
def _stated(sentence: Sentence) -> Sentence:
    return asked_to_tell(prepared(sentence))


def _read_plain(sentence: Sentence, talk: Talk) -> None:
    sentence = _stated(sentence)
    lowered = sentence.text.lower()
    words = set(_WORDS.findall(lowered))
    _read_worded(sentence, lowered, words, talk)
    if may_have(words):
        note_having(sentence, words, talk)


def _read_worded(sentence: Sentence, lowered: str, words: set[str], talk: Talk) -> None:
    text = sentence.text
    if (
        talk.grammar.triggers.isdisjoint(words)
        and "'s " not in lowered
        and not talk.topic
        and words.isdisjoint(_ALWAYS)
        and words.isdisjoint(instructions.CUES)
        and not may_state(text, lowered)
    ):
        return
    if _of_no_interest(lowered, words) and not (
        talk.correcting or talk.topic or tells_new_date(text, talk) or talk.earlier_any
    ):
        return
    if _wished(sentence, talk):
        return
    if not sentence.asks and has_any(text, _DIGITS) and _counted(sentence, talk):
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


_DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def _counted(sentence: Sentence, talk: Talk) -> bool:
    """Note how many are meant; whether that is all that the sentence tells."""
    clause = Clause(text=sentence.text, raw=sentence.text, start=sentence.start, end=sentence.end)
    return note_count(sentence.text, clause, talk)


def _wished(sentence: Sentence, talk: Talk) -> bool:
    """Read a list of wishes item by item; whether the sentence was one."""
    items = wishes.listed(sentence)
    for item in items:
        before = len(talk.said)
        read_sentence(item, talk)
        if len(talk.said) == before:
            wishes.wish(item, talk)
    return bool(items)


@lru_cache(maxsize=1 << 8)
def _pieces(text: str, start: int, breaks: re.Pattern[str]) -> tuple[Piece, ...]:
    return tuple(joined(split(text, start, breaks), text, start))


def _read_pieces(sentence: Sentence, tests: Tests, talk: Talk) -> None:
    """Read the clauses of a sentence that assert something."""
    text = sentence.text
    pieces = _pieces(text, sentence.start, talk.grammar.patterns["break"])
    timed = may_tell_time(text.lower())
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
        if number and not instructions.CUES.isdisjoint(talk.words) and not sentence.asks:
            asked = _REQUEST.match(clause.text) is not None
            if asked and instructions.instruct(clause, talk):
                continue
        if not muted:
            before = len(talk.said)
            _read_piece(clause, talk)
            if clause.times and len(talk.said) == before:
                talk.moment = periods.beginning(clause.times, talk.at).valid_from or talk.moment
        elif not modality.has_condition(text):
            note_mentions(clause, talk, asserted=False)
            if modality.is_wish in tests and not sentence.asks:
                wants(clause, talk, load_cues(talk.grammar.language))


_REQUEST = re.compile(r"(?:so |and |then |but )*(?:please|pls|plz)\b", re.IGNORECASE)


def _read_piece(clause: Clause, talk: Talk) -> None:
    """Read a clause that asserts something, with the frames and without."""
    note_mentions(clause, talk)
    clause = pointed_out(smoothed(clause, talk), talk)
    before = len(talk.said)
    clause, given_up = set_aside(clause, talk)
    done = _read(clause, talk)
    if not done and not talk.grammar.pets.isdisjoint(talk.words):
        note_litter(clause, talk)
    if not talk.retracted:
        _read_freely(clause, talk, before, done=done)
        endings.departed(clause, talk)
    if given_up and len(talk.said) > before:
        give_up(given_up, clause, talk, before)
    note_asides(clause, talk)


def _read_freely(clause: Clause, talk: Talk, before: int, *, done: bool) -> None:
    """Read what no frame has understood, and end what their claims replace elsewhere."""
    told = [
        p for p in talk.said[before:]
        if p.attribute not in talk.grammar.related
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
            read_habit(clause, talk)
            or read_statement(clause, talk)
            or wishes.short_wish(clause, talk)
            or wants(clause, talk, load_cues(talk.grammar.language))
        )


_BEGINS = re.compile(r"\b")
_TELLS_MORE = re.compile(r"\W+(?!is (?:my|our)\b)[a-z]+")
_NAMING = re.compile(r"(?:\bis|\bare|\bcalled|\bnamed|:|=)\s*$")


def _only_introduced(name: str, text: str) -> bool:
    """Whether a name is followed by what is told of its bearer: "my brother Tom plays …"."""
    at = text.find(name)
    while at >= 0:
        if _BEGINS.match(text, at) and _TELLS_MORE.match(text, at + len(name)):
            return _NAMING.search(text[:at]) is None
        at = text.find(name, at + 1)
    return False


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


@lru_cache(maxsize=1 << 8)
def _suspect(piece: str, tests: Tests) -> bool:
    return any(test(piece) for test in tests)


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
    if joint.endswith(("if", "unless")) or _suspect(piece, tests):
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
        (changes.OOPS.search(text) or changes.SCRATCH.search(text))
        and (talk.said or talk.earlier_any)
    ):
        talk.correcting = True


_WRONG = re.compile(
    r"\b(?:wrong|nope|rubbish|nonsense|not true|mistaken|incorrect|misremembered|off by)\b", re.I
)
_HELD_FOR = re.compile(
    r"^(?:I |we )?(?:had|owned|drove|rode|kept|used|played|lived there|worked there|was there|"
    r"were there|was with|had)(?: (?:it|him|her|them|that one|that))?\b[^a-z]*$",
    re.IGNORECASE,
)


_BEGAN = re.compile(
    r"^(?:I|we) (?:(?:have|had|first|only|just) )*(?:began|begun|started|joined|moved in|"
    r"moved there|moved here)(?: (?:there|it|that|this|here|the course|the job|working there|"
    r"living there))*"
    rf" {TIME_MARK}\d$",
    re.IGNORECASE,
)


def _began(clause: Clause, talk: Talk) -> bool:
    """ "I'm studying law. I began in March 2023.": since when that has been so."""
    if not clause.times or not talk.said or _BEGAN.match(clause.text.strip(" .!")) is None:
        return False
    last = talk.said[-1]
    since = periods.beginning(clause.times, talk.at)
    if last.polarity is Polarity.END or last.past or last.valid_from is not None:
        return False
    if since.valid_from is None or since.valid_from > talk.at:
        return False
    talk.said[-1] = replace(last, valid_from=since.valid_from, precision=since.precision)
    return True


def _held_for(clause: Clause, talk: Talk) -> bool:
    """ "My first car was a Fiat, I had it from 2010 to 2014": when that was."""
    if not clause.times or not talk.said or _HELD_FOR.match(clause.text) is None:
        return False
    last = talk.said[-1]
    stated = periods.state(clause.times, talk.at, "past")
    if not last.past or stated.valid_from is None:
        return False
    talk.said[-1] = replace(
        last, valid_from=stated.valid_from, valid_to=stated.valid_to,
        precision=stated.precision, past=stated.past,
    )  # fmt: skip
    return True


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
        if (
            re.search(
                r"\b(?:but|no|nope|actually|wrong|oops|typo|checked|correct|should)\b",
                clause.sentence,
                re.I,
            )
            or clause.text.startswith("I wrote")
            or _WRONG.search(talk.message) is not None
        ):
            _retract(clause, report["what"], talk)
            return True
    elif report is not None:
        _retract(clause, report["what"], talk)
        return True
    if (
        _began(clause, talk)
        or _held_for(clause, talk)
        or changes.contrast(clause, talk)
        or endings.broke_up(clause, talk)
    ):
        return True
    if (
        returned(clause, talk)
        or moved_over(clause, talk)
        or changes.swapped(clause, talk)
        or endings.moved_out(clause, talk)
        or endings.gone(clause, talk)
    ):
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
