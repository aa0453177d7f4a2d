"""`standoff clean --answers`: what a person answered to a review becomes cuts and keeps that no cleaning overrides."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from standoff.clean import clean, outside, read_people
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import disk_errors
from standoff.jsonl import number_records, write_records
from standoff.ledger import Account, Ledger
from standoff.records import KINDS, Cut, Keep, Question, Source
from standoff.review import SEED_DIGITS

CUTTABLE = tuple(kind for kind in KINDS if kind != "whitespace")
"""The kinds that a person may answer; white space follows from what is cut beside it."""
_NAME = re.compile("[a-z0-9_-]+")
_ASKED = re.compile(r"(\d{1,9})-(\d{1,9})")
_OUTCOMES = ("cut", "of another kind", "kept", "not answered")
_SHORT = 60
Row = tuple[int, Question]
"""A question with its line in the file."""
Said = tuple[int, Cut | Keep]
"""What a person says of a range, with the line where."""


def take_answers(corpus: Corpus, path: Path, name: str) -> Ledger:
    """Take the answers of one person into the corpus, and clean the documents again.

    Nothing is written unless every row is good; raises StandoffError for the first that is not, with its line.
    """
    if not _NAME.fullmatch(name):
        hint = "a pseudonym: small letters, digits, - and _"
        raise StandoffError(f"{name!r} is no name", hint=hint, usage=True)
    sources = corpus.read_sources()
    rows = list(number_records(path, Question))
    seeds = {row.id: corpus.read_seed(sources[row.id]) for _, row in rows if row.id in sources}
    for line, row in rows:
        if fault := next(find_faults(row, sources.get(row.id), seeds.get(row.id)), None):
            raise StandoffError(fault[0], path=path, line=line, hint=fault[1])
    judged: dict[str, tuple[list[Cut], list[Keep]]] = {}
    remarks: list[str] = []
    answered = sorted((row.id, line, row) for line, row in rows if row.answer)
    for document_id, group in groupby(answered, key=lambda one: one[0]):
        own = [(line, row) for _, line, row in group]
        said = to_judgements(seeds[document_id] or "", own, f"person:{name}", path)
        by_people, keeps = read_people(corpus, sources[document_id])
        judged[document_id] = join(seeds[document_id] or "", said, own, [*by_people, *keeps], path)
        remarks += _remark_on_spans(corpus, document_id, said)
    for document_id, (cuts, keeps) in judged.items():
        _write(corpus, document_id, cuts, keeps)
    counts = Counter(_outcome(row) for _, row in rows)
    account = Account("rows", len(rows), {name: counts[name] for name in _OUTCOMES})
    cleaned = clean(corpus, list(judged)) if judged else Ledger(())
    return Ledger((account, *cleaned.accounts), (*remarks, *cleaned.remarks)).require_balance()


def find_faults(row: Question, source: Source | None, seed: str | None) -> Iterator[tuple[str, str]]:
    """What is wrong with a row, each with how to mend it."""
    leave = "leave it as the review wrote it"
    if source is None:
        yield f"no document has the id {row.id!r}", leave
    elif row.seed != source.sha256[:SEED_DIGITS]:
        yield f"this was asked of another text of {row.id}", "write a new review: offsets count in the text of now"
    elif seed is None:
        yield f"the text of {row.id} is not here", "put it back: standoff add --private FOLDER"
    elif not (asked := _ASKED.fullmatch(row.asked)) or not int(asked[1]) < int(asked[2]) <= len(seed):
        yield f"asked {row.asked!r} is no range of the text", leave
    elif not 0 <= row.start < row.end <= len(seed):
        yield f"[{row.start}, {row.end}) is not within the {len(seed)} characters", f"asked was {row.asked}"
    elif row.text != seed[row.start : row.end]:
        message = f"the seed has {_shorten(seed[row.start : row.end])} at [{row.start}, {row.end})"
        yield f"{message}, text says {_shorten(row.text)}", _tell_place(row, seed)
    elif row.answer not in ("", "cut", "keep", *CUTTABLE):
        yield f"no such answer: {row.answer!r}", f"one of cut, keep, {', '.join(CUTTABLE)}, or nothing"
    elif row.answer == "cut" and row.kind not in CUTTABLE:
        yield f"cut under which kind? it has {row.kind!r}", f"answer with one of {', '.join(CUTTABLE)}"
    elif row.answer and not row.text.strip():
        yield "nothing but white space is asked", "white space follows from what is cut beside it: answer nothing"


def _tell_place(row: Question, seed: str) -> str:
    """Where the text of a row stands, nearest to where the row says."""
    found = [match.start() for match in re.finditer(re.escape(row.text), seed)] if row.text else []
    if not found:
        return f"it stands nowhere in the seed: mend the text, or write start, end and text as they were ({row.asked})"
    at = min(found, key=lambda start: abs(start - row.start))
    return f"it stands at start {at}, end {at + len(row.text)}: mend these or the text"


def _shorten(text: str) -> str:
    return repr(text if len(text) <= _SHORT else text[: _SHORT - 1] + "…")


def to_judgements(seed: str, rows: Sequence[Row], by: str, path: Path) -> list[Said]:
    """What the answers to questions on one document say; raises StandoffError where two overlap.

    Who makes a cut smaller and answers that it is one says that the rest of it is none: that is kept.
    """
    ordered = sorted(rows, key=lambda row: (row[1].start, row[1].end))
    for (line, one), (below, other) in pairwise(ordered):
        if other.start < one.end:
            message = f"[{other.start}, {other.end}) overlaps [{one.start}, {one.end}) in line {line}"
            raise StandoffError(message, path=path, line=below, hint="answer one of them, or part their ranges")
    said: list[Said] = []
    for line, row in ordered:
        kind = row.kind if row.answer == "cut" else row.answer
        keeps = row.answer == "keep"
        said.append((line, Keep(row.start, row.end, by) if keeps else Cut(row.start, row.end, kind, by)))
    for line, row in ordered:
        if row.cut and row.answer != "keep":
            rest = outside([Keep(*_asked(row), by)], [one for _, one in said])
            said += [(line, keep) for keep in rest if seed[keep.start : keep.end].strip()]
    return said


def _asked(row: Question) -> tuple[int, int]:
    """The range that was asked; that of the answer where the row was moved to another place."""
    start, end = map(int, row.asked.split("-"))
    return (start, end) if start < row.end and row.start < end else (row.start, row.end)


def join(
    seed: str, said: Sequence[Said], rows: Sequence[Row], earlier: Collection[Cut | Keep], path: Path
) -> tuple[list[Cut], list[Keep]]:
    """The cuts and keeps of all people once one of them has answered: there, their own earlier answers are gone.

    Raises StandoffError where another person said otherwise. What another cut in the same way stays theirs.
    """
    by = said[0][1].by
    others = [one for one in earlier if one.by != by]
    _require_agreement(said, others, path)
    renewed = [*(one for _, one in said), *(Keep(*_asked(row), by) for _, row in rows)]
    left = outside([one for one in earlier if one.by == by], renewed)
    mine = outside([*left, *(one for _, one in said)], [other for other in others if isinstance(other, Cut)])
    judged = [*others, *(one for one in mine if seed[one.start : one.end].strip())]
    cuts = [one for one in judged if isinstance(one, Cut)]
    return sorted(cuts), sorted(one for one in judged if isinstance(one, Keep))


def _require_agreement(said: Sequence[Said], others: Collection[Cut | Keep], path: Path) -> None:
    for line, one in said:
        for other in others:
            if one.start < other.end and other.start < one.end and _kind(one) != _kind(other):
                mine, theirs = (f"{_kind(judged)} [{judged.start}, {judged.end})" for judged in (one, other))
                hint = "adjudicate: empty this answer, or remove the other from its file in corpus/"
                message = f"{one.by} says {mine}, {other.by} says {theirs}"
                raise StandoffError(message, path=path, line=line, hint=hint)


def _kind(judged: Cut | Keep) -> str:
    return judged.kind if isinstance(judged, Cut) else "keep"


def _outcome(row: Question) -> str:
    if not row.answer or row.answer == "keep":
        return "kept" if row.answer else "not answered"
    return "cut" if row.answer in ("cut", row.kind) or not row.kind else "of another kind"


def _remark_on_spans(corpus: Corpus, document_id: str, said: Sequence[Said]) -> Iterator[str]:
    """The spans of the layer that is built that the answers put inside a cut, whole or in part."""
    path = corpus.spans_file(corpus.settings.layer, document_id)
    for number, span in enumerate(corpus.read_spans(corpus.settings.layer, document_id) or (), 1):
        if any(isinstance(one, Cut) and one.start < span.end and span.start < one.end for _, one in said):
            where = f"{corpus.name_of(path)}:{number}"
            yield f"{where}: {span.label} {span.text!r} lies in what was cut: correct one of them"


def _write(corpus: Corpus, document_id: str, cuts: Sequence[Cut], keeps: Sequence[Keep]) -> None:
    """What people say alone; cleaning adds the rest. Killed half-way, the same answers can be taken again."""
    path = corpus.keeps_file(document_id)
    write_records(corpus.cuts_file(document_id), cuts)
    if keeps:
        write_records(path, keeps)
    else:
        with disk_errors(path):
            path.unlink(missing_ok=True)
