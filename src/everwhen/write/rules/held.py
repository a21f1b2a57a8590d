"""What is held, found by its slot or by a word, and kept up from message to message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Held = tuple[str, str, str]
"""Subject, attribute and value of a fact that holds."""


class HeldIndex:
    """The facts that hold by slot, and by the words that `words_of` says they are about.

    They are told apart by their ids: those of a batch's next message are mostly the same objects,
    so that only what came and went is worked out.
    """

    def __init__(self) -> None:
        self._held: Sequence[Held] = ()
        self._facts: dict[int, Held] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._by_word: dict[str, set[int]] = {}
        self._by_slot: dict[tuple[str, str], dict[int, Held]] = {}

    def keep_up(self, held: Sequence[Held], words_of: Callable[[Held], frozenset[str]]) -> None:
        """Take in what holds now."""
        if held is self._held:
            return
        now = dict(zip(map(id, held), held, strict=True))
        for gone in self._facts.keys() - now.keys():
            del self._by_slot[self._facts.pop(gone)[:2]][gone]
            for word in self._words.pop(gone):
                self._by_word[word].discard(gone)
        if len(self._facts) < len(now):
            for key, fact in now.items():
                if key not in self._facts:
                    self._facts[key] = fact
                    self._by_slot.setdefault(fact[:2], {})[key] = fact
                    words = self._words[key] = words_of(fact)
                    for word in words:
                        self._by_word.setdefault(word, set()).add(key)
        self._held = held

    def of(self, subject: str, attribute: str) -> list[Held]:
        """The facts of a slot in order."""
        return list(self._by_slot.get((subject, attribute), {}).values())

    def near(self, words: Iterable[str]) -> list[Held]:
        """The facts that are about one of the words, in order."""
        ids = set().union(*(self._by_word.get(word, ()) for word in words))
        return [fact for fact in self._held if id(fact) in ids] if ids else []
