"""Everything that one move changes in a corpus, worked out and proved before a file is touched."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import decode, read_bytes
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.journal import Change
from standoff.jsonl import dumps_records, parse_records
from standoff.ledger import Account, Ledger
from standoff.records import Span
from standoff.relabel.decisions import relabel_decisions
from standoff.relabel.fates import Fates
from standoff.relabel.find import find_move
from standoff.relabel.lists import relabel_layer, relabel_orphans, relabel_waivers
from standoff.relabel.move import Move, find_word
from standoff.relabel.pages import CHANGELOG, edit_guidelines, next_version
from standoff.relabel.proof import prove
from standoff.relabel.spans import count_shared, relabel_spans
from standoff.relabel.wording import rewrite_page

_SORTS = ("spans", "marks", "merged", "ids", "words", "rows", "readings", "rules", "examples", "paths")
"""What is counted in a file, in the order in which it is told."""


@dataclass(slots=True)
class Plan:
    """A move, the files that it changes, and what to tell of it."""

    move: Move
    version: str
    changes: list[Change] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def change(self, path: str, before: str | None, after: str | None) -> None:
        """Note a file, if it changes."""
        if before != after:
            texts = (None if text is None else text.encode("utf-8") for text in (before, after))
            self.changes.append(Change(path, *texts))

    def count(self, path: str, tally: Counter[str]) -> None:
        """An account of what changes in a file, if anything does."""
        parts = {sort: tally[sort] for sort in _SORTS if tally[sort]}
        if parts:
            self.accounts.append(Account(path, sum(parts.values()), parts))
        if tally["both"]:
            lines = f"{tally['both']} line{'s' * (tally['both'] > 1)}"
            self.remarks.append(f"{path}: {lines} named both labels: now {self.move.new} stands there twice")

    def to_ledger(self) -> Ledger:
        """The accounts, one of files last."""
        files = Account("files", len(self.changes), Counter(one.sort for one in self.changes))
        return Ledger((*self.accounts, files), tuple(self.remarks)).require_balance()


def make_plan(corpus: Corpus, old: str, new: str, where: str | None, rules: Collection[str], today: str) -> Plan:
    """What `relabel` is to do, nothing written; raises StandoffError for wrong names and files that cannot be read."""
    folder = corpus.labels_file.parent
    guidelines = read_guidelines(folder)
    move = find_move(folder, guidelines, old, new, where, rules)
    try:
        version = next_version(guidelines.schema.version)
    except ValueError as error:
        raise StandoffError(str(error), path=corpus.labels_file) from None
    plan, fates = Plan(move, version), Fates(move)
    for layer in corpus.layers():
        _plan_layer(corpus, layer, plan, fates)
        _plan_version(corpus, layer, guidelines.schema.version, plan)
    _plan_guidelines(folder, guidelines, plan, today)
    _plan_lists(corpus, plan, fates)
    if divided := fates.count_divided():
        ranges = f"{divided} range{'s have' if divided > 1 else ' has'}"
        plan.remarks.append(f"{ranges} {old} in one layer and {new} in another, as their notes cite: read them")
    _remark(corpus, plan)
    return plan


def _plan_layer(corpus: Corpus, layer: str, plan: Plan, fates: Fates) -> None:
    """The spans of a layer, one file at a time; each file is read whole and strictly, and what moves is noted."""
    move, counts, files = plan.move, Counter[str](), Counter[str]()
    read, shared = 0, 0
    for path in sorted(corpus.layer_folder(layer).glob("*.jsonl")):
        if path.name.endswith(".notes.jsonl"):
            continue
        text, name = decode(read_bytes(path), path), corpus.name_of(path)
        spans = [span for _, span in parse_records(text, path, Span)]
        fates.note(path.stem, layer, spans)
        done = relabel_spans(spans, move)
        after = text if [*done.spans] == spans else dumps_records(done.spans)
        plan.change(name, text, after)
        plan.remarks += [f"{name} {one} differed where spans were merged: the first stands" for one in done.lost]
        read, counts = read + len(spans), counts + done.counts
        files["untouched" if after == text else "changed"] += 1
        if after != text:
            shared += count_shared(done.spans, move.new) - count_shared(spans, move.new) - count_shared(spans, move.old)
    parts = {sort: counts[sort] for sort in ("relabelled", "merged", "untouched")}
    plan.accounts += [Account(f"spans of {layer}", read, parts), Account(f"files of {layer}", files.total(), files)]
    if counts["notes"]:
        plan.accounts.append(Account(f"notes of {layer}", counts["notes"], {"with new ids": counts["notes"]}))
    if shared > 0:
        plan.remarks.append(f"{layer}: {shared} spans of {move.new} now share text with another of {move.new}")


def _plan_version(corpus: Corpus, layer: str, version: str, plan: Plan) -> None:
    """A layer that was up to date stays so; after a split its spans are to be read again."""
    path = corpus.layer_folder(layer) / "layer.toml"
    if plan.move.kind != "split" and path.exists():
        text = decode(read_bytes(path), path)
        after = relabel_layer(text, version, plan.version)
        plan.change(corpus.name_of(path), text, after)
        if after == text:
            plan.remarks.append(f"{corpus.name_of(path)} does not say guidelines {version}, so it is left")


def _plan_guidelines(folder: Path, guidelines: Guidelines, plan: Plan, today: str) -> None:
    """The pages and `labels.toml`, read back as they will be; what is wrong with them then is told."""
    paths = [folder / "labels.toml", *sorted(folder.glob("*.md"))]
    before = {path.name: decode(read_bytes(path), path) for path in paths}
    named = [name for name, text in before.items() if find_word(plan.move.new, text)]
    if plan.move.kind == "rename" and named:
        plan.remarks.append(f"{plan.move.new} stands in {', '.join(named)} already: a rename back would take that too")
    edits = edit_guidelines(before, plan.move, guidelines.schema, plan.version, today)
    for name in sorted(edits.texts):
        plan.change(f"{folder.name}/{name}", before.get(name), edits.texts[name])
        plan.count(f"{folder.name}/{name}", edits.tallies.get(name, Counter()))
    if CHANGELOG not in before:
        plan.remarks.append(f"{folder.name}/{CHANGELOG} is not there, so nothing tells of this move")
    found = prove(folder, guidelines, edits, plan.move, plan.version)
    plan.remarks += [f"a person must mend {issue.path}: {issue.message}" for issue in found]


def _plan_lists(corpus: Corpus, plan: Plan, fates: Fates) -> None:
    """Decisions of adjudication, waivers, orphans and the card, where they are."""
    move, folder = plan.move, corpus.labels_file.parent.name
    for path in (corpus.decisions_file, corpus.waivers_file, corpus.orphans_file, corpus.card_file):
        if path.exists():
            text, name, tally, left = decode(read_bytes(path), path), corpus.name_of(path), Counter[str](), list[str]()
            if path == corpus.decisions_file:
                after, left = relabel_decisions(corpus, text, fates, tally)
            elif path == corpus.waivers_file:
                after = relabel_waivers(text, path, move, folder, tally)
            elif path == corpus.orphans_file:
                after, left = relabel_orphans(text, path, name, move, folder, tally)
            else:
                after = rewrite_page(text, move, "text", tally)
            plan.change(name, text, after)
            plan.count(name, tally)
            plan.remarks += left
            if path == corpus.orphans_file and move.kind != "rename" and tally["spans"]:
                what = "spans without a place" if tally["spans"] > 1 else "span without a place"
                plan.remarks.append(f"{name}: {tally['spans']} {what} went to {move.new}: read again")


def _remark(corpus: Corpus, plan: Plan) -> None:
    """What is left to people."""
    old, new, kind = plan.move.old, plan.move.new, plan.move.kind
    if not any(account.parts.get("relabelled") or account.parts.get("merged") for account in plan.accounts):
        plan.remarks.append("no layer has a span that is relabelled")
    if stale := [f"{name}/" for name in ("dist", "models") if (corpus.root / name).is_dir()]:
        plan.remarks.append(f"the labels as they were are still in {' and '.join(stale)}: make them again")
    if kind != "rename":
        plan.remarks.append(f"read what the guidelines say of {old} and {new}, and how many labels they count")
    if kind == "split":
        plan.remarks.append(f"write the definition of {new}, narrow that of {old}, and read the spans of both again")
    plan.remarks.append("past rulings and changes keep their words; the rule ids in them are the new ones")
    plan.remarks.append("raise the version in standoff.toml and say in CHANGELOG.md what changed")
