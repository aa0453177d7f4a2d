"""`standoff hydrate`: text that may not be redistributed is put back into a dataset by those who have it."""
