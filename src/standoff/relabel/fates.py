"""What a move does with the spans of its label, kept for what names them by range and label alone: decisions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from standoff.guidelines.citations import cited_rules
from standoff.records import Span
from standoff.relabel.move import Move

Row = tuple[int, int, str]
"""Start, end and label, in code points of a seed."""
Taken = Mapping[str, bool]
"""Of each layer that has a span of the label on a range: whether it gets the new one."""


@dataclass(slots=True)
class Fates:
    """For a split: whether each span of its label moves, by text, range and layer.

    A text is known by the id of its document, an older one by what `to_key` makes of id and sha256.
    """

    move: Move
    taken: dict[tuple[str, int, int], dict[str, bool]] = field(default_factory=dict)

    def note(self, text: str, layer: str, spans: Iterable[Span]) -> None:
        """Keep what becomes of the spans of a layer; whatever a rename or a merge finds moves, so that needs none."""
        for span in spans if self.move.kind == "split" else ():
            if span.label == self.move.old:
                takes = self.move.takes(span.label, span.text, cited_rules(span.note))
                self.taken.setdefault((text, span.start, span.end), {})[layer] = takes

    def count_divided(self) -> int:
        """How many ranges have the old label in one layer and the new one in another after the move."""
        return sum(len({*layers.values()}) > 1 for layers in self.taken.values())


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known of one decision: the spans of its text, the rule that decided, and the text, if it is here."""

    fates: Fates
    text: str
    rule: str
    read: Callable[[], str | None]

    def takes(self, layer: str, row: Row) -> bool | None:
        """Whether a row that a layer had gets the new label; None if nothing tells.

        The span in the layer says so. One that is not there any more goes by its words; a note nobody knows.
        """
        move, (start, end, label) = self.fates.move, row
        if label != move.old or move.kind != "split":
            return label == move.old
        known = self._find(row)
        if layer in known:
            return known[layer]
        if move.where is None:
            return None
        if known:  # the same words in another layer
            return next(iter(known.values()))
        text = self.read()
        return None if text is None or end > len(text) else move.takes(label, text[start:end], ())

    def takes_decided(self, into: str, readers: Iterable[str], row: Row) -> bool | None:
        """As `takes`, of a row that was decided.

        If it is not in the layer yet, the rule of the decision will be its note there, else those of the readers.
        """
        if (found := self.takes(into, row)) is not None:
            return found
        if self.fates.move.rules and self.rule:
            return self.fates.move.takes(row[2], "", cited_rules(self.rule))
        read = [known for layer, known in self._find(row).items() if layer in readers]
        return any(read) if read else None

    def _find(self, row: Row) -> Taken:
        return self.fates.taken.get((self.text, row[0], row[1]), {})


def to_key(document: str, seed: str) -> str:
    """What a text that is no more is known by."""
    return f"{document}@{seed}"
