import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.clean import clean_text
from standoff.cleaning import apply_cuts, find_cuts, plain_spaces
from standoff.cleaning.rules import KEEP, read_rules, rule_from_table
from standoff.cleaning.text import fold_words
from standoff.records import KINDS, Cut
from tests.marks import found_kinds, read_marks

CASES = tomllib.loads((Path(__file__).parent / "cases" / "cleaning.toml").read_text(encoding="utf-8"))["case"]
BODY = tomllib.loads((Path(__file__).parent / "cases" / "body.toml").read_text(encoding="utf-8"))
ONE = "The firm said on Monday that it had lost the records of thousands of its customers over the last summer."
TWO = "Two other firms that use the same supplier said that they had seen nothing of the kind in their systems."
_MARK = re.compile(r"⟦(?P<kind>\w+)\|(?P<text>.*?)⟧")

# Text that looks like pages: words the rules know, joints, odd spaces and line ends, and anything else.
PAGES = st.lists(
    st.one_of(
        st.sampled_from(
            ["Share", "GETTY", "By Ida Holm", "See also", "© 2025", "\n", "\n\n", " ", "\u00a0", "\r\n", "\t",
             "The company said on Monday that it had lost the letters of its customers.", "Home Business "]
        ),
        st.text(max_size=12),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    seed, kinds = read_marks(case["text"].strip("\n"), _MARK)
    found = found_kinds(seed)
    visible = [at for at in range(len(seed)) if not seed[at].isspace()]
    assert [(seed[at:][:20], found[at]) for at in visible if found[at] != kinds[at]] == []


def visible_cuts(seed: str) -> list[tuple[str, str]]:
    """What is cut besides white space, with its rule."""
    return [(cut.by, seed[cut.start : cut.end]) for cut in find_cuts(seed) if cut.kind != "whitespace"]


@pytest.mark.parametrize("line", [*BODY["sentences"], *BODY["captions"]])
def test_body_is_kept_wherever_it_stands(line):
    head = "Firm loses records"
    for seed in (
        f"{head}\n\n{ONE}\n\n{line}\n\n{TWO}",
        f"{head}\n{ONE}\n{line}\n{TWO}",
        f"{head}\n\n{line}\n\n{ONE}\n\n{TWO}",
        f"{head}\n\n{ONE}\n\n{TWO}\n\n{line}",
    ):
        assert visible_cuts(seed) == []


@pytest.mark.parametrize("headline", BODY["headlines"])
def test_a_headline_is_kept(headline):
    assert visible_cuts(f"{headline}\n\n{ONE}\n\n{TWO}") == []


@settings(max_examples=50)
@given(PAGES)
def test_kept_and_cut_are_the_seed(seed):
    cuts = find_cuts(seed)
    assert len(apply_cuts(seed, cuts)) + sum(cut.end - cut.start for cut in cuts) == len(seed)
    assert all(0 <= cut.start < cut.end <= len(seed) for cut in cuts)
    assert all(one.end <= other.start for one, other in pairwise(cuts))
    assert all(cut.kind in KINDS and cut.by.startswith(("rule:", "model:")) for cut in cuts)


LINES = [line for case in CASES for line in read_marks(case["text"], _MARK)[0].split("\n")]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(LINES), min_size=3, max_size=25))
def test_of_equal_lines_one_is_kept(lines):
    """Whatever the order, a line cut as repeated still stands in the cleaned text."""
    seed = "\n".join(lines)
    cuts = find_cuts(seed)
    kept = [" ".join(fold_words(line)) for line in apply_cuts(seed, cuts).split("\n")]
    for cut in cuts:
        if cut.by == "rule:repeated-line":
            words = " ".join(fold_words(seed[cut.start : cut.end]))
            assert any(words in line for line in kept)


@settings(max_examples=50)
@given(PAGES)
def test_white_space_is_all_that_spacing_cuts(seed):
    assert all(not seed[cut.start : cut.end].strip() for cut in find_cuts(seed) if cut.kind == "whitespace")


@settings(max_examples=50)
@given(PAGES)
def test_cleaned_text_has_no_idle_space(seed):
    clean = apply_cuts(seed, find_cuts(seed))
    assert clean == clean.strip()
    assert "\n\n\n" not in clean
    assert all(line == line.strip() for line in clean.split("\n"))


@settings(max_examples=50)
@given(PAGES)
def test_the_same_text_gives_the_same_cuts(seed):
    assert find_cuts(seed) == find_cuts(seed)


@settings(max_examples=50)
@given(PAGES, st.data())
def test_what_people_cut_stays_cut(seed, data):
    if seed:
        start = data.draw(st.integers(0, len(seed) - 1))
        own = Cut(start, data.draw(st.integers(start + 1, len(seed))), "ad", "person:ida")
        cleaned = clean_text(seed, [own])
        assert own in cleaned.cuts
        assert len(cleaned.text) + sum(cut.end - cut.start for cut in cleaned.cuts) == len(seed)


def test_every_odd_space_is_plain():
    spaces = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace() and chr(code) != "\n")
    assert set(plain_spaces(spaces)) == {" "}
    assert plain_spaces("a\nb") == "a\nb"


def test_rule_names_are_unique_and_kinds_known():
    rules = read_rules()
    assert len({rule.name for rule in rules}) == len(rules)
    assert {rule.kind for rule in rules} <= {*KINDS, KEEP}


def test_rules_are_data():
    rule = rule_from_table({"name": "weather", "kind": "ad", "patterns": ["^weather by "]})
    seed = "Bridge\n\nWeather by Cloudco\n\nThe council met on Monday and decided nothing about the old stone bridge."
    assert [cut.by for cut in find_cuts(seed, [rule]) if cut.kind == "ad"] == ["rule:weather"]


@pytest.mark.parametrize(
    "seed",
    [
        "The council met. " * 20_000,
        " " * 200_000 + "x" + " " * 200_000,
        "a b / " * 30_000,
        "Advertisement\n" + "short line\n" * 10_000,
        "".join(f"Our item number {number}\n" for number in range(10_000)) + "Sign up for the daily newsletter",
        "".join(f"“Some words {number % 50} here and there”\nIda Holm\n\n" for number in range(2_000)),
        "cookies " * 30_000,
        ".A" * 100_000,
        "Leak.\n" + "Thanks! Save it." * 16_000,
    ],
    ids=["sentences", "spaces", "slashes", "advert", "newsletter", "quotes", "cookies", "joints", "glued"],
)
def test_work_grows_with_the_text_not_its_square(seed):
    """Each of these took minutes, or would, if a step or pattern were quadratic; the test would not end."""
    cuts = find_cuts(seed)
    assert len(apply_cuts(seed, cuts)) + sum(cut.end - cut.start for cut in cuts) == len(seed)
