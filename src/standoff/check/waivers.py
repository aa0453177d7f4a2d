"""Warnings that stand, one by one with a reason, in `waivers.jsonl`."""

from collections.abc import Iterable, Iterator, Sequence

from standoff.check.findings import Finding
from standoff.check.rules import read_rules
from standoff.records import Issue, Waiver


def apply_waivers(issues: Iterable[Issue], waivers: Iterable[Waiver]) -> tuple[list[Issue], list[Issue]]:
    """The issues that are left, and those waived; errors are never waived."""
    keys = {_key(waiver) for waiver in waivers}
    left: list[Issue] = []
    waived: list[Issue] = []
    for issue in issues:
        warning = read_rules()[issue.rule].severity == "warning"
        (waived if warning and _key(issue) in keys else left).append(issue)
    return left, waived


def check_waivers(waivers: Sequence[Waiver], waived: Iterable[Issue]) -> Iterator[Finding]:
    """Waivers of errors or unknown rules, without a reason, or that waive nothing."""
    used = {_key(issue) for issue in waived}
    for at, waiver in enumerate(waivers):
        rule = read_rules().get(waiver.rule)
        if rule is None or rule.severity != "warning":
            yield Finding("waiver-error", at, f"{waiver.rule!r} is {'no rule' if rule is None else 'no warning'}")
        elif not waiver.reason.strip():
            yield Finding("waiver-error", at, f"no reason to waive {waiver.rule!r}")
        elif _key(waiver) not in used:
            yield Finding("waiver-unused", at, f"no {waiver.rule} at {waiver.path} {waiver.at}".rstrip())


def _key(one: Issue | Waiver) -> tuple[str, str, str]:
    return one.rule, one.path, one.at
