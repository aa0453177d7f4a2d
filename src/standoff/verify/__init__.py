"""`standoff verify`: a dataset held against its manifest, and against one built from the repository at its tag."""

from standoff.verify.verify import Verdict, verify

__all__ = ["Verdict", "verify"]
