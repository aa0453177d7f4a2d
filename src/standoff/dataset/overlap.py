"""How many names of the other splits a model has already seen in train: the section of the card that says so."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.dataset.summary import Summary
from standoff.records import SPLITS

TRAIN = "train"
ALL = "all"
"""The row that sums the labels up."""
_INTRODUCTION = (
    "A name is a label with its wording, upper and lower case taken as one; it is seen where train has it too, "
    "anywhere. Names are counted once each, mentions as often as they stand there."
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Names of a label in a split, `names` distinct ones and `mentions` of them, and how many of each train has."""

    split: str
    label: str
    names: int
    names_seen: int
    mentions: int
    mentions_seen: int


def find_overlaps(names: Mapping[tuple[str, str, str], int]) -> list[Overlap]:
    """One for each split but train and each of its labels, then one for `all`; none where there is no train.

    `names` counts mentions by (split, label, case-folded surface).
    """
    seen = {(label, surface) for (split, label, surface), count in names.items() if split == TRAIN and count}
    counts: Counter[tuple[str, str, bool, bool]] = Counter()
    for (split, label, surface), mentions in names.items():
        if mentions and split != TRAIN:
            for row in (label, ALL):
                is_seen = (label, surface) in seen
                counts[split, row, is_seen, False] += 1
                counts[split, row, is_seen, True] += mentions
    return list(_sum_up(counts)) if seen else []


def _sum_up(counts: Counter[tuple[str, str, bool, bool]]) -> Iterator[Overlap]:
    rows = {(split, label) for split, label, _, _ in counts}
    for split, label in sorted(rows, key=lambda row: (SPLITS.index(row[0]), row[1] == ALL, row[1])):
        seen, mentions_seen = (counts[split, label, True, each] for each in (False, True))
        unseen, mentions_unseen = (counts[split, label, False, each] for each in (False, True))
        yield Overlap(split, label, seen + unseen, seen, mentions_seen + mentions_unseen, mentions_seen)


def to_overlap(summary: Summary) -> str:
    """The section "Names seen in train" of the card as Markdown; empty where train or every other split is."""
    rows = find_overlaps(summary.names)
    if not rows:
        return ""
    head = ["split", "label", "names", "seen", "mentions", "seen"]
    lines = [
        "## Names seen in train",
        "",
        _INTRODUCTION,
        "",
        _row(head),
        "| --- | --- | --: | --: | --: | --: |",
        *(
            _row(
                [
                    row.split,
                    row.label,
                    f"{row.names:,}",
                    _share(row.names_seen, row.names),
                    f"{row.mentions:,}",
                    _share(row.mentions_seen, row.mentions),
                ]
            )
            for row in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"
