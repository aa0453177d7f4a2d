"""Rounds put on a real doccano: what annotators find there, twice as once, and every fault healed or named."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from standoff.corpus import Corpus
from standoff.doccano import fill as filling
from standoff.doccano.client import Button, Doccano
from standoff.doccano.credentials import Login
from standoff.doccano.members import ensure_account, read_usernames
from standoff.doccano.order import Order
from standoff.doccano.push import push, to_guideline
from standoff.doccano.rounds import Deal, Round, read_round, round_file
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import Cut, Span
from tests.conftest import ROOT, find_spans, snapshot, standoff
from tests.server.acting import (
    SURFACES,
    TEXTS,
    Annotator,
    admin,
    ask,
    connect,
    git,
    make_corpus,
    read_everything,
    read_password,
    read_project,
    send,
    suggest,
    tamper,
)  # fmt: skip

MANY = {f"d{number:03}": f"Ann Lode saw {number} boats, 😀 and Per Aune none." for number in range(10)}


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    return make_corpus(tmp_path / "corpus", suggested=suggest())


def project_of(corpus: Corpus, annotator: str = "ida") -> str:
    return f"{corpus.settings.name} spring {annotator}"


# --- what annotators find ---


def test_each_annotator_has_a_project_of_their_own(server, corpus):
    shutil.rmtree(corpus.labels_file.parent)
    shutil.copytree(ROOT / "guidelines", corpus.labels_file.parent)
    ledger = send(corpus, server, to=("ida", "ben"), per_doc=2)
    assert [(one.name, one.total, one.parts) for one in ledger.accounts] == [
        (f"{who}: documents", 3, {"uploaded": 3, "there already": 0}) for who in ("ida", "ben")
    ]
    for who in ("ida", "ben"):
        state = read_project(server, project_of(corpus, who))
        assert state["settings"] == ("ready", "SequenceLabeling", True, False, False)
        assert state["members"] == {server.username: "project_admin", who: "annotator"}
        assert {row["doc_id"]: row["text"] for row in state["rows"]} == TEXTS
        assert state["confirmed"] == [(0,)]
    ((shown,),) = ask(server, "select guideline from projects_project where name = ?", project_of(corpus))
    assert shown == to_guideline(corpus).strip() != ""


def test_labels_have_colours_and_keys(server, corpus):
    path = corpus.labels_file
    path.write_text(path.read_text().replace('hotkey = "o"', 'hotkey = "O"').replace('hotkey = "d"', 'hotkey = "é"'))
    send(corpus, server)
    assert connect(server).list_labels(connect(server).find_project(project_of(corpus))) == [
        Button("PERSON", "#ff9999", "p"), Button("ORG", "#9999ff", ""), Button("DATA", "#99ff99", ""),
    ]  # fmt: skip


def test_suggestions_are_seen_by_the_annotator_and_never_count_as_done(server, corpus):
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    for one, text in TEXTS.items():
        assert ida.spans(one) == sorted((span.text, span.label) for span in find_spans(text, SURFACES))
    assert not any(row["is_confirmed"] for row in ida.see().values())


OFFSETS = {
    "plain": "Ann Lode came.",
    "emoji": "😀😀 Ann Lode 😀 came.",
    "zwj": "👨‍👩‍👧‍👦 Ann Lode 🏳️‍🌈 Per Aune.",
    "combining": "e\u0301a\u0308 Ann Lode\u0301 o\u0302 Per Aune",
    "spaces": "\u00a0Ann Lode\tsaw\u2028Per Aune\u202f😀",
    "lines": "\n\nAnn Lode\n\n😀\nPer Aune\n",
    "flags": "🇳🇴🇩🇰Ann Lode🇸🇪Per Aune",
    "scripts": "𝒜nn שלום Ann Lode 漢字𠮷 Per Aune مرحبا",
    "odd": "\x01\x7f \ufeff Ann Lode \\u0041 \\n \"Per Aune' & <b>",
}


def test_offsets_go_to_utf16_for_any_text(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", OFFSETS, suggested=suggest(OFFSETS))
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    for one, text in OFFSETS.items():
        assert ida.spans(one) == sorted((span.text, span.label) for span in find_spans(text, SURFACES)) != []


def test_what_was_cut_is_not_sent_and_moves_the_suggestions(server, tmp_path):
    texts = {"pier": "Share 😀\nAnn Lode met Per Aune.\nMore by Ann Lode"}
    cuts = {"pier": [Cut(0, 8, "share", "rule:share"), Cut(30, 47, "related", "rule:related")]}
    corpus = make_corpus(tmp_path / "corpus", texts, suggested=suggest(texts), cuts=cuts)
    send(corpus, server, suggestions="suggested")
    ida = Annotator(server, corpus)
    assert ida.see()["pier"]["text"] == "Ann Lode met Per Aune."
    assert ida.spans("pier") == [("Ann Lode", "PERSON"), ("Per Aune", "PERSON")]


def test_a_suggestion_that_doccano_cannot_hold_is_left_out(server, tmp_path):
    spans = [Span(0, 8, "PERSON", "Ann Lode"), Span(0, 3, "ORG", "Ann"), Span(9, 12, "SHIP", "saw")]
    corpus = make_corpus(tmp_path / "corpus", {"pier": "Ann Lode saw."}, suggested={"pier": spans})
    send(corpus, server, suggestions="suggested")
    assert Annotator(server, corpus).spans("pier") == [("Ann Lode", "PERSON")]
    assert [one.name for one in connect(server).list_labels(connect(server).find_project(project_of(corpus)))] == [
        "PERSON", "ORG", "DATA",
    ]  # fmt: skip


def test_control_documents_are_mixed_in_and_calibration_is_for_everybody(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", {**TEXTS, **MANY})
    for one in ("d000", "d001", "d002"):
        write_records(corpus.spans_file("gold", one), find_spans(MANY[one], SURFACES))
    send(corpus, server, to=("ida", "ben"), ids=tuple(TEXTS), control=2)
    for deal in read_round(corpus, "spring").deals:
        assert set(deal.control) < {"d000", "d001", "d002"} and len(deal.control) == 2
        seen = Annotator(server, corpus, deal.annotator)
        assert list(seen.see()) == list(deal.documents)
        assert [seen.spans(one) for one in deal.control] == [[], []]
    send(corpus, server, "trial", to=("ida", "ben"), ids=("d007", "d008"), calibration=True)
    assert all(set(Annotator(server, corpus, who, "trial").see()) == {"d007", "d008"} for who in ("ida", "ben"))


# --- twice is as once ---


def test_twice_changes_nothing(server, corpus):
    git(corpus.root, "init", "-q")
    send(corpus, server, to=("ida", "ben"), per_doc=2, suggestions="suggested")
    Annotator(server, corpus).toggle("pier")
    before = read_everything(server), snapshot(corpus.root)
    for _ in range(2):
        ledger = push(corpus, connect(server), "spring", None)
        assert [one.parts for one in ledger.accounts] == [{"uploaded": 0, "there already": 3}] * 2
    send(corpus, server, to=("ida", "ben"), suggestions="suggested")
    assert (read_everything(server), snapshot(corpus.root)) == before
    with pytest.raises(StandoffError, match="without effect on the round 'spring': --per-doc"):
        send(corpus, server, to=("ida", "ben"), per_doc=2)
    assert (read_everything(server), snapshot(corpus.root)) == before


def test_one_more_label_of_ours_leaves_a_project_in_use_alone(server, corpus):
    send(corpus, server)
    before = read_everything(server)
    path = corpus.labels_file
    path.write_text(path.read_text() + path.read_text().partition("[[label]]")[1] + SHIP)
    send(corpus, server)
    assert read_everything(server) == before


SHIP = '\nname = "SHIP"\ndefinition = "A ship."\ncolor = "#123456"\nhotkey = "s"\nontonotes = ""\nconll = ""\n'

# --- faults on the way ---


@pytest.fixture
def ten(tmp_path, monkeypatch) -> Corpus:
    """Ten documents in batches of four."""
    monkeypatch.setattr(filling, "BATCH", 4)
    return make_corpus(tmp_path / "corpus", MANY, suggested=suggest(MANY))


@pytest.fixture(scope="module")
def wanted(server, tmp_path_factory):
    """What an undisturbed push of the ten gives, names apart."""
    corpus = make_corpus(tmp_path_factory.mktemp("undisturbed"), MANY, suggested=suggest(MANY))
    send(corpus, server, suggestions="suggested")
    return read_project(server, project_of(corpus))


def in_plan_order(state, corpus):
    order = list(read_round(corpus, "spring").deals[0].documents)
    assert [row["doc_id"] for row in state["rows"]] == order
    return {**state, "rows": sorted(state["rows"], key=lambda row: row["doc_id"])}


def require_wanted(server, corpus, wanted):
    rows = sorted(wanted["rows"], key=lambda row: row["doc_id"])
    assert in_plan_order(read_project(server, project_of(corpus)), corpus) == {**wanted, "rows": rows}


def spoil(monkeypatch, times: int, row: str = "[1]") -> None:
    """Let doccano refuse a row in the middle of so many uploads, from the second on."""
    whole, calls = Doccano.upload, list[int]()

    def upload(self, project, rows):
        calls.append(len(rows))
        bad = 2 <= len(calls) < 2 + times
        whole(self, project, [*rows[:2], row, *rows[2:]] if bad else rows)

    monkeypatch.setattr(Doccano, "upload", upload)


@pytest.mark.parametrize("row", ["[1]", '{"text": ""}', '{"text": "one too many"}'])
def test_a_batch_that_fails_once_is_rolled_back_and_sent_again(server, ten, wanted, monkeypatch, row):
    spoil(monkeypatch, 1, row)
    assert send(ten, server, suggestions="suggested").accounts[0].parts == {"uploaded": 10, "there already": 0}
    require_wanted(server, ten, wanted)


def test_a_batch_that_fails_always_leaves_what_was_whole_and_a_later_push_goes_on(server, ten, wanted, monkeypatch):
    with monkeypatch.context() as patch:
        spoil(patch, 99)
        with pytest.raises(StandoffError, match="doccano refused documents"):
            send(ten, server, suggestions="suggested")
    state = read_project(server, project_of(ten))
    assert len(state["rows"]) == 4
    assert state["settings"][0] == "being filled; do not use yet"
    assert "ida" not in state["members"]
    ledger = send(ten, server, suggestions="suggested")
    assert ledger.accounts[0].parts == {"uploaded": 6, "there already": 4}
    require_wanted(server, ten, wanted)


TAMPERED = {
    "a text that is another": "update examples_example set text = text || ' ' where id = {second}",
    "a text in another normal form": "update examples_example set text = 'A' || char(778) where id = {second}",
    "an id that is another": 'update examples_example set meta = \'{{"doc_id": "x"}}\' where id = {second}',
    "spans that are gone": "delete from labels_span where example_id = {second}",
    "a span that has moved": "update labels_span set end_offset = end_offset + 1 where example_id = {second}",
    "a document that is gone": "delete from examples_example where id = {first}",
}


@pytest.mark.parametrize("fault", TAMPERED)
def test_what_is_not_as_sent_is_healed_before_anybody_uses_it(server, ten, wanted, monkeypatch, fault):
    with monkeypatch.context() as patch:
        patch.setattr(Doccano, "describe", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send(ten, server, suggestions="suggested")
    project = connect(server).find_project(project_of(ten))
    ids = [
        one for (one,) in ask(server, "select id from examples_example where project_id = ? order by id", project.id)
    ]
    assert len(ids) == 10
    if "gone" in fault:
        tamper(server, f"delete from labels_span where example_id = {ids[0]}")
    assert tamper(server, TAMPERED[fault].format(first=ids[0], second=ids[1])) > 0
    send(ten, server, suggestions="suggested")
    require_wanted(server, ten, wanted)


def test_more_than_a_thousand_documents_go_in_batches(server, tmp_path, monkeypatch):
    texts = {f"n{number:04}": f"Boat {number} of Ann Lode 😀." for number in range(1205)}
    corpus, sizes, whole = make_corpus(tmp_path / "corpus", texts), list[int](), Doccano.upload

    def upload(self, project, rows):
        sizes.append(len(rows))
        whole(self, project, rows)

    monkeypatch.setattr(Doccano, "upload", upload)
    send(corpus, server)
    assert sum(sizes) == 1205 and max(sizes) < 1000 and len(sizes) > 1
    state = read_project(server, project_of(corpus))
    assert {row["doc_id"]: row["text"] for row in state["rows"]} == texts
    assert len(state["rows"]) == 1205


def change_plan(server, corpus):
    admin(server, corpus).remove("quay")


def add(**row):
    """Somebody imports a document of their own."""

    def change(server, corpus):
        doccano = connect(server)
        doccano.upload(doccano.find_project(project_of(corpus)), [json.dumps({"label": [], **row})])

    return change


IN_USE = {
    "documents were removed from it: quay": change_plan,
    "documents are not of the plan: foreign": add(text="Not ours.", doc_id="foreign"),
    "documents are not of the plan: doccano's ": add(text="Nameless."),
    "documents are in it twice: pier": add(text=TEXTS["pier"], doc_id="pier"),
    "counts graphemes": lambda server, corpus: admin(server, corpus).change(grapheme_mode=True),
    "does not share": lambda server, corpus: admin(server, corpus).change(collaborative_annotation=False),
}


@pytest.mark.parametrize("said", IN_USE)
def test_a_project_in_use_that_somebody_changed_is_named_and_left_alone(server, corpus, said):
    send(corpus, server)
    IN_USE[said](server, corpus)
    before = read_everything(server)
    with pytest.raises(StandoffError) as caught:
        send(corpus, server)
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert read_everything(server) == before


def test_a_member_who_was_removed_is_added_again(server, corpus):
    send(corpus, server)
    admin(server, corpus).expel("ida")
    assert "ida" not in read_project(server, project_of(corpus))["members"]
    send(corpus, server)
    assert "ida" in read_project(server, project_of(corpus))["members"]


# --- what may not go, and who is who ---


def test_private_texts_go_only_when_it_is_said(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", private=("quay",))
    send(corpus, server)
    assert set(Annotator(server, corpus).see()) == {"pier", "reef"}
    with pytest.raises(StandoffError, match="not to be pushed: quay"):
        send(corpus, server, "summer", ids=("quay",))
    send(corpus, server, "summer", ids=("quay",), with_private=True)
    assert Annotator(server, corpus, name="summer").see()["quay"]["text"] == TEXTS["quay"]
    before = read_everything(server)
    with pytest.raises(StandoffError, match="not to be pushed: quay"):  # a clone of the plan, another server
        push(corpus, connect(server), "summer", None)
    assert read_everything(server) == before
    send(corpus, server, "summer", with_private=True)
    assert read_everything(server) == before


def test_who_has_nothing_to_read_gets_no_account(server, corpus):
    ledger = send(corpus, server, to=("nora", "olaf"), ids=("pier",))
    ((name, _),) = [(deal.annotator, deal.documents) for deal in read_round(corpus, "spring").deals]
    (idle,) = {"nora", "olaf"} - {name}
    assert f"{idle}: nothing to read, so no account and no project" in ledger.remarks
    assert connect(server).has_user(name) and not connect(server).has_user(idle)
    assert connect(server).find_project(project_of(corpus, idle)) is None


def test_a_text_that_is_empty_once_cleaned_is_named_before_anything_is_sent(server, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", cuts={"quay": [Cut(0, len(TEXTS["quay"]), "other", "person:ida")]})
    before = read_everything(server)
    with pytest.raises(StandoffError, match="quay has no text once it is cleaned"):
        send(corpus, server)
    assert read_everything(server) == before
    assert not round_file(corpus, "spring").exists()


def test_a_layer_of_suggestions_that_is_not_there_is_an_error(server, corpus):
    with pytest.raises(StandoffError, match="there is no layer 'sugested'"):
        send(corpus, server, suggestions="sugested")
    assert not round_file(corpus, "spring").exists()


def test_members_toml_says_who_is_behind_a_pseudonym(server, corpus):
    (corpus.root / "members.toml").write_text('[reader-a]\nusername = "ida.holm+x@example.org"\n')
    ledger = send(corpus, server, to=("reader-a",))
    assert any("the account ida.holm+x@example.org is new" in remark for remark in ledger.remarks)
    assert "ida.holm+x@example.org" in read_project(server, project_of(corpus, "reader-a"))["members"]
    at = project_of(corpus, "reader-a")
    assert set(Annotator(server, corpus, "ida.holm+x@example.org", at=at).see()) == set(TEXTS)
    files = [path for path in corpus.root.rglob("*") if path.is_file() and path.name != "members.toml"]
    assert not any(b"ida.holm" in path.read_bytes() for path in files)
    assert send(corpus, server, to=("reader-a",)).remarks == ()


def test_members_toml_that_git_has_or_would_take_is_refused(server, corpus):
    (corpus.root / "members.toml").write_text('[ida]\nusername = "ida.holm"\n')
    assert read_usernames(corpus, ["ida"]) == {"ida": "ida.holm"}
    git(corpus.root, "init", "-q")
    assert read_usernames(corpus, ["ida"]) == {"ida": "ida.holm"}
    git(corpus.root, "add", "-f", "members.toml")
    with pytest.raises(StandoffError, match="git would take this file"):
        send(corpus, server)
    git(corpus.root, "rm", "-q", "--cached", "members.toml")
    (corpus.root / ".gitignore").write_text("/seeds/private/\n")
    with pytest.raises(StandoffError, match="git would take this file"):
        send(corpus, server)
    assert not round_file(corpus, "spring").exists()


def test_a_password_file_is_that_of_one_account_alone_and_its_folders_are_the_owners(
    server, corpus, tmp_path, monkeypatch
):
    monkeypatch.setenv("STANDOFF_DOCCANO_HOME", str(tmp_path / "new" / "state"))
    names = [f"{corpus.settings.name}.new", corpus.settings.name, f"{corpus.settings.name}.old"]
    files = [Path(ensure_account(connect(server), name).rpartition(" is in ")[2]) for name in names]
    passwords = [path.read_text().strip() for path in files]
    assert len(set(passwords)) == 3 and sorted(files[0].parent.iterdir()) == sorted(files)
    for name, password in zip(names, passwords, strict=True):
        Doccano(Login(server.url, name, password))
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "new" / "state").rglob("*") if path.is_dir()}
    assert modes == {0o700} == {(tmp_path / "new" / "state").stat().st_mode & 0o777}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_what_a_killed_push_has_made_meanwhile_is_no_error(server, corpus, monkeypatch):
    send(corpus, server)
    held = connect(server).find_project(project_of(corpus))
    known, answers = connect(server).list_labels(held), iter([False, True])
    monkeypatch.setattr(Doccano, "has_user", lambda *_: next(answers))
    ensure_account(connect(server), "ida")
    connect(server).describe(held, "being filled; do not use yet")
    labels, lists = connect(server).list_labels, iter([[], known, known, known])
    monkeypatch.setattr(Doccano, "list_labels", lambda *_: next(lists))
    monkeypatch.setattr(Doccano, "has_user", lambda *_: True)
    send(corpus, server)
    monkeypatch.undo()
    assert labels(held) == known


@pytest.mark.parametrize("name", ["", "../ida", "ida holm", "a/b", "ida\n", 7])
def test_a_username_that_doccano_cannot_have_is_refused_before_it_names_a_file(corpus, name):
    (corpus.root / "members.toml").write_text(f"[ida]\nusername = {json.dumps(name)}\n")
    with pytest.raises(StandoffError, match=r"\[ida\] has no username"):
        read_usernames(corpus, ["ida"])


def test_long_names_never_bring_two_annotators_into_one_project(corpus):
    named = replace(corpus.settings, name="h" * 120)
    long = Corpus(corpus.root)
    long.__dict__["settings"] = named
    plan = Round("r" * 40, "1", "", False, (Deal("a" * 39 + "b", ()), Deal("a" * 39 + "c", ())))
    names = {plan.project_name(long, deal.annotator) for deal in plan.deals}
    assert len(names) == 2 and {len(one) for one in names} == {100}


# --- what cannot go, in one line ---


def test_only_an_admin_can_push_and_is_told_so(server, corpus, tmp_path):
    send(corpus, server)
    other = make_corpus(tmp_path / "other")
    with pytest.raises(StandoffError, match=r"refused to .*403"):
        push(other, Doccano(Login(server.url, "ida", read_password(server, "ida"))), "spring", Order(("ida",)))


def said_in_one_line(done, *secrets: str) -> str:
    assert done.returncode in (1, 2)
    said = done.stdout + done.stderr
    assert "Traceback" not in said and not any(one in said for one in secrets)
    (line,) = [line for line in said.splitlines() if line.startswith("standoff: ")]
    return line


@pytest.fixture
def shell(server, corpus, monkeypatch):
    """The command line as a person has it who says where the server is by the environment."""
    values = {"DOCCANO_URL": server.url, "DOCCANO_USERNAME": server.username, "DOCCANO_PASSWORD": server.password}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: standoff("doccano", *arguments, cwd=corpus.root)


def test_push_by_the_command_line(server, corpus, shell):
    done = shell("push", "spring", "--to", "ida", "--suggestions", "suggested", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ida: documents"] == {"total": 3, "uploaded": 3, "there already": 0}
    done = shell("push", "spring")
    assert done.returncode == 0, done.stderr
    assert server.url in done.stdout
    secrets = [server.password, read_password(server, "ida")]
    assert not any(secret in done.stdout + done.stderr for secret in secrets)
    files = [path.read_bytes() for path in corpus.root.rglob("*") if path.is_file()]
    assert not any(secret.encode() in data for secret in secrets for data in files)


def test_a_wrong_password_is_an_error_of_one_line(shell, monkeypatch):
    monkeypatch.setenv("DOCCANO_PASSWORD", "not-the-pass-word-9")
    for verb in (["push", "spring", "--to", "ida"], ["pull", "spring"]):
        assert "log in" in said_in_one_line(shell(*verb), "not-the-pass-word-9")


def test_a_server_that_is_down_is_an_error_of_one_line(server, shell, monkeypatch):
    monkeypatch.setenv("DOCCANO_URL", "http://127.0.0.1:9")
    for verb in (["push", "spring", "--to", "ida"], ["pull", "spring"]):
        assert "did not answer" in said_in_one_line(shell(*verb), server.password)


def test_a_round_that_nobody_planned_is_an_error_of_one_line(shell):
    assert "for whom?" in said_in_one_line(shell("push", "spring"))
    assert "no round 'spring'" in said_in_one_line(shell("pull", "spring"))
