"""A diff as sentences for a changelog: of the corpus and of its guidelines apart."""

from collections import Counter
from collections.abc import Mapping, Sequence

from standoff.diff.change import Change, Diff, count_changes, count_labels, count_what

_GUIDELINES = (
    "label removed", "label added", "order changed", "overlap changed", "meaning changed", "rule added",
    "definition changed", "wording changed",
)  # fmt: skip
_SIDES = {
    "document added": "new", "document removed": "old", "document read": "new", "document left out": "old",
    "candidate added": "new", "candidate removed": "old",
}  # fmt: skip


def to_sentences(diff: Diff) -> Mapping[str, Sequence[str]]:
    """Sentences below `corpus` and `guidelines`, most important first; without a change there are none."""
    found = list(diff.by_what())
    corpus = [_tell(what, changes) for what, changes in found if what not in _GUIDELINES]
    guidelines = [line for what, changes in found if what in _GUIDELINES for line in _tell_guideline(what, changes)]
    if diff.old.guidelines != diff.new.guidelines and diff.old.guidelines and diff.new.guidelines:
        guidelines.insert(0, f"Version {diff.new.guidelines}, after {diff.old.guidelines}.")
    return {"corpus": corpus, "guidelines": guidelines}


def _tell(what: str, changes: Sequence[Change]) -> str:
    """One sentence, such as `3 documents added: 2 in train, 1 in test`."""
    head = count_what(what, len(changes))
    if what in _SIDES:
        splits = Counter(str(getattr(change, _SIDES[what])) for change in changes)
        return f"{head}: {', '.join(f'{count:,} in {split}' for split, count in splits.most_common())}."
    if what in ("split moved", "candidate moved"):
        ways = Counter(f"{change.old} to {change.new}" for change in changes)
        return f"{head}: {', '.join(f'{count:,} from {way}' for way, count in ways.most_common())}."
    if changes[0].label:
        return f"{head}: {', '.join(f'{count:,} {label}' for label, count in count_labels(changes).most_common())}."
    return f"{count_changes(what, changes)}."


def _tell_guideline(what: str, changes: Sequence[Change]) -> list[str]:
    return [f"{what[0].upper()}{what[1:]}: {change.old if change.new is None else change.new}." for change in changes]
