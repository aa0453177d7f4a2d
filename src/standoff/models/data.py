"""A split of a built dataset as texts with spans, and as spaCy documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.dataset.read import read_rows
from standoff.dataset.tokens import Misfit, Token, name_outcome
from standoff.errors import StandoffError
from standoff.folders import restore_folder
from standoff.offsets import outermost_first, span_to_tokens
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


def read_examples(dataset: Path, split: str) -> list[Example]:
    """The documents of a split of config `spans`; raises StandoffError where dataset or split is missing."""
    from datasets import load_dataset

    restore_folder(dataset)
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
    try:
        rows = load_dataset(str(dataset), "spans", split=split, streaming=True)  # streaming reads what is on disk now
        names = rows.features["spans"].feature["label"].names
        return [_example(row, names) for row in rows]
    except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
        hint = "build it again: standoff build"
        raise StandoffError(f"the dataset cannot be read: {error}", path=dataset, hint=hint) from None


def read_names(dataset: Path, split: str) -> set[tuple[str, str]]:
    """The names of a split, label and case-folded surface of each span; none where the dataset has no such split."""
    rows = read_rows(dataset, "spans", split, columns=["spans"])
    return {(span["label"], span["text"].casefold()) for row in rows for span in row["spans"]}


def _example(row: Mapping[str, Any], names: Sequence[str]) -> Example:
    spans = (Span(one["start"], one["end"], names[one["label"]], one["text"]) for one in row["spans"])
    return Example(row["id"], row["text"], tuple(spans))


def to_doc(nlp: "Language", example: Example) -> tuple["Doc", list[Misfit]]:
    """A spaCy Doc with the spans as entities, of nested ones the outermost.

    A span that does not fit tokens is widened to them, and told.
    """
    from spacy.tokens import Span as Entity

    doc = nlp.make_doc(example.text)
    edges = [Token(token.idx, token.idx + len(token), token.text) for token in doc]
    entities, misfits, taken = [], list[Misfit](), list[Span]()
    used = [False] * len(doc)
    for span in sorted(example.spans, key=outermost_first):
        first, last, exact = span_to_tokens(edges, span.start, span.end)
        free = first < last and not any(used[first:last])
        if free:
            entities.append(Entity(doc, first, last, label=span.label))
            used[first:last] = [True] * (last - first)
            taken.append(span)
        if not (exact and free):
            misfits.append(Misfit(span, "widened" if free else name_outcome(span, taken)))
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
