"""Documents that several layers have read, ready to be adjudicated: what is agreed, what is not, where it lies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from standoff.agree.regions import Region, find_regions
from standoff.clean import choose_sources
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.doccano.rounds import read_rounds
from standoff.errors import StandoffError
from standoff.offsets import OffsetMap
from standoff.records import Source, Span


@dataclass(frozen=True, slots=True)
class Case:
    """A document: its spans by layer in seed offsets, those that all have, and the regions in which they differ.

    `every` has the layers of all annotators that have read it, also those that are not adjudicated now: a decision
    stands only while it fits them all.
    """

    source: Source
    seed: str
    clean: str
    offsets: OffsetMap
    layers: Mapping[str, tuple[Span, ...]]
    every: Mapping[str, tuple[Span, ...]]
    agreed: tuple[Span, ...]
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """The documents to adjudicate, and those left alone: not read by every layer, for control, or without text."""

    ready: tuple[Case, ...]
    unread: tuple[str, ...]
    control: tuple[str, ...]
    absent: tuple[str, ...]


def read_cases(corpus: Corpus, layers: Sequence[str], ids: Collection[str] = (), *, least: int = 2) -> Cases:
    """The documents that any of the layers has read, or those of `ids`; a layer counts for none that it got as control.

    Without layers it is all annotators that have read a document, `least` of them or more; else it is those named.
    Raises StandoffError for a document that is not cleaned, and for a span in a cut.
    """
    controls, annotators = read_controls(corpus), corpus.annotators()
    ready, unread, control, absent = list[Case](), list[str](), list[str](), list[str]()
    for source in sorted(choose_sources(corpus.read_sources(), ids), key=lambda one: one.id):
        every = _read_all(corpus, source.id, {*layers, *annotators}, controls)
        wanted = [layer for layer in layers or sorted(every) if (layer, source.id) not in controls]
        spans = {layer: every[layer] for layer in wanted if layer in every}
        if not any(corpus.spans_file(layer, source.id).exists() for layer in layers or annotators):
            continue
        if len(wanted) < (2 if layers else 1):
            control.append(source.id)
        elif len(spans) < (len(wanted) if layers else least):
            unread.append(source.id)
        elif (seed := corpus.read_seed(source)) is None:
            absent.append(source.id)
        else:
            ready.append(_to_case(corpus, source, seed, spans, every))
    return Cases(tuple(ready), tuple(unread), tuple(control), tuple(absent))


def _read_all(
    corpus: Corpus, document: str, layers: Collection[str], controls: Collection[tuple[str, str]]
) -> dict[str, tuple[Span, ...]]:
    """The spans of each layer that has read a document and did not get it as control, by name."""
    read = [layer for layer in sorted(layers) if (layer, document) not in controls]
    return {layer: tuple(found) for layer in read if (found := corpus.read_spans(layer, document)) is not None}


def read_controls(corpus: Corpus) -> set[tuple[str, str]]:
    """Annotators and the documents that they got with the answer known: these are no readings of their own."""
    deals = [deal for plan in read_rounds(corpus) for deal in plan.deals]
    return {(deal.annotator, one) for deal in deals for one in deal.control}


def _to_case(
    corpus: Corpus,
    source: Source,
    seed: str,
    spans: Mapping[str, tuple[Span, ...]],
    every: Mapping[str, tuple[Span, ...]],
) -> Case:
    if not corpus.cuts_file(source.id).exists():
        raise StandoffError(f"{source.id} is not cleaned yet", path=corpus.cuts_file(source.id), hint="standoff clean")
    cuts = corpus.read_cuts(source.id)
    agreed, regions = find_regions(spans)
    offsets = OffsetMap.from_cuts(len(seed), cuts)
    for layer, held in spans.items():
        if lost := [one for one in held if offsets.span_to_clean(one.start, one.end)[2] != "kept"]:
            path, hint = corpus.spans_file(layer, source.id), "standoff check names all of them"
            raise StandoffError(f"the span {lost[0].start}-{lost[0].end} lies in a cut", path=path, hint=hint)
    return Case(source, seed, apply_cuts(seed, cuts), offsets, spans, every, tuple(agreed), tuple(regions))
