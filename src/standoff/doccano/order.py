"""What somebody asks of a round: documents, people, shares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to deal out: documents by id, or the `next` ones that need people most; to whom, and how.

    A share `overlap` of the documents goes to `per_doc` annotators, `control` documents of gold are mixed in for each;
    in a calibration round everybody reads everything. `suggestions` is the layer that annotators start from. With
    `again` annotators get what they have read, as they marked it, for a rule that changed.
    """

    annotators: tuple[str, ...]
    ids: tuple[str, ...] = ()
    next: int = 0
    per_doc: int = 1
    overlap: float = 1.0
    control: int = 0
    calibration: bool = False
    suggestions: str = ""
    again: bool = False
    with_private: bool = False

    def __str__(self) -> str:
        """As one says it on the command line; whether private texts may go is said at each push."""
        shares = f"--per-doc {self.per_doc} --overlap {self.overlap:g} --control {self.control} --next {self.next}"
        flags = "".join(f" --{flag}" for flag in ("calibration", "again") if getattr(self, flag))
        people = " ".join(f"--to {one}" for one in self.annotators)
        return " ".join([*self.ids, people, shares]) + flags + f" --suggestions {self.suggestions}".rstrip()
