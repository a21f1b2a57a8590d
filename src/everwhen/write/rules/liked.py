"""Cut what somebody likes or dislikes, item by item, out of the words that follow the verb."""

from __future__ import annotations

import re

from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.rewording import third
from everwhen.write.rules.values import TIME_MARK, ended, thing
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

MOST = 8
"""How many items one statement gives at most."""

_LONGEST = 7
_LONGEST_DOING = 9
_EDGE = " ,.;:!?'\"-–—~*_/"
_LOTS = re.compile(r"\ba (?:whole )?lot of\b", re.IGNORECASE)
_AS_MUCH = re.compile(r"\bas (?:much|many) (?=\w+ as\b)", re.IGNORECASE)
_RUN_ON = re.compile(
    r"(?<!\bthat)(?<!\bwho)(?<!\bwhich)\s+(?:i|im|i'm|i've|ive|i'd|we|he|she|they|you|u|it's|"
    r"it (?=(?:is|was|has|makes?|gets?|can|will|helps?|keeps?|would)\b)|there|am|is|are|"
    r"was|were|has|had|does|did|do|will|would|can|could|should|might|must|cannot|"
    r"have(?= (?:an?|one|two|three|some|been|no|it|them|\d))|my(?= \w+ "
    r"(?:is|are|was|has|have|hates?|loves?|likes?|eats?|lives?|works?|does|do|can)\b)|"
    r"what|how|why|when|if|even(?= (?:if|though|when))|thats|that's|"
    r"that (?:i|we|you|they|he|she)|in (?:fact|general)|but|just (?:not|because)|"
    r"or (?:something|anything|whatever)|and (?:stuff|things|such|more|whatnot|etc)|etc|"
    r"all (?:the same|year|day|over)|or not|of course|with all my heart|to death|"
    r"tastes?|smells?(?! of)|makes?(?= me)|gives?(?= me)|as (?:long|far|well|good)|"
    r"at least|almost as|in-fact|no (?:clue|idea)|way (?:more|better)|not(?! too)|"
    r"rather than|than)\b(?!-).*$",
    re.IGNORECASE | re.DOTALL,
)
_TRAILING = re.compile(
    r"\s+(?:more|most|mostly|either|any|anyway|an|as|so|very|really|too|also|just|even|much|"
    r"lately|especially|period|overall|probably|sometimes|occasionally|often|ever|always|myself|"
    r"dearly|deeply|at all|well|better|better than|as much|for sure|for fun|for some reason|"
    r"in a|at|in|of|to|for|with|on|by|from|about|or|and|have|am|that|like|yes|no|ok|bye|lol|wow|"
    r"right|constantly|daily|regularly|all the time|nonstop|everyday|forever|"
    r"already|today|tonight)$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:both|either|neither|mostly|mainly|also|some|a little|a bit of|little|probably|really|"
    r"only|just|all kinds of|all sorts of|all types of|any kind of|most kinds of|lots of|all the|"
    r"all|any|every|including|like|such as|especially|particularly|even|and|or|these|"
    r"those|this|that|certain|various|my|our|the(?= (?:new|most)\b)|to (?=to\b))\s+)+",
    re.IGNORECASE,
)
_OWN = re.compile(r"^(?:(?:all|both|also|of) )*(?:my|our)\s+(?P<x>.+)$", re.IGNORECASE)
_OTHERS = re.compile(r"^(?:(?:all|both|some|of|most) )*(?:their|his|her|your)\b", re.IGNORECASE)
_JOINS = re.compile(
    r"\s*(?:,\s*(?:and|or|plus)\s+|,(?: (?:but )?(?:especially|particularly|including|such as|like|"
    r"mainly|mostly)\b)?|\band also\b|\band\b|\bplus\b|\bas well as\b|&|\+|\s/\s|"
    r"(?:\bbut )?\b(?:especially|particularly|including|such as)\b)\s*",
    re.IGNORECASE,
)
_LIKE = re.compile(r"(?<=\w\w)\s+like (?=[a-z]+(?:ing|s)\b|\w+(?:$|,| and\b))", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
PAIRS = re.compile(
    r"\b(?:(?:ham|mac|macaroni|bacon|cream|egg|steak|sausage|spinach|wine) and (?:cheese|eggs?)|"
    r"fish and chips|bread and butter|peanut butter and jelly|pb and j|salt and vinegar|"
    r"salt and pepper|rock and roll|rock ?n roll|r and b|biscuits and gravy|"
    r"chips and (?:salsa|dip)|chicken and waffles|cookies and cream|rice and beans|"
    r"beans and rice|meat and potatoes|"
    r"spaghetti and meatballs|dungeons and dragons|black and white|red and white|arts and crafts|"
    r"track and field|drum and bass|country and western|gin and tonic|rum and coke|"
    r"milk and cookies|strawberries and cream|pork and beans|corned beef and cabbage|"
    r"soup and salad|burgers? and fries|sweet and (?:sour|salty|savory)|surf and turf|"
    r"wining and dining|bits and pieces|odds and ends|hide and seek|bow and arrow|"
    r"peace and quiet|friends and family|family and friends|cooking and baking shows|"
    r"beauty and the beast|rick and morty|tom and jerry|sex and the city|law and order|"
    r"pride and prejudice|guns and roses|hustle and bustle|pros and cons|ups and downs|"
    r"kit and caboodle|simon and garfunkel|harry and meghan|mumford and sons|"
    r"old and new|hot and cold|science and technology)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|an?|to)\s+(?=\S)", re.IGNORECASE)
AND = "\u2060"
"""Stands for the "and" of a pair that is one thing: "fish and chips"."""
_COLORS = re.compile(r"^the colou?rs? (?=[a-z])", re.IGNORECASE)
_INFINITIVE = re.compile(r"^to (?P<v>[a-z]+)(?P<o> .+)?$", re.IGNORECASE)
_OF_ONE_OBJECT = words_of(
    "play watch read cook bake make collect eat drink write draw paint grow study sing visit wear "
    "ride drive buy see"
)
_ACTING = words_of(
    "ride clean go have play watch read do make take get sell drive live work works weigh own run "
    "eat drink cook build teach practice volunteer wear ski hike swim camp tastes smells makes "
    "gives looks sounds feels takes keeps goes gets plays lives reminds"
)
_ALSO_VERBS = words_of(
    "hang relax chill explore listen spend roam wander snuggle cuddle laugh sit lie lay"
)
_DROPPED = words_of(
    "it that this these those them him her hers his mine yours theirs ours em one ones "
    "everything anything something nothing someone everyone anyone everybody anybody things thing "
    "stuff same both all none most new old another other others me myself you yourself us go do "
    "be get have make take say know weird good great nice bad way ways lot lots reason reasons "
    "going being having is are was were has had likes loves hates will not about than better how "
    "when what why where because if so too very kind type sort idea fact here there yes no ok "
    "favorite favourite and or but up out rest sound seeing hearing strangely"
)
_NO_START = words_of(
    "it it's about than better how when what why where because if so too very not is are was were "
    "am has had likes loves hates will would can does did yes no i we you he she they them him "
    "there here mine yours hers but as at of favorite favourite worse strangely even every "
    "by up then also who"
)
_OBJECT = re.compile(r"\b(?:it|them|him|em|those|these|mine|yours|hers|theirs)$", re.IGNORECASE)
_INNER = re.compile(r"\s(?:it|him|them|you|your|yourself)\s", re.IGNORECASE)
_THOSE = re.compile(
    r"^(?:(?:all|most|some|the|any|those|these) )*(?P<v>(?:people|anyone|everyone|guys|girls|men|"
    r"women|kids|children|shows|movies|films|books|songs|games|foods?|animals|places|anything) "
    r"(?:who|that|which|with|in|from|without) (?!i\b|we\b|you\b)[^,]+)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"^(?P<v>(?:pretty much |almost |nearly )?(?:everything|anything|(?:all|any|every|most) "
    r"[\w ]{2,30}?),? (?:except|but|besides|other than|apart from)(?: for)? [\w ]{2,40})$",
    re.IGNORECASE,
)
_GERUND = re.compile(r"^(?:to [a-z]+|[a-z]+ing|(?:quality )?time)\b", re.IGNORECASE)
_COMPLEMENT = re.compile(
    r"\b(?:with|between|from|of|on|at|to|for|about)\s+(?:\S+\s+)?\S+(?: \S+)?$", re.IGNORECASE
)
_ADDED = re.compile(
    r"\s(?:while|with|in|on|at|during|for|from|by|after|near|around|without|into|over|through|to)"
    r"\s.*$",
    re.IGNORECASE,
)


def liked(text: str, sentence: str = "") -> list[str]:
    """What is liked or not, each such that it can be read alone, with its article or "to"."""
    text = _LOTS.sub("lots of", text.split(TIME_MARK)[0])
    text = _AS_MUCH.sub("", text)
    those = _THOSE.match(text)
    if those is not None:
        value = _TRAILING.sub("", those["v"].strip(_EDGE))
        return [third(value, "them", begun=True)] if len(value.split()) <= 9 else []
    excepted = _EXCEPT.match(ended(text).strip(_EDGE))
    if excepted is not None:
        return [excepted["v"]]
    text = _RUN_ON.sub("", f" {ended(text)}").strip(_EDGE)
    colors = _COLORS.match(text)
    if colors is not None:
        text = text[colors.end() :]
    text = PAIRS.sub(lambda pair: pair[0].replace(" and ", f" {AND} "), text)
    parts = _told_apart(text)
    if colors is not None:
        parts = [f"the color {part.removeprefix('the ').removeprefix('color ')}" for part in parts]
    found = _kept(parts)
    return [value for value in found if not _goes_on(value, sentence)]


def bare_of(item: str) -> str:
    """An item of what is liked as a value: without article or "to"."""
    return _ARTICLE.sub("", item)


def _goes_on(value: str, sentence: str) -> bool:
    """ "People" of "people who lie": not what is meant."""
    return bare_of(value) in (
        "people",
        "guys",
        "men",
        "women",
        "girls",
        "kids",
        "shows",
        "anything",
    ) and (has_any(sentence.lower(), (f"{value} who", f"{value} that", f"{value} which")))


def _told_apart(text: str) -> list[str]:
    """The items of an enumeration, with what they share said of each."""
    parts: list[str] = []
    at = 0
    whole = _LIKE.sub(", ", text) if " like " in text else text
    for match in _JOINS.finditer(whole):
        part = whole[at : match.start()].strip(_EDGE)
        rest = whole[match.end() :]
        if match[0].strip().lower() == "and" and _shared(part, rest):
            continue
        parts.append(part)
        at = match.end()
    parts.append(whole[at:].strip(_EDGE))
    parts = [part for whole in parts for part in _either(whole)]
    first = _INFINITIVE.match(parts[0])
    return [parts[0], *(_infinitive(part, first) for part in parts[1:])]


def _either(part: str) -> list[str]:
    """Both of "fish or eggs"."""
    found = _OR.split(part)
    short = all(len(one.split()) <= 3 and not _GERUND.match(one) for one in found)
    return found if short else [part]


def _shared(part: str, rest: str) -> bool:
    """Whether "and" goes on with the complement: "spending time with my kids and dogs"."""
    begins = _GERUND.match(part)
    if begins is None or _COMPLEMENT.search(part, begins.end()) is None:
        return False
    word = rest.split(" ", 1)[0].lower()
    return not (word.endswith("ing") or _is_verb(word))


def _is_verb(word: str) -> bool:
    entry = load_cues("en").table.get(word.lower())
    return word.lower() in _ALSO_VERBS or (entry is not None and entry[1] == "base")


def _infinitive(part: str, first: re.Match[str] | None) -> str:
    """A later item with the "to", or the verb, that it shares with the first."""
    if first is None or not part or part.lower().startswith("to "):
        return part
    word, _, rest = part.partition(" ")
    objects = (first["o"] or "").split()
    alone = not objects or objects[0].lower() in load_cues("en")["preposition"]
    if _is_verb(word) and (rest or alone or word.lower() in _ACTING):
        return f"to {part}"
    verb = first["v"].lower()
    if verb in _OF_ONE_OBJECT and 0 < len(objects) <= 2 and not word.lower().endswith("ing"):
        return f"to {verb} {part}"
    return part


def _kept(parts: list[str]) -> list[str]:
    """The parts that say something, without what is only said around them."""
    found: list[str] = []
    for number, part in enumerate(parts):
        first = part.split(" ", 1)[0].lower()
        acts = first in _ACTING and (" " in part or first.endswith("s"))
        if number and acts and not parts[0].lower().startswith("to "):
            break
        if (number and part[:1].isdigit()) or not part:
            continue
        value = _clean(part)
        if value and value.lower() not in {one.lower() for one in found}:
            found.append(value.replace(AND, "and"))
    return found[:MOST]


def _clean(part: str) -> str:
    part = part.strip(_EDGE)
    own = _OWN.match(part)
    for _ in range(3):
        part = _TRAILING.sub("", f" {part}").strip(_EDGE)
    value = _LEADING.sub("", part)
    if _OTHERS.match(part) is not None:
        return ""
    if own is not None:
        value = f"their {value}"
    value = thing(value) or ""
    longest = _LONGEST_DOING if _GERUND.match(value) is not None else _LONGEST
    if len(value.split()) > longest:
        value = _ADDED.sub("", value)
    bare = bare_of(value.lower()).removeprefix("their ")
    words = bare.split()
    if not words or bare in _DROPPED or len(words) > longest or words[0] in _NO_START:
        return ""
    if words[-1] in ("one", "ones", "thing", "stuff") or len(bare) < 2:
        return ""
    if _OBJECT.search(bare) is not None or _INNER.search(f" {bare} ") is not None:
        return ""
    return third(value, "them", begun=True)
