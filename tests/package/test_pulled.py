"""Pulled documents on disk: whole, none edited here lost, the same files whoever pulls."""

import subprocess

import pytest

from standoff.doccano.notes import place_notes
from standoff.doccano.pulled import Layer, write_layer
from standoff.doccano.rounds import Deal, Round, write_round
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
    placed, rest = place_notes(spans, comments)
    assert [one.note for one in placed] == ["PERSON-3?; sure", "a firm, or the person?", None]
    assert rest == [Note("odd text"), Note("Nobody: no such span")]


def test_notes_on_a_document_have_a_file_of_their_own(mini, plan):
    write_layer(mini, plan, Layer("ida", {"a": [ONE]}, {"a": [Note("odd text")]}))
    assert mini.notes_file("ida", "a").read_text() == '{"note": "odd text"}\n'
    assert write_layer(mini, plan, layer(a=[ONE])).changed == ("a",)
    assert not mini.notes_file("ida", "a").exists()
