"""Agreement: hand-worked cases, the libraries, and laws that hold for any annotators."""

import json
import re
import tomllib
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from standoff.agree.agreement import agree
from standoff.agree.differences import count_confusion, count_shifts, count_token_shifts
from standoff.agree.intervals import ALL, RESAMPLES, count_matches, score_pairs
from standoff.agree.matches import find_matches
from standoff.agree.readings import split_tokens
from standoff.agree.regions import find_regions
from standoff.agree.tokens import find_alpha, find_kappa, label_tokens
from standoff.dataset.tokens import Token, split_sentences
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import Span
from tests.conftest import GOLD, ROOT, TEXTS, find_spans, snapshot, standoff

CASES, GROUPS, CROWD = (
    tomllib.loads((ROOT / "tests" / "cases" / "agree" / name).read_text(encoding="utf-8"))
    for name in ("pairs.toml", "groups.toml", "crowd.toml")
)
DOCS = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
LABELS = ["PERSON", "ORG", "DATA"]
BEN = {
    "ferry": {"the passport numbers": "DATA"}, "clinic": {"Tom Rask": "ORG"}, "school": {}, "bank": {},
}  # fmt: skip
"""Where Ben, in the example of the docs, marks otherwise than gold."""
LEFT_OUT = [("ferry", "passport numbers"), ("school", "exam results")]


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
    confusion = {" ".join(pair): count for pair, count in count_confusion(matches).items()}
    assert confusion == case["confusion"]
    assert [[*ends, count] for ends, count in count_shifts(matches).items()] == case["boundaries"]


@pytest.mark.parametrize("name", GROUPS)
def test_groups_worked_by_hand(name, corpus_of):
    case = GROUPS[name]
    found = agree(corpus_of(case["documents"]), ["a", "b", "c"])
    read = {" ".join(pair.layers): pair.rows[0].strict.f1 for pair in found.pairs if pair.rows}
    assert read == pytest.approx({pair: twice / total for pair, (twice, total) in case["pairs"].items()})
    assert found.rows[0].strict.f1 == pytest.approx(case["mean"][0] / case["mean"][1])


@given(ANY, ANY, st.randoms(use_true_random=False))
def test_every_span_is_in_one_match_and_no_order_matters(one, other, dice):
    matches = find_matches(one, other)
    assert sorted(m.one for m in matches if m.one) == list(one)
    assert sorted(m.other for m in matches if m.other) == list(other)
    assert {(m.one, m.other) for m in matches} == {(m.other, m.one) for m in find_matches(other, one)}
    assert matches == find_matches(*(dice.sample(side, len(side)) for side in (one, other)))
    assert sum(m.strict for m in matches) == len(set(one) & set(other))


@given(ANY)
def test_agreement_with_oneself_is_whole(one):
    rows = score_pairs([count_matches({"d": find_matches(one, one)}, LABELS)], LABELS)
    used = {span.label for span in one} | ({ALL} if one else set())
    assert {row.label: (row.strict.f1, row.partial.f1) for row in rows} == {
        label: (1.0, 1.0) if label in used else (None, None) for label in [ALL, *LABELS]
    }


@st.composite
def apart(draw):
    """Spans of one label of two annotators, so that none touches two of the other's."""
    cells = draw(st.lists(st.tuples(*[st.none() | st.tuples(st.integers(0, 4), st.integers(1, 5))] * 2), max_size=6))
    sides = [[], []]
    for at, cell in enumerate(cells):
        for side, place in zip(sides, cell, strict=True):
            if place is not None:
                side.append([10 * at + place[0], 10 * at + sum(place), "ORG"])
    return spans(sides[0]), spans(sides[1])


@given(apart())
@settings(max_examples=60)
def test_partial_is_that_of_nervaluate(pair):
    """Its `partial` does not look at labels, so it is asked of one label, where no span touches two of the other's."""
    if not any(pair):
        return
    truth, guess = ([{"label": s.label, "start": s.start, "end": s.end - 1} for s in side] for side in pair)
    theirs = Evaluator([truth], [guess], tags=["ORG"], loader="dict").evaluate()["overall"]
    ours = score_pairs([count_matches({"d": find_matches(*pair)}, ["ORG"])], ["ORG"])[1]
    assert ours.partial.f1 == pytest.approx(theirs["partial"].f1)
    assert ours.strict.f1 == pytest.approx(theirs["strict"].f1)


@given(flat(), flat())
@settings(max_examples=60)
def test_strict_is_that_of_nervaluate_for_each_label(one, other):
    rows = {row.label: row for row in score_pairs([count_matches({"d": find_matches(one, other)}, LABELS)], LABELS)}
    sides = [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in side] for side in (one, other)]
    theirs = Evaluator([sides[0]], [sides[1]], tags=LABELS, loader="dict").evaluate()["entities"]
    for label in {span.label for span in one + other}:
        assert rows[label].strict.f1 == pytest.approx(theirs[label]["strict"].f1 if label in theirs else 0)


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


def test_the_interval_of_a_pair_is_of_its_own_documents(corpus_of):
    """A third annotator, who has read more, tells nothing of the two others."""
    two = {"tram": {"a": [[0, 4, "ORG"]], "b": [[0, 4, "ORG"]]}}
    more = {"quay": {"a": [[0, 4, "ORG"]], "c": [[0, 3, "ORG"]]}, "mill": {"a": [], "c": []}}
    assert agree(corpus_of(two | more), ["a", "b", "c"]).pairs[0].rows == agree(corpus_of(two), ["a", "b"]).rows
    score = agree(corpus_of(two | more), ["a", "b", "c"]).pairs[0].rows[0].strict
    assert (score.f1, score.low, score.high) == (1.0, None, None)


@given(st.lists(st.lists(ANY, min_size=3, max_size=3), min_size=2, max_size=3))
@settings(max_examples=15)
def test_the_mean_does_not_turn_on_the_order_of_layers(documents):
    def score(order):
        pairs = [
            {str(at): find_matches(held[a], held[b]) for at, held in enumerate(documents)}
            for a, b in combinations(order, 2)
        ]
        rows = score_pairs([count_matches(pair, LABELS) for pair in pairs], LABELS)
        return [value for row in rows for one in (row.strict, row.partial) for value in (one.f1, one.low, one.high)]

    first, *others = (score(order) for order in permutations(range(3)))
    assert all(one == pytest.approx(first) for one in others)


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


def test_alpha_worked_by_hand():
    """Eight values, 5 O and 3 X: 2 of 8 pairs differ, by chance 1 - (5 x 4 + 3 x 2) / (8 x 7) = 30/56 of them would."""
    assert find_alpha({"a": list("OOXX"), "b": list("OOXO")}) == pytest.approx(1 - 0.25 * 56 / 30)
    assert find_alpha({"b": list("OOXO"), "a": list("OOXX")}) == pytest.approx(1 - 0.25 * 56 / 30)


@pytest.mark.parametrize(
    "labels",
    [{"a": ["O"], "b": ["O"]}, {"a": ["O", "X"], "b": ["O", None]}, {"a": ["O", None], "b": [None, "X"]}, {"a": []}],
    ids=["one label", "two labels, one compared", "nothing compared", "no token"],
)
def test_alpha_without_a_value_is_none(labels):
    assert find_alpha(labels) is None


def test_kappa_worked_by_hand():
    """Ten tokens: 8 of 10 the same; by chance (.7 x .7 + .3 x .3) = .58; kappa = (.8 - .58) / (1 - .58)."""
    one = ["O"] * 7 + ["ORG"] * 3
    other = ["O"] * 6 + ["ORG"] + ["O"] + ["ORG"] * 2
    kappa = find_kappa(one, other)
    assert kappa.all == pytest.approx(0.22 / 0.42)
    assert (kappa.tokens, kappa.marked_tokens) == (10, 4)
    assert find_kappa(["O"], ["O"]).all is None


PARTS = [*TEXTS.values(), " ", "\n", "\r\n", "Mrs. A. Ó", "e\u0301 👩‍👧", "\u200b\u3000x"]


@given(st.lists(st.sampled_from(PARTS), max_size=4))
@settings(max_examples=25)
def test_tokens_are_those_of_the_config(parts):
    text = "".join(parts)
    assert split_tokens(text, "en") == [token for sentence in split_sentences(text, "en") for token in sentence]


def test_a_token_has_the_label_of_the_longest_span_on_it():
    tokens = [Token(0, 4, "Bank"), Token(5, 7, "of"), Token(8, 11, "Zed"), Token(11, 12, ".")]
    assert label_tokens(tokens, spans([[0, 11, "ORG"], [8, 11, "GPE"]])) == ["ORG", "ORG", "ORG", "O"]
    assert label_tokens(tokens, spans([[2, 6, "ORG"]])) == ["ORG", "ORG", "O", "O"]


def test_ends_that_differ_are_counted_in_tokens():
    starts = [0, 3, 8, 14, 20]
    matches = find_matches(spans([[3, 13, "ORG"], [14, 19, "DATA"]]), spans([[0, 19, "ORG"], [15, 19, "DATA"]]))
    assert dict(count_token_shifts([(starts, matches)])) == {(-1, 1): 1, (1, 0): 1}
    # both begin within a token: what is left of it is no token
    assert dict(count_token_shifts([(starts, find_matches(spans([[15, 19, "ORG"]]), spans([[16, 19, "ORG"]])))])) == {
        (0, 0): 1
    }


def crowd(label):
    """Each tweet's readings: the spans of a worker, in tokens, and the label of each token."""
    for count, *workers in CROWD[label]["tweets"]:
        found = []
        for clicks in workers:
            starts = [at for at in clicks if at - 1 not in clicks]
            ends = [at + 1 for at in clicks if at + 1 not in clicks]
            marked = ["O" if at not in clicks else label for at in range(count)]
            found.append((spans([one, end, label] for one, end in zip(starts, ends, strict=True)), marked))
        yield found


@pytest.mark.parametrize("label", CROWD)
def test_the_crowd_is_as_docs_say(label):
    """The workers of a tweet in pairs; tweets are resampled, since pairs of one tweet are not independent."""
    tweets = list(crowd(label))
    pairs = {
        str(at): [match for (one, _), (other, _) in combinations(workers, 2) for match in find_matches(one, other)]
        for at, workers in enumerate(tweets)
    }
    row = score_pairs([count_matches(pairs, [label])], [label])[0]
    assert row.strict.f1 == pytest.approx(CROWD[label]["f1"][0] / CROWD[label]["f1"][1])
    both = [two for workers in tweets for two in combinations([labels for _, labels in workers], 2)]
    kappa = find_kappa(*([token for pair in both for token in pair[side]] for side in (0, 1)))
    alpha = find_alpha(
        {str(at): [token for workers in tweets for token in workers[at][1]] for at in range(len(tweets[0]))}
    )
    cells = [label, len(tweets), len(both), f"{row.strict.f1:.2f} ({row.strict.low:.2f}–{row.strict.high:.2f})"]
    cells += [f"{value:.2f}" for value in (row.partial.f1, kappa.all, kappa.marked, alpha)]
    assert f"| {' | '.join(map(str, cells))} |" in DOCS


@pytest.fixture
def corpus_of(mini):
    """Spans by document and layer as layers of the small corpus, in place of its own; ids are those it has."""

    def make(documents):
        ids = dict(zip(documents, sorted(mini.read_index()), strict=False))
        for layer in ("a", "b", "c"):
            for path in mini.layer_folder(layer).glob("*.jsonl"):
                path.unlink()
            for document, layers in documents.items():
                if layer in layers:
                    rows = [Span(start, end, label, "") for start, end, label in layers[layer]]
                    write_records(mini.spans_file(layer, ids[document]), rows)
        return mini

    return make


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
    assert found.ledger.to_dict()["cleo: documents"] == {
        "total": 1, "compared": 1, "read by nobody else": 0, "not asked for": 0, "not in sources.jsonl": 0,
    }  # fmt: skip


def test_every_file_of_a_layer_is_accounted_for(three):
    ids = sorted(three.read_index())
    three.spans_file("ben", ids[1]).unlink()
    write_records(three.spans_file("ida", "nobody-knows"), [])
    three.notes_file("ida", ids[0]).write_text('{"note": "hard to read"}\n', encoding="utf-8")
    account = agree(three, ["ida", "ben"], ids[:2]).ledger.to_dict()
    assert account["ida: documents"] == {
        "total": 6, "compared": 1, "read by nobody else": 1, "not asked for": 3, "not in sources.jsonl": 1,
    }  # fmt: skip
    held = [len(three.read_spans("ida", one)) for one in ids[:2]]
    assert account["ida: spans"] == {"total": sum(held), "compared": held[0], "read by nobody else": held[1]}


def test_a_document_that_was_never_cleaned_has_no_tokens(three):
    three.cuts_file("ferry").unlink()
    found = agree(three, ["ida", "ben"], ["ferry"])
    assert (found.pairs[0].kappa, found.pairs[0].documents) == (None, 1)
    assert "never cleaned (1)" in found.ledger.remarks[0] and "ferry" in found.ledger.remarks[0]
    assert found.disagreements[0].context


def strict_json(text):
    """As JSON has it: NaN and infinity are none."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_what_is_printed_and_json(three, tmp_path):
    done = standoff("agree", "ida", "ben", "--plot", str(tmp_path / "a.svg"), cwd=three.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Cohen's kappa" in done.stdout
    assert "    ben: nothing" in done.stdout
    picture = (tmp_path / "a.svg").read_bytes()
    assert picture.startswith(b"<?xml")
    value = strict_json(standoff("agree", "ida", "ben", "--json", cwd=three.root).stdout)
    assert value["pairs"][0]["labels"][0]["label"] == "all"
    assert len(value["disagreements"]) == 5
    first = value["disagreements"][0]
    gold = [[s.start, s.end, s.label] for s in three.read_spans("gold", first["id"])]
    assert first["readings"] == {"ida": [gold[0]], "ben": []}
    assert (first["start"], first["end"]) == tuple(gold[0][:2])
    standoff("agree", "ida", "ben", "--plot", str(tmp_path / "b.svg"), cwd=three.root)
    assert (tmp_path / "b.svg").read_bytes() == picture
    drawn = re.findall(r"<!-- (all|PERSON|ORG|DATA)  \(", picture.decode())
    assert drawn == ["DATA", "ORG", "PERSON", "all"]  # from the bottom: the order of labels.toml from the top


@pytest.mark.parametrize("name", ["a.png", "a.pdf", "A.SVG"])
def test_pictures_are_the_same_bytes_each_time(three, tmp_path, name):
    made = []
    for _ in range(2):
        standoff("agree", "ida", "ben", "--plot", str(tmp_path / name), cwd=three.root)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != b""


def test_what_cannot_be_drawn_is_told(three, tmp_path):
    done = standoff("agree", "ida", "ben", "--plot", str(tmp_path / "a.docx"), cwd=three.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no picture" in done.stderr
    write_records(three.spans_file("dora", "ferry"), [])
    write_records(three.spans_file("eli", "ferry"), [])
    done = standoff("agree", "dora", "eli", "--json", "--plot", str(tmp_path / "a.svg"), cwd=three.root)
    assert "no spans to compare" in done.stderr
    assert not (tmp_path / "a.svg").exists()
    assert strict_json(done.stdout)["pairs"][0]["documents"] == 1


def test_private_text_that_is_not_here_leaves_spans_alone(three):
    three.seed_file("quarry", redistribute=False).unlink()
    found = agree(three, ["ida", "ben"], ["quarry"])
    assert found.pairs[0].documents == 1
    assert found.pairs[0].kappa is None
    assert found.alpha is None
    assert found.disagreements[0].context == ""
    assert "quarry" in found.ledger.remarks[0]
    printed = standoff("agree", "ida", "ben", "--only", "quarry", cwd=three.root).stdout
    span = three.read_spans("gold", "quarry")[0]
    assert f"quarry {span.start}-{span.end}  its text is not here\n    ida: {span.start}-{span.end}{{" in printed
    assert "no value" in printed and "Hollin" not in printed
    assert "one document alone tells no interval" in printed


def test_layers_without_a_common_document_are_no_error(three):
    ids = sorted(three.read_index())
    write_records(three.spans_file("dora", ids[1]), [])
    done = standoff("agree", "cleo", "dora", cwd=three.root)
    assert done.returncode == 0
    assert "cleo and dora: no document that both have read" in done.stdout
    value = strict_json(standoff("agree", "cleo", "dora", "--json", cwd=three.root).stdout)
    assert (value["mean"], value["alpha"], value["pairs"][0]["kappa"]) == ([], None, None)


def test_a_label_that_one_never_used_is_no_error(three):
    found = agree(three, ["cleo", "ida"])
    assert {row.strict.f1 for row in found.pairs[0].rows if row.spans[1]} == {0.0}
    assert {row.strict.f1 for row in found.pairs[0].rows if row.spans == (0, 0)} <= {None}
    printed = standoff("agree", "cleo", "ida", cwd=three.root).stdout
    used = {span.label for span in three.read_spans("ida", sorted(three.read_index())[0])}
    names = ", ".join(label for label in ("PERSON", "ORG", "DATA") if label in used)
    assert f"never used by cleo: {names}" in printed


def test_the_worst_document_is_first(corpus_of):
    """Shares of places in dispute: tram 1 of 2, quay 1 of 1, mill 1 of 3."""
    a, b = [0, 4, "ORG"], [5, 9, "ORG"]
    corpus = corpus_of({
        "tram": {"a": [a, b], "b": [a]},
        "quay": {"a": [a], "b": []},
        "mill": {"a": [a, b, [12, 14, "DATA"]], "b": [a, b]},
    })  # fmt: skip
    tram, quay, mill = sorted(corpus.read_index())[:3]
    assert [one.document for one in agree(corpus, ["a", "b"]).disagreements] == [quay, tram, mill]


def test_labels_that_neither_used_are_named(corpus_of):
    corpus = corpus_of({"tram": {"a": [[0, 4, "ORG"]], "b": [[0, 4, "ORG"]]}})
    printed = standoff("agree", "a", "b", cwd=corpus.root).stdout
    assert "used by neither, so without F1: PERSON, DATA" in printed


def test_the_example_of_the_docs_is_what_is_printed(mini):
    """Ida reads as gold does; Ben takes in a word, leaves a span out, takes a person for a firm and skips quarry."""
    for name, text in TEXTS.items():
        write_records(mini.spans_file("ida", name), mini.read_spans("gold", name))
        write_records(mini.spans_file("ben", name), find_spans(text, GOLD[name] | BEN[name]))
    write_records(mini.spans_file("ida", "quarry"), mini.read_spans("gold", "quarry"))
    for name, surface in LEFT_OUT:
        kept = [span for span in mini.read_spans("ben", name) if span.text != surface]
        write_records(mini.spans_file("ben", name), kept)
    shown = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    assert standoff("agree", "ida", "ben", cwd=mini.root).stdout == shown[0]
    assert f"{RESAMPLES:,} resamples" in DOCS


@pytest.mark.parametrize("layers", [["ida"], ["ida", "ida"], ["ida", "nobody"]])
def test_wrong_use_is_told(three, layers):
    with pytest.raises(StandoffError):
        agree(three, layers)
    assert standoff("agree", *layers, cwd=three.root).returncode == 2
