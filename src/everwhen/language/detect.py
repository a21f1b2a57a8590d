"""Guess a message's language from its function words, cheaply."""

from __future__ import annotations

import re
from collections.abc import Iterable

DEFAULT = "en"

_WORDS: dict[str, frozenset[str]] = {
    "de": frozenset(
        "ich du er wir ihr und oder aber nicht kein keine mein meine meinen meiner meinem unser "
        "unsere der das dem den des ein eine einen einem einer ist bin bist sind war habe hab hast "
        "hat haben mit von zu zum zur bei auf für über seit ab jetzt nur auch noch schon sehr "
        "heißt heiße wohne arbeite spreche dass weil wenn wie was wer wo moin mich mir dich dir sich "
        "im am vom beim nach bis gegen ohne gerade immer kann wird werde übrigens ja nein gestern heute morgen".split()
    ),
    "es": frozenset(
        "yo tú él ella nosotros y o pero no mi mis tu su sus nuestro nuestra el la los las un una "
        "unos unas es soy eres son era fui he has ha tengo tiene con de del en por para que como "
        "cuando donde muy también ya ahora desde hasta vivo trabajo hablo me te se lo le al hola "
        "porque pero este esta eso hoy ayer mañana estoy está buenas gracias hace años".split()
    ),
    "fr": frozenset(
        "je tu il elle nous vous et ou mais ne pas mon ma mes ton notre nos le la les un une des "
        "du de au aux est suis es sont était ai as a avec pour par dans sur chez que qui quand où "
        "très aussi déjà maintenant depuis jusque habite travaille parle me te se ce cette bon "
        "j'ai c'est j'habite n'ai je suis coucou bonjour salut plus toujours hier parce".split()
    ),
    "pt": frozenset(
        "eu tu ele ela nós você e ou mas não meu minha meus minhas nosso nossa o a os as um uma "
        "é sou és são era fui tenho tem com de do da dos das em no na por para que como quando "
        "onde muito também já agora desde até moro trabalho falo me te se lhe ao à oi olá "
        "porque este esta isso hoje ontem amanhã estou está num numa pelo pela foi".split()
    ),
    "en": frozenset(
        "i i'm im you he she we they and or but not my your his her our their the a an is am are "
        "was were have has had do does did with of to at in on for from since by this that what "
        "who where when how very also now just it it's so be been can will would if about as "
        "there me him them don't ive i've no yes any some all out up".split()
    ),
}
_UNIQUE = {
    language: words - frozenset().union(*(o for k, o in _WORDS.items() if k != language))
    for language, words in _WORDS.items()
}
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_MARKS = {
    "de": re.compile(r"[äöüß]"),
    "es": re.compile(r"[ñ¿¡]"),
    "fr": re.compile(r"[èêçùœ]|\b[jcldnmst]'[aeiouhyéê]"),
    "pt": re.compile(r"[ãõç]"),
}


def detect(text: str, tokens: Iterable[str] | None = None) -> str:
    """One of en, de, es, fr, pt; English unless another is clearly meant."""
    words = set(tokens) if tokens is not None else set(_TOKEN.findall(text[:2000].lower()))
    if len(words & _UNIQUE["en"]) >= 2 and text.isascii():
        return DEFAULT
    best, high = DEFAULT, 2.0 * len(words & _UNIQUE["en"]) + len(words & _WORDS["en"]) + 0.5
    lowered = None
    for language in ("de", "es", "fr", "pt"):
        score = 2.0 * len(words & _UNIQUE[language]) + len(words & _WORDS[language])
        if score and (not text.isascii() or language == "fr"):
            lowered = lowered if lowered is not None else text[:2000].lower()
            score += 1.5 if _MARKS[language].search(lowered) else 0.0
        if score > high:
            best, high = language, score
    return best
