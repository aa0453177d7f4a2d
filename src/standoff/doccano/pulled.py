"""Pulled documents on disk: each file whole, none that was edited here lost, the same files whoever pulls."""

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from standoff.corpus import Corpus
from standoff.doccano.rounds import Round, read_rounds
from standoff.errors import StandoffError
from standoff.files import disk_errors, quote_toml, read_toml, write_text
from standoff.jsonl import dumps_records
from standoff.records import Note, Span

Known = dict[str, list[str]]
"""Path to the hashes of what the last two pulls wrote there, or began to write."""
_OURS = ("guidelines", "suggestions", "rounds", "projects")
_HEAD = "# Who read, what they saw, and under which guidelines. `standoff doccano pull` keeps the first four lines.\n"


@dataclass(frozen=True, slots=True)
class Layer:
    """What to write for an annotator: spans and notes by document."""

    annotator: str
    spans: dict[str, list[Span]]
    notes: dict[str, list[Note]]


@dataclass(frozen=True, slots=True)
class Wrote:
    """The documents whose files changed, and those that were kept since somebody had edited them here."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]


def write_layer(corpus: Corpus, plan: Round, layer: Layer) -> Wrote:
    """Write the files of a layer; one with edits that neither git nor the last pull has is kept, and told."""
    known, kept, ready = _read_known(corpus), list[str](), dict[str, dict[Path, str | None]]()
    if layer.spans:
        _sign(corpus, plan, layer.annotator)
    for document_id, spans in layer.spans.items():
        files = {
            corpus.spans_file(layer.annotator, document_id): dumps_records(spans),
            corpus.notes_file(layer.annotator, document_id): dumps_records(layer.notes[document_id]) or None,
        }
        news = {path: text for path, text in files.items() if _differs(path, text)}
        if any(path.exists() and not _is_safe(corpus, path, known) for path in news):
            kept.append(document_id)
        elif news:
            ready[document_id] = news
    for news in ready.values():
        for path, text in news.items():
            if text is not None:
                known[corpus.name_of(path)] = [*known.get(corpus.name_of(path), [])[-1:], _digest(text.encode())]
    _write_known(corpus, known)  # before the files: a pull that is cut off has made no edit
    for news in ready.values():
        for path, text in news.items():
            _replace(path, text)
    return Wrote(tuple(ready), tuple(kept))


def _differs(path: Path, text: str | None) -> bool:
    return path.exists() if text is None else not path.exists() or path.read_bytes() != text.encode()


def _replace(path: Path, text: str | None) -> None:
    if text is not None:
        write_text(path, text)
        return
    with disk_errors(path):
        path.unlink(missing_ok=True)


def _is_safe(corpus: Corpus, path: Path, known: Known) -> bool:
    """Whether what a file holds is the last pull's or git's, so that replacing it loses nothing."""
    data, name = path.read_bytes(), corpus.name_of(path)
    if _digest(data) in known.get(name, []):
        return True
    command = ["git", "-C", str(corpus.root), "show", f"HEAD:./{name}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return False
    return done.returncode == 0 and done.stdout == data


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _known_file(corpus: Corpus) -> Path:
    return corpus.root / ".standoff" / "pulled.json"


def _read_known(corpus: Corpus) -> Known:
    """What pulls on this machine have written; nothing where the list is lost or broken."""
    try:
        value = json.loads(_known_file(corpus).read_text())
    except (OSError, ValueError):
        return {}
    rows = value.items() if isinstance(value, dict) else ()
    return {name: [str(one) for one in digests] for name, digests in rows if isinstance(digests, list)}


def _write_known(corpus: Corpus, known: Known) -> None:
    if known:
        write_text(_known_file(corpus), json.dumps(known, indent=0, sort_keys=True) + "\n")


def _sign(corpus: Corpus, plan: Round, annotator: str) -> None:
    """Say in `layer.toml` what the plans tell, so that it is the same whoever pulls; other lines are people's."""
    path = corpus.layer_folder(annotator) / "layer.toml"
    table = read_toml(path) if path.exists() else {}
    before = table["rounds"] if isinstance(table.get("rounds"), list) else []
    rounds = [one for one in read_rounds(corpus) if one.name == plan.name or one.name in before]
    facts: dict[str, str | bool | list[str]] = {
        "guidelines": _oldest(rounds, annotator),
        "suggestions": ", ".join(sorted({one.suggestions for one in rounds} - {""})) or "none",
        "rounds": [one.name for one in rounds],
        "projects": [one.project_name(corpus, annotator) for one in rounds],
    }
    if all(table.get(key) == facts[key] for key in _OURS):
        return
    ours = "".join(f"{key} = {quote_toml(facts[key])}\n" for key in _OURS)
    rest = path.read_text(encoding="utf-8").removeprefix(_HEAD) if path.exists() else ""
    for key in _OURS:
        rest = _without(rest, key, path)
    write_text(path, _HEAD + ours + (rest or f"annotators = {quote_toml(annotator)}\n"))


def _without(text: str, key: str, path: Path) -> str:
    """TOML less the lines of a key, however many it takes; all else reads as before, comments too.

    Raises StandoffError where the key shares its lines with something else.
    """
    wanted = tomllib.loads(text)
    if wanted.pop(key, None) is None:
        return text
    lines = text.splitlines(keepends=True)
    begins = [number for number, line in enumerate(lines) if re.match(rf"[\s\"']*{key}\b", line)]
    for start in begins:
        for end in range(start + 1, len(lines) + 1):
            rest = "".join(lines[:start] + lines[end:])
            if _reads_as(rest, wanted):
                return rest
    hint = "give it a line of its own, or remove it: pull writes it anew"
    raise StandoffError(f"{key!r} cannot be replaced", path=path, hint=hint)


def _reads_as(text: str, table: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == table
    except tomllib.TOMLDecodeError:
        return False


def _oldest(rounds: Sequence[Round], annotator: str) -> str:
    """The version of the guidelines under which the document read longest ago was last read."""
    last: dict[str, str] = {}
    for one in sorted(rounds, key=lambda one: _version(one.guidelines)):
        last.update(
            {path: one.guidelines for deal in one.deals if deal.annotator == annotator for path in deal.documents}
        )
    return min(last.values(), key=_version)


def _version(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)]
