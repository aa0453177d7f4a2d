"""Where a document of another tool stands in the corpus: its id, and the exact way from its offsets to the seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from standoff.align import align_texts, first_difference
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.files import hash_text
from standoff.formats.exchange import Annotated
from standoff.offsets import OffsetMap
from standoff.records import Source

ToSeed = Callable[[int, int], tuple[int, int] | None]
"""A range of their text in the seed; None where it has no visible character."""


@dataclass(frozen=True, slots=True)
class Place:
    """A document of the corpus, its seed and cuts, and the way there."""

    id: str
    seed: str
    offsets: OffsetMap
    to_seed: ToSeed


@dataclass(frozen=True, slots=True)
class Finder:
    """The documents of the corpus by id and by the hash of their texts."""

    corpus: Corpus
    sources: Mapping[str, Source]
    names: Mapping[str, str]
    by_text: Mapping[str, str]

    @classmethod
    def from_corpus(cls, corpus: Corpus, names: Mapping[str, str]) -> "Finder":
        """`names` gives the id in the corpus of a document that was just added, by its own."""
        sources = corpus.read_sources() if corpus.sources_file.exists() else {}
        by_text = {source.sha256: source.id for source in sources.values()}
        by_text.update({entry.sha256: entry.id for entry in corpus.read_index().values()})
        return cls(corpus, sources, names, by_text)

    def find(self, document: Annotated) -> Place | str:
        """The place of a document, or why there is none."""
        known = self.names.get(document.id) or (document.id if document.id in self.sources else None)
        document_id = known or self.by_text.get(hash_text(document.text))
        if document_id is None:
            return "no document of this id or text is in the corpus; --add takes it in"
        seed = self.corpus.read_seed(self.sources[document_id])
        if seed is None:
            return f"the text of {document_id} is not here"
        cuts = self.corpus.read_cuts(document_id) if self.corpus.cuts_file(document_id).exists() else []
        offsets, clean = OffsetMap.from_cuts(len(seed), cuts), apply_cuts(seed, cuts)
        way = _find_way(document.text, clean, seed, offsets)
        if way is None:
            at = first_difference(document.text, clean)
            return f"its text is not that of {document_id}: they differ from character {at} on"
        return Place(document_id, seed, offsets, way)


def _find_way(text: str, clean: str, seed: str, offsets: OffsetMap) -> ToSeed | None:
    """From a text to the seed: it is the cleaned text or the seed, or one of them but for white space."""
    if text == clean:
        return offsets.span_to_seed
    if text == seed:
        return lambda start, end: (start, end)
    if (aligned := align_texts(text, clean)) is not None:
        return _through(aligned.to_ours, offsets)
    aligned = align_texts(text, seed)
    return None if aligned is None else aligned.to_ours


def _through(to_clean: ToSeed, offsets: OffsetMap) -> ToSeed:
    def to_seed(start: int, end: int) -> tuple[int, int] | None:
        clean = to_clean(start, end)
        return None if clean is None else offsets.span_to_seed(*clean)

    return to_seed
