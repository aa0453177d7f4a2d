"""The gold layer and the guidelines it was made under."""

import re
import subprocess
import tomllib

import pytest

from standoff.check import check
from standoff.corpus import Corpus
from standoff.dataset.leaks import RUN, find_leak
from standoff.guidelines import read_schema
from tests.conftest import ROOT, standoff

CORPUS = Corpus(ROOT)
SCHEMA = read_schema(CORPUS.labels_file)
PRIVATE = [source for source in CORPUS.read_sources().values() if not source.redistribute]


def test_check_finds_nothing(ours):
    checked = check(ours)
    assert [str(issue) for issue in checked.issues] == []
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
    assert not any(span.note for source in PRIVATE for span in CORPUS.read_spans("gold", source.id) or [])


def test_no_private_text_is_in_the_repository(articles):
    """No ten consecutive words in any file that git tracks or would track, headlines apart."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    private = [path.read_text(encoding="utf-8") for path in articles.glob("*.txt")]
    headlines = [source.title for source in PRIVATE]
    found = [path.name for path in paths if find_leak([path.read_text("utf-8", "ignore")], private, headlines)]
    assert found == []


@pytest.mark.parametrize("label", SCHEMA.labels, ids=lambda label: label.name)
def test_every_label_has_a_page_with_rules_and_examples(label):
    page = (ROOT / "guidelines" / f"{label.name}.md").read_text(encoding="utf-8")
    assert len(set(re.findall(rf"\b{label.name}-\d+\b", page))) >= 5
    assert len(re.findall(rf"\[[^\]]+\]\{{{label.name}\}}", page)) >= 3
    assert "not:" in page
    assert "Borderline" in page


def test_labels_map_to_both_schemes():
    ontonotes = ["PERSON", "ORG", "GPE", "LOC", "NORP", "PRODUCT", "LAW", "EVENT", "DATE", "MONEY"]
    assert all(SCHEMA.to_scheme("ontonotes")[name] == name for name in ontonotes)
    assert set(SCHEMA.to_scheme("conll").values()) == {"PER", "ORG", "LOC", "MISC"}
    assert {"AFFECTED", "DATA"} <= set(SCHEMA.names)


def test_examples_use_labels_that_exist():
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "guidelines").glob("*.md")]
    used = {label for page in pages for label in re.findall(r"\]\{([A-Z]+)\}", page)}
    assert used == set(SCHEMA.names)


@pytest.mark.parametrize("path", sorted((ROOT / "guidelines").glob("[A-Z]*.md")), ids=lambda path: path.stem)
def test_examples_are_well_formed(path):
    """Marks are flat, with a label and no white space at their edges; a `not:` has a reason and no marks."""
    if path.stem == "CHANGELOG":
        return
    items = [line[2:] for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("- ")]
    for item in items:
        marks = re.findall(r"\[([^\[\]]*)\]\{([A-Z]+)\}", item)
        bare = re.sub(r"\[[^\[\]]*\]\{[A-Z]+\}", "", item)
        assert not set("[]{}") & set(bare), item
        assert all(surface == surface.strip() and surface and label in SCHEMA.names for surface, label in marks), item
        if item.startswith("not:"):
            assert not marks, item
            assert " — " in item, item
