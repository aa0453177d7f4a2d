"""What the replacement of a text changes in a corpus, worked out before a file is touched."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff.check.lines import sort_key
from standoff.clean import clean_text, count_kinds
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text, read_bytes
from standoff.hydrate.fingerprint import sketch_text
from standoff.journal import Change
from standoff.jsonl import dumps_records, read_records
from standoff.layout import find_role
from standoff.ledger import Account
from standoff.offsets import OffsetMap
from standoff.reanchor.document import (
    OUTCOMES,
    Fate,
    drop_twins,
    follow_decision,
    follow_marks,
    follow_spans,
    follow_waiver,
    heed_cuts,
)
from standoff.reanchor.versions import Versions, follow_point
from standoff.records import Cut, Decision, Entry, Keep, Orphan, Source, Waiver, to_row


@dataclass(slots=True)
class Plan:
    """The files that change, and what became of each record."""

    corpus: Corpus
    old: Source
    new: Source
    versions: Versions
    changes: list[Change] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    fates: list[tuple[str, Fate]] = field(default_factory=list)

    def put(self, path: Path, text: str) -> None:
        """Note a file, if it changes."""
        before, after = read_bytes(path) if path.exists() else None, text.encode("utf-8")
        if before != after:
            self.changes.append(Change(self.corpus.name_of(path), before, after))

    def count(self, name: str, path: Path, fates: Sequence[Fate]) -> None:
        """An account of records of one file by verdict."""
        parts = Counter(fate.outcome for fate in fates)
        self.accounts.append(Account(name, len(fates), {one: parts[one] for one in OUTCOMES}))
        self.fates += [(self.corpus.name_of(path), fate) for fate in fates]


def make_plan(corpus: Corpus, old: Source, texts: tuple[str, str], said: Mapping[str, Any]) -> Plan:
    """The plan for a document, its old text and its new one; `said` has what else of its source changes.

    Raises StandoffError where the document is no longer the one that was read.
    """
    digest, text = hash_text(texts[1]), texts[1]
    words = "" if old.redistribute else sketch_text(text, digest)
    new = replace(old, sha256=digest, chars=len(text), words=words, **said)
    plan = Plan(corpus, old, new, Versions.from_texts(*texts))
    sources = corpus.read_sources()
    if sources.get(old.id) != old or corpus.read_seed(old) != texts[0]:
        raise StandoffError(f"{old.id} changed since it was read", path=corpus.root, hint="run it again")
    if texts[0] != text:  # against the text that was compared, which another run may replace now
        seed = corpus.name_of(corpus.seed_file(old.id, redistribute=old.redistribute))
        plan.changes.append(Change(seed, texts[0].encode("utf-8"), text.encode("utf-8")))
    plan.put(corpus.sources_file, dumps_records({**sources, old.id: new}.values()))
    cuts = corpus.read_cuts(old.id) if corpus.cuts_file(old.id).exists() else []
    offsets = _plan_cuts(plan, cuts)
    _plan_layers(plan, OffsetMap.from_cuts(len(texts[0]), cuts), offsets)
    _plan_lists(plan)
    _plan_orphans(plan)
    return plan


def _plan_cuts(plan: Plan, cuts: Sequence[Cut]) -> OffsetMap:
    """What people cut and keep follows; rules and model judge the new text; gives the new map of offsets."""
    corpus, old, text = plan.corpus, plan.old, plan.versions.texts[1]
    keeps = follow_marks(plan.versions, corpus.read_keeps(old.id), ())
    held = [one for fate in keeps for one in fate.now if isinstance(one, Keep)]
    by_people = follow_marks(plan.versions, [cut for cut in cuts if cut.by.startswith("person:")], held)
    people = [one for fate in by_people for one in fate.now if isinstance(one, Cut)]
    for name, path, fates in (
        ("cuts of people", corpus.cuts_file(old.id), by_people),
        ("keeps", corpus.keeps_file(old.id), keeps),
    ):
        if fates:
            plan.count(name, path, fates)
    if keeps:
        plan.put(corpus.keeps_file(old.id), dumps_records(sorted(set(held))))
    cleaned = clean_text(text, people, held, keep=corpus.settings.keep, language=plan.new.language)
    plan.accounts.append(Account("characters", len(text), {"kept": len(cleaned.text), **count_kinds(cleaned.cuts)}))
    index = corpus.read_index()
    if old.id in index:
        cut = sum(cut.end - cut.start for cut in cleaned.cuts)
        index[old.id] = Entry(old.id, index[old.id].split, hash_text(cleaned.text), len(cleaned.text), cut)
        plan.put(corpus.index_file, dumps_records(entry for _, entry in sorted(index.items())))
    if old.id in index or cuts:
        plan.put(corpus.cuts_file(old.id), dumps_records(cleaned.cuts))
        if old.redistribute:
            plan.put(corpus.clean_file(old.id), cleaned.text)
    return OffsetMap.from_cuts(len(text), cleaned.cuts)


def _plan_layers(plan: Plan, before: OffsetMap, after: OffsetMap) -> None:
    """The spans of every layer that has read the document."""
    corpus, document_id = plan.corpus, plan.old.id
    layers = {layer: corpus.read_spans(layer, document_id) for layer in corpus.layers()}
    read = {layer: spans for layer, spans in layers.items() if spans is not None}
    for layer, found in follow_spans(plan.versions, read).items():
        fates = drop_twins(heed_cuts(found, before, after, plan.versions.texts[1]))
        path = corpus.spans_file(layer, document_id)
        plan.count(f"spans of {layer}", path, fates)
        spans = [one for fate in fates for one in fate.now]
        plan.put(path, dumps_records(sorted(spans, key=sort_key)))


def _plan_lists(plan: Plan) -> None:
    """Decisions and waivers on the document."""
    corpus, document_id = plan.corpus, plan.old.id
    path = corpus.decisions_file
    if path.exists():
        decisions = read_records(path, Decision)
        fates = [follow_decision(plan.versions, one) for one in decisions if one.id == document_id]
        _plan_list(plan, "decisions", path, [one for one in decisions if one.id != document_id], fates)
    path = corpus.waivers_file
    if path.exists():
        waivers = read_records(path, Waiver)
        own = [one for one in waivers if _is_on(one, document_id)]
        fates = [follow_waiver(plan.versions, one) for one in own]
        _plan_list(plan, "waivers", path, [one for one in waivers if one not in own], fates)


def _is_on(waiver: Waiver, document_id: str) -> bool:
    """Whether a waiver is of something in a document."""
    role = find_role(waiver.path)
    return role.id == document_id or (role.kind == "decisions" and waiver.at.startswith(f"{document_id} "))


def _plan_list(plan: Plan, name: str, path: Path, others: Sequence[Decision | Waiver], fates: Sequence[Fate]) -> None:
    if fates:
        plan.count(name, path, fates)
        rows = [*others, *(one for fate in fates for one in fate.now)]
        plan.put(path, dumps_records(sorted(rows, key=sort_key)))


def _plan_orphans(plan: Plan) -> None:
    """What has lost its place is written down, so that a person finds it a place or takes it out.

    Those of this document that are open from before are near another place now.
    """
    path = plan.corpus.orphans_file
    older = read_records(path, Orphan) if path.exists() else []
    orphans = [
        replace(one, near=follow_point(plan.versions, one.near)) if one.id == plan.old.id else one for one in older
    ]
    orphans += [
        Orphan(
            id=plan.old.id, path=name, record=to_row(fate.record), seed=plan.old.sha256,
            near=fate.near[0], reason=fate.reason,
        )
        for name, fate in plan.fates
        if fate.outcome == "orphaned"
    ]  # fmt: skip
    if orphans:
        plan.put(path, dumps_records(orphans))
