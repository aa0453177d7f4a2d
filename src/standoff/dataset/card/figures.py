"""The figures that `card.md` may leave to be computed, by the names it calls them by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from standoff.dataset.facts import Facts


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure is, and how it is found; None where this build has none."""

    what: str
    find: Callable[[Facts], str | None]


def count_texts(facts: Facts) -> int:
    """The documents that are in the dataset with their text."""
    return facts.summary.documents.total()


def _number(what: str, find: Callable[[Facts], int]) -> Figure:
    return Figure(what, lambda facts: f"{find(facts):,}")


def _agreement(name: str, what: str) -> Figure:
    def find(facts: Facts) -> str | None:
        value = facts.agreement.figures.get(name)
        return None if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"

    return Figure(what, find)


FIGURES: Mapping[str, Figure] = {
    "version": Figure("the version of the corpus", lambda facts: facts.settings.version),
    "documents": _number("documents with text", count_texts),
    "documents.bare": _number(
        "documents that may not be redistributed, config `standoff`", lambda facts: facts.summary.count("standoff")
    ),
    "documents.written": _number(
        "documents written for the corpus, with text or without", lambda facts: facts.summary.origins["written"]
    ),
    "documents.published": _number(
        "documents published elsewhere, with text or without", lambda facts: facts.summary.origins["published"]
    ),
    "sentences": _number("sentences, the rows of config `tokens`", lambda facts: facts.summary.count("tokens")),
    "words": _number("tokens of the cleaned texts", lambda facts: facts.summary.words.total()),
    "characters": _number("code points of the texts as received", lambda facts: facts.summary.characters.total()),
    "characters.cut": _number(
        "code points that were cut", lambda facts: facts.summary.characters.total() - facts.summary.characters["kept"]
    ),
    "spans": _number("spans of the documents with text", lambda facts: facts.summary.labels.total()),
    "spans.bare": _number("spans of the documents without text", lambda facts: facts.summary.bare.total()),
    "labels": _number("labels of the schema", lambda facts: len(facts.guidelines.schema.labels)),
    "guidelines": Figure("the version of the guidelines", lambda facts: facts.guidelines.schema.version),
    "rules": _number("rules of the guidelines", lambda facts: len(facts.guidelines.rules)),
    "examples": _number("examples of the guidelines", lambda facts: len(facts.guidelines.examples)),
    "agreement.documents": _agreement("documents", "documents that two or more annotators have read"),
    "agreement.f1": _agreement("f1", "strict span F1 of the annotators, the mean over all pairs"),
    "agreement.low": _agreement("low", "the lower end of its 95 % interval"),
    "agreement.high": _agreement("high", "the upper end of it"),
    "agreement.partial": _agreement("partial", "partial span F1"),
}
"""Name to figure; docs/card.md has this table."""
