"""`standoff agree`: how far the layers of a corpus agree, on spans and tokens, and where they do not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from standoff.agree.account import count_readings
from standoff.agree.differences import Shift, count_confusion, count_shifts, count_token_shifts
from standoff.agree.intervals import Counts, Row, count_matches, score_pairs
from standoff.agree.matches import Match, find_matches
from standoff.agree.readings import Reading, read_readings
from standoff.agree.regions import Region, find_regions
from standoff.agree.tokens import Kappa, find_alpha, find_kappa
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.ledger import Ledger
from standoff.records import Span


@dataclass(frozen=True, slots=True)
class Pair:
    """Agreement of two layers on the documents that both have read.

    `confusion` counts pairs of labels of spans that are not strictly the same; `boundaries` and `token_boundaries` how
    many code points and tokens the second begins and ends further to the right, for spans of one label that touch and
    differ. Of texts that are not here there are no tokens; `kappa` is None where there are none at all.
    """

    layers: tuple[str, str]
    documents: int
    rows: tuple[Row, ...]
    kappa: Kappa | None
    confusion: Mapping[tuple[str, str], int]
    boundaries: Mapping[Shift, int]
    token_boundaries: Mapping[Shift, int]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A region of a document, in seed offsets, with its text around; empty where the text is not here."""

    document: str
    region: Region
    context: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All pairs, the mean over pairs, alpha over all layers, and every disagreement, worst documents first."""

    pairs: tuple[Pair, ...]
    rows: tuple[Row, ...]
    alpha: float | None
    disagreements: tuple[Disagreement, ...]
    ledger: Ledger


def agree(corpus: Corpus, layers: Sequence[str], ids: Collection[str] = ()) -> Agreement:
    """Compare layers on the documents that two or more of them have read, or on those of `ids` alone.

    Raises StandoffError for a layer that is not there or is named twice.
    """
    _require_layers(corpus, layers)
    labels = read_schema(corpus.labels_file).names
    readings = read_readings(corpus, layers, ids)
    common = {one: reading for one, reading in readings.items() if len(reading.spans) > 1}
    strange = {span.label for reading in common.values() for spans in reading.spans.values() for span in spans}
    labels = [*labels, *sorted(strange - set(labels))]
    counted: list[Counts] = []
    pairs: list[Pair] = []
    for two in combinations(layers, 2):
        read = {one: reading for one, reading in common.items() if all(layer in reading.spans for layer in two)}
        matches = {one: find_matches(*(reading.spans[layer] for layer in two)) for one, reading in read.items()}
        pairs.append(_to_pair(two, read, matches, labels))
        if read:  # one row for each document of any pair, so that all pairs are resampled at once
            counted.append(count_matches({one: matches.get(one, []) for one in common}, labels))
    rows = score_pairs(counted, labels) if counted else []
    alpha = _find_alpha(list(common.values()), layers)
    ledger = count_readings(corpus, layers, readings)
    return Agreement(tuple(pairs), tuple(rows), alpha, tuple(find_disagreements(common)), ledger)


def score_layers(corpus: Corpus, layers: Sequence[str]) -> tuple[int, list[Row]]:
    """The documents that two or more layers have read, and the mean agreement of all pairs on their spans.

    From the files of spans alone, so that it does not depend on whether a text is here; empty without such documents.
    """
    spans: dict[str, dict[str, list[Span]]] = {}
    for layer in layers:
        for document in corpus.read_sources():
            if (found := corpus.read_spans(layer, document)) is not None:
                spans.setdefault(document, {})[layer] = found
    common = {document: held for document, held in sorted(spans.items()) if len(held) > 1}
    labels = read_schema(corpus.labels_file).names
    counted = []
    for one, other in combinations(layers, 2):
        if any(one in held and other in held for held in common.values()):
            pairs = {
                document: find_matches(held[one], held[other]) if one in held and other in held else []
                for document, held in common.items()
            }
            counted.append(count_matches(pairs, labels))
    return len(common), score_pairs(counted, labels) if counted else []


def _require_layers(corpus: Corpus, layers: Sequence[str]) -> None:
    if len(layers) < 2 or len(set(layers)) < len(layers):
        raise StandoffError("name two layers or more, each once", hint="standoff agree ida ben", usage=True)
    if unknown := [layer for layer in layers if layer not in corpus.layers()]:
        hint = f"one of {', '.join(corpus.layers())}"
        raise StandoffError(f"there is no layer {unknown[0]!r}", hint=hint, usage=True)


def _to_pair(
    two: tuple[str, str], read: Mapping[str, Reading], matches: Mapping[str, Sequence[Match]], labels: Sequence[str]
) -> Pair:
    """The agreement of a pair on the documents that both have read, and on no others: these alone are resampled."""
    rows = score_pairs([count_matches(matches, labels)], labels) if read else []
    tokens = [[label for one in read.values() for label in one.labels.get(layer, ())] for layer in two]
    kappa = find_kappa(*tokens) if tokens[0] else None
    every = [match for found in matches.values() for match in found]
    in_tokens = count_token_shifts((one.starts, matches[document]) for document, one in read.items() if one.labels)
    return Pair(two, len(read), tuple(rows), kappa, count_confusion(every), count_shifts(every), in_tokens)


def _find_alpha(readings: Sequence[Reading], layers: Sequence[str]) -> float | None:
    rows: dict[str, list[str | None]] = {layer: [] for layer in layers}
    for reading in (one for one in readings if one.labels):
        length = len(next(iter(reading.labels.values())))
        for layer, row in rows.items():
            row += reading.labels.get(layer, [None] * length)
    return find_alpha(rows) if any(rows.values()) else None


def find_disagreements(readings: Mapping[str, Reading]) -> list[Disagreement]:
    """Every region in which layers differ: documents with the largest share of spans in dispute first."""
    found: list[tuple[float, str, list[Disagreement]]] = []
    for document, reading in readings.items():
        agreed, regions = find_regions(reading.spans)
        if regions:
            rows = [Disagreement(document, region, reading.context(region.start, region.end)) for region in regions]
            found.append((-len(regions) / (len(regions) + len(agreed)), document, rows))
    return [row for _, _, rows in sorted(found, key=lambda one: one[:2]) for row in rows]
