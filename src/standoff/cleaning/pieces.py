"""Lines and the pieces of lines: residue glued to other text is split off before anything is decided."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from standoff.cleaning.joints import LONGEST, choose_plain
from standoff.cleaning.rules import KEEP, Rule, RuleTable
from standoff.cleaning.text import count_words, ends_sentence, plain_breaks, plain_spaces

_MOST_GLUED = 8
"""Pieces that may come off each end of a line; it keeps the work linear."""


class Piece(NamedTuple):
    """A line of the seed, or a part of one: [start, end) without the white space around it.

    `run` counts blocks that blank lines part; `words` and `ended` (as a sentence) are measured once, for speed;
    `kind`, `by` (without kind: what holds it) and the model's `score` are set once the piece is residue.
    """

    start: int
    end: int
    text: str
    line: int
    run: int
    words: int
    ended: bool
    kind: str | None = None
    by: str = ""
    score: float | None = None

    def cut(self, kind: str, by: str, score: float | None = None) -> "Piece":
        """The same piece as residue."""
        return self._replace(kind=kind, by=by if score is not None else f"rule:{by}", score=score)

    def take(self, rule: Rule) -> "Piece":
        """The same piece as a rule for whole lines wants it: residue, or held against all later steps."""
        return self._replace(by=f"rule:{rule.name}") if rule.kind == KEEP else self.cut(rule.kind, rule.name)

    def part(self, start: int, end: int) -> "Piece":
        """What stands at [start, end) of its text, without the white space around it."""
        text = self.text[start:end]
        start += self.start + len(text) - len(text.lstrip(" "))
        return make_piece(start, text.strip(" "), self.line, self.run)


def make_piece(start: int, text: str, line: int, run: int) -> Piece:
    """A piece whose text begins at that code point of the seed."""
    return Piece(start, start + len(text), text, line, run, count_words(text), ends_sentence(text))


def split_lines(seed: str) -> list[Piece]:
    """The lines of a seed that are not blank."""
    pieces: list[Piece] = []
    start = run = 0
    for number, raw in enumerate(plain_spaces(plain_breaks(seed)).split("\n")):
        if text := raw.strip(" "):
            at = start + (len(raw) - len(raw.lstrip(" ")) if raw[0] == " " else 0)
            words = text.count(" ") + 1 if "  " not in text else count_words(text)
            pieces.append(Piece(at, at + len(text), text, number, run, words, ends_sentence(text)))
        else:
            run += 1
        start += len(raw) + 1
    return pieces


def split_by_rules(lines: list[Piece], places: Sequence[Sequence[int]], rules: RuleTable) -> list[Piece]:
    """The lines of a document, what rules know as glued to them apart and cut; `places` of each may be joints."""
    inside = rules.choose_inside("\n".join([line.text for line in lines]))
    if not inside and not any(places):
        return lines
    pieces: list[Piece] = []
    for line, own in zip(lines, places, strict=True):
        if own or inside:
            pieces += _split_line(line, own, inside, rules)
        else:
            pieces.append(line)
    return pieces


def _split_line(line: Piece, places: Sequence[int], inside: Sequence[Rule], rules: RuleTable) -> Iterable[Piece]:
    joints = choose_plain(line.text, places)
    tried = [rule for rule in inside if rule.has_cue(line.text)]
    if not joints and not tried:
        return [line]
    return _part_line(line, sorted(_find_glued(line.text, joints, tried, rules), key=lambda found: found[0]))


def _part_line(line: Piece, glued: Sequence[tuple[int, int, Rule]]) -> Iterator[Piece]:
    if not glued:
        yield line
        return
    at = 0
    for start, end, rule in [*glued, (len(line.text), len(line.text), None)]:
        if line.text[at:start].strip(" "):
            yield line.part(at, start)
        if rule is not None:
            yield line.part(start, end).cut(rule.kind, rule.name)
        at = end


def _find_glued(
    text: str, joints: Sequence[int], inside: Sequence[Rule], rules: RuleTable
) -> Iterator[tuple[int, int, Rule]]:
    """Residue inside a line: first within it, then off its end and its start until nothing more comes off."""
    low, high = 0, len(text)
    for rule in inside:
        if found := rule.search(text, low, high):
            yield found.start(), found.end(), rule
            low, high = (low, found.start()) if found.end() >= high else (found.end(), high)
    for _ in range(_MOST_GLUED if joints else 0):
        end = _glued_end(text[:high], [joint for joint in joints if low < joint < high], rules)
        if end is None:
            break
        yield end[0], high, end[1]
        high = end[0]
    for _ in range(_MOST_GLUED if joints else 0):
        start = _glued_start(text[low:high], [joint - low for joint in joints if low < joint < high], rules)
        if start is None:
            break
        yield low, low + start[0], start[1]
        low += start[0]


def _glued_end(text: str, joints: Sequence[int], rules: RuleTable) -> tuple[int, Rule] | None:
    """The longest suffix from a joint on that a rule takes."""
    for joint in joints:
        if len(text) - joint <= LONGEST:
            place = "end of sentence" if ends_sentence(text[:joint]) else "end"
            if hit := _first_match(text[joint:], rules.glued[place]):
                return joint, hit
    return None


def _glued_start(text: str, joints: Sequence[int], rules: RuleTable) -> tuple[int, Rule] | None:
    """The longest prefix up to a joint that a rule takes."""
    for joint in reversed(joints):
        if joint <= LONGEST and (hit := _first_match(text[:joint], rules.glued["start"])):
            return joint, hit
    return None


def _first_match(text: str, rules: Sequence[Rule]) -> Rule | None:
    words, ended = count_words(text), ends_sentence(text)
    return next((rule for rule in rules if rule.matches(text, words, ended=ended)), None)
