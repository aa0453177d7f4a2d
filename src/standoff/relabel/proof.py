"""The guidelines as a move leaves them, read back before any file is touched."""

import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from standoff.errors import StandoffError
from standoff.guidelines.changes import check_changes, check_version, read_changes
from standoff.guidelines.examples import check_guidelines
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.records import Issue
from standoff.relabel.move import Move
from standoff.relabel.pages import CHANGELOG, Edits


def prove(folder: Path, before: Guidelines, edits: Edits, move: Move, version: str) -> list[Issue]:
    """What is wrong with the guidelines after a move and was not before.

    Raises StandoffError where they would not read, or `labels.toml` would not hold the labels and version wanted.
    """
    with tempfile.TemporaryDirectory() as beside:
        copy = Path(beside) / folder.name
        copy.mkdir()
        for name, text in edits.texts.items():
            if text is not None:
                (copy / name).write_bytes(text.encode("utf-8"))
        after = read_guidelines(copy)
        if after.schema.names != _names_after(move, before.schema.names) or after.schema.version != version:
            hint = "each label in a [[label]] table, name and version on lines of their own"
            raise StandoffError("is not in a form that can be edited", path=folder / "labels.toml", hint=hint)
        known = {_to_key(issue, move) for issue in _find_issues(folder, before)}
        return [issue for issue in _find_issues(copy, after) if _to_key(issue, move) not in known]


def _names_after(move: Move, names: Collection[str]) -> list[str]:
    if move.kind == "rename":
        return [move.new if name == move.old else name for name in names]
    if move.kind == "merge":
        return [name for name in names if name != move.old]
    return [*names, *([] if move.new in names else [move.new])]


def _find_issues(folder: Path, guidelines: Guidelines) -> Iterator[Issue]:
    yield from check_guidelines(guidelines)
    if (folder / CHANGELOG).exists():
        versions = read_changes(folder / CHANGELOG)
        yield from check_version(guidelines, versions)
        yield from check_changes(guidelines, versions)


def _to_key(issue: Issue, move: Move) -> tuple[str, ...]:
    """What tells whether a finding was there before: all but numbers of lines and what the move renamed."""
    whole = replace(move, kind="merge")
    texts = (whole.map_words(whole.map_ids(text)[0])[0] for text in (issue.path, issue.message, issue.at))
    return (issue.rule, *(re.sub(r":\d+", "", text) for text in texts))
