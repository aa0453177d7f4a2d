"""Datasets by address: a folder here, or a revision of a repository on a Hub."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from standoff.errors import StandoffError

_ADDRESS = re.compile(r"(?P<scheme>hf://datasets/)?(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./+-]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """A repository of datasets on a Hub, and a tag, branch or commit of it."""

    repo: str
    revision: str

    def __str__(self) -> str:
        """`OWNER/NAME@REVISION`."""
        return f"{self.repo}@{self.revision}"


def to_address(text: str) -> Address | None:
    """`OWNER/NAME@REVISION`, or `hf://datasets/OWNER/NAME` where the revision may be left out; None for neither.

    A bare `OWNER/NAME` is none: it could as well be a folder with a slip in its name, which must not go to the net.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or not (found["scheme"] or found["revision"]):
        return None
    return Address(found["repo"], found["revision"] or "main")


def find_dataset(address: str) -> Path:
    """The folder of a dataset: an existing one as it is, an address on a Hub fetched; else StandoffError."""
    folder = Path(address)
    if folder.is_dir():
        return folder
    if to_address(address) is None:
        hint = "name a folder that standoff build wrote, or OWNER/NAME@REVISION on a Hub"
        raise StandoffError("no such dataset", path=address, hint=hint, usage=True)
    return fetch_dataset(address)


def fetch_dataset(address: str) -> Path:
    """The dataset at an address on a Hub, in the cache of the Hub's client: files there must not be changed.

    Where the Hub cannot be reached, the copy that it gave last, and a line on standard error says so. Raises
    StandoffError where the address is none, nothing is there, or there is neither Hub nor copy.
    """
    place = to_address(address)
    if place is None:
        raise StandoffError("no address on a Hub", path=address, hint="OWNER/NAME@REVISION", usage=True)
    from huggingface_hub import HfApi

    from standoff.hub.refusals import asking_hub, is_unreached

    with asking_hub(str(place)):
        try:
            commit = HfApi().dataset_info(place.repo, revision=place.revision).sha
        except Exception as error:
            copy = _find_copy(place) if is_unreached(error) else None
            if copy is None:
                raise
            sys.stderr.write(f"note: {place}: the Hub was not reached, this is the copy of {copy.name}\n")
            return copy
        folder = _download(place.repo, place.revision)  # by its name, so that the cache knows which commit it was
        return folder if folder.name == commit else _download(place.repo, str(commit))


def _download(repo: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(repo, repo_type="dataset", revision=revision))


def _find_copy(place: Address) -> Path | None:
    """What the cache holds of that revision, as it was when the Hub was asked last."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        copy = snapshot_download(place.repo, repo_type="dataset", revision=place.revision, local_files_only=True)
    except LocalEntryNotFoundError:
        return None
    return Path(copy)
