"""`standoff release`: what is in the way is told, two builds are compared, and the tag is all or nothing."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.add import add
from standoff.clean import clean
from standoff.corpus import Corpus
from standoff.dataset.digest import content_digest
from standoff.dataset.read import Manifest, read_manifest
from standoff.diff import needed_version
from standoff.errors import StandoffError
from standoff.jsonl import write_records
from standoff.records import Waiver
from standoff.release.changed import Changed
from standoff.release.changelog import find_section, insert_section, list_sections, rename_section, to_section
from standoff.release.columns import find_changes, parse_lines, read_columns, to_lines
from standoff.release.copies import compare_folders, copy_commit, temporary_folder
from standoff.release.refusals import find_built_refusals
from standoff.release.settings import set_version
from standoff.release.versions import is_less, is_version
from standoff.revisions import last_tag, list_releases
from tests.conftest import snapshot, standoff, template
from tests.package.releasing import break_span, commit, drop_span, git, raise_version, start


@pytest.fixture
def repository(mini, monkeypatch):
    """The small corpus, released as 1.2.3 with nothing changed since; nobody's own settings of git count."""
    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_NOSYSTEM", "1")):
        monkeypatch.setenv(name, value)
    start(mini)
    git(mini.root, "tag", "--annotate", "--message", "harbour 1.2.3", "v1.2.3")
    return mini


# --- numbers ---


@pytest.mark.parametrize(
    ("last", "step", "least"),
    [
        ("1.2.3", "none", "1.2.4"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("0.4.9", "major", "0.5.0"),
        ("0.4.9", "minor", "0.5.0"),
        ("0.9.10", "patch", "0.9.11"),
    ],
)
def test_the_least_version(last, step, least):
    changed = Changed(f"v{last}", step, (), (), ())
    assert needed_version(last, changed.least_step) == least
    assert is_less(last, least)


def test_versions_are_numbers_not_words():
    assert is_less("0.9.0", "0.10.0") and not is_less("0.10.0", "0.9.0") and not is_less("1.0.0", "1.0.0")
    assert all(map(is_version, ("1.0.0", "0.10.20")))
    others = ("1.0", "1.0.0-rc1", "v1.0.0", "", "01.3.0", "1.03.0", "1.3.00", "\uff11.3.0", "1.0.0\n")
    assert not any(map(is_version, others))


# --- changelog and settings ---

CHANGELOG = """# Changelog

About it.

## 1.2.3 (2026-01-02)

### Corpus

- First.

```
## 9.9.9
```

## [v1.2.0]

Old.
"""


def test_sections_of_a_changelog():
    assert [one.version for one in list_sections(CHANGELOG)] == ["1.2.3", "1.2.0"]
    assert find_section(CHANGELOG, "9.9.9") is None
    assert find_section(CHANGELOG, "1.2.3").body.strip().endswith("```")
    assert find_section("## 1.2.30\n\n## 1.2.3-rc1\n\n## Notes on 1.2.3\n", "1.2.3") is None


def test_a_section_is_written_above_the_newest():
    section = to_section(
        "1.3.0", {"Corpus": ["2 documents were added."], "Guidelines": [], "Toolkit": ["One.", "Two."]}
    )
    assert section == "## 1.3.0\n\n### Corpus\n\n- 2 documents were added.\n\n### Toolkit\n\n- One.\n- Two.\n"
    after = insert_section(CHANGELOG, section)
    assert after.replace(f"{section}\n", "", 1) == CHANGELOG
    assert [one.version for one in list_sections(after)] == ["1.3.0", "1.2.3", "1.2.0"]
    assert insert_section("", section).startswith("# Changelog\n\n")
    assert insert_section("# Changelog\n", section) == f"# Changelog\n\n{section}"


def test_a_section_gets_another_number():
    after = rename_section(CHANGELOG, find_section(CHANGELOG, "1.2.3"), "1.4.0")
    assert after == CHANGELOG.replace("## 1.2.3 (", "## 1.4.0 (")


@given(
    st.lists(st.sampled_from(["## 1.0.0", "## 0.9.0", "## Unreleased", "text", "", "```", "### Corpus", "- ## 2.0.0"]))
)
def test_a_changelog_loses_nothing(lines):
    text = "\n".join(lines) + "\n"
    sections = list_sections(text)
    assert all(text[one.start : one.end] == f"{one.heading}\n{one.body}" for one in sections)
    after = insert_section(text, "## 3.0.0\n\n- New.\n")
    assert not text.strip() or [line for line in lines if line.strip()] == [
        line for line in after.replace("## 3.0.0\n\n- New.\n", "").split("\n") if line.strip()
    ]


def test_the_version_alone_is_edited():
    text = "# A corpus.\nname = 'harbour'\nversion   = '1.2.3'  # the next\n\n[card]\nversion = \"1.2.3\"\n"
    after = set_version(text, "1.3.0")
    assert after == text.replace("version   = '1.2.3'  #", 'version   = "1.3.0"  #')
    assert tomllib.loads(after)["card"]["version"] == "1.2.3"
    with pytest.raises(StandoffError, match="no line of its own"):
        set_version('"version" = "1.2.3"\n', "1.3.0")
    with pytest.raises(StandoffError, match="no line of its own"):
        set_version('note = """\nversion = "1.2.3"\n"""\nversion = "1.2.3"\n', "1.3.0")


# --- what is in the way ---


def differ(corpus):
    """Two annotators who do not agree, and nobody who decided."""
    spans = corpus.read_spans("gold", "ferry")
    for name, read in (("ana", spans), ("ben", spans[1:])):
        corpus.layer_folder(name).mkdir()
        (corpus.layer_folder(name) / "layer.toml").write_text(f'guidelines = "0.3.0"\nannotators = "{name}"\n')
        write_records(corpus.spans_file(name, "ferry"), read)


def waive(corpus):
    write_records(corpus.waivers_file, [Waiver("name-unlabelled", "annotations/gold/ferry.jsonl", "1-2", "it stands")])


def test_every_refusal_names_a_way_out(repository):
    """All at once, each told once; nothing in the repository changes, not even in .git."""
    root = repository.root
    break_span(repository)
    differ(repository)
    waive(repository)
    commit(root, "broken in many ways")
    (root / "stray.txt").write_text("not committed\n")
    before = snapshot(root)
    done = standoff("release", "--json", cwd=root)
    refused = {one["what"]: one for one in json.loads(done.stdout)["refused"]}
    assert (done.returncode, done.stderr) == (1, "")
    assert set(refused) == {"tree", "version", "check", "disagreements", "waivers"}
    assert all(one["message"] and one["hint"] for one in refused.values())
    assert refused["tree"]["message"] == "1 file is not committed, the first: stray.txt"
    assert "PARROT" in refused["check"]["message"]
    assert snapshot(root) == before
    told = standoff("release", cwd=root)
    assert told.returncode == 1 and told.stdout.endswith("1.2.3 was not released\n")
    assert all(f"{what}: " in told.stdout for what in refused)


def refuse(corpus, *expected):
    done = standoff("release", "--json", cwd=corpus.root)
    report = json.loads(done.stdout)
    assert (done.returncode, [one["what"] for one in report["refused"]]) == (1, list(expected))
    return report


def test_a_version_needs_its_section(repository):
    drop_span(repository)
    raise_version(repository, "1.2.4", section="")
    assert "says nothing under `## 1.2.4`" in refuse(repository, "changelog")["refused"][0]["message"]
    raise_version(repository, "1.2.5", section="## 1.2.5\n\n### Corpus\n")  # headings alone say nothing
    refuse(repository, "changelog")


def test_a_version_is_three_numbers(repository):
    raise_version(repository, "1.3.0-rc1")
    assert "three numbers" in refuse(repository, "version")["refused"][0]["message"]


def test_guidelines_have_a_version_of_their_own(repository):
    path = repository.labels_file
    path.write_text(
        path.read_text(encoding="utf-8").replace('definition = "', 'definition = "Now: ', 1), encoding="utf-8"
    )
    raise_version(repository, "1.2.4")
    assert "no step" in refuse(repository, "guidelines")["refused"][0]["message"]


def test_a_tag_is_never_made_twice(repository):
    """Somebody released that number on another branch."""
    root = repository.root
    git(root, "checkout", "--quiet", "-b", "other")
    raise_version(repository, "1.2.4")
    git(root, "tag", "v1.2.4")
    git(root, "checkout", "--quiet", "-")
    drop_span(repository)
    raise_version(repository, "1.2.4")
    assert "exists" in refuse(repository, "tag")["refused"][0]["message"]


def test_git_must_know_who_tags(repository, monkeypatch):
    raise_version(repository, "1.2.4")
    for name in ("user.name", "user.email"):
        git(repository.root, "config", "--unset", name)
    git(repository.root, "config", "user.useConfigOnly", "true")
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    refuse(repository, "signer")


# --- what was released before ---


def clone(repository, folder, *options):
    git(folder, "clone", "--quiet", *options, f"file://{repository.root}", "clone")
    for name in ("user.name", "user.email"):
        git(folder / "clone", "config", name, "ben")
    return Corpus(folder / "clone")


@pytest.mark.parametrize(
    ("options", "says", "way"),
    [
        (("--depth", "1"), "this clone is shallow", "git fetch --unshallow --tags"),
        (("--no-tags",), "CHANGELOG.md has version 1.2.3, and no tag", "git fetch --tags; or --first"),
    ],
)
def test_a_clone_without_its_tags_does_not_start_anew(options, says, way, repository, tmp_path):
    take_document(repository)
    raise_version(repository, "1.2.4")
    there = clone(repository, tmp_path, *options)
    refused = refuse(there, *["history"] * (2 if "--depth" in options else 1))["refused"][0]
    assert says in refused["message"] and way in refused["hint"]
    before = snapshot(there.root)
    done = standoff("release", "--draft", cwd=there.root)
    assert (done.returncode, says in done.stderr, way in done.stderr) == (2, True, True)
    assert snapshot(there.root) == before
    git(there.root, *way.partition(";")[0].split()[1:])
    refuse(there, "bump")


def test_the_first_release_of_a_corpus_with_older_sections(mini):
    start(mini)
    raise_version(mini, "1.3.0")
    refuse(mini, "history")
    (mini.root / "stray.txt").write_text("")  # nothing is built
    report = json.loads(standoff("release", "--first", "--json", cwd=mini.root).stdout)
    assert [one["what"] for one in report["refused"]] == ["tree"]
    git(mini.root, "tag", "v1.2.3", "HEAD~1")
    done = standoff("release", "--first", "--json", cwd=mini.root)
    assert "v1.2.3 was released before" in done.stdout


def test_a_version_contains_the_one_before_it(repository):
    """1.2.4 was released on a branch that nobody merged."""
    root = repository.root
    git(root, "checkout", "--quiet", "-b", "mended")
    drop_span(repository)
    raise_version(repository, "1.2.4")
    git(root, "tag", "v1.2.4")
    git(root, "checkout", "--quiet", "-")
    raise_version(repository, "1.3.0")
    (refused,) = refuse(repository, "history")["refused"]
    assert "does not come after v1.2.4" in refused["message"] and refused["hint"] == "git merge v1.2.4"
    raise_version(repository, "1.2.5")  # newer ones on other branches are nobody's predecessors
    git(root, "tag", "--delete", "v1.2.4")
    git(root, "checkout", "--quiet", "mended")
    git(root, "tag", "v1.2.4")
    assert list_releases(root, merged=False) == [] and last_tag(root) == "v1.2.4"


def test_tags_that_are_no_release_of_the_corpus(repository):
    """A tag counts if the settings in it have its version and the name of today."""
    root = repository.root
    for tag in ("v1.10.0", "v9.0.0", "v01.2.3", "v1.2.3-rc1", "v2-draft", "vnext"):
        git(root, "tag", tag)
    assert list_releases(root) == [last_tag(root)] == ["v1.2.3"]
    raise_version(repository, "1.10.0")
    git(root, "tag", "--force", "v1.10.0")
    assert list_releases(root) == ["v1.2.3", "v1.10.0"]
    settings = root / "standoff.toml"
    settings.write_text(settings.read_text().replace('"harbour"', '"quay"', 1))
    assert list_releases(root) == []
    git(root, "tag", "v3.0.0", git(root, "hash-object", "-w", "standoff.toml").strip())  # of no commit
    assert list_releases(root) == []


def test_what_git_does_not_look_at(repository):
    """A change that no status shows would go into the tag's name and not into the commit."""
    root = repository.root
    drop_span(repository)
    raise_version(repository, "1.2.4")
    for option in ("--assume-unchanged", "--skip-worktree"):
        git(root, "update-index", option, "standoff.toml")
        assert "not to look at 1 file, the first: standoff.toml" in refuse(repository, "tree")["refused"][0]["message"]
        git(root, "update-index", option.replace("--", "--no-"), "standoff.toml")


def test_the_build_is_of_the_version_that_is_tagged(repository):
    manifest = Manifest("harbour", "1.2.3", {}, {})
    assert list(find_built_refusals(repository, manifest)) == []
    for other in (replace(manifest, version="1.2.4"), replace(manifest, name="quay")):
        assert [one.what for one in find_built_refusals(repository, other)] == ["version"]


def test_blanks_of_a_new_corpus(repository):
    repository.card_file.write_text("Stories.\n\nFILL IN: by whom.\n")
    layer = repository.layer_folder("gold") / "layer.toml"
    layer.write_text(layer.read_text().replace('"ida"', '"FILL IN: who"'))
    raise_version(repository, "1.2.4")
    told = [one["message"] for one in refuse(repository, "blank", "blank")["refused"]]
    assert told == ["annotations/gold/layer.toml:2: a place to fill in", "card.md:3: a place to fill in"]


def test_what_cannot_be_compared_is_told(repository):
    """A private text has changed: git has neither, and its spans are not compared one by one."""
    path = repository.sources_file
    path.write_text(re.sub(r'(?m)^(.*private/quarry.*"sha256": ")(....)', r"\g<1>0000", path.read_text()))
    done = standoff("release", "--draft", cwd=repository.root)
    assert "note: not compared: spans and cuts of 1 document" in done.stdout
    report = json.loads(standoff("release", "--json", cwd=repository.root).stdout)
    assert report["remarks"] == []  # it is not committed
    commit(repository.root, "Another text")
    report = json.loads(standoff("release", "--json", cwd=repository.root).stdout)
    assert [one.partition(":")[0] for one in report["remarks"]] == ["not compared"]


@pytest.mark.parametrize("options", [("1.3.0",), ("--since", "HEAD"), ("--draft", "--dry-run"), ("--draft", "one")])
def test_wrong_use(repository, options):
    before = snapshot(repository.root)
    done = standoff("release", *options, cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert snapshot(repository.root) == before


def test_without_git(mini):
    done = standoff("release", cwd=mini.root)
    assert (done.returncode, "not a git repository" in done.stderr) == (2, True)


@pytest.mark.parametrize("options", [(), ("--draft",)])
def test_before_the_first_commit(options, mini):
    git(mini.root, "init", "--quiet")
    done = standoff("release", *options, cwd=mini.root)
    assert (done.returncode, "commit something first" in done.stderr) == (2, True)


# --- the step, and drafts ---


def add_document(corpus):
    """A document more, cleaned and read."""
    place = corpus.root / "incoming" / "buoy.txt"
    place.write_text("The buoy firm told 12 skippers of a leak.\n\nIts data is back now.\n")
    add(corpus, [place], template())
    clean(corpus)
    write_records(corpus.spans_file("gold", "buoy"), [])


def take_document(corpus):
    """One document less, with all that belongs to it."""
    for path in corpus.root.rglob("ferry*"):
        if ".git" not in path.parts:
            path.unlink()
    for path in (corpus.sources_file, corpus.index_file):
        kept = [line for line in path.read_text(encoding="utf-8").splitlines(True) if '"ferry"' not in line]
        path.write_text("".join(kept), encoding="utf-8")


STEPS = {"patch": (drop_span, "1.2.4"), "minor": (add_document, "1.3.0"), "major": (take_document, "2.0.0")}


@pytest.mark.parametrize("step", STEPS)
def test_the_step_that_a_change_calls_for(repository, step):
    """The draft takes the least number; a smaller one is refused, in the draft and in the release."""
    change, least = STEPS[step]
    change(repository)
    report = json.loads(standoff("release", "--draft", "--json", cwd=repository.root).stdout)
    assert (report["version"], report["bump"], report["since"]) == (least, step, "v1.2.3")
    assert report["files"] == ["CHANGELOG.md", "standoff.toml"]
    assert report["standing"] == report["section"] and report["section"].startswith(f"## {least}\n\n### Corpus\n\n- 1 ")
    if step != "patch":
        done = standoff("release", "--draft", "1.2.4", cwd=repository.root)
        assert (done.returncode, f"{step} is called for, at least {least}" in done.stderr) == (2, True)
        git(repository.root, "checkout", "--quiet", "--", "CHANGELOG.md", "standoff.toml")
        raise_version(repository, "1.2.4")
        (refusal,) = refuse(repository, "bump")["refused"]
        assert f"{step} is called for" in refusal["message"] and least in refusal["hint"]


def test_a_draft_writes_two_files_and_nothing_else(repository):
    root = repository.root
    (root / "tool.py").write_text("print(1)\n")
    commit(root, "A tool: it prints 1; `one`")
    (root / "card.md").write_text("Another card.\n")
    commit(root, "The card")  # goes into the dataset: no toolkit
    drop_span(repository)
    before = snapshot(root)
    done = standoff("release", "--draft", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    after = snapshot(root)
    assert {name for name in after if after[name] != before.get(name)} == {"CHANGELOG.md", "standoff.toml"}
    section = find_section(after["CHANGELOG.md"].decode(), "1.2.4")
    assert section.body.endswith("\n### Toolkit\n\n- A tool: it prints 1; `one`\n\n")
    assert after["standoff.toml"] == before["standoff.toml"].replace(b'"1.2.3"', b'"1.2.4"')
    rest = after["CHANGELOG.md"].decode().replace(f"{section.heading}\n{section.body}", "")
    assert rest == "# Changelog\n\n## 1.2.3\n\n- First.\n"
    assert done.stdout.startswith("## 1.2.4\n") and "wrote CHANGELOG.md and standoff.toml: edit" in done.stdout


def test_what_people_wrote_stays(repository):
    """A second draft keeps the section; when the step grew since, the section gets the new number."""
    root = repository.root
    drop_span(repository)
    standoff("release", "--draft", cwd=root)
    edited = repository.changelog_file.read_text().replace("## 1.2.3", "- In my own words.\n\n## 1.2.3")
    repository.changelog_file.write_text(edited)
    done = standoff("release", "--draft", cwd=root)
    assert repository.changelog_file.read_text() == edited
    assert "- In my own words.\n" in done.stdout and "nothing was written" in done.stdout
    assert "that was written before and is kept; the changes give:" in done.stdout
    add_document(repository)
    assert standoff("release", "--draft", cwd=root).returncode == 0
    assert repository.changelog_file.read_text() == edited.replace("## 1.2.4", "## 1.3.0")
    report = json.loads(standoff("release", "--draft", "2.0.0", "--json", cwd=root).stdout)
    assert (report["version"], report["kept"]) == ("2.0.0", True)
    again = json.loads(standoff("release", "--draft", "--json", cwd=root).stdout)
    assert (again["version"], again["files"]) == ("2.0.0", [])  # a number that people raised stays


def test_the_first_draft(mini):
    start(mini)
    done = standoff("release", "--draft", cwd=mini.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "- First." in done.stdout and "4 documents" not in done.stdout.split("note:")[0]
    assert "documents: " in done.stdout.split("note:")[1] and "the first release" in done.stdout
    assert (
        json.loads(standoff("release", "--draft", "1.3.0", "--first", "--json", cwd=mini.root).stdout)["since"] is None
    )
    versions = [one.version for one in list_sections(mini.changelog_file.read_text())]
    assert versions == ["1.3.0", "1.2.3"]  # never takes the section of a version that has no tag


def test_a_draft_since_another_revision(repository):
    drop_span(repository)
    commit(repository.root, "One")
    first = git(repository.root, "rev-parse", "HEAD").strip()
    drop_span(repository)
    for since, count in (("v1.2.3", "2 spans"), (first, "1 span")):
        report = json.loads(standoff("release", "--draft", "--since", since, "--json", cwd=repository.root).stdout)
        assert f"- {count} removed" in report["section"]


def test_the_number_goes_by_the_last_release(repository):
    """Whatever revision the section is written from."""
    add_document(repository)
    commit(repository.root, "One document more")
    drop_span(repository)
    report = json.loads(standoff("release", "--draft", "--since", "HEAD", "--json", cwd=repository.root).stdout)
    assert (report["version"], report["bump"], report["since"]) == ("1.3.0", "patch", "HEAD")


# --- copies ---


def test_a_copy_is_the_commit_and_git_sees_none_of_it(repository, tmp_path):
    root, place = repository.root, tmp_path / "copy"
    place.mkdir()
    git(root, "config", "core.autocrlf", "true")
    drop_span(repository)  # in the folder, not in the commit
    before = snapshot(root)
    copy = copy_commit(root, "HEAD", place)
    names = git(root, "ls-files", "-z").split("\0")[:-1]
    assert sorted(snapshot(copy.root)) == sorted(names)
    assert all((copy.root / name).read_bytes() == git_bytes(root, f"HEAD:{name}") for name in names)
    assert snapshot(root) == before
    private = tmp_path / "private"
    private.mkdir()
    (root / "seeds" / "private" / ".gitkeep").write_text("")
    git(root, "add", "--force", "seeds/private/.gitkeep")
    commit(root, "A folder that is there")
    assert copy_commit(root, "HEAD", private, with_private=True).read_documents("gold")
    assert (private / "files/seeds/private/quarry.txt").is_file()


def git_bytes(root, name):
    return subprocess.run(["git", "show", name], cwd=root, capture_output=True, check=True).stdout


def test_a_corpus_in_a_folder_of_a_repository(repository, tmp_path):
    """The copy has the folder alone, at its root."""
    outer = tmp_path / "outer"
    outer.mkdir()
    shutil.copytree(repository.root, outer / "data" / "harbour", ignore=shutil.ignore_patterns(".git"))
    (outer / "README.md").write_text("not of the corpus\n")
    git(outer, "init", "--quiet")
    commit(outer, "all")
    (tmp_path / "place").mkdir()
    copy = copy_commit(outer / "data" / "harbour", "HEAD", tmp_path / "place")
    assert (copy.root / "standoff.toml").is_file() and not (copy.root / "README.md").exists()


HOLD = """
from standoff.release.copies import temporary_folder

with temporary_folder() as folder:
    (folder / "full").write_text("of text")
    print(folder, flush=True)
    input()
"""


def test_what_a_killed_run_left_is_swept_up(tmp_path, monkeypatch):
    """One that runs keeps its folder."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD], text=True, **pipes) as child:
        held = Path(child.stdout.readline().strip())
        with temporary_folder() as folder:
            assert folder.stat().st_mode & 0o077 == 0
            assert (held / "full").is_file()
        child.kill()
    assert held.is_dir() and not folder.exists()
    with temporary_folder() as folder:
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [folder.name]
    assert list(tmp_path.iterdir()) == []


def test_folders_are_compared_to_the_byte(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name / "in").mkdir(parents=True)
        for file in ("same", "in/differs", f"only-{name}"):
            (tmp_path / name / file).write_text(name if "differs" in file else "same")
    assert compare_folders(tmp_path / "one", tmp_path / "other") == ["in/differs", "only-one", "only-other"]


# --- columns ---

COLUMNS = {"spans": {"id": "string", "spans": [{"start": "int32", "label": "label"}]}, "tokens": {"id": "string"}}


def test_columns_in_a_tag():
    assert parse_lines(f"harbour 1.2.3\n\ncontent 0\n- columns x {{}}\n{to_lines(COLUMNS)}") == COLUMNS
    assert parse_lines("columns spans {broken}\n") == {} == parse_lines("")
    new = {"spans": {"id": "int32", "text": "string"}, "cleaning": {}}
    assert list(find_changes(COLUMNS, new)) == [
        ("column removed", "spans.spans"),
        ("column added", "spans.text"),
        ("column changed", "spans.id"),
        ("config removed", "tokens"),
        ("config added", "cleaning"),
    ]
    assert list(find_changes(COLUMNS, {**COLUMNS, "annotators": {}, "standoff": {}})) == []
    assert list(find_changes({}, COLUMNS)) == []  # a tag that release did not make


# --- whole releases; more in tests/server/test_releases.py ---


def test_a_release(repository):
    """One tag and one dataset more, nothing else; and `verify` agrees."""
    root = repository.root
    drop_span(repository)
    raise_version(repository, "1.2.4")
    files = {name: data for name, data in snapshot(root).items() if not name.startswith(".git/")}
    done = standoff("release", "--json", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["tag"], report["since"], report["refused"]) == ("v1.2.4", "v1.2.3", [])
    kept = {name: data for name, data in snapshot(root).items() if not name.startswith((".git/", "dist/"))}
    assert kept == files
    message = git(root, "tag", "--list", "--format=%(objecttype) %(contents)", "v1.2.4")
    manifest = read_manifest(root / "dist" / "harbour-1.2.4")
    assert message.startswith(f"tag harbour 1.2.4\n\ncontent {content_digest(manifest)}\nbump patch since v1.2.3\n- ")
    assert parse_lines(message) == read_columns(root / "dist" / "harbour-1.2.4")
    assert parse_lines(message)["tokens"]["ner_tags"] == ["label"]
    assert git(root, "rev-parse", "v1.2.4^{commit}") == git(root, "rev-parse", "HEAD")
    again = json.loads(standoff("release", "--json", cwd=root).stdout)
    assert [one["what"] for one in again["refused"]] == ["version"]

    verdict = json.loads(standoff("verify", "dist/harbour-1.2.4", "--json", cwd=root).stdout)
    assert (verdict["result"], verdict["differences"], verdict["remarks"]) == ("verified", [], [])
