"""How far the token estimate is from real tokenizers, by kind of text.

    python tools/measure_tokens.py --data folder \\
        --counter tiktoken:o200k_base --counter tokenizers:tokenizer.json

Texts are the messages of data sets in the folder (laid out as bench_all.toml says), this
package's own code, and its test phrases in four languages; each is cut into stretches of some
3,000 characters, as large as a context. Printed is the error over up to 200 stretches: its mean,
and what 95 of 100 do not exceed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from everwhen.bench.labelled import History, Talk, read_labelled
from everwhen.bench.locomo import read_locomo
from everwhen.bench.longmemeval import read_longmemeval
from everwhen.bench.memdaily import read_memdaily
from everwhen.bench.metrics import percentile
from everwhen.ports import TokenCounter
from everwhen.providers.choose import choose_counter
from everwhen.providers.tokens import EstimatedCounter

ROOT = Path(__file__).resolve().parent.parent
SIZE, MOST = 3_000, 200


def texts(data: Path) -> Iterator[tuple[str, list[str]]]:
    """The kinds of text."""
    locomo = read_locomo(data / "locomo" / "locomo_dev.json")
    yield "LoCoMo", [one["content"] for part in locomo.collections for one in part.messages]
    labelled = [
        ("MSC", "msc/msc_personasummary_session2_dev.jsonl.gz"),
        ("RealMem", "realmem/realmem_dev.jsonl.gz"),
        ("HaluMem", "halumem/halumem_dev.jsonl.gz"),
    ]
    for name, path in labelled:
        said: list[str] = []
        for item in read_labelled([data / path]).items:
            if isinstance(item, Talk):
                said += [turn.words["content"] for turn in item.turns]
            elif isinstance(item, History):
                said += [words["content"] for one in item.sessions for words in one.messages]
        yield name, said
    haystacks = read_longmemeval(data / "longmemeval" / "lme_s_dev.jsonl.gz").first(6)
    yield "LongMemEval", [one["content"] for part in haystacks.collections for one in part.messages]
    daily = read_memdaily(data / "memdaily_zh" / "memdaily_zh_dev.jsonl.gz").first(6)
    yield "MemDaily, Chinese", [one["content"] for p in daily.collections for one in p.messages]
    code = sorted((ROOT / "src").rglob("*.py"))
    yield "Python", [path.read_text(encoding="utf-8") for path in code]
    for language in ("de", "es", "fr", "pt"):
        phrases = ROOT / "tests" / "unit" / "phrases" / f"{language}.txt"
        lines = phrases.read_text(encoding="utf-8").splitlines()
        yield f"phrases, {language}", [one for one in lines if one[:1].strip() not in ("", "#")]


def stretches(said: list[str]) -> list[str]:
    """Parts of some thousand characters."""
    whole = "\n".join(said)
    parts = [whole[start : start + SIZE] for start in range(0, len(whole), SIZE)]
    return random.Random(1).sample(parts, min(MOST, len(parts)))


def errors(counter: TokenCounter, parts: list[str]) -> tuple[float, float]:
    """The mean error of the estimate, and the size of error that 95 % do not exceed."""
    estimate = EstimatedCounter()
    off = [estimate.count(part) / max(counter.count(part), 1) - 1 for part in parts]
    return sum(off) / len(off), percentile([abs(one) for one in off], 0.95)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Hold the token estimate against tokenizers.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--counter", action="append", required=True, help="spec of a counter")
    given = parser.parse_args()
    counters = [choose_counter(spec) for spec in given.counter]
    names = [counter.name.rpartition("/")[2] for counter in counters]
    print("| | stretches |" + "".join(f" {name} |" for name in names))
    print("|---|---:|" + "---:|" * len(names))
    for name, said in texts(given.data):
        parts = stretches(said)
        found = [errors(counter, parts) for counter in counters]
        cells = "".join(f" {100 * mean:+.0f} %, {100 * most:.0f} % |" for mean, most in found)
        print(f"| {name} | {len(parts)} |{cells}")


if __name__ == "__main__":
    main()
