"""Formats of other tools: one module each, all with the same pair of functions.

`from_<format>(files) -> Parsed` and `to_<format>(documents, schema) -> Written`; a module is loaded when it is asked
for, since some need a library of an extra. `limits.toml` says what each cannot say.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from standoff.formats.exchange import Annotated, Files, Parsed, Written
from standoff.guidelines import Schema

MODULES = {
    "doccano": "doccano",
    "doccano-codepoints": "doccano",
    "prodigy": "prodigy",
    "label-studio": "label_studio",
    "brat": "brat",
    "conll": "conll",
    "webanno": "webanno",
    "spacy": "docbin",
    "xmi": "xmi",
    "web-annotation": "web_annotation",
}
"""The name of each format on the command line, and its module."""
_OPTIONS = {"doccano-codepoints": {"unit": "codepoints"}}
"""What a name says beyond its module: doccano's page counts UTF-16 code units, scripts write code points."""

_OF_TOKENS = ("conll", "webanno", "spacy")

Reader = Callable[[Files], Parsed]
Writer = Callable[[Sequence[Annotated], Schema], Written]


def load_reader(name: str) -> Reader:
    """The function that reads a format."""
    return cast(Reader, _load(name, "from"))


def load_writer(name: str, language: str = "en") -> Writer:
    """The function that writes a format; formats of tokens are written with the tokenizer of a language."""
    return cast(Writer, partial(_load(name, "to"), **({"language": language} if name in _OF_TOKENS else {})))


def _load(name: str, way: str) -> Callable[..., Any]:
    module = MODULES[name]
    return partial(getattr(import_module(f"standoff.formats.{module}"), f"{way}_{module}"), **_OPTIONS.get(name, {}))


@cache
def read_limits() -> Mapping[str, Mapping[str, Any]]:
    """By module: the unit of its offsets, its files, and under `cannot` what it cannot say, by key."""
    return tomllib.loads(Path(__file__).with_name("limits.toml").read_text(encoding="utf-8"))
