"""The lists of a corpus: sources, index, settings, label schema and layers, read and checked before any document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from standoff.check.cache import is_known_good, remember_good
from standoff.check.lines import Lines, read_good_lines, read_lines
from standoff.check.place import place
from standoff.check.tables import check_entries, check_ids, check_layers, check_sources, find_strays, to_issue
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines import Schema, read_schema
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.records import Entry, Issue, Record, Source

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Tables:
    """The lists of a corpus as read, with what is wrong in them."""

    sources: Lines[Source]
    entries: Lines[Entry]
    schema: Schema | None
    guidelines: Guidelines | None
    layer: str
    layers: tuple[str, ...]
    issues: tuple[Issue, ...]


def read_tables(corpus: Corpus) -> Tables:
    """Sources, index, settings, label schema and layers; what cannot be read is a finding."""
    issues: list[Issue] = []
    sources = _read_table(corpus, corpus.sources_file, Source, issues)
    entries = _read_table(corpus, corpus.index_file, Entry, issues)
    schema = _guard(lambda: read_schema(corpus.labels_file), corpus, issues)
    guidelines = None if schema is None else _guard(lambda: read_guidelines(corpus.labels_file.parent), corpus, issues)
    settings = _guard(lambda: corpus.settings, corpus, issues)
    for path, lines in ((corpus.sources_file, sources), (corpus.index_file, entries)):
        issues += place(corpus.name_of(path), Lines(broken=lines.broken), ())
    layer = "gold" if settings is None else settings.layer
    return Tables(sources, entries, schema, guidelines, layer, tuple(corpus.layers()), tuple(issues))


def check_tables(corpus: Corpus, tables: Tables) -> Iterator[Issue]:
    """What is wrong in the lists and layers as a whole, and files that belong to nothing."""
    sources, entries = replace(tables.sources, broken=()), replace(tables.entries, broken=())
    by_id = {source.id: source for source in sources.records}
    found = [*check_ids(sources.records), *check_sources(corpus, sources.records)]
    yield from place(corpus.name_of(corpus.sources_file), sources, found)
    yield from place(corpus.name_of(corpus.index_file), entries, check_entries(entries.records, by_id))
    yield from find_strays(corpus, by_id, tables.layers)
    yield from check_layers(corpus, tables.layers, tables.schema)
    if tables.layers and tables.layer not in tables.layers:
        message = f"the layer {tables.layer!r}, which is built, is not there"
        yield Issue("layer-unsigned", "standoff.toml", None, message, f"one of {', '.join(tables.layers)}")


def _guard(read: Callable[[], Read], corpus: Corpus, issues: list[Issue]) -> Read | None:
    """What `read` gives; an error that it raises becomes a finding."""
    try:
        return read()
    except StandoffError as error:
        issues.append(to_issue(error, corpus))
        return None


def _read_table(corpus: Corpus, path: Path, kind: type[Record], issues: list[Issue]) -> Lines[Record]:
    if not path.exists():
        if kind is Source:
            issues.append(Issue("file-format", corpus.name_of(path), None, "no such file", "add a text: standoff add"))
        return Lines()
    data = path.read_bytes()
    if is_known_good(corpus, path.name, data):
        return read_good_lines(data, kind)
    lines = read_lines(data, kind, ordered=kind is Entry)
    if not (lines.findings or lines.broken):
        remember_good(corpus, path.name, data)
    return lines
