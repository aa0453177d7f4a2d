"""brat, CoNLL, WebAnno TSV, DocBin and XMI: there and back again, each limit named, other tools' files, broken ones."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import StandoffError
from standoff.formats import MODULES, load_reader, load_writer, read_limits
from standoff.formats.exchange import Annotated
from standoff.formats.found import name_span, sort_spans
from standoff.records import Span
from tests.package.annotated import LABELS, SCHEMA, documents, read_damaged

FORMATS = ("brat", "conll", "webanno", "spacy", "xmi")
FILES = Path(__file__).parent / "formats"
CASES = tomllib.loads((Path(__file__).parent / "cases" / "formats_tokens.toml").read_text(encoding="utf-8"))["case"]
ODD_LABELS = (*LABELS, "two words", "a\rb", "a\0", "a\1")
REASONS = {
    "the id is too long for a file name": "long_id",
    "the label is not one word": "label",
    "the label holds a carriage return, which a row cannot": "label",
    "with its forbidden characters replaced it is another span of the same label": "label",
    "it is line breaks alone": "edges",
    "without line breaks at its edges it is another span of the same label": "edges",
    "without white space at its edges it is another span of the same label": "edges",
    "it is white space, which no token holds": "blank",
    "it overlaps a longer span, and a token has one tag": "overlap",
}


def trim(span: Span, inside: str) -> Span:
    """A span without the characters at its edges that are not `inside`, which is a pattern."""
    found = re.search(rf"{inside}(?:.*{inside})?", span.text, re.DOTALL)
    return replace(span, start=span.start + found.start(), end=span.start + found.end(), text=found[0])


def as_brat(document: Annotated) -> Annotated:
    spans = []
    for span in document.spans:
        words = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in (span.attributes or {}).items()
        }
        kept = {key: value for key, value in words.items() if key and value and not re.search(r"\s", key + value)}
        kept = {key: True if span.attributes[key] is True else value for key, value in kept.items()}
        note = span.note and re.sub("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", " ", span.note)
        spans.append(replace(trim(span, "[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"), attributes=kept or None, note=note))
    return replace(document, spans=sort_spans(spans))


def as_webanno(document: Annotated) -> Annotated:
    text = document.text.lstrip()
    text = text and " " * (len(document.text) - len(text)) + text
    spans = []
    for span in document.spans:
        value = (span.attributes or {}).get("identifier")
        named = {"identifier": value} if value and isinstance(value, str) and "\r" not in value else None
        spans.append(replace(trim(span, r"\S"), attributes=named, note=None))
    return Annotated(document.id, text, sort_spans(spans))


def as_xmi(document: Annotated) -> Annotated:
    def held(text: str) -> str:
        return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)

    spans = [
        replace(span, text=held(span.text), label=held(span.label), note=span.note and held(span.note))
        for span in document.spans
    ]
    return Annotated(document.id, held(document.text), sort_spans(spans))


EXPECTED = {"brat": as_brat, "webanno": as_webanno, "spacy": lambda document: document, "xmi": as_xmi}


def name_all(given_documents) -> list[str]:
    return [
        name_span(one.id, span.start, span.end, span.label, one.text) for one in given_documents for span in one.spans
    ]


def without_unsaid(document: Annotated, unsaid) -> Annotated:
    names = {reject.name for reject in unsaid if reject.what == "span"}
    kept = [span for span in document.spans if name_all([replace(document, spans=(span,))])[0] not in names]
    return replace(document, spans=tuple(kept))


@pytest.mark.parametrize("name", sorted(EXPECTED))
@given(documents(ODD_LABELS))
@settings(max_examples=25, deadline=None)
def test_there_and_back_again(name, given_documents):
    written = load_writer(name)(given_documents, SCHEMA)
    parsed = load_reader(name)(written.files)
    by_id = {one.id: one for one in parsed.documents}
    assert parsed.rejects == ()
    assert by_id == {one.id: EXPECTED[name](without_unsaid(one, written.unsaid)) for one in given_documents}
    again = load_writer(name)([by_id[one.id] for one in given_documents], SCHEMA)
    assert dict(again.files) == dict(written.files)
    assert again.unsaid == ()
    assert name == "spacy" or again.losses == ()


@given(documents(ODD_LABELS))
@settings(max_examples=40, deadline=None)
def test_conll_keeps_all_but_white_space(given_documents):
    """Tokens and the characters of each span come back; what comes back is written the same and is read the same."""
    written = load_writer("conll")(given_documents, SCHEMA)
    parsed = load_reader("conll")(written.files)
    assert [one.id for one in parsed.documents] == [one.id for one in given_documents]
    assert parsed.rejects == ()
    widened = [loss.thing.removesuffix(": whole tokens") for loss in written.losses if loss.limit == "edges"]
    for before, after in zip(given_documents, parsed.documents, strict=True):
        assert after.text.split() == "".join(f"{one} " for one in after.text.split()).split()
        assert "".join(after.text.split()) == "".join(before.text.split())
        kept = [span for span in without_unsaid(before, written.unsaid).spans]
        assert len(kept) == len(after.spans)
        for old, new in zip(sorted(kept, key=lambda one: one.start), after.spans, strict=True):
            exact = name_all([replace(before, spans=(old,))])[0] not in widened
            assert "".join(new.text.split()) == "".join(old.text.split()) or not exact
            assert "".join(old.text.split()) in "".join(new.text.split())
            assert new.label == old.label
    again = load_writer("conll")(parsed.documents, SCHEMA)
    assert (dict(again.files), again.losses, again.unsaid) == (dict(written.files), (), ())


@pytest.mark.parametrize("name", FORMATS)
@given(documents(ODD_LABELS))
@settings(max_examples=20, deadline=None)
def test_counts_in_are_counts_out_and_limits_are_documented(name, given_documents):
    written = load_writer(name)(given_documents, SCHEMA)
    limits = read_limits()[MODULES[name]]["cannot"]
    assert {loss.limit for loss in written.losses} | {REASONS[one.reason] for one in written.unsaid} <= limits.keys()
    assert all(loss.thing.startswith(loss.document) for loss in written.losses)
    unsaid = [reject.name for reject in written.unsaid]
    assert not set(unsaid) - set(name_all(given_documents))
    total = load_reader(name)(written.files).total
    assert total == {"document": len(given_documents), "span": len(name_all(given_documents)) - len(unsaid)}


@pytest.mark.parametrize("name", FORMATS)
@given(documents(), st.data())
@settings(max_examples=25, deadline=None)
def test_a_damaged_file_is_read_or_refused_in_one_line(name, given_documents, data):
    if parsed := read_damaged(name, given_documents, data):
        load_writer(name)(parsed.documents, SCHEMA)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    files = {name: text.encode("latin-1") for name, text in case.get("latin", {}).items()}
    files |= {name: text.encode() for name, text in case.get("files", {}).items()}
    files |= {name: (FILES / name).read_bytes() for name in case.get("fixtures", ())}
    if "error" in case:
        with pytest.raises(StandoffError) as caught:
            load_reader(case["format"])(files)
        assert str(caught.value) == case["error"]
        return
    parsed = load_reader(case["format"])(files)
    assert name_all(parsed.documents) == case.get("spans", [])
    assert [one.id for one in parsed.documents] == case.get("documents", [])
    assert [str(reject) for reject in parsed.rejects] == case.get("rejects", [])
    if "texts" in case:
        assert [one.text for one in parsed.documents] == case["texts"]
    if "about" in case:
        spans = [span for one in parsed.documents for span in one.spans]
        assert [{**(span.attributes or {}), "note": span.note or ""} for span in spans] == case["about"]
