"""What each layer has in each document, with the text where it is here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from standoff.agree.tokens import label_tokens
from standoff.around import text_around
from standoff.clean import choose_sources
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.dataset.rows import clean_spans
from standoff.dataset.tokens import Token, load_tokenizer
from standoff.offsets import OffsetMap
from standoff.records import Document, Source, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The spans of each layer that has read a document, in seed offsets, and the labels of its tokens.

    `starts` is where these tokens begin in the seed. `text` is the seed; without it there is no context. Without text
    or cuts there are no tokens, and nothing in `labels` and `starts`.
    """

    spans: Mapping[str, tuple[Span, ...]]
    labels: Mapping[str, list[str]]
    starts: Sequence[int]
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
        return Reading(spans, {}, (), seed)
    cuts = tuple(corpus.read_cuts(source.id))
    text = apply_cuts(seed, cuts)
    tokens = split_tokens(text, corpus.settings.language)
    labels = {
        layer: label_tokens(tokens, clean_spans(Document(source, seed, cuts, "", found)))
        for layer, found in spans.items()
    }
    offsets = OffsetMap.from_cuts(len(seed), cuts)
    return Reading(spans, labels, [offsets.to_seed(token.start) for token in tokens], seed)


def split_tokens(text: str, language: str) -> list[Token]:
    """The tokens of config `tokens`, without its sentences, which take more time than they do."""
    nlp, tokens, start = load_tokenizer(language), list[Token](), 0
    for line in text.split("\n"):
        found = (token for token in nlp.make_doc(line) if not token.is_space)
        tokens += [Token(start + token.idx, start + token.idx + len(token), token.text) for token in found]
        start += len(line) + 1
    return tokens
