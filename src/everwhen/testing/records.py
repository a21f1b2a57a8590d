"""Checks of a store: episodes, claims, facts, decisions and transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from everwhen.errors import InputError
from everwhen.model.period import EARLIEST, micros
from everwhen.model.records import (
    Action,
    ClaimPlace,
    Decision,
    Message,
    Review,
    Role,
    Scope,
    Source,
)
from everwhen.ports import Moment, Store, View
from everwhen.testing.adapters import ODD_TEXTS
from everwhen.testing.expect import (
    DANA,
    ERIK,
    after,
    claim_of,
    entry,
    expect,
    learn,
    now,
    refuses,
    same,
    say,
    slot,
)


def an_id_of_another_scope_is_not_found(store: Store) -> None:
    """No read by id or row crosses scopes."""
    with store.write() as writer:
        (mine,) = say(writer, DANA, "mine")
        (theirs,) = say(writer, ERIK, "theirs")
        fact = learn(writer, theirs, "Oslo")
        owner = writer.own(ERIK)
        writer.add_decisions(owner, [_decision("d1", fact.id)])
    with store.read() as reader:
        for view in (reader.view(DANA), View(owners=())):
            same(reader.episodes(view, [theirs.id]), [], "an episode by id")
            same(reader.episode_rows(view, [theirs.row]), [], "an episode by row")
            same(reader.claims_by_id(view, list(fact.claim_ids)), [], "a claim by id")
            same(reader.claims_of_episodes(view, [theirs.id]), [], "claims of an episode")
            same(reader.fact_rows(view, [fact.row]), [], "a fact by row")
            same(reader.fact(view, fact.id), None, "a fact by id")
            same(reader.facts_of_episodes(view, [theirs.id], now()), [], "facts of an episode")
            same(reader.decisions(view, fact.id), [], "decisions about a fact")
            turns = reader.turns(
                view, [theirs.row], terms={"t": 1.0}, moment=now(), reach=1, widened=1
            )
            same(list(turns.rows), [], "a turn")
            same(list(reader.slots(view)), [], "slots")
        same(reader.episodes(reader.view(DANA), [theirs.id, mine.id]), [mine], "only mine")


def episodes_are_kept_verbatim(store: Store) -> None:
    """Any text, name, key and metadata come back as they went in."""
    scope = Scope(user_id="dana", agent_id="a", run_id="r")
    with store.write() as writer:
        stored = []
        for n, text in enumerate(ODD_TEXTS):
            extra = {"text": text[:50], "list": [1, 2.5, None, True, {"ключ": "\ud800"}]}
            stored += say(
                writer, scope, text, minutes=n, role=Role.TOOL, name=text[:40], metadata=extra,
                id=f"key \udcff {n}",
            )  # fmt: skip
    with store.read() as reader:
        view = reader.view(scope)
        found = reader.page_episodes(view, limit=99)
        same(found, stored, "episodes as they were given")
        for episode, text in zip(found, ODD_TEXTS, strict=True):
            same(episode.content, text, "the content")
            same(episode.metadata["text"], text[:50], "the metadata")
        rows = [episode.row for episode in stored]
        same(reader.episode_rows(view, rows[::-1]), stored[::-1], "by row, in the order asked")
        ids = [episode.id for episode in stored]
        same(reader.episodes(view, ["?", *ids[::-1]]), stored[::-1], "by id, in the order asked")
        same(reader.history_characters(view), sum(map(len, ODD_TEXTS)), "characters of everything")


def the_same_key_is_stored_once(store: Store) -> None:
    """A message id is an idempotency key within its scope, also within one call."""
    monday = Scope(user_id="dana", run_id="monday")
    message = Message(role=Role.USER, content="first", at=after(0), id="m1")
    again = replace(message, content="second")
    with store.write() as writer:
        first = writer.add_episodes(
            monday, [("e1", message, 0), ("e2", again, 1)], after(0), extracted=False
        )
    with store.write() as writer:
        second = writer.add_episodes(
            monday,
            [
                ("e3", again, 0),
                ("e4", replace(again, id="m2"), 1),
                ("e5", replace(again, id=None), 2),
            ],
            after(9),
            extracted=False,
        )
        other = writer.add_episodes(DANA, [("e6", again, 0)], after(9), extracted=False)
        theirs = writer.add_episodes(ERIK, [("e7", again, 0)], after(9), extracted=False)
    same([each.id for each in first], ["e1", "e1"], "a repeated key in one call")
    same([each.id for each in second], ["e1", "e4", "e5"], "a repeated key in a later call")
    same(second[0].content, "first", "the stored message stays")
    same([other[0].id, theirs[0].id], ["e6", "e7"], "keys are of a run, and of an owner")


def episodes_are_paged_in_order_of_time(store: Store) -> None:
    """(at, row) orders pages; known_at hides what was stored later; before gives neighbours."""
    monday = Scope(user_id="dana", run_id="monday")
    with store.write() as writer:
        late = say(writer, monday, "c", "d", minutes=10)
        early = say(writer, monday, "a", "b", minutes=0, recorded=20)
        tied = say(writer, DANA, "x", "y", minutes=10, step=0)
    ordered = [*early, late[0], *tied, late[1]]
    with store.read() as reader:
        view = reader.view(DANA)
        seen = []
        cursor = None
        while page := reader.page_episodes(view, limit=2, after=cursor):
            seen += page
            cursor = (micros(page[-1].at), page[-1].row)
        same(seen, ordered, "pages in order of (at, row)")
        known = reader.page_episodes(view, limit=9, known_at=after(10))
        same(known, [late[0], *tied, late[1]], "what was stored by then")
        run = reader.page_episodes(reader.view(monday), limit=9)
        same(run, [*early, *late], "one run alone")
        same(reader.before(late[1], 2), [early[1], late[0]], "before it in its run, oldest first")
        same(reader.before(early[0], 2), [], "nothing before the first")


def work_to_do_is_what_is_not_extracted(store: Store) -> None:
    """`pending` crosses scopes, oldest recorded first, until marked."""
    with store.write() as writer:
        later = say(writer, DANA, "b", minutes=5)
        sooner = say(writer, ERIK, "a", minutes=9, recorded=1)
        done = writer.add_episodes(
            ERIK,
            [("e", Message(role=Role.USER, content="c", at=after(0)), 0)],
            after(0),
            extracted=True,
        )
    with store.read() as reader:
        same(reader.pending(9), [*sooner, *later], "the oldest recorded first")
        same(reader.pending(1), sooner, "at most so many")
        same(reader.pending(9, [later[0].id, done[0].id]), later, "of these only")
    expect(done[0].extracted, "an episode stored as extracted says so")
    with store.write() as writer:
        writer.mark_extracted([sooner[0].row], after(10))
        same(writer.pending(9), later, "marked ones are done")
        (found,) = writer.episodes(writer.view(ERIK), [sooner[0].id])
        expect(found.extracted, "and say so")


def claims_are_appended(store: Store) -> None:
    """A claim comes back as it went in; a known id changes nothing; withdrawal is marked."""
    with store.write() as writer:
        (episode,) = say(writer, Scope(user_id="dana", run_id="r"), "I live in Lisbon")
        owner = writer.own(DANA)
        lisbon = claim_of(episode, "Lisbon", precision=None, confidence=0.5, speaker="Dana \ud800")
        porto = claim_of(
            episode, "Porto", replaces_key="lisbon", order=(3, 4), past=True, sensitive=True,
            valid_from=after(-9), valid_to=after(9), expires_at=after(99), targets=(lisbon.id,),
            metadata={"a": [1, "\udcff"]}, extractor="rules 1",
        )  # fmt: skip
        green = claim_of(episode, "green", "favorite color")
        writer.add_claims(owner, [lisbon, porto, green])
        writer.add_claims(owner, [replace(lisbon, value="Rome")])
    with store.read() as reader:
        view = reader.view(DANA)
        home = slot(owner)
        same(reader.claims(home), [lisbon, porto], "the claims of a slot")
        same(reader.claims(home, ["lisbon"]), [lisbon, porto], "of a value, or replacing it")
        same(reader.claims(home, ["porto"]), [porto], "of a value")
        same(reader.claims(home, ["rome", ""]), [], "of no such value")
        same(
            reader.claims_by_id(view, [green.id, "?", lisbon.id]),
            [(slot(owner, "favorite color"), green), (home, lisbon)],
            "by id, in the order asked",
        )
        same(len(reader.claims_of_episodes(view, [episode.id])), 3, "of an episode")
        places = [
            ClaimPlace(
                slot=home if claim is not green else slot(owner, "favorite color"),
                claim_id=claim.id,
                source=Source(episode_id=episode.id, start=claim.start, end=claim.end),
                extractor=claim.extractor,
                withdrawn_at=claim.withdrawn_at,
                expires_at=claim.expires_at,
            )
            for claim in (lisbon, porto, green)
        ]
        same(reader.claim_places(view, [episode.id, "?"]), places, "places of an episode's claims")
        same(list(reader.slots(view)), [slot(owner, "favorite color"), home], "slots, in order")
        other_run = View(owners=view.owners, run_id="other")
        same(list(reader.slots(other_run)), [], "slots of another run")
    with store.write() as writer:
        writer.withdraw_claims([lisbon.id], after(50))
        writer.withdraw_claims([lisbon.id], after(60))
        (found, _) = writer.claims(home)
        same(found.withdrawn_at, after(50), "withdrawn when it was first taken back")


def facts_have_versions(store: Store) -> None:
    """A closed version stays answerable by known_at; the rest is held now."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "I live in Lisbon")
        first = learn(writer, episode, "Lisbon", valid_from=None, metadata={"k": ["v"]})
        owner = writer.own(DANA)
        writer.close_facts([first.row], after(10))
        (second,) = writer.add_facts(
            owner, [replace(first, valid_to=after(5), system_from=after(10))]
        )
    closed = replace(first, system_to=after(10))
    expect(second.row != first.row, "a version has a row of its own")
    with store.read() as reader:
        view = reader.view(DANA)
        same(reader.slot_facts(slot(owner)), [second], "held now")
        same(reader.slot_facts(slot(owner), ["lisbon"]), [second], "of a value key")
        same(reader.slot_facts(slot(owner), ["rome"]), [], "of no such value key")
        same(reader.fact(view, first.id), second, "the last one held")
        same(reader.fact(view, first.id, after(9.9)), closed, "the one held before the change")
        same(reader.fact(view, first.id, after(10)), second, "periods are half-open")
        same(reader.fact(view, first.id, after(-1)), None, "nothing was held before")
        same(reader.fact_rows(view, [second.row, first.row]), [second, closed], "by row")
    with store.write() as writer:
        writer.close_facts([second.row], after(30))
        same(writer.slot_facts(slot(owner)), [], "nothing is held any more")
        last = replace(second, system_to=after(30))
        same(writer.fact(writer.view(DANA), first.id), last, "the last version that was held")


def a_version_without_duration_vanishes(store: Store) -> None:
    """Closing at the instant of opening leaves no trace of the version."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "x")
        fact = learn(writer, episode, "Lisbon", system_from=after(5))
    with store.write() as writer:
        writer.close_facts([fact.row], after(5))
    with store.read() as reader:
        view = reader.view(DANA)
        same(reader.fact(view, fact.id), None, "the version is gone")
        same(reader.fact_rows(view, [fact.row]), [], "also by row")
        same(reader.facts_of_episodes(view, [episode.id], now()), [], "and by episode")


def facts_are_amended_in_place(store: Store) -> None:
    """Sources, wording and the like change without a new version."""
    with store.write() as writer:
        one, two = say(writer, DANA, "one", "two")
        fact = learn(writer, one, "Lisbon")
    changed = replace(
        fact,
        text="\ue000 lives in Lisbon",
        claim_ids=("c2", "c3"),
        sources=(Source(episode_id=two.id, start=1, end=2),),
        confidence=0.25,
        metadata={"new": True},
    )
    with store.write() as writer:
        writer.amend_facts([changed])
    with store.read() as reader:
        view = reader.view(DANA)
        same(reader.fact(view, fact.id), changed, "the amended version")
        same(reader.facts_of_episodes(view, [two.id], now()), [changed], "by its new source")
        same(reader.facts_of_episodes(view, [one.id], now()), [], "no more by its old source")


def facts_are_read_at_a_moment(store: Store) -> None:
    """Pages and facts of episodes follow valid time, system time, review, expiry and run."""
    monday = Scope(user_id="dana", run_id="monday")
    with store.write() as writer:
        (episode,) = say(writer, monday, "x")
        owner = writer.own(DANA)
        always = learn(writer, episode, "A", valid_from=None)
        ended = learn(writer, episode, "B", valid_from=after(10), valid_to=after(20))
        learnt = learn(writer, episode, "C", valid_from=after(10), system_from=after(50))
        waiting = learn(writer, episode, "D", valid_from=after(0), review=Review.CONFLICT)
        lapsed = learn(writer, episode, "E", valid_from=after(12), expires_at=after(30))
        (talk,) = say(writer, DANA, "y")
        color = learn(writer, talk, "green", "favorite color", valid_from=after(11))
    with store.read() as reader:
        view = reader.view(DANA)

        def page(**more: object) -> list[object]:
            fields = {"known_at": after(60), "as_of": None, "limit": 99} | more
            return list(reader.page_facts(view, **fields))  # type: ignore[arg-type]

        same(page(), [always, ended, learnt, color, lapsed], "every period, in order")
        same(page(as_of=after(15)), [always, ended, learnt, color, lapsed], "valid at 15")
        same(page(as_of=after(20)), [always, learnt, color, lapsed], "valid at 20")
        same(page(as_of=after(30)), [always, learnt, color], "valid at 30")
        same(page(as_of=after(30), known_at=after(40)), [always, color], "known at 40")
        same(page(review=True), [waiting], "what waits for review")
        same(page(attribute="favorite color"), [color], "one attribute")
        same(page(subject="user", attribute="home", as_of=after(40)), [always, learnt], "a slot")
        same(page(subject="ana"), [], "another subject")
        first = reader.page_facts(view, known_at=after(60), as_of=None, limit=1)
        same(first, [always], "the first page")
        same(page(after=(EARLIEST, always.row)), [ended, learnt, color, lapsed], "the next page")
        cursor = (micros(after(10)), ended.row)
        same(page(after=cursor), [learnt, color, lapsed], "equal starts are in order of row")
        moment = Moment(as_of=after(15), known_at=after(40))
        found = reader.facts_of_episodes(view, [episode.id, talk.id], moment)
        same(found, [always, ended, lapsed, color], "facts of episodes at a moment")
        narrow = reader.view(monday)
        moment = Moment(as_of=after(40), known_at=after(60))
        same(reader.fact(narrow, color.id), None, "a fact of another run")
        same(reader.fact(narrow, always.id), always, "a fact of the run")
        found = reader.page_facts(narrow, known_at=after(60), as_of=after(40), limit=9)
        same(found, [always, learnt], "facts of the run")
        rows, green = [color.row, 10**15, always.row], slot(owner, "favorite color")
        same(reader.fact_slots(view, rows), [green, None, slot(owner)], "slots of facts by row")
        same(reader.fact_slots(reader.view(ERIK), rows), [None] * 3, "slots of another scope")
        found = reader.slot_facts(slot(owner))
        same(found, [always, waiting, ended, learnt, lapsed], "everything held of a slot")


def _decision(id: str, *facts: str, minutes: float = 0, **more: object) -> Decision:
    fields: dict[str, object] = {
        "id": id,
        "action": Action.UPDATE,
        "at": after(minutes),
        "claim_id": None,
        "source": None,
        "subject": "user",
        "attribute": "home",
        "fact_ids": facts,
    }
    return Decision(**(fields | more))  # type: ignore[arg-type]


def decisions_are_logged(store: Store) -> None:
    """Everything decided about a fact, also its closing, oldest first."""
    source = Source(episode_id="e", start=1, end=2)
    first = _decision("d1", "f1", claim_id="c", source=source, reason="said \ud800 so")
    second = _decision("d2", "f2", minutes=5, closed=("f1", "f1"), action=Action.INVALIDATE)
    with store.write() as writer:
        owner = writer.own(DANA)
        writer.add_decisions(owner, [second, first])
    with store.read() as reader:
        view = reader.view(DANA)
        same(reader.decisions(view, "f1"), [first, second], "about the first fact")
        same(reader.decisions(view, "f2"), [second], "about the second fact")
        same(reader.decisions(view, "f3"), [], "about no fact")


def a_transaction_is_whole(store: Store) -> None:
    """An exception undoes all of the block; a finished block is seen by the next reader."""

    def fail() -> None:
        with store.write() as writer:
            (episode,) = say(writer, DANA, "lost")
            learn(writer, episode, "Lisbon")
            writer.set_setting("embedder", "lost")
            raise KeyError("stop")

    refuses(KeyError, fail, "the exception comes out of the block")
    with store.read() as reader:
        same(reader.setting("embedder"), None, "no setting is left")
        same(reader.counts()["owners"], 0, "no owner is left")
    with store.write() as writer:
        say(writer, DANA, "kept")
        writer.set_setting("embedder", "static")
        writer.set_setting("embedder", "other")
    with store.read() as reader:
        same(reader.setting("embedder"), "other", "the last setting")
        same(len(reader.page_episodes(reader.view(DANA), limit=9)), 1, "the next try is kept")


def threads_share_a_store(store: Store) -> None:
    """Writers of several threads take turns and readers are let in between; nothing is lost."""
    failures: list[BaseException] = []
    each, threads = 20, 4

    def work(number: int) -> None:
        scope = Scope(user_id=f"user {number % 2}")
        try:
            for n in range(each):
                with store.write() as writer:
                    (said,) = say(writer, scope, f"{number} {n}", minutes=number * each + n)
                    item = entry(said.row, "episode", "word", [1.0, float(n)])
                    writer.index(writer.own(scope), [item])
                with store.read() as reader:
                    view = reader.view(scope)
                    ranking = reader.rank(
                        view, "episode", terms={"word": 1.0}, vector=None, moment=now()
                    )
                    rows = [found.row for found in reader.page_episodes(view, limit=999)]
                    best = ranking.top(999, lexical=1.0, dense=1.0)
                    same(sorted(best), sorted(rows), "a ranking is of its transaction's state")
                    expect(said.row in rows, "a reader sees what was written")
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread
            failures.append(error)

    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failures:
        raise failures[0]
    with store.read() as reader:
        same(reader.counts()["episodes"], each * threads, "nothing is lost")


def the_whole_can_be_counted_and_dumped(store: Store) -> None:
    """Counts for Stats, and every row of each canonical table."""
    with store.write() as writer:
        (episode,) = say(writer, DANA, "I live in \ud800", name="Dana")
        fact = learn(writer, episode, "Lisbon", valid_from=None)
        learn(writer, episode, "Porto", valid_to=after(1))
        learn(writer, episode, "Rome", review=Review.UNTRUSTED)
        writer.add_decisions(writer.own(DANA), [_decision("d1", fact.id)])
        writer.set_setting("embedder", "static")
    with store.read() as reader:
        counts = dict(reader.counts())
        expect(counts.pop("size_bytes") > 0, "the size is known")
        expect(counts.pop("schema") > 0, "the schema is known")
        expected = {"owners": 1, "episodes": 1, "pending": 1, "claims": 3, "facts": 3,
                    "current_facts": 1, "to_review": 1, "decisions": 1,
                    "judgements": 0}  # fmt: skip
        same(counts, expected, "the counts")
        (row,) = reader.dump("episodes")
        same((row["content"], row["user_id"]), (episode.content, "dana"), "a dumped episode")
        same(next(iter(reader.dump("facts")))["valid_from"], None, "an unknown start")
        same(len(list(reader.dump("claims"))), 3, "dumped claims")
        same(len(list(reader.dump("decisions"))), 1, "dumped decisions")
        same([row["value"] for row in reader.dump("settings")], ["static"], "dumped settings")
        refuses(InputError, lambda: list(reader.dump("passwords")), "there is no such table")


def a_closed_store_stays_closed(store: Store) -> None:
    """Closing twice is fine."""
    store.close()
    store.close()


RECORD_CHECKS: tuple[Callable[[Store], None], ...] = (
    an_id_of_another_scope_is_not_found,
    episodes_are_kept_verbatim,
    the_same_key_is_stored_once,
    episodes_are_paged_in_order_of_time,
    work_to_do_is_what_is_not_extracted,
    claims_are_appended,
    facts_have_versions,
    a_version_without_duration_vanishes,
    facts_are_amended_in_place,
    facts_are_read_at_a_moment,
    decisions_are_logged,
    a_transaction_is_whole,
    threads_share_a_store,
    the_whole_can_be_counted_and_dumped,
    a_closed_store_stays_closed,
)
