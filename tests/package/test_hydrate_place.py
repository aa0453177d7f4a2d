"""Fingerprints, and spans placed by them: whatever is edited around, a span that gets a place is on its own words."""

import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.hydrate.fingerprint import (
    check_surface,
    dumps_checks,
    dumps_sketch,
    loads_checks,
    loads_sketch,
    read_words,
    sketch_text,
    to_sketch,
)
from standoff.hydrate.place import Placed, place_spans
from standoff.hydrate.runs import Run, bits_of_word, find_runs
from standoff.hydrate.seek import Other, Told

DICE = random.Random(4)
SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "wu", "xa", "ye"]
VOCABULARY = sorted({"".join(DICE.choices(SYLLABLES, k=DICE.randint(1, 3))) for _ in range(900)})
NAMES = ["Ada Kerr", "Orrin Paper", "Velm", "Harbour Office", "Mira Holt"]


def write_paragraph(dice: random.Random, words: int, tag: str) -> str:
    """Invented words with names in them; `tag` makes some of its words its own."""
    text = [dice.choice(VOCABULARY) for _ in range(words)]
    for at in range(3, words - 3, 9):
        text[at] = dice.choice(NAMES)
    return " ".join([tag, *text]) + "."


def find_names(text: str) -> list[tuple[int, int]]:
    ranges = []
    for name in NAMES:
        at = text.find(name)
        while at >= 0:
            ranges.append((at, at + len(name)))
            at = text.find(name, at + 1)
    return sorted(ranges)


def place(seed: str, ranges: list[tuple[int, int]], version: str) -> Placed:
    """The ranges of the seed in another version, by fingerprint alone, which goes through its text form."""
    sha = sha256(seed.encode()).hexdigest()
    told = [Told(start, end, check_surface(seed[start:end], sha, start)) for start, end in ranges]
    return place_spans(loads_sketch(sketch_text(seed, sha)), told, Other(version, sha, read_words(version, sha)))


def number(paragraphs: list[str], order: list[int], joint: str) -> tuple[str, dict[int, int]]:
    """Paragraphs in an order as one text, and where each begins."""
    text, begins = "", {}
    for at in order:
        begins[at] = len(text)
        text += paragraphs[at] + joint
    return text, begins


@settings(max_examples=60)
@given(
    st.integers(0, 10_000),
    st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True),
    st.sampled_from(["\n", "\n\n", "\n   \n", " "]),
)
def test_paragraphs_that_move_or_go_take_their_spans_along_and_no_others(seed, order, joint):
    dice = random.Random(seed)
    paragraphs = [write_paragraph(dice, dice.randint(40, 70), f"p{at}") for at in range(6)]
    text, begins = number(paragraphs, list(range(6)), "\n\n")
    version, places = number(paragraphs, order, joint)
    ranges = find_names(text)
    found = place(text, ranges, version).spans
    for index, (start, end) in enumerate(ranges):
        own = max(at for at in range(6) if begins[at] <= start)
        if own in places:
            inside = start - begins[own] + places[own]
            assert found.get(index) == (inside, inside + end - start)
        else:
            assert index not in found


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 12))
def test_a_span_that_gets_a_place_is_on_its_own_mention(seed, edits):
    """Words go, come and change anywhere, names too: what is placed is the mention it was, never one like it."""
    dice = random.Random(seed)
    words = write_paragraph(dice, 260, "p0").split(" ")
    marks = list(range(len(words)))
    version = list(zip(words, marks, strict=True))
    for _ in range(edits):
        at = dice.randrange(len(version))
        change = dice.choice(["delete", "insert", "replace"])
        version[at : at + (change != "insert")] = [] if change == "delete" else [(dice.choice(VOCABULARY), -1)]
    text, other = " ".join(words), " ".join(word for word, _ in version)
    starts, at = {}, 0
    for word, mark in version:
        starts[mark] = at
        at += len(word) + 1
    found = place(text, find_names(text), other)
    for index, place_found in found.spans.items():
        start, end = find_names(text)[index]
        assert other[slice(*place_found)] == text[start:end]
        assert place_found[0] == starts[text.count(" ", 0, start)]
    if not edits:
        assert len(found.spans) == len(find_names(text))


def test_white_space_quotes_and_a_soft_hyphen_do_not_matter():
    dice = random.Random(1)
    text = " ".join(write_paragraph(dice, 60, f"p{at}") for at in range(3)).replace("Velm", "“Velm”")
    version = text.replace(" ", "\xa0\n   ").replace("“", '"').replace("”", '"').replace("Office", "Of\u00adfice")
    ranges = [(start - 1, end + 1) if text[start - 1] == "“" else (start, end) for start, end in find_names(text)]
    found = place(text, ranges, version).spans
    assert len(found) == len(ranges)
    assert {version[start:end].replace("\u00ad", "").replace("\xa0\n   ", " ") for start, end in found.values()} <= {
        *NAMES,
        '"Velm"',
    }


def test_a_passage_that_stands_twice_in_one_of_the_texts():
    dice = random.Random(2)
    teaser, rest, end = (write_paragraph(dice, words, tag) for words, tag in ((50, "a"), (90, "b"), (60, "c")))
    once, twice = f"{teaser}\n{rest}\n{end}\n", f"{teaser}\n{rest}\n{teaser}\n{end}\n"
    into_twice = place(once, find_names(once), twice)
    assert len(into_twice.spans) == len(find_names(once))
    assert len(set(into_twice.spans.values())) == len(find_names(once))
    into_once = place(twice, find_names(twice), once)
    assert sorted(into_once.spans.values()) == find_names(once)
    assert len(into_once.spans) + len(into_once.merged) == len(find_names(twice))


def test_short_company_is_not_enough():
    """The names alone, in a line of their own, are no place: they come together elsewhere too."""
    dice = random.Random(3)
    text = write_paragraph(dice, 120, "a")
    assert place(text, find_names(text), " and ".join(NAMES * 3)).spans == {}


def test_two_spans_of_one_range_share_a_place():
    dice = random.Random(5)
    text = write_paragraph(dice, 120, "a")
    ranges = sorted(find_names(text) * 2)
    assert place(text, ranges, f"New.\n{text}").spans.keys() == set(range(len(ranges)))


@given(st.text(max_size=400))
def test_a_sketch_comes_back_from_its_text(text):
    words = read_words(text, "0" * 64)
    sketch = to_sketch(words)
    assert loads_sketch(dumps_sketch(sketch)) == sketch
    assert len(sketch.digits) == len(words.starts)
    assert set(sketch.digits) <= {0, 1, 2, 3}
    assert all(words.starts[at] == offset for at, offset in sketch.knots)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.text(max_size=20)), max_size=8))
def test_checks_come_back_from_their_text(surfaces):
    assert loads_checks(dumps_checks(surfaces, "0")) == [check_surface(text, "0", start) for start, text in surfaces]


@pytest.mark.parametrize("text", ["x", "0:12 0:3", "5:12 3:1", "0:", "0:1  9:2", ":1", "0:1g"])
def test_what_is_no_sketch_is_refused(text):
    with pytest.raises(ValueError, match="no group"):
        loads_sketch(text)


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(min_size=30, max_size=40))
def test_runs_are_equal_and_cannot_be_made_longer(left, right, middle):
    there, here = left + middle, middle + right
    runs = find_runs(there, here)
    for run in runs:
        assert there[run.there : run.there + run.length] == here[run.here : run.here + run.length]
        after, place = run.there + run.length, run.here + run.length
        assert after == len(there) or place == len(here) or there[after] != here[place]
        assert not run.there or not run.here or there[run.there - 1] != here[run.here - 1]
    assert any(run.length >= len(middle) for run in runs)


def test_frequent_words_say_less():
    assert bits_of_word(bytes([0, 1, 2, 3]), bytes([0, 1, 2, 3])) == pytest.approx(2)
    assert bits_of_word(bytes([0, 0, 0, 1]), bytes([0, 0, 0, 1])) < 1
    assert find_runs(b"", b"abc") == []
    assert Run(0, 0, 3) == Run(0, 0, 3)
