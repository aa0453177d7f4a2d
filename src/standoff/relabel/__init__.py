"""`standoff relabel`: a label renamed, merged or split in spans, guidelines, examples and decisions, in one move."""

from collections.abc import Collection
from datetime import date

from standoff.corpus import Corpus
from standoff.journal import change_files, undo_last
from standoff.ledger import Account, Ledger
from standoff.relabel.plan import make_plan

__all__ = ["relabel", "undo"]


def relabel(
    corpus: Corpus,
    old: str,
    new: str,
    *,
    where: str | None = None,
    rules: Collection[str] = (),
    dry_run: bool = False,
) -> Ledger:
    """Rename a label, merge it into one that is there, or split from it what `where` or `rules` name.

    Everything is worked out and read back first; then a journal is written that `undo` needs, then the files. Raises
    StandoffError, before anything is changed, for wrong names and for files that do not read.
    """
    plan = make_plan(corpus, old, new, where, rules, date.today().isoformat())
    ledger = plan.to_ledger()
    if not dry_run:
        change_files(corpus.root, str(plan.move), plan.changes)
    return ledger


def undo(corpus: Corpus) -> Ledger:
    """Put back, to the byte, every file of the last move; raises StandoffError where one was changed since."""
    move, restored = undo_last(corpus.root)
    files = Account("files", len(restored), {"put back": len(restored)})
    return Ledger((files,), (f"undone: {move}",))
