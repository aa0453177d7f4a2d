"""What an audit says of documents: there twice, imported damaged, with metadata that an export loses or changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from standoff.doccano.audit.records import SHOWN, Facts, Finding, Item
from standoff.doccano.audit.text import find_mojibake
from standoff.doccano.audit.units import quote

ID_KEYS = ("id", "doc_id", "document_id", "uuid", "external_id")
"""Metadata keys that say which document it is."""
_DIGITS = 10
"""Decimal places of a float that an export keeps."""
_TAKEN = ("Comments", "entities")


def find_in_documents(facts: Facts, items: Sequence[Item]) -> Iterator[Finding]:
    """The findings on the documents of a project; only those that count something."""
    for finding in (
        *_find_twice(items),
        *_find_batches(items),
        *_find_damage(items),
        *_find_reserved(facts, items),
        *_find_changed(items),
    ):
        if finding.count:
            yield finding


def name_item(item: Item) -> str:
    """A document for people: its id in the metadata, else doccano's."""
    known = next((f"{key} {item.meta[key]}" for key in ID_KEYS if item.meta.get(key) not in (None, "")), "")
    return known or f"document {item.id}"


# --- twice ---


def _find_twice(items: Sequence[Item]) -> Iterator[Finding]:
    texts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        texts[item.text].append(item)
    again = [held for held in texts.values() if len(held) > 1]
    shown = tuple(
        f"{name_item(held[0])}: numbers {', '.join(str(one.id) for one in held[:SHOWN])}: {quote(held[0].text)}"
        for held in again[:SHOWN]
    )
    more = sum(len(held) - 1 for held in again)
    yield Finding("text-twice", "broken", more, "documents", "have the text of another document", shown)
    ids: Counter[tuple[str, str]] = Counter(
        (key, str(item.meta[key])) for item in items for key in ID_KEYS if item.meta.get(key) not in (None, "")
    )
    doubled = {one: count for one, count in ids.items() if count > 1}
    shown = tuple(f"{key} {value}: {count} times" for (key, value), count in list(doubled.items())[:SHOWN])
    more = sum(doubled.values()) - len(doubled)
    yield Finding("id-twice", "broken", more, "documents", "have an id that another document has", shown)


@dataclass(frozen=True, slots=True)
class Batch:
    """`size` documents, from the index `first` on, that stand `copies` times one after the other."""

    first: int
    size: int
    copies: int


def find_batches(keys: Sequence[object]) -> list[Batch]:
    """The runs of two or more different keys that stand several times in a row, the longest copies first to last."""
    found, at, seen = list[Batch](), 0, dict[object, list[int]]()
    for index, key in enumerate(keys):
        seen.setdefault(key, []).append(index)
    while at < len(keys):
        sizes = [index - at for index in seen[keys[at]] if index > at + 1]
        batch = next((one for size in sizes if (one := _measure(keys, at, size)) is not None), None)
        if batch is not None:
            found.append(batch)
            at += batch.size * batch.copies
        else:
            at += 1
    return found


def _measure(keys: Sequence[object], first: int, size: int) -> Batch | None:
    """The batch of that size at an index; None where what follows is no copy, or it is one document over and over."""
    copies = 1
    wanted = keys[first : first + size]
    while keys[first + copies * size : first + (copies + 1) * size] == wanted:
        copies += 1
    return Batch(first, size, copies) if copies > 1 and len(set(wanted)) > 1 else None


def _find_batches(items: Sequence[Item]) -> Iterator[Finding]:
    batches = find_batches([(item.text, item.upload) for item in items])
    shown = tuple(
        f"{one.size:,} documents from {name_item(items[one.first])} on stand there {one.copies} times"
        f" (file {items[one.first].upload or 'unknown'})"
        for one in batches
    )
    message = (
        "groups of documents stand several times in a row: an import that failed and was tried again, or done twice"
    )
    yield Finding("batch-again", "broken", len(batches), "groups", message.removeprefix("groups "), shown)


# --- damaged at import ---


def _find_damage(items: Sequence[Item]) -> Iterator[Finding]:
    pieces = [(item, list(find_mojibake(item.text))) for item in items]
    held = [(item, found) for item, found in pieces if found]
    kinds = Counter(piece for _, found in held for piece in found)
    shown = tuple(f"{was!r} stands for {right!r}: {count} times" for (was, right), count in kinds.most_common(SHOWN))
    message = "seem to be UTF-8 that was read as cp1252 at import, so the text is not what was sent"
    yield Finding("mojibake", "broken", len(held), "documents", message, shown)
    marked = [item for item in items if "\ufffd" in item.text]
    shown = tuple(name_item(item) for item in marked[:SHOWN])
    message = "hold the replacement mark \ufffd: characters were lost at import or before"
    yield Finding("replacement", "broken", len(marked), "documents", message, shown)
    nul = [item for item in items if "\0" in item.text]
    message = "hold the character NUL, which many programs and databases do not take"
    yield Finding("nul", "note", len(nul), "documents", message, tuple(name_item(item) for item in nul[:SHOWN]))
    by_hand = sum(not item.upload for item in items)
    message = "were made through the web interface, which takes white space off both ends of a text"
    yield Finding("by-hand", "note", by_hand, "documents", message)


# --- metadata in an export ---


def _find_reserved(facts: Facts, items: Sequence[Item]) -> Iterator[Finding]:
    keys = Counter(key for item in items for key in item.meta)
    replaced = keys["data"]
    message = "have a metadata key `data`, which an export writes in place of the text"
    yield Finding("meta-data", "lost", replaced, "documents", message)
    taken = [key for key in (*_TAKEN, *(["relations"] if facts.relations else [])) if keys[key]]
    message = f"are of a metadata key that an export overwrites: {', '.join(taken)}"
    yield Finding("meta-taken", "lost", sum(keys[key] for key in taken), "values", message)
    fatal = [key for key in ("text", "label") if keys[key] and not (key == "label" and facts.relations)]
    message = f"are of a metadata key with which every export fails: {', '.join(fatal)}"
    yield Finding("meta-fatal", "broken", sum(keys[key] for key in fatal), "values", message)
    own = keys["id"]
    message = "have a metadata key `id`: an export gives that and not doccano's own number"
    yield Finding("meta-id", "note", own, "documents", message)


def _find_changed(items: Sequence[Item]) -> Iterator[Finding]:
    keys = sorted({key for item in items for key in item.meta} - {"data", "id", *_TAKEN})
    columns = {key: [item.meta[key] for item in items if key in item.meta] for key in keys}
    absent = {key: len(items) - len(held) for key, held in columns.items() if len(held) < len(items)}
    message = "are missing, and an export says null: " + ", ".join(list(absent)[:SHOWN])
    yield Finding("meta-missing", "lost", sum(absent.values()), "values", message)
    floated = {key: count for key, held in columns.items() if (count := _count_floated(held, len(items)))}
    message = "are whole numbers that an export makes 1.0 of 1: " + ", ".join(list(floated)[:SHOWN])
    yield Finding("meta-floated", "lost", sum(floated.values()), "values", message)
    cut = {key: count for key, held in columns.items() if (count := sum(map(_is_cut, _flatten(held))))}
    message = (
        f"are numbers with more than {_DIGITS} decimal places, which an export cuts: {', '.join(list(cut)[:SHOWN])}"
    )
    yield Finding("meta-cut", "lost", sum(cut.values()), "values", message)


def _count_floated(held: Sequence[Any], documents: int) -> int:
    """How many whole numbers of a column pandas makes floats: there are floats or gaps among them, and nothing else."""
    numbers = [value for value in held if value is not None]
    plain = all(type(value) in (int, float) for value in numbers)
    mixed = len(numbers) < documents or any(type(value) is float for value in numbers)
    return sum(type(value) is int for value in numbers) if plain and mixed else 0


def _is_cut(value: object) -> bool:
    return type(value) is float and round(value, _DIGITS) != value


def _flatten(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, dict):
            yield from _flatten(value.values())
        elif isinstance(value, list):
            yield from _flatten(value)
        else:
            yield value
