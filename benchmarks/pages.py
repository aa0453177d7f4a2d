r"""Extractors on raw HTML, and what our cleaning adds to trafilatura: how near each comes to the text people marked.

    python benchmarks/pages.py --bench ../shared/bench/pages.jsonl.gz --held-out models/held-out

writes `benchmarks/pages.md`. Measured as scrapinghub's article-extraction-benchmark does: tokens are `\w+`, shingles
of four as multisets, precision and recall by page, their means, and F1 of the means. The other extractors are measured
where they are installed:

    pip install readability-lxml jusText resiliparse newspaper4k boilerpy3

Our model learned from the lines of these pages. With `--held-out` each page is cleaned also by a model that saw no page
of its site: `training/train.py --held-out` leaves the five of them in that folder.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import gzip
import importlib
import importlib.metadata
import importlib.util
import json
import logging
import platform
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

import numpy as np

from standoff.cleaning import apply_cuts, find_all_cuts, model
from standoff.pages import SETTINGS, read_page

HERE = Path(__file__).resolve().parent
FOLDS, BATCH, RESAMPLES, SEED, SHINGLE = 5, 32, 1_000, 0, 4
Record = dict[str, Any]
Extractor = Callable[[Record], str]
OURS = "standoff add"
CLEANED, UNSEEN = " + standoff", " + standoff, unseen"


def trafilatura_with(settings: dict[str, Any]) -> Extractor:
    """Trafilatura without comments, and with other settings than its defaults."""
    from trafilatura import extract

    return lambda page: extract(page["html"], **SETTINGS, **settings) or ""


def read_ours(page: Record) -> str:
    """The text that `standoff add` takes."""
    return read_page(page["html"].encode()).text


def read_readability(page: Record) -> str:
    """readability-lxml; its answer is HTML, of which every block becomes a line."""
    from lxml.html import fromstring
    from readability import Document

    tree = fromstring(Document(page["html"]).summary(html_partial=True))
    for element in tree.iter(
        "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "td", "blockquote", "pre"
    ):
        element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())


def read_justext(page: Record) -> str:
    """What jusText keeps, set as in article-extraction-benchmark, which suits news better than its defaults."""
    import justext

    paragraphs = justext.justext(page["html"], justext.get_stoplist("English"), 50, 200, 0.1, 0.2, 0.2, 200, True)
    return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)


def read_resiliparse(page: Record) -> str:
    """The main content that Resiliparse sees."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(page["html"], main_content=True))


def read_newspaper(page: Record) -> str:
    """newspaper4k, kept from fetching images and redirects."""
    from newspaper import Article

    article = Article(page["url"], fetch_images=False, follow_meta_refresh=False)
    article.download(input_html=page["html"])
    article.parse()
    return str(article.text)


def read_boilerpy(page: Record) -> str:
    """boilerpy3's extractor of articles."""
    from boilerpy3.extractors import ArticleExtractor

    return str(ArticleExtractor().get_content(page["html"]))


OTHERS: dict[str, tuple[str, Extractor]] = {
    "readability-lxml": ("readability", read_readability),
    "newspaper4k": ("newspaper", read_newspaper),
    "Resiliparse": ("resiliparse", read_resiliparse),
    "jusText": ("justext", read_justext),
    "boilerpy3": ("boilerpy3", read_boilerpy),
}
"""The distribution, its module, and how it is called."""


def read_all(pages: Sequence[Record], read: Extractor) -> list[str]:
    """The text of each page; an extractor that breaks on one has found nothing there."""
    texts = []
    for page in pages:
        try:
            texts.append(read(page))
        except Exception as error:  # whatever it is that an extractor raises
            print(f"  {page['id']}: {type(error).__name__}", file=sys.stderr)
            texts.append("")
    return texts


def clean_all(texts: Sequence[str]) -> list[str]:
    """The texts under our default cleaning."""
    batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
    return [
        apply_cuts(text, decision.cuts)
        for batch in batches
        for text, decision in zip(batch, find_all_cuts(batch), strict=True)
    ]


VARIANTS: dict[str, dict[str, Any]] = {
    "trafilatura": {},
    "trafilatura precision": {"favor_precision": True},
    "trafilatura recall": {"favor_recall": True},
    "trafilatura without tables": {"include_tables": False},
    "trafilatura fast": {"fast": True},
}
"""The settings of trafilatura that are measured, alone and under our cleaning."""


def extract_all(pages: Sequence[Record]) -> dict[str, list[str]]:
    """What each extractor makes of the pages."""
    found = {name: read_all(pages, trafilatura_with(own)) for name, own in VARIANTS.items()}
    installed = {name: read for name, (module, read) in OTHERS.items() if importlib.util.find_spec(module)}
    return found | {name: read_all(pages, read) for name, read in installed.items()}


# --- our models without the sites they are measured on ---


def clean_unseen(texts: Sequence[str], folds: Sequence[int], folder: Path) -> list[str]:
    """The texts, each cleaned by the model of the folder that saw nothing of its fold of sites."""
    answers: dict[int, str] = {}
    for fold in range(FOLDS):
        own = [at for at, number in enumerate(folds) if number == fold]
        with mock.patch.object(model, "files", lambda _, fold=fold: folder / str(fold)):  # where `read_model` looks
            model.read_model.cache_clear()
            answers |= dict(zip(own, clean_all([texts[at] for at in own]), strict=True))
    model.read_model.cache_clear()
    return [answers[at] for at in range(len(texts))]


def read_learned(bench: Path) -> dict[str, str]:
    """Ids and domains of the records that our model learned from."""
    records = (record for name in ("article_text", "page_text") for record in read_lines(bench / f"{name}.jsonl.gz"))
    return {record["id"]: record["domain"] for record in records if record["train_ok"]}


def read_lines(path: Path) -> Iterator[Record]:
    """The records of a benchmark file."""
    if not path.exists():
        sys.exit(f"no benchmark at {path}: give the file of pages with --bench")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# --- scores ---


def count_shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four tokens; a shorter text is one run."""
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)) if tokens)


def score(pages: Sequence[Record], texts: Sequence[str]) -> np.ndarray:
    """Precision, NaN where nothing was found, recall and F1 of each page."""
    rows = []
    for page, text in zip(pages, texts, strict=True):
        gold, found = count_shingles(page["gold_text"]), count_shingles(text)
        hits = (gold & found).total()
        rows.append((hits / found.total() if found else np.nan, hits / gold.total(), 2 * hits / (gold + found).total()))
    return np.array(rows)


def mean_f1(scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """F1 of mean precision and mean recall, over the last axis of the chosen pages."""
    precision, recall = np.nanmean(scores[chosen, 0], axis=-1), scores[chosen, 1].mean(axis=-1)
    f1: np.ndarray = 2 * precision * recall / (precision + recall)
    return f1


@dataclass(frozen=True, slots=True)
class Difference:
    """Ours minus another, with the middle 95 % of the resamples."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        """As in the table."""
        mark = "" if self.low <= 0 <= self.high else " **worse**" if self.high < 0 else " *"
        return f"{self.mean:+.4f} [{self.low:+.4f}, {self.high:+.4f}]{mark}"


def compare(ours: np.ndarray, other: np.ndarray, where: np.ndarray) -> Difference:
    """Paired bootstrap over pages: both are scored on the same resamples."""
    draws = where[np.random.default_rng(SEED).integers(0, len(where), (RESAMPLES, len(where)))]
    gaps = mean_f1(ours, draws) - mean_f1(other, draws)
    low, high = np.percentile(gaps, [2.5, 97.5])
    return Difference(float(mean_f1(ours, where) - mean_f1(other, where)), float(low), float(high))


# --- the report ---


def list_sources(pages: Sequence[Record]) -> dict[str, np.ndarray]:
    """The pages of all sources and of each, by number."""
    names = np.array([page["source"] for page in pages])
    return {"all": np.arange(len(pages))} | {str(name): np.flatnonzero(names == name) for name in np.unique(names)}


def render_scores(scores: dict[str, np.ndarray], sources: dict[str, np.ndarray]) -> list[str]:
    """One row an extractor, the best F1 first."""
    everywhere = sources["all"]
    lines = ["| | P | R | F1 | mean F1 | " + " | ".join(f"F1 {name}" for name in [*sources][1:]) + " |"]
    lines.append("|---" * (4 + len(sources)) + "|")
    for name, own in sorted(scores.items(), key=lambda pair: -float(mean_f1(pair[1], everywhere))):
        means = (np.nanmean(own[:, 0]), own[:, 1].mean(), mean_f1(own, everywhere), own[:, 2].mean())
        cells = [*means, *(mean_f1(own, where) for where in [*sources.values()][1:])]
        lines.append(f"| {name} | " + " | ".join(f"{float(cell):.3f}" for cell in cells) + " |")
    return lines


def render_differences(
    base: str, others: Sequence[str], scores: dict[str, np.ndarray], sources: dict[str, np.ndarray]
) -> tuple[list[str], dict[str, list[Difference]]]:
    """A table of one row for each of the others, and what it shows."""
    gaps = {name: [compare(scores[base], scores[name], where) for where in sources.values()] for name in others}
    lines = [f"| {base} minus | " + " | ".join(sources) + " |", "|---" * (1 + len(sources)) + "|"]
    return [*lines, *(f"| {name} | {' | '.join(map(str, own))} |" for name, own in gaps.items()), ""], gaps


def render_verdict(gaps: dict[str, list[Difference]], sources: Sequence[str]) -> list[str]:
    """Whether cleaning pays."""
    ahead = [name for name, own in gaps.items() if own[0].mean < 0]
    pairs = [(name, source, gap) for name, own in gaps.items() for source, gap in zip(sources, own, strict=True)]
    worse = [f"{name} on {source}" for name, source, gap in pairs if gap.high < 0]
    alone = gaps["trafilatura"][0]
    return [
        f"- Better than trafilatura alone: {'yes' if alone.mean > 0 else 'no'}, by {alone.mean:.4f},"
        f" {'more' if alone.low > 0 else 'not more'} than chance.",
        f"- Behind another extractor: {', '.join(ahead) or 'none'}.",
        f"- Significantly worse on a source: {', '.join(worse) or 'nowhere'}.",
        "",
    ]


def render(scores: dict[str, np.ndarray], sources: dict[str, np.ndarray], learned: int) -> str:
    """The report as Markdown."""
    names = ["trafilatura", *(name for name in OTHERS if name in scores)]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    sizes = ", ".join(f"{len(where)} of {name}" for name, where in [*sources.items()][1:])
    lines = [
        "# Pages: extractors, and trafilatura under our cleaning",
        "",
        f"Written by `python benchmarks/pages.py` on {date.today().isoformat()}: model {model.read_model().name},"
        f" Python {platform.python_version()}, {versions}.",
        "",
        f"{len(sources['all'])} raw HTML pages ({sizes}) with the main text as people marked it. Precision and recall"
        " of four-token shingles, means over pages; F1 is that of the means, as in scrapinghub's"
        " article-extraction-benchmark, mean F1 the mean over pages. Trafilatura runs without comments; *standoff add +"
        " standoff* is what `standoff add` (trafilatura's fast mode, the full one where that finds nothing) and"
        " `standoff clean` give. The model that ships learned from the lines of"
        f" {learned} of these pages; *unseen*: each page cleaned by a model that saw no page of its site.",
        "",
        *render_scores(scores, sources),
        "",
        "## Differences in F1",
        "",
        f"Paired bootstrap over pages, {RESAMPLES:,} resamples, seed {SEED}: difference and the middle 95 %;"
        " * more than chance.",
        "",
    ]
    others = [name for name in scores if "standoff" not in name]
    for suffix in (UNSEEN, CLEANED):
        if f"{OURS}{suffix}" in scores:
            table, gaps = render_differences(f"{OURS}{suffix}", others, scores, sources)
            variants = [f"{name}{suffix}" for name in VARIANTS]
            settings, _ = render_differences(f"{OURS}{suffix}", variants, scores, sources)
            lines += [*table, *render_verdict(gaps, [*sources]), *settings]
    return "\n".join(lines)


def main() -> None:
    """Extract, clean, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parent.parent / "shared" / "bench" / "pages.jsonl.gz")
    parser.add_argument("--held-out", type=Path, help="folder of the five models that training/train.py leaves")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    pages = list(read_lines(args.bench))
    learned = read_learned(args.bench.parent)
    texts = extract_all(pages)
    ours = {name: texts[name] for name in VARIANTS} | {OURS: read_all(pages, read_ours)}
    texts |= {f"{name}{CLEANED}": clean_all(own) for name, own in ours.items()}
    if args.held_out:
        folds = [crc32(learned[page["id"]].encode()) % FOLDS if page["id"] in learned else 0 for page in pages]
        texts |= {f"{name}{UNSEEN}": clean_unseen(own, folds, args.held_out) for name, own in ours.items()}
    scores = {name: score(pages, own) for name, own in texts.items()}
    report = render(scores, list_sources(pages), sum(page["id"] in learned for page in pages))
    (HERE / "pages.md").write_text(report, encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
