"""A batch of documents as a part of the dataset: tables, digests of rows, counts. Pure, so any process can do it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
from datasets import Features

from standoff.dataset.leaks import Runs, find_run, find_strings
from standoff.dataset.manifest import hash_row
from standoff.dataset.parquet import to_table
from standoff.dataset.readings import Reading
from standoff.dataset.rows import Row, annotator_row, clean_spans, cleaning_row, span_row, standoff_row, token_rows
from standoff.dataset.summary import Summary
from standoff.dataset.tokens import describe_misfits, forget_words, tag_sentences
from standoff.records import Document

Key = tuple[str, str]
"""config, split"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What every part of a dataset is made by; sent to every process once a batch.

    `forbidden` are the runs of words that no row may hold.
    """

    language: str
    version: str
    features: Mapping[str, Features]
    forbidden: Runs


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of some documents as Arrow tables, their sha256 digests joined, counts, and what did not fit tokens.

    `leak` is a run of words that must not be published, found in the rows.
    """

    tables: Mapping[Key, pa.Table]
    digests: Mapping[Key, bytes]
    summary: Summary
    misfits: tuple[str, ...]
    leak: str | None


def make_part(recipe: Recipe, readings: Sequence[Reading]) -> Part:
    """The rows of these documents in every config, in order."""
    rows = defaultdict[Key, list[Row]](list)
    summary, misfits = Summary(), list[str]()
    with forget_words(recipe.language):
        for reading in readings:
            misfits += _add_reading(recipe, reading, rows, summary)
    return _to_part(recipe, rows, summary, misfits)


def _add_reading(recipe: Recipe, reading: Reading, rows: dict[Key, list[Row]], summary: Summary) -> tuple[str, ...]:
    """Rows and counts of a document; its spans that do not fit tokens, for people."""
    source, document, split = reading.source, reading.to_document(), reading.split
    summary.totals["documents"] += 1
    summary.licences[source.licence] += 1
    summary.languages[source.language] += 1
    summary.origins[source.origin] += 1
    if source.outlet:
        summary.outlets[source.outlet] += 1
    if source.published:
        summary.years[source.published[:4]] += 1
    if not source.redistribute:
        rows["standoff", split].append(standoff_row(source, reading.cuts, reading.spans))
    if document is None:
        summary.totals["without text"] += 1
        summary.bare.update(span.label for span in reading.spans)
        return ()
    summary.totals.update(characters=len(document.seed), spans=len(document.spans))
    for name in sorted(reading.annotators):
        marked = replace(document, spans=reading.annotators[name])
        rows["annotators", split].append(annotator_row(marked, name))
        summary.annotated[name] += len(marked.spans)
    return _add_text(recipe, document, rows, summary)


def _add_text(recipe: Recipe, document: Document, rows: dict[Key, list[Row]], summary: Summary) -> tuple[str, ...]:
    """Rows and counts of a document that has text; its spans that do not fit tokens, for people."""
    split, name, spans = document.split, document.source.id, clean_spans(document)
    row = span_row(document, spans, recipe.version)
    sentences, found = tag_sentences(row["text"], recipe.language, spans)
    rows["spans", split].append(row)
    rows["tokens", split] += token_rows(name, sentences)
    rows["cleaning", split].append(cleaning_row(document))
    summary.documents[split] += 1
    summary.words[split] += sum(len(sentence.tokens) for sentence in sentences)
    summary.labels.update((split, span.label) for span in spans)
    summary.names.update((split, span.label, span.text.casefold()) for span in spans)
    summary.characters["kept"] += len(row["text"])
    for cut in document.cuts:
        summary.characters[cut.kind] += cut.end - cut.start
    summary.tokens["tagged"] += sum(tag.startswith("B-") for sentence in sentences for tag in sentence.tags)
    summary.tokens.update(misfit.outcome for misfit in found if misfit.outcome != "widened")
    return describe_misfits([(name, misfit) for misfit in found])


def _to_part(recipe: Recipe, rows: Mapping[Key, Sequence[Row]], summary: Summary, misfits: Sequence[str]) -> Part:
    filled = {key: found for key, found in rows.items() if found}
    summary.rows.update(Counter({key: len(found) for key, found in filled.items()}))
    leak = None
    if recipe.forbidden:
        strings = (value for found in filled.values() for row in found for value in find_strings(row))
        leak = find_run(strings, recipe.forbidden)
    tables = {(config, split): to_table(found, recipe.features[config]) for (config, split), found in filled.items()}
    digests = {key: b"".join(map(hash_row, found)) for key, found in filled.items()}
    return Part(tables, digests, summary, tuple(misfits), leak)
