"""`standoff import`: annotations of another tool into a layer, every document and span accounted for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.exports import require_format
from standoff.files import read_bytes, write_text
from standoff.formats import load_reader
from standoff.formats.exchange import Files, Reject
from standoff.guidelines import read_schema
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.newcomers import take_in
from standoff.places import Finder
from standoff.records import Source
from standoff.taking import Taken, reject_all, take_spans

UNKNOWN = "unknown"
"""The guidelines of a layer from elsewhere, until somebody says which."""


@dataclass(frozen=True, slots=True)
class Into:
    """Where annotations go: the layer, our name of each of their labels, and whether what it has is replaced.

    With a `template` for their sources, documents that the corpus does not know are added, and kept whole.
    """

    layer: str
    labels: Mapping[str, str] = field(default_factory=dict)
    replace: bool = False
    template: Source | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The account of an import, and every document and span that was not taken, by name."""

    ledger: Ledger
    rejects: tuple[Reject, ...]


def import_layer(corpus: Corpus, format: str, paths: Sequence[Path], into: Into) -> Imported:
    """Read files of another tool into a layer.

    A document is known by its id or by its text, cleaned or as received; it may differ in white space alone. What
    is annotated already is left as it is, unless it is to be replaced.
    """
    require_format(format)
    schema, parsed = read_schema(corpus.labels_file), load_reader(format)(read_inputs(paths))
    names = take_in(corpus, parsed.documents, into.template) if into.template is not None else {}
    finder, rejects, taken = Finder.from_corpus(corpus, names), list(parsed.rejects), dict[str, Taken]()
    for document in parsed.documents:
        place = finder.find(document)
        if isinstance(place, str):
            rejects += reject_all(document, place)
        elif place.id in taken:
            rejects += reject_all(document, f"{place.id} comes twice")
        elif corpus.spans_file(into.layer, place.id).exists() and not into.replace:
            rejects += reject_all(document, f"layer {into.layer!r} has {place.id} already; --replace replaces it")
        else:
            taken[place.id], left = take_spans(document, place, into.labels, schema)
            rejects += left
    for one in taken.values():
        write_records(corpus.spans_file(into.layer, one.id), one.spans)
    if taken:
        _sign_layer(corpus, into.layer, f"{format}: {', '.join(path.name for path in paths)}")
    ledger = _count(parsed.total["document"], parsed.total["span"], list(taken.values()), rejects)
    remarks = _remark_on_newcomers(corpus, list(names.values())) if names else ()
    return Imported(replace(ledger, remarks=(*ledger.remarks, *remarks)), tuple(rejects))


def read_inputs(paths: Sequence[Path]) -> Files:
    """The bytes of files, and of every file below folders; raises StandoffError where there is none."""
    files: dict[str, bytes] = {}
    for path in paths:
        below = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for one in below:
            files[one.relative_to(path).as_posix() if path.is_dir() else path.name] = read_bytes(one)
    if not files:
        raise StandoffError("no file to read", path=paths[0], usage=True)
    return files


def _remark_on_newcomers(corpus: Corpus, ids: Sequence[str]) -> tuple[str, ...]:
    """How many documents were added, and which of them would join two splits, so that cleaning left them out."""
    index = corpus.read_index()
    left_out = [one for one in ids if one not in index]
    remarks = (f"{len(ids):,} documents were added to the corpus",)
    if not left_out:
        return remarks
    return (*remarks, f"left out, as they resemble documents of two splits: {', '.join(left_out)}; see standoff clean")


def _sign_layer(corpus: Corpus, layer: str, method: str) -> None:
    """Say where a new layer comes from; a layer that says so already keeps its word."""
    path = corpus.layer_folder(layer) / "layer.toml"
    if not path.exists():
        plain = "".join(one for one in method if one.isprintable() and one not in '"\\')
        write_text(path, f'guidelines = "{UNKNOWN}"\nannotators = "imported"\nmethod = "{plain}"\n')


def _count(documents: int, spans: int, taken: Sequence[Taken], rejects: Sequence[Reject]) -> Ledger:
    """Documents and spans in the files, by what became of them."""
    left = Counter(reject.what for reject in rejects)
    kept, trimmed = sum(len(one.spans) for one in taken), sum(one.trimmed for one in taken)
    accounts = (
        Account("documents", documents, {"imported": len(taken), "rejected": left["document"]}),
        Account("spans", spans, {"imported": kept, "rejected": left["span"]}),
    )
    remarks = (f"{trimmed:,} spans lost white space at their edges",) if trimmed else ()
    return Ledger(accounts, remarks).require_balance()
