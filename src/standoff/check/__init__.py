"""`standoff check`: all in a corpus that a machine can check, each finding with file, line and the way out."""

from standoff.check.corpus import check

__all__ = ["check"]
