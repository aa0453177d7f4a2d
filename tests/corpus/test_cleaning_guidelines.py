"""The examples of guidelines/cleaning.md, run: the cleaner does what the page says."""

import re

import pytest

from standoff.cleaning import find_cuts
from standoff.records import KINDS
from tests.conftest import ROOT

BEFORE = (
    "The council met on Monday and decided that the old bridge would be closed to all lorries.\n"
    "The vote had been put off twice, and the mayor said it would not be put off again."
)
AFTER = (
    "Nobody answered the letters that the clerk had sent to the owners of the forty lorries.\n"
    "The clerk said on Friday that she would write once more and then close the file for good."
)
PLACES = {
    "head": ("", f"\n\n{BEFORE}\n{AFTER}"),
    "body": (f"Mayor in trouble\n\n{BEFORE}\n\n", f"\n\n{AFTER}"),
    "tail": (f"Mayor in trouble\n\n{BEFORE}\n{AFTER}\n\n", "\n© 2025 Harbour Courier"),
}
_MARK = re.compile(r"\[([^\]]*)\]\{(\w+)\}")
PAGE = (ROOT / "guidelines" / "cleaning.md").read_text(encoding="utf-8")
EXAMPLES = [
    line[2:].replace(" ⏎ ", "\n") for line in PAGE.split("\n") if line.startswith("- ") and "{whitespace}" not in line
]


def right_places(example: str) -> set[str]:
    """The places on a page where each visible character of the example is decided as it is marked."""
    plain, kinds, at = "", [], 0
    for mark in [*_MARK.finditer(example), None]:
        until = len(example) if mark is None else mark.start()
        plain, kinds = plain + example[at:until], kinds + [None] * (until - at)
        if mark is not None:
            plain, kinds, at = plain + mark[1], kinds + [mark[2]] * len(mark[1]), mark.end()
    right = set()
    for place, (before, after) in PLACES.items():
        found: list[str | None] = [None] * len(before + plain + after)
        for cut in find_cuts(before + plain + after):
            found[cut.start : cut.end] = [cut.kind] * (cut.end - cut.start)
        decided = found[len(before) : len(before) + len(plain)]
        if all(plain[at].isspace() or decided[at] == kinds[at] for at in range(len(plain))):
            right.add(place)
    return right


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example):
    """Body stays in the body; residue goes in at least one place where a page may have it."""
    right = right_places(example)
    assert "body" in right if "]{" not in example else right


def test_there_are_examples_of_every_kind():
    assert len(EXAMPLES) >= 30
    kinds = {kind for _, kind in _MARK.findall(PAGE)}
    assert kinds == set(KINDS) - {"caption"}, "a first caption is kept, so none is marked"
