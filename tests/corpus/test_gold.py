"""The gold layer and the guidelines it was made under."""

import subprocess
import tomllib

import pytest

from standoff.check import check
from standoff.check.rules import read_rules
from standoff.check.worklist import list_work
from standoff.corpus import Corpus
from standoff.dataset.leaks import RUN, find_leak
from standoff.guidelines import read_schema
from standoff.guidelines.citations import cited_rules
from standoff.guidelines.pages import read_guidelines
from tests.conftest import ROOT, standoff

CORPUS = Corpus(ROOT)
SCHEMA = read_schema(CORPUS.labels_file)
GUIDELINES = read_guidelines(CORPUS.labels_file.parent)
PRIVATE = [source for source in CORPUS.read_sources().values() if not source.redistribute]


def test_check_finds_nothing(ours):
    checked = check(ours)
    assert [issue for issue in checked.issues if read_rules()[issue.rule].severity != "note"] == []
    assert checked.documents >= 17
    assert set(checked.absent) == {source.id for source in PRIVATE}


def test_check_finds_nothing_with_the_private_texts(ours, articles):
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    done = standoff("check", cwd=ours.root)
    assert (done.returncode, "no errors" in done.stdout, "not here" in done.stdout) == (0, True, False)


def test_every_document_has_gold():
    spans = {document_id: CORPUS.read_spans("gold", document_id) for document_id in CORPUS.read_sources()}
    assert [name for name, found in spans.items() if found is None] == []
    assert {span.label for found in spans.values() for span in found or []} == set(SCHEMA.names)


def test_the_layer_says_who_made_it_and_under_which_guidelines():
    layer = tomllib.loads((CORPUS.layer_folder("gold") / "layer.toml").read_text(encoding="utf-8"))
    assert layer["guidelines"] == SCHEMA.version
    assert layer["annotators"] == "machine readers"


def test_surfaces_of_private_texts_are_names_not_sentences():
    surfaces = [span.text for source in PRIVATE for span in CORPUS.read_spans("gold", source.id) or []]
    assert max(len(surface.split()) for surface in surfaces) < RUN
    notes = [span.note for source in PRIVATE for span in CORPUS.read_spans("gold", source.id) or [] if span.note]
    assert all(", ".join(cited_rules(note)) == note for note in notes), "a note cites rules and says nothing else"


def test_no_private_text_is_in_the_repository(articles):
    """No ten consecutive words in any file that git tracks or would track, headlines apart."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    private = [path.read_text(encoding="utf-8") for path in articles.glob("*.txt")]
    headlines = [source.title for source in PRIVATE]
    found = [path.name for path in paths if find_leak([path.read_text("utf-8", "ignore")], private, headlines)]
    assert found == []


@pytest.mark.parametrize("label", SCHEMA.names)
def test_every_label_has_fifteen_rules_each_with_an_example(label):
    rules = [rule for rule in GUIDELINES.rules if rule.label == label]
    assert len(rules) >= 15
    assert [rule.id for rule in rules if not (rule.examples or rule.counterexamples)] == []


@pytest.mark.parametrize("label", SCHEMA.names)
def test_every_label_has_examples_from_documents(label):
    """At least six examples of a page stand word for word in a document, and gold agrees with them."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "corpus" / "text").glob("*.txt")]
    examples = [one for rule in GUIDELINES.rules if rule.label == label for one in rule.examples]
    assert sum(any(one.text in text for text in texts) for one in examples) >= 6


def test_spans_cite_the_rules_that_decided_them():
    notes = [span.note for id in CORPUS.read_sources() for span in CORPUS.read_spans("gold", id) or [] if span.note]
    assert len(notes) >= 100
    assert {rule for note in notes for rule in cited_rules(note)} <= GUIDELINES.ids


def test_nothing_is_left_to_read_again(ours):
    assert list_work(ours, "gold") == []


def test_labels_map_to_both_schemes():
    ontonotes = ["PERSON", "ORG", "GPE", "LOC", "NORP", "PRODUCT", "LAW", "EVENT", "DATE", "MONEY"]
    assert all(SCHEMA.to_scheme("ontonotes")[name] == name for name in ontonotes)
    assert set(SCHEMA.to_scheme("conll").values()) == {"PER", "ORG", "LOC", "MISC"}
    assert {"AFFECTED", "DATA"} <= set(SCHEMA.names)
