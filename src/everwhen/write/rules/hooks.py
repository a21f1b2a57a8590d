"""Statements that need more than one value and a text: pets, possessions, preferences, plans…"""

from __future__ import annotations

import re
from collections.abc import Callable

from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Subject
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import Values, filled, third_pronouns, with_article
from everwhen.write.rules.grammar import Frame
from everwhen.write.rules.holdings import technology
from everwhen.write.rules.nominal import change
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.plurals import singular
from everwhen.write.rules.subjects import someone, something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

Hook = Callable[[Talk, Clause, Subject, Predicate, Frame, Values, Stated], bool]

_NAMES = re.compile(r"\s*(?:,|\band\b|&)\s*")


def _listed(text: str) -> list[str]:
    return [name for part in _NAMES.split(text) if (name := read.name(part)) is not None]


_EATEN = frozenset({"chicken", "fish", "duck", "sheep", "cow"})
_UNLIKELY = frozenset({"mouse", "rat", "duck", "fish", "chicken", "pig", "cow", "frog"})
_ONE = frozenset({"a", "an", "one", "1", "our", "my", "the", "another", "only a", "new"})


def pet(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """A pet with its name, or so many of a kind."""
    if predicate.negative:
        return True
    kind = singular(values["k"].lower())
    number = (values.get("n") or "a").lower()
    if (kind in _UNLIKELY and number in ("the", "my")) or (
        kind in _EATEN and number in ("a", "an", "the", "some")
    ):
        return False
    who, label = subject.who, subject.who.label
    names = _pet_names(values, clause, talk)
    for name in names:
        text = f"{label} has {with_article(kind)} named {name}"
        talk.claim(clause, who, "pet", name, text, stated=stated)
    if not names:
        what = kind if number in _ONE else f"{number} {values['k']}"
        had = predicate.tense == "past" and predicate.lemma in ("have", "own")
        shown = with_article(kind) if number in _ONE else what
        text = f"{label} {'had' if had else 'has'} {shown}"
        talk.claim(clause, who, "pet", what, text, stated=stated)
    if values.get("k2"):
        second = singular(values["k2"].lower())
        text = f"{label} has {with_article(second)}"
        talk.claim(clause, who, "pet", second, text, stated=stated)
    talk.cast.pet = someone(kind, names[-1] if names else "", who, talk.cast, talk.grammar)
    return True


_NAMES_AFTER = re.compile(r",\s*((?:[A-Z][\w'-]+)(?:(?:,| and|, and) [A-Z][\w'-]+)*)\s*(?:$|,)")


def _pet_names(values: Values, clause: Clause, talk: Talk) -> list[str]:
    names = _listed(values.get("names") or values.get("names2") or "")
    tail = None if names else _NAMES_AFTER.search(clause.text)
    if tail is not None and tail[1].split()[0].lower() not in talk.grammar.lists["function"]:
        names = _listed(tail[1])
    return names


_BARE_THING = frozenset(
    {"car", "phone", "laptop", "bike", "truck", "computer", "van", "camera", "tablet", "one"}
) | {"watch", "scooter"}
_UNTOLD = frozenset({"phone", "computer", "home owned", "watch", "tv", "bicycle"})
_WORN = re.compile(
    r"^(?:new|old|own|used|second-hand|secondhand|brand new|trusty)\s+", re.IGNORECASE
)
_MORE = re.compile(r"\b(?:second|another|also|extra|additional|third)\b", re.IGNORECASE)
_NEW = re.compile(r"\b(?:new|replac\w+|instead|upgrade\w*)\b", re.IGNORECASE)


_AFTER_MODEL = words_of(
    "so that which who because from out and but for with without in on at to of as again "
    "badly though since now these today yesterday away back again off over last this it is "
    "was i we my the a an when while until till after before by"
)


def _several(value: str, talk: Talk) -> list[str]:
    """ "Brompton and a Canyon" as two things."""
    parts = re.split(r",? and (?:an? |the |my )?", value)
    known = len(parts) > 1 and all(talk.grammar.kind_of(part) for part in parts)
    return parts if known else [value]


def make_and_model(value: str, talk: Talk) -> str:
    """ "hyundai i20 so badly" as "hyundai i20": what names the thing and no more."""
    tokens = value.split()
    low = [token.lower().strip(",.") for token in tokens]
    for number, word in enumerate(low):
        if number and word in _AFTER_MODEL and talk.grammar.kind_of(" ".join(low[:number])):
            return " ".join(tokens[:number])
    return value


_WHERE = re.compile(r"\b(?:in|near|on) (?P<p>(?:the )?[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)*)")


def possession(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """A thing of a known kind; "a second car, a VW" names it by what follows."""
    value = make_and_model(_WORN.sub("", values["v"]), talk)
    kind = talk.grammar.kind_of(value) or ""
    who, starts = subject.who, frame.aspect == "start"
    after = re.search(r",\s*(?:it is )?(?:an?|the)\s+([\w+&' -]+)", predicate.rest)
    bare = value.lower().split()[-1] in _BARE_THING
    if after is not None and bare:
        value = read.noun(after[1]) or value
    elif bare and len(value.split()) == 1 and not starts and kind in _UNTOLD:
        return True
    value = re.sub(r"^(?:second|another|third)\s+", "", value, flags=re.I)
    lasting = ("buy", "purchase", "inherit", "build")
    if kind == "home owned" and starts and predicate.lemma not in lasting:
        return True
    new = _NEW.search(clause.text) is not None and _MORE.search(clause.text) is None
    if new and starts and not talk.is_single(kind):
        gone = f"{who.label} no longer has the old {kind}"
        talk.end(clause, who, kind, "", gone, Stated(valid_to=stated.valid_from))
    past = predicate.tense == "past" and frame.was and not starts
    where = _WHERE.search(predicate.rest) if kind == "home owned" else None
    if where is not None:
        value = f"{value} in {where['p']}"
    for one in _several(value, talk):
        full = {**values, "v": one, "a_v": with_article(one)}
        text = f"{who.label} {filled(frame.was if past else frame.text, full)}"
        talk.claim(clause, who, kind, one, text, stated=stated)
    talk.cast.thing = (who, kind)
    return True


def preference(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """What is preferred, in the domain that its last word names."""
    words = read.cut(values["v"])
    parts = re.split(
        (
            r"\s+(?:over|rather than|instead of|than|to|vs\.?|more than|as opposed to)\s+(?!be\b|"
            r"go\b)"
        ),
        words,
        maxsplit=1,
    )
    value = read.thing(parts[0])
    if value is None:
        return True
    other = read.thing(parts[1]) if len(parts) > 1 else None
    for old in talk.held_of("prefers", subject.who.key):
        if other is not None and old.lower() == other.lower():
            text = f"{subject.who.label} no longer prefers {old}"
            until = Stated(valid_to=stated.valid_from)
            talk.end(clause, subject.who, "prefers", old, text, until)
    text = (
        f"{subject.who.label} {'preferred' if predicate.tense == 'past' else 'prefers'} "
        f"{third_pronouns(value)}"
    )
    if other is not None:
        text += f" over {third_pronouns(other)}"
    talk.claim(clause, subject.who, preference_domain(value, other), value, text, stated=stated)
    return True


_NO_DOMAIN = re.compile(
    r"(?:ing|ly|ed)$|^(?:it|one|ones|black|hot|cold|way|things?|stuff|day|days|"
    r"time|times|home|work)$"
)


def preference_domain(value: str, other: str | None = None) -> str:
    """The attribute of a preference: "seat preference" for window seats, else "prefers"."""
    words = list(re.sub(r"^(?:a|an|the|my)\s+", "", value, flags=re.I).lower().split())
    if (
        2 <= len(words) <= 3
        and not _NO_DOMAIN.search(words[-1])
        and not {"in", "on", "at", "with", "to", "my", "and", "of", "for"} & set(words)
    ):
        return f"{singular(words[-1])} preference"
    return "prefers"


def languages(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """Each language that somebody speaks."""
    if predicate.negative:
        return True
    pattern = talk.grammar.patterns["language"]
    for match in pattern.finditer(values["langs"]):
        name = match[0].strip()
        name = name if name[:1].isupper() or len(name) <= 3 else name.title()
        verb = "spoke" if predicate.tense == "past" and stated.past else "speaks"
        talk.claim(
            clause,
            subject.who,
            "language",
            name,
            f"{subject.who.label} {verb} {name}",
            stated=stated,
        )
    return True


def plan(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """The plan, tier or membership that somebody has with a service."""
    service = re.sub(r"^(?:new|paid|free)\s+", "", values["s"])
    kind = values.get("k", "plan").lower()
    level = values["v"].strip()
    level = re.sub(r"^(?:the|a|an|my|new)\s+", "", level, flags=re.I)
    kind = "plan" if kind in ("tier", "subscription", "package", "tariff") else kind
    text = (
        f"{subject.who.label} is on the {level} {kind} of {service}"
        if kind == "plan"
        else f"{subject.who.label} has the {level} {kind} of {service}"
    )
    if predicate.tense == "past" and frame.aspect == "state":
        text = text.replace(" is on ", " was on ").replace(" has ", " had ")
    talk.claim(clause, subject.who, f"{service.lower()} {kind}", level, text, stated=stated)
    return True


def changed(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """ "I raised my X to Y": whatever X is."""
    own = subject.who.kind == "person" and re.match(r"(?:my|our|the)\b", predicate.rest)
    return change(
        talk,
        clause,
        talk.me if own else subject.who,
        values["n"],
        values["v"],
        clause.times,
        lemma=predicate.lemma,
    )


def decision(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """A decision as it was told."""
    words = read.phrase(clause.unmarked(predicate.rest)) or ""
    if (
        predicate.negative
        or len(words.split()) < 2
        or re.match(r"(?:it|this|that|yet|what|if|whether|how|when)\b", words, re.I)
    ):
        return True
    rest = third_pronouns(words)
    text = f"{subject.who.label} {_past(predicate.lemma)} {rest}"
    tech = talk.grammar.patterns["tech"].search(words)
    if tech is None:
        talk.claim(clause, subject.who, "decision", rest, text)
        return True
    thing = _OF_WHAT.search(words)
    if thing is not None and thing["t"].lower() not in talk.grammar.lists["tech"]:
        what = something(thing["t"], talk.cast)
        talk.claim(clause, what, technology(tech[0], talk), tech[0], text)
    else:
        talk.claim(clause, subject.who, "tools", tech[0], text)
    return True


_OF_WHAT = re.compile(
    (
        r"\b(?:run|host|build|write|rewrite|move|migrate|deploy|keep|use .+? for|with "
        r".+? for|on .+? for|to .+? for) (?:the|our|my) (?P<t>[\w-]+(?: [\w-]+)?)"
    ),
    re.IGNORECASE,
)


def _past(lemma: str) -> str:
    return {"decide": "decided", "agree": "agreed", "choose": "chose"}.get(lemma, "decided")


def plan_text(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """An intention as it was told."""
    words = read.phrase(clause.unmarked(predicate.rest)) or ""
    if predicate.negative or len(words.split()) < 2:
        return True
    rest = third_pronouns(words)
    talk.claim(
        clause,
        subject.who,
        "plans",
        re.sub(r"^(?:to|on)\s+", "", rest),
        f"{subject.who.label} plans {rest}",
        confidence=0.7,
    )
    return True


def switch(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """One tool for another."""
    old = values.get("a")
    who = subject.who
    part = read.noun(values.get("p") or "")
    if part is not None:
        what = something(part, talk.cast)
        name = values["v"]
        talk.claim(
            clause,
            what,
            technology(name, talk),
            name,
            f"{who.possessive} {part} runs on {name}",
            stated=stated,
        )
        return True
    if old is not None and old.lower() in talk.grammar.lists["tech"]:
        talk.end(
            clause,
            who,
            "tools",
            old,
            f"{who.label} no longer uses {old}",
            Stated(valid_to=stated.valid_from),
        )
    else:
        for tools in ("tech_database", "tech_language"):
            rivals = talk.grammar.lists[tools]
            if values["v"].lower() in rivals:
                for held in talk.held_of("tools", who.key):
                    if held.lower() in rivals:
                        talk.end(
                            clause,
                            who,
                            "tools",
                            held,
                            f"{who.label} no longer uses {held}",
                            Stated(valid_to=stated.valid_from),
                        )
    talk.claim(clause, who, "tools", values["v"], f"{who.label} uses {values['v']}", stated=stated)
    return True


def tools(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """Every tool that is named after the verb."""
    if values.get("for_p"):
        return switch(talk, clause, subject, predicate, frame, values, stated)
    word = "used" if stated.past else "uses"
    for match in talk.grammar.patterns["tech"].finditer(predicate.rest):
        talk.claim(
            clause,
            subject.who,
            "tools",
            match[0],
            f"{subject.who.label} {word} {match[0]}",
            stated=stated,
        )
    return True


def _named_after(clause: Clause) -> list[str]:
    """The names in "three children: Chidi is 9, Ifeoma is 6"."""
    listed = clause.sentence.partition(":")[2]
    return re.findall(r"(?<![\w'])([A-ZÀ-Þ][\w'-]+),? (?:is|who|\()", listed)


def kin(
    talk: Talk,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    frame: Frame,
    values: Values,
    stated: Stated,
) -> bool:
    """Relatives by number, with their names where they are said."""
    if predicate.negative:
        return True
    what = values["v"]
    who = subject.who
    noun = re.sub(r"^.*?(?=[\w-]+$)", "", what).lower()
    known = talk.grammar.relations.get(noun) or talk.grammar.relations.get(singular(noun))
    if known is None and noun not in talk.grammar.lists["plural_kin"]:
        return False
    tail = predicate.rest[predicate.rest.find(what) + len(what) :]
    match = re.match(
        (
            r"\s*(?:,|:|\(|-|who (?:is|are) )?\s*(?:(?:called|named|whose names? (?:is|"
            r"are))\s+)?([A-Z][\w'-]+(?:(?:,| and|, and| &) [A-Z][\w'-]+)*)"
        ),
        tail,
    )
    names = _listed(match[1]) if match is not None else []
    if not names:
        lower = re.match(r"\s*,?\s*(?:called|named)\s+([\w'-]+)", tail)
        names = [lower[1]] if lower is not None else []
    relation = singular(noun)
    attribute = talk.grammar.relations.get(relation, "family")
    for name in names:
        talk.claim(clause, who, attribute, name, f"{who.possessive} {relation} is {name}")
    one = re.match(r"(?:an?|one|1)\s", what, re.I) is not None
    for name in _named_after(clause) if not names else ():
        talk.claim(clause, who, attribute, name, f"{who.possessive} {relation} is {name}")
    if not names or not one:
        talk.claim(clause, who, "family", what, f"{who.label} has {what}", confidence=0.8)
    if one:
        talk.cast.person = someone(
            relation, names[0] if names else "", who, talk.cast, talk.grammar
        )
    return True


def exchange(
    talk: Talk, clause: Clause, subject: Subject, predicate: Predicate, frame: Frame,
    values: Values, stated: Stated,
) -> bool:  # fmt: skip
    """One for another where several can be held: the old one ends, the new one begins."""
    who, old = subject.who, values.get("a")
    if old:
        text = f"{who.label} no longer {filled(frame.text, {**values, 'v': old})}"
        until = Stated(valid_to=stated.valid_from)
        talk.end(clause, who, frame.attribute, old, text, until)
    text = f"{who.label} {filled(frame.text, values)}"
    talk.claim(clause, who, frame.attribute, values["v"], text, stated=stated)
    return True


HOOKS: dict[str, Hook] = {
    "exchange": exchange,
    "pet": pet,
    "possession": possession,
    "preference": preference,
    "languages": languages,
    "plan": plan,
    "change": changed,
    "decision": decision,
    "plan_text": plan_text,
    "switch": switch,
    "tools": tools,
    "kin": kin,
}
