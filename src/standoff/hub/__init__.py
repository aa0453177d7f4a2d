"""Datasets on a Hugging Face Hub: fetched by address and revision, published under the tag of a version."""
