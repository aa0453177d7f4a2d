"""The dataset card: metadata from the schema of the Parquet, text from the corpus, figures from the rows."""

from standoff.dataset.card.about import missing_sections
from standoff.dataset.card.page import read_said, to_card

__all__ = ["missing_sections", "read_said", "to_card"]
