"""Set phrases as the plain sentences that they stand for: "I'd rather X than Y", "gave notice"."""

from __future__ import annotations

import re

from everwhen.write.rules.plurals import singular
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_RATHER = re.compile(
    r"^(?P<b>.*?)\b(?:I'd|I would|I'll|I) (?:always |much |still )?rather (?:have |drink |eat |"
    r"get |use |take )?(?P<x>(?!not\b|you\b|we\b|it\b|be\b)[\w' -]{2,40}?) (?:than|over) "
    r"(?:(?:have|drink|eat|get|use|take) )?(?P<y>[\w' -]{2,40})$",
    re.IGNORECASE,
)


def rather(text: str, talk: Talk) -> list[str]:
    """ "I'd rather have X than Y"."""
    if " rather " not in text:
        return []
    match = _RATHER.match(text)
    if match is None or match["x"].split()[0].lower() in talk.grammar.table:
        return []
    before = match["b"].rstrip(" ,;-")
    told = f"I prefer {match['x']} to {match['y']}"
    return [before, told] if len(before.split()) > 2 else [told]


_NOTICE = re.compile(
    r"^(?P<b>.*?)\b(?:I|I've|I have) (?:just |finally |today )*(?:handed|gave|given|put|turned) "
    r"(?:in )?(?:my |in my )?(?:(?:two|2|four|4)[ -]weeks?'? )?(?:notice|resignation)"
    r"(?: in)?(?: (?:at|to|with) (?P<x>[\w&.' -]{2,40}?))?(?P<rest>[,;.!–—-].*| and .*|)$",
    re.IGNORECASE,
)
_LAST_DAY = re.compile(
    r"\b(?:my |the )?last (?:working )?day(?: there| at work)?(?:'s| is| will be| was|:)? (?:on )?"
    r"(?P<d>[\w ,]+)",
    re.IGNORECASE,
)


def notice(text: str, talk: Talk) -> list[str]:
    """ "I handed in my notice, last day is 30 November": the job ends then, or soon."""
    if "notice" not in text and "resignation" not in text:
        return []
    match = _NOTICE.match(text)
    jobs = talk.held_of("employer", talk.me.key)
    job = match["x"] if match is not None and match["x"] else (jobs[0] if len(jobs) == 1 else "")
    if match is None or not job:
        return []
    last = _LAST_DAY.search(match["rest"] or "")
    return [f"My last day at {job} is {last['d'].strip(' ,')}"] if last else [f"I am leaving {job}"]


_LENGTH = re.compile(
    r"^(?:.{0,30}?\b)?(?P<m>my|our) (?P<n>[a-z][\w -]{2,30}?) (?:(?:now|currently|usually|always|"
    r"typically) )*(?:lasts?|(?:are|is)(?: now)?(?= .*\blong\b)) (?:for )?(?P<v>(?:\d+|an?|half an|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|twelve)(?: (?:and a half))? (?:minutes?|"
    r"hours?|days?|weeks?|months?|years?))(?: long)?(?P<rest>(?: now| from now on)?)$",
    re.IGNORECASE,
)


def length(text: str, talk: Talk) -> list[str]:
    """ "Our sprints last two weeks"."""
    match = _LENGTH.match(text)
    if match is None:
        return []
    words = match["n"].split()
    noun = " ".join([*words[:-1], singular(words[-1])])
    return [f"{match['m']} {noun} length is {match['v']}{match['rest']}"]


_MEMBER = r"(?-i:[A-ZÀ-Þ][\w'-]+)(?: ?\(\d{1,2}\)|, (?:who is |aged? )?\d{1,2}(?= ?,| and|$)|)"
_MEMBERS = re.compile(
    r"(?P<b>^|^.*?(?:,| and|;|\.) )(?P<m>my|our|the) (?P<k>kids|children|sons|daughters|twins|boys|"
    r"girls|brothers|sisters|nephews|nieces|grandchildren|grandkids)(?: are(?: called| named)?|,|:|"
    rf"| called| named) (?P<l>{_MEMBER}(?:(?:,|,? and| &) {_MEMBER})+)(?P<rest>.*)$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?P<n>(?-i:[A-ZÀ-Þ])[\w'-]+)(?: ?\((?P<a>\d{1,2})\)|, (?:who is |aged? )?(?P<c>\d{1,2})\b)?"
)
_ONE = {"kids": "child", "children": "child", "twins": "child", "boys": "son", "girls": "daughter",
        "grandkids": "grandchild", "grandchildren": "grandchild"}  # fmt: skip
_DONE = words_of("and but so")


def members(text: str, talk: Talk) -> list[str]:
    """ "Our kids are Leo (7) and Mia (4)": each by name, and how old."""
    match = _MEMBERS.match(text)
    if match is None:
        return []
    kind = match["k"].lower()
    one = _ONE.get(kind) or singular(kind)
    before = match["b"].rstrip(" ,;.")
    if before.rpartition(" ")[2].lower() in _DONE:
        before = before.rpartition(" ")[0]
    told = [before] if len(before.split()) > 2 else []
    for each in _EACH.finditer(match["l"]):
        told.append(f"My {one} is {each['n']}")
        if each["a"] or each["c"]:
            told.append(f"{each['n']} is {each['a'] or each['c']} years old")
    rest = match["rest"].strip(" ,;")
    if rest:
        told.append(f"{match['m']} {kind} {rest}")
    return told


_AND_RULE = re.compile(
    r"^(?P<a>(?:please |always |never |from now on,? )*(?:keep|use|answer|reply|write|respond|be|"
    r"speak|call|address|format|explain|give|show|start|end|sign|stick)\b.+?),? and "
    r"(?P<b>(?:please )?"
    r"(?:don't|do not|never|always|no|avoid|skip|keep|use|leave out|stop)\b.+)$",
    re.IGNORECASE,
)


def two_rules(text: str, talk: Talk) -> list[str]:
    """ "Keep answers short and don't use emojis": each rule by itself."""
    match = _AND_RULE.match(text)
    return [match["a"], match["b"]] if match is not None else []


_NEW_ONE = re.compile(
    r"^(?P<b>.*?)\b(?:I|we)(?:'ve| have)?(?: got| have| now have)? an? (?:new|different) "
    r"(?P<n>[a-z][\w -]{2,30}?)(?: now)?(?:: ?| ?[–—-] |, (?:named |called )?| (?:named|called) )"
    r"(?P<v>(?-i:[A-ZÀ-Þ])[\w'-]+(?: (?-i:[A-ZÀ-Þ])[\w'-]+)*)(?P<rest>[.,;!].*|)$",
    re.IGNORECASE,
)


def new_one(text: str, talk: Talk) -> list[str]:
    """ "Since today I have a different coach: Dario Conti"."""
    match = _NEW_ONE.match(text) if "new" in text or "different" in text else None
    if match is None or match["n"].lower() in talk.grammar.pets:
        return []
    before = match["b"].strip(" ,")
    return [f"{before} my new {match['n']} is {match['v']}{match['rest']}".strip()]
