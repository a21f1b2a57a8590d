"""Checks of a store's ranking index, against a slow and obvious way to the same numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from everwhen.model.records import Review, Role, Scope
from everwhen.ports import Indexed, Kind, Moment, Ranking, Reader, Store, View
from everwhen.testing.expect import (
    DANA,
    ERIK,
    after,
    entry,
    expect,
    learn,
    now,
    same,
    say,
    vector,
)

K1, B = 0.9, 0.3
BESIDE = 20
"""So many items more, without any of the terms, are counted in how rare a term is."""
_TOLERANCE = 2e-3
"""Vectors may be stored in half precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An index entry as the checks remember it."""

    row: int
    terms: Mapping[str, int]
    values: tuple[float, ...] | None

    @property
    def length(self) -> int:
        """Terms in it."""
        return sum(self.terms.values())

    def entry(self, kind: Kind) -> Indexed:
        """What goes into the index."""
        return Indexed(
            row=self.row,
            kind=kind,
            terms=self.terms,
            length=self.length,
            vector=None if self.values is None else vector(*self.values),
        )


def item(row: int, words: str, *values: float) -> Item:
    """An item whose terms are the words."""
    counts: dict[str, int] = {}
    for word in words.split():
        counts[word] = counts.get(word, 0) + 1
    return Item(row=row, terms=counts, values=values or None)


def _cosine(one: tuple[float, ...] | None, other: tuple[float, ...]) -> float:
    if one is None:
        return 0.0
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def slow_scores(
    items: list[Item], terms: Mapping[str, float], query: tuple[float, ...]
) -> tuple[dict[int, tuple[float, float]], float]:
    """BM25 and cosine by row, and the ceiling, straight from the formulas."""
    mean = sum(each.length for each in items) / len(items) if items else 1.0
    idf = {}
    for term in terms:
        frequency = sum(term in each.terms for each in items)
        idf[term] = math.log(1 + (len(items) + BESIDE - frequency + 0.5) / (frequency + 0.5))
    scores = {}
    for each in items:
        bm25 = 0.0
        for term, weight in terms.items():
            count = each.terms.get(term, 0)
            norm = K1 * (1 - B + B * each.length / (mean or 1.0))
            bm25 += weight * idf[term] * count * (K1 + 1) / (count + norm)
        scores[each.row] = (bm25, _cosine(each.values, query))
    ceiling = sum(weight * idf[term] * (K1 + 1) for term, weight in terms.items())
    return scores, ceiling


def _near(found: float, expected: float, promise: str) -> None:
    expect(
        math.isclose(found, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE),
        f"{promise}: expected {expected}, found {found}",
    )


def check_ranking(
    ranking: Ranking, items: list[Item], terms: Mapping[str, float], query: tuple[float, ...]
) -> None:
    """Compare a ranking with the slow scores of exactly these items."""
    scores, ceiling = slow_scores(items, terms, query)
    same(ranking.size, len(items), "how many items are ranked")
    _near(ranking.ceiling, ceiling, "the ceiling")
    for row, (bm25, cosine) in scores.items():
        found = ranking.scores(row)
        expect(found is not None, f"row {row} is ranked")
        if found is not None:
            _near(found[0], bm25, f"the BM25 score of row {row}")
            _near(found[1], cosine, f"the cosine of row {row}")
    same(ranking.scores(10**15), None, "no scores of a row that is not there")
    asked = [10**15, *reversed(list(scores)), -1]
    same(ranking.scores_of(asked), [ranking.scores(row) for row in asked], "scores of many rows")
    cosines = [cosine for _, cosine in scores.values()]
    _near(ranking.usual_cosine, sum(cosines) / len(cosines) if cosines else 0.0, "the usual cosine")
    _check_best(ranking, scores)


def _check_best(ranking: Ranking, scores: Mapping[int, tuple[float, float]]) -> None:
    def plain(row: int) -> tuple[float, int]:
        bm25, cosine = ranking.scores(row) or (0.0, 0.0)
        return -(2.0 * bm25 + 0.5 * cosine), row

    whole = sorted(scores, key=plain)
    for limit in (0, 1, 3, len(scores) + 5):
        same(ranking.top(limit, lexical=2.0, dense=0.5), whole[:limit], f"the top {limit}")


def _rank(
    reader: Reader,
    view: View,
    kind: Kind,
    terms: Mapping[str, float],
    query: tuple[float, ...],
    moment: Moment | None = None,
) -> Ranking:
    return reader.rank(view, kind, terms=terms, vector=vector(*query), moment=moment or now())


def ranking_follows_the_formulas(store: Store) -> None:
    """BM25 with k1 0.9 and b 0.3 over the allowed items, and the cosine."""
    with store.write() as writer:
        episodes = say(writer, DANA, "a", "b", "c", "d")
        rows = [episode.row for episode in episodes]
        items = [
            item(rows[0], "cat cat dog", 1, 0, 0),
            item(rows[1], "cat", 0, 3, 4),
            item(rows[2], "bird fish owl \ud800", -1, 0, 0),
            item(rows[3], "dog dog dog dog cat", 0, 0, 0),
        ]
        writer.index(writer.own(DANA), [each.entry("episode") for each in items])
        say(writer, DANA, "stored, but not in the index")
    with store.read() as reader:
        view = reader.view(DANA)
        for terms in ({"cat": 1.0}, {"cat": 0.5, "dog": 2.0, "nowhere": 1.0, "\ud800": 1.0}, {}):
            for query in ((1.0, 0.0, 0.0), (0.5, 1.0, -2.0)):
                check_ranking(_rank(reader, view, "episode", terms, query), items, terms, query)
        without = reader.rank(view, "episode", terms={"cat": 1.0}, vector=None, moment=now())
        same(without.usual_cosine, 0.0, "no vector, no cosines")
        check_ranking(_rank(reader, view, "fact", {"cat": 1.0}, (1.0,)), [], {"cat": 1.0}, (1.0,))
        nobody = _rank(reader, View(owners=()), "episode", {"cat": 1.0}, (1.0, 0, 0))
        same(nobody.top(5, lexical=1.0, dense=1.0), [], "an empty view ranks nothing")


def ranking_is_of_a_moment(store: Store) -> None:
    """Facts valid then, held then and not to review; episodes stored then and said by then."""
    with store.write() as writer:
        early, late = say(writer, DANA, "early", "late", step=100)
        owner = writer.own(DANA)
        facts = {
            "always": learn(writer, early, "A", valid_from=None),
            "until 50": learn(writer, early, "B", valid_to=after(50)),
            "from 50": learn(writer, early, "C", valid_from=after(50)),
            "learnt at 60": learn(writer, early, "D", system_from=after(60)),
            "dropped at 70": learn(writer, early, "E"),
            "to review": learn(writer, early, "F", review=Review.CONFLICT),
            "expires at 80": learn(writer, early, "G", expires_at=after(80)),
        }
        named = {name: item(fact.row, f"word {name}", 1, n) for n, (name, fact) in
                 enumerate(facts.items())}  # fmt: skip
        writer.index(owner, [each.entry("fact") for each in named.values()])
        talk = [item(early.row, "hello", 1, 1), item(late.row, "hello there", 1, 2)]
        writer.index(owner, [each.entry("episode") for each in talk])
    with store.write() as writer:
        writer.close_facts([facts["dropped at 70"].row], after(70))
    rows = [
        (10, 10, ["always", "until 50", "dropped at 70", "expires at 80"]),
        (50, 65, ["always", "from 50", "learnt at 60", "dropped at 70", "expires at 80"]),
        (90, 75, ["always", "from 50", "learnt at 60"]),
        (90, 20, ["always", "from 50", "dropped at 70"]),
        (79, 75, ["always", "from 50", "learnt at 60", "expires at 80"]),
        (80, 99, ["always", "from 50", "learnt at 60"]),
        (49, 75, ["always", "until 50", "learnt at 60", "expires at 80"]),
        (50, 99, ["always", "from 50", "learnt at 60", "expires at 80"]),
    ]
    with store.read() as reader:
        view = reader.view(DANA)
        terms, query = {"word": 1.0, "50": 2.0}, (1.0, 1.0)
        for as_of, known_at, names in [*rows, *reversed(rows)]:
            ranking = _rank(reader, view, "fact", terms, query, now(as_of, known=known_at))
            check_ranking(ranking, [named[name] for name in names], terms, query)
        terms = {"hello": 1.0}
        for moment, expected in (
            (now(-1), []),
            (now(0), talk),
            (replace(now(), said_by=after(99)), talk[:1]),
        ):
            check_ranking(
                _rank(reader, view, "episode", terms, query, moment), expected, terms, query
            )


def ranking_is_of_a_view(store: Store) -> None:
    """Several owners are ranked as one; a run narrows episodes, and facts by their sources."""
    agent = Scope(user_id="dana", agent_id="a", run_id="r")
    terms, query = {"cat": 1.0, "dog": 1.0}, (1.0, 2.0)
    made: dict[str, list[Item]] = {"fact": [], "episode": []}
    with store.write() as writer:
        for n, scope in enumerate((agent, DANA, Scope(user_id="dana", run_id="r"), ERIK)):
            (episode,) = say(writer, scope, f"{n}")
            fact = learn(writer, episode, f"V{n}", f"attribute {n}")
            both = (item(episode.row, "cat " * (n + 1), 1, n), item(fact.row, "cat dog", n, 1))
            writer.index(writer.own(scope), [both[0].entry("episode"), both[1].entry("fact")])
            made["episode"].append(both[0])
            made["fact"].append(both[1])
    kinds: tuple[Kind, Kind] = ("episode", "fact")
    with store.read() as reader:
        for kind in kinds:
            for scope, chosen in (
                (DANA, made[kind][:3]),
                (agent, made[kind][:1]),
                (Scope(user_id="dana", run_id="r"), [made[kind][0], made[kind][2]]),
                (Scope(user_id="dana", run_id="q"), []),
                (ERIK, made[kind][3:]),
            ):
                ranking = _rank(reader, reader.view(scope), kind, terms, query)
                check_ranking(ranking, chosen, terms, query)


def _random_item(dice: random.Random, row: int) -> Item:
    words = " ".join(dice.choice("abcdef") for _ in range(dice.randint(1, 6)))
    if dice.random() < 0.2:
        return item(row, words)
    return item(row, words, *(dice.uniform(-1, 1) for _ in range(3)))


def ranking_follows_every_write(store: Store) -> None:
    """What is cached between reads never shows: adds, changes, ends, rollbacks and erasures."""
    dice = random.Random(7)
    items: dict[int, Item] = {}
    ids: dict[int, str] = {}
    terms, query = {"a": 1.0, "b": 0.5, "z": 1.0}, (1.0, -0.5, 0.25)

    def compare(reader: Reader) -> None:
        ranking = _rank(reader, reader.view(DANA), "episode", terms, query)
        check_ranking(ranking, [items[row] for row in sorted(items)], terms, query)

    for turn in range(40):
        step = dice.choice(("add", "add", "late", "again", "erase", "undo"))
        before = dict(items)
        try:
            with store.write() as writer:
                owner = writer.own(DANA)
                if step in ("add", "late", "undo") or not items:
                    for episode in say(writer, DANA, f"{turn}", f"{turn}", minutes=turn, step=0.1):
                        ids[episode.row] = episode.id
                        items[episode.row] = _random_item(dice, episode.row)
                    fresh = [items[row] for row in items if row not in before]
                    chosen = fresh[1:] if step == "late" else fresh
                    writer.index(owner, [each.entry("episode") for each in chosen])
                elif step == "again":
                    row = dice.choice(sorted(items))
                    items[row] = _random_item(dice, row)
                    writer.index(owner, [items[row].entry("episode")])
                else:
                    row = dice.choice(sorted(items))
                    del items[row]
                    writer.erase(owner, episodes=[ids[row]], claims=[], slots=[])
                if step == "undo":
                    compare(writer)
                    raise KeyError("undo")
        except KeyError:
            items = before
            continue
        if step == "late":
            late = [row for row in items if row not in before][:1]
            held = {row: items.pop(row) for row in late}
            with store.read() as reader:
                compare(reader)
            items |= held
            with store.write() as writer:
                writer.index(writer.own(DANA), [each.entry("episode") for each in held.values()])
        with store.read() as reader:
            compare(reader)


def history_is_of_a_view(store: Store) -> None:
    """The characters of what was said in a view, of one run or of all."""
    monday = Scope(user_id="dana", run_id="monday")
    with store.write() as writer:
        say(writer, monday, "c", "a", "b", name="Dana")
        say(writer, Scope(user_id="dana", agent_id="a"), "x", role=Role.ASSISTANT)
        say(writer, ERIK, "theirs")
    with store.read() as reader:
        same(reader.history_characters(reader.view(monday)), 3, "characters of the run")
        same(reader.history_characters(reader.view(DANA)), 4, "characters of the user")


def a_reader_keeps_its_snapshot(store: Store) -> None:
    """Rankings of a transaction agree with its rows, whatever is written meanwhile."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "one")
        writer.index(writer.own(DANA), [entry(episode.row, "episode", "cat", [1.0, 0.0])])
    stop = 10
    with store.write() as writer:
        ranking = _rank(writer, writer.view(DANA), "episode", {"cat": 1.0}, (1.0, 0.0))
        same(ranking.size, 1, "a writer that has not written ranks what is stored")
        for n in range(stop):
            (more,) = say(writer, DANA, f"more {n}", minutes=n)
            writer.index(writer.own(DANA), [entry(more.row, "episode", "cat", [0.0, 1.0])])
            ranking = _rank(writer, writer.view(DANA), "episode", {"cat": 1.0}, (1.0, 0.0))
            same(ranking.size, n + 2, "a writer ranks what it has written itself")
    with store.read() as reader:
        ranking = _rank(reader, reader.view(DANA), "episode", {"cat": 1.0}, (1.0, 0.0))
        same(ranking.size, stop + 1, "a reader ranks what was written")


RANKING_CHECKS: tuple[Callable[[Store], None], ...] = (
    ranking_follows_the_formulas,
    ranking_is_of_a_moment,
    ranking_is_of_a_view,
    ranking_follows_every_write,
    history_is_of_a_view,
    a_reader_keeps_its_snapshot,
)
