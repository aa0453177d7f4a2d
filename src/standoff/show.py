"""`standoff show`: one document with its cuts and labels, as runs of text for a terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.offsets import outermost_first
from standoff.records import Cut, Span


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the seed that is plain, cut (`cut`) or labelled (`spans`, the outermost first)."""

    text: str
    cut: Cut | None = None
    spans: tuple[Span, ...] = ()


def show(corpus: Corpus, document_id: str, layer: str | None = None) -> list[Run]:
    """The runs of a document in the order of the seed; white space that was cut is left out of the marks."""
    sources = corpus.read_sources()
    if document_id not in sources:
        raise StandoffError(f"no document has the id {document_id!r}", hint="see seeds/sources.jsonl", usage=True)
    seed = corpus.read_seed(sources[document_id])
    if seed is None:
        hint = "put it back: standoff add --private FOLDER"
        raise StandoffError(f"the text of {document_id} is not here", hint=hint)
    if layer is not None and layer not in corpus.layers():
        raise StandoffError(f"there is no layer {layer!r}", hint=f"one of {', '.join(corpus.layers())}", usage=True)
    cuts = corpus.read_cuts(document_id) if corpus.cuts_file(document_id).exists() else []
    spans = corpus.read_spans(layer or corpus.settings.layer, document_id) or []
    return to_runs(seed, cuts, spans)


def to_runs(seed: str, cuts: Sequence[Cut], spans: Sequence[Span]) -> list[Run]:
    """The seed as runs, a new one wherever a mark begins or ends; in a cut no label is shown."""
    shown = [cut for cut in cuts if cut.kind != "whitespace"]
    outermost = sorted(spans, key=outermost_first)
    marks: list[Cut | Span] = [*shown, *spans]
    edges = sorted({0, len(seed), *(edge for mark in marks for edge in (mark.start, mark.end))})
    runs = []
    for start, end in pairwise(edges):
        cut = next((cut for cut in shown if cut.start <= start and end <= cut.end), None)
        here = tuple(span for span in outermost if span.start <= start and end <= span.end)
        runs.append(Run(seed[start:end], cut, () if cut else here))
    return runs


def crosses(one: Span, others: Iterable[Span]) -> bool:
    """Whether a span shares characters with another, neither inside the other: brackets cannot tell them apart."""
    return any(
        one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end
        for other in others
    )
