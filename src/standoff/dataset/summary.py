"""What a build counts while it streams: all that the card, the ledger and the metadata say in figures."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a build, or of a part of it; the whole is the sum of its parts, in any order.

    `rows` by (config, split). `labels` counts spans by (split, label), `bare` by label those of documents without
    text, `annotated` by annotator. `characters` has `kept` and each kind that was cut; `words` and `documents` go by
    split. `tokens` has `tagged`, `nested` and `lost`. `names` counts spans by (split, label, case-folded surface).
    `licences`, `languages`, `origins`, `outlets` and `years` (of publication, as text) count documents, those without
    text too. `totals` has what went in, counted before anything else: `documents`, `without text`, and of those with
    text `characters` and `spans`.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    bare: Counter[str] = field(default_factory=Counter)
    annotated: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    names: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    outlets: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, part: "Summary") -> None:
        """Take in the counts of another part."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(part, name))

    def configs(self) -> dict[str, list[str]]:
        """The splits that have rows, by config, both in the order of the dataset."""
        from standoff.dataset.features import CONFIGS
        from standoff.records import SPLITS

        splits = {config: [split for split in SPLITS if self.rows[config, split]] for config in CONFIGS}
        return {config: found for config, found in splits.items() if found}

    def count(self, config: str) -> int:
        """The rows of a config."""
        return sum(number for (one, _), number in self.rows.items() if one == config)

    def label_totals(self) -> Counter[str]:
        """The spans of each label over all splits."""
        totals: Counter[str] = Counter()
        for (_, label), number in self.labels.items():
            totals[label] += number
        return totals
