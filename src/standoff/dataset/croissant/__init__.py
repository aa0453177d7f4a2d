"""`croissant.json`: the dataset in the Croissant 1.0 vocabulary, with its extension for responsible AI."""

from standoff.dataset.croissant.metadata import to_croissant

__all__ = ["to_croissant"]
