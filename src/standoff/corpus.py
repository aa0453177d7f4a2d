"""The one module that knows folders and file names of a corpus repository."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from standoff.errors import StandoffError
from standoff.files import hash_text, read_text, read_toml
from standoff.jsonl import number_records, read_records
from standoff.records import Cut, Document, Entry, Keep, Source, Span
from standoff.settings import Settings, read_settings

ADJUDICATED = "adjudicated from "
"""How `annotators` begins in the `layer.toml` of a layer that adjudication made."""
SUGGESTED = "suggested"
"""The layer of spans that nobody has judged yet."""


@dataclass(frozen=True)
class Corpus:
    """A corpus repository at `root`; reads are strict and name file and line of what is wrong."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Corpus":
        """The corpus that a folder lies in; raises StandoffError where no parent holds `standoff.toml`."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / "standoff.toml").is_file():
                return cls(folder)
        hint = "go to the folder of a corpus, the one with standoff.toml"
        raise StandoffError("this is no corpus repository", path=here, hint=hint, usage=True)

    @cached_property
    def settings(self) -> Settings:
        """The settings in `standoff.toml`."""
        return read_settings(self.root / "standoff.toml")

    # --- where things lie ---

    @property
    def sources_file(self) -> Path:
        """One line a document: where it comes from."""
        return self.root / "seeds" / "sources.jsonl"

    @property
    def index_file(self) -> Path:
        """One line a document: its split and what cleaning left."""
        return self.root / "corpus" / "index.jsonl"

    @property
    def card_file(self) -> Path:
        """What people say of the corpus in the dataset card."""
        return self.root / "card.md"

    @property
    def changelog_file(self) -> Path:
        """The changelog that goes with a built dataset."""
        return self.root / "CHANGELOG.md"

    @property
    def labels_file(self) -> Path:
        """The label schema."""
        return self.root / "guidelines" / "labels.toml"

    @property
    def waivers_file(self) -> Path:
        """The warnings of `standoff check` that stand, each with a reason."""
        return self.root / "waivers.jsonl"

    def seed_file(self, document_id: str, *, redistribute: bool) -> Path:
        """The text as received; a private one lies where git does not look."""
        return self.sources_file.parent / self.seed_name(document_id, redistribute=redistribute)

    def seed_name(self, document_id: str, *, redistribute: bool) -> str:
        """What `file` in `sources.jsonl` says: the place of a seed below `seeds/`."""
        return f"{'text' if redistribute else 'private'}/{document_id}.txt"

    def cuts_file(self, document_id: str) -> Path:
        """What was cut from a seed."""
        return self.root / "corpus" / f"{document_id}.cuts.jsonl"

    def keeps_file(self, document_id: str) -> Path:
        """What people keep of a seed, whatever cleaning says; no file means nothing."""
        return self.root / "corpus" / f"{document_id}.keeps.jsonl"

    def clean_file(self, document_id: str) -> Path:
        """The cleaned text, derived from seed and cuts."""
        return self.root / "corpus" / "text" / f"{document_id}.txt"

    def layer_folder(self, layer: str) -> Path:
        """The annotations of one annotator, model or stage."""
        return self.root / "annotations" / layer

    def spans_file(self, layer: str, document_id: str) -> Path:
        """The spans of a document in a layer; no file means not read, an empty one nothing found."""
        return self.layer_folder(layer) / f"{document_id}.jsonl"

    @property
    def decisions_file(self) -> Path:
        """What adjudication decided."""
        return self.root / "annotations" / "decisions.jsonl"

    @property
    def orphans_file(self) -> Path:
        """What lost its place when a text was replaced; no file means nothing."""
        return self.root / "annotations" / "orphans.jsonl"

    def notes_file(self, layer: str, document_id: str) -> Path:
        """What an annotator said of a document as a whole; no file means nothing."""
        return self.layer_folder(layer) / f"{document_id}.notes.jsonl"

    def layers(self) -> list[str]:
        """The names of the layers, sorted."""
        folder = self.root / "annotations"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def annotators(self) -> list[str]:
        """The layers of people and readers: not the one that is built, the suggestions, or what was adjudicated."""
        built = (self.settings.layer, SUGGESTED)
        return [layer for layer in self.layers() if layer not in built and not self.is_adjudicated(layer)]

    def is_adjudicated(self, layer: str) -> bool:
        """Whether a layer says that adjudication made it."""
        try:
            made = read_toml(self.layer_folder(layer) / "layer.toml").get("annotators")
        except (StandoffError, OSError):
            return False
        return isinstance(made, str) and made.startswith(ADJUDICATED)

    def dataset_folder(self, *, private: bool = False) -> Path:
        """Where this version is built; with private text it is another dataset."""
        return self.root / "dist" / f"{self.settings.name}-{self.settings.version}{'-private' if private else ''}"

    def name_of(self, path: Path) -> str:
        """A path as people see it: from the root of the corpus."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    # --- what they hold ---

    def read_sources(self) -> dict[str, Source]:
        """The documents by id, in file order; raises StandoffError where an id stands twice."""
        return _by_id(self.sources_file, Source)

    def read_index(self) -> dict[str, Entry]:
        """The index by id; empty before the first cleaning."""
        return _by_id(self.index_file, Entry) if self.index_file.exists() else {}

    def read_seed(self, source: Source) -> str | None:
        """The seed text, its hash checked; None for private text that is not on this machine."""
        path = self.seed_file(source.id, redistribute=source.redistribute)
        if not source.redistribute and not path.exists():
            return None
        text = read_text(path)
        if hash_text(text) != source.sha256:
            hint = "put the text as received back: every offset counts in it"
            raise StandoffError(f"the text of {source.id} is not the one listed", path=path, hint=hint)
        return text

    def read_cuts(self, document_id: str) -> list[Cut]:
        """The cuts of a document; raises StandoffError where it was never cleaned."""
        return read_records(self.cuts_file(document_id), Cut)

    def read_keeps(self, document_id: str) -> list[Keep]:
        """What people keep of a document."""
        path = self.keeps_file(document_id)
        return read_records(path, Keep) if path.exists() else []

    def read_spans(self, layer: str, document_id: str) -> list[Span] | None:
        """The spans of a document in a layer; None where nobody has read it."""
        path = self.spans_file(layer, document_id)
        return read_records(path, Span) if path.exists() else None

    def read_documents(self, layer: str) -> Iterator[Document]:
        """Every document whose text is here, cleaned and read in that layer, in the order of their ids."""
        index = self.read_index()
        for document_id, source in sorted(self.read_sources().items()):
            seed = self.read_seed(source)
            spans = self.read_spans(layer, document_id)
            if seed is not None and spans is not None and document_id in index:
                cuts = tuple(self.read_cuts(document_id))
                yield Document(source, seed, cuts, index[document_id].split, tuple(spans))


def _by_id(path: Path, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - Source or Entry
    rows: dict[str, Any] = {}
    for number, row in number_records(path, kind):
        if row.id in rows:
            hint = "an id names one document: remove or rename one of the lines"
            raise StandoffError(f"the id {row.id!r} stands here twice", path=path, line=number, hint=hint)
        rows[row.id] = row
    return rows
