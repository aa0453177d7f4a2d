import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
import yaml
from datasets import load_dataset
from hypothesis import given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.build import build
from standoff.corpus import Corpus
from standoff.dataset.agreed import Agreed
from standoff.dataset.card import missing_sections, read_said, to_card
from standoff.dataset.card.about import NEEDED, fill_figures, read_statements, split_sections
from standoff.dataset.card.citation import to_bibtex
from standoff.dataset.card.figures import FIGURES
from standoff.dataset.card.front_matter import to_size
from standoff.dataset.card.metadata import Author, Metadata, read_metadata
from standoff.dataset.card.page import PRIVATE_NOTICE, SILENT
from standoff.dataset.card.tables import to_table
from standoff.dataset.croissant.responsible import SECTIONS, STATEMENTS
from standoff.dataset.facts import Facts
from standoff.dataset.features import dataset_features
from standoff.dataset.overlap import to_overlap
from standoff.dataset.read import read_rows
from standoff.dataset.summary import Summary
from standoff.errors import StandoffError
from standoff.guidelines.pages import Guidelines
from standoff.guidelines.schema import Label, Schema
from standoff.jsonl import write_records
from standoff.records import SPLITS
from standoff.settings import Settings
from tests.conftest import ROOT

LABELS = (
    Label("PERSON", "The name of a person.", "#ffcc00", "p", "PERSON", "PER"),
    Label("DATA", "A kind of data | of a person.", "#00ccff", "d", "", ""),
)
SETTINGS = Settings("quay", "2.1.0", "Quay Papers", "CC-BY-4.0", "en", "gold", "k", {"train": 1.0})
COMPLETE = "Papers of a quay.\n" + "".join(f"\n## {heading}\n\nOf {heading.lower()}.\n" for heading in NEEDED)


def make_facts(**changes) -> Facts:
    """Facts of a build of 1,500 documents and three without text."""
    summary = Summary(
        rows=Counter({("spans", "train"): 1000, ("spans", "test_hard"): 500, ("tokens", "train"): 9000}),
        documents=Counter({"train": 1000, "test_hard": 500}),
        labels=Counter({("train", "PERSON"): 3000, ("test_hard", "DATA"): 7}),
        bare=Counter({"PERSON": 4}),
        characters=Counter({"kept": 9000, "ad": 750, "share": 250}),
        words=Counter({"train": 20000, "test_hard": 1234}),
        names=Counter({("train", "PERSON", "ida"): 3000, ("test_hard", "DATA", "files"): 7}),
        licences=Counter({"CC-BY-4.0": 1500, "all-rights-reserved": 3}),
        languages=Counter({"en": 1503}),
        origins=Counter({"written": 1500, "published": 3}),
        outlets=Counter({f"Outlet {at:02}": 1 for at in range(24)} | {"The Quay": 1400}),
        years=Counter({"2021": 3, "1999": 1490}),
        totals=Counter({"documents": 1503, "without text": 3}),
    )
    summary.rows["standoff", "test"] = 3
    features = dataset_features(["PERSON", "DATA"])
    facts = Facts(
        settings=SETTINGS,
        guidelines=Guidelines("guidelines", Schema("0.2.0", False, LABELS), ()),
        summary=summary,
        features=features,
        content={config: dict.fromkeys(splits, "ab" * 32) for config, splits in summary.configs().items()},
        files={},
        about=COMPLETE,
        agreement=Agreed("## Agreement\n\nHigh.", {"documents": 1200, "readers": 2, "f1": 0.9, "partial": 0.95}),
        changelog="# Changelog\n\n## 2.1.0\n\n### Corpus\n\n- More.\n\n## 2.0.0\n\n- Older.\n",
        private=False,
    )
    return replace(facts, **changes)


def with_card(**card) -> Facts:
    return make_facts(settings=replace(SETTINGS, card=card))


def read_yaml(card: str) -> dict:
    return yaml.safe_load(card.split("---\n")[1])


def test_the_sections_in_their_order():
    text = re.sub(r"```.*?```", "", to_card(make_facts()).split("---\n", 2)[2], flags=re.DOTALL)
    headings = re.findall(r"^#+ .*", text, re.MULTILINE)
    assert headings == [
        "# Quay Papers 2.1.0", *(f"## {name}" for name in NEEDED), "## In figures", "## Configs", "## Labels",
        "## Agreement", "## Names seen in train", "## Cleaning", "## Use", "## Texts that are not in it", "## Verify",
        "## Citation", "## Changes", "### 2.1.0", "#### Corpus",
    ]  # fmt: skip


def test_tables_say_what_was_counted():
    card = to_card(make_facts())
    for row in (
        "| train | 1,000 | 20,000 | 3,000 |",
        "| all | 1,500 | 21,234 | 3,007 |",
        "| without text | 3 | – | 4 |",
        "| licence | CC-BY-4.0 1,500, all-rights-reserved 3 |",
        "| origin | written for this corpus 1,500, published elsewhere 3 |",
        "| year | 1999 1,490, 2021 3 |",
        "| outlet | The Quay 1,400, Outlet 00 1, ",
        "Outlet 18 1, 5 more |",
        "| `standoff` | a document whose text may not be redistributed: hash, cuts and spans, no text | – | – | 3 |",
        "| DATA | A kind of data \\| of a person. | – | – | 0 | 7 | 0 |",
        "| all |  |  |  | 3,000 | 7 | 4 |",
        "| ad | 750 | 7.5 % |",
    ):
        assert row in card
    assert to_overlap(make_facts().summary).strip() in card


def test_only_the_newest_section_of_the_changelog():
    card = to_card(make_facts())
    assert "- More." in card and "- Older." not in card
    assert "## Changes" not in to_card(make_facts(changelog="# Changelog\n"))


def test_what_nobody_says_is_seen_and_listed():
    about = COMPLETE.replace("Of uses.", "").replace("## Limits\n\nOf limits.\n", "")
    assert missing_sections(about) == ["Uses", "Limits"]
    card = to_card(make_facts(about=about))
    assert card.count(SILENT) == 2
    assert f"## Uses\n\n{SILENT}" in card and f"## Limits\n\n{SILENT}" in card
    assert missing_sections(COMPLETE) == [] and SILENT not in to_card(make_facts())


def test_a_heading_in_code_or_below_another_is_no_section():
    assert list(split_sections("Intro\n\n## One\n\n### Deep\n\n```\n## code\n```\n")) == ["", "One"]
    assert split_sections("## One\n\na\n\n## One\n\nb")["One"].split() == ["a", "b"]


def test_the_private_notice_is_on_top():
    card = to_card(make_facts(private=True))
    assert card.split("---\n", 2)[2].split("\n\n")[1] == PRIVATE_NOTICE
    assert read_yaml(card)["license"] == "other"
    assert "Texts that are not in it" not in card
    assert "quay-2.1.0-private" in card


# --- figures ---


def test_every_figure_has_its_value():
    agreed = Agreed("", {"documents": 1200, "f1": 0.9, "low": 0.85, "high": 0.9512, "partial": 0.95})
    found = fill_figures("".join(f"{{{name}}};" for name in FIGURES), make_facts(agreement=agreed)).split(";")
    assert dict(zip(FIGURES, found, strict=False)) == {
        "version": "2.1.0", "documents": "1,500", "documents.bare": "3", "documents.written": "1,500",
        "documents.published": "3", "sentences": "9,000", "words": "21,234",
        "characters": "10,000", "characters.cut": "1,000", "spans": "3,007", "spans.bare": "4", "labels": "2",
        "guidelines": "0.2.0", "rules": "0", "examples": "0", "agreement.documents": "1,200", "agreement.f1": "0.900",
        "agreement.low": "0.850", "agreement.high": "0.951", "agreement.partial": "0.950",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["`{documents}`", "``a ` {nonsense}``", "```python\nf'{spans}'\n```", "[Ida]{PERSON}", "{ name = 1 }", '{"a": 1}'],
)
def test_code_and_other_braces_stay(text):
    assert fill_figures(f"{text} and {{documents}}", make_facts()) == f"{text} and 1,500"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("document", "card.md:4: no such figure: {document} (one of version, documents, "),
        ("agreement.f2", "card.md:4: no such figure: {agreement.f2}"),
        ("agreement.low", "card.md:4: there is no {agreement.low} to tell"),
    ],
)
def test_a_figure_that_cannot_be_told_names_its_line(name, message):
    with pytest.raises(StandoffError, match="^" + re.escape(message)):
        to_card(make_facts(about=f"One\n\n## Two\n{{{name}}}\n"))


def test_figures_are_those_of_the_rows(mini, tmp_path):
    for annotator in ("ida", "ben"):
        mini.layer_folder(annotator).mkdir()
        (mini.layer_folder(annotator) / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "x"\n')
        for one in ("bank", "clinic"):
            write_records(mini.spans_file(annotator, one), (mini.read_spans("gold", one) or [])[annotator == "ben" :])
    adjudicate(mini, ["ida", "ben"], "gold", Policy("expert", "ida"))
    names = ("documents", "documents.bare", "sentences", "words", "spans", "spans.bare", "characters", "agreement.f1")
    mini.card_file.write_text(" ".join(f"{{{name}}}" for name in names) + "\n")
    build(mini, tmp_path / "out")
    rows = {
        config: [row for split in SPLITS for row in read_rows(tmp_path / "out", config, split)]
        for config in ("spans", "tokens", "cleaning", "standoff", "annotators")
    }
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    told = read_said(card).split("\n")[0].split()
    marked = Counter()
    for row in rows["annotators"]:
        marked[row["annotator"]] += len(row["spans"])
    assert marked["ida"] - marked["ben"] == 2
    assert told == [
        str(len(rows["spans"])), str(len(rows["standoff"])), str(len(rows["tokens"])),
        str(sum(len(row["tokens"]) for row in rows["tokens"])),
        str(sum(len(row["spans"]) for row in rows["spans"])), str(sum(len(row["spans"]) for row in rows["standoff"])),
        f"{sum(len(row['text']) for row in rows['cleaning']):,}",
        f"{2 * marked['ben'] / marked.total():.3f}",
    ]  # fmt: skip
    assert f"| all | {marked['ben']}, {marked['ida']} | {told[-1]} |" in card


# --- front matter ---


def test_front_matter():
    data = read_yaml(to_card(with_card(tags=["quays", "standoff"], annotations_creators=["expert-generated"])))
    assert data["tags"] == ["named-entity-recognition", "standoff", "quays"]
    assert data["annotations_creators"] == ["expert-generated"]
    assert "language_creators" not in data
    assert (data["language"], data["multilinguality"], data["license"]) == (["en"], ["monolingual"], "cc-by-4.0")
    assert data["size_categories"] == ["10K<n<100K"]  # 10,503 rows
    assert [one["config_name"] for one in data["configs"] if one.get("default")] == ["spans"]
    assert data["configs"][0]["description"] == "content " + "-".join(["ab" * 8] * 2)


def test_languages_of_the_documents():
    summary = make_facts().summary
    summary.languages["de"] = 2
    data = read_yaml(to_card(make_facts(summary=summary)))
    assert (data["language"], data["multilinguality"]) == (["en", "de"], ["multilingual"])


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("CC0-1.0", {"license": "cc0-1.0"}),
        ("ODC-By-1.0", {"license": "odc-by"}),
        ("Quay-Rules", {"license": "other", "license_name": "quay-rules"}),
    ],
)
def test_a_licence_that_the_hub_does_not_know_goes_by_its_name(licence, told):
    data = read_yaml(to_card(make_facts(settings=replace(SETTINGS, licence=licence))))
    assert {key: value for key, value in data.items() if key.startswith("license")} == told


def test_sizes():
    limits = {0: "n<1K", 1_000: "1K<n<10K", 9_999: "1K<n<10K", 10**6: "1M<n<10M", 10**9: "1B<n<10B"}
    assert {rows: to_size(rows) for rows in limits} == limits


def test_the_built_dataset_loads_in_every_way(mini, tmp_path, caplog):
    build(mini, tmp_path / "out")
    folder = str(tmp_path / "out")
    whole = load_dataset(folder, cache_dir=str(tmp_path / "one"))  # the default config
    assert {split: table.num_rows for split, table in whole.items()} == {
        split: len(list(rows)) for split, rows in load_dataset(folder, streaming=True).items()
    }
    part = load_dataset(folder, "spans", data_files={"train": "spans/train-*"}, cache_dir=str(tmp_path / "two"))
    assert part["train"].num_rows == whole["train"].num_rows
    load_dataset(folder, "tokens", verification_mode="all_checks", cache_dir=str(tmp_path / "three"))
    assert not caplog.records


def test_the_code_in_the_card_runs(mini, tmp_path, monkeypatch):
    build(mini, tmp_path / "harbour-1.2.3")
    card = (tmp_path / "harbour-1.2.3" / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    names: dict = {}
    exec(code.replace("…/", ""), names)
    assert names["labels"] == ["PERSON", "ORG", "DATA"]
    assert next(iter(names["rows"]))["text"]
    assert {"spans", "tokens", "cleaning", "standoff"} <= names.keys()


@pytest.mark.parametrize("repository", ["ida/quay", "https://huggingface.co/datasets/ida/quay"])
def test_with_a_place_on_the_hub_the_card_loads_from_there(repository):
    card = to_card(with_card(repository=repository))
    assert 'tokens = load_dataset("ida/quay", "tokens", revision="v2.1.0")' in card
    assert 'spans = load_dataset("quay-2.1.0", "spans")' in card
    assert "standoff hydrate ida/quay@v2.1.0 FOLDER --tolerant" in card
    assert "standoff verify ida/quay@v2.1.0" in card
    assert "url       = {https://huggingface.co/datasets/ida/quay}" in card
    elsewhere = to_card(with_card(repository="https://example.org/ida/quay"))
    assert "standoff verify quay-2.1.0" in elsewhere and 'load_dataset("ida' not in elsewhere


# --- citation and settings ---


def test_the_citation_states_what_is_known_alone():
    assert to_bibtex(SETTINGS, Metadata()) == (
        "@misc{quay-2.1.0,\n  title     = {{Quay Papers}},\n  version   = {2.1.0},\n}"
    )
    known = Metadata(
        authors=(Author("Holm, Ida"), Author("Quay & Sons")),
        published=date(2026, 3, 1),
        publisher="The 100% Press",
        homepage="https://quay.example/a_b",
    )
    assert to_bibtex(SETTINGS, known).split("\n")[2:-1] == [
        "  author    = {Holm, Ida and {Quay \\& Sons}},",
        "  version   = {2.1.0},",
        "  year      = {2026},",
        "  publisher = {{The 100\\% Press}},",
        "  url       = {https://quay.example/a_b},",
    ]
    assert to_bibtex(SETTINGS, Metadata(citation="@article{x}\n")) == "@article{x}"


@rounds(max_examples=60)
@given(st.text(min_size=1, max_size=30))
def test_any_title_keeps_the_braces_of_the_citation_balanced(title):
    plain = re.sub(r"\\.", "", to_bibtex(replace(SETTINGS, title=title), Metadata()))
    depth = 0
    for sign in plain:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("licence = 'x'", "standoff.toml: [card] no such key: 'licence' (one of authors, tags,"),
        ("tags = 'news'", "standoff.toml: [card] 'tags' cannot be 'news' (a list"),
        ("tags = [1]", "standoff.toml: [card] 'tags' cannot be [1] (a list"),
        ("published = '2026'", "standoff.toml: [card] 'published' cannot be '2026' (a date without quotes"),
        ("published = 2026-03-01T10:00:00", "standoff.toml: [card] 'published' cannot be"),
        ("authors = ['Ida']", "standoff.toml: [card] an author cannot be 'Ida'"),
        ("authors = [{ name = '' }]", "standoff.toml: [card] an author cannot be"),
        ("authors = [{ name = 'A', mail = 'b' }]", "standoff.toml: [card] an author cannot be"),
        (
            "language_creators = ['people']",
            "standoff.toml: [card] 'language_creators' cannot be 'people' (one of ",
        ),
    ],
)
def test_a_mistake_in_the_table_is_one_line(line, message):
    with pytest.raises(StandoffError, match="^" + re.escape(message)) as caught:
        read_metadata(replace(SETTINGS, card=tomllib.loads(line)))
    assert "\n" not in str(caught.value)


def test_a_mistake_stops_the_build_and_leaves_nothing(mini, tmp_path):
    settings = mini.root / "standoff.toml"
    settings.write_text(settings.read_text() + '\n[card]\nauthor = "Ida"\n')
    with pytest.raises(StandoffError, match="no such key: 'author'"):
        build(Corpus(mini.root), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_statements_are_list_items_that_begin_in_bold():
    text = "Before.\n\n* **Texts.** By `ida`,\n  **all** of them.\n* Others.\n- **Tools** None.\n\nAfter."
    assert read_statements({"How": text}) == {"Texts": "By ida, all of them.", "Tools": "None."}


def test_what_people_said_is_read_back():
    facts = make_facts(about=COMPLETE.replace("Of uses.", "{documents} uses."))
    assert read_said(to_card(facts)) == COMPLETE.replace("Of uses.", "1,500 uses.").strip()


def test_a_section_that_says_nothing_is_not_read_back():
    about = COMPLETE.replace("Of uses.", "").replace("## Limits\n\nOf limits.\n", "")
    said = read_said(to_card(make_facts(about=about)))
    assert SILENT not in said and "## Uses" not in said and "## Limits" not in said
    assert said == read_said(to_card(make_facts())).replace("## Uses\n\nOf uses.\n\n## Limits\n\nOf limits.\n\n", "")


def test_a_table_escapes_bars():
    assert to_table(["a", "b"], [["x|y", "1"]], right=1) == "| a | b |\n| --- | --: |\n| x\\|y | 1 |"


def test_the_documentation_lists_every_figure_and_key():
    text = (ROOT / "docs" / "card.md").read_text(encoding="utf-8")
    assert all(f"| `{{{name}}}` | {figure.what} |" in text for name, figure in FIGURES.items())
    assert all(f"| `{key}` |" in text for key in Metadata.__slots__)
    assert all(f"| `## {heading}` |" in text for heading in NEEDED)
    assert all(f"| `## {name}` | `{key}` |" in text for name, key in SECTIONS.items())
    assert all(f"| `**{name}.**` | `{key}` |" in text for name, key in STATEMENTS.items())
