"""The built dataset: rows of each config, their schema, Parquet, card, Croissant and manifest."""
