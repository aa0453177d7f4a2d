"""A repository of datasets on a Hub: what it holds, and the few things that publishing does to it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi
from huggingface_hub.errors import RepositoryNotFoundError

from standoff.dataset.read import Manifest, read_manifest
from standoff.errors import StandoffError
from standoff.hub.whole import MANIFEST

ATTRIBUTES = ".gitattributes"
"""The Hub's own file: it says what goes through LFS, and stays."""


@dataclass(frozen=True, slots=True)
class State:
    """What the server says: whether it is private, the newest commit of `main`, its paths, the tags with commits."""

    private: bool
    head: str
    paths: tuple[str, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Remote:
    """One repository and the client that asks for it."""

    repo: str
    api: HfApi

    @property
    def url(self) -> str:
        """Where people read it."""
        return f"{self.api.endpoint}/datasets/{self.repo}"

    def read_state(self) -> State | None:
        """None where there is no such repository, or none that this token sees."""
        try:
            info = self.api.dataset_info(self.repo)
        except RepositoryNotFoundError:
            return None
        refs = self.api.list_repo_refs(self.repo, repo_type="dataset")
        paths = self.api.list_repo_files(self.repo, repo_type="dataset", revision=info.sha)
        tags = {tag.name: tag.target_commit for tag in refs.tags}
        return State(info.private is True, info.sha or "", tuple(paths), tags)

    def create(self, *, private: bool) -> None:
        """A new repository; what the server made of `private` is to be asked afterwards."""
        self.api.create_repo(self.repo, repo_type="dataset", private=private)

    def read_manifest(self, revision: str) -> Manifest:
        """The manifest at a revision; raises EntryNotFoundError where there is none, StandoffError for another's."""
        with TemporaryDirectory() as cache:
            path = self.api.hf_hub_download(
                self.repo, MANIFEST, repo_type="dataset", revision=revision, cache_dir=cache
            )
            try:
                return read_manifest(Path(path).parent)
            except StandoffError:
                message = f"{self.repo}: standoff did not publish what it holds: its {MANIFEST} is another's"
                raise StandoffError(message, hint="name another repository") from None

    def commit(self, folder: Path, paths: Sequence[str], state: State, message: str) -> tuple[str, tuple[str, ...]]:
        """Make `main` these files of a folder and no others, in one commit on top of the state that was read.

        Gives the commit, that of the state where nothing differs, and what the Hub remarks on the card. What the Hub
        has already, under any name, is not sent again. Not `upload_folder`: that may make several commits.
        """
        gone = sorted({*state.paths} - {*paths, ATTRIBUTES})
        operations: list[CommitOperationAdd | CommitOperationCopy | CommitOperationDelete] = [
            *(CommitOperationDelete(path, is_folder=False) for path in gone),
            *(CommitOperationAdd(path, folder / path) for path in paths),
        ]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            made = self.api.create_commit(
                self.repo, operations, commit_message=message, repo_type="dataset", parent_commit=state.head
            )
        remarks = (" ".join(str(warning.message).split()) for warning in said)
        return made.oid, tuple(remark for remark in remarks if "metadata in README.md" in remark)

    def tag(self, name: str, commit: str, message: str) -> None:
        """Tag a commit; a tag that is there already is refused."""
        self.api.create_tag(self.repo, tag=name, tag_message=message, revision=commit, repo_type="dataset")

    def download(self, revision: str, cache: Path) -> Path:
        """All files at a revision, into a cache of their own."""
        return Path(self.api.snapshot_download(self.repo, repo_type="dataset", revision=revision, cache_dir=cache))
