"""How long `standoff check` takes on a large corpus, anew and after one change, and how much memory.

A corpus of invented words is made in a temporary folder: by default 10,000 documents of 3,000 characters with 30
spans and a cut each. Run: python benchmarks/check.py [--documents N]
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

LABELS = ("PERSON", "ORG", "GPE", "DATA")
CHARS, SPANS = 3000, 30
LABEL = """
[[label]]
name = "{name}"
definition = "A {name}."
color = "#{color}"
hotkey = "{hotkey}"
ontonotes = "{name}"
conll = ""
"""
SETTINGS = """\
name = "large"
version = "1.0.0"
title = "Large"
licence = "CC-BY-4.0"
language = "en"
layer = "gold"
split_key = "large"
splits = { train = 0.8, validation = 0.1, test = 0.1 }
"""


def make_words(random_numbers: random.Random, count: int) -> list[str]:
    """Invented words of two to four syllables."""
    syllables = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in "aeiou"]
    return ["".join(random_numbers.choices(syllables, k=random_numbers.randint(2, 4))) for _ in range(count)]


def make_document(
    numbers: random.Random, words: list[str], names: list[tuple[str, str]]
) -> tuple[str, list[dict[str, object]]]:
    """A text of about 3,000 characters and its spans, one name a line of text."""
    text = "Share this\n"
    spans: list[dict[str, object]] = []
    for name, label in numbers.sample(names, SPANS):
        line = numbers.choices(words, k=12)
        text += " ".join(line[:6]).capitalize() + " "
        spans.append({"start": len(text), "end": len(text) + len(name), "label": label, "text": name})
        text += name + " " + " ".join(line[6:]) + ".\n"
    return text[:-1], spans


def make_corpus(root: Path, documents: int) -> None:
    """A clean corpus of so many documents."""
    numbers = random.Random(7)
    words = make_words(numbers, 20_000)
    surfaces = sorted({f"{one} {other}".title() for one, other in zip(words[::2], words[1::2], strict=True)})
    names = [(surface, LABELS[at % len(LABELS)]) for at, surface in enumerate(surfaces)]
    for folder in ("seeds/text", "corpus/text", "annotations/gold", "guidelines"):
        (root / folder).mkdir(parents=True)
    (root / "standoff.toml").write_text(SETTINGS)
    schema = "".join(LABEL.format(name=name, color=f"{at:06x}", hotkey="abcd"[at]) for at, name in enumerate(LABELS))
    (root / "guidelines/labels.toml").write_text(f'version = "1.0.0"\noverlap = false\n{schema}')
    (root / "annotations/gold/layer.toml").write_text('guidelines = "1.0.0"\nannotators = "a program"\n')
    sources, index = [], []
    for number in range(documents):
        name = f"doc-{number:06}"
        text, spans = make_document(numbers, words, names)
        clean = text[11:]
        (root / f"seeds/text/{name}.txt").write_text(text)
        (root / f"corpus/text/{name}.txt").write_text(clean)
        cuts = [
            {"start": 0, "end": 10, "kind": "share", "by": "rule:share"},
            {"start": 10, "end": 11, "kind": "whitespace", "by": "rule:whitespace"},
        ]
        (root / f"corpus/{name}.cuts.jsonl").write_text("".join(json.dumps(cut) + "\n" for cut in cuts))
        (root / f"annotations/gold/{name}.jsonl").write_text("".join(json.dumps(span) + "\n" for span in spans))
        sources.append({
            "id": name, "file": f"text/{name}.txt", "sha256": sha256(text.encode()).hexdigest(), "chars": len(text),
            "title": name, "outlet": None, "url": None, "published": None, "language": "en",
            "licence": "CC-BY-4.0", "redistribute": True, "origin": "written",
        })  # fmt: skip
        split = numbers.choices(["train", "validation", "test"], [8, 1, 1])[0]
        digest = sha256(clean.encode()).hexdigest()
        index.append({"id": name, "split": split, "sha256": digest, "kept": len(clean), "cut": 11})
    (root / "seeds/sources.jsonl").write_text("".join(json.dumps(row) + "\n" for row in sources))
    (root / "corpus/index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in index))


def time_check(root: Path, *options: str) -> tuple[float, str]:
    """Seconds of one run, and its last line; raises CalledProcessError if it finds an error."""
    start = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(root.parent / "cache")}
    command = [sys.executable, "-m", "standoff", "check", *options]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, env=environment)
    return time.perf_counter() - start, done.stdout.strip().split("\n")[-1]


def main() -> None:
    """Make, check anew, check again unchanged and with one changed document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    documents = parser.parse_args().documents
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "large"
        make_corpus(root, documents)
        anew, last = time_check(root)
        print(f"anew            {anew:6.2f} s   {last}")
        print(f"memory          {memory_mb():6.0f} MB  (largest process; {os.cpu_count()} cores)")
        print(f"unchanged       {time_check(root)[0]:6.2f} s")
        spans = root / "annotations/gold/doc-000007.jsonl"
        spans.write_text("".join(spans.read_text().splitlines(keepends=True)[1:]))
        seconds, last = time_check(root)
        print(f"one changed     {seconds:6.2f} s   {last}")
        seconds, last = time_check(root, "doc-000007")
        print(f"that one alone  {seconds:6.2f} s   {last}")


def memory_mb() -> float:
    """The most memory that a process of the checks held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
