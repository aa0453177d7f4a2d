"""Private text where it must not be: ten consecutive words are enough to tell."""

from collections.abc import Iterable, Iterator
from typing import Any

from standoff.cleaning.text import fold_words

RUN = 10
"""Words in a row that count as text, not as a name."""
Runs = frozenset[tuple[str, ...]]


def word_runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """Every run of so many words, case and punctuation aside."""
    words = fold_words(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def find_forbidden(private: Iterable[str], headlines: Iterable[str]) -> Runs:
    """The runs of words of private texts, those of headlines apart."""
    return frozenset(set().union(*map(word_runs, private)) - set().union(*map(word_runs, headlines)))


def find_leak(texts: Iterable[str], private: Iterable[str], headlines: Iterable[str]) -> str | None:
    """A run of ten words of a private text that one of the texts holds, headlines apart; None if there is none."""
    return find_run(texts, find_forbidden(private, headlines))


def find_run(texts: Iterable[str], forbidden: Runs) -> str | None:
    """A forbidden run of words that one of the texts holds; None if there is none."""
    for text in texts if forbidden else ():
        if found := forbidden & word_runs(text):
            return " ".join(min(found))
    return None


def find_strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - nested rows
    """Every string in rows, those of a list of words as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from find_strings(part)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield " ".join(value)
        else:
            for part in value:
                yield from find_strings(part)
