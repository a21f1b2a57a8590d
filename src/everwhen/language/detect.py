"""Guess a message's language from its function words, cheaply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from everwhen.language.tokens import fold

DEFAULT = "en"
STRONG = 2
WEAK = 1
_READ = 2_000
_SHARED = 4
"""Points that a language needs of words that others have too, where no word is its own."""

# Words that mark a language by themselves, as people type them; accents are folded besides.
_MARKING: dict[str, str] = {
    "de": """
        am an so was war die hat also in um uhr januar februar märz juni juli oktober dezember ich
        du wir ihr und oder aber nicht nich kein keine keinen mein meine meinen meiner meinem
        unser unsere der das dem den des ein eine einen einem einer ne nen nem ist bin bist sind
        habe hab hast hatte haben mit von zu zum zur bei beim auf für über seit ab jetzt nur auch
        noch schon sehr heißt heiße heisse wohne wohnt wohnen arbeite arbeitet spreche spricht
        lerne spiele spiel liebe mag hasse esse trinke fahre gehe gehört dass weil wenn wie wer
        mich mir dich dir sich im vom nach bis gegen ohne gerade immer kann wird werde würde wurde
        worden übrigens ja nein nö gestern heute morgen moin servus hallo danke bitte gern gerne
        tschüss echt halt eigentlich leider endlich vielleicht heißen geboren verheiratet
        umgezogen ziehe gekündigt gewechselt komme kommt aus wieder mehr dann doch mal grad nix
        kenne suche hätte möchte will brauche brauch lieblingsfarbe lieblingsessen schwester
        bruder mutter vater tochter freundin freund hund katze jahre tage woche guten habe's ich's
        schreib antworte inzwischen langsam richtig gut alles meistens deutsch heisst""",
    "es": """
        como próximo tal vez si enero febrero marzo abril mayo junio julio agosto septiembre
        octubre noviembre diciembre cancelé compré vendí empecé cambié no yo él ella ellos
        nosotros y pero mi mis su sus nuestro nuestra el los las unos unas una es soy eres somos
        era fui he ha tengo tiene tienes tenemos con del en por muy también tambien ya ahora desde
        hasta vivo vive vivimos trabajo trabaja hablo habla estudio me te lo hola buenas porque
        esta este eso hoy ayer mañana estoy está estamos gracias hace años mucho mucha jaja jajaja
        gusta gustan encanta encantan odio prefiero llamo llama nací mudé mudo mudamos mudado dejé
        dejado cumplo cumple hermano hermana madre padre hijo hija novio novia marido mujer amigo
        amiga perro gata gato coche bici alérgico alérgica alergia qué cómo cuándo dónde quién ni
        nada siempre nunca menos más sí perdón quería decir voy vamos bueno pues vale tía tío aquí
        allí ninguna ninguno quiero puedes puedo favorito favorita recién novedades al""",
    "fr": """
        si déménage dis fait on an plus janvier février mars avril mai juin juillet août septembre
        octobre novembre roule conduis pars prends vends achète mange décembre je tu il elle nous
        vous et mais ne pas mon ma mes notre nos le la les un une des du au aux est suis sont
        était ai avec dans chez qui quand où très aussi déjà maintenant depuis habite habitons vit
        travaille bosse parle apprends joue aime adore déteste préfère bois ce cette bon c'est
        coucou bonjour salut merci toujours hier demain aujourd'hui parce oui non voilà donc enfin
        appelle m'appelle viens déménagé quitté résilié inscrit inscrite mariée marié allergique
        végétarienne végétarien soeur sœur frère mère père fille copain copine chien ans année moi
        toi lui leur ça y'a j'y jamais rien beaucoup plutôt quelle quel quels quelles euh ouais
        bah été suis-je ai-je""",
    "pt": """
        inscrevi ginásio saí talvez próximo mude como amo parei ganho mês devia adorei comprei
        vendi janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro
        dezembro a o as os eu ele ela nós você voce vocês e mas não nao meu minha meus minhas
        nosso nossa um uma uns é sou somos são era fui tenho tem temos com do da dos das em no na
        nos nas muito também tambem já agora desde até moro mora moramos vivo trabalho trabalha
        falo fala estudo me te ao à aos às oi olá ola porque este esta isso hoje ontem amanhã
        estou está tou tá tô num numa pelo pela foi obrigado obrigada anos gosto adoro odeio
        prefiro chamo chama nasci mudei mudei-me mudámos mudamos larguei deixei cancelei faço fiz
        aulas irmão irmã mãe pai filho filha namorado namorada marido esposa amigo amiga cachorro
        cão gato gata carro bicicleta alérgico alérgica alergia que quando onde quem nada sempre
        nunca mais menos sim desculpa queria dizer vou vamos bom boa pois tudo bem aqui lá nenhuma
        nenhum quero posso gente favorito favorita novidade afinal voltei pra pro""",
    "en": """
        die hard again man plus in on a i i'm im you u he she we they ha haha and but not my your
        his her our their the an is are was were have has had does did of to at for from since by
        this that what who where how very also just it it's its so been can will would if about
        there him them don't dont doesn't didn't can't i've ive i'd i'll we're you're that's let's
        yes yeah any some all out up or then than because too lol btw thanks thank please hi hey
        hello ok okay like love live lives living work works working moved moving want need get
        got think know really going today tomorrow yesterday now new back year years week month
        day days time with into over after before never always still only which when why more most
        much many no do am be being make made take took go went see said say tell good great nice
        old name favorite favourite remember actually could should people something anything
        everything one two three four next last first other another here off down myself wife
        husband sister brother dog cat birthday meeting team project""",
}
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:j|l|d|n|c|qu|s|m|t)['’](?=[aeiouyhàâéèêîôœ])")
_SIGNS = (
    ("de", re.compile(r"[äöüß]")),
    ("es", re.compile(r"ñ")),
    ("fr", re.compile(r"[èêçùœ]")),
    ("pt", re.compile(r"[ãõ]|ç[aãõo]")),
)


@cache
def _table() -> dict[str, tuple[tuple[str, int], ...]]:
    """Each word with the languages that it marks; a word of several marks each one weakly."""
    found: dict[str, list[str]] = {}
    for language, words in _MARKING.items():
        for word in words.split():
            for form in {word, fold(word) if len(word) > 2 else word}:
                languages = found.setdefault(form, [])
                if language not in languages:
                    languages.append(language)
    return {
        word: tuple((language, STRONG if len(languages) == 1 else WEAK) for language in languages)
        for word, languages in found.items()
    }


_ENGLISH_TOO = frozenset(
    [
        "a",
        "as",
        "me",
        "no",
        "do",
        "in",
        "on",
        "so",
        "am",
        "an",
        "was",
        "man",
        "hat",
        "die",
        "war",
        "also",
        "will",
        "son",
        "or",
        "main",
        "fine",
        "pour",
        "art",
        "tag",
        "her",
        "six",
        "sale",
        "chat",
        "pain",
        "are",
        "has",
        "he",
        "use",
        "sin",
        "once",
        "dice",
        "come",
        "gut",
        "bald",
        "rat",
        "not",
        "all",
        "got",
        "must",
    ]
)
"""Words of the other languages that are English words as well: they alone make nothing sure."""


def detect(text: str, tokens: Iterable[str] | None = None) -> str:
    """One of en, de, es, fr, pt; English unless another is clearly meant.

    `tokens` are the lower-cased words of the text, if they are at hand.
    """
    words = set(tokens) if tokens is not None else set(_WORDS.findall(text[:_READ].lower()))
    scores = {"en": 0, "de": 0, "es": 0, "fr": 0, "pt": 0}
    sure, own = {"en"}, {"en"}
    table = _table()
    for word in words:
        entry = table.get(word)
        if entry is not None:
            for language, weight in entry:
                scores[language] += weight
                if word not in _ENGLISH_TOO:
                    own.add(language)
                    if weight == STRONG:
                        sure.add(language)
        elif "'" in word or "’" in word or "-" in word:
            own |= _count_parts(word, scores, table)
    if not text.isascii():
        _count_signs(text[:_READ].lower(), scores)
    best = max(scores, key=lambda language: scores[language])  # English comes first
    if best not in sure and text.isascii() and (best not in own or scores[best] < _SHARED):
        return DEFAULT
    return best if scores[best] >= STRONG else DEFAULT


def _count_parts(
    word: str, scores: dict[str, int], table: dict[str, tuple[tuple[str, int], ...]]
) -> set[str]:
    """Count "j'habite" and "mudei-me", which are words and clitics in one; whose they are."""
    found: set[str] = set()
    if _ELIDED.match(word):
        scores["fr"] += STRONG
        found.add("fr")
    for part in re.split(r"['’-]", word):
        for language, weight in table.get(part, ()):
            scores[language] += weight if language != "en" else 0
            found.add(language)
    return found


def _count_signs(text: str, scores: dict[str, int]) -> None:
    """Letters that only one of the languages has count a little, beside its words."""
    if "¿" in text or "¡" in text:
        scores["es"] += STRONG
    for language, sign in _SIGNS:
        if scores[language] and sign.search(text):
            scores[language] += WEAK
