"""Changes as Markdown, for a pull request or a job summary."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape

from standoff.changes.find import Change

ROWS = 200
"""Changes listed one by one; the rest is counted, since a comment holds 65,536 characters."""


def to_markdown(changes: Sequence[Change], title: str) -> str:
    """A count by kind, then a folded list a file."""
    if not changes:
        return f"### {title}\n\nNo span, cut, split or file changed.\n"
    counts = Counter(change.what for change in changes)
    rows = [f"| {what} | {count:,} |" for what, count in sorted(counts.items())]
    files = defaultdict[str, list[Change]](list)
    for change in changes[:ROWS]:
        files[change.path].append(change)
    parts = [f"### {title}", "\n".join(["| change | number |", "|---|--:|", *rows])]
    parts += [_fold(path, listed) for path, listed in files.items()]
    if len(changes) > ROWS:
        parts.append(f"and {len(changes) - ROWS:,} more: `standoff check --against`")
    return "\n\n".join(parts) + "\n"


def _fold(path: str, changes: Sequence[Change]) -> str:
    rows = [
        f"<li>{escape(change.what)} {escape(change.at)}"
        + "".join(f" <code>{escape(side)}</code>" for side in (change.old, change.new) if side)
        + "</li>"
        for change in changes
    ]
    summary = f"<summary>{escape(path)} ({len(changes)})</summary>"
    return f"<details>{summary}<ul>\n" + "\n".join(rows) + "\n</ul></details>"
