"""Names typed in lower case as they are written: "i am joanna from grand rapids, michigan".

Only where the words around them say that they are names. The text keeps its length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from everwhen.language.proper import Proper, load_proper
from everwhen.write.rules.grammar import Grammar
from everwhen.write.rules.words import words as words_of

LONGEST = 4
"""Words of a name."""

_TOKEN = re.compile(r"[^\W\d_][\w'’&-]*")
_INTO = words_of("in from to near around outside of across throughout visit visiting leaving")
_INTO_UNSURE = words_of("in from")
_BEFORE_PLACE = words_of(
    "the northern southern eastern western central upstate downtown uptown sunny rainy cold snowy "
    "beautiful good old lovely rural north south east west little big"
)
_NO_PLACE_BEFORE = words_of(
    "bulls bears giants cowboys chiefs eagles lions sprouts terrier terriers shepherd style cheese "
    "cheesecake pizza fries dressing sandwich day fan fans strip roll chicken dog dogs"
)
_AT = words_of("at for with by from joined")
_WORKING = re.compile(r"\b(?:work|job|hire|employ|intern|shift|career|manage|position|quit)")
_AM = words_of("am i'm im")
_WHO_AM = words_of("i hi hello hey")
_IS = words_of("is it's its")
_SHOWN = words_of("this it name that")
_NAMING = words_of("named called name's names name")
_NAMING_PAIRS = frozenset({("call", "me"), ("calls", "me"), ("name", "is")})
_AFTER_NAME = words_of(
    "and but so how what nice thanks thank by from i i'm im my who aka you or the a here"
)
_GREETING = re.compile(r"^\W*(?:hi|hello|hey|heya|hiya|howdy|greetings|good (?:morning|evening))\b")


def cased(text: str, words: Collection[str], grammar: Grammar) -> str:
    """The text with the names in it that were typed in lower case written as names."""
    proper = load_proper()
    if proper.firsts.isdisjoint(words):
        return text
    tokens = [(m.start(), m.end(), m[0].lower()) for m in _TOKEN.finditer(text)]
    reader = _Reader(text, tokens, proper, grammar)
    parts: list[str] = []
    done = number = 0
    while number < len(tokens):
        size, written = reader.name_at(number) if tokens[number][2] in proper.firsts else (1, "")
        if written:
            start, end = tokens[number][0], tokens[number + size - 1][1]
            if text[start:end].islower():
                parts += [text[done:start], written]
                done = end
        number += size
    return "".join((*parts, text[done:])) if parts else text


class _Reader:
    """Looks at the words around one that may begin a name."""

    def __init__(
        self, text: str, tokens: Sequence[tuple[int, int, str]], proper: Proper, grammar: Grammar
    ) -> None:
        self._text = text
        self._low = text.lower()
        self._tokens = tokens
        self._proper = proper
        self._grammar = grammar
        self._last_place = -1

    def name_at(self, number: int) -> tuple[int, str]:
        """How many words the name that begins there has, and how it is written; "" if none."""
        proper = self._proper
        for size in range(min(LONGEST, len(self._tokens) - number), 0, -1):
            phrase = self._phrase(number, size)
            if not phrase:
                continue
            for table, fits in (
                (proper.places, self._is_place),
                (proper.unsure_places, self._is_unsure_place),
                (proper.companies, self._is_company),
            ):
                if phrase in table and fits(number, size):
                    return size, table[phrase]
            if size == 1 and phrase in proper.given and self._is_given(number, sure=True):
                return 1, proper.given[phrase]
            if size == 1 and phrase in proper.unsure_given and self._is_given(number, sure=False):
                return 1, proper.unsure_given[phrase]
        return 1, ""

    def _phrase(self, number: int, size: int) -> str:
        run = self._tokens[number : number + size]
        apart = all(one[1] + 1 == two[0] for one, two in pairwise(run))
        return " ".join(word for _, _, word in run) if apart else ""

    def _word(self, number: int) -> str:
        return self._tokens[number][2] if 0 <= number < len(self._tokens) else ""

    def _gap(self, number: int) -> str:
        """What stands between a word and the one before it."""
        if not 0 < number < len(self._tokens):
            return "."
        return self._text[self._tokens[number - 1][1] : self._tokens[number][0]].strip()

    def _led(self, number: int, words: frozenset[str]) -> bool:
        before = number
        while self._gap(before) == "" and self._word(before - 1) in _BEFORE_PLACE:
            before -= 1
        return self._gap(before) == "" and self._word(before - 1) in words

    def _where(self, after: int) -> bool:
        """Whether "is where I …" or "where I …" follows."""
        if self._gap(after) in ("", ",") and self._word(after) == "where":
            return self._word(after + 1) in ("i", "we")
        return self._gap(after) == "" and self._word(after) == "is" and (
            self._word(after + 1) == "where"
        )  # fmt: skip

    def _is_place(self, number: int, size: int) -> bool:
        after = number + size
        if self._gap(after) == "" and self._word(after) in _NO_PLACE_BEFORE:
            return False
        return self._is_unsure_place(number, size, _INTO)

    def _is_unsure_place(
        self, number: int, size: int, leads: frozenset[str] = _INTO_UNSURE
    ) -> bool:
        after = number + size
        goes_on = self._gap(number) in ("", ",") and self._last_place == number
        if goes_on or self._led(number, leads) or self._where(after):
            self._last_place = after
            return True
        return False

    def _is_company(self, number: int, size: int) -> bool:
        before = self._word(number - 1) if self._gap(number) == "" else ""
        if before == "the":
            before = self._word(number - 2)
        if before == "at" or self._where(number + size):
            return True
        return (before in _AT or self._word(number + size) in ("hired", "is")) and (
            _WORKING.search(self._low) is not None
        )

    def _is_given(self, number: int, *, sure: bool) -> bool:
        one = self._word(number - 1) if self._gap(number) == "" else ""
        two = self._word(number - 2) if one and self._gap(number - 1) == "" else ""
        if not self._may_follow(number + 1):
            return False
        ends = self._gap(number + 1) != "" or self._word(number + 1) in _AFTER_NAME
        if one in _AM and (one != "am" or two in _WHO_AM or not two):
            return sure or (ends and (self._gap(number + 1) != "" or self._greets()))
        if one in _IS and sure:
            return two in _SHOWN or (one != "is" and ends)
        if (
            one in _NAMING
            or (one == "me" and two in ("call", "calls"))
            or (one, two) == ("is", "name")
        ):
            return True
        if self._word(number + 1) == "is" and self._word(number + 2) in ("my", "the"):
            return self._word(number + 3) == "name"
        return self._of_mine(number, one, two)

    def _may_follow(self, after: int) -> bool:
        """Whether a given name may end there: not in "i am jim carrey"."""
        word = self._word(after)
        plain = word in self._grammar.lists["function"] or word in self._grammar.table
        return self._gap(after) != "" or plain or word in _AFTER_NAME

    def _of_mine(self, number: int, one: str, two: str) -> bool:
        """ "My sister alice", "my dog rex"."""
        relations, pets = self._grammar.relations, self._grammar.pets
        if one not in relations and one not in pets and f"{two} {one}" not in relations:
            return False
        return any(self._word(n) in ("my", "our") for n in range(number - 4, number - 1))

    def _greets(self) -> bool:
        return _GREETING.match(self._low) is not None
