"""The examples of the guidelines, run against the label schema and against each other."""

from collections.abc import Iterator
from itertools import pairwise

from standoff.guidelines.compare import find_conflicts, fold
from standoff.guidelines.pages import GENERAL, Example, Guidelines
from standoff.records import Issue

_FEWEST = 3
"""Examples a label needs on its page; and one `not:`."""


def check_guidelines(guidelines: Guidelines) -> Iterator[Issue]:
    """What is wrong with rules and examples by themselves: ids, labels, edges, too few, two that contradict."""
    yield from _check_ids(guidelines)
    for example in guidelines.examples:
        yield from _check_marks(example, guidelines)
    yield from _check_numbers(guidelines)
    yield from _check_conflicts(guidelines)
    yield from _check_counterexamples(guidelines)


def _check_ids(guidelines: Guidelines) -> Iterator[Issue]:
    """Each id once, on the page it names; each page of rules for a label; each table with ids that exist."""
    seen: dict[str, str] = {}
    for rule in (*guidelines.rules, *guidelines.other):
        place = f"{rule.path}:{rule.line}"
        if rule.id in seen:
            message = f"the rule {rule.id} stands at {seen[rule.id]} too"
            yield Issue("guideline-label", rule.path, rule.line, message, at=rule.id)
        seen.setdefault(rule.id, place)
        if rule.id.rpartition("-")[0] != rule.label:
            message = f"the rule {rule.id} stands on the page of {rule.label}"
            yield Issue("guideline-label", rule.path, rule.line, message, at=rule.id)
    for page, label in {(rule.path, rule.label) for rule in guidelines.other}:
        if page == f"{guidelines.folder}/{label}.md":
            message = f"a page of rules for {label}, which labels.toml does not define"
            yield Issue("guideline-label", page, None, message, at=label)
    for example in guidelines.tabled:
        if example.rule not in seen:
            message = f"the table cites {example.rule}, which no page has"
            yield Issue("rule-unknown", example.path, example.line, message, at=example.rule, context=str(example))


def _check_marks(example: Example, guidelines: Guidelines) -> Iterator[Issue]:
    """Known labels, no white space at edges, and flat marks in a corpus of flat spans."""
    messages = []
    for span in example.spans:
        if span.label not in guidelines.schema.names:
            messages.append(f"{span.text!r} is marked {span.label}, which labels.toml does not define")
        if span.text != span.text.strip():
            messages.append(f"the mark {span.text!r} begins or ends in white space")
    if not guidelines.schema.overlap:
        for one, other in pairwise(example.spans):
            if other.start < one.end:
                messages.append(f"the marks {one.text!r} and {other.text!r} overlap, but labels.toml wants flat spans")
    for message in messages:
        yield Issue("guideline-label", example.path, example.line, message, at=example.rule, context=str(example))


def _check_numbers(guidelines: Guidelines) -> Iterator[Issue]:
    """Each label has on its own page three examples that mark it, and a `not:`."""
    if not guidelines.rules:
        yield Issue("guideline-absent", f"{guidelines.folder}/labels.toml", None, "no label has a page of guidelines")
        return
    for label in guidelines.schema.names:
        rules = [rule for rule in guidelines.rules if rule.label == label]
        examples = [one for rule in rules for one in rule.examples if label in {span.label for span in one.spans}]
        counters = sum(len(rule.counterexamples) for rule in rules)
        if len(examples) < _FEWEST or not counters:
            message = f"{label} has {len(examples)} marked examples and {counters} `not:` on its page"
            yield Issue("guideline-examples", f"{guidelines.folder}/{label}.md", None, message, at=label)


def _check_conflicts(guidelines: Guidelines) -> Iterator[Issue]:
    """Each pair of examples of which one holds the other's text and marks it otherwise, once, with both places."""
    seen = set[frozenset[int]]()
    for oracle, other, difference in find_conflicts(guidelines.examples, guidelines.examples):
        pair = frozenset((id(oracle), id(other)))
        if pair not in seen:
            seen.add(pair)
            message = f"{other.rule}: {difference.describe(oracle)}"
            at, context = f"{oracle.rule} {other.rule}", str(other)
            yield Issue("guideline-contradiction", other.path, other.line, message, at=at, context=context)


def _check_counterexamples(guidelines: Guidelines) -> Iterator[Issue]:
    """Each `not:` whose text an example marks, as a whole, with that very label."""
    marked = {(span.label, fold(span.text)): one for one in guidelines.examples for span in one.spans}
    for counter in guidelines.counterexamples:
        labels = guidelines.schema.names if counter.label == GENERAL else [counter.label]
        for label in labels:
            if example := marked.get((label, fold(counter.text))):
                place = f"{example.rule} ({example.path}:{example.line})"
                message = f"{counter.rule}: {counter.text!r} is not {label} here, but {place} marks it so"
                at = f"{example.rule} {counter.rule}"
                yield Issue("guideline-contradiction", counter.path, counter.line, message, at=at, context=str(counter))
