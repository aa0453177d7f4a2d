"""Accounts that balance: what went into a step, and where all of it went."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from standoff.errors import StandoffError


@dataclass(frozen=True, slots=True)
class Account:
    """`total` things of one sort (documents, characters, spans), and how many of them went where."""

    name: str
    total: int
    parts: Mapping[str, int]

    @property
    def remainder(self) -> int:
        """What is not accounted for; anything but zero is an error."""
        return self.total - sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """The accounts of one step, and remarks for people: what is not here, what needs a look."""

    accounts: tuple[Account, ...]
    remarks: tuple[str, ...] = field(default=())

    def require_balance(self) -> "Ledger":
        """The ledger itself; raises StandoffError for the first account with a remainder."""
        for account in self.accounts:
            if account.remainder:
                message = (
                    f"the ledger of {account.name} does not balance: {account.remainder:,} of {account.total:,} left"
                )
                raise StandoffError(message, hint="a defect in standoff: please report it")
        return self

    def to_dict(self) -> dict[str, object]:
        """For `--json`."""
        accounts = {account.name: {"total": account.total, **account.parts} for account in self.accounts}
        return {**accounts, "remarks": list(self.remarks)}
