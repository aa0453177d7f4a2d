"""`standoff check`: all in a corpus that a machine can check, each finding with file, line and the way out.

Levels go from cheap to deep; the rules are data, in `rules.toml` beside this file.
"""

from standoff.check.walk import Checked
from standoff.check.whole import check

__all__ = ["Checked", "check"]
