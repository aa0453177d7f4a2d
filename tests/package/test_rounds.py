"""The plan of a round: dealt by an order, kept in the corpus, the same for everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.corpus import Corpus
from standoff.doccano.plan import Order, make_plan
from standoff.doccano.rounds import Deal, Round, read_round, read_rounds, round_file, write_round
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from tests.conftest import snapshot

IDS = st.lists(st.from_regex("[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True), unique=True, max_size=5).map(tuple)
DEALS = st.lists(st.builds(Deal, st.from_regex("[a-z][a-z0-9-]{0,5}", fullmatch=True), IDS, IDS), max_size=3).map(tuple)


@given(st.builds(Round, st.just("spring"), st.text(), st.text(), st.booleans(), DEALS))
def test_a_plan_comes_back_as_it_was_written(tmp_path_factory, plan):
    corpus = Corpus(tmp_path_factory.mktemp("plan"))
    try:
        write_round(corpus, plan)
    except UnicodeEncodeError:
        return
    assert read_round(corpus, "spring") == plan
    assert read_rounds(corpus) == [plan]


def deal(corpus, name="spring", **order):
    plan = make_plan(corpus, name, Order(("ida", "ben"), **order))
    write_round(corpus, plan)
    return {one.annotator: one for one in plan.deals}


def test_private_texts_stay_here_unless_they_are_asked_for(mini):
    public = deal(mini)
    assert "quarry" not in public["ida"].documents + public["ben"].documents
    with pytest.raises(StandoffError, match="not to be pushed: quarry"):
        make_plan(mini, "other", Order(("cleo",), ids=("quarry",)))
    assert make_plan(mini, "other", Order(("cleo",), ids=("quarry",), with_private=True)).deals[0].documents == (
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
    first = make_plan(mini, "a", Order(("ida",), next=1)).deals[0].documents
    assert first == (ids[0],)
    deal(mini, "b", ids=(ids[0],), per_doc=2)
    both = make_plan(mini, "c", Order(("dora",), next=2)).deals[0].documents
    assert sorted(both) == sorted(ids[:2])
    assert make_plan(mini, "d", Order(("dora",), next=1)).deals[0].documents == (ids[1],)


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
    plan = make_plan(mini, "spring", None)
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
    plan = make_plan(mini, "again", Order(("ida", "ben"), again=True))
    assert plan.suggestions == "own"
    assert [(one.annotator, one.documents) for one in plan.deals] == [("ida", (ids[0],))]
    with pytest.raises(StandoffError, match="nothing to deal out"):
        make_plan(mini, "again", Order(("ben",), again=True))
