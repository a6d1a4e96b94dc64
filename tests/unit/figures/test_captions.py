"""Numbers in captions."""

from __future__ import annotations

from orgsim.figures.captions import points, tenths


def test_only_none_is_nought_per_cent_and_only_all_a_hundred():
    shares = (0.0, 1e-6, 0.0004, 0.4086, 0.9999, 1.0)
    assert [tenths(share).replace("\xa0", " ") for share in shares] == [
        "0 %",
        "< 0.1 %",
        "< 0.1 %",
        "40.9 %",
        "> 99.9 %",
        "100 %",
    ]
    assert [points(d) for d in (0.0, -0.0001, 0.012, -0.3)] == ["0.0", "0.0", "+1.2", "−30.0"]
