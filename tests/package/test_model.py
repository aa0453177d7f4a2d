"""The learned part of cleaning: the same answer whatever the batch, scores on every cut, floors under its figures."""

import json
import os
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.cleaning import STOPS, apply_cuts, find_all_cuts, find_cuts
from standoff.cleaning.dial import read_stop
from standoff.cleaning.documents import Documents
from standoff.cleaning.features import measure_lines
from standoff.cleaning.model import read_model
from standoff.cleaning.text import fold_words
from standoff.cleaning.words import hash_lines, read_words
from tests.conftest import ROOT, TEXTS

CASES = tomllib.loads((Path(__file__).parent / "cases" / "cleaning.toml").read_text(encoding="utf-8"))["case"]
SEEDS = [case["text"].replace("⟦", "").replace("⟧", "") for case in CASES] + list(TEXTS.values())
BENCH = ROOT.parent / "shared" / "bench"
LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1), min_size=1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(SEEDS), max_size=8), st.sampled_from(sorted(STOPS.values())))
def test_the_batch_does_not_matter(seeds, keep):
    together = find_all_cuts(seeds, keep=keep)
    assert [decision.cuts for decision in together] == [tuple(find_cuts(seed, keep=keep)) for seed in seeds]


@given(st.lists(LINES, min_size=1, max_size=5))
def test_features_of_a_document_are_its_own(documents):
    model = read_model()
    lines = [line for own in documents for line in own]
    words = read_words(lines)
    together = measure_lines(words, Documents.from_sizes([len(own) for own in documents]), model.weigh(words))
    at = 0
    for own in documents:
        words = read_words(own)
        alone = measure_lines(words, Documents.from_sizes([len(own)]), model.weigh(words))
        for name, values in alone.items():
            assert np.array_equal(values, together[name][at : at + len(own)]), name
        at += len(own)


@given(LINES)
def test_words_are_those_of_the_text(lines):
    """Ranges hold letters and digits alone, equal words have equal hashes, equal lines equal keys."""
    words = read_words(lines)
    joined = "".join(f"{line}\n" for line in lines)
    found = [joined[start:end] for start, end in zip(words.word_start, words.word_end, strict=True)]
    assert all(any(character.isalnum() or ord(character) > 127 for character in word) for word in found)
    keys = hash_lines(words)
    again = hash_lines(read_words([f"  {line} " for line in lines]))
    assert np.array_equal(keys, again)


def test_equal_words_have_equal_keys():
    first, second, third = hash_lines(read_words(["The Harbour, closed!", "the harbour closed", "the closed harbour"]))
    assert first == second != third
    assert fold_words("The Harbour, closed!") == fold_words("the harbour closed")


def test_the_dial_goes_one_way():
    """What a careful stop cuts, a more thorough one cuts too, but for repeats and white space that follow from it."""
    for seed in SEEDS:
        kept = [len(apply_cuts(seed, find_cuts(seed, keep=stop))) for stop in sorted(STOPS.values())]
        assert kept == sorted(kept)


def test_every_cut_of_the_model_has_its_score():
    cuts = [cut for decision in find_all_cuts(SEEDS) for cut in decision.cuts]
    mine = [cut for cut in cuts if cut.by.startswith("model:")]
    assert mine
    assert all(cut.by == f"model:{read_model().name}" and cut.score is not None and 0 < cut.score <= 1 for cut in mine)
    assert all(cut.score is None for cut in cuts if not cut.by.startswith("model:"))
    assert all(not cut.by.startswith("model:") for seed in SEEDS for cut in find_cuts(seed, keep=STOPS["rules"]))


@pytest.mark.parametrize("wrong", ["", "none", "0", "-1", "1.1", "nan", "inf", "True"])
def test_a_stop_that_is_none(wrong):
    with pytest.raises(ValueError, match="keep cannot be"):
        read_stop(wrong)


def test_the_model_is_data():
    """No pickle, at most ten megabytes, and a card beside it."""
    folder = ROOT / "src" / "standoff" / "cleaning"
    assert (folder / "model.npz").stat().st_size < 10_000_000
    with np.load(folder / "model.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fiuU" for name in arrays.files)
    assert read_model().name in (folder / "model.md").read_text(encoding="utf-8")


def test_threads_do_not_matter():
    code = "from standoff.cleaning import find_cuts; import sys; print(find_cuts(sys.stdin.read()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], input=SEEDS[0], capture_output=True, text=True, check=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
        ).stdout
        for threads in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def check_floors(figures: dict) -> None:
    for name, floor in tomllib.loads((ROOT / "benchmarks" / "floors.toml").read_text(encoding="utf-8")).items():
        if name.startswith("most_"):
            assert figures[name.removeprefix("most_")] <= floor, name
        else:
            assert figures[name] >= floor, name


def test_the_committed_figures_are_above_the_floors():
    report = json.loads((ROOT / "benchmarks" / "cleaning.json").read_text(encoding="utf-8"))
    assert report["model"] == read_model().name
    check_floors(report["cleaners"]["standoff, default"])


def test_the_figures_are_above_the_floors(monkeypatch):
    """Measured anew, where the labelled news text lies beside the repository."""
    if not (BENCH / "article_text.jsonl.gz").exists():
        pytest.skip("the labelled news text is not here: ../shared/bench")
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    bench = runpy.run_path(str(ROOT / "benchmarks" / "clean.py"))
    scorer, data = bench["load_scorer"](BENCH), bench["read_unseen"](BENCH)
    ours = bench["clean_ours"](STOPS["default"])
    figures = scorer.score(data["article_text"], bench["run"](ours, data["article_text"]))["all"]
    figures["glued"] = scorer.score(data["glued_text"], bench["run"](ours, data["glued_text"]))["all"]["glued"]
    figures["wikinews"] = bench["harm"](bench["run"](ours, data["no_residue"]), data["no_residue"])
    check_floors(figures)
