"""What was found in each document last time, so that only changed ones are read again.

One file a corpus in the user's cache folder. A document is unchanged while size, times and inode of each of its files
and its lines in the lists are; a file that was only just written may change again within the same tick of the clock, so
its document is read again next time. Anything else that shapes a report (labels, guidelines, version) is in the key.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from standoff import __version__
from standoff.check.document import Report
from standoff.check.names import NO_NAMES, hash_name
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import cache_folder, write_bytes
from standoff.guidelines.support import Support
from standoff.records import Entry, Issue, Source

_FORM = "3"
"""Raise it when the file below or the meaning of a report changes."""
UNSETTLED = 0
"""The fingerprint of a document that may change without a trace: no report is taken for it."""
_TICK, _COARSE_TICK, _SECOND = 20_000_000, 2_000_000_000, 1_000_000_000
"""Nanoseconds within which two changes can bear the same time, on most disks and on those that keep whole seconds."""
_Stat = tuple[int, int, int, int]


def cache_file(corpus: Corpus) -> Path:
    """Where the reports of this corpus are kept: below $XDG_CACHE_HOME, or ~/.cache."""
    folder = cache_folder("check")
    return folder / f"{sha256(str(corpus.root.resolve()).encode()).hexdigest()[:24]}.npz"


def is_known_good(corpus: Corpus, name: str, data: bytes) -> bool:
    """Whether nothing was wrong with the lines of these very bytes when this version of standoff read them before."""
    try:
        return _good_file(corpus, name).read_text(encoding="ascii") == _to_digest(data)
    except (OSError, ValueError):
        return False


def remember_good(corpus: Corpus, name: str, data: bytes) -> None:
    """Remember that nothing is wrong with these bytes."""
    try:
        write_bytes(_good_file(corpus, name), _to_digest(data).encode("ascii"))
    except StandoffError:
        return


def _good_file(corpus: Corpus, name: str) -> Path:
    return cache_file(corpus).with_suffix(f".{name}.sha256")


def _to_digest(data: bytes) -> str:
    return sha256(f"{_FORM} {__version__} ".encode() + data).hexdigest()


def to_key(parts: Iterable[bytes]) -> str:
    """A key for everything but the documents that shapes a report."""
    digest = sha256(_FORM.encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def find_fingerprints(
    corpus: Corpus, sources: Sequence[Source], entries: Mapping[str, Entry], layers: Sequence[str]
) -> list[int]:
    """64 bits for each document: its lines in the lists, and size, times and inode of each of its files."""
    now = time.time_ns()
    public, private, clean = (
        _stat_folder(folder)
        for folder in (
            corpus.seed_file("x", redistribute=True).parent,
            corpus.seed_file("x", redistribute=False).parent,
            corpus.clean_file("x").parent,
        )
    )
    lists = _stat_folder(corpus.index_file.parent)
    read = [_stat_folder(corpus.layer_folder(layer)) for layer in layers]
    absent = (0, 0, 0, 0)
    found = []
    for source in sources:
        text, entry = f"{source.id}.txt", entries.get(source.id)
        row = f"{source.sha256} {source.chars} {source.redistribute}"
        row += "" if entry is None else f" {entry.sha256} {entry.kept} {entry.cut}"
        stats = (
            (public if source.redistribute else private).get(text, absent),
            clean.get(text, absent),
            lists.get(f"{source.id}.cuts.jsonl", absent),
            lists.get(f"{source.id}.keeps.jsonl", absent),
            *(layer.get(f"{source.id}.jsonl", absent) for layer in read),
        )
        settled = _is_settled(stats, now)
        found.append(hash((hash_name(row), stats)) if settled else UNSETTLED)  # numbers hash alike in every process
    return found


def _is_settled(stats: Iterable[_Stat], now: int) -> bool:
    """Whether a change from now on gives every file a later time than it has."""
    newest = max([written if written > changed else changed for _, written, changed, _ in stats])
    return newest < now - (_TICK if newest % _SECOND else _COARSE_TICK)


def _stat_folder(folder: Path) -> dict[str, _Stat]:
    try:
        with os.scandir(folder) as files:
            stats = ((file.name, file.stat()) for file in files)
            return {name: (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino) for name, stat in stats}
    except OSError:
        return {}


def write_reports(path: Path, key: str, fingerprints: Sequence[int], reports: Sequence[Report]) -> None:
    """Keep the reports; a cache that cannot be written is done without."""
    issues = {row: [astuple(issue) for issue in report.issues] for row, report in enumerate(reports) if report.issues}
    support = {row: to_json(report.support) for row, report in enumerate(reports) if report.support != Support()}
    buffer = BytesIO()
    np.savez(
        buffer,
        key=np.array(key),
        ids=np.array([report.id for report in reports]),
        fingerprints=np.array(fingerprints, dtype=np.int64),
        counts=np.array([(report.spans, report.cuts, report.absent) for report in reports], dtype=np.int64).reshape(
            -1, 3
        ),
        names=np.concatenate([NO_NAMES, *(report.names for report in reports)]),
        sizes=np.array([len(report.names) for report in reports], dtype=np.int64),
        issues=np.frombuffer(json.dumps(issues).encode(), dtype=np.uint8),
        support=np.frombuffer(json.dumps(support).encode(), dtype=np.uint8),
    )
    try:
        write_bytes(path, buffer.getvalue())
    except StandoffError:
        return


def read_reports(path: Path, key: str) -> dict[str, tuple[int, Report]]:
    """Fingerprint and report by document id; empty where there is no cache with this key."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
            if str(file["key"]) != key:
                return {}
            return _to_reports({name: file[name] for name in file.files})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _to_reports(arrays: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, tuple[int, Report]]:
    issues, support = (json.loads(arrays[name].tobytes()) for name in ("issues", "support"))
    names = np.split(arrays["names"], np.cumsum(arrays["sizes"])[:-1])
    found = {}
    rows = zip(arrays["ids"].tolist(), arrays["fingerprints"].tolist(), arrays["counts"].tolist(), strict=True)
    for row, (document_id, fingerprint, (spans, cuts, absent)) in enumerate(rows):
        told = tuple(Issue(*fields) for fields in issues.get(str(row), ()))
        given = from_json(support[str(row)]) if str(row) in support else Support()
        report = Report(document_id, told, spans, cuts, bool(absent), names[row], given)
        found[document_id] = fingerprint, report
    return found


def to_json(support: Support) -> list[list[Any]]:
    """Support as JSON has it; `from_json` reads it back."""
    return [sorted(support.examples), sorted(support.surfaces), sorted(support.rules)]


def from_json(row: Sequence[Sequence[Any]]) -> Support:
    """Support from what `to_json` made."""
    examples, surfaces, rules = row
    return Support(frozenset(examples), frozenset((text, label) for text, label in surfaces), frozenset(rules))
