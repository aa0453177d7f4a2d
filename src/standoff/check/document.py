"""Levels 1 to 5 on one document: bytes in, a report out; no file is read here, so any process can do it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from standoff.around import text_around
from standoff.check.consistency import check_edges, check_labels, find_unlabelled
from standoff.check.cuts import apart, check_cuts, check_keeps
from standoff.check.fingerprints import check_words
from standoff.check.lines import Lines, read_lines
from standoff.check.names import NO_NAMES, NameCounts, count_names
from standoff.check.place import place
from standoff.check.spans import check_spans
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import decode, hash_text
from standoff.guidelines import Schema
from standoff.guidelines.support import Annotated, Judged, Oracle, Support
from standoff.offsets import OffsetMap
from standoff.records import Cut, Entry, Issue, Keep, Source, Span


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """The bytes of every file of a document, None or left out where there is no file."""

    source: Source
    entry: Entry | None
    seed: bytes | None
    clean: bytes | None
    cuts: bytes | None
    keeps: bytes | None
    layers: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one document, and what the whole corpus must know of it.

    `names` and `support` are those of the built layer.
    """

    id: str
    issues: tuple[Issue, ...]
    spans: int
    cuts: int
    absent: bool
    names: NameCounts
    support: Support


@dataclass(frozen=True, slots=True)
class Checker:
    """What documents are checked against; made once, sent to every process."""

    corpus: Corpus
    schema: Schema
    oracle: Oracle | None
    layer: str

    def check(self, files: DocumentFiles) -> Report:
        """Every finding in the files of one document."""
        return _Document(self, files).check()


@dataclass(frozen=True, slots=True)
class _Document:
    checker: Checker
    files: DocumentFiles

    def check(self) -> Report:
        source, corpus = self.files.source, self.checker.corpus
        seed, issues = self._read_seed()
        issues += check_words(source, seed, corpus.name_of(corpus.sources_file))
        cuts: Lines[Cut] = read_lines(self.files.cuts or b"", Cut)
        cuts_name = corpus.name_of(corpus.cuts_file(source.id))
        issues += place(cuts_name, cuts, check_cuts(source.chars, cuts.records, seed))
        whole = not cuts.broken and apart(source.chars, cuts.records)
        offsets = OffsetMap.from_cuts(source.chars, cuts.records) if whole else None
        clean = (
            None if seed is None or offsets is None or offsets.length != len(seed) else apply_cuts(seed, cuts.records)
        )
        issues += self._check_cleaned(cuts, seed, clean)
        if self.files.keeps is not None:
            keeps = read_lines(self.files.keeps, Keep)
            found = check_keeps(source.chars, keeps.records, cuts.records)
            issues += place(corpus.name_of(corpus.keeps_file(source.id)), keeps, found)
        spans, names, support = 0, NO_NAMES, Support()
        for layer, data in self.files.layers.items():
            lines = read_lines(data, Span)
            issues += self._check_layer(layer, lines, seed, offsets, cuts.records)
            spans += len(lines.records)
            if layer == self.checker.layer:
                names = count_names(lines.records, self.checker.schema.names)
                judged = self._judge(lines, clean, offsets)
                issues, support = [*issues, *judged.issues], judged.support
        absent = self.files.seed is None and not source.redistribute
        return Report(source.id, tuple(issues), spans, len(cuts.records), absent, names, support)

    def _judge(self, lines: Lines[Span], clean: str | None, offsets: OffsetMap | None) -> Judged:
        """The built layer held against the examples of the guidelines."""
        oracle, corpus = self.checker.oracle, self.checker.corpus
        if oracle is None or offsets is None:
            return Judged((), (), Support())
        whole = [at for at, span in enumerate(lines.records) if 0 <= span.start < span.end <= offsets.length]
        spans, numbers = [lines.records[at] for at in whole], [lines.numbers[at] for at in whole]
        path = corpus.name_of(corpus.spans_file(self.checker.layer, self.files.source.id))
        return oracle.judge(Annotated(path, spans, numbers, clean, offsets))

    def _read_seed(self) -> tuple[str | None, list[Issue]]:
        """The seed if it is the text listed."""
        source, corpus = self.files.source, self.checker.corpus
        path = corpus.name_of(corpus.seed_file(source.id, redistribute=source.redistribute))
        if self.files.seed is None:
            missing = Issue("seed-missing", path, None, f"the text of {source.id} is not here")
            return None, [missing] if source.redistribute else []
        if sha256(self.files.seed).hexdigest() != source.sha256:
            crlf = "; its lines end in CR LF now" if b"\r\n" in self.files.seed else ""
            return None, [Issue("seed-hash", path, None, f"the text of {source.id} is not the one listed{crlf}")]
        try:
            return decode(self.files.seed, Path(path)), []
        except StandoffError as error:
            return None, [Issue("file-format", path, error.line, error.message, error.hint)]

    def _check_cleaned(self, cuts: Lines[Cut], seed: str | None, clean: str | None) -> Iterator[Issue]:
        """Kept + cut = seed, in index and cleaned text too."""
        source, entry, corpus = self.files.source, self.files.entry, self.checker.corpus
        path, index = corpus.name_of(corpus.cuts_file(source.id)), corpus.name_of(corpus.index_file)
        if self.files.cuts is None or entry is None:
            name, what = (path, "cuts") if self.files.cuts is None else (index, "line in the index")
            yield Issue("not-cleaned", name, None, f"{source.id} has no {what}", at=source.id)
            return
        if seed is not None and len(seed) != source.chars:
            message = f"{source.id}: the seed has {len(seed)} characters, listed are {source.chars}"
            name, hint = corpus.name_of(corpus.sources_file), "correct chars in seeds/sources.jsonl"
            yield Issue("conservation", name, None, message, hint, at=source.id)
            return
        if cuts.broken:
            return
        cut = sum(one.end - one.start for one in cuts.records)
        if entry.cut != cut or entry.kept + entry.cut != source.chars:
            message = f"kept {entry.kept} + cut {entry.cut} in the index, {source.chars} in the seed, {cut} in the cuts"
            yield Issue("conservation", path, None, message)
        if clean is None:
            return
        if hash_text(clean) != entry.sha256:
            yield Issue(
                "clean-hash", index, None, f"{source.id}: another hash than that of the cleaned text", at=source.id
            )
        if source.redistribute and self.files.clean != clean.encode("utf-8"):
            name = corpus.name_of(corpus.clean_file(source.id))
            yield Issue("clean-text", name, None, "not the seed minus its cuts")

    def _check_layer(
        self, layer: str, lines: Lines[Span], seed: str | None, offsets: OffsetMap | None, cuts: Sequence[Cut]
    ) -> Iterator[Issue]:
        """The spans of one layer; names and edges only in the layer that is built."""
        source, corpus = self.files.source, self.checker.corpus
        path = corpus.name_of(corpus.spans_file(layer, source.id))
        yield from place(path, lines, check_spans(source.chars, lines.records, self.checker.schema, seed, offsets))
        if seed is None or layer != self.checker.layer:
            return
        right = [
            at
            for at, span in enumerate(lines.records)
            if seed[span.start : span.end] == span.text and span.text.strip()
        ]
        sound = Lines(tuple(lines.records[at] for at in right), tuple(lines.numbers[at] for at in right))
        edges = frozenset(edge for cut in cuts for edge in (cut.start, cut.end))
        yield from place(path, sound, check_edges(seed, sound.records, edges))
        yield from place(path, sound, check_labels(seed, sound.records))
        if offsets is not None:
            for start, end, label in find_unlabelled(seed, sound.records, offsets):
                message = f"{seed[start:end]!r} at [{start}, {end}) is not labelled, elsewhere it is {label}"
                context = text_around(seed, start, end)
                yield Issue("name-unlabelled", path, None, message, at=f"{start}-{end}", context=context)
