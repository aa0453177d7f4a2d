"""What a dataset is built from: documents with what annotators marked, one by one, out of a repository."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from standoff.corpus import Corpus
from standoff.records import Cut, Document, Source, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """A document on its way into a dataset: source, split, cuts, the spans of the built layer, those of annotators.

    `seed` is None where the text is not built, because it may not be redistributed.
    """

    source: Source
    split: str
    seed: str | None
    cuts: tuple[Cut, ...]
    spans: tuple[Span, ...]
    annotators: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def to_document(self) -> Document | None:
        """The document; None without text."""
        return None if self.seed is None else Document(self.source, self.seed, self.cuts, self.split, self.spans)


def read_readings(corpus: Corpus, *, with_private: bool = False) -> Iterator[Reading]:
    """Every document that was cleaned and read in the built layer, by id; private text only where it is asked for."""
    index, annotators = corpus.read_index(), corpus.annotators()
    for document_id, source in sorted(corpus.read_sources().items()):
        spans = corpus.read_spans(corpus.settings.layer, document_id)
        if spans is None or document_id not in index:
            continue
        seed = corpus.read_seed(source) if source.redistribute or with_private else None
        marked = {name: found for name in annotators if (found := corpus.read_spans(name, document_id)) is not None}
        yield Reading(
            source,
            index[document_id].split,
            seed,
            tuple(corpus.read_cuts(document_id)),
            tuple(spans),
            {name: tuple(found) for name, found in marked.items()},
        )
