"""Changes as Markdown, for a pull request or a job summary."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape
from itertools import accumulate

from standoff.changes.find import Change, show_line
from standoff.records import Issue

ROWS = 200
"""Changes listed one by one; the rest is counted."""
ROOM = 45_000
"""Characters for them: a comment on GitHub holds 65,536, with the counts and the issues."""
_SIDE = 160
_ISSUES = 10


def to_markdown(changes: Sequence[Change], title: str, issues: Sequence[Issue] = ()) -> str:
    """What must not be so, a count by kind, then a folded list a file.

    Texts of the corpus stand in `code` on one line, cut where they are long, so that nothing in them is obeyed: no
    markup, no link, no @name.
    """
    parts = [f"### {escape(title)}", *_tell_issues(issues)]
    if not changes:
        return "\n\n".join([*parts, "No span, cut, split or file changed."]) + "\n"
    counts = Counter(change.what for change in changes)
    rows = [f"| {what} | {count:,} |" for what, count in sorted(counts.items())]
    parts.append("\n".join(["| change | number |", "|---|--:|", *rows]))
    totals = Counter(change.path for change in changes)
    files = defaultdict[str, list[str]](list)
    listed = [_to_row(change) for change in changes[:ROWS]]
    sizes = accumulate(len(_fold(change.path, 0, [row])) for change, row in zip(changes, listed, strict=False))
    shown = sum(size <= ROOM for size in sizes)
    for change, row in zip(changes[:shown], listed, strict=False):
        files[change.path].append(row)
    parts += [_fold(path, totals[path], found) for path, found in files.items()]
    if len(changes) > shown:
        parts.append(f"and {len(changes) - shown:,} more: `standoff check --against`")
    return "\n\n".join(parts) + "\n"


def _tell_issues(issues: Sequence[Issue]) -> list[str]:
    rows = [f"<li>{_code(issue.path)} [{issue.rule}] {_code(issue.message)}</li>" for issue in issues[:_ISSUES]]
    if len(issues) > _ISSUES:
        rows.append(f"<li>and {len(issues) - _ISSUES:,} more</li>")
    return ["<ul>\n" + "\n".join(rows) + "\n</ul>"] if rows else []


def _fold(path: str, total: int, rows: Sequence[str]) -> str:
    summary = f"<summary>{_code(path)} ({total:,})</summary>"
    return f"<details>{summary}<ul>\n" + "\n".join(rows) + "\n</ul></details>"


def _to_row(change: Change) -> str:
    texts = [_code(text) for text in (change.at, change.old, change.new) if text]
    return f"<li>{' '.join([change.what, *texts])}</li>"


def _code(text: str) -> str:
    short = text if len(text) <= _SIDE else f"{text[: _SIDE - 1]}…"
    return f"<code>{escape(show_line(short))}</code>"
