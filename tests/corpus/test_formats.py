"""Every format carries the spans of the public documents there and back."""

import pytest

from standoff.exports import Choice, export_layer
from standoff.formats import MODULES
from standoff.imports import Into, import_layer


@pytest.mark.parametrize("format", MODULES)
def test_there_and_back(format, ours, tmp_path):
    written = export_layer(ours, format, tmp_path / "out", Choice())
    documents, spans = written.ledger.accounts
    assert (documents.parts["written"], spans.parts["written"], spans.parts["left out"]) == (12, 801, 0)
    taken = import_layer(ours, format, [tmp_path / "out"], Into("back"))
    assert taken.rejects == ()
    for source in ours.read_sources().values():
        if source.redistribute:
            gold, back = ours.read_spans("gold", source.id) or [], ours.read_spans("back", source.id) or []
            ranges = [[(one.start, one.end, one.label, one.text) for one in spans] for spans in (gold, back)]
            assert ranges[0] == ranges[1]
