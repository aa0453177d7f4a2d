"""A split of a built dataset as texts with spans, and as spaCy documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.dataset.tokens import Misfit
from standoff.errors import StandoffError
from standoff.files import disk_errors
from standoff.offsets import span_to_tokens
from standoff.records import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Example:
    """A document of a split: cleaned text, and spans that count in it."""

    id: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """The range of a token, for the arithmetic of `offsets.py`."""

    start: int
    end: int


def read_examples(dataset: Path, split: str) -> list[Example]:
    """The documents of a split of config `spans`; raises StandoffError where dataset or split is missing."""
    from datasets import load_dataset

    folder = dataset / "spans"
    if not folder.is_dir():
        raise StandoffError("no built dataset here", path=dataset, hint="run standoff build", usage=True)
    splits = sorted(path.name.split("-")[0] for path in folder.glob("*.parquet"))
    if split not in splits:
        raise StandoffError(
            f"the dataset has no split {split!r}",
            path=dataset,
            hint=f"it has {', '.join(splits)}",
            usage=True,
        )
    with disk_errors(dataset):
        rows = load_dataset(str(dataset), "spans", split=split, streaming=True)  # streaming reads what is on disk now
        names = rows.features["spans"].feature["label"].names
        return [
            Example(
                row["id"],
                row["text"],
                tuple(Span(one["start"], one["end"], names[one["label"]], one["text"]) for one in row["spans"]),
            )
            for row in rows
        ]


def to_doc(nlp: "Language", example: Example) -> tuple["Doc", list[Misfit]]:
    """A spaCy Doc with the spans as entities; a span that does not fit tokens is widened to them, and told."""
    from spacy.tokens import Span as Entity

    doc = nlp.make_doc(example.text)
    edges = [Edge(token.idx, token.idx + len(token)) for token in doc]
    entities, misfits, taken = [], [], 0
    for span in sorted(example.spans):
        first, last, exact = span_to_tokens(edges, span.start, span.end)
        free = taken <= first < last
        if free:
            entities.append(Entity(doc, first, last, label=span.label))
            taken = last
        if not (exact and free):
            misfits.append(Misfit(span, "widened" if free else "lost"))
    doc.set_ents(entities)
    return doc, misfits


def to_docs(nlp: "Language", examples: Iterable[Example]) -> tuple[list["Doc"], list[tuple[str, Misfit]]]:
    """All the Docs, and the misfits with the id of their document."""
    docs, misfits = [], []
    for example in examples:
        doc, found = to_doc(nlp, example)
        docs.append(doc)
        misfits += [(example.id, misfit) for misfit in found]
    return docs, misfits
