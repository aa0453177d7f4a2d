"""What an audit makes of what it has seen; tests/server has the audit of real projects."""

import random
import tomllib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.doccano.audit.documents import Batch, find_batches
from standoff.doccano.audit.read import place_rows
from standoff.doccano.audit.records import Facts, Item, Mark, Reading, Seen
from standoff.doccano.audit.spans import find_overlapping
from standoff.doccano.audit.text import find_mojibake
from standoff.doccano.audit.units import UNITS, Ruler, find_graphemes, judge
from standoff.doccano.audit.whole import audit_project
from tests.conftest import ROOT

CASES = tomllib.loads((ROOT / "tests" / "cases" / "audit" / "mojibake.toml").read_text(encoding="utf-8"))["case"]
PIECES = [
    "a",
    "Ann",
    " ",
    ".",
    "\r\n",
    "\n",
    "é",
    "e\u0301",
    "😀",
    "👨‍👩‍👧",
    "👍🏽",
    "🇩🇪",
    "❤️",
    "한국",
    "ครับ",
    "हिन्दी",
    "\u2028",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def make(texts, readings, *, sharing=True, grapheme=False, stored=None, labels=("PERSON",)) -> Seen:
    """A project of these texts, as an admin sees it."""
    facts = Facts(7, "quay", "SequenceLabeling", sharing, grapheme, overlap=True, relations=False, text=True)
    items = tuple(Item(at, text, {}, "rows.jsonl", 0, confirmed=False) for at, text in enumerate(texts, 1))
    members = {"ida": "annotator", "ben": "project_admin"}
    return Seen(facts, items, tuple(labels), members, {}, readings, stored, whole=True, unseen=())


def counts(audited) -> dict[str, int]:
    return {one.rule: one.count for one in audited.findings}


# --- units ---


@pytest.mark.parametrize(
    ("text", "graphemes"),
    [
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("\n\u0301a", ["\n", "\u0301", "a"]),
        ("👨‍👩‍👧 e\u0301 Bob", ["👨‍👩‍👧", " ", "e\u0301", " ", "B", "o", "b"]),
        ("🇩🇪🇫🇷🇩", ["🇩🇪", "🇫🇷", "🇩"]),
        ("👍🏽❤️1️⃣", ["👍🏽", "❤️", "1️⃣"]),
        ("한각\u1112\u1161\u11ab", ["한", "각", "\u1112\u1161\u11ab"]),
        ("กำ\u00ad\u0301", ["กำ", "\u00ad", "\u0301"]),
        ("", []),
    ],
)
def test_graphemes_are_those_that_people_see(text, graphemes):
    starts = [*find_graphemes(text), len(text)]
    assert [text[start:end] for start, end in pairwise(starts)] == graphemes


@given(TEXTS)
def test_graphemes_are_the_text(text):
    starts = [*find_graphemes(text), len(text)]
    assert "".join(text[start:end] for start, end in pairwise(starts)) == text
    assert starts == sorted(set(starts))


@given(TEXTS, st.data())
def test_each_unit_goes_there_and_back(text, data):
    ruler = Ruler.of(text)
    starts = [*find_graphemes(text), len(text)]
    first, last = sorted(data.draw(st.lists(st.integers(0, len(starts) - 1), min_size=2, max_size=2)))
    start, end = starts[first], starts[last]
    utf16 = tuple(len(text[:at].encode("utf-16-le")) // 2 for at in (start, end))
    for unit, offsets in zip(UNITS, (utf16, (start, end), (first, last)), strict=True):
        mark = Mark(*offsets, "PERSON")
        assert ruler.to_points(mark, unit) == ((start, end) if start < end else None)
        assert not ruler.is_outside(mark, unit)
        assert ruler.is_outside(Mark(mark.start, mark.end + 2 * len(text) + 1, "PERSON"), unit)
    if start < end:
        assert not ruler.cuts_grapheme(start, end)


@given(TEXTS, st.integers(-2, 40), st.integers(-2, 40), st.sampled_from(["utf16", "graphemes"]))
def test_every_mark_is_of_one_kind(text, start, end, page):
    ruler, mark = Ruler.of(text), Mark(start, end, "PERSON")
    one = judge(ruler, mark, page)
    possible = ruler.to_points(mark, page) is not None
    assert (one.kind == "empty") == (start >= end)
    assert one.kind not in ("fine", "half") or possible
    assert one.kind not in ("outside", "inside", "empty") or not possible
    assert one.kind != "shifted" or (one.fits and page not in one.fits and one.certain is not possible)
    if one.kind == "outside" and page == "utf16":
        assert all(ruler.is_outside(mark, unit) for unit in UNITS)


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_of_words_behind_an_emoji_is_told(unit):
    texts = ["😀 cafe\u0301 Ann Lode left.", "👨‍👩‍👧 line\r\nAnn Lode left.", "Ann Lode and no more."]
    marks = []
    for text in texts:
        starts = [*find_graphemes(text), len(text)]
        at = text.index("Ann Lode")
        offset = {
            "utf16": len(text[:at].encode("utf-16-le")) // 2, "codepoints": at, "graphemes": starts.index(at),
        }[unit]  # fmt: skip
        marks.append((Mark(offset, offset + 8, "PERSON"),))
    found = audit_project(make(texts, {"all": Reading(tuple(marks))}))
    assert (found.units.seems, found.units.telling, found.units.certain) == (unit, 2, True)
    assert found.is_sound is (unit == "utf16")
    shifted = sum(count for rule, count in counts(found).items() if rule.startswith("span-shifted"))
    assert shifted == (0 if unit == "utf16" else 2)
    graphemes = audit_project(make(texts, {"all": Reading(tuple(marks))}, grapheme=True))
    assert graphemes.is_sound is (unit == "graphemes")


@given(TEXTS, TEXTS, st.sampled_from(["utf16", "graphemes"]))
def test_a_word_marked_in_the_page_is_never_amiss(before, after, page):
    text = f"{before} Ann Lode {after}"
    at = len(before) + 1
    starts = [*find_graphemes(text), len(text)]
    offset = starts.index(at) if page == "graphemes" else len(text[:at].encode("utf-16-le")) // 2
    readings = {"all": Reading(((Mark(offset, offset + 8, "PERSON"),),))}
    found = audit_project(make([text], readings, grapheme=page == "graphemes"))
    assert found.is_sound and set(counts(found)) <= {"span-behind"}
    assert not found.units.telling or found.units.seems == page


def test_offsets_without_any_sense_tell_no_unit():
    """Marks at random are whole words in another unit now and then: that is no evidence."""
    chance = random.Random(4)
    texts = ["😀 " + " ".join(chance.choice(["quay", "Ida", "harbour", "of"]) for _ in range(90)) for _ in range(20)]
    marks = tuple(
        tuple(Mark(at, at + chance.randint(3, 9), "PERSON") for at in range(5, 300, 11)) for _ in texts
    )  # fmt: skip
    found = audit_project(make(texts, {"all": Reading(marks)}))
    assert found.units.seems == "unknown" and found.is_sound
    assert counts(found)["span-shifted-likely"] > 0


def test_words_in_scripts_without_spaces_have_no_half():
    text = "😀 港口里的安娜说了很多"
    found = audit_project(make([text], {"all": Reading(((Mark(7, 9, "PERSON"),),))}))
    assert found.is_sound and counts(found) == {"span-behind": 1}


# --- texts ---


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_mojibake(case):
    assert [list(one) for one in find_mojibake(case["text"])] == case["pieces"]


@given(st.text(alphabet="aé😀’–€Å", min_size=1, max_size=8))
def test_what_is_called_mojibake_is_what_it_was(text):
    """Only what reads as UTF-8 is called so, and is what cp1252 makes of it."""
    damaged = text.encode().decode("cp1252", errors="replace")
    for piece, was in find_mojibake(damaged):
        assert was.encode().decode("cp1252") == piece


# --- documents ---


@given(st.lists(st.integers(0, 99), min_size=2, max_size=30, unique=True), st.integers(2, 5), st.data())
@settings(max_examples=40)
def test_a_batch_that_came_in_again_is_found(batch, copies, data):
    before = data.draw(st.lists(st.integers(100, 999), max_size=5, unique=True))
    after = data.draw(st.lists(st.integers(1000, 1999), max_size=5, unique=True))
    assert find_batches([*before, *batch * copies, *after]) == [Batch(len(before), len(batch), copies)]
    assert find_batches([*before, *batch, *after]) == []


def test_one_document_over_and_over_is_no_batch():
    assert find_batches("aaaaaa") == [] and find_batches("abcadbec") == [] and find_batches("") == []
    assert find_batches("xabababyz") == [Batch(1, 2, 3)]


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.data())
def test_rows_find_their_documents(keys, data):
    chosen = sorted(data.draw(st.sets(st.integers(0, len(keys) - 1)))) if keys else []
    rows = [{"id": keys[at]} for at in chosen]
    placed, lost = place_rows(keys, [*rows, {"id": "stranger"}])
    assert lost == 1 and len(placed) == len(rows)
    assert all(keys[at] == one["id"] for at, one in placed.items())
    if len(set(keys)) == len(keys):
        assert sorted(placed) == chosen
    whole, lost = place_rows(keys, [{"id": key, "at": at} for at, key in enumerate(keys)])
    assert lost == 0 and all(one["at"] == at for at, one in whole.items())


# --- spans and losses ---


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from("AB")), max_size=9))
def test_overlapping_marks_are_those_that_share_a_place(ranges):
    marks = [Mark(*one) for one in ranges]
    wide = {(mark.start, mark.end, mark.label) for mark in marks if mark.start < mark.end}
    slow = {one for one in wide for other in wide if one != other and one[0] < other[1] and other[0] < one[1]}
    assert [(mark.start, mark.end, mark.label) for mark in find_overlapping(marks)] == sorted(slow)


def test_every_severity_has_its_place_and_notes_are_sound():
    marks = (Mark(0, 3, "PERSON", "ida"), Mark(0, 4, "PERSON", "ida"), Mark(0, 3, "PERSON", "ben"))
    found = audit_project(make(["Ann left.", "No."], {"all": Reading((marks, ()))}, labels=("PERSON", "DATA")))
    assert [one.severity for one in found.findings] == ["broken", "lost", "note", "note", "note"]
    assert counts(found) == {"span-twice": 1, "author": 3, "span-overlap": 2, "span-space": 1, "label-unused": 1}
    assert not found.is_sound
    alone = audit_project(make(["Ann left.", "No."], {"all": Reading((marks[:1], ()))}))
    assert alone.is_sound and alone.to_dict()["sound"] is True


def test_what_former_members_left_is_what_is_stored_and_not_exported():
    readings = {"ben": Reading(((Mark(0, 3, "PERSON"),),), frozenset({0}))}
    assert counts(audit_project(make(["Ann left."], readings, sharing=False, stored=4))) == {"removed-spans": 3}
    assert counts(audit_project(make(["Ann left."], readings, sharing=False, stored=1))) == {}
    assert counts(audit_project(make(["Ann left."], readings, sharing=False))) == {}


def test_what_was_read_and_has_nothing_is_told_from_what_was_not_read():
    readings = {"ben": Reading(((Mark(0, 3, "PERSON"),), (), (), ()), frozenset({0, 2}))}
    (blank,) = audit_project(make(["Ann left.", *"abc"], readings, sharing=False)).findings
    assert (blank.rule, blank.severity, blank.count) == ("blank", "note", 3) and "(confirmed: 1)" in blank.message
    for done in (frozenset({0}), frozenset({1, 2, 3})):
        readings = {"ben": Reading(readings["ben"].marks, done)}
        assert audit_project(make(["Ann left.", *"abc"], readings, sharing=False)).findings == ()


def test_agreement_is_of_documents_that_both_confirmed():
    ann, left = Mark(0, 3, "PERSON"), Mark(4, 8, "PERSON")
    readings = {
        "ben": Reading(((ann,), (ann,), (ann,)), frozenset({0, 1})),
        "ida": Reading(((ann,), (ann, left), (left,)), frozenset({0, 1, 2})),
        "una": Reading(((), (), ()), frozenset()),
    }
    found = audit_project(make(["Ann left."] * 3, readings, sharing=False))
    ((pair),) = found.agreement
    assert (pair.people, pair.documents) == (("ben", "ida"), 2)
    assert pair.rows[0].strict.f1 == pytest.approx(4 / 5)
    assert found.no_agreement == ""
