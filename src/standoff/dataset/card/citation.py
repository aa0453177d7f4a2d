"""How to cite a dataset: BibTeX from the settings, with nothing that they do not state."""

import re
import unicodedata

from standoff.dataset.card.metadata import Author, Metadata
from standoff.settings import Settings

_SPECIAL = re.compile(r"[#$%&_]")
_SLASHED = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def to_bibtex(settings: Settings, metadata: Metadata) -> str:
    """An entry for this version, or the one that the settings give; year and address only where they are known."""
    if metadata.citation:
        return metadata.citation.strip()
    fields = {
        "title": f"{{{_escape(settings.title)}}}",
        "author": " and ".join(map(_to_name, metadata.authors)),
        "version": _escape(settings.version),
        "year": str(metadata.published.year) if metadata.published else "",
        "publisher": f"{{{_escape(metadata.publisher)}}}" if metadata.publisher else "",
        "url": metadata.url,
    }
    lines = [f"  {name:<9} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_to_key(settings)},", *lines, "}"])


def _to_key(settings: Settings) -> str:
    plain = unicodedata.normalize("NFKD", f"{settings.name}-{settings.version}").encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.-]", "-", plain)


def _to_name(author: Author) -> str:
    """A person's name is left to BibTeX to order; that of a group is kept together."""
    name = _escape(author.name)
    return name if author.is_person else f"{{{name}}}"


def _escape(text: str) -> str:
    slashed = "".join(_SLASHED.get(sign, sign) for sign in text)
    return _SPECIAL.sub(r"\\\g<0>", slashed)
