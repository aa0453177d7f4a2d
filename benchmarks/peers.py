"""The cleaners that are measured side by side: texts -> the cuts of each, {"start", "end"} in code points."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from standoff.cleaning import find_all_cuts

Cuts = list[dict[str, Any]]
Cleaner = Callable[[Sequence[str]], list[Cuts]]


def clean_ours(keep: float) -> Cleaner:
    """Standoff at a stop of the dial."""
    return lambda texts: [
        [{"start": cut.start, "end": cut.end, "kind": cut.kind, "by": cut.by} for cut in decision.cuts]
        for decision in find_all_cuts(texts, keep=keep)
    ]


def clean_lines(drop: Callable[[list[str]], Iterable[bool]]) -> Cleaner:
    """A cleaner that judges whole lines."""

    def clean(texts: Sequence[str]) -> list[Cuts]:
        answers = []
        for text in texts:
            at, cuts, lines = 0, [], text.split("\n")
            for line, dropped in zip(lines, drop(lines), strict=True):
                if dropped and line:
                    cuts.append({"start": at, "end": at + len(line)})
                at += len(line) + 1
            answers.append(cuts)
        return answers

    return clean


_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
_END = (".", "?", "!", '"', "”", "’")


def c4_rules(lines: list[str]) -> Iterable[bool]:
    """C4's line rules (Raffel et al. 2020): end punctuation, five words, no javascript, policies or lorem ipsum."""
    for line in lines:
        small = line.lower().strip()
        ends = small.endswith(_END) and not small.endswith("...")
        yield not ends or len(small.split()) < 5 or "javascript" in small or any(one in small for one in _POLICY)


_CITATION = re.compile(r"\[\d*\]|\[edit\]|\[citation needed\]")
"""What the filter takes out of the lines it keeps."""


def datatrove_filter() -> Cleaner:
    """The C4QualityFilter of datatrove, its document rules off, so that it says which lines it drops."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    judge = C4QualityFilter(min_num_sentences=-1, min_words_per_line=5)

    def drop(lines: list[str]) -> Iterable[bool]:
        document = Document(text="\n".join(lines), id="x")
        judge.filter(document)
        kept = iter([*document.text.splitlines(), None])
        left = next(kept)
        for line in lines:
            plain = _CITATION.sub("", line.strip())
            same = left is not None and plain == left.strip()
            if same:
                left = next(kept)
            yield not same

    return clean_lines(drop)


def justext_lines() -> Cleaner:
    """Lines wrapped as paragraphs, judged by jusText."""
    import html

    import justext

    stoplist = justext.get_stoplist("English")

    def drop(lines: list[str]) -> Iterable[bool]:
        page = "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in lines)
        judged = iter(justext.justext(f"<html><body>{page}</body></html>", stoplist))
        for line in lines:
            yield bool(line.strip()) and bool(next(judged).is_boilerplate)

    return clean_lines(drop)
