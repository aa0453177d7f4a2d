"""A diff as one HTML page, which asks the network for nothing: tables, then each change of a document in context."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from standoff.diff.change import Change, Diff, Summary, count_what
from standoff.diff.levels import LEVELS
from standoff.diff.snippets import Sides, to_hunks, to_snippets
from standoff.diff.state import State
from standoff.diff.tables import Table, to_tables
from standoff.diff.tell import sort_documents, tell_side
from standoff.guidelines.render.colors import BLACK, WHITE, contrast

CHANGES = 20_000
"""Changes that the page shows; what is more is counted."""
_OPEN = 3
"""Documents that are unfolded when the page is opened."""
_PALETTE = (
    "#f4a3a3", "#9cc4fb", "#8fdc9f", "#f9cf8b", "#cdb0f7", "#7fd8d4", "#e8b3dc", "#c3cf6b", "#f2b48a", "#a9b8d8",
)  # fmt: skip
"""For labels whose colours are not known: a dataset does not hold them."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The changes of a document, and its texts before and now; none of a text that may not be shown or is not here."""

    id: str
    changes: Sequence[Change]
    sides: Sides


def to_html(diff: Diff, old: State, new: State) -> str:
    """The page; texts are asked of the states, those of private documents never."""
    ids = list(_choose(diff))
    public = [id for id in ids if id not in diff.private]
    before, now = old.texts(public), new.texts(public)
    by_id = defaultdict[str, list[Change]](list)
    for change in diff.changes:
        by_id[change.id].append(change)
    shown = [_Shown(id, sorted(by_id[id], key=_order), Sides(before.get(id), now.get(id))) for id in ids]
    parts = {
        "title": escape(f"{diff.old.name} → {diff.new.name}"),
        "style": _asset("page.css") + "".join(_color_labels(diff)),
        "old": _name(diff.old),
        "new": _name(diff.new),
        "bump": _tell_bump(diff),
        "tables": "".join(map(_to_table, to_tables(diff))),
        "unknown": _tell_unknown(diff),
        "whole": "".join(_tell_corpus(by_id[""])),
        "documents": "".join(_fold(one, diff, opened=at < _OPEN) for at, one in enumerate(shown)),
        "rest": _tell_rest(diff, ids),
    }
    return Template(_asset("page.html")).substitute(parts)


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _order(change: Change) -> tuple[int, int]:
    """What concerns the document as a whole first, then by place."""
    mark = change.old if change.new is None else change.new
    return getattr(mark, "start", -1), list(LEVELS).index(change.what)


def _choose(diff: Diff) -> Iterator[str]:
    """Documents, the weightiest first, until there are changes enough; at least one."""
    counts = Counter(change.id for change in diff.changes)
    total = 0
    for id in sort_documents(diff):
        if total and total + counts[id] > CHANGES:
            return
        total += counts[id]
        yield id


def _color_labels(diff: Diff) -> Iterator[str]:
    """The colour of each label, and black or white for its text, by a class `l` and a number."""
    for at, label in enumerate(_list_labels(diff)):
        color = diff.colors.get(label, _PALETTE[at % len(_PALETTE)])
        on = max(BLACK, WHITE, key=lambda one: contrast(one, color))
        yield f".l{at} {{ --fill: {escape(color)}; --on: {on}; }}\n"


def _list_labels(diff: Diff) -> list[str]:
    """The labels of spans, those of the guidelines in their order first."""
    used = sorted({key[2] for key in diff.counts if key[0] != "cuts"})
    return list(dict.fromkeys([*diff.colors, *used]))


def _classes(diff: Diff) -> Mapping[str, str]:
    return {label: f"l{at}" for at, label in enumerate(_list_labels(diff))}


def _name(side: Summary) -> str:
    about = [f"version {side.version}"] if side.version else []
    about += [f"guidelines {side.guidelines}"] if side.guidelines else []
    words = ", ".join([*about, f"{side.documents:,} document{'s' * (side.documents != 1)}"])
    return f"<b>{escape(side.name)}</b> <span>{escape(words)}</span>"


def _tell_bump(diff: Diff) -> str:
    if diff.bump == "none":
        return '<p class="call none"><b>no change</b> No new version is called for.</p>'
    least = "" if diff.version_needed is None else f" The next version is {escape(diff.version_needed)} or later."
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in diff.reasons)
    return f'<p class="call {diff.bump}"><b>{diff.bump}</b>{least}</p><ul class="reasons">{reasons}</ul>'


def _to_table(table: Table) -> str:
    numbers = range(1, len(table.head) - table.words)
    body = "".join(_to_cells(cells, "td", numbers) for cells in table.rows)
    whole = f"<table><thead>{_to_cells(table.head, 'th', numbers)}</thead><tbody>{body}</tbody></table>"
    return f'<section><h2>{escape(table.title)}</h2><div class="table">{whole}</div></section>'


def _to_cells(cells: Sequence[str], tag: str, numbers: range) -> str:
    kinds = (' class="number"' if at in numbers else "" for at in range(len(cells)))
    row = (f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))
    return f"<tr>{''.join(row)}</tr>"


def _tell_unknown(diff: Diff) -> str:
    items = "".join(f"<li>{escape(one)}</li>" for one in diff.unknown)
    return f'<section class="unknown"><h2>Not compared</h2><ul>{items}</ul></section>' if items else ""


def _tell_corpus(changes: Sequence[Change]) -> Iterator[str]:
    """What concerns no single document."""
    if changes:
        rows = "".join(_to_row(change, "") for change in changes)
        yield f'<section><h2>Labels, guidelines and schema</h2><ul class="changes">{rows}</ul></section>'


def _fold(shown: _Shown, diff: Diff, *, opened: bool) -> str:
    """A document with its changes, folded."""
    classes = _classes(diff)
    bare = shown.id in diff.private
    rows = "".join(_to_row(change, _tell_context(change, shown.sides, classes)) for change in shown.changes)
    note = '<span class="soft">private: no text is shown</span>' if bare else ""
    whats = Counter(change.what for change in shown.changes)
    counts = ", ".join(count_what(what, count) for what, count in whats.items())
    head = f'<summary><b>{escape(shown.id)}</b> <span class="soft">{escape(counts)}</span> {note}</summary>'
    return f'<details{" open" if opened else ""}>{head}<ul class="changes">{rows}</ul></details>'


def _tell_context(change: Change, sides: Sides, classes: Mapping[str, str]) -> str:
    return to_hunks(sides) if change.what == "text changed" else to_snippets(change, sides, classes)


def _to_row(change: Change, snippets: str) -> str:
    """What changed, then the text around it, or both sides in words."""
    layer = f' <span class="soft">{escape(change.layer)}</span>' if change.layer else ""
    what = f'<span class="what {change.level}">{escape(change.what)}</span>{layer}'
    return f'<li class="{change.what.rpartition(" ")[2]}">{what}{snippets or _tell_sides(change)}</li>'


def _tell_sides(change: Change) -> str:
    sides = [(tag, tell_side(side)) for tag, side in (("del", change.old), ("ins", change.new)) if side is not None]
    return "".join(f" <{tag}>{escape(words)}</{tag}>" for tag, words in sides if words)


def _tell_rest(diff: Diff, ids: Sequence[str]) -> str:
    more = len(sort_documents(diff)) - len(ids)
    return f"<p>and {more:,} more documents: <code>standoff diff --json</code> has every change</p>" if more else ""
