"""The network that reads the lines of documents: how likely each is residue, given its neighbours and the whole.

A dense layer, residual convolutions over neighbouring lines, and in between what stands before, after and around a line
on average. Weights and what flows between layers are whole numbers, small enough that every sum is exact in single
precision: the same text gives the same scores in any batch, with any number of threads.
"""

from dataclasses import dataclass

import numpy as np

from standoff.cleaning.documents import Documents
from standoff.cleaning.words import Array

INPUT = 25
"""A feature's standard deviation in whole numbers; five of them are the most that is told apart."""
LEVELS = 255
"""Largest whole number between layers."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Whole-number weights [in, out], or [taps, in, out] over neighbours; scale and bias [out] of the result."""

    weights: Array
    scale: Array
    bias: Array

    def apply(self, sums: Array) -> Array:
        """The result for exact sums [line, out], not below zero."""
        result: Array = np.maximum(sums * self.scale + self.bias, 0)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Layers in order; `context` comes behind so many convolutions; `steps` are the sizes of a whole number between."""

    dense: Layer
    convolutions: tuple[Layer, ...]
    context: Layer
    behind: int
    out: Layer
    steps: Array

    def score(self, matrix: Array, documents: Documents) -> Array:
        """Probabilities [line] from standardised features [line, feature]."""
        steps = iter(self.steps)
        inputs = np.rint(matrix * INPUT).astype(np.float32)
        hidden = self.dense.apply(inputs @ self.dense.weights)
        for number, layer in enumerate(self.convolutions):
            hidden = hidden + layer.apply(_convolve(_whole(hidden, next(steps)), layer.weights, 2**number, documents))
            if number + 1 == self.behind:
                around = _look_around(_whole(hidden, next(steps)), documents)
                hidden = hidden + self.context.apply(around @ self.context.weights)
        sums = _whole(hidden, next(steps)) @ self.out.weights
        logits: Array = (sums * self.out.scale + self.out.bias)[:, 0].astype(np.float64)
        chances: Array = 1 / (1 + np.exp(-logits))
        return chances


def _whole(hidden: Array, step: Array) -> Array:
    whole: Array = np.rint(np.minimum(hidden / step, np.float32(LEVELS)))
    return whole


def _convolve(inputs: Array, kernels: Array, reach: int, documents: Documents) -> Array:
    """Sums over the lines at each distance, a multiple of `reach`, within the document."""
    total: Array = inputs @ kernels[len(kernels) // 2]
    for tap, kernel in enumerate(kernels):
        shift = (tap - len(kernels) // 2) * reach
        if shift and abs(shift) < len(inputs):
            low, high = max(0, -shift), len(inputs) - max(0, shift)
            same = documents.number[low:high] == documents.number[low + shift : high + shift]
            total[low:high] += (inputs[low + shift : high + shift] @ kernel) * same[:, None]
    return total


def _look_around(inputs: Array, documents: Documents) -> Array:
    """Means over the lines before a line, behind it, and all of its document [line, 3 × in], as whole numbers."""
    sums = np.zeros((len(inputs) + 1, inputs.shape[1]), np.int32)
    np.cumsum(inputs.astype(np.int32), axis=0, out=sums[1:])
    first, last = documents.first, documents.last
    at, base = np.arange(len(inputs)), sums[documents.first]
    before, behind, whole = sums[at] - base, sums[last + 1] - sums[at + 1], sums[last + 1] - base
    counts = np.maximum([at - first, last - at, last - first + 1], 1).astype(np.float32)[:, :, None]
    around = np.concatenate([before, behind, whole], axis=1, dtype=np.float32, casting="unsafe")
    for number, count in enumerate(counts):
        around[:, number * inputs.shape[1] : (number + 1) * inputs.shape[1]] /= count
    means: Array = np.rint(around, out=around)
    return means


def network_from_arrays(arrays: dict[str, Array]) -> Network:
    """A network from the arrays of its file, names as in `training/network.py`."""

    def layer(name: str) -> Layer:
        single = (arrays[f"{name} {part}"].astype(np.float32) for part in ("weights", "scale", "bias"))
        return Layer(*single)

    count = sum(name.startswith("layer") and name.endswith("bias") for name in arrays)
    return Network(
        layer("in"), tuple(layer(f"layer {number}") for number in range(count)), layer("context"),
        int(arrays["behind"]), layer("out"), arrays["steps"].astype(np.float32),
    )  # fmt: skip
