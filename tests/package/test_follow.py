"""Which rules a model follows: small pipelines of spaCy, run over the pages of the cases."""

import json
import shutil

import pytest
import spacy

from standoff.guidelines.pages import read_guidelines
from standoff.models.follow import follow, sum_up, to_marker
from tests.conftest import standoff
from tests.package.test_guidelines import write_pages
from tests.package.test_models import make_ruler

PATTERNS = [
    ("Zerrand Ltd", "ORG"),
    ("Zerrand", "ORG"),
    ("Orvane Health", "ORG"),
    ("Ada Kerr", "PERSON"),
    ("the nurse", "PERSON"),
    ("The nurse Jon Pellar", "PERSON"),
    ("the company", "PERSON"),
    ("Friday", "DATE"),
]


@pytest.fixture
def guidelines(tmp_path):
    return read_guidelines(write_pages(tmp_path))


def run(guidelines, patterns, tmp_path, **options):
    return follow(guidelines, to_marker(spacy.load(make_ruler(tmp_path / "ruler", patterns))), **options)


def table(following):
    """Followed and all of each rule."""
    return {rule.rule: (rule.followed, rule.of) for rule in following.rules}


def test_rule_by_rule(guidelines, tmp_path):
    following = run(guidelines, PATTERNS, tmp_path)
    assert table(following) == {
        "ALL-1": (1, 1),
        "PERSON-1": (1, 3),  # Kerr alone is missed, the nurse's title is in
        "PERSON-N": (0, 1),
        "ORG-1": (2, 2),
        "ORG-2": (2, 2),  # with the row of the table
        "ORG-N": (2, 2),  # "the company" is no ORG for it; in "Zerrand's" the name is found, not the whole
        "DATA-1": (0, 3),
        "DATA-N": (1, 1),
        "DATA-B1": (1, 1),
    }
    assert {row.rule: (row.followed, row.of) for row in following.labels}["ORG"] == (6, 6)
    total = sum_up("all", following.rules)
    assert (total.right, total.examples, total.respected, total.counterexamples) == (7, 12, 3, 4)


def test_the_first_miss_is_shown_in_inline_form(guidelines, tmp_path):
    following = run(guidelines, PATTERNS, tmp_path)
    misses = {rule.rule: rule.misses for rule in following.rules}
    first = misses["PERSON-1"][0]
    assert first.found == "[The nurse Jon Pellar]{PERSON} wrote to [Zerrand]{ORG}."
    assert first.wanted == "The nurse [Jon Pellar]{PERSON} wrote to [Zerrand]{ORG}."
    assert (first.path, first.line) == ("guidelines/PERSON.md", 6)
    assert [(miss.wanted, miss.found) for miss in misses["PERSON-N"]] == [("not: the nurse", "[the nurse]{PERSON}")]


def test_a_model_that_marks_everything_as_it_should(guidelines, tmp_path):
    patterns = [(span.text, span.label) for example in guidelines.examples for span in example.spans]
    following = run(guidelines, [one for one in patterns if one[0] != "names"], tmp_path)
    missed = {rule.rule for rule in following.rules if rule.followed < rule.of}
    assert missed == {"DATA-1"}, "names alone was left out"
    assert follow(guidelines, to_marker(spacy.blank("en"))).rules[0].right == 0


def test_labels_of_another_scheme(guidelines, tmp_path):
    """Labels of no name there are left out, and so are their pages; DATE is nobody's."""
    following = run(guidelines, [("Ada Kerr", "PER"), ("Zerrand", "ORG"), ("left", "DATE")], tmp_path, scheme="conll")
    assert following.left_out == ("DATA",)
    assert {row.rule for row in following.labels} == {"ALL", "PERSON", "ORG"}
    assert table(following)["PERSON-1"] == (1, 3)
    assert table(following)["ORG-2"] == (2, 2)


def test_the_command(mini, tmp_path):
    model = make_ruler(tmp_path / "ruler", PATTERNS)
    done = standoff("evaluate", model, "--guidelines", cwd=mini.root)
    assert (done.returncode, "the guidelines have no rules to follow" in done.stderr) == (1, True)
    shutil.rmtree(mini.root / "guidelines")
    write_pages(mini.root)
    done = standoff("evaluate", model, "--guidelines", cwd=mini.root)
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["rule", "followed", "first", "miss"]
    assert ["ORG-N", "2/2"] in lines
    assert ["all", "10/16", "7/12", "3/4"] in lines
    shown = json.loads(standoff("evaluate", model, "--guidelines", "--json", cwd=mini.root).stdout)
    assert (shown["all"]["followed"], shown["all"]["of"]) == (10, 16)
    assert shown["rules"][1]["misses"][0]["line"] == 6
