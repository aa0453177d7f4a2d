"""WebAnno TSV 3.3, the format of WebAnno and INCEpTION: `<id>.tsv` for each document, a token or part of one a row.

Offsets count UTF-16 code units, as Java does. Labels are the `value` of DKPro's NamedEntity. The text is what its
sentences say; as WebAnno reads them, a line break stands behind each unless the next begins earlier, and what lies
before the first is spaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.dataset.tokens import Token, split_sentences
from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Reject, Written
from standoff.formats.found import gather, name_span, sort_spans
from standoff.formats.stems import TOO_LONG, leave_out, leave_span, read_ids, to_stem
from standoff.formats.tokens import BLANK, find_tokens, join_torn
from standoff.formats.tsv import ENTITY, escape_text, escape_value, find_document
from standoff.formats.units import utf16_offsets
from standoff.guidelines import Schema
from standoff.records import Span

TWICE = "without white space at its edges it is another span of the same label"
NO_LABEL = "the label holds a carriage return, which a row cannot"


@dataclass(frozen=True, slots=True)
class _Unit:
    """A token, or the part of it that spans cover: its range in code points, and the spans by number."""

    start: int
    end: int
    spans: tuple[int, ...]


def from_webanno(files: Files) -> Parsed:
    """Each .tsv of version 3: the spans of its NamedEntity layer or, where it has none, of custom layers.

    The feature `value` is the label, else the first; all others are attributes. What other layers hold is no span: a
    reject for each layer. A row that is broken makes its document a reject. Raises StandoffError for another version,
    and where there is no .tsv.
    """
    names = read_ids(files, ".tsv")
    if not names:
        raise StandoffError("no .tsv file", path=next(iter(files), None), hint="export as WebAnno TSV 3.3")
    return gather(find_document(path, files[path], name) for path, name in names.items())


def to_webanno(documents: Sequence[Annotated], schema: Schema, *, language: str = "en") -> Written:
    """A .tsv for each document; spans may overlap, cross sentences, and begin or end within a token."""
    files: dict[str, bytes] = {}
    losses: list[Loss] = []
    unsaid: list[Reject] = []
    for document in documents:
        stem = to_stem(document.id)
        if not stem:
            unsaid += leave_out(document, "", TOO_LONG)
            continue
        sentences = split_sentences(document.text, language)
        tokens = [token for sentence in sentences for token in sentence]
        spans, left = _choose(document, tokens, f"{stem}.tsv")
        unsaid += left
        losses += [*_find_blank(document, tokens), *(loss for span in spans for loss in _find_losses(document, span))]
        files[f"{stem}.tsv"] = "".join(_to_lines(document.text, join_torn(sentences, spans), spans)).encode()
    return Written(files, tuple(losses), tuple(unsaid))


@dataclass(frozen=True, slots=True)
class _Said:
    """A span as rows can have it: on [start, end), which begins and ends in the tokens [first, last)."""

    span: Span
    start: int
    end: int
    first: int
    last: int


def _choose(document: Annotated, tokens: Sequence[Token], path: str) -> tuple[list[_Said], list[Reject]]:
    chosen: dict[tuple[int, int, str], _Said] = {}
    left = []
    for span in sort_spans(document.spans):
        first, last = find_tokens(tokens, span.start, span.end)
        reason = NO_LABEL if "\r" in span.label else "" if first < last else BLANK
        if not reason:
            start, end = max(span.start, tokens[first].start), min(span.end, tokens[last - 1].end)
            key = (start, end, span.label)
            reason = TWICE if key in chosen else ""
            chosen.setdefault(key, _Said(span, start, end, first, last))
        if reason:
            left.append(leave_span(document, span, path, reason))
    return sorted(chosen.values(), key=lambda one: (one.start, one.end, one.span.label)), left


def _find_blank(document: Annotated, tokens: Sequence[Token]) -> Iterator[Loss]:
    """White space at the beginning that is not read as it was, or a text that is nothing else."""
    before = document.text[: tokens[0].start] if tokens else document.text
    if not tokens and before:
        yield Loss("blank", document.id, document.id)
    elif before.strip(" "):
        yield Loss("leading", document.id, document.id)


def _find_losses(document: Annotated, said: _Said) -> Iterator[Loss]:
    span = said.span
    name = name_span(document.id, span.start, span.end, span.label, document.text)
    if (said.start, said.end) != (span.start, span.end):
        yield Loss("edges", document.id, name)
    if span.note is not None:
        yield Loss("note", document.id, f"{name}: {span.note!r}")
    for key, value in (span.attributes or {}).items():
        if key != "identifier" or not find_identifier(span):
            yield Loss("attributes", document.id, f"{name}: {key!r}: {value!r}")


def find_identifier(span: Span) -> str:
    """The attribute that the feature `identifier` of NamedEntity holds; empty if there is none that a row can have."""
    value = (span.attributes or {}).get("identifier")
    return value if isinstance(value, str) and "\r" not in value else ""


def _to_lines(text: str, sentences: Sequence[Sequence[Token]], spans: Sequence[_Said]) -> Iterator[str]:
    yield f"#FORMAT=WebAnno TSV 3.3\n#T_SP={ENTITY}|identifier|value\n\n"
    units, offsets, token = _place(sentences, spans), utf16_offsets(text), 0
    numbers = _number(units, spans)
    for number, sentence in enumerate(sentences, 1):
        body = text[sentence[0].start : sentences[number][0].start if number < len(sentences) else len(text)]
        body = body.removesuffix("\n") if number < len(sentences) else body
        yield "\n"
        yield from (f"#Text={escape_text(line)}\n" for line in body.split("\n"))
        for place in range(1, len(sentence) + 1):
            for part, unit in enumerate(units[token]):
                name = f"{number}-{place}.{part}" if part else f"{number}-{place}"
                surface = text[unit.start : unit.end]
                cells = _to_cells(unit, spans, numbers)
                yield f"{name}\t{offsets[unit.start]}-{offsets[unit.end]}\t{surface}\t{cells}\t\n"
            token += 1


def _place(sentences: Sequence[Sequence[Token]], spans: Sequence[_Said]) -> list[list[_Unit]]:
    """For each token itself, with the spans that cover it, and then each part that others cover."""
    tokens = [token for sentence in sentences for token in sentence]
    within: list[dict[tuple[int, int], list[int]]] = [{(token.start, token.end): []} for token in tokens]
    for number, said in enumerate(spans):
        for index in range(said.first, said.last):
            part = max(said.start, tokens[index].start), min(said.end, tokens[index].end)
            within[index].setdefault(part, []).append(number)
    return [
        [
            _Unit(start, end, tuple(numbers))
            for (start, end), numbers in sorted(parts.items(), key=lambda part: (part[0][0], -part[0][1]))
        ]
        for parts in within
    ]


def _number(units: Sequence[Sequence[_Unit]], spans: Sequence[_Said]) -> Mapping[int, int]:
    """The ids of spans on several rows, and of those that share a row."""
    shared = {number for unit in units for row in unit if len(row.spans) > 1 for number in row.spans}
    needy = [number for number, said in enumerate(spans) if number in shared or said.last - said.first > 1]
    return {number: count for count, number in enumerate(needy, 1)}


def _to_cells(unit: _Unit, spans: Sequence[_Said], numbers: Mapping[int, int]) -> str:
    """The columns `identifier` and `value` of a row."""
    if not unit.spans:
        return "_\t_"
    identifiers, values = [], []
    for number in unit.spans:
        span, suffix = spans[number].span, f"[{numbers[number]}]" if number in numbers else ""
        identifiers.append((escape_value(find_identifier(span)) or "*") + suffix)
        values.append(escape_value(span.label) + suffix)
    return f"{'|'.join(identifiers)}\t{'|'.join(values)}"
