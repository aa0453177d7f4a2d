"""Records that lost their place when a text was replaced: each waits for a person."""

from collections.abc import Iterator

from standoff.check.findings import Finding
from standoff.check.lines import Lines, read_lines
from standoff.check.place import place
from standoff.corpus import Corpus
from standoff.records import Issue, Orphan


def check_orphans(corpus: Corpus) -> Iterator[Issue]:
    """Every line of `annotations/orphans.jsonl`."""
    path = corpus.orphans_file
    lines: Lines[Orphan] = read_lines(path.read_bytes(), Orphan, ordered=False) if path.exists() else Lines()
    findings = [Finding("orphan-open", at, _describe(one)) for at, one in enumerate(lines.records)]
    yield from place(corpus.name_of(path), lines, findings)


def _describe(one: Orphan) -> str:
    row = one.record
    what = f"[{row['start']}, {row['end']})" if "start" in row and "end" in row else str(row.get("at", ""))
    name = row.get("label") or row.get("kind") or row.get("rule") or "a keep"
    return f"{name} {what} of {one.path} has no place in the new text: {one.reason}; it would be near {one.near}"
