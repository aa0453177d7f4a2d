"""`standoff import`: annotations of another tool into a layer, every document and span accounted for."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.exports import require_format
from standoff.files import read_bytes, write_text
from standoff.formats import load_reader
from standoff.formats.exchange import Annotated, Files, Reject
from standoff.guidelines import Schema, read_schema
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.newcomers import take_in
from standoff.places import Finder, Place
from standoff.records import Source, Span

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


@dataclass(frozen=True, slots=True)
class _Taken:
    """The spans of a document, in seed offsets, ready to be written; how many lost white space at an edge."""

    id: str
    spans: tuple[Span, ...]
    trimmed: int


def import_layer(corpus: Corpus, format: str, paths: Sequence[Path], into: Into) -> Imported:
    """Read files of another tool into a layer.

    A document is known by its id or by its text, cleaned or as received; it may differ in white space alone. What
    is annotated already is left as it is, unless it is to be replaced.
    """
    require_format(format)
    schema, parsed = read_schema(corpus.labels_file), load_reader(format)(read_inputs(paths))
    names = take_in(corpus, parsed.documents, into.template) if into.template is not None else {}
    finder, rejects, taken = Finder.from_corpus(corpus, names), list(parsed.rejects), dict[str, _Taken]()
    for document in parsed.documents:
        place = finder.find(document)
        if isinstance(place, str):
            rejects += _reject_all(document, place)
        elif place.id in taken:
            rejects += _reject_all(document, f"{place.id} comes twice")
        elif corpus.spans_file(into.layer, place.id).exists() and not into.replace:
            rejects += _reject_all(document, f"layer {into.layer!r} has {place.id} already; --replace replaces it")
        else:
            taken[place.id], left = _take_spans(document, place, into, schema)
            rejects += left
    for one in taken.values():
        write_records(corpus.spans_file(into.layer, one.id), one.spans)
    if taken:
        _sign_layer(corpus, into.layer, f"{format}: {', '.join(path.name for path in paths)}")
    ledger = _count(parsed.total["document"], parsed.total["span"], list(taken.values()), rejects)
    remarks = (f"{len(names):,} documents were added to the corpus",) if names else ()
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


def _reject_all(document: Annotated, reason: str) -> Iterator[Reject]:
    """A document with every span of it."""
    yield Reject("document", "", None, document.id, reason)
    for span in document.spans:
        yield Reject("span", "", None, _name(document, span), "its document was not taken")


def _name(document: Annotated, span: Span) -> str:
    return f"{document.id} [{span.start}, {span.end}) {span.label} {span.text!r}"


def _take_spans(document: Annotated, place: Place, into: Into, schema: Schema) -> tuple[_Taken, list[Reject]]:
    """The spans that can stand in the corpus, longest first where it is flat, and the others with the reason."""
    taken: dict[tuple[int, int, str], Span] = {}
    rejects, trimmed = list[Reject](), 0
    for span in sorted(document.spans, key=lambda one: (one.start - one.end, one.start, one.label)):
        moved = _move(span, place, into.labels.get(span.label, span.label))
        key = (moved.start, moved.end, moved.label)
        reason = _refuse(moved, place, schema)
        if not reason and key in taken:
            reason = "it is there twice once white space is trimmed and labels are renamed"
        elif not reason and not schema.overlap and any(_touch(moved, one) for one in taken.values()):
            reason = "it overlaps a longer span, and labels.toml says overlap = false"
        if reason:
            rejects.append(Reject("span", "", None, _name(document, span), reason))
            continue
        trimmed += span.text != span.text.strip()
        taken[key] = moved
    spans = sorted(taken.values(), key=lambda one: (one.start, one.end, one.label))
    return _Taken(place.id, tuple(spans), trimmed), rejects


def _move(span: Span, place: Place, label: str) -> Span:
    """A span in seed offsets, without white space at its edges; empty where it is nothing else."""
    inner = span.text.strip()
    start = span.start + len(span.text) - len(span.text.lstrip())
    low, high = (inner and place.to_seed(start, start + len(inner))) or (0, 0)
    return replace(span, start=low, end=high, label=label, text=place.seed[low:high])


def _refuse(span: Span, place: Place, schema: Schema) -> str:
    """Why a span cannot stand in the corpus; empty if it can."""
    if span.label not in schema.names:
        return f"{span.label!r} is not in labels.toml; --label {span.label}=OURS renames it"
    if span.start == span.end:
        return "it is white space"
    verdict = place.offsets.span_to_clean(span.start, span.end)[2]
    return "" if verdict == "kept" else f"cleaning took it: {verdict}"


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _sign_layer(corpus: Corpus, layer: str, method: str) -> None:
    """Say where a new layer comes from; a layer that says so already keeps its word."""
    path = corpus.layer_folder(layer) / "layer.toml"
    if not path.exists():
        plain = "".join(one for one in method if one.isprintable() and one not in '"\\')
        write_text(path, f'guidelines = "{UNKNOWN}"\nannotators = "imported"\nmethod = "{plain}"\n')


def _count(documents: int, spans: int, taken: Sequence[_Taken], rejects: Sequence[Reject]) -> Ledger:
    """Documents and spans in the files, by what became of them."""
    left = Counter(reject.what for reject in rejects)
    kept, trimmed = sum(len(one.spans) for one in taken), sum(one.trimmed for one in taken)
    accounts = (
        Account("documents", documents, {"imported": len(taken), "rejected": left["document"]}),
        Account("spans", spans, {"imported": kept, "rejected": left["span"]}),
    )
    remarks = (f"{trimmed:,} spans lost white space at their edges",) if trimmed else ()
    return Ledger(accounts, remarks).require_balance()
