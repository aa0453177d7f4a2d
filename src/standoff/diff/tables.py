"""A diff as tables, most important first: the same for the terminal, Markdown and the page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.diff.change import Change, Diff, Tally, list_which
from standoff.diff.levels import LEVELS
from standoff.diff.marks import UNKNOWN, WHOLE

Row = tuple[str, ...]
_OF_LAYER = "spans of "
_FATES = (
    ("removed", "before", "removed"),
    ("gone as a whole", "before", WHOLE),
    ("relabelled away", "before", "relabelled"),
    ("relabelled into", "now", "relabelled"),
    ("rekinded away", "before", "rekinded"),
    ("rekinded into", "now", "rekinded"),
    ("moved", "now", "moved"),
    ("reworded", "now", "reworded"),
    ("noted", "now", "noted"),
    ("not compared", "now", UNKNOWN),
    ("come as a whole", "now", WHOLE),
    ("added", "now", "added"),
)
"""Columns of an account between `before` and `now`: name, side and outcome. One without any count is left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the heads of the columns, and rows; the first column and the last `words` are words, others numbers."""

    title: str
    head: Row
    rows: tuple[Row, ...]
    words: int = 0


def to_tables(diff: Diff) -> Iterator[Table]:
    """Changes by what they are, then spans, relabelled spans, cuts and layers, each only where it has changes."""
    if not diff.changes:
        return
    rows = tuple((what, f"{len(found):,}", LEVELS[what], list_which(found)) for what, found in diff.by_what())
    yield Table("Changes", ("change", "number", "calls for", "which"), rows, 2)
    changed = {what.partition(" ")[0] for what, _ in diff.by_what()}
    whole = {"document", "text"} & changed
    if "span" in changed or whole:
        yield from _count_account(diff, "spans", "Spans by label", "label")
    yield from _to_matrix([change for change in diff.changes if change.what == "span relabelled"])
    if "cut" in changed or whole:
        yield from _count_account(diff, "cuts", "Cuts by kind", "kind")
    if any(change.layer for change in diff.changes):
        yield from _count_layers(diff)


def _count_account(diff: Diff, account: str, title: str, head: str) -> Iterator[Table]:
    """Each label with its marks before, what became of them, and its marks now; for cuts the characters too."""
    columns = _to_columns({key: count for key, count in diff.counts.items() if key[0] == account}, 2)
    if account == "cuts":
        letters = _to_columns({key: count for key, count in diff.characters.items() if key[0] == account}, 2)
        columns += [("characters before", letters[0][1]), ("characters now", letters[-1][1])]
    yield from _to_table(title, head, columns)


def _count_layers(diff: Diff) -> Iterator[Table]:
    """Each annotator's layer, its labels taken together."""
    found = {key: count for key, count in diff.counts.items() if key[0].startswith(_OF_LAYER)}
    columns = [
        (name, Counter({account.removeprefix(_OF_LAYER): count for account, count in counts.items()}))
        for name, counts in _to_columns(found, 0)
    ]
    yield from _to_table("Spans of annotators", "layer", columns)


def _to_columns(found: Tally, row: int) -> list[tuple[str, Counter[str]]]:
    """The counts before, what became of them, and now; by the part of the key that makes the rows."""
    fates = [(name, _count_rows(found, row, side, outcome)) for name, side, outcome in _FATES]
    ends = _count_rows(found, row, "before"), _count_rows(found, row, "now")
    return [("before", ends[0]), *((name, counts) for name, counts in fates if counts), ("now", ends[1])]


def _to_table(title: str, head: str, columns: Sequence[tuple[str, Counter[str]]]) -> Iterator[Table]:
    """The most frequent first, then all together; none without any row."""
    names = {name for _, counts in columns for name in counts}
    most = {name: max(counts[name] for _, counts in columns) for name in names}
    rows = [
        (name, *(_say(counts[name]) for _, counts in columns))
        for name in sorted(names, key=lambda name: (-most[name], name))
    ]
    if len(rows) > 1:
        rows.append(("all", *(_say(counts.total()) for _, counts in columns)))
    if rows:
        yield Table(title, (head, *(name for name, _ in columns)), tuple(rows))


def _count_rows(found: Tally, row: int, side: str, outcome: str | None = None) -> Counter[str]:
    counts = Counter[str]()
    for key, count in found.items():
        if key[1] == side and outcome in (None, key[3]):
            counts[key[row]] += count
    return counts


def _to_matrix(changes: Sequence[Change]) -> Iterator[Table]:
    """Relabelled spans: a row for what they were, a column for what they are."""
    counts = Counter((getattr(change.old, "label", ""), change.label) for change in changes)
    olds, news = (sorted({pair[side] for pair in counts}) for side in (0, 1))
    if counts:
        rows = tuple((one, *(_say(counts[one, other]) for other in news)) for one in olds)
        yield Table("Relabelled: from the row to the column", ("was", *news), rows)


def _say(count: int) -> str:
    return f"{count:,}" if count else "."
