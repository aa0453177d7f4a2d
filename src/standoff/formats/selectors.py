"""Where a Web Annotation points: the text of a target, and the range that its selectors select."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote


def find_source(target: object) -> str:
    """The IRI of the text that a target is in, or nothing."""
    source = target.get("source", target.get("id")) if isinstance(target, dict) else target
    source = source.get("id") if isinstance(source, dict) else source
    return source if isinstance(source, str) else ""


def find_text_file(source: str, path: str, texts: Mapping[str, str]) -> str:
    """The file of a text: relative to that of the annotation, or the one of its name, with `.txt` or without."""
    name = unquote(source.partition("#")[0].partition("?")[0])
    beside = (PurePosixPath(path).parent / name).as_posix()
    if beside in texts or name in texts:
        return beside if beside in texts else name
    last = PurePosixPath(name).name
    same = [text for text in texts if PurePosixPath(text).name in (last, f"{last}.txt")]
    return same[0] if len(same) == 1 else ""


def find_range(target: object, text: str | None) -> tuple[object, object, object, str]:
    """Start, end and surface as the selectors of a target have them, and why there is no such range."""
    selectors = to_list(target.get("selector")) if isinstance(target, dict) else []
    position, quoted = (
        next((one for one in selectors if isinstance(one, dict) and one.get("type") == kind), None)
        for kind in ("TextPositionSelector", "TextQuoteSelector")
    )
    start, end = (None, None) if position is None else (position.get("start"), position.get("end"))
    exact = None if quoted is None else quoted.get("exact")
    if text is None or not isinstance(exact, str) or quoted is None:
        return start, end, None, "" if position else "has neither a position nor a quote"
    if type(start) is int and type(end) is int and text[max(start, 0) : max(end, 0)] == exact:
        return start, end, exact, ""
    before, after = (one if isinstance(one := quoted.get(key), str) else "" for key in ("prefix", "suffix"))
    at = text.find(before + exact + after)
    if at < 0 or text.find(before + exact + after, at + 1) >= 0:
        where = "nowhere" if at < 0 else "more than once"
        return start, end, None, f"quotes {exact!r}, which stands {where} in the text"
    return at + len(before), at + len(before) + len(exact), exact, ""


def to_list(value: object) -> list[Any]:
    """JSON-LD's way of saying some: a list, one alone, or none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
