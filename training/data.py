"""Documents to learn from: the `train_ok` records of the benchmark, and the written residue beside this file."""

import gzip
import json
import random
import re
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from standoff.cleaning import find_cuts

HERE = Path(__file__).parent
FOLDS = 5
MAIN, RESIDUE, UNKNOWN = 1, 0, -1
_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧")
_FRAME = (
    "Firm loses records",
    "The firm said on Monday that it had lost the records of thousands of its customers over the last summer.",
    "Two other firms that use the same supplier said that they had seen nothing of the kind in their systems.",
)


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a document and their labels: 1 body, 0 residue, -1 not to be learned from."""

    id: str
    source: str
    domain: str
    view: str
    lines: tuple[str, ...]
    labels: tuple[int, ...]

    def pick(self, chosen: Sequence[int], view: str) -> "Page":
        """Some of its lines, in that order."""
        lines, labels = tuple(self.lines[at] for at in chosen), tuple(self.labels[at] for at in chosen)
        return replace(self, view=view, lines=lines, labels=labels)


@dataclass(frozen=True, slots=True)
class Block:
    """Written lines that stand together on a page, each with its kind; `main` is body."""

    id: str
    place: str
    lines: tuple[tuple[str, str], ...]


def fold_of(name: str) -> int:
    """The fold of a domain or a block."""
    return crc32(name.encode()) % FOLDS


def read_records(path: Path) -> Iterator[dict]:
    """The records of a benchmark file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_pages(path: Path, *, train_ok: bool) -> list[Page]:
    """Records as documents of non-blank lines; only those with that `train_ok`."""
    return [page_from_record(record) for record in read_records(path) if record["train_ok"] is train_ok]


def page_from_record(record: dict) -> Page:
    """A record without its blank lines."""
    rows = zip(record["text"].split("\n"), record["labels"], strict=True)
    kept = [(line.strip(), UNKNOWN if label is None else label) for line, label in rows if line.strip()]
    lines, labels = zip(*kept, strict=True)
    return Page(record["id"], record["source"], record["domain"], record["view"], lines, labels)


def doubt_labels(page: Page) -> Page:
    """Lines labelled body that a named rule knows as byline, date, rights notice or code are not learned from.

    The sources disagree on them: the same date line is body in one and residue in the next.
    """
    seed = "\n".join(page.lines)
    kinds = {cut.start for cut in find_cuts(seed, keep=1) if cut.kind in ("byline", "notice", "navigation", "credit")}
    labels, at = [], 0
    for line, label in zip(page.lines, page.labels, strict=True):
        labels.append(UNKNOWN if label == MAIN and at in kinds else label)
        at += len(line) + 1
    return replace(page, labels=tuple(labels))


def read_blocks(folder: Path = HERE / "residue") -> list[Block]:
    """The written blocks of all files."""
    blocks = []
    for path in sorted(folder.glob("*.txt")):
        for number, text in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n")):
            head, *rows = text.split("\n")
            pairs = [row.split(" | ", 1) for row in rows]
            place = head[1:].split("|")[0].strip()
            blocks.append(Block(f"{path.stem}/{number}", place, tuple((kind, line.strip()) for kind, line in pairs)))
    return blocks


def read_cases(folder: Path = HERE.parent / "tests" / "package" / "cases") -> list[Page]:
    """The texts of the cleaner's test cases, and lines that must stay, each between two sentences."""
    pages = []
    for number, case in enumerate(tomllib.loads((folder / "cleaning.toml").read_text(encoding="utf-8"))["case"]):
        rows = []
        for line in case["text"].strip("\n").split("\n"):
            plain, left = _MARK.sub(r"\2", line).strip(), _MARK.sub("", line).strip()
            if plain:
                rows.append((plain, MAIN if left == line.strip() else RESIDUE if not left else UNKNOWN))
        pages.append(_case(f"case-{number}", rows))
    body = tomllib.loads((folder / "body.toml").read_text(encoding="utf-8"))
    for number, line in enumerate([*body["sentences"], *body["captions"]]):
        for at, order in enumerate(((0, 1, 3, 2), (0, 3, 1, 2), (0, 1, 2, 3))):
            lines = (*_FRAME, line)
            pages.append(_case(f"body-{number}-{at}", [(lines[place], MAIN) for place in order]))
    return pages


def _case(name: str, rows: Sequence[tuple[str, int]]) -> Page:
    lines, labels = zip(*rows, strict=True)
    return Page(name, "standoff", name.rsplit("-", 1)[0], "article", lines, labels)


def view_page(page: Page, rng: random.Random) -> Page | None:
    """What an extractor may have let through of a whole page: the body, and residue around and inside it."""
    body = [at for at, label in enumerate(page.labels) if label == MAIN]
    if len(body) < 3:
        return None
    inside = rng.choice([0.0, 0.1, 0.3, 0.6, 1.0])
    low = max(0, body[0] - rng.choice([0, 0, 0, 1, 1, 2, 3, 5]))
    high = min(len(page.lines), body[-1] + 1 + rng.choice([0, 0, 1, 2, 3, 4, 6, 8, 12, 20, 40, 120]))
    chosen = [
        at for at in range(low, high)
        if page.labels[at] == MAIN or not body[0] < at < body[-1] or rng.random() < inside
    ]  # fmt: skip
    if high < len(page.lines) and rng.random() < 0.3:
        start = rng.randrange(high, len(page.lines))
        chosen += range(start, min(len(page.lines), start + rng.choice([1, 2, 4, 8])))
    return page.pick(chosen, "simulated")


def wrap_page(page: Page, rng: random.Random) -> Page:
    """The same page with its body broken as press agencies and careless extractors break it.

    Either all of it is wrapped at some width, or single words of it stand on lines of their own, as links do.
    """
    width = rng.choice([0, 60, 70, 80])
    lines: list[tuple[str, int]] = []
    for line, label in zip(page.lines, page.labels, strict=True):
        words = line.split()
        if label != MAIN or len(words) < 12:
            lines.append((line, label))
        elif width:
            lines += [(part, label) for part in textwrap.wrap(line, width)]
        elif rng.random() < 0.5:
            at = rng.randrange(3, len(words) - 3)
            end = at + rng.choice([1, 1, 2, 3])
            lines += [(" ".join(part), label) for part in (words[:at], words[at:end], words[end:]) if part]
        else:
            lines.append((line, label))
    texts, labels = zip(*lines, strict=True)
    return replace(page, view="wrapped", lines=texts, labels=labels)


def compose_page(page: Page, blocks: Sequence[Block], rng: random.Random) -> Page:
    """A body with written blocks before, inside and after it."""
    lines = [(line, label) for line, label in zip(page.lines, page.labels, strict=True) if label != RESIDUE]
    size = len(lines)

    def insert(at: int, place: str) -> None:
        own = rng.choice([block for block in blocks if block.place == place])
        lines[at:at] = [(text, int(kind == "main")) for kind, text in own.lines]

    if rng.random() < 0.6:
        for _ in range(rng.choice([1, 1, 2, 3])):
            insert(len(lines), "tail")
    if rng.random() < 0.4:
        for _ in range(rng.choice([1, 1, 2])):
            insert(rng.randrange(1, max(2, size - 1)), "inside")
    if rng.random() < 0.4:
        insert(rng.choice([0, 0, min(1, size)]), "head")
    texts, labels = zip(*lines, strict=True)
    return replace(page, view="composed", lines=texts, labels=labels)
