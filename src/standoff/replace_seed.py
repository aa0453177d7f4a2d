"""`standoff add --replace`: a corrected text in the place of a seed, and everything that points into it follows."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff.around import text_around
from standoff.corpus import Corpus
from standoff.doccano.rounds import read_rounds
from standoff.errors import StandoffError
from standoff.files import hash_text, read_bytes
from standoff.hidden import require_hidden
from standoff.incoming import is_crawl, read_incoming
from standoff.journal import change_files, is_cut_off, undo_last
from standoff.ledger import Account, Ledger
from standoff.reanchor.plan import Plan, make_plan
from standoff.records import Source, to_row


@dataclass(frozen=True, slots=True)
class Listed:
    """A record for a person to look at: `old` and `new` show the text around, empty where it may not be shown."""

    outcome: str
    path: str
    row: Mapping[str, Any]
    near: tuple[int, int]
    reason: str
    old: str
    new: str

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "outcome": self.outcome, "path": self.path, "record": dict(self.row), "near": list(self.near),
            "reason": self.reason, "old": self.old, "new": self.new,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a replacement did, or would do: accounts, and what people should look at; `same` if it changes nothing."""

    ledger: Ledger
    listed: tuple[Listed, ...] = ()
    same: bool = False


def replace_seed(corpus: Corpus, document_id: str, path: Path, said: Mapping[str, Any], *, dry_run: bool) -> Replaced:
    """Take the text of a file as the seed of a document; `said` has the fields of its source that change with it.

    Everything is worked out first and written in one move, which `standoff relabel --undo` takes back. A run that was
    killed is first undone and then done anew. Raises StandoffError where there is no such document, where its text is
    not here, and for a text that is no better than none.
    """
    move = f"the text of {document_id} replaced"
    _undo_own(corpus, move, dry_run=dry_run)
    old = _require_source(corpus, document_id)
    before, after = _read_both(corpus, old, path)
    if before == after and all(getattr(old, name) == value for name, value in said.items()):
        return Replaced(Ledger((), (f"{path} is the present text of {document_id}: nothing to do",)), same=True)
    plan = make_plan(corpus, old, (before, after), said)
    remarks = tuple(_remark(plan))
    if not old.redistribute:
        remarks += require_hidden(corpus.root / ".standoff" / "last", [document_id])[1:]
    if not dry_run:
        change_files(corpus.root, move, plan.changes)
    files = Account("files", len(plan.changes), Counter(one.sort for one in plan.changes))
    return Replaced(Ledger((*plan.accounts, files), remarks).require_balance(), tuple(_list(plan)))


def _undo_own(corpus: Corpus, move: str, *, dry_run: bool) -> None:
    """Put back what a killed run of the same replacement left; another move is for a person to undo."""
    if not is_cut_off(corpus.root):
        return
    manifest = corpus.root / ".standoff" / "last" / "manifest.json"
    try:
        own = json.loads(read_bytes(manifest)).get("move") == move
    except (ValueError, AttributeError):
        own = False
    if own and not dry_run:
        undo_last(corpus.root)
        return
    hint = "run this without --dry-run" if own else "standoff relabel --undo puts it back"
    raise StandoffError("the last move was cut off", path=manifest.parent, hint=hint, usage=True)


def _require_source(corpus: Corpus, document_id: str) -> Source:
    sources = corpus.read_sources()
    if document_id not in sources:
        raise StandoffError(f"no document has the id {document_id!r}", hint="see seeds/sources.jsonl", usage=True)
    return sources[document_id]


def _read_both(corpus: Corpus, old: Source, path: Path) -> tuple[str, str]:
    """The text of a document and the one that is to take its place."""
    if path.is_dir() or is_crawl(path):
        raise StandoffError("is no single text", path=path, hint="--replace takes one text or page", usage=True)
    before = corpus.read_seed(old)
    if before is None:
        hint = "put the old text back first: standoff add --private FOLDER"
        raise StandoffError(f"the text of {old.id} is not here", hint=hint)
    (one,) = read_incoming(path, old)
    if one.fate:
        raise StandoffError(f"the page has {one.fate}", path=path)
    digest = hash_text(one.text)
    if same := [one.id for one in corpus.read_sources().values() if one.sha256 == digest and one.id != old.id]:
        raise StandoffError(f"this is the text of {same[0]}", path=path, hint="is it the right file?", usage=True)
    return before, one.text


def _list(plan: Plan) -> Iterator[Listed]:
    """What was trimmed or orphaned, with the text around where it may be shown."""
    for name, fate in plan.fates:
        if fate.outcome in ("trimmed", "orphaned"):
            row, old, new = to_row(fate.record), "", ""
            if not plan.old.redistribute:
                row.pop("text", None)
            elif "start" in row:
                old = text_around(plan.versions.texts[0], row["start"], row["end"])
                new = text_around(plan.versions.texts[1], *fate.near)
            yield Listed(fate.outcome, name, row, fate.near, fate.reason, old, new)


def _remark(plan: Plan) -> Iterable[str]:
    """What is left to people."""
    document_id, outcomes = plan.old.id, Counter(fate.outcome for _, fate in plan.fates)
    if outcomes["orphaned"]:
        name = plan.corpus.name_of(plan.corpus.orphans_file)
        yield f"{outcomes['orphaned']} have no place now and stand in {name}: give each one or take its line out"
    if outcomes["trimmed"]:
        yield f"{outcomes['trimmed']} lost a part: look at them"
    rounds = [one.name for one in read_rounds(plan.corpus) if any(document_id in deal.documents for deal in one.deals)]
    if rounds:
        yield (
            f"{document_id} is in the round {', '.join(rounds)}: a server has the old text, which the next pull holds"
            " against this one; commit before you pull, and look at what it names"
        )
