"""The whole check: tables, guidelines, documents, what only all of them tell, and the waivers."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from standoff.check.document import Report
from standoff.check.duplicates import drop_explained, find_duplicates
from standoff.check.leaks import find_leaks
from standoff.check.lines import Lines, read_lines
from standoff.check.lists import Tables, check_tables, read_tables
from standoff.check.orphans import check_orphans
from standoff.check.place import place
from standoff.check.rules import read_levels, read_rules
from standoff.check.settled import check_notes, check_settled
from standoff.check.tables import to_issue
from standoff.check.waivers import apply_waivers, check_waivers
from standoff.check.walk import Checked, Progress, check_documents, compare_documents
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines.run import run_guidelines
from standoff.records import ID, Issue, Source, Waiver

DEEPEST = 6


def check(
    corpus: Corpus,
    *,
    level: int = DEEPEST,
    only: Collection[str] = (),
    ids: Collection[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Check a corpus up to a level from 1 (files) to 6 (the corpus as a whole).

    With `only` these rules alone; with `ids` these documents alone, and nothing that takes all documents to tell.
    """
    _require_rules(level, only)
    tables = read_tables(corpus)
    known = {source.id for source in tables.sources.records}
    if unknown := [one for one in ids if one not in known]:
        raise StandoffError(f"no document has the id {unknown[0]!r}", hint="see seeds/sources.jsonl", usage=True)
    sources = [one for one in tables.sources.records if ID.fullmatch(one.id) and (not ids or one.id in ids)]
    reports = check_documents(corpus, tables, sources, progress)
    issues = [*tables.issues, *(issue for report in reports for issue in report.issues)]
    if not ids:
        issues = drop_explained([*issues, *_check_whole(corpus, tables, sources, reports, level)])
    waivers = _read_waivers(corpus)
    wanted = (issue for issue in issues if read_rules()[issue.rule].level <= level)
    left, waived = apply_waivers(wanted, waivers.records)
    if not ids and level == DEEPEST:
        left += place(corpus.name_of(corpus.waivers_file), waivers, check_waivers(waivers.records, waived))
    return Checked(
        _sort(issue for issue in left if not only or issue.rule in only),
        waived,
        len(sources),
        sum(report.spans for report in reports),
        sum(report.cuts for report in reports),
        [report.id for report in reports if report.absent],
    )


def _check_whole(
    corpus: Corpus, tables: Tables, sources: Sequence[Source], reports: Sequence[Report], level: int
) -> Iterator[Issue]:
    """What one document cannot tell."""
    yield from check_tables(corpus, tables)
    if level >= 4 and tables.guidelines is not None:
        try:
            yield from run_guidelines(corpus.labels_file.parent, tables.guidelines)
        except StandoffError as error:
            yield to_issue(error, corpus)
    if level >= 5:
        yield from compare_documents(corpus, tables, reports)
    if level >= DEEPEST:
        yield from check_notes(corpus, tables.layers)
        yield from check_orphans(corpus)
        yield from check_settled(corpus, tables.layer, [source.id for source in sources])
        if tables.schema is not None:
            entries = {entry.id: entry for entry in tables.entries.records}
            yield from find_duplicates(corpus, sources, entries)
        yield from find_leaks(corpus, sources)


def _require_rules(level: int, only: Iterable[str]) -> None:
    if level not in read_levels():
        raise StandoffError(f"there is no level {level}", hint=f"1 to {DEEPEST}", usage=True)
    if unknown := [rule for rule in only if rule not in read_rules()]:
        raise StandoffError(f"there is no rule {unknown[0]!r}", hint="standoff check --rules lists them", usage=True)


def _read_waivers(corpus: Corpus) -> Lines[Waiver]:
    return read_lines(corpus.waivers_file.read_bytes(), Waiver) if corpus.waivers_file.exists() else Lines()


def _sort(issues: Iterable[Issue]) -> list[Issue]:
    """Cheap rules first, then by place."""
    order = {rule: at for at, rule in enumerate(read_rules())}
    return sorted(issues, key=lambda issue: (order[issue.rule], issue.path, issue.line or 0, issue.at))
