"""What changed between two states of a corpus: every span, cut, split, document and file, each told once."""

from standoff.changes.find import Change, find_changes

__all__ = ["Change", "find_changes"]
