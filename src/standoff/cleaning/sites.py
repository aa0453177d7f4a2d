"""Lines that recur on one site: what a single page cannot tell, a sketch of many pages can.

The sketch is a table of cells of 64 bits. A line of a site has one cell in each row, and a document that holds it
sets a few bits there, the same ones in every row; those that are set in all rows tell how many documents there were.
Setting a bit twice, in another order, or in two tables that are joined later gives the same table.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from standoff.cleaning.lines import MARKS, read_lines
from standoff.cleaning.words import Array, mix

WIDTH = 1 << 19
"""Cells a row; the table takes 64 bytes for each, 32 MiB in all. It serves some 100,000 articles of 20 short lines."""
THREE = 7 / 3
"""An estimate that two documents never reach: they leave six marks at most, and this is seven."""
DOUBT = 0.01
"""Share of lines that may show a mark too many; a fuller table is refused."""
_ROWS = 8
_LEVELS = 12
"""A mark stands on each level but the first for one in four below it; crowded cells are read on a higher level."""
_CROWDED = 56
"""Bits of 64 up to which their number tells that of the marks to within a seventh."""
_TURNS = 4
_LINE, _LEVEL, _ROW = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_PROBE = "Share this page: 12 Möwen, 港"
"""A line whose key a file of statistics holds, so that one made with other keys is not believed."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteStats:
    """How many different documents of a site hold a line, for all sites and lines, in constant memory."""

    table: Array

    @classmethod
    def empty(cls, width: int = WIDTH) -> "SiteStats":
        """Nothing counted yet, in rows of so many cells."""
        return cls(np.zeros((_ROWS, width), np.uint64))

    @classmethod
    def from_bytes(cls, data: bytes) -> "SiteStats":
        """What `to_bytes` gave; raises ValueError for anything else."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as arrays:
                table, probe = arrays["table"], arrays["probe"]
        except (ValueError, KeyError, OSError, EOFError, TypeError, AttributeError, BadZipFile) as error:
            raise ValueError("no statistics of sites") from error
        if table.dtype != np.uint64 or table.ndim != 2 or len(table) != _ROWS or not table.size:
            raise ValueError("no statistics of sites")
        if probe.shape != (1,) or probe[0] != read_lines([_PROBE]).keys[0]:
            raise ValueError("statistics of another version of standoff: count again")
        return cls(table)

    def to_bytes(self) -> bytes:
        """The file that holds them, compressed; equal for equal tables."""
        stream = BytesIO()
        np.savez_compressed(stream, table=self.table, probe=read_lines([_PROBE]).keys)
        return stream.getvalue()

    def count(self, sites: Sequence[str], texts: Sequence[str]) -> Counter[str]:
        """Take in documents of sites; says how many have no words, and what became of the lines they have."""
        lines = read_lines(texts)
        hashes = np.array([_hash_site(site) for site in sites], np.uint64)
        document = np.concatenate([lines.document[lines.counted], np.arange(len(texts))])
        keys = _join(hashes[document], np.concatenate([lines.keys[lines.counted], np.zeros(len(texts), np.uint64)]))
        for level, marks in enumerate(_spread(lines.marks)):
            at = np.flatnonzero(marks[document])
            for row, cells in zip(self.table, self._cells(keys[at], level), strict=True):
                np.bitwise_or.at(row, cells, marks[document[at]])
        worded, counted = int(lines.worded.sum()), int(lines.counted.sum())
        return Counter(
            {
                "without words": int((lines.marks[:, 0] == 0).sum()),
                "lines": len(lines.text),
                "counted": counted,
                "longer than 300": worded - counted,
                "wordless": len(lines.text) - worded,
            }
        )

    def merge(self, other: "SiteStats") -> None:
        """Take in what another table counted; raises ValueError where the tables differ in width."""
        if self.table.shape != other.table.shape:
            raise ValueError(f"rows of {other.table.shape[1]:,} cells do not fit those of {self.table.shape[1]:,}")
        np.bitwise_or(self.table, other.table, out=self.table)

    def estimate(self, site: str, keys: Array) -> tuple[Array, float]:
        """How many documents of a site hold each line, and how many it has; exact but for chance below ten or so."""
        wanted = _join(np.array([_hash_site(site)], np.uint64), np.append(keys, np.uint64(0)))
        counts, left = np.zeros(len(wanted)), np.arange(len(wanted))
        for level in range(_LEVELS):
            bits = np.bitwise_count(self._common(wanted[left], level)).astype(np.float64)
            counts[left] = -64 * np.log1p(-np.minimum(bits, 63) / 64) * 4**level / MARKS
            left = left[bits > _CROWDED]
            if not len(left):
                break
        return counts[:-1], float(counts[-1])

    def doubt(self) -> float:
        """Chance that a line shows a mark that no document of it made, by asking for lines that nobody counted."""
        false = 0
        for turn in range(_TURNS):
            common = self.table[0].copy()
            for number, row in enumerate(self.table):
                common &= np.roll(row, turn * number)
            false += int(np.count_nonzero(common))
        return false / (_TURNS * int(self.table.shape[1]))

    def enough_width(self) -> int:
        """A width at which what was counted would leave little doubt; too low for a table that is full to the brim."""
        width = self.table.shape[1]
        filled = min(float(np.bitwise_count(self.table).mean()) / 64, 1 - 1 / (64 * width))
        allowed = (DOUBT / 64) ** (1 / _ROWS)
        wanted = max(2 * width, width * np.log1p(-filled) / np.log1p(-allowed))
        return int(2 ** np.ceil(np.log2(wanted)))

    def _common(self, keys: Array, level: int) -> Array:
        """The bits that are set in the cells of each key in all rows."""
        common = np.full(len(keys), 2**64 - 1, np.uint64)
        for row, cells in zip(self.table, self._cells(keys, level), strict=True):
            common &= row[cells]
        return common

    def _cells(self, keys: Array, level: int) -> Iterator[Array]:
        """For each row the cells of some keys."""
        for row, cells in enumerate(self.table):
            salt = np.uint64((level * _LEVEL + row * _ROW) % 2**64)
            yield (mix(mix(keys + salt)) % np.uint64(len(cells))).astype(np.int64)


def _spread(marks: Array) -> Iterator[Array]:
    """The bits of each document on each level; of the marks one in four comes to the next level."""
    bits = np.where(marks > 0, np.uint64(1) << (marks >> np.uint64(58)), np.uint64(0))
    zeros = np.bitwise_count((marks & (~marks + np.uint64(1))) - np.uint64(1))
    for level in range(_LEVELS):
        yield np.bitwise_or.reduce(np.where(zeros >= 2 * level, bits, np.uint64(0)), axis=1)


def _hash_site(site: str) -> int:
    return int.from_bytes(blake2b(site.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _join(site: Array, line: Array) -> Array:
    """The key of a line on a site; line 0 stands for the site itself."""
    return mix(site + line * np.uint64(_LINE))
