"""Where ranges of a text stand in another version of it."""

from hypothesis import given
from hypothesis import strategies as st

from standoff.edits import find_edits

WORDS = st.lists(
    st.sampled_from(["Vell", "said", "the", "harbour", "é", "😀", ",", "\r\n", " "]), min_size=1, max_size=30
)


@given(WORDS, WORDS, st.data())
def test_a_range_that_is_moved_covers_the_same_characters(one, other, data):
    theirs, ours = "".join(one), "".join(other)
    script = find_edits(theirs, ours)
    start = data.draw(st.integers(0, len(theirs)))
    end = data.draw(st.integers(start, len(theirs)))
    moved = script.to_ours(start, end)
    if moved is not None:
        assert theirs[start:end] == ours[moved[0] : moved[1]] != ""


@given(st.text(max_size=60), st.data())
def test_the_same_text_moves_nothing(text, data):
    script = find_edits(text, text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert script.to_ours(start, end) == ((start, end) if start < end else None)


def test_only_what_the_edit_touched_is_lost():
    theirs, ours = "Mr Vell thanked Dr Ines Harrow of Norrsund.", "Yesterday Mr Vell thanked Ines Harrow of Norrsund!"
    script = find_edits(theirs, ours)
    for words, kept in (("Vell", True), ("Ines Harrow", True), ("Dr Ines", False), ("Norrsund", True), (".", False)):
        at = theirs.index(words)
        moved = script.to_ours(at, at + len(words))
        assert (moved is not None and ours[moved[0] : moved[1]] == words) == kept
