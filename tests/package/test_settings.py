"""`standoff.toml` is read strictly: what it does not know, and what is no share, is refused by name."""

import pytest

from standoff.errors import StandoffError
from standoff.settings import read_settings
from tests.conftest import HARBOUR
from tests.conftest import ROOT as REPOSITORY

TEXT = (HARBOUR / "standoff.toml").read_text(encoding="utf-8")


def test_every_key_is_known(tmp_path):
    path = tmp_path / "standoff.toml"
    path.write_text(f'keep = "careful"\n{TEXT}\n[card]\ntags = ["ports"]\n')
    settings = read_settings(path)
    assert (settings.name, settings.keep, settings.card) == ("harbour", 0.85, {"tags": ["ports"]})
    assert read_settings(REPOSITORY / "standoff.toml").card


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('Keep = "careful"', r"no such key: 'Keep' \(do you mean keep\?\)"),
        ("keeep = 0.5", r"no such key: 'keeep' \(do you mean keep\?\)"),
        ('license = "CC0-1.0"', r"no such key: 'license' \(do you mean licence\?\)"),
        ("[crad]", r"no such key: 'crad' \(do you mean card\?\)"),
        ("[doccano]", r"no such key: 'doccano' \(one of name, version, .*, keep, card\)"),
        ("card = 1", "'card' is of the wrong type"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(tmp_path, line, said):
    path = tmp_path / "standoff.toml"
    path.write_text(f"{TEXT}{line}\n")
    with pytest.raises(StandoffError, match=said):
        read_settings(path)


@pytest.mark.parametrize("share", ["true", "nan", "inf", "-inf", "-0.1", "'0.5'", "1" + "0" * 400, "[1]"])
def test_a_share_is_a_real_finite_number(tmp_path, share):
    path = tmp_path / "standoff.toml"
    path.write_text(TEXT.replace("train = 0.5", f"train = {share}"))
    with pytest.raises(StandoffError, match="the share of train cannot be"):
        read_settings(path)


def test_shares_need_not_add_up_but_one_must_be_there(tmp_path):
    path = tmp_path / "standoff.toml"
    old = "splits = { train = 0.5, validation = 0.25, test = 0.25 }"
    path.write_text(TEXT.replace(old, "splits = { train = 7, test = 0 }"))
    assert read_settings(path).splits == {"train": 7, "test": 0}
    for none in ("{ train = 0 }", "{}"):
        path.write_text(TEXT.replace(old, f"splits = {none}"))
        with pytest.raises(StandoffError, match="the splits have no shares"):
            read_settings(path)
