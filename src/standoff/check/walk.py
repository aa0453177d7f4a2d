"""The walk over a corpus: the tables first, then every document, then what only the whole can tell."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import cpu_count
from pathlib import Path
from typing import TypeVar

from standoff import __version__
from standoff.check.cache import (
    UNSETTLED,
    cache_file,
    find_fingerprints,
    is_known_good,
    read_reports,
    remember_good,
    to_key,
    write_reports,
)
from standoff.check.document import Checker, DocumentFiles, Report, place
from standoff.check.lines import Lines, read_good_lines, read_lines
from standoff.check.names import check_rare, find_rare
from standoff.check.rules import read_rules
from standoff.check.tables import check_entries, check_ids, check_layers, check_sources, find_strays, to_issue
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines import Schema, read_schema
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.guidelines.support import Oracle, Support, find_unsupported, merge_support
from standoff.records import Entry, Issue, Record, Source, Span

BATCH = 200
"""Documents that a process takes at a time; a corpus of no more is checked in this one."""
Read = TypeVar("Read")
Progress = Callable[[int, int], None]
"""Called with the documents done and their number."""


@dataclass
class Checked:
    """What a check found, and how much it looked at."""

    issues: list[Issue] = field(default_factory=list)
    waived: list[Issue] = field(default_factory=list)
    documents: int = 0
    spans: int = 0
    cuts: int = 0
    absent: list[str] = field(default_factory=list)

    def count(self, severity: str) -> int:
        """The findings of a severity: error, warning or note."""
        return sum(read_rules()[issue.rule].severity == severity for issue in self.issues)

    @property
    def errors(self) -> int:
        """The findings that are errors."""
        return self.count("error")


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


def check_documents(
    corpus: Corpus, tables: Tables, sources: Sequence[Source], progress: Progress | None = None
) -> list[Report]:
    """The report of each document, in order: from the cache for those that did not change since."""
    if tables.schema is None:
        return []
    oracle = None if tables.guidelines is None else Oracle.from_guidelines(tables.guidelines)
    checker = Checker(corpus, tables.schema, oracle, tables.layer)
    entries = {entry.id: entry for entry in tables.entries.records}
    if len(sources) < len(tables.sources.records):  # a few: looking them up would take longer than reading them
        some = [(source, entries.get(source.id)) for source in sources]
        return list(_check_all(checker, tables.layers, some, progress))
    path, key = cache_file(corpus), to_key(_shaping(corpus, tables))
    fingerprints = find_fingerprints(corpus, sources, entries, tables.layers)
    known = read_reports(path, key)
    reports = {
        source.id: known[source.id][1]
        for source, fingerprint in zip(sources, fingerprints, strict=True)
        if source.id in known and known[source.id][0] == fingerprint != UNSETTLED
    }
    changed = [(source, entries.get(source.id)) for source in sources if source.id not in reports]
    for report in _check_all(checker, tables.layers, changed, progress):
        reports[report.id] = report
    in_order = [reports[source.id] for source in sources]
    if changed:
        write_reports(path, key, fingerprints, in_order)
    return in_order


def _shaping(corpus: Corpus, tables: Tables) -> Iterator[bytes]:
    """Everything but the documents that shapes a report."""
    yield f"{__version__} {sys.version} {tables.layer} {tables.layers}".encode()
    yield from (path.read_bytes() for path in sorted(corpus.labels_file.parent.glob("*.*")))


def _check_all(
    checker: Checker,
    layers: Sequence[str],
    documents: Sequence[tuple[Source, Entry | None]],
    progress: Progress | None,
) -> Iterator[Report]:
    """The reports of documents; many are shared out to processes."""
    batches = [documents[at : at + BATCH] for at in range(0, len(documents), BATCH)]
    if len(batches) < 2:
        yield from (report for batch in batches for report in check_batch(checker, layers, batch))
        return
    from concurrent.futures import ProcessPoolExecutor

    done, many = 0, len(batches)
    with ProcessPoolExecutor(min(many, cpu_count() or 1)) as pool:
        for reports in pool.map(check_batch, [checker] * many, [layers] * many, batches):
            yield from reports
            done += len(reports)
            if progress is not None:
                progress(done, len(documents))


def check_batch(checker: Checker, layers: Iterable[str], batch: Sequence[tuple[Source, Entry | None]]) -> list[Report]:
    """Read and check some documents."""
    return [checker.check(read_files(checker.corpus, source, entry, layers)) for source, entry in batch]


def read_files(corpus: Corpus, source: Source, entry: Entry | None, layers: Iterable[str]) -> DocumentFiles:
    """The bytes of every file of a document."""
    return DocumentFiles(
        source,
        entry,
        seed=_read(corpus.seed_file(source.id, redistribute=source.redistribute)),
        clean=_read(corpus.clean_file(source.id)) if source.redistribute else None,
        cuts=_read(corpus.cuts_file(source.id)),
        keeps=_read(corpus.keeps_file(source.id)),
        layers={layer: data for layer in layers if (data := _read(corpus.spans_file(layer, source.id))) is not None},
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def compare_documents(corpus: Corpus, tables: Tables, reports: Sequence[Report]) -> Iterator[Issue]:
    """What only all documents together can tell.

    Examples that none of them supports, names with a rare label.
    """
    if tables.guidelines is not None and any(report.support != Support() for report in reports):
        support = merge_support(report.support for report in reports)
        yield from find_unsupported(Oracle.from_guidelines(tables.guidelines), support)
    labels = tables.schema.names if tables.schema is not None else []
    for number, rare in find_rare([report.names for report in reports]).items():
        yield from _find_rare_spans(corpus, tables, reports[number].id, labels, rare)


def _find_rare_spans(
    corpus: Corpus, tables: Tables, document_id: str, labels: Sequence[str], rare: Mapping[tuple[int, int], int]
) -> Iterator[Issue]:
    source = next(source for source in tables.sources.records if source.id == document_id)
    files = read_files(corpus, source, None, [tables.layer])
    lines = read_lines(files.layers.get(tables.layer, b""), Span)
    seed = None if files.seed is None else files.seed.decode("utf-8", "replace")
    path = corpus.name_of(corpus.spans_file(tables.layer, document_id))
    yield from place(path, Lines(lines.records, lines.numbers), check_rare(lines.records, labels, dict(rare), seed))
