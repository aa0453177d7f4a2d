"""A diff for people: in the terminal, and as Markdown."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape

from standoff.changes.find import show_line
from standoff.diff.change import Change, Diff, Side, Summary
from standoff.diff.levels import LEVELS
from standoff.diff.tables import Table, to_tables
from standoff.records import Cut, Span

ROWS = 300
"""Changes that Markdown lists one by one; the rest is counted."""
_SIDE = 120
_ARROW = "→"


def to_text(diff: Diff) -> str:
    """Both sides, the step called for with its reasons, the tables, what could not be compared."""
    lines = [f"{_name(diff.old)} -> {_name(diff.new)}", *_tell_bump(diff)]
    for table in to_tables(diff):
        lines += ["", table.title if table.title != "Changes" else "", *_align(table)]
    lines = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    if diff.unknown:
        lines += ["", *(f"not compared: {one}" for one in diff.unknown)]
    return "\n".join(show_line(line) for line in lines) + "\n"


def _name(side: Summary) -> str:
    about = [side.version] if side.version else []
    about += [f"guidelines {side.guidelines}"] if side.guidelines else []
    about.append(f"{side.documents:,} document{'s' * (side.documents != 1)}")
    return f"{side.name} ({', '.join(about)})"


def _tell_bump(diff: Diff) -> Iterator[str]:
    if diff.bump == "none":
        yield "no change, and no new version is called for"
        return
    least = "" if diff.version_needed is None else f", so {diff.version_needed} or later"
    yield f"calls for a {diff.bump} step{least}:"
    yield from (f"  {reason}" for reason in diff.reasons)


def _align(table: Table) -> Iterator[str]:
    """Columns in line: words to the left, numbers to the right."""
    rows = [table.head, *table.rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.head))]
    numbers = range(1, len(table.head) - table.words)
    for row in rows:
        cells = [cell.rjust(widths[at]) if at in numbers else cell.ljust(widths[at]) for at, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def to_markdown(diff: Diff, title: str = "") -> str:
    """The same as Markdown, then the changes of each document, folded; nothing in the texts is obeyed as markup."""
    parts = [f"### {_plain(title or f'{_name(diff.old)} {_ARROW} {_name(diff.new)}')}"]
    first, *reasons = (_plain(line.strip()) for line in _tell_bump(diff))
    parts.append("\n- ".join([f"{first[0].upper()}{first[1:]}", *reasons]).replace("\n", "\n\n", 1))
    parts += [_to_pipe(table) for table in to_tables(diff)]
    if diff.unknown:
        parts.append("\n".join(["Not compared:", "", *(f"- {_plain(one)}" for one in diff.unknown)]))
    parts += list(_fold_documents(diff))
    return "\n\n".join(parts) + "\n"


def _to_pipe(table: Table) -> str:
    numbers = range(1, len(table.head) - table.words)
    rule = "".join("--:|" if at in numbers else "---|" for at in range(len(table.head)))
    rows = ["| " + " | ".join(map(_plain, row)) + " |" for row in (table.head, *table.rows)]
    return "\n".join([f"**{_plain(table.title)}**", "", rows[0], f"|{rule}", *rows[1:]])


def _fold_documents(diff: Diff) -> Iterator[str]:
    """What concerns no document, then the changes by document, a folded list each, as many as there is room for."""
    by_id = defaultdict[str, list[Change]](list)
    for change in diff.changes:
        by_id[change.id].append(change)
    left = ROWS
    for id in ([""] if "" in by_id else []) + list(sort_documents(diff)):
        rows = [_to_row(change) for change in by_id[id][: max(left, 0)]]
        left -= len(by_id[id])
        if rows:
            name = _code(id) if id else "labels, guidelines, layers and schema"
            summary = f"<summary>{name} ({len(by_id[id]):,})</summary>"
            yield f"<details>{summary}<ul>\n" + "\n".join(rows) + "\n</ul></details>"
    if left < 0:
        yield f"and {-left:,} changes more: `standoff diff --json`"


def _to_row(change: Change) -> str:
    sides = f" {_ARROW} ".join(_code(tell_side(side)) for side in (change.old, change.new) if side is not None)
    layer = f" {_code(change.layer)}" if change.layer else ""
    return f"<li>{change.what}{layer}{' ' if sides else ''}{sides}</li>"


def tell_side(side: Side) -> str:
    """A mark as `LABEL 'surface' [start, end)`, with its note; words as they are."""
    if isinstance(side, Cut):
        return f"{side.kind} [{side.start}, {side.end}) by {side.by}"
    if isinstance(side, Span):
        surface = f" {side.text!r}" if side.text else ""
        more = "".join(f" {key}={value!r}" for key, value in (side.attributes or {}).items())
        return f"{side.label}{surface} [{side.start}, {side.end}){more}{f' ({side.note})' if side.note else ''}"
    return side or ""


def _code(text: str) -> str:
    short = text if len(text) <= _SIDE else f"{text[: _SIDE - 1]}…"
    return f"<code>{escape(show_line(short))}</code>"


def _plain(text: str) -> str:
    """Words in Markdown that make no markup, no cell, no link and no @name."""
    line = escape(show_line(text), quote=False).replace("://", ":\u200b//").replace("www.", "www\u200b.")
    return "".join(f"\\{one}" if one in "\\`*_[]|#~" else "@\u200b" if one == "@" else one for one in line)


def sort_documents(diff: Diff) -> Sequence[str]:
    """Ids of the documents that changed: those whose changes weigh most first, then by name."""
    order = list(LEVELS)
    weight: dict[str, int] = {}
    for change in diff.changes:
        if change.id:
            weight[change.id] = min(weight.get(change.id, len(order)), order.index(change.what))
    return sorted(weight, key=lambda id: (weight[id], id))
