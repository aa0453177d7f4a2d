"""Decisions that need no person: the reading of the majority, or of a named expert."""

from collections.abc import Sequence

from standoff.adjudicate.decisions import to_lists
from standoff.agree.regions import Region
from standoff.records import Decision


def decide_by_majority(document: str, region: Region, into: str, guidelines: str) -> Decision | None:
    """The reading of the whole region that more than half of the layers share; None where none does."""
    for layers in group_readings(region):
        if 2 * len(layers) > len(region.readings):
            return _decide(document, region, layers, into, "policy:majority", guidelines)
    return None


def decide_by_expert(document: str, region: Region, expert: str, into: str, guidelines: str) -> Decision:
    """The reading of one layer, whatever the others have."""
    layers = next(layers for layers in group_readings(region) if expert in layers)
    return _decide(document, region, layers, into, f"policy:expert {expert}", guidelines)


def group_readings(region: Region) -> list[tuple[str, ...]]:
    """The layers that read a region alike, in their order."""
    groups: dict[str, list[str]] = {}
    for layer, spans in region.readings.items():
        groups.setdefault(repr(to_lists(spans)), []).append(layer)
    return [tuple(layers) for layers in groups.values()]


def _decide(document: str, region: Region, layers: Sequence[str], into: str, by: str, guidelines: str) -> Decision:
    return Decision(
        id=document, start=region.start, end=region.end, into=into,
        readings={layer: to_lists(spans) for layer, spans in region.readings.items()},
        choice=", ".join(layers), spans=to_lists(region.readings[layers[0]]),
        by=by, rule="", reason="", guidelines=guidelines,
    )  # fmt: skip
