"""A clause as the frames see it: spelled out, times marked, discourse words taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from everwhen.language.timex import Role, TimeExpression, find_times, may_hold_times
from everwhen.language.timex_grammar import load
from everwhen.write.rules.grammar import Grammar
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.words import has_any

ENGLISH = "en"
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[a-z]+")
_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?(?:-[A-Za-z]+)*")
_AFTER_MARK = re.compile(rf"({TIME_MARK}\d)\s*,?\s*(?=(?:to|in|at|from|for|as|with|on|into)\b)")
_MIDDLE = re.compile(
    rf"^(.*?)[\s,]*{TIME_MARK}\d[\s,]+((?:to|into|from|at|for|with|as|in) .*)$", re.IGNORECASE
)
_MARKED = re.compile(rf"\s*,?\s*{TIME_MARK}(\d)\s*,?\s*")
_LEADING_TIME = re.compile(
    (
        rf"^(?:(?:back|ever|right|only|just|but|and|so|well|up|all|already|starting|"
        rf"effective|as|now|sometime|early|late|around|again|also|then|from|before "
        rf"that|after that|,)\s*)*{TIME_MARK}(\d)\s*(?:,|-|:|onwards?,?)?\s*"
    ),
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    (
        r"^(?:and |but |even )?(?:before (?:that|this|then)|prior to that|previously|"
        r"until then|till then|up to then|earlier|formerly|in the past|in my previous life|"
        r"back then|back in the day|"
        r"once|originally|before (?:I|we) [^,]{3,40}?,? (?=(?:I|we|my|our)\b)|"
        r"before (?:moving|coming|joining|starting|working) [^,]{3,40}?,? (?=(?:I|we|my|our)\b))"
        r"(?:\b|(?<=\s))\s*,?\s*"
    ),
    re.IGNORECASE,
)
_BEFORE_LAST = re.compile(r",? (?:before (?:that|this|then)|prior to (?:that|this))$", re.I)
_AFTER_THAT = re.compile(
    (
        r"^(?:and |but )?(?:after (?:that|which)|afterwards|since then|from then on|"
        r"from that (?:day|date|point)(?: on)?|from there on|as of then|then|later|"
        r"later on)\b\s*,?\s*"
    ),
    re.IGNORECASE,
)
_LEADING_PHRASE = re.compile(
    r"^(?:at|in|on|for|after|with|during|besides|apart from|outside|due to|thanks "
    r"to|because of|among)\s+(?!my (?:free|spare|down)|fun)[^,;:?!]{2,45}?,?\s+"
    r"(?=(?:I|we|I'm|im|i've|ive|my|our)\s)(?<!\band )(?<!\bthat )(?<!\bwhat )(?<!\bbecaus"
    r"e )(?<!\bwhich )(?<!\bwhere )(?<!\bthe )",
    re.IGNORECASE,
)
_PHRASE_BEGINS = frozenset({"at", "in", "on", "fo", "af", "wi", "du", "be", "ap", "ou", "th", "am"})
_NO_CUES: frozenset[str] = frozenset()
_CUE = re.compile(
    r"\b(still|any ?more|any longer|no longer)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`text` is the clause ready to match, `raw` as typed at characters [start, end).

    `times` are its time expressions, numbered by the marks in `text`; `lead` those that stood
    before the subject. `cues` are words such as "actually", "still" and "any more".
    """

    text: str
    raw: str
    start: int
    end: int
    times: tuple[TimeExpression, ...] = ()
    joint: str = ""
    cues: frozenset[str] = field(default_factory=frozenset)
    before: bool = False
    after: bool = False
    sentence: str = ""

    def time_of(self, value: str) -> TimeExpression | None:
        """The time expression that a mark in a value stands for."""
        at = value.find(TIME_MARK)
        if at < 0 or at + 1 >= len(value) or not value[at + 1].isdigit():
            return None
        number = int(value[at + 1])
        return self.times[number] if number < len(self.times) else None

    def unmarked(self, text: str) -> str:
        """Words in which the marks are time expressions again."""

        def swap(match: re.Match[str]) -> str:
            number = int(match[0][1])
            return self.times[number].text if number < len(self.times) else ""

        return re.sub(rf"{TIME_MARK}\d", swap, text).strip()


_WITH = re.compile(r"(?<![\w/])w/ ?(?=\w)")
_PLACED = re.compile(r"\b(?:to|at|from|near|in|called|named)(?: the)?(?: [A-ZÀ-Þ][\w.]*)+$")


def ends_in_place(text: str) -> bool:
    """Whether a text ends with a name that "'s" belongs to: "goes to St Columba", not "Tom"."""
    return _PLACED.search(text) is not None


def _written_out(match: re.Match[str]) -> str:
    """ "Tom's now" as "Tom is now"."""
    return match[0] if ends_in_place(match.string[: match.end(1)]) else f"{match[1]} is "


_WERE = re.compile(
    r"(?:^|(?<=[,.;!?] )|(?<=\bso )|(?<=\band )|(?<=\bbut )|(?<=\bas ))were "
    r"(?=(?:getting|having|going|moving|expecting|looking|planning|buying|renting|living|staying|leaving|flying|adopting|"
    r"building|trying|hosting|opening|closing|switching)\b)"
)


def spell_out(text: str, grammar: Grammar) -> str:
    """Contractions and common short forms written out."""
    spellings = grammar.spellings
    if "were " in text:
        text = _WERE.sub("we are ", text)
    if "w/" in text:
        text = _WITH.sub("with ", text)
    if "'s " in text:
        text = grammar.patterns["contracted"].sub(_written_out, text)
    if spellings.keys().isdisjoint(_TOKEN.findall(text.lower())):
        return text

    def swap(match: re.Match[str]) -> str:
        word = match[0]
        found = spellings.get(word.lower())
        if found is None or (len(word) == 1 and word.isupper() and found != "I"):
            return word
        return found

    return _TOKEN.sub(swap, text)


_DUE = re.compile(
    r"\b(?:deadline|due|postponed|extended|rescheduled|scheduled|delayed|slipped|brought forward|"
    r"(?:been|was|were|got|gets|being) (?:moved|pushed|shifted|bumped|brought)|"
    r"(?:is|are) (?:on|set|planned))\b",
    re.IGNORECASE,
)
_UPCOMING = re.compile(
    r"(?:\b(?:am|is|are|im|hes|shes|theyre)|'[msr]e?)\s+(?:\w+ )?(?:getting|moving|"
    r"leaving|starting|"
    r"flying|switching|joining|quitting|retiring|opening|closing|launching|turning|visiting|"
    r"changing|travelling|traveling|returning|finishing|graduating|marrying)\b|"
    r"\b(?:will|'ll|going to|gonna)\b",
    re.IGNORECASE,
)
_ALREADY = re.compile(r"\b(?:since|ago|last|past|was|were|used|been)\b", re.IGNORECASE)


def _upcoming(raw: str) -> bool:
    """Whether something to come is told: "we're moving in October"."""
    return _UPCOMING.search(raw) is not None and _ALREADY.search(raw) is None


_WHOLE_YEAR = re.compile(
    (
        r"\b(?:(?:for|in|during) )?(?:(?:the )?(?:whole|entire)(?: year)?(?: of)?|"
        r"all(?: of)?|throughout|most of) (?=(?:19|20)\d\d\b)"
    ),
    re.IGNORECASE,
)


def _whole_years(raw: str) -> str:
    """ "All of 2019" as "in 2019", of the same length."""
    return _WHOLE_YEAR.sub(lambda match: "in".rjust(len(match[0]) - 1) + " ", raw)


_ITS = re.compile(
    (
        r"\bits (?=(?:a|an|the|not|my|our|now|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|"
        r"oct|nov|dec|been|actually)\b)"
    ),
    re.IGNORECASE,
)


def may_tell_time(lowered: str) -> bool:
    """Whether there can be a time expression in an English sentence in lower case."""
    if _DIGIT.search(lowered) is not None or not lowered.isascii():
        return True
    return not load(ENGLISH).triggers.isdisjoint(_LETTERS.findall(lowered))


_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_WEEKDAYS = re.compile(
    rf"(?:from |between )?{_DAY} ?(?:to|-|–|till?|until|through|thru|and) ?{_DAY}", re.IGNORECASE
)
_WORKING = re.compile(r"\b(?:works?|teach(?:es)?|volunteers?|trains?|opens?)\b", re.IGNORECASE)
_COMING = re.compile(r"\b(?:will|ll|going to|have to|must|next|this|coming)\b", re.IGNORECASE)


def _times(raw: str, at: datetime, grammar: Grammar) -> tuple[TimeExpression, ...]:
    if not may_hold_times(raw, grammar.language):
        return ()
    found = find_times(
        _whole_years(raw),
        anchor=at,
        language=grammar.language,
        direction="future" if _DUE.search(raw) or _upcoming(raw) else None,
    )
    working = _WORKING.search(raw) is not None and _COMING.search(raw) is None
    return tuple(
        time
        for time in found[:10]
        if time.role is not Role.RECURRING
        and not (working and _WEEKDAYS.fullmatch(time.text.strip()))
    )


@lru_cache(maxsize=1 << 8)
def prepare(
    raw: str,
    start: int,
    joint: str,
    sentence: str,
    at: datetime,
    grammar: Grammar,
    *,
    timed: bool = True,
) -> Clause | None:
    """Read a piece of a sentence; None if nothing is left of it.

    `timed` false says that the sentence is known to hold no time expression.
    """
    raw = raw[:400]
    lowered = raw.lower()
    times = _times(raw, at, grammar) if timed else ()
    text = _mark(raw, times)
    cued = has_any(lowered, ("still", "more", "longer"))
    cues = frozenset(match.lower() for match in _CUE.findall(raw)) if cued else _NO_CUES
    if "its " in lowered:
        text = _ITS.sub("it is ", text)
    text = spell_out(text, grammar)
    whole = text
    text, before, after = _lead(text, grammar)
    if not text:
        return None
    skipped = 0 if TIME_MARK in whole else _located(whole, text, raw)
    return Clause(
        text=text,
        raw=raw,
        start=start + skipped,
        end=start + len(raw),
        times=times,
        joint=joint,
        cues=cues,
        before=before,
        after=after,
        sentence=sentence,
    )


_JOINER = re.compile(r"(?:and|but|or)\b", re.IGNORECASE)


def _located(whole: str, text: str, raw: str) -> int:
    """Where in `raw` the text begins once its lead-in is off; 0 if that cannot be told."""
    off = whole.find(text)
    if off <= 0 or raw[:off] != whole[:off] or _JOINER.match(raw) is not None:
        return 0
    return off


def _mark(raw: str, times: tuple[TimeExpression, ...]) -> str:
    if not times:
        return raw
    parts, at = [], 0
    for number, time in enumerate(times):
        parts.append(raw[at : time.start])
        parts.append(f" {TIME_MARK}{number} ")
        at = time.end
    parts.append(raw[at:])
    return re.sub(r" +", " ", "".join(parts)).strip()


def _lead(text: str, grammar: Grammar) -> tuple[str, bool, bool]:
    """Take greetings, discourse words and leading times off."""
    before = after = False
    pattern = grammar.patterns.get("lead")
    for _ in range(4):
        size = len(text)
        if TIME_MARK in text:
            match = _LEADING_TIME.match(text)
            if match is not None and match.end() < len(text):
                text = text[match.end() :]
        match = _BEFORE_THAT.match(text)
        if match is not None:
            before, text = True, text[match.end() :]
        match = _BEFORE_LAST.search(text)
        if match is not None:
            before, text = True, text[: match.start()]
        match = _AFTER_THAT.match(text)
        if match is not None:
            after, text = True, text[match.end() :]
        if text[:2].lower() in _PHRASE_BEGINS:
            match = _LEADING_PHRASE.match(text)
            if match is not None:
                text = text[match.end() :]
        if pattern is not None:
            match = pattern.match(text)
            if match is not None:
                text = text[match.end() :]
        text = text.strip(" ,.:;-–—!")
        if len(text) == size:
            break
    return text, before, after


def settle(rest: str) -> str:
    """A predicate with a time mark in its middle moved to its end: "moved ⏱ to Porto"."""
    match = _MIDDLE.match(rest) if TIME_MARK in rest else None
    if match is None:
        return rest
    mark = re.search(rf"{TIME_MARK}\d", rest)
    return f"{match[1]} {match[2]} {mark[0] if mark else ''}".strip()
