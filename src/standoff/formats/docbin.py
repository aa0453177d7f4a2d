"""spaCy's DocBin: `corpus.spacy`, what `spacy train` reads and `spacy convert` writes.

It counts tokens. spaCy's tokens keep the text to the character, and exact offsets, attributes and notes stand in the
user data of each document, so nothing is lost; spaCy itself sees whole tokens. `Doc.ents` is flat: of spans that
overlap the outermost, and `Doc.spans["sc"]`, which the span categorizer reads, then has all of them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.dataset.tokens import Token, load_tokenizer
from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, name_span, sort_spans
from standoff.formats.tokens import find_tokens, place_flat
from standoff.guidelines import Schema
from standoff.records import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

FILE = "corpus.spacy"
GROUP = "sc"
KEY = "standoff"
"""Under this key the user data of a document have its id and `spans`: all that its tokens do not say."""


def from_docbin(files: Files) -> Parsed:
    """Documents of .spacy files: `ents` and the span group `sc`, each span once.

    An entity linked to a knowledge base has the attribute `kb_id`. Spans of other groups are rejects, each by name.
    Where spaces are unknown, as in what `spacy convert` makes of CoNLL, the text has one between any two tokens.
    Raises StandoffError for what is no DocBin.
    """
    return gather(one for path, data in files.items() for one in _find(path, data))


def to_docbin(documents: Sequence[Annotated], schema: Schema, *, language: str = "en") -> Written:
    """One file for all documents, tokens by spaCy's rules for the language."""
    from spacy.tokens import DocBin

    bin_, losses = DocBin(store_user_data=True), list[Loss]()
    for document in documents:
        doc = load_tokenizer(language).tokenizer(document.text)
        losses += _mark(doc, document, overlap=schema.overlap)
        bin_.add(doc)
    return Written({FILE: bin_.to_bytes()}, tuple(losses))


@dataclass(frozen=True, slots=True)
class _Said:
    """A span and the tokens [first, last) that spaCy sees it on; both 0 where it is on none."""

    span: Span
    first: int
    last: int
    exact: bool

    @property
    def key(self) -> tuple[int, int, str]:
        return self.first, self.last, self.span.label


def _mark(doc: "Doc", document: Annotated, *, overlap: bool) -> list[Loss]:
    """Put the spans on the tokens, and beside what the tokens do not say."""
    from spacy.tokens import Span as SpacySpan

    words = [token for token in doc if not token.is_space]
    tokens = [Token(word.idx, word.idx + len(word), word.text) for word in words]
    said = [_say(tokens, [word.i for word in words], span) for span in sort_spans(document.spans)]
    placed, left = place_flat(tokens, [one.span for one in said if one.last])
    doc.ents = [SpacySpan(doc, words[one.first].i, words[one.last - 1].i + 1, one.span.label) for one in placed]
    if overlap or left:
        doc.spans[GROUP] = [SpacySpan(doc, *key) for key in sorted({one.key for one in said if one.last})]
    partial = {one.key for one in said if not one.exact or one.span.attributes is not None or one.span.note is not None}
    doc.user_data[KEY] = {"id": document.id, "spans": [_to_row(one) for one in said if one.key in partial]}
    return [
        Loss("edges" if one.last else "blank", document.id, _name(document, one.span)) for one in said if not one.exact
    ]


def _say(tokens: Sequence[Token], indices: Sequence[int], span: Span) -> _Said:
    """A span on tokens without white space at its edges, since spaCy does not learn from others."""
    first, last = find_tokens(tokens, span.start, span.end)
    if first == last:
        return _Said(span, 0, 0, exact=False)
    exact = (tokens[first].start, tokens[last - 1].end) == (span.start, span.end)
    return _Said(span, indices[first], indices[last - 1] + 1, exact)


def _name(document: Annotated, span: Span) -> str:
    return name_span(document.id, span.start, span.end, span.label, document.text)


def _to_row(said: _Said) -> dict[str, Any]:
    span = said.span
    attributes = None if span.attributes is None else json.dumps(span.attributes, ensure_ascii=False)
    exact = {"start": span.start, "end": span.end, "attributes": attributes, "note": span.note}
    return {"first": said.first, "last": said.last, "label": span.label, **exact}


def _find(path: str, data: bytes) -> Iterator[FoundDocument]:
    for number, doc in enumerate(_read_docs(path, data), 1):
        beside = doc.user_data.get(KEY)
        beside = beside if isinstance(beside, dict) else {}
        text = doc.text.removesuffix(" ") if doc.has_unknown_spaces else doc.text
        yield FoundDocument(path, None, number, beside.get("id"), text, tuple(_find_spans(doc, beside.get("spans"))))


def _read_docs(path: str, data: bytes) -> "list[Doc]":
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        return list(DocBin().from_bytes(data).get_docs(Vocab()))
    except Exception as error:  # zlib, msgpack, numpy and spaCy each have their own
        reason = str(error).split("\n")[0].split(". ")[0] or type(error).__name__
        raise StandoffError(f"not a DocBin: {reason}", path=path, hint="make it with DocBin.to_disk") from None


def _find_spans(doc: "Doc", rows: object) -> Iterator[FoundSpan]:
    """Spans on tokens, each once, by what stands beside where it says more; and those of other groups."""
    on_tokens = {(span.start, span.end, span.label_): span for span in [*doc.spans.get(GROUP, ()), *doc.ents]}
    exact = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
    keys = {(row.get("first"), row.get("last"), row.get("label")) for row in exact}
    for key, span in on_tokens.items():
        if key not in keys:
            linked = {name: value for name, value in (("kb_id", span.kb_id_), ("id", span.id_)) if value}
            yield FoundSpan(span.start_char, span.end_char, span.label_, None, linked or None)
    for row in exact:
        key = row.get("first"), row.get("last"), row.get("label")
        if key in on_tokens or key[1] == 0:
            attributes = _read_attributes(row.get("attributes"))
            yield FoundSpan(row.get("start"), row.get("end"), key[2], None, attributes, row.get("note"))
    for name, group in doc.spans.items():
        if name != GROUP:
            for span in group:
                fault = f"is in the span group {name!r}; only {GROUP!r} is read"
                yield FoundSpan(span.start_char, span.end_char, span.label_, fault=fault)


def _read_attributes(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value
