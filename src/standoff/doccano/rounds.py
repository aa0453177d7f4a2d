"""The plan of a round of annotation, `annotations/<round>.round.toml`: who reads what, under which guidelines.

It is written before anything is on a server, so that a push that was cut off goes on with the same plan.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff.corpus import SUGGESTED, Corpus
from standoff.errors import StandoffError
from standoff.files import quote_toml, read_toml, write_text
from standoff.records import ID

OWN = "own"
"""Suggestions of a round in which annotators read again: each starts from what they marked before."""
_SUFFIX = ".round.toml"
_NAME = re.compile("[a-z0-9][a-z0-9_-]{0,39}")
_HEAD = "# A round of annotation: who reads what. Written by `standoff doccano push`, read by `pull`.\n"


@dataclass(frozen=True, slots=True)
class Deal:
    """What one annotator reads, in this order; the control documents among them have known answers in gold."""

    annotator: str
    documents: tuple[str, ...]
    control: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A round: version of the guidelines, layer of suggestions that annotators see (empty: none), the deals.

    `asked` is the order that it was made of, so that the same order again is no other one.
    In a calibration round everybody reads the same documents.
    """

    name: str
    guidelines: str
    suggestions: str
    calibration: bool
    deals: tuple[Deal, ...]
    asked: str = ""

    def project_name(self, corpus: Corpus, annotator: str) -> str:
        """The project of an annotator on the server: doccano takes 100 characters, so a long corpus name is cut."""
        tail = f" {self.name} {annotator}"
        return corpus.settings.name[: 100 - len(tail)] + tail


def round_file(corpus: Corpus, name: str) -> Path:
    """Where the plan of a round lies."""
    return corpus.root / "annotations" / f"{name}{_SUFFIX}"


def require_name(name: str, what: str) -> str:
    """A name of a round or an annotator; raises StandoffError for one that is no file name of ours."""
    if not _NAME.fullmatch(name):
        hint = "small letters, digits, - and _, at most 40"
        raise StandoffError(f"{name!r} is no name of {what}", hint=hint, usage=True)
    return name


def read_round(corpus: Corpus, name: str) -> Round:
    """The plan of a round; raises StandoffError where there is none, or it is none that can be dealt."""
    path = round_file(corpus, require_name(name, "a round"))
    if not path.exists():
        known = ", ".join(one.name for one in read_rounds(corpus)) or "none yet"
        hint = f"rounds are: {known}; standoff doccano push makes one"
        raise StandoffError(f"there is no round {name!r}", path=corpus.name_of(path), hint=hint, usage=True)
    return _require_sound(corpus, _to_round(name, read_toml(path), path), path)


def read_rounds(corpus: Corpus) -> list[Round]:
    """Every round of the corpus, by name; raises StandoffError as `read_round` does."""
    files = sorted((corpus.root / "annotations").glob(f"*{_SUFFIX}"))
    plans = [(_to_round(path.name.removesuffix(_SUFFIX), read_toml(path), path), path) for path in files]
    return [_require_sound(corpus, plan, path) for plan, path in plans]


def write_round(corpus: Corpus, plan: Round) -> None:
    """Write a plan whole; one document a line, so that git shows what changed."""
    write_text(round_file(corpus, plan.name), "".join(_lines(plan)))


def _lines(plan: Round) -> Iterator[str]:
    yield _HEAD
    yield f"guidelines = {quote_toml(plan.guidelines)}\n"
    yield f"suggestions = {quote_toml(plan.suggestions)}\n"
    yield f"calibration = {quote_toml(plan.calibration)}\n"
    if plan.asked:
        yield f"asked = {quote_toml(plan.asked)}\n"
    for deal in plan.deals:
        yield f"\n[[deal]]\nannotator = {quote_toml(deal.annotator)}\n"
        for key in ("documents", "control"):
            ids = getattr(deal, key)
            rows = "".join(f"    {quote_toml(one)},\n" for one in ids)
            yield f"{key} = [\n{rows}]\n" if ids else f"{key} = []\n"


def _to_round(name: str, table: dict[str, Any], path: Path) -> Round:
    deals = table.get("deal", [])
    good = (
        isinstance(table.get("guidelines"), str)
        and isinstance(table.get("suggestions"), str)
        and isinstance(table.get("calibration"), bool)
        and isinstance(deals, list)
        and all(_is_deal(deal) for deal in deals)
    )
    if not good:
        hint = "it has guidelines, suggestions, calibration, and a [[deal]] with documents for each annotator"
        raise StandoffError("is no plan of a round", path=path, hint=hint)
    rows = tuple(Deal(deal["annotator"], tuple(deal["documents"]), tuple(deal.get("control", ()))) for deal in deals)
    asked = str(table.get("asked", ""))
    return Round(name, table["guidelines"], table["suggestions"], table["calibration"], rows, asked)


def require_free(corpus: Corpus, plan: Round, *, with_private: bool) -> None:
    """Refuse to send a plan with private texts unless this push says that they may go."""
    sources = corpus.read_sources()
    planned = sorted({one for deal in plan.deals for one in deal.documents})
    private = [one for one in planned if one in sources and not sources[one].redistribute]
    if private and not with_private:
        hint = "texts that may not be redistributed go to a server with --with-private, said at each push"
        raise StandoffError(f"not to be pushed: {', '.join(private)}", hint=hint, usage=True)


def _require_sound(corpus: Corpus, plan: Round, path: Path) -> Round:
    """The plan itself; raises StandoffError for what a merge or an edit by hand may have left in it."""
    layers = (corpus.settings.layer, SUGGESTED)
    faults = [
        f"{deal.annotator!r} is no annotator: it is a layer of another kind"
        for deal in plan.deals
        if deal.annotator in layers
    ]
    faults += [f"{one!r} has two deals" for one in _find_twice([deal.annotator for deal in plan.deals])]
    faults += [
        f"{deal.annotator!r} has {one} twice"
        for deal in plan.deals
        for key in (deal.documents, deal.control)
        for one in _find_twice(key)
    ]
    if faults:
        raise StandoffError(faults[0], path=path, hint="mend the plan, which pushes and pulls go by")
    return plan


def _find_twice(names: Sequence[str]) -> list[str]:
    """Those that are there more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _is_deal(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("annotator"), str):
        return False
    lists = [value.get("documents"), value.get("control", [])]
    return bool(_NAME.fullmatch(value["annotator"])) and all(
        isinstance(ids, list) and all(isinstance(one, str) and ID.fullmatch(one) for one in ids) for ids in lists
    )
