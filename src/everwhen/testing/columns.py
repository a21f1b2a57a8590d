"""Checks of a store's light views: many messages in columns, and what holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from everwhen.model.period import micros, start_micros
from everwhen.model.records import SELF, Episode, Fact, Review, Role, Scope, Turns
from everwhen.ports import Store
from everwhen.testing.expect import DANA, ERIK, after, expect, learn, same, say

PAUSE = timedelta(minutes=30)
SCOPES = (
    Scope(user_id="dana"),
    Scope(user_id="dana", run_id="monday"),
    Scope(user_id="dana", agent_id="helper", run_id="monday"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """All that was said, in order of owner, run and time."""

    episodes: Sequence[Episode]

    def place(self, row: int) -> int:
        """Where a row is, -1 if it is not there."""
        return next((n for n, one in enumerate(self.episodes) if one.row == row), -1)

    def beside(self, place: int, step: int) -> Episode | None:
        """What stands before or after in the same owner and run."""
        other = place + step
        if not 0 <= other < len(self.episodes):
            return None
        one, two = self.episodes[place], self.episodes[other]
        return two if one.scope == two.scope else None


def _order(episode: Episode) -> tuple[str, str, int, int]:
    scope = episode.scope
    return (scope.agent_id or "", scope.run_id or "", micros(episode.at), episode.row)


def _check(turns: Turns, line: _Line, asked: Sequence[int], following: int) -> None:
    known = [row for row in asked if line.place(row) >= 0]
    after = [line.beside(line.place(row), 1) for row in asked[:following] if row in known]
    chosen = {*known, *(one.row for one in after if one is not None)}
    same(sorted(turns.rows[: turns.chosen]), sorted(chosen), "the rows and those that follow")
    beside = [line.beside(line.place(row), step) for row in known for step in (-1, 1)]
    every = chosen | {one.row for one in beside if one is not None}
    same(sorted(turns.rows), sorted(every), "what stands beside them comes along, once")
    for place, row in enumerate(turns.rows):
        episode = line.episodes[line.place(row)]
        same(turns.at[place], micros(episode.at), "when it was said")
        same(turns.speakers[place], (episode.role, episode.name), "who said it")
        for step, column in ((-1, turns.previous), (1, turns.following)):
            other = line.beside(line.place(row), step)
            expected = turns.rows.index(other.row) if other and other.row in every else -1
            same(column[place], expected, "its neighbour among them")
            if other is not None and expected >= 0:
                near = abs(episode.at - other.at) <= PAUSE
                together = turns.sessions[place] == turns.sessions[expected]
                same(together, near, "a session ends with a long pause")


def columns_agree_with_the_turns(store: Store) -> None:
    """However messages come in, late ones too, each knows its neighbours in owner and run."""
    dice = random.Random(3)
    said: list[Episode] = []
    for turn in range(20):
        with store.write() as writer:
            for scope in dice.sample(SCOPES, dice.randint(1, 3)):
                said += say(
                    writer,
                    scope,
                    *(f"{turn} {n}" for n in range(dice.randint(1, 3))),
                    role=dice.choice((Role.USER, Role.ASSISTANT)),
                    name=dice.choice((None, "Dana", "\ud800")),
                    minutes=dice.randrange(0, 240, 20),
                    step=dice.choice((0, 1, 31)),
                )
            say(writer, ERIK, f"theirs {turn}")
        line = _Line(sorted(said, key=_order))
        asked = [*dice.sample([one.row for one in said], min(len(said), 6)), 10**15]
        with store.read() as reader:
            view = reader.view(Scope(user_id="dana"))
            _check(reader.turns_around(view, asked, following=3), line, asked, 3)
            narrow = reader.view(SCOPES[1])
            inside = _Line([one for one in line.episodes if one.scope.run_id == "monday"])
            _check(reader.turns_around(narrow, asked, following=9), inside, asked, 9)
            none = reader.turns_around(reader.view(ERIK), asked, following=9)
            expect(not none.rows, "nothing of another scope")


def held_is_what_changed_last(store: Store) -> None:
    """The facts held and valid, latest change first; of a subject, those of some attributes."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "one")
        lisbon = learn(writer, episode, "Lisbon")
        learn(writer, episode, "over", "plan", valid_to=after(1))
        learn(writer, episode, "doubted", "plan", review=Review.CONFLICT)
        closed = learn(writer, episode, "gone", "plan")
        cat = learn(writer, episode, "Pixel", "pet")
    with store.write() as writer:
        (other,) = say(writer, ERIK, "two")
        learn(writer, other, "Oslo")
        writer.close_facts([closed.row], after(2))
        writer.amend_facts([replace(lisbon, text="lives in Lisbon \ud800")])
        owner = writer.own(DANA)
    with store.read() as reader:

        def found(limit: int, **of: object) -> list[tuple[str, str, str]]:
            held = reader.held(owner, after(5), limit, **of)  # type: ignore[arg-type]
            return [(one.attribute, one.value, one.text) for one in held]

        home = ("home", "Lisbon", "lives in Lisbon \ud800")
        pet = ("pet", "Pixel", cat.text)
        same(found(9), [home, pet], "held and valid, changed last first")
        same(found(1), [home], "as many as asked")
        same(found(9, subject=SELF, attributes=["pet", "plan"]), [pet], "of some attributes")
        same(found(9, subject="Erik", attributes=["pet"]), [], "of another subject")
        (first, _) = reader.held(owner, after(5), 9)
        same((first.subject, first.row), (SELF, lisbon.row), "whose it is, and its version")
        same(first.since, start_micros(lisbon.valid_from), "since when it holds")


def held_follows_what_changes(store: Store) -> None:
    """Looked at again and again, what holds is that which the versions held now say."""
    dice = random.Random(5)
    known: list[Fact] = []
    with store.write() as writer:
        (episode,) = say(writer, DANA, "one")
        owner = writer.own(DANA)
    for turn in range(40):
        with store.write() as writer:
            for _ in range(dice.randint(0, 3)):
                begins = dice.choice((None, after(turn + 3), after(1)))
                ends = dice.choice((None, None, after(turn + 5)))
                review = dice.choice((None, None, None, Review.CONFLICT))
                more = {"valid_from": begins, "valid_to": ends, "review": review}
                more |= {"expires_at": dice.choice((None, None, after(turn + 4)))}
                name = f"{turn} {len(known)}"
                known.append(learn(writer, episode, name, dice.choice(("home", "pet")), **more))
            if known and dice.random() < 0.5:
                gone = known.pop(dice.randrange(len(known)))
                writer.close_facts([gone.row], after(dice.choice((0, 100))))
            if known and dice.random() < 0.4:
                old = known.pop(dice.randrange(len(known)))
                known.append(replace(old, text=f"{old.text} {turn}"))
                writer.amend_facts([known[-1]])
        at = after(dice.choice((turn, turn, 0)))
        valid = [
            (one.row, one.text)
            for one in known
            if one.review is None
            and one.valid.contains(at)
            and (one.expires_at is None or at < one.expires_at)
        ]
        pets = {one.row for one in known if one.attribute == "pet"}
        with store.read() as reader:
            found = [(one.row, one.text) for one in reader.held(owner, at, 500)]
            same(sorted(found), sorted(valid), "all that holds")
            same([*reader.held(owner, at, 3)], [*reader.held(owner, at, 500)][:3], "a few")
            some = reader.held(owner, at, 9, subject=SELF, attributes=["pet"])
            same([one.row for one in some], [n for n, _ in found if n in pets][:9], "of a kind")


COLUMN_CHECKS: tuple[Callable[[Store], None], ...] = (
    columns_agree_with_the_turns,
    held_is_what_changed_last,
    held_follows_what_changes,
)
