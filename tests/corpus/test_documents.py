"""The twelve written documents: their size, their residue, and that no two share a skeleton."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from standoff.corpus import Corpus
from standoff.dataset.leaks import word_runs
from tests.conftest import ROOT

CORPUS = Corpus(ROOT)
SOURCES = CORPUS.read_sources()
WRITTEN = [source for source in SOURCES.values() if source.origin == "written"]
PRIVATE = [source for source in SOURCES.values() if not source.redistribute]
TEXTS = {source.id: CORPUS.read_seed(source) or "" for source in WRITTEN}
SORTS = ("ad", "share", "newsletter", "related", "comments", "navigation", "notice", "credit", "byline", "media")
"""The residue that every written document carries."""
MARKED = Path(__file__).parent / "residue"


def residue(document_id: str) -> list[dict]:
    """The residue of a document as its writer marked it."""
    return [json.loads(line) for line in (MARKED / f"{document_id}.jsonl").read_text().splitlines()]


def test_there_are_twelve_written_documents_and_five_published():
    assert len(WRITTEN) >= 12
    assert len(PRIVATE) >= 5
    assert len({source.outlet for source in WRITTEN}) >= 12


@pytest.mark.parametrize("source", WRITTEN, ids=lambda source: source.id)
def test_a_written_document(source):
    text = TEXTS[source.id]
    assert source.fictional
    assert source.redistribute
    assert source.licence == "CC-BY-4.0"
    assert 300 <= len(text.split()) <= 700
    assert source.title in text.split("\n")
    assert "\u00a0" in text
    marks = residue(source.id)
    assert set(SORTS) <= {mark["kind"] for mark in marks}
    repeated = [text[mark["start"] : mark["end"]] for mark in marks if mark["kind"] == "duplicate"]
    assert source.title in repeated, "the headline stands twice"
    assert any(text.split("\n").count(line) == 1 for line in repeated), "a pull quote stands once as a line"
    assert any(mark["kind"] == "navigation" and mark["end"] < text.index(f"\n{source.title}\n") for mark in marks)
    glued = [mark for mark in marks if _touches(text, mark["start"] - 1) or _touches(text, mark["end"])]
    assert glued, "a piece of residue is stuck to other text"


def _touches(text: str, position: int) -> bool:
    return 0 <= position < len(text) and not text[position].isspace()


def test_residue_of_every_sort_occurs():
    kinds = {mark["kind"] for source in WRITTEN for mark in residue(source.id)}
    expected = "ad share newsletter related comments navigation notice credit byline media duplicate"
    assert kinds == set(expected.split())
    together = "".join(TEXTS.values())
    assert all(character in together for character in "“”‘’—–\u00a0")


@pytest.mark.parametrize("pair", list(combinations(sorted(TEXTS), 2)), ids="-".join)
def test_no_two_documents_share_a_skeleton(pair):
    """Jaccard similarity of word 5-grams, residue included."""
    one, other = (word_runs(TEXTS[document_id], 5) for document_id in pair)
    assert len(one & other) / len(one | other) < 0.05


@pytest.mark.parametrize("source", PRIVATE, ids=lambda source: source.id)
def test_a_private_document(source):
    assert source.file == f"private/{source.id}.txt"
    assert not CORPUS.clean_file(source.id).exists()
    assert CORPUS.read_index()[source.id].split == "test"
