"""`standoff clean --review`: what was cut, and what nearly was, as questions for a person; see `answers.py`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from standoff.clean import choose_sources, clean_text, outside, read_people, remark_on_absent
from standoff.cleaning import STOPS, find_all_cuts
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.hidden import require_hidden
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.offsets import OffsetMap
from standoff.records import Cut, Keep, Question, Source

SEED_DIGITS = 12
"""Hex digits of a seed's sha256 that tell whether a question is about this text."""
_BESIDE = 40
"""Code points shown before and after what is asked."""


def review(corpus: Corpus, ids: Collection[str], path: Path) -> Ledger:
    """Write the questions on documents, on all of them if none is named, to a file for a person to answer.

    First what the cleaning is least sure of, then the rest; each part by document and place, so that it reads on.
    Raises StandoffError for a file that is there, and for private text where git would take it.
    """
    if path.exists():
        hint = "it may hold answers: take them, then remove it, or name another file"
        raise StandoffError("is there already", path=path, hint=hint, usage=True)
    unsure: list[Question] = []
    sure: list[Question] = []
    absent: list[str] = []
    chosen = choose_sources(corpus.read_sources(), ids)
    for source in chosen:
        seed = corpus.read_seed(source)
        if seed is None:
            absent.append(source.id)
            continue
        by_people, keeps = read_people(corpus, source)
        cleaned = clean_text(seed, by_people, keeps, keep=corpus.settings.keep, language=source.language)
        first, then = find_questions(source, seed, cleaned.cuts, keeps)
        unsure += first
        sure += then
    asked = {row.id for row in (*unsure, *sure)}
    private = [source.id for source in chosen if not source.redistribute and source.id in asked]
    remarks = require_hidden(path, private) if private else ()
    write_records(path, [*unsure, *sure])
    if unsure and sure:
        remarks += (f"the first {len(unsure)} rows are the least sure",)
    counts = {"unsure, cut": sum(row.cut for row in unsure), "unsure, kept": sum(not row.cut for row in unsure)}
    rows = Account("rows", len(unsure) + len(sure), {**counts, "sure": len(sure)})
    documents = Account("documents", len(chosen), {"reviewed": len(chosen) - len(absent), "not here": len(absent)})
    return Ledger((documents, rows), remarks + remark_on_absent(absent)).require_balance()


def find_questions(
    source: Source, seed: str, cuts: Sequence[Cut], keeps: Collection[Keep]
) -> tuple[list[Question], list[Question]]:
    """What to ask of a document, the unsure and the sure, each in the order of the text.

    Unsure is what turns on the dial: a cut that the stop `careful` would not make, whole or in part, and kept text
    that `thorough` would cut. What people judged before is sure.
    """
    careful, thorough = (
        find_all_cuts([seed], keep=STOPS[stop], languages=[source.language])[0].cuts for stop in ("careful", "thorough")
    )
    certain = OffsetMap.from_cuts(len(seed), careful)
    more = [_trim(seed, cut) for cut in outside(thorough, [*cuts, *keeps]) if seed[cut.start : cut.end].strip()]
    nearly = [_ask(source, seed, cut, cut=False) for cut in join_touching(more)]
    made = [(_ask(source, seed, cut, cut=True), _turns(seed, cut, certain)) for cut in cuts if cut.kind != "whitespace"]
    kept = {(keep.start, keep.end): Cut(keep.start, keep.end, "", keep.by) for keep in sorted(keeps, reverse=True)}
    settled = [_ask(source, seed, mark, cut=False) for mark in kept.values()]
    unsure = [*nearly, *(row for row, turns in made if turns)]
    sure = [*settled, *(row for row, turns in made if not turns)]
    return _in_order(unsure), _in_order(sure)


def _turns(seed: str, cut: Cut, certain: OffsetMap) -> bool:
    """Whether some of a cut that nobody has judged would be kept at the careful end of the dial."""
    if cut.by.startswith("person:"):
        return False
    return any(not seed[at].isspace() and certain.to_clean(at) is not None for at in range(cut.start, cut.end))


def _trim(seed: str, cut: Cut) -> Cut:
    """The cut without the white space at its ends."""
    text = seed[cut.start : cut.end]
    start = cut.start + len(text) - len(text.lstrip())
    return replace(cut, start=start, end=start + len(text.strip()))


def join_touching(cuts: Collection[Cut]) -> list[Cut]:
    """Cuts that touch as one of the kind of the longer, since half a word is no question."""
    joined: list[Cut] = []
    for cut in cuts:
        if joined and joined[-1].end == cut.start:
            start, longer = joined[-1].start, max(joined.pop(), cut, key=lambda one: one.end - one.start)
            joined.append(replace(longer, start=start, end=cut.end))
        else:
            joined.append(cut)
    return joined


def _ask(source: Source, seed: str, mark: Cut, *, cut: bool) -> Question:
    start, end = mark.start, mark.end
    return Question(
        id=source.id, seed=source.sha256[:SEED_DIGITS], asked=f"{start}-{end}", start=start, end=end,
        cut=cut, kind=mark.kind, by=mark.by, score=mark.score,
        before=seed[max(0, start - _BESIDE) : start], text=seed[start:end], after=seed[end : end + _BESIDE], answer="",
    )  # fmt: skip


def _in_order(rows: Collection[Question]) -> list[Question]:
    return sorted(rows, key=lambda row: (row.start, row.end))
