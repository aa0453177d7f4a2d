"""The walk over the documents of a corpus: each by itself, then what only all of them can tell."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import cpu_count
from pathlib import Path

from standoff import __version__
from standoff.check.cache import UNSETTLED, cache_file, find_fingerprints, read_reports, to_key, write_reports
from standoff.check.document import Checker, DocumentFiles, Report
from standoff.check.lines import Lines, read_lines
from standoff.check.lists import Tables
from standoff.check.names import check_rare, find_rare
from standoff.check.place import place
from standoff.check.rules import read_rules
from standoff.corpus import Corpus
from standoff.guidelines.support import Oracle, Support, find_unsupported, merge_support
from standoff.records import Entry, Issue, Source, Span

BATCH = 200
"""Documents that a process takes at a time; a corpus of no more is checked in this one."""
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
