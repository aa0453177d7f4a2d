"""`standoff release`: HEAD is held against every condition, built twice, compared, and tagged as the last act."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from standoff.check.walk import Progress
from standoff.corpus import Corpus
from standoff.dataset.digest import content_digest
from standoff.dataset.read import read_manifest
from standoff.errors import StandoffError
from standoff.files import replaced_folder
from standoff.release.changed import Changed, read_changed
from standoff.release.columns import Columns, find_changes, parse_lines, read_columns, to_lines
from standoff.release.copies import SETTINGS, Order, build_all, compare_folders, copy_commit, temporary_folder
from standoff.release.refusals import Refusal, find_number_refusals, find_refusals
from standoff.release.repository import find_commit, last_release, list_uncommitted, read_tag, write_tag

Tell = Callable[[str], None]
"""Called with each step as it begins."""


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a release: refused, or tagged; tried alone, `tagged` is false and nothing is refused.

    `content` is the digest in the tag, empty where nothing was built; `dataset` is the folder that the build was put
    into. `remarks` are for people.
    """

    version: str
    commit: str
    changed: Changed
    refusals: tuple[Refusal, ...] = ()
    tagged: bool = False
    content: str = ""
    dataset: Path | None = None
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "version": self.version,
            "tag": f"v{self.version}" if self.tagged else None,
            "commit": self.commit,
            "since": self.changed.since,
            "bump": self.changed.step,
            "reasons": list(self.changed.reasons),
            "content": self.content or None,
            "dataset": None if self.dataset is None else str(self.dataset),
            "refused": [asdict(refusal) for refusal in self.refusals],
            "remarks": list(self.remarks),
        }


def release(
    corpus: Corpus, *, dry_run: bool = False, tell: Tell | None = None, progress: Progress | None = None
) -> Released:
    """Release HEAD under the version in `standoff.toml`, or say what is in the way.

    Until the tag is made nothing in the repository changes; the tag is made whole or not at all. The dataset is then
    put into its place under `dist/`. With `dry_run` all is done but these two. Raises StandoffError where a build
    fails, or two builds of the same commit differ.
    """
    say = tell or (lambda _: None)
    commit, since = find_commit(corpus.root, "HEAD"), last_release(corpus.root)
    version = corpus.settings.version
    say(f"what changed since {since}" if since else "no release yet: everything is new")
    changed = read_changed(corpus, since, commit)
    say("work tree, version, changelog, check, waivers, guidelines")
    if refusals := tuple(find_refusals(corpus, changed, progress)):
        return Released(version, commit, changed, refusals)
    with temporary_folder() as folder:
        say("building two clean copies, side by side")
        built = build_twice(corpus, commit, folder)
        content, columns = content_digest(read_manifest(built)), read_columns(built)
        changed = _add_columns(corpus, changed, columns)
        if refusals := tuple(find_number_refusals(corpus, changed)):
            return Released(version, commit, changed, refusals, content=content)
        if dry_run:
            return Released(version, commit, changed, content=content)
        _require_unchanged(corpus, commit)
        say(f"tag v{version}")
        message = to_message(corpus.settings.name, version, content, changed) + to_lines(columns)
        write_tag(corpus.root, f"v{version}", commit, message)
        place, remarks = _put(built, corpus)
    return Released(version, commit, changed, (), True, content, place, remarks)


def _add_columns(corpus: Corpus, changed: Changed, columns: Columns) -> Changed:
    """What changed, with the columns that are not those of the last release: a major step, only seen in a build."""
    tag = None if changed.since is None else read_tag(corpus.root, changed.since)
    found = () if tag is None else tuple(find_changes(parse_lines(tag.message), columns))
    kept = changed.reasons if changed.step == "major" else ()
    return replace(changed, step="major", reasons=(*found, *kept)) if found else changed


def build_twice(corpus: Corpus, commit: str, folder: Path) -> Path:
    """The public dataset of a commit, built in two copies, with private texts in sight and without; the same bytes."""
    orders = []
    for number, settings in enumerate(SETTINGS):
        place = folder / str(number)
        place.mkdir()
        copy = copy_commit(corpus.root, commit, place, with_private=not number)
        orders.append(Order(copy.root, place / "dataset", settings))
    build_all(orders)
    one, other = (order.out for order in orders)
    if differ := compare_folders(one, other):
        message = f"two builds of {commit[:12]} differ in {len(differ)} of their files, the first: {differ[0]}"
        raise StandoffError(message, hint="nothing was released; a defect in standoff: please report it")
    return one


def to_message(name: str, version: str, content: str, changed: Changed) -> str:
    """The message of the tag; `standoff verify` and `publish` read its line `content`."""
    since = changed.step if changed.since is None else f"{changed.step} since {changed.since}"
    reasons = "".join(f"- {reason}\n" for reason in changed.reasons)
    return f"{name} {version}\n\ncontent {content}\nbump {since}\n{reasons}"


def _require_unchanged(corpus: Corpus, commit: str) -> None:
    if find_commit(corpus.root, "HEAD") != commit or list_uncommitted(corpus.root):
        message = "somebody changed the repository while it was built"
        raise StandoffError(message, path=corpus.root, hint="nothing was released; run the command again")


def _put(built: Path, corpus: Corpus) -> tuple[Path | None, tuple[str, ...]]:
    """Put the build into `dist/`. The tag stands by now, so what goes wrong is a remark and no failure."""
    place = corpus.dataset_folder()
    try:
        with replaced_folder(place, "MANIFEST.json") as new:
            shutil.copytree(built, new, dirs_exist_ok=True)
    except StandoffError as error:
        return None, (f"the dataset was not put into {corpus.name_of(place)}: {error}; standoff build makes it again",)
    return place, ()
