"""The plan of a round: dealt by an order, kept in the corpus, the same for everybody."""

import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.corpus import Corpus
from standoff.doccano.order import Order
from standoff.doccano.plan import make_plan
from standoff.doccano.rounds import Deal, Round, read_round, read_rounds, round_file, write_round
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from tests.conftest import HARBOUR, snapshot

IDS = st.lists(st.from_regex("[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True), unique=True, max_size=5).map(tuple)
NAMES = st.from_regex("[a-z][a-z0-9-]{0,5}", fullmatch=True).filter(lambda name: name != "gold")
DEALS = st.lists(st.builds(Deal, NAMES, IDS, IDS), max_size=3, unique_by=lambda deal: deal.annotator).map(tuple)


@given(st.builds(Round, st.just("spring"), st.text(), st.text(), st.booleans(), DEALS))
def test_a_plan_comes_back_as_it_was_written(tmp_path_factory, plan):
    corpus = Corpus(tmp_path_factory.mktemp("plan"))
    shutil.copy(HARBOUR / "standoff.toml", corpus.root)
    try:
        write_round(corpus, plan)
    except UnicodeEncodeError:
        return
    assert read_round(corpus, "spring") == plan
    assert read_rounds(corpus) == [plan]


def deal(corpus, name="spring", **order):
    plan = make_plan(corpus, name, Order(("ida", "ben"), **order)).plan
    write_round(corpus, plan)
    return {one.annotator: one for one in plan.deals}


def test_private_texts_stay_here_unless_they_are_asked_for(mini):
    public = deal(mini)
    assert "quarry" not in public["ida"].documents + public["ben"].documents
    with pytest.raises(StandoffError, match="not to be pushed: quarry"):
        make_plan(mini, "other", Order(("cleo",), ids=("quarry",)))
    assert make_plan(mini, "other", Order(("cleo",), ids=("quarry",), with_private=True)).plan.deals[0].documents == (
        "quarry",
    )


def test_everybody_reads_everything_in_a_calibration_round(mini):
    hands = deal(mini, calibration=True)
    assert sorted(hands["ida"].documents) == sorted(hands["ben"].documents)
    assert len(hands["ida"].documents) == 4
    assert read_round(mini, "spring").calibration


def test_next_takes_what_is_not_settled_and_read_by_the_fewest(mini):
    ids = sorted(one for one in mini.read_index() if one != "quarry")
    mini.spans_file("gold", ids[0]).unlink()
    mini.spans_file("gold", ids[1]).unlink()
    write_records(mini.spans_file("cleo", ids[1]), [])
    first = make_plan(mini, "a", Order(("ida",), next=1)).plan.deals[0].documents
    assert first == (ids[0],)
    deal(mini, "b", ids=(ids[0],), per_doc=2)
    both = make_plan(mini, "c", Order(("dora",), next=2)).plan.deals[0].documents
    assert sorted(both) == sorted(ids[:2])
    assert make_plan(mini, "d", Order(("dora",), next=1)).plan.deals[0].documents == (ids[1],)


def test_control_documents_are_of_gold_and_are_named(mini):
    ids = sorted(one for one in mini.read_index() if one != "quarry")
    hands = deal(mini, ids=tuple(ids[:2]), control=1)
    for hand in hands.values():
        assert len(hand.control) == 1
        assert mini.spans_file("gold", hand.control[0]).exists()
        assert set(hand.control) <= set(hand.documents)


def test_nobody_gets_a_document_in_two_rounds(mini):
    deal(mini, per_doc=2)
    with pytest.raises(StandoffError, match="nothing to deal out"):
        make_plan(mini, "again", Order(("ida", "ben"), per_doc=2))


def test_a_round_that_is_planned_is_not_dealt_again(mini):
    deal(mini)
    before = snapshot(mini.root)
    plan = make_plan(mini, "spring", None).plan
    assert [one.annotator for one in plan.deals] == ["ida", "ben"]
    with pytest.raises(StandoffError, match="planned for other people"):
        make_plan(mini, "spring", Order(("cleo",)))
    assert snapshot(mini.root) == before


@pytest.mark.parametrize("name", ["", "Spring", "../x", "a" * 41, "a b"])
def test_a_name_that_is_no_file_name_is_refused(mini, name):
    with pytest.raises(StandoffError, match="no name of a round"):
        make_plan(mini, name, Order(("ida",)))


@pytest.mark.parametrize("name", ["gold", "suggested"])
def test_layers_that_are_no_people_are_no_annotators(mini, name):
    with pytest.raises(StandoffError, match="no annotator"):
        make_plan(mini, "spring", Order((name,)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "guidelines = 1\n",
        'guidelines = "1"\nsuggestions = ""\ncalibration = false\n[[deal]]\nannotator = "../x"\ndocuments = []\n',
    ],
)
def test_a_plan_that_cannot_be_read_is_told(mini, text):
    round_file(mini, "spring").write_text(text)
    with pytest.raises(StandoffError, match="no plan of a round"):
        read_round(mini, "spring")


def test_an_unknown_round_says_which_there_are(mini):
    deal(mini)
    with pytest.raises(StandoffError, match="rounds are: spring"):
        read_round(mini, "autumn")


def test_what_they_have_read_is_dealt_again_as_they_marked_it(mini):
    ids = sorted(one for one in mini.read_index() if one != "quarry")
    write_records(mini.spans_file("ida", ids[0]), [])
    plan = make_plan(mini, "again", Order(("ida", "ben"), again=True)).plan
    assert plan.suggestions == "own"
    assert [(one.annotator, one.documents) for one in plan.deals] == [("ida", (ids[0],))]
    with pytest.raises(StandoffError, match="nothing to deal out"):
        make_plan(mini, "again", Order(("ben",), again=True))


def test_private_texts_need_the_word_of_whoever_pushes_each_time(mini):
    plan = make_plan(mini, "spring", Order(("ida",), with_private=True)).plan
    write_round(mini, plan)
    for order in (None, Order(("ida",))):
        with pytest.raises(StandoffError, match=r"not to be pushed: quarry .*--with-private") as caught:
            make_plan(mini, "spring", order)
        assert caught.value.usage
    assert make_plan(mini, "spring", Order((), with_private=True)).plan == plan


def test_a_text_that_became_private_after_the_plan_is_refused(mini):
    one = deal(mini)["ida"].documents[0]
    sources = mini.read_sources().values()
    write_records(mini.sources_file, [replace(row, redistribute=row.redistribute and row.id != one) for row in sources])
    with pytest.raises(StandoffError, match=f"not to be pushed: {one}"):
        make_plan(mini, "spring", None)


HEAD = 'guidelines = "1"\nsuggestions = ""\ncalibration = false\n'
UNSOUND = {
    "'ida' has a twice": '[[deal]]\nannotator = "ida"\ndocuments = ["a", "b", "a"]\n',
    "'ida' has two deals": '[[deal]]\nannotator = "ida"\ndocuments = ["a"]\n' * 2,
    "'gold' is no annotator": '[[deal]]\nannotator = "gold"\ndocuments = ["a"]\n',
    "'suggested' is no annotator": '[[deal]]\nannotator = "suggested"\ndocuments = ["a"]\n',
}


@pytest.mark.parametrize("said", UNSOUND)
def test_what_a_merge_has_left_in_a_plan_is_told_with_its_file(mini, said):
    round_file(mini, "spring").write_text(HEAD + UNSOUND[said])
    for read in (
        lambda: make_plan(mini, "spring", None),
        lambda: read_round(mini, "spring"),
        lambda: read_rounds(mini),
    ):
        with pytest.raises(StandoffError, match=said) as caught:
            read()
        assert "spring.round.toml:" in str(caught.value)


OPTIONS = {
    "documents": {"ids": ("ferry",)},
    "--next": {"next": 1},
    "--per-doc": {"per_doc": 2},
    "--overlap": {"overlap": 0.5},
    "--control": {"control": 1},
    "--calibration": {"calibration": True},
    "--suggestions": {"suggestions": "gold"},
    "--again": {"again": True},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_options_that_would_change_nothing_on_a_planned_round_are_refused(mini, option):
    deal(mini)
    for people in ((), ("ida", "ben")):
        with pytest.raises(StandoffError, match=f"without effect on the round 'spring': {option} ") as caught:
            make_plan(mini, "spring", Order(people, **OPTIONS[option]))
        assert caught.value.usage


def test_options_that_the_plan_has_are_no_others(mini):
    deal(mini, calibration=True, suggestions="gold")
    order = Order(("ben", "ida"), calibration=True, suggestions="gold")
    assert make_plan(mini, "spring", order).plan == read_round(mini, "spring")


SENSELESS = {
    "is more than the number of annotators, which is 1": {"per_doc": 2},
    "--overlap shares nothing": {"overlap": 0.5},
    "everybody reads everything": {"calibration": True, "per_doc": 2},
    "--again deals out what each has read": {"again": True, "control": 1},
    "name none": {"next": 1, "ids": ("ferry",)},
}


@pytest.mark.parametrize("said", SENSELESS)
def test_an_order_of_which_something_would_be_dropped_is_refused(mini, said):
    with pytest.raises(StandoffError, match=said) as caught:
        make_plan(mini, "spring", Order(("ida",), **SENSELESS[said]))
    assert caught.value.usage


def remarks(corpus, *people, **order):
    return make_plan(corpus, "later", Order(people or ("ida",), **order)).remarks


def test_documents_that_are_not_dealt_are_told(mini):
    ids = sorted(one for one in mini.read_index() if one != "quarry")
    left_out = "private documents left out: 1; --with-private deals them out too"
    assert remarks(mini) == (left_out,)
    assert remarks(mini, with_private=True) == () == remarks(mini, ids=tuple(ids))
    deal(mini, ids=tuple(ids[:2]), per_doc=2)
    had = "each of them has read it, or has it in a round"
    assert remarks(mini, ids=tuple(ids[:3])) == (f"dealt to nobody, since {had}: {ids[0]}, {ids[1]}",)
    few = f"dealt to fewer than 2, since the others have read it, or have it in a round: {ids[0]}, {ids[1]}"
    assert remarks(mini, "ida", "cleo", ids=tuple(ids), per_doc=2) == (few,)
    write_records(mini.spans_file("ida", ids[0]), [])
    assert remarks(mini, ids=tuple(ids[:2]), again=True) == (
        f"dealt to nobody, since nobody of them has read it: {ids[1]}",
    )


def test_fewer_than_next_are_told_and_what_they_have_is_passed_over(mini):
    ids = sorted(one for one in mini.read_index() if one != "quarry")
    deal(mini, ids=tuple(ids[:2]), per_doc=2)
    planned = make_plan(mini, "later", Order(("ida",), next=2, with_private=True))
    assert not set(planned.plan.deals[0].documents) & set(ids[:2]) and planned.remarks == ()
    assert "documents that are left for --next 9: 3" in remarks(mini, next=9, with_private=True)
    assert set(make_plan(mini, "later", Order(("ida",), next=2)).plan.deals[0].documents) == set(ids[2:])


def test_fewer_control_documents_are_told(mini):
    ids = tuple(sorted(one for one in mini.read_index() if one != "quarry"))
    assert remarks(mini, ids=ids[:2], control=3) == ("ida: documents of gold that are left for --control 3: 2",)
    assert remarks(mini, ids=ids[:2], control=2) == ()


def test_who_has_nothing_to_read_is_told_and_gets_no_project(mini):
    one = min(mini.read_index())
    planned = make_plan(mini, "spring", Order(("ida", "ben"), ids=(one,), control=1))
    assert len(planned.plan.deals) == 1
    idle = ({"ida", "ben"} - {planned.plan.deals[0].annotator}).pop()
    assert planned.remarks == (f"{idle}: nothing to read, so no account and no project",)


def test_the_same_order_again_is_the_round_as_it_is(mini):
    order = Order(("ida", "ben", "cleo"), next=2, per_doc=2, overlap=0.5, control=1)
    plan = make_plan(mini, "spring", order).plan
    write_round(mini, plan)
    assert make_plan(mini, "spring", order).plan == plan == read_round(mini, "spring")
    with pytest.raises(StandoffError, match="without effect"):
        make_plan(mini, "spring", replace(order, next=3))
