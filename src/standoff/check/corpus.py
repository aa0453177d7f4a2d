"""The walk over a corpus: reads each file once, hands records to the rules, gives findings their place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from standoff.check.spans import Finding, check_cuts, check_keeps, check_spans
from standoff.cleaning import apply_cuts
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import decode, hash_text, read_bytes, read_toml
from standoff.guidelines import Schema, read_schema
from standoff.jsonl import dumps_records, read_records
from standoff.records import ID, ORIGINS, SPLITS, Cut, Entry, Issue, Keep, Record, Source, Span

T = TypeVar("T")


@dataclass
class Checked:
    """What a check found, and how much it looked at."""

    issues: list[Issue] = field(default_factory=list)
    documents: int = 0
    spans: int = 0
    cuts: int = 0
    absent: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """The findings that are errors."""
        return sum(issue.level == "error" for issue in self.issues)


def check(corpus: Corpus) -> Checked:
    """Check sources, seeds, cuts, keeps, cleaned texts, index and every layer of a corpus; collects all findings."""
    walk = _Walk(corpus, Checked())
    walk.run()
    return walk.checked


@dataclass(frozen=True)
class _Walk:
    """One pass over a corpus; every finding goes to `checked`."""

    corpus: Corpus
    checked: Checked

    def run(self) -> None:
        """Files of the whole corpus first, then document by document."""
        sources = self.guard(self.corpus.read_sources) or {}
        index = self.guard(self.corpus.read_index) or {}
        schema = self.guard(lambda: read_schema(self.corpus.labels_file))
        self.guard(lambda: self.corpus.settings)
        self.read_canonical(self.corpus.sources_file, Source)
        self.read_canonical(self.corpus.index_file, Entry)
        self.report(self.corpus.sources_file, _check_sources(self.corpus, list(sources.values())))
        self.find_strays(sources, index)
        self.check_layer_files(schema)
        for document_id, source in sources.items():
            self.checked.documents += 1
            seed = self.guard(lambda source=source: self.corpus.read_seed(source))  # type: ignore[misc]
            cuts = self.check_document(source, seed, index.get(document_id))
            if schema is not None:
                self.check_layers(source, seed, cuts, schema)

    def guard(self, read: Callable[[], T]) -> T | None:
        """What `read` gives; an error that it raises becomes a finding."""
        try:
            return read()
        except StandoffError as error:
            path = self.corpus.name_of(Path(error.path)) if error.path else ""
            self.checked.issues.append(Issue("file-format", "error", path, error.line, error.message, error.hint))
            return None

    def report(self, path: Path, findings: Iterable[Finding]) -> None:
        """Findings in a file as issues with their line."""
        name = self.corpus.name_of(path)
        for record, rule, message, hint in findings:
            line = None if record is None else record + 1
            self.checked.issues.append(Issue(rule, "error", name, line, message, hint))

    def read_canonical(self, path: Path, kind: type[Record]) -> list[Record] | None:
        """The records of a file, None where there is none; a file that is not in canonical form is a finding."""
        records = self.guard(lambda: read_records(path, kind)) if path.exists() else None
        if records is not None:
            lines = zip(decode(read_bytes(path), path).split("\n"), dumps_records(records).split("\n"), strict=False)
            message = "not in canonical form: field order, spacing or escapes differ"
            hint = 'write it as standoff does: {"start": 0, "end": 4, …}'
            unlike = (number for number, (line, ours) in enumerate(lines) if line != ours)
            self.report(path, [Finding(number, "file-canonical", message, hint) for number in unlike][:1])
        return records

    def find_strays(self, sources: dict[str, Source], index: dict[str, Entry]) -> None:
        """Files whose stem is no document, and private text in a folder that git sees."""
        texts = [self.corpus.seed_file("x", redistribute=True).parent, self.corpus.clean_file("x").parent]
        for folder in [*texts, *map(self.corpus.layer_folder, self.corpus.layers())]:
            for path in sorted([*folder.glob("*.txt"), *folder.glob("*.jsonl")]):
                if path.stem not in sources:
                    hint = "add it with standoff add, or remove the file"
                    self.report(path, [Finding(None, "id-unknown", f"no document has the id {path.stem!r}", hint)])
                elif path.suffix == ".txt" and not sources[path.stem].redistribute:
                    hint = "remove the file; private text belongs in seeds/private/"
                    self.report(path, [Finding(None, "private-text", "text that may not be redistributed", hint)])
        left = [(self.corpus.index_file, document_id) for document_id in index]
        for suffix in (".cuts.jsonl", ".keeps.jsonl"):
            files = self.corpus.index_file.parent.glob(f"*{suffix}")
            left += [(path, path.name.removesuffix(suffix)) for path in files]
        for path, document_id in sorted(left):
            if document_id not in sources:
                hint = "add it with standoff add, or remove what is left of it"
                self.report(path, [Finding(None, "id-unknown", f"no document has the id {document_id!r}", hint)])

    def check_layer_files(self, schema: Schema | None) -> None:
        """Each layer says who made it under which guidelines; other guidelines than today's are a warning."""
        for layer in self.corpus.layers():
            path = self.corpus.layer_folder(layer) / "layer.toml"
            made = self.guard(lambda path=path: read_toml(path)) if path.exists() else None  # type: ignore[misc]
            if not path.exists():
                hint = "write who made it, and guidelines = the version it was made under"
                self.report(path, [Finding(None, "layer-unsigned", f"layer {layer!r} says nothing of itself", hint)])
            elif made is not None and schema is not None and made.get("guidelines") != schema.version:
                message = f"made under guidelines {made.get('guidelines')!r}, labels.toml is {schema.version!r}"
                hint = "read again what the change touches, then set guidelines in this file"
                self.checked.issues.append(
                    Issue("layer-guidelines", "warning", self.corpus.name_of(path), None, message, hint)
                )

    def check_document(self, source: Source, seed: str | None, entry: Entry | None) -> list[Cut]:
        """Cuts, keeps, cleaned text and index line of a document; gives its cuts."""
        if seed is None and not source.redistribute:
            self.checked.absent.append(source.id)
        path = self.corpus.cuts_file(source.id)
        cuts = self.read_canonical(path, Cut)
        if not path.exists() or entry is None:
            message = f"{source.id} has no cuts or no index line"
            self.report(path, [Finding(None, "not-cleaned", message, "run standoff clean")])
        elif cuts is not None:
            found = list(check_cuts(source, cuts, seed))
            self.report(path, found or _check_conservation(self.corpus, source, entry, cuts, seed))
        keeps_path = self.corpus.keeps_file(source.id)
        self.report(keeps_path, check_keeps(source, self.read_canonical(keeps_path, Keep) or (), cuts or ()))
        self.checked.cuts += len(cuts or ())
        return cuts or []

    def check_layers(self, source: Source, seed: str | None, cuts: Sequence[Cut], schema: Schema) -> None:
        """The spans of a document in every layer."""
        for layer in self.corpus.layers():
            path = self.corpus.spans_file(layer, source.id)
            spans = self.read_canonical(path, Span) or []
            self.checked.spans += len(spans)
            self.report(path, check_spans(source, spans, cuts, schema, seed))


def _check_sources(corpus: Corpus, sources: Sequence[Source]) -> Iterator[Finding]:
    for at, source in enumerate(sources):
        name = corpus.seed_name(source.id, redistribute=source.redistribute)
        if name != source.file:
            yield Finding(at, "source-file", f"{source.id}: file is {source.file!r}", f"it must be {name!r}")
        if not ID.fullmatch(source.id):
            yield Finding(at, "source-id", f"{source.id!r} is no id", "small letters, digits, - and _")
        if source.origin not in ORIGINS:
            message = f"{source.id}: no such origin: {source.origin!r}"
            yield Finding(at, "source-origin", message, f"one of {', '.join(ORIGINS)}")


def _check_conservation(
    corpus: Corpus, source: Source, entry: Entry, cuts: Sequence[Cut], seed: str | None
) -> Iterator[Finding]:
    """Kept + cut = seed, in index and cleaned text too; and a split that private text may be in."""
    clean_up = "run standoff clean"
    cut = sum(one.end - one.start for one in cuts)
    if entry.cut != cut or entry.kept + entry.cut != source.chars or (seed and len(seed) != source.chars):
        message = f"kept {entry.kept} + cut {entry.cut} in the index, {source.chars} in the seed, {cut} in the cuts"
        yield Finding(None, "conservation", message, clean_up)
    if entry.split not in SPLITS:
        yield Finding(None, "split-unknown", f"no such split: {entry.split!r}", f"one of {', '.join(SPLITS)}")
    elif not source.redistribute and entry.split not in ("test", "test_hard"):
        message = f"private text is in {entry.split}"
        yield Finding(None, "split-private", message, "documents with private text are test")
    if seed is not None:
        clean, path = apply_cuts(seed, cuts), corpus.clean_file(source.id)
        if hash_text(clean) != entry.sha256:
            yield Finding(None, "clean-hash", "the index has another hash of the cleaned text", clean_up)
        if source.redistribute and (not path.exists() or path.read_bytes() != clean.encode("utf-8")):
            message = f"{corpus.name_of(path)} is not the seed minus its cuts"
            yield Finding(None, "clean-text", message, clean_up)
