"""`standoff.toml`: the settings of a corpus, read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from standoff.cleaning.dial import DEFAULT, read_stop
from standoff.errors import StandoffError
from standoff.files import read_toml
from standoff.records import SPLITS

_PLAIN = re.compile(r"[\w+-][\w.+-]*")
_MOST = 1_000_000_000
"""The largest share, so that their sum is finite; they need not add up to 1."""
_NEEDED = ("name", "version", "title", "licence", "language", "layer", "split_key", "splits")


@dataclass(frozen=True, slots=True)
class Settings:
    """`standoff.toml`: name, version, title, licence and language of the corpus, the layer that is built, the splits.

    `splits` gives each split's share of new documents; `split_key` is what their ids are hashed with. `keep`, which
    may be left out, is the stop of the dial of cleaning: a name such as "careful", or a number. The table `card`, which
    may be left out too, has what the dataset card says in its metadata: `authors`, `tags`, `homepage` and the like.
    """

    name: str
    version: str
    title: str
    licence: str
    language: str
    layer: str
    split_key: str
    splits: Mapping[str, float]
    keep: float = DEFAULT
    card: Mapping[str, Any] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """The settings in a file; raises StandoffError naming the first that is unknown, missing or wrong."""
    table = read_toml(path)
    _refuse_unknown(table, path)
    if missing := [key for key in _NEEDED if key not in table]:
        raise StandoffError(f"{missing[0]!r} is missing", path=path)
    wrong = [key for key in _NEEDED if not isinstance(table[key], dict if key == "splits" else str)]
    if wrong:
        raise StandoffError(f"{wrong[0]!r} is of the wrong type", path=path)
    for key in ("name", "version"):
        if not _PLAIN.fullmatch(table[key]):
            hint = "letters, digits, . + and -"
            raise StandoffError(f"{key} {table[key]!r} makes no folder name", path=path, hint=hint)
    _check_shares(table["splits"], path)
    try:
        keep = read_stop(table.get("keep", DEFAULT))
    except ValueError as error:
        raise StandoffError(str(error), path=path) from None
    card = table.get("card", {})
    if not isinstance(card, dict):
        raise StandoffError("'card' is of the wrong type", path=path, hint="it is a table: [card]")
    return Settings(**{key: table[key] for key in _NEEDED}, keep=keep, card=card)


def _refuse_unknown(table: Mapping[str, Any], path: Path) -> None:
    known = [one.name for one in fields(Settings)]
    if unknown := [key for key in table if key not in known]:
        near = get_close_matches(unknown[0].lower(), known, 1)
        hint = f"do you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        raise StandoffError(f"no such key: {unknown[0]!r}", path=path, hint=hint)


def _check_shares(splits: Mapping[str, Any], path: Path) -> None:
    """Refuse what is no split, and what is no share of one: a truth value, what is below 0, or not finite."""
    if unknown := [split for split in splits if split not in SPLITS]:
        raise StandoffError(f"no such split: {unknown[0]!r}", path=path, hint=f"one of {', '.join(SPLITS)}")
    hint = "such as { train = 0.8, test = 0.2 }"
    for split, share in splits.items():
        if type(share) not in (int, float) or not 0 <= share <= _MOST:
            raise StandoffError(f"the share of {split} cannot be {share!r}", path=path, hint=hint)
    if not sum(splits.values()):
        raise StandoffError("the splits have no shares", path=path, hint=hint)
