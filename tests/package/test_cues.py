"""Cues and joints are shortcuts: they never keep a rule or the model from a line that it would take."""

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.cleaning.cues import SIGNS, make_cue_table
from standoff.cleaning.joints import LONGEST, choose_any, choose_plain, find_places
from standoff.cleaning.rules import read_rule_table, read_rules
from standoff.cleaning.text import count_words, ends_sentence
from standoff.cleaning.words import read_words
from tests.conftest import ROOT
from tests.package.test_cleaning import LINES

WRITTEN = [
    line.partition(" | ")[2].strip()
    for path in sorted((ROOT / "training" / "residue").glob("*.txt"))
    for line in path.read_text(encoding="utf-8").split("\n")
    if " | " in line and not line.startswith("@")
]
MARKS = "–—“”‘’›»…•·€"
CUED = [rule for rule in read_rules() if rule.cues and "line" in rule.where and not rule.beside]


def find_likely(lines, language):
    counts, ended = [count_words(line) for line in lines], [ends_sentence(line) for line in lines]
    likely = make_cue_table(read_rule_table(language)).find_likely(read_words(lines), counts, ended)
    return [{*own.anywhere, *own.zoned} for own in likely]


@cache
def lines_of(rule):
    """A strategy of lines that the pattern itself makes; made once, since that takes longer than an example."""
    letters = st.characters(max_codepoint=0x24F, include_characters=MARKS)
    return st.from_regex(re.compile(rule.pattern.pattern, rule.pattern.flags), alphabet=letters)


@pytest.mark.parametrize("language", ["en", "de", "und"])
def test_every_line_that_a_rule_takes_has_its_cue(language):
    lines = sorted({line.strip() for line in [*LINES, *WRITTEN] if line.strip()})
    for line, likely in zip(lines, find_likely(lines, language), strict=True):
        words, ended = count_words(line), ends_sentence(line)
        others = [rule for rule in read_rule_table(language).lines if rule not in likely]
        missing = [rule.name for rule in others if rule.matches(line, words, ended=ended)]
        assert not missing, line


@pytest.mark.parametrize(
    "rule", [one for one in CUED if not one.pattern.pattern.startswith(("(?:^(?=",))], ids=lambda rule: rule.name
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_whatever_a_pattern_takes_has_a_cue(rule, data):
    """Lines made from the pattern itself, in Latin letters: the rules are for languages written in them."""
    line = " ".join(data.draw(lines_of(rule)).split())
    plain = all(one < "\u0250" or one in MARKS for one in line) and not re.search(r"\w['’](?!s\b)\w", line)
    if line and plain and rule.matches(line, count_words(line), ended=ends_sentence(line)):
        language = "en" if rule.languages & {"en", "any"} else next(iter(rule.languages))
        assert rule in find_likely([line], language)[0]


def test_cues_are_words_or_signs():
    for rule in CUED:
        for cue in rule.cues:
            assert cue in SIGNS or (cue == cue.lower() and len(read_words([cue]).hashes) == 1), (rule.name, cue)


PARTS = st.sampled_from(
    ["The ferry", "sailed", ". ", *'.!”"©(@éÖ\u2028 7…-—', " “", "GETTY", "McAllister", "5-4", "U.S.", "a" * 130]
)


@given(st.lists(st.lists(PARTS, min_size=1, max_size=12).map("".join), min_size=1, max_size=4))
def test_every_joint_near_an_end_is_a_place(lines):
    """Found by trying each code point."""
    for line, places in zip(lines, find_places(lines), strict=True):
        near = [at for at in range(len(line)) if at <= LONGEST or len(line) - at <= LONGEST]
        for choose in (choose_plain, choose_any):
            assert choose(line, near[1:]) == choose(line, places)
