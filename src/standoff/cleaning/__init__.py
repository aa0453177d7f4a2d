"""Cleaning: which characters of a news text are residue, why, and the text that is left.

`find_cuts` decides, `apply_cuts` cuts; both are pure. The rules are data, in `rules.toml` beside this file, and so is
the model, in `model.npz`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standoff.cleaning.decide import KNOWN, Decision, find_all_cuts, find_cuts
    from standoff.cleaning.dial import DEFAULT, STOPS
    from standoff.cleaning.spacing import with_whitespace
    from standoff.cleaning.text import apply_cuts, plain_spaces

_HOMES = {
    "KNOWN": "decide",
    "Decision": "decide",
    "find_all_cuts": "decide",
    "find_cuts": "decide",
    "DEFAULT": "dial",
    "STOPS": "dial",
    "with_whitespace": "spacing",
    "apply_cuts": "text",
    "plain_spaces": "text",
}
"""Where each name lives; it is loaded when first asked for, since checking needs the texts and never the model."""

__all__ = [
    "DEFAULT",
    "KNOWN",
    "STOPS",
    "Decision",
    "apply_cuts",
    "find_all_cuts",
    "find_cuts",
    "plain_spaces",
    "with_whitespace",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"standoff.cleaning.{_HOMES[name]}"), name)
