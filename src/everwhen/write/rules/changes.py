"""Changes told without their slot: "cancelled X", "X died", "I meant Y", "not X but Y"."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.language.keys import value_key
from everwhen.language.timex import Role, TimeExpression
from everwhen.model.records import Polarity, Proposal
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_SWAPPING = words_of(
    "swapped swapping switched switching traded exchanged replaced changed ditched dropped left "
    "dumped quit"
)


CORRECTING = re.compile(
    r"\b(?:(?:i|we) (?:mis(?:typed|spoke|read|remembered|wrote|stated|counted|"
    r"calculated|understood|said)|typed (?:that|it|this) (?:wrong|badly|incorrectly)|"
    r"made a (?:mistake|typo)|meant(?: to (?:say|write|type))?|should have (?:said|written)|"
    r"(?:have|need|want|must) to correct (?:myself|that|something)|got (?:that|it|this|the \w+) "
    r"wrong|"
    r"got the \w+(?: \w+)? wrong|stand corrected|mixed (?:that|it|them|up)|mistakenly|"
    r"wrongly|accidentally (?:said|wrote|typed)|said (?:that|it) wrong)|"
    r"mistyped|misread|misspoke|typed that wrong|typo|was wrong|were wrong|got "
    r"(?:that|it|my \w+|the \w+) wrong|correction|my (?:mistake|bad)|fat fingers?|"
    r"autocorrect|that was (?:wrong|a mistake|a typo|incorrect)|that's wrong|"
    r"that is wrong|i should correct|let me correct|to correct (?:myself|that)|"
    r"(?:was|were|has|have) (?:actually )?always(?! (?:a|an|very|so|there|on|in|"
    r"the)\b)|(?:it's|its|it is|that's) always been|never was|swapped (?:two|the) "
    r"digits|"
    r"there(?:'s| is| was) (?:a |an )?(?:mistake|error|typo) (?:in|with)|"
    r"i (?:said|wrote|told you|mentioned) .{0,60}\bbut\b|wrong (?:number|date|"
    r"name|city|day|year|figure)|i mean\b|not what i meant|i gave you the wrong)\b",
    re.IGNORECASE,
)


OOPS = re.compile(r"\b(?:oops|whoops|woops|my bad|sorry,? (?:i|that|it|not)|argh)\b", re.IGNORECASE)


SCRATCH = re.compile(
    (
        r"\b(?:scratch that|strike that|ignore that|forget (?:that|what i said)|disregard "
        r"that|no wait|wait,? no|no,? (?:it's|its|it is|i'm|im|we're|that's|she's|"
        r"he's|they're))\b"
    ),
    re.IGNORECASE,
)


_MEANT = re.compile(
    r"^(?:sorry,? )?(?:I |we )?(?:meant(?: to (?:say|write|type))?|mean|should "
    r"have (?:said|written)|correction:?|it is|it was|that is|make (?:that|it)|"
    r"should be|it should be|it should say|rather|no,? )"
    r"[\s:,]*(?P<v>.+)$",
    re.IGNORECASE,
)


_NOT = re.compile(
    r"^(?:and |but )?not (?:on |in |at |for |to |by |a |an |the )*(?P<v>[\w\ue001$€£].*)$",
    re.IGNORECASE,
)


def contrast(clause: Clause, talk: Talk) -> bool:
    """ "…, not on 3 May": what the claim just made replaces."""
    match = _NOT.match(clause.text)
    if match is None or not talk.said:
        return match is not None and _not_but(clause, talk)
    wrong = _as_value(match["v"], clause, talk)
    last = talk.said[-1]
    if last.polarity is Polarity.END or wrong is None:
        return False
    same = _same_kind(last, wrong, talk)
    if same is None:
        return False
    talk.said[-1] = replace(last, polarity=Polarity.CORRECT, replaces=same or None, end=clause.end)
    return True


_BUT = re.compile(
    r"^not (?:on |in |at |for |an? |the )*(?P<o>[\w'. -]{2,30}?)(?:, but |,| but|;) ?"
    r"(?:rather |it is |in |at |on |an? )*(?P<v>[\w'. -]{2,30}?)$",
    re.IGNORECASE,
)


def _not_but(clause: Clause, talk: Talk) -> bool:
    """ "Not Till, Tim": puts right what is held."""
    match = _BUT.match(clause.text.strip(" .!"))
    held = talk.find_held(match["o"]) if match is not None else None
    if match is None or held is None or value_key(held[2]) != value_key(match["o"]):
        return False
    subject, attribute, old = held
    texts = [p.text for p in talk.earlier if (p.attribute, p.value) == (attribute, old)]
    text = talk.texts.get(
        held, texts[-1] if texts else f"{talk.me.possessive} {attribute} is {old}"
    )
    talk.claim(
        clause, talk.me, attribute, match["v"], text.replace(old, match["v"]),
        polarity=Polarity.CORRECT, replaces=old, subject=subject,
    )  # fmt: skip
    return True


def _same_kind(last: Proposal, wrong: str, talk: Talk) -> str | None:
    held = talk.find_held(wrong, attribute=last.attribute)
    if held is not None and value_key(held[2]) != value_key(last.value):
        return held[2]
    digits = bool(re.search(r"\d", wrong)) == bool(re.search(r"\d", last.value))
    if talk.is_single(last.attribute):
        return ""
    return wrong if digits and len(wrong.split()) <= 5 else None


def _as_value(text: str, clause: Clause, talk: Talk) -> str | None:
    time = clause.time_of(text)
    if time is not None and text.strip().startswith("\ue001"):
        day = periods.written(time, talk.at)
        return day
    return read.answer(text)


def retract(clause: Clause, talk: Talk, claims: list[Proposal]) -> None:
    """ "I wrote that I've been there since 2021": what is about to be put right."""
    talk.retracted.extend(claims)


_INSTEAD = re.compile(
    r"(?P<v>[\w'. -]{2,40}?)(?:,? rather than|,? instead of|,? and not|,? not) (?:an? |the )?"
    r"(?P<o>[\w'. -]{2,40}?)$",
    re.IGNORECASE,
)


def _meant_instead(text: str, clause: Clause, talk: Talk) -> bool:
    """ "I should have said treasurer rather than secretary"."""
    match = _INSTEAD.match(text.strip(" .!"))
    held = talk.find_held(match["o"]) if match is not None else None
    if match is None or held is None:
        return False
    subject, attribute, old = held
    text = talk.texts.get(held, f"{talk.me.possessive} {attribute} is {old}")
    talk.claim(
        clause, talk.me, attribute, match["v"], text.replace(old, match["v"]),
        polarity=Polarity.CORRECT, replaces=old, subject=subject,
    )  # fmt: skip
    return True


def meant(clause: Clause, talk: Talk) -> bool:
    """ "I meant Porto", "it's Jan 2022": put the last claim right, by its kind of value."""
    match = _MEANT.match(clause.text)
    target = _target(clause, talk)
    if match is not None and _meant_instead(match["v"], clause, talk):
        return True
    if match is None or target is None:
        return False
    text = match["v"]
    time = clause.time_of(text)
    if time is not None and re.match(r"\s*(?:on |in |since |from )?\ue001", text):
        return _meant_time(clause, talk, target)
    from everwhen.write.rules.nouns import trimmer_for

    found = read.TRIMMERS[trimmer_for(target.attribute)](re.sub(r"^(?:in|at|to)\s+", "", text))
    if found is None or len(found.split()) > 5:
        return False
    if not (found[:1].isupper() or any(c.isdigit() for c in found) or len(found.split()) <= 2):
        return False
    if re.match(
        (
            r"(?:it|that|this|i|so|very|really|a|an|the|not|like|you|we|going|just|to|"
            r"all|too|fine|ok|okay|good|great|nice|cool)\b"
        ),
        found,
        re.I,
    ):
        return False
    if value_key(found) == value_key(target.value):
        return False
    text = (
        target.text.replace(target.value, found)
        if target.value in target.text
        else f"{target.text} ({found})"
    )
    _put_right(clause, talk, target, found, text)
    return True


def _target(clause: Clause, talk: Talk) -> Proposal | None:
    words = set(re.findall(r"[a-z]{4,}", clause.raw.lower()))
    told: tuple[Proposal, ...] = (*talk.earlier, *talk.said)
    for old in reversed(told):
        about = words.intersection(old.attribute.split())
        if about and old.polarity is not Polarity.END and not talk.retracted:
            return old
    for claims in (talk.retracted, talk.said, talk.earlier):
        for old in reversed(claims):
            if old.polarity is not Polarity.END:
                return old
    return None


def _meant_time(clause: Clause, talk: Talk, target: Proposal) -> bool:
    time = clause.times[0]
    if target.valid_from is not None or talk.retracted:
        stated = periods.state([replace_role(time)], talk.at, "perfect")
        if stated.valid_from is None:
            return False
        talk.said.append(
            replace(
                target,
                start=clause.start,
                end=clause.end,
                polarity=Polarity.CORRECT,
                replaces=target.value,
                valid_from=stated.valid_from,
                precision=stated.precision,
            )
        )
        return True
    if re.search(r"\d", target.value):
        day = periods.written(time, talk.at, yearly=target.attribute == "birthday")
        _put_right(clause, talk, target, day, target.text.replace(target.value, day))
        return True
    return False


def replace_role(time: TimeExpression) -> TimeExpression:
    """The same time as a beginning."""
    return replace(time, role=Role.SINCE)


def _put_right(clause: Clause, talk: Talk, target: Proposal, value: str, text: str) -> None:
    new = replace(
        target,
        start=clause.start,
        end=clause.end,
        value=value,
        text=text,
        polarity=Polarity.CORRECT,
        replaces=target.value,
    )
    if target in talk.said:
        talk.said[talk.said.index(target)] = replace(
            new,
            start=min(target.start, clause.start),
            polarity=target.polarity,
            replaces=target.replaces,
        )
    else:
        talk.said.append(new)


_SWAP = re.compile(
    (
        r"^(?:I |we )?(?:(?:have|just|finally|recently|had|to|decided|am|also) )*(?P<verb>swap"
        r"ped|switched|traded|exchanged|replaced|changed|ditched|dropped|left|dumped|"
        r"swapping|switching|quit)(?: over)?(?: from)?(?: (?:my|our|the|a|an))? (?P<x>[\w&' "
        r".-]{2,40}?) (?:for|to|with|in favou?r of) (?:(?:a|an|the|my|our) )?(?P<v>.+)$"
    ),
    re.IGNORECASE,
)


def swapped(clause: Clause, talk: Talk) -> bool:
    """ "Swapped X for Y", where X is held: Y takes its place."""
    if _SWAPPING.isdisjoint(talk.words):
        return False
    match = _SWAP.match(clause.text)
    if match is None:
        return False
    held = talk.find_held(match["x"])
    value = read.noun(match["v"])
    if held is None and value is not None and _tool_swapped(match["x"], value, clause, talk):
        return True
    if held is None or value is None or held[1] in ("likes", "dislikes", "name"):
        return False
    if match["verb"].lower() in ("left", "dropped", "quit") and " for " not in clause.text:
        return False
    stated = periods.beginning(clause.times, talk.at)
    subject, attribute, old = held
    if not talk.is_single(attribute):
        talk.end(
            clause,
            talk.me,
            attribute,
            old,
            f"{talk.me.label}: {attribute} {old} has ended",
            periods.Stated(valid_to=stated.valid_from),
            subject=subject,
        )
    text = reworded(attribute, old, value, talk)
    talk.claim(clause, talk.me, attribute, value, text, stated=stated, subject=subject)
    return True


def _tool_swapped(old: str, value: str, clause: Clause, talk: Talk) -> bool:
    """ "We replaced Angular with Svelte" where a thing of the user's runs on Angular."""
    for subject, attribute, held in talk.held:
        if held.lower() == old.lower() and attribute in ("technology", "database", "tools"):
            new = re.sub(r"\s+(?:in|for|on|at|everywhere)\b.*$", "", value)
            stated = periods.beginning(clause.times, talk.at)
            text = f"{talk.me.possessive} {subject} runs on {new}"
            if attribute == "tools":
                text = f"{talk.me.label} uses {new}"
                gone = f"{talk.me.label} no longer uses {held}"
                until = periods.Stated(valid_to=stated.valid_from)
                talk.end(clause, talk.me, attribute, held, gone, until, subject=subject)
            talk.claim(clause, talk.me, attribute, new, text, stated=stated, subject=subject)
            return True
    return False


def reworded(attribute: str, old: str, value: str, talk: Talk) -> str:
    match attribute:
        case "home":
            return f"{talk.me.label} lives in {value}"
        case "employer":
            return f"{talk.me.label} works at {value}"
        case "diet":
            return f"{talk.me.label} is {value}"
        case "studies":
            return f"{talk.me.label} studies {value}"
        case _:
            return f"{talk.me.possessive} {attribute} is {value}"
