"""Documents that come with annotations: taken into the corpus and kept whole, since labels lie in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from standoff.add import guess_title
from standoff.clean import clean
from standoff.corpus import Corpus
from standoff.files import hash_text, write_text
from standoff.formats.exchange import Annotated
from standoff.jsonl import write_records
from standoff.records import ID, Keep, Source

BY = "person:import"
"""Who keeps their text: whoever ran the import."""


def take_in(corpus: Corpus, documents: Sequence[Annotated], template: Source) -> dict[str, str]:
    """Add the documents that the corpus does not know; gives the id of each in the corpus by its own.

    Line ends of other systems become ours; a text that is empty or holds NUL stays out, and is rejected later.
    """
    sources = corpus.read_sources() if corpus.sources_file.exists() else {}
    known = {source.sha256 for source in sources.values()} | {one.sha256 for one in corpus.read_index().values()}
    names: dict[str, str] = {}
    for document in documents:
        text = document.text.replace("\r\n", "\n").replace("\r", "\n")
        digest = hash_text(text)
        if document.id in sources or digest in known or not text.strip() or "\0" in text:
            continue
        document_id = _to_id(document.id, digest, sources)
        source = replace(
            template,
            id=document_id,
            file=corpus.seed_name(document_id, redistribute=template.redistribute),
            sha256=digest,
            chars=len(text),
            title=template.title or guess_title(text),
        )
        sources[document_id], names[document.id] = source, document_id
        known.add(digest)
        write_text(corpus.seed_file(document_id, redistribute=template.redistribute), text)
        write_records(corpus.keeps_file(document_id), [Keep(0, len(text), BY)])
    if names:
        write_records(corpus.sources_file, sources.values())
        clean(corpus, list(names.values()))
    return names


def _to_id(name: str, digest: str, taken: Mapping[str, Source]) -> str:
    """An id of the corpus made from theirs; with a hash of the text where another document has it."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:71] or "document"
    return plain if ID.fullmatch(plain) and plain not in taken else f"{plain}-{digest[:8]}"
