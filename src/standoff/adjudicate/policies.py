"""Decisions that need no person: the reading of the majority, or of a named expert."""

from collections.abc import Sequence

from standoff.adjudicate.decisions import to_lists
from standoff.agree.regions import Region
from standoff.records import Decision


def decide_by_majority(document: str, region: Region, guidelines: str) -> Decision | None:
    """The reading of the whole region that more than half of the layers share; None where none does."""
    for layers in group_readings(region):
        if 2 * len(layers) > len(region.readings):
            return to_decision(document, region, layers, "policy:majority", guidelines)
    return None


def decide_by_expert(document: str, region: Region, expert: str, guidelines: str) -> Decision:
    """The reading of one layer, whatever the others have."""
    layers = next(layers for layers in group_readings(region) if expert in layers)
    return to_decision(document, region, layers, f"policy:expert {expert}", guidelines)


def group_readings(region: Region) -> list[tuple[str, ...]]:
    """The layers that read a region alike, in their order."""
    groups: dict[tuple[tuple[int, int, str], ...], list[str]] = {}
    for layer, spans in region.readings.items():
        groups.setdefault(tuple(sorted((span.start, span.end, span.label) for span in spans)), []).append(layer)
    return [tuple(layers) for layers in groups.values()]


def to_decision(document: str, region: Region, layers: Sequence[str], by: str, guidelines: str) -> Decision:
    """The decision for the reading that these layers share."""
    return Decision(
        id=document, start=region.start, end=region.end,
        readings={layer: to_lists(spans) for layer, spans in region.readings.items()},
        choice=", ".join(layers), spans=to_lists(region.readings[layers[0]]),
        by=by, rule="", reason="", guidelines=guidelines,
    )  # fmt: skip
