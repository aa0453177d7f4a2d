"""The table of what may change, and the step of the version that each calls for."""

from collections.abc import Mapping

from standoff.diff.version import Bump

LEVELS: Mapping[str, Bump] = {
    "document removed": "major",
    "document left out": "major",
    "text withdrawn": "major",
    "split moved": "major",
    "label removed": "major",
    "label added": "major",
    "order changed": "major",
    "overlap changed": "major",
    "meaning changed": "major",
    "config removed": "major",
    "column removed": "major",
    "column added": "major",
    "column changed": "major",
    "layer removed": "major",
    "config added": "minor",
    "document added": "minor",
    "document read": "minor",
    "text released": "minor",
    "layer added": "minor",
    "reading added": "minor",
    "rule added": "minor",
    "span added": "minor",
    "count risen": "minor",
    "span relabelled": "patch",
    "span moved": "patch",
    "span reworded": "patch",
    "span removed": "patch",
    "span noted": "patch",
    "text changed": "patch",
    "cut added": "patch",
    "cut removed": "patch",
    "cut rekinded": "patch",
    "cut moved": "patch",
    "cut noted": "patch",
    "definition changed": "patch",
    "wording changed": "patch",
    "split dealt": "patch",
    "split lost": "patch",
    "description changed": "patch",
    "setting changed": "patch",
    "reading removed": "patch",
    "candidate removed": "patch",
    "candidate added": "patch",
    "candidate moved": "patch",
    "candidate withdrawn": "patch",
    "candidate released": "patch",
    "content changed": "patch",
    "mark added": "patch",
    "mark relabelled": "patch",
    "mark moved": "patch",
    "mark reworded": "patch",
    "mark removed": "patch",
    "mark noted": "patch",
}
"""What may change, most important first, and the step it calls for. Marks are the spans of an annotator's layer.

A candidate is a document that is in no dataset: not read, or in no split. A count has risen where a label has more
spans in a document than before, and the spans cannot be compared one by one. Content changed where no other change
says why a split of a config has other rows.
"""
