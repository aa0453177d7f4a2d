"""Pulled documents on disk: whole, none edited here lost, the same files whoever pulls."""

import subprocess
import tomllib

import pytest

from standoff.doccano.notes import place_notes
from standoff.doccano.pulled import Layer, write_layer
from standoff.doccano.rounds import Deal, Round, write_round
from standoff.errors import StandoffError
from standoff.files import write_text
from standoff.records import Note, Span
from tests.conftest import snapshot

ONE = Span(0, 4, "PERSON", "Vell")
TWO = Span(6, 9, "ORG", "Zed")


@pytest.fixture
def plan(mini):
    plan = Round("spring", "1.2.0", "", False, (Deal("ida", ("a", "b")), Deal("ben", ("a", "b"))))
    write_round(mini, plan)
    return plan


def layer(**spans):
    return Layer("ida", {one: list(held) for one, held in spans.items()}, {one: [] for one in spans})


def test_pulling_again_changes_nothing(mini, plan):
    assert write_layer(mini, plan, layer(a=[ONE], b=[])).changed == ("a", "b")
    before = snapshot(mini.root)
    assert write_layer(mini, plan, layer(a=[ONE], b=[])).changed == ()
    assert snapshot(mini.root) == before
    assert mini.read_spans("ida", "b") == []


def test_news_replace_what_the_last_pull_wrote(mini, plan):
    write_layer(mini, plan, layer(a=[ONE]))
    assert write_layer(mini, plan, layer(a=[ONE, TWO])).changed == ("a",)
    assert mini.read_spans("ida", "a") == [ONE, TWO]


def test_an_edit_made_here_is_never_lost(mini, plan):
    write_layer(mini, plan, layer(a=[ONE], b=[ONE]))
    path = mini.spans_file("ida", "a")
    path.write_text(path.read_text().replace("PERSON", "ORG"))
    edited = path.read_bytes()
    wrote = write_layer(mini, plan, layer(a=[TWO], b=[TWO]))
    assert (wrote.changed, wrote.kept) == (("b",), ("a",))
    assert path.read_bytes() == edited


def test_an_edit_that_git_has_is_replaced(mini, plan):
    write_layer(mini, plan, layer(a=[ONE]))
    path = mini.spans_file("ida", "a")
    path.write_text(path.read_text().replace("PERSON", "ORG"))
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", mini.root, *command], check=True)
    assert write_layer(mini, plan, layer(a=[TWO])).changed == ("a",)


def test_a_pull_that_was_cut_off_has_made_no_edit(mini, plan, monkeypatch):
    write_layer(mini, plan, layer(a=[ONE], b=[ONE]))
    monkeypatch.setattr("standoff.doccano.pulled._replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_layer(mini, plan, layer(a=[TWO], b=[TWO]))
    monkeypatch.undo()
    wrote = write_layer(mini, plan, layer(a=[ONE, TWO], b=[TWO]))
    assert (wrote.changed, wrote.kept) == (("a", "b"), ())


def test_the_signature_tells_what_they_saw_and_keeps_what_people_wrote(mini, plan):
    write_layer(mini, plan, layer(a=[ONE]))
    path = mini.layer_folder("ida") / "layer.toml"
    assert 'guidelines = "1.2.0"' in path.read_text()
    assert 'projects = ["harbour spring ida"]' in path.read_text()
    assert 'suggestions = "none"' in path.read_text()
    path.write_text(path.read_text().replace('annotators = "ida"', 'annotators = "a machine reader"'))
    later = Round("autumn", "1.10.0", "suggested", False, (Deal("ida", ("b",)),))
    write_round(mini, later)
    write_layer(mini, later, layer(b=[]))
    text = path.read_text()
    assert 'guidelines = "1.2.0"' in text  # the oldest: what was read under it may have to be read again
    assert 'rounds = ["autumn", "spring"]' in text
    assert 'suggestions = "suggested"' in text
    assert 'annotators = "a machine reader"' in text
    before = snapshot(mini.root)
    write_layer(mini, plan, layer(a=[ONE]))
    assert snapshot(mini.root) == before


def test_comments_become_notes():
    spans = [ONE, TWO, Span(20, 24, "PERSON", "Vell")]
    comments = [
        '"Vell": PERSON-3?',
        "Zed: a firm, or the\n person?",
        "Vell: sure",
        "odd text",
        "  ",
        "Nobody: no such span",
    ]
    placed = place_notes(spans, comments)
    assert [one.note for one in placed.spans] == ["PERSON-3?; sure", "a firm, or the person?", None]
    assert placed.notes == (Note("odd text"), Note("Nobody: no such span"))
    assert placed.left == 0


def test_of_comments_on_a_private_document_rule_ids_alone_are_kept():
    comments = [
        '"Vell": PERSON-3 - as he said in secret',
        "Vell: PERSON-4, ALL-1",
        "Zed: the secret firm",
        "ORG-7 - secret",
        "ORG-8",
        "secret words",
        "secret: ORG-9",
    ]
    placed = place_notes([ONE, TWO], comments, private=True)
    assert [one.note for one in placed.spans] == ["PERSON-3; PERSON-4, ALL-1", None]
    assert placed.notes == (Note("ORG-7"), Note("ORG-8"))
    assert placed.left == 5


FACTS = {
    "guidelines": "1.2.0",
    "suggestions": "none",
    "rounds": ["spring"],
    "projects": ["harbour spring ida"],
}
RIGHT = """# by hand
rounds = [
  "spring", # the first
]
projects = ["harbour spring ida"]
guidelines = '1.2.0'
suggestions = "none"
annotators = "ida"
"""
SIGNED = {
    "lists on several lines": RIGHT.replace("1.2.0", "0.9.0"),
    "a line like ours within a text": 'guidelines = "1"\nnote = """\nguidelines = x\nrounds = [\n"""\n',
    "a fact of another kind": 'rounds = 3\nannotators = "ida"\n',
    "rounds that are no names": "rounds = [[1], {a = 1}]\n",
    "values of every kind": "rounds = []\nday = 2026-01-02\nshare = 0.5\n\n[more]\nrounds = 7\n[[more.rows]]\na = 1\n",
    "a quoted key": '"rounds" = [\n"x"\n]\n# kept\nannotators = "ida"\n',
    "nothing": "",
}


@pytest.mark.parametrize("what", SIGNED)
def test_what_people_wrote_in_the_signature_reads_as_before(mini, plan, what):
    path = mini.layer_folder("ida") / "layer.toml"
    write_text(path, SIGNED[what])
    before = {key: value for key, value in tomllib.loads(SIGNED[what]).items() if key not in FACTS}
    write_layer(mini, plan, layer(a=[ONE]))
    table = tomllib.loads(path.read_text())
    assert {key: table.pop(key) for key in FACTS} == FACTS
    assert table == (before or {"annotators": "ida"})
    assert all(one in path.read_text() for one in ("# by hand", "# kept") if one in SIGNED[what])
    text = path.read_text()
    write_layer(mini, plan, layer(a=[TWO]))
    assert path.read_text() == text


def test_a_signature_whose_facts_are_right_is_not_touched(mini, plan):
    path = mini.layer_folder("ida") / "layer.toml"
    write_text(path, RIGHT)
    write_layer(mini, plan, layer(a=[ONE]))
    assert path.read_text() == RIGHT


@pytest.mark.parametrize("text", ["rounds.a = 1\nother = 2\nrounds.b = 3\n", "[rounds]\na = 1\n"])
def test_a_key_of_ours_that_cannot_be_told_apart_is_named(mini, plan, text):
    path = mini.layer_folder("ida") / "layer.toml"
    write_text(path, text)
    with pytest.raises(StandoffError, match=r"layer\.toml: 'rounds' cannot be replaced"):
        write_layer(mini, plan, layer(a=[ONE]))
    assert path.read_text() == text
    assert not mini.spans_file("ida", "a").exists()


def test_notes_on_a_document_have_a_file_of_their_own(mini, plan):
    write_layer(mini, plan, Layer("ida", {"a": [ONE]}, {"a": [Note("odd text")]}))
    assert mini.notes_file("ida", "a").read_text() == '{"note": "odd text"}\n'
    assert write_layer(mini, plan, layer(a=[ONE])).changed == ("a",)
    assert not mini.notes_file("ida", "a").exists()
