"""`standoff release --draft`: the next version into `standoff.toml`, its section into `CHANGELOG.md`, to be edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from standoff.corpus import Corpus
from standoff.diff import needed_version
from standoff.errors import StandoffError
from standoff.files import read_text, write_text
from standoff.git import find_commit
from standoff.release.changed import Changed, read_changed
from standoff.release.changelog import Section, find_section, insert_section, list_sections, rename_section, to_section
from standoff.release.refusals import Refusal, find_document_refusals, find_history_refusals
from standoff.release.repository import last_release, list_subjects, read_tag
from standoff.release.settings import set_version
from standoff.release.versions import is_less, is_version

_SUBJECTS = 50
"""Commits of the toolkit that are listed one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft: the version, the section as the diff gives it, and the one that stands in the changelog now.

    `kept` says that people had written one already, which was left as it is; `files` are those that changed.
    """

    version: str
    changed: Changed
    section: str
    standing: str
    kept: bool
    files: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "version": self.version,
            "since": self.changed.since,
            "bump": self.changed.step,
            "reasons": list(self.changed.reasons),
            "not_compared": list(self.changed.unknown),
            "section": self.section,
            "standing": self.standing,
            "kept": self.kept,
            "files": list(self.files),
        }


def draft(corpus: Corpus, version: str | None = None, *, since: str | None = None, first: bool = False) -> Drafted:
    """Write what changed since the last release, or since a revision, and the version that it calls for.

    The version goes by what changed since the last release, whatever `since` is; `version` may be any that is no
    smaller. A section that stands for it is kept; one of a smaller version that was drafted and never released gets
    its number. Raises StandoffError for a version that is too small, and where the releases before it are not in
    sight; `first` says that none was ever tagged.
    """
    find_commit(corpus.root, "HEAD")
    _require(find_document_refusals(corpus))
    last = last_release(corpus.root)
    since = since or last
    if since is not None:
        find_commit(corpus.root, since)
    changed = read_changed(corpus, since)
    version = _choose(corpus, changed if since == last else read_changed(corpus, last), version)
    _require(find_history_refusals(corpus, version, first=first))
    parts = {"Corpus": changed.corpus, "Guidelines": changed.guidelines, "Toolkit": _list_toolkit(corpus, since)}
    section = to_section(version, parts)
    path, before = corpus.changelog_file, ""
    if path.is_file() and path.stat().st_size:
        before = read_text(path)
    standing = find_section(before, version)
    older = None if standing else _find_drafted(corpus, before, version)
    if older is not None:
        after = rename_section(before, older, version)
    else:
        after = before if standing else insert_section(before, section)
    settings = corpus.root / "standoff.toml"
    files = {path: (before, after), settings: (text := read_text(settings), set_version(text, version))}
    for file, (old, new) in files.items():
        if old != new:
            write_text(file, new)
    now = find_section(after, version)
    told = "" if now is None else after[now.start : now.end].rstrip("\n") + "\n"
    names = tuple(corpus.name_of(file) for file, (old, new) in files.items() if old != new)
    return Drafted(version, changed, section, told, bool(standing or older), names)


def _require(refusals: Iterable[Refusal]) -> None:
    """Of what would be in the way of the release too, the first stops a draft."""
    for refusal in refusals:
        raise StandoffError(refusal.message, hint=refusal.hint, usage=True)


def _choose(corpus: Corpus, changed: Changed, asked: str | None) -> str:
    """The version asked for, or the least that may be; a number that people have raised already stays."""
    if asked is not None and not is_version(asked):
        raise StandoffError(f"{asked!r} is no version", hint="three numbers such as 1.0.0", usage=True)
    now = corpus.settings.version
    last = last_release(corpus.root)
    if last is None:
        return asked or (now if is_version(now) else "0.1.0")
    least = needed_version(last[1:], changed.least_step)
    if asked is not None and is_less(asked, least):
        message = f"{asked} is too small a step from {last}: {changed.step} is called for, at least {least}"
        why = "; ".join(changed.reasons[:1])
        raise StandoffError(message, hint=why or f"the next one is {least}", usage=True)
    return asked or (now if is_version(now) and is_less(least, now) else least)


def _find_drafted(corpus: Corpus, text: str, version: str) -> Section | None:
    """The section of a smaller version that comes after the last release and was not released itself."""
    last, newest = last_release(corpus.root), next(iter(list_sections(text)), None)
    if last is None or newest is None or not (is_less(last[1:], newest.version) and is_less(newest.version, version)):
        return None
    return None if read_tag(corpus.root, f"v{newest.version}") else newest


def _list_toolkit(corpus: Corpus, since: str | None) -> list[str]:
    subjects = list_subjects(corpus.root, since)
    more = len(subjects) - _SUBJECTS
    return subjects[:_SUBJECTS] + ([f"and {more:,} more commits"] if more > 0 else [])
