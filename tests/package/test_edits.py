"""Where ranges of a text stand in another version of it."""

from hypothesis import given
from hypothesis import strategies as st

from standoff.edits import cuts_word, find_edits, follow_edits
from standoff.formats.exchange import Annotated
from standoff.records import Span

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


def annotated(text, *words):
    spans = [Span(text.index(word), text.index(word) + len(word), "ORG", word) for word in words]
    return Annotated("d", text, tuple(spans))


def test_spans_follow_an_edit_and_those_it_touched_are_named():
    theirs = "Yesterday Vell Lines lost the scans of Ines Harrow."
    ours = "Vell Lines lost all the scans of Inez Harrow."
    moved, rejects = follow_edits(annotated(theirs, "Vell Lines", "Ines Harrow", "scans"), ours)
    assert [(ours[span.start : span.end], span.text) for span in moved.spans] == [("Vell Lines",) * 2, ("scans",) * 2]
    assert [reject.name for reject in rejects] == ["d [39, 50) ORG 'Ines Harrow'"]


def test_spans_that_slipped_are_not_taken_for_other_words():
    """The text was edited on the server and the offsets stayed: `Vell` is now four characters of another word."""
    before, ours = "Lines: Vell lost it. Vell said so.", "Lines: Vell lost it. Vell said so."
    at = before.index("Vell said")
    theirs = before.replace("lost it", "sadly lost it")
    slipped = Annotated("d", theirs, (Span(7, 11, "ORG", "Vell"), Span(at, at + 4, "ORG", theirs[at : at + 4])))
    assert cuts_word(theirs, at, at + 4)
    moved, rejects = follow_edits(slipped, ours)
    assert [span.text for span in moved.spans] == ["Vell"]
    assert "slipped" in rejects[0].reason
