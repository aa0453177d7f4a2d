"""The records of one document on a corrected text: spans, cuts and keeps of people, decisions, waivers. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from standoff.adjudicate.decisions import is_whole
from standoff.offsets import OffsetMap
from standoff.reanchor.engine import follow
from standoff.reanchor.parts import follow_parts
from standoff.reanchor.versions import Outcome, Verdict, Versions
from standoff.records import Cut, Decision, Keep, Span, Waiver

OUTCOMES: tuple[Outcome, ...] = ("kept", "moved", "trimmed", "orphaned")
Followed = Span | Cut | Keep | Decision | Waiver
GONE = "its words are gone, or cannot be told apart"
_RANGE = re.compile(r"(?P<head>(?:\S+ )?)(?P<start>\d+)-(?P<end>\d+)")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record: those that stand for it now, none of an orphan, and the reason where it lost something.

    `near` is the place in the new text where it is, or where it should be.
    """

    record: Followed
    outcome: Outcome
    now: tuple[Followed, ...]
    near: tuple[int, int]
    reason: str = ""


def follow_spans(versions: Versions, layers: Mapping[str, Sequence[Span]]) -> dict[str, list[Fate]]:
    """The spans of every layer, judged together."""
    spans = [span for own in layers.values() for span in own]
    verdicts = iter(follow(versions, spans))
    return {layer: [_to_fate(versions, span, next(verdicts)) for span in own] for layer, own in layers.items()}


def _to_fate(versions: Versions, span: Span, verdict: Verdict) -> Fate:
    place = verdict.start, verdict.end
    if verdict.outcome == "orphaned":
        return Fate(span, "orphaned", (), place, GONE)
    reason = "part of it was taken out" if verdict.outcome == "trimmed" else ""
    moved = replace(span, start=place[0], end=place[1], text=versions.texts[1][slice(*place)])
    return Fate(span, verdict.outcome, (moved,), place, reason)


def follow_marks(versions: Versions, marks: Iterable[Cut | Keep], taken: Collection[Cut | Keep]) -> list[Fate]:
    """The cuts or the keeps of people; one that would now touch another, or one of `taken`, is an orphan."""
    fates, held = list[Fate](), [(one.start, one.end) for one in taken]
    for mark in marks:
        parts = follow_parts(versions, mark)
        place = parts[0].start, parts[-1].end
        now = tuple(replace(mark, start=part.start, end=part.end) for part in parts)
        if parts[0].outcome == "orphaned":
            fates.append(Fate(mark, "orphaned", (), place, GONE))
        elif isinstance(mark, Cut) and any(low < one.end and one.start < high for one in now for low, high in held):
            fates.append(Fate(mark, "orphaned", (), place, "what it covers is covered twice now"))
        else:
            held += [(one.start, one.end) for one in now]
            reason = "part of it was edited" if parts[0].outcome == "trimmed" else ""
            fates.append(Fate(mark, parts[0].outcome, now, place, reason))
    return fates


def heed_cuts(fates: Iterable[Fate], before: OffsetMap, after: OffsetMap, seed: str) -> Iterator[Fate]:
    """Spans under the new cuts: what a cut takes that none took before is trimmed off, or all of it is an orphan."""
    for fate in fates:
        yield fate if not fate.now else _heed(fate, before, after, seed)


def _heed(fate: Fate, before: OffsetMap, after: OffsetMap, seed: str) -> Fate:
    old, span = fate.record, fate.now[0]
    if not (isinstance(old, Span) and isinstance(span, Span)):
        return fate
    taken = [at for at in range(span.start, span.end) if after.to_clean(at) is None and not seed[at].isspace()]
    if not taken or before.span_to_clean(old.start, old.end)[2] != "kept":
        return fate
    left = [at for at in range(span.start, span.end) if after.to_clean(at) is not None and not seed[at].isspace()]
    start, end = (left[0], left[-1] + 1) if left else (0, 0)
    torn = any(start <= at < end for at in taken) or _parts_word(seed, start, end)
    if torn or 2 * len(seed[start:end].split()) < len(span.text.split()):
        return replace(fate, outcome="orphaned", now=(), reason="it lies in a cut now")
    trimmed = replace(span, start=start, end=end, text=seed[start:end])
    return replace(fate, outcome="trimmed", now=(trimmed,), near=(start, end), reason="a cut takes a part of it")


def _parts_word(text: str, start: int, end: int) -> bool:
    return any(0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() for at in (start, end))


def drop_twins(fates: Iterable[Fate]) -> list[Fate]:
    """Spans of one layer: of those that have become the same one, the others are orphans."""
    seen, result = set[tuple[int, int, str]](), list[Fate]()
    for fate in sorted(fates, key=lambda fate: OUTCOMES.index(fate.outcome)):
        keys = {(one.start, one.end, one.label) for one in fate.now if isinstance(one, Span)}
        if keys & seen:
            fate = replace(fate, outcome="orphaned", now=(), reason="it is the same as another now")
        seen |= keys
        result.append(fate)
    return sorted(result, key=lambda fate: (fate.record.start, fate.record.end))  # type: ignore[union-attr]


def follow_decision(versions: Versions, decision: Decision) -> Fate:
    """A decision, whose range and spans must all be there still."""
    rows = [row for own in (*decision.readings.values(), decision.spans) for row in own]
    ranges = [Keep(decision.start, decision.end, ""), *(Keep(row[0], row[1], "") for row in rows)]
    verdicts = follow(versions, ranges)
    near = verdicts[0].start, verdicts[0].end
    moved = {(one.start, one.end): one_now for one, one_now in zip(ranges, verdicts, strict=True)}
    readings = {layer: _move_rows(own, moved) for layer, own in decision.readings.items()}
    now = replace(decision, start=near[0], end=near[1], readings=readings, spans=_move_rows(decision.spans, moved))
    if any(one.outcome not in ("kept", "moved") for one in verdicts) or not is_whole(now):
        return Fate(decision, "orphaned", (), near, "what was decided is not there as it was")
    return Fate(decision, "kept" if now == decision else "moved", (now,), near)


def _move_rows(rows: Iterable[Any], moved: Mapping[tuple[int, int], Verdict]) -> list[Any]:
    return [[moved[row[0], row[1]].start, moved[row[0], row[1]].end, row[2]] for row in rows]


def follow_waiver(versions: Versions, waiver: Waiver) -> Fate:
    """A waiver of something at a range of the document; one without a range stays as it is."""
    found = _RANGE.fullmatch(waiver.at)
    if found is None:
        return Fate(waiver, "kept", (waiver,), (0, 0))
    (verdict,) = follow(versions, [Keep(int(found["start"]), int(found["end"]), "")])
    near = verdict.start, verdict.end
    if verdict.outcome not in ("kept", "moved"):
        return Fate(waiver, "orphaned", (), near, "what it waives is not there as it was")
    return Fate(waiver, verdict.outcome, (replace(waiver, at=f"{found['head']}{near[0]}-{near[1]}"),), near)
