"""Datasets by address: a folder here, or a revision of a repository on a Hub."""

import re
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

    Raises StandoffError where the address is none, nothing is there, or the Hub cannot be reached.
    """
    place = to_address(address)
    if place is None:
        raise StandoffError("no address on a Hub", path=address, hint="OWNER/NAME@REVISION", usage=True)
    from huggingface_hub import snapshot_download

    from standoff.hub.refusals import asking_hub

    with asking_hub(str(place)):
        return Path(snapshot_download(place.repo, repo_type="dataset", revision=place.revision))
