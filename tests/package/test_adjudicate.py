"""Adjudication: nothing lost between layers and gold, each decision on record, and standing only while readings do."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.adjudicate.case import Case, read_cases
from standoff.adjudicate.decisions import find_open, read_decisions, settle, stands, to_lists, write_decisions
from standoff.adjudicate.desk import find_labels, name_readings, read_answers, to_annotated
from standoff.adjudicate.policies import decide_by_expert, decide_by_majority
from standoff.agree.regions import Region, find_regions
from standoff.doccano.rounds import Deal, Round, write_round
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.offsets import OffsetMap
from standoff.records import Source, Span
from tests.conftest import snapshot, standoff, template

LABELS = ["PERSON", "ORG", "DATA"]
TEXT = "Mr Vell of Norrsund Lines lost the passport scans of 4,000 passengers."
SOURCE: Source = replace(template(), id="doc")
STAMP = ("person:cleo", "1.0.0")


def span(start, end, label):
    return Span(start, end, label, TEXT[start:end])


def to_case(**layers):
    held = {name: tuple(sorted(spans)) for name, spans in layers.items()}
    agreed, regions = find_regions(held)
    return Case(SOURCE, TEXT, TEXT, OffsetMap.from_cuts(len(TEXT), ()), held, tuple(agreed), tuple(regions))


@st.composite
def flat(draw):
    edges = sorted(draw(st.lists(st.integers(0, len(TEXT)), unique=True, max_size=12)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs]


def marks_of(document):
    return [(one.start, one.end, one.label) for one in document.spans]


# --- policies ---

REGION = Region(0, 7, {"a": (span(3, 7, "PERSON"),), "b": (span(0, 7, "PERSON"),), "c": (span(3, 7, "PERSON"),)})


def test_more_than_half_decide():
    decision = decide_by_majority("doc", REGION, "1.0.0")
    assert (decision.choice, decision.spans, decision.by) == ("a, c", [[3, 7, "PERSON"]], "policy:majority")
    tie = Region(0, 7, {name: REGION.readings[name] for name in "ab"})
    assert decide_by_majority("doc", tie, "1.0.0") is None


def test_an_expert_decides_whatever_the_others_have():
    decision = decide_by_expert("doc", REGION, "b", "1.0.0")
    assert (decision.choice, decision.spans, decision.by) == ("b", [[0, 7, "PERSON"]], "policy:expert b")


def test_nothing_is_a_reading():
    region = Region(3, 7, {"a": (), "b": (span(3, 7, "PERSON"),), "c": ()})
    assert decide_by_majority("doc", region, "1.0.0").spans == []


# --- the desk ---


def test_each_reading_is_shown_under_its_own_label():
    case = to_case(
        a=[span(3, 7, "PERSON"), span(11, 25, "ORG")],
        b=[span(0, 7, "PERSON"), span(11, 25, "ORG")],
        c=[span(11, 25, "ORG")],
    )
    shown = marks_of(to_annotated(case, {}))
    assert shown == [(0, 7, "b: PERSON"), (0, 7, "c: nothing"), (3, 7, "a: PERSON"), (11, 25, "ORG")]
    assert find_labels([case]) == [("a: PERSON", "PERSON"), ("b: PERSON", "PERSON"), ("c: nothing", "nothing")]


@given(flat(), flat(), flat(), st.data())
@settings(max_examples=60)
def test_what_an_adjudicator_leaves_is_what_goes_in(one, other, third, data):
    """In each region one reading at random is left, or all go and something is marked anew."""
    case = to_case(a=one, b=other, c=third)
    marks, wanted = marks_of(to_annotated(case, {})), list(case.agreed)
    for region in case.regions:
        readings = name_readings(region)
        marks = [mark for mark in marks if not any(mark in group for group in readings.values())]
        if data.draw(st.booleans()):
            layers = data.draw(st.sampled_from(sorted(readings)))
            marks += readings[layers]
            wanted += region.readings[layers[0]]
        else:
            fresh = span(region.start, region.end, data.draw(st.sampled_from(LABELS)))
            marks.append((fresh.start, fresh.end, fresh.label))
            wanted.append(fresh)
    answers = read_answers(case, marks, (), LABELS, STAMP, {})
    assert answers.refused == ()
    assert len(answers.decisions) == len(case.regions)
    assert to_lists(settle("doc", case.agreed, answers.decisions, case.layers, TEXT)) == to_lists(wanted)
    known = {(one.start, one.end): one for one in answers.decisions}
    assert find_open("doc", case.regions, {("doc", *place): one for place, one in known.items()}, case.layers) == []
    again = read_answers(case, marks_of(to_annotated(case, known)), (), LABELS, STAMP, known)
    assert (again.decisions, again.refused) == ((), ())


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ([(3, 7, "a: PERSON"), (0, 7, "b: PERSON")], "more than one reading is left"),
        ([], "nothing is left"),
        ([(3, 7, "a: PERSON"), (0, 2, "ORG")], "something is marked beside it"),
        ([(2, 7, "a: PERSON")], "a part of a reading is left, or moved"),
    ],
)
def test_what_decides_nothing_is_refused(left, reason):
    case = to_case(a=[span(3, 7, "PERSON")], b=[span(0, 7, "PERSON")])
    answers = read_answers(case, left, (), LABELS, STAMP, {})
    assert answers.decisions == ()
    assert [reason in said for _, said in answers.refused] == [True]


def test_agreed_spans_change_only_with_a_decision():
    case = to_case(a=[span(3, 7, "PERSON")], b=[span(3, 7, "PERSON")])
    answers = read_answers(case, [(0, 7, "PERSON"), (53, 69, "DATA")], (), LABELS, STAMP, {})
    assert [(one.start, one.end, one.choice, one.spans) for one in answers.decisions] == [
        (0, 7, "other", [[0, 7, "PERSON"]]),
        (53, 69, "other", [[53, 69, "DATA"]]),
    ]
    assert to_lists(settle("doc", case.agreed, answers.decisions, case.layers, TEXT)) == [
        [0, 7, "PERSON"],
        [53, 69, "DATA"],
    ]
    gone = read_answers(case, [], (), LABELS, STAMP, {})
    assert settle("doc", case.agreed, gone.decisions, case.layers, TEXT) == []


def test_comments_give_rule_and_reason():
    case = to_case(a=[span(3, 7, "PERSON"), span(35, 49, "DATA")], b=[span(0, 7, "PERSON")])
    marks = [(3, 7, "a: PERSON"), (35, 49, "a: DATA")]
    comments = ['"Mr Vell": PERSON-3 - the title is out', "DATA-1"]
    first, second = read_answers(case, marks, comments, LABELS, STAMP, {}).decisions
    assert (first.rule, first.reason) == ("PERSON-3", "PERSON-3 - the title is out")
    assert (second.rule, second.reason) == ("DATA-1", "")
    private = replace(case, source=replace(SOURCE, redistribute=False))
    assert read_answers(private, marks, comments, LABELS, STAMP, {}).decisions[0].reason == ""


# --- decisions ---


def test_a_decision_stands_as_long_as_the_layers_read_as_it_saw_them():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    decision = decide_by_expert("doc", case.regions[0], "a", "1.0.0")
    assert stands(decision, case.layers)
    assert not stands(decision, {"a": [span(3, 7, "ORG")], "b": []})
    assert not stands(decision, {"a": [span(3, 7, "PERSON")], "b": [span(6, 9, "ORG")]})
    assert not stands(decision, {**case.layers, "c": []})


@pytest.fixture
def two(mini):
    """Ida reads as gold does; ben leaves the first span of each document out. Gold is gone."""
    for one in mini.read_index():
        gold = mini.read_spans("gold", one)
        write_records(mini.spans_file("ida", one), gold)
        write_records(mini.spans_file("ben", one), gold[1:])
        mini.spans_file("gold", one).unlink()
    for layer in ("ida", "ben"):
        (mini.layer_folder(layer) / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "x"\n')
    return mini


def test_a_policy_settles_a_corpus_and_a_second_run_changes_nothing(two):
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert (done.open, len(done.written)) == ((), 5)
    assert [two.read_spans("gold", one) for one in two.read_index()] == [
        two.read_spans("ida", one) for one in two.read_index()
    ]
    assert len(read_decisions(two)) == 5
    ledger = done.ledger.to_dict()
    assert ledger["disputed places"] == {"total": 5, "by expert ida": 5}
    assert ledger["spans of ida, ben"]["chosen"] == 5
    before = snapshot(two.root)
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert snapshot(two.root) == before
    assert [issue for issue in standoff("check", cwd=two.root).stdout.splitlines() if "disagreement" in issue] == []


def test_a_tie_stays_open_and_its_document_is_not_written(two):
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("majority"))
    assert (len(done.open), done.written) == (5, ())
    assert not any(two.spans_file("gold", one).exists() for one in two.read_index())
    printed = standoff("adjudicate", "ida", "ben", "--into", "gold", "--policy", "majority", cwd=two.root)
    assert printed.returncode == 1
    assert "disputed places           5 = open 5" in printed.stdout


def test_a_reading_that_changed_opens_its_place_again(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    one = min(two.read_index())
    write_records(two.spans_file("ben", one), two.read_spans("ben", one)[1:])
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("majority"))
    assert len(done.open) == 1
    found = standoff("check", cwd=two.root)
    assert found.returncode == 1
    assert f"disagreement-open annotations/gold/{one}.jsonl" in found.stdout or "disagreement-open" in found.stdout


def test_disagreements_nobody_decided_block_a_build(two):
    for one in two.read_index():
        write_records(two.spans_file("gold", one), two.read_spans("ida", one))
    done = standoff("check", "--json", cwd=two.root)
    found = [issue for issue in json.loads(done.stdout)["issues"] if issue["rule"] == "disagreement-open"]
    assert len(found) == 5
    assert standoff("build", cwd=two.root).returncode == 1


def test_gold_that_is_not_as_decided_is_told(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    one = min(two.read_index())
    write_records(two.spans_file("gold", one), two.read_spans("gold", one)[1:])
    found = json.loads(standoff("check", "--json", cwd=two.root).stdout)["issues"]
    assert [issue["rule"] for issue in found if issue["rule"].startswith("d")] == ["decision-stale"]


def test_notes_of_gold_stay(two):
    one = min(two.read_index())
    spans = two.read_spans("ida", one)
    write_records(two.spans_file("gold", one), [replace(spans[-1], note="ORG-1")])
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert two.read_spans("gold", one)[-1].note == "ORG-1"


def test_documents_for_control_and_documents_of_one_reader_are_left_alone(two):
    ids = sorted(two.read_index())
    two.spans_file("ben", ids[0]).unlink()
    write_round(two, Round("spring", "0.3.0", "", False, (Deal("ida", (ids[1],), (ids[1],)),)))
    cases = read_cases(two, ["ida", "ben"])
    assert (cases.unread, cases.control) == ((ids[0],), (ids[1],))
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert sorted(done.written) == ids[2:]


def test_text_that_is_not_here_is_left_alone(two):
    two.seed_file("quarry", redistribute=False).unlink()
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert "quarry" not in done.written
    assert any("quarry" in remark for remark in done.ledger.remarks)


@pytest.mark.parametrize(
    ("layers", "into", "policy"),
    [
        (["ida"], "gold", Policy("majority")),
        (["ida", "gold"], "gold", Policy("majority")),
        (["ida", "nobody"], "gold", Policy("majority")),
        (["ida", "ben"], "gold", Policy("dice")),
        (["ida", "ben"], "gold", Policy("expert", "cleo")),
    ],
)
def test_wrong_use_is_told(two, layers, into, policy):
    before = snapshot(two.root)
    with pytest.raises(StandoffError):
        adjudicate(two, layers, into, policy)
    assert snapshot(two.root) == before


def test_a_broken_list_of_decisions_is_told_with_its_line(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    text = two.decisions_file.read_text()
    first, rest = text.split("\n", 1)
    two.decisions_file.write_text(f"{first}\n{first}\n{rest}")
    with pytest.raises(StandoffError, match=r"decisions.jsonl:2: .* decided twice"):
        read_decisions(two)
    two.decisions_file.write_text(text.replace('"spans": [[', '"spans": [["x", ', 1))
    with pytest.raises(StandoffError, match=r"no list of \[start, end, label\]"):
        read_decisions(two)


def test_decisions_are_canonical(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    before = two.decisions_file.read_bytes()
    write_decisions(two, reversed(read_decisions(two).values()))
    assert two.decisions_file.read_bytes() == before
