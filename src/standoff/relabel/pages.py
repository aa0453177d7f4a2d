"""The folder of the guidelines after a move, from the texts of its files."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from standoff.guidelines.changes import parse_version
from standoff.guidelines.citations import split_ids
from standoff.guidelines.schema import Schema
from standoff.relabel.joins import fill_page, join_pages, make_page, take_items, take_rules
from standoff.relabel.labels import edit_labels, edit_version
from standoff.relabel.move import Move, sorted_ids
from standoff.relabel.wording import Page, rewrite_ids, rewrite_page

GENERAL_PAGE, DECISIONS, CHANGELOG, LABELS = "README.md", "decisions.md", "CHANGELOG.md", "labels.toml"
_ENTRY = re.compile(r"^(?P<head>- (?:patch|minor|major) · )(?P<ids>[^·]+?)(?= · )", re.MULTILINE)
_LOOK = re.compile(r"(?P<head> · look:\s+)(?P<ids>[^/·\n]*[^/·\s])", re.MULTILINE)


@dataclass(slots=True)
class Edits:
    """Texts of a folder by file name, None for one that is gone, and what changed in each file."""

    texts: dict[str, str | None]
    tallies: dict[str, Counter[str]] = field(default_factory=dict)

    def tally(self, name: str) -> Counter[str]:
        """The counts of a file, to add to."""
        return self.tallies.setdefault(name, Counter())


def edit_guidelines(before: Mapping[str, str], move: Move, schema: Schema, version: str, today: str) -> Edits:
    """Every file of the folder after a move, with a new version and an entry that tells of it; `today` is its date."""
    edits = Edits({**before})
    for name, text in before.items():
        edits.texts[name] = _edit_file(name, text, move, schema, edits.tally(name))
    _EDITORS[move.kind](edits, move, schema)
    edits.texts[LABELS] = edit_version(edits.texts[LABELS] or "", schema.version, version)
    if page := edits.texts.get(GENERAL_PAGE):
        head = rf"(?m)^(Version ){re.escape(schema.version)}(?![\d.]*\d)"
        edits.texts[GENERAL_PAGE] = re.sub(head, rf"\g<1>{version}", page, count=1)
    if page := edits.texts.get(CHANGELOG):
        edits.texts[CHANGELOG] = add_entry(page, f"## {version} ({today})\n\n- {to_entry(move)}\n")
    return edits


def to_entry(move: Move) -> str:
    """What the changelog says of a move: the ids that follow it, and which spans to read again."""
    ids = ", ".join(sorted_ids(move.ids.values()))
    if move.kind == "rename":
        return f"major · {move.new} · {move}, its rules with it; no meaning changed · look: none"
    renumbered = [f"{one} is {move.ids[one]}" for one in sorted_ids(move.ids) if not one.endswith("-N")]
    said = f"{move}{': ' if renumbered else ''}{', '.join(renumbered)}"
    if move.kind == "merge":
        return f"major · {ids or move.new} · {said} · look: {move.new}"
    return f"major · {move.old}, {move.new} · {said} · look: {move.old}, {move.new}"


def add_entry(text: str, entry: str) -> str:
    """A changelog with one more version on top."""
    at = found.start() if (found := re.search("^## ", text, re.MULTILINE)) else len(text)
    return text[:at].rstrip("\n") + "\n\n" + entry + ("\n" if text[at:] else "") + text[at:]


def next_version(version: str) -> str:
    """The next major version, before 1.0.0 the next minor one; raises ValueError for what is no version."""
    major, minor, _ = parse_version(version)
    return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"


def _edit_file(name: str, text: str, move: Move, schema: Schema, tally: Counter[str]) -> str:
    if name == LABELS:
        return edit_labels(text, move, schema, tally)
    if name == DECISIONS:
        return rewrite_ids(text, move, tally)
    if name == CHANGELOG:
        return _edit_changelog(text, move, tally)
    if name == GENERAL_PAGE and move.kind == "merge":
        text = _drop_row(text, move, tally)
    stem = name.removesuffix(".md")
    page: Page = "general" if name == GENERAL_PAGE else "label" if stem in schema.names else "other"
    return rewrite_page(text, move, page, tally)


def _edit_changelog(text: str, move: Move, tally: Counter[str]) -> str:
    """Ids everywhere; the label where an entry cites it or looks for it, but not where it tells of it."""

    def swap(found: re.Match[str]) -> str:
        ids, count = move.map_names(found["ids"])
        tally["words"] += count
        return found["head"] + (", ".join(dict.fromkeys(split_ids(ids))) if count else ids)

    return _LOOK.sub(swap, _ENTRY.sub(swap, rewrite_ids(text, move, tally)))


def _rename(edits: Edits, move: Move, schema: Schema) -> None:
    old, new = f"{move.old}.md", f"{move.new}.md"
    if old in edits.texts:
        edits.texts[new], edits.texts[old] = edits.texts[old], None
        edits.tallies[new] = edits.tallies.pop(old)


def _merge(edits: Edits, move: Move, schema: Schema) -> None:
    old, new = f"{move.old}.md", f"{move.new}.md"
    page, other = edits.texts.get(new), edits.texts.get(old)
    if page is None or other is None:
        _rename(edits, move, schema)
        return
    edits.texts[new], edits.texts[old] = join_pages(page, other), None
    edits.tally(new).update(edits.tallies.pop(old))


def _split(edits: Edits, move: Move, schema: Schema) -> None:
    old, new = f"{move.old}.md", f"{move.new}.md"
    page, is_new = edits.texts.get(old), move.new not in schema.names
    if page is None:
        return
    taken, items = "", list[str]()
    if move.rules:
        page, taken = take_rules(page, set(move.ids.values()))
    elif is_new:
        page, items = take_items(page, move)
    edits.texts[old] = page
    if is_new:
        definition = next(label.definition for label in schema.labels if label.name == move.old)
        others = [page, *(edits.texts[f"{name}.md"] or "" for name in schema.names if f"{name}.md" in edits.texts)]
        edits.texts[new] = fill_page(make_page(move, definition, taken, items), move, others)
        if text := edits.texts.get(GENERAL_PAGE):
            edits.texts[GENERAL_PAGE] = _add_row(text, move, edits.tally(GENERAL_PAGE))
        edits.tally(new).update(rules=len(move.rules) or 1, examples=len(items))
    elif taken:
        edits.texts[new] = join_pages(edits.texts.get(new) or f"# {move.new}\n", taken)
        edits.tally(new)["rules"] = len(move.rules)


_EDITORS = {"rename": _rename, "merge": _merge, "split": _split}


def _drop_row(text: str, move: Move, tally: Counter[str]) -> str:
    """A page without the row of the label that is merged, in a table where the other has one too."""
    lines = text.split("\n")
    if any(_is_row(line, move.new) for line in lines):
        left = [line for line in lines if not _is_row(line, move.old)]
        tally["rows"] += len(lines) - len(left)
        return "\n".join(left)
    return text


def _add_row(text: str, move: Move, tally: Counter[str]) -> str:
    """A row for the new label at the end of the table of labels, as that of the old one."""
    lines = text.split("\n")
    at = next((at for at, line in enumerate(lines) if _is_row(line, move.old)), None)
    if at is not None:
        end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
        _, cell, rest = lines[at].split("|", 2)
        lines.insert(end, f"|{cell.replace(move.old, move.new)}|{rest}")
        tally["rows"] += 1
    return "\n".join(lines)


def _is_row(line: str, label: str) -> bool:
    """Whether it is the row of a label: its name alone in the first cell, as a link to its page or not."""
    name = re.escape(label)
    return re.match(rf"\|\s*(?:{name}|\[{name}\]\({name}\.md\))\s*\|", line) is not None
