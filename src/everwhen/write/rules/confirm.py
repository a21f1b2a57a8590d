"""What the assistant asked and the user answered: "Shall I note that X?" – "yep"."""

from __future__ import annotations

import re

from everwhen.language.sentences import Sentence, plain, sentences
from everwhen.model.records import Proposal
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_YES = re.compile(
    r"^(?:(?:oh|ah|haha|lol|hm+|um+|mhm|well)[\s,!.]+)*(?:yes|yep|yeah|yea|yup|"
    r"ya|sure|correct|right|exactly|indeed|absolutely|definitely|"
    r"of course|that'?s (?:right|correct|true|it)|thats (?:right|correct|true|"
    r"it)|you(?:'re| are)? right|true|ok(?:ay)?|please do|affirmative|go ahead|"
    r"spot on|it is|i do|i am|we do|👍|sounds right|perfect)\b"
    r"(?!\s*(?:but|though|except))",
    re.IGNORECASE,
)
_YES_LONG = re.compile(r"\b(?:no|not|wrong|actually|but|except|isn't|don't|nope)\b", re.IGNORECASE)
_FRAME = re.compile(
    r"^(?:(?:so|and|just to (?:confirm|check|be sure)|to confirm|got it|okay|ok|"
    r"ah|great|noted)[\s,:-]+)*"
    r"(?:(?:shall|should|can|may|do you want me to|would you like me to|want me "
    r"to) (?:i )?(?:note|remember|save|record|store|assume|add|keep in mind|put "
    r"down|write down|make a note)(?: down)?(?: (?:that|it|as a note))?(?: that)?:?|"
    r"(?:am i right|is it (?:right|correct|true|fair)|do i understand (?:correctly|"
    r"right)|did i (?:get|understand) (?:that|it|this) (?:right|correctly)|can "
    r"you confirm|could you confirm|please confirm|i (?:assume|take it|understand|"
    r"gather|think|believe|guess)|"
    r"if i understand (?:you )?correctly|you (?:said|mentioned|told me)|correct "
    r"me if i'?m wrong|did you (?:say|mean)|do you mean|is it that|have i understood "
    r"that)(?: (?:to say|to assume|in thinking|in saying))?(?: that)?[,:]?)\s+",
    re.IGNORECASE,
)
_TAG = re.compile(
    (
        r",?\s*(?:right|correct|is that right|is that correct|isn't it|don't you|aren't "
        r"you|yes|yeah|true)\s*$"
    ),
    re.IGNORECASE,
)
_PLAIN = re.compile(r"^(?:so|and|okay|ok|ah|then)?,?\s*(?:you|your)\b", re.IGNORECASE)
_INVERTED = re.compile(
    (
        r"^(?:so |and |then )?(?:(?P<be>are|were) you|(?P<do>do|did) you(?: still|"
        r" currently| now)?|is your (?P<noun>[\w' -]+?)(?: still| now)?(?= [A-Z\d]))\s+(?P<res"
        r"t>.+)$"
    ),
    re.IGNORECASE,
)
_SWAP = {
    "you": "I", "your": "my", "yours": "mine", "yourself": "myself", "you're": "I am",
    "you've": "I have",
    "you'll": "I will", "you'd": "I would", "are": "are", "i": "you", "my": "your",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")


def says_yes(text: str) -> bool:
    """Whether a message, or its first sentence, only agrees."""
    match = _YES.match(text.strip())
    if match is None:
        return False
    first = re.split(r"[.!?\n]", text.strip(), maxsplit=1)[0]
    rest = first[match.end() :]
    return len(first.split()) <= 8 and _YES_LONG.search(rest) is None


_AND = r"^(?:(?:and|so|ok|okay|then|next|last one|finally|lastly|sure)[\s,:]+)*"
_AS_MY = re.compile(
    rf"{_AND}(?:shall|should|can|may|do you want me to|would you like me to)(?: i)? "
    r"(?:use|put(?: down)?|note|book|take|set|keep|go with|make|save|enter|choose|pick) "
    r"(?P<v>.{2,60}?) as (?:your|the) (?P<n>[\w' -]{3,40})$",
    re.IGNORECASE,
)
_FOR = re.compile(
    rf"{_AND}(?:shall|should) i (?:put down|note(?: down)?|enter|write down) "
    r"(?P<v>(?!(?:it|that|this|a table)\b).{3,60})$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"(?i:{_AND}(?:your |the )?)(?P<n>[a-z][a-z-]+(?: [a-z][a-z-]+){{0,3}}?)(?::| is(?: still)?)? "
    r"(?P<v>[A-Z0-9][\w' .-]{1,40})$"
)
_IS_THAT = re.compile(
    rf"(?i:{_AND}(?:is|would) (?:that|it) (?:be )?)(?P<v>(?:the )?[A-Z0-9].{{1,60}})$"
)
_USUAL = re.compile(
    r"\bmy (?P<n>(?:usual|regular|normal|favou?rite|default|standard|preferred) [\w' -]{3,30}?)"
    r"(?=$|[,.!?]| (?:for|at|in|on|please|pls|again|as|with|this|next|tomorrow|today)\b)",
    re.IGNORECASE,
)


def asked_for(question: str, before: str) -> str | None:
    """What a yes makes true where something was asked about without saying it in full.

    "Shall I use X as your Y?" asks whether my Y is X, as does "Is that X?" after "my usual Y".
    """
    last: Sentence | None = None
    for sentence in sentences(plain(question[-1500:])):
        last = sentence
    if last is None or not last.asks:
        return None
    text = last.text.rstrip("?").strip()
    match = _AS_MY.match(text)
    if match is not None:
        return f"my {match['n']} is {match['v']}"
    match = _IS_THAT.match(text)
    usual = _USUAL.search(before)
    if match is not None and usual is not None:
        return f"my {usual['n']} is {match['v']}"
    match = _FOR.match(text)
    if match is not None:
        return f"I prefer {match['v']}"
    match = _LABEL.match(text)
    if match is not None and match["n"].split()[0] not in _NO_LABEL:
        return f"my {match['n']} is {match['v'].strip()}"
    return None


_NO_LABEL = words_of(
    "did do does are is was were have has shall should can could will would may might what where "
    "when which who whom how why a an for with in on at to from of you not"
)


def confirmed(question: str) -> str | None:
    """The statement, in the user's own first person, that a yes to this message makes true."""
    last: Sentence | None = None
    for sentence in sentences(plain(question[-1500:])):
        last = sentence
    if last is None or not last.asks:
        return None
    text = last.text.rstrip("?").strip()
    framed = _FRAME.match(text)
    if framed is not None:
        text = text[framed.end() :]
    tag = _TAG.search(text)
    if tag is not None:
        text = text[: tag.start()]
    if framed is None and tag is None and not _PLAIN.match(text):
        inverted = _INVERTED.match(text)
        if inverted is None:
            return None
        text = _uninverted(inverted)
    return swapped(text)


def _uninverted(match: re.Match[str]) -> str:
    if match["be"]:
        return f"you {match['be']} {match['rest']}"
    if match["noun"]:
        return f"your {match['noun']} is {match['rest']}"
    return f"you {match['rest']}"


def swapped(text: str) -> str:
    """The second person made the first: "your supplier is" as "my supplier is"."""
    text = re.sub(r"\byou are\b", "I am", text, flags=re.IGNORECASE)
    text = re.sub(r"\byou were\b", "I was", text, flags=re.IGNORECASE)
    return _WORD.sub(
        lambda m: (
            _SWAP.get(m[0].lower(), m[0])
            if m[0].lower()
            in ("you", "your", "yours", "yourself", "you're", "you've", "you'll", "you'd")
            else m[0]
        ),
        text,
    )


_ASKED = (
    (re.compile((r"\bwhat(?:'s| is| was) your (?:first |full |given )?name\b|\bwho am i (?:talking|"
        r"speaking) (?:to|with)\b|\bhow should i (?:call|address) you\b|\bmay i (?:ask|"
        r"know) your name\b"), re.I), "my name is {}"),
    (re.compile((r"\bwhere (?:do you live|are you (?:based|living|located))\b|\bwhich (?:city|"
        r"town|country) (?:do you live|are you) in\b|\bwhat city\b"), re.I), "I live in {}"),
    (re.compile(r"\bwhere are you from\b", re.I), "I am from {}"),
    (re.compile(r"\bwhere do you work\b|\bwhom? do you work for\b|\bwhich company\b", re.I),
     "I work at {}"),
    (re.compile((r"\bwhat do you do(?: for (?:a living|work))?\s*$|\bwhat(?:'s| is) your (?:job|"
        r"occupation|profession|role)\b"), re.I), "I am a {}"),
    (re.compile(r"\bhow old are you\b|\bwhat(?:'s| is) your age\b", re.I), "I am {} years old"),
    (re.compile(r"\bwhat(?:'s| is) your ((?:favou?rite|preferred) [\w ]+)", re.I), "my {1} is {}"),
    (re.compile((r"\bwhat(?:'s| is) (?:your|the) ((?:[\w]+ ){0,2}(?:budget|deadline|email|e-mail|"
        r"email address|phone number|time ?zone))\b"), re.I), "my {1} is {}"),
    (re.compile(r"\bwhen(?:'s| is) your (birthday)\b", re.I), "my {1} is {}"),
    (re.compile(r"\b(?:flying|travell?ing|departing|leaving|setting off|starting) from\b", re.I),
     "my departure city is {}"),
    (re.compile(r"\bare you allergic to|\bany (?:food )?allergies\b", re.I),
     "I am allergic to {}"),
    (re.compile((r"\bwhat(?:'s| is) (?:your|the) (dog|cat|sister|brother|wife|husband|son|daughter|"
        r"partner|boss|manager|puppy|kitten|girlfriend|boyfriend)(?:'s name| called|"
        r" named)?\b"), re.I), "my {1}'s name is {}"),
)  # fmt: skip
_FRAGMENT = re.compile(
    (
        r"^(?:(?:it's|its|it is|just|um+|uh+|well|oh|i think|probably|in|at|to|a|an|"
        r"the)[\s,]+)*(?P<v>[^\n?!;]{1,50}?)[.!\s]*$"
    ),
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    (
        r"\b(?:i|i'm|im|my|we|you|he|she|they|don't|what|why|how|no|not|none|nothing|"
        r"nowhere|never|thanks|thank|later|maybe|sure|yes|ok|okay|idk|dunno|guess|"
        r"secret|is|are|was)\b"
    ),
    re.IGNORECASE,
)


_DIET_ASKED = re.compile(
    r"\b(?:diet(?:ary)?|food|eating) (?:needs?|requirements?|restrictions?|preferences?|"
    r"limitations?)\b|"
    r"\bany(?:thing)? you (?:can'?t|don'?t|cannot) eat\b|\bfollow (?:any|a) (?:special )?diet\b",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"^(?:(?:I'm|im|I am|yes|yep|yeah|just|also|and|well|oh)[\s,]+)*(?P<v>[a-z][a-z-]*(?: "
    r"[a-z-]+){0,3})$",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"^(?:no (?P<no>[a-z ]+)|(?P<a>[a-z]+)[ -](?:free|intolerant|intolerance|allergy))$", re.I
)


def needs_told(question: str, answer: str, talk: Talk) -> list[str]:
    """What is told of food, item by item, in answer to a question: "gluten free, vegan"."""
    tail = question[-400:].strip()
    if not tail.endswith("?") or _DIET_ASKED.search(re.split(r"[.!\n]\s", tail)[-1]) is None:
        return []
    told: list[str] = []
    for item in re.split(r"\s*(?:,|;|&|\band\b|[.!]+(?:\s|$))\s*", answer.strip()):
        match = _NEEDS.match(item)
        value = match["v"].lower() if match is not None else ""
        free = _FREE.match(value)
        if free is not None and free["no"]:
            told.append(f"I can not eat {free['no']}")
        elif free is not None:
            told.append(f"I can not eat {free['a']}")
        elif value in talk.grammar.lists["diet"] or value in talk.grammar.lists["health"]:
            told.append(f"I am {value}")
    return told


_FIRST = re.compile(r"^(?P<a>[^,.!;?\n]{2,40}?)(?:[.!;]\s+|,? and )(?P<rest>(?=\w).+)$", re.DOTALL)


def first_answer(answer: str) -> tuple[str, str]:
    """An answer in its first words, and what is told besides: "Bremen. And an aisle seat"."""
    match = _FIRST.match(answer.strip())
    return (match["a"], match["rest"]) if match is not None else (answer, "")


def answered(question: str, answer: str) -> str | None:
    """The statement that a short answer to a plain question makes: "Lisbon" to "where do you
    live?"."""
    text = answer.strip()
    match = _FRAGMENT.match(text)
    if match is None or len(text.split()) > 6 or _SENTENCE.search(match["v"]):
        return None
    tail = question[-400:].strip()
    if not tail.endswith("?"):
        return None
    last = re.split(r"[.!\n]\s", tail)[-1].rstrip("?").strip()
    for pattern, frame in _ASKED:
        found = pattern.search(last)
        if found is not None:
            noun = found[1] if found.groups() else ""
            return frame.replace("{1}", noun or "").replace("{}", match["v"].strip())
    return None


_NO = re.compile(
    (
        r"^(?:no|nope|nah|not quite|wrong|actually)\b[\s,.!-]*(?:(?:no|nope)[\s,]+)*(?P<rest>("
        r"?:it|it's|its|they|they're|that's)\b.+)$"
    ),
    re.IGNORECASE,
)
_ABOUT = re.compile(
    (
        r"^(?:so |and |then |just to confirm,? )?your (?P<noun>[\w' -]{2,40}?) (?P<verb>is|"
        r"are|starts?|begins?|ends?|leaves?|opens?|closes?|costs?)\b"
    ),
    re.IGNORECASE,
)


def put_right(question: str, answer: str) -> str | None:
    """ "Nope, it starts in July" to "your fiscal year starts in April?", as a statement."""
    match = _NO.match(answer.strip())
    statement = confirmed(question)
    if match is None or statement is None:
        return None
    about = _ABOUT.match(
        re.sub(r"^(?:so |and |then )", "", statement.replace("my ", "your ", 1), flags=re.I)
    )
    if about is None:
        return None
    rest = re.sub(r"^(?:it's|its|that's|they're)\b", "it is", match["rest"], flags=re.I)
    return re.sub(r"^(?:it|they)\b", f"my {about['noun']}", rest, flags=re.I)


def keep(statement: str, text: str, talk: Talk) -> None:
    """A confirmed statement that fits no frame is kept as it was put."""
    words = (
        statement.strip(" .!")
        .removeprefix("And ")
        .removeprefix("and ")
        .removeprefix("So ")
        .removeprefix("so ")
    )
    if not 3 <= len(words.split()) <= 25 or not re.match(r"(?:my|I|our|the)\b", words, re.I):
        return
    said = re.sub(r"^my\b", talk.me.possessive, words, flags=re.I)
    said = re.sub(r"^I\b", talk.me.label, said)
    said = said.replace(f"{talk.me.label} am ", f"{talk.me.label} is ")
    said = said.replace(f"{talk.me.label} have ", f"{talk.me.label} has ")
    talk.said.append(
        Proposal(
            subject=talk.me.key,
            attribute="note",
            value=third_pronouns(words),
            text=third_pronouns(said),
            start=0,
            end=len(text),
            confidence=0.8,
            speaker=talk.speaker,
        )
    )
