"""Where layers agree and where not: spans that all have, and regions in which their readings differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standoff.records import Span

Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch [start, end) of the seed in which layers differ, with what each has there; possibly nothing."""

    start: int
    end: int
    readings: Mapping[str, tuple[Span, ...]]


def find_regions(spans_by_layer: Mapping[str, Sequence[Span]]) -> tuple[list[Span], list[Region]]:
    """Spans that all layers have and that overlap no disputed one; all others in regions of spans that overlap."""
    keyed = {layer: {_key(span): span for span in spans} for layer, spans in spans_by_layer.items()}
    every = {key: span for spans in reversed(keyed.values()) for key, span in spans.items()}
    shared = {key for key in every if all(key in spans for spans in keyed.values())}
    agreed: list[Span] = []
    regions: list[Region] = []
    for group in _group(sorted(every)):
        if all(key in shared for key in group):
            agreed += [every[key] for key in group]
            continue
        readings = {layer: tuple(spans[key] for key in group if key in spans) for layer, spans in keyed.items()}
        regions.append(Region(group[0][0], max(end for _, end, _ in group), readings))
    return agreed, regions


def _key(span: Span) -> Key:
    return span.start, span.end, span.label


def _group(keys: Sequence[Key]) -> list[list[Key]]:
    """Sorted ranges in runs that overlap, one with the next or through others."""
    groups: list[list[Key]] = []
    end = -1
    for key in keys:
        if key[0] < end:
            groups[-1].append(key)
        else:
            groups.append([key])
        end = max(end, key[1])
    return groups
