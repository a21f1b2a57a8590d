"""Who a clause is about: the user, somebody of the user's, somebody named, or a thing."""

from __future__ import annotations

import re

from everwhen.model.records import SELF
from everwhen.write.rules.cast import Cast, Subject, Who
from everwhen.write.rules.grammar import Grammar
from everwhen.write.rules.values import name as read_name
from everwhen.write.rules.words import words as words_of

_WE_AT_WORK = (
    r"(?:our|my) (?:whole |entire )?(?:team|company|group|department|office|crew|startup|firm|lab|"
    r"agency|household)(?= (?:now |all |still |mostly )*(?:uses?|keeps?|tracks?|stores?|hosts?|"
    r"deploys?|ships|codes?|runs? on|switched|migrated|(?:has|have) (?:switched|migrated|moved)|"
    r"communicates?|chats?|builds? with|meets? on)\b)"
)
_FIRST = re.compile(
    rf"(?:I|we|{_WE_AT_WORK}|me and (?:my |our )?[\w' ]{{1,25}}?|(?:my |our )?[\w']+(?: [\w']+)? "
    r"and (?:I|me)|both of us|the two of us)\b"
    r"(?: (?:both|all|two))?\s*",
    re.IGNORECASE,
)


_MINE = re.compile(
    r"(?P<own>my|our|his|her|their|its|the(?= (?:kids|children|baby|twins|boys|girls|wife|hubby|"
    r"missus|dog|cat|puppy|kitten|dogs|cats|in-laws|grandkids|neighbou?rs|toddler)\b))\s+",
    re.IGNORECASE,
)


_MINE_ALONE = re.compile(r"mine\b\s*", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?P<who>he|she|they|it|this one|that one|the latter|who)\b\s*", re.IGNORECASE
)


_MODIFIER = (
    r"(?:older|younger|big|bigger|little|elder|eldest|oldest|youngest|middle|best|"
    r"close|closest|good|dear|"
    r"dearest|old|new|current|late|lovely|beloved|beautiful|wonderful|amazing|"
    r"sweet|crazy|dumb|poor|twin|only|"
    r"own|first|second|third|other|two|three|both|adult|teenage|teen|baby|newborn|adopted|"
    r"childhood|long-?time|lazy|stupid|elderly|rescue|senior|fluffy|fat|black|"
    r"white|grey|gray|ginger|orange|"
    r"\d+[- ](?:year|month|week|yr|yo|y/?o)s?[- ]?(?:old)?|\w+-year-old|future|soon-to-be)"
)


_NAMED = re.compile(
    r"(?:\s+|\s*,\s*)(?P<name>[A-ZÀ-Þ][\w'’-]*(?:\s+[A-ZÀ-Þ][\w'’-]*){0,2})(?:\s*,)?"
)


_NO_LOWER_NAME = words_of(
    "appointment appt checkup visit session lesson lessons class classes practice office clinic "
    "chair bill bills fee insurance number place house flat apartment car phone job school wedding "
    "funeral party birthday anniversary trip room side family name names side house visit surgery "
    "recital game match team plan plans day call meeting account email address recommendation "
    "tongue id in-law "
    "course training group photo photos picture dinner lunch breakfast prescription report "
)


_LOWER_NAMED = re.compile(r"\s+(?P<name>[a-zà-ÿ][a-zà-ÿ'-]+)(?=\s)")


_NOUN_END = re.compile(
    r"\s(?:is|are|was|were|has|have|had|will|would|changed?|changes|became|becomes|"
    r"went|moved?|moves|got|gets|"
    r"used to|should|must|can|died|broke|needs?|ends?|ended|expires?|expired|starts?|started|runs|"
    r"called|named|turned|stands?|sits|uses|leaves|departs|arrives|begins|finishes|"
    r"closes|opens|renews|slipped|slid|rose|fell|climbed|jumped|dropped|costs?|switched|lands|consists|counts|stays?|stayed|remains?|"
    r"=|not|never|isn't|isnt)\b|\s*(?:=|:)\s",
    re.IGNORECASE,
)


_PROPER = re.compile(
    r"(?P<name>(?:(?:Mr|Mrs|Ms|Dr|Prof|Aunt|Uncle|Grandma|Grandpa)\.? )?[A-ZÀ-Þ][\w’-]*(?:"
    r" [A-ZÀ-Þ][\w’-]*){0,2})(?P<gen>'s)?(?=\s)"
)


_NOT_NAMES = words_of(
    "i we you he she it they the a an this that these those my our your his her "
    "their there here "
    "what when where why who how which if and but or so because since while after before until "
    "then also just now still not no yes yeah yep ok okay well oh hi hello hey thanks thank please "
    "today yesterday tomorrow tonight last next every each all some any most "
    "many both one two three "
    "monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june "
    "july august september october november december in on at to from for with by of as about over "
    "under into is are was were am be been do does did have has had will would can could should "
    "may might must let lets note remember actually anyway maybe perhaps everyone "
    "everybody someone "
    "somebody nobody nothing everything something people kids work home life time things god "
    "moved live living work working love hate like got bought sold quit left joined started been "
    "going having doing being making taking getting speaking talking thinking "
    "merry happy good great "
    "long big nice cool congrats sorry turns call switched cancelled update fyi btw ps note pro"
)


_THE = re.compile(
    (
        r"(?:the|our|my|this)\s+(?P<noun>[\w'-]+(?: [\w'-]+){0,3}?)\s+(?:of|for|on|"
        r"in|behind)\s+(?:the|our|my|this)?\s*(?P<thing>[\w'-]+(?: [\w'&.-]+){0,4}?)(?=\s(?:is"
        r"|are|was|were|will|has|changed?|=)\b)"
    ),
    re.IGNORECASE,
)


_THE_NOUN = re.compile(
    (
        r"(?:the|this)\s+(?P<noun>[\w'-]+(?: [\w'-]+){0,4}?)(?=\s(?:is|are|was|were|"
        r"will|has|have|changed?|moved?|got|went|starts?|ends?|finally|just|now|died|"
        r"broke|of|runs?|uses?|stands?|leaves?|begins?|opens?|closes?|departs?|"
        r"slipped|slid|rose|fell|climbed|jumped|dropped|costs?)\b)"
    ),
    re.IGNORECASE,
)


def _relation(text: str, grammar: Grammar) -> tuple[str, int] | None:
    """A relation or pet noun, with modifiers before it: the noun and where it ends."""
    match = grammar.patterns["relative"].match(text)
    if match is None:
        return None
    return match["noun"].lower(), match.end()


def someone(relation: str, name: str, owner: Who, cast: Cast, grammar: Grammar) -> Who:
    """The person or pet that a relation (and a name, if said) stands for."""
    kind = "pet" if relation in grammar.pets else "person"
    path = relation if owner.kind == "self" and owner.key == SELF else f"{owner.key}'s {relation}"
    if not name:
        name = cast.names.named(relation) or cast.names.named(path)
    key = path if not name or cast.names.holds(path) else name
    label = owner.owner if owner.kind == "self" else owner.possessive.removesuffix("'s")
    return Who(key=key, kind=kind, relation=relation, name=name, owner=label)


_AT = re.compile(
    r"\s+(?:at|from|of|in|for|on) (?:the |my |our )?[\w' -]{2,30}?(?=\s(?:is|was|will|has)\b)",
    re.IGNORECASE,
)


def _owner(own: str, cast: Cast) -> Who | None:
    """Whose a thing is with "my", "its" or "her" before it."""
    if own in ("my", "our", "the"):
        return cast.me
    if own == "its":
        return cast.place or cast.pet
    return cast.person or cast.pet


_COMPOUND = re.compile(
    r"\s+(?:food|park|house|groomer|sitter|toys?|litter|bed|people|lover|name|"
    r"birthday|shelter|school|mom|dad|person|training|walker|team|kit|tank|owner|"
    r"account|license)\b"
)


def _is_compound(tail: str) -> bool:
    """ "My dog food", "my sister act": the noun goes on."""
    word = re.match(r"\s+([A-Za-z-]+)", tail)
    goes_on = word is not None and word[1].lower() in _NO_LOWER_NAME
    return goes_on or _COMPOUND.match(tail) is not None


def _owned(text: str, cast: Cast, grammar: Grammar) -> Subject | None:
    match = _MINE.match(text)
    if match is None:
        return None
    own = match["own"].lower()
    owner = _owner(own, cast)
    if owner is None:
        return None
    at = match.end()
    for _ in range(3):
        found = _relation(text[at:], grammar)
        if found is None:
            break
        relation, end = found
        tail = text[at + end :]
        if tail.startswith("'s "):
            owner = someone(relation, "", owner, cast, grammar)
            at += end + 3
            continue
        if re.match(r"\s*(?:'s?\b|-)", tail) and not tail.startswith(("'s", "' ")):
            break
        name, used = _name_after(tail, grammar)
        if not name and _is_compound(tail):
            break
        where = None if name else _AT.match(tail)
        if where is not None:
            used = where.end()
        if name.endswith("'s"):
            owner = someone(relation, name[:-2], owner, cast, grammar)
            at += end + used
            text = text[:at] + text[at:].lstrip()
            continue
        who = someone(relation, name, owner, cast, grammar)
        if owner is not cast.me:
            cast.owner = owner
        return Subject(who, tail[used:].strip(), introduced=bool(name), we=own == "our")
    noun, rest = _noun(text[at:])
    if noun:
        return Subject(owner, rest, noun=noun, we=own == "our")
    return None


_KIN = words_of(
    "mum mom mama mummy mommy dad papa daddy grandma grandpa granny gran nana nan granddad grandad "
    "sis bro sister brother husband wife hubby boyfriend girlfriend partner roommate flatmate "
    "housemate landlord landlady cousin aunt auntie uncle niece nephew twin boss mother father "
    "grandmother grandfather stepdad stepmum stepmom stepfather stepmother stepsister stepbrother "
    "neighbour neighbor colleague coworker co-worker manager teacher tutor coach trainer doctor "
    "dentist therapist half-brother half-sister mother-in-law father-in-law "
    "sister-in-law brother-in-law parents "
    "kids son daughter ex"
) | {"half brother", "half sister", "twin brother", "twin sister"}


_BEFORE_VERB = re.compile(r"\s+(?!and\b|or\b|to\b|for\b|of\b)[a-z']+", re.IGNORECASE)


def _kin(text: str, cast: Cast, grammar: Grammar) -> Subject | None:
    """ "Mum is 71", "half brother Gaspard is graduating": the user's, without "my"."""
    found = _relation(text, grammar)
    if found is None or found[0] not in _KIN:
        return None
    relation, end = found
    tail = text[end:]
    name, used = _name_after(tail, grammar)
    if name.endswith("'s") or tail.startswith("'s "):
        return _owned(f"my {text}", cast, grammar)
    if not name:
        verb = _BEFORE_VERB.match(tail)
        word = verb[0].strip().lower() if verb is not None else ""
        if word not in grammar.table and word not in grammar.lists["auxiliary"]:
            return None
    who = someone(relation, name, cast.me, cast, grammar)
    return Subject(who, tail[used:].strip(), introduced=bool(name))


def _name_after(tail: str, grammar: Grammar) -> tuple[str, int]:
    match = _NAMED.match(tail)
    proper = match["name"].split()[0] if match is not None else ""
    if match is not None and proper.lower() not in _NOT_NAMES | _NO_LOWER_NAME:
        return match["name"], match.end()
    match = re.match(r"\s*\(([A-ZÀ-Þ][\w'-]+)\)", tail)
    if match is not None:
        return match[1], match.end()
    match = re.match(r"\s*,?\s+(?:called|named)\s+([\w'-]+)\s*,?", tail)
    if match is not None:
        return match[1], match.end()
    match = _LOWER_NAMED.match(tail)
    if match is not None:
        word = match["name"]
        after = re.match(r"\s+([a-z']+)", tail[match.end() :])
        if (
            after is not None
            and word not in grammar.table
            and read_name(word) is not None
            and word not in _NOT_NAMES
            and word not in _NO_LOWER_NAME
            and not word.endswith(("ed", "ly"))
            and word not in grammar.lists["function"]
            and (
                (after[1] in grammar.table and not word.endswith("s"))
                or after[1] in grammar.lists["auxiliary"]
            )
        ):
            return word, match.end()
    return "", 0


_TIMED = re.compile(r"\s*(?:for|in|on|of|from|during)?\s*\ue001\d\s*")


def _noun(text: str) -> tuple[str, str]:
    """The words before the verb, and the rest from the verb on."""
    match = _NOUN_END.search(text)
    if match is None or match.start() == 0:
        return "", ""
    noun = _TIMED.sub("", text[: match.start()]).strip(" ,")
    if len(noun.split()) > 7:
        return "", ""
    rest = text[match.start() :].strip()
    return noun, re.sub(r"^(?:=|:)\s*", "is ", rest)


_LOWER_FIRST = re.compile(r"[a-zà-ÿ]+(?=\s|'s\s)")


def _is_no_name(word: str, grammar: Grammar) -> bool:
    return word in _NOT_NAMES or word in grammar.table or word in grammar.lists["function"]


def _named(text: str, cast: Cast, grammar: Grammar) -> Subject | None:
    match = _PROPER.match(text)
    if match is None:
        lower = _LOWER_FIRST.match(text)
        if lower is None or _is_no_name(lower[0], grammar):
            return None
        proper = cast.names.proper(lower[0])
        if proper:
            text = proper + text[len(lower[0]) :]
            match = _PROPER.match(text)
    if match is None:
        return None
    name = match["name"]
    first = name.split()[0].lower()
    if len(name) < 2 or _is_no_name(first, grammar):
        return None
    rest = text[match.end() :].strip()
    relation = cast.names.named(name)
    who = named(name, relation, cast, grammar)
    if match["gen"]:
        cast.note(who)
        found = _relation(rest, grammar)
        if found is not None:
            called, used = _name_after(rest[found[1] :], grammar)
            other = someone(found[0], called, who, cast, grammar)
            cast.owner = who
            return Subject(other, rest[found[1] + used :].strip(), introduced=bool(called))
        noun, after = _noun(rest)
        return Subject(who, after, noun=noun) if noun else None
    return Subject(who, rest, introduced=not who.relation)


def named(name: str, relation: str, cast: Cast, grammar: Grammar) -> Who:
    """Somebody said by name alone."""
    for known in (cast.person, cast.pet):
        if (
            known is not None
            and known.name
            and (known.name == name or known.name.split()[0] == name)
        ):
            return known
    if relation:
        return someone(relation, name, cast.me, cast, grammar)
    return Who(key=name, kind="person", name=name)


def read_subject(text: str, cast: Cast, grammar: Grammar) -> Subject | None:
    """The subject at the beginning of a clause; None if there is none that can be told."""
    match = _FIRST.match(text)
    if match is not None:
        return Subject(cast.me, text[match.end() :], we=match[0].strip().lower() != "i")
    match = _MINE_ALONE.match(text)
    if match is not None and cast.thing is not None:
        return Subject(cast.me, text[match.end() :], noun=cast.thing[1])
    match = _PRONOUN.match(text)
    if match is not None:
        return _pronoun(match["who"].lower(), text[match.end() :], cast)
    of = _THE.match(text)
    found = _of(of, text, cast) if of is not None else None
    if found is not None:
        return found
    owned = _owned(text, cast, grammar) or _kin(text, cast, grammar)
    if owned is not None:
        return owned
    match = _THE_NOUN.match(text)
    owner, _, part = match["noun"].partition("'s ") if match is not None else ("", "", "")
    if match is not None and part:
        return Subject(something(owner, cast), text[match.end() :].strip(), noun=part)
    if match is not None and match["noun"].lower() not in grammar.relations:
        cast.place = Who(key=match["noun"].lower(), kind="thing", name=match["noun"])
        return Subject(cast.me, text[match.end() :].strip(), noun=match["noun"])
    return _named(text, cast, grammar)


def _of(match: re.Match[str], text: str, cast: Cast) -> Subject | None:
    noun, thing = match["noun"].lower(), match["thing"]
    rest = text[match.end() :].strip()
    if noun.split()[-1] in ("budget", "deadline", "limit", "goal", "target", "password", "date"):
        return Subject(cast.me, rest, noun=f"{thing} {noun}")
    if len(noun.split()) > 3 or thing.lower() in ("moment", "day", "world", "week", "time"):
        return None
    return Subject(something(thing, cast), rest, noun=noun)


def something(thing: str, cast: Cast) -> Who:
    """A project or the like, by the key that it already has: "hurling team" for "my son's
    hurling team"."""
    key = cast.names.alike(thing.lower(), cast.me.key)
    return Who(key=key, kind="thing", name=thing)


def _pronoun(word: str, rest: str, cast: Cast) -> Subject | None:
    if word == "it":
        if cast.thing is not None:
            who, noun = cast.thing
            return Subject(who, rest, noun=noun, pronoun=True)
        return Subject(cast.pet, rest) if cast.pet is not None else None
    who_or_none = cast.person or cast.pet
    if cast.pet is not None and cast.person is None:
        who_or_none = cast.pet
    return None if who_or_none is None else Subject(who_or_none, rest)
