"""Facts told in German, Spanish, French and Portuguese: phrase frames from data files.

At every place in a sentence where a clause may begin, the frames of which a word is in the
sentence are tried. A sentence that asks, supposes or wishes is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from everwhen.language.keys import value_key
from everwhen.language.sentences import Sentence, plain, sentences
from everwhen.language.timex import Role as TimeRole
from everwhen.language.timex import TimeExpression
from everwhen.language.timex_grammar import Direction
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import SELF, SELF_MARK, Episode, Polarity, Proposal, Role
from everwhen.ports import Surroundings
from everwhen.write.rules import periods, phrase_values
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.phrase_grammar import (
    Phrase,
    PhraseBook,
    load_phrases,
    plainly,
    unaccented,
)
from everwhen.write.rules.phrase_lines import (
    Line,
    end_of_clause,
    read_line,
    starts,
    time_named,
    times_of,
    written,
)
from everwhen.write.rules.phrase_people import Person, Talk, add, person_of, speaker, subject

_WORDS = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"[0-9]")
_AGO = re.compile(r"(?:h[áa]|hace|faz|[çc]a fait) ", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"\n]{12,400}"')
_MAX_FRAMES = 60
_MONEY = frozenset({"budget", "salary", "rent"})
LANGUAGES = ("de", "es", "fr", "pt")


def read_phrases(
    text: str, language: str, episode: Episode, surroundings: Surroundings, vocabulary: Vocabulary
) -> list[Proposal]:
    """The claims that a message of the user's makes; `text` is its content made plain."""
    if language not in LANGUAGES:
        return []
    talk = _talk(language, episode, surroundings, vocabulary)
    seen = plainly(text, language)
    talk.corrects = talk.book.patterns["correcting"].search(seen[:2000]) is not None
    if talk.corrects:
        _recall(talk)
    _read(text, seen, talk)
    return list(talk.said)


def _talk(
    language: str, episode: Episode, surroundings: Surroundings, vocabulary: Vocabulary
) -> Talk:
    name = episode.name
    me = Person(key=SELF, label=SELF_MARK) if name is None else Person(key=name, label=name)
    book = load_phrases(language)
    return Talk(book=book, vocabulary=vocabulary, episode=episode, around=surroundings, me=me)


def _recall(talk: Talk) -> None:
    """Read the user's messages just before, which a correction may be about."""
    for before in talk.around.before[-6:]:
        if before.role is Role.USER and len(before.content) <= 2000:
            past = _talk(talk.book.language, before, Surroundings(), talk.vocabulary)
            content = plain(before.content)
            _read(content, plainly(content, talk.book.language), past)
            talk.earlier.extend(past.said)


def _read(text: str, seen: str, talk: Talk) -> None:
    if '"' in text:
        text = _QUOTED.sub(lambda match: "\u2063" * len(match[0]), text)
        seen = _QUOTED.sub(lambda match: "\u2063" * len(match[0]), seen)
    for sentence in sentences(text):
        _sentence(sentence, seen[sentence.start : sentence.end], talk)


def _sentence(sentence: Sentence, seen: str, talk: Talk) -> None:
    book = talk.book
    frames = _candidates(seen, book)
    if sentence.asks:
        frames = [frame for frame in frames if frame.presumed]
    if not talk.said and all(frame.after for frame in frames):
        frames = []
    correcting = talk.corrects and not sentence.asks
    correcting = correcting and book.patterns["correcting"].search(seen) is not None
    if not frames and not correcting:
        return
    if book.patterns["muting"].search(sentence.text.lower()) is not None:
        return
    if book.patterns["asking"].match(seen) is not None:
        return
    talk.correcting = talk.correcting or correcting
    money = any(frame.attribute in _MONEY for frame in frames)
    line = read_line(sentence.text, seen, sentence.start, book, talk.at, money=money)
    count = len(talk.said)
    talk.going_on = None
    done = 0
    for start, begin in starts(line, book):
        if begin >= done:
            done = max(done, _clause(line, start, begin, frames, talk))
    if correcting and len(talk.said) == count:
        _put_right(line, talk)


def _candidates(seen: str, book: PhraseBook) -> list[Phrase]:
    """The frames of which a trigger word is in a sentence, in the order of the file."""
    found: dict[int, Phrase] = {}
    for word in _WORDS.findall(seen):
        for frame in book.by_word.get(word, ()):
            found[frame.order] = frame
    if _FIGURE.search(seen) is not None:
        for frame in book.by_word.get("0", ()):
            found[frame.order] = frame
    for start, frames in book.by_start.items():
        if start in seen:
            found |= {frame.order: frame for frame in frames}
    return [found[order] for order in sorted(found)[:_MAX_FRAMES]]


def _clause(line: Line, start: int, begin: int, frames: list[Phrase], talk: Talk) -> int:
    """Claim what a clause says, once for each attribute; where reading goes on."""
    reached = 0
    done: set[str] = set()
    for frame in frames:
        if frame.attribute in done:
            continue
        end = _try(frame, line, start, begin, talk)
        if end:
            done.add(frame.attribute)
            reached = max(reached, end)
    return reached


def _try(frame: Phrase, line: Line, start: int, begin: int, talk: Talk) -> int:
    for ways, mine in ((frame.me, True), (frame.they, False)):
        for way in ways:
            match = way.pattern.match(line.seen, begin)
            if match is None and talk.going_on is not None and way.dropped is not None:
                match = way.dropped.match(line.seen, begin)
            if match is not None:
                end = _claim(frame, way.kind, match, line, start, mine, talk)
                if end:
                    return end
    return 0


def _claim(
    frame: Phrase,
    kind: str,
    match: re.Match[str],
    line: Line,
    start: int,
    mine: bool,
    talk: Talk,
) -> int:
    groups = line.groups(match)
    who = speaker(match, talk) if mine else subject(match, groups, line, talk)
    if who is None or not frame.attribute:
        return 0
    if frame.after and all(one.attribute != frame.attribute for one in talk.said):
        return 0
    if frame.needs is not None and frame.needs.pattern.search(match[0]) is None:
        return 0
    sets = phrase_values.read(frame, kind, match, groups, talk.book)
    if not sets:
        return 0
    reach = end_of_clause(line, match.end(), talk.book)
    times = times_of(line, (start, reach), match, _direction(frame), talk.book, talk.at)
    time = time_named(line, start, times, match) or _dated(frame, times, talk.at)
    if time is None and (frame.aspect in ("dated", "planned") or "{t}" in frame.value):
        return 0
    made = False
    for values in sets:
        if time is not None:
            values["t"] = written(time, talk.at, talk.book, yearly=frame.attribute == "birthday")
        made = _propose(frame, match, values, who, times, (line, reach), talk) or made
        if made and frame.attribute == "{rel}":
            talk.names[values["noun"]] = values["v"]
            talk.person = person_of(values["rel"], values["noun"], values["label"], "", talk)
            talk.going_on = talk.person
    if made and frame.attribute != "{rel}":
        talk.going_on = None if who is talk.me else who
    return match.end() if made else 0


def _direction(frame: Phrase) -> Direction | None:
    """Whether times that could be either are past or to come."""
    if frame.aspect in ("dated", "planned") or frame.tense == "coming":
        return "future"
    if frame.attribute == "deadline":
        return "future"
    told = frame.aspect in ("start", "end") and frame.tense == "present"
    return "past" if told else None


def _dated(frame: Phrase, times: list[TimeExpression], at: datetime) -> TimeExpression | None:
    """The time that a frame needs that is told of dates or plans."""
    for time in periods.usable(times):
        if time.interval_start is not None and (
            frame.aspect == "dated" or (frame.aspect == "planned" and time.interval_start > at)
        ):
            return time
    return None


def _outside(match: re.Match[str]) -> str:
    """What was matched without the values: where negations count."""
    start, end = match.span()
    text = match.string[start:end]
    for name in ("v", "n", "o", "wname"):
        if match.re.groupindex.get(name) is not None and match[name] is not None:
            first, last = match.span(name)
            text = text[: first - start] + " " * (last - first) + text[last - start :]
    return text


def _propose(
    frame: Phrase,
    match: re.Match[str],
    values: dict[str, str],
    who: Person,
    times: list[TimeExpression],
    place: tuple[Line, int],
    talk: Talk,
) -> bool:
    outside = _outside(match)
    value = frame.value
    ended = frame.aspect == "end" or talk.book.patterns["ended"].search(outside) is not None
    if frame.aspect == "never":
        ended = False  # "esse kein Fleisch mehr" begins something
    elif not ended and talk.book.patterns["denied"].search(outside) is not None:
        return False
    stated = _stated(frame, times, talk.at, ended=ended)
    if stated is None:
        return False
    if ended and frame.attribute == "{kind}" and unaccented(values["v"]) in talk.book.generic:
        value = ""  # "verkauft: mein Auto" names no car
    line, end = place
    one = Proposal(
        subject=who.key,
        attribute=talk.vocabulary.canonical(_filled(frame.attribute, values, who)),
        value=" ".join(_filled(value, values, who).split()),
        text=_worded(frame.text, values, who, talk),
        start=line.start + line.place(match.start()),
        end=line.start + line.place(max(match.end(), end)),
        valid_from=None if ended else stated.valid_from,
        valid_to=stated.valid_to,
        precision=stated.precision,
        past=stated.past and not ended,
        polarity=Polarity.END if ended else Polarity.AFFIRM,
        confidence=frame.confidence,
        speaker=talk.episode.name or talk.around.speaker,
    )
    if frame.replaces and not ended and not talk.correcting:
        add(replace(one, value="", polarity=Polarity.END, valid_from=None,
                     valid_to=one.valid_from, past=False), talk)  # fmt: skip
    return add(one, talk)


def _stated(
    frame: Phrase, times: list[TimeExpression], at: datetime, *, ended: bool
) -> Stated | None:
    """The period that a clause states; None for what is only announced, without a date."""
    if ended:
        stated = periods.ending(times, at)
        return None if frame.tense == "coming" and not stated.future else stated
    if frame.aspect in ("timeless", "dated", "planned"):
        return periods.NOTHING
    if frame.aspect == "start":
        stated = periods.beginning(times, at)
        return None if frame.tense == "coming" and not stated.future else stated
    if frame.tense == "present":
        times = [_lasting(time) for time in times]
    return periods.state(times, at, frame.tense)


def _lasting(time: TimeExpression) -> TimeExpression:
    """In "moro em Lisboa há 3 anos" the time tells since when."""
    if time.role is not TimeRole.AT or _AGO.match(time.text) is None:
        return time
    return replace(time, role=TimeRole.SINCE, interval_end=None)


def _filled(template: str, values: Mapping[str, str], who: Person) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template.replace("{me}", who.label)


def _worded(template: str, values: dict[str, str], who: Person, talk: Talk) -> str:
    values = {"p": talk.book.texts.get("p", ""), "a": ""} | values
    text = " ".join(_filled(template, values, who).split())
    return text if "{me}" in template else f"{who.label} {text}"


def _put_right(line: Line, talk: Talk) -> None:
    """Put the last claim right by a value alone: "ich meinte Köln"."""
    match = talk.book.patterns["meant"].search(line.seen)
    claims = [one for one in (*talk.earlier, *talk.said) if one.polarity is not Polarity.END]
    if match is None or not claims:
        return
    last = claims[-1]
    value = phrase_values.trimmed("noun", line.groups(match)["v"], talk.book)
    has_digits = any(map(str.isdigit, last.value))
    if not value or len(value.split()) > 4 or value_key(value) == value_key(last.value):
        return
    if has_digits != any(map(str.isdigit, value)):
        return
    text = last.text.replace(last.value, value)
    talk.said.append(
        replace(
            last, value=value, text=text, polarity=Polarity.CORRECT, replaces=last.value,
            start=line.start + line.place(match.start()),
            end=line.start + line.place(match.end()),
        )
    )  # fmt: skip
