"""Documents as rows of the configs: plain dicts with label names, in the order of `features.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from standoff.cleaning import apply_cuts
from standoff.dataset.tokens import Sentence
from standoff.hydrate.fingerprint import dumps_checks
from standoff.offsets import OffsetMap
from standoff.records import Cut, Document, Source, Span

Row = dict[str, Any]


def clean_spans(document: Document) -> list[Span]:
    """The spans with offsets in the cleaned text; `standoff check` has made sure that none touches a cut."""
    offsets = OffsetMap.from_cuts(len(document.seed), document.cuts)
    clean = apply_cuts(document.seed, document.cuts)
    moved = []
    for span in document.spans:
        start, end, _ = offsets.span_to_clean(span.start, span.end)
        moved.append(replace(span, start=start, end=end, text=clean[start:end]))
    return moved


def span_row(document: Document, spans: Iterable[Span], version: str) -> Row:
    """Config `spans`: the cleaned text and `spans`, which count in it."""
    source = document.source
    return {
        "id": source.id,
        "text": apply_cuts(document.seed, document.cuts),
        "spans": _span_rows(spans),
        "title": source.title,
        "outlet": source.outlet,
        "url": source.url,
        "published": source.published,
        "licence": source.licence,
        "seed_sha256": source.sha256,
        "version": version,
    }


def annotator_row(document: Document, annotator: str) -> Row:
    """Config `annotators`: the spans of one annotator, in the cleaned text."""
    return {"id": document.source.id, "annotator": annotator, "spans": _span_rows(clean_spans(document))}


def _span_rows(spans: Iterable[Span]) -> list[Row]:
    return [{"start": span.start, "end": span.end, "label": span.label, "text": span.text} for span in spans]


def token_rows(document_id: str, sentences: Iterable[Sentence]) -> list[Row]:
    """Config `tokens`: one row a sentence, numbered from 1."""
    return [
        {
            "id": f"{document_id}-{number:03}",
            "doc_id": document_id,
            "tokens": [token.text for token in sentence.tokens],
            "ner_tags": list(sentence.tags),
            "offsets": [{"start": token.start, "end": token.end} for token in sentence.tokens],
        }
        for number, sentence in enumerate(sentences, 1)
    ]


def cleaning_row(document: Document) -> Row:
    """Config `cleaning`: the seed as received and what was cut."""
    return {"id": document.source.id, "text": document.seed, "cuts": cut_rows(document.cuts)}


def standoff_row(source: Source, cuts: Sequence[Cut], spans: Sequence[Span]) -> Row:
    """Config `standoff`: everything but the text; offsets count in the seed. `words` and `checks` are fingerprints."""
    return {
        "id": source.id,
        "sha256": source.sha256,
        "chars": source.chars,
        "cuts": cut_rows(cuts),
        "spans": [{"start": span.start, "end": span.end, "label": span.label} for span in spans],
        "title": source.title,
        "outlet": source.outlet,
        "url": source.url,
        "published": source.published,
        "licence": source.licence,
        "language": source.language,
        "words": source.words,
        "checks": dumps_checks(((span.start, span.text) for span in spans), source.sha256),
    }


def cut_rows(cuts: Iterable[Cut]) -> list[Row]:
    """Cuts as nested rows; a rule gives no score."""
    return [{"start": cut.start, "end": cut.end, "kind": cut.kind, "by": cut.by, "score": cut.score} for cut in cuts]
