"""Read a clause with a subject and a verb: match the verb's frames and claim what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from everwhen.write.rules import modality, periods
from everwhen.write.rules.cast import Subject
from everwhen.write.rules.clauses import Clause, settle
from everwhen.write.rules.frames import (
    Values,
    allowed,
    filled,
    needed,
    trimmed,
    worded,
)
from everwhen.write.rules.grammar import Frame
from everwhen.write.rules.holdings import called
from everwhen.write.rules.hooks import HOOKS
from everwhen.write.rules.nominal import bare, nominal
from everwhen.write.rules.outcomes import _announced, _clear, _denied, _ended, _former, _no_more
from everwhen.write.rules.relations import leads, relation_of
from everwhen.write.rules.routines import routine
from everwhen.write.rules.subjects import read_subject
from everwhen.write.rules.talk import ACQUIRING, Talk, when
from everwhen.write.rules.verbs import Predicate, read_predicate
from everwhen.write.rules.words import words as words_of

_HEDGE = re.compile(
    r"^I (?:(?:really|honestly|do|just|actually|personally) )*(?:think|believe|"
    r"guess|feel like|figure|suppose|know|mean|say|swear|remember|"
    r"noticed|realised|realized|forgot|am sure|am pretty sure|am (?:happy|proud|"
    r"glad|sad|excited|sorry) to (?:say|tell you|report|announce)|"
    r"(?:have to|must|should|can|will) (?:say|admit|tell you|mention|confess)|"
    r"told you|mentioned|said)(?: that)? (?=(?:I|we|my|our|the|he|she|they|it|"
    r"his|her)\b)",
    re.IGNORECASE,
)


_DROPPED_BASE = words_of(
    "live work love hate like prefer drive speak study play own enjoy have teach "
    "use run need collect stand bear eat drink write commute volunteer"
)


_ORDERS = words_of("make set change update raise lower increase decrease extend bump move")


_ANYMORE = frozenset({"any more", "anymore", "any longer", "no longer"})


def read_clause(clause: Clause, talk: Talk) -> bool:
    """Claim what the clause says of its subject; whether anything was."""
    text = clause.text
    hedge = _HEDGE.match(text)
    if hedge is not None:
        text = text[hedge.end() :]
    subject = read_subject(text, talk.cast, talk.grammar)
    if bare(talk, clause):
        return True
    if subject is None:
        subject = _dropped(text, clause, talk)
        if subject is None:
            return False
    else:
        talk.subject = subject
    if subject.introduced:
        talk.cast.note(subject.who)
    if subject.who.kind in ("person", "pet") and subject.who.relation:
        talk.cast.note(subject.who)
        _introduce(clause, subject, talk)
    rest = settle(subject.rest)
    predicate = read_predicate(rest, talk.grammar.table)
    if predicate is None:
        return False
    if subject.dropped and talk.grammar.table.get(predicate.form.lower(), ("", ""))[1] == "s":
        if talk.cast.person is None or predicate.lemma == "be":
            return False
        subject = Subject(talk.cast.person, subject.rest)
    if subject.dropped and (not _may_drop(predicate) or _is_subject_itself(predicate)):
        return False
    return apply(clause, subject, predicate, talk)


_MINE = re.compile(r"(?:[a-z]+[,!.]? )?(?:I|I'm|I've|Im|Ive|we|we've)\b", re.IGNORECASE)


_GOES_ON = frozenset({"and", "but", "then", "so", "", "or", "now", "still"})


def _dropped(text: str, clause: Clause, talk: Talk) -> Subject | None:
    """No subject said: the one before in the same sentence, else the speaker."""
    before = talk.subject
    relative = re.search(r"\b(?:who|which)$", clause.joint) is not None or text.lower().startswith(
        "who "
    )
    if relative and talk.cast.person is None:
        return None
    if relative and talk.cast.person is not None:
        return Subject(talk.cast.person, re.sub(r"^who\s+", "", text, flags=re.I))
    goes_on = clause.start > 0 and clause.joint.strip(", ") in _GOES_ON
    if goes_on and before is not None and not before.noun and before.who.kind != "thing":
        return Subject(before.who, text, we=before.we)
    mine = goes_on and before is None and _MINE.match(clause.sentence) is not None
    return Subject(talk.cast.me, text, dropped=not mine)


_SIMILE = re.compile(r"(?:an?|the|my|our|your|his|her|their|some|most|all|every|what)\b", re.I)


def _may_drop(predicate: Predicate) -> bool:
    """Whether a verb without a subject still tells of the speaker: "moved to", "been doing"."""
    if predicate.lemma.startswith("be"):
        return predicate.tense in ("perfect", "past", "future") or predicate.form != "be" or True
    if predicate.tense in ("past", "perfect", "none", "future"):
        return True
    if predicate.lemma in _ORDERS and re.match(r"(?:my|the|our)\b", predicate.rest):
        return True
    if predicate.form.lower() == "like" and _SIMILE.match(predicate.rest) is not None:
        return False
    return predicate.lemma in _DROPPED_BASE


_ITSELF = re.compile(
    r"\b(?:is|are|was|would|will|can|could|might|may|should|sounds?|seems?|helps?|makes?|takes?)\b"
)


def _is_subject_itself(predicate: Predicate) -> bool:
    """Whether a gerund is what the clause is about: "working from home would be nice"."""
    return predicate.tense == "none" and _ITSELF.search(predicate.rest.split(",")[0]) is not None


def _introduce(clause: Clause, subject: Subject, talk: Talk) -> None:
    """Claim who somebody is that was called by relation and name: "my boss Helena"."""
    who = subject.who
    if not subject.introduced or not who.name or modality.is_wish(clause.text):
        return
    if who.owner != talk.me.owner:
        owner = talk.cast.owner
        if owner is not None and who.kind == "person":
            attribute = talk.grammar.relations.get(who.relation, who.relation)
            text = f"{owner.possessive} {who.relation} is {who.name}"
            talk.claim(clause, owner, attribute, who.name, text)
        return
    former = re.search(
        rf"\b(?:ex|old|former|late|previous)[ -](?:\w+ )?{re.escape(who.relation)}\b",
        clause.raw,
        re.IGNORECASE,
    )
    if who.kind == "pet":
        called(talk, clause, replace(who, name=""), who.name)
        talk.cast.pet = who
        return
    attribute = talk.grammar.relations.get(who.relation, who.relation)
    if former is not None or attribute == "ex":
        talk.claim(
            clause,
            talk.me,
            "ex",
            who.name,
            (
                f"{talk.me.possessive} {'former ' if attribute != 'ex' else ''}{who.relation} "
                f"is {who.name}"
            ),
        )
        return
    talk.claim(
        clause, talk.me, attribute, who.name, f"{talk.me.possessive} {who.relation} is {who.name}"
    )
    if attribute == "partner" and "single" in talk.held_of("relationship status"):
        talk.end(
            clause, talk.me, "relationship status", "single", f"{talk.me.label} is no longer single"
        )


def apply(clause: Clause, subject: Subject, predicate: Predicate, talk: Talk) -> bool:
    """Match a predicate's frames and claim what they say."""
    if subject.noun:
        return nominal(talk, clause, subject, predicate)
    lemma = predicate.lemma
    if (
        lemma in ("be", "be call", "be name")
        and subject.who.relation
        and _is_named(clause, subject, predicate, talk)
    ):
        return True
    if lemma == "be" and relation_of(talk, clause, subject, predicate):
        return True
    if lemma in ("lead", "head", "manage", "own", "run") and leads(
        talk, clause, subject, predicate
    ):
        return True
    frames = talk.grammar.frames.get(lemma, ())
    if not frames and lemma.startswith("be "):
        frames = talk.grammar.frames.get("be", ())
        predicate = replace(predicate, rest=f"{predicate.form} {predicate.rest}", lemma="be")
    done = _first_fitting(frames, clause, subject, predicate, talk)
    if not done and routine(clause, subject, predicate, talk):
        return True
    if not done and lemma.startswith("be ") and predicate.lemma != "be":
        wider = replace(predicate, rest=f"{predicate.form} {predicate.rest}", lemma="be")
        return _first_fitting(talk.grammar.frames.get("be", ()), clause, subject, wider, talk)
    return done


def _first_fitting(
    frames: Sequence[Frame], clause: Clause, subject: Subject, predicate: Predicate, talk: Talk
) -> bool:
    """Claim what the first frame that fits says, and those that it lets go on."""
    done = False
    rest = predicate.rest
    for frame in frames:
        # most frames fail here
        if frame.pattern.match(rest) is None:
            continue
        if _try(frame, clause, subject, predicate, talk):
            done = True
            if not frame.goes_on:
                return True
    return done


def _is_named(clause: Clause, subject: Subject, predicate: Predicate, talk: Talk) -> bool:
    who = subject.who
    if predicate.negative or predicate.modal or (subject.introduced and not talk.correcting):
        return False
    if predicate.lemma == "be" and not re.match(
        (
            r"(?:called |named )?[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+){0,2}\s*(?:$|[,.!\ue001]|"
            r"(?:and|now|at|from|in|who|since|until|again|for|these|with)\b)"
        ),
        predicate.rest,
    ):
        return False
    from everwhen.write.rules.values import name as read_name

    name = read_name(re.sub(r"^(?:called|named)\s+", "", predicate.rest))
    if name is None or name.split()[0].lower() in talk.grammar.lists["nationality"]:
        return False
    if predicate.tense == "past":
        return False
    called(talk, clause, who, name)
    return True


_STUDIED_AT = re.compile(r"\b(?:University|College|Institute|Polytechnic|Academy)\b")
_YOUNG = frozenset({"child", "children", "grandchild", "niece", "nephew", "godfather"})


_SCHOOL = re.compile(
    r"\b(?:school|primary|elementary|kindergarten|nursery|preschool|academy|high|college|"
    r"university|grammar|gymnasium|secondary|middle|daycare|uni)\b",
    re.IGNORECASE,
)


_NOT_OF_PETS = words_of("role employer studies school language car family subscription tools")


def _try(frame: Frame, clause: Clause, subject: Subject, predicate: Predicate, talk: Talk) -> bool:
    if not allowed(frame, predicate) or (frame.about_self and subject.who.kind != "self"):
        return False
    if subject.who.kind == "pet" and frame.attribute in _NOT_OF_PETS:
        return False
    match = frame.pattern.match(predicate.rest)
    if match is None:
        return False
    sets = trimmed(match, frame, clause)
    if sets is None:
        return False
    done = False
    for values in sets:
        if needed(frame, values, predicate, subject, clause, talk.grammar):
            done = _say(frame, values, clause, subject, predicate, talk) or done
    return done


def _say(
    frame: Frame, values: Values, clause: Clause, subject: Subject, predicate: Predicate, talk: Talk
) -> bool:
    gone = bool(predicate.cues & {"no-longer"}) or bool(clause.cues & _ANYMORE)
    full = worded(values, predicate, clause, talk.grammar, frame.attribute)
    full["all3"] = predicate.rest
    if predicate.negative or gone:
        return _denied(frame, full, clause, subject, predicate, talk, gone=gone)
    if frame.denied == "only":
        return False
    stated = periods.NOTHING if frame.timeless else when(frame.aspect, predicate, clause, talk)
    if stated is None:
        return _announced(frame, full, clause, subject, predicate, talk)
    if frame.introduces in HOOKS:
        return HOOKS[frame.introduces](talk, clause, subject, predicate, frame, full, stated)
    who = subject.who
    attribute = filled(frame.attribute, full).lower()
    value = filled(frame.value, full).removeprefix("to ")
    if attribute == "home" and _no_home(value, full, talk):
        return False
    began = predicate.lemma in ACQUIRING and "used to" not in predicate.cues
    over = stated.past or (predicate.tense == "past" and not began)
    past = frame.was if over and frame.aspect == "state" else ""
    text = f"{who.label} {_agreeing(filled(past or frame.text, full), who.relation)}"
    if frame.aspect == "end":
        _ended(frame, attribute, value, text, clause, subject, stated, talk)
        return True
    attribute, value, text = _placed(
        (attribute, value, text), frame, clause, subject, predicate, talk
    )
    if attribute == "home" and _moves_in(predicate, value):
        return False
    if full.get("a") and frame.aspect == "start":
        _former(frame, full["a"], attribute, clause, subject, stated, talk)
    if frame.replaces_all and not talk.is_single(attribute):
        talk.end(
            clause,
            who,
            attribute,
            "",
            f"{who.label} no longer has the old {attribute}",
            periods.Stated(valid_to=stated.valid_from),
        )
    if not stated.past and not (stated.valid_to is not None and stated.valid_to <= talk.at):
        _clear(frame, clause, subject, talk, stated)
    talk.claim(
        clause,
        who,
        attribute,
        value,
        text,
        stated=stated,
        confidence=frame.confidence,
        sensitive=frame.sensitive,
        replaces=_put_right(clause, attribute, value, subject, talk),
    )
    if "used to" in predicate.cues:
        _no_more(attribute, value, text, clause, subject, talk)
    return True


def _no_home(value: str, full: Values, talk: Talk) -> bool:
    """ "Moved from Slack to Teams" is about tools."""
    names = {value.lower(), full.get("a", "").lower()}
    return any(not names.isdisjoint(talk.grammar.lists[name]) for name in ("tech", "service"))


_NOT_BUT = re.compile(
    r"[\s,]+(?:and |but )?(?:not|rather than) (?:in |at |for |on |to |an? |the )*"
    r"(?P<o>[\w&'. -]{2,40}?)\s*$",
    re.IGNORECASE,
)


def _put_right(
    clause: Clause, attribute: str, value: str, subject: Subject, talk: Talk
) -> str | None:
    """What "X, not Y" and "X rather than Y" put right, where Y is held."""
    match = _NOT_BUT.search(clause.text)
    if match is None:
        return None
    wrong = match["o"].lower()
    earlier = [p.value for p in talk.earlier if p.attribute == attribute]
    for held in (*talk.held_of(talk.attribute(attribute), subject.who.key), *earlier):
        if held.lower() in (wrong, f"the {wrong}") and held.lower() != value.lower():
            return held
    return None


def _placed(
    said: tuple[str, str, str],
    frame: Frame,
    clause: Clause,
    subject: Subject,
    predicate: Predicate,
    talk: Talk,
) -> tuple[str, str, str]:
    """Attribute, value and text where the words alone do not tell the attribute."""
    attribute, value, text = said
    who = subject.who
    if attribute == "employer" and _beside(clause, subject):
        attribute, text = "side job", f"{text} on the side"
    if attribute == "employer" and predicate.lemma == "be":
        held = talk.find_held(value)
        if held is not None and held[0] == who.key and held[1] not in ("employer", "side job"):
            attribute, value = held[1], held[2]
            text = f"{who.possessive} {attribute} is {value}"
    if attribute == "role" and frame.aspect == "state" and _beside(clause, subject):
        attribute = "side job"
    if attribute == "home" and _STUDIED_AT.search(value) is not None:
        attribute, text = "school", f"{who.label} studies at {value}"
    young = who.relation and talk.grammar.relations.get(who.relation) in _YOUNG
    if attribute == "employer" and young and _SCHOOL.search(value) is not None:
        attribute, text = "school", f"{who.label} goes to {value}"
    return attribute, value, text


def _moves_in(predicate: Predicate, value: str) -> bool:
    """ "Moved in with her" names no place."""
    moving = predicate.lemma == "move" and predicate.rest.lower().startswith("in ")
    return moving and not value[:1].isupper()


_PLURAL = words_of(
    "parents grandparents kids children sons daughters twins friends folks in-laws "
    "boys girls brothers sisters dogs cats"
)


_ARE = {"is": "are", "has": "have", "was": "were", "does": "do", "goes": "go"}


def _agreeing(text: str, relation: str) -> str:
    """The predicate in the plural where several are meant: "parents live"."""
    if relation not in _PLURAL:
        return text
    verb, _, rest = text.partition(" ")
    return f"{_ARE.get(verb, verb.removesuffix('s'))} {rest}"


def _beside(clause: Clause, subject: Subject) -> bool:
    return bool(
        re.search(
            r"\b(?:also|as well|on the side|second job|side (?:job|gig|hustle)|on (?:the "
            r")?weekends?|"
            r"on (?:satur|sun)days?|(?:satur|sun)days|in the evenings?|moonlight\w*|freelance|"
            r"besides|too)\b",
            clause.raw,
            re.IGNORECASE,
        )
    )
