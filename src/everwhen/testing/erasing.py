"""Checks that what is erased is gone, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from everwhen.model.records import Action, Decision, Source
from everwhen.ports import Ranking, Store, Writer
from everwhen.testing.expect import (
    DANA,
    ERIK,
    after,
    entry,
    learn,
    now,
    refuses,
    same,
    say,
    slot,
)


def _fill(writer: Writer) -> None:
    """Two users with the same two things each: a home and a pet."""
    for scope in (DANA, ERIK):
        owner = writer.own(scope)
        for n, (value, attribute) in enumerate((("Lisbon", "home"), ("Rex", "pet"))):
            (episode,) = say(writer, scope, f"I have {value}", minutes=n)
            fact = learn(writer, episode, value, attribute)
            writer.add_decisions(
                owner,
                [
                    Decision(
                        id=f"decision {fact.id}",
                        action=Action.ADD,
                        at=after(n),
                        claim_id=fact.claim_ids[0],
                        source=fact.sources[0],
                        subject="user",
                        attribute=attribute,
                        fact_ids=(fact.id,),
                    )
                ],
            )
            writer.index(
                owner,
                [
                    entry(episode.row, "episode", f"have {value}", [1.0, n]),
                    entry(fact.row, "fact", f"{attribute} {value}", [1.0, n]),
                ],
            )


def erasing_takes_what_was_named(store: Store) -> None:
    """An episode, its claims, and all that its slots had; the rest stays."""
    with store.write() as writer:
        _fill(writer)
    with store.write() as writer:
        owner = writer.own(DANA)
        view = writer.view(DANA)
        home, pet = writer.page_episodes(view, limit=9)
        ((_, claim),) = writer.claims_of_episodes(view, [home.id])
        (fact,) = writer.slot_facts(slot(owner))
        removed = writer.erase(owner, episodes=[home.id], claims=[claim.id], slots=[slot(owner)])
        expected = {"episodes": 1, "claims": 1, "facts": 1, "decisions": 1, "index_rows": 6}
        same(dict(removed), expected, "what was removed")
    with store.read() as reader:
        view = reader.view(DANA)
        same(reader.page_episodes(view, limit=9), [pet], "the other episode stays")
        same(reader.fact(view, fact.id), None, "the fact is gone")
        same(reader.decisions(view, fact.id), [], "its decisions are gone")
        same(list(reader.slots(view)), [slot(owner, "pet")], "its slot is gone")
        for words, count in (("Lisbon", 0), ("Rex", 1)):
            ranking = reader.rank(view, "fact", terms={words: 1.0}, vector=None, moment=now())
            same(ranking.size, 1, "one fact is left in the index")
            same(_finds_words(ranking), bool(count), f"whether {words} is found")
        same(len(reader.page_episodes(reader.view(ERIK), limit=9)), 2, "nobody else is touched")


def _finds_words(ranking: Ranking) -> bool:
    """Whether anything ranked holds a term that was asked for."""
    pairs = ranking.scores_of(ranking.top(9, lexical=1.0, dense=0.0))
    return any(pair is not None and pair[0] > 0.0 for pair in pairs)


def erasing_an_episode_takes_its_claims(store: Store) -> None:
    """Claims and their slots go with an episode even when they are not named."""
    with store.write() as writer:
        _fill(writer)
        owner = writer.own(DANA)
        (home, _) = writer.page_episodes(writer.view(DANA), limit=9)
        removed = writer.erase(owner, episodes=[home.id], claims=[], slots=[])
        same((removed["claims"], removed["facts"]), (1, 1), "claim and fact of the episode")
        same(writer.erase(owner, episodes=["?"], claims=["?"], slots=[])["claims"], 0, "no more")


def an_owner_can_be_erased(store: Store) -> None:
    """Nothing of the owner is left, not even that there was one."""
    with store.write() as writer:
        _fill(writer)
    with store.write() as writer:
        owner = writer.own(DANA)
        removed = writer.erase_owner(owner)
        tables = ("episodes", "claims", "facts", "decisions")
        found = {name: removed[name] for name in tables}
        same(found, dict.fromkeys(tables, 2), "what was removed")
    with store.read() as reader:
        same(reader.owner(DANA), None, "no such owner")
        same(reader.scopes(), [ERIK], "nor such a scope")
        same(reader.counts()["episodes"], 2, "the other owner is whole")
    with store.write() as writer:
        say(writer, DANA, "hello again")
        same(len(writer.page_episodes(writer.view(DANA), limit=9)), 1, "a new start is empty")
        same(writer.own(DANA) != owner, True, "under a new number")


def a_policy_goes_with_its_owner(store: Store) -> None:
    """What was set for an owner is its own alone, and of the next of that name nothing is left."""
    with store.write() as writer:
        dana, erik = writer.own(DANA), writer.own(ERIK)
        same(writer.policy(dana), "", "nothing was set")
        writer.set_policy(dana, "first")
        writer.set_policy(dana, "second")
        same(writer.policy(dana), "second", "the last one counts")
    with store.write() as writer:
        same((writer.policy(dana), writer.policy(erik)), ("second", ""), "each has its own")
        writer.erase_owner(dana)
    with store.write() as writer:
        same(writer.policy(writer.own(DANA)), "", "gone with the owner")


def what_was_refused_goes_with_its_message(store: Store) -> None:
    """A decision that rests on no claim is of its message: it is not derived, and goes with it."""
    with store.write() as writer:
        _fill(writer)
        owner, view = writer.own(DANA), writer.view(DANA)
        (home, pet) = writer.page_episodes(view, limit=9)
        refused = [
            Decision(
                id=f"refused {episode.id}",
                action=Action.REJECT,
                at=after(5),
                claim_id=None,
                source=Source(episode_id=episode.id, start=0, end=0),
                subject="",
                attribute="",
                fact_ids=(),
            )
            for episode in (home, pet)
        ]
        writer.add_decisions(owner, refused)
    with store.write() as writer:
        writer.clear_derived()
        same(writer.counts()["decisions"], 2, "what rests on claims is cleared")
        same(writer.decisions(view, home.id), refused[:1], "what was refused stays")
        same(writer.decisions(writer.view(ERIK), home.id), [], "and is its owner's alone")
        removed = writer.erase(owner, episodes=[home.id], claims=[], slots=[])
        same(removed["decisions"], 1, "it goes with its message")
    with store.read() as reader:
        same(reader.decisions(view, home.id), [], "nothing of the message is left")
        same(reader.decisions(view, pet.id), refused[1:], "the other's stays")


def what_is_derived_can_be_cleared(store: Store) -> None:
    """Facts, decisions and index go; episodes and claims stay; all can be made again."""
    with store.write() as writer:
        _fill(writer)
    with store.read() as reader:
        ranking = reader.rank(
            reader.view(DANA), "fact", terms={"Rex": 1.0}, vector=None, moment=now()
        )
        same(ranking.size, 2, "ranked before")
    with store.write() as writer:
        writer.clear_derived()
        (home, _) = writer.page_episodes(writer.view(DANA), limit=9)
        fact = learn(writer, home, "Lisbon")
        writer.index(writer.own(DANA), [entry(fact.row, "fact", "home Lisbon", [0.0, 1.0])])
    with store.read() as reader:
        counts = reader.counts()
        kept = {name: counts[name] for name in ("episodes", "claims", "facts", "decisions")}
        same(kept, {"episodes": 4, "claims": 4, "facts": 1, "decisions": 0}, "what is left")
        ranking = reader.rank(
            reader.view(DANA), "fact", terms={"Rex": 1.0}, vector=None, moment=now()
        )
        same(ranking.size, 1, "ranked after")
        same(_finds_words(ranking), False, "without what was cleared")


def an_erased_owner_can_not_be_written(store: Store) -> None:
    """A number from before the erasure is refused, not revived."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "x")
        owner = writer.own(DANA)
        writer.erase_owner(owner)
        item = entry(episode.row, "episode", "x", [1.0])
        refuses(LookupError, lambda: writer.index(owner, [item]), "the owner is gone")


def scrubbing_keeps_what_is_left(store: Store) -> None:
    """After a scrub everything that was not erased reads as before."""
    with store.write() as writer:
        _fill(writer)
    with store.write() as writer:
        writer.erase_owner(writer.own(DANA))
    with store.read() as reader:
        before = reader.page_episodes(reader.view(ERIK), limit=9)
    store.scrub()
    with store.read() as reader:
        same(reader.page_episodes(reader.view(ERIK), limit=9), before, "what is left")
    with store.write() as writer:
        (added,) = say(writer, ERIK, "after the scrub")
        same(added.row > max(episode.row for episode in before), True, "rows go on rising")


ERASING_CHECKS: tuple[Callable[[Store], None], ...] = (
    erasing_takes_what_was_named,
    erasing_an_episode_takes_its_claims,
    an_owner_can_be_erased,
    a_policy_goes_with_its_owner,
    what_was_refused_goes_with_its_message,
    what_is_derived_can_be_cleared,
    an_erased_owner_can_not_be_written,
    scrubbing_keeps_what_is_left,
)
