"""Levels 1, 3 and 6 on the corpus as a whole: sources, index, layers, files that belong to nothing."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from standoff.check.findings import Finding
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import read_toml
from standoff.guidelines import Schema
from standoff.records import ID, ORIGINS, SPLITS, Entry, Issue, Source

_OPEN = re.compile(r"(?:CC0|CC-BY|PDDL|ODC|MIT|Apache|public[ -]domain|OGL)", re.IGNORECASE)
"""Licences that let everyone pass a text on (CC-BY-ND and CC-BY-NC too)."""
_CLOSED = re.compile(r"(?:all[ -]rights[ -]reserved|proprietary|unknown|none|copyright)", re.IGNORECASE)


def check_sources(corpus: Corpus, sources: Sequence[Source]) -> Iterator[Finding]:
    """File, id, origin and licence of each source, and texts listed twice."""
    first: dict[str, str] = {}
    for at, source in enumerate(sources):
        name = corpus.seed_name(source.id, redistribute=source.redistribute)
        if name != source.file:
            yield Finding("source-file", at, f"{source.id}: file is {source.file!r}", f"it must be {name!r}")
        if not ID.fullmatch(source.id):
            yield Finding("source-id", at, f"{source.id!r} is no id")
        if source.origin not in ORIGINS:
            yield Finding("source-origin", at, f"{source.id}: no such origin: {source.origin!r}")
        if source.redistribute and (not source.licence.strip() or _CLOSED.match(source.licence)):
            message = f"{source.id}: redistribute is true, the licence is {source.licence!r}"
            yield Finding("licence-open", at, message)
        if not source.redistribute and _OPEN.match(source.licence):
            message = f"{source.id}: redistribute is false, the licence is {source.licence!r}"
            yield Finding("licence-open", at, message)
        if (other := first.setdefault(source.sha256, source.id)) != source.id:
            yield Finding("source-twice", at, f"{source.id} has the same text as {other}")


def check_ids(records: Iterable[Source | Entry]) -> Iterator[Finding]:
    """Ids that stand twice in one file."""
    seen: set[str] = set()
    for at, record in enumerate(records):
        if record.id in seen:
            yield Finding("file-order", at, f"the id {record.id!r} stands here twice", "an id names one document")
        seen.add(record.id)


def check_entries(entries: Sequence[Entry], sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Splits of the index, and lines that belong to no document."""
    for at, entry in enumerate(entries):
        if entry.id not in sources:
            yield Finding("id-unknown", at, f"no document has the id {entry.id!r}")
        if entry.split not in SPLITS:
            yield Finding("split-unknown", at, f"no such split: {entry.split!r}")
        elif entry.id in sources and not sources[entry.id].redistribute and entry.split not in ("test", "test_hard"):
            yield Finding("split-private", at, f"the private text {entry.id} is in {entry.split}")


def find_strays(corpus: Corpus, sources: Mapping[str, Source], layers: Iterable[str]) -> Iterator[Issue]:
    """Files whose stem is no document, and private text in a folder that git sees."""
    texts = [corpus.seed_file("x", redistribute=True).parent, corpus.clean_file("x").parent]
    folders = [*((folder, ".txt") for folder in texts), *((corpus.layer_folder(layer), ".jsonl") for layer in layers)]
    for folder, suffix in folders:
        place = corpus.name_of(folder)
        for name in _list_files(folder):
            stem = name.removesuffix(suffix).removesuffix(".notes")
            if not name.endswith(suffix):
                yield Issue("id-unknown", f"{place}/{name}", None, f"nothing but <id>{suffix} belongs here")
            elif stem not in sources:
                yield Issue("id-unknown", f"{place}/{name}", None, f"no document has the id {stem!r}")
            elif suffix == ".txt" and not sources[stem].redistribute:
                yield Issue("private-text", f"{place}/{name}", None, "text that may not be redistributed")
    private = corpus.seed_file("x", redistribute=False).parent
    for name in _list_files(private, ".txt"):
        if (stem := name.removesuffix(".txt")) not in sources or sources[stem].redistribute:
            message = f"no document with private text has the id {stem!r}"
            yield Issue("id-unknown", corpus.name_of(private / name), None, message)
    lists = corpus.index_file.parent
    for name in _list_files(lists, ".cuts.jsonl", ".keeps.jsonl"):
        if (stem := name.rsplit(".", 2)[0]) not in sources:
            yield Issue("id-unknown", corpus.name_of(lists / name), None, f"no document has the id {stem!r}")


_BESIDE = ("layer.toml", "README.md")
"""Files that are at home beside those of documents; hidden ones are nobody's."""


def _list_files(folder: Path, *suffixes: str) -> list[str]:
    """Their names in order, all if no suffix is given; plain strings, since a folder may hold ten thousand."""
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208
    return sorted(
        name for name in names if name.endswith(suffixes or "") and name not in _BESIDE and not name.startswith(".")
    )


def check_layers(corpus: Corpus, layers: Iterable[str], schema: Schema | None) -> Iterator[Issue]:
    """Each layer says who made it under which guidelines.

    What an annotator read in a round stays as it was read: its plan and the decisions say under which version.
    """
    for layer in layers:
        path = corpus.layer_folder(layer) / "layer.toml"
        name = corpus.name_of(path)
        if not path.exists():
            yield Issue("layer-unsigned", name, None, f"layer {layer!r} says nothing of itself")
            continue
        try:
            made = read_toml(path)
        except StandoffError as error:
            yield to_issue(error, corpus)
            continue
        if not made.get("annotators"):
            message = f"layer {layer!r} does not say who made it"
            yield Issue("layer-unsigned", name, None, message, 'write annotators = "…" in it')
        if schema is not None and not made.get("rounds") and made.get("guidelines") != schema.version:
            message = f"made under guidelines {made.get('guidelines')!r}, labels.toml is {schema.version!r}"
            yield Issue("layer-guidelines", name, None, message)


def to_issue(error: StandoffError, corpus: Corpus) -> Issue:
    """An error of a reader as a finding."""
    path = corpus.name_of(Path(error.path)) if error.path else ""
    return Issue("file-format", path, error.line, error.message, error.hint)
