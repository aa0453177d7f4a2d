"""The schema of every config: the one source of the Parquet schema and of the card's `dataset_info`."""

from collections.abc import Sequence

from datasets import ClassLabel, Features, List, Value

from standoff.records import KINDS

CONFIGS = ("spans", "tokens", "annotators", "cleaning", "standoff")
"""The configs in the order of the card; the first is the default. A config without rows is not written."""

_TEXT, _NUMBER = Value("string"), Value("int32")
_RANGE = {"start": _NUMBER, "end": _NUMBER}
_CUTS = List({**_RANGE, "kind": ClassLabel(names=list(KINDS)), "by": _TEXT, "score": Value("float32")})
_ABOUT = dict.fromkeys(("title", "outlet", "url", "published", "licence", "seed_sha256", "version"), _TEXT)
_ABOUT_BARE = dict.fromkeys(("title", "outlet", "url", "published", "licence", "language", "words", "checks"), _TEXT)


def iob2_tags(labels: Sequence[str]) -> list[str]:
    """`O`, then B- and I- of each label, in IOB2."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def dataset_features(labels: Sequence[str]) -> dict[str, Features]:
    """The columns of each config. Offsets are int32 code points; ClassLabel names follow `labels.toml`."""
    label, tags = ClassLabel(names=list(labels)), ClassLabel(names=iob2_tags(labels))
    spans, bare = List({**_RANGE, "label": label, "text": _TEXT}), List({**_RANGE, "label": label})
    words = {"tokens": List(_TEXT), "ner_tags": List(tags), "offsets": List(_RANGE)}
    return {
        "spans": Features({"id": _TEXT, "text": _TEXT, "spans": spans, **_ABOUT}),
        "tokens": Features({"id": _TEXT, "doc_id": _TEXT, **words}),
        "annotators": Features({"id": _TEXT, "annotator": _TEXT, "spans": spans}),
        "cleaning": Features({"id": _TEXT, "text": _TEXT, "cuts": _CUTS}),
        "standoff": Features(
            {"id": _TEXT, "sha256": _TEXT, "chars": _NUMBER, "cuts": _CUTS, "spans": bare, **_ABOUT_BARE}
        ),
    }
