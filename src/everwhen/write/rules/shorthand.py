"""Shorthand spelled out: the fragments that people type as the plain sentences they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable

from everwhen.write.rules.dates import CLOCK, DAYS
from everwhen.write.rules.doses import doses
from everwhen.write.rules.introduced import introduced
from everwhen.write.rules.set_phrases import (
    length,
    members,
    new_one,
    notice,
    rather,
    two_rules,
)
from everwhen.write.rules.shorthand_lists import collection, introduction, stack
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of


def spelled_out(text: str, talk: Talk) -> list[str]:
    """The plain sentences that a sentence in shorthand stands for; none where it is plain."""
    text = text.strip(" .!")
    if "if possible" in text:
        text = re.sub(r",? if (?:at all )?possible\b", "", text)
        return spelled_out(text, talk) or [text]
    for way in _WAYS:
        told = way(text, talk)
        if told:
            return told
    return []


# -- "standup's at 9, retro on fridays", "they pushed standup to 10:15" ----------------------------

_WHEN = rf"(?:every |on |at |@ ?)*(?:{DAYS}|{CLOCK}|(?<=at )\d{{1,2}}(?!\d))"
_EVENT = re.compile(
    rf"^(?:(?:and|the|our|my|then) )*(?P<n>[a-z][\w -]{{1,28}}?)(?:'s| is| are)? (?P<w>(?:every |"
    rf"on |"
    rf"at |@ ?){_WHEN}.*)$",
    re.IGNORECASE,
)
_PUSHED = re.compile(
    r"^(?:(?:so|ok|and|fyi|heads up|update)[\s,:]+)*(?:they|we|I|the boss|management|she|he|work)"
    r"(?: have| has| had|'ve| just| finally)* (?:pushed|moved|shifted|bumped|rescheduled|changed|"
    r"brought|postponed|delayed) (?:(?:the|our|my) )?(?P<n>[a-z][\w' -]{1,30}?) (?:back |forward "
    r"|up "
    rf"|out |over |from [\w: ]+? )?to (?P<w>(?:the )?(?:{DAYS}|{CLOCK}|\d{{1,2}}\b).*)$",
    re.IGNORECASE,
)
_NO_EVENT = words_of("i we he she they it you that this there up out in off home call me him her")


def _events(text: str, talk: Talk) -> list[str]:
    """Several things, each with its time."""
    parts = [p.strip() for p in re.split(r"[,;] ?(?:and )?", text)]
    if len(parts) < 2:
        return []
    found = [_EVENT.match(part) for part in parts]
    told = [
        f"the {m['n']} is {m['w']}" for m in found
        if m is not None and _NO_EVENT.isdisjoint(m["n"].lower().split())
        and talk.grammar.table.get(m["n"].lower().split()[0], ("", "ing"))[1] == "ing"
    ]  # fmt: skip
    return told if len(told) == len(parts) else []


def _pushed(text: str, talk: Talk) -> list[str]:
    """ "They moved X to T": X was moved to T."""
    head, _, rest = text.partition(",")
    match = _PUSHED.match(head)
    if match is None or not _NO_EVENT.isdisjoint(match["n"].lower().split()):
        return []
    told = [f"the {match['n']} was moved to {match['w']}"]
    return [*told, rest.strip()] if rest.strip() else told


# -- "last day at X is 30 April, then starting at Y 4 May" -----------------------------------------

_LAST_DAY = re.compile(
    r"^(?:(?:and|so|my|the) )*last day (?:at|with|in) (?P<x>[\w&.' -]{2,40}?)(?:'s| is| will be|:) "
    r"(?:on )?(?P<d>[^,;]+?)(?:(?:,| and|;)+ (?:and )?(?:then )?(?:I |I'm |I am )?(?:start|"
    r"starting|"
    r"joining|begin|beginning|off to|moving to|at)(?: (?:work )?(?:at|with|for))? (?P<y>[\w&.' "
    r"-]{2,40}?)"
    r" (?:on |from )?(?P<e>(?:the |next )?(?:\d|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|mon|tue|"
    r"wed|thu|"
    r"fri)\w*.*))?$",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"^(?:(?:still|currently|now|atm|rn) )*(?:I am |I'm |am )?(?:still )?(?:at|with) "
    r"(?P<x>(?!(?:the|a|an|my|our|home|work|school|uni|it|this|that)\b)[\w&.'-]+(?: "
    r"[\w&.'-]+){0,3}?)"
    r"(?: (?:atm|rn|now|still|currently|at the moment))* as (?P<r>an? [\w -]{3,40}?)"
    r"(?: (?:atm|rn|now|still|currently|at the moment))*$",
    re.IGNORECASE,
)
_GOT_OUT = re.compile(
    r"^(?:(?:omg|finally|so|ok|yay|and) )*(?:I |I've |have |just |finally )*(?:got out of|escaped|"
    r"walked out of|handed in my notice at|said goodbye to|packed in|jacked in|chucked in|binned "
    r"off) (?P<x>[\w&.' -]{2,30}?)(?: finally| at last| today| for good)*$",
    re.IGNORECASE,
)


def _jobs(text: str, talk: Talk) -> list[str]:
    """Where one works, until when and from when."""
    match = _LAST_DAY.match(text)
    if match is not None:
        told = [f"My last day at {match['x']} is {match['d']}"]
        return [*told, f"I start at {match['y']} on {match['e']}"] if match["y"] else told
    match = _STILL.match(text)
    if match is not None:
        return [f"I work at {match['x']} as {match['r']}"]
    head, comma, rest = text.partition(",")
    match = _GOT_OUT.match(head)
    if match is not None:
        held = talk.find_held(match["x"], attribute="employer")
        if held is not None:
            return [f"I left {held[2]}", *([rest.strip()] if comma else [])]
    return []


# -- "my daughter mia (7) started ballet" ----------------------------------------------------------

_KIN_AGED = re.compile(
    r"^(?P<a>.*?)\b(?P<m>my|our) (?P<k>(?:[a-z]+ )??(?P<r>[a-z]+)) (?P<n>[A-Za-zÀ-þ][\w'-]+) ?"
    r"\((?P<y>\d{1,2})\)(?P<b>.*)$",
    re.IGNORECASE,
)


def _aged(text: str, talk: Talk) -> list[str]:
    """A name and an age in brackets after a relation."""
    match = _KIN_AGED.match(text)
    if match is None:
        return []
    relation = match["r"].lower()
    pets = talk.grammar.pets
    if relation not in talk.grammar.relations and relation not in pets:
        return []
    name = match["n"][0].upper() + match["n"][1:]
    who = f"{match['m']} {match['k']} {name}"
    rest = match["b"].strip()
    told = [f"{who} is {match['y']} years old"]
    return [*told, f"{match['a']}{who} {rest}"] if rest.strip(" .,!") else told


# -- "i cant do gluten", "olives make me gag" ------------------------------------------------------

_CAN_NOT = re.compile(
    r"^(?:(?:also|and|oh|btw|plus|sadly|but) )*(?:I )?(?:(?:also|really|just) )*(?:can'?t|cannot|"
    r"can "
    r"not|don'?t|do not) (?:do|tolerate|handle|digest|stomach|have|touch) (?P<v>(?:any )?(?:gluten|"
    r"dairy|lactose|nuts|peanuts|tree nuts|shellfish|seafood|eggs?|soy|soya|fish|wheat|sugar|spicy "
    r"food|spice|caffeine|coffee|alcohol|booze|pork|red meat|meat|milk|cheese|garlic|onions?|"
    r"sesame|"
    r"bread|beef|mushrooms)(?: (?:and|or) [a-z]+)?)\b(?P<b>.*)$",
    re.IGNORECASE,
)
_DISGUST = re.compile(
    r"^(?:(?:oh|and|also|btw|but|ugh) )*(?P<v>(?!(?:it|that|this|he|she|they|you|what|which|who)\b)"
    r"[a-z][\w' -]{2,30}?) (?:(?:always|really|just|actually) )*(?:makes? me (?:want to )?(?:gag|"
    r"sick|"
    r"puke|vomit|heave|barf|throw up|retch)|gives? me the (?:ick|creeps)|gross(?:es)? me out|"
    r"(?:is|are) (?:disgusting|gross|vile|yuck)(?: to me)?)$",
    re.IGNORECASE,
)


def _food(text: str, talk: Talk) -> list[str]:
    """What one cannot eat or bear."""
    match = _CAN_NOT.match(text)
    if match is not None:
        rest = match["b"].strip(" ,.")
        return [f"I can not eat {match['v']}", *([rest] if rest else [])]
    match = _DISGUST.match(text)
    if match is not None and not talk.grammar.relations.keys() & match["v"].lower().split():
        return [f"I dislike {match['v']}"]
    return []


_ARRIVED = re.compile(
    r"^(?:(?:and|so|omg|yay|great news|big news|news|my|our|we have|I have)[\s,:]+)*(?:another|"
    r"an?|new|a new|"
    r"my|our|the)? ?(?:new |first |second |third |little )?(?P<k>(?:grand)?(?:child|son|daughter|"
    r"kid)|baby|"
    r"baby (?:boy|girl)|niece|nephew)(?: (?:has|was|is|just|finally))* (?:arrived|born|here|"
    r"come)(?P<t>[^:,;]*)"
    r"[:,;]? (?:and )?(?:(?:her|his|their) name is|(?:she|he) is (?:called|named)|named|called|"
    r"meet|"
    r"(?:she|he)'s (?:called|named)) (?P<n>[A-ZÀ-Þ][\w'-]+)",
    re.IGNORECASE,
)


def _arrived(text: str, talk: Talk) -> list[str]:
    """ "Another grandchild has arrived: her name is Alma"."""
    match = _ARRIVED.match(text)
    if match is None:
        return []
    kind = match["k"].lower()
    return [f"My {'child' if kind.startswith('baby') else kind} is {match['n']}"]


_BESIDES = re.compile(
    r"^(?P<a>.*\b(?:have|has|got|adopted)\b.{3,60}?),? (?:plus|and also|as well as|along with|and) "
    r"(?P<b>(?:an?|one) [\w -]{2,30} (?:called|named) [\w'-]+)$",
    re.IGNORECASE,
)


def _besides(text: str, talk: Talk) -> list[str]:
    """ "I have two cats, Pepper and Salt, plus a greyhound called Dash": one, and the other."""
    match = _BESIDES.match(text)
    return [match["a"], f"I have {match['b']}"] if match is not None else []


_MARRIED = re.compile(
    r"^(?P<a>(?:(?:so|yay|omg|well|hi from a (?:[a-z]+ )*bride|it's "
    r"official)[\s,:]+)*)(?P<n>[A-Za-zÀ-þ][\w'-]+) and I "
    r"(?:(?:have|just|finally|are|got|now) )+(?P<k>married|engaged)(?P<t>.*)$",
    re.IGNORECASE,
)
_NO_ONE = words_of(
    "he she they we you sister brother mum dad wife husband partner fiance boyfriend girlfriend"
)


def _married(text: str, talk: Talk) -> list[str]:
    """ "Ravi and I got married": the partner has a name."""
    match = _MARRIED.match(text)
    if match is None or match["n"].lower() in _NO_ONE:
        return []
    name = match["n"][0].upper() + match["n"][1:]
    return [f"I got {match['k']}{match['t']}", f"My partner is {name}"]


_TARIFF = re.compile(
    r"^(?P<a>(?:I|we) (?:have |'ve |just |finally )*)(?:reduced|raised|cut|lowered|increased|"
    r"extended) "
    r"(?P<b>(?:my|our) [a-z ]+ to (?:the )?[A-Z]\w+ (?:tariff|plan|tier|package)\b.*)$"
)


def _tariff(text: str, talk: Talk) -> list[str]:
    """ "I reduced my insurance to the Compact tariff": another tariff was taken."""
    match = _TARIFF.match(text)
    return [f"{match['a']}switched {match['b']}"] if match is not None else []


_SEAT = re.compile(
    r"^(?:(?:and|also|an?|the|on|in|by)[\s,]+)*(?P<k>aisle|window)(?: seat)?"
    r"(?: please| pls| if I can| preferably)*$",
    re.IGNORECASE,
)


def _seat(text: str, talk: Talk) -> list[str]:
    """ "Aisle seat please"."""
    match = _SEAT.match(text)
    seat = match is not None and re.search(r"seat|please|pls|prefer", text, re.IGNORECASE)
    return [f"I prefer an {match['k'].lower()} seat"] if match is not None and seat else []


_GENITIVE = re.compile(
    r"^(?P<a>(?:(?:and|so|btw|oh)[\s,]+)*)(?P<n>[a-z]{3,})s (?P<r>[a-z]{3,} .+)$"
)


def _genitive(text: str, talk: Talk) -> list[str]:
    """ "mias teacher is …" where Mia is known."""
    match = _GENITIVE.match(text)
    name = talk.cast.names.proper(match["n"]) if match is not None else ""
    return [f"{match['a']}{name}'s {match['r']}"] if match is not None and name else []


_ORDINAL = re.compile(
    r"\b(?P<b>is|are|was)(?: on)? (?:(?:actually|really|now) )?(?P<d>the \d{1,2}(?:st|nd|rd|"
    r"th))\b(?! (?:of|"
    r"time|year|day|floor|century|birthday|one|in|place|edition|grade|season|largest|best))",
    re.IGNORECASE,
)
_NOT_DAY = re.compile(r",? (?:and )?not (?:on )?(?=the \d{1,2}(?:st|nd|rd|th))", re.IGNORECASE)


def _ordinal(text: str, talk: Talk) -> list[str]:
    """ "It is the 14th not the 12th": on which day something is."""
    if _ORDINAL.search(text) is None:
        return []
    told = _NOT_DAY.sub(", not on ", _ORDINAL.sub(r"\g<b> on \g<d>", text))
    return [told] if told != text else []


_MINE = re.compile(
    r"^(?:(?:and|but|oh|well|haha|cool|nice|yeah|yes)[\s,]+)*mine(?: is|'s| are| was|s)(?: the| "
    r"color| colour| definitely| probably| also| actually)* (?P<v>(?!(?:not|too|a|an|in|on|at|just|"
    r"so|very|better|the same|similar|different|like)\b).{2,40})$",
    re.IGNORECASE,
)
_FAVORITE_OF = re.compile(r"\byour (?:fav|fave|favou?rite) (?P<k>[a-z]+(?: [a-z]+)?)\b", re.I)


def _mine(text: str, talk: Talk) -> list[str]:
    """ "What's your favorite color? Mine is red"."""
    match = _MINE.match(text) if text[:12].lower().find("mine") >= 0 else None
    asked = _FAVORITE_OF.search(talk.message) if match is not None else None
    if match is None or asked is None:
        return []
    return [f"My favorite {asked['k']} is {match['v']}"]


_AGAIN = re.compile(
    r"^(?:(?:so|ok|and|I am|I'm|am|finally|started|back to|back) )*(?P<v>[a-z-]+ing) again "
    r"(?P<t>since .+)$",
    re.IGNORECASE,
)


_BEEN = re.compile(
    r"^(?:(?:so|and|I mistyped|no|actually|it's|its|it is|it has|I've|I have)[\s,]+)*been "
    r"(?P<t>(?:about |almost |over |nearly )?(?:\d+|an?|two|three|four|five|six|seven|eight|nine|"
    r"ten|"
    r"twelve) (?:years?|yrs|months?|weeks?)(?: now)?) (?P<p>(?:living )?in|at|with) "
    r"(?P<v>(?-i:[A-Z])[\w' -]*?)(?: now| already)?$",
    re.IGNORECASE,
)


def _been(text: str, talk: Talk) -> list[str]:
    """ "Been four years in Ghent": since when somebody lives or works somewhere."""
    match = _BEEN.match(text)
    if match is None:
        return []
    how = "lived in" if match["p"].lower().endswith("in") else "worked at"
    return [f"I have {how} {match['v']} for {match['t'].removesuffix(' now')}"]


_NAMED_DATE = re.compile(
    r"^(?P<a>(?:(?:no|wait|actually|sorry|oh|ah|so|and)[\s,]+)*)(?:the |my |our )?"
    r"(?P<n>[a-z]+)(?P<b>'s| is| was)(?P<c> (?:moved |now )*(?:on|to|the) .+)$",
    re.I,
)


def _dated(text: str, talk: Talk) -> list[str]:
    """ "The dentist is on the 14th" where the date of the dentist appointment is held."""
    match = _NAMED_DATE.match(text)
    if match is None:
        return []
    noun = match["n"].lower()
    for subject, attribute, _ in talk.held:
        words = attribute.split()
        if subject == talk.me.key and words[-1] == "date" and words[0] == noun and len(words) > 2:
            be = " is" if match["b"] == "'s" else match["b"]
            told = f"{match['a']}my {' '.join(words[:-1])}{be}{match['c']}"
            return _ordinal(told, talk) or [told]
    return []


def _again(text: str, talk: Talk) -> list[str]:
    """ "Running again since Sunday": a hobby taken up again."""
    match = _AGAIN.match(text.split(",")[0])
    if match is None or match["v"].lower() not in talk.grammar.lists["going"]:
        return []
    return [f"I go {match['v'].lower()} {match['t']}"]


_OFF = re.compile(
    r"^(?:(?:we|I|ok|so|have|just|finally|also) )*(?:scrapped|ditched|dropped|dumped|left|moved "
    r"off|"
    r"got rid of|replaced|abandoned|removed) (?P<x>[\w.+#-]+(?: [\w.+#-]+)?) (?:for|in|from|on) "
    r"(?:the )?"
    r"(?P<n>[\w-]+)(?: project| app)?(?:,| and| -|;)+ (?:it's |its |it is |we're |we are |now |"
    r"we use |"
    r"using |with |is |runs |running |moved |switched |went |to |it runs )*(?:on |with |to )?"
    r"(?P<y>[\w.+#-]+(?: (?!now\b|instead\b)[\w.+#-]+)?)(?: now| instead)?$",
    re.IGNORECASE,
)


def _replaced(text: str, talk: Talk) -> list[str]:
    """ "Scrapped X for the app, it's on Y now", where X is held."""
    match = _OFF.match(text)
    if match is None:
        return []
    name = re.sub(r"^(?:the|our|my) |'s hosting$", "", match["n"].lower())
    for fact in talk.held:
        subject, attribute, value = fact
        said = talk.texts.get(fact, "")
        about = name in f"{subject} {attribute} {said}".lower().split()
        if not about or value.lower() != match["x"].lower() or value not in said:
            continue
        own = said.replace(f"{talk.me.possessive} ", "my ").replace(f"{talk.me.label} ", "I ")
        return [f"{own.removesuffix(' now').replace(value, match['y'])} now"]
    return []


_WAYS: tuple[Callable[[str, Talk], list[str]], ...] = (
    introduced, introduction, _mine, _events, _pushed, stack, collection, _jobs, _aged, _food,
    _dated,
    _ordinal, _again, _been, _replaced, _seat, _genitive,
    _arrived, _besides, _married, _tariff,
    doses, rather, notice, length, members, two_rules, new_one,
)  # fmt: skip
