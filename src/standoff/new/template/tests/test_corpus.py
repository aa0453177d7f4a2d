"""What the corpus promises: everything that `standoff check` can tell."""

import unittest

from standoff.check import check
from standoff.check.report import to_text
from standoff.check.rules import is_error
from standoff.corpus import Corpus


class TestCorpus(unittest.TestCase):
    """The corpus as it is in the work tree."""

    def test_check_finds_no_error(self) -> None:
        """Files, offsets, labels, guidelines, consistency and licences."""
        self.assertEqual([to_text(issue) for issue in check(Corpus.find()).issues if is_error(issue)], [])
