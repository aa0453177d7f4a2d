"""The state of a corpus from its files, those of a git revision or those of a folder."""

import json
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.corpus import ADJUDICATED, SUGGESTED
from standoff.diff.state import DocumentState, State
from standoff.errors import StandoffError
from standoff.files import decode, hash_text
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.jsonl import parse_records
from standoff.layout import find_role
from standoff.records import Cut, Entry, Record, Source, Span, from_row

_SETTINGS = ("name", "title", "licence", "language", "layer")
_ABOUT = ("title", "outlet", "url", "published", "language", "licence", "origin", "fictional")
"""Fields of a source that describe it."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files by their path from the root of a corpus; `read_once` keeps nothing of what it reads."""

    names: frozenset[str]
    read: Callable[[Sequence[str]], Mapping[str, bytes]]
    read_once: Callable[[Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Known:
    """What was read and parsed before, by object of git and by content: two revisions share most of it."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    parsed: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Files of one state, and how its messages name them."""

    name: str
    files: Files
    known: Known

    def read_all(self, names: Sequence[str], kind: type[Record]) -> dict[str, tuple[Record, ...]]:
        """The records of these files, as far as they are there."""
        data = self.files.read([name for name in names if name in self.files.names])
        return {name: self._parse(name, content, kind) for name, content in data.items()}

    def read_one(self, name: str) -> bytes:
        """A file that may not be missing."""
        if name not in self.files.names:
            raise StandoffError("no such file", path=self.path_of(name), usage=True)
        return self.files.read([name])[name]

    def read_table(self, name: str) -> dict[str, Any]:
        """A TOML file."""
        try:
            return tomllib.loads(self.read_one(name).decode("utf-8"))
        except ValueError as error:
            raise StandoffError(f"not TOML: {error}", path=self.path_of(name)) from None

    def path_of(self, name: str) -> Path:
        """A file as git names it: `v1.0.0:standoff.toml`; in the folder by its path alone."""
        return Path(name if self.name == "." else f"{self.name}:{name}")

    def _parse(self, name: str, data: bytes, kind: type[Record]) -> tuple[Record, ...]:
        key = kind, data
        if key not in self.known.parsed:
            self.known.parsed[key] = parse_quickly(data, self.path_of(name), kind)
        found: tuple[Record, ...] = self.known.parsed[key]
        return found


def parse_quickly(data: bytes, path: Path, kind: type[Record]) -> tuple[Record, ...]:
    """The records in the bytes of a JSONL file; line by line only where something is wrong, to name the line."""
    try:
        lines = data.decode("utf-8").removesuffix("\n").replace("\n", ",")
        return tuple(from_row(kind, row) for row in json.loads(f"[{lines}]"))
    except (ValueError, RecursionError):
        return tuple(record for _, record in parse_records(decode(data, path), path, kind))


def state_of_files(name: str, files: Files, known: Known) -> State:
    """The state; raises StandoffError where a file of the corpus is missing or cannot be read."""
    reader = _Reader(name, files, known)
    settings = reader.read_table("standoff.toml")
    sources = {one.id: one for one in _read_list(reader, "seeds/sources.jsonl", Source)}
    guidelines = _read_guidelines(reader)
    return State(
        name=name,
        is_dataset=False,
        version=str(settings.get("version", "")),
        guidelines_version=guidelines.schema.version,
        labels={label.name: label.definition for label in guidelines.schema.labels},
        documents=_read_documents(reader, sources, str(settings.get("layer", ""))),
        texts=lambda ids: _read_texts(reader, sources, ids),
        overlap=guidelines.schema.overlap,
        guidelines=guidelines,
        settings={key: settings[key] for key in _SETTINGS if key in settings},
    )


def _read_list(reader: _Reader, name: str, kind: type[Record]) -> tuple[Record, ...]:
    return next(iter(reader.read_all([name], kind).values()), ())


def _read_documents(reader: _Reader, sources: Mapping[str, Source], built: str) -> dict[str, DocumentState]:
    splits = {one.id: one.split for one in _read_list(reader, "corpus/index.jsonl", Entry)}
    places = [(name, find_role(name)) for name in sorted(reader.files.names) if name.endswith(".jsonl")]
    cuts = {role.id: name for name, role in places if role.kind == "cuts" and role.id in sources}
    layers = defaultdict[str, dict[str, str]](dict)
    for name, role in places:
        if role.kind == "spans" and role.id in sources:
            layers[role.layer][role.id] = name
    annotators = [layer for layer in layers if layer not in (built, SUGGESTED) and not _is_adjudicated(reader, layer)]
    wanted = [name for layer in (built, *annotators) for name in layers[layer].values()]
    spans, found = reader.read_all(wanted, Span), reader.read_all(list(cuts.values()), Cut)
    return {
        id: DocumentState(
            id=id,
            sha256=source.sha256,
            private=not source.redistribute,
            split=splits.get(id),
            cuts=found[cuts[id]] if id in cuts else None,
            spans=spans[layers[built][id]] if id in layers[built] else None,
            layers={layer: spans[layers[layer][id]] for layer in annotators if id in layers[layer]},
            about={key: getattr(source, key) for key in _ABOUT},
        )
        for id, source in sources.items()
    }


def _is_adjudicated(reader: _Reader, layer: str) -> bool:
    name = f"annotations/{layer}/layer.toml"
    made = reader.read_table(name).get("annotators") if name in reader.files.names else None
    return isinstance(made, str) and made.startswith(ADJUDICATED)


def _read_guidelines(reader: _Reader) -> Guidelines:
    """The guidelines, by way of a folder; the same bytes are read once."""
    names = sorted(name for name in reader.files.names if find_role(name).kind == "guidelines")
    if "guidelines/labels.toml" not in names:
        raise StandoffError("no such file", path=reader.path_of("guidelines/labels.toml"), usage=True)
    files = reader.files.read(names)
    key = Guidelines, tuple(files.items())
    if key not in reader.known.parsed:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "guidelines"
            place.mkdir()
            for name, data in files.items():
                (Path(folder) / name).write_bytes(data)
            try:
                reader.known.parsed[key] = read_guidelines(place)
            except StandoffError as error:
                name = Path(error.path or "").name
                path = reader.path_of(f"guidelines/{name}")
                raise StandoffError(error.message, path=path, line=error.line, hint=error.hint) from None
    found: Guidelines = reader.known.parsed[key]
    return found


def _read_texts(reader: _Reader, sources: Mapping[str, Source], ids: Sequence[str]) -> dict[str, str]:
    """The seeds of these documents that are there and are the ones listed."""
    names = {id: f"seeds/{sources[id].file}" for id in ids if id in sources}
    data = reader.files.read_once([name for name in names.values() if name in reader.files.names])
    texts = {id: data[name].decode("utf-8", "replace") for id, name in names.items() if name in data}
    return {id: text for id, text in texts.items() if hash_text(text) == sources[id].sha256}
