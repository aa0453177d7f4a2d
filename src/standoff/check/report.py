"""Findings as text for people, as JSON, and as annotations that GitHub shows beside a line."""

from dataclasses import asdict
from typing import Any

from standoff.check.rules import read_levels, read_rules
from standoff.check.walk import Checked
from standoff.records import Issue

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def to_text(issue: Issue) -> str:
    """`file:line: severity [rule] message; hint`, and on a line of its own the text around."""
    rule = read_rules()[issue.rule]
    place = issue.path + ("" if issue.line is None else f":{issue.line}")
    text = f"{place}: {rule.severity} [{issue.rule}] {issue.message}; {issue.hint or rule.hint}"
    return f"{text}\n    {issue.context}" if issue.context else text


def to_dict(checked: Checked) -> dict[str, Any]:
    """For `--json`; docs/check.md says what each key means."""
    return {
        "documents": checked.documents,
        "spans": checked.spans,
        "cuts": checked.cuts,
        "absent": checked.absent,
        "errors": checked.count("error"),
        "warnings": checked.count("warning"),
        "notes": checked.count("note"),
        "waived": len(checked.waived),
        "issues": [to_row(issue) for issue in checked.issues],
    }


def to_row(issue: Issue) -> dict[str, Any]:
    """One finding for `--json`."""
    rule = read_rules()[issue.rule]
    found = asdict(issue)
    return {
        "rule": issue.rule,
        "level": rule.level,
        "severity": rule.severity,
        **{key: found[key] for key in ("path", "line", "at", "message")},
        "hint": issue.hint or rule.hint,
        "context": issue.context,
        "fix": rule.fix,
    }


def to_github(issue: Issue) -> str:
    """A workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
    rule = read_rules()[issue.rule]
    properties = {"file": issue.path, **({} if issue.line is None else {"line": str(issue.line)})}
    properties["title"] = f"standoff {issue.rule}"
    listed = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
    return f"::{_COMMANDS[rule.severity]} {listed}::{_escape(f'{issue.message}; {issue.hint or rule.hint}')}"


def _escape(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def to_table() -> str:
    """The rules as Markdown, a table a level; docs/check.md holds it."""
    parts = []
    for level, what in read_levels().items():
        rows = [
            f"| `{rule.id}` | {rule.severity} | {'yes' if rule.fix else ''} | {rule.title} |"
            for rule in read_rules().values()
            if rule.level == level
        ]
        head = ["| rule | severity | `--fix` | what is wrong |", "|---|---|---|---|"]
        parts.append("\n".join([f"### Level {level}: {what}", "", *head, *rows]))
    return "\n\n".join(parts) + "\n"
