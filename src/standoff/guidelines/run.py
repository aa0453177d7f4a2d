"""Everything in a folder of guidelines that can be run without a corpus: pages, changelog, decisions."""

from collections.abc import Iterator
from pathlib import Path

from standoff.guidelines.changes import Version, check_changes, check_version, read_changes, retired
from standoff.guidelines.citations import check_decisions
from standoff.guidelines.examples import check_guidelines
from standoff.guidelines.pages import Guidelines
from standoff.records import Issue


def run_guidelines(folder: Path, guidelines: Guidelines) -> Iterator[Issue]:
    """What is wrong with examples, version and citations; raises StandoffError for a file that cannot be read."""
    yield from check_guidelines(guidelines)
    versions = read_versions(folder)
    yield from check_version(guidelines, versions)
    yield from check_changes(guidelines, versions)
    if (decisions := folder / "decisions.md").exists():
        yield from check_decisions(decisions, guidelines.ids | retired(versions))


def read_versions(folder: Path) -> tuple[Version, ...]:
    """The versions in the changelog of the guidelines; none where there is none."""
    path = folder / "CHANGELOG.md"
    return read_changes(path) if path.exists() else ()
