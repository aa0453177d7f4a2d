"""The fingerprint of a private text in its source: that of the text, where the text is here."""

from collections.abc import Iterator

from standoff.hydrate.fingerprint import loads_sketch, sketch_text
from standoff.records import Issue, Source


def check_words(source: Source, seed: str | None, path: str) -> Iterator[Issue]:
    """What is wrong with the field `words` of a source; `path` names its file, `seed` is None where it is not here."""
    if not source.words:
        return
    message = ""
    try:
        loads_sketch(source.words)
    except ValueError as error:
        message = str(error)
    if source.redistribute:
        message = "a text that everyone may have needs no fingerprint"
    elif not message and seed is not None and source.words != sketch_text(seed, source.sha256):
        message = "not the fingerprint of its text"
    if message:
        yield Issue("source-words", path, None, f"{source.id}: {message}", at=source.id)
