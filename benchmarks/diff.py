"""How long `standoff diff` takes on a large corpus: two git revisions, and two built datasets.

A corpus of invented words is made in a temporary folder: by default 3,300 documents of 3,000 characters with 30 spans
and two cuts each. It is committed and built; then one span in twenty is relabelled, moved, removed or joined by a new
one, words are put into one text in fifty, and it is committed and built again. Times are those of whole commands, the
median of several. Writes diff.md. Run: python benchmarks/diff.py [--documents N] [--rounds N]
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from build import write_words
from check import LABELS, make_corpus

HERE = Path(__file__).resolve().parent
INSERTED = "Newly found: "


def edit_corpus(root: Path, share: float = 0.05) -> None:
    """Change so many spans, each in one of four ways, and put words at the head of one text in fifty."""
    numbers = random.Random(11)
    changed = {}
    for at, path in enumerate(sorted((root / "annotations/gold").glob("*.jsonl"))):
        spans = [json.loads(line) for line in path.read_text().splitlines()]
        text = (root / f"seeds/text/{path.stem}.txt").read_text()
        shift = len(INSERTED) if at % 50 == 0 else 0
        if shift:
            text = f"{text[:11]}{INSERTED}{text[11:]}"
            (root / f"seeds/text/{path.stem}.txt").write_text(text)
            (root / f"corpus/text/{path.stem}.txt").write_text(text[11:])
            changed[path.stem] = text
        moved = [{**span, "start": span["start"] + shift, "end": span["end"] + shift} for span in spans]
        edited = [row for span in moved for row in edit_span(numbers, span, text, share)]
        path.write_text("".join(json.dumps(row) + "\n" for row in edited))
    rehash(root, changed)


def edit_span(numbers: random.Random, span: dict[str, object], text: str, share: float) -> list[dict[str, object]]:
    """The span as it was, or relabelled, shortened, gone, or with another one before it."""
    start, end, label = int(str(span["start"])), int(str(span["end"])), str(span["label"])
    if numbers.random() >= share:
        return [span]
    word = text.index(" ", start)
    way = numbers.randrange(4)
    if way == 0:
        return [{**span, "label": next(one for one in LABELS if one != label)}]
    if way == 1:
        return [{**span, "end": word, "text": text[start:word]}] if word < end else [span]
    if way == 2:
        return []
    before = text.rindex(" ", 0, start - 1) + 1
    return [{"start": before, "end": start - 1, "label": label, "text": text[before : start - 1]}, span]


def rehash(root: Path, changed: dict[str, str]) -> None:
    """Sources and index of texts that changed."""
    for name in ("seeds/sources.jsonl", "corpus/index.jsonl"):
        rows = [json.loads(line) for line in (root / name).read_text().splitlines()]
        for row in rows:
            if row["id"] in changed:
                text = changed[row["id"]]
                if "chars" in row:
                    row |= {"sha256": sha256(text.encode()).hexdigest(), "chars": len(text)}
                else:
                    row |= {"sha256": sha256(text[11:].encode()).hexdigest(), "kept": len(text) - 11}
        (root / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def commit(root: Path, tag: str) -> None:
    """Commit all and tag it."""
    git = ["git", "-C", str(root), "-c", "user.name=ida", "-c", "user.email=ida@example.org"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", tag], ["tag", tag]):
        subprocess.run([*git, *command], check=True)


def build(root: Path, out: str) -> None:
    """Build the dataset as it would be released."""
    command = [sys.executable, "-m", "standoff", "build", "--out", out]
    environment = {**os.environ, "XDG_CACHE_HOME": str(root.parent / "cache")}
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, env=environment)


def time_diff(root: Path, rounds: int, *arguments: str) -> tuple[float, float]:
    """The median of the seconds of a whole command, and its peak memory in MB."""
    command = [sys.executable, "-m", "standoff", "diff", *arguments]
    seconds, memory = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - start)
        memory.append(usage.ru_maxrss / 1024)
        if status:
            sys.exit(f"failed: {' '.join(command)}")
    return statistics.median(seconds), max(memory)


def count_changes(root: Path) -> dict[str, int]:
    """How many changes of each sort there are."""
    command = [sys.executable, "-m", "standoff", "diff", "v1", "v2", "--json"]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    counts: dict[str, int] = json.loads(done.stdout)["counts"]
    return counts


def write_report(rows: list[tuple[str, float, float]], documents: int, counts: dict[str, int], rounds: int) -> None:
    """The table as Markdown."""
    told = ", ".join(f"{what} {count:,}" for what, count in counts.items())
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# How long `standoff diff` takes",
        "",
        f"{documents:,} documents of 3,000 characters, 30 spans and two cuts each: {documents * 30:,} spans in all.",
        f"Changed between the two sides: {told}.",
        f"Whole commands, the median of {rounds}, with the peak of memory; {where}.",
        "",
        "| compared | seconds | MB |",
        "|---|--:|--:|",
        *(f"| {name} | {seconds:.2f} | {memory:,.0f} |" for name, seconds, memory in rows),
        "",
        "Run: `python benchmarks/diff.py`",
    ]
    (HERE / "diff.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def main() -> None:
    """Make, edit, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=3_334)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "large"
        make_corpus(root, options.documents)
        write_words(root)
        (root / ".gitignore").write_text("/dist/\n/*.html\n")
        commit(root, "v1")
        build(root, "dist/v1")
        edit_corpus(root)
        commit(root, "v2")
        build(root, "dist/v2")
        rows = []
        for name, arguments in (
            ("two revisions, as a table", ("v1", "v2")),
            ("two revisions, every change as JSON", ("v1", "v2", "--json")),
            ("two revisions that are the same", ("v2", "v2")),
            ("a revision and the folder", ("v1", ".")),
            ("a dataset and a revision", ("dist/v1", "v2")),
            ("two datasets", ("dist/v1", "dist/v2")),
            ("two datasets, as one page", ("dist/v1", "dist/v2", "--html", "page.html")),
        ):
            rows.append((name, *time_diff(root, options.rounds, *arguments)))
        write_report(rows, options.documents, count_changes(root), options.rounds)


if __name__ == "__main__":
    main()
