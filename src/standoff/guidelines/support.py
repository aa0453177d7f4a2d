"""Examples held against a layer: spans that go against one, and examples that no document supports.

Made for a stream: `Oracle` is built once and can be sent to other processes, `Oracle.judge` looks at one document, and
`merge_support` and `find_unsupported` end the walk.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from standoff.guidelines.annotated import Annotated
from standoff.guidelines.citations import cited_rules
from standoff.guidelines.compare import Difference, Index, compare_at, fold, is_oracle, wanted_at
from standoff.guidelines.pages import GENERAL, Counterexample, Example, Guidelines
from standoff.records import Issue, Span

__all__ = ["Against", "Annotated", "Judged", "Oracle", "Support", "find_unsupported", "merge_support"]


@dataclass(frozen=True, slots=True)
class Against:
    """What goes against examples of `rules`; `span` counts as the layer does, `line` is None where it is missing."""

    check: str
    rules: tuple[str, ...]
    path: str
    line: int | None
    span: Span
    message: str
    context: str

    def to_issue(self) -> Issue:
        """As `standoff check` shows it."""
        at = f"{self.span.start}-{self.span.end}"
        return Issue(self.check, self.path, self.line, self.message, at=at, context=self.context)


@dataclass(frozen=True, slots=True)
class Support:
    """What documents show of the examples: numbers of those that stand in them, surfaces with label, rules in notes."""

    examples: frozenset[int] = frozenset()
    surfaces: frozenset[tuple[str, str]] = frozenset()
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What examples say of one document: spans against them, citations of no rule, and the support it gives."""

    against: tuple[Against, ...]
    unknown: tuple[Issue, ...]
    support: Support

    @property
    def issues(self) -> tuple[Issue, ...]:
        """All that is wrong."""
        return (*(one.to_issue() for one in self.against), *self.unknown)


@dataclass(frozen=True, slots=True)
class Oracle:
    """The guidelines, ready for any number of documents.

    `sound` says which examples are oracles. `marked` gives the examples of each surface by label, `refused` the `not:`
    of each surface and label; surfaces are folded. `ids` are the rules that may be cited.
    """

    examples: tuple[Example, ...]
    sound: tuple[bool, ...]
    index: Index
    marked: Mapping[str, Mapping[str, tuple[Example, ...]]]
    refused: Mapping[tuple[str, str], Counterexample]
    ids: frozenset[str]

    @classmethod
    def from_guidelines(cls, guidelines: Guidelines) -> "Oracle":
        """Everything that is looked up again and again, looked up once."""
        examples = guidelines.examples
        marked = defaultdict[str, dict[str, tuple[Example, ...]]](dict)
        for example in examples:
            for span in example.spans:
                labels = marked[fold(span.text)]
                labels[span.label] = (*labels.get(span.label, ()), example)
        names = guidelines.schema.names
        refused = {
            (fold(one.text), label): one
            for one in guidelines.counterexamples
            for label in (names if one.label == GENERAL else [one.label])
        }
        sound = tuple(is_oracle(example) for example in examples)
        return cls(examples, sound, Index.from_examples(examples), dict(marked), refused, guidelines.ids)

    def judge(self, document: Annotated) -> Judged:
        """One document against all examples: where they stand in its text, and the surfaces and notes of its spans."""
        against, examples = self._judge_text(document)
        named = {(one.span.start, one.span.end) for one in against}
        surfaces, rules, unknown = set[tuple[str, str]](), set[str](), list[Issue]()
        for number, span in enumerate(document.spans):
            surface = fold(span.text)
            if span.label in self.marked.get(surface, ()):
                surfaces.add((surface, span.label))
            if (span.start, span.end) not in named:
                against += self._judge_surface(document, number, surface)
            for rule in cited_rules(span.note) if span.note else ():
                rules.add(rule)
                if rule not in self.ids:
                    message = f"the note of {span.text!r} cites {rule}, which no page has"
                    at = f"{span.start}-{span.end}"
                    unknown.append(Issue("rule-unknown", document.path, document.lines[number], message, at=at))
        support = Support(examples, frozenset(surfaces), frozenset(rules & self.ids))
        return Judged(tuple(against), tuple(unknown), support)

    def _judge_text(self, document: Annotated) -> tuple[list[Against], frozenset[int]]:
        """Differences, one a span or place, and the numbers of the examples that stand here and agree."""
        places = [] if document.text is None else sorted(self.index.find_in(fold(document.text)))
        if document.text is None or not places:
            return [], frozenset()
        numbered = list(document.spans_in_text())
        spans = [span for _, span in numbered]
        ranges = {(span.start, span.end, span.label) for span in spans}
        found, agree = dict[tuple[int, int], Against](), set[int]()
        for at, start in places:
            example = self.examples[at]
            differences = list(compare_at(example, start, document.text, spans))
            wanted = {(span.start, span.end, span.label) for span in wanted_at(example, start, document.text)}
            if not differences and wanted <= ranges:
                agree.add(at)
            for one in differences if self.sound[at] else ():
                against = _go_against(document, example, one, numbered)
                key = (against.span.start, against.span.end)
                first = found.get(key, against)
                found[key] = replace(first, rules=tuple(dict.fromkeys((*first.rules, *against.rules))))
        return list(found.values()), frozenset(agree)

    def _judge_surface(self, document: Annotated, number: int, surface: str) -> Iterator[Against]:
        """A `not:` of its label, or examples with other labels only."""
        span = document.spans[number]
        if counter := self.refused.get((surface, span.label)):
            rules, where = [counter.rule], f"{counter.path}:{counter.line}"
            message = f"{span.text!r} is not {span.label}, says {counter.rule} ({where}): {counter.reason}"
        elif (labels := self.marked.get(surface)) and span.label not in labels:
            label, (example, *_) = next(iter(labels.items()))
            rules = [one.rule for examples in labels.values() for one in examples]
            message = f"{span.text!r} is {span.label} here, {label} in {example.rule} ({example.path}:{example.line})"
        else:
            return
        line, names = document.lines[number], tuple(dict.fromkeys(rules))
        yield Against("guideline-surface", names, document.path, line, span, message, document.around(span))


def merge_support(parts: Iterable[Support]) -> Support:
    """The support that many documents give together."""
    examples, surfaces, rules = set[int](), set[tuple[str, str]](), set[str]()
    for part in parts:
        examples |= part.examples
        surfaces |= part.surfaces
        rules |= part.rules
    return Support(frozenset(examples), frozenset(surfaces), frozenset(rules))


def find_unsupported(oracle: Oracle, support: Support) -> Iterator[Issue]:
    """Each example that stands in no document as marked, has a mark like no span, and a rule that no note cites."""
    for at, example in enumerate(oracle.examples):
        pairs = {(fold(span.text), span.label) for span in example.spans}
        by_surface = bool(pairs) and pairs <= support.surfaces
        if not (at in support.examples or by_surface or example.rule in support.rules):
            message = f"no document supports this example of {example.rule}"
            path, line = example.path, example.line
            yield Issue("guideline-unsupported", path, line, message, at=example.rule, context=str(example))


def _go_against(
    document: Annotated, example: Example, difference: Difference, numbered: Sequence[tuple[int, Span]]
) -> Against:
    """A difference in the text as one of the layer: at the span found there, or where one is missing."""
    number = next((number for number, span in numbered if span is difference.found), None)
    span = document.to_layer(difference.place) if number is None else document.spans[number]
    line = None if number is None else document.lines[number]
    message, context = difference.describe(example), document.around(span)
    return Against("guideline-gold", (example.rule,), document.path, line, span, message, context)
