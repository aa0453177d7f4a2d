"""The schema of every config: the one source of the Parquet schema and of the card's `dataset_info`."""

from collections.abc import Sequence

from datasets import ClassLabel, Features, List, Value

from standoff.records import KINDS

CONFIGS = ("spans", "tokens", "cleaning", "standoff")
"""The configs in the order of the card; the first is the default. A config without rows is not written."""


def iob2_tags(labels: Sequence[str]) -> list[str]:
    """`O`, then B- and I- of each label, in IOB2."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def dataset_features(labels: Sequence[str]) -> dict[str, Features]:
    """The columns of each config. Offsets are int32 code points; ClassLabel names follow `labels.toml`."""
    text, number, label = Value("string"), Value("int32"), ClassLabel(names=list(labels))
    cuts = List(
        {
            "start": number,
            "end": number,
            "kind": ClassLabel(names=list(KINDS)),
            "by": text,
            "score": Value("float32"),
        }
    )
    about = ("title", "outlet", "url", "published", "licence", "seed_sha256", "version")
    return {
        "spans": Features(
            {
                "id": text,
                "text": text,
                "spans": List({"start": number, "end": number, "label": label, "text": text}),
                **dict.fromkeys(about, text),
            }
        ),
        "tokens": Features(
            {
                "id": text,
                "doc_id": text,
                "tokens": List(text),
                "ner_tags": List(ClassLabel(names=iob2_tags(labels))),
                "offsets": List({"start": number, "end": number}),
            }
        ),
        "cleaning": Features({"id": text, "text": text, "cuts": cuts}),
        "standoff": Features(
            {
                "id": text,
                "sha256": text,
                "chars": number,
                "cuts": cuts,
                "spans": List({"start": number, "end": number, "label": label}),
            }
        ),
    }
