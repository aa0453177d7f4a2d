"""A real adjudicator's way: the project with every reading, the answers, and what they come to."""

import pytest

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.adjudicate.decisions import read_decisions
from standoff.adjudicate.people import ask_person
from standoff.corpus import Corpus
from standoff.doccano.fill import FILLING
from standoff.jsonl import write_records
from tests.conftest import find_spans, snapshot
from tests.server.acting import TEXTS, Annotator, connect, make_corpus

IDA = {"Ann Lode": "PERSON", "Vell Clinic": "ORG", "Per Aune": "PERSON"}
BEN = {"Ann Lode": "ORG", "Vell Clinic": "ORG", "blood types": "DATA", "Per Aune": "PERSON"}


@pytest.fixture
def corpus(tmp_path):
    """Ida and ben differ in three places of two documents; emoji stand before them."""
    corpus = make_corpus(tmp_path / "corpus")
    for layer, names in (("ida", IDA), ("ben", BEN)):
        for one, text in TEXTS.items():
            write_records(corpus.spans_file(layer, one), find_spans(text, names))
    return corpus


def settle(corpus, server, ids=(), *, with_private=False):
    ask = ask_person(corpus, connect(server), "gold", "cleo", with_private=with_private)
    return adjudicate(corpus, ["ida", "ben"], "gold", Policy("people", ask=ask), ids)


def project_of(corpus, server):
    (found,) = [one for one in connect(server).list_projects() if f"{corpus.settings.name} adjudicate" in one.name]
    return found


def test_the_whole_way(server, corpus):
    first = settle(corpus, server)
    assert first.written == ("reef",)  # nobody found anything: nothing to decide
    assert "pier: not confirmed yet" in first.open
    project = project_of(corpus, server)
    assert project.overlap
    cleo = Annotator(server, corpus, "cleo", at=project.name)
    assert cleo.spans(find(cleo, "pier")) == sorted(
        [("Ann Lode", "ida: PERSON"), ("Ann Lode", "ben: ORG")] * 2 + [("Vell Clinic", "ORG")]
    )
    assert cleo.spans(find(cleo, "quay")) == sorted(
        [("Per Aune", "PERSON")] * 2 + [("blood types", "ben: DATA"), ("blood types", "ida: nothing")]
    )

    delete(cleo, "pier", "ben: ORG")
    cleo.comment(find(cleo, "pier"), '"Ann Lode": PERSON-1 - a person')
    cleo.toggle(find(cleo, "pier"))
    half = settle(corpus, server)
    assert sorted(half.written) == ["pier", "reef"]
    assert [(one.text, one.label, one.note) for one in corpus.read_spans("gold", "pier")] == [
        ("Ann Lode", "PERSON", "PERSON-1"),
        ("Vell Clinic", "ORG", None),
        ("Ann Lode", "PERSON", "PERSON-1"),
    ]
    assert not corpus.spans_file("gold", "quay").exists()

    cleo.toggle(find(cleo, "quay"))
    both = settle(corpus, server)
    assert any("more than one reading is left" in line for line in both.open)
    delete(cleo, "quay", "ben: DATA", "ida: nothing")
    start = TEXTS["quay"].index("blood")
    units = len(TEXTS["quay"][:start].encode("utf-16-le")) // 2
    cleo.mark(find(cleo, "quay"), units, units + len("blood"), "DATA")
    done = settle(corpus, server)
    assert done.open == ()
    assert [(one.text, one.label) for one in corpus.read_spans("gold", "quay")] == [
        ("Per Aune", "PERSON"),
        ("blood", "DATA"),
        ("Per Aune", "PERSON"),
    ]
    decisions = read_decisions(corpus)
    assert {one.by for one in decisions.values()} == {"person:cleo"}
    assert sorted(one.choice for one in decisions.values()) == ["ida", "ida", "other"]

    before = snapshot(corpus.root)
    again = settle(corpus, server)
    assert (again.open, snapshot(corpus.root) == before) == ((), True)
    assert project_of(corpus, server) == project


def delete(annotator, one, *labels):
    """Take the marks with these labels off a document, as one does by their menu."""
    names = {number: name for name, number in annotator.labels.items()}
    row = annotator.see()[find(annotator, one)]
    for span in annotator._send("get", f"{annotator.project}/examples/{row['id']}/spans"):
        if names[span["label"]] in labels:
            annotator._send("delete", f"{annotator.project}/examples/{row['id']}/spans/{span['id']}")


def find(annotator, one):
    """The id under which a document is shown."""
    (found,) = [key for key in annotator.see() if key.partition("@")[0] == one]
    return found


def keep_spans(corpus, server, project, *ids):
    """Answer that whoever has a span is right, and confirm."""
    cleo = Annotator(server, corpus, "cleo", at=project)
    for one in ids:
        delete(cleo, one, "ida: nothing", "ben: nothing", "ben: ORG")
        cleo.toggle(find(cleo, one))


def projects(corpus, server):
    return sorted(
        one.name for one in connect(server).list_projects() if one.name.startswith(f"{corpus.settings.name} adj")
    )


def add_reef(corpus):
    """Another document in which they differ."""
    write_records(corpus.spans_file("ben", "reef"), find_spans(TEXTS["reef"], {"Nothing": "ORG"}))


def test_answers_given_before_another_document_came_are_read(server, corpus):
    settle(corpus, server)
    (name,) = projects(corpus, server)
    keep_spans(corpus, server, name, "pier", "quay")
    add_reef(corpus)
    done = settle(corpus, server)
    assert sorted(done.written) == ["pier", "quay"]
    assert done.open == ("reef: not confirmed yet", "reef 0-7")
    assert projects(corpus, server) == [name, f"{name} 2"]
    assert settle(corpus, server).open == done.open
    assert projects(corpus, server) == [name, f"{name} 2"]


def test_a_reading_that_changed_is_asked_again(server, corpus):
    settle(corpus, server)
    (name,) = projects(corpus, server)
    keep_spans(corpus, server, name, "pier", "quay")
    assert settle(corpus, server).open == ()
    write_records(corpus.spans_file("ben", "quay"), [])
    done = settle(corpus, server)
    assert {line.partition(":")[0].split()[0] for line in done.open} == {"quay"}
    assert any("quay: an answer is outdated" in remark for remark in done.ledger.remarks)


def test_only_some_documents_reads_the_same_project(server, corpus):
    settle(corpus, server)
    (name,) = projects(corpus, server)
    keep_spans(corpus, server, name, "pier", "quay")
    done = settle(corpus, server, ["pier"])
    assert (done.open, done.written, projects(corpus, server)) == ((), ("pier",), [name])


def test_private_text_stays_here_unless_it_is_asked_for(server, tmp_path):
    corpus = make_corpus(tmp_path / "p", private=["pier"])
    for layer, names in (("ida", IDA), ("ben", BEN)):
        write_records(corpus.spans_file(layer, "pier"), find_spans(TEXTS["pier"], names))
    done = settle(corpus, server)
    assert projects(corpus, server) == []
    assert "pier is private: it goes to a server with --with-private" in done.ledger.remarks
    settle(corpus, server, with_private=True)
    assert len(projects(corpus, server)) == 1


def test_a_text_edited_on_the_server_is_refused(server, corpus):
    settle(corpus, server)
    (name,) = projects(corpus, server)
    keep_spans(corpus, server, name, "pier", "quay")
    boss = Annotator(server, corpus, server.username, at=name)
    boss.edit(find(boss, "pier"), TEXTS["pier"] + " x")
    done = settle(corpus, server)
    assert "pier: its text on the server is not ours" in done.open
    assert done.written == ("quay", "reef")


def test_a_batch_that_was_cut_off_is_sent_again(server, corpus):
    settle(corpus, server)
    (name,) = projects(corpus, server)
    client = connect(server)
    project = client.find_project(name)
    client.describe(project, FILLING)
    client.delete_documents(project, [row["id"] for row in client.export(project)["all"][:1]])
    settle(corpus, server)
    again = client.find_project(name)
    assert again.id != project.id
    assert client.count_documents(again) == 2


def test_what_a_majority_decided_may_be_changed_and_changed_again(server, corpus):
    write_records(
        corpus.spans_file("ben", "pier"), find_spans(TEXTS["pier"], {"Ann Lode": "ORG", "Vell Clinic": "ORG"})
    )
    write_records(corpus.spans_file("dora", "pier"), find_spans(TEXTS["pier"], {"Ann Lode": "DATA"}))
    layers = ["ida", "ben", "dora"]
    adjudicate(corpus, layers, "gold", Policy("majority"), ["pier"])
    policy = Policy("people", ask=ask_person(corpus, connect(server), "gold", "cleo"))
    adjudicate(corpus, layers, "gold", policy, ["pier"])
    (name,) = projects(corpus, server)
    cleo = Annotator(server, corpus, "cleo", at=name)
    assert ("Vell Clinic", "ORG") in cleo.spans(find(cleo, "pier"))
    delete(cleo, "pier", "ORG", "ben: ORG", "dora: DATA")
    cleo.mark_words(find(cleo, "pier"), "Clinic", label="ORG")
    cleo.toggle(find(cleo, "pier"))
    for words in ("Clinic", "Vell Clinic"):
        if words == "Vell Clinic":
            delete(cleo, "pier", "ORG")
            cleo.mark_words(find(cleo, "pier"), words, label="ORG")
        done = adjudicate(corpus, layers, "gold", policy, ["pier"])
        assert (done.open, done.written) == ((), ("pier",))
        assert words in [one.text for one in corpus.read_spans("gold", "pier")]
    assert {one.by for one in read_decisions(corpus).values()} == {"person:cleo"}


def test_two_adjudicators_of_a_corpus_with_a_long_name_have_projects_of_their_own(server, corpus):
    settings = (corpus.root / "standoff.toml").read_text()
    name = corpus.settings.name
    (corpus.root / "standoff.toml").write_text(settings.replace(name, f"{name}{'x' * 80}"))
    corpus = Corpus(corpus.root)
    for person in ("cleo", "dora"):
        ask = ask_person(corpus, connect(server), "gold", person)
        adjudicate(corpus, ["ida", "ben"], "gold", Policy("people", ask=ask))
    found = [one.name for one in connect(server).list_projects() if one.name.startswith(name)]
    assert sorted(one.rpartition(" ")[2] for one in found) == ["cleo", "dora"]
    assert max(map(len, found)) <= 100
