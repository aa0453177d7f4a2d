"""Agreement timed on synthetic layers, and measured on crowd judgements of the Broad Twitter Corpus if they are here.

    python benchmarks/agree.py
    python benchmarks/agree.py --btc broad_twitter_corpus/a.crowd-raw

The Broad Twitter Corpus (github.com/GateNLP/broad_twitter_corpus, CC BY; Derczynski et al. 2016) has the raw judgements
of its workers, one file a label: which tokens of a tweet each of two or more workers clicked. Neighbouring clicks are
one span.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from standoff.agree.intervals import count_matches, score_pairs
from standoff.agree.matches import Match, find_matches
from standoff.agree.tokens import find_kappa
from standoff.records import Span

LABELS = ("PERSON", "ORG", "GPE", "DATE", "DATA")


def make_layers(documents: int, spans: int) -> list[tuple[list[Span], list[Span]]]:
    """Two annotators: the second leaves out one span in ten, relabels one in twenty, moves an end of one in twenty."""
    dice, made = random.Random(1), []
    for _ in range(documents):
        one = [Span(100 * at, 100 * at + dice.randint(3, 30), dice.choice(LABELS), "") for at in range(spans)]
        other = []
        for span in one:
            chance = dice.random()
            if chance < 0.1:
                continue
            label = dice.choice(LABELS) if chance < 0.15 else span.label
            other.append(Span(span.start, span.end + (chance > 0.95), label, ""))
        made.append((one, other))
    return made


def time_synthetic(documents: int = 1000, spans: int = 30) -> None:
    """Matching and 2,000 resamples, in seconds."""
    layers = make_layers(documents, spans)
    start = time.perf_counter()
    matches = {str(at): find_matches(*pair) for at, pair in enumerate(layers)}
    matched = time.perf_counter()
    row = score_pairs([count_matches(matches, LABELS)], LABELS)[0]
    done = time.perf_counter()
    print(f"{documents:,} documents x {spans} spans x 2 layers")
    print(f"match {matched - start:.2f} s, score {done - matched:.2f} s")
    print(f"strict F1 {row.strict.f1:.3f} [{row.strict.low:.3f}, {row.strict.high:.3f}], partial {row.partial.f1:.3f}")


def read_clicks(path: Path) -> dict[str, dict[int, tuple[list[str], list[Span]]]]:
    """Tweet to worker to the labels of its tokens and the spans, in token offsets."""
    label = path.stem.split(".")[-1].upper()
    read: dict[str, dict[int, tuple[list[str], list[Span]]]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        for judgement in json.loads(line)["results"]["judgments"]:
            unit, data = judgement["unit_data"], judgement["data"]
            clicks = sorted(int(at) for key, value in data.items() if key.startswith("click_to") for at in value)
            tokens = [label if at in clicks else "O" for at in range(len(unit["tokens"]))]
            starts = [at for at in clicks if at - 1 not in clicks]
            ends = [at + 1 for at in clicks if at + 1 not in clicks]
            spans = [Span(one, other, label, "") for one, other in zip(starts, ends, strict=True)]
            read[unit["id_str"]][judgement["worker_id"]] = tokens, spans
    return read


def measure_crowd(folder: Path) -> None:
    """Each label: workers in pairs on each tweet, pooled over all pairs."""
    for path in sorted(folder.glob("*.json")):
        read, label = read_clicks(path), path.stem.split(".")[-1].upper()
        matches: dict[str, list[Match]] = {}
        one_side, other_side = list[str](), list[str]()
        for tweet, workers in read.items():
            for first, second in combinations(sorted(workers), 2):
                matches[f"{tweet} {first} {second}"] = find_matches(workers[first][1], workers[second][1])
                one_side += workers[first][0]
                other_side += workers[second][0]
        row, kappa = score_pairs([count_matches(matches, [label])], [label])[0], find_kappa(one_side, other_side)
        say = "-" if kappa.all is None else f"{kappa.all:.3f}"
        print(f"{label}: {len(read):,} tweets, {len(matches):,} pairs, strict F1 {row.strict.f1}, kappa {say}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--btc", type=Path, help="folder with the raw judgements of the Broad Twitter Corpus")
    arguments = parser.parse_args()
    time_synthetic()
    if arguments.btc:
        measure_crowd(arguments.btc)
