"""What changed between two states of a corpus, and the step of the version that it calls for.

A state is a git revision, the folder as it is, or a built dataset, here or on a Hub; any two can be compared.
"""

from standoff.diff.change import Change, Diff
from standoff.diff.compare import compare
from standoff.diff.read import read_state, read_states
from standoff.diff.sentences import to_sentences
from standoff.diff.state import DocumentState, State
from standoff.diff.tell import to_markdown, to_text
from standoff.diff.version import needed_version

__all__ = [
    "Change",
    "Diff",
    "DocumentState",
    "State",
    "compare",
    "needed_version",
    "read_state",
    "read_states",
    "to_markdown",
    "to_sentences",
    "to_text",
]
