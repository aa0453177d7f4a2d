"""Tests of the corpus in this repository, apart from those of the package."""
