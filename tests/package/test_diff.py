"""`standoff diff`: every change between two states is told once, with the step that it calls for."""

import json
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from standoff.build import build
from standoff.clean import clean
from standoff.diff import DocumentState, State, compare, needed_version, read_state, to_markdown, to_sentences
from standoff.diff.change import Diff
from standoff.diff.levels import LEVELS
from standoff.files import hash_text
from standoff.jsonl import read_records, write_records
from standoff.records import Cut, Source, Span
from tests.conftest import PRIVATE, standoff

DATA = tomllib.loads((Path(__file__).parent / "cases" / "diff.toml").read_text(encoding="utf-8"))
CASES, MUCH = DATA["case"], DATA["much"]


def commit(root, tag):
    git = ["git", "-C", str(root), "-c", "user.name=ida", "-c", "user.email=ida@example.org"]
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        ["commit", "--quiet", "--message", tag],
        ["tag", "--force", tag],
    ):
        subprocess.run([*git, *command], check=True)


@pytest.fixture
def tagged(mini):
    """The small corpus with one annotator, committed as v1.2.3."""
    (mini.root / ".gitignore").write_text("/seeds/private/\n/dist/\n")
    for id in ("clinic", "school"):
        mini.spans_file("mo", id).parent.mkdir(exist_ok=True)
        shutil.copy(mini.spans_file("gold", id), mini.spans_file("mo", id))
    (mini.layer_folder("mo") / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "mo"\n')
    commit(mini.root, "v1.2.3")
    return mini


def edit(root, name, pattern, words):
    path = root / name
    if words == "DELETE":
        path.unlink()
    elif not pattern:
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + words + "\n")
    else:
        text, count = re.subn(pattern, words, path.read_text(), count=1)
        assert count, f"nothing in {name} fits {pattern}"
        path.write_text(text)


def rehash(corpus):
    sources = []
    for source in read_records(corpus.sources_file, Source):
        text = (corpus.sources_file.parent / source.file).read_text(encoding="utf-8")
        sources.append(replace(source, sha256=hash_text(text), chars=len(text)))
    write_records(corpus.sources_file, sources)


def told(change):
    """What, which document, and the layer, label or kind."""
    sides = [side for side in (change.get("new"), change.get("old")) if isinstance(side, dict)]
    name = change.get("layer") or next((side.get("label") or side.get("kind") for side in sides), None)
    return " ".join(filter(None, [change["what"], change.get("id"), name]))


def run(corpus, *arguments):
    done = standoff("diff", *arguments, cwd=corpus.root)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case, tagged):
    for name, pattern, words in case.get("before", []):
        edit(tagged.root, name, pattern, words)
        commit(tagged.root, "v1.2.3")
    for name, pattern, words in case["edits"]:
        edit(tagged.root, name, pattern, words)
    if case.get("rehash"):
        rehash(tagged)
    found = json.loads(run(tagged, "v1.2.3", ".", "--json"))
    assert sorted(map(told, found["changes"])) == sorted(case["changes"])
    assert found["bump"] == case["bump"]
    assert bool(found["reasons"]) == (case["bump"] != "none")
    if "version" in case:
        assert found["version_needed"] == case["version"]
    if "unknown" in case:
        assert case["unknown"] in found["not_compared"]
    if case["edits"]:
        commit(tagged.root, "v1.2.4")
        between = json.loads(run(tagged, "v1.2.3", "v1.2.4", "--json"))
        assert all(between[key] == found[key] for key in ("changes", "accounts", "bump"))


def test_every_change_has_a_case():
    """The rest are those of datasets, below, and of documents that are listed and in no split."""
    cases = {" ".join(change.split()[:2]) for case in CASES for change in case["changes"]}
    cases |= {"document left out" if change.startswith("document left") else "" for change in cases}
    others = (
        "column",
        "config",
        "content",
        "mark",
        "split",
        "layer removed",
        "text released",
        "order",
        "document read",
    )
    elsewhere = {what for what in LEVELS if what.startswith(others)}
    assert set(LEVELS) - cases - elsewhere == set()


# --- the same state, read in two ways ---


def test_a_dataset_and_the_revision_it_was_built_from_do_not_differ(tagged):
    build(tagged)
    build(tagged, with_private=True)
    for dataset in ("dist/harbour-1.2.3", "dist/harbour-1.2.3-private"):
        for sides in ((dataset, "v1.2.3"), (".", dataset), (dataset, dataset), ("dist/harbour-1.2.3", dataset)):
            found = json.loads(run(tagged, *sides, "--json"))
            assert (found["changes"], found["bump"], found["reasons"]) == ([], "none", []), sides
            assert found["accounts"]["spans, before"] == {"total": 18, "kept": 18}


def test_datasets_tell_what_revisions_tell(tagged):
    build(tagged, tagged.root / "dist" / "old")
    shifted = next(case for case in CASES if case["name"].startswith("words put into a text"))
    for name, pattern, words in (*shifted["edits"], ("annotations/gold/ferry.jsonl", '"ORG"', '"PERSON"')):
        edit(tagged.root, name, pattern, words)
    rehash(tagged)
    clean(tagged)
    build(tagged, tagged.root / "dist" / "new")
    sides = (("v1.2.3", "."), ("dist/old", "dist/new"), ("v1.2.3", "dist/new"), ("dist/old", "."))
    found = [json.loads(run(tagged, *pair, "--json")) for pair in sides]
    assert list(map(told, found[0]["changes"])) == ["text changed bank", "span relabelled ferry PERSON"]
    assert all(one["changes"] == found[0]["changes"] for one in found)
    assert all(one["accounts"]["cuts, now"] == found[0]["accounts"]["cuts, now"] for one in found)


def test_columns_of_datasets(tagged):
    build(tagged)
    state = read_state(tagged, str(tagged.root / "dist" / "harbour-1.2.3"))
    spans = dict(state.columns["spans"])
    del spans["outlet"]
    spans |= {"url": "int", "mood": "str"}
    found = compare(state, replace(state, columns={**state.columns, "spans": spans}))
    assert sorted(change.what for change in found.changes) == ["column added", "column changed", "column removed"]
    assert found.bump == "major"


@pytest.mark.parametrize(("config", "bump"), [("annotators", "none"), ("standoff", "none"), ("tokens", "major")])
def test_a_config_that_is_gone(config, bump, tagged):
    """Without annotators and without private texts two of them have no rows; that another is gone breaks users."""
    build(tagged)
    state = read_state(tagged, str(tagged.root / "dist" / "harbour-1.2.3"))
    fewer = {name: columns for name, columns in state.columns.items() if name != config}
    assert compare(state, replace(state, columns=fewer)).bump == bump
    assert compare(replace(state, columns=fewer), state).bump == {"none": "none", "major": "minor"}[bump]


def test_content_that_no_change_explains(tagged):
    """By the hashes in the manifests, of the configs that nothing else that changed can touch."""
    build(tagged)
    state = read_state(tagged, str(tagged.root / "dist" / "harbour-1.2.3"))
    assert state.settings == {"name": "harbour", "language": "en"}
    content = {**state.content, "tokens": {**state.content["tokens"], "train": "0" * 64}}
    other = replace(state, content=content)
    found = compare(state, other)
    assert [(change.what, change.new) for change in found.changes] == [("content changed", f"tokens/train: {'0' * 12}")]
    assert (found.bump, found.version_needed) == ("patch", "1.2.4")
    german = replace(other, settings={**state.settings, "language": "de"})
    assert [change.new for change in compare(state, german).changes] == ["language: de"]
    assert compare(state, replace(other, has_private_text=True)).changes == ()  # other texts are in it
    spans = {**state.content, "spans": dict.fromkeys(state.content["spans"], "0" * 64)}
    assert compare(state, replace(state, content=spans, version="1.2.4")).changes == ()  # each row has the version
    assert len(compare(state, replace(state, content=spans)).changes) == len(spans["spans"])


def test_definitions_of_manifests(tagged):
    """A manifest has no rules: the step of the version says what a change of definition means."""
    build(tagged)
    state = read_state(tagged, str(tagged.root / "dist" / "harbour-1.2.3"))
    labels = {**state.labels, "DATA": "Any record."}
    bumps = {
        version: compare(state, replace(state, labels=labels, guidelines_version=version)).bump
        for version in ("0.3.0", "0.3.1", "0.4.0", "1.0.0", "0.2.0")
    }
    assert bumps == {"0.3.0": "major", "0.3.1": "patch", "0.4.0": "minor", "1.0.0": "major", "0.2.0": "major"}


# --- properties ---

TEXT = "Ada Moor met Bo Lund of Orrin Paper in Vell. " * 4
RANGES = st.tuples(st.integers(0, 40), st.integers(1, 12))
SPANS = st.lists(
    st.builds(lambda at, label: Span(at[0], sum(at), label, TEXT[at[0] : sum(at)]), RANGES, st.sampled_from("ABC")),
    max_size=8,
)
LAYERS = st.dictionaries(st.sampled_from(["ida", "mo"]), SPANS.map(tuple), max_size=2)
CUTS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["ad", "share"])), max_size=3)
IN_SPLIT = st.sampled_from(["train", "test"])


def document(id, spans, layers, split, cuts):
    made = tuple(Cut(60 + 10 * at, 61 + 10 * at + size, kind, "rule:x") for at, (size, kind) in enumerate(cuts))
    ordered = tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label)))
    return DocumentState(id, "0" * 64, False, split, made, ordered, layers)


def state_of(documents, text=None):
    return State("x", False, "1.0.0", "1.0.0", dict.fromkeys("ABC"), documents, lambda ids: dict.fromkeys(ids, text))


DOCUMENTS = st.lists(st.sampled_from("abcd"), unique=True).flatmap(
    lambda ids: st.tuples(*(st.builds(document, st.just(id), SPANS, LAYERS, IN_SPLIT, CUTS) for id in ids))
)
STATES = DOCUMENTS.map(lambda found: state_of({one.id: one for one in found}))


@settings(max_examples=150)
@given(STATES, STATES)
def test_every_mark_of_both_sides_is_counted_once(old, new):
    found = compare(old, new)  # the ledger balances or this raises
    for side, state, absent in (("before", old, "added"), ("now", new, "removed")):
        marks = Counter(span.label for one in state.documents.values() for span in one.spans)
        counted = Counter()
        for (account, where, label, _), count in found.counts.items():
            if (account, where) == ("spans", side):
                counted[label] += count
        assert counted == marks
        changed = sum(change.what.startswith("span ") and change.what != f"span {absent}" for change in found.changes)
        unchanged = sum(
            count
            for key, count in found.counts.items()
            if key[:2] == ("spans", side) and key[3] in ("kept", "with the document")
        )
        assert changed + unchanged == marks.total()


@settings(max_examples=50)
@given(STATES)
def test_a_state_does_not_differ_from_itself(state):
    found = compare(state, state)
    assert (found.changes, found.bump, found.reasons, found.version_needed) == ((), "none", (), "1.0.0")
    assert to_sentences(found) == {"corpus": [], "guidelines": []}


@settings(max_examples=100)
@given(STATES, STATES)
def test_the_way_back_is_the_way_forth_turned_round(old, new):
    turned = {"added": "removed", "removed": "added", "relabelled": "relabelled", "rekinded": "rekinded"}
    forth, back = (Counter(change.what for change in compare(*sides).changes) for sides in ((old, new), (new, old)))
    expected = Counter()
    for what, count in forth.items():
        noun, verb = what.rsplit(" ", 1)
        expected[f"{noun} {turned.get(verb, verb)}"] += count
    assert back == expected


WORDS = st.lists(st.sampled_from(["Ada", "Bo", "met", "of", "the", "Orrin", "mill", "."]), min_size=1, max_size=30)


@settings(max_examples=150)
@given(WORDS, st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["so", "then", "never"])), max_size=4), st.data())
def test_words_put_between_spans_move_none(words, inserts, data):
    """Spans are single words that the text has once; where it has them twice, none is lost from the account either."""
    marked = data.draw(st.sets(st.integers(0, len(words) - 1), max_size=6))
    grown = list(enumerate(words))
    for place, word in inserts:
        grown.insert(min(place, len(grown)), (-1, word))
    found = compare(state_of_words(list(enumerate(words)), marked), state_of_words(grown, marked))
    whats = Counter(change.what for change in found.changes if change.what != "text changed")
    assert whats["span removed"] == whats["span added"]
    if all(words.count(words[at]) == 1 for at in marked):
        assert not whats


def state_of_words(tokens, marked):
    """One document of these words, those with a number in `marked` as spans."""
    text, spans = "", []
    for at, word in tokens:
        if at in marked:
            spans.append(Span(len(text), len(text) + len(word), "A", word))
        text += word + " "
    one = DocumentState("a", hash_text(text), False, "train", (), tuple(spans), {})
    return state_of({"a": one}, text)


# --- versions ---


@pytest.mark.parametrize(
    ("old", "bump", "least"),
    [
        ("0.4.1", "none", "0.4.1"), ("0.4.1", "patch", "0.4.2"), ("0.4.1", "minor", "0.5.0"),
        ("0.4.1", "major", "0.5.0"), ("0.9.0", "major", "0.10.0"), ("1.4.1", "patch", "1.4.2"),
        ("1.4.1", "minor", "1.5.0"), ("1.4.1", "major", "2.0.0"),
    ],
)  # fmt: skip
def test_needed_version(old, bump, least):
    assert needed_version(old, bump) == least


def test_a_version_that_is_no_number_has_none_after_it(tagged):
    edit(tagged.root, "standoff.toml", "1.2.3", "draft")
    assert json.loads(run(tagged, ".", "v1.2.3", "--json"))["version_needed"] is None
    with pytest.raises(ValueError, match="draft"):
        needed_version("draft", "patch")


# --- forms ---


def change_much(corpus):
    for name, pattern, words in MUCH["edits"]:
        edit(corpus.root, name, pattern, words)


def test_markdown(tagged):
    change_much(tagged)
    golden = Path(__file__).parent / "cases" / "diff.md"
    found = run(tagged, "v1.2.3", ".", "--markdown")
    assert found == golden.read_text(encoding="utf-8"), "if the new form is right, put it into cases/diff.md"


def test_text(tagged):
    change_much(tagged)
    golden = Path(__file__).parent / "cases" / "diff.txt"
    assert run(tagged, "v1.2.3", ".") == golden.read_text(encoding="utf-8")


def test_sentences(tagged):
    change_much(tagged)
    edit(tagged.root, "guidelines/labels.toml", '"0.3.0"', '"0.3.1"')
    assert to_sentences(compare(read_state(tagged, "v1.2.3"), read_state(tagged, "."))) == {
        "corpus": [
            "1 split moved: 1 from train to test.",
            "2 spans relabelled: 1 ORG -> PERSON, 1 DATA -> ORG.",
            "2 spans moved: 1 DATA, 1 ORG.",
            "1 span removed: 1 PERSON.",
            "1 cut rekinded: 1 navigation -> related.",
            "1 cut moved: 1 whitespace.",
            "1 description changed (quarry).",
        ],
        "guidelines": [
            "Version 0.3.1, after 0.3.0.",
            "Definition changed: PERSON: A person; not <b>a</b> `ship` | @all..",
        ],
    }


def test_page(tagged):
    change_much(tagged)
    assert run(tagged, "v1.2.3", ".", "--html", "changes.html").endswith("written: changes.html\n")
    page = (tagged.root / "changes.html").read_text(encoding="utf-8")
    assert '<mark class="span l0">Norrsund Lines<s><b class="l1">ORG</b></s><b class="l0">PERSON</b></mark>' in page
    assert "Vell Clinic" not in page  # nothing changed there
    assert "not &lt;b&gt;a&lt;/b&gt;" in page and "<b>a</b>" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page) and "@import" not in page and "url(" not in page
    assert page.count("<details") == 4


def test_page_shows_what_changed_in_a_text(tagged):
    """Of a public text what went and what came, in the text around; of a private one nothing."""
    edit(tagged.root, "seeds/text/bank.txt", "Kestrel", "The old <b>Kestrel</b>")
    edit(tagged.root, "seeds/text/bank.txt", " before he could log out again", "")
    edit(tagged.root, "seeds/private/quarry.txt", "sold", "gave away")
    rehash(tagged)
    run(tagged, "v1.2.3", ".", "--html", "changes.html")
    page = (tagged.root / "changes.html").read_text(encoding="utf-8")
    assert "<ins>The old &lt;b&gt;</ins>" in page and "<del> before he could log out again</del>" in page
    assert "gave away" not in page and "private: no text is shown" in page


def test_no_private_text_in_any_form(tagged):
    build(tagged, with_private=True)
    change_much(tagged)
    private, page = "dist/harbour-1.2.3-private", tagged.root / "page.html"
    for old, new in (("v1.2.3", "."), (private, "."), ("v1.2.3", private)):
        options = ((), ("--json",), ("--markdown",), ("--html", str(page)))
        forms = [run(tagged, old, new, *chosen) for chosen in options]
        forms.append(re.sub("(?s)<style>.*</style>", "", page.read_text(encoding="utf-8")))
        for form in forms:
            assert ("span relabelled" in form) == (new == ".")
            for word in set(re.findall(r"\w{4,}", PRIVATE)) - {"with", "still", "their"}:
                assert word not in form.replace(str(tagged.root), ""), word


# --- wrong use ---


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("nosuch", "."), "git knows no revision 'nosuch'"),
        (("-", "."), "git knows no revision '-'"),
        ((".", "seeds"), "seeds: no dataset is here"),
    ],
)
def test_wrong_use(sides, message, tagged):
    done = standoff("diff", "--", *sides, cwd=tagged.root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"standoff: {message} (")


def test_a_revision_with_the_name_of_a_folder(tagged):
    subprocess.run(["git", "-C", str(tagged.root), "branch", "seeds"], check=True)
    edit(tagged.root, "annotations/gold/ferry.jsonl", '"ORG"', '"PERSON"')
    for here in (".", "./", str(tagged.root)):
        found = json.loads(run(tagged, "seeds", here, "--json"))
        assert list(map(told, found["changes"])) == ["span relabelled ferry PERSON"]


def test_outside_a_corpus_only_datasets_can_be_named(tagged, tmp_path):
    build(tagged)
    dataset = str(tagged.root / "dist" / "harbour-1.2.3")
    assert "no change" in standoff("diff", dataset, dataset, cwd=tmp_path).stdout
    done = standoff("diff", dataset, "HEAD", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "no such revision or dataset: 'HEAD'" in done.stderr


def test_a_broken_file_is_named_with_its_revision(tagged):
    (tagged.spans_file("gold", "bank")).write_text('{"start": 1}\n')
    commit(tagged.root, "broken")
    done = standoff("diff", "v1.2.3", "broken", cwd=tagged.root)
    assert done.returncode == 1
    assert done.stderr == "standoff: broken:annotations/gold/bank.jsonl:1: not a span: field 'end' is missing\n"


def test_a_revision_without_a_corpus(mini):
    subprocess.run(["git", "-C", str(mini.root), "init", "--quiet"], check=True)
    git = ["git", "-C", str(mini.root), "-c", "user.name=ida", "-c", "user.email=ida@example.org"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "0"], check=True)
    done = standoff("diff", "HEAD", ".", cwd=mini.root)
    assert (done.returncode, done.stderr) == (2, "standoff: HEAD:standoff.toml: no such file\n")


def test_the_folder_needs_no_git(mini):
    assert "no change" in run(mini, ".", ".")


def test_markdown_obeys_no_text():
    odd = "<script>@all `x` | [A](http://x.example)"
    old = state_of({})
    form = to_markdown(compare(old, replace(old, name=odd, labels={odd: "#", "A": None, "B": None, "C": None})))
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(form)
    assert "<script" not in shown and "<a " not in shown
    assert not re.search("(?<!<code>&lt;script&gt;)@all", shown)


def test_a_diff_is_frozen_data():
    assert Diff.__dataclass_params__.frozen and State.__dataclass_params__.frozen
