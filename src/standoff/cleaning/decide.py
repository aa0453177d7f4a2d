"""The decision: every step in its order, for many texts at once, since arrays pay off only in numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat

from standoff.cleaning.cues import Likely, make_cue_table
from standoff.cleaning.dial import DEFAULT
from standoff.cleaning.glue import split_by_model
from standoff.cleaning.joints import find_places
from standoff.cleaning.language import guess_language
from standoff.cleaning.model import Survey, shorten, survey_lines
from standoff.cleaning.pieces import Piece, split_by_rules, split_lines
from standoff.cleaning.repeats import cut_pull_quotes, cut_repeats
from standoff.cleaning.rules import Rule, RuleTable, read_rule_table
from standoff.cleaning.spacing import with_whitespace
from standoff.cleaning.structure import (
    cut_alt_texts,
    cut_beside,
    cut_by_rules,
    cut_crumbs,
    cut_tail,
    guard_headline,
    is_in_sentence,
)
from standoff.cleaning.text import MOST_LINES
from standoff.cleaning.words import read_words
from standoff.cleaning.zones import find_zones, is_prose
from standoff.records import Cut

KNOWN = "en"
"""The language that the model and the steps without words of their own know."""
_CAUTION = {"head": 0.05, "body": 0.0, "tail": -0.15}
"""What a line must be surer by to be cut before the body, inside it, behind it: at the end little is lost."""
_PROSE = 0.2
"""And if it is a whole sentence, of which more is lost."""
_LONELY, _NEAR, _COMPANY = 0.5, 3, 2
"""And if it is the only one: residue comes in groups. Two likely lines among the three on each side are company enough;
where there is one, half as much is asked. A single wrong cut harms a document as much as many."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The cuts of one text, sorted and apart from each other, and the language whose rules were used."""

    cuts: tuple[Cut, ...]
    language: str


def find_cuts(seed: str, rules: Sequence[Rule] | None = None, *, keep: float = DEFAULT) -> list[Cut]:
    """The cuts of one English text, or of one in whatever language its words tell."""
    return list(find_all_cuts([seed], rules, keep=keep)[0].cuts)


def find_all_cuts(
    seeds: Sequence[str],
    rules: Sequence[Rule] | None = None,
    *,
    keep: float = DEFAULT,
    languages: Sequence[str | None] | None = None,
) -> list[Decision]:
    """The cuts of many texts; what becomes of one never depends on the others, nor on the order.

    `keep` is how likely a line must be residue for the model to cut it; 1 leaves all to the rules. `languages` are
    codes such as "en" or "en-GB", None where the text itself should tell. A text in a language that the model does
    not know is cut only by rules that name its language.
    """
    given = languages or [None] * len(seeds)
    pairs = zip(given, seeds, strict=True)
    codes = [code.partition("-")[0].lower() if code else guess_language(seed) for code, seed in pairs]
    lines = [split_lines(seed) for seed in seeds]
    groups: dict[tuple[str, bool], list[int]] = {}
    for at, code in enumerate(codes):
        groups.setdefault((code, code == KNOWN and 0 < len(lines[at]) <= MOST_LINES), []).append(at)
    drafts = dict(enumerate(lines))
    for (code, asked), chosen in groups.items():
        table = read_rule_table(code) if rules is None else RuleTable(tuple(rules))
        split = _split([lines[at] for at in chosen], table, keep if asked else 1)
        drafts |= dict(zip(chosen, _cut_lines(split, table, keep, code, asked=asked), strict=True))
    return [
        Decision(tuple(with_whitespace(seed, [_cut(piece) for piece in drafts[at] if piece.kind is not None])), code)
        for at, (seed, code) in enumerate(zip(seeds, codes, strict=True))
    ]


def _split(lines: Sequence[list[Piece]], rules: RuleTable, keep: float) -> list[list[Piece]]:
    """The lines of documents with what is glued to them apart and cut, by rules and then by the model."""
    found = iter(find_places([line.text for own in lines for line in own]))
    drafts, places = [], []
    for own in lines:
        spots = list(islice(found, len(own)))
        pieces = split_by_rules(own, spots, rules)
        drafts.append(pieces)
        places.append(spots if len(pieces) == len(own) else find_places([piece.text for piece in pieces]))
    return split_by_model(drafts, places, keep) if keep < 1 else drafts


def _cut_lines(
    drafts: list[list[Piece]], rules: RuleTable, keep: float, code: str, *, asked: bool
) -> Iterator[list[Piece]]:
    """The same documents with whole lines cut; all their lines are measured at once, and the model is asked or not."""
    pieces = [piece for own in drafts for piece in own]
    words = read_words([shorten(piece.text) for piece in pieces])
    cues = make_cue_table(rules)
    likely = iter(cues.find_likely(words, [piece.words for piece in pieces], [piece.ended for piece in pieces]))
    surveys = survey_lines(words, [len(own) for own in drafts], scored=keep < 1) if asked else repeat(None)
    for own, survey in zip(drafts, surveys, strict=False):
        tried = list(islice(likely, len(own)))
        if code != KNOWN:
            yield cut_by_rules(own, tried)
        elif survey is None:
            yield _cut_certain(own, rules, tried)
        else:
            yield _cut_likely(_cut_certain(own, rules, tried), survey, keep)


def _cut_certain(pieces: list[Piece], rules: RuleTable, tried: Sequence[Likely]) -> list[Piece]:
    """What named rules cut, line by line and beside each other."""
    pieces = cut_beside(cut_alt_texts(cut_by_rules(cut_crumbs(pieces), tried)), rules)
    tail = cut_tail(pieces)
    return cut_beside(tail, rules) if tail != pieces else pieces


def _cut_likely(pieces: list[Piece], survey: Survey, keep: float) -> list[Piece]:
    """What the model and repetition tell; repeats last, so that the copy that counts as the first one stays."""
    return cut_pull_quotes(cut_repeats(cut_by_model(pieces, survey, keep), survey.keys), survey.elsewhere)


def cut_by_model(pieces: list[Piece], survey: Survey, keep: float) -> list[Piece]:
    """Lines likely enough to be residue, where they stand and in what company; what looks like the headline stays."""
    least = keep + min(_CAUTION.values())
    likely = [at for at, score in enumerate(survey.scores) if score >= least and pieces[at].kind is None]
    if keep >= 1 or not likely:
        return pieces
    headline, zones = guard_headline(pieces, survey.scores), find_zones(pieces)
    company = [
        1.0 if piece.kind else score if score >= keep else 0.0
        for piece, score in zip(pieces, survey.scores, strict=True)
    ]
    result = list(pieces)
    for at in likely:
        piece, score = pieces[at], survey.scores[at]
        needed = keep + _CAUTION[zones[at]] + _PROSE * is_prose(piece)
        if not piece.by and at != headline and score >= needed:
            near = sum(company[max(0, at - _NEAR) : at]) + sum(company[at + 1 : at + _NEAR + 1])
            if score >= needed + _LONELY * (1 - min(1.0, near / _COMPANY)) and not is_in_sentence(pieces, at):
                result[at] = piece.cut(survey.kinds[at], survey.by, score)
    return result


def _cut(piece: Piece) -> Cut:
    return Cut(piece.start, piece.end, piece.kind or "", piece.by, piece.score)
