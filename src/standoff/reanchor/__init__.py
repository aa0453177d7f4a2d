"""Re-anchoring: where ranges of a text stand in a corrected version of it, or that this cannot be told."""

from standoff.reanchor.engine import follow, reanchor
from standoff.reanchor.parts import follow_parts
from standoff.reanchor.versions import Verdict, Versions

__all__ = ["Verdict", "Versions", "follow", "follow_parts", "reanchor"]
