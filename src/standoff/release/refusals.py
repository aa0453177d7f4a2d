"""What stands in the way of a release: each with one message and the way out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standoff.check import Checked, check
from standoff.check.against import compare_with
from standoff.check.report import to_text
from standoff.check.rules import is_error
from standoff.check.walk import Progress
from standoff.corpus import Corpus
from standoff.dataset.read import Manifest
from standoff.diff import needed_version
from standoff.errors import StandoffError
from standoff.records import Issue
from standoff.release.changed import Changed
from standoff.release.changelog import find_section, list_sections
from standoff.release.repository import (
    find_signer,
    is_shallow,
    last_release,
    list_hidden,
    list_uncommitted,
    read_tag,
)
from standoff.release.versions import is_less, is_version
from standoff.revisions import list_releases

_OPEN = "disagreement-open"
_BLANK = "FILL IN"
_WRITTEN = ("card.md", "standoff.toml", "guidelines/*.md", "guidelines/*.toml", "annotations/*/layer.toml")
"""Stands in what `standoff new` wrote where a person has to write."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no release: `what` in a word for machines, the message, and what to do."""

    what: str
    message: str
    hint: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.message} ({self.hint})"


def find_refusals(
    corpus: Corpus, changed: Changed, *, first: bool = False, progress: Progress | None = None
) -> Iterator[Refusal]:
    """Everything in the way of releasing HEAD, the quick ones first; none is lost because of another.

    `first`: somebody says that older versions in the changelog were never tagged.
    """
    if names := list_uncommitted(corpus.root):
        files = "1 file is" if len(names) == 1 else f"{len(names):,} files are"
        yield Refusal("tree", f"{files} not committed, the first: {names[0]}", "git add and git commit, or git stash")
    if names := list_hidden(corpus.root):
        files = "1 file" if len(names) == 1 else f"{len(names):,} files"
        hint = "git update-index --no-assume-unchanged --no-skip-worktree FILE; git sparse-checkout disable"
        yield Refusal("tree", f"git was told not to look at {files}, the first: {names[0]}", hint)
    if find_signer(corpus.root) is None:
        hint = "git config user.name NAME; git config user.email ADDRESS"
        yield Refusal("signer", "git does not know who makes the tag", hint)
    yield from find_history_refusals(corpus, corpus.settings.version, first=first)
    yield from find_number_refusals(corpus, changed)
    yield from _find_blanks(corpus)
    if missing := list(find_document_refusals(corpus)):
        yield from missing
    else:
        yield from _find_check_refusals(check(corpus, progress=progress))
    if changed.since is not None:
        yield from _find_step_refusals(corpus, changed.since)


def find_document_refusals(corpus: Corpus) -> Iterator[Refusal]:
    """A corpus of documents as lines of JSON, which are in no commit."""
    if not corpus.sources_file.is_file():
        message = "the repository holds no documents as files: seeds/sources.jsonl is missing"
        hint = "standoff add; documents as lines of JSON go out without a release: standoff publish"
        yield Refusal("documents", message, hint)


def find_history_refusals(corpus: Corpus, version: str, *, first: bool = False) -> Iterator[Refusal]:
    """Versions before this one that are not in sight, or that HEAD does not contain: what changed cannot be told."""
    root = corpus.root
    last = last_release(root)
    if first and last is not None:
        yield Refusal("history", f"{last} was released before: this is not the first", "leave --first out")
    if last is None and is_shallow(root):
        hint = "git fetch --unshallow --tags"
        yield Refusal("history", "this clone is shallow: whether something was released is not known", hint)
    if not is_version(version):
        return
    older = [one for one in list_versions(corpus.changelog_file) if is_less(one, version)]
    if last is None and older and not first:
        message = f"CHANGELOG.md has version {older[0]}, and no tag of an earlier release is here"
        hint = "git fetch --tags; or --first if none was ever tagged"
        yield Refusal("history", message, hint)
    for tag in list_releases(root, merged=False):
        if is_less(tag[1:], version) and (last is None or is_less(last[1:], tag[1:])):
            yield Refusal(
                "history", f"HEAD does not come after {tag}, which {version} would follow", f"git merge {tag}"
            )


def list_versions(path: Path) -> list[str]:
    """The versions that have a section in a changelog; none where there is no file."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return [section.version for section in list_sections(text)]


def find_built_refusals(corpus: Corpus, built: Manifest) -> Iterator[Refusal]:
    """Whether what was built from the commit is what `standoff.toml` in the folder says that it is."""
    settings = corpus.settings
    if (built.name, built.version) != (settings.name, settings.version):
        message = (
            f"the commit holds {built.name} {built.version}, the folder {settings.name} {settings.version}: "
            "standoff.toml is not as it was committed"
        )
        yield Refusal("version", message, "git checkout -- standoff.toml, or look for a filter in .gitattributes")


def _find_blanks(corpus: Corpus) -> Iterator[Refusal]:
    """Places in what people write that `standoff new` left for them."""
    for path in sorted({path for pattern in _WRITTEN for path in corpus.root.glob(pattern)}):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        blank = [number for number, line in enumerate(lines, 1) if _BLANK in line]
        if blank:
            places = "a place" if len(blank) == 1 else f"{len(blank):,} places"
            message = f"{corpus.name_of(path)}:{blank[0]}: {places} to fill in"
            yield Refusal("blank", message, f"write what belongs there, or take out the line with {_BLANK}")


def find_number_refusals(corpus: Corpus, changed: Changed) -> Iterator[Refusal]:
    """What is wrong with the version in `standoff.toml`, its tag and its section of the changelog."""
    version, draft = corpus.settings.version, "standoff release --draft writes the version and its section"
    if not is_version(version):
        yield Refusal("version", f"version {version!r} in standoff.toml is not three numbers such as 1.0.0", draft)
        return
    last = None if changed.since is None else changed.since.removeprefix("v")
    if last is not None and is_version(last):
        needed = needed_version(last, changed.least_step)
        if not is_less(last, version):
            message = f"version {version} in standoff.toml does not come after {changed.since}"
            yield Refusal("version", message, f"{draft}: at least {needed}")
        elif is_less(version, needed):
            message = f"version {version} is too small a step from {changed.since}: {changed.step} is called for"
            why = "".join(f"; {reason}" for reason in changed.reasons[:1])
            yield Refusal("bump", message + why, f"at least {needed}: {draft}")
    if read_tag(corpus.root, f"v{version}") is not None and last != version:
        hint = "a version is released once: raise the number, or git fetch --tags --force if the tag here is not theirs"
        yield Refusal("tag", f"the tag v{version} exists, and is no release that HEAD comes after", hint)
    if not _has_section(corpus.changelog_file, version):
        yield Refusal("changelog", f"CHANGELOG.md says nothing under `## {version}`", draft)


def _has_section(path: Path, version: str) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    section = find_section(text, version)
    return section is not None and re.search(r"^(?!#)[ \t]*\S", section.body, re.MULTILINE) is not None


def _find_check_refusals(checked: Checked) -> Iterator[Refusal]:
    errors = [issue for issue in checked.issues if is_error(issue)]
    open_, broken = ([one for one in errors if (one.rule == _OPEN) is wanted] for wanted in (True, False))
    if broken:
        count = "an error" if len(broken) == 1 else f"{len(broken):,} errors"
        yield Refusal("check", f"check finds {count}, the first: {_tell(broken[0])}", "standoff check lists them")
    if open_:
        count = "a disagreement is" if len(open_) == 1 else f"{len(open_):,} disagreements are"
        hint = "decide: standoff adjudicate"
        yield Refusal("disagreements", f"{count} not settled, the first: {open_[0].path}: {open_[0].message}", hint)


def _find_step_refusals(corpus: Corpus, since: str) -> Iterator[Refusal]:
    """Waivers that are new, and guidelines whose own version did not go up as far as they changed."""
    try:
        issues = compare_with(corpus, since, release=True).issues
    except StandoffError as error:
        yield Refusal("against", f"what changed since {since} cannot be read: {error.message}", error.hint)
        return
    for issue in issues:
        if issue.rule == "waiver-added":
            hint = "mend what it waives, or take the line out of waivers.jsonl"
            yield Refusal("waivers", f"{issue.path}:{issue.line}: {issue.message}", hint)
        else:
            hint = "raise the version in guidelines/labels.toml, with an entry in guidelines/CHANGELOG.md"
            yield Refusal("guidelines", f"{issue.path}: {issue.message}", hint)


def _tell(issue: Issue) -> str:
    return to_text(issue).partition("\n")[0]
