"""Texts that are nearly the same, as documents or in their paragraphs: what must not stand in two splits."""
