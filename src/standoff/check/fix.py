"""What `--fix` mends: form alone, never a decision. A file with a line that cannot be read is left as it is."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from standoff.check.lines import read_lines, sort_key
from standoff.check.rules import read_rules
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.files import write_text
from standoff.jsonl import dumps_records
from standoff.layout import find_role
from standoff.records import AnyRecord, Issue, Source, Span, Waiver

_FORM = ("file-crlf", "file-canonical", "file-order", "span-edge", "waiver-unused")


def fix(corpus: Corpus, issues: Iterable[Issue]) -> list[str]:
    """Mend what is mechanical among the issues; gives the files that were written, in order: texts need the lists."""
    found = [issue for issue in issues if read_rules()[issue.rule].fix]
    written = []
    for name in sorted({issue.path for issue in found}, key=lambda name: (name.endswith(".txt"), name)):
        here = [issue for issue in found if issue.path == name]
        rules = {issue.rule for issue in here}
        path = corpus.root / name
        mended = _mend_records(path, name, rules, {issue.at for issue in here if issue.rule == "waiver-unused"})
        if "clean-text" in rules:
            mended = _derive_text(corpus, path.stem)
        if mended is not None and (not path.exists() or path.read_bytes() != mended.encode("utf-8")):
            write_text(path, mended)
            written.append(name)
    return written


def _mend_records(path: Path, name: str, rules: set[str], unused: set[str]) -> str | None:
    """A JSONL file in canonical form, sorted, each record once; None where a line cannot be read."""
    kind = find_role(name).records
    if kind is None or not rules.intersection(_FORM):
        return None
    lines = read_lines(path.read_bytes(), kind)  # type: ignore[type-var]
    if lines.broken:
        return None
    records: list[AnyRecord] = [_trim(record) for record in lines.records]
    if kind is Source:
        return dumps_records(records)
    if unused:
        records = [one for one in records if not (isinstance(one, Waiver) and name_waiver(one) in unused)]
    once = [record for at, record in enumerate(records) if record not in records[:at]]
    return dumps_records(sorted(once, key=sort_key))


def name_waiver(waiver: Waiver) -> str:
    """Which line of `waivers.jsonl` it is."""
    return f"{waiver.rule} {waiver.path} {waiver.at}".rstrip()


def _trim(record: AnyRecord) -> AnyRecord:
    """A span without white space at its edges; a surface that is all white space is left for a person."""
    if (
        not isinstance(record, Span)
        or not (text := record.text.strip())
        or len(record.text) != record.end - record.start
    ):
        return record
    start = record.start + len(record.text) - len(record.text.lstrip())
    return replace(record, start=start, end=start + len(text), text=text)


def _derive_text(corpus: Corpus, document_id: str) -> str | None:
    """The cleaned text of a document anew; its hash must be the one in the index."""
    from standoff.files import hash_text

    source, entry = corpus.read_sources()[document_id], corpus.read_index().get(document_id)
    seed = corpus.read_seed(source)
    clean = None if seed is None else apply_cuts(seed, corpus.read_cuts(document_id))
    return clean if clean is not None and entry is not None and hash_text(clean) == entry.sha256 else None
