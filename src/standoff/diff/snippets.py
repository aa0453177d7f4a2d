"""A changed mark in the text around it, as HTML: as it was and as it is, on one line where both stand in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from standoff.diff.change import Change, find_label
from standoff.diff.follow import Followed
from standoff.records import Cut, Span

_AROUND = 70
"""Characters shown on each side."""
_INSIDE = 400
"""Characters of a long mark that are shown, half at each end."""
_HUNKS = 40
"""Places of a changed text that are shown."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The text before and the text now; None where it may not be shown or is not here."""

    old: str | None
    new: str | None


def to_snippets(change: Change, sides: Sides, classes: Mapping[str, str]) -> str:
    """One or two lines; empty where the change has no mark, or its text is not to be shown."""
    old, new = change.old, change.new
    if isinstance(old, str) or isinstance(new, str) or (old is None and new is None):
        return ""
    if old is not None and new is not None and _in_one_place(old, new, sides):
        return _line("both", sides.new, new, _chips(change, classes), classes)
    lines = [
        _line(kind, text, mark, _chip(mark, classes), classes)
        for kind, text, mark in (("old", sides.old, old), ("new", sides.new, new))
        if mark is not None
    ]
    return "".join(lines) if all(lines) else ""


def to_hunks(sides: Sides) -> str:
    """Each place where the text itself changed: what went, struck, and what came; empty where a text is not shown."""
    if sides.old is None or sides.new is None:
        return ""
    gaps = list(Followed.from_texts(sides.old, sides.new).gaps())
    lines = [_hunk(sides.old, sides.new, gap) for gap in gaps[:_HUNKS]]
    if len(gaps) > _HUNKS:
        lines.append(f'<p class="soft">and {len(gaps) - _HUNKS:,} more places</p>')
    return "".join(lines)


def _hunk(old: str, new: str, gap: tuple[int, int, int, int]) -> str:
    start, end, to, to_end = gap
    went = f"<del>{_plain(_shorten(old[start:end]))}</del>" if start < end else ""
    came = f"<ins>{_plain(_shorten(new[to:to_end]))}</ins>" if to < to_end else ""
    before, after = _around(new, to, to_end)
    return f'<p class="both"><bdi>{before}{went}{came}{after}</bdi></p>'


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a range, with … where the text goes on."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return ("…" if start > _AROUND else "") + _plain(before), _plain(after) + ("…" if end + _AROUND < len(text) else "")


def _in_one_place(old: Span | Cut, new: Span | Cut, sides: Sides) -> bool:
    return (old.start, old.end) == (new.start, new.end) and sides.old == sides.new


def _line(kind: str, text: str | None, mark: Span | Cut, chip: str, classes: Mapping[str, str]) -> str:
    """The mark with the text around; a line break there is shown as ⏎."""
    if text is None or mark.end > len(text):
        return ""
    before, after = _around(text, mark.start, mark.end)
    sort = "cut" if isinstance(mark, Cut) else f"span {classes.get(mark.label, '')}"
    inside = _plain(_shorten(text[mark.start : mark.end]))
    note = f'<span class="soft">{escape(_tell_more(mark))}</span>'
    body = f'{before}<mark class="{sort}">{inside}{chip}</mark>{after}'
    return f'<p class="{kind}"><bdi>{body}</bdi> {note}</p>'


def _shorten(text: str) -> str:
    return text if len(text) <= _INSIDE else f"{text[: _INSIDE // 2]} … {text[-_INSIDE // 2 :]}"


def _plain(text: str) -> str:
    """Text on one line; what cannot be printed as an escape."""
    shown = "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)
    return escape(shown).replace("\n", '<i class="break">⏎</i> ')


def _chip(mark: Span | Cut, classes: Mapping[str, str]) -> str:
    label = find_label(mark)
    return f'<b class="{classes.get(label, "") if isinstance(mark, Span) else ""}">{escape(label)}</b>'


def _chips(change: Change, classes: Mapping[str, str]) -> str:
    """The label, or the old one struck and the new one beside it."""
    assert isinstance(change.old, Span | Cut) and isinstance(change.new, Span | Cut)
    if find_label(change.old) == find_label(change.new):
        return _chip(change.new, classes)
    return f"<s>{_chip(change.old, classes)}</s>{_chip(change.new, classes)}"


def _tell_more(mark: Span | Cut) -> str:
    """Offsets, then what stands beside the label: author and score of a cut, attributes and note of a span."""
    place = f"{mark.start}–{mark.end}"
    if isinstance(mark, Cut):
        return f"{place} by {mark.by}" + ("" if mark.score is None else f" at {mark.score:.3g}")
    more = "".join(f" {key}={value!r}" for key, value in (mark.attributes or {}).items())
    return place + more + (f" {mark.note}" if mark.note else "")
