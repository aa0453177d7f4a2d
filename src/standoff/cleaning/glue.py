"""Residue glued to the start or end of a body line without a space, where no rule names it.

Every joint near the ends of a line is a candidate; a small network judges the piece that would come off by its
words and shape, by what is left of the line and by the two characters at the joint.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from standoff.cleaning.features import find_ended, find_small, line_shapes, score_words
from standoff.cleaning.joints import LONGEST, choose_any
from standoff.cleaning.lexica import lexicon_shares
from standoff.cleaning.model import read_model, scale_features
from standoff.cleaning.pieces import Piece
from standoff.cleaning.words import CLASS, Array, classify, read_words

_TAIL, _HEAD = re.compile(r"[^\W\d_]*$"), re.compile(r"[^\W\d_]*")
_BONUS, _MALUS = 0.2, 0.1
_LEAST, _LEFT = 3, 40
"""Shortest piece, and how much of the line must be left."""
_EDGE = 100
"""Of what is left so many code points are read at each end."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece of a line that may be residue: text[start:end], at one end of the line."""

    start: int
    end: int
    text: str

    @property
    def part(self) -> str:
        """What would come off."""
        return self.text[self.start : self.end]

    @property
    def joint(self) -> int:
        """Where the piece and what is left meet."""
        return self.end if self.start == 0 else self.start

    @property
    def in_word(self) -> bool:
        """Whether letters stand on both sides of the joint."""
        return self.text[self.joint - 1].isalpha() and self.text[self.joint].isalpha()

    @property
    def rest(self) -> str:
        """What would be left."""
        return self.text[self.end :] if self.start == 0 else self.text[: self.start]


def find_candidates(text: str, places: Sequence[int]) -> list[Candidate]:
    """The pieces that could come off a line at some places; none for short lines, which are judged whole."""
    size = len(text)
    if size < _LEFT + _LEAST:
        return []
    joints = choose_any(text, places)
    found = [Candidate(0, at, text) for at in joints if _LEAST <= at <= min(LONGEST, size - _LEFT)]
    return found + [Candidate(at, size, text) for at in joints if max(_LEFT, size - LONGEST) <= at <= size - _LEAST]


def measure_glue(candidates: Sequence[Candidate], table: Array, scale: float) -> Array:
    """What the network sees [candidate, feature]."""
    count = len(candidates)
    parts, rests = (read_words([" ".join(one.split()) or "." for one in texts]) for texts in (
        [one.part[:LONGEST] for one in candidates], [one.rest[:_EDGE] + " " + one.rest[-_EDGE:] for one in candidates],
    ))  # fmt: skip
    columns = [score_words(parts, table) / scale, score_words(rests, table)[:, :1] / scale]
    columns.append(np.column_stack([*line_shapes(parts).values(), *lexicon_shares(parts).values()]))
    left = rests.last - rests.first, find_ended(rests), find_small(rests), lexicon_shares(rests)["function"]
    columns.append(np.column_stack(left))
    joints = "".join(one.text[one.joint - 1 : one.joint + 1] for one in candidates)
    classes = classify(joints).reshape(count, 2)
    columns += [classes[:, :1] == np.arange(len(CLASS)), classes[:, 1:] == np.arange(len(CLASS))]
    columns.append(np.array([[one.start > 0] for one in candidates]))
    return np.hstack(columns).astype(np.float64)


def split_by_model(
    drafts: Sequence[list[Piece]], places: Sequence[Sequence[Sequence[int]]], keep: float
) -> list[list[Piece]]:
    """The same documents with glued residue apart from its line and cut; `places` of each line may be joints.

    A missing space behind a mark is evidence of its own, so less is asked of such a piece than of a whole line; inside
    a word, where names such as BuzzFeed have their capitals, more.
    """
    where, found = [], []
    for number, (pieces, spots) in enumerate(zip(drafts, places, strict=True)):
        for at, spot in enumerate(spots):
            if spot and pieces[at].kind is None:
                for one in find_candidates(pieces[at].text, spot):
                    where.append((number, at))
                    found.append(one)
    result = list(drafts)
    if not found:
        return result
    model = read_model()
    likely: dict[tuple[int, int], dict[bool, tuple[float, Candidate, str]]] = {}
    for place, one, (score, kind) in zip(where, found, judge_glue(found), strict=True):
        own = likely.setdefault(place, {})
        side = one.start == 0
        needed = keep + _MALUS if one.in_word else keep - _BONUS
        better = score >= needed and (side not in own or score > own[side][0])
        if better and not _is_word(one, drafts[place[0]]):
            own[side] = score, one, kind
    for (number, at), own in sorted(likely.items(), reverse=True):
        if own:
            result[number] = [*result[number]]
            result[number][at : at + 1] = _take_off(result[number][at], own, f"model:{model.name}")
    return result


def _is_word(candidate: Candidate, pieces: Sequence[Piece]) -> bool:
    """Whether the joint lies inside a word, such as YouTube, that the document holds elsewhere too."""
    at = candidate.joint
    low = len(candidate.text[:at]) - len(_TAIL.search(candidate.text[:at])[0])  # type: ignore[index]
    word = candidate.text[low:at] + _HEAD.match(candidate.text[at:])[0]  # type: ignore[index]
    return low < at < low + len(word) and sum(piece.text.count(word) for piece in pieces) > 1


def judge_glue(candidates: Sequence[Candidate]) -> Iterator[tuple[float, str]]:
    """For each candidate how likely it is residue, and its kind."""
    model = read_model()
    matrix = measure_glue(candidates, model.words, model.scale)
    kinds = matrix[:, 1 : len(model.kinds) + 1].argmax(axis=1)
    inputs = scale_features(matrix, model.glue["mean"], model.glue["spread"])
    hidden = np.maximum(inputs @ model.glue["in"] + model.glue["in bias"], 0)
    chances = 1 / (1 + np.exp(-(hidden @ model.glue["out"] + model.glue["out bias"])))
    for chance, kind in zip(chances, kinds, strict=True):
        yield round(float(chance), 3), model.kinds[kind]


def _take_off(line: Piece, ends: dict[bool, tuple[float, Candidate, str]], by: str) -> Iterator[Piece]:
    low, high = 0, len(line.text)
    if True in ends:
        score, one, kind = ends[True]
        yield line.part(0, one.end).cut(kind, by, score)
        low = one.end
    tail = ends.get(False)
    if tail is not None and tail[1].start > low:
        high = tail[1].start
    yield line.part(low, high)
    if tail is not None and high < len(line.text):
        yield line.part(high, len(line.text)).cut(tail[2], by, tail[0])
