"""The examples of guidelines/cleaning.md, run: the cleaner does what the page says."""

import re

import pytest

from standoff.records import KINDS
from tests.conftest import ROOT
from tests.marks import found_kinds, read_marks

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
_MARK = re.compile(r"\[(?P<text>[^\]]*)\]\{(?P<kind>\w+)\}")
PAGE = (ROOT / "guidelines" / "cleaning.md").read_text(encoding="utf-8")
EXAMPLES = [
    line[2:].replace(" ⏎ ", "\n") for line in PAGE.split("\n") if line.startswith("- ") and "{whitespace}" not in line
]


def right_places(example: str) -> set[str]:
    """The places on a page where each visible character of the example is decided as it is marked."""
    plain, kinds = read_marks(example, _MARK)
    right = set()
    for place, (before, after) in PLACES.items():
        found = found_kinds(before + plain + after)
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
