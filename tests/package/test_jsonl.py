import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.jsonl import dumps_records, read_records, write_records
from standoff.records import Cut, Entry, Span, from_row, to_row

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = TEXT.filter(lambda text: not set(text) & {"\0", "\r"})
NUMBER = st.integers(0, 10**6)
ATTRIBUTES = st.none() | st.dictionaries(PLAIN, PLAIN | NUMBER | st.booleans(), max_size=3)
SPANS = st.lists(st.builds(Span, NUMBER, NUMBER, PLAIN, TEXT, ATTRIBUTES, st.none() | PLAIN), max_size=5)
CUTS = st.lists(st.builds(Cut, NUMBER, NUMBER, PLAIN, PLAIN, st.none() | st.floats(0, 1)), max_size=5)


@given(SPANS | CUTS)
def test_records_come_back_and_files_are_canonical(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("jsonl") / "records.jsonl"
    kind = type(records[0]) if records else Span
    write_records(path, records)
    again = read_records(path, kind)
    assert again == records
    assert dumps_records(again).encode("utf-8") == path.read_bytes()


def test_field_order_and_spacing():
    span = Span(120, 135, "PERSON", "Ida Sørensen 😀")
    line = '{"start": 120, "end": 135, "label": "PERSON", "text": "Ida Sørensen 😀"}\n'
    assert dumps_records([span]) == line


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([], "expected an object"),
        ({"start": 0, "end": 1, "kind": "ad", "by": "rule:x", "why": 1}, "unknown field 'why'"),
        ({"start": 0, "end": 1, "kind": "ad"}, "field 'by' is missing"),
        ({"start": "0", "end": 1, "kind": "ad", "by": "rule:x"}, "field 'start' cannot be '0'"),
        ({"start": True, "end": 1, "kind": "ad", "by": "rule:x"}, "field 'start' cannot be True"),
    ],
)
def test_what_is_no_record_is_named(row, message):
    with pytest.raises(ValueError, match=message):
        from_row(Cut, row)


def test_defaults_are_left_out():
    assert to_row(Entry("a", "train", "0", 1, 2)) == {"id": "a", "split": "train", "sha256": "0", "kept": 1, "cut": 2}
    assert "score" not in to_row(Cut(0, 1, "ad", "rule:x"))
    assert to_row(Cut(0, 1, "ad", "model:x@1", 0.5))["score"] == 0.5
