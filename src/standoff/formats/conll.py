"""CoNLL-2003: a token a line, its tag in the last column, a blank line after each sentence.

It counts tokens and knows no text: a text read from it has its tokens with single spaces between and its sentences on
lines. Written tags are IOB2, in four columns, of which those for part of speech and chunk are empty (`-X-`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from standoff.dataset.tokens import Token, split_sentences
from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Reject, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, name_span
from standoff.formats.rows import decode_utf8
from standoff.formats.stems import leave_span
from standoff.formats.tokens import join_torn, place_flat
from standoff.guidelines import Schema
from standoff.records import Span

FILE, IDS = "corpus.conll", "corpus.ids"
NO_WORD = "the label is not one word"
_START = "-DOCSTART-"
_TAG = re.compile(r"O|[BIESLU]-.+")
_SPACE = re.compile(r"\s")
Word = tuple[str, str, int]
"""A token, its tag, and the line."""


@dataclass(slots=True)
class _Block:
    """A document as its lines give it, and what is wrong with the first line that is."""

    line: int
    sentences: list[list[Word]] = field(default_factory=lambda: [[]])
    fault: str = ""


def from_conll(files: Files) -> Parsed:
    """Documents between `-DOCSTART-` lines; a file without any is one. Tokens first, tags last, two columns or more.

    Tags are read as conlleval reads them, which serves IOB1, IOB2, BIOES and BILUO: a span begins with B, S or U, and
    with any tag behind O, another label or the end of a span. So an I that follows nothing begins a span. Columns
    are set apart by tabs where a line has one, else by spaces; a line that begins with `#` and ends in no tag is a
    comment. `<stem>.ids`, where it is there, has the ids, one a line; else they are `<stem>-<number>`.
    """
    found: list[FoundDocument] = []
    for path, data in files.items():
        if not path.endswith(".ids"):
            blocks, ids = _read_blocks(path, data), str(PurePosixPath(path).with_suffix(".ids"))
            names = _read_ids(files[ids], ids, len(blocks)) if ids in files else [None] * len(blocks)
            found += [_find(path, number, *pair) for number, pair in enumerate(zip(blocks, names, strict=True), 1)]
    return gather(found)


def to_conll(documents: Sequence[Annotated], schema: Schema, *, language: str = "en") -> Written:
    """All documents in `corpus.conll`, and their ids beside in `corpus.ids`: all other places upset some reader."""
    lines: list[str] = []
    losses: list[Loss] = []
    unsaid: list[Reject] = []
    for document in documents:
        flat, lost, left = flatten(document, language)
        losses += lost
        unsaid += left
        lines += _to_lines(flat)
    ids = "".join(f"{quote(document.id, safe='')}\n" for document in documents)
    return Written({FILE: "".join(lines).encode(), IDS: ids.encode()}, tuple(losses), tuple(unsaid))


def flatten(document: Annotated, language: str = "en") -> tuple[Annotated, list[Loss], list[Reject]]:
    """A document as CoNLL can say it: tokens with single spaces between, a sentence a line, spans of whole tokens.

    Its text is taken apart until that changes nothing more, so that it is written the same when it comes back.
    """
    words = [span for span in document.spans if not _SPACE.search(span.label)]
    left = [leave_span(document, span, FILE, NO_WORD) for span in document.spans if _SPACE.search(span.label)]
    flat, kept, gone = _flatten_once(document.id, document.text, words, language)
    while (again := _flatten_once(flat.id, flat.text, flat.spans, language)[0]) != flat:
        flat = again
    losses = [Loss("spacing", document.id, document.id)] if flat.text != document.text else []
    for span, exact in kept:
        name = name_span(document.id, span.start, span.end, span.label, document.text)
        said = {"edges": None if exact else "whole tokens", "attributes": span.attributes, "note": span.note}
        losses += [Loss(key, document.id, f"{name}: {value}") for key, value in said.items() if value is not None]
    return flat, losses, [*left, *(leave_span(document, span, FILE, reason) for span, reason in gone)]


def _flatten_once(
    document_id: str, text: str, spans: Sequence[Span], language: str
) -> tuple[Annotated, list[tuple[Span, bool]], list[tuple[Span, str]]]:
    """The document, the spans it keeps and whether they fit their tokens, and the spans it cannot keep."""
    sentences = [_part_starts(tokens) for tokens in join_torn(split_sentences(text, language), spans)]
    tokens = [token for sentence in sentences for token in sentence]
    placed, left = place_flat(tokens, spans)
    joined = "\n".join(" ".join(token.text for token in sentence) for sentence in sentences)
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token.text) + 1
    kept, flat = [], []
    for one in placed:
        low, high = starts[one.first], starts[one.last - 1] + len(tokens[one.last - 1].text)
        flat.append(Span(low, high, one.span.label, joined[low:high]))
        edges = tokens[one.first].start, tokens[one.last - 1].end
        kept.append((one.span, edges == (one.span.start, one.span.end)))
    return Annotated(document_id, joined, tuple(flat)), kept, left


def _part_starts(tokens: Sequence[Token]) -> list[Token]:
    """Tokens of which none reads as the beginning of a document."""
    parted = []
    for token in tokens:
        if token.text == _START:
            parted += [Token(token.start, token.start + 1, "-"), Token(token.start + 1, token.end, token.text[1:])]
        else:
            parted.append(token)
    return parted


def _to_lines(flat: Annotated) -> Iterator[str]:
    """The lines of a flattened document: its lines are sentences, its words tokens."""
    yield f"{_START} -X- O O\n\n"
    tags = {span.start: span for span in flat.spans}
    at, inside = 0, Span(0, 0, "", "")
    for line in flat.text.split("\n") if flat.text else ():
        for word in line.split(" "):
            inside = tags.get(at, inside)
            tag = "O" if at >= inside.end else f"{'B' if at == inside.start else 'I'}-{inside.label}"
            yield f"{word} -X- -X- {tag}\n"
            at += len(word) + 1
        yield "\n"


def _read_ids(data: bytes, path: str, count: int) -> list[str]:
    names = [unquote(line.removesuffix("\r")) for line in decode_utf8(data, path).split("\n") if line]
    if len(names) != count:
        message = f"{len(names)} ids for {count} documents"
        raise StandoffError(message, path=path, line=1, hint="one id a line, in the order of the documents")
    return names


def _read_blocks(path: str, data: bytes) -> list[_Block]:
    """The documents in a file; raises StandoffError where it has lines, and none is a token with a tag."""
    blocks, good = [_Block(1)], 0
    for number, line in enumerate(decode_utf8(data, path).split("\n"), 1):
        columns = _split_columns(line.removesuffix("\r"))
        if columns == [""]:
            blocks[-1].sentences.append([])
        elif columns[0] == _START:
            blocks.append(_Block(number))
        elif len(columns) > 1 and columns[0] and _TAG.fullmatch(columns[-1]):
            blocks[-1].sentences[-1].append((columns[0], columns[-1], number))
            good += 1
        elif not columns[0].startswith("#") and not blocks[-1].fault:
            blocks[-1].line, blocks[-1].fault = number, _say_fault(columns)
    if broken := [block for block in blocks if block.fault and not good]:
        hint = "a line is a token and, last, its tag, such as B-ORG"
        raise StandoffError(broken[0].fault, path=path, line=broken[0].line, hint=hint)
    return [block for number, block in enumerate(blocks) if number or block.fault or any(block.sentences)]


def _split_columns(line: str) -> list[str]:
    line = line.rstrip(" \t")
    return line.split("\t") if "\t" in line else re.split(" +", line.lstrip(" "))


def _say_fault(columns: Sequence[str]) -> str:
    if len(columns) < 2 or not columns[0]:
        return "a line without a token or without a tag"
    return f"the tag {columns[-1]!r} is none of IOB, BIOES or BILUO"


def _find(path: str, number: int, block: _Block, document_id: str | None) -> FoundDocument:
    lines, spans, at = list[str](), list[FoundSpan](), 0
    for sentence in filter(None, block.sentences):
        starts = []
        for token, _, _ in sentence:
            starts.append(at)
            at += len(token) + 1
        lines.append(" ".join(token for token, _, _ in sentence))
        for first, last, label in read_tags([tag for _, tag, _ in sentence]):
            end = starts[last - 1] + len(sentence[last - 1][0])
            spans.append(FoundSpan(starts[first], end, label, at=(path, sentence[first][2])))
    return FoundDocument(path, block.line, number, document_id, "\n".join(lines), tuple(spans), block.fault)


def read_tags(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The chunks [first, last) of one sentence with their labels, as conlleval finds them."""
    first, label, closed = 0, "", True
    for index, tag in enumerate([*tags, "O"]):
        mark, _, name = tag.partition("-")
        begins = mark in "BSU" or closed or name != label
        if label and begins:
            yield first, index, label
        if begins:
            first, label = index, name
        closed = mark in "OESLU"
