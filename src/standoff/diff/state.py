"""What a corpus is at one moment, wherever it was read from: the one form in which two of them are compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from standoff.guidelines.pages import Guidelines
from standoff.records import Cut, Span

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Ids of documents to their seed texts, as far as they are here and have the hash that is listed."""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document: hash of its seed, split, cuts, spans of the built layer, readings of annotators by layer.

    All offsets count code points of the seed. None is what is not there or not known: no split, never cleaned, not
    read; `layers` is None where the source does not say. `private`: its text may not be redistributed.
    """

    id: str
    sha256: str
    private: bool
    split: str | None
    cuts: tuple[Cut, ...] | None
    spans: tuple[Span, ...] | None
    layers: Mapping[str, tuple[Span, ...]] | None
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_built(self) -> bool:
        """Whether it goes into a dataset."""
        return self.split is not None and self.spans is not None


@dataclass(frozen=True, slots=True)
class State:
    """A corpus: `name` is what it was asked for by; labels with their definitions in order, and its documents by id.

    `is_dataset`: read from a built dataset, which knows no notes, no attributes and no document that was not built.
    None is what the source does not say: a definition, whether spans may overlap, the guidelines with their rules, the
    columns of each config, the content hash of each split of a config.
    `has_private_text`: a dataset that was built with texts which may not be redistributed.
    """

    name: str
    is_dataset: bool
    version: str
    guidelines_version: str
    labels: Mapping[str, str | None]
    documents: Mapping[str, DocumentState]
    texts: Texts
    overlap: bool | None = None
    guidelines: Guidelines | None = None
    columns: Mapping[str, Mapping[str, str]] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    content: Mapping[str, Mapping[str, str]] | None = None
    has_private_text: bool = False

    @property
    def colors(self) -> Mapping[str, str]:
        """The colour of each label, as far as known."""
        return {} if self.guidelines is None else {one.name: one.color for one in self.guidelines.schema.labels}
