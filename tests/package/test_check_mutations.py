"""Nothing slips past `standoff check`: a good corpus is corrupted a thousand times, and each time that is named.

What a mutation must be found as is known from how it was made: rules, and the files concerned. What breaks no rule (a
span gone, another valid label) is told apart by construction too, and counted.
"""

import json
import os
import random
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.changes import find_changes
from standoff.check import check
from standoff.check.cache import UNSETTLED, cache_file, find_fingerprints
from standoff.check.rules import read_rules
from standoff.corpus import Corpus
from standoff.records import KINDS, Issue
from tests.conftest import snapshot

CASES = Path(__file__).parent.parent / "cases" / "check"
PARTS, MUTATIONS_A_PART = 10, 100
GOLD, INDEX, SOURCES, WAIVERS = "annotations/gold", "corpus/index.jsonl", "seeds/sources.jsonl", "waivers.jsonl"
SCHEMA, LAYER, CARD = "guidelines/labels.toml", "annotations/gold/layer.toml", "card.md"
LABELS = ("PERSON", "ORG", "GPE")
Files = Mapping[str, bytes]


def good_corpus() -> dict[str, bytes]:
    """The base of the cases, with what it lacks: a keep, a score, a note, a second layer, a waiver that is used."""
    files = snapshot(CASES / "_base")
    rows = read_rows(files, f"{GOLD}/mill.jsonl")
    rows[5] |= {"end": rows[5]["end"] + 2, "text": rows[5]["text"] + "'s", "note": "ORG-2 - the shop is called so"}
    files[f"{GOLD}/mill.jsonl"] = dump_rows(rows)
    at = f"{rows[5]['start']}-{rows[5]['end']}"
    reason = "the shop is called so"
    waiver = {"rule": "span-possessive", "path": f"{GOLD}/mill.jsonl", "at": at, "reason": reason}
    files[WAIVERS] = dump_rows([waiver])
    rows = read_rows(files, "corpus/tram.cuts.jsonl")
    rows[0] |= {"by": "model:lines@3", "score": 0.93}
    files["corpus/tram.cuts.jsonl"] = dump_rows(rows)
    files["corpus/tram.keeps.jsonl"] = dump_rows([{"start": 25, "end": 190, "by": "person:ida"}])
    files["annotations/second/layer.toml"] = files[LAYER]
    files["annotations/second/tram.jsonl"] = files[f"{GOLD}/tram.jsonl"]
    return files


def read_rows(files: Files, name: str) -> list[dict]:
    """The objects on the lines of a file."""
    return [json.loads(line) for line in files[name].decode().splitlines()]


def dump_rows(rows: list[dict]) -> bytes:
    """Objects as lines in canonical form."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


FILES = good_corpus()
TEXTS = {
    name.rpartition("/")[2].removesuffix(".txt"): data.decode()
    for name, data in FILES.items()
    if "seeds/" in name and name.endswith(".txt")
}
PUBLIC = [document for document in sorted(TEXTS) if f"seeds/text/{document}.txt" in FILES]
PRIVATE = next(document for document in sorted(TEXTS) if document not in PUBLIC)
SPANS = [f"{GOLD}/{document}.jsonl" for document in sorted(TEXTS)] + ["annotations/second/tram.jsonl"]
CUTS = [name for name in sorted(FILES) if name.endswith(".cuts.jsonl") and FILES[name]]
LISTS = [name for name in sorted(FILES) if name.endswith(".jsonl") and FILES[name]]
PAGES = [f"guidelines/{label}.md" for label in LABELS]


@dataclass(frozen=True)
class Mutation:
    """Files that changed (None: gone), and what must be found: one of the rules at one of the paths, on that line.

    No rules: a legal edit. Without `paths` the changed files are meant.
    """

    changed: dict[str, bytes | None]
    rules: tuple[str, ...]
    paths: tuple[str, ...] = ()
    line: int | None = None

    def fits(self, issue: Issue) -> bool:
        """Whether a finding names this mutation."""
        here = issue.path in (self.paths or self.changed)
        return here and issue.rule in self.rules and self.line in (None, issue.line)


Mutator = Callable[[random.Random], Mutation]
MUTATORS: dict[str, Mutator] = {}


def mutator(make: Mutator) -> Mutator:
    MUTATORS[make.__name__] = make
    return make


def document_of(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def files_of(document: str) -> tuple[str, ...]:
    """Every file that bears the name of a document."""
    return tuple(name for name in FILES if document_of(name) == document)


def pick_row(rng: random.Random, names: list[str]) -> tuple[str, list[dict], int]:
    """A file, its rows, and the place of one of them."""
    name = rng.choice(names)
    rows = read_rows(FILES, name)
    return name, rows, rng.randrange(len(rows))


# --- spans ---


def judge_span(row: dict, document: str) -> tuple[str, ...]:
    """What a span that was changed must be found as; nothing if it fits the text."""
    if not 0 <= row["start"] < row["end"] <= len(TEXTS[document]):
        return ("span-range",)
    return () if TEXTS[document][row["start"] : row["end"]] == row["text"] else ("span-text",)


def change_span(rng: random.Random, change: Callable[[dict], object]) -> Mutation:
    name, rows, at = pick_row(rng, SPANS)
    change(rows[at])
    return Mutation({name: dump_rows(rows)}, judge_span(rows[at], document_of(name)), line=at + 1)


def distance(rng: random.Random) -> int:
    return rng.choice((1, 2, 5, 40, 1_000)) * rng.choice((-1, 1))


@mutator
def shift_a_start(rng):
    return change_span(rng, lambda row: row.update(start=row["start"] + distance(rng)))


@mutator
def shift_an_end(rng):
    return change_span(rng, lambda row: row.update(end=row["end"] + distance(rng)))


@mutator
def shift_a_span(rng):
    by = distance(rng)
    return change_span(rng, lambda row: row.update(start=row["start"] + by, end=row["end"] + by))


@mutator
def move_a_span_to_another_mention(rng):
    """Each fits the text, but they are one and the same now."""
    name = f"{GOLD}/mill.jsonl"
    rows = read_rows(FILES, name)
    mentions = [row for row in rows if row["text"] == "Velm"]
    one, other = rng.sample(mentions, 2)
    one.update(start=other["start"], end=other["end"])
    return Mutation({name: dump_rows(rows)}, ("file-order",))


@mutator
def swap_the_offsets_of_two_spans(rng):
    name, rows, at = pick_row(rng, SPANS)
    other = (at + 1) % len(rows)
    for key in ("start", "end"):
        rows[at][key], rows[other][key] = rows[other][key], rows[at][key]
    same = rows[at]["text"] == rows[other]["text"]
    return Mutation({name: dump_rows(rows)}, ("file-order",) if same else ("span-text",))


@mutator
def swap_the_texts_of_two_spans(rng):
    name, rows, at = pick_row(rng, SPANS)
    other = (at + 1) % len(rows)
    rows[at]["text"], rows[other]["text"] = rows[other]["text"], rows[at]["text"]
    same = rows[at]["text"] == rows[other]["text"]
    return Mutation({name: dump_rows(rows)}, () if same else ("span-text",))


@mutator
def count_offsets_in_bytes(rng):
    """As a tool that counts bytes writes it; ASCII before a span hides nothing, since we take spans behind some."""
    name = rng.choice([f"{GOLD}/mill.jsonl", f"{GOLD}/tram.jsonl"])
    rows, text = read_rows(FILES, name), TEXTS[document_of(name)]
    for row in rows:
        row.update({key: len(text[: row[key]].encode()) for key in ("start", "end")})
    return Mutation({name: dump_rows(rows)}, ("span-text",))


@mutator
def count_offsets_in_utf_16(rng):
    name = f"{GOLD}/mill.jsonl"
    rows, text = read_rows(FILES, name), TEXTS["mill"]
    for row in rows:
        row.update({key: len(text[: row[key]].encode("utf-16-le")) // 2 for key in ("start", "end")})
    return Mutation({name: dump_rows(rows)}, ("span-text",))


@mutator
def negative_offset(rng):
    return change_span(rng, lambda row: row.update(start=-row["start"] - 1))


@mutator
def offsets_from_the_end(rng):
    """As Python counts them: the text is there, but no range is."""
    name, rows, at = pick_row(rng, SPANS)
    size = len(TEXTS[document_of(name)])
    rows[at].update(start=rows[at]["start"] - size, end=rows[at]["end"] - size)
    return Mutation({name: dump_rows(rows)}, ("span-range",), line=at + 1)


@mutator
def unknown_label(rng):
    name, rows, at = pick_row(rng, SPANS)
    rows[at]["label"] = rng.choice(("PER", "org", "B-GPE", "", "PERSON ", "MISC"))
    return Mutation({name: dump_rows(rows)}, ("label-unknown",), line=at + 1)


@mutator
def another_label(rng):
    """Legal: what the guidelines say of it is another matter."""
    name, rows, at = pick_row(rng, SPANS)
    rows[at]["label"] = rng.choice([label for label in LABELS if label != rows[at]["label"]])
    return Mutation({name: dump_rows(rows)}, ())


@mutator
def change_a_surface(rng):
    name, rows, at = pick_row(rng, SPANS)
    text = rows[at]["text"]
    place = rng.randrange(len(text))
    rows[at]["text"] = text[:place] + rng.choice("xé\u0000 ") + text[place + 1 :]
    return Mutation({name: dump_rows(rows)}, () if rows[at]["text"] == text else ("span-text",), line=at + 1)


@mutator
def add_an_overlapping_span(rng):
    name, rows, at = pick_row(rng, SPANS)
    row = dict(rows[at])
    start = row["start"] + rng.randrange(len(row["text"]) - 1)
    row.update(start=start, end=row["end"], label=rng.choice(LABELS), text=TEXTS[document_of(name)][start : row["end"]])
    rows = sorted([*rows, row], key=lambda one: (one["start"], one["end"], one["label"]))
    twice = sum(all(one[key] == row[key] for key in ("start", "end", "label")) for one in rows) > 1
    return Mutation({name: dump_rows(rows)}, ("file-order",) if twice else ("span-overlap",))


@mutator
def add_a_span_in_a_cut(rng):
    name = rng.choice(CUTS)
    document, cut = (
        document_of(name),
        rng.choice([row for row in read_rows(FILES, name) if row["kind"] != "whitespace"]),
    )
    start = rng.randrange(cut["start"], cut["end"] - 1)
    end = rng.randrange(start + 1, min(start + 12, len(TEXTS[document])))
    spans = f"{GOLD}/{document}.jsonl"
    row = {"start": start, "end": end, "label": rng.choice(LABELS), "text": TEXTS[document][start:end]}
    rows = sorted([*read_rows(FILES, spans), row], key=lambda one: one["start"])
    return Mutation({spans: dump_rows(rows)}, ("span-cut",))


@mutator
def white_space_in_a_span(rng):
    name = f"{GOLD}/tram.jsonl"
    rows, text = read_rows(FILES, name), TEXTS["tram"]
    at = rng.choice([at for at, row in enumerate(rows) if text[row["start"] - 1].isspace()])
    rows[at].update(start=rows[at]["start"] - 1, text=text[rows[at]["start"] - 1] + rows[at]["text"])
    return Mutation({name: dump_rows(rows)}, ("span-edge",), line=at + 1)


@mutator
def half_a_name(rng):
    """A span one letter short."""
    name = rng.choice(SPANS[:3])
    rows = read_rows(FILES, name)
    at = rng.choice([at for at, row in enumerate(rows) if row["text"][-2:].isalpha()])
    rows[at].update(end=rows[at]["end"] - 1, text=rows[at]["text"][:-1])
    return Mutation({name: dump_rows(rows)}, ("span-half-token",), line=at + 1)


@mutator
def a_note_that_cites_no_rule(rng):
    name, rows, at = pick_row(rng, SPANS[:3])
    rows[at]["note"] = f"{rng.choice(LABELS)}-{rng.randrange(3, 99)}"
    return Mutation({name: dump_rows(rows)}, ("rule-unknown",), line=at + 1)


@mutator
def drop_a_mention(rng):
    """One of two mentions of a name."""
    name = f"{GOLD}/mill.jsonl"
    rows = read_rows(FILES, name)
    gone = rng.choice([row for row in rows if row["text"] == "Velm"])
    return Mutation({name: dump_rows([row for row in rows if row is not gone])}, ("name-unlabelled",))


@mutator
def drop_a_file_of_spans(rng):
    """Legal: nobody has read the document then. In mill.jsonl a waiver rests on a span."""
    name = rng.choice(SPANS)
    if name.endswith("mill.jsonl"):
        return Mutation({name: None}, ("waiver-unused",), (WAIVERS,))
    return Mutation({name: None}, ())


@mutator
def the_spans_of_another_document(rng):
    one, other = rng.sample(SPANS[:3], 2)
    return Mutation({one: FILES[other]}, ("span-text", "span-range"))


# --- any list ---


@mutator
def carriage_returns(rng):
    name = rng.choice(LISTS)
    return Mutation({name: FILES[name].replace(b"\n", b"\r\n")}, ("file-crlf",))


@mutator
def one_carriage_return(rng):
    name = rng.choice(LISTS)
    at = rng.choice([at for at, byte in enumerate(FILES[name]) if byte == 10])
    return Mutation({name: FILES[name][:at] + b"\r" + FILES[name][at:]}, ("file-crlf",))


@mutator
def byte_order_mark(rng):
    name = rng.choice(LISTS)
    return Mutation({name: b"\xef\xbb\xbf" + FILES[name]}, ("file-crlf",))


@mutator
def not_utf_8(rng):
    name = rng.choice(LISTS)
    at = rng.randrange(len(FILES[name]) + 1)
    bad = rng.choice((b"\xff", b"\xe9", b"\xc3\x28", b"\xed\xa0\x80"))
    return Mutation({name: FILES[name][:at] + bad + FILES[name][at:]}, ("file-format",))


@mutator
def control_character(rng):
    name = rng.choice(LISTS)
    at = rng.randrange(len(FILES[name]) + 1)
    return Mutation(
        {name: FILES[name][:at] + bytes([rng.choice((0, 1, 8, 31, 13))]) + FILES[name][at:]},
        ("file-format", "file-crlf"),
    )


@mutator
def truncate_inside_a_line(rng):
    name = rng.choice(LISTS)
    data = FILES[name]
    at = rng.choice([at for at in range(1, len(data)) if data[at - 1] != 10])
    return Mutation({name: data[:at]}, ("file-format", "file-canonical"))


@mutator
def end_without_line_break(rng):
    name = rng.choice(LISTS)
    return Mutation({name: FILES[name][:-1]}, ("file-canonical",))


def change_line(rng: random.Random, rules: tuple[str, ...], change: Callable[[str], str]) -> Mutation:
    name = rng.choice(LISTS)
    lines = FILES[name].decode().splitlines()
    at = rng.randrange(len(lines))
    lines[at] = change(lines[at])
    return Mutation({name: ("\n".join(lines) + "\n").encode()}, rules, line=at + 1)


@mutator
def blank_line(rng):
    return change_line(rng, ("file-format",), lambda line: rng.choice(("", " ", "\t")))


@mutator
def a_line_of_something_else(rng):
    others = ("null", "[]", "17", '"text"', "{}", "{" * 3_000, "[" * 200_000, "9" * 5_000, "# a remark", "<<<<<<< HEAD")
    return change_line(rng, ("file-format",), lambda line: rng.choice(others))


@mutator
def spaces_in_a_line(rng):
    def change(line: str) -> str:
        return rng.choice(
            (line.replace(": ", ":", 1), line.replace(", ", ",", 1), " " + line, line + " ", "{ " + line[1:])
        )

    return change_line(rng, ("file-canonical",), change)


@mutator
def keys_in_another_order(rng):
    def change(line: str) -> str:
        items = list(json.loads(line).items())
        return json.dumps(dict(items[1:] + items[:1]), ensure_ascii=False)

    return change_line(rng, ("file-canonical",), change)


@mutator
def a_key_twice(rng):
    return change_line(rng, ("file-canonical",), lambda line: "{" + f'"{next(iter(json.loads(line)))}": 0, ' + line[1:])


@mutator
def an_escape(rng):
    """A letter inside a key or value as \\uXXXX."""

    def change(line: str) -> str:
        at = rng.choice([at for at, letter in enumerate(line) if letter.isalpha() and line[at - 1] == '"'])
        return line[:at] + f"\\u{ord(line[at]):04x}" + line[at + 1 :]

    return change_line(rng, ("file-canonical", "file-format"), change)


@mutator
def half_a_surrogate_pair(rng):
    def change(line: str) -> str:
        row = json.loads(line)
        row[rng.choice([key for key, value in row.items() if type(value) is str])] = "\ud83d"
        return json.dumps(row)

    return change_line(rng, ("file-format",), change)


def change_field(rng: random.Random, change: Callable[[dict, str], object]) -> Mutation:
    def change_row(line: str) -> str:
        row = json.loads(line)
        change(row, rng.choice(list(row)))
        return json.dumps(row, ensure_ascii=False)

    return change_line(rng, ("file-format",), change_row)


@mutator
def extra_field(rng):
    return change_field(rng, lambda row, key: row.update({rng.choice(("id_", "confidence", "Start")): row[key]}))


@mutator
def missing_field(rng):
    """The first field: all that have no default stand before those that have one."""
    return change_field(rng, lambda row, key: row.pop(next(iter(row))))


@mutator
def another_type(rng):
    def change(row: dict, key: str) -> None:
        key = rng.choice([key for key, value in row.items() if value is not None])
        row[key] = rng.choice(
            ([row[key]], {"value": row[key]}, *((str(row[key]),) if type(row[key]) in (int, bool) else ()))
        )

    return change_field(rng, change)


@mutator
def number_as_float_or_bool(rng):
    name, rows, at = pick_row(rng, SPANS + CUTS + ["corpus/tram.keeps.jsonl"])
    key = rng.choice(("start", "end"))
    rows[at][key] = rng.choice((float(rows[at][key]), True, None, rows[at][key] + 0.5))
    return Mutation({name: dump_rows(rows)}, ("file-format",), line=at + 1)


@mutator
def no_number(rng):
    name = "corpus/tram.cuts.jsonl"
    data = FILES[name].replace(b"0.93", rng.choice((b"NaN", b"Infinity", b"-Infinity")))
    return Mutation({name: data}, ("file-format", "file-canonical"), line=1)


@mutator
def reorder_lines(rng):
    name = rng.choice([name for name in LISTS if len(read_rows(FILES, name)) > 1 and name != SOURCES])
    lines = FILES[name].splitlines(keepends=True)
    at = rng.randrange(1, len(lines))
    lines[at - 1], lines[at] = lines[at], lines[at - 1]
    return Mutation({name: b"".join(lines)}, ("file-order",))


@mutator
def duplicate_a_line(rng):
    name = rng.choice(LISTS)
    lines = FILES[name].splitlines(keepends=True)
    at = rng.randrange(len(lines))
    return Mutation({name: b"".join([*lines[: at + 1], *lines[at:]])}, ("file-order",), line=at + 2)


@mutator
def cut_a_line(rng):
    """Of spans and keeps it is legal, except that one span is waived and one is the second mention of a name."""
    name = rng.choice(LISTS)
    lines = FILES[name].splitlines(keepends=True)
    at = rng.randrange(len(lines))
    gone = json.loads(lines[at])
    changed = {name: b"".join(lines[:at] + lines[at + 1 :])}
    if name == SOURCES:
        return Mutation(changed, ("id-unknown",), files_of(gone["id"]))
    if name == INDEX:
        return Mutation(changed, ("not-cleaned",), (INDEX, f"corpus/{gone['id']}.cuts.jsonl"))
    if name == WAIVERS:
        return Mutation(changed, ("span-possessive",), (gone["path"],))
    if name in CUTS:
        return Mutation(changed, ("conservation",))
    if "note" in gone:
        return Mutation(changed, ("waiver-unused",), (WAIVERS,))
    return Mutation(changed, ())


# --- cuts and keeps ---


@mutator
def shift_a_cut(rng):
    name, rows, at = pick_row(rng, CUTS)
    key = rng.choice(("start", "end"))
    rows[at][key] += distance(rng)
    return Mutation({name: dump_rows(rows)}, ("cut-range", "cut-overlap", "conservation"))


@mutator
def move_a_cut(rng):
    """The counts stay right, what is cut does not."""
    name, rows, at = pick_row(rng, CUTS)
    by = distance(rng)
    rows[at].update(start=rows[at]["start"] + by, end=rows[at]["end"] + by)
    text = f"corpus/text/{document_of(name)}.txt"
    return Mutation({name: dump_rows(rows)}, ("cut-range", "cut-overlap", "clean-text"), (name, text))


@mutator
def unknown_kind(rng):
    name, rows, at = pick_row(rng, CUTS)
    rows[at]["kind"] = rng.choice(("adverts", "", "Share", "keep"))
    return Mutation({name: dump_rows(rows)}, ("cut-kind",), line=at + 1)


@mutator
def another_kind(rng):
    """Legal, except that white space is no word and words are no white space."""
    name, rows, at = pick_row(rng, CUTS)
    visible = rows[at]["kind"] != "whitespace"
    rows[at]["kind"] = rng.choice([kind for kind in KINDS if kind != rows[at]["kind"]])
    rules = ("cut-whitespace",) if visible and rows[at]["kind"] == "whitespace" else ()
    return Mutation({name: dump_rows(rows)}, rules)


@mutator
def a_cut_by_nobody(rng):
    name, rows, at = pick_row(rng, CUTS)
    rows[at]["by"] = rng.choice(("ida", "", "Rule:share", "rules:share", "rule:", "person:", "model:"))
    return Mutation({name: dump_rows(rows)}, ("cut-by",), line=at + 1)


@mutator
def a_keep_over_a_cut(rng):
    name = "corpus/tram.keeps.jsonl"
    cut = read_rows(FILES, "corpus/tram.cuts.jsonl")[0]
    row = {"start": cut["start"] - 3, "end": rng.randrange(cut["start"] + 1, cut["end"]), "by": "person:tom"}
    return Mutation({name: dump_rows([*read_rows(FILES, name), row])}, ("keep-cut",), line=2)


@mutator
def a_keep_outside(rng):
    name, by = "corpus/tram.keeps.jsonl", rng.choice((0, -26, -1_000, 300, 10_000))
    start = 25 if by in (0, 300, 10_000) else 25 + by
    row = {"start": start, "end": 25 + max(by, 0) if by >= 0 else 190, "by": "person:ida"}
    return Mutation({name: dump_rows([row])}, ("keep-range",), line=1)


@mutator
def a_keep_by_no_person(rng):
    row = {"start": 25, "end": 190, "by": rng.choice(("rule:share", "model:lines@3", "", "ida", "person:"))}
    return Mutation({"corpus/tram.keeps.jsonl": dump_rows([row])}, ("keep-by",), line=1)


# --- index and sources ---


def change_index(rng: random.Random, key: str, value: Callable[[dict], object]) -> tuple[dict[str, bytes], dict]:
    _, rows, at = pick_row(rng, [INDEX])
    rows[at][key] = value(rows[at])
    return {INDEX: dump_rows(rows)}, rows[at]


@mutator
def counts_in_the_index(rng):
    key = rng.choice(("kept", "cut"))
    changed, row = change_index(rng, key, lambda row: row[key] + distance(rng))
    return Mutation(changed, ("conservation",), (INDEX, f"corpus/{row['id']}.cuts.jsonl"))


@mutator
def counts_in_the_index_that_add_up(rng):
    _, rows, at = pick_row(rng, [INDEX])
    by = distance(rng)
    rows[at].update(kept=rows[at]["kept"] + by, cut=rows[at]["cut"] - by)
    return Mutation({INDEX: dump_rows(rows)}, ("conservation",), (INDEX, f"corpus/{rows[at]['id']}.cuts.jsonl"))


def other_hash(rng: random.Random, digest: str) -> str:
    at = rng.randrange(64)
    return (
        digest[:at] + rng.choice([letter for letter in "0123456789abcdef" if letter != digest[at]]) + digest[at + 1 :]
    )


@mutator
def hash_in_the_index(rng):
    changed, _ = change_index(rng, "sha256", lambda row: other_hash(rng, row["sha256"]))
    return Mutation(changed, ("clean-hash",))


@mutator
def unknown_split(rng):
    changed, _ = change_index(rng, "split", lambda row: rng.choice(("dev", "Train", "", "test-hard")))
    return Mutation(changed, ("split-unknown",))


@mutator
def another_split(rng):
    """Legal for a public text; a private one is never trained on."""
    changed, row = change_index(
        rng,
        "split",
        lambda row: rng.choice([one for one in ("train", "validation", "test_hard") if one != row["split"]]),
    )
    bad = row["id"] == PRIVATE and row["split"] != "test_hard"
    return Mutation(changed, ("split-private",) if bad else ())


@mutator
def an_index_line_of_no_document(rng):
    changed, _ = change_index(rng, "id", lambda row: rng.choice(("ghost", row["id"] + "s", row["id"].upper(), "")))
    return Mutation(changed, ("id-unknown",))


@mutator
def one_id_for_two_index_lines(rng):
    changed, _ = change_index(rng, "id", lambda row: rng.choice([one for one in TEXTS if one != row["id"]]))
    return Mutation(changed, ("file-order",))


def change_source(rng: random.Random, key: str, value: Callable[[dict], object]) -> tuple[dict[str, bytes], dict]:
    _, rows, at = pick_row(rng, [SOURCES])
    rows[at][key] = value(rows[at])
    return {SOURCES: dump_rows(rows)}, rows[at]


@mutator
def hash_in_the_sources(rng):
    changed, row = change_source(rng, "sha256", lambda row: other_hash(rng, row["sha256"]))
    return Mutation(changed, ("seed-hash",), (SOURCES, f"seeds/{row['file']}"))


@mutator
def length_in_the_sources(rng):
    changed, row = change_source(rng, "chars", lambda row: row["chars"] + distance(rng))
    return Mutation(changed, ("conservation",), (SOURCES, f"corpus/{row['id']}.cuts.jsonl"))


@mutator
def file_in_the_sources(rng):
    changed, _ = change_source(
        rng, "file", lambda row: rng.choice(("", "text/x.txt", "../" + row["file"], row["file"] + " "))
    )
    return Mutation(changed, ("source-file",))


@mutator
def another_id_in_the_sources(rng):
    changed, _ = change_source(rng, "id", lambda row: row["id"] + "s")
    return Mutation(changed, ("source-file",))


@mutator
def an_id_that_makes_no_file_name(rng):
    ids = ("", "../x", "a/b", "A b", ".hidden", "x" * 81, "x" * 400, "nul\0", "mill\n")
    changed, _ = change_source(rng, "id", lambda row: rng.choice(ids))
    return Mutation(changed, ("source-id",))


@mutator
def unknown_origin(rng):
    changed, _ = change_source(rng, "origin", lambda row: rng.choice(("", "found", "Written")))
    return Mutation(changed, ("source-origin",))


@mutator
def licence_against_redistribution(rng):
    changed, _ = change_source(
        rng, "licence", lambda row: "all-rights-reserved" if row["redistribute"] else "CC-BY-4.0"
    )
    return Mutation(changed, ("licence-open",))


@mutator
def redistribution_against_licence(rng):
    changed, _ = change_source(rng, "redistribute", lambda row: not row["redistribute"])
    return Mutation(changed, ("licence-open",))


@mutator
def another_title(rng):
    """Legal: nothing else says what a headline is."""
    changed, _ = change_source(rng, "title", lambda row: row["title"] + rng.choice("!?x"))
    return Mutation(changed, ())


@mutator
def the_text_of_another_document(rng):
    one, other = rng.sample(PUBLIC, 2)
    return Mutation({f"seeds/text/{one}.txt": FILES[f"seeds/text/{other}.txt"]}, ("seed-hash",))


# --- texts ---


def seed_name(rng: random.Random) -> str:
    return rng.choice([*(f"seeds/text/{one}.txt" for one in PUBLIC), f"seeds/private/{PRIVATE}.txt"])


def change_bytes(rng: random.Random, data: bytes) -> bytes:
    """One byte, a carriage return, a mark, an end cut off, something more."""
    at = rng.randrange(len(data))
    return rng.choice((
        data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :],
        data.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + data,
        data[:at],
        data + b"\n",
        data[:at] + b"\0" + data[at:],
        data[:at] + b"\xff" + data[at:],
        data[:at] + data[at + 1 :],
    ))  # fmt: skip


@mutator
def change_a_seed(rng):
    name = seed_name(rng)
    return Mutation({name: change_bytes(rng, FILES[name])}, ("seed-hash",))


@mutator
def change_a_cleaned_text(rng):
    name = f"corpus/text/{rng.choice(PUBLIC)}.txt"
    return Mutation({name: change_bytes(rng, FILES[name])}, ("clean-text",))


@mutator
def a_text_that_shifts_offsets_and_is_listed_so(rng):
    """Hashes and counts are right, but no other command reads such a seed."""
    name, old = "seeds/private/quarry.txt", TEXTS["quarry"]
    text = rng.choice(
        (old.replace("\n", "\r\n"), old.replace("\n", "\0\n"), "\ufeff" + old, old[:60] + "\r" + old[60:])
    )
    digest, rows, entries = sha256(text.encode()).hexdigest(), read_rows(FILES, SOURCES), read_rows(FILES, INDEX)
    rows[1].update(sha256=digest, chars=len(text))
    entries[1].update(sha256=sha256(text.replace("\r", " ").encode()).hexdigest(), kept=len(text))
    changed = {name: text.encode(), SOURCES: dump_rows(rows), INDEX: dump_rows(entries), f"{GOLD}/quarry.jsonl": b""}
    return Mutation(changed, ("file-format",), (name,))


@mutator
def a_seed_in_another_normal_form(rng):
    """An é as two code points: it looks the same."""
    data = FILES["seeds/text/tram.txt"].replace("é".encode(), "e\u0301".encode())
    return Mutation({"seeds/text/tram.txt": data}, ("seed-hash",))


# --- files ---


@mutator
def drop_a_file(rng):
    document = rng.choice(PUBLIC)
    name, rules = rng.choice((
        (f"seeds/text/{document}.txt", ("seed-missing",)),
        (f"corpus/{document}.cuts.jsonl", ("not-cleaned",)),
        (f"corpus/text/{document}.txt", ("clean-text",)),
        (SCHEMA, ("file-format",)),
        (LAYER, ("layer-unsigned",)),
        (SOURCES, ("file-format",)),
        ("standoff.toml", ("file-format",)),
        ("guidelines/CHANGELOG.md", ("guideline-version", "file-format")),
        *((page, ("guideline-examples",)) for page in PAGES),
    ))  # fmt: skip
    return Mutation({name: None}, rules)


@mutator
def drop_a_file_that_others_need(rng):
    name, rules, paths = rng.choice((
        (INDEX, ("not-cleaned",), (INDEX, "corpus/mill.cuts.jsonl")),
        (WAIVERS, ("span-possessive",), (f"{GOLD}/mill.jsonl",)),
    ))  # fmt: skip
    return Mutation({name: None}, rules, paths)


@mutator
def drop_a_file_that_nobody_needs(rng):
    """Legal: a private seed may be elsewhere, a person may take a keep or a ruling back."""
    return Mutation(
        {
            rng.choice(
                (f"seeds/private/{PRIVATE}.txt", "corpus/tram.keeps.jsonl", "guidelines/decisions.md", CARD)
            ): None
        },
        (),
    )


@mutator
def rename_a_file(rng):
    document = rng.choice(PUBLIC)
    folder, suffix = rng.choice(
        (("seeds/text/", ".txt"), ("corpus/text/", ".txt"), ("corpus/", ".cuts.jsonl"), (f"{GOLD}/", ".jsonl"))
    )
    old, new = f"{folder}{document}{suffix}", f"{folder}{document}{rng.choice(('s', '-2', ' copy', '.v2'))}{suffix}"
    return Mutation({old: None, new: FILES[old]}, ("id-unknown",), (new,))


@mutator
def a_stray_file(rng):
    new = rng.choice(
        (
            "seeds/text/ghost.txt",
            "corpus/text/ghost.txt",
            "corpus/ghost.cuts.jsonl",
            "corpus/ghost.keeps.jsonl",
            f"{GOLD}/ghost.jsonl",
        )
    )
    return Mutation({new: b""}, ("id-unknown",))


@mutator
def break_a_table(rng):
    name = rng.choice(("standoff.toml", SCHEMA, LAYER, "annotations/second/layer.toml"))
    lines = FILES[name].splitlines(keepends=True)
    lines.insert(
        rng.randrange(len(lines) + 1),
        rng.choice((b"= 1\n", b"version = \n", b"[[label\n", b"\xff = 1\n", b'x = "\0"\n')),
    )
    return Mutation({name: b"".join(lines)}, ("file-format",))


@mutator
def a_switch_that_is_text(rng):
    """Python takes any text for true."""
    return Mutation({SCHEMA: FILES[SCHEMA].replace(b"false", rng.choice((b'"false"', b"0", b"[]")))}, ("file-format",))


@mutator
def a_private_text_that_nobody_listed(rng):
    """No leak of it would be found."""
    name = rng.choice(("ghost", "mill"))
    return Mutation({f"seeds/private/{name}.txt": TEXTS["mill"].encode()}, ("id-unknown",))


@mutator
def a_layer_nobody_signed(rng):
    return Mutation(
        {"annotations/third/tram.jsonl": FILES[f"{GOLD}/tram.jsonl"]},
        ("layer-unsigned",),
        ("annotations/third/layer.toml",),
    )


@mutator
def a_built_layer_that_is_not_there(rng):
    data = FILES["standoff.toml"].replace(b'layer = "gold"', b'layer = "%s"' % rng.choice((b"silver", b"Gold", b"")))
    return Mutation({"standoff.toml": data}, ("layer-unsigned", "file-format"), ("standoff.toml",))


# --- labels and guidelines ---


@mutator
def remove_a_label(rng):
    """Its spans and examples are left alone with it."""
    label = rng.choice(LABELS)
    schema = tomllib.loads(FILES[SCHEMA].decode())
    rest = [row for row in schema["label"] if row["name"] != label]
    head = f'version = "{schema["version"]}"\noverlap = false\n'
    data = head + "".join(
        "\n[[label]]\n" + "".join(f'{key} = "{value}"\n' for key, value in row.items()) for row in rest
    )
    return Mutation({SCHEMA: data.encode()}, ("label-unknown",), tuple(SPANS))


@mutator
def a_newer_version(rng):
    version = rng.choice((b"1.0.2", b"1.1.0", b"2.0.0", b"0.9.0"))
    return Mutation(
        {SCHEMA: FILES[SCHEMA].replace(b'"1.0.1"', b'"%s"' % version)},
        ("guideline-version",),
        ("guidelines/CHANGELOG.md",),
    )


@mutator
def a_layer_of_another_version(rng):
    name = rng.choice((LAYER, "annotations/second/layer.toml"))
    return Mutation({name: FILES[name].replace(b"1.0.1", rng.choice((b"1.0.0", b"1.0", b"")))}, ("layer-guidelines",))


@mutator
def an_example_against_another(rng):
    page = rng.choice(PAGES)
    line = rng.choice(
        (b"- [Harn]{ORG} voted.\n", b"- Harn voted.\n", b"- The town of Harn agreed.\n", b"- [Kerr]{ORG} left early.\n")
    )
    return Mutation({page: FILES[page] + line}, ("guideline-contradiction",), tuple(PAGES))


@mutator
def a_not_against_an_example(rng):
    page, line = rng.choice(((PAGES[0], "Kerr"), (PAGES[1], "Orrin Paper"), (PAGES[2], "Harn")))
    return Mutation({page: FILES[page] + f"- not: {line} — a river\n".encode()}, ("guideline-contradiction",))


@mutator
def an_example_of_no_label(rng):
    page = rng.choice(PAGES)
    return Mutation({page: FILES[page] + b"- [Skarrow]{ISLAND} sank.\n"}, ("guideline-label",))


@mutator
def an_example_that_cannot_be_read(rng):
    page = rng.choice(PAGES)
    line = rng.choice(
        (b"- [Skarrow]{GPE sank.\n", b"- [Skarrow{GPE} sank.\n", b"- not: Skarrow\n", b"- []{GPE} sank.\n", b"- \xff\n")
    )
    return Mutation({page: FILES[page] + line}, ("file-format",))


@mutator
def a_rule_twice(rng):
    page = rng.choice(PAGES)
    return Mutation({page: FILES[page] + b"\n**%s-1.** Again.\n" % document_of(page).encode()}, ("guideline-label",))


@mutator
def a_decision_on_no_rule(rng):
    name = "guidelines/decisions.md"
    return Mutation({name: FILES[name] + b"- 2026-11-03 \xc2\xb7 ORG-77 \xc2\xb7 A ruling.\n"}, ("rule-unknown",))


@mutator
def an_example_that_gold_denies(rng):
    line = rng.choice(
        (
            b"- Brel Tramways lost a card\n",
            b"- lorries at the gate of the [quarry]{GPE} before\n",
            b"- came back to [Harn]{GPE} by [post]{ORG}, and\n",
        )
    )
    page = PAGES[1]
    paths = (f"{GOLD}/tram.jsonl",)
    if b"quarry" in line:
        line, paths = line.replace(b"the [quarry]", b"the old [quarry]"), (f"{GOLD}/{PRIVATE}.jsonl",)
    return Mutation({page: FILES[page] + line}, ("guideline-gold",), paths)


# --- private text and waivers ---


@mutator
def leak_ten_words(rng):
    """In any file of text, in any case and with any punctuation, over line ends."""
    words = TEXTS[PRIVATE].split("\n", 1)[1].split()
    at = rng.randrange(len(words) - 10)
    leak = rng.choice((" ", "\n", ", ", " “")).join(words[at : at + 10])
    leak = leak.upper() if rng.random() < 0.3 else leak
    name = rng.choice(
        (CARD, "guidelines/README.md", "CHANGELOG.md", "annotations/second/README.md", "notes/deep/x.bin")
    )
    return Mutation({name: FILES.get(name, b"") + f"\n{leak}\n".encode()}, ("private-leak",))


@mutator
def leak_ten_words_in_a_note(rng):
    words = TEXTS[PRIVATE].split("\n", 1)[1].split()
    at = rng.randrange(len(words) - 10)
    name, rows, row = pick_row(rng, SPANS)
    rows[row]["note"] = " ".join(words[at : at + 10])
    return Mutation({name: dump_rows(rows)}, ("private-leak",))


@mutator
def private_text_in_a_public_folder(rng):
    folder = rng.choice(("seeds/text", "corpus/text"))
    return Mutation(
        {f"{folder}/{PRIVATE}.txt": rng.choice((TEXTS[PRIVATE].encode(), b"A few words.\n"))}, ("private-text",)
    )


@mutator
def a_waiver_of_nothing(rng):
    row = {"rule": "label-differs", "path": f"{GOLD}/zinc.jsonl", "at": "1-2", "reason": "it is so"}
    return Mutation({WAIVERS: FILES[WAIVERS] + dump_rows([row])}, ("waiver-unused",), line=2)


@mutator
def a_waiver_that_cannot_be(rng):
    row = read_rows(FILES, WAIVERS)[0]
    row.update(rng.choice(({"reason": " "}, {"rule": "span-text"}, {"rule": "span-odd"}, {"rule": ""})))
    return Mutation({WAIVERS: dump_rows([row])}, ("waiver-error",), line=1)


# --- the runs ---


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Iterator[Corpus]:
    """The good corpus on disk; the cache of the check is on, so that it is tested too."""
    root = tmp_path_factory.mktemp("mutations")
    for name, data in FILES.items():
        (root / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "corpus" / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        patch.setenv("PATH", str(root))  # no git, which would say of each of the thousand that it is in no repository
        yield Corpus(root / "corpus")


def check_changed(corpus: Corpus, changed: Mapping[str, bytes | None]) -> list[Issue]:
    """The findings with some files changed; afterwards they are as they were."""
    for name, data in changed.items():
        path = corpus.root / name
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    try:
        return check(Corpus(corpus.root)).issues
    finally:
        for name in changed:
            if name in FILES:
                (corpus.root / name).write_bytes(FILES[name])
            else:
                remove(corpus.root, name)


def remove(root: Path, name: str) -> None:
    """A file, and the folders that only it was in."""
    (root / name).unlink()
    for folder in (root / name).relative_to(root).parents:
        if folder != Path() and not any((root / folder).iterdir()):
            (root / folder).rmdir()


def test_the_good_corpus_is_good(corpus):
    checked = check(corpus)
    assert (checked.issues, len(checked.waived)) == ([], 1)


def test_there_are_enough_ways_and_each_of_their_rules_exists(corpus):
    assert len(MUTATORS) >= 20
    for make in MUTATORS.values():
        assert set(make(random.Random(0)).rules) <= read_rules().keys()


def draw_mutations(part: int) -> Iterator[tuple[str, Mutation]]:
    """A hundred mutations with their names; all ways come in turn."""
    rng, names = random.Random(part), [*MUTATORS]
    for number in range(part * MUTATIONS_A_PART, (part + 1) * MUTATIONS_A_PART):
        name = names[number % len(names)]
        yield name, MUTATORS[name](rng)


def sort_out(mutation: Mutation) -> str:
    """Whether a mutation breaks a rule, is legal, or leaves every byte as it was."""
    if all(FILES.get(name) == data for name, data in mutation.changed.items()):
        return "same"
    return "found" if mutation.rules else "legal"


def named_by_changes(mutation: Mutation) -> bool:
    """Whether `check --against` names each file that changed, a label, cut or row in it where it is a list."""
    new = {name: data for name, data in {**FILES, **mutation.changed}.items() if data is not None}
    changes, _ = find_changes(FILES, new)
    told = {change.path for change in changes}
    wanted = {name for name, data in mutation.changed.items() if FILES.get(name) != data}
    return told == wanted


@pytest.mark.parametrize("part", range(PARTS))
def test_each_corruption_is_found_and_named(corpus, part):
    missed = []
    for name, mutation in draw_mutations(part):
        issues = check_changed(corpus, mutation.changed)
        match sort_out(mutation):
            case "same":
                right = issues == []
            case "legal":
                right = all(read_rules()[issue.rule].level in (4, 5) for issue in issues)
                right = right and named_by_changes(mutation)
            case "found":
                right = any(mutation.fits(issue) for issue in issues)
        if not right:
            missed.append((name, mutation, [(issue.rule, issue.path, issue.line) for issue in issues]))
    assert missed == []
    assert check(corpus).issues == []


def test_how_many_of_the_thousand_break_a_rule():
    """The same draws as above, without a check: what is legal, and what happens to be the good corpus, stay few."""
    outcomes = Counter(sort_out(mutation) for part in range(PARTS) for _, mutation in draw_mutations(part))
    assert outcomes.total() == 1_000
    assert outcomes["found"] >= 900, outcomes
    assert outcomes["same"] <= 10, outcomes


# --- one byte ---

LEGAL = {
    "spans": {"label", "note", "attributes"},
    "cuts": {"by", "score"},
    "keeps": {"start", "end", "by"},
    "index": set(),
    "sources": {"title", "outlet", "url", "published", "language", "licence"},
    "waivers": {"reason"},
}
"""By the sort of list, the fields that one other byte can change without breaking a rule: nothing else says them."""


def sort_of(name: str) -> str:
    """What a list holds."""
    return next((sort for sort in LEGAL if f".{sort}." in name or f"/{sort}." in f"/{name}"), "spans")


def find_legal(name: str, data: bytes) -> set[str] | None:
    """The fields in which the rows of a list differ from what they were; None where it is no list of as many rows."""
    try:
        new = [json.loads(line) for line in data.decode().removesuffix("\n").split("\n")]
    except ValueError:
        return None
    old = read_rows(FILES, name)
    if (
        len(new) != len(old)
        or dump_rows(new) != data
        or any(row.keys() != was.keys() for row, was in zip(new, old, strict=True))
    ):
        return None
    return {key for row, was in zip(new, old, strict=True) for key in row if row[key] != was[key]}


TOUCHED = [*LISTS, *(name for name in FILES if name.endswith(".txt"))]


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_another_byte_is_found_or_legal(corpus, data):
    """In any list or text: it is found, or changes a field that nothing else bears witness to."""
    name = data.draw(st.sampled_from(TOUCHED))
    at = data.draw(st.integers(0, len(FILES[name]) - 1))
    byte = data.draw(st.one_of(st.integers(0, 255), st.sampled_from(b'0123456789-."\\{}\n abcxyzABC')))
    changed = FILES[name][:at] + bytes([byte]) + FILES[name][at + 1 :]
    issues = check_changed(corpus, {name: changed})
    if changed == FILES[name]:
        assert issues == []
    elif not issues:
        fields = find_legal(name, changed) if name in LISTS else None
        assert fields, f"{name}: byte {at} {FILES[name][at]} -> {byte} slipped past"
        assert named_by_changes(Mutation({name: changed}, ()))
        assert fields <= LEGAL[sort_of(name)]


# --- the cache ---


def test_a_change_of_the_same_size_at_the_same_time_is_found(corpus):
    """As `rsync --times --inplace` does it, or a disk whose clock ticks once a second."""
    path = corpus.root / GOLD / "tram.jsonl"
    before, stat = path.read_bytes(), path.stat()
    assert check(Corpus(corpus.root)).issues == []
    path.write_bytes(before.replace(b'"start": 79, "end": 84', b'"start": 78, "end": 83'))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    try:
        assert [issue.rule for issue in check(Corpus(corpus.root)).issues] == ["span-text"]
    finally:
        path.write_bytes(before)
    assert check(Corpus(corpus.root)).issues == []


@pytest.mark.parametrize(
    "name", [f"{GOLD}/tram.jsonl", "corpus/mill.cuts.jsonl", "seeds/text/tram.txt", "corpus/text/mill.txt"]
)
def test_changes_of_the_same_size_in_a_row_are_found(corpus, name):
    """Each is checked as soon as it is written: nothing waits for the clock."""
    path, good = corpus.root / name, FILES[name]
    bad = good.replace(b"0", b"1", 1) if name.endswith("l") else good.replace(b"a", b"e", 1)
    for _ in range(5):
        path.write_bytes(bad)
        assert check(Corpus(corpus.root)).issues
        path.write_bytes(good)
        assert check(Corpus(corpus.root)).issues == []


def test_what_was_only_just_written_is_not_taken_from_the_cache(corpus):
    """A second change may bear the same time; on a disk that keeps whole seconds that lasts longer."""
    path = corpus.root / GOLD / "tram.jsonl"
    source = corpus.read_sources()["tram"]

    def fingerprint() -> int:
        return find_fingerprints(corpus, [source], {}, ["gold"])[0]

    path.write_bytes(FILES[f"{GOLD}/tram.jsonl"])
    assert fingerprint() == UNSETTLED
    time.sleep(0.05)
    assert fingerprint() == fingerprint() != UNSETTLED
    second = (time.time_ns() // 1_000_000_000 + 1) * 1_000_000_000
    os.utime(path, ns=(second, second))
    time.sleep(0.05)
    assert fingerprint() == UNSETTLED
    path.write_bytes(FILES[f"{GOLD}/tram.jsonl"])


def test_a_file_renamed_over_another_is_found(corpus, tmp_path):
    """The new file may be older than the report."""
    path = corpus.root / GOLD / "tram.jsonl"
    other = corpus.root / "other"
    other.write_bytes(FILES[f"{GOLD}/mill.jsonl"].ljust(len(FILES[f"{GOLD}/tram.jsonl"])))
    assert check(Corpus(corpus.root)).issues == []
    other.replace(path)
    try:
        assert check(Corpus(corpus.root)).issues
    finally:
        path.write_bytes(FILES[f"{GOLD}/tram.jsonl"])


@pytest.mark.parametrize("damage", ["cut off", "emptied", "garbage", "one byte"])
def test_a_damaged_cache_is_done_without(corpus, damage):
    assert check(Corpus(corpus.root)).issues == []
    path = cache_file(corpus)
    whole = path.read_bytes()
    at = len(whole) // 3
    path.write_bytes({
        "cut off": whole[:at], "emptied": b"", "garbage": b"PK\3\4" + b"x" * 500,
        "one byte": whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :],
    }[damage])  # fmt: skip
    assert check(Corpus(corpus.root)).issues == []


def test_the_cache_says_what_a_check_without_it_says(corpus, monkeypatch, tmp_path):
    changed = {"corpus/mill.cuts.jsonl": b"", f"{GOLD}/tram.jsonl": FILES[f"{GOLD}/mill.jsonl"]}
    check_changed(corpus, changed)
    first = check_changed(corpus, changed)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert check_changed(corpus, changed) == first
    assert first


def test_labels_and_guidelines_are_not_taken_from_the_cache(corpus):
    """The documents are the same; what they are held against is not."""
    assert check(Corpus(corpus.root)).issues == []
    page = f"guidelines/{LABELS[2]}.md"
    rules = {
        issue.rule for issue in check_changed(corpus, {page: FILES[page] + "- not: Oster — a district\n".encode()})
    }
    assert rules == {"guideline-surface"}
    assert check(Corpus(corpus.root)).issues == []
