"""Commands that show what memory is good for: ask, and proof on a transcript of yours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from everwhen.bench.proof import Answered, Proof, prove
from everwhen.compat import transcripts
from everwhen.compat.transcripts import Format
from everwhen.errors import InputError
from everwhen.memory import Memory
from everwhen.model.results import Answer
from everwhen.providers.choose import choose_counter, counter_for_model
from everwhen.settings import load_settings
from everwhen.surfaces.options import NOTHING_FOUND, ON_MOMENT, Asked, verb
from everwhen.surfaces.progress import progress
from everwhen.surfaces.show import Column, Heading, Line, Piece, one_line, show, show_json, table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@verb(
    "ask",
    section="Read",
    takes=ON_MOMENT,
    examples="""
    everwhen ask "Where does Dana live?" --user dana --model anthropic:claude-haiku-4-5
    everwhen ask "What do I eat?" --user dana --model openai:qwen3@http://localhost:11434/v1
    """,
)
@click.argument("question")
@click.option(
    "--model", metavar="SPEC", envvar="EVERWHEN_MODEL", help="Who answers.  [env: EVERWHEN_MODEL]"
)
@click.option("--budget", type=click.IntRange(min=1), default=1000, show_default=True)
def ask(asked: Asked, question: str, model: str | None, budget: int) -> int:
    """Have a model answer from memory, with what the answer rests on."""
    if model is None:
        raise click.UsageError("which model? Give --model SPEC, or set EVERWHEN_MODEL")
    with asked.open() as memory:
        found = memory.ask(
            question, **asked.scope, **asked.moment, model=model, budget_tokens=budget
        )
    if asked.json:
        show_json(found)
    else:
        show(_answer(found))
    return NOTHING_FOUND if found.abstained else 0


def _answer(found: Answer) -> Iterator[Piece]:
    context = found.context
    if found.abstained:
        yield Line(text=f"no answer: {found.abstained}", style="dim")
    else:
        yield Line(text=found.text, style="strong")
    lines = {
        id: line
        for section in context.sections
        for id, line in zip(section.ids, section.lines, strict=True)
    }
    for id in found.cites:
        yield Line(text=f"  {lines[id].removeprefix('- ')}  ({id})", style="dim")
    if found.tokens_in:
        yield Line(
            text=f"{found.model}: {found.tokens_in:,} tokens in, {found.tokens_out:,} out",
            style="dim",
        )


@verb(
    "proof",
    section="Try and measure",
    takes=("tz",),
    examples="""
    everwhen proof chat.jsonl --question "Where do I live?"
    everwhen proof chat.md --tz UTC --question "What do I eat?" --plot tokens.svg
    """,
)
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--question", "questions", multiple=True, required=True, help="What to ask at last.")
@click.option(
    "--budget", type=click.IntRange(min=1), default=1000, show_default=True, help="In tokens."
)
@click.option("--model", help="Whose tokens to count, or the spec of a counter.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw tokens over the length of the history, as .svg or .png.",
)
@click.option("--format", "form", type=click.Choice(transcripts.FORMATS), help="Do not guess it.")
@click.option(
    "--assistant", "assistants", multiple=True, metavar="NAME", help="This speaker is the agent."
)
@click.option("--skip-bad", is_flag=True, help="Read the rest where something is unreadable.")
def proof(
    asked: Asked,
    path: Path,
    questions: tuple[str, ...],
    budget: int,
    model: str | None,
    plot: Path | None,
    form: Format | None,
    assistants: tuple[str, ...],
    skip_bad: bool,
) -> None:
    """Tokens before a question: all of a transcript, against what memory makes of it.

    FILE is a transcript as `everwhen import` takes them. It is read into a memory that goes with
    the command; nothing of yours is touched.
    """
    from everwhen.surfaces import proof_plot

    if any(not question.strip() for question in questions):
        raise InputError("--question is empty; ask something")
    if plot is not None:
        proof_plot.check_plot(plot)
    zone = asked.zone
    messages = transcripts.read_transcript(
        path,
        form=form,
        tz=None if zone is None else str(zone),
        assistants=assistants,
        skip_bad=skip_bad,
    )
    if not messages:
        raise InputError(f"{path} has no message that can be read")
    named = choose_counter(load_settings().counter) if model is None else counter_for_model(model)
    with progress("Telling", quiet=asked.json) as advance:
        found = prove(
            messages,
            questions,
            counter=named,
            make=lambda clock: Memory(":memory:", clock=clock, counter=named),
            budget=budget,
            progress=advance,
        )
    if plot is not None:
        proof_plot.draw(found, plot)
    if asked.json:
        show_json(found)
        return
    show(_pieces(found, path))
    if plot is not None:
        show([Line(text=f"drawn: {plot}", style="dim")])


def _pieces(found: Proof, path: Path) -> Iterator[Piece]:
    yield Heading(text=f"{path.name}: {found.messages:,} messages")
    columns = [Column(name="question", whole=False), *_right("before", "after", "less")]
    rows = [
        (
            one_line(one.question, 60),
            f"{found.history:,}",
            f"{one.tokens:,}",
            _less(one.tokens, found.history),
        )
        for one in found.answers
    ]
    yield table(columns, rows)
    yield Line(
        text=f"Tokens before the question, by {found.counter}: everything said, and the context "
        f"from memory (budget {found.budget:,}).",
        style="dim",
    )
    for one in found.answers:
        yield from _evidence(one)


def _right(*names: str) -> list[Column]:
    return [Column(name=name, right=True) for name in names]


def _less(tokens: int, history: int) -> str:
    """How many times as much without memory, where it is more."""
    return f"{history / tokens:,.1f} x" if 0 < tokens < history else ""


def _evidence(one: Answered) -> Iterator[Piece]:
    yield Heading(text=one_line(one.question, 100))
    if not one.evidence:
        yield Line(text="memory has nothing that answers it", style="bad")
        return
    for item in one.evidence:
        yield Line(text=f"{item.section}: {one_line(item.line.removeprefix('- '), 200)}")
        said = "" if item.at is None else f"{item.at:%Y-%m-%d}: “{one_line(item.said, 120)}”"
        if said and item.section != "Said before":
            yield Line(text=f"    said {said}", style="dim")
    if one.left_out:
        yield Line(text=f"left out: {one.left_out} more", style="note")


COMMANDS: tuple[click.Command, ...] = (ask, proof)
