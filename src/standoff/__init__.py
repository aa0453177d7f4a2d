"""standoff: raw news text into a versioned, labelled corpus; labels and deletions point into the source.

The functions of the command line have the same names here: `standoff.clean.clean_text`, `standoff.check.check`,
`standoff.build.build`, and so on; nothing heavy is imported before it is needed.
"""

__version__ = "0.5.0"
