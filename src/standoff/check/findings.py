"""What a rule of `standoff check` says, before it has a place."""

from typing import NamedTuple


class Finding(NamedTuple):
    """A broken rule at a record, counted from 0 (None: the file as a whole). Without a hint, the rule's own."""

    rule: str
    record: int | None
    message: str
    hint: str = ""
    context: str = ""
