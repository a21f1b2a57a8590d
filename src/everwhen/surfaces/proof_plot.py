"""A picture of the tokens before a question over the length of the history."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from everwhen.bench.proof import Proof
from everwhen.errors import InputError
from everwhen.providers.model_files import require

FORMS: Final = (".svg", ".png")
_SEND, _MEMORY = "#b3261e", "#1a5fb4"


def check_plot(path: Path) -> None:
    """Refuse what can not be drawn, before anything is measured."""
    if path.suffix.lower() not in FORMS:
        raise InputError(f"--plot {path} ends in {path.suffix!r}; give a name in .svg or .png")
    require("matplotlib", extra="plots", asked="--plot")


def draw(proof: Proof, path: Path) -> None:
    """Write the picture."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "everwhen"
    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    axes = figure.subplots()
    at = [step.messages for step in proof.steps]
    for values, label, colour in (
        ([float(step.history) for step in proof.steps], "everything said", _SEND),
        ([step.context for step in proof.steps], "the context from memory", _MEMORY),
    ):
        axes.plot(at, values, color=colour, marker="o", markersize=3, label=label)
        axes.annotate(
            f"{values[-1]:,.0f}", (at[-1], values[-1]), xytext=(4, 4), textcoords="offset points"
        )
    axes.set_xlabel("messages said")
    axes.set_ylabel("tokens before the question")
    axes.set_title(f"Tokens by {proof.counter}", fontsize="medium", loc="left")
    axes.set_xlim(0, at[-1] * 1.1)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    try:
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise InputError(f"--plot {path} can not be written: {error.strerror}") from error
