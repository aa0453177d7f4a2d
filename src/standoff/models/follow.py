"""`standoff evaluate --guidelines`: which rules of the guidelines a spaCy pipeline follows, rule by rule."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.guidelines.marks import to_marks
from standoff.guidelines.pages import GENERAL, Counterexample, Example, Guidelines
from standoff.records import Span

if TYPE_CHECKING:
    from spacy.language import Language

Marker = Callable[[Iterable[str]], Iterable[tuple[Span, ...]]]
"""Texts to their spans, one tuple a text, in order."""


@dataclass(frozen=True, slots=True)
class Miss:
    """An example that a model does not follow: its place, and in inline form what it asks for and what was found."""

    path: str
    line: int
    wanted: str
    found: str


_Judged = tuple[Example | Counterexample, Miss | None]


@dataclass(frozen=True, slots=True)
class Followed:
    """A rule (or all those of a label): examples marked exactly so of all, `not:` texts left unmarked of all."""

    rule: str
    label: str
    right: int
    examples: int
    respected: int
    counterexamples: int
    misses: tuple[Miss, ...]

    @property
    def followed(self) -> int:
        """Examples and `not:` texts that the model gets right."""
        return self.right + self.respected

    @property
    def of(self) -> int:
        """All of them."""
        return self.examples + self.counterexamples


@dataclass(frozen=True, slots=True)
class Following:
    """Every rule with examples, in the order of the pages, and the labels that the scheme has no name for."""

    scheme: str
    rules: tuple[Followed, ...]
    left_out: tuple[str, ...]

    @property
    def labels(self) -> tuple[Followed, ...]:
        """The sums of each page."""
        return tuple(
            sum_up(label, [rule for rule in self.rules if rule.label == label])
            for label in dict.fromkeys(rule.label for rule in self.rules)
        )

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        rules, labels = ([_to_row(row) for row in rows] for rows in (self.rules, self.labels))
        total = _to_row(sum_up("all", self.rules))
        return {"scheme": self.scheme, "rules": rules, "labels": labels, "all": total, "left_out": list(self.left_out)}


def follow(guidelines: Guidelines, mark: Marker, *, scheme: str = "own") -> Following:
    """Run a model over every example and hold its spans against them.

    An example is right if the spans of the scheme's labels are exactly its own; a `not:` is respected if its text, by
    itself, is not one span of its label. Rules of labels that the scheme does not have are left out.
    """
    names = guidelines.schema.to_scheme(scheme)
    labels = {rule.id: rule.label for rule in guidelines.rules if rule.label == GENERAL or rule.label in names}
    items: list[Example | Counterexample] = [*guidelines.examples, *guidelines.counterexamples]
    asked = [one for one in items if one.rule in labels]
    judged: dict[str, list[_Judged]] = {rule: [] for rule in labels}
    for one, spans in zip(asked, mark(one.text for one in asked), strict=True):
        known = tuple(span for span in spans if span.label in names.values())
        judged[one.rule].append((one, _judge(one, known, names)))
    rules = tuple(_count(rule, labels[rule], found) for rule, found in judged.items() if found)
    return Following(scheme, rules, tuple(name for name in guidelines.schema.names if name not in names))


def to_marker(nlp: "Language") -> Marker:
    """A spaCy pipeline as what `follow` runs; offsets are those of the text, whatever its tokens."""

    def mark(texts: Iterable[str]) -> Iterable[tuple[Span, ...]]:
        for doc in nlp.pipe(texts):
            yield tuple(Span(one.start_char, one.end_char, one.label_, one.text) for one in doc.ents)

    return mark


def sum_up(name: str, rules: Iterable[Followed]) -> Followed:
    """Some rules as one row, without their misses."""
    chosen = tuple(rules)
    right, examples = sum(rule.right for rule in chosen), sum(rule.examples for rule in chosen)
    respected, counters = sum(rule.respected for rule in chosen), sum(rule.counterexamples for rule in chosen)
    return Followed(name, name, right, examples, respected, counters, ())


def _judge(one: Example | Counterexample, spans: tuple[Span, ...], names: Mapping[str, str]) -> Miss | None:
    return _judge_example(one, spans, names) if isinstance(one, Example) else _judge_counterexample(one, spans, names)


def _judge_example(example: Example, spans: tuple[Span, ...], names: Mapping[str, str]) -> Miss | None:
    wanted = tuple(replace(span, label=names[span.label]) for span in example.spans if span.label in names)
    if sorted(wanted) == sorted(spans):
        return None
    return Miss(example.path, example.line, to_marks(example.text, wanted), to_marks(example.text, spans))


def _judge_counterexample(counter: Counterexample, spans: tuple[Span, ...], names: Mapping[str, str]) -> Miss | None:
    refused = names.values() if counter.label == GENERAL else [names[counter.label]]
    if not any((span.start, span.end) == (0, len(counter.text)) and span.label in refused for span in spans):
        return None
    return Miss(counter.path, counter.line, f"not: {counter.text}", to_marks(counter.text, spans))


def _count(rule: str, label: str, judged: list[_Judged]) -> Followed:
    examples = [miss for one, miss in judged if isinstance(one, Example)]
    counters = [miss for one, miss in judged if isinstance(one, Counterexample)]
    right, respected = examples.count(None), counters.count(None)
    misses = tuple(miss for _, miss in judged if miss is not None)
    return Followed(rule, label, right, len(examples), respected, len(counters), misses)


def _to_row(row: Followed) -> dict[str, Any]:
    misses = [{name: getattr(miss, name) for name in Miss.__slots__} for miss in row.misses]
    counts = {name: getattr(row, name) for name in Followed.__slots__ if name != "misses"}
    return {**counts, "followed": row.followed, "of": row.of, "misses": misses}
