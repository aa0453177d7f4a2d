import io
import itertools
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.clean import clean
from standoff.cleaning import apply_cuts, find_cuts
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import SPLITS, Cut
from standoff.splits import choose_split
from standoff.stream import clean_stream
from tests.conftest import TEXTS, snapshot, standoff


def test_the_ledger_balances(mini):
    ledger = clean(mini)
    documents, characters = ledger.accounts
    assert documents.parts == {"cleaned": 5, "left out": 0, "not here": 0}
    assert characters.total == sum(source.chars for source in mini.read_sources().values())
    assert characters.remainder == 0
    assert characters.parts["navigation"] == len("Home News Ferry firm loses passenger lists")


def test_cleaned_text_is_the_seed_minus_its_cuts(mini):
    cuts = mini.read_cuts("ferry")
    clean_text = mini.clean_file("ferry").read_text(encoding="utf-8")
    assert clean_text == apply_cuts(TEXTS["ferry"], cuts)
    assert clean_text.startswith("Ferry firm loses passenger lists\n\nNorrsund Lines lost")
    entry = mini.read_index()["ferry"]
    assert (entry.kept, entry.kept + entry.cut) == (len(clean_text), len(TEXTS["ferry"]))
    assert "Lode said" in mini.clean_file("school").read_text(encoding="utf-8")


def test_cleaning_again_changes_nothing(mini):
    before = snapshot(mini.root)
    clean(mini)
    assert snapshot(mini.root) == before


def test_cleaning_from_nothing_gives_the_same(mini):
    before = snapshot(mini.root / "corpus")
    for path in (mini.root / "corpus").rglob("*"):
        if path.is_file() and path.suffix != ".md":
            path.unlink()
    clean(mini)
    assert snapshot(mini.root / "corpus") == before


def test_private_documents_that_are_not_here_keep_their_lines(mini):
    before = snapshot(mini.root / "corpus")
    mini.seed_file("quarry", redistribute=False).unlink()
    ledger = clean(mini)
    assert ledger.remarks == ("1 document is not here: quarry",)
    assert snapshot(mini.root / "corpus") == before


def test_cuts_of_people_outlive_cleaning(mini):
    start = TEXTS["bank"].index("A customer")
    own = Cut(start, start + 10, "comments", "person:ida")
    write_records(mini.cuts_file("bank"), sorted([*mini.read_cuts("bank"), own]))
    clean(mini, ["bank"])
    assert own in mini.read_cuts("bank")
    assert "A customer" not in mini.clean_file("bank").read_text(encoding="utf-8")


def test_splits_do_not_move(mini):
    index = mini.index_file.read_text()
    changed = index.replace('"id": "bank", "split": "', '"id": "bank", "split": "test_hard", "was": "').replace(
        '"was": "train", ', "").replace('"was": "validation", ', "").replace('"was": "test", ', "")  # fmt: skip
    mini.index_file.write_text(changed)
    clean(mini)
    assert mini.read_index()["bank"].split == "test_hard"


def test_splits_are_dealt_by_hash(mini):
    sources = mini.read_sources()
    assert choose_split(mini.settings, sources["quarry"]) == "test"
    assert {choose_split(mini.settings, source) for source in sources.values()} <= set(SPLITS)


def test_a_file_to_the_terminal(tmp_path):
    (tmp_path / "my.txt").write_text(TEXTS["ferry"].replace("\n", "\r\n"), encoding="utf-8", newline="")
    done = standoff("clean", "my.txt", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Ferry firm loses passenger lists\n\nNorrsund Lines lost")
    assert "my.txt:1: cut navigation (rule:crumb-with-headline): Home News" in done.stderr
    assert "characters" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["my.txt"]
    as_json = json.loads(standoff("clean", "--json", "my.txt", cwd=tmp_path).stdout)
    assert as_json["text"] + "\n" == done.stdout


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=5))
def test_the_stream_keeps_order_and_characters(texts):
    lines = "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
    rows = list(clean_stream(io.BytesIO(lines.encode())))
    assert [row["id"] for row in rows] == [str(number) for number in range(len(texts))]
    for text, row in zip(texts, rows, strict=True):
        assert len(row["text"]) + sum(cut["end"] - cut["start"] for cut in row["cuts"]) == len(text)


@pytest.mark.parametrize("chunk", [10, 1 << 20])
def test_rows_before_a_bad_one_are_answered(chunk):
    """However many arrive together."""
    lines = b"".join(b'{"id": "%d", "text": "One line."}\n' % number for number in range(50)) + b"{bad\n"
    answered = []
    with pytest.raises(StandoffError, match="standard input:51: not JSON"):
        for row in clean_stream(io.BufferedReader(io.BytesIO(lines), chunk)):
            answered.append(row["id"])
    assert len(answered) == 50


@pytest.mark.parametrize("end", ["\r", "\u2028", "\x85"])
def test_line_ends_of_other_systems_end_lines(end):
    seed = TEXTS["ferry"].replace("\n", end)
    cut = [(cut.start, cut.end, cut.kind) for cut in find_cuts(seed) if cut.kind != "whitespace"]
    assert cut == [(cut.start, cut.end, cut.kind) for cut in find_cuts(TEXTS["ferry"]) if cut.kind != "whitespace"]


def test_the_stream_is_lazy():
    """An endless stream gives its first results."""

    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            row = b'{"id": "a", "text": "One line."}\n'
            buffer[: len(row)] = row
            return len(row)

    rows = list(itertools.islice(clean_stream(io.BufferedReader(Endless())), 100))
    assert len(rows) == 100


def test_the_stream_takes_constant_memory(tmp_path):
    """Forty times the input, the same peak: the padding is read and let go."""

    def peak(count: int) -> int:
        line = json.dumps({"id": "a", "text": "One line.", "padding": "x" * 20_000}) + "\n"
        path = tmp_path / "in.jsonl"
        path.write_text(line * count)
        code = (
            "import resource, sys\nfrom standoff.stream import clean_stream\n"
            "for row in clean_stream(open(sys.argv[1], 'rb')): pass\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
        return int(done.stdout)

    assert peak(2_000) < 1.1 * peak(50)
