"""`standoff check --against REV`: what changed since a revision, and whether it may be released."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standoff.changes import Change, find_changes
from standoff.check.lines import read_lines
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines.bump import Bump, needed_bump
from standoff.guidelines.changes import LEVELS, find_step, parse_version
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.layout import find_role
from standoff.ledger import Ledger
from standoff.records import Issue, Source
from standoff.revisions import Tree, last_tag, read_difference, read_revision_files


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed since `rev`: every change, the account of spans and cuts, and what must not be so."""

    rev: str
    changes: tuple[Change, ...]
    ledger: Ledger
    issues: tuple[Issue, ...]


def compare_with(corpus: Corpus, rev: str | None, *, release: bool = False) -> Comparison:
    """Compare the folder with a revision, by default the last release.

    The version of the guidelines must have gone up as far as their changes ask. For a release, `waivers.jsonl` may
    only have shrunk.
    """
    rev = rev or last_tag(corpus.root)
    old, new = read_difference(corpus.root, rev)
    changes, ledger = find_changes(old, new, _find_private(corpus, old, new))
    issues: list[Issue] = []
    if any(find_role(path).kind == "guidelines" for path in (*old, *new)):
        try:
            if (before := _read_guidelines(corpus, rev)) is not None:
                now = read_guidelines(corpus.labels_file.parent)
                bump = needed_bump(before, now)
                changes = (*changes, *_tell_bump(bump))
                issues += _check_step(bump, before.schema.version, now.schema.version)
        except StandoffError as error:
            message = f"which step the changes ask for cannot be told: {error.message}"
            issues.append(Issue("guideline-version", "guidelines", None, message))
    if release:
        issues += [
            Issue("waiver-added", change.path, change.line, f"waived since {rev}: {change.new}", at=change.at)
            for change in changes
            if change.what == "waiver added"
        ]
    return Comparison(rev, changes, ledger, tuple(issues))


def _find_private(corpus: Corpus, old: Tree, new: Tree) -> frozenset[str]:
    """Documents whose text may not be shown, then or now; neither may that of one which no list of sources names."""
    then = read_lines(old.get(corpus.name_of(corpus.sources_file), b""), Source).records
    now = read_lines(corpus.sources_file.read_bytes(), Source).records if corpus.sources_file.exists() else ()
    unknown = {find_role(path).id for path in (*old, *new)} - {source.id for source in (*then, *now)}
    return frozenset(unknown | {source.id for source in (*then, *now) if not source.redistribute})


def _read_guidelines(corpus: Corpus, rev: str) -> Guidelines | None:
    """The guidelines of a revision, by way of a folder; None where it has none yet."""
    files = read_revision_files(corpus.root, rev, "guidelines")
    if "guidelines/labels.toml" not in files:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return read_guidelines(Path(folder) / "guidelines")


def _tell_bump(bump: Bump) -> Iterator[Change]:
    for name, (level, why) in sorted(bump.reasons.items()):
        yield Change(f"guideline {level}", "guidelines", None, name, "", why)


def _check_step(bump: Bump, old: str, new: str) -> Iterator[Issue]:
    """Whether the version went up as far as the changes ask; before 1.0.0 a minor step is enough for all."""
    if bump.level == "none":
        return
    step = None if parse_version(new) <= parse_version(old) else find_step(old, new)
    early = parse_version(new) < (1, 0, 0) and step == "minor"
    if step is None or (LEVELS.index(step) < LEVELS.index(bump.level) and not early):
        name, (_, why) = next((name, reason) for name, reason in bump.reasons.items() if reason[0] == bump.level)
        message = f"{old} to {new} is {'no' if step is None else f'a {step}'} step, {name} asks for {bump.level}: {why}"
        yield Issue("guideline-version", "guidelines/labels.toml", None, message, at=new)
