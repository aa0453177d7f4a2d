"""Reading a WebAnno TSV 3 file: its layers, sentences and rows, as WebAnno itself reads them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from standoff.errors import StandoffError
from standoff.formats.found import FoundDocument, FoundSpan
from standoff.formats.rows import decode_utf8
from standoff.formats.units import from_utf16, utf16_offsets

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_CUSTOM = ("webanno.custom.", "custom.")
_WIDEST = 10_000
"""The most spaces between two sentences; more is a wrong offset."""
_FORMAT = re.compile(r"#FORMAT=WebAnno TSV 3\.[0-3]")
_ROW = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t([^\t]*)((?:\t[^\t]*)*)")
_VALUE = re.compile(r"((?:[^\\]|\\.)*?)(?:\[(\d+)\])?")
_STACKED = re.compile(r"(?:[^|\\]|\\.)*", re.DOTALL)
_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n*]")
_ESCAPED_VALUE = re.compile(r"\\(->|[\\\[\]|_;tn*])")
_CONTROL = re.compile(r"[\0-\x07\x08-\x0a\x0c-\x1f\\]")
_ESCAPED_TEXT = re.compile(r"\\([\0-\x07\x0e-\x1ftnfrb\\])")
_LETTERS = {"\t": "t", "\n": "n", "\f": "f", "\r": "r", "\b": "b"}
_SIGNS = {letter: sign for sign, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that a file declares: `SP`, `CH` or `RL`, its type, its features and the column of the first of them."""

    kind: str
    type: str
    features: tuple[str, ...]
    column: int


@dataclass(slots=True)
class _Text:
    """The text so far, its length in UTF-16 code units, and the first thing that is wrong."""

    pieces: list[str] = field(default_factory=list)
    units: int = 0
    fault: str = ""
    line: int | None = None

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.units += utf16_offsets(piece)[-1]

    def blame(self, line: int, fault: str) -> None:
        if not self.fault:
            self.fault, self.line = fault, line


@dataclass(frozen=True, slots=True)
class Row:
    """A token or a part of one: its id, its range in UTF-16 code units, its surface and its columns."""

    line: int
    id: str
    start: int
    end: int
    surface: str
    columns: tuple[str, ...]


def escape_text(text: str) -> str:
    """A line of a `#Text=`; each control character behind a backslash, those with a letter by it."""
    return _CONTROL.sub(lambda found: "\\" + _LETTERS.get(found[0], found[0]), text)


def escape_value(value: str) -> str:
    """A feature as a column has it."""
    return _RESERVED.sub(lambda found: "\\" + _LETTERS.get(found[0], found[0]), value)


def find_document(path: str, data: bytes, document_id: str) -> FoundDocument:
    """The document in a file; raises StandoffError for what is no WebAnno TSV 3."""
    lines = [line.removesuffix("\r") for line in decode_utf8(data, path).split("\n")]
    if not _FORMAT.fullmatch(lines[0]):
        hint = "the first line of a file of version 3 is #FORMAT=WebAnno TSV 3.3"
        raise StandoffError("not WebAnno TSV 3", path=path, line=1, hint=hint)
    layers = _read_layers(lines)
    text, rows = _Text(), list[Row]()
    _read_body(lines, len(layers) + 1, sum(len(layer.features) for layer in layers), text, rows)
    whole = "".join(text.pieces)
    offsets = utf16_offsets(whole)
    for row in rows:
        start, end, _ = from_utf16(offsets, row.start, row.end)
        if not (type(start) is int and type(end) is int and whole[start:end] == row.surface):
            text.blame(row.line, f"{row.surface!r} is not at {row.start}-{row.end}: are these UTF-16 code units?")
    spans = _find_spans(path, layers, rows, offsets)
    return FoundDocument(path, text.line, 1, document_id, whole, tuple(spans), text.fault)


def _read_layers(lines: Sequence[str]) -> list[Layer]:
    layers, column = list[Layer](), 0
    for line in lines[1:]:
        if not re.match("#T_(SP|CH|RL)=", line):
            break
        name, *features = [part for part in line[6:].split("|") if part] or [""]
        layers.append(Layer(line[3:5], name, tuple(features) or ("",), column))
        column += len(layers[-1].features)
    return layers


def _read_body(lines: Sequence[str], start: int, columns: int, text: _Text, rows: list[Row]) -> None:
    """Sentences: `#` lines, then rows, then a blank line."""
    said: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("#"):
            if line.startswith("#Text="):
                said.append(_ESCAPED_TEXT.sub(lambda found: _SIGNS.get(found[1], found[1]), line[6:]))
        elif line:
            row = _read_row(line, number, columns)
            if not row:
                text.blame(number, f"is no row of an id, a range, a token and {columns} columns")
                continue
            rows.append(row)
            if said:
                _begin_sentence(text, row, said)
                said = []
    if text.pieces:
        text.pieces[-1] = text.pieces[-1].removesuffix("\n")


def _read_row(line: str, number: int, columns: int) -> Row | None:
    found = _ROW.fullmatch(line)
    values = tuple(found[5].split("\t")[1:]) if found else ()
    if not found or len(values) < columns or max(len(found[2]), len(found[3])) > 9:
        return None
    return Row(number, found[1], int(found[2]), int(found[3]), found[4], values)


def _begin_sentence(text: _Text, row: Row, said: Sequence[str]) -> None:
    """Put a sentence where its first token begins: over a line break, or behind spaces."""
    if text.units == row.start + 1:
        text.pieces[-1] = text.pieces[-1].removesuffix("\n")
        text.units -= 1
    gap = row.start - text.units
    if not 0 <= gap <= _WIDEST:
        text.blame(row.line, f"begins at {row.start}, but the sentence above ends at {text.units}")
    text.add(" " * gap if gap <= _WIDEST else "")
    for line in said:
        text.add(f"{line}\n")


def _find_spans(path: str, layers: Sequence[Layer], rows: Sequence[Row], offsets: list[int]) -> Iterator[FoundSpan]:
    """The spans of the layers that have names or, in their stead, of the custom ones; a reject for each other layer."""
    chosen = [layer for layer in layers if layer.type == ENTITY]
    chosen = chosen or [layer for layer in layers if layer.kind == "SP" and layer.type.startswith(_CUSTOM)]
    for layer in layers:
        if layer in chosen:
            yield from _find_layer(path, layer, rows, offsets)
        elif marked := [row for row in rows if row.columns[layer.column] != "_"]:
            fault = f"is another layer ({len(marked)} rows)"
            yield FoundSpan(None, None, None, fault=fault, at=(path, marked[0].line), name=layer.type)


def _find_layer(path: str, layer: Layer, rows: Sequence[Row], offsets: list[int]) -> Iterator[FoundSpan]:
    """Annotations by their id, on all rows that have it; without an id each is one of its own."""
    found: dict[object, tuple[Row, int, dict[str, str]]] = {}
    for row in rows:
        cells = [_read_cell(cell) for cell in row.columns[layer.column : layer.column + len(layer.features)]]
        for index in range(max(map(len, cells))):
            stacked = [cell[index] if index < len(cell) else ("*", "") for cell in cells]
            key = next((number for _, number in stacked if number), (row.line, index))
            first, end, features = found.get(key, (row, 0, {}))
            said = {name: value for name, (value, _) in zip(layer.features, stacked, strict=True) if value != "*"}
            found[key] = (
                first,
                max(end, row.end),
                features | {name: _unescape_value(value) for name, value in said.items()},
            )
    for row, high, features in found.values():
        start, point, fault = from_utf16(offsets, row.start, high)
        key = "value" if "value" in layer.features else layer.features[0]
        attributes = {name: value for name, value in features.items() if name != key}
        fault = "has no width" if row.start == high else fault
        yield FoundSpan(start, point, features.get(key), None, attributes or None, fault=fault, at=(path, row.line))


def _read_cell(cell: str) -> list[tuple[str, str]]:
    """The stacked values of a column, escaped as they are, each with its id, if it has one."""
    if cell == "_":
        return []
    values, at = [], 0
    while at <= len(cell):
        piece = _STACKED.match(cell, at)
        end = at if piece is None else piece.end()
        end = end if end == len(cell) or cell[end] == "|" else len(cell)
        value = _VALUE.fullmatch(cell[at:end])
        values.append((value[1], value[2] or "") if value else (cell[at:end], ""))
        at = end + 1
    return values


def _unescape_value(value: str) -> str:
    return _ESCAPED_VALUE.sub(lambda found: _SIGNS.get(found[1], found[1]), value)
