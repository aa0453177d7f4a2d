"""Cleaning: which characters of a news text are residue, why, and the text that is left.

`find_cuts` decides, `apply_cuts` cuts; both are pure. The rules are data, in `rules.toml` beside this file.
"""

from standoff.cleaning.decide import find_cuts
from standoff.cleaning.text import apply_cuts, plain_spaces

__all__ = ["apply_cuts", "find_cuts", "plain_spaces"]
