"""What doccano and its client do that loses or changes work without a word, and that it does not hurt us.

Each test shows first that doccano still behaves so, then that standoff is not hurt: one that fails in its first half
says that doccano has changed, and that the care taken for it may go.
"""

import json
import socket
import zipfile
from itertools import count

import pytest
import requests
from doccano_client import DoccanoClient
from pydantic import ValidationError

from standoff.doccano import client as ours
from standoff.doccano import fill as filling
from standoff.doccano.client import Doccano
from standoff.doccano.credentials import Login
from standoff.doccano.fill import Desk, fill
from standoff.errors import StandoffError
from standoff.formats.doccano import to_row
from standoff.formats.exchange import Annotated
from standoff.records import Span
from tests.conftest import snapshot
from tests.server.acting import (
    TEXTS,
    Annotator,
    admin,
    ask,
    connect,
    fetch,
    make_corpus,
    read_project,
    rejected,
    send,
    suggest,
    surfaces,
)

_NUMBERS = count(1)


@pytest.fixture
def client(server) -> DoccanoClient:
    """doccano's own client, without our care."""
    return connect(server)._client


@pytest.fixture
def project(server):
    """An empty project, set as ours are."""
    name = f"trap {next(_NUMBERS)}"
    return connect(server).create_project(name, description="ready", guideline="", overlap=True)


@pytest.fixture
def corpus(tmp_path):
    return make_corpus(tmp_path / "corpus", suggested=suggest())


def drop(client, project, tmp_path, *rows: object, ascii: bool = True):
    """Upload rows by the client alone; gives what it says."""
    path = tmp_path / "rows.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=ascii) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return client.upload(project.id, [str(path)], "SequenceLabeling", "JSONL")


def texts_in(server, project) -> list[str]:
    return [text for (text,) in ask(server, "select text from examples_example where project_id = ?", project.id)]


def spans_in(server, project) -> list[tuple[int, int]]:
    query = (
        "select s.start_offset, s.end_offset from labels_span s join examples_example e on e.id = s.example_id"
        " where e.project_id = ? order by s.start_offset, s.end_offset"
    )
    return ask(server, query, project.id)


# --- import ---


def test_import_guesses_the_encoding_of_a_small_file_and_stores_mojibake(server, client, project, corpus, tmp_path):
    status = drop(client, project, tmp_path, {"text": "emoji 😀 only one Bob", "label": []}, ascii=False)
    assert status.result == {"error": []}
    (stored,) = texts_in(server, project)
    assert stored != "emoji 😀 only one Bob" and stored.endswith("only one Bob")
    send(corpus, server)
    assert {one: row["text"] for one, row in Annotator(server, corpus).see().items()} == TEXTS


def test_the_client_says_nothing_of_an_import_that_failed(server, client, project, tmp_path):
    assert drop(client, project, tmp_path, {"text": "", "label": []}).result["error"]
    with pytest.raises(StandoffError, match="doccano refused documents"):
        connect(server).upload(project, ['{"text": "", "label": []}'])


def test_import_loses_a_batch_whose_rows_have_different_metadata(server, client, project, tmp_path):
    rows = [{"text": "One.", "label": [], "page": 1}, {"text": "Two.", "label": []}]
    status = drop(client, project, tmp_path, *rows)
    assert "JSON_VALID" in str(status.error or status.result) and texts_in(server, project) == []
    documents = [Annotated("a", "One."), Annotated("b", "Two.", (Span(0, 3, "DATA", "Two"),))]
    assert {tuple(to_row(one)) for one in documents} == {("text", "label", "doc_id")}


def test_an_import_that_fails_in_its_second_thousand_brings_the_first_in_four_times(server, client, project, tmp_path):
    rows: list[object] = [{"text": f"n {number}", "label": []} for number in range(1500)]
    rows[1200] = "[1]"
    drop(client, project, tmp_path, *rows)
    assert connect(server).count_documents(project) == 4000
    empty = connect(server).create_project(f"{project.name} small", description="ready", guideline="", overlap=True)
    drop(client, empty, tmp_path, *rows[1200 - filling.BATCH + 1 : 1201])
    assert connect(server).count_documents(empty) == 0  # no batch of ours is cut in two


def test_import_of_the_same_file_twice_doubles_its_documents(server, client, project, corpus, tmp_path):
    for _ in range(2):
        drop(client, project, tmp_path, {"text": "One.", "label": [], "doc_id": "a"})
    assert len(texts_in(server, project)) == 2
    for _ in range(2):
        send(corpus, server)
    assert len(read_project(server, f"{corpus.settings.name} spring ida")["rows"]) == len(TEXTS)


def test_import_drops_and_keeps_broken_spans_without_a_word(server, client, project, tmp_path):
    spans = [[4, 4, "A"], [3, 1, "A"], [-2, 2, "A"], [0, 300, "A"], [0, 3, "A"], [0, 3, "A"]]
    assert drop(client, project, tmp_path, {"text": "One two.", "label": spans}).result == {"error": []}
    assert spans_in(server, project) == [(0, 3), (0, 3), (0, 300)]


def test_import_drops_overlapping_spans_without_a_word(server, client, tmp_path):
    flat = connect(server).create_project(f"flat {next(_NUMBERS)}", description="-", guideline="", overlap=False)
    spans = [[0, 7, "A"], [4, 7, "A"]]
    assert drop(client, flat, tmp_path, {"text": "One two.", "label": spans}).result == {"error": []}
    assert len(spans_in(server, flat)) == 1
    nested = Annotated("a", "One two.", (Span(0, 7, "A", "One two"), Span(4, 7, "A", "two")))
    with pytest.raises(StandoffError, match="1 of 1 documents are not as sent"):
        fill(connect(server), Desk(f"{flat.name} desk", server.username, (), "", False, (nested,)))


def test_import_makes_a_label_of_any_word(server, client, project, corpus, tmp_path):
    drop(client, project, tmp_path, {"text": "One two.", "label": [[0, 3, "PRESON"]]})
    assert [one.name for one in connect(server).list_labels(project)] == ["PRESON"]
    doccano = connect(server)
    send(corpus, server, suggestions="suggested")
    Annotator(server, corpus).toggle("pier")
    held = doccano.find_project(f"{corpus.settings.name} spring ida")
    doccano.upload(held, [json.dumps({"text": "x y", "doc_id": "new", "label": [[0, 1, "PRESON"]]})])
    assert fetch(corpus, server).rejects == ()  # it waits, since nobody has confirmed it


def test_a_label_of_more_than_100_characters_spoils_the_clients_list(server, client, corpus, tmp_path):
    send(corpus, server, suggestions="suggested")
    held = connect(server).find_project(f"{corpus.settings.name} spring ida")
    drop(client, held, tmp_path, {"text": "One two.", "doc_id": "pier2", "label": [[0, 3, "L" * 120]]})
    with pytest.raises(ValidationError):
        client.list_label_types(held.id, "span")
    Annotator(server, corpus).toggle("pier", "pier2")
    pulled = fetch(corpus, server)
    assert surfaces(corpus, "pier") and "L" * 120 in rejected(pulled, "span")[0]


def test_suggestions_belong_to_the_admin_and_without_sharing_nobody_else_sees_them(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida, boss = Annotator(server, corpus), admin(server, corpus)
    boss.change(collaborative_annotation=False)
    assert ida.spans("pier") == []
    boss.change(collaborative_annotation=True)
    assert len(ida.spans("pier")) == 3


def test_create_example_strips_a_text(server, client, project, tmp_path):
    text = "  lead\r\ntrail \n"
    assert client.create_example(project.id, text).text == "lead\r\ntrail"
    texts = {"pier": "  \n lead 😀\n\n trail \n"}
    corpus = make_corpus(tmp_path / "spaces", texts)
    send(corpus, server)
    assert Annotator(server, corpus).see()["pier"]["text"] == texts["pier"]


# --- metadata ---


def test_reserved_metadata_replace_the_text_and_the_number(server, client, project, tmp_path):
    drop(client, project, tmp_path, {"text": "One.", "label": [], "data": "Another.", "id": 7, "filename": "f"})
    (row,) = connect(server).export(project)["all"]
    assert (row["text"], row["id"], "filename" in row) == ("Another.", 7, False)
    reserved = {"data", "id", "filename", "upload_name", "#line_number", "Comments", "entities", "example_uuid"}
    assert not reserved & set(to_row(Annotated("a", "One.")))


def test_metadata_are_damaged_by_export_but_ids_are_not(server, client, project, tmp_path):
    drop(client, project, tmp_path, {"text": "One.", "label": [], "share": 0.1234567890123456})
    assert connect(server).export(project)["all"][0]["share"] == 0.123456789
    ids = ("007", "1e5", "2024-01-01", "nan", "null", "true", "12345678901234567890", "inf")
    corpus = make_corpus(tmp_path / "ids", {one: f"Ann Lode saw {one}." for one in ids})
    send(corpus, server)
    send(corpus, server)
    ida = Annotator(server, corpus)
    ida.toggle(*ids)
    assert fetch(corpus, server).rejects == ()
    assert all(corpus.read_spans("ida", one) == [] for one in ids)


# --- pages and requests ---


def test_rest_takes_a_span_beyond_the_text_and_one_twice(server, corpus):
    send(corpus, server)
    admin(server, corpus).change(allow_overlapping=True)
    ida = Annotator(server, corpus)
    for _ in range(2):
        ida.mark("pier", 5, 9999, "DATA")
    ida.toggle("pier")
    assert len(rejected(fetch(corpus, server), "span")) == 2


def test_the_button_done_toggles(server, client, corpus):
    send(corpus, server)
    held = connect(server).find_project(f"{corpus.settings.name} spring ida")
    ida = Annotator(server, corpus)
    for confirmed in (True, False, True):
        client.update_example_state(held.id, ida.see()["pier"]["id"])
        assert ida.see()["pier"]["is_confirmed"] is confirmed
    for _ in range(2):
        fetch(corpus, server)
        send(corpus, server)
    assert [one for one, row in ida.see().items() if row["is_confirmed"]] == ["pier"]


def test_only_approved_means_confirmed(server, corpus):
    send(corpus, server)
    Annotator(server, corpus).toggle("pier")
    held = connect(server).find_project(f"{corpus.settings.name} spring ida")
    (row,) = connect(server).export(held, confirmed=True)["all"]
    assert row["doc_id"] == "pier"
    query = "select annotations_approved_by_id from examples_example where project_id = ?"
    assert set(ask(server, query, held.id)) == {(None,)}


def test_random_order_is_none_and_moves_no_export(server, corpus):
    send(corpus, server, suggestions="suggested")
    before = read_project(server, f"{corpus.settings.name} spring ida")["rows"]
    ida = Annotator(server, corpus)
    assert list(ida.see()) == [row["doc_id"] for row in before]
    admin(server, corpus).change(random_order=True)
    assert list(ida.see()) == list(ida.see())  # the same each time
    assert read_project(server, f"{corpus.settings.name} spring ida")["rows"] == before


def test_comments_are_read_by_all_members_so_each_has_a_project(server, corpus):
    send(corpus, server, to=("ida", "ben"), per_doc=2)
    ida = Annotator(server, corpus)
    ida.comment("pier", "Only mine.")
    with pytest.raises(AssertionError, match="ben sees 0 projects"):
        Annotator(server, corpus, "ben", at=f"{corpus.settings.name} spring ida")
    admin(server, corpus).change(collaborative_annotation=False)
    connect(server).add_member(connect(server).find_project(f"{corpus.settings.name} spring ida"), "ben")
    ben = Annotator(server, corpus, "ben", at=f"{corpus.settings.name} spring ida")
    said = ben._send("get", f"{ben.project}/comments?example={ben.see()['pier']['id']}")
    assert "Only mine." in json.dumps(said)


# --- export ---


def download(client, project, tmp_path, **options) -> dict[str, bytes]:
    path = client.download(project.id, "JSONL", dir_name=str(tmp_path), **options)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_export_of_nothing_is_a_blank_line(server, client, corpus, tmp_path):
    send(corpus, server)
    held = connect(server).find_project(f"{corpus.settings.name} spring ida")
    assert download(client, held, tmp_path, only_approved=True) == {"all.jsonl": b"\n"}
    assert connect(server).export(held, confirmed=True) == {"all": []}
    assert fetch(corpus, server).ledger.accounts[0].parts["untouched"] == len(TEXTS)


def test_a_removed_members_export_vanishes_where_spans_are_apart(server, client, corpus, tmp_path):
    send(corpus, server)
    ida, boss = Annotator(server, corpus), admin(server, corpus)
    ida.mark_words("pier", "Ann Lode")
    ida.toggle("pier")
    held = connect(server).find_project(f"{corpus.settings.name} spring ida")
    boss.change(collaborative_annotation=False)
    assert set(download(client, held, tmp_path)) == {"ida.jsonl", f"{server.username}.jsonl"}
    boss.expel("ida")
    assert set(download(client, held, tmp_path)) == {f"{server.username}.jsonl"}
    with pytest.raises(StandoffError, match="keeps the spans of its members apart"):
        fetch(corpus, server)
    boss.change(collaborative_annotation=True)
    fetch(corpus, server)
    assert surfaces(corpus, "pier") == [("Ann Lode", "PERSON")] * 2


def test_removing_no_document_removes_all(server, client, project, tmp_path):
    drop(client, project, tmp_path, {"text": "One.", "label": []})
    connect(server).delete_documents(project, [])
    assert len(texts_in(server, project)) == 1
    client.bulk_delete_examples(project.id, [])
    assert texts_in(server, project) == []


# --- names, people, waiting ---


def test_a_project_name_has_100_characters(server, tmp_path):
    with pytest.raises(StandoffError, match="cannot create the project"):
        connect(server).create_project("n" * 101, description="-", guideline="", overlap=False)
    corpus = make_corpus(tmp_path / "corpus")
    path = corpus.root / "standoff.toml"
    path.write_text(path.read_text().replace(corpus.settings.name, f"{corpus.settings.name}{'n' * 120}"))
    corpus = type(corpus)(corpus.root)
    send(corpus, server, to=("ida", "ben"), per_doc=2)
    plan_names = [f"{corpus.settings.name}"[: 100 - len(f" spring {who}")] + f" spring {who}" for who in ("ida", "ben")]
    for who, name in zip(("ida", "ben"), plan_names, strict=True):
        Annotator(server, corpus, who, at=name).toggle("pier")
    assert [one.parts.get("pulled") for one in fetch(corpus, server).ledger.accounts] == [1, 0, 1, 0]


def test_weak_passwords_are_refused_and_ours_are_not(server):
    with pytest.raises(StandoffError, match="too common") as caught:
        connect(server).create_user("weak.one", "password")
    assert "\n" not in str(caught.value)
    assert not connect(server).has_user("weak.one")


def test_projects_of_every_other_kind_are_no_obstacle(server, client, corpus):
    kinds = (
        "DocumentClassification", "Seq2seq", "Speech2text", "ImageClassification", "BoundingBox", "Segmentation",
        "ImageCaptioning", "IntentDetectionAndSlotFilling",
    )  # fmt: skip
    for kind in kinds:
        client.create_project(f"{corpus.settings.name} {kind}", kind, description="-")
    send(corpus, server)
    name = f"{corpus.settings.name} autumn ida"
    client.create_project(name, "Seq2seq", description="-", collaborative_annotation=True)
    with pytest.raises(StandoffError, match="is no sequence labelling project"):
        fill(connect(server), Desk(name, "ida", (), "", False, ()))


def test_two_projects_of_one_name_are_told_apart_by_nobody(server, corpus):
    send(corpus, server)
    before = snapshot(corpus.root)
    name = f"{corpus.settings.name} spring ida"
    connect(server).create_project(name, description="-", guideline="", overlap=False)
    for run in (send, fetch):
        with pytest.raises(StandoffError, match="two projects have the name"):
            run(corpus, server)
    assert snapshot(corpus.root) == before


def test_the_client_waits_for_ever_and_we_do_not(monkeypatch):
    seen, whole = [], requests.Session.send

    def send_(self, request, **options):
        seen.append(options["timeout"])
        return whole(self, request, **options)

    monkeypatch.setattr(requests.Session, "send", send_)
    monkeypatch.setattr(ours, "_TIMEOUT", (0.5, 0.5))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StandoffError, match="did not answer"):
            Doccano(Login(url, "ida", "secret-of-ida"))
    with pytest.raises(requests.ConnectionError):
        DoccanoClient("http://127.0.0.1:9").login("ida", "secret-of-ida")
    assert seen == [(0.5, 0.5), None]
