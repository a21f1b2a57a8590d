"""Cut a value out of the words that follow a verb, and refuse what is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from everwhen.write.rules.words import words as words_of

TIME_MARK = "\ue001"
"""Stands, with a digit after it, where a time expression was taken out of a clause."""

_TAIL = (
    r"because|since|but|so|which|who|whose|where|when|while|whilst|if|unless|though|although|"
    r"after|before|until|till|these days|those days|right now|at the moment|at present|nowadays|"
    r"currently|anymore|any more|any longer|no more|again|too|as well|lol|lmao|haha+|hehe+|rofl|"
    r"xd|tho|btw|tbh|imo|imho|obvs|obviously|of course|already|yet|instead|please|pls|thanks|thx|"
    r"rn|atm|here|now|though|honestly|actually|literally|for now|by the way|to be honest|"
    r"for good|for real|full[- ]time|part[- ]time|hands down|by far|"
    r"for (?:a while|ages|years|months|weeks|some time|a long time|the time being)|"
    r"and (?:i|im|i'm|ive|we|my|our|it|its|it's|his|her|their|he|she|they|the|"
    r"so|that|this|then|now|have|am|was|is|no|not|just|nothing|always|never|usually|carry|take|"
    r"need|had|will|can|cannot)|or (?:so|something)|"
    r"as of|as from|starting|effective|thank (?:god|you)|thankfully|luckily|unfortunately|sadly|"
    r"most of the time|all the time|every \w+|each (?:day|week|morning|year|month)|"
    r"on (?:week|satur|sun|mon|tues|wednes|thurs|fri)\w*days?|as (?:you|i) (?:know|said)|"
    r"in general|a lot|very much|so much|best|the most|more than|anyway|anyways|"
    r"originally|forever|haven't"
)
_CUT = re.compile(
    rf"\s*(?:[;:!?\n\ue001\"()\[\]|*<>~]|\s-+\s|\s(?:{_TAIL})\b|(?<=\s)&\s*$).*$", re.I | re.S
)
_COMMA = re.compile(r"\s*,.*$", re.S)
_HARD = re.compile(r"[;:!?\n\ue001\"()\[\]|].*$", re.S)
_EDGE = " ,.;:!?'\"-–—~*_/"
_PREP = re.compile(
    r"\s(?:in|with|for|near|by|on|at|to|from|of|as|next|right|close|just|during|under|over|"
    r"around|along|about|without|via|through|and|or|not|than|is|are|was|has|doing|working|living|"
    r"having|being|last|this|every|each|i|we|my|our|a|an|full|part|back|alone|together)\b.*$",
    re.I | re.S,
)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
_ANY_ARTICLE = re.compile(
    r"^(?:the|a|an|my|our|some|this|that|these|those|any|all|his|her|their|your)\s+", re.I
)
_CALLED = re.compile(r"\b(?:called|named|known as)\s+(.+)$", re.I)
_NO_PLACE = words_of(
    "a an the my our his her their this that these those some any it here there "
    "where work bed home "
    "school town sleep hell heaven someone somebody something me you us him them both one another "
    "different new fear peace pain harmony sin bliss denial constant total complete general fact "
    "person case love need touch trouble front back between bigger smaller better cheaper with "
    "together alone apartment flat house dorm dorms place places area country city village "
    "countryside suburbs keep be get do make see have go know say tell try use and or but of for "
    "at in on to no not now then again anywhere somewhere nowhere everywhere abroad overseas "
    "everything nothing anything what who how why when which more less other others tears moment "
    "present past future end next last first management sales marketing mode production staging "
    "online office offices room rooms kitchen monday tuesday wednesday thursday "
    "friday saturday sunday "
    "january february march april june july august september october november december "
    "half back forward wing midfield defence defense goal attack striker keeper "
    "week month year morning evening night day days weeks months years time times color colour"
)
_NO_ORG = words_of(
    "it me him her them us you this that these those home night nights day days "
    "all least first "
    "last times time moment once present work which what where who whom least most best noon "
    "midnight dawn weekends weekend my our his their your both something anything everything "
    "nothing someone people myself and or but not so being getting people kids children animals "
    "clients customers patients students horses dogs cats cars computers numbers wood food hands "
    "a an the some any living fun free now then too very really hard well better getting becoming "
    "least peace risk ease odds what how improving making building things stuff money "
    "weekdays mondays tuesdays wednesdays thursdays fridays saturdays sundays losing"
)
_GENERIC_ORG = re.compile(
    r"^(?:the |a |an |my |our |this |that |your )?(?:(?:new|old|same|big|small|"
    r"local|different|great|good|current|"
    r"previous|other|second|first|last|own|whole|nice|shitty|boring|next|job|part) )*"
    r"(?:company|job|jobs|place|firm|office|team|moment|time|end|beginning|weekend|world|party|"
    r"house|gym|club|top|bottom|day|week|weeks|career|role|position|boss|desk|computer|project|"
    r"home|morning|night|evening|afternoon|same|thing|things|one|ones|dad|mom|mother|father|"
    r"parents|family|friends?|wife|husband|group|room|bit|lot|while|living|public|people|kids|"
    r"hours?|years?|months?|employer|business|age|moment)$",
    re.I,
)
_NAME = re.compile(
    r"^[^\W\d_][\w'’.-]*(?: (?:(?:van|von|der|den|de|da|di|la|le|el|al|bin|ben|"
    r"mac|o)\b ?)*[A-ZÀ-Þ][\w'’.-]*){0,3}"
)
_NO_NAME = words_of(
    "a an the my our his her their your this that it he she they we i you me "
    "not never very so too "
    "really just also still now here there going getting coming doing being having working living "
    "in on at to from with for of by about and or but is was are were be been very good great bad "
    "nice sweet cute awesome amazing funny sick ill pregnant dead alive visiting moving married "
    "single divorced engaged busy tired happy sad angry mad crazy weird annoying asleep awake "
    "turning starting leaving always usually often sometimes only already almost more less most "
    "one two three four five six seven eight nine ten both all some any no yes ok okay well who "
    "what when where why how which as if because since though old young tall short big small "
    "strict lovely awful terrible wonderful fine back home out up down off over called named "
    "like love hate want need got get has have had does do did will would can could should may "
    "might must complicated broken slow fast quite pretty kind super such unknown "
    "everything something nothing anything someone everyone retired allergic vegan vegetarian "
    "blue red green black white yellow orange purple pink brown gray grey born from teething "
    "loud hungry healthy fat lazy smart stupid clever sleeping eating playing crying barking "
    "hard easy different important cool hot cold warm late early due done over ready next last "
    "wrong right true false correct fluffy adorable beautiful gorgeous handsome cheap expensive "
    "to-day today tomorrow yesterday soon finally actually probably maybe named usually"
)
_NUMBERS = words_of(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_MONEY = re.compile(
    r"(?:about |around |roughly |approx(?:imately|\.)? |~ ?|up to |max(?:imum)? "
    r"|at most |exactly |now |just )?"
    r"((?:(?:[$€£¥]|usd|eur|gbp|chf|us\$) ?)?\d[\d.,' ]*\d?(?: ?(?:k|m|mio|million|"
    r"thousand|grand|hundred))?\b"
    r"(?: ?(?:[$€£¥]|dollars?|euros?|pounds?|bucks|quid|usd|eur|gbp|chf|francs?|kronor|kroner|yen|"
    r"rupees?|reais|pesos?|zloty|credits|points|hours?|hrs|minutes?|mins|days?|weeks?|people|"
    r"tokens|words|pages|gb|mb|tb|mbit|mbps|kwh|litres|liters|sqm|guests|seats|tickets|users|"
    r"credits|pts|steps|reps|lengths|laps|km|miles|kg|kilos|lbs|percent|%)(?:\b|(?<=[$€£¥%])))?"
    r"(?: (?:a|per|each|every) (?:day|week|month|year|person|head|night|hour|quarter))?)",
    re.I,
)
_BAD_THING = words_of(
    "it this that them him her me you us what how when where who something anything "
    "everything "
    "nothing someone one ones to be so too much lot way not thing things stuff here there i we "
    "they he she and or but if is are was the a an my our your do did does done idea fact"
)
_SPLIT = re.compile(
    (
        r"\s*(?:,\s*(?:and|or|plus)\s+|,|\band also\b|\band\b|\bplus\b|\bas well as\b|"
        r"&|\+|\s/\s)\s*"
    ),
    re.I,
)


def cut(text: str) -> str:
    """The words up to where the value ends: time, subordinate clause, filler."""
    return _CUT.sub("", " " + text).strip(_EDGE)


def thing(text: str) -> str | None:
    """A noun phrase or gerund phrase up to a comma."""
    value = cut(_COMMA.sub("", text)).strip(_EDGE)
    value = re.sub(
        r"\s+(?:and|or|with|in|on|at|to|for|of|a|the|also|really|is|are)$", "", value, flags=re.I
    )
    if not value or len(value) > 90 or value.lower() in _BAD_THING:
        return None
    first = value.split(" ", 1)[0].lower()
    if first in (
        "it",
        "that",
        "this",
        "when",
        "how",
        "if",
        "you",
        "what",
        "i",
        "them",
        "him",
        "her",
        "me",
        "us",
        "and",
        "or",
    ):
        return None
    return value


def noun(text: str) -> str | None:
    """As `thing`, without a leading article or possessive, and short."""
    value = thing(text)
    if value is None:
        return None
    value = _ANY_ARTICLE.sub("", value).strip()
    if not value or len(value.split()) > 6 or value.lower() in _BAD_THING:
        return None
    return value


def short(text: str) -> str | None:
    """A noun phrase up to a preposition, at most four words, without an article."""
    value = thing(_PREP.sub("", " " + text))
    if value is None:
        return None
    value = _ANY_ARTICLE.sub("", value).strip()
    return value if value and len(value.split()) <= 4 and value.lower() not in _BAD_THING else None


_DATED = re.compile(
    r"\s+(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|May|June|July|"
    r"August|September|October|November|December|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)(?:day)?$"
)


def place(text: str) -> str | None:
    """A town, region or country; lower case is accepted if it looks like a name."""
    text = _HARD.sub("", text).strip(_EDGE)
    called = _CALLED.search(text)
    if called:
        return name(called[1])
    head, _, tail = text.partition(",")
    value = cut(head)
    value = re.sub(
        r"^(?:the )?(?:city|town|village|suburbs?|outskirts|north|south|east|west|"
        r"centre|center|heart|middle|state|"
        r"downtown|central|beautiful|sunny|rainy|rural|lovely)(?: of)?\s+(?=\S)",
        "",
        value,
        flags=re.I,
    )
    match = re.match(
        (
            r"(?:the )?[A-ZÀ-Þ0-9][\w'’.-]*(?: (?:(?:of|the|de|do|da|del|la|le|les|am|"
            r"an der|upon|sur|los|las|el|san|st)\b )*[A-ZÀ-Þ][\w'’.-]*)*"
        ),
        value,
    )
    found = match[0].strip(_EDGE) if match and not value[0].isdigit() else _lower_place(value) or ""
    found = _DATED.sub("", found)
    refused = not found or len(found) < 2 or found.split()[0].lower() in _NO_PLACE
    if refused and not re.match(r"[tT]he [A-Z]", found):
        return None
    region = re.match(r"\s+([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?)\s*(?:$|[,.\ue001])", tail)
    if region and value == found and "," not in found:
        found = f"{found}, {region[1]}"
    return found


def _lower_place(value: str) -> str | None:
    value = _PREP.sub("", " " + value).strip(_EDGE)
    words = value.split()
    if (
        not 1 <= len(words) <= 3
        or len(value) < 3
        or any(word.lower() in _NO_PLACE for word in words)
    ):
        return None
    if not all(re.fullmatch(r"[^\W\d_][\w'’.-]*", word) for word in words):
        return None
    return value


_SITE = (
    r"bakery|hotel|bank|hospital|clinic|school|university|college|library|museum|restaurant|cafe|"
    r"café|bar|pub|brewery|winery|office|factory|plant|warehouse|farm|shop|store|bookshop|"
    r"bookstore|supermarket|market|pharmacy|salon|studio|agency|council|police|brigade|department|"
    r"navy|railways?|airport|harbou?r|port|authority|ministry|embassy|consulate|court|church|"
    r"nursery|kindergarten|daycare|home|garage|lab|laboratory|institute|newspaper|magazine|"
    r"start-?up|firm|publisher|theatre|theater|zoo|shipyard|mill|mine|dealership|cent(?:re|er)|"
    r"practice|surgery|workshop|foundry|gallery|charity|foundation|union|society|station|depot|"
    r"co-?op|bureau|company|corporation|consultancy|franchise|chain|diner|deli|butcher's|"
    r"bike shop|nursing home|care home|law firm|call centre|gas station|fire station|city hall|"
    r"town hall|army|air force|coast guard|post|service|board|parlou?r|aquarium|cinema|casino|"
    r"gym|spa|resort|kitchen|canteen|vineyard|orchard|stables?|shelter|prison|academy|observatory"
)
_WORKPLACE = re.compile(
    rf"(?:the|an?|our|another|this)\s+(?:[\w'&-]+ ){{0,4}}?(?:{_SITE})(?:(?= (?:in|of|for|near) "
    r"(?:the )?(?-i:[A-Z])) (?:in|of|for|near) (?:the )?(?-i:[A-Z][\w'-]+(?: [A-Z][\w'-]+)*))?"
    r"(?![\w'-])(?! (?:party|table|toilet|door|window|car park|sale|food|menu|chair|trip)\b)",
    re.I,
)


def workplace(text: str) -> str | None:
    """A company, or where somebody can work: "the patent office", "a bakery in Ghent"."""
    text = _HARD.sub("", text).strip(_EDGE)
    match = _WORKPLACE.match(text) if _CALLED.search(text) is None else None
    if match is not None and _GENERIC_ORG.match(match[0]) is None:
        value = re.sub(r"^(?:our|this)\s+", "the ", match[0], flags=re.I)
        return re.sub(r"^another\s+", "a ", value, flags=re.I)
    return company(text)


def org(text: str) -> str | None:
    """A company, school or other place of work."""
    text = _HARD.sub("", text).strip(_EDGE)
    called = _CALLED.search(text)
    if called:
        value = cut(_COMMA.sub("", called[1]))
        return value or None
    site = _WORKPLACE.match(text)
    if site is not None and _GENERIC_ORG.match(site[0]) is None and text[:3].lower() != "our":
        return site[0]
    value = cut(_COMMA.sub("", text))
    match = re.match(
        r"(?:the |an? )?(?:(?:St|Mr|Mrs|Dr)\. )?[A-ZÀ-Þ0-9][\w'’.&+-]*(?: (?:(?:&|"
        r"and|of|the|de|for|et|und|y|e|by) )*(?=[A-ZÀ-Þ0-9&])[\w'’.&+-]+)*"
        r"(?: (?:hospital|school|university|college|bank|library|clinic|agency|studio|"
        r"group|labs?|clinics|bakery|cafe|café|restaurant|hotel|museum)\b)?",
        value,
    )
    value = match[0].strip(_EDGE) if match else _PREP.sub("", " " + value).strip(_EDGE)
    if not value or len(value.split()) > 6:
        return None
    first = value.split()[0].lower()
    bare = _ARTICLE.sub("", value)
    if _GENERIC_ORG.match(value) or not bare:
        return None
    if (
        (first in _NO_ORG and first not in ("a", "an", "the"))
        or bare.lower() in _NO_ORG
        or (value[0].isdigit() and len(value.split()) == 1 and value.isdigit())
    ):
        return None
    if first in ("my", "our", "his", "her", "their"):
        return None
    if value.lower().split()[-1] in ("hours", "minutes", "years", "clock", "am", "pm"):
        return None
    return value


def company(text: str) -> str | None:
    """As `org`, but without an article: something with a name."""
    value = org(text)
    if value is None or (_ARTICLE.match(value) and not re.match(r"[Tt]he [A-Z]", value)):
        return None
    return value


def role(text: str) -> str | None:
    """What somebody works as."""
    value = _HARD.sub("", text)
    value = cut(_COMMA.sub("", value))
    value = re.sub(
        (
            r"\s(?:at|in|with|for|from|by|on|now|and (?:i|we|my)|who|that|working|living|"
            r"myself|here|there|over|to)\b.*$"
        ),
        "",
        " " + value,
        flags=re.I,
    ).strip(_EDGE)
    value = re.sub(r"^(?:the|a|an|our|their|your|its|my)\s+", "", value, flags=re.I)
    if not value or len(value.split()) > 6 or value.lower() in _BAD_THING:
        return None
    return value


def name(text: str) -> str | None:
    """A person's or an animal's name, of at most four words."""
    text = _HARD.sub("", text).strip(_EDGE + "“”")
    match = _NAME.match(text)
    if match is None:
        return None
    value = match[0].strip(_EDGE)
    first = value.split()[0].lower()
    if first in _NO_NAME or (first.endswith(("ing", "ly")) and value.islower()):
        return None
    if first.endswith("n't") or len(value) < 2:
        return None
    after = text[match.end() :].strip()
    if value.islower() and re.match(r"(?:of|in|to|for|on|at|than|with|about)\b", after):
        return None
    if (
        value.islower()
        and after
        and re.match(r"[a-z]+", after)
        and not re.match(
            (
                r"(?:and|but|who|she|he|is|was|btw|lol|haha|by|which|now|too|not|i|we|they|"
                r"works?|lives?|has|just|so|after|though|tho)\b"
            ),
            after,
        )
    ):
        return None
    return re.sub(r"'s$", "", value)


def amount(text: str) -> str | None:
    """A sum or quantity with its unit."""
    match = _MONEY.match(text.strip().replace(TIME_MARK, ""))
    if match is None:
        return None
    return match[1].strip(_EDGE) or None


def number(text: str) -> str | None:
    """A plain number in digits or words."""
    word = text.strip().split(" ", 1)[0].strip(_EDGE).lower() if text.strip() else ""
    if word in _NUMBERS or re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*|\d{1,7}", word):
        return word
    return None


def age(text: str) -> str | None:
    """A number of years that somebody can have lived."""
    value = number(text)
    if value is None:
        return None
    if value.isdigit() and not 0 < int(value) < 120:
        return None
    return value


def phrase(text: str) -> str | None:
    """Whatever is said, up to the end of the clause."""
    value = text.split(TIME_MARK)[0].strip(_EDGE)
    return value if value and len(value) <= 160 else None


def token(text: str) -> str | None:
    """One word."""
    words = text.strip(_EDGE).split()
    return words[0].strip(_EDGE) if words and words[0].strip(_EDGE) else None


def dated(text: str) -> str | None:
    """A value that is a time expression; the mark stays in it."""
    match = re.match(rf"\s*(?:on |at |for |by |in )?({TIME_MARK}\d)", text)
    return match[1] if match else None


def answer(text: str) -> str | None:
    """What a generic statement gives as value: a name, a number, a quoted word or a short noun."""
    value = cut(re.sub(r"\s*,(?!\d{3}\b).*$", "", text, flags=re.S))
    value = re.sub(
        r"^(?:called|named|still|now|actually|currently|always|also)\s+", "", value, flags=re.I
    )
    if not value or len(value.split()) > 8 or value.lower() in _BAD_THING:
        return None
    return value


_ENDING = re.compile(rf"\s(?:{_TAIL})\b.*$", re.I | re.S)


def ended(text: str) -> str:
    """An enumeration up to where its clause ends."""
    return _ENDING.sub("", " " + _HARD.sub("", text))


def items(text: str) -> list[str]:
    """Split an enumeration into its values."""
    text = ended(text)
    found: list[str] = []
    for part in _SPLIT.split(text):
        part = re.sub(
            (
                r"^(?:both|either|mostly|mainly|especially|also|some|a little|a bit of|little|"
                r"probably|really|only|just|all kinds of|all sorts of|all|any|lots of)\s+"
            ),
            "",
            part.strip(_EDGE),
            flags=re.I,
        )
        value = thing(part)
        if value is not None:
            value = _ANY_ARTICLE.sub("", value)
            if value and value.lower() not in _BAD_THING and len(value.split()) <= 6:
                found.append(value)
    return found[:8]


TRIMMERS: Mapping[str, Callable[[str], str | None]] = {
    "thing": thing,
    "noun": noun,
    "short": short,
    "place": place,
    "org": org,
    "company": company,
    "workplace": workplace,
    "role": role,
    "name": name,
    "amount": amount,
    "number": number,
    "age": age,
    "phrase": phrase,
    "token": token,
    "date": dated,
    "answer": answer,
}
