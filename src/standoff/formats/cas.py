"""Reading CAS XMI files: the XML guarded and placed in lines, the rest by dkpro-cassis."""

import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from standoff.errors import StandoffError
from standoff.formats.found import FoundDocument, FoundSpan
from standoff.formats.stems import read_ids
from standoff.formats.units import from_utf16, utf16_offsets

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
DETAIL = "standoff.Detail"
_CUSTOM = ("webanno.custom.", "custom.")
_SILENT = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.",
    DETAIL,
)
"""Types that are no annotations of a person: text, tokens, sentences and what is said of the document."""
_XMI_ID = "http://www.omg.org/XMI id"


@dataclass(frozen=True, slots=True)
class _Element:
    """An element with a range, as the file has it: its line, tag, offsets in UTF-16 code units, and value."""

    line: int
    tag: str
    begin: str
    end: str
    value: str | None


def find_documents(files: Mapping[str, bytes]) -> Iterator[FoundDocument]:
    """The document in each .xmi file; raises StandoffError for what is no XML, or no type system."""
    loaded: dict[str, TypeSystem] = {}
    for path, stem in read_ids(files, ".xmi").items():
        elements, source = _scan(files[path], path), _find_types(path, files)
        if source not in loaded:
            loaded[source] = _load_types(source, files)
        cas = _load(files[path], loaded[source])
        if isinstance(cas, str):
            spans = [_give_up(path, one) for one in elements.values() if one.tag.endswith(" NamedEntity")]
            yield FoundDocument(path, None, 1, stem, None, tuple(spans), f"does not fit its type system: {cas}")
        else:
            yield _find(path, stem, cas, elements)


def _scan(data: bytes, path: str) -> dict[str, _Element]:
    """The elements that have a range, by their xmi:id; raises StandoffError for a document type, or what is no XML."""
    elements: dict[str, _Element] = {}
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if "begin" in attributes and "end" in attributes:
            ends = attributes["begin"], attributes["end"]
            one = _Element(parser.CurrentLineNumber, tag, *ends, attributes.get("value"))
            elements[attributes.get(_XMI_ID, "")] = one

    def refuse(*_: object) -> None:
        hint = "entities of a document type can hold anything; no CAS has one"
        raise StandoffError("has a document type declaration", path=path, line=parser.CurrentLineNumber, hint=hint)

    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = f"not XML: {expat.ErrorString(error.code)}"
        raise StandoffError(message, path=path, line=error.lineno, hint="export it again") from None
    return elements


def _find_types(path: str, files: Mapping[str, bytes]) -> str:
    """The type system of a file: the .xml in its folder, else one in any; empty if there is none."""
    beside = [one for one in files if one.endswith(".xml") and PurePosixPath(one).parent == PurePosixPath(path).parent]
    return next(iter([*beside, *(one for one in files if one.endswith(".xml"))]), "")


def _load_types(path: str, files: Mapping[str, bytes]) -> "TypeSystem":
    from cassis import load_dkpro_core_typesystem, load_typesystem

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cassis reads its own file in a way that Python means to drop
        if not path:
            return load_dkpro_core_typesystem()
        _scan(files[path], path)
        try:
            return load_typesystem(BytesIO(files[path]))
        except Exception as error:  # cassis raises what it stumbles over
            message = f"not a UIMA type system: {_say(error)}"
            raise StandoffError(message, path=path, hint="export it again, with the .xmi") from None


def _load(data: bytes, types: "TypeSystem") -> "Cas | str":
    """The CAS, or why there is none. Types that are not declared are skipped, since tools add some of their own."""
    from cassis import load_cas_from_xmi

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of offsets that lie nowhere, which are rejects here
        try:
            return load_cas_from_xmi(BytesIO(data), types, lenient=True)
        except Exception as error:  # as above
            return _say(error)


def _say(error: Exception) -> str:
    if unknown := re.search(r"unexpected keyword argument ('.*')", str(error)):
        return f"it has no feature {unknown[1]}"
    return str(error).split("\n")[0] or type(error).__name__


def _give_up(path: str, element: _Element) -> FoundSpan:
    return FoundSpan(element.begin, element.end, element.value, at=(path, element.line))


def _find(path: str, stem: str, cas: "Cas", elements: Mapping[str, _Element]) -> FoundDocument:
    """The document of the first view that has text."""
    view = next((view for view in cas.views if view.sofa.sofaString is not None), None)
    if view is None:
        return FoundDocument(path, None, 1, stem, None)
    things, text = sorted(view.get_all_fs(), key=lambda thing: thing.xmiID), view.sofa.sofaString
    named = [one.documentId for one in things if _is_a(one.type, METADATA) and one.documentId]
    spans = _find_spans(path, things, elements, utf16_offsets(text))
    return FoundDocument(path, None, 1, named[0] if named else stem, text, tuple(spans))


def _find_spans(
    path: str, things: Sequence[Any], elements: Mapping[str, _Element], offsets: list[int]
) -> Iterator[FoundSpan]:
    """Entities or, where there is none, what a project's own types mark; and a reject for each type of all else."""
    ranged = [thing for thing in things if str(thing.xmiID) in elements]
    entities = [thing for thing in things if _is_a(thing.type, ENTITY)]
    entities = entities or [thing for thing in ranged if thing.type.name.startswith(_CUSTOM)]
    details = {thing.entity.xmiID: thing for thing in things if thing.type.name == DETAIL and thing.entity}
    taken = {thing.xmiID for thing in entities}
    for thing in entities:
        yield _find_span(path, thing, details.get(thing.xmiID), elements.get(str(thing.xmiID)), offsets)
    others = [one.type.name for one in ranged if one.xmiID not in taken]
    loaded = {str(thing.xmiID) for thing in things}
    unknown = [_name_type(one.tag) for key, one in elements.items() if key not in loaded]
    for fault, names in (("is another type", others), ("is not in the type system, or another view's", unknown)):
        for name, count in Counter(name for name in names if not name.startswith(_SILENT)).items():
            yield FoundSpan(None, None, None, fault=f"{fault} ({count} found)", at=(path, None), name=name)


def _name_type(tag: str) -> str:
    """The type of an element: `http:///a/b.ecore Name` is a.b.Name."""
    return tag.removeprefix("http:///").replace(".ecore ", ".").replace("/", ".")


def _find_span(path: str, entity: Any, detail: Any, element: _Element | None, offsets: list[int]) -> FoundSpan:  # noqa: ANN401 - types made at run time
    names = [one.name for one in entity.type.all_features if one.rangeType.name == "uima.cas.String"]
    features = {name: entity[name] for name in names if entity[name] is not None}
    key = "value" if "value" in names or not names else names[0]
    label = features.pop(key, None)
    if label is None and entity.type.name != ENTITY and _is_a(entity.type, ENTITY):
        label = entity.type.name.rpartition(".")[2]
    attributes: object = features or None
    note = None
    if detail is not None:
        note = detail.note
        attributes = _add_attributes(features, detail.attributes) if detail.attributes is not None else attributes
    if element is None:
        return FoundSpan(None, None, label, fault="has no range", at=(path, None))
    start, end, fault = from_utf16(offsets, _to_number(element.begin), _to_number(element.end))
    return FoundSpan(start, end, label, None, attributes, note, fault, (path, element.line))


def _add_attributes(features: Mapping[str, str], said: str) -> object:
    try:
        attributes = json.loads(said)
    except (ValueError, RecursionError):
        return said
    return {**features, **attributes} if isinstance(attributes, dict) else attributes


def _to_number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _is_a(type_: Any, name: str) -> bool:  # noqa: ANN401 - a cassis type
    """Whether a type is the one of that name or below it."""
    while type_ is not None and type_.name != name:
        type_ = type_.supertype
    return type_ is not None
