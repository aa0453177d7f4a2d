"""How long `standoff agree` takes, and how far crowd workers of the Broad Twitter Corpus agree if their data are here.

    python benchmarks/agree.py [--documents N]
    python benchmarks/agree.py --btc broad_twitter_corpus/e.crowd-raw

The corpus is one of invented words, by default 1,000 documents of 3,000 characters with 30 spans, and two layers: the
second leaves out one span in ten, relabels one in twenty and cuts the last character of one in twenty.

The Broad Twitter Corpus (github.com/GateNLP/broad_twitter_corpus, CC BY 4.0; Derczynski et al. 2016) has the raw
judgements of its workers, a file a label: which tokens of a tweet each of two workers or more clicked. Neighbouring
clicks are one span.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from check import LABELS, make_corpus

from standoff.agree.intervals import Row, Score, count_matches, score_pairs
from standoff.agree.matches import find_matches
from standoff.agree.tokens import find_alpha, find_kappa
from standoff.records import Span

CROWD_LABELS = ("per", "loc", "org", "prod")
Judgement = tuple[list[Span], list[str]]
"""The spans of a worker, in tokens, and the label of each token."""


def make_second(root: Path) -> None:
    """The layer `second`, from `gold`."""
    dice = random.Random(1)
    (root / "annotations/second").mkdir()
    for path in sorted((root / "annotations/gold").glob("*.jsonl")):
        rows = []
        for row in map(json.loads, path.read_text().splitlines()):
            chance = dice.random()
            if 0.1 <= chance < 0.15:
                row["label"] = dice.choice(LABELS)
            elif chance > 0.95:
                row |= {"end": row["end"] - 1, "text": row["text"][:-1]}
            rows += [json.dumps(row) + "\n"] if chance >= 0.1 else []
        (root / "annotations/second" / path.name).write_text("".join(rows))


def time_agree(documents: int) -> None:
    """The whole command, from its start to the last disagreement."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "large"
        make_corpus(root, documents)
        make_second(root)
        start = time.perf_counter()
        command = [sys.executable, "-m", "standoff", "agree", "gold", "second"]
        done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime
    print(f"{documents:,} documents: {seconds:.1f} s, {processor:.1f} s of one core, {used.ru_maxrss / 1024:.0f} MB")
    print("\n".join(done.stdout.splitlines()[1:3]))


def read_judgements(path: Path, label: str) -> Iterator[list[Judgement]]:
    """The judgements on each tweet; those that were rejected or tainted are left out, and counted."""
    left_out = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        judgements = json.loads(line)["results"]["judgments"]
        sound = [one for one in judgements if not one["rejected"] and not one["tainted"]]
        left_out += len(judgements) - len(sound)
        yield [read_clicks(one, label) for one in sound]
    if left_out:
        print(f"{path.name}: {left_out} judgements left out, rejected or tainted")


def read_clicks(judgement: dict[str, dict[str, list[str]]], label: str) -> Judgement:
    """What a worker clicked; the lists among the answers are the clicks, whatever the question was called."""
    clicks = {int(at) for value in judgement["data"].values() if isinstance(value, list) for at in value}
    starts = sorted(at for at in clicks if at - 1 not in clicks)
    ends = sorted(at + 1 for at in clicks if at + 1 not in clicks)
    tokens = judgement["unit_data"]["tokens"]
    spans = [Span(start, end, label, "") for start, end in zip(starts, ends, strict=True)]
    return spans, [label if at in clicks else "O" for at in range(len(tokens))]


def measure_crowd(folder: Path) -> None:
    """Each label: the workers of a tweet in pairs; tweets are resampled, since pairs of one are not independent."""
    for path in sorted(folder.glob("*.json")):
        label = next((part for part in path.stem.split(".") if part in CROWD_LABELS), "")
        if not label:
            print(f"{path.name}: passed over, its name has none of {', '.join(CROWD_LABELS)}")
            continue
        tweets = list(read_judgements(path, label))
        found = {
            str(at): [match for (a, _), (b, _) in combinations(workers, 2) for match in find_matches(a, b)]
            for at, workers in enumerate(tweets)
        }
        row = score_pairs([count_matches(found, [label])], [label])[0]
        print(f"{path.name}: {len(tweets):,} tweets, {say_row(row)}, {say_tokens(tweets)}")


def say_row(row: Row) -> str:
    """F1 with its interval."""
    return f"strict F1 {say_score(row.strict)}, partial {say_score(row.partial)}"


def say_score(score: Score) -> str:
    """A score with its interval, where it has one."""
    interval = "" if score.low is None else f" ({score.low:.3f}–{score.high:.3f})"
    return f"{score.f1:.3f}{interval}" if score.f1 is not None else "without value"


def say_tokens(tweets: list[list[Judgement]]) -> str:
    """Kappa over pairs of workers, alpha over all; workers have no names here, only places."""
    pairs = [pair for workers in tweets for pair in combinations([labels for _, labels in workers], 2)]
    kappa = find_kappa(*([token for pair in pairs for token in pair[side]] for side in (0, 1)))
    units = [unit for workers in tweets for unit in zip(*(labels for _, labels in workers), strict=True)]
    places = range(max(map(len, units), default=0))
    alpha = find_alpha({str(at): [unit[at] if at < len(unit) else None for unit in units] for at in places})
    told = {"kappa": kappa.all, "over marked tokens": kappa.marked, "alpha": alpha}
    values = [f"{name} {'without value' if value is None else format(value, '.3f')}" for name, value in told.items()]
    return f"{len(pairs):,} pairs, {', '.join(values)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--btc", type=Path, help="folder with raw judgements of the Broad Twitter Corpus")
    arguments = parser.parse_args()
    if arguments.btc:
        measure_crowd(arguments.btc)
    else:
        time_agree(arguments.documents)
