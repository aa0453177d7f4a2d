"""What tools make of our files: spaCy's converter and DocBin, dkpro-cassis; and the rules of brat and WebAnno."""

import re
import warnings
import zipfile
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings

from standoff.errors import StandoffError
from standoff.formats import MODULES, load_reader, load_writer, read_limits
from standoff.formats.conll import read_tags, to_conll
from standoff.formats.docbin import from_docbin, to_docbin
from standoff.formats.exchange import Annotated
from standoff.formats.xmi import from_xmi, to_xmi
from standoff.records import Span
from tests.package.annotated import SCHEMA, documents
from tests.package.test_formats_tokens import FORMATS, REASONS


def span(text: str, surface: str, label: str, **about) -> Span:
    start = text.index(surface)
    return Span(start, start + len(surface), label, surface, **about)


TEXT = "\tHere 😀 sat Ida Moe,\r\nof Nordhavn-Ferries.  Bo Li\nof Vik stayed "
DOCUMENT = Annotated(
    "ferry/1",
    TEXT,
    (
        span(TEXT, "😀", "MOOD"),
        span(
            TEXT, "Ida Moe", "PERSON", attributes={"identifier": "q_1", "n": 2, "odd name": "a b"}, note="seen\ntwice"
        ),
        span(TEXT, "Ida Moe,\r\nof Nordhavn", "two words"),
        span(TEXT, "Moe,\r\n", "PART"),
        span(TEXT, "\r\n", "PART"),
        span(TEXT, "\r\nof", "PART"),
        span(TEXT, "ordhavn-Ferries.  Bo Li\nof V", "ORG", attributes={"by": "\0"}, note="\0"),
        span(TEXT, "V", "a\rb"),
        span(TEXT, "Vik", "a\1", attributes={"sure": True}),
        span(TEXT, "Vik", "a\2"),
    ),
)
ODD = [
    DOCUMENT,
    Annotated("blank", "\n \0"[:2]),
    Annotated("é" * 60, "Ida", (Span(0, 3, "PERSON", "Ida"),)),
    Annotated("nul", "a\0"),
]


@pytest.mark.parametrize("name", FORMATS)
def test_every_limit_is_met(name):
    """Each key in `cannot` is said of some document, and each has a sentence."""
    limits = read_limits()[MODULES[name]]
    written = load_writer(name)(ODD, SCHEMA)
    keys = {loss.limit for loss in written.losses} | {
        REASONS[one.reason] for one in written.unsaid if one.reason in REASONS
    }
    assert keys == limits["cannot"].keys()
    assert all(limits["cannot"].values()) and limits["unit"] and limits["files"]
    left = [reject for reject in written.unsaid if reject.what == "document"]
    assert [reject.name for reject in left] == (["é" * 60] if "long_id" in keys else [])
    assert len(load_reader(name)(written.files).documents) == len(ODD) - len(left)
    assert all("/" not in path for path in written.files)


@given(documents())
@settings(max_examples=40, deadline=None)
def test_spacy_converts_our_conll_to_the_same_documents(given_documents):
    from spacy.training.converters import conll_ner_to_docs

    files = to_conll(given_documents, SCHEMA).files
    parsed = [one for one in load_reader("conll")(files).documents if one.text]
    docs = list(conll_ner_to_docs(files["corpus.conll"].decode(), no_print=True)) if parsed else []
    said = [[(entity.text, entity.label_) for entity in doc.ents] for doc in docs]
    assert said == [[(one.text.replace("\n", " "), one.label) for one in document.spans] for document in parsed]


def test_tags_of_every_scheme_make_the_same_spans():
    spans = [(0, 2, "A"), (2, 3, "A"), (4, 5, "B")]
    for tags in ("I-A I-A B-A O I-B", "B-A I-A B-A O B-B", "B-A E-A S-A O S-B", "B-A L-A U-A O U-B"):
        assert list(read_tags(tags.split())) == spans


@given(documents())
@settings(max_examples=40, deadline=None)
def test_spacy_sees_whole_tokens_and_the_outermost(given_documents):
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    docs = list(DocBin().from_bytes(to_docbin(given_documents, SCHEMA).files["corpus.spacy"]).get_docs(Vocab()))
    for doc, document in zip(docs, given_documents, strict=True):
        assert doc.text == document.text
        shown = {(one.start_char, one.end_char, one.label_) for one in doc.spans["sc"]}
        assert shown >= {(one.start_char, one.end_char, one.label_) for one in doc.ents}
        for one in document.spans:
            inner = one.text.strip()
            start = one.start + one.text.find(inner)
            wide = [
                low for low, high, label in shown if low <= start and start + len(inner) <= high and label == one.label
            ]
            assert wide or not inner
        assert not any(entity[0].is_space or entity[-1].is_space for entity in doc.ents)


def test_what_a_pipeline_takes_away_or_adds_is_taken_away_or_added():
    from spacy.tokens import DocBin
    from spacy.tokens import Span as SpacySpan
    from spacy.vocab import Vocab

    text = "Ida Moe left Vik."
    made = Annotated(
        "a", text, (Span(0, 7, "PERSON", "Ida Moe", {"sure": True}), Span(13, 15, "PLACE", "Vi", None, "?"))
    )
    data = to_docbin([made], SCHEMA).files["corpus.spacy"]
    doc = next(iter(DocBin(store_user_data=True).from_bytes(data).get_docs(Vocab())))
    doc.spans.clear()
    doc.ents = [SpacySpan(doc, 0, 1, "PERSON"), doc.ents[1]]
    parsed = from_docbin({"b.spacy": DocBin(docs=[doc], store_user_data=True).to_bytes()})
    assert parsed.documents == (Annotated("a", text, (Span(0, 3, "PERSON", "Ida"), made.spans[1])),)


@given(documents())
@settings(max_examples=60, deadline=None)
def test_brat_can_verify_every_line(given_documents):
    """The text of a line is that of its fragments with spaces between, and no line breaks but its own."""
    files = load_writer("brat")(given_documents, SCHEMA).files
    for path in [path for path in files if path.endswith(".ann")]:
        lines, text = files[path].decode(), files[path.replace(".ann", ".txt")].decode()
        assert lines.splitlines() == lines.split("\n")[:-1]
        for line in lines.split("\n"):
            if line.startswith("T"):
                _, where, surface = line.split("\t", 2)
                label, ranges = where.split(" ", 1)
                pieces = [tuple(map(int, piece.split(" "))) for piece in ranges.split(";")]
                assert all(high < low for (_, high), (low, _) in pairwise(pieces))
                assert surface == " ".join(text[low:high] for low, high in pieces)
                assert f"\n{label}\n" in files["annotation.conf"].decode()


def test_brat_settings():
    files = load_writer("brat")([DOCUMENT], SCHEMA).files
    assert (
        files["visual.conf"]
        .decode()
        .startswith("[labels]\n\n[drawing]\nSPAN_DEFAULT fgColor:black\nPERSON bgColor:#4477aa\n")
    )
    annotation = files["annotation.conf"].decode()
    assert re.findall(r"(?m)^\[(.*)\]$", annotation) == ["entities", "relations", "events", "attributes"]
    assert "\nMOOD\n" in annotation and "two words" not in annotation
    assert annotation.endswith(
        "[attributes]\nidentifier Arg:<ENTITY>, Value:q_1\nn Arg:<ENTITY>, Value:2\nsure Arg:<ENTITY>\n"
    )


def test_webanno_as_webanno_writes_it():
    text = "Ida 😀 Moe_of\r\nNord-Havn met Bo. So?"
    spans = (
        Span(0, 9, "PER|X", text[:9]),
        Span(0, 3, "A", "Ida", {"identifier": "a->[b]"}),
        Span(10, 18, "ORG", text[10:18]),
        Span(24, 28, "B", text[24:28]),
    )
    name = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
    files = load_writer("webanno")([Annotated("a", text, spans)], SCHEMA).files
    assert files["a.tsv"].decode() == (
        f"#FORMAT=WebAnno TSV 3.3\n#T_SP={name}|identifier|value\n\n\n"
        "#Text=Ida 😀 Moe_of\\r\n#Text=Nord-Havn met Bo. \n"
        "1-1\t0-3\tIda\ta\\->\\[b\\][1]|*[2]\tA[1]|PER\\|X[2]\t\n"
        "1-2\t4-6\t😀\t*[2]\tPER\\|X[2]\t\n"
        "1-3\t7-13\tMoe_of\t_\t_\t\n"
        "1-3.1\t7-10\tMoe\t*[2]\tPER\\|X[2]\t\n"
        "1-3.2\t11-13\tof\t*[3]\tORG[3]\t\n"
        "1-4\t15-19\tNord\t*[3]\tORG[3]\t\n"
        "1-5\t19-20\t-\t_\t_\t\n"
        "1-6\t20-24\tHavn\t_\t_\t\n"
        "1-7\t25-28\tmet\t*\tB\t\n"
        "1-8\t29-31\tBo\t_\t_\t\n"
        "1-9\t31-32\t.\t_\t_\t\n"
        "\n#Text=So?\n"
        "2-1\t33-35\tSo\t_\t_\t\n"
        "2-2\t35-36\t?\t_\t_\t\n"
    )


def test_cassis_reads_our_xmi_and_finds_each_surface():
    from cassis import load_cas_from_xmi, load_typesystem

    files = to_xmi([DOCUMENT], SCHEMA).files
    cas = load_cas_from_xmi(BytesIO(files["ferry%2F1.xmi"]), load_typesystem(BytesIO(files["TypeSystem.xml"])))
    entities = cas.select("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    assert cas.sofa_string == TEXT
    kept = [one for one in DOCUMENT.spans if one.label != "a\2"]
    assert sorted(one.get_covered_text() for one in entities) == sorted(one.text for one in kept)
    assert b'begin="6" end="8" value="MOOD"' in files["ferry%2F1.xmi"]
    assert b"Moe,&#13;&#10;of" in files["ferry%2F1.xmi"]


def test_xmi_in_a_zip_with_the_types_of_dkpro():
    from cassis import load_dkpro_core_typesystem

    made = Annotated("ferry", TEXT, (span(TEXT, "😀", "MOOD", attributes={"identifier": "q"}),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        types = load_dkpro_core_typesystem().to_xml()
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("ferry.xmi", to_xmi([made], SCHEMA).files["ferry.xmi"])
        archive.writestr("TypeSystem.xml", types)
    assert from_xmi({"export.zip": zipped.getvalue()}).documents == (made,)


def test_a_zip_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("standoff.formats.xmi._LARGEST", 10)
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.xmi", "x" * 11)
    with pytest.raises(StandoffError, match=r"a.zip: holds more than 10 bytes"):
        from_xmi({"a.zip": zipped.getvalue()})
