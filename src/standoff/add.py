"""`standoff add`: texts and pages into `seeds/`, exactly as received."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from standoff.cleaning import apply_cuts, find_cuts
from standoff.cleaning.text import count_words, ends_sentence
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text, write_text
from standoff.hidden import require_hidden
from standoff.hydrate.fingerprint import sketch_text
from standoff.incoming import Incoming, is_web, read_incoming
from standoff.jsonl import dumps_records
from standoff.ledger import Account, Ledger
from standoff.records import ID, Source

_TITLE_WORDS = 7
"""Words of a title of ours, for a text that shows none."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a text: `added`, `restored` (it was listed but not here) or `present`; `id` names the document.

    Of pages also `differs` (another text is listed for its address), and, then with the address as `id`, `no text`,
    `too long`, `unread` (packed in a way unknown here, or no HTML) and `no page` (an answer of another kind, or an
    error). `odd` counts characters that could not be decoded.
    """

    id: str
    outcome: str
    odd: int = 0


def list_texts(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the *.txt files of folders named, sorted; raises StandoffError for a wrong path."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob("*.txt"))
            if not found:
                hint = "pages are named one by one: FOLDER/*.html"
                raise StandoffError("no .txt file in this folder", path=path, hint=hint, usage=True)
            files += found
        elif path.exists():
            files.append(path)
        else:
            raise StandoffError("no such file or folder", path=path, hint="check the path", usage=True)
    return files


def add(corpus: Corpus, paths: Sequence[Path], template: Source) -> list[Added]:
    """Take files into the corpus; a text whose sha256 is listed supplies that document's text.

    `template` gives what a new document's source says (licence, outlet, ...); id, file, hash, length and,
    where empty, title are filled in, for a page also what it says of itself. Everything is read and checked before
    anything is written; what is taken stays in memory until then.
    """
    if template.id:
        _require_id(template.id)
    sources = corpus.read_sources() if corpus.sources_file.exists() else {}
    listed = {source.sha256: source for source in sources.values()}
    texts: dict[str, str] = {}
    added: list[Added] = []
    for path in list_texts(paths):
        for one in read_incoming(path, template):
            if one.fate:
                added.append(Added(one.id, one.fate))
                continue
            source, outcome = _place(corpus, sources, listed, one)
            if outcome == "restored" and source.id in texts:
                outcome = "present"
            if outcome != "differs":
                sources[source.id] = listed[source.sha256] = source
            if outcome in ("added", "restored"):
                texts[source.id] = one.text
            added.append(Added(source.id, outcome, one.text.count("\ufffd")))
    listing = dumps_records(sources.values())
    try:
        listing.encode("utf-8")
    except UnicodeEncodeError:
        raise StandoffError("a title, outlet, address or licence is not UTF-8", usage=True) from None
    _write_seeds(corpus, sources, texts)
    write_text(corpus.sources_file, listing)
    return added


def _write_seeds(corpus: Corpus, sources: Mapping[str, Source], texts: Mapping[str, str]) -> None:
    """Refuses where git would take private text."""
    if hidden := [name for name in texts if not sources[name].redistribute]:
        require_hidden(corpus.seed_file(hidden[0], redistribute=False), hidden)
    for document_id, text in texts.items():
        write_text(corpus.seed_file(document_id, redistribute=sources[document_id].redistribute), text)


def count_outcomes(added: Sequence[Added]) -> Ledger:
    """The account of an addition, and what a person should look at."""
    account = Account("texts", len(added), Counter(one.outcome for one in added))
    remarks = [f"{one.id}: what could not be decoded stands as U+FFFD, {one.odd:,} ×" for one in added if one.odd]
    return Ledger((account,), tuple(remarks)).require_balance()


def _place(
    corpus: Corpus, sources: Mapping[str, Source], listed: Mapping[str, Source], one: Incoming
) -> tuple[Source, str]:
    """The source of a text, listed or new, and what will become of it."""
    digest = hash_text(one.text)
    if same := listed.get(digest):
        here = corpus.seed_file(same.id, redistribute=same.redistribute).exists()
        words = "" if same.redistribute else same.words or sketch_text(one.text, digest)
        return replace(same, words=words), "present" if here else "restored"
    document_id = _free_id(sources, one) if one.crawled else one.id
    _require_id(document_id, one.path)
    if known := sources.get(document_id):
        if one.crawled:
            return known, "differs"
        original = (
            "was it read by another version of the extractor? Else" if is_web(one.path) else "put the original back, or"
        )
        hint = f"{original} add the new text under another id with --id"
        message = f"this is not the text listed as {document_id}: sha256 {digest[:12]}…, listed {known.sha256[:12]}…"
        raise StandoffError(message, path=one.path, hint=hint)
    return (
        replace(
            one.source,
            id=document_id,
            file=corpus.seed_name(document_id, redistribute=one.source.redistribute),
            sha256=digest,
            chars=len(one.text),
            title=one.source.title or guess_title(one.text),
            words="" if one.source.redistribute else sketch_text(one.text, digest),
        ),
        "added",
    )


def _free_id(sources: Mapping[str, Source], one: Incoming) -> str:
    """The id that its address makes, with a hash of the address where another document has that one."""
    known = sources.get(one.id)
    if known is None or known.url == one.source.url:
        return one.id
    return f"{one.id[:71]}-{hash_text(one.source.url or '')[:8]}"


def _require_id(document_id: str, path: Path | None = None) -> None:
    if not ID.fullmatch(document_id):
        hint = "give one with --id: small letters, digits, - and _"
        raise StandoffError(f"{document_id!r} is no id", path=path, hint=hint, usage=True)


def guess_title(text: str) -> str:
    """The first line that cleaning keeps, if it looks like a headline; else its first words."""
    first = next((line.strip() for line in apply_cuts(text, find_cuts(text)).split("\n") if line.strip()), "untitled")
    if count_words(first) <= 25 and not ends_sentence(first):
        return first
    return " ".join(first.split()[:_TITLE_WORDS])
