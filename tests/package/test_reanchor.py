"""What becomes of ranges of a text in a corrected version of it: cases by name, and texts edited at random."""

import random
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from standoff.reanchor import Versions, follow_parts, reanchor
from tests.package.edited import EDITS, MOVES, OTHERS, Text, Word, change_span, make_sentence, make_text

CASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent.parent / "cases" / "reanchor").glob("*.toml"))
}


@dataclass(frozen=True)
class Mark:
    start: int
    end: int


def read_marked(text: str) -> tuple[str, list[Mark]]:
    """A text and the ranges in it that stand in square brackets."""
    plain, marks, open_at = "", list[Mark](), 0
    for character in text:
        if character == "[":
            open_at = len(plain)
        elif character == "]":
            marks.append(Mark(open_at, len(plain)))
        else:
            plain += character
    return plain, marks


@pytest.mark.parametrize("name", CASES)
def test_cases(name):
    """`old` marks what is followed, `new` where it is then; what is not marked there is an orphan."""
    case = CASES[name]
    old, marks = read_marked(case["old"])
    new, expected = read_marked(case["new"])
    if case.get("parts"):
        parts = [part for mark in marks for part in follow_parts(Versions.from_texts(old, new), mark)]
    else:
        parts = reanchor(old, new, marks)
    outcomes = [one.outcome for one in parts]
    found = [Mark(one.start, one.end) for one in parts if one.outcome != "orphaned"]
    assert outcomes == case["outcomes"]
    assert [new[one.start : one.end] for one in found] == [new[one.start : one.end] for one in expected]
    assert found == expected


def find_truth(text: Text, places: dict[int, tuple[int, int]], number: int) -> Mark | None:
    """Where a span is now; None where an edit has touched it."""
    span = text.spans[number]
    if number in text.ruined or any(id(word) not in places for word in span):
        return None
    order = list(places)
    at = order.index(id(span[0]))
    whole = order[at : at + len(span)] == [id(word) for word in span]
    return Mark(places[id(span[0])][0], places[id(span[-1])][1]) if whole else None


def judge(text: Text, span: list[Word], places: dict[int, tuple[int, int]], verdict, truth: Mark | None) -> str:
    """What a verdict is worth, held against where the words are known to be."""
    place = Mark(verdict.start, verdict.end)
    if truth is not None:
        right = verdict.outcome in ("kept", "moved") and place == truth
        return "right" if right else "untouched, orphaned" if verdict.outcome == "orphaned" else "WRONG place"
    if verdict.outcome == "trimmed":
        left = [places[id(word)] for word in span if id(word) in places]
        return "touched, trimmed" if left and place == Mark(left[0][0], left[-1][1]) else "WRONG part"
    return "touched, orphaned" if verdict.outcome == "orphaned" else "WRONG claim"


def run(seeds: range, edits, *, inside: bool = False) -> Counter[str]:
    counts = Counter[str]()
    for seed in seeds:
        chance = random.Random(seed)
        text = make_text(chance)
        text.names = OTHERS if inside else text.names
        old, before = text.render()
        marks = [Mark(before[id(span[0])][0], before[id(span[-1])][1]) for span in text.spans]
        for _ in range(chance.randint(1, 6)):
            chance.choice(edits)(text, chance)
        for _ in range(2 * inside):
            change_span(text, chance)
        new, places = text.render()
        verdicts = reanchor(old, new, marks)
        assert len(verdicts) == len(marks)
        for number, (verdict, mark) in enumerate(zip(verdicts, marks, strict=True)):
            truth = find_truth(text, places, number)
            counts[judge(text, text.spans[number], places, verdict, truth)] += 1
            if verdict.outcome == "kept":
                assert (verdict.start, verdict.end) == (mark.start, mark.end)
    return counts


def tell(name: str, seeds: range, counts: Counter[str], record_property) -> None:
    line = f"{name}: {len(seeds):,} texts, {counts.total():,} spans: {dict(sorted(counts.items()))}"
    record_property("verdicts", line)
    print(line)  # noqa: T201 - pytest shows it with -rP


def test_paragraphs_put_in_taken_out_and_moved(record_property):
    """4,000 texts: the words of every paragraph that stays are untouched, so every span in it is found."""
    seeds = range(4_000)
    counts = run(seeds, MOVES)
    tell("paragraphs", seeds, counts, record_property)
    assert not [name for name in counts if name.startswith("WRONG")]
    assert not counts["untouched, orphaned"]


def test_edits_outside_spans(record_property):
    """4,000 texts, repeated names everywhere: never the wrong occurrence, and few that cannot be told apart."""
    seeds = range(10_000, 14_000)
    counts = run(seeds, EDITS)
    tell("edits outside spans", seeds, counts, record_property)
    assert not [name for name in counts if name.startswith("WRONG")]
    assert counts["untouched, orphaned"] <= counts["right"] / 100


def test_edits_inside_spans(record_property):
    """2,000 texts: a span that was changed is trimmed to what is left of it or orphaned, never moved."""
    seeds = range(20_000, 22_000)
    counts = run(seeds, EDITS, inside=True)
    tell("edits inside spans", seeds, counts, record_property)
    assert not [name for name in counts if name.startswith("WRONG")]
    assert counts["touched, trimmed"] and counts["touched, orphaned"]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_large_text_takes_seconds(repeats):
    """300 kB, edited in 300 places; of few sentences, again and again, or of many."""
    chance = random.Random(3)
    pool = [make_sentence(chance) for _ in range(30 if repeats else 4_500)]
    rows = [" ".join(word.text for word in chance.choice(pool)) for _ in range(4_500)]
    old = "\n".join(rows)
    for _ in range(300):
        rows[chance.randrange(len(rows))] = " ".join(word.text for word in make_sentence(chance))
    new = "\n".join(rows)
    marks = [Mark(at, at + 6) for at in range(0, len(old) - 6, 150)]
    begun = time.process_time()
    verdicts = reanchor(old, new, marks)
    assert time.process_time() - begun < 15
    assert sum(one.outcome in ("kept", "moved") for one in verdicts) > 0.85 * len(marks)


def test_nothing_is_like_nothing():
    assert reanchor("", "", []) == []
    assert [one.outcome for one in reanchor("One word", "Quite another text", [Mark(0, 3)])] == ["orphaned"]
    assert [one.outcome for one in reanchor("One word", "One word", [Mark(0, 3), Mark(3, 4)])] == ["kept", "kept"]
