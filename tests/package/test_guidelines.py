"""Guidelines that run: the inline form, examples against schema, each other and gold, versions and worklists."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.cleaning.text import apply_cuts
from standoff.errors import StandoffError
from standoff.guidelines.bump import needed_bump
from standoff.guidelines.changes import check_changes, check_version, read_changes
from standoff.guidelines.citations import check_decisions, cited_rules
from standoff.guidelines.compare import compare, fold, is_oracle
from standoff.guidelines.examples import check_guidelines
from standoff.guidelines.marks import from_marks, to_marks
from standoff.guidelines.pages import Example, read_guidelines
from standoff.guidelines.support import Annotated, Oracle, find_unsupported, merge_support
from standoff.guidelines.worklist import find_worklist
from standoff.offsets import OffsetMap
from standoff.records import Cut, Span

CASES = tomllib.loads((Path(__file__).parent / "cases" / "guidelines.toml").read_text(encoding="utf-8"))
_CUT = re.compile("⟦([^⟧]*)⟧")


def cases(kind):
    """The cases of a kind, each with an id."""
    rows = CASES[kind]
    return pytest.mark.parametrize("case", rows, ids=[row.get("name", str(at)) for at, row in enumerate(rows)])


def write_pages(root, edits=()):
    """The good pages with some edits, in a folder; "@" for the old text appends, "*" replaces all."""
    pages = dict(CASES["good"])
    for name, old, new in edits:
        text = pages.get(name, "")
        assert old in ("@", "*") or text.count(old) == 1, (name, old)
        pages[name] = text + new if old == "@" else new if old == "*" else text.replace(old, new)
    folder = root / "guidelines"
    folder.mkdir(parents=True)
    for name, text in pages.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def annotated(marked, notes, path="annotations/gold/x.jsonl"):
    """A document from its inline form with cuts in ⟦⟧; spans count in the seed, lines are their numbers from 1."""
    plain, spans = from_marks(marked.replace("\n", " ⏎ "))
    cuts, at = [], 0
    for found in _CUT.finditer(plain):
        start = found.start() - at
        cuts.append(Cut(start, start + len(found[1]), "ad", "rule:x"))
        at += 2
    shift = [sum(plain[:position].count(mark) for mark in "⟦⟧") for position in range(len(plain) + 1)]
    spans = [
        replace(span, start=span.start - shift[span.start], end=span.end - shift[span.end], note=notes.get(span.text))
        for span in spans
    ]
    seed = plain.replace("⟦", "").replace("⟧", "")
    offsets = OffsetMap.from_cuts(len(seed), cuts) if cuts else None
    return Annotated(path, spans, range(1, len(spans) + 1), apply_cuts(seed, cuts), offsets)


def agree(found, expected):
    """Each line begins as expected, and there are no others."""
    assert len(found) == len(expected), found
    assert [line for line, wanted in zip(found, expected, strict=True) if not line.startswith(wanted)] == [], found


# --- the inline form ---


@cases("mark")
def test_what_is_no_inline_form(case):
    with pytest.raises(ValueError, match=re.escape(case["says"])):
        from_marks(case["text"])


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="[]{}⏎"), max_size=30)
LABELS = st.sampled_from(["ORG", "PERSON", "Größe", "A-1"])


@st.composite
def marked_texts(draw):
    """A text and spans that nest or lie apart."""
    text = draw(st.one_of(TEXTS, st.text("a \n", max_size=12)))
    spans = {}
    for _ in range(draw(st.integers(0, 6)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if not any(low < start < high < end or start < low < end < high for low, high, _ in spans):
            key = (start, end, draw(LABELS))
            spans[key] = Span(*key, text[start:end])
    return text, tuple(sorted(spans.values()))


@settings(max_examples=200)
@given(marked_texts())
def test_the_inline_form_is_read_back(drawn):
    assert from_marks(to_marks(*drawn)) == drawn


@given(marked_texts())
def test_the_inline_form_is_canonical(drawn):
    line = to_marks(*drawn)
    assert to_marks(*from_marks(line)) == line


@pytest.mark.parametrize(("text", "spans"), [("a [b]", []), ("a⏎", []), ("abcd", [(0, 2), (1, 3)])])
def test_what_has_no_inline_form(text, spans):
    with pytest.raises(ValueError, match=r"inline form|cross"):
        to_marks(text, [Span(start, end, "ORG", text[start:end]) for start, end in spans])


# --- one example, one text ---


@cases("compare")
def test_compare(case):
    example = Example("X-1", "x.md", 1, *from_marks(case["example"]))
    found = []
    for one in compare(example, *from_marks(case["text"])):
        sides = [f"{span.label} {span.text!r}" for span in (one.found, one.wanted) if span]
        found.append(f"{one.kind} {' for '.join(sides)} at {one.place.start}")
    assert found == case["found"]


@cases("oracle")
def test_which_examples_are_oracles(case):
    assert is_oracle(Example("X-1", "x.md", 1, *from_marks(case["example"]))) == case["sound"]


WORDS = st.lists(
    st.sampled_from(["Ada", "Kerr", "the", "mill", "said", "“no”", "it’s", "3", "Ltd."]), min_size=1, max_size=7
)


@st.composite
def sentences(draw):
    """A text of words with flat spans of whole words."""
    words = draw(WORDS)
    text, edges = " ".join(words), [0]
    for word in words:
        edges.append(edges[-1] + len(word) + 1)
    chosen = sorted(draw(st.lists(st.integers(0, len(words)), unique=True, max_size=6)))
    pairs = zip(chosen[::2], chosen[1::2], strict=False)
    ranges = [(edges[first], edges[last] - 1) for first, last in pairs]
    return text, tuple(
        Span(start, end, draw(st.sampled_from(["ORG", "PERSON"])), text[start:end]) for start, end in ranges
    )


@st.composite
def embedded(draw):
    """An example, and a text that holds it once or more, marked as it says; fillers hold none of its words."""
    text, spans = draw(sentences())
    whole, marks, starts = "", [], []
    for _ in range(draw(st.integers(1, 3))):
        whole += draw(st.sampled_from(["", "So, ", "One\nday ", "😀 "]))
        starts.append(len(whole))
        marks += [replace(span, start=span.start + len(whole), end=span.end + len(whole)) for span in spans]
        whole += text + draw(st.sampled_from([". Then ", "\n", "; "]))
    return Example("X-1", "x.md", 1, text, spans), whole, marks


@settings(max_examples=150)
@given(embedded())
def test_nothing_is_found_in_an_agreeing_text(drawn):
    example, whole, marks = drawn
    folded = replace(example, text=fold(example.text))
    assert list(compare(example, whole, marks)) == []
    assert list(compare(folded, whole, marks)) == []


@settings(max_examples=150)
@given(embedded(), st.data())
def test_every_injected_difference_is_found(drawn, data):
    """A mark lost, given another label or a new one in free text: one difference each, at its place."""
    example, whole, marks = drawn
    change = data.draw(st.sampled_from(["lose", "relabel", "add"] if marks else ["add"]))
    if change == "add":
        start = whole.index(example.text)
        free = [at for at in range(start, start + len(example.text)) if not any(m.start <= at < m.end for m in marks)]
        if not free:
            return
        at = data.draw(st.sampled_from(free))
        changed, kind, place = [*marks, Span(at, at + 1, "DATE", whole[at])], "extra", at
    else:
        one = data.draw(st.sampled_from(marks))
        rest = [mark for mark in marks if mark is not one]
        changed = rest if change == "lose" else [*rest, replace(one, label="DATE")]
        kind, place = {"lose": "missing", "relabel": "label"}[change], one.start
    assert {(one.kind, one.place.start) for one in compare(example, whole, changed)} == {(kind, place)}


# --- pages ---


@cases("pages")
def test_check_guidelines(case, tmp_path):
    issues = list(check_guidelines(read_guidelines(write_pages(tmp_path, case["edits"]))))
    places = [f"{one.path}:{one.line}" if one.line else one.path for one in issues]
    agree([f"{one.rule} {place} {one.message}" for one, place in zip(issues, places, strict=True)], case["issues"])


@cases("error")
def test_a_page_that_cannot_be_read(case, tmp_path):
    with pytest.raises(StandoffError) as error:
        read_guidelines(write_pages(tmp_path, case["edits"]))
    assert case["says"] in str(error.value)


def test_what_is_read(tmp_path):
    read = read_guidelines(write_pages(tmp_path))
    assert [rule.id for rule in read.rules] == [
        "ALL-1", "PERSON-1", "PERSON-N", "ORG-1", "ORG-2", "ORG-N", "DATA-1", "DATA-N", "DATA-B1",
    ]  # fmt: skip
    assert read.rules[0].text == "Clean edges. Punctuation is out.\n1. A numbered list is wording."
    assert [rule.id for rule in read.other] == ["CLEAN-1"]
    assert [(one.rule, str(one)) for one in read.tabled] == [("ORG-2", "the [Zerrand]{ORG} scandal grew")]
    assert str(read.counterexamples[0]) == "not: the nurse — a role"
    assert "a list in prose" in read.prose["guidelines/README.md"]


# --- gold ---


@cases("gold")
def test_gold_against_examples(case, tmp_path):
    oracle = Oracle.from_guidelines(read_guidelines(write_pages(tmp_path, case.get("edits", []))))
    judged = [oracle.judge(annotated(text, case.get("notes", {}))) for text in case["documents"]]
    issues = [issue for one in judged for issue in one.issues]
    assert all("[" in one.context for one in issues if one.rule != "rule-unknown")
    agree([f"{one.rule} {one.line or 0} {one.at} {one.message}" for one in issues], case["issues"])
    unsupported = {
        (one.path, one.line) for one in find_unsupported(oracle, merge_support(one.support for one in judged))
    }
    seen, supported = {}, []
    for example in oracle.examples:
        seen[example.rule] = seen.get(example.rule, -1) + 1
        if (example.path, example.line) not in unsupported:
            supported.append(f"{example.rule}:{seen[example.rule]}")
    if "supported" in case:
        assert sorted(supported) == sorted(case["supported"])
    assert unsupported, "the invented documents never support all examples"


def test_a_document_whose_text_is_not_here_is_judged_by_its_surfaces(tmp_path):
    oracle = Oracle.from_guidelines(read_guidelines(write_pages(tmp_path)))
    document = replace(annotated("[Kerr]{ORG} and Zerrand Ltd lost the file.", {}), text=None)
    assert [one.rule for one in oracle.judge(document).issues] == ["guideline-surface"]


@cases("note")
def test_note(case):
    assert cited_rules(case["note"]) == case["rules"]


def test_decisions(tmp_path):
    path = tmp_path / "guidelines" / "decisions.md"
    path.parent.mkdir()
    path.write_text("# Decisions\n\n- 2026-11-22 · ORG-1, ORG-7 · Shares · are out.\n- A remark.\n")
    issues = list(check_decisions(path, {"ORG-1"}))
    assert [(one.rule, one.path, one.line, one.at) for one in issues] == [
        ("rule-unknown", "guidelines/decisions.md", 3, "ORG-7")
    ]


# --- versions ---


@cases("changelog")
def test_changelog(case, tmp_path):
    folder = write_pages(tmp_path, case["edits"])
    read, versions = read_guidelines(folder), read_changes(folder / "CHANGELOG.md")
    issues = [*check_version(read, versions), *check_changes(read, versions)]
    places = [f"{one.path}:{one.line}" if one.line else one.path for one in issues]
    agree([f"{one.rule} {place} {one.message}" for one, place in zip(issues, places, strict=True)], case["issues"])


def test_an_entry_on_two_lines(tmp_path):
    versions = read_changes(write_pages(tmp_path) / "CHANGELOG.md")
    assert [len(version.changes) for version in versions] == [2, 1, 1]
    patch = versions[0].changes[1]
    assert (patch.rules, patch.text, patch.look, patch.line) == (("PERSON",), "clearer words, on two lines", None, 6)


@cases("changelog-error")
def test_a_changelog_that_cannot_be_read(case, tmp_path):
    with pytest.raises(StandoffError) as error:
        read_changes(write_pages(tmp_path, case["edits"]) / "CHANGELOG.md")
    assert case["says"] in str(error.value)


@cases("bump")
def test_needed_bump(case, tmp_path):
    old = read_guidelines(write_pages(tmp_path / "old"))
    new = read_guidelines(write_pages(tmp_path / "new", case["edits"]))
    bump = needed_bump(old, new)
    assert bump.level == case["level"]
    reasons = {name: " ".join(reason) for name, reason in bump.reasons.items()}
    assert reasons == case["reasons"]


@cases("worklist")
def test_worklist(case, tmp_path):
    folder = write_pages(tmp_path, case.get("edits", []))
    oracle = Oracle.from_guidelines(read_guidelines(folder))
    document = annotated(case["document"], case.get("notes", {}))
    work = find_worklist(read_changes(folder / "CHANGELOG.md"), case["since"], [document], oracle)
    lines = [f"{w.line} {w.at} {w.label} {w.surface} {' '.join(w.rules)}: {'; '.join(w.why)}" for w in work]
    agree(lines, case["work"])
    assert all(one.path == document.path for one in work)


def test_a_layer_without_a_version(tmp_path):
    versions = read_changes(write_pages(tmp_path) / "CHANGELOG.md")
    with pytest.raises(ValueError, match="'draft' is no version"):
        find_worklist(versions, "draft", [], Oracle.from_guidelines(read_guidelines(tmp_path / "guidelines")))
