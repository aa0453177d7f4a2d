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
from standoff.diff.levels import LEVELS
from standoff.diff.version import BUMPS
from standoff.errors import StandoffError
from standoff.folders import replaced_folder
from standoff.git import find_commit
from standoff.release.changed import Changed, read_changed
from standoff.release.columns import Columns, find_changes, parse_lines, read_columns, to_lines
from standoff.release.copies import SETTINGS, Order, build_all, compare_folders, copy_commit, temporary_folder
from standoff.release.refusals import Refusal, find_built_refusals, find_number_refusals, find_refusals
from standoff.release.repository import last_release, list_uncommitted, read_tag, write_tag

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
    corpus: Corpus,
    *,
    first: bool = False,
    dry_run: bool = False,
    tell: Tell | None = None,
    progress: Progress | None = None,
) -> Released:
    """Release HEAD under the version in `standoff.toml`, or say what is in the way.

    Until the tag is made nothing in the repository changes; the tag is made whole or not at all. The dataset is then
    put into its place under `dist/`. With `dry_run` all is done but these two. `first` says that no earlier version was
    ever tagged. Raises StandoffError where a build fails, or two builds of the same commit differ.
    """
    say = tell or (lambda _: None)
    commit, since = find_commit(corpus.root, "HEAD"), last_release(corpus.root)
    version = corpus.settings.version
    say(f"what changed since {since}" if since else "no release yet: everything is new")
    changed = read_changed(corpus, since, commit)
    unknown = tuple(f"not compared: {one}" for one in changed.unknown)
    say("work tree, history, version, changelog, card, check, waivers, guidelines")
    if refusals := tuple(find_refusals(corpus, changed, first=first, progress=progress)):
        return Released(version, commit, changed, refusals, remarks=unknown)
    with temporary_folder() as folder:
        say("building two clean copies, side by side")
        built = build_twice(corpus, commit, folder)
        manifest, columns = read_manifest(built), read_columns(built)
        content, changed = content_digest(manifest), _add_columns(corpus, changed, columns)
        refusals = (*find_number_refusals(corpus, changed), *find_built_refusals(corpus, manifest))
        if refusals or dry_run:
            return Released(version, commit, changed, refusals, content=content, remarks=unknown)
        _require_unchanged(corpus, commit)
        say(f"tag v{version}")
        message = to_message(corpus.settings.name, version, content, changed) + to_lines(columns)
        write_tag(corpus.root, f"v{version}", commit, message)
        place, remarks = _put(built, corpus)
    return Released(version, commit, changed, (), True, content, place, (*unknown, *remarks))


def _add_columns(corpus: Corpus, changed: Changed, columns: Columns) -> Changed:
    """What changed, with the columns that are not those of the last release: only seen in a build."""
    tag = None if changed.since is None else read_tag(corpus.root, changed.since)
    found = [] if tag is None else list(find_changes(parse_lines(tag.message), columns))
    step = max((changed.step, *(LEVELS[what] for what, _ in found)), key=BUMPS.index)
    reasons = [f"{what} ({name})" for what, name in found if LEVELS[what] == step]
    kept = changed.reasons if changed.step == step else ()
    return replace(changed, step=step, reasons=(*reasons, *kept))


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
