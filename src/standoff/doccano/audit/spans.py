"""What an audit says of spans: broken, in another unit than the page's, twice, overlapping, at odd edges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.doccano.audit.documents import name_item
from standoff.doccano.audit.records import SHOWN, Facts, Finding, Mark, Seen, Severity, Unit
from standoff.doccano.audit.units import NAMES, UNITS, Judged, Ruler, judge, quote

_RULES: Mapping[str, tuple[Severity, str]] = {
    "empty": ("broken", "are empty: they end where they begin, or before"),
    "outside": ("broken", "lie outside the text, in any unit"),
    "inside": ("broken", "begin or end inside a character, in any unit that would make words of them"),
    "half": ("broken", "begin or end between a letter and its accent, or inside an emoji"),
    "shifted-certain": ("broken", "are in another unit than the page's (certain: it cannot have made them)"),
    "shifted-likely": ("broken", "are in another unit than the page's (likely: there they are whole words)"),
    "twice": ("broken", "are there more than once"),
    "overlap": ("note", "overlap others, as the project allows"),
    "overlap-forbidden": ("broken", "overlap others, which the project forbids: an import would drop one of them"),
    "space": ("note", "begin or end in white space"),
    "half-word": ("note", "begin or end within a word"),
    "behind": ("note", ""),
}
"""Rule of a span: how bad, and what to say. The message of `behind` names the unit."""


@dataclass(frozen=True, slots=True)
class Units:
    """The spans to which the unit makes a difference, and how many of them are whole words in each.

    `seems` is the unit, `mixed`, or `unknown` where no unit makes words of half of them; it is certain where one unit
    makes words of all.
    """

    telling: int
    fits: Mapping[Unit, int]
    seems: str
    certain: bool


def find_in_spans(seen: Seen) -> tuple[Units, list[Finding]]:
    """The unit of a project's offsets, and the findings on its spans."""
    found: dict[str, list[str]] = {rule: [] for rule in _RULES}
    telling: list[Judged] = []
    for at, item in enumerate(seen.items):
        ruler = Ruler.of(item.text)
        for who, reading in seen.readings.items():
            marks, name = reading.marks[at], name_item(item) + (f" ({who})" if len(seen.readings) > 1 else "")
            judged = [judge(ruler, mark, seen.facts.unit) for mark in marks]
            telling += [one for one, mark in zip(judged, marks, strict=True) if ruler.tells(mark)]
            for rule, mark in _sort_marks(seen.facts, ruler, marks, judged):
                found[rule].append(_say(name, mark, ruler, rule))
    units = _sum_up(telling, seen.facts.unit)
    rules: dict[str, tuple[Severity, str]] = {**_RULES, "behind": ("note", _say_behind(seen.facts))}
    if units.seems == "unknown":
        rules["shifted-likely"] = ("note", "look as if they were in another unit, but so may any by chance here")
    findings = [
        Finding(f"span-{rule}", severity, len(names), "spans", message, tuple(names[:SHOWN]))
        for rule, (severity, message) in rules.items()
        if (names := found[rule])
    ]
    return units, findings


def _sort_marks(
    facts: Facts, ruler: Ruler, marks: Sequence[Mark], judged: Sequence[Judged]
) -> Iterator[tuple[str, Mark]]:
    """Each mark with each rule it falls under."""
    seen = set[tuple[int, int, str]]()
    for mark, one in zip(marks, judged, strict=True):
        for rule in _find_rules(ruler, mark, one):
            yield rule, mark
        key = (mark.start, mark.end, mark.label)
        if key in seen:
            yield "twice", mark
        seen.add(key)
    for mark in find_overlapping(marks):
        yield "overlap" if facts.overlap else "overlap-forbidden", mark


def _find_rules(ruler: Ruler, mark: Mark, one: Judged) -> Iterator[str]:
    """What is to be said of a mark by itself: one that is broken has no edges to speak of."""
    if one.kind == "shifted":
        yield f"shifted-{'certain' if one.certain else 'likely'}"
    elif one.kind != "fine":
        yield one.kind
    elif one.points is not None:
        if ruler.has_edge_space(*one.points):
            yield "space"
        elif ruler.cuts_word(*one.points):
            yield "half-word"
        if one.points != (mark.start, mark.end):
            yield "behind"


def find_overlapping(marks: Sequence[Mark]) -> list[Mark]:
    """Every mark that shares a place with another one of a different range or label, in order."""
    ranges = sorted({(mark.start, mark.end, mark.label) for mark in marks if mark.start < mark.end})
    involved: set[int] = set()
    longest: list[int] = []
    for at, (start, _, _) in enumerate(ranges):
        longest = [other for other in longest if ranges[other][1] > start]
        involved |= {at, *longest} if longest else set()
        longest.append(at)
    return [Mark(*ranges[at]) for at in sorted(involved)]


def _say(name: str, mark: Mark, ruler: Ruler, rule: str) -> str:
    place = f"{name} [{mark.start}, {mark.end}) {mark.label}"
    if rule in ("empty", "outside"):
        return f"{place}, of {len(ruler.text)} characters"
    if rule == "inside" or rule.startswith("shifted"):
        return f"{place}; {', '.join(ruler.surfaces(mark))}"
    found = ruler.to_points(mark, "utf16")
    return place if found is None else f"{place} {quote(ruler.text[slice(*found)])}"


def _say_behind(facts: Facts) -> str:
    return (
        f"have offsets in {NAMES[facts.unit]} that are not those of the text in code points (Python, most other"
        " tools): convert them after an export"
    )


def _sum_up(telling: Sequence[Judged], page: Unit) -> Units:
    """Of units that fit as many, the page's is the likely one, then code points, which most scripts count."""
    fits = {unit: sum(unit in one.fits for one in telling) for unit in UNITS}
    worded = sum(bool(one.fits) for one in telling)
    if 2 * worded < len(telling) or not telling:
        return Units(len(telling), fits, "unknown", certain=False)
    best = max((page, "codepoints", *UNITS), key=lambda unit: fits[unit])
    alone = list(fits.values()).count(fits[best]) == 1
    seems = best if fits[best] == worded else "mixed"
    return Units(len(telling), fits, seems, certain=alone and fits[best] == len(telling))
