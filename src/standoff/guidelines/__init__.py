"""The guidelines of a corpus: the label schema, and pages whose examples are run."""

from standoff.guidelines.schema import SCHEMES, Label, Schema, read_schema

__all__ = ["SCHEMES", "Label", "Schema", "read_schema"]
