"""`standoff hydrate`: put the texts of a folder back into a dataset that carries their labels and not their words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.dataset.read import Manifest, read_manifest, read_rows
from standoff.dataset.rows import Row, clean_spans, cleaning_row, span_row, token_rows
from standoff.dataset.tokens import tag_sentences
from standoff.errors import StandoffError
from standoff.folders import replaced_folder
from standoff.hidden import require_hidden
from standoff.hydrate.documents import VERDICTS, Hydrated, fill_like, fill_same, read_sketches
from standoff.hydrate.match import File, Match, match_files, read_files
from standoff.hydrate.write import write_dataset
from standoff.ledger import Account, Ledger
from standoff.records import SPLITS

OUTCOMES = ("hydrated", "tolerant", "present", "not found", "another text", "ambiguous")
"""What can become of a document; only the first three have their text in the dataset that is written."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a document: its outcome, the name of its file, the verdicts on its spans, and what people need."""

    id: str
    outcome: str
    spans: int
    file: str = ""
    verdicts: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every document, and the folder that was written; None if no text was put back."""

    folder: Path | None
    documents: tuple[Told, ...]
    ledger: Ledger

    @property
    def whole(self) -> bool:
        """Whether every document has its text and every span its place."""
        return all(
            one.outcome in OUTCOMES[:3] and not one.verdicts.get("orphaned") and not one.verdicts.get("trimmed")
            for one in self.documents
        )

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        documents = [
            {"id": one.id, "outcome": one.outcome, "file": one.file or None, "spans": dict(one.verdicts)}
            | {"remarks": list(one.remarks)}
            for one in self.documents
        ]
        folder = None if self.folder is None else str(self.folder)
        return {"folder": folder, "documents": documents, "ledger": self.ledger.to_dict()}


def hydrate(dataset: Path, texts: Path, out: Path, *, tolerant: bool = False) -> Report:
    """Write the dataset into `out` with the texts of the folder `texts` in it, and tell what became of each document.

    A text belongs to a document if its sha256 is that of the document; if `tolerant`, another version of the text will
    do, of which the spans are placed that are certain. What does not match is left out whole.
    """
    manifest = read_manifest(dataset)
    rows = {row["id"]: (split, row) for split in SPLITS for row in read_rows(dataset, "standoff", split)}
    if not rows:
        raise StandoffError("every document of this dataset has its text", path=dataset, usage=True)
    _require_columns(dataset, manifest, [row for _, row in rows.values()])
    here = {row["id"] for split in SPLITS for row in read_rows(dataset, "spans", split, ["id"])}
    sketches = read_sketches([row for _, row in rows.values()])
    files = list(read_files(texts, tolerant=tolerant))
    missing = [row for _, row in rows.values() if row["id"] not in here]
    matches = match_files(missing, sketches, files, tolerant=tolerant)
    filled = {
        name: fill_same(row, split, match.file.text)
        if match.outcome == "same"
        else fill_like(row, sketches[name], split, match.file.text)
        for name, (split, row) in sorted(rows.items())
        if (match := matches.get(name)) and match.file
    }
    if filled:
        _require_apart(dataset, out, sorted(filled))
        with replaced_folder(out, "MANIFEST.json") as new:
            write_dataset(dataset, new, _to_rows(filled.values(), manifest.language, manifest.version))
    documents = tuple(_tell(row, matches.get(name), filled.get(name)) for name, (_, row) in sorted(rows.items()))
    return Report(out if filled else None, documents, _count(documents, files, matches).require_balance())


def _require_apart(dataset: Path, out: Path, ids: Sequence[str]) -> None:
    """Refuse a place where git, or whoever takes the dataset, would take the texts too."""
    if out.resolve() != dataset.resolve() and out.resolve().is_relative_to(dataset.resolve()):
        raise StandoffError("lies inside the dataset", path=out, hint="name a folder beside it: --out", usage=True)
    require_hidden(out / "MANIFEST.json", ids)


def _require_columns(dataset: Path, manifest: Manifest, rows: Sequence[Row]) -> None:
    hint = "build or download a later version of it"
    if not manifest.language:
        raise StandoffError("its manifest names no language", path=dataset, hint=hint)
    if missing := [name for name in ("title", "language", "words", "checks") if name not in rows[0]]:
        raise StandoffError(f"its config standoff has no column {missing[0]!r}", path=dataset, hint=hint)


def _to_rows(filled: Iterable[Hydrated], language: str, version: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The rows of the documents in every config that has text, as `standoff build --with-private` makes them."""
    rows = defaultdict[tuple[str, str], list[dict[str, Any]]](list)
    for one in filled:
        document, spans = one.document, clean_spans(one.document)
        row = span_row(document, spans, version)
        sentences, _ = tag_sentences(row["text"], language, spans)
        rows["spans", document.split].append(row)
        rows["tokens", document.split] += token_rows(document.source.id, sentences)
        rows["cleaning", document.split].append(cleaning_row(document))
    return rows


def _tell(row: Row, match: Match | None, filled: Hydrated | None) -> Told:
    """What became of a document, for people."""
    if match is None:
        return Told(row["id"], "present", len(row["spans"]))
    outcome = {"same": "hydrated", "like": "tolerant"}.get(match.outcome, match.outcome)
    if filled is None or match.file is None:
        return Told(row["id"], outcome, len(row["spans"]), remarks=(match.told,) if match.told else ())
    doubtful = tuple(f"{verdict} {span['label']} [{span['start']}, {span['end']})" for verdict, span in filled.doubtful)
    remarks = (match.told, *doubtful) if match.told else doubtful
    return Told(row["id"], outcome, len(row["spans"]), match.file.path.name, dict(filled.verdicts), remarks)


def _count(documents: Sequence[Told], files: Sequence[File], matches: Mapping[str, Match]) -> Ledger:
    """Every document without text, every span of theirs and every file of the folder, by what became of it."""
    fates = Counter(one.outcome for one in documents)
    verdicts = Counter[str]()
    for one in documents:
        verdicts.update(one.verdicts or {one.outcome: one.spans})
    used = {match.file.path for match in matches.values() if match.file}
    uses = Counter("used" if file.path in used else "unread" if file.fate else "not used" for file in files)
    remarks = tuple(f"{file.path.name}: {file.fate}" for file in files if file.fate)
    return Ledger(
        (
            Account("documents", len(documents), {name: fates[name] for name in OUTCOMES}),
            Account("spans", sum(one.spans for one in documents), {n: verdicts[n] for n in (*VERDICTS, *OUTCOMES)}),
            Account("files", len(files), dict(uses)),
        ),
        remarks,
    )
