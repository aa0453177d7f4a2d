import io
import json
import re
import tomllib
from pathlib import Path

import pytest

from standoff.cleaning import find_all_cuts
from standoff.cleaning.language import guess_language
from standoff.cleaning.rules import read_rules
from standoff.stream import clean_stream
from tests.marks import read_marks

CASES = tomllib.loads((Path(__file__).parent / "cases" / "languages.toml").read_text(encoding="utf-8"))["case"]
_MARK = re.compile(r"⟦(?P<kind>\w+)\|(?P<text>.*?)⟧")


@pytest.mark.parametrize("case", CASES, ids=[f"{case['language']}-{at}" for at, case in enumerate(CASES)])
@pytest.mark.parametrize("keep", [0.3, 0.65, 1.0])
def test_only_rules_of_the_language_cut(case, keep):
    """At every stop of the dial, since the model has no say."""
    seed, kinds = read_marks(case["text"].strip("\n"), _MARK)
    decision = find_all_cuts([seed], keep=keep)[0]
    assert decision.language == case["language"]
    found: list[str | None] = [None] * len(seed)
    for cut in decision.cuts:
        if cut.kind != "whitespace":
            found[cut.start : cut.end] = [cut.kind] * (cut.end - cut.start)
    visible = [at for at in range(len(seed)) if not seed[at].isspace()]
    assert [seed[at:][:30] for at in visible if found[at] != kinds[at]] == []
    languages = {rule.name: rule.languages for rule in read_rules()}
    for cut in decision.cuts:
        if cut.kind != "whitespace":
            assert languages[cut.by.removeprefix("rule:")] & {case["language"], "any"}


def test_the_output_says_so():
    rows = [{"id": str(at), "text": case["text"]} for at, case in enumerate(CASES)]
    rows.append({"id": "en", "text": "The firm said on Monday that it had lost the records of all of its customers."})
    stream = io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())
    *others, english = clean_stream(stream)
    assert "remark" not in english
    for case, row in zip(CASES, others, strict=True):
        assert row["remark"] == f"language {case['language']}: cut only by rules for it, the model knows en alone"


def test_a_language_that_is_given_is_believed():
    text = CASES[0]["text"].replace("⟦", "").replace("⟧", "")
    row = {"id": "a", "text": text, "language": "nl"}
    answer = next(iter(clean_stream(io.BytesIO(json.dumps(row).encode()))))
    assert answer["remark"].startswith("language nl")
    assert all(cut["kind"] in ("whitespace", "notice") for cut in answer["cuts"])


@pytest.mark.parametrize(
    ("text", "language"),
    [("", "en"), ("Share", "en"), ("A ferry, a quay, a seal.", "en"), ("共有", "und"), ("Der Rat tagt", "de")],
)
def test_short_texts(text, language):
    assert guess_language(text) == language
