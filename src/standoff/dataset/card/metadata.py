"""The table `[card]` of `standoff.toml`: what the metadata of a dataset say beside what is computed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from standoff.errors import StandoffError
from standoff.settings import Settings

_ANNOTATORS = ("crowdsourced", "found", "expert-generated", "machine-generated", "no-annotation", "other")
_WRITERS = ("crowdsourced", "found", "expert-generated", "machine-generated", "other")
_HUB = re.compile(r"(?:https://huggingface\.co/datasets/)?(?P<name>[\w.-]+/[\w.-]+)/?")


@dataclass(frozen=True, slots=True)
class Author:
    """Who made the corpus: `Last, First` for a person, any other name for a group."""

    name: str
    affiliation: str = ""
    orcid: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it is one person."""
        return bool(self.orcid) or "," in self.name


@dataclass(frozen=True, slots=True)
class Metadata:
    """The table `[card]`; every key may be left out.

    `published` is the day of this version. `citation` is BibTeX that takes the place of the generated one.
    `annotations_creators` and `language_creators` are terms of the Hub. `repository` is where the dataset or the
    corpus lies, `homepage` where people read of it.
    """

    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    homepage: str = ""
    repository: str = ""
    publisher: str = ""
    published: date | None = None
    citation: str = ""
    annotations_creators: tuple[str, ...] = ()
    language_creators: tuple[str, ...] = ()

    @property
    def hub_name(self) -> str:
        """`OWNER/NAME` where `repository` is a dataset on the Hub, else empty."""
        found = _HUB.fullmatch(self.repository)
        return found["name"] if found else ""

    @property
    def url(self) -> str:
        """Where the dataset is found: its home page, else its repository; empty where neither is named."""
        return self.homepage or self.repository_url

    @property
    def repository_url(self) -> str:
        """The address of the repository; empty where none is named."""
        return f"https://huggingface.co/datasets/{self.hub_name}" if self.hub_name else self.repository


def read_metadata(settings: Settings) -> Metadata:
    """The table as it is in the settings; raises StandoffError for a key or a value that is not for it."""
    read: dict[str, Any] = {}
    for key, value in settings.card.items():
        if key not in _READ:
            raise _error(f"no such key: {key!r}", f"one of {', '.join(_READ)}")
        kind, hint = _READ[key]
        if not _fits(value, kind):
            raise _error(f"{key!r} cannot be {value!r}", hint)
        read[key] = tuple(value) if isinstance(value, list) else value
    for key in ("tags", "annotations_creators", "language_creators"):
        if not all(isinstance(term, str) for term in read.get(key, ())):
            raise _error(f"{key!r} cannot be {list(read[key])!r}", _TERMS[1])
    for key, terms in (("annotations_creators", _ANNOTATORS), ("language_creators", _WRITERS)):
        if unknown := [term for term in read.get(key, ()) if term not in terms]:
            raise _error(f"{key!r} cannot be {unknown[0]!r}", f"one of {', '.join(terms)}")
    read["authors"] = tuple(map(_read_author, read.get("authors", ())))
    return Metadata(**read)


_TERMS = (list, 'a list: ["…"]')
_TEXT = (str, 'a text: "…"')
_READ: Mapping[str, tuple[type, str]] = {
    "authors": (list, 'a list: [{ name = "Last, First", affiliation = "…", orcid = "…" }]'),
    "tags": _TERMS,
    "homepage": _TEXT,
    "repository": _TEXT,
    "publisher": _TEXT,
    "published": (date, "a date without quotes: 2026-05-31"),
    "citation": _TEXT,
    "annotations_creators": _TERMS,
    "language_creators": _TERMS,
}
"""What each key holds, and how it is written."""


def _fits(value: object, kind: type) -> bool:
    if kind is date:
        return type(value) is date  # a date with a time is one too, by inheritance
    return isinstance(value, kind)


def _read_author(row: object) -> Author:
    known = {"name", "affiliation", "orcid"}
    if not isinstance(row, dict) or not row.get("name") or row.keys() - known:
        raise _error(f"an author cannot be {row!r}", _READ["authors"][1])
    if not all(isinstance(value, str) for value in row.values()):
        raise _error(f"an author cannot be {row!r}", _READ["authors"][1])
    return Author(**row)


def _error(message: str, hint: str) -> StandoffError:
    return StandoffError(f"[card] {message}", path="standoff.toml", hint=hint)
