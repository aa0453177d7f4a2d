"""Models on a built dataset: a spaCy NER trained on one split, any spaCy pipeline scored on another."""
