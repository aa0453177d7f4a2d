"""The learned part: how likely each line is residue, and of what kind.

Word weights and the features of a line go into a small network (`network.py`).
`model.md` beside this file says what it learned from and how well it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from standoff.cleaning.documents import Documents
from standoff.cleaning.features import measure_lines, score_words
from standoff.cleaning.network import Network, network_from_arrays
from standoff.cleaning.overlap import find_overlap
from standoff.cleaning.words import Array, Words, hash_lines

_DIGITS = 3
"""Scores are rounded: more digits say nothing."""


_LONG = 1_000
"""Of longer lines the model reads so many code points at each end; they are prose, or nothing it knows."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of each line of one document.

    `keys` are equal for lines of the same words, `elsewhere` is the share of content words that other lines hold,
    `scores` how likely a line is residue and `kinds` of which kind; `by` names the model.
    """

    keys: Sequence[int]
    elsewhere: Sequence[float]
    scores: Sequence[float]
    kinds: Sequence[str]
    by: str


@dataclass(frozen=True, slots=True)
class Model:
    """Tables of a trained model; `names` are the features in the order of the network's input."""

    name: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    words: Array
    scale: float
    mean: Array
    spread: Array
    network: Network
    glue: dict[str, Array]

    def survey(self, words: Words, sizes: Sequence[int]) -> list[Survey]:
        """One survey for each document of so many lines."""
        documents = Documents.from_sizes(sizes)
        evidence = self.weigh(words)
        features = measure_lines(words, documents, evidence)
        matrix = scale_features(np.column_stack([features[name] for name in self.names]), self.mean, self.spread)
        scores = np.round(self.network.score(matrix, documents), _DIGITS).tolist()
        kinds, by = [self.kinds[kind] for kind in evidence[:, 1:].argmax(axis=1)], f"model:{self.name}"
        keys, elsewhere = hash_lines(words).tolist(), features["elsewhere"].tolist()
        return [
            Survey(keys[at:end], elsewhere[at:end], scores[at:end], kinds[at:end], by)
            for at, end in zip(documents.starts, documents.ends, strict=True)
        ]

    def weigh(self, words: Words) -> Array:
        """Word scores [line, class], rounded to 1/64 so that their sums are exact."""
        rounded: Array = np.round(score_words(words, self.words) * (64 / self.scale)) / 64
        return rounded


def scale_features(matrix: Array, mean: Array, spread: Array) -> Array:
    """Logarithms of sizes, standardised and clipped."""
    values: Array = np.clip((np.sign(matrix) * np.log1p(np.abs(matrix)) - mean) / spread, -5, 5)
    return values


def model_from_arrays(arrays: dict[str, Array]) -> Model:
    """A model from the arrays of its file."""
    return Model(
        str(arrays["name"]), tuple(map(str, arrays["kinds"])), tuple(map(str, arrays["names"])), arrays["words"],
        float(arrays["scale"]), arrays["mean"].astype(np.float64), arrays["spread"].astype(np.float64),
        network_from_arrays(_below("network/", arrays)), _below("glue/", arrays),
    )  # fmt: skip


def _below(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def survey_lines(words: Words, sizes: Sequence[int], *, scored: bool = True) -> list[Survey]:
    """The surveys of documents, each of at least one line; without scores where the model is not asked."""
    if scored:
        return read_model().survey(words, sizes)
    documents = Documents.from_sizes(sizes)
    overlap = find_overlap(words, documents, np.zeros(len(words.start), bool))
    keys, elsewhere = hash_lines(words).tolist(), overlap["elsewhere"].tolist()
    return [
        Survey(keys[at:end], elsewhere[at:end], [0.0] * (end - at), [""] * (end - at), "")
        for at, end in zip(documents.starts, documents.ends, strict=True)
    ]


def shorten(text: str) -> str:
    """What is read of a line: all of it, or both ends of a very long one."""
    return text if len(text) <= 2 * _LONG else f"{text[:_LONG]} {text[-_LONG:]}"


@cache
def read_model() -> Model:
    """The model that ships with the package."""
    with (files("standoff.cleaning") / "model.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return model_from_arrays(dict(arrays))
