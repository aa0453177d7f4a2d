"""How large a step a change of the guidelines asks for, from the guidelines before and after it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from standoff.guidelines.changes import LEVELS, Level
from standoff.guidelines.compare import find_conflicts, fold
from standoff.guidelines.pages import GENERAL, Example, Guidelines

_Reason = tuple[Level, str, str]


@dataclass(frozen=True, slots=True)
class Bump:
    """The step called for, and why: for each rule, label or page the largest step it asks for, and its reason."""

    level: Literal["none", "patch", "minor", "major"]
    reasons: Mapping[str, tuple[Level, str]]


def needed_bump(old: Guidelines, new: Guidelines) -> Bump:
    """Wording or examples alone are a patch, a new label or rule minor, one that is gone or means another thing major.

    It means another thing where the same text is marked differently, or a `not:` is marked now, or the reverse. A mark
    of a new label in an old text comes with the label.
    """
    reasons: dict[str, tuple[Level, str]] = {}
    found = [*_compare_labels(old, new), *_compare_rules(old, new), *_compare_meaning(old, new)]
    for level, name, why in sorted(found, key=lambda reason: -LEVELS.index(reason[0])):
        reasons.setdefault(name, (level, why))
    return Bump(max((level for level, _ in reasons.values()), key=LEVELS.index) if reasons else "none", reasons)


def _compare_labels(old: Guidelines, new: Guidelines) -> Iterator[_Reason]:
    before, after = ({label.name: label for label in one.schema.labels} for one in (old, new))
    yield from (("major", name, "the label is gone") for name in before if name not in after)
    yield from (("minor", name, "the label is new") for name in after if name not in before)
    changed = (name for name in before if name in after and before[name] != after[name])
    yield from (("patch", name, "its row in labels.toml changed") for name in changed)
    if old.schema.overlap != new.schema.overlap:
        yield "major", GENERAL, "whether spans may overlap changed"


def _compare_rules(old: Guidelines, new: Guidelines) -> Iterator[_Reason]:
    before, after = ({rule.id: rule for rule in (*one.rules, *one.other)} for one in (old, new))
    examples = _items(old), _items(new)
    yield from (("major", rule, "the rule is gone") for rule in before if rule not in after)
    yield from (("minor", rule, "the rule is new") for rule in after if rule not in before)
    for rule in (rule for rule in before if rule in after):
        if before[rule].text != after[rule].text:
            yield "patch", rule, "the wording changed"
        if examples[0][rule] != examples[1][rule]:
            yield "patch", rule, "the examples changed"
    for page in sorted({*old.prose, *new.prose}):
        if old.prose.get(page) != new.prose.get(page):
            yield "patch", page, "the text outside the rules changed"


def _compare_meaning(old: Guidelines, new: Guidelines) -> Iterator[_Reason]:
    """Old examples held against new ones and the reverse; then what is `not:` on one side and marked on the other."""
    fresh = {*new.schema.names} - {*old.schema.names}
    forth = ((after, one) for _, after, one in find_conflicts(old.examples, new.examples))
    back = ((after, one) for after, _, one in find_conflicts(new.examples, old.examples))
    for example, difference in (*forth, *back):
        if difference.kind in ("label", "boundary") or difference.place.label not in fresh:
            yield "major", example.rule, f"{difference.place.text!r} is marked otherwise than before"
    before, after = _marked(old), _marked(new)
    for counter in old.counterexamples:
        if marked := after.get((counter.label, fold(counter.text))):
            yield "major", marked.rule, f"{counter.text!r} is {counter.label} now, and was a `not:`"
    for counter in new.counterexamples:
        if (counter.label, fold(counter.text)) in before:
            yield "major", counter.rule, f"{counter.text!r} is a `not:` now, and was {counter.label}"


def _marked(guidelines: Guidelines) -> dict[tuple[str, str], Example]:
    """An example for each label and surface that is marked."""
    return {(span.label, fold(span.text)): one for one in guidelines.examples for span in one.spans}


def _items(guidelines: Guidelines) -> dict[str, set[str]]:
    """The examples of each rule as they are written."""
    items = defaultdict[str, set[str]](set)
    for example in guidelines.examples:
        items[example.rule].add(str(example))
    for counter in guidelines.counterexamples:
        items[counter.rule].add(str(counter))
    return items
