"""The network of `standoff.cleaning.network`, trained with JAX and then rounded to whole numbers."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax

from standoff.cleaning.documents import Documents
from standoff.cleaning.network import INPUT, LEVELS, network_from_arrays

WINDOW = 128
"""Longer documents are learned from in pieces of so many lines."""
_MOST = 127
"""Largest whole number of a weight."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Size and training of a network."""

    width: int = 64
    layers: int = 3
    taps: int = 3
    behind: int = 2
    dropout: float = 0.3
    epochs: int = 10
    rate: float = 2e-3
    batch: int = 32
    decay: float = 1e-3


def pack(matrix: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Windows [window, line, feature + 1] of documents, the last column 1 for real lines, and their line numbers."""
    windows = []
    for start, end in zip(starts, [*starts[1:], len(matrix)], strict=True):
        windows += [(at, min(end, at + WINDOW)) for at in range(start, end, WINDOW)]
    packed = np.zeros((len(windows), WINDOW, matrix.shape[1] + 1), np.float32)
    numbers = np.full((len(windows), WINDOW), -1)
    for row, (start, end) in enumerate(windows):
        packed[row, : end - start, :-1] = matrix[start:end]
        packed[row, : end - start, -1] = 1
        numbers[row, : end - start] = np.arange(start, end)
    return packed, numbers


def train_network(
    matrix: np.ndarray,
    starts: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray,
    seed: int,
    settings: Settings,
) -> dict[str, np.ndarray]:
    """Weights by name; `target` is the chance of residue, lines of weight 0 are seen, not learned."""
    packed, numbers = pack(matrix, starts)
    y = np.where(numbers >= 0, target[numbers], 0).astype(np.float32)
    w = np.where(numbers >= 0, weights[numbers], 0).astype(np.float32)
    params = _start(jax.random.PRNGKey(seed), matrix.shape[1], settings)
    steps = settings.epochs * (len(packed) // settings.batch)
    optimiser = optax.adamw(optax.cosine_decay_schedule(settings.rate, steps), weight_decay=settings.decay)
    state = optimiser.init(params)

    def loss(params, x, y, w, key):
        logits = _forward(params, x, key, settings)
        return (optax.sigmoid_binary_cross_entropy(logits, y) * w).sum() / (w.sum() + 1e-6)

    @jax.jit
    def step(params, state, x, y, w, key):
        updates, state = optimiser.update(jax.grad(loss)(params, x, y, w, key), state, params)
        return optax.apply_updates(params, updates), state

    rng, key = np.random.default_rng(seed), jax.random.PRNGKey(seed + 1)
    for _ in range(settings.epochs):
        order = rng.permutation(len(packed))
        for at in range(0, len(order) - settings.batch + 1, settings.batch):
            key, own = jax.random.split(key)
            chosen = order[at : at + settings.batch]
            params, state = step(params, state, packed[chosen], y[chosen], w[chosen], own)
    return {name: np.asarray(value) for name, value in params.items()}


def _start(key, features: int, settings: Settings) -> dict:
    keys, wide = iter(jax.random.split(key, settings.layers + 3)), settings.width

    def draw(*shape: int):
        return jax.random.normal(next(keys), shape) / np.sqrt(np.prod(shape[:-1]))

    params = {"in": draw(features, wide), "in bias": jnp.zeros(wide)}
    for layer in range(settings.layers):
        params |= {f"layer {layer}": draw(settings.taps, wide, wide), f"layer {layer} bias": jnp.zeros(wide)}
    params |= {"context": draw(3 * wide, wide), "context bias": jnp.zeros(wide)}
    return params | {"out": draw(wide, 1) * 0.3, "out bias": jnp.zeros(1)}


def _forward(params, x, key, settings: Settings, watch: list | None = None):
    """Logits [window, line]; dropout where there is a key; `watch` is given what goes into each layer."""
    real, keys = x[..., -1:], iter(jax.random.split(key, 8)) if key is not None else None

    def into(values):
        if watch is not None:
            watch.append(values)
        if keys is None:
            return values
        return values * jax.random.bernoulli(next(keys), 1 - settings.dropout, values.shape) / (1 - settings.dropout)

    hidden = jax.nn.relu(x[..., :-1] @ params["in"] + params["in bias"]) * real
    for layer in range(settings.layers):
        order = ("NWC", "WIO", "NWC")
        moved = jax.lax.conv_general_dilated(
            into(hidden), params[f"layer {layer}"], (1,), "SAME", rhs_dilation=(2**layer,), dimension_numbers=order
        )
        hidden = hidden + jax.nn.relu(moved + params[f"layer {layer} bias"]) * real
        if layer + 1 == settings.behind:
            around = _look_around(into(hidden), real)
            hidden = hidden + jax.nn.relu(around @ params["context"] + params["context bias"]) * real
    if watch is not None:
        watch.append(hidden)
    return (hidden @ params["out"] + params["out bias"])[..., 0]


def _look_around(hidden, real):
    """Means over the lines before, behind and of all of a document."""
    count, sums = jnp.cumsum(real, 1), jnp.cumsum(hidden, 1)
    whole, lines = sums[:, -1:], count[:, -1:]
    before, behind = (sums - hidden) / jnp.maximum(count - 1, 1), (whole - sums) / jnp.maximum(lines - count, 1)
    return jnp.concatenate([before, behind, jnp.broadcast_to(whole / jnp.maximum(lines, 1), hidden.shape)], -1)


def to_whole(params: dict, matrix: np.ndarray, starts: np.ndarray, settings: Settings) -> dict[str, np.ndarray]:
    """The arrays of a network in whole numbers; some documents tell how large what flows between layers gets."""
    watch: list = []
    packed, _ = pack(matrix, starts[:400])
    _forward(params, packed, None, settings, watch)
    steps = [float(np.quantile(np.asarray(one)[packed[..., -1] > 0], 0.9999)) / LEVELS for one in watch]
    arrays = {"steps": np.array(steps, np.float32), "behind": np.array(settings.behind)}
    names = ["in"]
    for layer in range(settings.layers):
        names += [f"layer {layer}"] + ["context"] * (layer + 1 == settings.behind)
    for name, step in zip([*names, "out"], [1 / INPUT, *steps], strict=True):
        weights = np.asarray(params[name])
        axes = tuple(range(weights.ndim - 1))
        size = np.maximum(np.abs(weights).max(axis=axes), 1e-9) / _MOST
        arrays |= {
            f"{name} weights": np.rint(weights / size).astype(np.int8),
            f"{name} scale": (size * step).astype(np.float32), f"{name} bias": np.asarray(params[f"{name} bias"]),
        }  # fmt: skip
    return arrays


def predict(arrays: dict[str, np.ndarray], matrix: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Chances of residue [line] for documents of so many lines, as the package computes them."""
    return network_from_arrays(arrays).score(matrix, Documents.from_sizes(sizes))
