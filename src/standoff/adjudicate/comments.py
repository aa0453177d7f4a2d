"""What an adjudicator says of a decision: the rules that decided, and a reason in free words."""

import re
from collections.abc import Sequence

from standoff.adjudicate.case import Case
from standoff.agree.regions import Region
from standoff.guidelines.sections import RULE_ID
from standoff.records import Decision

_ON_WORDS = re.compile(r"[\"“](?P<words>[^\"”]+)[\"”]\s*:\s*(?P<text>.+)", re.DOTALL)
_RULES = re.compile(rf"(?P<ids>{RULE_ID}(?:\s*,\s*{RULE_ID})*)(?![\w-])[\s:–—-]*(?P<reason>.*)", re.DOTALL)


def explain(case: Case, region: Region, comments: Sequence[str]) -> tuple[str, str]:
    """Rules and reason of a decision.

    `"words": PERSON-3 why` speaks of the place that has these words, `PERSON-3 why` of all that no other comment speaks
    of. The reason of a private document is not kept, since it may quote the text.
    """
    surfaces = {case.seed[region.start : region.end]}
    surfaces |= {case.seed[span.start : span.end] for spans in region.readings.values() for span in spans}
    general, own = list[str](), list[str]()
    for comment in comments:
        found = _ON_WORDS.fullmatch(comment.strip())
        if found is None:
            general.append(comment.strip())
        elif found["words"] in surfaces:
            own.append(found["text"].strip())
    rules, reasons = list[str](), list[str]()
    for text in own or general:
        cited, reason = split_rules(text)
        rules += [rule for rule in cited if rule not in rules]
        reasons += [reason] if reason else []
    return ", ".join(rules), "; ".join(reasons) if case.source.redistribute else ""


def find_unplaced(case: Case, decisions: Sequence[Decision], comments: Sequence[str]) -> list[str]:
    """Comments on words that are those of no decision."""
    surfaces = {case.seed[one.start : one.end] for one in decisions}
    rows = [row for one in decisions for spans in (*one.readings.values(), one.spans) for row in spans]
    surfaces |= {case.seed[start:end] for start, end, _ in rows}
    found = [_ON_WORDS.fullmatch(comment.strip()) for comment in comments]
    return [one["words"] for one in found if one is not None and one["words"] not in surfaces]


def split_rules(text: str) -> tuple[list[str], str]:
    """The rule ids that a text begins with, and the rest of it."""
    found = _RULES.fullmatch(text)
    if found is None:
        return [], text
    return [part.strip() for part in found["ids"].split(",")], found["reason"].strip()
