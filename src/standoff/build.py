"""`standoff build`: annotations -> dist. Same repository state, same bytes."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from datasets import Dataset, disable_progress_bars

from standoff.check import check
from standoff.check.report import to_text
from standoff.check.rules import is_error
from standoff.corpus import Corpus
from standoff.dataset.agreed import to_agreement
from standoff.dataset.card import parquet_path, to_card
from standoff.dataset.croissant import to_croissant
from standoff.dataset.features import CONFIGS, dataset_features
from standoff.dataset.leaks import find_leak, find_strings
from standoff.dataset.manifest import Tables, hash_content, to_manifest
from standoff.dataset.rows import Row, annotator_row, clean_spans, cleaning_row, span_row, standoff_row, token_rows
from standoff.dataset.tokens import Misfit, describe_misfits, tag_sentences
from standoff.errors import StandoffError
from standoff.files import read_text, replaced_folder
from standoff.guidelines.pages import read_guidelines
from standoff.guidelines.render import to_section
from standoff.ledger import Account, Ledger
from standoff.records import SPLITS, Document

PRIVATE_NOTICE = """\
**Private build: it holds texts that may not be redistributed.** It may go to a private repository at most. What
is said below of the public dataset, that these texts are not in it, and of its licence does not hold here.

"""


def build(corpus: Corpus, out: Path | None = None, *, with_private: bool = False) -> Ledger:
    """Build the dataset of a corpus into `out` or its place under `dist/`; refuses while `check` finds errors.

    The folder is replaced whole. The public build is the same whether private text is here or not.
    """
    _require_sound(corpus, with_private=with_private)
    folder = out or corpus.dataset_folder(private=with_private)
    here = list(corpus.read_documents(corpus.settings.layer))
    documents = [document for document in here if with_private or document.source.redistribute]
    tables, misfits = _fill_tables(corpus, documents)
    if "spans" not in tables:
        message = f"no document that may be built has been read in layer {corpus.settings.layer!r}"
        raise StandoffError(message, path=corpus.layer_folder(corpus.settings.layer), hint="annotate one first")
    if not with_private:
        _refuse_leaks(corpus, tables, [document for document in here if not document.source.redistribute], folder)
    with replaced_folder(folder, "MANIFEST.json") as new:
        _write_dataset(corpus, tables, new, with_private=with_private)
    return _count(corpus, tables, documents, misfits).require_balance()


def _require_sound(corpus: Corpus, *, with_private: bool) -> None:
    checked = check(corpus)
    if checked.errors:
        first = to_text(next(issue for issue in checked.issues if is_error(issue))).split("\n")[0]
        count = "an error" if checked.errors == 1 else f"{checked.errors} errors"
        raise StandoffError(f"{count} in the corpus, the first: {first}", hint="see standoff check")
    if with_private and checked.absent:
        message = f"the text of {len(checked.absent)} documents is not here: {', '.join(checked.absent)}"
        raise StandoffError(message, hint="put it back: standoff add --private FOLDER")


def _fill_tables(corpus: Corpus, documents: Sequence[Document]) -> tuple[Tables, list[tuple[str, Misfit]]]:
    """The rows of every config and split that has any, and the spans that do not fit tokens."""
    settings = corpus.settings
    tables: dict[str, dict[str, list[Row]]] = {config: {split: [] for split in SPLITS} for config in CONFIGS}
    misfits: list[tuple[str, Misfit]] = []
    for document in documents:
        row = span_row(document, settings.version)
        sentences, found = tag_sentences(row["text"], settings.language, clean_spans(document))
        misfits += [(document.source.id, misfit) for misfit in found]
        tables["spans"][document.split].append(row)
        tables["tokens"][document.split] += token_rows(document.source.id, sentences)
        tables["cleaning"][document.split].append(cleaning_row(document))
    for split, row in _annotator_rows(corpus, {document.source.id for document in documents}):
        tables["annotators"][split].append(row)
    for split, row in _standoff_rows(corpus):
        tables["standoff"][split].append(row)
    filled = {config: {split: rows for split, rows in splits.items() if rows} for config, splits in tables.items()}
    return {config: splits for config, splits in filled.items() if splits}, misfits


def _annotator_rows(corpus: Corpus, ids: Collection[str]) -> Iterator[tuple[str, Row]]:
    """What each annotator marked in the documents that are built, document by document."""
    rows = [
        (document.source.id, annotator, document.split, annotator_row(document, annotator))
        for annotator in corpus.annotators()
        for document in corpus.read_documents(annotator)
        if document.source.id in ids
    ]
    yield from ((split, row) for _, _, split, row in sorted(rows, key=lambda one: one[:2]))


def _standoff_rows(corpus: Corpus) -> Iterator[tuple[str, Row]]:
    """From files alone, so that they do not depend on whether the text is here."""
    index = corpus.read_index()
    for document_id, source in sorted(corpus.read_sources().items()):
        spans = corpus.read_spans(corpus.settings.layer, document_id)
        if not source.redistribute and spans is not None:
            yield index[document_id].split, standoff_row(source, corpus.read_cuts(document_id), spans)


def _refuse_leaks(corpus: Corpus, tables: Tables, private: Sequence[Document], folder: Path) -> None:
    texts = [
        value for splits in tables.values() for rows in splits.values() for row in rows for value in find_strings(row)
    ]
    texts += [read_text(path) for path in (corpus.card_file, corpus.changelog_file)]
    guidelines = read_guidelines(corpus.labels_file.parent)
    texts += [to_section(guidelines), *(example.text for example in guidelines.examples)]
    headlines = [document.source.title for document in private]
    if leak := find_leak(texts, [document.seed for document in private], headlines):
        raise StandoffError(
            f"text that may not be redistributed would be published: {len(leak.split())} words in a row",
            path=folder,
        )


def _write_dataset(corpus: Corpus, tables: Tables, folder: Path, *, with_private: bool) -> None:
    settings, guidelines = corpus.settings, read_guidelines(corpus.labels_file.parent)
    features, content = dataset_features(guidelines.schema.names), hash_content(tables)
    disable_progress_bars()
    for config, splits in tables.items():
        (folder / config).mkdir()
        for split, rows in splits.items():
            table = Dataset.from_list(list(rows), features=features[config])
            table.to_parquet(folder / parquet_path(config, split))
    files = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*.parquet"))
    }
    about = (PRIVATE_NOTICE if with_private else "") + read_text(corpus.card_file)
    licence = "other" if with_private else settings.licence
    settings = replace(settings, licence=licence)
    written = {
        "README.md": to_card(settings, guidelines, features, tables, content, (about, to_agreement(corpus))),
        "CHANGELOG.md": read_text(corpus.changelog_file),
        "croissant.json": to_croissant(settings, _first_paragraph(about), features, files),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    manifest = to_manifest(settings.name, settings.version, content, folder)
    (folder / "MANIFEST.json").write_text(manifest, encoding="utf-8")


def _first_paragraph(text: str) -> str:
    parts = (part for part in text.split("\n\n") if part.strip() and not part.startswith("#"))
    return next(parts, "").replace("\n", " ")


def _count(
    corpus: Corpus, tables: Tables, documents: Sequence[Document], misfits: Sequence[tuple[str, Misfit]]
) -> Ledger:
    """Every document, character and span of the corpus, by where it went."""
    inside = {document.source.id for document in documents}
    bare = [row for row in _rows(tables, "standoff") if row["id"] not in inside]
    splits = {split: len(rows) for split, rows in tables.get("spans", {}).items()}
    listed = len(corpus.read_sources())
    unread = {"without text": len(bare), "not annotated": listed - len(inside) - len(bare)}

    kept = Counter({"kept": sum(len(row["text"]) for row in _rows(tables, "spans"))})
    for cut in (cut for row in _rows(tables, "cleaning") for cut in row["cuts"]):
        kept[cut["kind"]] += cut["end"] - cut["start"]

    labels = Counter(span["label"] for row in _rows(tables, "spans") for span in row["spans"])
    without = sum(len(row["spans"]) for row in bare)
    total = sum(len(document.spans) for document in documents)
    tagged = sum(tag.startswith("B-") for row in _rows(tables, "tokens") for tag in row["ner_tags"])
    outcomes = Counter(misfit.outcome for _, misfit in misfits)
    tokens = {"tagged": tagged, "nested": outcomes["nested"], "lost": outcomes["lost"]}
    read = Counter({row["annotator"]: 0 for row in _rows(tables, "annotators")})
    for row in _rows(tables, "annotators"):
        read[row["annotator"]] += len(row["spans"])
    accounts = (Account("annotators' spans", read.total(), dict(sorted(read.items()))),) if read else ()
    return Ledger(
        (
            Account("documents", listed, {**splits, **unread}),
            Account("characters", sum(len(document.seed) for document in documents), dict(kept.most_common())),
            Account("spans", total + without, {**dict(labels.most_common()), "without text": without}),
            Account("spans as tokens", total, tokens),
            *accounts,
        ),
        describe_misfits(misfits),
    )


def _rows(tables: Tables, config: str) -> Iterator[Row]:
    for rows in tables.get(config, {}).values():
        yield from rows
