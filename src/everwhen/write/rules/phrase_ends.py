"""The noun phrase with which a clause ends or begins: what "it is my favorite" is said of."""

from __future__ import annotations

import re

from everwhen.write.rules.cues import Cues
from everwhen.write.rules.words import words as words_of

MOST = 5
"""Words that a name or thing has at most."""

_AFTER = words_of(
    "too also there now again lot lots lately today tonight yesterday already yet before once lol "
    "haha though right though just so much really very here everyday sometimes often well alone "
    "ones one myself together"
)
_STOPS = words_of(
    "i you he she it we they me him her us them my your his our their its this that these those "
    "and or but because so if when while as than then what which who how why where there here "
    "in on at to from with by for about into over under near like is are was were be been am do "
    "does did have has had will would can could should not no never always usually sometimes just "
    "only also really very too more most some any all both every each called named of up out off "
    "down back away around maybe even still once ever yes yeah yep oh ok okay well hi hello hey "
    "besides after before since unless until during without including "
    "thanks sure lol i'm im i've ive it's its that's thats don't dont do's"
)
_ARTICLES = words_of("the a an some any that this those these my our")
_JOINS = words_of("of and the & in")
_COMMON = words_of(
    "ones one thing things stuff it way time day days lot bit kind work home school fun life "
    "person people everything something anything nothing best better good great well nice cool "
    "yesterday today tomorrow morning night weekend week year years hours minutes friend friends "
    "same question idea yours mine artist singer band part"
)


def _words(text: str) -> list[str]:
    return text.split()


def _bare(word: str) -> str:
    return word.strip(",.;:!?()\"'").lower()


def _is_verb(word: str, cues: Cues) -> bool:
    """Whether a word is a form of a verb, and no gerund, which may name what is liked."""
    entry = cues.table.get(word)
    return entry is not None and entry[1] != "ing"


_MEAL = re.compile(
    r" (?:for|at) (?:my )?(?:dinner|lunch|breakfast|supper|dessert|brunch|tea|an? snack|a treat)$",
    re.IGNORECASE,
)


def last_named(text: str, cues: Cues, *, joined: bool = False) -> str:
    """The noun phrase at the end of a text, without its article: "Oslo" of "we flew to Oslo".

    `joined` says that "and" may stand in a name: "rick and morty".
    """
    words = _words(_MEAL.sub("", text.strip()))
    if len(words) <= 4 and _bare(words[-2] if len(words) > 2 else "") in ("and", "&"):
        joined = True
    while words and _bare(words[-1]) in _AFTER:
        words.pop()
    if not words or re.search(r"[,;:!?.]$", words[-1]) is not None:
        return ""
    kept: list[str] = []
    for place in range(len(words) - 1, -1, -1):
        word = _bare(words[place])
        stops = word in _STOPS or word in _ARTICLES or words[place][-1] in ",;:!?."
        if kept and _is_name_join(words, place, kept, joined=joined):
            stops = False
        verb = _is_verb(word, cues) and (place == 0 or not _may_be_noun(words[place - 1], word))
        if not kept and _says(word, _bare(words[place - 1]) if place else "", cues):
            return ""
        if stops or (kept and verb):
            break
        kept.insert(0, words[place])
        if len(kept) > MOST:
            return ""
    else:
        place = -1
    value = _checked(kept, cues)
    titled = value[:1].isupper() and place > 0 and words[place] == "The"
    return f"The {value}" if titled else value


def _is_name_join(words: list[str], place: int, kept: list[str], *, joined: bool) -> bool:
    """Whether a small word stands inside a name: "kings of leon", "Rick and Morty"."""
    word = _bare(words[place])
    if word == "of" and place > 0:
        before = _bare(words[place - 1])
        return before not in _STOPS and before not in ("lot", "lots", "bunch", "kind", "kinds")
    if word not in ("and", "&") or place == 0 or _bare(words[place - 1]) in _STOPS:
        return False
    return joined or (kept[0][:1].isupper() and words[place - 1][:1].isupper())


_SUBJECTS = words_of("i we you they to he she it just ever some people")


def _says(word: str, before: str, cues: Cues) -> bool:
    """Whether a verb form at the end of a text is its verb, and names nothing."""
    entry = cues.table.get(word)
    if entry is None or entry[1] == "ing":
        return False
    if entry[0] in cues["mental"] or before in _SUBJECTS or not before:
        return True
    return entry[1] == "past" and before not in _ARTICLES


def _may_be_noun(before: str, word: str) -> bool:
    """Whether a word that is a verb too stands as a noun: "the walking dead", "red wine"."""
    return _bare(before) in _ARTICLES and not word.endswith("ed")


def _checked(kept: list[str], cues: Cues) -> str:
    value = " ".join(kept).strip(" ,.;:!?()\"'")
    words = [_bare(word) for word in value.split()]
    if not words or words[0] in _STOPS or words[-1] in _STOPS or len(value) < 3:
        return ""
    if len(words) == 1 and (words[0] in _COMMON or words[0] in cues["opinion"]):
        return ""
    if all(w in _COMMON or w in cues["opinion"] or w in cues["fleeting"] for w in words):
        return ""
    return value


def first_named(text: str, cues: Cues, *, open_end: bool) -> str:
    """The noun phrase with which a text begins: "the Who" of "the Who are on tour".

    `open_end` says that nothing marks it off from what stands before it, so that more may be amiss.
    """
    words = _words(text)
    kept: list[str] = []
    place = 0
    if words and _bare(words[0]) in _ARTICLES:
        place = 1
        if _bare(words[0]) == "the":
            kept.append(words[0])
    begun = place
    for place in range(begun, len(words)):
        word = _bare(words[place])
        inside = place > begun and word in _JOINS and place + 1 < len(words)
        if inside and _bare(words[place + 1]) in _STOPS:
            inside = False
        if (
            (word in _STOPS and not inside)
            or word in _AFTER
            or (_is_verb(word, cues) and place > begun)
        ):
            break
        kept.append(words[place])
        if re.search(r"[,;:!?.()]$", words[place]) is not None:
            place += 1
            break
    else:
        place = len(words)
    value = _checked(kept[1:] if kept and kept[0] == "the" else kept, cues)
    after = _bare(words[place]) if place < len(words) else ""
    named = [w for w in kept if _bare(w) != "the"]
    if not value or len(named) > MOST:
        return ""
    if _bare(named[0]) in _COMPOUND and (len(named) == 1 or _bare(named[1]) not in _JOINS):
        return ""
    joined = len(named) > 1 and _bare(named[1]) in _JOINS
    if open_end and not joined and _bare(named[0]) in cues.table and named[0][:1].islower():
        return ""
    plain = named[0][:1].islower()
    if not open_end and after in ("is", "are", "was", "were", "has") and plain:
        return ""
    return f"the {value}" if kept[0] == "the" else value


_COMPOUND = words_of(
    "store shop channel series song songs genre club theater theatre theme spot trailer team game "
    "games room bar quote scene member members live lately artist type kinds kind place places "
    "show shows book books food foods movie movies character characters actor everyday growing "
    "when ever recently coming playing right currently tonight because shirt shirts jersey"
)
