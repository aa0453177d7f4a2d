"""`standoff agree`: how far the layers of a corpus agree, on spans and tokens, and where they do not."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from standoff.agree.intervals import Counts, Row, count_matches, score_pairs
from standoff.agree.matches import Match, find_matches
from standoff.agree.readings import Reading, read_readings
from standoff.agree.regions import Region, find_regions
from standoff.agree.tokens import Kappa, find_alpha, find_kappa
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.ledger import Account, Ledger
from standoff.records import Span

NOTHING = "nothing"
"""In the confusion: the other has no span there."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Agreement of two layers on the documents that both have read.

    `confusion` counts pairs of labels of spans that are not strictly the same; `boundaries` how many code points the
    second begins and ends further to the right, for spans of one label that touch and differ.
    """

    layers: tuple[str, str]
    documents: int
    rows: tuple[Row, ...]
    kappa: Kappa | None
    confusion: Mapping[tuple[str, str], int]
    boundaries: Mapping[tuple[int, int], int]


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
        matches = {one: _match(reading, two) for one, reading in common.items()}
        counts = count_matches(matches, labels)
        read = [reading for reading in common.values() if two[0] in reading.spans and two[1] in reading.spans]
        counted += [counts] if read else []
        pairs.append(_to_pair(two, read, matches, score_pairs([counts], labels) if read else []))
    rows = score_pairs(counted, labels) if counted else []
    alpha = _find_alpha(list(common.values()), layers)
    ledger = _count(corpus, layers, readings, common)
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


def _match(reading: Reading, two: tuple[str, str]) -> list[Match]:
    """The matches of two layers in a document; none where one of them has not read it."""
    if any(layer not in reading.spans for layer in two):
        return []
    return find_matches(reading.spans[two[0]], reading.spans[two[1]])


def _to_pair(
    two: tuple[str, str], read: Sequence[Reading], matches: Mapping[str, Sequence[Match]], rows: Sequence[Row]
) -> Pair:
    confusion, boundaries = Counter[tuple[str, str]](), Counter[tuple[int, int]]()
    for match in (match for found in matches.values() for match in found if not match.strict):
        confusion[match.one.label if match.one else NOTHING, match.other.label if match.other else NOTHING] += 1
        if match.partial and match.one and match.other:
            boundaries[match.other.start - match.one.start, match.other.end - match.one.end] += 1
    labels = [[label for one in read for label in one.labels.get(layer, ())] for layer in two]
    kappa = find_kappa(*labels) if labels[0] else None
    return Pair(two, len(read), tuple(rows), kappa, dict(confusion.most_common()), dict(boundaries.most_common()))


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


def _count(
    corpus: Corpus, layers: Sequence[str], readings: Mapping[str, Reading], common: Mapping[str, Reading]
) -> Ledger:
    """Documents and spans of each layer: those compared, and those that nobody else has read."""
    accounts = []
    for layer in layers:
        sizes = {one: len(reading.spans[layer]) for one, reading in readings.items() if layer in reading.spans}
        compared = [one for one in sizes if one in common]
        documents = {"compared": len(compared), "read by nobody else": len(sizes) - len(compared)}
        spans = sum(sizes[one] for one in compared)
        parts = {"compared": spans, "read by nobody else": sum(sizes.values()) - spans}
        accounts.append(Account(f"{layer}: documents", len(sizes), documents))
        accounts.append(Account(f"{layer}: spans", sum(sizes.values()), parts))
    absent = sorted(one for one, reading in common.items() if reading.text is None)
    names = ", ".join(absent)
    remarks = (f"no tokens and no context of {len(absent)} documents whose text is not here: {names}",)
    return Ledger(tuple(accounts), remarks if absent else ()).require_balance()
