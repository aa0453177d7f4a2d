"""Level 5: names labelled in two ways or left unlabelled, and doubtful edges, in one document of one layer."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from standoff.around import text_around
from standoff.check.findings import Finding
from standoff.offsets import OffsetMap
from standoff.records import Span

_POSSESSIVE = re.compile(r"(?:\w['’]s|s['’])\Z")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no space between words: there no edge can be judged without a dictionary."""
_HANDLE = re.compile(r"(?:[@#/.\w-]|https?:\S*)\Z")
"""What stands before a name that is part of something else: a handle, hashtag, address, longer or hyphened name."""
_JOINED = re.compile(r"\w|[.@/]\w|-[^\W\d_a-z]")
"""What follows it then; `Leeds-based` holds the name, `Kerr-Lode` is another."""


def is_name(surface: str) -> bool:
    """Whether a surface is a name by its looks: a capital letter, and more than an initial."""
    return len(surface) > 2 and any(character.isupper() for character in surface)


def check_edges(seed: str, spans: Sequence[Span], cut: frozenset[int]) -> Iterator[Finding]:
    """Spans at half a word or on a possessive. `cut` holds the seed positions beside which residue was glued on."""
    for at, span in enumerate(spans):
        halves = [
            edge
            for edge in (span.start, span.end)
            if 0 < edge < len(seed) and edge not in cut and _in_word(seed[edge - 1], seed[edge])
        ]
        if halves:
            message = f"{span.text!r} {'begins' if halves[0] == span.start else 'ends'} inside a word"
            yield Finding("span-half-token", at, message, context=text_around(seed, span.start, span.end))
        if _POSSESSIVE.search(span.text):
            message = f"{span.text!r} ends in a possessive"
            yield Finding("span-possessive", at, message, context=text_around(seed, span.start, span.end))


def _in_word(before: str, after: str) -> bool:
    """Whether two neighbours belong to one word: letters, or a letter and its combining mark; `5bn` is two."""
    if _UNSPACED.match(before) or _UNSPACED.match(after):
        return False
    joined = (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())
    return joined or (before.isalnum() and re.match(r"[\u0300-\u036f\u200d\ufe0f]", after) is not None)


def check_labels(seed: str, spans: Sequence[Span]) -> Iterator[Finding]:
    """Names with more than one label in the document: every span whose label is not the name's most frequent one."""
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for span in spans:
        if is_name(span.text):
            labels[span.text][span.label] += 1
    usual = {text: counts.most_common(1)[0][0] for text, counts in labels.items() if len(counts) > 1}
    for at, span in enumerate(spans):
        if span.text in usual and span.label != usual[span.text]:
            message = f"{span.text!r} is {span.label} here and {usual[span.text]} elsewhere in the document"
            yield Finding("label-differs", at, message, context=text_around(seed, span.start, span.end))


def find_unlabelled(seed: str, spans: Sequence[Span], offsets: OffsetMap) -> Iterator[tuple[int, int, str]]:
    """(start, end, label) in the seed of each unlabelled repeat of a labelled name.

    Not in cuts, handles, hashtags and addresses, and not in longer words.
    """
    names = {span.text: span.label for span in spans if is_name(span.text)}
    taken = bytearray(len(seed))
    for span in spans:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for name in sorted(names, key=len, reverse=True):
        start = seed.find(name)
        while start >= 0:
            end = start + len(name)
            free = not any(taken[start:end]) and _stands_alone(seed, start, end)
            if free and offsets.span_to_clean(start, end)[2] == "kept":
                taken[start:end] = b"\1" * len(name)
                yield start, end, names[name]
            start = seed.find(name, end)


def _stands_alone(seed: str, start: int, end: int) -> bool:
    return not _HANDLE.search(seed[max(start - 60, 0) : start]) and not _JOINED.match(seed, end)
