"""Adjudication: nothing lost between layers and gold, each decision on record, and standing only while readings do."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.adjudicate.case import Case, read_cases
from standoff.adjudicate.comments import find_unplaced
from standoff.adjudicate.decisions import find_open, read_decisions, settle, stands, to_lists, write_decisions
from standoff.adjudicate.desk import Stamp, find_labels, name_readings, read_answers, to_annotated
from standoff.adjudicate.policies import decide_by_expert, decide_by_majority
from standoff.agree.regions import Region, find_regions
from standoff.changes import find_changes
from standoff.check import check
from standoff.doccano.rounds import Deal, Round, write_round
from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated
from standoff.guidelines import Schema
from standoff.guidelines.schema import Label
from standoff.jsonl import write_records
from standoff.offsets import OffsetMap
from standoff.records import Cut, Note, Source, Span
from standoff.relabel import relabel
from tests.conftest import snapshot, standoff, template

LABELS = ["PERSON", "ORG", "DATA"]
TEXT = "Mr Vell of Norrsund Lines lost the passport scans of 4,000 passengers."
SOURCE: Source = replace(template(), id="doc")
SCHEMA = Schema("1.0.0", False, tuple(Label(one, "", "#ffffff", "", "", "") for one in LABELS))


def span(start, end, label):
    return Span(start, end, label, TEXT[start:end])


def to_case(**layers):
    held = {name: tuple(sorted(spans)) for name, spans in layers.items()}
    agreed, regions = find_regions(held)
    return Case(SOURCE, TEXT, TEXT, OffsetMap.from_cuts(len(TEXT), ()), held, held, tuple(agreed), tuple(regions))


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
    decision = decide_by_majority("doc", REGION, "gold", "1.0.0")
    assert (decision.choice, decision.spans, decision.by) == ("a, c", [[3, 7, "PERSON"]], "policy:majority")
    tie = Region(0, 7, {name: REGION.readings[name] for name in "ab"})
    assert decide_by_majority("doc", tie, "gold", "1.0.0") is None


def test_an_expert_decides_whatever_the_others_have():
    decision = decide_by_expert("doc", REGION, "b", "gold", "1.0.0")
    assert (decision.choice, decision.spans, decision.by) == ("b", [[0, 7, "PERSON"]], "policy:expert b")


def test_nothing_is_a_reading():
    region = Region(3, 7, {"a": (), "b": (span(3, 7, "PERSON"),), "c": ()})
    assert decide_by_majority("doc", region, "gold", "1.0.0").spans == []


# --- the desk ---

STAMP = Stamp("gold", "person:cleo", "1.0.0")


def answer(case, marks, comments=(), standing=()):
    spans = tuple(Span(start, end, label, case.clean[start:end]) for start, end, label in sorted(marks))
    return read_answers(case, Annotated("doc", case.clean, spans), comments, SCHEMA, STAMP, standing)


def test_each_reading_is_shown_under_its_own_label():
    lines = span(11, 25, "ORG")
    case = to_case(a=[span(3, 7, "PERSON"), lines], b=[span(0, 7, "PERSON"), lines], c=[lines])
    shown = marks_of(to_annotated(case, ()))
    assert shown == [(0, 7, "b: PERSON"), (0, 7, "c: nothing"), (3, 7, "a: PERSON"), (11, 25, "ORG")]
    assert find_labels([case]) == [("a: PERSON", "PERSON"), ("b: PERSON", "PERSON"), ("c: nothing", "nothing")]


@given(flat(), flat(), flat(), st.data())
@settings(max_examples=60)
def test_what_an_adjudicator_leaves_is_what_goes_in(one, other, third, data):
    """In each region one reading at random is left, or all go and something is marked anew."""
    case = to_case(a=one, b=other, c=third)
    marks, wanted = marks_of(to_annotated(case, ())), list(case.agreed)
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
    wanted = [one for one in wanted if TEXT[one.start : one.end].strip()]
    decisions = answer(case, marks)
    if isinstance(decisions, str):  # a reader marked white space alone
        assert "white space" in decisions
        return
    trimmed = sorted(
        (one.start + len(t) - len(t.lstrip()), one.end - len(t) + len(t.rstrip()), one.label)
        for one in wanted
        for t in [one.text]
    )
    assert to_lists(settle(case.agreed, decisions, case.layers, TEXT)) == [list(one) for one in trimmed]
    assert find_open(case.regions, decisions) == []
    assert answer(case, marks_of(to_annotated(case, decisions)), standing=decisions) == decisions


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ([(3, 7, "a: PERSON"), (0, 7, "b: PERSON")], "more than one reading is left"),
        ([], "nothing is left"),
        ([(3, 7, "a: PERSON"), (0, 2, "ORG")], "something is marked beside it"),
        ([(2, 7, "a: PERSON")], "nothing is left"),
        ([(3, 7, "a: PERSON"), (11, 25, "a: ORG")], "is no reading of this place"),
        ([(3, 7, "a: PERSON"), (11, 25, "NEW")], "is no reading of this place"),
        ([(3, 7, "a: PERSON"), (11, 25, "ORG"), (20, 30, "ORG")], "overlaps a longer span"),
    ],
)
def test_what_decides_nothing_is_refused(left, reason):
    case = to_case(a=[span(3, 7, "PERSON")], b=[span(0, 7, "PERSON")])
    assert reason in answer(case, left)


def test_a_part_of_a_reading_decides_nothing():
    case = to_case(a=[span(3, 7, "PERSON"), span(8, 10, "ORG")], b=[span(0, 20, "PERSON")])
    assert "a part of a reading is left" in answer(case, [(3, 7, "a: PERSON")])


def test_agreed_spans_change_only_with_a_decision():
    case = to_case(a=[span(3, 7, "PERSON")], b=[span(3, 7, "PERSON")])
    decisions = answer(case, [(0, 7, "PERSON"), (53, 69, "DATA")])
    assert [(one.start, one.end, one.choice, one.spans) for one in decisions] == [
        (0, 7, "other", [[0, 7, "PERSON"]]),
        (53, 69, "other", [[53, 69, "DATA"]]),
    ]
    assert to_lists(settle(case.agreed, decisions, case.layers, TEXT)) == [[0, 7, "PERSON"], [53, 69, "DATA"]]
    gone = answer(case, [])
    assert settle(case.agreed, gone, case.layers, TEXT) == []
    assert answer(case, [(3, 7, "PERSON")], standing=gone) == []


def test_white_space_at_the_edge_of_a_mark_stays_out():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    (decision,) = answer(case, [(2, 8, "PERSON")])
    assert (decision.choice, decision.spans) == ("a", [[3, 7, "PERSON"]])


def test_comments_give_rule_and_reason():
    case = to_case(a=[span(3, 7, "PERSON"), span(35, 49, "DATA")], b=[span(0, 7, "PERSON")])
    marks = [(3, 7, "a: PERSON"), (35, 49, "a: DATA")]
    comments = ['"Mr Vell": PERSON-3 the title is out', "DATA-1", '"ell": ORG-1']
    first, second = answer(case, marks, comments)
    assert (first.rule, first.reason) == ("PERSON-3", "the title is out")
    assert (second.rule, second.reason) == ("DATA-1", "")
    private = replace(case, source=replace(SOURCE, redistribute=False))
    assert answer(private, marks, comments)[0].reason == ""


def test_a_decision_keeps_the_guidelines_it_was_made_under():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    first = answer(case, [(3, 7, "a: PERSON")], ["PERSON-1 a name"])
    later = replace(first[0], guidelines="0.9.0")
    assert answer(case, [(3, 7, "a: PERSON")], standing=[later]) == [later]


# --- decisions ---


def test_a_decision_stands_as_long_as_the_layers_read_as_it_saw_them():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    decision = decide_by_expert("doc", case.regions[0], "a", "gold", "1.0.0")
    assert stands(decision, case.layers)
    assert not stands(decision, {"a": [span(3, 7, "ORG")], "b": []})
    assert not stands(decision, {"a": [span(3, 7, "PERSON")], "b": [span(6, 9, "ORG")]})
    assert not stands(decision, {**case.layers, "c": []})
    assert stands(decision, {**case.layers, "c": [span(3, 7, "PERSON")]})  # a later reader who agrees


def test_notes_of_readers_go_along():
    a = [replace(span(3, 7, "PERSON"), note="ORG-1"), replace(span(11, 25, "ORG"), note="a doubt")]
    b = [replace(span(3, 7, "PERSON"), note="sure"), span(35, 49, "DATA")]
    case = to_case(a=a, b=b)
    decisions = [decide_by_expert("doc", region, "a", "gold", "1.0.0") for region in case.regions]
    assert [one.note for one in settle(case.agreed, decisions, case.layers, TEXT)] == ["ORG-1; sure", "a doubt"]


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
    with pytest.raises(StandoffError, match=r"is no decision: its spans are \[start, end, label\]"):
        read_decisions(two)


def test_decisions_are_canonical(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    before = two.decisions_file.read_bytes()
    write_decisions(two, reversed(read_decisions(two).values()))
    assert two.decisions_file.read_bytes() == before


def test_another_annotators_layer_is_not_overwritten(two):
    one = min(two.read_index())
    write_records(two.spans_file("dora", one), [])
    (two.layer_folder("dora") / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "dora"\n')
    with pytest.raises(StandoffError, match="what somebody read"):
        adjudicate(two, ["ida", "ben"], "dora", Policy("expert", "ida"))


def test_a_trial_into_another_layer_decides_nothing_for_gold(two):
    adjudicate(two, ["ida", "ben"], "trial", Policy("expert", "ben"))
    assert len(adjudicate(two, ["ida", "ben"], "gold", Policy("majority")).open) == 5
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert done.open == ()
    assert len(read_decisions(two)) == 10


def test_a_third_reader_who_agrees_reopens_nothing(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    for one in two.read_index():
        write_records(two.spans_file("cleo", one), two.read_spans("ida", one))
    assert adjudicate(two, ["ida", "ben", "cleo"], "gold", Policy("people")).open == ()
    assert not [issue for issue in check(two).issues if issue.rule == "disagreement-open"]
    write_records(two.spans_file("cleo", one), [])
    assert [issue for issue in check(two).issues if issue.rule == "disagreement-open"]


def test_decisions_and_notes_are_compared_with_what_was(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    for path, data in (
        ("annotations/decisions.jsonl", two.decisions_file.read_bytes()),
        ("annotations/ida/tram.notes.jsonl", b'{"note": "one"}\n'),
    ):
        changes, _ = find_changes({path: data}, {path: data.replace(b"o", b"x")})
        assert [change.what for change in changes] == ["file changed"]


def test_a_relabel_keeps_decisions_standing_and_passes_notes_by(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    one = min(two.read_index())
    write_records(two.notes_file("ida", one), [Note("odd")])
    relabel(two, two.read_spans("ida", one)[0].label, "THING")
    assert adjudicate(two, ["ida", "ben"], "gold", Policy("people")).open == ()


def test_a_reading_in_a_cut_is_told(two):
    one = min(two.read_index())
    first = two.read_spans("ida", one)[0]
    write_records(two.cuts_file(one), [Cut(first.start, first.end, "ad", "person:x")])
    with pytest.raises(StandoffError, match="lies in a cut"):
        read_cases(two, ["ida", "ben"])


def test_a_broken_plan_of_a_round_is_a_finding_and_no_stop(two):
    (two.root / "annotations" / "spring.round.toml").write_text("guidelines = 1\n")
    found = check(two)
    assert [issue.rule for issue in found.issues if "round" in issue.path] == ["file-format"]


@pytest.mark.parametrize("into", ["../evil", "", "a b", "suggested", "dora"])
def test_only_a_layer_of_adjudication_is_written_into(two, into):
    write_records(two.spans_file("dora", min(two.read_index())), [])
    before = snapshot(two.root)
    with pytest.raises(StandoffError):
        adjudicate(two, ["ida", "ben"], into, Policy("expert", "ida"))
    assert snapshot(two.root) == before


def test_a_policy_on_fewer_layers_takes_no_decision_away(two):
    for one in two.read_index():
        write_records(two.spans_file("dora", one), two.read_spans("ida", one))
    adjudicate(two, ["ida", "ben", "dora"], "gold", Policy("expert", "ida"))
    before = snapshot(two.root)
    assert adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ben")).open == ()
    assert snapshot(two.root) == before


def test_a_reader_who_is_not_named_and_differs_keeps_a_place_open(two):
    for one in two.read_index():
        write_records(two.spans_file("dora", one), two.read_spans("ida", one))
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ben"))
    assert len(done.open) == 5
    assert all("(dora read it too: name every layer)" in line for line in done.open)


def test_what_adjudication_made_is_no_annotators(two):
    adjudicate(two, ["ida", "ben"], "trial", Policy("expert", "ben"))
    assert two.annotators() == ["ben", "ida"]
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    assert [issue for issue in check(two).issues if issue.rule == "disagreement-open"] == []


def test_a_document_for_control_is_adjudicated_among_the_others(two):
    one = min(two.read_index())
    write_records(two.spans_file("dora", one), [])
    write_round(two, Round("spring", "0.3.0", "", False, (Deal("dora", (one,), (one,)),)))
    done = adjudicate(two, ["ida", "ben", "dora"], "gold", Policy("expert", "ida"))
    assert done.written == (one,)  # the others dora has not read
    assert [issue for issue in check(two).issues if issue.rule == "disagreement-open"] == []


def test_gold_that_has_more_than_was_decided_is_told(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ben"))
    one = min(two.read_index())
    write_records(two.spans_file("gold", one), two.read_spans("ida", one))
    assert [issue.rule for issue in check(two).issues if issue.rule.startswith("d")] == ["decision-stale"]
    done = adjudicate(two, ["ida", "ben"], "gold", Policy("majority"))
    assert f"gold was another before, and is replaced, in: {one}" in done.ledger.remarks


def test_a_place_that_was_decided_and_is_empty_now_decides_nothing():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    first = answer(case, [(3, 7, "a: PERSON")])
    assert "nothing is left" in answer(case, [], standing=first)
    nobody = answer(case, [(3, 7, "b: nothing")])
    assert answer(case, [], standing=nobody) == nobody


def test_many_layers_fit_into_a_label():
    case = to_case(**{f"annotator-{number:02}": [span(3, 7, "ORG")] for number in range(9)}, other=[])
    assert [name for name, _ in find_labels([case])] == ["annotator-00 and 8 more: ORG", "other: nothing"]


def test_a_comment_on_words_of_no_decision_is_named():
    case = to_case(a=[span(3, 7, "PERSON")], b=[])
    decisions = answer(case, [(3, 7, "a: PERSON")])
    assert find_unplaced(case, decisions, ['"Vel": PERSON-1', '"Vell": PERSON-1', "DATA-1"]) == ["Vel"]


def test_without_layers_it_is_all_that_have_read_a_document(two):
    first, *rest = sorted(two.read_index())
    two.spans_file("ben", first).unlink()
    done = adjudicate(two, [], "gold", Policy("expert", "ida"))
    assert sorted(done.written) == rest
    assert done.ledger.to_dict()["documents"]["not read by all"] == 1
    done = adjudicate(two, [], "gold", Policy("expert", "ida"), single=True)
    assert sorted(done.written) == [first, *rest]
    assert two.read_spans("gold", first) == two.read_spans("ida", first)
    write_records(two.spans_file("dora", rest[0]), [])
    assert adjudicate(two, [], "gold", Policy("majority")).open == ()  # two of three agree in each place
    printed = standoff("adjudicate", "--into", "gold", "--policy", "majority", cwd=two.root)
    assert printed.returncode == 0
    assert "spans of all annotators" in printed.stdout


def test_a_list_that_another_tool_rewrote_is_mended(two):
    adjudicate(two, ["ida", "ben"], "gold", Policy("expert", "ida"))
    before = two.decisions_file.read_bytes()
    two.decisions_file.write_bytes(
        b"\xef\xbb\xbf" + b"".join(reversed(before.replace(b"\n", b"\r\n").splitlines(True)))
    )
    rules = {issue.rule for issue in check(two).issues if issue.path == "annotations/decisions.jsonl"}
    assert rules == {"file-crlf", "file-order"}
    assert standoff("check", "--fix", cwd=two.root).returncode == 0
    assert two.decisions_file.read_bytes() == before


def test_notes_of_documents_are_held_against_their_form(two):
    path = two.notes_file("ida", min(two.read_index()))
    path.write_bytes(b'{"note": "one"}\r\n{"nota": "two"}\r\n')
    found = [issue for issue in check(two).issues if issue.path == two.name_of(path)]
    assert [(issue.rule, issue.line) for issue in found] == [("file-format", 2), ("file-crlf", None)]
