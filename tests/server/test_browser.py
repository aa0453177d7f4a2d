"""The round trip with a person in it: push, a real browser with mouse and keys, pull; the words are those marked."""

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed: pip install playwright")

from standoff.add import add
from standoff.clean import clean
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.formats.units import utf16_offsets
from standoff.guidelines import read_schema
from standoff.jsonl import read_records
from standoff.records import Note, Span
from tests.conftest import GOLD, TEXTS, find_spans, template
from tests.server import browsing
from tests.server.acting import admin, fetch, read_password, send, surfaces

pytestmark = pytest.mark.skipif(
    browsing.find_chromium() is None, reason="Chromium is not on this machine: apt install chromium"
)

LONG = "Royal Norrsund Society for the Keeping, the Copying and the Careful Mending of Old Passenger Lists and Tables"
SEED = f"""Åsa Lund wrote to the press at dawn.{"  "}

👨‍👩‍👧‍👦 The family of Bo Ek asked 🇸🇪 Norrsund Lines for the list; Rene\u0301 Vale\u0301ry said no.
In 𝔏𝔬𝔯𝔢 Town the ferry was late, said Ida\u00a0Holm, who saw 🏳️‍🌈 flags and a 🎈Tove Lind🎈 sign.
שלום לכם, said דנה לוי to the clerk on Friday, and to Bo Ek.
The clerk, Bo Ek, went home to 👩🏽‍🚀Mette Brask
Members of the {LONG} heard it too, with a firm called Kite 🪁 Co.
Nobody knew what had happened to the passport numbers of Per Aune
"""
BY_MENU = (("Norrsund Lines", 1, "ORG"), ("Åsa Lund", 1, "PERSON"))
BY_KEY = (
    ("p", "PERSON", (
        ("Bo Ek", 1), ("Bo Ek", 3), ("Rene\u0301 Vale\u0301ry", 1), ("Ida\u00a0Holm", 1), ("Tove Lind", 1),
        ("דנה לוי", 1), ("Mette Brask", 1), ("Per Aune", 1),
    )),
    ("o", "ORG", (("𝔏𝔬𝔯𝔢 Town", 1), (LONG, 1), ("Kite 🪁 Co", 1))),
    ("d", "DATA", (("passport numbers", 1),)),
)  # fmt: skip
"""What is marked: the key of a label that is pressed first, then the words, by their occurrence."""
README = "# Guidelines of the harbour\n\n**ALL-1.** A span lies in one line.\n\n- [Bo Ek]{PERSON} came.\n"
PERSON = "# PERSON\n\n## Mark\n\n**PERSON-1.** Titles are out.\n\n- Dr [Bo Ek]{PERSON} came.\n- not: Dr — a title\n"


@pytest.fixture
def marks(corpus, tmp_path) -> Corpus:
    """The small corpus with guidelines, and with a text of our own, of which two spaces are cut."""
    (corpus.labels_file.parent / "README.md").write_text(README)
    (corpus.labels_file.parent / "PERSON.md").write_text(PERSON)
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "marks.txt").write_bytes(SEED.encode())
    add(corpus, [folder], template())
    clean(corpus, ["marks"])
    assert corpus.read_cuts("marks")[0].start < SEED.index("The family")
    return corpus


@pytest.fixture(scope="module")
def page(server):
    with browsing.open_page(server.url) as page:
        yield page


def place(words: str, nth: int, label: str) -> Span:
    """The span of the nth occurrence of words in the seed."""
    start = -1
    for _ in range(nth):
        start = SEED.index(words, start + 1)
    return Span(start, start + len(words), label, words)


def shown(words: str) -> str:
    """Words as the page shows them."""
    return words.replace("\u00a0", " ")


WANTED = sorted(
    [place(words, nth, label) for words, nth, label in BY_MENU]
    + [place(words, nth, label) for _, label, places in BY_KEY for words, nth in places]
)


def begin(page, server, corpus: Corpus) -> None:
    if page.url == "about:blank":
        browsing.log_in(page, "ida", read_password(server, "ida"))
    browsing.start_annotation(page, f"{corpus.settings.name} spring ida")


def test_words_marked_by_mouse_come_back_to_the_letter(server, marks, page):
    """In a text that the server holds with CRLF, as somebody has saved it there on another system."""
    send(marks, server, ids=("marks", "ferry", "clinic"), suggestions="gold")
    boss = admin(server, marks)
    boss.edit("marks", boss.see()["marks"]["text"].replace("\n", "\r\n"))
    begin(page, server, marks)
    colors = {label.name: label.color for label in read_schema(marks.labels_file).labels}

    browsing.turn_to(page, "marks")
    assert browsing.read_marks(page) == []
    for words, nth, label in BY_MENU:
        browsing.mark_by_menu(page, shown(words), label, nth)
    for key, _, places in BY_KEY:
        browsing.hold_label(page, key)
        for words, nth in places:
            browsing.mark_by_key(page, shown(words), nth)
    assert sorted(browsing.read_marks(page)) == sorted((span.label, colors[span.label]) for span in WANTED)
    browsing.comment(page, "Norrsund Lines: the firm, not its ships")
    browsing.comment(page, "Who is Per Aune?")
    browsing.confirm(page)
    assert browsing.read_progress(page) == "1"

    pulled = fetch(marks, server)
    assert pulled.rejects == ()
    spans = marks.read_spans("ida", "marks")
    assert [Span(one.start, one.end, one.label, one.text) for one in spans] == WANTED
    assert surfaces(marks, "marks") == [(span.text, span.label) for span in WANTED]
    assert {one.text: one.note for one in spans if one.note} == {"Norrsund Lines": "the firm, not its ships"}
    assert read_records(marks.notes_file("ida", "marks"), Note) == [Note("Who is Per Aune?")]


def test_a_suggestion_is_taken_off_and_only_what_is_confirmed_comes_back(server, marks, page):
    send(marks, server, ids=("marks", "ferry", "clinic"), suggestions="gold")
    begin(page, server, marks)
    browsing.turn_to(page, "ferry")
    gold = find_spans(TEXTS["ferry"], GOLD["ferry"])
    assert [label for label, _ in browsing.read_marks(page)] == [span.label for span in gold]
    browsing.unmark(page, "Norrsund Lines", 2)
    browsing.mark_by_menu(page, "spokesman", "PERSON")
    browsing.confirm(page)
    browsing.turn_to(page, "clinic")
    browsing.unmark(page, "Tom Rask")

    pulled = fetch(marks, server)
    assert pulled.rejects == ()
    assert surfaces(marks, "ferry") == [
        ("Norrsund Lines", "ORG"), ("passport numbers", "DATA"), ("Mette Brask", "PERSON"), ("spokesman", "PERSON"),
    ]  # fmt: skip
    assert marks.read_spans("ida", "ferry")[0] == gold[0]
    assert [path.name for path in sorted(marks.layer_folder("ida").glob("*.jsonl"))] == ["ferry.jsonl"]
    assert any("begun and not confirmed: clinic" in remark for remark in pulled.ledger.remarks)


def test_labels_and_guidelines_are_as_we_have_them(server, marks, page):
    send(marks, server, ids=("bank",))
    begin(page, server, marks)
    labels = read_schema(marks.labels_file).labels
    assert browsing.read_buttons(page) == [(label.name, label.hotkey, label.color) for label in labels]
    guideline = browsing.read_guideline(page)
    assert "PERSON-1 Titles are out." in guideline.text
    person = next(label for label in labels if label.name == "PERSON")
    assert [mark for mark in guideline.marks if mark[0].startswith("Bo Ek")] == [("Bo Ek PERSON", person.color)] * 2
    assert {(label.name, label.color) for label in labels} <= set(guideline.marks)


def test_grapheme_mode_counts_otherwise_and_is_refused(server, marks, page):
    """Why a project counts UTF-16 code units: in grapheme mode the same words by the same mouse are other numbers."""
    send(marks, server, ids=("marks",))
    admin(server, marks).change(grapheme_mode=True)
    begin(page, server, marks)
    sent = browsing.mark_by_menu(page, "Mette Brask", "PERSON")
    text = admin(server, marks).see()["marks"]["text"]
    start = text.index("Mette Brask")
    assert sent["start_offset"] < start < utf16_offsets(text)[start]
    browsing.confirm(page)
    project = f"{marks.settings.name} spring ida"
    with pytest.raises(StandoffError, match=f"{project}' counts graphemes"):
        fetch(marks, server)
    assert not marks.layer_folder("ida").exists()
