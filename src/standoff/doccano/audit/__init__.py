"""`standoff doccano audit`: projects that somebody already runs, read and judged; nothing in them is changed."""
