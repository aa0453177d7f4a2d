"""Decisions of adjudication after a move: each row goes with its span, so that what stood still stands."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from standoff.adjudicate.case import read_controls
from standoff.adjudicate.decisions import OTHER, read_decisions, spans_in, to_lists
from standoff.corpus import Corpus
from standoff.jsonl import dumps_records
from standoff.records import Decision, Span
from standoff.relabel.fates import Fates, Row, Witness
from standoff.relabel.move import Move
from standoff.relabel.spans import relabel_spans

Later = Mapping[str, tuple[Sequence[Span], Sequence[Span]]]
"""Layers of annotators, which may have come after a decision: the spans before and after a move."""


def relabel_decisions(corpus: Corpus, text: str, fates: Fates, tally: Counter[str]) -> tuple[str, list[str]]:
    """The list of decisions, which was `text`, after a move, and which rows are left for want of their words.

    Raises StandoffError for what is no decision, and for a text that is not the one listed.
    """
    decisions = [*read_decisions(corpus).values()]
    name, read, done, left = corpus.name_of(corpus.decisions_file), _open_texts(corpus), list[Decision](), list[str]()
    read_later = _open_later(corpus, fates.move)
    for one in decisions:
        witness = Witness(fates, one.id, one.rule, lambda document=one.id: read(document))  # type: ignore[misc]
        moved, unknown = relabel_decision(one, fates.move, witness, tally)
        done.append(add_later(one, moved, read_later(one.id), tally) if fates.move.rules else moved)
        left += say_left(name, one, fates.move, unknown)
    return (text if done == decisions else dumps_records(done)), left


def relabel_decision(
    decision: Decision, move: Move, witness: Witness, tally: Counter[str]
) -> tuple[Decision, list[Row]]:
    """A decision with new ids, and the new label in the rows that get it, in order; and rows of which nothing tells.

    `choice` changes where what went in becomes, or is no more, the reading of a layer.
    """
    unknown: list[Row] = []

    def turn(rows: Sequence[Any], takes: Callable[[Row], bool | None]) -> list[Any]:
        found = [(row, takes((row[0], row[1], row[2]))) for row in rows]
        unknown.extend((row[0], row[1], row[2]) for row, taken in found if taken is None)
        if not any(taken for _, taken in found):
            return [*rows]
        turned = {(row[0], row[1], move.new if taken else row[2]) for row, taken in found}
        tally.update(
            rows=sum(bool(taken) for _, taken in found) - (len(rows) - len(turned)), merged=len(rows) - len(turned)
        )
        return [list(row) for row in sorted(turned)]

    readers = decision.readings.keys()
    readings = {
        layer: turn(rows, lambda row, layer=layer: witness.takes(layer, row))  # type: ignore[misc]
        for layer, rows in decision.readings.items()
    }
    spans = turn(decision.spans, lambda row: witness.takes_decided(decision.into, readers, row))
    (rule, more), (reason, ids) = move.map_ids(decision.rule), move.map_ids(decision.reason)
    tally.update(ids=ids + more)
    moved = replace(decision, readings=readings, spans=spans, rule=rule, reason=reason)
    chosen = [*_find_chosen(moved)]
    choice = decision.choice if chosen == [*_find_chosen(decision)] else ", ".join(chosen) or OTHER
    return replace(moved, choice=choice), unknown


def add_later(before: Decision, after: Decision, later: Later, tally: Counter[str]) -> Decision:
    """With the reading of each layer that had what was decided and has it no more, else it would void the decision."""
    readings = dict(after.readings)
    for layer, held in later.items():
        if layer in readings or layer == before.into:
            continue
        had, has = (to_lists(spans_in(spans, before.start, before.end)) for spans in held)
        if had == before.spans and has != after.spans:
            readings[layer] = has
            tally["readings"] += 1
    return replace(after, readings=readings)


def say_left(name: str, decision: Decision, move: Move, rows: Iterable[Row]) -> list[str]:
    """That a person is to read the rows of a decision of which nothing tells, if there are any."""
    ranges = ", ".join(f"{start}-{end}" for start, end, _ in dict.fromkeys(rows))
    why = "its words are not here" if move.where is not None else "no note tells its rule"
    place = f"{name}: {decision.id} {decision.start}-{decision.end}"
    return [f"{place} keeps {move.old} on {ranges}, since {why}: read it"] if ranges else []


def _find_chosen(decision: Decision) -> Iterator[str]:
    return (layer for layer, rows in decision.readings.items() if rows == decision.spans)


def _open_later(corpus: Corpus, move: Move) -> Callable[[str], Later]:
    """Reads what the annotators of a document had and have, not those that got it as control; the last one is kept."""

    @lru_cache(maxsize=1)
    def read(document: str) -> Later:
        annotators, controls = names()
        layers = [layer for layer in annotators if (layer, document) not in controls]
        spans = {layer: corpus.read_spans(layer, document) for layer in layers}
        return {layer: (held, relabel_spans(held, move).spans) for layer, held in spans.items() if held is not None}

    @lru_cache(maxsize=1)
    def names() -> tuple[list[str], set[tuple[str, str]]]:
        return corpus.annotators(), read_controls(corpus)

    return read


def _open_texts(corpus: Corpus) -> Callable[[str], str | None]:
    """Reads the seed of a document; None if it is not here. Decisions are sorted by document: the last one is kept."""

    @lru_cache(maxsize=1)
    def read(document: str) -> str | None:
        source = sources().get(document)
        return None if source is None else corpus.read_seed(source)

    @lru_cache(maxsize=1)
    def sources() -> Mapping[str, Any]:
        return corpus.read_sources() if corpus.sources_file.exists() else {}

    return read
