import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.cleaning import apply_cuts, plain_spaces
from standoff.dataset.tokens import Token
from standoff.offsets import OffsetMap, kept_ranges, span_to_tokens
from standoff.records import Cut


@st.composite
def seeds_and_cuts(draw):
    """Any text and cuts that lie apart in it."""
    seed = draw(st.text(max_size=60))
    edges = sorted(draw(st.lists(st.integers(0, len(seed)), unique=True, max_size=12)))
    cuts = [Cut(start, end, "ad", "rule:x") for start, end in zip(edges[::2], edges[1::2], strict=False)]
    return seed, cuts


@given(seeds_and_cuts())
def test_kept_and_cut_are_the_seed(drawn):
    seed, cuts = drawn
    pieces = sorted([*kept_ranges(len(seed), cuts), *((cut.start, cut.end) for cut in cuts)])
    assert "".join(seed[start:end] for start, end in pieces) == seed
    assert len(apply_cuts(seed, cuts)) + sum(cut.end - cut.start for cut in cuts) == len(seed)


@given(seeds_and_cuts())
def test_every_position_goes_there_and_back(drawn):
    seed, cuts = drawn
    offsets, clean = OffsetMap.from_cuts(len(seed), cuts), apply_cuts(seed, cuts)
    assert offsets.clean_length == len(clean)
    for position in range(len(clean)):
        assert plain_spaces(seed)[offsets.to_seed(position)] == clean[position]
        assert offsets.to_clean(offsets.to_seed(position)) == position
    for position in range(len(seed)):
        there = offsets.to_clean(position)
        is_cut = any(cut.start <= position < cut.end for cut in cuts)
        assert (there is None) == is_cut
        assert is_cut or offsets.to_seed(there) == position


@given(seeds_and_cuts(), st.data())
def test_every_span_goes_there_and_back(drawn, data):
    seed, cuts = drawn
    offsets, clean = OffsetMap.from_cuts(len(seed), cuts), apply_cuts(seed, cuts)
    if clean:
        start = data.draw(st.integers(0, len(clean) - 1))
        end = data.draw(st.integers(start + 1, len(clean)))
        low, high = offsets.span_to_seed(start, end)
        assert offsets.span_to_clean(low, high)[:2] == (start, end)
        whole = not any(low <= cut.start and cut.end <= high for cut in cuts)
        assert (offsets.span_to_clean(low, high)[2] == "kept") == whole


@pytest.mark.parametrize(
    ("span", "expected"),
    [((0, 2), (0, 2, "kept")), ((1, 4), (1, 2, "trimmed")), ((2, 5), (0, 0, "orphaned")), ((1, 7), (1, 4, "trimmed"))],
)
def test_verdicts(span, expected):
    assert OffsetMap.from_cuts(10, [Cut(2, 5, "ad", "rule:x")]).span_to_clean(*span) == expected


@pytest.mark.parametrize("cuts", [[(2, 2)], [(0, 3), (2, 4)], [(8, 11)], [(-1, 2)]])
def test_bad_cuts_are_refused(cuts):
    with pytest.raises(ValueError, match="cut"):
        kept_ranges(10, [Cut(start, end, "ad", "rule:x") for start, end in cuts])


@pytest.mark.parametrize("position", [-1, 4])
def test_a_position_outside_is_refused(position):
    with pytest.raises(IndexError):
        OffsetMap.from_cuts(4, []).to_seed(position)


def test_tokens_touched_by_a_span():
    tokens = [Token(0, 3, "The"), Token(4, 8, "Vell"), Token(9, 15, "Clinic")]
    assert span_to_tokens(tokens, 4, 15) == (1, 3, True)
    assert span_to_tokens(tokens, 5, 15) == (1, 3, False)
    assert span_to_tokens(tokens, 15, 16) == (0, 0, False)
