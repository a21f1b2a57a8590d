"""Lists in shorthand: an introduction, a project's parts, things that are counted up."""

from __future__ import annotations

import re

from everwhen.write.rules.frames import with_article
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import cut
from everwhen.write.rules.words import words as words_of

_COMMA = re.compile(r"\s*(?:[,;|/•](?![^(]*\))|\s[–—-]\s)\s*(?:and |&\s*)?")
_NUMBER = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven)"


# -- "Quick intro: Tom, 29, plumber, based in Hull, one dog (Rex)" --------------------------------

_INTRO = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|and|just|here's|here is|my|a|an|the|some|very|quick|short|brief|"
    r"little|tiny|bit of|bit|few facts|facts|basic|basics|general|personal)[\s,!]+)*"
    r"(?:intro|introduction|about me|about myself|background|bio|profile|context|summary|me)"
    r"(?: about me| on me| first| again| time)?\s*[:–—-]\s*(?P<items>.+)$",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"^(?:aged? )?(?P<n>[1-9]\d) ?(?:yo|y/o|years? old|yrs?(?: old)?|[mf])?(?: now)?$", re.I
)
_PROPER = re.compile(
    r"^(?:name(?:'s|:)? ?|I'm |I am )?(?P<n>[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?)$"
)
_SITUATION = re.compile(
    r"^(?:currently |now |still |originally |happily |recently |newly )*(?:based|living|born|from|"
    r"working|studying|married|single|divorced|engaged|widowed|retired|allergic|self-employed|"
    r"training|learning|raised|pregnant)\b",
    re.IGNORECASE,
)
_TASTE = re.compile(
    r"^(?:(?:really|absolutely|also) )?(?P<v>loves?|likes?|hates?|enjoys?|prefers?|drives?|"
    r"plays?|speaks?|works?|lives?|studies|dislikes?)\s+(?P<x>.+)$",
    re.IGNORECASE,
)
_CREW = re.compile(
    rf"^(?:have |has |got |with |plus |owner of )?(?P<c>{_NUMBER}|no) (?P<n>[a-z][a-z -]{{1,20}}?)"
    r"(?:\s*[(:,]\s*|\s+(?:called|named)\s+)?(?P<who>(?-i:[A-ZÀ-Þ])[^)]*)?\)?$",
    re.IGNORECASE,
)
_KIDS = words_of("kid kids child children son sons daughter daughters boys girls twins")
_PARENT = re.compile(
    r"^(?:single )?(?:mum|mom|mother|dad|father|parent)(?: of| to) (?P<r>.+)$", re.IGNORECASE
)


def introduction(text: str, talk: Talk) -> list[str]:
    """Each item of who one is, as a sentence about oneself."""
    match = _INTRO.match(text)
    items = [i.strip(" .!") for i in _COMMA.split(match["items"] if match else text)]
    items = [i for i in _rejoined(items) if i]
    if len(items) < (2 if match else 3):
        return []
    told = [about(item, number == 0, talk) for number, item in enumerate(items)]
    known = sum(1 for t in told if t)
    if known < 2 or (match is None and (known < len(items) or not _AGE.match(items[0]))):
        return []
    return [sentence for sentence in told if sentence]


def _rejoined(items: list[str]) -> list[str]:
    """ "two dogs", "Bica and Noz" are one item."""
    out: list[str] = []
    for item in items:
        if out and re.match(_NUMBER + r" [a-z]+$", out[-1], re.I) and _NAMES_ONLY.match(item):
            out[-1] = f"{out[-1]} ({item})"
        elif out and _LISTING.search(out[-1]) and _PROPER.match(item):
            out[-1] = f"{out[-1]}, {item}"
        else:
            out.append(item)
    return out


_NAMES_ONLY = re.compile(r"^[A-ZÀ-Þ][\w'-]+(?: (?:and|&) [A-ZÀ-Þ][\w'-]+)*$")
_LISTING = re.compile(r"[a-z]+ \([A-ZÀ-Þ][\w'-]+$")


def about(item: str, first: bool, talk: Talk) -> str:
    """An item of an introduction as a sentence about oneself; empty where it is not understood."""
    lists, low = talk.grammar.lists, item.lower()
    age, name, crew = _AGE.match(item), _PROPER.match(item), _CREW.match(item)
    if age is not None:
        return f"I am {age['n']} years old"
    if first and name is not None and low not in lists["profession"]:
        return f"My name is {name['n']}"
    bare = re.sub(r"^(?:an?|the|I'm an?|I am an?) ", "", item, flags=re.IGNORECASE)
    head = bare.lower().partition(" at ")[0].partition(" for ")[0]
    if head in lists["profession"] or head.rpartition(" ")[2] in lists["profession"]:
        return f"I am {with_article(bare)}"
    if low.removeprefix("strictly ") in lists["diet"] or _SITUATION.match(item):
        return f"I am {item}"
    parent = _PARENT.match(item)
    if parent is not None:
        return f"I am a {item}"
    taste = _TASTE.match(item)
    if taste is not None:
        verb = taste["v"].lower()
        verb = {"studies": "study"}.get(verb, verb.removesuffix("s"))
        return f"I {verb} {taste['x']}"
    return _crew(crew, talk) if crew is not None else ""


def _crew(match: re.Match[str], talk: Talk) -> str:
    noun = match["n"].lower().strip()
    one = singular(noun)
    if noun not in talk.grammar.pets and one not in talk.grammar.pets and noun not in _KIDS:
        return ""
    names = re.sub(r"\s*(?:&|\+)\s*", " and ", (match["who"] or "").strip(" )"))
    who = f" named {names}" if names else ""
    return f"I have {match['c']} {noun}{who}"


# -- "the side project (Kestrel): svelte + fastapi, hosted on fly.io" ------------------------------

_PARTS = (
    r"(?:front ?-?end|back ?-?end|database|db|hosting|ci|cache|queue|search|api|mobile app|"
    r"infra|infrastructure|auth|styling|orm|server|client|deployment|logging|monitoring)"
)
_PROJECT = re.compile(
    r"^(?:(?:ok|okay|so|right|context(?: for later)?|fyi|for|on|about|re|stack|tech stack|the|our|"
    r"my|new|side|main|work|little|current|stack for|project|app|site|website)[\s,:]+)*"
    r"(?:(?:project|app|site|website|service|repo|platform|product) ?)?"
    r"\(?(?P<n>(?-i:[A-Z])[\w-]+)\)?(?: project| app| site| website| service)?"
    r"(?P<how>:| (?:we )?(?:use|uses|is using|has|runs on|is built with|is|is going to use)|,? we "
    r"use) (?P<items>.+)$",
    re.IGNORECASE,
)
_FOR_PROJECT = re.compile(
    r"^(?:we|I) (?:will |are going to )?(?:use|picked|chose|went with|are using) (?P<items>.+?)"
    r" for (?:the |our |my )?(?P<n>(?-i:[A-Z])[\w-]+)(?: project| app| site| service)?$",
    re.IGNORECASE,
)
_AS_PART = re.compile(
    rf"^(?:with )?(?P<v>[\w.+#-]+(?: [\w.+#-]+)?) (?:as|on|for|in) (?:the |our |its "
    rf")?(?P<k>{_PARTS})$",
    re.IGNORECASE,
)
_PART_IS = re.compile(
    rf"^(?:the |our |its )?(?P<k>{_PARTS})(?:'s| is| in| on|:| =| runs on| uses)+ ?(?:in |on )?"
    r"(?P<v>[\w.+#-]+(?: [\w.+#-]+)?)$",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"^(?:it is |it's |and )?(?P<h>hosted|deployed|running|runs|built|written) (?:on|with|by|in|"
    r"at) "
    r"(?P<v>[\w.+#-]+(?: [\w.+#-]+)?)$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:,|;|\+|&| and | with (?=\w))\s*(?:and )?", re.IGNORECASE)
_CALLED = {"db": "database", "front end": "frontend", "front-end": "frontend",
           "back end": "backend", "back-end": "backend", "infra": "hosting"}  # fmt: skip


def stack(text: str, talk: Talk) -> list[str]:
    """What a project is made of, part by part."""
    match = _FOR_PROJECT.match(text) or _PROJECT.match(text)
    if match is None:
        return []
    items = [i.strip(" .!()") for i in _ITEM.split(match["items"]) if i.strip(" .!()")]
    plain = match.groupdict().get("how", ":")
    if match["n"].lower() in _NO_PROJECT or (plain.strip() in ("is", "has") and len(items) < 2):
        return []
    told = [_made_of(match["n"], item, talk) for item in items]
    sure = sum(1 for t, item in zip(told, items, strict=True) if t and not _bare(item))
    if not all(told) or (not sure and not _known_tools(items, talk)):
        return []
    return told


_NO_PROJECT = words_of(
    "we i it they he she you this that there everyone everything someone people nobody api ci "
    "ui db monday tuesday wednesday thursday friday saturday sunday update note ps btw today "
    "tomorrow"
)


def _bare(item: str) -> bool:
    return re.fullmatch(r"[\w.+#-]+", item) is not None


def _known_tools(items: list[str], talk: Talk) -> bool:
    known = talk.grammar.lists["tech"]
    return any(item.lower() in known for item in items)


def _made_of(name: str, item: str, talk: Talk) -> str:
    part = _AS_PART.match(item) or _PART_IS.match(item)
    if part is not None:
        kind = part["k"].lower()
        return f"The {name} {_CALLED.get(kind, kind)} is {part['v']}"
    hosted = _HOSTED.match(item)
    if hosted is not None:
        how = {"running": "deployed", "runs": "deployed"}.get(hosted["h"].lower(), hosted["h"])
        return (
            f"{name} is {how} on {hosted['v']}"
            if how != "written"
            else f"{name} uses {hosted['v']}"
        )
    return f"{name} uses {item}" if _bare(item) and item.lower() not in _NO_TOOL else ""


_NO_TOOL = words_of("late done great fun on off fine good bad nice live dead ready down up")


# -- "got two bikes: an orbea for the road and a brompton for town" --------------------------------

_COLLECTION = re.compile(
    r"^(?:(?:so|and|btw|I|we|also|now|still|just) )*(?:have|got|own|ride|drive|play|keep|have got)"
    rf" (?:{_NUMBER}|several|both|a few) (?:[\w-]+ )?(?P<n>bikes|bicycles|cars|guitars|cameras|"
    rf"boats|"
    r"phones|laptops|motorbikes|motorcycles|computers|accounts|bank accounts|jobs|houses|flats|"
    r"vans|"
    r"trucks|instruments|watches|consoles|tablets)\s*(?::|,|-|–|—|\() ?(?P<items>.+?)\)?$",
    re.IGNORECASE,
)
_THING = re.compile(r"\s*(?:,| and | plus |&|\+)\s*(?:and )?(?=(?:an?|my|the|one) )", re.IGNORECASE)


def collection(text: str, talk: Talk) -> list[str]:
    """Each thing of a counted list by itself."""
    match = _COLLECTION.match(text)
    if match is None:
        return []
    kind = singular(match["n"].lower())
    told: list[str] = []
    for item in _THING.split(match["items"]):
        thing = cut(item.strip())
        thing = re.split(r" (?:for|that|which|with|to|from|at) ", thing)[0].strip(" .")
        if re.match(r"(?:an?|my|the|one) ", thing, re.I) is None or len(thing.split()) > 5:
            return []
        held = talk.grammar.kind_of(thing.split(" ", 1)[1])
        named = kind in thing.lower() or (held is not None and held == talk.grammar.kind_of(kind))
        told.append(f"I have {thing}" if named else f"I have {thing} {kind}")
    return told
