"""Dealing documents out: everything dealt, nothing twice, shares even, the same everywhere."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.doccano.deal import by_hash, count_shared, deal_out, mix_in, rank

IDS = [f"d{number}" for number in range(40)]


@given(
    st.lists(st.sampled_from(IDS), unique=True, min_size=1),
    st.integers(1, 5),
    st.integers(1, 4),
    st.floats(0, 1),
    st.text(max_size=5),
)
def test_every_document_goes_to_as_many_as_asked(ids, people, per_doc, overlap, key):
    names = [f"p{number}" for number in range(people)]
    hands = deal_out(ids, names, per_doc=per_doc, overlap=overlap, key=key)
    times = Counter(one for hand in hands.values() for one in hand)
    assert set(times) == set(ids)
    assert all(len(hand) == len(set(hand)) for hand in hands.values())
    shared = min(per_doc, people)
    assert sum(count == shared for count in times.values()) == (
        len(ids) if shared == 1 else count_shared(overlap, len(ids))
    )
    assert set(times.values()) <= {1, shared}
    sizes = [len(hand) for hand in hands.values()]
    assert max(sizes) - min(sizes) <= shared
    assert hands == deal_out(list(reversed(ids)), names, per_doc=per_doc, overlap=overlap, key=key)


@pytest.mark.parametrize(
    ("overlap", "total", "shared"),
    [(0.0, 9, 0), (0.15, 3, 1), (0.15, 20, 3), (0.07, 100, 7), (0.5, 5, 3), (1.0, 7, 7), (0.3, 0, 0)],
)
def test_a_share_is_rounded_up(overlap, total, shared):
    assert count_shared(overlap, total) == shared


def test_pairs_are_mixed():
    hands = deal_out(IDS[:30], ["ida", "ben", "cleo"], per_doc=2, overlap=1.0)
    pairs = Counter(tuple(sorted(name for name, hand in hands.items() if one in hand)) for one in IDS[:30])
    assert [len(hand) for hand in hands.values()] == [20, 20, 20]
    assert sorted(pairs.values()) == [10, 10, 10]


def test_nobody_is_given_a_document_twice():
    read = {("ida", "d1"), ("ida", "d2"), ("ben", "d2")}
    hands = deal_out(["d1", "d2", "d3"], ["ida", "ben"], per_doc=2, overlap=1.0, read=read)
    assert hands["ida"] == ["d3"]
    assert sorted(hands["ben"]) == ["d1", "d3"]


def test_what_needs_people_most_comes_first():
    order = rank(["a", "b", "c", "d"], {"a"}, {"a": 0, "b": 2, "c": 0, "d": 1}, "key")
    assert order == ["c", "d", "b", "a"]


def test_control_documents_do_not_show():
    deal = mix_in("ida", ["d1", "d2", "d3"], ["g1"], "spring")
    assert sorted(deal.documents) == ["d1", "d2", "d3", "g1"]
    assert deal.control == ("g1",)
    assert deal.documents == tuple(by_hash("spring ida", deal.documents))
