"""Numbers in words: rounding turns no order round."""

from __future__ import annotations

from types import SimpleNamespace

from histories import ended_as, history, plain, told
from orgsim.model.state import CMTO_STRUCTURE
from orgsim.report.trace import turnover_line
from orgsim.text import people
from orgsim.trace import decisive, events_of


def test_a_quorum_missed_by_one_in_thousands_reads_as_missed():
    busy = ended_as(history(4, reorganisation__quorum=1.0), "cmto")
    busy.firms.structure[:] = CMTO_STRUCTURE
    busy.firms.willing[:] = 0.9998
    texts = [told(busy, "support_lost")[0].text, decisive(events_of(busy), busy)[1]]
    for text in map(plain, texts):
        assert "99.98 %" in text
        assert "100 %" in text


def test_one_is_told_as_one():
    assert (people(1), people(2), people(1200)) == ("1 person", "2 people", "1,200 people")
    one = SimpleNamespace(history=history(1))
    assert turnover_line(one).startswith("In 1 quarter 0 people left marketing and 0 IT;")
