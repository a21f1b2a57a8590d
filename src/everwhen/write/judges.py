"""From a short spec to a judge."""

from __future__ import annotations

from collections.abc import Callable

from everwhen.asking import ChatModel
from everwhen.errors import SettingsError
from everwhen.judging import Judge


def choose_judge(spec: str, choose_chat: Callable[[str], ChatModel | None]) -> Judge | None:
    """The judge that a spec names: a language model as `choose_chat` knows them; "none" is None."""
    if spec == "none":
        return None
    model = choose_chat(spec)
    if model is None:
        raise SettingsError(
            f"unknown judge {spec!r}; use 'anthropic:MODEL', 'openai:MODEL[@BASE_URL]' or 'none', "
            "or pass an object with a name and judge(questions)"
        )
    from everwhen.write.by_model.judge import ModelJudge

    return ModelJudge(model)
