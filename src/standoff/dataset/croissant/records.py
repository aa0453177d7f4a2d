"""Files and record sets: one set for each config, its split read from the path, and one for each enumeration."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from datasets import ClassLabel, Features, List, Value

from standoff.dataset.card.tables import ROWS
from standoff.dataset.facts import Facts

Node = dict[str, Any]
_PARQUET = "application/x-parquet"
_TYPES = {"string": "sc:Text", "int32": "cr:Int32", "float32": "cr:Float32"}
_SPLITS = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit"}
"""What the vocabulary calls a split; any other is a cr:TestSplit."""


def to_files(facts: Facts) -> list[Node]:
    """Each Parquet file with hash and size, and for each config the set of its files, which records are read from."""
    objects: list[Node] = [
        {
            "@type": "cr:FileObject",
            "@id": path,
            "name": path,
            "contentUrl": path,
            "contentSize": f"{size} B",
            "encodingFormat": _PARQUET,
            "sha256": digest,
        }
        for path, (digest, size) in facts.files.items()
    ]
    sets: list[Node] = [
        {
            "@type": "cr:FileSet",
            "@id": f"{config}-files",
            "name": f"{config}-files",
            "description": f"Every Parquet file of config {config}.",
            "encodingFormat": _PARQUET,
            "includes": f"{config}/*.parquet",
        }
        for config in facts.summary.configs()
    ]
    return [*objects, *sets]


def to_record_sets(facts: Facts) -> list[Node]:
    """The enumerations, then the configs."""
    configs = facts.summary.configs()
    splits = list(dict.fromkeys(split for found in configs.values() for split in found))
    sets = [_to_splits(splits)]
    classes = {name: label for config in configs for name, label in _find_classes(config, facts.features[config])}
    definitions = {label.name: label.definition for label in facts.guidelines.schema.labels}
    sets += [_to_classes(name, label, definitions) for name, label in classes.items()]
    return [*sets, *(_to_config(config, found, facts.features[config]) for config, found in configs.items())]


def _to_splits(splits: Sequence[str]) -> Node:
    data = [{"splits/name": split, "splits/url": _SPLITS.get(split, "cr:TestSplit")} for split in splits]
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "description": "The splits of the dataset.",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [_leaf("splits/name", "sc:Text"), _leaf("splits/url", "sc:URL")],
        "data": data,
    }


def _to_classes(name: str, label: ClassLabel, definitions: Mapping[str, str]) -> Node:
    """The names behind the numbers of a ClassLabel; labels have their definition too."""
    told = name == "labels"
    fields = [_leaf(f"{name}/number", "sc:Integer"), _leaf(f"{name}/name", "sc:Text")]
    fields += [_leaf(f"{name}/definition", "sc:Text")] if told else []
    data = []
    for number, one in enumerate(label.names):
        row = {f"{name}/number": number, f"{name}/name": one}
        data.append(row | ({f"{name}/definition": definitions[one]} if told else {}))
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The names of the {name}, by the numbers that stand in the files.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{name}/number"},
        "field": fields,
        "data": data,
    }


_CLASSES = {"label": "labels", "kind": "kinds", "ner_tags": "tags"}
"""The record set of names for each column that holds numbers of a ClassLabel."""


def _find_classes(config: str, features: Features) -> Iterator[tuple[str, ClassLabel]]:
    for column, feature in features.items():
        inner = feature.feature if isinstance(feature, List) else feature
        for name, part in (inner if isinstance(inner, dict) else {column: inner}).items():
            if isinstance(part, ClassLabel):
                yield _CLASSES[name], part


def _to_config(config: str, splits: Sequence[str], features: Features) -> Node:
    # the pattern fits the split alone too: mlcroissant applies it a second time, to what it found
    split = _leaf(f"{config}/split", "sc:Text")
    split["references"] = {"field": {"@id": "splits/name"}}
    split["source"] = {
        "fileSet": {"@id": f"{config}-files"},
        "extract": {"fileProperty": "fullpath"},
        "transform": {"regex": f"(?:{config}/)?({'|'.join(splits)})(?:-.+parquet)?$"},
    }
    fields = [_to_field(config, column, feature) for column, feature in features.items()]
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"One record is {ROWS[config]}.",
        "field": [split, *fields],
    }


def _to_field(config: str, column: str, feature: object) -> Node:
    name, inner = f"{config}/{column}", feature.feature if isinstance(feature, List) else feature
    repeated = {"repeated": True} if isinstance(feature, List) else {}
    source = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}
    if not isinstance(inner, dict):
        return {**_leaf(name, _to_type(inner), _CLASSES.get(column)), **repeated, "source": source}
    parts = []
    for key, part in inner.items():
        field = _leaf(f"{name}/{key}", _to_type(part), _CLASSES.get(key))
        if isinstance(part, ClassLabel):
            field["references"] = {"field": {"@id": f"{_CLASSES[key]}/number"}}
        parts.append({**field, "source": {**source, "transform": {"jsonPath": key}}})
    return {"@type": "cr:Field", "@id": name, "name": name, **repeated, "subField": parts}


def _leaf(name: str, kind: str | list[str], numbers: str | None = None) -> Node:
    """A field; `numbers` is the record set that has the names of the numbers in it."""
    about = {"description": f"A number: its name is in record set {numbers}."} if numbers else {}
    return {"@type": "cr:Field", "@id": name, "name": name, **about, "dataType": kind}


def _to_type(feature: object) -> str | list[str]:
    if isinstance(feature, ClassLabel):
        return ["sc:Integer", "cr:Label"]
    if not isinstance(feature, Value):
        raise TypeError(f"no Croissant type for {feature!r}")
    return _TYPES[feature.dtype]
