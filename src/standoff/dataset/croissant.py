"""`croissant.json`: the dataset in the Croissant 1.0 vocabulary, one record set for each split of each config."""

import json
from typing import Any

from datasets import ClassLabel, List, Value

from standoff.dataset.facts import Facts

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "samplingRate": "cr:samplingRate",
    "rai": "http://mlcommons.org/croissant/RAI/",
}
_TYPES = {"string": "sc:Text", "int32": "sc:Integer", "float32": "sc:Float"}


def to_croissant(facts: Facts) -> str:
    """The metadata as JSON-LD."""
    settings, schema = facts.settings, facts.features
    objects, records = [], []
    for path, (digest, _) in facts.files.items():
        config, split = path.split("/")[0], path.split("/")[1].split("-")[0]
        name = f"{config}/{split}"
        objects.append(
            {
                "@type": "cr:FileObject",
                "@id": f"{name}.parquet",
                "name": f"{name}.parquet",
                "contentUrl": path,
                "encodingFormat": "application/x-parquet",
                "sha256": digest,
            }
        )
        fields = [
            _field(f"{name}/{column}", f"{name}.parquet", column, kind) for column, kind in schema[config].items()
        ]
        records.append({"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields})
    dataset = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": settings.name,
        "description": _first_paragraph(facts.about),
        "license": "other" if facts.private else f"https://spdx.org/licenses/{settings.licence}.html",
        "version": settings.version,
        "inLanguage": settings.language,
        "distribution": objects,
        "recordSet": records,
    }
    return json.dumps(dataset, indent=2, ensure_ascii=False) + "\n"


def _first_paragraph(text: str) -> str:
    parts = (part for part in text.split("\n\n") if part.strip() and not part.startswith("#"))
    return next(parts, "").replace("\n", " ")


def _field(name: str, file: str, column: str, kind: object) -> dict[str, Any]:
    field: dict[str, Any] = {"@type": "cr:Field", "@id": name, "name": name}
    if isinstance(kind, List):
        field["repeated"] = True
        kind = kind.feature
    if isinstance(kind, dict):
        field["subField"] = [_field(f"{name}/{key}", file, column, part) for key, part in kind.items()]
    else:
        field["dataType"] = "sc:Text" if isinstance(kind, ClassLabel) else _TYPES[_dtype(kind)]
    field["source"] = {"fileObject": {"@id": file}, "extract": {"column": column}}
    return field


def _dtype(kind: object) -> str:
    if not isinstance(kind, Value):
        raise TypeError(f"no Croissant type for {kind!r}")
    return str(kind.dtype)
