"""`standoff.toml`: the settings of a corpus, read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.cleaning.dial import DEFAULT, read_stop
from standoff.errors import StandoffError
from standoff.files import read_toml
from standoff.records import SPLITS

_PLAIN = re.compile(r"[\w+-][\w.+-]*")
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
    """The settings in a file; raises StandoffError naming the first that is missing or wrong."""
    table = read_toml(path)
    if missing := [key for key in _NEEDED if key not in table]:
        raise StandoffError(f"{missing[0]!r} is missing", path=path)
    wrong = [key for key in _NEEDED if not isinstance(table[key], dict if key == "splits" else str)]
    if wrong or not all(isinstance(share, int | float) for share in table["splits"].values()):
        raise StandoffError(f"{(wrong or ['splits'])[0]!r} is of the wrong type", path=path)
    for key in ("name", "version"):
        if not _PLAIN.fullmatch(table[key]):
            hint = "letters, digits, . + and -"
            raise StandoffError(f"{key} {table[key]!r} makes no folder name", path=path, hint=hint)
    if unknown := [split for split in table["splits"] if split not in SPLITS]:
        raise StandoffError(f"no such split: {unknown[0]!r}", path=path, hint=f"one of {', '.join(SPLITS)}")
    if any(share < 0 for share in table["splits"].values()) or not sum(table["splits"].values()):
        raise StandoffError("the splits have no shares", path=path, hint="such as { train = 0.8, test = 0.2 }")
    try:
        keep = read_stop(table.get("keep", DEFAULT))
    except ValueError as error:
        raise StandoffError(str(error), path=path) from None
    card = table.get("card", {})
    if not isinstance(card, dict):
        raise StandoffError("'card' is of the wrong type", path=path, hint="it is a table: [card]")
    return Settings(**{key: table[key] for key in _NEEDED}, keep=keep, card=card)
