"""A corpus whose spans nest and cross: check, show, build, export and import."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from datasets import load_dataset

from standoff.add import add
from standoff.build import build
from standoff.check import check
from standoff.clean import clean
from standoff.corpus import Corpus
from standoff.formats import MODULES
from standoff.jsonl import write_records
from standoff.records import Span
from tests.conftest import standoff, template

NESTED = Path(__file__).parent / "nested"
OVERLAPS = [
    "doccano",
    "doccano-codepoints",
    "prodigy",
    "label-studio",
    "brat",
    "webanno",
    "spacy",
    "xmi",
    "web-annotation",
]


def find_nth(text: str, surface: str, nth: int) -> int:
    """Where a surface stands for the n-th time."""
    at = -1
    for _ in range(nth):
        at = text.index(surface, at + 1)
    return at


@pytest.fixture
def nested(tmp_path) -> Corpus:
    corpus = Corpus(tmp_path / "nested")
    for folder in ("guidelines", "annotations/gold"):
        (corpus.root / folder).mkdir(parents=True)
    shutil.copy(NESTED / "standoff.toml", corpus.root)
    shutil.copy(NESTED / "labels.toml", corpus.labels_file)
    (corpus.layer_folder("gold") / "layer.toml").write_text('guidelines = "0.1.0"\nannotators = "ida"\n')
    corpus.card_file.write_text("A mill.\n")
    corpus.changelog_file.write_text("# Changelog\n")
    add(corpus, [NESTED / "text"], template())
    clean(corpus)
    text = corpus.seed_file("mill", redistribute=True).read_text(encoding="utf-8")
    rows = tomllib.loads((NESTED / "gold.toml").read_text(encoding="utf-8"))["span"]
    starts = [(find_nth(text, row["text"], row.get("nth", 1)), row) for row in rows]
    spans = [Span(at, at + len(row["text"]), row["label"], row["text"]) for at, row in starts]
    write_records(corpus.spans_file("gold", "mill"), sorted(spans, key=lambda one: (one.start, one.end, one.label)))
    return corpus


def test_check_takes_them(nested):
    assert check(nested).errors == 0
    nested.labels_file.write_text(nested.labels_file.read_text().replace("overlap = true", "overlap = false"))
    overlaps = [issue for issue in check(nested).issues if issue.rule == "span-overlap"]
    assert len(overlaps) == 7


def test_show_nests_and_names_what_crosses(nested):
    shown = standoff("show", "mill", cwd=nested.root).stdout
    assert "The [University of [Orle]{GPE}]{ORG} in [Vask]{GPE} said" in shown
    assert "the [[Ida Brandt]{PERSON} Library at [Orle]{GPE}]{ORG} had" in shown
    assert "[Ida Brandt and [Per Lode]{PERSON 150-173} Institute]{ORG 165-183} members" in shown
    assert "the [Bank of [Vask]{GPE} and [Orle]{GPE}]{ORG}." in shown


def test_tokens_hold_the_outermost(nested, tmp_path):
    spans = build(nested, tmp_path / "out").accounts[3]
    assert (spans.total, dict(spans.parts)) == (13, {"tagged": 6, "nested": 6, "lost": 1})
    tokens = load_dataset(str(tmp_path / "out"), "tokens", split="train")
    names = tokens.features["ner_tags"].feature.names
    rows = [
        [(token, names[tag]) for token, tag in zip(row["tokens"], row["ner_tags"], strict=True) if names[tag] != "O"]
        for row in tokens
    ]
    assert rows[0] == [("University", "B-ORG"), ("of", "I-ORG"), ("Orle", "I-ORG")]
    whole = load_dataset(str(tmp_path / "out"), "spans", split="train")[0]["spans"]
    assert len(whole) == 13


@pytest.mark.parametrize("format", OVERLAPS)
def test_there_and_back(format, nested, tmp_path):
    out = tmp_path / "out"
    done = standoff("export", format, "--out", str(out), "--json", cwd=nested.root)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["spans"]["written"] + report["spans"]["left out"] == report["spans"]["total"] == 13
    taken = standoff("import", format, str(out), "--layer", "back", "--json", cwd=nested.root)
    assert json.loads(taken.stdout)["rejects"] == []
    written = nested.spans_file("gold", "mill").read_bytes()
    assert nested.spans_file("back", "mill").read_bytes() == written


def test_conll_holds_the_outermost_and_names_the_others(nested, tmp_path):
    done = standoff("export", "conll", "--out", str(tmp_path / "out"), "--json", cwd=nested.root)
    report = json.loads(done.stdout)
    assert (report["spans"]["written"], report["spans"]["left out"]) == (6, 7)
    assert len(report["unsaid"]) == 7
    standoff("import", "conll", str(tmp_path / "out"), "--layer", "back", cwd=nested.root)
    spans = nested.read_spans("back", "mill")
    assert [span.text for span in spans or []] == [
        "University of Orle", "University of Orle", "Vask", "Ida Brandt Library at Orle",
        "Ida Brandt and Per Lode", "Bank of Vask and Orle",
    ]  # fmt: skip


def test_every_format_is_tried():
    assert {*OVERLAPS, "conll"} == set(MODULES)
