"""How often `standoff check` cries wolf: findings by rule and severity, for each 1,000 spans.

Without arguments on this repository, with private texts where they are present; it must find no error. With files of
another tool they are imported as they are, into a corpus of their own in a temporary folder, whose label schema is the
labels in the files. Run: python benchmarks/false_errors.py [FILES --format conll] [--sample 50]
"""

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from standoff.check import Checked, check
from standoff.check.report import to_text
from standoff.check.rules import read_rules
from standoff.corpus import Corpus
from standoff.formats import load_reader
from standoff.formats.exchange import Annotated
from standoff.imports import Into, import_layer, read_inputs
from standoff.records import Source

ROOT = Path(__file__).parent.parent
PRIVATE = ROOT.parent / "shared" / "seeds"
PARTS = ("seeds", "corpus", "annotations", "guidelines", "standoff.toml", "waivers.jsonl", "card.md", "CHANGELOG.md")
SETTINGS = """\
name = "foreign"
version = "1.0.0"
title = "Foreign"
licence = "CC0-1.0"
language = "{language}"
layer = "gold"
split_key = "foreign"
splits = {{ train = 0.8, test = 0.2 }}
"""
LABEL = """
[[label]]
name = "{name}"
definition = "A {name}."
color = "#{at:06x}"
hotkey = "{at}"
ontonotes = ""
conll = ""
"""


def copy_corpus(source: Path, private: Path, root: Path) -> Corpus:
    """A copy of a corpus, with the private texts that are present."""
    for name in PARTS:
        if (source / name).is_dir():
            shutil.copytree(source / name, root / name)
        elif (source / name).exists():
            root.mkdir(exist_ok=True)
            shutil.copy(source / name, root / name)
    corpus = Corpus(root)
    for one in corpus.read_sources().values():
        text = private / f"{one.id}.txt"
        if not one.redistribute and text.exists():
            path = corpus.seed_file(one.id, redistribute=False)
            path.parent.mkdir(exist_ok=True)
            shutil.copy(text, path)
    return corpus


def take_in(paths: Sequence[Path], format: str, language: str, root: Path) -> Corpus:
    """A corpus of files of another tool, as they are; prints what was not taken."""
    corpus = Corpus(root)
    documents = load_reader(format)(read_inputs(paths)).documents
    labels = sorted({span.label for document in documents for span in document.spans})
    corpus.labels_file.parent.mkdir(parents=True)
    (root / "standoff.toml").write_text(SETTINGS.format(language=language), encoding="utf-8")
    head = f'version = "1.0.0"\noverlap = {str(any(map(has_overlap, documents))).lower()}\n'
    schema = "".join(LABEL.format(name=name, at=at) for at, name in enumerate(labels))
    corpus.labels_file.write_text(head + schema, encoding="utf-8")
    # As if it were free and split at random, so that each rule for public text has its say; it goes nowhere.
    template = Source("", "", "", 0, "", None, None, None, language, "CC0-1.0", True, "published")
    done = import_layer(corpus, format, paths, Into("gold", template=template))
    for reason, count in Counter(reject.reason for reject in done.rejects).most_common():
        print(f"not taken: {count:,} {reason}")
    (corpus.layer_folder("gold") / "layer.toml").write_text('guidelines = "1.0.0"\nannotators = "?"\n', "utf-8")
    return corpus


def has_overlap(document: Annotated) -> bool:
    """Whether two spans share characters."""
    return any(other.start < one.end for one, other in pairwise(sorted(document.spans)))


def print_counts(checked: Checked, documents: int) -> None:
    """Findings by rule, and errors and warnings, for each 1,000 spans."""
    spans = max(checked.spans, 1)
    print(f"{documents:,} documents, {checked.spans:,} spans; {len(checked.absent)} texts are not here")
    print(f"{'rule':24}{'severity':10}{'count':>8}{'per 1,000 spans':>18}")
    for rule, count in Counter(issue.rule for issue in checked.issues).most_common():
        print(f"{rule:24}{read_rules()[rule].severity:10}{count:8,}{count / spans * 1000:18.2f}")
    for severity in ("error", "warning"):
        print(f"{severity + 's':34}{checked.count(severity):8,}{checked.count(severity) / spans * 1000:18.2f}")


def print_sample(checked: Checked, count: int, rules: Iterable[str]) -> None:
    """So many errors and warnings at random, the same each time, for a person to judge."""
    wanted = set(rules)
    told = [one for one in checked.issues if read_rules()[one.rule].severity != "note"]
    told = [one for one in told if not wanted or one.rule in wanted]
    for issue in random.Random(1).sample(told, min(count, len(told))):
        print(to_text(issue))


def main() -> None:
    """Check a copy of a corpus, or files of another tool, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="files of another tool; without any, a corpus of ours")
    parser.add_argument("--corpus", type=Path, default=ROOT, help="a corpus of ours; this repository by default")
    parser.add_argument("--private", type=Path, default=PRIVATE, help="folder of its private texts")
    parser.add_argument("--format", default="conll", help="what the files are")
    parser.add_argument("--language", default="en")
    parser.add_argument("--sample", type=int, default=0, help="findings to print for a person to judge")
    parser.add_argument("--only", action="append", default=[], help="sample from this rule")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "corpus"
        if options.files:
            corpus = take_in(options.files, options.format, options.language, root)
        else:
            corpus = copy_corpus(options.corpus, options.private, root)
        checked = check(corpus)
        print_counts(checked, checked.documents)
        print_sample(checked, options.sample, options.only)


if __name__ == "__main__":
    main()
