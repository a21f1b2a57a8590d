"""Checks of a store's light views: many messages in columns, and what holds."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from everwhen.model.period import micros, start_micros
from everwhen.model.records import SELF, Episode, Fact, Review, Role, Scope, Turns
from everwhen.ports import Moment, Store
from everwhen.testing.expect import DANA, ERIK, after, entry, expect, learn, now, same, say
from everwhen.testing.ranking import K1

PAUSE = timedelta(minutes=30)
SCOPES = (
    Scope(user_id="dana"),
    Scope(user_id="dana", run_id="monday"),
    Scope(user_id="dana", agent_id="helper", run_id="monday"),
)


_Lines: TypeAlias = Sequence[Sequence[Episode]]

REACH, WIDENED = 2, 3
WORDS = ("red", "blue", "green", "the")
TERMS = {"red": 1.0, "blue": 0.5, "never": 2.0}


def _sessions(episodes: Sequence[Episode]) -> list[list[Episode]]:
    """What was said without a long pause, in order of time, of each owner and run."""
    found: list[list[Episode]] = []
    for one in sorted(episodes, key=_order):
        last = found[-1][-1] if found else None
        if last is None or last.scope != one.scope or one.at - last.at > PAUSE:
            found.append([])
        found[-1].append(one)
    return found


def _order(episode: Episode) -> tuple[str, str, int, int]:
    scope = episode.scope
    return (scope.agent_id or "", scope.run_id or "", micros(episode.at), episode.row)


def _share(weights: Mapping[str, float], said: Sequence[Episode], whole: float) -> float:
    """How much of the terms some messages hold together, straight from the formula."""
    words = [word for one in said for word in one.content.split()]
    held = sum(weight * words.count(t) / (words.count(t) + K1) for t, weight in weights.items())
    return held / whole


def _rarities(
    groups: Sequence[Sequence[Episode]], times: int = 1, more: float = 0.0
) -> dict[str, float]:
    found = {}
    for term, weight in TERMS.items():
        count = sum(any(term in one.content.split() for one in group) for group in groups)
        count = min(len(groups), times * count)
        found[term] = weight * math.log(1 + (len(groups) - count + 0.5) / (count + 0.5 + more))
    return found


def _check(turns: Turns, shown: Sequence[Episode], line: _Lines, asked: Sequence[int]) -> None:
    """`shown` are the messages that the view and the moment show, `line` everything stored."""
    rows = {one.row for one in shown}
    groups = [[one for one in group if one.row in rows] for group in line]
    groups = [group for group in groups if group]
    whole = sum(_rarities([[one] for one in shown]).values())
    by_stretch = _rarities([[one] for one in shown], times=2 * REACH + 1)
    by_session = _rarities(groups, more=2.0)
    near: dict[int, list[Episode]] = {}
    for group in line:
        for place, one in enumerate(group):
            around = group[max(0, place - REACH) : place + REACH + 1]
            near[one.row] = [other for other in around if other.row in rows]
    chosen = {row for row in asked if row in rows}
    chosen |= {one.row for row in asked[:WIDENED] if row in rows for one in near[row]}
    same(sorted(turns.rows), sorted(chosen), "the rows and what is near the first of them")
    begun = sorted(micros(group[0].at) for group in groups)
    every = {one.row: (one, group) for group in groups for one in group}
    for place, row in enumerate(turns.rows):
        episode, group = every[row]
        same(turns.at[place], micros(episode.at), "when it was said")
        same(turns.speakers[place], (episode.role, episode.name), "who said it")
        age = sum(start > micros(group[0].at) for start in begun)
        same(turns.ages[place], age, "how many sessions have begun since its own")
        for found, expected in (
            (turns.stretches[place], _share(by_stretch, near[row], whole)),
            (turns.sessions[place], _share(by_session, group, whole)),
        ):
            expect(math.isclose(found, expected, abs_tol=1e-5), f"{found} is not {expected}")


def columns_agree_with_the_formulas(store: Store) -> None:
    """However messages come in, late ones too, each knows what is said around it."""
    dice = random.Random(3)
    said: list[Episode] = []
    for turn in range(20):
        with store.write() as writer:
            for scope in dice.sample(SCOPES, dice.randint(1, 3)):
                texts = [" ".join(dice.choices(WORDS, k=dice.randint(1, 4))) for _ in range(3)]
                new = say(
                    writer,
                    scope,
                    *(f"{turn} {n} {text}" for n, text in enumerate(texts)),
                    role=dice.choice((Role.USER, Role.ASSISTANT)),
                    name=dice.choice((None, "Dana", "\ud800")),
                    minutes=dice.randrange(0, 240, 20),
                    step=dice.choice((0, 1, 31)),
                    recorded=turn,
                )
                writer.index(writer.own(scope), [entry(e.row, "episode", e.content) for e in new])
                said += new
            say(writer, ERIK, f"theirs {turn} red")
        asked = [*dice.sample([one.row for one in said], min(len(said), 6)), 10**15]
        with store.read() as reader:
            dana, monday = reader.view(Scope(user_id="dana")), reader.view(SCOPES[1])
            past = Moment(as_of=after(120), known_at=after(turn / 2), said_by=after(120))
            inside = [one for one in said if one.scope.run_id == "monday"]
            earlier = [
                one for one in said if one.recorded_at <= past.known_at and one.at <= after(120)
            ]
            for view, moment, shown in (
                (dana, now(), said),
                (monday, now(), inside),
                (dana, past, earlier),
                (reader.view(ERIK), now(), []),
            ):
                found = reader.turns(
                    view, asked, terms=TERMS, moment=moment, reach=REACH, widened=WIDENED
                )
                _check(found, shown, _sessions(said), asked)


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
    columns_agree_with_the_formulas,
    held_is_what_changed_last,
    held_follows_what_changes,
)
