"""Web pages: HTML bytes -> text and metadata, by trafilatura. For a WARC, which holds many, see `crawls.py`."""

import codecs
import logging
import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from standoff.cleaning import KNOWN
from standoff.cleaning.language import UNKNOWN, guess_language
from standoff.cleaning.text import count_words

MAX_PAGE = 10_000_000
"""Largest page in bytes; a larger one is no news."""
SETTINGS: dict[str, Any] = {"include_comments": False}
"""What trafilatura is told: comments are residue."""
_DATES = {"original_date": True, "extensive_search": False}
"""The day of publication that the page states; none is better than a guess."""

for _name in ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what matters of their remarks is in our ledger


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page as extracted, "" where it has none, and what the page says of itself.

    `published` is YYYY-MM-DD, `language` a code such as "en".
    """

    text: str
    title: str = ""
    url: str | None = None
    published: str | None = None
    outlet: str | None = None
    language: str | None = None


def name_extractor() -> str:
    """The extractor and its version: another version may read another text."""
    return f"trafilatura {version('trafilatura')}"


def read_page(html: bytes, charset: str | None = None) -> Page:
    """Text and metadata of a page; `charset` is what the server said. Raises ValueError for what is not HTML."""
    from trafilatura import bare_extraction

    source = _REFERENCE.sub(_without_forbidden, decode_page(html, charset))
    if not _TAG.search(source):
        raise ValueError("no HTML: there is no tag in it")
    settings = {"with_metadata": True, "date_extraction_params": _DATES, **SETTINGS}
    found: Any = bare_extraction(source, fast=True, **settings)  # best under our cleaning: `benchmarks/pages.md`
    if found is None or not (found.text or "").strip():
        found = bare_extraction(source, **settings)
    if found is None:
        return Page("")
    declared = _LANGUAGE.search(source)
    return Page(
        text=found.text,
        title=_trim_title(found.title or "", found.sitename or ""),
        url=found.url or None,
        published=found.date or None,
        outlet=found.sitename or None,
        language=_settle_language(found.text, declared[1].lower() if declared else None),
    )


_TAG = re.compile(r"<(?:!doctype html|html|head|body|title|article|main|div|p)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))(?![0-9a-f]);?", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\slang\s*=\s*[\"']?([a-z]{2,3})(?![a-z])", re.IGNORECASE)


_TELLING = 100
"""Words from which on the commonest ones tell a language better than a template does."""


def _settle_language(text: str, declared: str | None) -> str | None:
    """What the page declares, unless its text is plainly English: templates come from sites in other languages."""
    told = guess_language(text)
    if declared is None:
        return None if told == UNKNOWN else told
    return KNOWN if told == KNOWN and count_words(text) >= _TELLING else declared


def _without_forbidden(reference: re.Match[str]) -> str:
    """A character reference as it is, or nothing for a control character, over which trafilatura gives the page up."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if allowed else ""


def _trim_title(title: str, outlet: str) -> str:
    """The headline on one line, without the name of the site behind it."""
    line = " ".join(title.split())
    return re.sub(rf"\s[-–—|•·:»]\s{re.escape(outlet)}$", "", line, flags=re.IGNORECASE) if outlet else line


# --- encodings ---

_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_WEB = re.compile(r"cp(?:125\d|866|874|932|949)|iso8859-\d+|iso2022_jp|koi8-[ru]|gb18030|big5\w*|euc_\w+|mac-roman")
_AS_BROWSERS = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}


def decode_page(html: bytes, charset: str | None = None) -> str:
    """The characters of a page: as UTF-8 if they are, else by the encoding it names, else by a guess at it.

    A byte that fits nowhere becomes U+FFFD, as in a browser.
    """
    if html.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return html.decode("utf-16", "replace")
    try:
        return html.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    named = _META.search(html)
    codec = _find_codec(charset) or _find_codec(named[1].decode("ascii", "ignore") if named else None)
    if codec is not None:
        return html.decode(codec, "replace")
    text = html.decode("utf-8", "replace").removeprefix("\ufeff")
    if 2 * text.count("\ufffd") <= len(re.sub(r"[\x00-\x7f]+", "", text)):
        return text  # a page in UTF-8 with a few broken places
    return _guess(html) or text


def _guess(html: bytes) -> str | None:
    """The page in the likeliest encoding that the web uses; Western, as in a browser, where that reads no worse."""
    from charset_normalizer import from_bytes

    matches = [one for one in from_bytes(html) if _find_codec(one.encoding)]  # not UTF-16, which would eat the tags
    if not matches:
        return None
    best = matches[0]
    return str(next((one for one in matches if one.encoding == "cp1252" and one.chaos <= best.chaos), best))


def _find_codec(label: str | None) -> str | None:
    """Python's codec for an encoding of web pages other than UTF-8; None for any other label."""
    try:
        name = codecs.lookup(label or "").name
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS.get(name, name)
    return name if _WEB.fullmatch(name) else None
