"""`standoff show`: one document with its cuts and labels, as runs of text for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.records import Cut, Span


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the seed that is plain, cut (`cut`) or labelled (`span`)."""

    text: str
    cut: Cut | None = None
    span: Span | None = None


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
    """The seed as runs; of marks that overlap the first one stands."""
    return list(_runs(seed, sorted([*cuts, *spans], key=lambda mark: (mark.start, mark.end))))


def _runs(seed: str, marks: Sequence[Cut | Span]) -> Iterator[Run]:
    at = 0
    for mark in marks:
        if mark.start < at or (isinstance(mark, Cut) and mark.kind == "whitespace"):
            continue
        if at < mark.start:
            yield Run(seed[at : mark.start])
        text = seed[mark.start : mark.end]
        yield Run(text, cut=mark) if isinstance(mark, Cut) else Run(text, span=mark)
        at = mark.end
    if at < len(seed):
        yield Run(seed[at:])
