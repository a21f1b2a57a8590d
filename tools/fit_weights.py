"""Fit the weights of the signals of past messages, on several data sets at once.

    python tools/fit_weights.py --locomo locomo_dev.json --longmemeval lme_evidence_dev.jsonl \
        --beam beam_100k_dev.jsonl.gz --beam beam_500k_dev.jsonl.gz --realmem realmem_dev.jsonl.gz

Every question is asked with the cut-off turned off and many hits wanted; what each signal is
worth is read from `Hit.signals`. The weights are those under which the evidence is most likely
to be picked from among a question's hits (a softmax over them), every set counting by the root
of the number of its questions, with a small penalty on large weights. Where only sessions are
labelled, the evidence is the best message of each by the weights before.

Printed: the fraction of the evidence among the first five and ten, with the weights in
`everwhen.read.fuse`, with weights fitted on everything, on the other half of each set's
collections, and on the other sets alone; then the weights fitted on everything, to be copied
into `everwhen.read.fuse` with the date. Needs scipy. The data sets are not part of this
repository; docs/benchmarks.md tells where they are from.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from everwhen import Memory
from everwhen.bench.beam import read_beam
from everwhen.bench.locomo import read_locomo
from everwhen.bench.longmemeval import read_longmemeval
from everwhen.bench.realmem import read_realmem
from everwhen.bench.retrieval import TURN, Suite
from everwhen.bench.systems import Everwhen
from everwhen.read.fuse import EpisodeWeights

Array = npt.NDArray[np.float64]
READERS: dict[str, Callable[[Path], Suite]] = {
    "locomo": read_locomo,
    "longmemeval": read_longmemeval,
    "beam": read_beam,
    "realmem": read_realmem,
}
SIGNALS = [one.name for one in fields(EpisodeWeights) if one.name != "superseded"]
NOW = np.array([float(getattr(EpisodeWeights(), name)) for name in SIGNALS])
HITS = 120
PENALTY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question: the signals of its hits, their units, and the units wanted."""

    set: str
    half: int
    values: Array
    units: list[str]
    wanted: tuple[str, ...]

    def share(self, weights: Array, k: int) -> float:
        """The fraction of the wanted among the first k units."""
        order = np.argsort(-(self.values @ weights), kind="stable")
        first = list(dict.fromkeys(self.units[place] for place in order))[:k]
        return len(set(first) & set(self.wanted)) / len(self.wanted)

    def found(self, weights: Array) -> Array:
        """The sums of the wanted among the first ten hits."""
        sums = self.values @ weights
        first = np.argsort(-sums, kind="stable")[:10]
        return np.array([sums[place] for place in first if self.units[place] in self.wanted])

    def tenth(self, weights: Array) -> float:
        """The sum of the tenth hit, or of the last."""
        sums = np.sort(self.values @ weights)
        return float(sums[-min(10, len(sums))])

    def targets(self) -> list[int]:
        """The hit to be picked for each wanted unit that is there."""
        now = self.values @ NOW
        best: dict[str, int] = {}
        for place, unit in enumerate(self.units):
            if unit in self.wanted and (unit not in best or now[place] > now[best[unit]]):
                best[unit] = place
        return list(best.values())


def cases(name: str, path: Path, number: int) -> Iterable[Case]:
    """The answerable questions of a set."""
    suite = READERS[name](path)
    unit = next(iter(suite.measures))
    memory = Memory(":memory:")
    system = Everwhen(memory)
    for place, collection in enumerate(suite.collections):
        for part in collection.parts:
            if part.messages:
                system.add("u", part.messages)
            for question in part.questions:
                wanted = question.wanted(unit)
                if not question.answerable or not wanted:
                    continue
                alone = len(suite.collections) == 1
                half = zlib.crc32(question.text.encode()) % 2 if alone else place % 2
                hits = memory.search(
                    question.text,
                    user_id="u",
                    kinds=("episode",),
                    top_k=HITS,
                    min_score=0.0,
                    as_of=question.at,
                )
                if hits:
                    yield Case(
                        set=f"{name} {number}" if number else name,
                        half=half,
                        values=np.array(
                            [[hit.signals.get(one, 0.0) for one in SIGNALS] for hit in hits]
                        )
                        / NOW,
                        units=[
                            str(hit.metadata["turn" if unit == TURN else "session"]) for hit in hits
                        ],
                        wanted=wanted,
                    )
        memory.forget(user_id="u", everything=True)
    memory.close()


def fitted(given: Sequence[Case]) -> Array:
    """The weights that fit the cases best."""
    sizes: dict[str, int] = defaultdict(int)
    for case in given:
        sizes[case.set] += 1
    picked = [(case, case.targets()) for case in given]
    picked = [(case, targets) for case, targets in picked if targets]
    counts = np.array([len(case.units) for case, _ in picked])
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    every = np.concatenate([case.values for case, _ in picked])
    scale = every.std(axis=0) + 1e-6
    every = every / scale
    share = np.array([sizes[case.set] ** -0.5 for case, _ in picked])
    share /= share.sum()
    segment = np.repeat(np.arange(len(picked)), counts)
    places = np.concatenate(
        [np.array(targets) + start for (_, targets), start in zip(picked, starts, strict=True)]
    )
    parts = np.concatenate(
        [
            np.full(len(targets), one / len(targets))
            for (_, targets), one in zip(picked, share, strict=True)
        ]
    )
    wanted = (every[places] * parts[:, None]).sum(axis=0)

    def loss(weights: Array) -> tuple[float, Array]:
        sums = every @ weights
        peaks = np.maximum.reduceat(sums, starts)
        powers = np.exp(sums - peaks[segment])
        whole = np.add.reduceat(powers, starts)
        value = (share * (np.log(whole) + peaks)).sum() - (parts * sums[places]).sum()
        chances = powers / whole[segment] * share[segment]
        slope = chances @ every - wanted + 2 * PENALTY * weights
        return float(value + PENALTY * weights @ weights), slope

    found = minimize(loss, np.zeros(len(SIGNALS)), jac=True, method="L-BFGS-B")
    weights: Array = found.x / scale
    return weights


def shares(given: Iterable[tuple[Case, Array]]) -> dict[str, str]:
    """R@5 and R@10 by set."""
    by_set: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for case, weights in given:
        by_set[case.set].append((case.share(weights, 5), case.share(weights, 10)))
    return {
        name: " / ".join(f"{mean:.3f}" for mean in np.mean(found, axis=0))
        for name, found in by_set.items()
    }


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description="Fit the weights of search signals.")
    for name in READERS:
        parser.add_argument(f"--{name}", type=Path, action="append", default=[])
    options = parser.parse_args()
    given: list[Case] = []
    for name in READERS:
        for number, path in enumerate(getattr(options, name)):
            given += cases(name, path, number)
            print(f"{path.name}: {len(given)} questions so far", file=sys.stderr)
    if not given:
        parser.error("give at least one data set")
    whole = fitted(given)
    halves = [fitted([case for case in given if case.half != half]) for half in (0, 1)]
    sets = list(dict.fromkeys(case.set for case in given))
    rows = {
        "as they are": shares((case, NOW) for case in given),
        "fitted on all": shares((case, whole) for case in given),
        "fitted on the other half": shares((case, halves[case.half]) for case in given),
    }
    if len(sets) > 1:
        apart = {
            name: fitted([case for case in given if case.set.split()[0] != name.split()[0]])
            for name in sets
            if any(case.set.split()[0] != name.split()[0] for case in given)
        }
        rows["fitted on other sets"] = shares(
            (case, apart[case.set]) for case in given if case.set in apart
        )
    print(f"{'R@5 / R@10':26}" + "".join(f"{name:>18}" for name in sets))
    for title, row in rows.items():
        print(f"{title:26}" + "".join(f"{row.get(name, '-'):>18}" for name in sets))
    for name, weight in zip(SIGNALS, whole, strict=True):
        print(f"    {name}: float = {weight:.2f}")
    print("sums of evidence among the first ten, its lowest 3 % and 10 %, and of the tenth hits:")
    for name in sets:
        own = [case for case in given if case.set == name]
        found = np.concatenate([case.found(whole) for case in own])
        tenth = np.array([case.tenth(whole) for case in own])
        low, some = np.quantile(found, (0.03, 0.1))
        print(f"    {name}: {low:.1f} {some:.1f}, {np.median(tenth):.1f}")


if __name__ == "__main__":
    main()
