"""Lines that recur on a site, on invented collections."""

import io
import json
import re
import subprocess
import sys
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.cleaning.lines import read_lines
from standoff.cleaning.sites import DOUBT, SiteStats
from standoff.errors import StandoffError
from standoff.sites import count_first, count_sites, read_stats, require_room
from standoff.stream import clean_stream, find_site
from tests.conftest import standoff

RULE = "rule:repeated-on-site:"
WIDTH = 1 << 14
PLACES = ("Norrsund", "Brandhaven", "Ostermoor", "Lillevik", "Kestrel", "Zerrand", "Dunmere", "Halvik", "Eastport")
THINGS = ("ferry", "school", "bank", "quarry", "mill", "bridge", "archive", "clinic", "harbour", "library", "orchard")
DEEDS = ("closed", "sold", "mended", "painted", "lost", "opened", "counted", "moved", "searched", "rebuilt")
NAMES = ("Ida", "Mette", "Lode", "Tomas", "Ada", "Brask", "Holm", "Vell", "Kerr", "Sorrel", "Aske", "Lund")
THREE_THINGS, TWO_PLACES = [*permutations(THINGS, 3)], [*permutations(PLACES, 2)]
THREE_NAMES = [*permutations(NAMES, 3)]


def sentence(random: Random) -> str:
    """A sentence of body that hardly ever comes twice."""
    things, places, names = random.choice(THREE_THINGS), random.choice(TWO_PLACES), random.choice(THREE_NAMES)
    return (
        f"The {things[0]} of {places[0]} {random.choice(DEEDS)} the {things[1]} near {places[1]} in "
        f"{random.randrange(1700, 2020)}, {names[0]} {names[1]} said, and {names[2]} {random.choice(DEEDS)} "
        f"{random.randrange(2, 900)} letters from the {things[2]}."
    )


def article(random: Random, paragraphs: int = 6) -> list[str]:
    """A headline, which says what the first sentence says, and the body."""
    body = [sentence(random) for _ in range(paragraphs)]
    _, thing, _, place, deed, *_ = body[0].split()
    return [f"{place} {thing} {deed} after {random.randrange(2, 999)} days", *body]


def page(number: int, lines: list[str], site: str = "tide.example") -> dict[str, str]:
    return {"id": str(number), "site": site, "text": "\n".join(lines)}


def to_stream(rows: list[dict[str, str]]) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())


def count(rows: list[dict[str, str]], width: int = WIDTH) -> SiteStats:
    stats = SiteStats.empty(width)
    stats.count([row["site"] for row in rows], [row["text"] for row in rows])
    return stats


def found_lines(rows: list[dict[str, str]], stats: SiteStats, keep: float = 1.0) -> list[list[str]]:
    """The text of each cut that the statistics made, row by row."""
    answers = clean_stream(to_stream(rows), keep=keep, stats=stats)
    return [
        [row["text"][cut["start"] : cut["end"]] for cut in answer["cuts"] if cut["by"].startswith(RULE)]
        for row, answer in zip(rows, answers, strict=True)
    ]


def collection(sizes: dict[str, int]) -> tuple[list[dict[str, str]], list[list[str]]]:
    """Rows of several sites in a mixed order, and the lines of each that its site put there.

    What also comes back but is no furniture: a caption, a quote, a subhead and headlines of others.
    """
    random = Random(7)
    made = []
    for (site, size), own in zip(sizes.items(), PLACES, strict=False):
        above = [f"{own} Weekend Supplements Archive", f"Weather for {own}"]
        below = [f"Letters to the {own} office", f"The {own} Tide is printed on the quay.", f"{own} Tide puzzles"]
        stories = [article(random) for _ in range(size)]
        for head, *body in stories:
            seen = {line for line in above + below if line.endswith(".") or random.random() < 0.6}
            top, end = [line for line in above if line in seen], [line for line in below if line in seen]
            caption = [f"The market square of {own} in spring"] * (random.random() < 0.05)
            subhead = ["What the council says"] * (random.random() < 0.5)
            quote = ['"Nobody told us anything about it," the mayor said.'] * (random.random() < 0.15)
            others = [story[0] for story in random.sample(stories, 3)]
            lines = [*top, head, *caption, *body[:3], *subhead, *body[3:], *quote, *end, *others]
            made.append((page(len(made), lines, site), top + end))
    random.shuffle(made)
    return [row for row, _ in made], [furniture for _, furniture in made]


def test_a_thousand_documents():
    rows, furniture = collection({"tide.example": 580, "post.example": 300, "echo.example": 80, "star.example": 40})
    assert len(rows) == 1_000
    assert found_lines(rows, count(rows, 1 << 17)) == furniture


def test_an_article_that_is_crawled_five_times_loses_nothing():
    random = Random(1)
    story = article(random)
    rows = [page(n, [*story, f"Crawled copy {'x' * n}"]) for n in range(5)]
    assert found_lines(rows, count(rows)) == [[]] * 5
    rows += [page(n, [*article(random), "Tide puzzles"]) for n in range(4)]
    assert found_lines(rows, count(rows)) == [[]] * 5 + [["Tide puzzles"]] * 4


def test_a_long_notice_does_not_make_all_pages_one():
    random = Random(2)
    notice = "You may read this page but " + "neither copy nor lend it " * 30 + "without our leave."
    rows = [page(n, [*article(random), notice, "Tide puzzles"]) for n in range(8)]
    assert found_lines(rows, count(rows)) == [["Tide puzzles"]] * 8


def test_two_documents_are_too_few_and_sites_stay_apart():
    random = Random(3)
    rows = [page(n, [*article(random), "Tide puzzles"], f"{n % 2}.example") for n in range(4)]
    assert found_lines(rows, count(rows)) == [[]] * 4
    assert found_lines([row | {"site": "1.example"} for row in rows], count(rows)) == [[]] * 4


def test_the_headline_stays_though_every_page_lists_it():
    random = Random(4)
    stories = [article(random) for _ in range(8)]
    heads = [story[0] for story in stories]
    rows = [page(n, ["Skip to the news", *story, "The week", *heads]) for n, story in enumerate(stories)]
    cleaned = list(clean_stream(to_stream(rows), keep=1.0, stats=count(rows)))
    for row, story in zip(cleaned, stories, strict=True):
        assert row["text"].split("\n") == story


def test_what_rules_hold_stays():
    random = Random(5)
    rows = []
    for n in range(8):
        head, *body = article(random)
        rows.append(page(n, [head, "Story highlights", "Paint lost", *body]))
    assert found_lines(rows, count(rows)) == [["Paint lost"]] * 8


def test_a_cut_says_how_many_documents_and_leaves_no_white_space():
    random = Random(6)
    stories = [article(random) for _ in range(5)]
    rows = [
        {"id": str(n), "site": "tide.example", "text": "\n\n".join(["Tide puzzles", *story, "  Weather for Halvik "])}
        for n, story in enumerate(stories)
    ]
    for row, story in zip(clean_stream(to_stream(rows), stats=count(rows), keep=1.0), stories, strict=True):
        assert row["text"] == "\n\n".join(story)
        assert {cut["by"] for cut in row["cuts"]} == {f"{RULE}5", "rule:spacing"}


def test_a_language_that_the_model_does_not_know():
    bodies = [f"Der Rat von {place} hat die Akten nicht gefunden und das ist nicht gut." for place in PLACES]
    rows = [page(n, [body, "Wetter und Rätsel"]) | {"language": "de"} for n, body in enumerate(bodies)]
    for row, body in zip(clean_stream(to_stream(rows), stats=count(rows)), bodies, strict=True):
        assert row["text"] == body
        assert [cut["kind"] for cut in row["cuts"] if cut["kind"] != "whitespace"] == ["navigation"]


def test_how_many_documents_of_a_large_site():
    random = Random(8)
    texts = ["\n".join([*article(random), *["one in ten"] * (n % 10 == 0), "in all"]) for n in range(6_000)]
    stats = SiteStats.empty(1 << 19)
    stats.count(["tide.example"] * len(texts), texts)
    (rare, common), total = stats.estimate("tide.example", read_lines(["one in ten\nin all"]).keys)
    assert 450 < rare < 750
    assert 4_500 < common < 7_500
    assert 4_500 < total < 7_500


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tide – Puzzles!", "tide puzzles", True),
        ("Ida’s news", "Ida's news", True),
        ("12 letters", "13 letters", False),
        ("12 of 3 letters", "1 of 23 letters", False),
        ("港口新闻", "学校消息", False),
        ("Tide puzzles", "puzzles Tide", False),
    ],
)
def test_lines_are_compared_word_by_word(one, other, same):
    keys = read_lines([f"{one}\n{other}"]).keys
    assert (keys[0] == keys[1]) == same


@pytest.mark.parametrize(
    ("row", "site"),
    [
        ({"site": " Tide.example "}, "tide.example"),
        ({"site": "", "url": "https://www.tide.example/a?b"}, "tide.example"),
        ({"url": "http://user@News.Tide.example:80/a"}, "news.tide.example"),
        ({"url": "www.tide.example/a"}, "tide.example"),
        ({"url": "http://[broken"}, ""),
        ({"url": "page/one.html"}, ""),
        ({"site": 5, "url": None}, ""),
        ({}, ""),
    ],
)
def test_the_site_of_a_row(row, site):
    assert find_site(row) == site


LINES = st.sampled_from(["Tide puzzles", "Weather for Halvik", "Letters", "12", "", *article(Random(9), 12)])
PAGES = st.lists(
    st.tuples(st.sampled_from(["a.example", "b.example"]), st.lists(LINES, max_size=8).map("\n".join)), max_size=12
)


def as_rows(pages: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": "x", "site": site, "text": text} for site, text in pages]


@settings(max_examples=60, deadline=None)
@given(PAGES, st.data())
def test_shards_order_and_repetition_change_nothing(pages, data):
    rows = as_rows(pages)
    whole = count(rows, 1024)
    repeated = data.draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []
    again = data.draw(st.permutations(rows + repeated))
    bounds = sorted(data.draw(st.lists(st.integers(0, len(again)), max_size=3)))
    merged = SiteStats.empty(1024)
    for start, end in zip([0, *bounds], [*bounds, len(again)], strict=True):
        merged.merge(SiteStats.from_bytes(count(again[start:end], 1024).to_bytes()))
    assert np.array_equal(merged.table, whole.table)
    assert merged.to_bytes() == whole.to_bytes()


@settings(max_examples=20, deadline=None)
@given(PAGES, st.randoms(use_true_random=False))
def test_a_row_does_not_depend_on_the_others_in_its_batch(pages, random):
    rows = as_rows(pages)
    stats = count(rows)
    together = list(clean_stream(to_stream(rows), stats=stats))
    order = list(range(len(rows)))
    random.shuffle(order)
    for at in order:
        assert list(clean_stream(to_stream([rows[at]]), stats=stats)) == [together[at]]
    for row, answer in zip(rows, together, strict=True):
        assert len(answer["text"]) + sum(cut["end"] - cut["start"] for cut in answer["cuts"]) == len(row["text"])


def test_a_full_table_is_refused_with_a_width_that_will_do():
    random = Random(10)
    texts = ["\n".join(article(random)) for _ in range(2_000)]
    small = SiteStats.empty(1024)
    small.count(["tide.example"] * len(texts), texts)
    assert small.doubt() > DOUBT
    with pytest.raises(StandoffError, match="too many lines for a table of 1,024 cells a row") as refusal:
        require_room(small)
    width = int(re.search(r"--width (\d+)", str(refusal.value))[1])
    wide = SiteStats.empty(width)
    wide.count(["tide.example"] * len(texts), texts)
    assert require_room(wide).doubt() <= DOUBT
    assert width <= 1 << 15


def test_the_doubt_is_what_lines_that_nobody_counted_show():
    random = Random(11)
    texts = ["\n".join([*article(random), "Tide puzzles"]) for _ in range(3_000)]
    stats = SiteStats.empty(1 << 12)
    stats.count([f"{n % 200}.example" for n in range(len(texts))], texts)
    unseen = read_lines(["\n".join(f"unseen line {n}" for n in range(20_000))]).keys
    share = np.count_nonzero(stats.estimate("0.example", unseen)[0]) / len(unseen)
    assert share > 0.001
    assert abs(stats.doubt() - share) < 0.3 * share


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """Forty times the input, 20 MB, the same peak, with both passes."""

    def peak(rows: int) -> int:
        line = json.dumps({"id": "a", "site": "a.example", "text": "One line.", "padding": "x" * 40_000}) + "\n"
        path = tmp_path / "in.jsonl"
        path.write_text(line * rows)
        code = (
            "import resource, sys\nfrom standoff.cleaning.sites import SiteStats\n"
            "from standoff.sites import count_first\nfrom standoff.stream import clean_stream\n"
            "stats = SiteStats.empty(1024)\n"
            "with count_first(open(sys.argv[1], 'rb'), stats) as stream:\n"
            "    for row in clean_stream(stream, stats=stats): pass\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
        return int(done.stdout)

    assert peak(480) < 1.1 * peak(12)


@pytest.fixture(scope="module")
def site():
    """The rows of one site."""
    return collection({"tide.example": 30})[0]


@pytest.fixture
def shards(site, tmp_path):
    """Two files of one site, and what they are together."""
    rows = site
    (tmp_path / "a.jsonl").write_bytes(to_stream(rows[:11]).getvalue())
    (tmp_path / "b.jsonl").write_bytes(to_stream(rows[11:]).getvalue().rstrip(b"\n"))
    return tmp_path, to_stream(rows).getvalue()


def test_one_pass_or_shards_give_the_same(shards):
    folder, whole = shards
    at_once = standoff("clean", "-", "--site-stats", cwd=folder, stdin=whole)
    assert (at_once.returncode, at_once.stderr) == (0, "")
    assert RULE in at_once.stdout
    for name in "ab":
        done = standoff("sites", f"{name}.jsonl", "--width", "8192", "--into", f"{name}.npz", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
    saved = ("--site-stats-from", "b.npz", "--site-stats-from", "a.npz")
    assert standoff("clean", "-", *saved, cwd=folder, stdin=whole).stdout == at_once.stdout
    standoff("sites", "a.npz", "b.npz", "--into", "merged.npz", cwd=folder)
    standoff("sites", "-", "--width", "8192", "--into", "whole.npz", cwd=folder, stdin=whole)
    assert (folder / "merged.npz").read_bytes() == (folder / "whole.npz").read_bytes()


def test_the_ledger_of_counting(shards):
    folder, _ = shards
    rows = [{"id": "1", "text": "No site"}, {"id": "2", "site": "a", "text": "..."}]
    rows += [{"id": "3", "site": "a", "text": f"Tide\n\n***\n{'long ' * 70}"}]
    count_sites(["-"], to_stream(rows), folder / "old.npz", 1024)
    ledger = count_sites(["-", str(folder / "old.npz")], to_stream(rows), folder / "new.npz")
    counted, lines = ledger.accounts
    assert (counted.total, counted.parts) == (3, {"counted": 1, "without a site": 1, "without words": 1})
    assert (lines.total, lines.parts) == (4, {"counted": 1, "longer than 300": 1, "wordless": 2})
    assert ledger.remarks[0] == "1 file of statistics taken in as well"
    assert (folder / "new.npz").read_bytes() == (folder / "old.npz").read_bytes()
    done = standoff("sites", "a.jsonl", "b.jsonl", "--into", "s.npz", cwd=folder)
    assert done.stdout.startswith("rows         30 = counted 30\nlines ")


@pytest.fixture(scope="module")
def bad():
    """Files that do not fit, or hold too much, by name."""
    random, other = Random(12), io.BytesIO()
    np.savez(other, table=np.zeros((8, 1024), np.uint64), probe=np.zeros(1, np.uint64))
    full = [{"id": "x", "site": "a.example", "text": "\n".join(article(random, 60))} for _ in range(400)]
    return {
        "wide.npz": SiteStats.empty(2048).to_bytes(), "small.npz": SiteStats.empty(1024).to_bytes(),
        "other.npz": other.getvalue(), "full.jsonl": to_stream(full).getvalue(),
        "bad.jsonl": b'{"id": "1", "text": "Tide"}\n{"id"\n',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["clean", "a.jsonl", "--site-stats"], 2, "statistics of sites are for a stream"),
        (["clean", "-", "--site-stats-from", "none.npz"], 2, "none.npz: no such file"),
        (["clean", "-", "--site-stats-from", "a.jsonl"], 1, "a.jsonl: no statistics of sites"),
        (["clean", "-", "--site-stats"], 1, "standard input: no row names its site"),
        (["sites", "none.jsonl", "--into", "s.npz"], 2, "none.jsonl: no such file"),
        (["sites", "a.jsonl", "--into", "s.txt"], 2, "statistics are in a file named .npz"),
        (["sites", "wide.npz", "small.npz", "--into", "s.npz"], 1, "small.npz: rows of 1,024 cells do not fit"),
        (["sites", "small.npz", "--width", "2048", "--into", "s.npz"], 2, "small.npz: its width is 1024"),
        (["sites", "full.jsonl", "--width", "1024", "--into", "s.npz"], 1, "too many lines for a table of 1,024 cells"),
        (["sites", "bad.jsonl", "--into", "s.npz"], 1, "bad.jsonl:2: not JSON"),
        (["clean", "-", "--site-stats-from", "other.npz"], 1, "other.npz: statistics of another version"),
    ],
)
def test_bad_input_is_one_line(shards, bad, arguments, code, message):
    folder, _ = shards
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    done = standoff(*arguments, cwd=folder, stdin=b'{"id": "1", "text": "Tide"}\n')
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (folder / "s.npz").exists()


def test_help_has_an_example(tmp_path):
    done = standoff("sites", "--help", cwd=tmp_path)
    assert "standoff sites" in done.stdout.partition("Example: ")[2]


def test_nothing_saved_is_nothing_known():
    assert not read_stats([]).table.any()


def test_the_copy_is_the_input():
    data = b'{"id": "1", "site": "a", "text": "Tide"}\n{"id": "2", "site": "a", "text": "Tide"}'
    with count_first(io.BytesIO(data), SiteStats.empty(1024)) as copy:
        assert copy.read() == data + b"\n"
