"""The singular of English nouns."""

from __future__ import annotations

_ENDINGS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"))


_IRREGULAR = {
    "children": "child", "grandchildren": "grandchild", "stepchildren": "stepchild",
    "wives": "wife", "mice": "mouse", "geese": "goose", "puppies": "puppy",
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
