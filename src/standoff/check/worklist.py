"""`standoff check --worklist`: what to read again in a layer since its guidelines changed."""

from collections.abc import Iterator

from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import read_toml
from standoff.guidelines.annotated import Annotated
from standoff.guidelines.pages import read_guidelines
from standoff.guidelines.run import read_versions
from standoff.guidelines.support import Oracle
from standoff.guidelines.worklist import Work, find_worklist
from standoff.jsonl import number_records
from standoff.offsets import OffsetMap
from standoff.records import Source, Span


def list_work(corpus: Corpus, layer: str) -> list[Work]:
    """Exactly the spans of a layer that the guidelines ask a person to look at again, by document and place.

    Raises StandoffError where the layer does not say which version it was made under.
    """
    path = corpus.layer_folder(layer) / "layer.toml"
    made = str(read_toml(path).get("guidelines", ""))
    folder = corpus.labels_file.parent
    oracle = Oracle.from_guidelines(read_guidelines(folder))
    try:
        return find_worklist(read_versions(folder), made, _read_layer(corpus, layer), oracle)
    except ValueError:
        hint = "until a version such as 1.0.0 stands there, every span is to be read"
        raise StandoffError(f"made under guidelines {made!r}", path=path, hint=hint) from None


def _read_layer(corpus: Corpus, layer: str) -> Iterator[Annotated]:
    """Each document that was read in a layer, one at a time."""
    for source in corpus.read_sources().values():
        path = corpus.spans_file(layer, source.id)
        if path.exists():
            rows = list(number_records(path, Span))
            yield _to_annotated(corpus, source, corpus.name_of(path), rows)


def _to_annotated(corpus: Corpus, source: Source, name: str, rows: list[tuple[int, Span]]) -> Annotated:
    seed, cuts = corpus.read_seed(source), corpus.read_cuts(source.id)
    text = None if seed is None else apply_cuts(seed, cuts)
    lines, spans = [line for line, _ in rows], [span for _, span in rows]
    return Annotated(name, spans, lines, text, OffsetMap.from_cuts(source.chars, cuts))
