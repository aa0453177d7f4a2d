"""Cleaning: which characters of a news text are residue, why, and the text that is left.

`find_cuts` decides, `apply_cuts` cuts; both are pure. The rules are data, in `rules.toml` beside this file, and so is
the model, in `model.npz`.
"""

from standoff.cleaning.decide import KNOWN, Decision, find_all_cuts, find_cuts
from standoff.cleaning.dial import DEFAULT, STOPS
from standoff.cleaning.spacing import with_whitespace
from standoff.cleaning.text import apply_cuts, plain_spaces

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
