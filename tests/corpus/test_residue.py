"""The cleaner on the seventeen documents: every marked character of residue is cut, every other one is kept."""

import json

import pytest

from standoff.clean import clean
from standoff.cleaning import find_cuts
from standoff.corpus import Corpus
from standoff.files import hash_text
from tests.conftest import ROOT, snapshot, standoff
from tests.corpus.test_documents import MARKED, SOURCES, WRITTEN, residue

CORPUS = Corpus(ROOT)
PUBLISHED = [one for one in SOURCES.values() if one not in WRITTEN and (MARKED / f"{one.id}.jsonl").exists()]


def compare(seed: str, document_id: str) -> tuple[list[int], list[int], int, int]:
    """Offsets of residue that was kept and of text that was lost; marks, and those cut as their kind."""
    kinds: list[str | None] = [None] * len(seed)
    for cut in find_cuts(seed):
        if cut.kind != "whitespace":
            kinds[cut.start : cut.end] = [cut.kind] * (cut.end - cut.start)
    marks = residue(document_id)
    inside = {at for mark in marks for at in range(mark["start"], mark["end"])}
    visible = [at for at in range(len(seed)) if not seed[at].isspace()]
    missed = [at for at in visible if at in inside and kinds[at] is None]
    lost = [at for at in visible if at not in inside and kinds[at] is not None]
    right = sum(kinds[mark["start"]] == mark["kind"] for mark in marks)
    return missed, lost, len(marks), right


@pytest.mark.parametrize("source", WRITTEN, ids=lambda source: source.id)
def test_written(source):
    missed, lost, marks, right = compare(CORPUS.read_seed(source) or "", source.id)
    assert (missed, lost) == ([], [])
    assert right / marks >= 0.9


@pytest.mark.parametrize("source", PUBLISHED, ids=lambda source: source.id)
def test_published(source, articles):
    seed = (articles / f"{source.id}.txt").read_text(encoding="utf-8")
    assert hash_text(seed) == source.sha256
    missed, lost, marks, right = compare(seed, source.id)
    assert (missed, lost) == ([], [])
    assert right / marks >= 0.9


def test_kinds_are_right():
    """Floor over all written documents: 99 of 100 marks are cut as the kind their writer gave."""
    counts = [compare(CORPUS.read_seed(source) or "", source.id)[2:] for source in WRITTEN]
    assert sum(right for _, right in counts) / sum(marks for marks, _ in counts) >= 0.99


def test_duplicates_keep_their_first_occurrence(articles):
    """A headline in a crumb is never the first: the line of its own is kept."""
    source = SOURCES["004_bf47328ebf7a828c"]
    seed = (articles / f"{source.id}.txt").read_text(encoding="utf-8")
    crumb, headline = seed.index(source.title), seed.index(f"\n{source.title}") + 1
    cuts = find_cuts(seed)
    assert any(cut.start <= crumb < cut.end and cut.kind == "navigation" for cut in cuts)
    assert not any(cut.start <= headline < cut.end for cut in cuts)


def test_committed_cuts_come_from_the_rules(ours):
    """Without `corpus/` the same files come back; those of the private documents are looked at below."""
    committed = snapshot(ours.root / "corpus")
    private = {f"{source.id}.cuts.jsonl" for source in SOURCES.values() if not source.redistribute}
    for path in [*(ours.root / "corpus").glob("*.cuts.jsonl"), *(ours.root / "corpus" / "text").glob("*.txt")]:
        if path.name not in private:
            path.unlink()
    clean(ours)
    assert snapshot(ours.root / "corpus") == committed


def test_committed_cuts_of_the_five_come_from_the_rules(ours, articles):
    committed = snapshot(ours.root / "corpus")
    for name in committed:
        if not name.endswith(".md"):
            (ours.root / "corpus" / name).unlink()
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    assert standoff("clean", cwd=ours.root).returncode == 0
    assert snapshot(ours.root / "corpus") == committed


def test_every_document_has_its_residue_marked():
    assert {source.id for source in WRITTEN} | {source.id for source in PUBLISHED} <= set(SOURCES)
    assert len(PUBLISHED) >= 5
    assert {source.id for source in WRITTEN} <= {path.stem for path in MARKED.glob("*.jsonl")} <= set(SOURCES)
    for path in MARKED.glob("*.jsonl"):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        assert rows == sorted(rows, key=lambda row: row["start"])
