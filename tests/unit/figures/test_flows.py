"""Figures of flows draw what they are given, and every word can be read."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from matplotlib.patches import PathPatch, Rectangle

from made_up_settings import flows
from orgsim.figures.flows import flow_picture
from pictures import LONG, assert_readable, assert_same_bytes, words

FIGURES = {
    "flows": lambda: flow_picture(flows()),
    "flows of nobody, long titles": lambda: flow_picture(
        flows(np.diag([5, 0, 0, 1]), title_before=LONG, title_after=LONG)
    ),
    "flows of everybody": lambda: flow_picture(flows(np.eye(4, dtype=int)[::-1] * 10**6)),
    "flows all one way": lambda: flow_picture(
        flows([[99_990, 1, 1, 1], [0, 1, 0, 0], [0] * 4, [0] * 4])
    ),
    "flows of a whole population": lambda: flow_picture(
        flows([[0] * 4] * 2 + [[1, 0, 0, 0], [0] * 4])
    ),
}


@pytest.fixture(scope="session")
def drawn():
    """Give a figure by its name, each drawn once."""
    return cache(lambda name: FIGURES[name]())


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_is_on_the_sheet_and_none_overlaps(name, drawn):
    assert_readable(drawn(name))


def test_ribbons_are_as_thick_as_flows_and_leave_and_reach_their_bars(drawn):
    table = flows().counts
    (axes,) = drawn("flows").axes
    ribbons = {p.get_gid(): p for p in axes.patches if isinstance(p, PathPatch)}
    bars = [p for p in axes.patches if isinstance(p, Rectangle)]
    assert set(ribbons) == {f"flow-{a}-{b}" for a, b in np.argwhere(table > 0).tolist()}
    millimetre = bars[0].get_height() / table[0].sum()
    for a, b in np.argwhere(table > 0).tolist():
        corners = ribbons[f"flow-{a}-{b}"].get_path().vertices
        for x, bar in ((0, bars[a]), (3, bars[4 + b])):
            top, bottom = corners[x, 1], corners[7 - x, 1]
            assert top - bottom == pytest.approx(millimetre * table[a, b])
            assert bar.get_y() - 1e-9 <= bottom
            assert top <= bar.get_y() + bar.get_height() + 1e-9
    assert [p.get_height() / millimetre for p in bars] == pytest.approx(
        [*table.sum(axis=1), *table.sum(axis=0)]
    )


def test_the_caption_of_flows_counts_who_moved(drawn):
    assert "300 of 2,000 firms (15.0 %) end in another scenario" in words(drawn("flows"))
    assert "0 of 6 firms (0 %)" in words(drawn("flows of nobody, long titles"))
    assert "1 of 1 firm (100 %) ends" in words(drawn("flows of a whole population"))


def test_drawing_imports_neither_pyplot_nor_pandas():
    code = (
        "import sys, numpy as np\n"
        "from orgsim.figures.flows import FlowCounts, flow_picture\n"
        "flow_picture(FlowCounts('a', 'b', np.eye(4, dtype=int), 4))\n"
        "sys.exit(any(m in sys.modules for m in ('matplotlib.pyplot', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("flows", "svg"),
        ("flows", "png"),
    ],
)
def test_a_figure_drawn_twice_makes_the_same_bytes_whatever_the_users_settings(
    name, kind, drawn, tmp_path
):
    assert_same_bytes(drawn(name), FIGURES[name], kind, tmp_path)
