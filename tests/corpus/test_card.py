"""The card of this corpus: complete, computed, never stale."""

import json
import re

import pytest

from standoff.dataset.card import missing_sections, read_said
from standoff.dataset.card.figures import FIGURES
from standoff.dataset.card.metadata import read_metadata
from standoff.dataset.features import CONFIGS
from tests.conftest import ROOT
from tests.package.test_croissant import open_croissant, read_records

RESPONSIBLE = (
    "dataCollection", "dataCollectionType", "dataPreprocessingProtocol", "dataAnnotationProtocol",
    "dataAnnotationPlatform", "dataAnnotationAnalysis", "annotatorDemographics", "annotationsPerItem",
    "machineAnnotationTools", "dataUseCases", "dataLimitations", "dataBiases", "personalSensitiveInformation",
    "dataReleaseMaintenancePlan",
)  # fmt: skip
"""Properties that the corpus must have something to say of."""
ABOUT = (ROOT / "card.md").read_text(encoding="utf-8")


def test_the_copy_in_docs_is_not_stale(dataset):
    copy = (ROOT / "docs" / "dataset-card.md").read_text(encoding="utf-8")
    fresh = (dataset / "README.md").read_text(encoding="utf-8")
    assert copy == fresh, "docs/dataset-card.md is stale: run  python scripts/write_card.py"


def test_people_have_said_all_that_a_card_needs(ours):
    assert missing_sections(ABOUT) == []
    metadata = read_metadata(ours.settings)
    assert metadata.authors and metadata.published and metadata.tags


def test_no_figure_is_written_by_hand(dataset):
    """What card.md has as a placeholder stands nowhere in it as a number."""
    said = read_said((dataset / "README.md").read_text(encoding="utf-8"))
    pattern = re.escape(ABOUT.strip())
    names = dict.fromkeys(re.findall(r"\{([a-z][a-z0-9_.]*)\}", ABOUT))
    assert set(names) <= set(FIGURES) and {"documents.written", "words", "spans", "agreement.f1"} <= set(names)
    for name in names:
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name.replace('.', '_')}>[\\d.,]+)", 1)
        pattern = pattern.replace(re.escape(f"{{{name}}}"), r"[\d.,]+")
    found = re.fullmatch(pattern, said)
    assert found is not None
    values = found.groupdict().values()
    assert not [value for value in values if re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", ABOUT)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # rdflib, pandas
def test_croissant_gives_every_row_and_says_all_of_responsible_ai(dataset):
    croissant = open_croissant(dataset)
    assert not croissant.metadata.ctx.issues.errors and not croissant.metadata.ctx.issues.warnings
    assert {one.id for one in croissant.metadata.record_sets} == {*CONFIGS, "splits", "labels", "tags", "kinds"}
    for config in ("spans", "annotators", "standoff"):
        records = read_records(croissant, config)
        assert len(records) == {"spans": 12, "annotators": 24, "standoff": 5}[config]
        assert all(span["label"].isupper() for record in records for span in record["spans"])
    told = json.loads((dataset / "croissant.json").read_text(encoding="utf-8"))
    assert set(RESPONSIBLE) <= {key.removeprefix("rai:") for key in told}
