"""Formats made of JSON: there and back again, other tools' files, and what is broken."""

import json
import tomllib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import StandoffError
from standoff.formats import load_reader, load_writer, read_limits
from standoff.formats.doccano import ROWS, from_doccano, to_doccano
from standoff.formats.exchange import Annotated
from standoff.formats.found import name_span
from standoff.formats.prodigy import split_tokens
from standoff.formats.units import from_utf16, utf16_offsets
from standoff.records import Span
from tests.package.annotated import LABELS, SCHEMA, TEXTS, documents, read_damaged

FORMATS = {
    "doccano": "doccano",
    "prodigy": "prodigy",
    "label-studio": "label_studio",
    "web-annotation": "web_annotation",
}
FILES = Path(__file__).parent / "formats"
CASES = tomllib.loads((Path(__file__).parent / "cases" / "formats_json.toml").read_text(encoding="utf-8"))["case"]


def without_losses(name: str, document: Annotated) -> Annotated:
    """The document as far as a format can say it."""
    bare = [Span(one.start, one.end, one.label, one.text) for one in document.spans]
    return Annotated(document.id, document.text, tuple(bare)) if name == "doccano" else document


@pytest.mark.parametrize("name", FORMATS)
@given(documents(least=0))
@settings(max_examples=25, deadline=None)
def test_there_and_back_again(name, given_documents):
    written = load_writer(name)(given_documents, SCHEMA)
    parsed = load_reader(name)(written.files)
    unsaid = {reject.name for reject in written.unsaid if reject.what == "document"}
    assert list(parsed.documents) == [without_losses(name, one) for one in given_documents if one.id not in unsaid]
    assert parsed.rejects == ()
    again = load_writer(name)(parsed.documents, SCHEMA)
    assert dict(again.files) == dict(written.files)
    assert again.losses == ()


@pytest.mark.parametrize("name", FORMATS)
@given(documents(least=0))
@settings(max_examples=20, deadline=None)
def test_what_is_lost_is_named_and_documented(name, given_documents):
    written = load_writer(name)(given_documents, SCHEMA)
    limits = read_limits()[FORMATS[name]]["cannot"]
    assert {loss.limit for loss in written.losses} <= limits.keys()
    lost = [
        getattr(span, key)
        for one in given_documents
        if one.text
        for span in one.spans
        for key in ("attributes", "note")
    ]
    assert len(written.losses) == (sum(value is not None for value in lost) if name == "doccano" else 0)
    empty = [one.id for one in given_documents if not one.text]
    assert [reject.name for reject in written.unsaid] == (empty if name == "doccano" else [])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    files = {name: text.encode("latin-1") for name, text in case.get("latin", {}).items()}
    for name, text in case.get("files", {}).items():
        files[name] = text.replace("DIGITS", "9" * 5_000).replace("BRACKETS", "[" * 200_000).encode()
    if "fixture" in case:
        files[case["fixture"]] = (FILES / case["fixture"]).read_bytes()
    options = {"unit": case["unit"]} if "unit" in case else {}
    if "error" in case:
        with pytest.raises(StandoffError) as caught:
            load_reader(case["format"])(files, **options)
        assert str(caught.value) == case["error"]
        return
    parsed = load_reader(case["format"])(files, **options)
    spans = [
        name_span(one.id, span.start, span.end, span.label, one.text) for one in parsed.documents for span in one.spans
    ]
    assert spans == case.get("spans", [])
    assert [one.id for one in parsed.documents] == case.get(
        "documents", list(dict.fromkeys(name.split()[0] for name in spans))
    )
    said = [str(reject) for reject in parsed.rejects]
    if "starts" in case:
        assert [line.startswith(start) for line, start in zip(said, case["starts"], strict=True)] == [True] * len(said)
    else:
        assert said == case.get("rejects", [])


@pytest.mark.parametrize("name", FORMATS)
@given(documents(least=0), st.data())
@settings(max_examples=25, deadline=None)
def test_a_damaged_file_is_read_or_refused_in_one_line(name, given_documents, data):
    read_damaged(name, given_documents, data)


ODD = (
    None,
    True,
    -1,
    1.5,
    "",
    "x",
    "\ud83d",
    "a\nb",
    [],
    {},
    [1],
    {"a": 1},
    [None],
    [[0, 3, "X"]],
    10**30,
    float("nan"),
)


def swap_some(value, random):
    """A JSON value with odd ones in place of some of its parts."""
    if random.random() < 0.1:
        return random.choice(ODD)
    if isinstance(value, dict):
        return {key: swap_some(one, random) for key, one in value.items()}
    return [swap_some(one, random) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", FORMATS)
@given(documents(least=0), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_good_json_of_the_wrong_shape_is_rejected_by_name(name, given_documents, random):
    files = dict(load_writer(name)(given_documents, SCHEMA).files)
    for path, content in files.items():
        if path.endswith(".jsonl"):
            rows = [swap_some(json.loads(line), random) for line in content.decode().split("\n") if line]
            files[path] = "\n".join(map(json.dumps, rows)).encode()
        elif path.endswith((".json", ".jsonld")):
            files[path] = json.dumps(swap_some(json.loads(content), random)).encode()
    try:
        parsed = load_reader(name)(files)
    except StandoffError as error:
        assert error.path in files
        return
    assert all("\n" not in str(reject) and str(reject).encode() for reject in parsed.rejects)
    assert load_reader(name)(load_writer(name)(parsed.documents, SCHEMA).files).rejects == ()


def test_notes_and_attributes_outlive_the_page_of_label_studio():
    files = {"tasks.json": (FILES / "label_studio_browser.json").read_bytes()}
    span = load_reader("label-studio")(files).documents[0].spans[0]
    assert (span.attributes, span.note) == ({"sure": True, "by": "ann", "n": 2}, "seen twice\nline two")


@given(documents(least=0))
@settings(max_examples=40, deadline=None)
def test_a_shifted_span_is_counted(given_documents):
    """Documents and spans in the file are those read and those rejected, whatever is wrong with them."""
    tasks = json.loads(load_writer("label-studio")(given_documents, SCHEMA).files["tasks.json"])
    for number, task in enumerate(tasks):
        for region in task["annotations"][0]["result"][number % 2 :]:
            region["value"]["start"] += 1
    parsed = load_reader("label-studio")({"tasks.json": json.dumps(tasks).encode()})
    assert parsed.total == {"document": len(tasks), "span": sum(len(one.spans) for one in given_documents)}


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_utf16_is_what_encoders_say(text):
    offsets = utf16_offsets(text)
    assert offsets == [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    for start, end in pairwise(range(len(text) + 1)):
        assert from_utf16(offsets, offsets[start], offsets[end]) == (start, end, "")


@given(documents(least=0))
@settings(max_examples=40, deadline=None)
def test_tokens_give_the_text_and_break_at_every_span(given_documents):
    for one in given_documents:
        tokens = split_tokens(one.text, one.spans)
        assert "".join(one.text[start:end] + " " * follows for start, end, follows in tokens) == one.text
        assert {span.start for span in one.spans} <= {start for start, _, _ in tokens}
        assert {span.end for span in one.spans} <= {end for _, end, _ in tokens}


def test_tokens_are_words_and_marks():
    text = "Bo Li’s  firm.\nPaid £35m"
    tokens = split_tokens(text, [Span(17, 24, "MONEY", "id £35m"), Span(3, 5, "PERSON", "Li")])
    assert [text[start:end] for start, end, _ in tokens] == [
        "Bo", "Li", "’", "s", " ", "firm", ".", "\n", "Pa", "id", "£", "35m"
    ]  # fmt: skip


def test_token_numbers_in_tasks():
    text = "Ida Moe left"
    written = load_writer("prodigy")([Annotated("a", text, (Span(4, 7, "PERSON", "Moe"),))], SCHEMA)
    task = json.loads(written.files["prodigy.jsonl"])
    assert task["spans"] == [{"start": 4, "end": 7, "label": "PERSON", "text": "Moe", "token_start": 1, "token_end": 1}]
    assert task["tokens"][1] == {"text": "Moe", "start": 4, "end": 7, "id": 1, "ws": True}


def test_many_documents_for_doccano_are_several_files():
    many = [Annotated(f"d{number}", "Ida") for number in range(ROWS + 1)]
    written = to_doccano(many, SCHEMA)
    assert [(name, data.count(b"\n")) for name, data in written.files.items()] == [
        ("doccano-0001.jsonl", ROWS),
        ("doccano-0002.jsonl", 1),
    ]
    assert list(from_doccano(written.files).documents) == many
    assert all(data.isascii() for data in written.files.values())


def test_offsets_for_doccano_in_either_unit():
    document = Annotated("a", "😀 Ida", (Span(2, 5, "PERSON", "Ida"),))
    for unit, label in (("utf16", [3, 6, "PERSON"]), ("codepoints", [2, 5, "PERSON"])):
        files = to_doccano([document], SCHEMA, unit=unit).files
        assert json.loads(files["doccano.jsonl"])["label"] == [label]
        assert from_doccano(files, unit=unit).documents == (document,)


def test_every_limit_is_met():
    """Each key in `cannot` is said of some document, and each has a sentence."""
    span = Span(0, 3, "PERSON", "Ida", {"sure": True}, "twice")
    given_documents = [Annotated("full", "Ida", (span,)), Annotated("empty", ""), Annotated("é" * 60, "Ida", (span,))]
    for name, module in FORMATS.items():
        limits = read_limits()[module]
        written = load_writer(name)(given_documents, SCHEMA)
        keys = {loss.limit for loss in written.losses} | {UNSAID[reject.reason] for reject in written.unsaid}
        assert keys == limits["cannot"].keys()
        assert all(limits["cannot"].values()) and limits["unit"] and limits["files"]
        left = sum(reject.what == "document" for reject in written.unsaid)
        assert len(load_reader(name)(written.files).documents) == len(given_documents) - left


UNSAID = {"doccano refuses a text that is empty": "empty", "the id is too long for a file name": "long_id"}


def test_the_labelling_interface_names_every_label():
    config = ElementTree.fromstring(load_writer("label-studio")([], SCHEMA).files["config.xml"])
    assert [one.get("value") for one in config.iter("Label")] == list(LABELS)
    assert [one.get("background") for one in config.iter("Label")] == ["#4477aa"] * len(LABELS)


def test_annotations_are_as_the_recommendation_has_them():
    text = "Here 😀 sat Ida Moe, alone."
    document = Annotated("a b/c", text, (Span(11, 18, "PERSON", "Ida Moe"),))
    files = load_writer("web-annotation")([document], SCHEMA).files
    assert files["text/a%20b%2Fc.txt"] == text.encode()
    page = json.loads(files["annotations.jsonld"])
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    assert page["items"] == [
        {
            "id": "#a%20b%2Fc:11-18:PERSON",
            "type": "Annotation",
            "motivation": "tagging",
            "body": [{"type": "TextualBody", "purpose": "tagging", "value": "PERSON"}],
            "target": {
                "source": "text/a%2520b%252Fc.txt",
                "selector": [
                    {"type": "TextPositionSelector", "start": 11, "end": 18},
                    {"type": "TextQuoteSelector", "exact": "Ida Moe", "prefix": "Here 😀 sat ", "suffix": ", alone."},
                ],
            },
        }
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_no_documents(name):
    written = load_writer(name)([], SCHEMA)
    assert load_reader(name)(written.files).total == {"document": 0, "span": 0}
