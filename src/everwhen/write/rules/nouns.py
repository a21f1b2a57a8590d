"""What somebody has or is by a noun: favourites, plans, tools, kinds of things."""

from __future__ import annotations

import re

from everwhen.language.timex import Role
from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.dates import read_dated, read_scheduled
from everwhen.write.rules.frames import is_profession, third_pronouns, with_article
from everwhen.write.rules.holdings import (
    SKIP_VALUE,
    VERBISH,
    cased,
    put,
    read_name_of,
    technology,
    the_name,
    the_of,
)
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.subjects import something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.words import words as words_of

_NAMING = re.compile(r"^(?:called|named|spelled|spelt)\s+", re.IGNORECASE)


_FAVORITE = re.compile(
    (
        r"^(?:(?:\w+ )?all-time )?(?:absolute |personal |current |new )*(?:favou?rites?|"
        r"fav|go-to|preferred|most favou?rite)\s+(?:kind of |type of |sort of |style "
        r"of )?(?P<what>[\w' -]+)$"
    ),
    re.IGNORECASE,
)


_PLAN = re.compile(
    r"^(?P<s>[\w+&' -]+?) (?:subscription|plan|membership|tier|account)$", re.IGNORECASE
)


_TECH_IS = re.compile(
    (
        r"^(?:an? )?(?:(?:still|now|all|entirely|mostly|mainly|being|also) )*(?:(?:written|"
        r"built|implemented|coded|done|made|hosted|deployed|running|based|developed|"
        r"rewritten) )?(?P<p>in|on|with|using)?\s*(?P<v>[\w+#./-]+(?: [A-Z][\w+#.]+)?)"
    ),
    re.IGNORECASE,
)


def trimmer_for(attribute: str) -> str:
    """Which kind of value an attribute takes."""
    return {
        "name": "name", "nickname": "name", "home": "place", "origin": "place", "employer": "org",
        "role": "role", "age": "age", "budget": "amount", "salary": "amount", "rent": "amount",
        "manager": "name", "partner": "name", "landlord": "name", "doctor": "name",
        "dentist": "name", "best friend": "name", "time zone": "noun", "income": "amount",
    }.get(attribute, "answer")  # fmt: skip


def state(
    talk: Talk,
    clause: Clause,
    who: Who,
    noun: str,
    value: str,
    *,
    tense: str = "present",
    corrects: bool = False,
) -> bool:
    """Claim that somebody's `noun` is `value`."""
    value = _NAMING.sub("", value.strip())
    relation = talk.grammar.relations.get(noun)
    for reader in (
        read_name_of,
        read_scheduled,
        read_dated,
        _favorite,
        _service,
        read_technology,
        _thing_of,
    ):
        done = reader(talk, clause, who, noun, value, tense, corrects)
        if done is not None:
            return done
    if relation is not None:
        return False
    return _general(talk, clause, who, noun, value, tense, corrects)


def _favorite(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    match = _FAVORITE.match(noun)
    if match is None:
        return None
    what = match["what"].strip().replace("colour", "color").replace("flavour", "flavor")
    preferred = re.match(r"(?:preferred)\b", noun) is not None
    place = re.match(r"place to (?:eat|dine|have (?:dinner|lunch))(?: out)?(?: in [\w ]+)?$", what)
    if place:
        what = "restaurant"
    what = re.sub(r"\s+(?:to|in|for|of|at|on)\b.*$", "", what)
    named = value[:1].isupper() and not re.match(r"(?:The|A|An|In|At|On) ", value)
    if (
        not named
        and SKIP_VALUE.match(value)
        and not re.match(
            r"(?:sweet|cold|hot|new|old|long|short|full|mad|the|black|fun|blue)\b", value, re.I
        )
    ):
        return False
    single = re.sub(
        (
            r"^(?:probably|definitely|by far|currently|now|still|always|the|a|an|to|eating|"
            r"playing)\s+"
        ),
        "",
        value,
        flags=re.I,
    )
    kept = value if re.match(r"The [A-Z]", value) else single
    found = read.items(kept) if what.endswith("s") and not what.endswith("ss") else []
    item = read.answer(kept)
    if not item:
        return False
    label = "preferred" if preferred else "favorite"
    word = singular(what) if not what.endswith(("ss", "series")) else what
    if len(found) > 1:
        for one in found:
            talk.claim(clause, who, "likes", one, f"{who.possessive} {label} {what} include {one}")
        return True
    return put(
        talk,
        clause,
        who,
        f"{label} {word}",
        item,
        f"{who.possessive} {label} {word} is {item}",
        tense,
        corrects,
    )


def _service(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    match = _PLAN.match(noun)
    if match is None:
        return None
    level = re.match(
        (
            r"(?:on )?(?:the |a |an )?([\w+ -]+?)(?: (?:plan|tier|one|membership|level|"
            r"subscription))?(?:$|[,.\ue001])"
        ),
        value,
    )
    if level is None or SKIP_VALUE.match(level[1]) or VERBISH.match(level[1]):
        return False
    kind = "membership" if noun.endswith("membership") else "plan"
    service = match["s"]
    name = f"{service} {kind}"
    attribute = talk.attribute(name, who.key)
    shown = cased(clause, service)
    return put(
        talk,
        clause,
        who,
        attribute,
        level[1].strip(),
        f"{who.possessive} {shown} {kind} is {level[1].strip()}",
        tense,
        corrects,
    )


def read_technology(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    match = _TECH_IS.match(value)
    if match is None or match["v"].lower().rstrip(".") not in talk.grammar.lists["tech"]:
        return None
    if _FAVORITE.match(noun) or not (
        match["p"]
        or value[:2] in ("a ", "an")
        or "uses" in clause.text
        or noun.split()[-1]
        in (
            "stack",
            "language",
            "database",
            "backend",
            "frontend",
            "framework",
            "editor",
            "ide",
            "db",
            "queue",
            "cache",
            "api",
            "app",
            "server",
            "ci",
        )
    ):
        return None
    names = [m[0] for m in talk.grammar.patterns["tech"].finditer(value)]
    how = f"{match['p']} " if match["p"] else ""
    head = noun.split()[-1]
    shown = " and ".join(names) or match["v"]
    if head in ("stack", "language", "database", "framework", "editor", "ide", "db"):
        text = f"{the_of(who, cased(clause, noun))} is {how}{shown}"
        return put(
            talk, clause, who, "database" if head == "db" else noun, shown, text, tense, corrects
        )
    thing = something(noun if who.kind != "thing" else f"{who.key} {noun}", talk.cast)
    return put(
        talk,
        clause,
        thing,
        technology(shown, talk),
        shown,
        f"{who.possessive} {cased(clause, noun)} runs on {shown}",
        tense,
        corrects,
    )


def _thing_of(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    if who.kind != "thing":
        return None
    found = read.answer(value)
    if found is None or SKIP_VALUE.match(found):
        return False
    if not (found[:1].isupper() or found[:1].isdigit() or talk.vocabulary.attribute(noun).words):
        return False
    if found[:1].isupper() and noun in (
        "lead",
        "leader",
        "manager",
        "owner",
        "head",
        "director",
        "ceo",
        "cto",
        "contact",
        "author",
        "boss",
        "sponsor",
        "pm",
    ):
        found = read.name(found) or found
        talk.cast.person = Who(key=found, kind="person", name=found)
    return put(
        talk,
        clause,
        who,
        noun,
        found,
        f"The {noun} of {the_name(who.name)} is {found}",
        tense,
        corrects,
    )


_SURE = words_of(
    "size number code color colour type number language languages goal plan plans "
    "address supplier provider bank "
    "gym hobby hobbies major degree stack budget salary rent income limit deadline "
    "email phone car laptop "
    "zodiac sign star sign religion nationality height weight job title position "
    "role company employer workplace "
    "hometown city town home age diet allergy allergies pronouns username handle "
    "password wifi timezone zone "
    "commute shift schedule editor team instrument sport team passport license "
    "plate blood breed model brand "
    "neighborhood neighbourhood street school university college course field "
    "industry profession occupation "
    "codeword keyword motto slogan hashtag alias catchphrase "
    "username website domain repo repository database backend frontend framework "
    "api server account iban "
    "dream motto mascot theme flight airline hotel room seat desk locker floor "
    "insurance policy doctor "
    "native tongue heritage ethnicity background surname lastname initials middle "
    "order usual routine "
    "average resolution priority focus target quota rate price capacity headcount version release"
)


_AIMS = frozenset({"goal", "dream", "resolution", "aim"})
_OF_A_KIND = frozenset({"number", "size", "plan", "color", "name"})
_SUMS = frozenset({"budget", "salary", "rent", "income", "limit", "price", "fee", "target"})
_NOW = re.compile(
    r"^(?:now|currently|still|actually|probably|just|only|around|about|already|officially|at)\s+",
    re.IGNORECASE,
)


def _general(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool:
    """Any other noun, if it or its value look like more than a passing remark."""
    words = noun.split()
    if not words or len(words) > 5 or re.search(r"[^\w' &+-]", noun):
        return False
    attribute = talk.attribute(noun, who.key)
    aim = re.match(r"(?:to|that) (.+)", value) if words[-1] in _AIMS else None
    if aim is not None:
        what = third_pronouns(clause.unmarked(aim[1]))
        text = f"{who.possessive} {noun} is to {what}"
        return put(talk, clause, who, noun, what, text, tense, corrects)
    lasting = clause.time_of(value) if value.startswith(TIME_MARK) else None
    if lasting is not None and lasting.role is Role.DURATION:
        span = lasting.text
        text = _worded(talk, who, attribute, noun, span, clause)
        return put(talk, clause, who, attribute, span, text, tense, corrects, times=())
    kind = talk.grammar.kind_of(words[-1]) if len(words) <= 2 else None
    if kind is not None and words[-1] not in _OF_A_KIND:
        return _kind(talk, clause, who, kind, noun, value, tense, corrects)
    trim = "amount" if words[-1] in _SUMS else trimmer_for(attribute)
    value = _NOW.sub("", value)
    if trim == "place":
        value = re.sub(r"^(?:in|near)\s+", "", value)
    if attribute == "role" and re.match(r"(?:at|with) ", value):
        attribute, trim = "employer", "org"
        value = re.sub(r"^(?:at|with) ", "", value)
    found = read.TRIMMERS[trim](value)
    if found is not None and trim in ("org", "place", "role") and VERBISH.match(found):
        return False
    if found is None or (trim == "answer" and (SKIP_VALUE.match(found) or VERBISH.match(found))):
        return False
    if attribute == "role":
        told = value[:2] in ("a ", "an") or found[:1].isupper()
        text = f"{who.label} works as {with_article(found)}"
        known = told or is_profession(found, talk.grammar)
        return known and put(talk, clause, who, "role", found, text, tense, corrects)
    sure = words[-1] in _SURE or attribute in ("home", "employer")
    if not sure and (len(found.split()) > 5 or not re.match(r"[A-Z0-9]", found)):
        return False
    text = _worded(talk, who, attribute, noun, found, clause)
    return put(
        talk, clause, who, attribute, third_pronouns(found), text, tense, corrects,
        confidence=0.9 if sure else 0.7,
    )  # fmt: skip


def _worded(talk: Talk, who: Who, attribute: str, noun: str, value: str, clause: Clause) -> str:
    match attribute:
        case "home":
            return f"{who.label} lives in {value}"
        case "employer":
            return f"{who.label} works at {value}"
        case "studies":
            return f"{who.label} studies {value}"
        case "origin":
            return f"{who.label} is from {value}"
        case "age":
            return f"{who.label} is {value} years old"
        case _:
            word = "are" if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else "is"
            shown = cased(clause, noun) if attribute == noun else attribute
            return f"{who.possessive} {shown} {word} {third_pronouns(value)}"


def _kind(
    talk: Talk,
    clause: Clause,
    who: Who,
    kind: str,
    noun: str,
    value: str,
    tense: str,
    corrects: bool,
) -> bool:
    found = read.noun(value)
    if (
        found is None
        or not re.match(r"(?:an?\b|the\b|my\b|now\b|[A-Z0-9])", value)
        or SKIP_VALUE.match(found)
    ):
        return False
    known = talk.grammar.kind_of(found)
    if noun.split()[-1] == "bike" and known in ("car", "motorcycle"):
        kind = "motorcycle"
    if known is None and not found[:1].isupper():
        return False
    return put(
        talk,
        clause,
        who,
        kind,
        found,
        f"{who.possessive} {kind} is {with_article(found)}",
        tense,
        corrects,
    )
