"""What annotators marked on a real doccano, taken to the character, or named where it cannot be taken."""

import json
import shutil

import pytest

from standoff.corpus import Corpus
from standoff.doccano.pull import pull
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import Cut
from tests.conftest import find_spans, snapshot, standoff
from tests.server.acting import (
    SURFACES,
    TEXTS,
    Annotator,
    admin,
    ask,
    connect,
    fetch,
    git,
    make_corpus,
    plant,
    rejected,
    send,
    suggest,
    surfaces,
    tamper,
)  # fmt: skip

ANN = ("Ann Lode", "PERSON")


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    return make_corpus(tmp_path / "corpus", suggested=suggest())


def accounts(pulled) -> dict[str, dict[str, int]]:
    return {one.name: {"total": one.total, **one.parts} for one in pulled.ledger.accounts}


def count_spans(server, corpus: Corpus, annotator: str = "ida") -> int:
    ((count,),) = ask(
        server,
        "select count(*) from labels_span s join examples_example e on e.id = s.example_id"
        " join projects_project p on p.id = e.project_id where p.name = ?",
        f"{corpus.settings.name} spring {annotator}",
    )
    return count


# --- what is taken ---


def test_confirmed_begun_and_untouched_documents_are_told_apart(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.toggle("pier")
    ida.unmark("quay")
    pulled = fetch(corpus, server)
    assert accounts(pulled) == {
        "ida: documents": {"total": 3, "pulled": 1, "begun": 1, "untouched": 1, "rejected": 0},
        "ida: spans": {"total": 3, "pulled": 3, "not confirmed": 0, "rejected": 0},
    }
    assert "ida: begun and not confirmed: quay" in pulled.ledger.remarks
    assert surfaces(corpus, "pier") == [ANN, ("Vell Clinic", "ORG"), ANN]
    assert corpus.read_spans("ida", "quay") is None
    assert corpus.read_spans("ida", "reef") is None


def test_nothing_found_is_an_empty_file_and_not_read_is_none(server, corpus):
    send(corpus, server)
    Annotator(server, corpus).toggle("reef")
    fetch(corpus, server)
    assert corpus.spans_file("ida", "reef").read_bytes() == b""
    assert not corpus.spans_file("ida", "pier").exists()


def test_a_pull_again_changes_no_byte_and_news_alone_are_written(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.toggle("pier", "reef")
    ida.comment("pier", '"Vell Clinic": or a place?')
    fetch(corpus, server)
    before = snapshot(corpus.root)
    assert "ida: nothing changed" in fetch(corpus, server).ledger.remarks
    assert snapshot(corpus.root) == before
    ida.mark("reef", 0, 7, "DATA")
    assert "ida: documents whose files changed: 1" in fetch(corpus, server).ledger.remarks
    after = snapshot(corpus.root)
    assert {one for one in after if after[one] != before.get(one)} == {
        "annotations/ida/reef.jsonl", ".standoff/pulled.json",
    }  # fmt: skip


def test_comments_are_notes_of_spans_or_of_the_document(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.toggle("pier")
    for said in ('"Vell Clinic": or a\nplace?', "Ann Lode — which one? 😀", "An odd text."):
        ida.comment("pier", said)
    fetch(corpus, server)
    assert [(one.text, one.note) for one in corpus.read_spans("ida", "pier")] == [
        ("Ann Lode", "which one? 😀"), ("Vell Clinic", "or a place?"), ("Ann Lode", None),
    ]  # fmt: skip
    assert json.loads(corpus.notes_file("ida", "pier").read_text()) == {"note": "An odd text."}


def test_of_comments_on_private_documents_rule_ids_alone_are_kept(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", suggested=suggest(), private=("quay",))
    send(corpus, server, with_private=True, suggestions="suggested")
    ida = Annotator(server, corpus)
    for one in ("pier", "quay"):
        for said in ("ORG-7 - in secret", "A secret!", "Per Aune: PERSON-1", "Ann Lode: PERSON-1"):
            ida.comment(one, said)
    ida.toggle("pier", "quay")
    pulled = fetch(corpus, server)
    written = {path.name: path.read_text() for path in corpus.layer_folder("ida").glob("*")}
    assert written["quay.notes.jsonl"] == '{"note": "ORG-7"}\n'
    assert [one.note for one in corpus.read_spans("ida", "quay")] == ["PERSON-1", None, None]
    assert not any("secret" in text for name, text in written.items() if name.startswith("quay"))
    assert "A secret!" in written["pier.notes.jsonl"]
    (said,) = [remark for remark in pulled.ledger.remarks if "is private" in remark]
    assert said.startswith("ida: quay is private") and said.endswith("comments cut short: 3")
    assert "ida: nothing changed" in fetch(corpus, server).ledger.remarks


def test_any_text_comes_back_in_seed_offsets(server, tmp_path):
    texts = {
        "zwj": "👨‍👩‍👧‍👦\u00a0Ann Lode 🏳️‍🌈 Per Aune.",
        "marks": "e\u0301a\u0308\tAnn Lode o\u0302 Per Aune",
        "cut": "Share 😀\nAnn Lode met\u2028Per Aune.",
        "scripts": "𝒜nn שלום Ann Lode 漢字𠮷Per Aune مرحبا",
    }
    corpus = make_corpus(tmp_path / "corpus", texts, cuts={"cut": [Cut(0, 8, "share", "rule:share")]})
    send(corpus, server)
    ida = Annotator(server, corpus)
    for one in texts:
        ida.mark_words(one, "Ann Lode", "Per Aune")
    ida.toggle(*texts)
    assert fetch(corpus, server).rejects == ()
    for one in texts:
        assert surfaces(corpus, one) == [ANN, ("Per Aune", "PERSON")]


def test_a_comment_on_control_documents_tells_how_much_was_found(server, corpus):
    write_records(corpus.spans_file("gold", "pier"), find_spans(TEXTS["pier"], SURFACES))
    send(corpus, server, ids=("quay",), control=1)
    ida = Annotator(server, corpus)
    ida.mark_words("pier", "Ann Lode")
    ida.toggle("pier")
    assert "ida: control pier: 2 of 3 known spans found, 2 marked, F1 0.80" in fetch(corpus, server).ledger.remarks


# --- spans that cannot be taken ---

PLANTED = {
    "twice": ([(3, 11), (3, 11)], [ANN], ["twice"]),
    "beyond": ([(3, 11), (5, 9999)], [ANN], ["is not within"]),
    "empty": ([(3, 11), (4, 4)], [ANN], ["is not within"]),
    "backwards": ([(3, 11), (11, 3)], [ANN], ["is not within"]),
    "negative": ([(3, 11), (-3, 2)], [ANN], ["is not within"]),
    "half": ([(3, 11), (1, 2)], [ANN], ["inside a character"]),
    "widened": ([(2, 12)], [ANN], []),
    "blank": ([(3, 11), (2, 3)], [ANN], ["it is white space"]),
    "trimmed": ([(2, 11), (3, 11)], [ANN], ["there twice once white space is trimmed"]),
    "nested": ([(3, 11), (7, 11)], [ANN], ["overlaps a longer span"]),
    "crossing": ([(3, 11), (7, 16)], [("Lode left", "PERSON")], ["overlaps a longer span"]),
}


def test_every_span_is_taken_or_named_and_the_ledger_balances(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", {one: "😀 Ann Lode left." for one in PLANTED})
    send(corpus, server)
    for one, (ranges, _, _) in PLANTED.items():
        for start, end in ranges:
            plant(server, corpus, one, start, end, "PERSON")
    Annotator(server, corpus).toggle(*PLANTED)
    pulled = fetch(corpus, server)
    for one, (_, taken, reasons) in PLANTED.items():
        assert surfaces(corpus, one) == taken, one
        said = [line for line in rejected(pulled, "span") if line.startswith(f"{one} ")]
        assert len(said) == len(reasons), one
        assert all(reason in line for line, reason in zip(said, reasons, strict=True)), said
    spans = accounts(pulled)["ida: spans"]
    assert spans["total"] == count_spans(server, corpus) == sum(len(ranges) for ranges, _, _ in PLANTED.values())
    assert spans["rejected"] == len(pulled.rejects) == sum(len(reasons) for _, _, reasons in PLANTED.values())


def test_spans_of_a_label_that_was_renamed_on_the_server_are_named(server, corpus):
    send(corpus, server, suggestions="suggested")
    admin(server, corpus).change_label("ORG", text="FIRM", background_color="#9999ff", suffix_key="o")
    Annotator(server, corpus).toggle("pier")
    pulled = fetch(corpus, server)
    assert surfaces(corpus, "pier") == [ANN, ANN]
    (said,) = rejected(pulled, "span")
    assert "pier" in said and "'Vell Clinic'" in said and "'FIRM' is not in labels.toml" in said
    assert any("the project has no label ORG" in remark for remark in pulled.ledger.remarks)


def test_a_label_that_was_deleted_on_the_server_takes_its_spans_along_and_is_named(server, corpus):
    send(corpus, server, suggestions="suggested")
    Annotator(server, corpus).toggle("pier")
    before = count_spans(server, corpus)
    admin(server, corpus).change_label("ORG")
    assert count_spans(server, corpus) == before - 1
    pulled = fetch(corpus, server)
    assert surfaces(corpus, "pier") == [ANN, ANN]
    assert any("the project has no label ORG" in remark for remark in pulled.ledger.remarks)


# --- texts that are others ---

ALL, WORDS = {"Ann Lode": 2, "Vell Clinic": 1}, ("Ann Lode", "Vell Clinic")
EDITED = {
    "behind": (lambda text: text + " More.", WORDS, ALL),
    "before": (lambda text: "Today, 😀😀 " + text, WORDS, ALL),
    "inside": (lambda text: text.replace("Vell", "Vell Street"), ("Ann Lode", "Vell Street Clinic"), {"Ann Lode": 2}),
    "gone": (lambda text: text.replace(" Ann Lode said so.", ""), WORDS, {"Ann Lode": 1, "Vell Clinic": 1}),
    "spaces": (lambda text: text.replace(" ", "  "), ("Ann  Lode", "Vell  Clinic"), ALL),
    "lines": (lambda text: text.replace(". ", ".\n\n"), WORDS, ALL),
    "carriage": (lambda text: text.replace(". ", ".\r\n"), WORDS, ALL),
}
"""What an admin does to a text, what is then marked in it, and what of that our text has."""


def test_spans_on_a_text_that_was_edited_on_the_server_stand_on_ours_or_are_named(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", {one: TEXTS["pier"] for one in EDITED})
    send(corpus, server)
    editor, ida = admin(server, corpus), Annotator(server, corpus)
    for one, (edit, words, _) in EDITED.items():
        editor.edit(one, edit(TEXTS["pier"]))
        ida.mark_words(one, *words, label="ORG")
    ida.toggle(*EDITED)
    pulled = fetch(corpus, server)
    for one, (_, _, kept) in EDITED.items():
        found = [words for words, _ in surfaces(corpus, one)]
        assert {words: found.count(words) for words in found} == kept, one
    (said,) = rejected(pulled, "span")
    assert said.startswith("inside") and "'Vell Street Clinic'" in said and "it is another text here" in said
    assert accounts(pulled)["ida: spans"]["total"] == 20 == count_spans(server, corpus)
    (remark,) = [remark for remark in pulled.ledger.remarks if "is not ours" in remark]
    assert all(one in remark for one in EDITED)


SLIPPED = {
    "a letter": lambda text: "A" + text,
    "a word": lambda text: "On " + text,
    "a space": lambda text: text.replace("Ann", " Ann", 1),
    "a line": lambda text: text.replace("Vell", "\nVell", 1),
    "an emoji": lambda text: text.replace("Ann", "😀Ann", 1),
    "less": lambda text: text.replace("left the ", ""),
}


@pytest.mark.parametrize("edit", SLIPPED)
def test_spans_that_slip_when_a_text_is_edited_are_never_taken_for_other_words(server, corpus, edit):
    send(corpus, server, suggestions="suggested")
    admin(server, corpus).edit("pier", SLIPPED[edit](TEXTS["pier"]))
    Annotator(server, corpus).toggle("pier")
    pulled = fetch(corpus, server)
    assert set(surfaces(corpus, "pier")) <= {ANN, ("Vell Clinic", "ORG")}
    assert len(rejected(pulled, "span")) + len(surfaces(corpus, "pier")) == 3
    assert any("is not ours: pier" in remark for remark in pulled.ledger.remarks)


def test_a_corpus_cleaned_anew_between_push_and_pull_keeps_the_words(server, tmp_path):
    texts = {"pier": "Share 😀\nAnn Lode met Per Aune.\nMore: Ann Lode\nVell Clinic"}
    old = {"pier": [Cut(30, 45, "related", "rule:related")]}
    corpus = make_corpus(tmp_path / "corpus", texts, cuts=old)
    send(corpus, server)
    ida = Annotator(server, corpus)
    ida.mark_words("pier", *SURFACES.keys() & {"Ann Lode", "Per Aune", "Vell Clinic"})
    ida.toggle("pier")
    fetch(corpus, server)
    first = surfaces(corpus, "pier")
    assert first == [ANN, ("Per Aune", "PERSON"), ("Vell Clinic", "ORG")]
    write_records(corpus.cuts_file("pier"), [Cut(0, 8, "share", "rule:share")])
    pulled = fetch(corpus, server)
    assert surfaces(corpus, "pier") == first and pulled.rejects == ()
    write_records(corpus.cuts_file("pier"), [Cut(0, 8, "share", "rule:share"), Cut(30, 57, "related", "rule:related")])
    pulled = fetch(corpus, server)
    assert surfaces(corpus, "pier") == first[:2]
    assert ["'Vell Clinic'" in said for said in rejected(pulled, "span")] == [True]


# --- documents and projects that are others ---


def upload(server, corpus, *rows):
    doccano = connect(server)
    project = doccano.find_project(f"{corpus.settings.name} spring ida")
    doccano.upload(project, [json.dumps({"label": [], **row}) for row in rows])


def confirm_all(server, corpus):
    """Confirm by the database, since foreign documents have no name that is theirs alone."""
    tamper(
        server,
        "insert into examples_examplestate (confirmed_at, confirmed_by_id, example_id) select datetime(), 1, e.id"
        " from examples_example e join projects_project p on p.id = e.project_id where p.name = ?",
        f"{corpus.settings.name} spring ida",
    )


def test_documents_that_are_not_ours_are_rejected_by_name(server, corpus):
    send(corpus, server, suggestions="suggested", ids=("pier", "quay"))
    pier = next(iter(ask(server, "select max(id) from examples_example")))[0] - 1
    upload(server, corpus, {"text": "Ann Lode came.", "doc_id": "foreign", "label": [[0, 8, "PERSON"]]})
    upload(server, corpus, {"text": TEXTS["reef"], "doc_id": "reef"})
    upload(server, corpus, {"text": TEXTS["pier"], "doc_id": "pier", "label": [[3, 11, "ORG"]]})
    upload(server, corpus, {"text": "Nameless."})
    upload(server, corpus, {"text": "Under the number of another.", "id": pier, "label": [[0, 5, "DATA"]]})
    confirm_all(server, corpus)
    pulled = fetch(corpus, server)
    documents, spans = accounts(pulled)["ida: documents"], accounts(pulled)["ida: spans"]
    assert (documents["total"], documents["pulled"], documents["rejected"]) == (7, 2, 5)
    assert (spans["total"], spans["pulled"], spans["rejected"]) == (count_spans(server, corpus), 6, 3)
    said = "\n".join(rejected(pulled, "document"))
    assert "foreign: it is not in the plan" in said and "reef: it is not in the plan" in said
    assert "pier: a document of this id is there already" in said
    assert surfaces(corpus, "pier") == [ANN, ("Vell Clinic", "ORG"), ANN]
    assert not corpus.spans_file("ida", "reef").exists()


def test_a_document_under_the_number_of_another_is_not_overlooked(server, corpus):
    send(corpus, server, suggestions="suggested", ids=("pier",))
    (pier,) = next(iter(ask(server, "select max(id) from examples_example")))
    Annotator(server, corpus).toggle("pier")
    upload(server, corpus, {"text": "Under its number.", "id": pier, "label": [[0, 5, "DATA"]]})
    upload(server, corpus, {"text": "Under its number again.", "id": pier, "label": [[0, 5, "DATA"]]})
    pulled = fetch(corpus, server)
    assert accounts(pulled)["ida: documents"]["total"] == 3
    assert accounts(pulled)["ida: spans"] == {"total": 5, "pulled": 3, "not confirmed": 2, "rejected": 0}


def test_documents_that_were_removed_on_the_server_are_named_and_those_pulled_stay(server, corpus):
    send(corpus, server, suggestions="suggested")
    Annotator(server, corpus).toggle("pier", "quay")
    fetch(corpus, server)
    before = snapshot(corpus.root / "annotations")
    admin(server, corpus).remove("quay")
    assert "ida: not on the server, though planned: quay" in fetch(corpus, server).ledger.remarks
    assert snapshot(corpus.root / "annotations") == before


def test_every_document_removed_is_no_error(server, corpus):
    send(corpus, server, ids=("pier",))
    admin(server, corpus).remove("pier")
    assert accounts(fetch(corpus, server))["ida: documents"]["total"] == 0


UNFIT = {
    "counts graphemes": {"grapheme_mode": True},
    "keeps the spans of its members apart": {"collaborative_annotation": False},
    "there is no project": {"name": "another name"},
}


@pytest.mark.parametrize("said", UNFIT)
def test_a_project_that_is_not_as_it_was_pushed_is_refused(server, corpus, said):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.toggle("pier")
    fetch(corpus, server)
    before, boss = snapshot(corpus.root), admin(server, corpus)
    boss.change(**UNFIT[said])
    with pytest.raises(StandoffError, match=said):
        fetch(corpus, server)
    assert snapshot(corpus.root) == before
    name = f"{corpus.settings.name} spring ida"
    boss.change(name=name, grapheme_mode=False, collaborative_annotation=True)
    assert fetch(corpus, server).rejects == ()
    assert snapshot(corpus.root) == before


def test_a_removed_project_is_named(server, corpus):
    send(corpus, server)
    connect(server).delete_project(connect(server).find_project(f"{corpus.settings.name} spring ida"))
    with pytest.raises(StandoffError, match="there is no project"):
        fetch(corpus, server)


def test_what_a_removed_member_did_is_still_pulled(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.mark("reef", 0, 7, "DATA")
    ida.toggle("pier", "reef")
    admin(server, corpus).expel("ida")
    fetch(corpus, server)
    assert surfaces(corpus, "pier") == [ANN, ("Vell Clinic", "ORG"), ANN]
    assert surfaces(corpus, "reef") == [("Nothing", "DATA")]


def test_a_waiting_document_whose_private_text_is_not_here_stops_no_other(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", suggested=suggest(), private=("quay",))
    send(corpus, server, with_private=True, suggestions="suggested")
    Annotator(server, corpus).toggle("pier")
    shutil.rmtree(corpus.root / "seeds" / "private")
    fetch(corpus, server)
    assert surfaces(corpus, "pier") == [ANN, ("Vell Clinic", "ORG"), ANN]
    Annotator(server, corpus).toggle("quay")
    assert rejected(fetch(corpus, server), "document") == ["quay: the text of quay is not here"]


# --- people who work at once ---


def test_an_edit_made_here_is_not_overwritten(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    ida.toggle("pier")
    fetch(corpus, server)
    path = corpus.spans_file("ida", "pier")
    path.write_text(path.read_text().replace("ORG", "DATA"))
    edited = path.read_bytes()
    pulled = fetch(corpus, server)
    assert path.read_bytes() == edited
    assert ["edited here" in said for said in rejected(pulled, "document")] == [True]
    assert accounts(pulled)["ida: spans"] == {"total": 6, "pulled": 0, "not confirmed": 3, "rejected": 3}


def clone(root, name) -> Corpus:
    git(root.parent, "clone", "-q", str(root), name)
    return Corpus(root.parent / name)


def save(corpus: Corpus, message: str) -> None:
    git(corpus.root, "add", "-A")
    git(corpus.root, "commit", "-qm", message)


def test_two_people_pull_at_once_and_merge_without_a_conflict(server, corpus):
    send(corpus, server, to=("ida", "ben"), per_doc=2, suggestions="suggested")
    git(corpus.root, "init", "-q", "-b", "main")
    save(corpus, "round")
    ida, ben = Annotator(server, corpus), Annotator(server, corpus, "ben")
    first, second = clone(corpus.root, "first"), clone(corpus.root, "second")
    ida.toggle("pier")
    fetch(first, server)
    save(first, "pier of ida")
    ida.toggle("pier", "quay")
    ida.comment("quay", "Odd.")
    ben.toggle("pier")
    fetch(second, server)
    save(second, "quay of ida, pier of ben")
    for other in (first, second):
        git(corpus.root, "pull", "-q", "--no-rebase", "--no-edit", str(other.root), "main")
    ida.toggle("pier")
    before = snapshot(corpus.root / "annotations")
    assert {one for one in before if one.startswith(("ida/", "ben/"))} == {
        "ben/layer.toml", "ben/pier.jsonl", "ida/layer.toml", "ida/pier.jsonl", "ida/quay.jsonl",
        "ida/quay.notes.jsonl",
    }  # fmt: skip
    fetch(corpus, server)
    assert snapshot(corpus.root / "annotations") == before
    assert git(corpus.root, "status", "--porcelain") == ""


def test_one_annotator_alone_is_pulled_and_an_unknown_one_is_an_error(server, corpus):
    send(corpus, server, to=("ida", "ben"), per_doc=2)
    Annotator(server, corpus).toggle("pier")
    Annotator(server, corpus, "ben").toggle("pier")
    pull(corpus, connect(server), "spring", ("ben",))
    assert corpus.layers() == ["ben", "suggested"]
    with pytest.raises(StandoffError, match="'eve' is not in the round"):
        pull(corpus, connect(server), "spring", ("eve",))


def test_the_command_line_tells_rejects_and_ends_with_1(server, corpus, monkeypatch):
    for name, value in {"URL": server.url, "USERNAME": server.username, "PASSWORD": server.password}.items():
        monkeypatch.setenv(f"DOCCANO_{name}", value)
    send(corpus, server, suggestions="suggested")
    Annotator(server, corpus).toggle("pier")
    done = standoff("doccano", "pull", "spring", cwd=corpus.root)
    assert (done.returncode, done.stderr) == (0, "")
    plant(server, corpus, "pier", 5, 9999, "PERSON")
    done = standoff("doccano", "pull", "spring", cwd=corpus.root)
    assert done.returncode == 1 and "pier [5, 9999) PERSON" in done.stdout + done.stderr
    done = standoff("doccano", "pull", "spring", "--json", cwd=corpus.root)
    assert json.loads(done.stdout)["rejects"][0]["name"].startswith("pier [5, 9999)")
