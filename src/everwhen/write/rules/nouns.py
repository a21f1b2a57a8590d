"""Statements about a thing of somebody's: "my X is Y", "the X of the Y is Z", "X changes to Y"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from everwhen.language.timex import Role, TimeExpression
from everwhen.model.period import Precision
from everwhen.model.records import SELF, Cardinality
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import is_profession, third_pronouns, with_article
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.subjects import Subject, Who, someone, something
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_PAST_NOUN = re.compile(r"^(?:first|old|previous|former|last|ex)\s+(?!name\b|day\b)", re.IGNORECASE)
_MODIFIER = re.compile(
    r"^(?:own|current|new|actual|real|present|latest|other|full|given|first(?= "
    r"name)|total|overall|all-time|"
    r"personal|main|updated|usual|normal|go-to|absolute|one|number one|very|whole|"
    r"entire)\s+",
    re.IGNORECASE,
)
_ENDINGS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"))
_IRREGULAR = {
    "children": "child", "wives": "wife", "mice": "mouse", "geese": "goose", "puppies": "puppy",
    "kitties": "kitty", "people": "person", "men": "man", "women": "woman", "feet": "foot",
    "teeth": "tooth", "movies": "movie", "cookies": "cookie", "ponies": "pony", "series": "series",
    "tennis": "tennis", "shoes": "shoe", "horses": "horse", "houses": "house", "buses": "bus",
    "goldfish": "goldfish", "species": "species", "canvas": "canvas", "bonsais": "bonsai",
}  # fmt: skip


def singular(noun: str) -> str:
    """The singular of an English noun phrase, by its last word."""
    head, _, last = noun.rpartition(" ")
    found = _IRREGULAR.get(last.lower())
    if found is None:
        found = last
        for ending, instead in _ENDINGS:
            if last.endswith(ending):
                found = last[: -len(ending)] + instead
                break
        else:
            if last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 3:
                found = last[:-1]
    return f"{head} {found}".strip()


_NAMING = re.compile(r"^(?:called|named|spelled|spelt)\s+", re.IGNORECASE)
_SKIP_VALUE = re.compile(
    r"^(?:(?:so|very|really|too|pretty|quite|not|still|just|always|getting|going|"
    r"being|doing|killing|dying|making|driving|"
    r"about|like|that|to|when|how|what|why|where|because|kind of|sort of|more|"
    r"less|all|only|almost|gonna|back|here|there|"
    r"up|down|off|over|out|on|of|as|with|without|due|able|supposed|amazing|awesome|"
    r"awful|bad|good|great|nice|fine|ok|okay|"
    r"terrible|horrible|lovely|perfect|beautiful|boring|busy|crazy|dead|broken|"
    r"empty|full|gone|hard|easy|hurting|"
    r"important|interesting|late|early|long|short|new|old|next|ready|sick|sore|"
    r"tired|small|big|tiny|huge|strong|weak|wonderful|"
    r"weird|wrong|right|expensive|cheap|similar|different|the same|same|the best|"
    r"the worst|worse|better|best|worst|"
    r"a mess|a bit|a lot|a disaster|a joke|a nightmare|a blast|fun|cool|hot|cold|"
    r"sweet|cute|funny|smart|happy|sad|angry|mad|"
    r"everything|nothing|something|mine|yours|ours|his|hers|theirs|him|her|me|"
    r"it|this|these|those|in|at|from|for|by|and|but|or)\b)",
    re.IGNORECASE,
)
_VERBISH = re.compile(r"^[a-z]+(?:ing|ed)\b")
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
_DATE_NOUN = re.compile(r"(?:birthday|bday|anniversary|date|due date)$", re.IGNORECASE)


def trimmer_for(attribute: str) -> str:
    """Which kind of value an attribute takes."""
    return {
        "name": "name", "nickname": "name", "home": "place", "origin": "place", "employer": "org",
        "role": "role", "age": "age", "budget": "amount", "salary": "amount", "rent": "amount",
        "manager": "name", "partner": "name", "landlord": "name", "doctor": "name",
        "dentist": "name", "best friend": "name", "time zone": "noun", "income": "amount",
    }.get(attribute, "answer")  # fmt: skip


def nominal(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "my X is Y" and its kin; whether anything was claimed."""
    noun = subject.noun.strip().lower()
    if (
        subject.pronoun
        and not talk.correcting
        and not re.match(r"(?:(?:at|on|in|due|for|now) )*(?:\d|\ue001|[$€£])", predicate.rest)
    ):
        return False
    if (
        predicate.lemma in _AGENT_CHANGES
        and not predicate.modal
        and not predicate.negative
        and re.match(r"(?:the|our|my)\s", predicate.rest)
    ):
        return _changed_by(talk, clause, subject, predicate)
    if predicate.lemma in (
        "run",
        "use",
        "be build",
        "be write",
        "be host",
        "be deploy",
        "be base",
        "be implement",
        "live",
        "build",
        "write",
        "be migrate",
        "be rewrite",
        "be move",
        "be port",
    ):
        return bool(
            _technology(
                talk,
                clause,
                subject.who,
                noun,
                re.sub(
                    r"^(?:built|written|rewritten|hosted|deployed|migrated|ported|moved) ",
                    "",
                    predicate.rest,
                ),
                predicate.tense
                if predicate.tense != "past" or predicate.lemma in ("run", "use")
                else "present",
                False,
            )
        )
    if predicate.lemma == "stand":
        return state(talk, clause, subject.who, noun, re.sub(r"^at\s+", "", predicate.rest))
    if predicate.lemma in _HAPPENS:
        return _happens(talk, clause, subject, noun, predicate)
    past = predicate.tense == "past" or "used to" in predicate.cues
    if _PAST_NOUN.match(noun):
        if not past:
            noun = re.sub(r"^(?:old|last)\s+", "", noun)
        else:
            noun = _PAST_NOUN.sub("", noun)
    was_new = re.match(r"(?:new|current)\s", noun) is not None
    noun = _MODIFIER.sub("", _MODIFIER.sub("", noun))
    if predicate.lemma in (
        "change",
        "switch",
        "go",
        "become",
        "move",
        "rise",
        "drop",
        "increase",
        "upgrade",
        "downgrade",
        "be change",
        "be move",
        "be extend",
        "be postpone",
        "be push",
        "be raise",
        "be cut",
        "get move",
        "get extend",
        "shift",
    ):
        match = re.match(
            (
                r"(?:(?:back|up|down|over) )*(?:from (?:the )?(?P<a>.+?) (?=(?:back |up |down "
                r")?(?:to|until|till|into)\b))?(?:back |up |down )?(?:to|until|till|into|by)? "
                r"?(?:the )?(?P<v>.+)$"
            ),
            predicate.rest,
        )
        if match is None or predicate.modal:
            return False
        if (
            predicate.lemma in ("move", "go", "be move")
            and TIME_MARK not in match["v"]
            and noun.split()[-1]
            not in ("meeting", "deadline", "budget", "plan", "rent", "appointment", "launch")
        ):
            return False
        return change(
            talk, clause, subject.who, noun, match["v"], clause.times, lemma=predicate.lemma
        )
    if (
        predicate.lemma
        not in ("be", "be call", "be name", "remain", "stay", "cost", "equal", "be set", "be cap")
        or predicate.modal
    ):
        return False
    value = predicate.rest
    if predicate.negative:
        return _negative(talk, clause, subject, noun, value)
    tense = "past" if past else predicate.tense
    corrects = bool(predicate.cues & {"always"} and past) or (
        predicate.tense == "perfect" and "always" in predicate.cues
    )
    return state(
        talk,
        clause,
        subject.who,
        noun,
        value,
        tense=tense,
        corrects=corrects,
        was_new=was_new,
        we=subject.we,
    )


_AGENT_CHANGES = words_of(
    "extend postpone move push change raise lower increase reduce cut shift delay reschedule bring"
)
_HAPPENS = words_of("start begin end finish leave depart arrive open close expire renew land")


def _changed_by(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """ "The client has postponed the handover to 4 December"."""
    match = re.match(
        (
            r"(?:the|our|my)\s+(?P<n>.+?)(?: (?:back|up|down|out|forward|again))*(?: from "
            r".+?)? (?:to|until|till|by) (?P<v>.+)$"
        ),
        predicate.rest,
    )
    if match is None:
        return False
    return change(
        talk, clause, talk.me, match["n"], match["v"], clause.times, lemma=predicate.lemma
    )


def _happens(talk: Talk, clause: Clause, subject: Subject, noun: str, predicate: Predicate) -> bool:
    """ "My flight leaves at 18:40 on Friday"."""
    if predicate.modal or predicate.negative or predicate.tense in ("past", "perfect"):
        return False
    match = re.match(rf"(?:at |on |in )?(?:{TIME_MARK}(\d)|(\d{{1,2}}[:.h]\d\d)\b)", predicate.rest)
    if match is None or not noun or len(noun.split()) > 4:
        return False
    time = clause.time_of(predicate.rest)
    words = match[2] or (time.text if time is not None else "")
    exact = (
        time is not None
        and time.precision in (Precision.DAY, Precision.INSTANT)
        and not re.fullmatch(r"(?:at )?\d{1,2}([:.h]\d\d)?\s*(?:am|pm)?", words)
    )
    value = (
        periods.written(time, talk.at)
        if exact and time is not None
        else re.sub(r"^(?:at|on|in)\s+", "", words)
    )
    third = {"begin": "begins", "finish": "finishes"}.get(predicate.lemma, predicate.lemma + "s")
    preposition = "on" if exact else "at" if re.match(r"\d", value) else "in"
    attribute = f"{noun} {predicate.lemma}"
    return _put(
        talk,
        clause,
        subject.who,
        attribute,
        value,
        f"{subject.who.possessive} {noun} {third} {preposition} {value}",
        "present",
        talk.correcting,
        times=(),
    )


def _negative(talk: Talk, clause: Clause, subject: Subject, noun: str, value: str) -> bool:
    held = talk.find_held(read.cut(value))
    if held is None or held[1] != talk.attribute(noun, subject.who.key):
        return False
    talk.end(
        clause,
        subject.who,
        held[1],
        held[2],
        f"{subject.who.possessive} {noun} is no longer {held[2]}",
        subject=held[0],
    )
    return True


def state(
    talk: Talk,
    clause: Clause,
    who: Who,
    noun: str,
    value: str,
    *,
    tense: str = "present",
    corrects: bool = False,
    was_new: bool = False,
    we: bool = False,
) -> bool:
    """Claim that somebody's `noun` is `value`."""
    value = _NAMING.sub("", value.strip())
    relation = talk.grammar.relations.get(noun)
    for reader in (_name_of, _scheduled, _dated, _favorite, _service, _technology, _thing_of):
        done = reader(talk, clause, who, noun, value, tense, corrects)
        if done is not None:
            return done
    if relation is not None:
        return False
    return _general(talk, clause, who, noun, value, tense, corrects, we)


def _put(
    talk: Talk,
    clause: Clause,
    who: Who,
    attribute: str,
    value: str,
    text: str,
    tense: str,
    corrects: bool,
    *,
    confidence: float = 0.9,
    times: Sequence[TimeExpression] | None = None,
) -> bool:
    held_correcting = talk.correcting
    talk.correcting = talk.correcting or corrects
    stated = periods.state(
        clause.times if times is None else times, talk.at, "present" if corrects else tense
    )
    if tense == "future" and not stated.future:
        talk.correcting = held_correcting
        return False
    if stated.past:
        text = text.replace(" is ", " was ", 1)
    talk.claim(clause, who, attribute, value, text, stated=stated, confidence=confidence)
    talk.correcting = held_correcting
    talk.cast.thing = (who, attribute)
    return True


def _name_of(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    if noun not in ("name", "full name", "first name", "nickname"):
        return None
    name = read.name(value)
    if name is None:
        return False
    if who.kind == "self" or noun == "nickname":
        attribute = "nickname" if noun == "nickname" else "name"
        return _put(
            talk,
            clause,
            who,
            attribute,
            name,
            f"{who.possessive} {attribute} is {name}",
            "present",
            corrects,
            times=(),
        )
    return called(talk, clause, who, name, corrects)


def called(talk: Talk, clause: Clause, who: Who, name: str, corrects: bool = False) -> bool:
    """Claim the name of somebody's relative, pet or the like."""
    owner = talk.me
    relation = singular(who.relation.lower())
    if who.kind == "pet":
        attribute = "pet"
        text = f"{owner.label} has {with_article(relation)} named {name}"
        talk.said[:] = [
            p
            for p in talk.said
            if not (
                p.attribute == "pet"
                and p.subject == owner.key
                and p.value.split()[-1] in (relation, who.relation)
            )
        ]
        replaces = (
            who.name if (talk.correcting or corrects) and who.name and who.name != name else None
        )
    else:
        attribute = talk.grammar.relations.get(who.relation, who.relation or "name")
        text = f"{owner.possessive} {who.relation} is {name}"
        replaces = (
            who.name
            if (talk.correcting or corrects)
            and who.name
            and who.name != name
            and not talk.is_single(attribute)
            else None
        )
    if not who.relation:
        return False
    stated = periods.state(clause.times, talk.at, "present")
    talk.claim(clause, owner, attribute, name, text, replaces=replaces, stated=stated)
    other = someone(who.relation, name, owner, talk.cast, talk.grammar)
    talk.cast.note(other)
    return True


_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SCHEDULE = re.compile(
    (
        rf"^(?:(?:now|on|at|is|always|usually|still|every|back to|moved to|to|actually) "
        rf")*(?P<v>{_DAYS}(?:(?:,| and|,? &) {_DAYS})*|\d{{1,2}}[:.h]\d\d(?: ?[ap]m)?|"
        rf"\d{{1,2}} ?[ap]m)(?: (?:now|again|mornings?|evenings?|afternoons?|nights?))?(?: "
        rf"(?:at|@|from) (?P<c>\d{{1,2}}(?:[:.]\d\d)?(?: ?[ap]m)?))?(?=$|[ ,.!])"
    ),
    re.IGNORECASE,
)
_PERSONAL_NOUN = re.compile(r"\b(?:day|birthday|it|life|time|week|today|deadline)$")


def _scheduled(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    """ "Book club is on Mondays now", "the standup is at 10:45": when something regularly is."""
    spoken = clause.unmarked(value)
    match = _SCHEDULE.match(spoken)
    if match is None or _PERSONAL_NOUN.search(noun) or who.kind == "person":
        return None
    day = re.match(_DAYS, match["v"], re.I)
    if day is not None and not match["v"].lower().endswith("s") and "every" not in spoken:
        return None
    held = [
        a for s, a, _ in talk.held if s == who.key and a in (f"{noun} schedule", f"{noun} time")
    ]
    attribute = held[0] if held else f"{noun} schedule" if day is not None else f"{noun} time"
    when = match["v"] + (f" at {match['c']}" if match["c"] else "")
    word = "on" if day is not None else "at"
    times = [t for t in clause.times if t.text not in spoken]
    stated = periods.beginning(times, talk.at) if times else periods.NOTHING
    talk.claim(
        clause, who, attribute, when, f"{who.possessive} {noun} is {word} {when}", stated=stated
    )
    talk.cast.thing = (who, noun)
    return True


_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,20}){1,4}")
_BARE = re.compile(
    (
        r"^(?:the |my |our |a |an |anything |everything |all )?(?P<noun>[\w-]+(?: "
        r"[\w-]+){0,2}?)(?:'s)? (?P<verb>is|are|goes to|go to|got (?:switched|moved|"
        r"changed|pushed|rescheduled) to|(?:is|was|has been|have been|were) (?:now "
        r"|)(?:switched|moved|changed|pushed|rescheduled|postponed) (?:back )?to|moved "
        r"to|changed to|switched to|:|=)\s*(?P<v>.+)$"
    ),
    re.IGNORECASE,
)
_MOVED_BY = re.compile(
    (
        r"^(?:they|we|I|he|she|someone|(?:the|my|our) \w+) (?:(?:have|has|had|just|"
        r"finally|recently|all) )*(?:moved|changed|switched|pushed|postponed|rescheduled|"
        r"shifted|brought|extended|delayed) (?:the |our |my )?(?P<n>[\w' -]{3,60}?)(?: "
        r"(?:back|forward|up|out|again))*(?: (?:from|by) [\w\ue001 :.]+?)? (?:to|until|"
        r"till) (?P<v>.+)$"
    ),
    re.IGNORECASE,
)


def bare(talk: Talk, clause: Clause) -> bool:
    """ "Book club is Mondays now", "work mail is x@y": a thing without "my"."""
    moved = _MOVED_BY.match(clause.text)
    if moved is not None:
        spoken = clause.unmarked(moved["v"])
        if _SCHEDULE.match(spoken) is not None and _scheduled(
            talk, clause, talk.me, moved["n"].lower(), moved["v"], "present", False
        ):
            return True
        return clause.time_of(moved["v"]) is not None and change(
            talk, clause, talk.me, moved["n"], moved["v"], clause.times
        )
    match = _BARE.match(clause.text.replace("'s on", " is on").replace("'s at", " is at"))
    if match is None or match["noun"].split()[0].lower() in (
        "it",
        "that",
        "this",
        "there",
        "he",
        "she",
        "they",
        "what",
        "which",
        "who",
        "i",
        "we",
        "you",
    ):
        return False
    noun = match["noun"].lower()
    email = _EMAIL.match(match["v"])
    if email is not None and not email[0].endswith("."):
        kind = re.sub(r"\s*(?:e-?mail|mail|address|contact|stuff|things?)\s*", " ", noun).strip()
        attribute = f"{kind} email" if kind else "email"
        talk.claim(
            clause,
            talk.me,
            attribute,
            email[0],
            f"{talk.me.possessive} {attribute} address is {email[0]}",
            sensitive=True,
        )
        return True
    if noun.split()[-1] in talk.grammar.relations or noun in talk.grammar.lists["function"]:
        return False
    return bool(_scheduled(talk, clause, talk.me, noun, match["v"], "present", False))


def _dated(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    if noun in ("birthday", "bday", "date of birth", "birth date", "birthdate", "dob"):
        return _birthday(talk, clause, who, value, corrects)
    due = re.match(
        (
            rf"(?:(?:now|still|already|only|actually) )*(?:due|set|scheduled|planned|happening|"
            rf"expected|fixed|moved|postponed|extended)?\s*(?:for |on |by |in |at |to |"
            rf"until |back )*(?P<t>{TIME_MARK}\d)"
        ),
        value,
    )
    if due is None:
        return None
    time = clause.time_of(due["t"])
    if (
        time is None
        or time.role in (Role.RECURRING, Role.DURATION)
        or (time.interval_start is None and time.interval_end is None)
    ):
        return False
    if noun in (
        "day",
        "life",
        "weekend",
        "morning",
        "week",
        "today",
        "year",
        "night",
        "one",
        "thing",
        "rest",
        "problem",
        "point",
    ):
        return False
    if time.role is Role.SINCE or (
        tense == "past" and time.interval_start is not None and time.interval_start > talk.at
    ):
        return False
    when = periods.written(time, talk.at)
    is_due = re.match(r"(?:(?:now|still|already|only|actually) )*due\b", value) is not None
    head = noun.split()[-1]
    if head in ("deadline", "cutoff") or is_due:
        attribute = noun if head in ("deadline", "cutoff") else f"{noun} deadline"
        attribute = talk.attribute(attribute, who.key)
        return _put(
            talk,
            clause,
            who,
            attribute,
            when,
            f"{_the(who, attribute)} is {when}",
            "present",
            corrects,
            times=(),
        )
    attribute = noun if _DATE_NOUN.search(noun) else f"{noun} date"
    attribute = talk.attribute(attribute, who.key)
    exact = (
        "on "
        if when[:1].isdigit() and len(when) > 5
        else "in "
        if not when.startswith("the week")
        else ""
    )
    text = (
        f"{_the(who, noun)} is {exact}{when}"
        if not _DATE_NOUN.search(noun)
        else f"{_the(who, noun)} is {when}"
    )
    if tense == "past" or (time.interval_end is not None and time.interval_end < talk.at):
        text = text.replace(" is ", " was ", 1)
    return _put(talk, clause, who, attribute, when, text, "present", corrects, times=())


def _the(who: Who, noun: str) -> str:
    if who.kind == "thing":
        return f"The {noun} of {_the_name(who.name)}"
    return f"{who.possessive} {noun}"


def _the_name(name: str) -> str:
    return name if name.split()[-1][:1].isupper() else f"the {name}"


def _birthday(talk: Talk, clause: Clause, who: Who, value: str, corrects: bool) -> bool:
    time = clause.time_of(value)
    if (
        time is None
        or time.interval_start is None
        or time.precision not in (Precision.DAY, Precision.MONTH)
    ):
        return False
    start = time.interval_start
    year = re.search(r"\b(1[89]\d\d|20\d\d)\b", time.text)
    day = f"{start.day} {start:%B}" if time.precision is Precision.DAY else f"in {start:%B}"
    if year is not None:
        day += f" {year[1]}"
    elif (
        re.search(r"\b(?:today|tomorrow|yesterday|next|this|ago|last)\b", time.text, re.I)
        and time.precision is not Precision.DAY
    ):
        return False
    on = "on " if time.precision is Precision.DAY else ""
    return _put(
        talk,
        clause,
        who,
        "birthday",
        day,
        f"{who.possessive} birthday is {on}{day}",
        "present",
        corrects,
        times=(),
    )


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
    if _SKIP_VALUE.match(value) and not re.match(
        r"(?:sweet|cold|hot|new|old|long|short|full|mad|the|black|fun|blue)\b", value, re.I
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
    return _put(
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
    if level is None or _SKIP_VALUE.match(level[1]) or _VERBISH.match(level[1]):
        return False
    kind = "membership" if noun.endswith("membership") else "plan"
    service = match["s"]
    name = f"{service} {kind}"
    attribute = talk.attribute(name, who.key)
    shown = _cased(clause, service)
    return _put(
        talk,
        clause,
        who,
        attribute,
        level[1].strip(),
        f"{who.possessive} {shown} {kind} is {level[1].strip()}",
        tense,
        corrects,
    )


def _cased(clause: Clause, words: str) -> str:
    at = clause.raw.lower().find(words.lower())
    return clause.raw[at : at + len(words)] if at >= 0 else words


def _technology(
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
        text = f"{_the(who, _cased(clause, noun))} is {how}{shown}"
        return _put(
            talk, clause, who, "database" if head == "db" else noun, shown, text, tense, corrects
        )
    thing = something(noun if who.kind != "thing" else f"{who.key} {noun}", talk.cast)
    return _put(
        talk,
        clause,
        thing,
        technology(shown, talk),
        shown,
        f"{who.possessive} {_cased(clause, noun)} runs on {shown}",
        tense,
        corrects,
    )


def technology(name: str, talk: Talk) -> str:
    """The attribute that a tool fills: database or technology."""
    return "database" if name.lower() in talk.grammar.lists["tech_database"] else "technology"


def _thing_of(
    talk: Talk, clause: Clause, who: Who, noun: str, value: str, tense: str, corrects: bool
) -> bool | None:
    if who.kind != "thing":
        return None
    found = read.answer(value)
    if found is None or _SKIP_VALUE.match(found):
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
    return _put(
        talk,
        clause,
        who,
        noun,
        found,
        f"The {noun} of {_the_name(who.name)} is {found}",
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
    "username website domain repo repository database backend frontend framework "
    "api server account iban "
    "dream motto mascot theme flight airline hotel room seat desk locker floor "
    "insurance policy doctor "
    "native tongue heritage ethnicity background surname lastname initials middle "
    "order usual routine "
    "average resolution priority focus target quota rate price capacity headcount version release"
)


def _general(
    talk: Talk,
    clause: Clause,
    who: Who,
    noun: str,
    value: str,
    tense: str,
    corrects: bool,
    we: bool,
) -> bool:
    words = noun.split()
    if not words or len(words) > 5 or re.search(r"[^\w' &+-]", noun):
        return False
    attribute = talk.attribute(noun, who.key)
    kind = talk.grammar.kind_of(words[-1]) if len(words) <= 2 else None
    if words[-1] in ("goal", "dream", "resolution", "aim") and (
        aim := re.match(r"(?:to|that) (.+)", value)
    ):
        what = third_pronouns(clause.unmarked(aim[1]))
        return _put(
            talk, clause, who, noun, what, f"{who.possessive} {noun} is to {what}", tense, corrects
        )
    if kind is not None and words[-1] not in ("number", "size", "plan", "color", "name"):
        return _kind(talk, clause, who, kind, noun, value, tense, corrects)
    sure = words[-1] in _SURE or attribute in ("home", "employer", "role")
    trim = trimmer_for(attribute)
    if words[-1] in ("budget", "salary", "rent", "income", "limit", "price", "fee", "target"):
        trim = "amount"
    value = re.sub(
        (
            r"^(?:now|currently|still|actually|probably|just|only|around|about|already|"
            r"officially|at)\s+"
        ),
        "",
        value,
        flags=re.I,
    )
    if trim == "place":
        value = re.sub(r"^(?:in|near)\s+", "", value)
    found = read.TRIMMERS[trim](value)
    if found is None and trim == "amount":
        return False
    if found is None or (trim == "answer" and (_SKIP_VALUE.match(found) or _VERBISH.match(found))):
        return False
    if attribute == "role":
        if not (
            is_profession(found, talk.grammar) or value[:2] in ("a ", "an") or found[:1].isupper()
        ):
            return False
        return _put(
            talk,
            clause,
            who,
            "role",
            found,
            f"{who.label} works as {with_article(found)}",
            tense,
            corrects,
        )
    proper = found[:1].isupper() or any(c.isdigit() for c in found) or "@" in found
    if not sure and not (proper and len(found.split()) <= 5 and re.match(r"[A-Z0-9]", found)):
        return False
    if not sure and who.kind != "self" and not proper:
        return False
    return _put(
        talk,
        clause,
        who,
        attribute,
        third_pronouns(found),
        _worded(talk, who, attribute, noun, found, clause),
        tense,
        corrects,
        confidence=0.9 if sure else 0.7,
    )


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
            shown = _cased(clause, noun) if attribute == noun else attribute
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
        or _SKIP_VALUE.match(found)
    ):
        return False
    known = talk.grammar.kind_of(found)
    if known is None and not found[:1].isupper():
        return False
    return _put(
        talk,
        clause,
        who,
        kind,
        found,
        f"{who.possessive} {kind} is {with_article(found)}",
        tense,
        corrects,
    )


_CHANGE_HEADS = words_of(
    "budget deadline plan membership subscription name number email address goal "
    "target rent salary "
    "major diet date launch meeting appointment time zone timezone limit password username handle "
    "job role title shift schedule due release price rate team size fee flight "
    "exam interview wedding "
    "trip party call demo review tier package insurance provider bank allowance quota capacity "
    "color language currency unit units theme preference supplier vendor handover "
    "delivery session class "
    "lesson lessons training practice rehearsal course standup retro club flight booking"
)


def change(
    talk: Talk,
    clause: Clause,
    who: Who,
    noun: str,
    value: str,
    times: Sequence[TimeExpression],
    *,
    lemma: str = "",
) -> bool:
    """Claim that somebody's `noun` is `value` from now on, or from the time that is said."""
    noun = _MODIFIER.sub("", noun.strip().lower())
    of = re.match(r"(?P<n>[\w-]+(?: [\w-]+)?) of (?:the|our|my) (?P<t>[\w' -]+)$", noun)
    if of is not None and of["n"] not in ("budget", "deadline"):
        noun, who = of["n"], something(of["t"], talk.cast)
    head = noun.split()[-1] if noun else ""
    attribute = talk.attribute(noun, who.key, loose=True)
    known = any(a == attribute for _, a, _ in talk.held) or any(
        p.attribute == attribute for p in (*talk.said, *talk.earlier)
    )
    if head not in _CHANGE_HEADS and not known:
        service = [
            a
            for s, a, _ in talk.held
            if s == who.key and a in (f"{noun} plan", f"{noun} membership")
        ]
        if not service:
            return False
        attribute, noun = service[0], service[0]
    if head in ("subscription", "tier", "account", "package"):
        noun = noun.removesuffix(head) + "plan"
        attribute = talk.attribute(noun, who.key)
    time = clause.time_of(value)
    if time is not None and re.match(rf"\s*(?:on |at |by |to |until |for )?{TIME_MARK}", value):
        return state(talk, clause, who, noun, value, tense="present")
    rest = [t for t in times]
    found = read.TRIMMERS[
        "amount"
        if head
        in ("budget", "salary", "rent", "limit", "price", "rate", "fee", "target", "allowance")
        else "answer"
    ](re.sub(r"^(?:the|a|an|to|now|back to|on)\s+", "", value.strip(), flags=re.I))
    if found is None:
        return False
    found = re.sub(r"\s+(?:plan|tier|membership|subscription|one|instead)$", "", found, flags=re.I)
    if lemma in ("make", "set", "push", "bring", "move") and not (
        any(c.isdigit() for c in found) or known or found[:1].isupper()
    ):
        return False
    if _VERBISH.match(found) or not found:
        return False
    stated = periods.beginning(rest, talk.at)
    talk.claim(
        clause,
        who,
        attribute,
        found,
        f"{who.possessive} {_shown(clause, attribute)} is {found}",
        stated=stated,
    )
    talk.cast.thing = (who, attribute)
    return True


def _shown(clause: Clause, attribute: str) -> str:
    return " ".join(_cased(clause, word) for word in attribute.split())


def relation_of(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "Ana is my sister" and "Oskar is the lead of the harbour project"."""
    who = subject.who
    if (
        predicate.negative
        or predicate.modal
        or who.kind != "person"
        or not who.name
        or subject.noun
    ):
        return False
    match = re.match(
        (
            r"(?:now |again )?(?:my|our)\s+(?:new\s+|current\s+)?([\w' -]+?)(?:$|[,.\ue001]|"
            r" (?:now|again|and)\b)"
        ),
        predicate.rest,
    )
    if match is not None and match[1].lower() in talk.grammar.relations:
        other = someone(match[1].lower(), who.name, talk.me, talk.cast, talk.grammar)
        tense = predicate.tense
        attribute = talk.grammar.relations[match[1].lower()]
        stated = periods.state(clause.times, talk.at, tense)
        word = "was" if stated.past or tense == "past" else "is"
        talk.claim(
            clause,
            talk.me,
            attribute,
            who.name,
            f"{talk.me.possessive} {match[1].lower()} {word} {who.name}",
            stated=stated,
        )
        talk.cast.note(other)
        return True
    match = re.match(
        (
            r"(?:now |again )?(?:the|our) (?:new |current )?(?P<n>[\w-]+(?: [\w-]+)?) "
            r"(?:of|for|on) (?:the |our )?(?P<t>[\w'-]+(?: [\w'-]+){0,3}?)(?=$|[,.\ue001]|"
            r" (?:again|now|since|from|and|as)\b)"
        ),
        predicate.rest,
    )
    if match is None:
        return False
    thing = match["t"]
    if match["n"].lower() in (
        "rest",
        "best",
        "one",
        "kind",
        "type",
        "love",
        "king",
        "queen",
        "life",
        "most",
        "first",
        "last",
        "only",
    ):
        return False
    stated = periods.state(clause.times, talk.at, predicate.tense)
    noun = match["n"].lower()
    word = "was" if stated.past else "is"
    project = something(thing, talk.cast)
    talk.claim(
        clause,
        project,
        noun,
        who.name,
        f"The {noun} of {_the_name(thing)} {word} {who.name}",
        stated=stated,
    )
    return True


def leads(talk: Talk, clause: Clause, subject: Subject, predicate: Predicate) -> bool:
    """Read "Oskar leads the harbour project"."""
    who = subject.who
    match = re.match(
        (
            r"(?:the|our)\s+([\w'-]+(?: [\w'-]+){0,2}? (?:project|team|department|squad|"
            r"group|initiative|committee|program|programme))\b"
        ),
        predicate.rest,
    )
    if (
        match is None
        or predicate.negative
        or predicate.modal
        or not (who.name or who.kind == "self")
    ):
        return False
    thing = Who(key=match[1].lower(), kind="thing", name=match[1])
    aspect = predicate.lemma in ("take", "join")
    stated: Stated = (
        periods.beginning(clause.times, talk.at)
        if aspect
        else periods.state(clause.times, talk.at, predicate.tense)
    )
    name = who.name or who.label
    talk.claim(
        clause,
        thing,
        "lead",
        name if who.kind != "self" else SELF,
        f"The lead of {_the_name(match[1])} is {name}",
        stated=stated,
    )
    return True


__all__ = [
    "Cardinality",
    "called",
    "change",
    "leads",
    "nominal",
    "relation_of",
    "singular",
    "state",
    "trimmer_for",
]
