"""`standoff doccano audit` on the real server: every fault planted is found and counted, a clean twin has none."""

import json
import re
from itertools import count
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner

from standoff.cli.audit import audit as command
from standoff.doccano.audit.spans import _RULES
from standoff.doccano.audit.whole import audit
from standoff.doccano.client import Doccano
from standoff.doccano.credentials import Login, state_folder
from standoff.errors import StandoffError
from tests.conftest import ROOT
from tests.server.acting import Annotator, ask, connect, read_everything, tamper

_NUMBERS = count(1)
DOCS = (ROOT / "docs" / "doccano-audit.md").read_text(encoding="utf-8")
APP = typer.Typer()
APP.command()(command)
PASSWORD = "Harbour-tide-77"
PIER = "😀 Ann Lode left the Vell Clinic."
QUAY = "👨‍👩‍👧 cafe\u0301 Per Aune knew.\r\nAnn Lode too."
REEF = "Nothing was lost at all."
WORDS = {"Ann Lode": "PERSON", "Per Aune": "PERSON", "Vell Clinic": "ORG"}


def utf16(text: str, word: str) -> tuple[int, int]:
    start = len(text[: text.index(word)].encode("utf-16-le")) // 2
    return start, start + len(word.encode("utf-16-le")) // 2


def row(name: str, text: str, *, words=WORDS, label=None, **meta) -> dict:
    spans = [[*utf16(text, word), tag] for word, tag in words.items() if word in text]
    return {"text": text, "doc_id": name, "label": spans if label is None else label, **meta}


CLEAN = [row("pier", PIER), row("quay", QUAY), row("reef", REEF)]


class Bench:
    """A project with its documents and people, made by the ways that people make them."""

    def __init__(self, server, rows, *, sharing=True, people=(), **mode) -> None:
        self.server, self.doccano = server, connect(server)
        self.name = f"audit {next(_NUMBERS)}"
        client = self.doccano._client
        self.project = client.create_project(
            self.name, "SequenceLabeling", description="-", collaborative_annotation=sharing,
            **{"allow_overlapping": True, **mode},
        )  # fmt: skip
        for user in people:
            if not self.doccano.has_user(user):
                self.doccano.create_user(user, PASSWORD)
                path = state_folder() / "passwords" / server.url.partition("://")[2] / user
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(PASSWORD)
            self.doccano.add_member(self.project, user)
        if rows:
            self.doccano.upload(self.project, [json.dumps(one) for one in rows])

    def person(self, user: str = "") -> Annotator:
        return Annotator(self.server, None, user or self.server.username, at=self.name)

    def audit(self, server=None):
        (found,) = audit(server or self.doccano, [self.project.id])
        return found

    def meta(self, document: str, **values) -> None:
        """Metadata that an import swallows but that an older import or the web interface has left."""
        query = "update examples_example set meta = json_patch(meta, ?) where project_id = ? and {} = ?"
        query = query.format("json_extract(meta, '$.doc_id')")
        assert tamper(self.server, query, json.dumps(values), self.project.id, document) == 1

    def plant(self, document: str, start: int, end: int, label: str, *, score: float = 0.0, user: int = 1) -> None:
        query = (
            "select e.id, l.id from examples_example e join label_types_spantype l on l.project_id = e.project_id"
            " where e.project_id = ? and json_extract(e.meta, '$.doc_id') = ? and l.text = ?"
        )
        ((item, kind),) = ask(self.server, query, self.project.id, document, label)
        tamper(
            self.server,
            "insert into labels_span (prob, manual, created_at, updated_at, start_offset, end_offset, example_id,"
            " label_id, user_id, uuid) values (?, 0, datetime(), datetime(), ?, ?, ?, ?, ?, ?)",
            score, start, end, item, kind, user, uuid4().hex,
        )  # fmt: skip


def counts(audited, *severities: str) -> dict[str, int]:
    return {one.rule: one.count for one in audited.findings if one.severity in (severities or ("broken", "lost"))}


def examples(audited, rule: str) -> str:
    return "\n".join(next(one.examples for one in audited.findings if one.rule == rule))


@pytest.mark.parametrize("sharing", [True, False])
@pytest.mark.parametrize("grapheme", [True, False])
@pytest.mark.parametrize("relations", [True, False])
def test_a_clean_project_has_no_finding(server, sharing, grapheme, relations):
    rows = CLEAN
    if grapheme:
        rows = [
            row("pier", PIER, label=[[2, 10, "PERSON"], [20, 31, "ORG"]]),
            row("quay", QUAY, label=[[7, 15, "PERSON"], [22, 30, "PERSON"]]),
            row("reef", REEF),
        ]
    bench = Bench(server, [] if relations else rows, sharing=sharing, grapheme_mode=grapheme, use_relation=relations)
    if relations:
        client = bench.doccano._client
        for label in ("PERSON", "ORG"):
            client.create_label_type(bench.project.id, "span", label, color="#204080")
        bench.doccano.upload(bench.project, [json.dumps({**one, "label": []}) for one in rows])
        for one in rows:
            for start, end, label in one["label"]:
                bench.plant(one["doc_id"], start, end, label)
    found = bench.audit()
    assert found.is_sound and counts(found) == {}
    assert (found.documents, sum(found.spans.values())) == (3, 4)
    assert found.facts.relations is relations and found.facts.sharing is sharing
    assert found.units.seems == ("graphemes" if grapheme else "utf16") and found.units.certain
    assert found.units.telling == 4
    assert counts(found, "note") == {"span-behind": 2 if grapheme else 4}
    unseen = ["spans of former members: they cannot be counted where there are relations"]
    assert list(found.unseen) == (unseen if relations and not sharing else [])


def test_broken_spans_are_found_by_kind(server):
    bench = Bench(
        server, [*CLEAN, row("cape", "Ida Holm sat on the quay, and Ida Holm rose.", label=[[0, 8, "PERSON"]])]
    )
    bench.plant("cape", 5, 5, "ORG")
    bench.plant("cape", 9, 4, "ORG")
    bench.plant("cape", 40, 99, "ORG")
    bench.plant("reef", 8, 300, "ORG")
    bench.plant("cape", 0, 8, "PERSON")
    bench.plant("cape", 0, 8, "PERSON")
    bench.plant("cape", 4, 12, "ORG")  # Holm sat: overlaps the three
    bench.plant("reef", 8, 12, "ORG")  # ` was`
    bench.plant("reef", 0, 5, "ORG")  # `Nothi`
    bench.plant("pier", 1, 10, "ORG")  # half of the emoji, and no word in any unit
    bench.plant("quay", 12, 13, "ORG")  # cafe without its accent: `e`
    found = bench.audit()
    assert counts(found) == {
        "span-empty": 2, "span-outside": 2, "span-inside": 1, "span-half": 1, "span-twice": 2,
    }  # fmt: skip
    assert counts(found, "note") == {
        "span-overlap": 6, "span-space": 1, "span-half-word": 1, "span-behind": 4,
    }  # fmt: skip
    assert "doc_id cape [40, 99) ORG, of 44 characters" in examples(found, "span-outside")
    assert "doc_id cape [5, 5) ORG" in examples(found, "span-empty")
    assert "UTF-16 units: nothing, code points: ' Ann Lode'" in examples(found, "span-inside")


def test_offsets_in_code_points_are_told_from_the_pages(server):
    rows = [row("twin", "😀😀 Ann Lode.", label=[[3, 11, "PERSON"]])]
    for one in CLEAN:
        text = one["text"]
        places = [(text.index(word), word, tag) for word, tag in WORDS.items() if word in text]
        rows.append({**one, "label": [[start, start + len(word), tag] for start, word, tag in places]})
    bench = Bench(server, rows)
    found = bench.audit()
    assert (found.units.seems, found.units.certain, found.units.telling) == ("codepoints", True, 5)
    assert dict(found.units.fits) == {"utf16": 0, "codepoints": 5, "graphemes": 3}  # all but those of the quay
    assert counts(found) == {"span-shifted-certain": 1, "span-shifted-likely": 4}
    assert "UTF-16 units: nothing, code points: 'Ann Lode'" in examples(found, "span-shifted-certain")
    assert "UTF-16 units: ' Ann Lod', code points: 'Ann Lode'" in examples(found, "span-shifted-likely")
    bench.plant("pier", *utf16(PIER, "Ann Lode"), "PERSON")
    mixed = bench.audit()
    assert (mixed.units.seems, mixed.units.certain) == ("mixed", False)
    assert dict(mixed.units.fits) == {"utf16": 1, "codepoints": 5, "graphemes": 3}


def test_offsets_in_graphemes_are_told_from_the_pages(server):
    rows = [
        row("pier", PIER, label=[[2, 10, "PERSON"]]),
        row("quay", QUAY, label=[[7, 15, "PERSON"], [22, 30, "PERSON"]]),
    ]
    found = Bench(server, rows).audit()
    assert (found.units.seems, found.units.certain) == ("graphemes", True)
    assert counts(found) == {"span-shifted-certain": 1, "span-shifted-likely": 2}  # UTF-16 unit 7 is half an emoji
    right = Bench(server, rows, grapheme_mode=True).audit()
    assert right.is_sound and right.units.seems == "graphemes"


def test_documents_twice_and_a_failed_import(server, tmp_path):
    bench = Bench(server, [*CLEAN, row("pier2", PIER), row("reef", REEF + " Again.")])
    found = bench.audit()
    assert counts(found) == {"text-twice": 1, "id-twice": 1}
    assert re.fullmatch(rf"doc_id pier: numbers \d+, \d+: {PIER!r}", examples(found, "text-twice"))
    bench = Bench(server, [])
    rows = [json.dumps({"text": f"n {number}", "label": []}) for number in range(1500)]
    rows[1200] = "[1]"
    with pytest.raises(StandoffError):
        bench.doccano.upload(bench.project, rows)
    found = bench.audit()
    assert found.documents == 4000
    assert counts(found) == {"text-twice": 3000, "batch-again": 1}
    assert "1,000 documents from" in examples(found, "batch-again")
    assert "4 times (file rows.jsonl)" in examples(found, "batch-again")
    bench.doccano.delete_project(bench.project)


def test_damage_done_at_import(server, tmp_path):
    bench = Bench(server, [row("lost", "Per Aune \ufffdknew."), row("null", "Ann\0Lode knew.", words={}), *CLEAN])
    path = tmp_path / "small.jsonl"
    path.write_text('{"text": "emoji 😀 only one Bob", "label": [], "doc_id": "m"}\n', encoding="utf-8")
    bench.doccano._client.upload(bench.project.id, [str(path)], "SequenceLabeling", "JSONL")
    bench.doccano._client.create_example(bench.project.id, "  by hand ", meta={"doc_id": "h"})
    found = bench.audit()
    assert counts(found) == {"mojibake": 1, "replacement": 1}
    assert examples(found, "mojibake") == "'ðŸ˜€' stands for '😀': 1 times"
    assert {**counts(found, "note"), "span-behind": 0} == {"nul": 1, "by-hand": 1, "span-behind": 0}


def test_metadata_are_lost_as_said(server):
    """What the audit says of an export is what an export does."""
    bench = Bench(server, [row("a", "One.", page=1, share=0.5)])
    bench.doccano.upload(bench.project, [json.dumps(row("b", "Two.", page=2, share=0.1234567890123456, n={"x": 1.5}))])
    bench.doccano.upload(bench.project, [json.dumps({"text": "Three.", "doc_id": "c", "label": [], "data": "Other."})])
    bench.meta("a", Comments="kept?", entities="kept?", id="seven")
    found = bench.audit()
    assert counts(found) == {
        "meta-data": 1, "meta-taken": 2, "meta-missing": 4, "meta-floated": 2, "meta-cut": 1,
    }  # fmt: skip
    assert counts(found, "note") == {"meta-id": 1}
    stored = ask(server, "select meta from examples_example where project_id = ? order by id", bench.project.id)
    metas = [json.loads(meta) for (meta,) in stored]
    rows = bench.doccano.export(bench.doccano.find_project(bench.name))["all"]
    assert [one["text"] for one in rows] == ["One.", "Two.", "Other."]
    keys = {key for meta in metas for key in meta}
    gone = {"data", "Comments", "entities"}
    absent = [(one, key) for one, meta in zip(rows, metas, strict=True) for key in keys - gone - {"id"} - set(meta)]
    assert len(absent) == counts(found)["meta-missing"] and all(one[key] is None for one, key in absent)
    changed = [
        (key, meta[key], one[key])
        for one, meta in zip(rows, metas, strict=True)
        for key in set(meta) - gone
        if repr(meta[key]) != repr(one[key])
    ]
    assert sorted(changed, key=str) == [
        ("page", 1, 1.0), ("page", 2, 2.0), ("share", 0.1234567890123456, 0.123456789),
    ]  # fmt: skip
    assert "kept?" not in json.dumps(rows) and rows[0]["id"] == "seven"


@pytest.mark.parametrize("key", ["text", "label"])
def test_metadata_with_which_an_export_fails(server, key):
    bench = Bench(server, CLEAN, sharing=False)
    bench.meta("reef", **{key: "x"})
    found = bench.audit()
    assert counts(found)["meta-fatal"] == 1
    assert [one for one in found.unseen if one.startswith("spans: ")] and found.documents == 3


def test_labels_too_long_and_unused(server):
    bench = Bench(server, CLEAN)
    bench.doccano._client.create_label_type(bench.project.id, "span", "DATA", color="#204080")
    bench.doccano.upload(bench.project, [json.dumps(row("long", "Ida Holm sat.", label=[[0, 8, "L" * 120]]))])
    found = bench.audit()
    assert counts(found) == {"label-long": 1}
    assert examples(found, "label-unused") == "DATA" and examples(found, "label-long").endswith("(120 characters)")


def test_a_label_that_cannot_be_searched_for_is_told(server):
    bench = Bench(server, [row("pier", PIER, words={"Ann Lode": " ODD"})], sharing=False)
    found = bench.audit()
    assert list(found.unseen) == [
        "spans of former members: they cannot be counted where a label begins or ends in white space"
    ]
    assert found.is_sound and found.spans == {server.username: 1}
    bench.person().change(collaborative_annotation=True)
    assert bench.audit().spans == {"all": 1} and bench.audit().unseen == ()


# --- people ---


def test_shared_spans_lose_their_authors_and_scores(server):
    bench = Bench(server, CLEAN, people=("ida.audit",))
    ida, boss = bench.person("ida.audit"), bench.person()
    ida.mark("reef", 0, 7, "ORG")
    ida.comment("reef", "Sure?")
    boss.comment("reef", "Yes.")
    ida.toggle("reef", "pier")
    bench.plant("pier", *utf16(PIER, "left"), "ORG", score=0.75)
    bench.doccano.upload(bench.project, [json.dumps(row(f"blank{number}", f"No. {number}")) for number in range(3)])
    ida.toggle("blank1")
    found = bench.audit()
    assert counts(found) == {"author": 6, "score": 1}
    assert examples(found, "author") == f"{server.username}: 5 spans\nida.audit: 1 spans"
    assert counts(found, "note") == {"comment-author": 2, "blank": 3, "span-behind": 5}
    assert "(confirmed: 1)" in next(one.message for one in found.findings if one.rule == "blank")
    assert found.confirmed == {"ida.audit": 3, server.username: 0}
    assert found.members == {server.username: "project_admin", "ida.audit": "annotator"}
    assert found.agreement == () and "share one set of spans" in found.no_agreement
    boss.expel("ida.audit")
    left = bench.audit()
    assert counts(left, "note") == {"comment-author": 2, "blank": 3, "span-behind": 5, "removed-confirmed": 3}
    assert counts(left) == {"author": 6, "score": 1}


def apart(server):
    """Two people who have marked the same three documents, each by herself, and an import by the admin."""
    bench = Bench(server, CLEAN, sharing=False, people=("ida.audit", "ben.audit"))
    for user, words in (("ida.audit", ("Ann Lode", "Vell Clinic")), ("ben.audit", ("Ann Lode", "left"))):
        person = bench.person(user)
        for word in words:
            person.mark("pier", *utf16(PIER, word), "ORG" if word == "Vell Clinic" else "PERSON")
        person.mark("quay", *utf16(QUAY, "Per Aune"), "PERSON")
        person.toggle("pier", "quay")
        person.comment("quay", f"By {user}.")
    bench.person("ida.audit").toggle("reef")
    return bench


def test_spans_apart_are_counted_and_compared(server):
    found = apart(server).audit()
    assert counts(found) == {} and found.is_sound
    assert found.spans == {server.username: 4, "ida.audit": 3, "ben.audit": 3}
    ((pair),) = found.agreement
    assert (pair.people, pair.documents) == (("ben.audit", "ida.audit"), 2)
    scores = {one.label: (one.spans, one.strict.f1) for one in pair.rows}
    assert scores == {"all": ((3, 3), pytest.approx(2 / 3)), "ORG": ((0, 1), 0), "PERSON": ((3, 2), pytest.approx(0.8))}


def test_what_removed_members_leave_is_counted(server):
    bench = apart(server)
    bench.person().expel("ida.audit")
    found = bench.audit()
    assert counts(found) == {"removed-spans": 3, "removed-comments": 1, "removed-confirmed": 3}
    assert found.spans == {server.username: 4, "ben.audit": 3} and found.agreement == ()
    assert found.no_agreement == "no document that two members have confirmed"
    assert "removed" not in json.dumps(found.unseen)
    bench.doccano.add_member(bench.project, "ida.audit")
    assert bench.audit().is_sound


def test_overlaps_where_they_are_forbidden(server):
    bench = Bench(server, CLEAN, allow_overlapping=False)
    bench.plant("pier", *utf16(PIER, "Lode left"), "ORG")
    assert counts(bench.audit()) == {"span-overlap-forbidden": 2}
    bench = Bench(server, CLEAN, allow_overlapping=False, sharing=False, people=("ida.audit",))
    bench.person("ida.audit").mark("pier", *utf16(PIER, "Ann Lode"), "ORG")  # hers alone
    assert counts(bench.audit()) == {}


def test_somebody_who_is_no_admin_sees_less_and_is_told_so(server):
    for sharing in (True, False):
        bench = Bench(server, CLEAN, sharing=sharing, people=("ida.audit",))
        bench.person("ida.audit").mark("reef", 0, 300, "ORG")
        bench.person("ida.audit").toggle("reef")
        ida = Doccano(Login(server.url, "ida.audit", PASSWORD))
        found = bench.audit(ida)
        assert found.members is None and found.documents == 3
        assert found.confirmed == {"ida.audit": 1, server.username: 0}
        assert any(one.startswith("members and their roles:") and "403" in one for one in found.unseen)
        assert found.spans == ({"all": 5} if sharing else {"ida.audit": 1})
        assert any("only an admin of the project" in one for one in found.unseen) is not sharing
        assert counts(found) == {"span-outside": 1, **({"author": 5} if sharing else {})}


# --- everything together ---


def look(server) -> dict:
    """All tables, tasks too, and all files below the state but the database and the log."""
    tables = {name: rows for name, rows in read_everything(server).items() if name != "auth_user"}
    tables["tasks"] = ask(server, "select task_id from django_celery_results_taskresult")
    files = [path for path in server.home.rglob("*") if path.is_file()]
    tables["files"] = sorted(str(path) for path in files if not path.name.startswith(("db.sqlite3", "log")))
    tables["users"] = ask(server, "select id, username, password, is_superuser, is_active from auth_user")
    return tables


def test_nothing_is_changed(server):
    bench = Bench(server, CLEAN, people=("ida.audit",))
    bench.person("ida.audit").toggle("pier")
    before = look(server)
    bench.audit()
    assert look(server) == before  # with sharing on, to the last row and file
    bench = apart(server)
    before = look(server)
    bench.audit()
    after = look(server)
    new = {name for name in after if after[name] != before[name]}
    assert new == {"tasks", "files"}  # an export is a row and a file
    assert len(after["tasks"]) == len(before["tasks"]) + 2
    assert {path.rpartition(".")[2] for path in set(after["files"]) - set(before["files"])} == {"zip"}


def test_other_kinds_of_projects_are_looked_at_as_far_as_they_go(server):
    client = connect(server)._client
    for kind in ("DocumentClassification", "Seq2seq", "ImageClassification", "IntentDetectionAndSlotFilling"):
        project = client.create_project(f"audit {kind}", kind, description="-")
        if kind == "DocumentClassification":
            for _ in range(2):
                client.create_example(project.id, "The same.", meta={})
        (found,) = audit(connect(server), [project.id])
        assert found.facts.task == kind and found.spans == {}
        assert any(one.endswith(f"those of {kind} are not looked at") for one in found.unseen)
        assert counts(found) == ({"text-twice": 1} if kind == "DocumentClassification" else {})


def run(*arguments: str):
    return CliRunner().invoke(APP, arguments)


def test_the_command_works_outside_of_any_corpus(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clean, bad = Bench(server, CLEAN), Bench(server, [*CLEAN, row("pier2", PIER)])
    done = run(server.url, "--project", str(clean.project.id))
    assert done.exit_code == 0, done.output
    assert "nothing is broken or would be lost" in done.stdout
    assert "offsets: UTF-16 units (certain); of 4 spans that tell" in done.stdout
    done = run(server.url, "--project", str(clean.project.id), "--project", str(bad.project.id), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [one["sound"] for one in told] == [True, False]
    assert told[1]["findings"][0]["rule"] == "text-twice"
    done = run(server.url, "--project", str(bad.project.id))
    assert done.exit_code == 1 and "1  documents that have the text of another document" in done.stdout
    done = run(server.url)
    assert done.exit_code == 1 and f"project {clean.project.id} " in done.stdout
    with pytest.raises(StandoffError, match="404"):
        audit(connect(server), [999999]).__next__()
    assert server.password not in done.stdout


def test_a_thousand_documents_are_read_whole(server):
    rows = []
    for number in range(1000):
        text = f"No. {number} 😀: " + " ".join(f"Ida Holm saw quay {number}-{at:02}." for at in range(110))
        starts = [utf16(text, f"quay {number}-{at:02}.")[0] - 13 for at in range(30)]
        label = [[start, start + 8, "PERSON"] for start in starts]
        rows.append({"text": text[:3000], "doc_id": f"d{number}", "label": label})
    bench = Bench(server, rows[:1])
    for at in range(1, 1000, 250):
        bench.doccano.upload(bench.project, [json.dumps(one) for one in rows[at : at + 250]])
    for sharing in (True, False):
        bench.person().change(collaborative_annotation=sharing)
        found = bench.audit()
        assert found.is_sound and sum(found.spans.values()) == 30_000
    bench.doccano.delete_project(bench.project)


def test_the_example_of_the_docs_is_what_is_printed(server):
    ((rows,), (shown,)) = (re.findall(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL) for kind in ("json", "text"))
    bench = Bench(server, [json.loads(line) for line in rows.splitlines()])
    done = run(server.url, "--project", str(bench.project.id))
    assert done.exit_code == 1
    named = done.stdout.replace(f"project {bench.project.id} {bench.name!r}", "project 7 'harbour'")
    assert re.sub(r"numbers \d+, \d+", "numbers 41, 42", named) == f"{shown}\n"


def test_the_docs_name_every_finding():
    source = "".join(path.read_text() for path in (ROOT / "src" / "standoff" / "doccano" / "audit").glob("*.py"))
    rules = set(re.findall(r'Finding\(\s*"([a-z-]+)"', source)) | {f"span-{rule}" for rule in _RULES}
    assert len(rules) > 25
    assert rules == set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", DOCS.partition("| finding |")[2].partition("## In")[0]))
