"""The demo as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator

from everwhen.model.records import Fact
from everwhen.surfaces import tables
from everwhen.surfaces.demo import FORGOTTEN, Asking, Demo, Turn
from everwhen.surfaces.show import Box, Column, Heading, Line, Piece, day, one_line, table, when

_WORDS = Column(name="", whole=False)


def scenes(told: Demo) -> Iterator[Piece]:
    """Every step of the demo, in order."""
    yield Line(
        text="everwhen: two sessions with Dana, on one SQLite file, without a model or a key."
    )
    yield Line(
        text=told.file + ("" if told.kept else " (temporary; --keep FILE keeps it)"), style="dim"
    )
    yield from _session_1(told)
    yield from _session_2(told.session_2)
    yield from _change(told)
    yield from _past(told)
    yield from _forgetting(told)


def _session_1(told: Demo) -> Iterator[Piece]:
    start = told.session_1[0].said.at
    yield Heading(text=f"1. Session 1, {when(start)}: what is said, and what is taken from it")
    for turn in told.session_1:
        yield from _turn(turn)
    count = len(told.facts_after_session_1)
    yield Line(
        text=f"{count} facts, each with its source and the time since when it is true.",
        style="good",
    )


def _turn(turn: Turn) -> Iterator[Piece]:
    yield Line(text=f"Dana: {turn.said.content}", style="strong")
    rows = []
    for change in turn.changes:
        if not change.facts and not change.closed:
            continue
        texts = "; ".join(fact.text for fact in change.facts) or change.decision.reason
        rows.append((change.decision.action.value, texts, change.decision.attribute))
        rows += [("closed", fact.text, f"until {day(fact.valid_to)}") for fact in change.closed]
    columns = [
        Column(name="", style="note"),
        Column(name="", whole=False),
        Column(name="", style="dim"),
    ]
    yield table(columns, rows, indent=4) if rows else Line(text="    no fact in it", style="dim")


def _session_2(asked: Asking) -> Iterator[Piece]:
    yield Heading(text=f"2. Session 2, {when(asked.at)}: a new conversation asks")
    yield Line(text=f"Dana: {asked.question}", style="strong")
    yield Box(title="what the model sees without memory", text=asked.without_memory)
    answer = asked.hits[0].value or asked.hits[0].text if asked.hits else ""
    if answer.lower() not in asked.without_memory.lower():
        yield Line(text=f"Not to be answered: “{answer}” is nowhere in it.", style="bad")
    yield from _with_memory(asked)


def _with_memory(asked: Asking) -> Iterator[Piece]:
    yield Line(text="The search, best first; what does not fit the question is cut off:")
    rows: list[tuple[str, ...]] = []
    for hit in asked.hits:
        rows.append((f"{hit.score:.2f}", hit.kind, one_line(hit.text)))
        rows.append(("", "", tables.signals_of(hit)))
    yield table(
        [Column(name="score", right=True), "kind", Column(name="text", whole=False)], rows, indent=2
    )
    left = asked.current_facts - sum(hit.kind == "fact" for hit in asked.hits)
    yield Line(
        text=f"{left} of {asked.current_facts} facts have nothing to do with it and stay out.",
        style="dim",
    )
    yield Box(
        title="what the model sees with memory", text=f"{asked.context.text}\n\n{asked.question}"
    )
    yield Line(
        text=f"{asked.context.tokens} tokens injected (budget {asked.context.budget_tokens}); the "
        f"whole history is {asked.context.full_history_tokens}, and grows with every message "
        f"({asked.context.counter}).",
        style="good",
    )


def _change(told: Demo) -> Iterator[Piece]:
    yield Heading(text=f"3. {when(told.change.said.at)}: a contradiction")
    yield from _turn(told.change)
    count = len(told.facts_after_change)
    yield Line(
        text=f"{count} facts are current, as before: the new one took the old one's place.",
        style="good",
    )
    asked = told.after_change
    yield Line(text="")
    yield Line(text=f"Dana, {when(asked.at)}: {asked.question}", style="strong")
    yield from _with_memory(asked)


def _past(told: Demo) -> Iterator[Piece]:
    past = told.past
    yield Heading(text="4. What a plain store can not do")
    yield Line(text=f"What was true on {day(past.as_of)}? (as_of)", style="strong")
    best = [hit for hit in past.hits if hit.kind == "fact"]
    yield table(
        [Column(name="score", right=True), Column(name="text", whole=False), "true from", "until"],
        [(f"{hit.score:.2f}", hit.text, when(hit.valid_from), when(hit.valid_to)) for hit in best],
        indent=2,
    )
    yield Line(text=f"What did we believe then? (known_at {day(past.as_of)})", style="strong")
    yield from (Line(text=f"  {_sentence(fact)}") for fact in past.held_before)
    yield Line(text="Who said that, and when?", style="strong")
    source = past.fact.sources[0]
    speaker = past.fact.speaker or past.source.name or past.source.role.value
    yield Line(
        text=f"  {speaker}, {when(past.source.at)}, in {past.source.scope.run_id}, characters "
        f"{source.start} to {source.end} of message {past.source.id}:"
    )
    yield Line(text=f"  “{past.words}”", style="note")
    yield Line(text="What became of it?", style="strong")
    yield from tables.timeline(past.timeline, None, told.after_change.at)
    yield Line(text="Why? (the decision log)", style="strong")
    rows: list[tuple[str, ...]] = []
    for line in past.log:
        decision = line.decision
        rows.append((when(decision.at), decision.action.value, f"“{line.words}”"))
        rows.append(("", "", decision.reason))
    yield table(["decided", "action", _WORDS], rows, indent=2)


def _sentence(fact: Fact) -> str:
    until = when(fact.valid_to, empty="further notice")
    return f"{fact.text} (from {when(fact.valid_from)} until {until})"


def _forgetting(told: Demo) -> Iterator[Piece]:
    gone = told.forgotten
    receipt = gone.receipt
    yield Heading(text="5. Forget means gone")
    yield Line(text=f"forget: {gone.fact.text}", style="strong")
    rows = [
        ("messages removed", str(receipt.episodes)),
        ("facts removed", str(receipt.facts)),
        ("claims removed", str(receipt.claims)),
        ("log lines removed", str(receipt.decisions)),
        ("index rows removed", str(receipt.index_rows)),
        ("found in a check afterwards", str(receipt.remaining)),
        (f"“{FORGOTTEN}” in the file's bytes", f"{gone.in_file_before} -> {gone.in_file_after}"),
        ("facts still current", str(gone.current_facts)),
    ]
    yield table([Column(name="receipt"), Column(name="", right=True)], rows, indent=2)
    yield Line(
        text="The receipt's salted digests prove what was removed to whoever still has the words: "
        + ", ".join(digest[:12] + "…" for digest in receipt.digests[:2]),
        style="dim",
    )
    if told.kept:
        yield Line(text=f"Look around: everwhen list --user dana --db {told.file}")
