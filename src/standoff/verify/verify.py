"""Whether a dataset is what it says, and what the repository at its tag gives."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from standoff import __version__
from standoff.corpus import Corpus
from standoff.dataset.digest import content_digest
from standoff.dataset.read import OLD, Manifest, read_manifest
from standoff.errors import StandoffError
from standoff.git import find_commit
from standoff.release.copies import SETTINGS, Order, build_all, copy_commit, temporary_folder
from standoff.release.repository import Tag, read_tag
from standoff.verify.files import Content, Difference, check_content, check_files, read_content
from standoff.verify.rebuilt import compare_datasets, find_rewritten, read_writer

Tell = Callable[[str], None]
"""Called with each step as it begins."""
_RECORDED = re.compile(r"^content ([0-9a-f]{64})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a dataset. `commit` is what it was compared with, empty where nothing could be built."""

    name: str
    version: str
    content: str
    commit: str
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]

    @property
    def result(self) -> Literal["verified", "intact", "differs"]:
        """Verified: rebuilt and the same. Intact: as its manifest says, and nobody rebuilt it."""
        return "differs" if self.differences else "verified" if self.commit else "intact"

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"result": self.result, **asdict(self)}


def verify(folder: Path, corpus: Corpus | None, *, rev: str | None = None, tell: Tell | None = None) -> Verdict:
    """Hold a dataset against its manifest, then against one built from the corpus at its tag, or at `rev`.

    Without a corpus the first alone. Raises StandoffError where the dataset has no manifest, the corpus is another
    one, the revision is not there or nothing can be built from it.
    """
    say = tell or (lambda _: None)
    manifest = read_manifest(folder)
    private = manifest.private or (not manifest.standoff and folder.resolve().name.endswith("-private"))
    say(f"files and rows of {manifest.name} {manifest.version}")
    differences, content = _check_itself(folder, manifest)
    stated = manifest if manifest.standoff else replace(manifest, content=content.hashes)
    verdict = Verdict(manifest.name, manifest.version, content_digest(stated), "", tuple(differences), ())
    if corpus is None:
        remark = f"not rebuilt: that needs the repository of {manifest.name}, run this in it"
        return replace(verdict, remarks=(*_remark_age(manifest, "files were checked"), remark))
    commit, tag = _find_source(corpus, manifest, rev)
    checked = tag is not None and manifest.standoff and not private
    recorded = tuple(_check_recorded(tag, verdict.content)) if tag and checked else ()
    with temporary_folder() as place:
        say(f"building {rev or f'v{manifest.version}'} again from a clean copy")
        built = _rebuild(corpus, commit, place, private=private)
        say("comparing")
        found = tuple(compare_datasets(built, folder, manifest, content))
        remarks = _remark(built, folder, content, manifest, differ=bool(found))
    remarks += _remark_age(manifest, "files and rows were compared")
    remarks += () if tag is None or _RECORDED.search(tag.message) else (f"the tag {tag.name} records no content",)
    return replace(verdict, commit=commit, differences=(*verdict.differences, *recorded, *found), remarks=remarks)


def _check_itself(folder: Path, manifest: Manifest) -> tuple[list[Difference], Content]:
    """What is not as the manifest says, and what the rows hold."""
    content = read_content(folder, manifest)
    stated = check_content(manifest, content) if manifest.standoff else ()
    return [*check_files(folder, manifest), *stated, *content.unreadable.values()], content


def _remark_age(manifest: Manifest, done: str) -> tuple[str, ...]:
    """That a manifest states no hash of rows that could be computed again; `done` is what was done instead."""
    return () if manifest.standoff else (f"{OLD}; {done}",)


def _find_source(corpus: Corpus, manifest: Manifest, rev: str | None) -> tuple[str, Tag | None]:
    """The commit to build, and the tag of the version, if it is what was asked for."""
    if corpus.settings.name != manifest.name:
        message = f"this is the repository of {corpus.settings.name}, the dataset is {manifest.name}"
        raise StandoffError(message, path=corpus.root, hint=f"run it in the repository of {manifest.name}", usage=True)
    if rev is not None:
        return find_commit(corpus.root, rev), None
    tag = read_tag(corpus.root, f"v{manifest.version}")
    if tag is None:
        _require_documents(corpus)
        hint = "git fetch --tags, or name what it was built from: --rev REV"
        raise StandoffError(f"there is no tag v{manifest.version} here", path=corpus.root, hint=hint, usage=True)
    return tag.commit, tag


def _require_documents(corpus: Corpus) -> None:
    """Documents as lines of JSON are in no commit, so nothing can be built from one."""
    if not corpus.sources_file.is_file():
        message = f"the repository of {corpus.settings.name} holds no documents as files: nothing can be built again"
        hint = "outside of the repository files and rows alone are verified, which needs no documents"
        raise StandoffError(message, hint=hint, usage=True)


def _check_recorded(tag: Tag, content: str) -> list[Difference]:
    """Whether the tag has the content of this dataset on record."""
    recorded = _RECORDED.search(tag.message)
    if recorded is None or recorded[1] == content:
        return []
    return [Difference("records other content", tag.name, (f"the tag has {recorded[1]}, the dataset {content}",))]


def _rebuild(corpus: Corpus, commit: str, place: Path, *, private: bool) -> Path:
    """The dataset of a commit, with the private texts of the working tree where it takes them."""
    copy = copy_commit(corpus.root, commit, place, with_private=private)
    _require_documents(copy)
    if private:
        sources = (one for one in copy.read_sources().values() if not one.redistribute)
        if absent := [one.id for one in sources if not copy.seed_file(one.id, redistribute=False).is_file()]:
            message = f"a private build needs private texts, and {len(absent)} are not here: {', '.join(absent)}"
            raise StandoffError(message, hint="put them back: standoff add --private FOLDER", usage=True)
    order = Order(copy.root, place / "dataset", SETTINGS[0], private)
    build_all([order])
    return order.out


def _remark(built: Path, folder: Path, content: Content, manifest: Manifest, *, differ: bool) -> tuple[str, ...]:
    """What is other than in the rebuilt dataset and may be: who wrote the Parquet."""
    remarks = []
    if rewritten := find_rewritten(built, folder, content):
        count = "1 Parquet file has" if len(rewritten) == 1 else f"{len(rewritten)} Parquet files have"
        writers = f"written by {read_writer(folder)}, here by {read_writer(built)}"
        remarks.append(f"{count} other bytes and the same rows: {writers}")
    if differ and manifest.standoff not in ("", __version__):
        remarks.append(f"it was built with standoff {manifest.standoff}, and again with {__version__}")
    return tuple(remarks)
