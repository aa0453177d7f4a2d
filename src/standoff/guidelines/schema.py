"""The label schema in `labels.toml`: names, looks, and what other label sets call them."""

from dataclasses import dataclass
from pathlib import Path

from standoff.errors import StandoffError
from standoff.files import read_toml

SCHEMES = ("own", "ontonotes", "conll")
"""The label sets that gold can be read in."""
_NEEDED = ("name", "definition", "color", "hotkey", "ontonotes", "conll")


@dataclass(frozen=True, slots=True)
class Label:
    """A label, its one-sentence definition, looks, and names in OntoNotes 5 and CoNLL-2003 ("" for none)."""

    name: str
    definition: str
    color: str
    hotkey: str
    ontonotes: str
    conll: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The labels in their order, whether spans may overlap, and the version of the guidelines."""

    version: str
    overlap: bool
    labels: tuple[Label, ...]

    @property
    def names(self) -> list[str]:
        """The label names in their order, which is the order of every ClassLabel."""
        return [label.name for label in self.labels]

    def to_scheme(self, scheme: str) -> dict[str, str]:
        """Label name to its name in `own`, `ontonotes` or `conll`; those it has no name for are left out."""
        if scheme == "own":
            return {name: name for name in self.names}
        return {label.name: mapped for label in self.labels if (mapped := getattr(label, scheme))}


def read_schema(path: Path) -> Schema:
    """The schema in a `labels.toml`; raises StandoffError for a missing field or a name or hotkey given twice."""
    table = read_toml(path)
    rows = table.get("label", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StandoffError("labels are no tables", path=path, hint="begin each with [[label]]")
    for row in rows:
        if missing := [key for key in _NEEDED if not isinstance(row.get(key), str)]:
            raise StandoffError(f"label {row.get('name', '?')!r} has no {missing[0]!r}", path=path)
    labels = tuple(Label(**{key: row[key] for key in _NEEDED}) for row in rows)
    for field in ("name", "hotkey"):
        values = [getattr(label, field) for label in labels]
        if twice := [value for value in values if values.count(value) > 1]:
            raise StandoffError(f"two labels have the {field} {twice[0]!r}", path=path)
    for field, sort in (("overlap", bool), ("version", str)):
        if not isinstance(table.get(field, sort()), sort):
            raise StandoffError(f"{field!r} cannot be {table[field]!r}", path=path)
    if not labels:
        raise StandoffError("no label is defined", path=path, hint="add a [[label]] table")
    return Schema(str(table.get("version", "0")), bool(table.get("overlap", False)), labels)
