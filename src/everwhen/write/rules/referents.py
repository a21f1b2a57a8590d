"""Which thing named before in the same message is meant by "it", "them" or "that song".

"Sushi! I love it", "Do you believe in ghosts? I'm fascinated with them": what is liked or not is
told of a word that only points back. The clause is read with the thing in its place.
"""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.write.rules.clauses import Clause, spell_out
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.grammar import load_grammar
from everwhen.write.rules.liked import AND, PAIRS
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import short
from everwhen.write.rules.verbs import ADVERBS, Predicate, forms, read_predicate
from everwhen.write.rules.words import words as words_of

_POINTS = words_of("it that them those these they him em this")
_FEELING = words_of(
    "love loves like likes enjoy enjoys adore hate hates dislike detest loathe despise stand bear "
    "fan obsessed into fascinated enough crazy addicted passion obsession weakness terrified "
    "scared afraid fond hooked care handle stomach fear phobia thing cup jam style scare scares "
    "creep creeps freak freaks gross drive drives makes make bore bores boring scary relaxing "
    "relaxes without avoid prefer loving enjoying hating favorite"
)
_SAID_OF = re.compile(
    r"^(?P<lead>(?:(?:I|we) )?(?:(?:do|am|is|are|have|just|also|really|absolutely|still|always|"
    r"truly|totally|simply|so|too|actually|kind of|do not|can not|cannot|could not|can|not|"
    r"never|even|personally|secretly|honestly|both|all|very|quite|pretty|completely|an?|big|huge|"
    r"much of a|no|this|such|bit of an?|little|real|weird|strange|total|had|got|get|been|gotten) )*"
    r"(?:love|like|enjoy|adore|hate|dislike|detest|loathe|despise|stand|bear|stomach|handle|"
    r"care for|fan of|fans of|obsessed with|into|fascinated (?:by|with)|"
    r"get enough of|live without|do without|crazy about|addicted to|passionate about|"
    r"(?:obsession|fascination) with|(?:passion|weakness|love|thing) for|"
    r"(?:terrified|scared|afraid|fond|tired|sick) of|hooked on|(?:fear|phobia) of|"
    r"interested in|avoid|prefer|loving|enjoying|hating|(?:eat|drink|watch|play|read)(?:ing)?))"
    r" (?P<it>it|that|them|those|these|him|em|this|"
    r"(?:that|this) (?:song|show|movie|film|band|game|food|book|colou?r|place|team|sport|stuff|"
    r"drink|guy|series|singer|dish|animal|artist|album|season|holiday|city|country|town|subject|"
    r"class|kind of (?:music|food|stuff|thing))|"
    r"(?:those|these) (?:movies|shows|books|songs|games|animals|foods?|things|guys))"
    r"(?P<rest>$|[ ,.;!]*(?:[.;!,]|\b(?:so|too|very|a lot|though|as well|since|because|and|but|all|"
    r"also|more|to death|more than|dearly|lol|haha|every|most|best|either|at all|anymore|"
    r"any more|in|with|for|really|especially|with a passion|when i (?:was|am)|on)\b).*$)",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"^(?P<it>it|that|they|those|these|this) (?P<rest>(?:(?:is|are|do|does|just|really|also|"
    r"always|definitely|so|not|totally|kind of|simply|very|can|quite|still) )*"
    r"(?:my (?:\w+ )?(?:thing|cup of tea|jam|style|passion|weakness|guilty pleasure|obsession)|"
    r"not for me|(?:scare|terrif|frighten|bore|relax|calm|sooth|annoy|bother|disgust)\w* me|"
    r"(?:creep|freak|gross|stress|weird)\w* me out|"
    r"drives? me (?:crazy|nuts|insane|mad|up the wall)|"
    r"makes? me (?:happy|sick|gag|puke|cringe|sad|nervous|anxious|smile|faint))\b.*)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[.!?;]+(?=\s|$)|,|\n|\b(?:and|but|so|because|although|though)\b)\s*")
_ENDS = re.compile(r"[.!?]+(?=\s|$)|\n")
_FILLERS = re.compile(
    r"^(?:(?:yes|yeah|yep|no|nope|oh|ah|well|hey|hi|hello|cool|nice|wow|awesome|great|ok|okay|lol|"
    r"haha|hm+|um+|yum+|mm+|omg|ugh|sure|so|and|but|very|really|definitely|probably|maybe|"
    r"mostly|just|me too|also|too|what about|how about|speaking of|as for|like|"
    r"especially|honestly|sorry|thanks|"
    r"i guess|i think|i would say|i say|neat|sweet|funny|good|fun|the|an?|some|about|"
    r"of course|not really|or|then)[\s,!.]+)+",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:do|did|have|has|does|are|were) (?:you|u|ya|y'?all|(?:any|all|either) of you|anyone|they|"
    r"your \w+)(?: guys| all)? (?P<rest>.+)$",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"\b(?:can|could|will|would) (?:you|u)\b|\b(?:please|pls)\b", re.IGNORECASE)
_THINK_OF = re.compile(
    r"\b(?:feel|think|thoughts|opinion|talk(?:ing)?|hear|heard|know|read|reading|learn|tell me) "
    r"(?:about|of|on) (?P<x>.+)$|"
    r"^(?:you )?(?:ever |guys |really )*(?:into|been to|tried|seen|heard of|watch(?:ed)?|like) "
    r"(?P<y>.+)$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:^|\s)"
    r"(?:I|we|they|he|she|you|(?:my|our) [\w']+(?: [\w']+)??) (?P<rest>[a-z].+)$",
    re.IGNORECASE,
)
_IS_SAID = re.compile(
    r"^(?P<x>(?:(?:the|these|those|my|our|an?|all) )?[\w'&-]+(?: [\w'&-]+){0,3}?) "
    r"(?P<v>is|are|was|were|has|have|can|will|taste|tastes|smell|smells|sounds?|makes?|always|"
    r"never)\b",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(?:there (?:is|are|was|were)|it (?:is|was)|that (?:is|was)|this is|he is|she is|they are) "
    r"(?:(?:like|about|also|so|just|called|named|such) )*(?P<x>(?:an?|some|many|lots of|the|my|two|"
    r"three|called|named) .+)$",
    re.IGNORECASE,
)
_LISTENING = re.compile(
    r"^(?:(?:you|me|him|us|them)(?= (?:an?|some|any)\b)|to|in|at|about|of|for|with|on|up|"
    r"some|any|out|off|like|ever|still|much|many|a lot of|lots of|"
    r"eating|to eat|to drink|to play|to watch|to)\s+",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:all |some )?(?:the|an?) ", re.IGNORECASE)
_YOURS = re.compile(r"^(?:(?:all|some|of) )*(?:your|ur|this|that|his|her|their)\b", re.IGNORECASE)
_NOTHING = words_of(
    "i you he she it they we that this them those these there what who which how something "
    "anything everything nothing someone anyone everyone idea thing things stuff way day days time "
    "times lot lots one ones name names question questions job plan plans life thanks luck kind "
    "sort type part reason today tomorrow yesterday week weekend year years morning night tonight "
    "here much many not no yes good great nice cool fun awesome sure well okay sorry bad true "
    "bit while same other people person world guess side both all more most couple "
    "moment minute hour hours minutes point place favorite favorites sound sounds course fact "
    "nope yup yep yeah nah haha lol wow ok hello hi hey thank please congrats "
    "yourself myself home work ok first last next of in on at to for by with about from"
)
_VERBAL = words_of(
    "play work live teach sing dance run cook drive ride paint write read swim hike volunteer "
    "study travel ski garden fish hunt bake knit sew draw camp climb surf skate jog exercise train "
    "clean cycle row sail shop coach code program fly walk act"
)
_PLACED = re.compile(r"^(?:for|in|at|on|with|by|from|to|of|as|that|this)\b", re.IGNORECASE)
_DOING = re.compile(r"[a-z]+ing (?:\S+ ){0,3}\S+$|[a-z]+ing$", re.IGNORECASE)
_NO_ACTIVITY = words_of(
    "going having getting doing being looking thinking trying waiting hoping feeling coming "
    "saying talking wondering planning dying missing kidding joking making leaving interesting "
    "boring amazing exciting annoying relaxing"
)
_PLURALS = words_of(
    "people kids children fish sheep men women mice geese guys everyone police cattle deer"
)
_NO_PLURAL = words_of(
    "this is was has does always sometimes yes less across as us its his hers yours news plus "
    "times days years hours minutes weeks months thanks lots pairs kinds sorts types ones guess "
    "bus gas class glass boss dress mess business congrats besides perhaps towards unless series "
    "loves likes hates enjoys lives works plays eats makes means sounds seems takes says needs "
    "wants goes gets parents friends mornings nights weekends things ways reasons others chess "
    "tennis physics mathematics christmas texas vegas illness sickness fitness loss stress"
)
_WORD = re.compile(r"[A-Za-z][\w'-]*")


def pointed_out(clause: Clause, talk: Talk) -> Clause:
    """The clause with what "it" or "them" means in its place, where it tells what is liked."""
    words = talk.words
    if _POINTS.isdisjoint(words) or _FEELING.isdisjoint(words):
        return clause
    match = _SAID_OF.match(clause.text)
    own = _OF_ITSELF.match(clause.text) if match is None else None
    if match is None and own is None:
        return clause
    found = match or own
    assert found is not None
    pointer = found["it"].lower()
    meant = _meant(pointer, clause, talk)
    if meant is None:
        return clause
    if match is not None:
        text = f"{match['lead']} {meant}{match['rest']}"
    else:
        assert own is not None
        text = f"{meant} {own['rest']}"
    return replace(clause, text=text)


def _meant(pointer: str, clause: Clause, talk: Talk) -> str | None:
    """What was named last before the clause that the pointer can mean."""
    before = talk.message[: clause.start]
    if not before.strip():
        return None
    several = pointer.split()[0] in ("them", "those", "these", "they", "em")
    before = PAIRS.sub(lambda pair: pair[0].replace(" and ", f" {AND} "), before)
    spoken = [one.strip() for one in _ENDS.split(spell_out(before, talk.grammar))]
    spoken = [one for one in spoken if _FILLERS.sub("", f"{one} ").strip(" ,")]
    for sentence in spoken[-1:]:
        parts = [part for part in _PARTS.split(sentence) if part and part.strip(" ,")]
        for part in reversed(parts):
            found = _named(part.strip(" ,"), several, pointer)
            if found is not None:
                return found.replace(AND, "and")
        if several:
            found = _last_plural(sentence)
            if found is not None:
                return found
    return None


def _named(part: str, several: bool, pointer: str) -> str | None:
    """What one part of a sentence is about, if the pointer can mean it."""
    for found in _candidates(part, pointer):
        if _YOURS.match(found) is not None:
            continue
        value = found if _DOING.match(found) else short(_ARTICLE.sub("", _LISTENING.sub("", found)))
        if value is None or not _is_thing(value):
            continue
        if several and not _is_plural(value):
            continue
        if pointer == "him" and " " not in value:
            continue
        return value
    return None


def _candidates(part: str, pointer: str) -> list[str]:
    found: list[str] = []
    cues = load_cues("en")
    asked = _ASKED.search(part)
    if asked is not None:
        words = asked["rest"].split()
        while len(words) > 1 and (
            words[0].lower() in ADVERBS or words[0].lower() in ("like", "to")
        ):
            words.pop(0)
        predicate = read_predicate(" ".join(words), cues.table)
        if predicate is not None and predicate.lemma != "be":
            found.append(_object(predicate))
        else:
            found.append(_LISTENING.sub("", " ".join(words[1:])))
    if _REQUEST.search(part) is not None:
        return []
    about = _THINK_OF.search(part)
    if about is not None:
        found.append(about["x"] or about["y"])
    said = _SAYS.search(part)
    if said is not None:
        predicate = read_predicate(said["rest"], cues.table)
        if predicate is not None:
            found.extend(_told(predicate, said, pointer))
    there = _THERE.search(part)
    if there is not None:
        found.append(there["x"])
    subject = _IS_SAID.match(_FILLERS.sub("", part))
    if subject is not None and not _is_somebody(subject["x"]):
        found.append(subject["x"])
    bare = _FILLERS.sub("", f"{part} ").strip(" ,")
    if _PLACED.match(bare) is not None:
        return found
    tail = re.sub(r"[\s,]+(?:too|probably|maybe|for sure|of course|as well|lol)$", "", bare)
    words = [word.lower() for word in tail.split()]
    if 1 <= len(words) <= 4 and not any(word in cues.table for word in words[:-1]):
        found.append(tail)
    return found


def _object(predicate: Predicate) -> str:
    rest = predicate.rest.strip()
    while _LISTENING.match(rest) is not None:
        rest = _LISTENING.sub("", rest, count=1)
    return rest


def _told(predicate: Predicate, said: re.Match[str], pointer: str) -> list[str]:
    """The object of a verb, or what one does: "playing guitar"."""
    mine = said[0].lower().split()[0] in ("i", "we")
    rest = predicate.rest.strip(" ,.")
    if predicate.lemma == "be" or predicate.lemma.startswith("be "):
        doing = _DOING.match(rest) is not None and rest.split()[0].lower() not in _NO_ACTIVITY
        return [rest] if doing and mine and pointer in ("it", "that", "this") else []
    if mine and predicate.negative:
        return [] if predicate.lemma in _VERBAL else [_object(predicate)]
    if pointer in ("it", "that", "this") and predicate.lemma in _VERBAL and mine:
        done = re.sub(
            r"\s+(?:a lot|lots|too|every \w+|all the time|for (?:a living|fun)|now)$", "", rest
        )
        words = done.split()
        if len(words) <= 4 and not (
            words and words[0].lower() in _NOTHING - {"in", "at", "for", "on"}
        ):
            return [f"{forms(predicate.lemma).ing} {done}".strip()]
        return [] if not words else [_object(predicate)]
    return [_object(predicate)]


def _is_somebody(subject: str) -> bool:
    last = subject.lower().split()[-1]
    return subject.lower().startswith(("my ", "our ")) and last in load_grammar("en").relations


def _is_thing(value: str) -> bool:
    words = value.lower().split()
    return (
        bool(words)
        and _NOTHING.isdisjoint((words[0], words[-1]))
        and not any(word.isdigit() for word in words)
        and len(value) > 2
        and not words[0].endswith("ly")
    )


def _is_plural(value: str) -> bool:
    last = value.lower().split()[-1]
    return last in _PLURALS or (
        last.endswith("s") and not last.endswith("ss") and last not in _NO_PLURAL and len(last) > 3
    )


def _last_plural(sentence: str) -> str | None:
    """The last noun in the plural, with a noun or adjective before it."""
    words: list[str] = _WORD.findall(sentence)
    table = load_cues("en").table
    for place in range(len(words) - 1, -1, -1):
        word = words[place].lower()
        entry = table.get(word)
        before = words[place - 1].lower() if place else ""
        verb = entry is not None and entry[1] == "s" and (before in _SUBJECTS or not place)
        if verb or not _is_plural(word):
            continue
        plain = before in table or before in _NOTHING or before in ADVERBS or len(before) < 4
        if plain or before.endswith("ly") or before in _DETERMINERS:
            return words[place]
        return f"{words[place - 1]} {words[place]}"
    return None


_SUBJECTS = words_of("he she it who that which mom dad wife husband brother sister son daughter")
_DETERMINERS = words_of(
    "the my our your his her their some any these those many several few two three four five six "
    "all every such more other with from into about than like favorite new old cute beautiful great"
)
