"""Agreement: hand-worked cases, the libraries, and laws that hold for any annotators."""

import json
import tomllib
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from standoff.agree.agreement import agree
from standoff.agree.intervals import count_matches, score_pairs
from standoff.agree.matches import find_matches
from standoff.agree.regions import find_regions
from standoff.agree.tokens import find_alpha, find_kappa, label_tokens
from standoff.dataset.tokens import Token
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import Span
from tests.conftest import ROOT, snapshot, standoff

CASES = tomllib.loads((ROOT / "tests" / "cases" / "agree" / "pairs.toml").read_text(encoding="utf-8"))
LABELS = ["PERSON", "ORG", "DATA"]


def spans(rows):
    return tuple(sorted(Span(start, end, label, "") for start, end, label in rows))


RANGES = st.tuples(st.integers(0, 30), st.integers(1, 6)).map(lambda one: (one[0], one[0] + one[1]))
ANY = st.lists(st.tuples(RANGES, st.sampled_from(LABELS)), unique=True, max_size=8).map(
    lambda rows: spans((start, end, label) for (start, end), label in rows)
)


@st.composite
def flat(draw):
    """Spans that do not overlap."""
    edges = sorted(draw(st.lists(st.integers(0, 40), unique=True, max_size=14)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return spans((start, end, draw(st.sampled_from(LABELS))) for start, end in pairs)


@pytest.mark.parametrize("name", CASES)
def test_cases_worked_by_hand(name):
    case = CASES[name]
    matches = find_matches(spans(case["one"]), spans(case["other"]))
    rows = {row.label: row for row in score_pairs([count_matches({"d": matches}, LABELS)], LABELS)}
    for measure in ("strict", "partial"):
        expected = {label: twice / total for label, (twice, total) in case[measure].items()}
        found = {label: getattr(row, measure).f1 for label, row in rows.items()}
        assert {label: value for label, value in found.items() if value is not None} == pytest.approx(expected)
    loose = [match for match in matches if not match.strict]
    names = Counter(f"{m.one.label if m.one else 'nothing'} {m.other.label if m.other else 'nothing'}" for m in loose)
    assert dict(names) == case["confusion"]
    edges = [[m.other.start - m.one.start, m.other.end - m.one.end, 1] for m in loose if m.partial]
    assert edges == case["boundaries"]


@given(ANY, ANY)
def test_every_span_is_in_one_match_and_the_order_of_the_two_does_not_matter(one, other):
    matches = find_matches(one, other)
    assert sorted(m.one for m in matches if m.one) == list(one)
    assert sorted(m.other for m in matches if m.other) == list(other)
    back = find_matches(other, one)
    for measure in ("strict", "partial"):
        assert sum(getattr(m, measure) for m in matches) == sum(getattr(m, measure) for m in back)
    assert sum(m.strict for m in matches) == len(set(one) & set(other))


@given(flat(), flat())
@settings(max_examples=60)
def test_figures_are_those_of_nervaluate(one, other):
    """Where no span touches two of the other's, so that its pairs and ours are the same."""
    rows = {row.label: row for row in score_pairs([count_matches({"d": find_matches(one, other)}, LABELS)], LABELS)}
    touching = [(a, b) for a in one for b in other if a.start < b.end and b.start < a.end]
    if len({a for a, _ in touching}) < len(touching) or len({b for _, b in touching}) < len(touching):
        return
    items = [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in side] for side in (one, other)]
    result = Evaluator([items[0]], [items[1]], tags=LABELS, loader="dict").evaluate()["entities"]
    for label in LABELS:
        counts = [sum(s.label == label for s in side) for side in (one, other)]
        if not sum(counts):
            continue
        strict = result[label]["strict"].correct if label in result else 0
        assert rows[label].strict.f1 == pytest.approx(2 * strict / sum(counts))
        partial = [(a, b) for a, b in touching if a.label == b.label == label]
        half = sum(1.0 if (a.start, a.end) == (b.start, b.end) else 0.5 for a, b in partial)
        assert rows[label].partial.f1 == pytest.approx(2 * half / sum(counts))


@given(ANY, ANY, ANY)
def test_regions_hold_every_span_that_is_not_agreed(one, other, third):
    layers = {"a": one, "b": other, "c": third}
    agreed, regions = find_regions(layers)
    for layer, held in layers.items():
        assert sorted([*agreed, *(s for region in regions for s in region.readings[layer])]) == list(held)
    ranges = sorted((region.start, region.end) for region in regions)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))
    for region in regions:
        assert len(set(region.readings.values())) > 1
        assert all(region.start <= s.start < s.end <= region.end for held in region.readings.values() for s in held)
        assert not any(s.start < region.end and region.start < s.end for s in agreed)


@given(ANY)
def test_nobody_disagrees_with_themselves(one):
    agreed, regions = find_regions({"a": one, "b": one})
    assert (sorted(agreed), regions) == (list(one), [])


def test_the_interval_is_that_of_a_plain_bootstrap():
    """Documents drawn with replacement, one by one, F1 of the pooled counts; no vectors."""
    pairs = [(spans([[0, 4, "ORG"]] * (n % 3 > 0)), spans([[0, 4 + (n % 2), "ORG"]])) for n in range(40)]
    counts = count_matches({str(n): find_matches(*pair) for n, pair in enumerate(pairs)}, ["ORG"])
    found = score_pairs([counts], ["ORG"])[0].strict
    random = np.random.default_rng(7)
    spread = []
    for _ in range(4000):
        drawn = counts[random.integers(0, 40, 40), 0].sum(axis=0)
        spread.append(2 * drawn[2] / (drawn[0] + drawn[1]))
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(spread, [2.5, 97.5])), abs=0.02)
    assert found.low < found.f1 < found.high


def test_one_document_tells_no_interval_and_no_span_no_figure():
    row = score_pairs([count_matches({"d": find_matches(spans([[0, 2, "ORG"]]), ())}, LABELS)], LABELS)
    assert (row[0].strict.f1, row[0].strict.low) == (0.0, None)
    assert row[1].strict.f1 is None


def test_alpha_is_that_of_the_published_example():
    """Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: nominal, missing values, 0.743."""
    rows = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    labels = {str(n): [None if one == "." else one for one in row.split()] for n, row in enumerate(rows)}
    assert find_alpha(labels) == pytest.approx(0.743, abs=0.001)


def test_kappa_worked_by_hand():
    """Ten tokens: 8 of 10 the same; by chance (.7 x .7 + .3 x .3) = .58; kappa = (.8 - .58) / (1 - .58)."""
    one = ["O"] * 7 + ["ORG"] * 3
    other = ["O"] * 6 + ["ORG"] + ["O"] + ["ORG"] * 2
    kappa = find_kappa(one, other)
    assert kappa.all == pytest.approx(0.22 / 0.42)
    assert (kappa.tokens, kappa.marked_tokens) == (10, 4)
    assert find_kappa(["O"], ["O"]).all is None


def test_a_token_has_the_label_of_the_longest_span_on_it():
    tokens = [Token(0, 4, "Bank"), Token(5, 7, "of"), Token(8, 11, "Zed"), Token(11, 12, ".")]
    assert label_tokens(tokens, spans([[0, 11, "ORG"], [8, 11, "GPE"]])) == ["ORG", "ORG", "ORG", "O"]
    assert label_tokens(tokens, spans([[2, 6, "ORG"]])) == ["ORG", "ORG", "O", "O"]


@pytest.fixture
def three(mini):
    """Ida reads as gold does; ben leaves one span out, calls another ORG; cleo has read one document alone."""
    ids = sorted(one for one in mini.read_index())
    for one in ids:
        gold = mini.read_spans("gold", one)
        write_records(mini.spans_file("ida", one), gold)
        write_records(mini.spans_file("ben", one), gold[1:])
    write_records(mini.spans_file("cleo", ids[0]), [])
    return mini


def test_a_corpus_end_to_end(three):
    before = snapshot(three.root)
    found = agree(three, ["ida", "ben", "cleo"])
    assert snapshot(three.root) == before
    assert [pair.documents for pair in found.pairs] == [5, 1, 1]
    first = found.pairs[0]
    assert first.rows[0].label == "all"
    total = sum(len(three.read_spans("gold", one)) for one in three.read_index())
    assert first.rows[0].spans == (total, total - 5)
    assert first.rows[0].strict.f1 == pytest.approx(2 * (total - 5) / (2 * total - 5))
    assert set(first.confusion) == {(label, "nothing") for label, _ in first.confusion}
    assert sum(first.confusion.values()) == 5
    assert found.alpha is not None and 0 < found.alpha < 1
    assert len({one.document for one in found.disagreements}) == 5
    assert found.ledger.to_dict()["cleo: documents"] == {"total": 1, "compared": 1, "read by nobody else": 0}


def test_what_is_printed_and_json(three, tmp_path):
    done = standoff("agree", "ida", "ben", "--plot", str(tmp_path / "a.svg"), cwd=three.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Cohen's kappa" in done.stdout
    assert "    ben: nothing" in done.stdout
    picture = (tmp_path / "a.svg").read_bytes()
    assert picture.startswith(b"<?xml")
    value = json.loads(standoff("agree", "ida", "ben", "--json", cwd=three.root).stdout)
    assert value["pairs"][0]["labels"][0]["label"] == "all"
    assert len(value["disagreements"]) == 5
    standoff("agree", "ida", "ben", "--plot", str(tmp_path / "b.svg"), cwd=three.root)
    assert (tmp_path / "b.svg").read_bytes() == picture


def test_private_text_that_is_not_here_leaves_spans_alone(three):
    three.seed_file("quarry", redistribute=False).unlink()
    found = agree(three, ["ida", "ben"], ["quarry"])
    assert found.pairs[0].documents == 1
    assert found.pairs[0].kappa is None
    assert found.alpha is None
    assert found.disagreements[0].context == ""
    assert "quarry" in found.ledger.remarks[0]
    assert "no value" in standoff("agree", "ida", "ben", "--only", "quarry", cwd=three.root).stdout


def test_layers_without_a_common_document_are_no_error(three):
    ids = sorted(three.read_index())
    write_records(three.spans_file("dora", ids[1]), [])
    done = standoff("agree", "cleo", "dora", cwd=three.root)
    assert done.returncode == 0
    assert "no document that both have read" in done.stdout
    assert json.loads(standoff("agree", "cleo", "dora", "--json", cwd=three.root).stdout)["mean"] == []


def test_a_label_that_one_never_used_is_no_error(three):
    found = agree(three, ["cleo", "ida"])
    assert {row.strict.f1 for row in found.pairs[0].rows if row.spans[1]} == {0.0}
    assert {row.strict.f1 for row in found.pairs[0].rows if row.spans == (0, 0)} <= {None}


@pytest.mark.parametrize("layers", [["ida"], ["ida", "ida"], ["ida", "nobody"]])
def test_wrong_use_is_told(three, layers):
    with pytest.raises(StandoffError):
        agree(three, layers)
    assert standoff("agree", *layers, cwd=three.root).returncode == 2
