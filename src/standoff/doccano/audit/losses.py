"""What an audit says of people and labels: what an export of this project, in this mode, would not hold."""

from collections import Counter
from collections.abc import Iterator

from standoff.doccano.audit.records import SHOWN, Finding, Seen

_LONGEST = 100
"""Characters of a label that doccano-client can read; an import takes longer ones."""


def find_losses(seen: Seen) -> Iterator[Finding]:
    """The findings on labels, authors, removed members, comments and confirmation; only those that count something."""
    spans = _find_in_shared(seen) if seen.facts.sharing else _find_apart(seen)
    for finding in (*_find_in_labels(seen), *spans, *_find_in_people(seen)):
        if finding.count:
            yield finding


def list_mode(seen: Seen) -> list[str]:
    """What any export of a project in this mode does not hold, however clean it is."""
    told = ["an export holds no numbers, times or scores of spans, and not which documents are confirmed"]
    told.append("an export of the confirmed alone is the way to tell `looked at, nothing found` from `not looked at`")
    if seen.facts.sharing:
        told.append("members share one set of spans: an export does not say who made which")
    else:
        told.append("members have spans apart: an export has one file for each current member, none for former ones")
        told.append("scores and times of spans cannot be seen by an admin in this mode")
    if seen.facts.grapheme:
        told.append("offsets count graphemes (user-perceived characters), which hardly any other tool reads")
    return told


def _find_in_labels(seen: Seen) -> Iterator[Finding]:
    if not seen.facts.spans:
        return
    long = [label for label in seen.labels if len(label) > _LONGEST]
    shown = tuple(f"{label[:40]}… ({len(label)} characters)" for label in long[:SHOWN])
    message = f"have more than {_LONGEST} characters: doccano-client cannot read the labels of this project"
    yield Finding("label-long", "broken", len(long), "labels", message, shown)
    used = {mark.label for reading in seen.readings.values() for marks in reading.marks for mark in marks}
    unused = [label for label in seen.labels if label not in used] if seen.whole else []
    yield Finding("label-unused", "note", len(unused), "labels", "are never used", tuple(unused[:SHOWN]))


def _find_in_shared(seen: Seen) -> Iterator[Finding]:
    marks = [mark for reading in seen.readings.values() for document in reading.marks for mark in document]
    authors = Counter(mark.author for mark in marks)
    shown = tuple(f"{author}: {count:,} spans" for author, count in authors.most_common(SHOWN))
    message = f"are of {len(authors)} people, and an export does not say whose"
    yield Finding("author", "lost", len(marks) if len(authors) > 1 else 0, "spans", message, shown)
    scored = sum(mark.score != 0 for mark in marks)
    yield Finding("score", "lost", scored, "spans", "have a score, which an export does not hold")
    comments = sum(item.comments for item in seen.items)
    yield Finding("comment-author", "note", comments, "comments", "lose their author in an export")
    blank = [item.confirmed for item, marks in zip(seen.items, _marks(seen), strict=False) if not marks]
    if any(blank) and not all(blank):
        message = f"have no span (confirmed: {sum(blank):,}), and a full export does not tell which were read"
        yield Finding("blank", "note", len(blank), "documents", message)


def _marks(seen: Seen) -> tuple[tuple[object, ...], ...]:
    return next((reading.marks for reading in seen.readings.values()), ())


def _find_apart(seen: Seen) -> Iterator[Finding]:
    if not seen.whole:
        return
    exported = sum(len(marks) for reading in seen.readings.values() for marks in reading.marks)
    if seen.stored is not None:
        message = "are of people who are no longer members: no export holds them (add the people again to have them)"
        yield Finding("removed-spans", "lost", max(seen.stored - exported, 0), "spans", message)
    comments = sum(item.comments for item in seen.items) - sum(one.comments for one in seen.readings.values())
    message = "are of people who are no longer members: no export holds them"
    yield Finding("removed-comments", "lost", max(comments, 0), "comments", message)
    for who, reading in seen.readings.items():
        blank = [at in reading.confirmed for at, marks in enumerate(reading.marks) if not marks]
        if any(blank) and not all(blank):
            message = (
                f"have no span of {who} (confirmed: {sum(blank):,}), and a full export does not tell which were read"
            )
            yield Finding("blank", "note", len(blank), "documents", message)


def _find_in_people(seen: Seen) -> Iterator[Finding]:
    if seen.members is None:
        return
    former = {name: count for name, count in seen.done.items() if count and name not in seen.members}
    severity, how = ("note", "as anybody's") if seen.facts.sharing else ("lost", "not at all")
    shown = tuple(f"{name}: {count:,}" for name, count in former.items())
    message = f"were confirmed by people who are no longer members; an export of the confirmed counts them {how}"
    yield Finding("removed-confirmed", severity, sum(former.values()), "documents", message, shown)  # type: ignore[arg-type]
