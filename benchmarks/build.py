"""Time and memory of `standoff build` as a corpus grows, and what `datasets` alone takes for the same rows.

Documents of invented words (3,000 characters, 30 spans, a cut) are made as JSON Lines shards. Each build and each
writing of the same rows with `datasets` is a process of its own; memory is the peak of the whole family, as the kernel
counts it, pages that are shared by two processes twice. Then a corpus of files is built, one label corrected, and built
again. Writes build.md. Run: python benchmarks/build.py [--documents 2000 --documents 20000] [--files 3000] [--work DIR]
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from check import LABELS, make_corpus, make_document, make_words

SHARD = 20_000
BASELINE = """
import sys
from pathlib import Path
from datasets import Dataset
from standoff.dataset.read import read_manifest, read_rows
from standoff.dataset.features import dataset_features
features = dataset_features({labels!r})
source, out, cache = map(Path, sys.argv[1:])
for config, splits in read_manifest(source).content.items():
    for split in splits:
        rows = Dataset.from_generator(
            read_rows, features=features[config], cache_dir=str(cache),
            gen_kwargs={{"folder": source, "config": config, "split": split}},
        )
        (out / config).mkdir(parents=True, exist_ok=True)
        rows.to_parquet(out / config / f"{{split}}.parquet")
"""


def write_shards(folder: Path, count: int) -> list[Path]:
    """Shards of `count` documents, the same for the same count."""
    numbers = random.Random(7)
    words = make_words(numbers, 20_000)
    names = [(" ".join(numbers.sample(words, 2)).title(), numbers.choice(LABELS)) for _ in range(5_000)]
    paths = []
    for first in range(0, count, SHARD):
        path = folder / f"documents-{first // SHARD:03}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number in range(first, min(count, first + SHARD)):
                text, spans = make_document(numbers, words, names)
                cut = {"start": 0, "end": 10, "kind": "share", "by": "rule:share"}
                file.write(json.dumps({"id": f"d{number:06}", "seed": text, "cuts": [cut], "spans": spans}) + "\n")
        paths.append(path)
    return paths


def run(command: Sequence[str], cwd: Path, **environment: str) -> tuple[float, float]:
    """Seconds, and peak memory in MB of a process and all below it, looked at ten times a second."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    peak = [0.0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], sum(map(read_memory, list_family(process.pid))))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.monotonic() - start
    watcher.join()
    if code:
        sys.exit(f"failed: {' '.join(command)}")
    return seconds, peak[0]


def list_family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from list_family(int(child))


def read_memory(pid: int) -> float:
    """Resident memory in MB; 0 for a process that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def write_words(corpus: Path) -> None:
    """What people say of a corpus."""
    (corpus / "card.md").write_text("Invented words.\n")
    (corpus / "CHANGELOG.md").write_text("# Changelog\n")


def time_size(count: int, work: Path) -> dict[str, float]:
    """A build of `count` documents, and the same rows by `datasets` alone."""
    corpus = work / f"corpus-{count}"
    make_corpus(corpus, 0)
    write_words(corpus)
    shards = write_shards(corpus, count)
    options = [part for path in shards for part in ("--shard", path.name)]
    out = work / f"built-{count}"
    seconds, memory = run([sys.executable, "-m", "standoff", "build", "--out", str(out), *options], corpus)
    size = sum(path.stat().st_size for path in out.rglob("*.parquet")) / 1e6
    script = BASELINE.format(labels=list(LABELS))
    alone = [sys.executable, "-c", script, str(out), str(work / f"alone-{count}"), str(work / f"cache-{count}")]
    alone_seconds, alone_memory = run(alone, work, HF_DATASETS_DISABLE_PROGRESS_BARS="1")
    for path in (work / f"alone-{count}", work / f"cache-{count}", out, corpus):
        shutil.rmtree(path)
    return {
        "documents": count,
        "seconds": seconds,
        "memory": memory,
        "parquet": size,
        "alone": alone_seconds,
        "alone_memory": alone_memory,
    }


def time_correction(count: int, work: Path) -> dict[str, float]:
    """Builds of a corpus of files: the first, one after a corrected label, and one that makes every row anew."""
    corpus = work / f"files-{count}"
    make_corpus(corpus, count)
    write_words(corpus)
    build = [sys.executable, "-m", "standoff", "build"]
    cache = {"XDG_CACHE_HOME": str(work / "user-cache")}
    first, _ = run(build, corpus, **cache)
    path = sorted((corpus / "annotations" / "gold").glob("*.jsonl"))[count // 2]
    old = path.read_text()
    label = json.loads(old.split("\n")[3])["label"]
    lines = old.split("\n")
    lines[3] = lines[3].replace(f'"{label}"', f'"{LABELS[(LABELS.index(label) + 1) % len(LABELS)]}"')
    path.write_text("\n".join(lines))
    again, _ = run(build, corpus, **cache)
    anew, _ = run([*build, "--anew"], corpus, **cache)
    return {"documents": count, "first": first, "again": again, "anew": anew}


def to_markdown(sizes: Sequence[dict[str, float]], correction: dict[str, float]) -> str:
    """The report."""
    lines = [
        "# Building",
        "",
        "Documents of 3,000 characters with 30 spans, from JSON Lines shards, on two cores",
        "(`python benchmarks/build.py`).",
        "Memory is the peak of all processes together. *Alone* writes the same rows to Parquet with `datasets`:",
        "`Dataset.from_generator` and `to_parquet`, reading them from the built dataset, with no tokenizing or checks.",
        "",
        "| documents | seconds | ms a document | memory | Parquet | `datasets` alone | memory | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in sizes:
        lines.append(
            f"| {row['documents']:,.0f} | {row['seconds']:,.0f} | {1000 * row['seconds'] / row['documents']:.1f} "
            f"| {row['memory']:,.0f} MB | {row['parquet']:,.0f} MB | {row['alone']:,.0f} s "
            f"| {row['alone_memory']:,.0f} MB | {row['seconds'] / row['alone']:.1f} |"
        )
    lines += [
        "",
        f"A corpus of {correction['documents']:,.0f} documents as files, check included: "
        f"first build {correction['first']:.0f} s, after one corrected label {correction['again']:.0f} s, "
        f"every row made anew {correction['anew']:.0f} s.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Time everything and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, action="append")
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        correction = time_correction(options.files, work)
        print(correction, flush=True)
        sizes = []
        for count in options.documents or (2_000, 20_000, 200_000):
            sizes.append(time_size(count, work))
            print(sizes[-1], flush=True)
    report = to_markdown(sizes, correction)
    print(report)
    Path(__file__).with_suffix(".md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
