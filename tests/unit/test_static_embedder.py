"""The embedder that comes with the package."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from everwhen.errors import ProviderError
from everwhen.ports import Embedder
from everwhen.providers.local import MAX_WORDS, TABLE, StaticEmbedder, pieces, words

TEXTS = ["I moved to Lisbon in March.", "naïve café", "antidisestablishmentarianismly", "東京", ""]
DIGEST = "import hashlib, sys; from everwhen.providers.local import StaticEmbedder; " + (
    "print(hashlib.sha256(b''.join(StaticEmbedder().embed(sys.argv[1:]))).hexdigest())"
)


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


def vectors(embedder: StaticEmbedder, *texts: str) -> np.ndarray:
    joined = b"".join(embedder.embed(texts))
    return np.frombuffer(joined, "<f4").reshape(len(texts), embedder.dimensions)


def test_it_is_an_embedder(embedder: StaticEmbedder) -> None:
    assert isinstance(embedder, Embedder)
    assert str(embedder.dimensions) in embedder.name


@pytest.mark.parametrize(
    ("text", "paraphrase", "unrelated"),
    [
        ("My sister is a doctor.", "Her sibling works as a physician.", "The car needs new tyres."),
        ("I can't eat peanuts.", "She has a nut allergy.", "We flew to Berlin on Monday."),
        ("He quit his job.", "He resigned from work.", "He painted the bedroom blue."),
        ("What does Ana do for work?", "Ana is employed as a nurse.", "Ana has two cats."),
        ("Our puppy is ill.", "The dog is sick.", "The bank is closed."),
    ],
)
def test_a_paraphrase_is_closer_than_an_unrelated_text(
    embedder: StaticEmbedder, text: str, paraphrase: str, unrelated: str
) -> None:
    query, near, far = vectors(embedder, text, paraphrase, unrelated)
    assert query @ near > query @ far + 0.1


def test_vectors_are_little_endian_floats_of_unit_length(embedder: StaticEmbedder) -> None:
    (raw,) = embedder.embed(["a plain sentence"])
    assert isinstance(raw, bytes)
    assert len(raw) == 4 * embedder.dimensions
    assert np.linalg.norm(np.frombuffer(raw, "<f4")) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\ud800", "\x00", "🙂"])
def test_a_text_without_known_words_has_the_zero_vector(
    embedder: StaticEmbedder, text: str
) -> None:
    assert not vectors(embedder, text).any()


def test_no_texts_give_no_vectors(embedder: StaticEmbedder) -> None:
    assert embedder.embed([]) == []


def test_empty_texts_do_not_shift_their_neighbours(embedder: StaticEmbedder) -> None:
    together = embedder.embed(["", "tea", "", "", "coffee", ""])
    assert together[1] == embedder.embed(["tea"])[0]
    assert together[4] == embedder.embed(["coffee"])[0]


def test_a_vector_does_not_depend_on_the_other_texts(embedder: StaticEmbedder) -> None:
    many = [f"turn {n} about {w}" for n in range(500) for w in ("tea", "trains", "taxes", "Tibet")]
    assert embedder.embed(many) == [embedder.embed([text])[0] for text in many]


def test_it_is_the_same_in_another_process(embedder: StaticEmbedder) -> None:
    here = hashlib.sha256(b"".join(embedder.embed(TEXTS))).hexdigest()
    command = [sys.executable, "-c", DIGEST, *TEXTS]
    there = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    assert there == here


def test_threads_may_share_one_that_is_not_loaded_yet() -> None:
    shared = StaticEmbedder()
    results: list[list[bytes]] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        results.append(shared.embed(TEXTS))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == results[0] for result in results)


# A pipe in the place of the word list keeps the thread that reads it inside until it is written to.
_FORK_WHILE_LOADING = """
import os, sys, threading, time, warnings
from pathlib import Path
from everwhen.providers.local import StaticEmbedder

warnings.simplefilter("ignore", DeprecationWarning)
folder = Path(sys.argv[1])
listed = folder / "vocabulary.txt"
text = listed.read_bytes()
os.mkfifo(folder / "pipe")
os.replace(listed, folder / "kept")
os.replace(folder / "pipe", listed)
shared = StaticEmbedder(folder)
loading = threading.Thread(target=shared.embed, args=(["tea"],))
loading.start()
with listed.open("wb", buffering=0) as pipe:  # opens when the thread reads
    os.replace(listed, folder / "pipe")
    os.replace(folder / "kept", listed)
    child = os.fork()
    if child == 0:
        pipe.close()
        os._exit(0 if any(shared.embed(["tea"])[0]) else 1)
    _, status = os.waitpid(child, 0)
    for start in range(0, len(text), 4096):
        pipe.write(text[start : start + 4096])
loading.join()
sys.exit(status)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_forked_while_another_thread_loads_the_table_embeds(tmp_path: Path) -> None:
    folder = tmp_path / "table"
    shutil.copytree(TABLE, folder)
    command = [sys.executable, "-c", _FORK_WHILE_LOADING, str(folder)]
    subprocess.run(command, check=True, timeout=20)


def test_case_and_accents_do_not_matter(embedder: StaticEmbedder) -> None:
    upper, lower = embedder.embed(["CAFÉ in Málaga", "cafe in malaga"])
    assert upper == lower


def test_lone_surrogates_separate_words(embedder: StaticEmbedder) -> None:
    broken, plain = embedder.embed(["tea \ud83d and \udc00 cake", "tea and cake"])
    assert broken == plain


def test_words_after_the_limit_are_ignored(embedder: StaticEmbedder) -> None:
    full = "tea " * MAX_WORDS
    assert embedder.embed([full + "earthquake"]) == embedder.embed([full])


@pytest.mark.parametrize("unit", ["word ", "x", "é", "\ufdfa", "\ud800", "漢", " "])
def test_a_huge_text_takes_no_longer_than_a_long_one(embedder: StaticEmbedder, unit: str) -> None:
    embedder.embed(["warm"])
    huge = unit * (20_000_000 // len(unit))
    started = time.perf_counter()
    embedder.embed([huge])
    assert time.perf_counter() - started < 2


def test_a_word_is_made_from_its_longest_pieces() -> None:
    index = {"un": 0, "unhappy": 1, "##ly": 2, "##l": 3, "##y": 4}
    assert pieces("unhappyly", index) == [1, 2]
    assert pieces("unl", index) == [0, 3]
    assert pieces("happy", index) == []
    assert pieces("un" * 40, index) == []


def test_scripts_without_spaces_are_read_one_character_at_a_time() -> None:
    assert words("東京 tea_time") == ["東", "京", "tea", "time"]


def test_the_licence_travels_with_the_table() -> None:
    folder = files("everwhen.providers") / "static_table"
    text = (folder / "LICENSE").read_text(encoding="utf-8")
    assert "all-MiniLM-L6-v2" in text
    assert "Apache License" in text
    sizes = [(folder / name).stat().st_size for name in ("rows.npy", "scales.npy")]  # type: ignore[attr-defined]
    assert sum(sizes) < 12_000_000


def test_another_table_has_another_name(tmp_path: Path) -> None:
    def named(scale: float) -> str:
        (tmp_path / "vocabulary.txt").write_text("tea\n", encoding="utf-8")
        np.save(tmp_path / "rows.npy", np.ones((1, 4), np.int8))
        np.save(tmp_path / "scales.npy", np.array([scale], np.float16))
        return StaticEmbedder(tmp_path).name

    assert named(1.0) == named(1.0)
    assert named(1.0) != named(2.0)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="can not be read"):
        StaticEmbedder(tmp_path).embed(["tea"])


def test_a_table_that_does_not_fit_together_is_said(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.txt").write_text("tea\n", encoding="utf-8")
    np.save(tmp_path / "rows.npy", np.zeros((2, 4), np.int8))
    np.save(tmp_path / "scales.npy", np.ones(2, np.float16))
    with pytest.raises(ProviderError, match="does not fit together"):
        StaticEmbedder(tmp_path).embed(["tea"])
