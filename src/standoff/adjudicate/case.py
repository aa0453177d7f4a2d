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
    """A document: its spans by layer in seed offsets, those that all have, and the regions in which they differ."""

    source: Source
    seed: str
    clean: str
    offsets: OffsetMap
    layers: Mapping[str, tuple[Span, ...]]
    agreed: tuple[Span, ...]
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """The documents to adjudicate, and those left alone: not read by every layer, for control, or without text."""

    ready: tuple[Case, ...]
    unread: tuple[str, ...]
    control: tuple[str, ...]
    absent: tuple[str, ...]


def read_cases(corpus: Corpus, layers: Sequence[str], ids: Collection[str] = ()) -> Cases:
    """The documents that any of the layers has read, or those of `ids`."""
    controls = {one for layer, one in read_controls(corpus) if layer in layers}
    ready, unread, control, absent = list[Case](), list[str](), list[str](), list[str]()
    for source in sorted(choose_sources(corpus.read_sources(), ids), key=lambda one: one.id):
        spans = {layer: found for layer in layers if (found := corpus.read_spans(layer, source.id)) is not None}
        if not spans:
            continue
        if source.id in controls:
            control.append(source.id)
        elif len(spans) < len(layers):
            unread.append(source.id)
        elif (seed := corpus.read_seed(source)) is None:
            absent.append(source.id)
        else:
            ready.append(_to_case(corpus, source, seed, {layer: tuple(found) for layer, found in spans.items()}))
    return Cases(tuple(ready), tuple(unread), tuple(control), tuple(absent))


def read_controls(corpus: Corpus) -> set[tuple[str, str]]:
    """Annotators and the documents that they got with the answer known: these are no readings of their own."""
    deals = [deal for plan in read_rounds(corpus) for deal in plan.deals]
    return {(deal.annotator, one) for deal in deals for one in deal.control}


def _to_case(corpus: Corpus, source: Source, seed: str, spans: Mapping[str, tuple[Span, ...]]) -> Case:
    cuts = corpus.read_cuts(source.id)
    agreed, regions = find_regions(spans)
    offsets = OffsetMap.from_cuts(len(seed), cuts)
    for layer, held in spans.items():
        if lost := [one for one in held if offsets.span_to_clean(one.start, one.end)[2] != "kept"]:
            path, hint = corpus.spans_file(layer, source.id), "standoff check names all of them"
            raise StandoffError(f"the span {lost[0].start}-{lost[0].end} lies in a cut", path=path, hint=hint)
    return Case(source, seed, apply_cuts(seed, cuts), offsets, spans, tuple(agreed), tuple(regions))
