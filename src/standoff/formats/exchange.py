"""What travels between standoff and other tools: texts with spans, what could not be read, what could not be said.

Every format is a module with one pair of pure functions, `from_<format>(files) -> Parsed` and
`to_<format>(documents, schema) -> Written`. Offsets of `Annotated` count code points of its `text`, whatever the
format counts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from standoff.records import Span

Files = Mapping[str, bytes]
"""File name (with `/` between folders) to content."""
What = Literal["document", "span"]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text and its spans; `text` may hold any character, and spans may overlap."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A document or a span that could not be taken: where it stands, its name, and why."""

    what: What
    path: str
    line: int | None
    name: str
    reason: str

    def __str__(self) -> str:
        """One line: `file:line: what name: reason`."""
        place = f"{self.path}:" if self.path else ""
        place += "" if self.line is None else f"{self.line}:"
        return f"{place} {self.what} {self.name}: {self.reason}".strip()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read. `spans` of a rejected document count among the rejected spans as well, each by name."""

    documents: tuple[Annotated, ...]
    rejects: tuple[Reject, ...] = ()

    @property
    def total(self) -> Mapping[What, int]:
        """Documents and spans in the files: those read and those rejected."""
        rejected = Counter(reject.what for reject in self.rejects)
        return {
            "document": len(self.documents) + rejected["document"],
            "span": sum(len(document.spans) for document in self.documents) + rejected["span"],
        }


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a format cannot say: a key of the table in `limits.toml`, the document, the thing."""

    limit: str
    document: str
    thing: str


@dataclass(frozen=True, slots=True)
class Written:
    """Files in a format, and all that it could not say. A span in `unsaid` is not in the files at all."""

    files: Files
    losses: tuple[Loss, ...] = ()
    unsaid: tuple[Reject, ...] = field(default=())
