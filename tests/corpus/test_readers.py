"""The two readings of all documents, the round they were read in, and the figures that are told of them."""

import re
import tomllib

import pytest

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.adjudicate.decisions import read_decisions
from standoff.agree.agreement import agree, score_layers
from standoff.corpus import Corpus
from standoff.doccano.rounds import read_rounds
from tests.conftest import ROOT, snapshot, standoff

CORPUS = Corpus(ROOT)
READERS = ["reader-a", "reader-b"]


def test_both_have_read_every_document_from_nothing():
    assert CORPUS.annotators() == READERS
    for reader in READERS:
        assert [one for one in CORPUS.read_sources() if CORPUS.read_spans(reader, one) is None] == []
        layer = tomllib.loads((CORPUS.layer_folder(reader) / "layer.toml").read_text(encoding="utf-8"))
        assert layer["annotators"] == "machine reader"
        assert (layer["suggestions"], layer["rounds"]) == ("none", ["first"])
        assert layer["projects"] == [f"breach-news first {reader}"]
    (plan,) = read_rounds(CORPUS)
    assert {deal.annotator: sorted(deal.documents) for deal in plan.deals} == {
        reader: sorted(CORPUS.read_sources()) for reader in READERS
    }


def test_agreement_is_as_the_card_says():
    documents, rows = score_layers(CORPUS, READERS)
    told = re.search(
        r"F1 between the two is (\d\.\d+)", (ROOT / "docs" / "dataset-card.md").read_text(encoding="utf-8")
    )
    assert told is not None
    assert (documents, f"{rows[0].strict.f1:.3f}") == (17, told[1])
    assert min(row.strict.f1 for row in rows if row.strict.f1 is not None) >= 0.85


def test_kappa_and_alpha_are_as_the_card_says(ours, articles):
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    found = agree(ours, READERS)
    kappa = found.pairs[0].kappa
    assert kappa is not None
    card = (ROOT / "card.md").read_text(encoding="utf-8")
    told = [float(one) for one in re.findall(r"kappa (\.\d+) over all tokens and (\.\d+)", card)[0]]
    assert [kappa.all, kappa.marked] == pytest.approx(told, abs=0.0005)
    assert found.alpha == pytest.approx(float(re.findall(r"alpha (\.\d+)", card)[0]), abs=0.0005)


def test_gold_is_what_adjudication_makes_of_them(ours):
    """Adjudicated again, nothing changes: every difference is decided, and gold is as decided."""
    before = snapshot(ours.root)
    done = adjudicate(ours, READERS, "gold", Policy("majority"))
    assert done.open == ()
    assert snapshot(ours.root) == before
    assert len(read_decisions(ours)) == 3
    assert {one.by for one in read_decisions(ours).values()} == {"person:machine-adjudicator"}
