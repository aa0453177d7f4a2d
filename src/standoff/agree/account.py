"""What was compared and what was left out, by layer, with the reason."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from standoff.agree.readings import Reading
from standoff.corpus import Corpus
from standoff.ledger import Account, Ledger

ALONE = "read by nobody else"
UNASKED = "not asked for"
UNKNOWN = "not in sources.jsonl"


def count_readings(corpus: Corpus, layers: Sequence[str], readings: Mapping[str, Reading]) -> Ledger:
    """Documents and spans of each layer: those compared with another layer, and those left out.

    Documents are the files of the layer. Spans are those of the documents that were read, in `readings`.
    """
    known = corpus.read_sources()
    accounts = [one for layer in layers for one in _count_layer(corpus, layer, readings, known)]
    common = {document: reading for document, reading in readings.items() if len(reading.spans) > 1}
    return Ledger(tuple(accounts), tuple(_remark(common))).require_balance()


def _count_layer(
    corpus: Corpus, layer: str, readings: Mapping[str, Reading], known: Collection[str]
) -> Iterator[Account]:
    # the names of documents have no dot, those of notes have one
    files = [path.stem for path in corpus.layer_folder(layer).glob("*.jsonl") if "." not in path.stem]
    sizes = {document: len(one.spans[layer]) for document, one in readings.items() if layer in one.spans}
    compared = [document for document in sizes if len(readings[document].spans) > 1]
    parts = {
        "compared": len(compared),
        ALONE: len(sizes) - len(compared),
        UNASKED: sum(document in known and document not in sizes for document in files),
        UNKNOWN: sum(document not in known for document in files),
    }
    yield Account(f"{layer}: documents", len(files), parts)
    spans = sum(sizes[document] for document in compared)
    yield Account(f"{layer}: spans", sum(sizes.values()), {"compared": spans, ALONE: sum(sizes.values()) - spans})


def _remark(common: Mapping[str, Reading]) -> Iterator[str]:
    absent = sorted(document for document, one in common.items() if one.text is None)
    if absent:
        names = ", ".join(absent)
        yield f"no tokens and no context of documents whose text is not here ({len(absent)}): {names}"
    raw = sorted(document for document, one in common.items() if one.text is not None and not one.labels)
    if raw:
        names = ", ".join(raw)
        yield f"no tokens of documents that were never cleaned ({len(raw)}), see `standoff clean`: {names}"
