"""What docs/ shows is what the commands print, and its tables are those of the data behind them."""

import json
import re

from standoff.cleaning import STOPS
from standoff.formats import MODULES, read_limits
from tests.conftest import ROOT, standoff

DOCS = (ROOT / "docs" / "cleaning.md").read_text(encoding="utf-8")


def test_the_example_is_what_is_printed(tmp_path):
    before, after, reasons = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    (tmp_path / "ferry.txt").write_text(before, encoding="utf-8")
    done = standoff("clean", "ferry.txt", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (after, reasons)
    assert "(model:" in reasons


def test_the_dial_is_that_of_the_benchmark():
    report = json.loads((ROOT / "benchmarks" / "cleaning.json").read_text(encoding="utf-8"))
    for name, stop in STOPS.items():
        row = report["cleaners"][f"standoff, {name}"]
        cells = [f"{row[key]:.2f}" for key in ("drop_p", "drop_r")] + [
            f"{row[key]:.3f}" for key in ("drop_f1", "intact")
        ]
        assert f"| `{name}` | {stop:g} | {' | '.join(cells)} | {row['lost']:.4f} | {row['glued']:.2f} |" in DOCS


def test_formats_tell_all_that_they_cannot_say():
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert set(read_limits()) == set(MODULES.values())
    for limits in read_limits().values():
        assert f"Offsets: {limits['unit']}." in text
        assert all(f"| `{key}` | {sentence} |" in text for key, sentence in limits.get("cannot", {}).items())
    assert all(f"`{name}`" in text for name in MODULES)
