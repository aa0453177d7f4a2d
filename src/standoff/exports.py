"""`standoff export`: a layer in the format of another tool, and all that the format cannot say."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from standoff.clean import choose_sources
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.dataset.rows import clean_spans
from standoff.errors import StandoffError
from standoff.files import write_bytes
from standoff.formats import MODULES, load_writer, read_limits
from standoff.formats.exchange import Annotated, Loss, Reject, Written
from standoff.guidelines import read_schema
from standoff.hidden import require_hidden
from standoff.ledger import Account, Ledger
from standoff.records import Document


@dataclass(frozen=True, slots=True)
class Exported:
    """The account of an export, the files written, and each thing that was lost or left out, by name."""

    ledger: Ledger
    files: tuple[Path, ...]
    losses: tuple[Loss, ...]
    unsaid: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to export: the layer (None: the one that is built), documents (none: all), whose texts, and which text."""

    layer: str | None = None
    ids: Collection[str] = ()
    with_private: bool = False
    seeds: bool = False


def export_layer(corpus: Corpus, format: str, out: Path, choice: Choice) -> Exported:
    """Write documents of a layer to a file, or to a folder where the format has several files.

    The text is the cleaned one, or the one as received. Private text is left out unless it is asked for, and then goes
    only where git does not look.
    """
    require_format(format)
    layer, schema = require_layer(corpus, choice.layer), read_schema(corpus.labels_file)
    chosen = [source.id for source in choose_sources(corpus.read_sources(), choice.ids)]
    here = [document for document in corpus.read_documents(layer) if document.source.id in chosen]
    documents = [document for document in here if choice.with_private or document.source.redistribute]
    private = [document.source.id for document in documents if not document.source.redistribute]
    write = load_writer(format, corpus.settings.language)
    written = write([_to_annotated(document, seeds=choice.seeds) for document in documents], schema)
    remarks = require_hidden(out, private) if private else ()
    files = write_files(out, written.files)
    left = {"private": len(here) - len(documents), "not read or not here": len(chosen) - len(here)}
    total = sum(len(document.spans) for document in documents)
    unsaid = Counter(reject.what for reject in written.unsaid)
    said = {"written": len(documents) - unsaid["document"], "left out": unsaid["document"]}
    accounts = (
        Account("documents", len(chosen), {**said, **left}),
        Account("spans", total, {"written": total - unsaid["span"], "left out": unsaid["span"]}),
    )
    ledger = Ledger(accounts, (*remarks, *_remark_on(format, written)))
    return Exported(ledger.require_balance(), files, written.losses, written.unsaid)


def require_format(format: str) -> None:
    """Raises StandoffError for a format that is not known."""
    if format not in MODULES:
        raise StandoffError(f"there is no format {format!r}", hint=f"one of {', '.join(MODULES)}", usage=True)


def require_layer(corpus: Corpus, layer: str | None) -> str:
    """The layer named, or the one that is built; raises StandoffError where there is none of that name."""
    layer = layer or corpus.settings.layer
    if layer not in corpus.layers():
        raise StandoffError(f"there is no layer {layer!r}", hint=f"one of {', '.join(corpus.layers())}", usage=True)
    return layer


def _to_annotated(document: Document, *, seeds: bool) -> Annotated:
    if seeds:
        return Annotated(document.source.id, document.seed, document.spans)
    return Annotated(document.source.id, apply_cuts(document.seed, document.cuts), tuple(clean_spans(document)))


def write_files(out: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """One file goes to an `out` that has a suffix, such as gold.jsonl; any other `out` is the folder of all files."""
    single = len(files) == 1 and out.suffix != "" and not out.is_dir()
    paths = {(out if single else out / name): data for name, data in files.items()}
    for path, data in paths.items():
        if not path.resolve().is_relative_to(out.resolve()):
            raise StandoffError("a file name leads out of the folder", path=path, hint="a defect: please report it")
        write_bytes(path, data)
    return tuple(paths)


def _remark_on(format: str, written: Written) -> tuple[str, ...]:
    """What the format cannot say, counted, in the words of the table."""
    cannot = read_limits()[MODULES[format]].get("cannot", {})
    counts = Counter(loss.limit for loss in written.losses)
    return tuple(f"{count:,} × {limit}: {cannot[limit]}" for limit, count in sorted(counts.items()))
