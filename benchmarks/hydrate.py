r"""Labels made on one extractor's text of a page and placed on another extractor's text of it, by fingerprint alone.

    python benchmarks/hydrate.py --bench ../shared/bench/pages.jsonl.gz

writes `benchmarks/hydrate.md`. Every pair of extractors is measured in both directions; beside trafilatura those that
are installed: pip install readability-lxml jusText resiliparse newspaper4k boilerpy3

The labels are names and figures as a pattern finds them in the first text. Where each belongs in the second is read off
the full texts: the place where its words stand with the most words around them alike.
"""

import argparse
import importlib.metadata
import importlib.util
import logging
import platform
import re
import statistics
import sys
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from unittest import mock

from pages import OTHERS, read_all, read_lines, trafilatura_with
from standoff.hydrate import fingerprint, place
from standoff.hydrate.fingerprint import check_surface, fold_surface, read_words, to_sketch
from standoff.hydrate.place import Placed, place_spans
from standoff.hydrate.seek import Other, Told

HERE = Path(__file__).resolve().parent
NAME = re.compile(
    r"(?<!\w)(?:[A-Z][\w’'.-]*\w(?: (?:(?:of|the|and|de) )?[A-Z][\w’'.-]*\w)*"
    r"|[$€£]?\d[\d.,]*\d(?: (?:million|billion))?)(?!\w)"
)
"""Names and figures, of whole words."""
AROUND = 30
"""Words looked at on either side of a name."""
ENOUGH = 5
"""Words alike around a name that make its place there sure."""
COPY = 10
"""Words alike around a place that make it a copy of the passage, where another place has more of them."""
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """A text, its words folded for comparison, and where they are."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[Range, ...]


def to_page(text: str) -> Page:
    """A text as extracted, with its labels."""
    found = [(one.start(), one.end(), one[0].casefold()) for one in re.finditer(r"[^\W_]+", text)]
    spans = tuple((one.start(), one.end()) for one in NAME.finditer(text))
    return Page(
        text, tuple(w for _, _, w in found), tuple(s for s, _, _ in found), tuple(e for _, e, _ in found), spans
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a span belongs: the words [first, last) with most words alike around, several if they are equal.

    `around` is how many are alike there, `alike` that number for every place where the words of the span stand.
    """

    places: frozenset[Range]
    around: int
    certain: bool
    alike: Mapping[Range, int]


class Finder:
    """Where the words of spans of one text stand in another, by the full texts."""

    def __init__(self, there: Page, here: Page) -> None:
        """Remember where each word stands."""
        self.there, self.here = there, here
        self.at: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(here.words):
            self.at[word].append(number)

    def find(self, span: Range) -> Truth:
        """The places of a span; none if its words are nowhere in the other text."""
        there, here = self.there, self.here
        first, last = _touched(there, span)
        words = there.words[first:last]
        best: dict[Range, int] = {}
        for number in self.at.get(words[0], ()) if words else ():
            if here.words[number : number + len(words)] == words:
                alike = _alike(there.words[:first][::-1], here.words[:number][::-1])
                alike += _alike(there.words[last:], here.words[number + len(words) :])
                best[number, number + len(words)] = alike
        most = max(best.values(), default=0)
        whole = len(there.words) == last - first
        return Truth(
            frozenset(one for one, alike in best.items() if alike == most), most, most >= ENOUGH or whole, best
        )


def _touched(page: Page, span: Range) -> Range:
    return bisect_right(page.ends, span[0]), bisect_left(page.starts, span[1])


def _alike(left: Sequence[str], right: Sequence[str]) -> int:
    for number, (one, other) in enumerate(zip(left[:AROUND], right[:AROUND], strict=False)):
        if one != other:
            return number
    return min(len(left), len(right), AROUND)


def place_all(there: Page, here: Page, bits: int, step: int) -> Placed:
    """The spans of one text placed in the other by what a dataset would carry."""
    sha = sha256(there.text.encode()).hexdigest()
    sketch = to_sketch(read_words(there.text, sha, bits), step)
    told = [Told(start, end, check_surface(there.text[start:end], sha, start)) for start, end in there.spans]
    return place_spans(sketch, told, Other(here.text, sha, read_words(here.text, sha, bits)))


def judge(there: Page, here: Page, truths: Sequence[Truth], placed: Placed) -> Counter[str]:
    """Each span by what became of it and what should have."""
    counts: Counter[str] = Counter()
    for index, (span, truth) in enumerate(zip(there.spans, truths, strict=True)):
        found = placed.spans.get(index) or placed.merged.get(index)
        right = found is not None and _touched(here, found) in truth.places
        same = found is not None and fold_surface(here.text[slice(*found)]) == fold_surface(there.text[slice(*span)])
        copied = found is not None and truth.alike.get(_touched(here, found), 0) >= COPY
        sure = "sure" if truth.certain else "unsure" if truth.places else "absent"
        kind = "orphaned" if found is None else "placed" if right and same else "copy" if same and copied else "wrong"
        counts[f"{sure} {kind}"] += 1
    return counts


def measure(pairs: Sequence[tuple[Page, Page, list[Truth]]], bits: int, step: int) -> Counter[str]:
    """The counts of all pages of a pair of extractors."""
    counts: Counter[str] = Counter()
    for there, here, truths in pairs:
        counts += judge(there, here, truths, place_all(there, here, bits, step))
    return counts


def total(counts: Counter[str], *kinds: str) -> int:
    """The spans of these kinds, sure or not."""
    return sum(count for name, count in counts.items() if name in kinds or name.split()[0] in kinds)


def render_pairs(found: dict[tuple[str, str], Counter[str]]) -> list[str]:
    """A row a pair of extractors, and the sums."""
    head = ["labels made on", "placed in", "spans", "words are in it", "placed", "%", "on a copy", "wrong", "no place"]
    lines = [f"| {' | '.join(head)} | rightly none |", "|---" * 10 + "|"]
    pooled = sum(found.values(), Counter[str]())
    for (there, here), own in [*found.items(), (("all", "all"), pooled)]:
        sure = total(own, "sure")
        cells = [own.total(), sure, own["sure placed"]]
        rest = [
            own["sure copy"],
            total(own, *WRONG),
            own["sure orphaned"],
            total(own, "absent orphaned", "unsure orphaned"),
        ]
        share = f"{100 * own['sure placed'] / sure:.2f}"
        lines.append(
            "| " + " | ".join([there, here, *(f"{c:,}" for c in cells), share, *(f"{c:,}" for c in rest)]) + " |"
        )
    shares = [100 * own["sure placed"] / total(own, "sure") for own in found.values()]
    known = total(pooled, "sure", "unsure")
    anywhere = 100 * total(pooled, "sure placed", "unsure placed") / known
    return [
        *lines,
        "",
        f"Median of the pairs {statistics.median(shares):.2f} %, lowest {min(shares):.2f} %.",
        "",
        f"Of the {known:,} spans whose words stand anywhere in the other text, however few words around them are alike,"
        f" {anywhere:.2f} % are placed: most of the rest are the same names in other passages, as far as five words"
        " can tell.",
    ]


WRONG = ("sure wrong", "absent wrong", "absent copy", "unsure wrong", "unsure copy")


def render_curve(curve: dict[tuple[int, int, int], Counter[str]]) -> list[str]:
    """A row for each number of bits a word, distance of knots, and evidence asked for."""
    lines = [
        "| bits a word | a knot every | words alone, bits | placed % | on a copy | wrong | ms a text |",
        "|---" * 7 + "|",
    ]
    for (bits, step, alone), own in curve.items():
        share = f"{100 * own['sure placed'] / total(own, 'sure'):.2f}"
        cells = [bits, step, alone, share, own["sure copy"], total(own, *WRONG), f"{own['ms'] / own['texts']:.0f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def measure_curve(pairs: Sequence[tuple[Page, Page, list[Truth]]]) -> dict[tuple[int, int, int], Counter[str]]:
    """The same pairs with other numbers of bits, knots and evidence."""
    settings = [(bits, fingerprint.STEP, place.WORDS) for bits in (1, 2, 3, 4, 8)]
    settings += [(fingerprint.BITS, step, place.WORDS) for step in (8, 32)]
    settings += [(fingerprint.BITS, fingerprint.STEP, alone) for alone in (10, 30, 40)]
    curve = {}
    for bits, step, alone in settings:
        begun = time.perf_counter()
        with mock.patch.object(place, "WORDS", alone):
            counts = measure(pairs, bits, step)
        own = Counter({"ms": round(1_000 * (time.perf_counter() - begun)), "texts": len(pairs)})
        curve[bits, step, alone] = counts + own
        print(bits, step, alone, dict(counts), file=sys.stderr)
    return curve


def join_pairs(pages: dict[str, list[Page]], there: str, here: str) -> list[tuple[Page, Page, list[Truth]]]:
    """The pages on which both extractors found a text, with where each span belongs."""
    both = [(one, other) for one, other in zip(pages[there], pages[here], strict=True) if one.text and other.text]
    return [(one, other, list(map(Finder(one, other).find, one.spans))) for one, other in both]


def main() -> None:
    """Extract, label, place, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parent.parent / "shared" / "bench" / "pages.jsonl.gz")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    records = list(read_lines(args.bench))
    installed = {name: read for name, (module, read) in OTHERS.items() if importlib.util.find_spec(module)}
    readers = {"trafilatura": trafilatura_with({})} | installed
    pages = {name: list(map(to_page, read_all(records, read))) for name, read in readers.items()}
    found, sample = {}, list[tuple[Page, Page, list[Truth]]]()
    for there, here in permutations(pages, 2):
        pairs = join_pairs(pages, there, here)
        found[there, here] = measure(pairs, fingerprint.BITS, fingerprint.STEP)
        sample += pairs if "trafilatura" in (there, here) else []
        print(there, here, dict(found[there, here]), file=sys.stderr)
    (HERE / "hydrate.md").write_text(render(list(pages), found, measure_curve(sample)), encoding="utf-8")


def render(
    names: Sequence[str], found: dict[tuple[str, str], Counter[str]], curve: dict[tuple[int, int, int], Counter[str]]
) -> str:
    """The report as Markdown."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    lines = [
        "# Labels hydrated onto another extractor's text",
        "",
        f"Written by `python benchmarks/hydrate.py` on {date.today().isoformat()}: Python {platform.python_version()},"
        f" {versions}.",
        "",
        "Names and figures of 124 news pages are labelled in the text that one extractor makes of a page, and placed in"
        " the text that another makes of it, from what the config `standoff` carries: offsets,"
        f" {fingerprint.BITS} bits a word, the offset of every {fingerprint.STEP}th word, 16 bits a span. Never from"
        " the words.",
        "",
        "Where a span belongs is read off the two full texts: the place where its words stand with the most words"
        f" alike directly around them, up to {AROUND} on either side. *Words are in it*: at least {ENOUGH} words around"
        " are alike there; with fewer it is not sure that the passage is the same one, and the span counts with those"
        " whose words are not there at all (*rightly none*, if it got no place). *On a copy*: the words are the same"
        f" and at least {COPY} words around too, but another place has more of them: captions and teasers that a page"
        " repeats. *Wrong*: any other place. A span of a passage that stands twice in the first text and once in the"
        " second has one place with its copy, and counts as placed if that is the right one.",
        "",
        *render_pairs(found),
        "",
        "## How much to tell",
        "",
        "The pairs with trafilatura, both directions. *Words alone*: bits of evidence that the words of a run must"
        " give without the spans in it, which is how much of the surroundings must be alike. Times are those of a busy"
        " machine.",
        "",
        *render_curve(curve),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
