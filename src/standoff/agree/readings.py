"""What each layer has in each document, with the text where it is here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from standoff.agree.tokens import label_tokens
from standoff.around import text_around
from standoff.clean import choose_sources
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.dataset.rows import clean_spans
from standoff.dataset.tokens import split_sentences
from standoff.records import Document, Source, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The spans of each layer that has read a document, in seed offsets, and the labels of its tokens.

    `text` is the seed; without it there are no labels and no context.
    """

    spans: Mapping[str, tuple[Span, ...]]
    labels: Mapping[str, list[str]]
    text: str | None

    def context(self, start: int, end: int) -> str:
        """The text around a range of the seed."""
        return "" if self.text is None else text_around(self.text, start, end)


def read_readings(corpus: Corpus, layers: Sequence[str], ids: Collection[str] = ()) -> dict[str, Reading]:
    """The documents that any of the layers has read, by id."""
    readings = {}
    for source in sorted(choose_sources(corpus.read_sources(), ids), key=lambda one: one.id):
        spans = {layer: found for layer in layers if (found := corpus.read_spans(layer, source.id)) is not None}
        if spans:
            readings[source.id] = _to_reading(corpus, source, {layer: tuple(found) for layer, found in spans.items()})
    return readings


def _to_reading(corpus: Corpus, source: Source, spans: Mapping[str, tuple[Span, ...]]) -> Reading:
    seed = corpus.read_seed(source)
    if seed is None or len(spans) < 2 or not corpus.cuts_file(source.id).exists():
        return Reading(spans, {}, seed)
    cuts = tuple(corpus.read_cuts(source.id))
    text = apply_cuts(seed, cuts)
    tokens = [token for sentence in split_sentences(text, corpus.settings.language) for token in sentence]
    labels = {
        layer: label_tokens(tokens, clean_spans(Document(source, seed, cuts, "", found)))
        for layer, found in spans.items()
    }
    return Reading(spans, labels, seed)
