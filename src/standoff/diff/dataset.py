"""The state of a corpus from a built dataset: spans taken back to the seed by the cuts."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from standoff.dataset.read import Manifest, list_shards, read_manifest, read_rows
from standoff.diff.state import DocumentState, State
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.offsets import OffsetMap
from standoff.records import Cut, Span

Row = dict[str, Any]
_ABOUT = ("title", "outlet", "url", "published", "licence")
_BARE = ("id", "sha256", "cuts", "spans")


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """What config `cleaning` knows of a document: its split, its cuts, and the way back to its seed."""

    split: str
    cuts: tuple[Cut, ...]
    offsets: OffsetMap

    def to_spans(self, rows: Sequence[Row]) -> tuple[Span, ...]:
        """Spans of the cleaned text with offsets of the seed."""
        found = (Span(*self.offsets.span_to_seed(row["start"], row["end"]), row["label"], row["text"]) for row in rows)
        return tuple(sorted(found, key=lambda span: (span.start, span.end, span.label)))


def state_of_dataset(name: str, folder: Path) -> State:
    """The state; raises StandoffError where the folder is no dataset, or its configs do not fit each other."""
    manifest = read_manifest(folder)
    columns = _read_columns(folder, manifest)
    return State(
        name=name,
        is_dataset=True,
        version=manifest.version,
        guidelines_version=manifest.guidelines,
        labels=manifest.labels or dict.fromkeys(_find_labels(folder, manifest)),
        documents=_read_documents(folder, manifest),
        texts=lambda ids: _read_texts(folder, manifest, ids),
        columns=columns,
        settings={"name": manifest.name, **({"language": manifest.language} if manifest.language else {})},
        content=manifest.content,
        has_private_text=manifest.private,
    )


def _read_documents(folder: Path, manifest: Manifest) -> dict[str, DocumentState]:
    cleaned = {id: one for id, one in _read_cleaned(folder, manifest)}
    layers = defaultdict[str, dict[str, tuple[Span, ...]]](dict)
    documents: dict[str, DocumentState] = {}
    bare = {row["id"]: (split, row) for split, row in _rows(folder, manifest, "standoff", _BARE)}
    row: Row = {}
    try:
        for _, row in _rows(folder, manifest, "annotators"):
            layers[row["id"]][row["annotator"]] = cleaned[row["id"]].to_spans(row["spans"])
        for split, row in _rows(folder, manifest, "spans", ("id", "spans", "seed_sha256", *_ABOUT)):
            documents[row["id"]] = _to_document(row, split, cleaned[row["id"]], layers[row["id"]])
    except (KeyError, IndexError):
        message = f"the spans of {row.get('id')} are not in its cleaned text"
        raise StandoffError(message, path=folder, hint="the configs do not belong together: build it again") from None
    for id, (split, row) in bare.items():
        if id in documents:  # built with private text: all is known but that it is private
            documents[id] = replace(documents[id], private=True)
        else:
            spans = tuple(Span(one["start"], one["end"], one["label"], "") for one in row["spans"])
            documents[id] = DocumentState(id, row["sha256"], True, split, _to_cuts(row), spans, None)
    return dict(sorted(documents.items()))


def _to_document(row: Row, split: str, cleaned: _Cleaned, layers: Mapping[str, tuple[Span, ...]]) -> DocumentState:
    about = {key: row[key] for key in _ABOUT}
    spans = cleaned.to_spans(row["spans"])
    return DocumentState(row["id"], row["seed_sha256"], False, split, cleaned.cuts, spans, layers, about)


def _read_cleaned(folder: Path, manifest: Manifest) -> Iterator[tuple[str, _Cleaned]]:
    for split, row in _rows(folder, manifest, "cleaning"):
        cuts = _to_cuts(row)
        try:
            yield row["id"], _Cleaned(split, cuts, OffsetMap.from_cuts(len(row["text"]), cuts))
        except ValueError as error:
            raise StandoffError(f"the cuts of {row['id']}: {error}", path=folder, hint="build it again") from None


def _to_cuts(row: Row) -> tuple[Cut, ...]:
    return tuple(Cut(one["start"], one["end"], one["kind"], one["by"], one["score"]) for one in row["cuts"])


def _rows(
    folder: Path, manifest: Manifest, config: str, columns: Sequence[str] | None = None
) -> Iterator[tuple[str, Row]]:
    """The rows of every split of a config, none where it was not built."""
    for split in manifest.content.get(config, ()):
        yield from ((split, row) for row in read_rows(folder, config, split, columns))


def _read_features(folder: Path, manifest: Manifest, config: str) -> Mapping[str, Any]:
    """The features of a config as `datasets` keeps them in the schema of its first file."""
    paths = [path for split in manifest.content.get(config, ()) for path in list_shards(folder, config, split)[:1]]
    if not paths:
        raise StandoffError(f"no file of config {config!r} is here", path=folder, hint="download or build it again")
    kept = (pq.read_schema(paths[0]).metadata or {}).get(b"huggingface")
    if kept is None:
        raise StandoffError("the schema has no features", path=paths[0], hint="build it again")
    features: Mapping[str, Any] = json.loads(kept)["info"]["features"]
    return features


def _read_columns(folder: Path, manifest: Manifest) -> dict[str, dict[str, str]]:
    """The columns of each config, their types as JSON; names of labels are compared apart."""
    found = {config: _read_features(folder, manifest, config) for config in manifest.content}
    return {
        config: {name: json.dumps(_without_names(feature), sort_keys=True) for name, feature in features.items()}
        for config, features in found.items()
    }


def _without_names(feature: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(feature, dict):
        return {key: _without_names(value) for key, value in feature.items() if key != "names"}
    return [_without_names(one) for one in feature] if isinstance(feature, list) else feature


def _find_labels(folder: Path, manifest: Manifest) -> list[str]:
    """The names of the labels in the schema, for a manifest that does not name them."""
    config = "spans" if "spans" in manifest.content else "standoff"
    spans = _read_features(folder, manifest, config)["spans"]
    names: list[str] = spans["feature"]["label"]["names"]
    return names


def _read_texts(folder: Path, manifest: Manifest, ids: Sequence[str]) -> dict[str, str]:
    """The seeds of these documents, as far as they are in the dataset and are those it lists."""
    wanted = set(ids)
    hashes = {row["id"]: row["seed_sha256"] for _, row in _rows(folder, manifest, "spans", ("id", "seed_sha256"))}
    rows = (row for _, row in _rows(folder, manifest, "cleaning", ("id", "text")) if row["id"] in wanted)
    return {row["id"]: row["text"] for row in rows if hash_text(row["text"]) == hashes.get(row["id"])}
