"""UIMA CAS XMI, the format of INCEpTION and DKPro: `<id>.xmi` for each document, and `TypeSystem.xml`.

Offsets count UTF-16 code units, as Java does. Labels are the `value` of DKPro's NamedEntity. What that has no feature
for stands in an annotation of a type of ours, `standoff.Detail`, which refers to it; other tools skip it.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from standoff.errors import StandoffError
from standoff.formats.cas import DETAIL, ENTITY, METADATA, find_documents
from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Reject, Written
from standoff.formats.found import gather, name_span, sort_spans
from standoff.formats.stems import TOO_LONG, leave_out, leave_span, to_stem
from standoff.guidelines import Schema
from standoff.records import Span

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

TWICE = "with its forbidden characters replaced it is another span of the same label"
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot hold, even escaped."""
_INSTEAD = "\ufffd"
_LARGEST = 1_000_000_000
"""Bytes that a zip may hold unpacked; more is no corpus but an attack or a mistake."""


def from_xmi(files: Files) -> Parsed:
    """Each .xmi, zipped or not, with the type system beside it as .xml; without one that of DKPro is taken.

    Spans are NamedEntity and its subtypes or, where a document has none, types of a project's own (`webanno.custom.`
    or `custom.`); the feature `value` is the label, else the first that is a string. The id is that of the document's
    metadata, else the stem of the file. What other types mark is no span: a reject for each type. Raises StandoffError
    for what is no XML, has a document type declaration, or is no zip.
    """
    unpacked = unpack(files)
    if not any(path.endswith(".xmi") for path in unpacked):
        raise StandoffError("no .xmi file", path=next(iter(files), None), hint="export as UIMA CAS XMI (XML 1.0)")
    return gather(find_documents(unpacked))


def to_xmi(documents: Sequence[Annotated], schema: Schema) -> Written:
    """An .xmi for each document. Tokens and sentences are not written: each tool makes its own."""
    typesystem = _make_types()
    files: dict[str, bytes] = {}
    losses: list[Loss] = []
    unsaid: list[Reject] = []
    for document in documents:
        stem = to_stem(document.id)
        if not stem:
            unsaid += leave_out(document, "", TOO_LONG)
            continue
        spans, left = _choose(document, f"{stem}.xmi")
        unsaid += left
        losses += _find_losses(document, spans)
        files[f"{stem}.xmi"] = _to_cas(document, spans, typesystem).to_xmi(pretty_print=True).encode()
    files["TypeSystem.xml"] = typesystem.to_xml().encode()
    return Written(files, tuple(losses), tuple(unsaid))


def unpack(files: Files) -> Mapping[str, bytes]:
    """The files, those in zips by a path below that of the zip."""
    unpacked: dict[str, bytes] = {}
    for path, data in files.items():
        if not path.endswith(".zip"):
            unpacked[path] = data
            continue
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                    raise StandoffError(f"holds more than {_LARGEST:,} bytes", path=path, hint="unpack it by hand")
                inner = [one.filename for one in archive.infolist() if not one.is_dir()]
                unpacked |= {f"{path}/{name}": archive.read(name) for name in inner}
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise StandoffError(f"cannot be unpacked: {error}", path=path, hint="export it again") from None
    return unpacked


def _make_types() -> "TypeSystem":
    from cassis import TypeSystem

    types = TypeSystem()
    metadata = types.create_type(METADATA, "uima.tcas.DocumentAnnotation")
    entity = types.create_type(ENTITY, "uima.tcas.Annotation")
    detail = types.create_type(DETAIL, "uima.tcas.Annotation", "What a NamedEntity has no feature for.")
    types.create_feature(detail, "entity", entity)
    texts = ((metadata, ("documentTitle", "documentId")), (entity, ("value", "identifier")))
    for owner, names in (*texts, (detail, ("attributes", "note"))):
        for name in names:
            types.create_feature(owner, name, "uima.cas.String")
    return types


def _to_cas(document: Annotated, spans: Sequence[Span], types: "TypeSystem") -> "Cas":
    from cassis import Cas

    cas = Cas(types)
    cas.sofa_string, cas.sofa_mime = _replace(document.text), "text/plain"
    title = None if _FORBIDDEN.search(document.id) else document.id
    whole = {"begin": 0, "end": len(document.text), "language": "x-unspecified"}
    cas.add(types.get_type(METADATA)(**whole, documentId=title, documentTitle=title))
    for span in spans:
        at = {"begin": span.start, "end": span.end}
        attributes = dict(span.attributes or {})
        named = attributes.get("identifier")
        if isinstance(named, str) and not _FORBIDDEN.search(named):
            del attributes["identifier"]
        else:
            named = None
        entity = types.get_type(ENTITY)(**at, value=_replace(span.label), identifier=named)
        cas.add(entity)
        if attributes or span.attributes == {} or span.note is not None:
            said = json.dumps(attributes) if attributes or span.attributes == {} else None
            note = None if span.note is None else _replace(span.note)
            cas.add(types.get_type(DETAIL)(**at, entity=entity, attributes=said, note=note))
    return cas


def _replace(text: str) -> str:
    return _FORBIDDEN.sub(_INSTEAD, text)


def _choose(document: Annotated, path: str) -> tuple[list[Span], list[Reject]]:
    """The spans that stay apart when their labels are written, and the others."""
    chosen: dict[tuple[int, int, str], Span] = {}
    left = []
    for span in sort_spans(document.spans):
        key = span.start, span.end, _replace(span.label)
        if key in chosen:
            left.append(leave_span(document, span, path, TWICE))
        chosen.setdefault(key, span)
    return [chosen[key] for key in sorted(chosen)], left


def _find_losses(document: Annotated, spans: Sequence[Span]) -> Iterator[Loss]:
    """Each text, label and note with a character that XML cannot hold."""
    if _FORBIDDEN.search(document.text):
        yield Loss("characters", document.id, document.id)
    for span in spans:
        for value in (span.label, span.note or ""):
            if _FORBIDDEN.search(value):
                name = name_span(document.id, span.start, span.end, span.label, document.text)
                yield Loss("characters", document.id, f"{name}: {value!r}")
