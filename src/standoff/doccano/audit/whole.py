"""`standoff doccano audit`: how a project that somebody already runs stands, and what an export of it would lose.

Nothing in the project is changed, and nothing of standoff is needed: no corpus, no round.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from standoff.doccano.audit.agreement import Pair, explain_absence, find_agreement
from standoff.doccano.audit.documents import find_in_documents
from standoff.doccano.audit.losses import find_losses, list_mode
from standoff.doccano.audit.read import list_facts, see
from standoff.doccano.audit.records import Facts, Finding, Seen
from standoff.doccano.audit.spans import Units, find_in_spans

if TYPE_CHECKING:
    from standoff.doccano.client import Doccano


@dataclass(frozen=True, slots=True)
class Audited:
    """A project with its counts, its findings (the worst first), and what could not be seen.

    `members` is None where the account may not list them; `spans` counts by member, or those of `all` who share.
    `agreement` is empty where it cannot be had, and `no_agreement` says why.
    """

    facts: Facts
    documents: int
    labels: tuple[str, ...]
    members: Mapping[str, str] | None
    confirmed: Mapping[str, int]
    spans: Mapping[str, int]
    units: Units
    agreement: tuple[Pair, ...]
    no_agreement: str
    findings: tuple[Finding, ...]
    mode: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is broken, and an export would lose nothing that other projects keep."""
        return all(one.severity == "note" for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"sound": self.is_sound, **asdict(self)}


def audit(
    server: "Doccano", ids: Collection[int] = (), tell: Callable[[int, int], None] | None = None
) -> Iterator[Audited]:
    """Audit the projects of these ids, or all that the account is a member of, one after the other.

    Raises StandoffError where the server does not answer, and for a project that the account may not see at all.
    """
    for facts in list_facts(server, ids):
        yield audit_project(see(server, facts, tell))


def audit_project(seen: Seen) -> Audited:
    """Judge what was seen of a project."""
    units, spans = find_in_spans(seen)
    findings = [*find_in_documents(seen.facts, seen.items), *spans, *find_losses(seen)]
    counts = {who: sum(map(len, reading.marks)) for who, reading in seen.readings.items()}
    return Audited(
        seen.facts, len(seen.items), seen.labels, seen.members, seen.done, counts, units,
        tuple(find_agreement(seen)), explain_absence(seen) if seen.facts.spans else "",
        tuple(sorted(findings, key=lambda one: ("broken", "lost", "note").index(one.severity))),
        tuple(list_mode(seen)) if seen.facts.spans else (), seen.unseen,
    )  # fmt: skip
