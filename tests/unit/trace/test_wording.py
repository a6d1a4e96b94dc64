"""Numbers in words: rounding turns no order round."""

from __future__ import annotations

from types import SimpleNamespace

from histories import ended_as, history, plain, told
from orgsim.model.state import CMTO_STRUCTURE
from orgsim.report.trace import turnover_line
from orgsim.trace import decisive, events_of
from orgsim.trace.wording import number, people, percent


def test_rounding_never_makes_a_share_none_or_all():
    shares = (0.0, 1e-9, 0.004, 0.5, 0.99996, 1.0)
    written = ["0 %", "< 0.1 %", "0.4 %", "50 %", "> 99.9 %", "100 %"]
    assert [plain(percent(share)) for share in shares] == written


def test_rounding_keeps_compared_numbers_in_order():
    assert plain(percent(0.9995, 1.0)) == "99.95 %"
    assert plain(percent(1.0, 0.9995)) == "100 %"
    assert plain(percent(0.49999, 0.5)) == "49.999 %"
    assert plain(percent(0.5, 0.5)) == "50 %"
    assert (number(0.4512, 0.4498), number(0.4512, 0.4508)) == ("0.451", "0.4512")
    assert (number(0.4508, 0.4512), number(0.3, 0.3)) == ("0.4508", "0.30")
    assert (number(1e-5), number(0.9999), number(-0.0)) == ("0.00001", "0.9999", "0.00")


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
