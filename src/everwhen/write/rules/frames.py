"""Match frames against a predicate, and word what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from everwhen.language.timex import Role
from everwhen.write.rules.cast import Subject
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.grammar import Frame, Grammar
from everwhen.write.rules.liked import bare_of, liked
from everwhen.write.rules.periods import written
from everwhen.write.rules.values import TIME_MARK, TRIMMERS, items
from everwhen.write.rules.verbs import Predicate, forms, third_person

Values = dict[str, str]

_SUFFIX = re.compile(
    r"(?:ologist|ographer|ician|ineer|keeper|smith|wright|monger|[aeiou]tor|urist|"
    r"pist)$"
)
_NO_PROFESSION = re.compile(
    r"\b(?:optimist|pessimist|perfectionist|minimalist|feminist|atheist|realist|"
    r"extremist|terrorist|tourist|"
    r"reader|listener|eater|sleeper|lover|believer|beginner|learner|survivor|visitor|"
    r"neighbor|creator|narrator)$",
    re.IGNORECASE,
)
_VOWEL_SOUND = re.compile(
    r"(?:[aeio]|u(?!ni|se|sa|k\b)|hour|honest|[fhlmnrsx][a-z]?\b(?=[A-Z ]))", re.IGNORECASE
)


def is_profession(role: str, grammar: Grammar) -> bool:
    """Whether a noun phrase names what somebody works as."""
    words = role.lower().split()
    for size in (4, 3, 2, 1):
        if len(words) >= size and " ".join(words[-size:]) in grammar.lists["profession"]:
            return True
    last = words[-1].rstrip("s") if words else ""
    if last in grammar.lists["role_head"] or (
        words and words[0] in ("head", "vp", "director", "chief", "professor", "manager")
    ):
        return True
    return bool(_SUFFIX.search(last)) and not _NO_PROFESSION.search(role)


def with_article(value: str) -> str:
    """The value with "a" or "an" where English wants one."""
    first = value.split(" ", 1)[0]
    last = value.rsplit(" ", 1)[-1]
    if (
        not value
        or first.lower()
        in (
            "a",
            "an",
            "the",
            "my",
            "our",
            "two",
            "three",
            "four",
            "both",
            "his",
            "her",
            "their",
            "head",
            "some",
            "several",
        )
        or first[0].isdigit()
    ):
        return value
    if (
        last.lower().endswith("s")
        and not last.lower().endswith(("ss", "us", "is", "prius", "ds"))
        and first.islower()
    ):
        return value
    return f"{'an' if _VOWEL_SOUND.match(value) else 'a'} {value}"


def trimmed(match: re.Match[str], frame: Frame, clause: Clause) -> list[Values] | None:
    """The frame's values, one set for each item that it enumerates; None if one is no value."""
    values: Values = {}
    many: list[str] | None = None
    for name, text in match.groupdict().items():
        if text is None:
            continue
        kind = frame.types.get(name)
        if kind == "items":
            many = items(text)
            if not many:
                return None
        elif kind == "liked":
            many = liked(text, clause.sentence)
            if not many:
                return None
        elif kind is not None:
            value = TRIMMERS[kind](text)
            if value is None:
                return None
            values[name] = value
        elif name == "t":
            values[name] = text
        else:
            values[name] = text.split(TIME_MARK)[0].strip(" ,.")
    if many is None:
        return [values]
    if "liked" in frame.types.values():
        return [{**values, "v": bare_of(item), "said": item} for item in many]
    return [{**values, "v": value} for value in many]


_GAP = re.compile(r"\s{2,}")
_SLOT = re.compile(r"\{(\w+)\}")


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its slots filled; missing ones are left out."""
    return _GAP.sub(" ", _SLOT.sub(lambda m: values.get(m[1], ""), template)).strip()


_MEANS = {"cyc": "bike", "bik": "bike", "wal": "foot", "dri": "car"}


def worded(
    values: Values, predicate: Predicate, clause: Clause, grammar: Grammar, attribute: str
) -> Values:
    """The values with the derived ones that texts of the attribute may use."""
    full = dict(values)
    for key in ("v", "r", "a"):
        if values.get(key):
            full[f"a_{key}"] = with_article(values[key])
    if values.get("v"):
        full["in_v"] = f"in {values['v']}"
    if values.get("k"):
        full["a_k"] = with_article(values["k"])
    if values.get("p"):
        full["in_p"] = f"in {values['p']}"
    if values.get("n"):
        full |= {"in_n": f"in {values['n']}", "for_n": f"for {values['n']}"}
    if values.get("k"):
        full["on_k"] = f"on {values['k']}"
    full["n_or_v"] = values.get("n") or values.get("v", "")
    full["their"] = "their"
    way = attribute == "commute" and re.fullmatch(
        r"(?:cycl|bik|walk|driv|run|skat)\w*", full.get("v", ""), re.IGNORECASE
    )
    if way:
        full["v"] = _MEANS.get(full["v"].lower()[:3], full["v"])
    full["years"] = values.get("u") or "years"
    if values.get("p"):
        part = TRIMMERS["noun"](values["p"]) or ""
        full["for_p"] = f"for {part}" if part else ""
    if predicate.lemma and " " not in predicate.lemma:
        verb = forms(predicate.lemma)
        full |= {
            "form3": verb.third,
            "formed": verb.past[0],
            "ing": verb.ing,
            "form": predicate.form,
        }
    rest = TRIMMERS["phrase"](predicate.rest) or ""
    full["all"] = rest
    full["all_n"] = TRIMMERS["short"](predicate.rest) or full.get("v", "")
    full["kind"] = grammar.kind_of(values.get("v", "")) or ""
    _time_words(full, values, clause)
    return full


def _time_words(full: Values, values: Values, clause: Clause) -> None:
    time = clause.time_of(values.get("t", ""))
    if time is None and clause.times:
        time = clause.times[0]
    if time is None or time.role is Role.RECURRING:
        return
    at = clause.times[0].interval_start if clause.times else None
    if at is None:
        return
    text = written(time, at)
    exact = text[:1].isdigit() and not text.isdigit()
    full["t"] = text
    full["t_text"] = full["on_t"] = f"on {text}" if exact else f"in {text}"


def allowed(frame: Frame, predicate: Predicate) -> bool:
    """Whether tense and modal verb fit the frame."""
    if predicate.modal and predicate.modal not in frame.modals:
        return False
    return not frame.tenses or predicate.tense in frame.tenses


def needed(
    frame: Frame,
    values: Values,
    predicate: Predicate,
    subject: Subject,
    clause: Clause,
    grammar: Grammar,
) -> bool:
    """Whether the frame's own condition holds."""
    if frame.needs and not _fits(frame.needs, values, predicate, clause, grammar):
        return False
    return _kinds(frame.kinds, predicate, clause, values)


def _fits(
    need: str, values: Values, predicate: Predicate, clause: Clause, grammar: Grammar
) -> bool:
    rest, lemma = predicate.rest, predicate.lemma
    match need.partition(":")[0]:
        case "profession":
            role = values.get("r", "")
            student = need == "profession:r" and role.lower().endswith("student")
            return not student and is_profession(role, grammar)
        case "kind":
            kind = grammar.kind_of(_WITH.split(values.get("v", ""), maxsplit=1)[0])
            wanted = need.partition(":")[2].split()
            return kind is not None and (not wanted or kind in wanted)
        case "shift":
            return _is_shift(values["v"], predicate, clause)
        case "married":
            told = rest.lower().startswith(("married", "happily", "newly", "legally"))
            return lemma not in ("be", "get") or told
        case "gym":
            return lemma != "work" or rest.startswith("out")
        case "noplan":
            return re.search(r"\b(?:plan|tier)\b", rest) is None
        case _:
            return re.match(need, rest) is not None


_WITH = re.compile(r"\s(?:with|for|of|about)\s", re.IGNORECASE)


def _is_shift(value: str, predicate: Predicate, clause: Clause) -> bool:
    return "shift" in value or bool(
        re.match(r"(?:back |now |permanently )*(?:on|to|working)\b", predicate.rest)
        and re.search(
            r"\b(?:shift|work|plant|ward|hospital|factory|nights|rota|job|since)\b",
            clause.sentence,
            re.I,
        )
    )


def _is_since(_predicate: Predicate, clause: Clause, _values: Values) -> bool:
    return any(time.role in (Role.SINCE, Role.DURATION) for time in clause.times)


def _is_progressive(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.progressive


def _is_habitual(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return not predicate.progressive and predicate.tense == "present"


def _is_owning(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma not in ("be",) or bool(
        re.match(r"(?:on|subscribed|signed)\b", predicate.rest)
    )


def _is_upcoming(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.progressive or predicate.tense == "future"


def _is_recovering(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma == "recover" or predicate.rest.startswith(("recover", "recuper"))


def _is_club(predicate: Predicate, clause: Clause, _values: Values) -> bool:
    return predicate.lemma in ("transfer", "be transfer", "sign") or (
        re.search(r"\b(?:club|clubs|team|teams|side|season)\b", clause.sentence, re.I) is not None
    )


def _is_pay(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return (
        predicate.lemma == "earn"
        or re.search(r"\b(?:a|per|an) (?:year|month|week|hour|day)\b|\bpaid\b", predicate.rest)
        is not None
    )


def _is_clocked(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma != "get" or predicate.rest.startswith("up")


def _is_aged(predicate: Predicate, clause: Clause, _values: Values) -> bool:
    return (
        predicate.lemma == "turn"
        or (clause.times == () and re.match(r"(?:my|our|his|her|he|she|[A-Z])", clause.text))
        is not None
    )


def _is_timed(_predicate: Predicate, clause: Clause, _values: Values) -> bool:
    return any(t.role is Role.AT and t.interval_start is not None for t in clause.times)


def _is_voice(predicate: Predicate, _clause: Clause, values: Values) -> bool:
    return predicate.lemma == "sing" or bool(values.get("r"))


def _is_ending(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma not in ("be", "go", "get", "come") or bool(
        re.search(r"\boff\b", predicate.rest)
    )


def _is_banking(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return (
        predicate.lemma == "bank"
        or re.search(r"\b(?:bank|banking|accounts?)\b", predicate.rest) is not None
    )


def _is_can(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.modal == "can" and predicate.negative


def _is_owned(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma not in ("park", "wash") or not re.match(r"an?\b", predicate.rest)


def _is_renting(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return predicate.lemma in ("rent", "sublet", "share") or predicate.tense == "none"


def _is_plan(_predicate: Predicate, _clause: Clause, values: Values) -> bool:
    return values.get("v", "").lower() not in (
        "a",
        "the",
        "this",
        "that",
        "new",
        "my",
        "good",
        "great",
        "diet",
        "meal",
        "business",
        "action",
        "game",
        "other",
    )


def _is_held(predicate: Predicate, clause: Clause, _values: Values) -> bool:
    return bool(clause.cues & {"still"}) or (
        any(time.role in (Role.AT, Role.BETWEEN) for time in clause.times)
        and predicate.tense == "past"
    )


_OFTEN = frozenset({"always", "usually", "often", "mostly", "regularly", "normally", "typically"})


def _is_often(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return not predicate.progressive and not predicate.cues.isdisjoint(_OFTEN)


def _is_able(predicate: Predicate, _clause: Clause, _values: Values) -> bool:
    return bool(predicate.modal)


_KINDS: Mapping[str, Callable[[Predicate, Clause, Values], bool]] = {
    "since": _is_since,
    "progressive": _is_progressive,
    "habitual": _is_habitual,
    "simple": _is_habitual,
    "owning": _is_owning,
    "upcoming": _is_upcoming,
    "recovering": _is_recovering,
    "club": _is_club,
    "pay": _is_pay,
    "clocked": _is_clocked,
    "aged": _is_aged,
    "timed": _is_timed,
    "voice": _is_voice,
    "ending": _is_ending,
    "banking": _is_banking,
    "can": _is_can,
    "owned": _is_owned,
    "renting": _is_renting,
    "plan": _is_plan,
    "held": _is_held,
    "often": _is_often,
    "able": _is_able,
}


def _kinds(kinds: str, predicate: Predicate, clause: Clause, values: Values) -> bool:
    """Whether a frame of that kind fits how the clause is said."""
    test = _KINDS.get(kinds)
    return test is None or test(predicate, clause, values)


def conjugated(words: str) -> str:
    """A verb phrase in the third person: "wake up early" as "wakes up early"."""
    verb, _, rest = words.partition(" ")
    if verb.lower() in ("am", "are"):
        verb = "is"
    elif verb.lower() == "have":
        verb = "has"
    else:
        verb = third_person(verb.lower())
    return f"{verb} {third_pronouns(rest)}".strip()


_PRONOUNS = {
    "my": "their",
    "our": "their",
    "me": "them",
    "us": "them",
    "i": "they",
    "we": "they",
    "myself": "themselves",
    "mine": "theirs",
}
_MY = re.compile(r"\b(?:my|our|me|us|I|we|myself|mine)\b", re.IGNORECASE)


def third_pronouns(text: str) -> str:
    """First person pronouns turned into the third person."""
    return _MY.sub(lambda match: _PRONOUNS[match[0].lower()], text)
