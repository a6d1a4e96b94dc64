"""Figures of one setting draw what they are given, and every word can be read."""

from __future__ import annotations

import dataclasses
import re
import statistics
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Rectangle
from scipy import stats

from made_up_settings import VARYING, firms, quarters, split
from orgsim.figures import style
from orgsim.figures.entry import Given
from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares, figures_of
from orgsim.figures.setting.drivers import drivers
from orgsim.figures.setting.horizon import state_at_horizon
from orgsim.figures.setting.over_time import scenarios_over_time
from orgsim.figures.setting.split import split_beside_reference
from orgsim.figures.setting.trajectories import trajectories
from orgsim.figures.setting.two_by_two import two_by_two
from orgsim.model.columns import DRAWN, SCENARIO_TITLES, SCENARIOS
from orgsim.text import tenths
from pictures import LONG, assert_readable, assert_same_bytes, words, written
from splits import ARTICLE


def one_future() -> SettingQuarters:
    """All firms in one scenario from the start, for 130 quarters."""
    given = quarters(130)
    columns = {
        **given.columns,
        **{f"share_{name}": np.full(130, float(name == "cemo")) for name in SCENARIOS},
    }
    return dataclasses.replace(given, columns=columns)


FIGURES = {
    "shares": lambda: split_beside_reference(split()),
    "shares of 200 firms": lambda: split_beside_reference(
        split((73, 41, 67, 19), tolerance=0.05, rounding=0.05)
    ),
    "shares of a million, long words": lambda: split_beside_reference(
        split((408_600, 205_300, 300_100, 86_000), title=LONG, reference_name=LONG[:70])
    ),
    "shares of one firm": lambda: split_beside_reference(
        split((0, 0, 1, 0), tolerance=0.0, rounding=None)
    ),
    "two-by-two": lambda: two_by_two(split()),
    "two-by-two of small tiles": lambda: two_by_two(split((9_960, 20, 15, 5))),
    "two-by-two of narrow tiles": lambda: two_by_two(split((20, 4_960, 15, 5_005), title=LONG)),
    "two-by-two of one tile": lambda: two_by_two(split((0, 0, 0, 7))),
    "scenarios-over-time": lambda: scenarios_over_time(quarters()),
    "scenarios-over-time, one quarter, long words": lambda: scenarios_over_time(
        quarters(1, title=LONG, reference_name="the run of the same firms")
    ),
    "scenarios-over-time, two quarters": lambda: scenarios_over_time(quarters(2, reference=None)),
    "scenarios-over-time, 130 quarters": lambda: scenarios_over_time(one_future()),
    "trajectories": lambda: trajectories(quarters()),
    "trajectories, one quarter": lambda: trajectories(quarters(1, title=LONG)),
    "state-at-horizon": lambda: state_at_horizon(firms()),
    "state-at-horizon of one firm": lambda: state_at_horizon(firms(1, of=1_000_000)),
    "drivers": lambda: drivers(firms()),
    "drivers of few firms": lambda: drivers(firms(25)),
    "drivers of one firm": lambda: drivers(firms(1)),
    "drivers where nothing varies": lambda: drivers(firms(varying=())),
    "drivers, every quantity": lambda: drivers(firms(varying=[c.name for c in DRAWN])),
    "drivers where all end alike": lambda: drivers(firms(scenario=3)),
}


@pytest.fixture(scope="session")
def drawn():
    """Give a figure by its name, each drawn once."""
    return cache(lambda name: FIGURES[name]())


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_is_on_the_sheet_and_none_overlaps(name, drawn):
    assert_readable(drawn(name))


def test_the_split_shows_shares_intervals_and_differences(drawn):
    given = split()
    shares, differences = drawn("shares").axes
    for axes, origin in ((shares, np.zeros(4)), (differences, ARTICLE)):
        markers = [line for line in axes.lines if line.get_marker() in style.SCENARIO_MARKERS]
        for s, marker in enumerate(markers):
            assert marker.get_xydata()[0] == pytest.approx([given.share[s] - origin[s], s])
            assert marker.get_color() == style.SCENARIO_COLOURS[s]
        bars = [
            line.get_xdata()
            for line in axes.lines
            if len(line.get_xdata()) == 2 and line.get_color() in style.SCENARIO_COLOURS
        ]
        assert np.allclose(bars, np.column_stack([given.low - origin, given.high - origin]))
        assert len(markers) == len(bars) == 4
        lines = [c for c in axes.collections if isinstance(c, LineCollection)]
        assert np.allclose([c.get_segments()[0][0, 0] for c in lines], ARTICLE - origin)
        bands = [p for p in axes.patches if isinstance(p, Rectangle)]
        assert np.allclose([p.get_x() for p in bands], ARTICLE - 0.02 - origin)
        assert np.allclose([p.get_width() for p in bands], 0.04)
        brackets = [line.get_xdata() for line in axes.lines if line.get_marker() == "|"]
        assert np.allclose(
            brackets, np.column_stack([ARTICLE - 0.05, ARTICLE + 0.05]) - origin[:, None]
        )
    assert "+0.6 (" in words(drawn("shares"))
    assert "40.6 % (" in words(drawn("shares"))


def test_a_rounding_as_wide_as_the_tolerance_has_no_bracket_but_is_told(drawn):
    figure = drawn("shares of 200 firms")
    assert not any(line.get_marker() == "|" for axes in figure.axes for line in axes.lines)
    assert "the tolerance, and at once as much as the reference’s own figures" in words(figure)
    assert "rounded" not in words(drawn("shares of one firm"))


def test_lines_over_time_are_the_shares_each_quarter(drawn):
    given = quarters()
    (axes,) = drawn("scenarios-over-time").axes
    long = [line for line in axes.lines if len(line.get_xdata()) == 40]
    names = ("under_way", "cmo_and_cto_at_04", "cmo_and_cto_at_06", *SCENARIOS)
    for name, line in zip(names, long, strict=True):
        assert np.array_equal(line.get_ydata(), given.columns[f"share_{name}"])
        assert np.array_equal(line.get_xdata(), np.arange(40))
    ticks = [line.get_ydata()[0] for line in axes.lines if line.get_linewidth() == 2.6]
    assert ticks == ARTICLE.tolist()
    for name, title in zip(SCENARIOS, SCENARIO_TITLES, strict=True):
        end = 100 * given.columns[f"share_{name}"][-1]
        assert re.search(
            rf"{title} {end:.1f} % \(article \d+ %\)", words(drawn("scenarios-over-time"))
        )


def test_years_stand_below_their_first_quarters(drawn):
    (axes,) = drawn("scenarios-over-time").axes
    for tick, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True):
        assert quarters().columns["calendar"][int(tick)] == f"{label.get_text()} Q1"


def test_trajectories_are_medians_and_bands(drawn):
    given = quarters()
    panels = {axes.get_title(loc="left"): axes for axes in drawn("trajectories").axes}
    assert len(panels) == 12
    completion = panels["completion of joint tasks"]
    median, cut = completion.lines
    assert np.array_equal(median.get_ydata(), given.columns["completion_q50"])
    assert set(cut.get_ydata()) == {0.5}
    outer, inner = (c for c in completion.collections if isinstance(c, PolyCollection))
    for band, ends in ((outer, ("q05", "q95")), (inner, ("q25", "q75"))):
        drawn_at = set(band.get_paths()[0].vertices[:, 1].tolist())
        for end in ends:
            assert set(given.columns[f"completion_{end}"].tolist()) <= drawn_at
    for department, style_of_line in (("marketing", "-"), ("it", "--")):
        (line,) = (
            line
            for line in panels["resistance"].lines
            if np.array_equal(line.get_ydata(), given.columns[f"resistance_{department}_q50"])
        )
        assert line.get_linestyle() == style_of_line
    assert [line.get_ydata().tolist() for line in panels["demand and hype"].lines] == [
        given.columns[name].tolist() for name in ("demand", "hype")
    ]


def test_boxes_at_the_horizon_are_quantiles_of_a_scenarios_firms(drawn):
    given = firms()
    axes = next(
        a
        for a in drawn("state-at-horizon").axes
        if a.get_title(loc="left") == "completion of joint tasks"
    )
    boxes = [p for p in axes.patches if isinstance(p, Rectangle)]
    whiskers = [c.get_segments()[0][:, 0] for c in axes.collections]
    medians = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    assert len(boxes) == len(whiskers) == len(medians) == 4
    for s in range(4):
        values = given.columns["completion"][given.columns["scenario"] == s]
        twentieths = statistics.quantiles(values, n=20, method="inclusive")
        assert whiskers[s] == pytest.approx([twentieths[0], twentieths[-1]])
        ends = boxes[s].get_x(), boxes[s].get_x() + boxes[s].get_width()
        assert ends == pytest.approx((twentieths[4], twentieths[14]))
        assert medians[s] == pytest.approx(statistics.median(values))


def test_a_scenario_without_a_firm_says_so_and_a_part_of_the_firms_is_named(drawn):
    shown = words(drawn("state-at-horizon of one firm"))
    assert shown.count("no firm") == 3 * 12
    assert "The first 1 of 1,000,000 firms" in shown


def _rows(figure):
    """Return the dots of a drivers figure by the first line of their label, and the bars."""
    (axes,) = figure.axes
    names = [label.get_text().split("\n")[0] for label in axes.get_yticklabels()]
    dots = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    bars = [
        c.get_segments()[0][:, 0] for c in axes.collections if tuple(c.get_linewidths()) == (1.3,)
    ]
    return names, dots, bars


def test_drivers_are_differences_of_means_with_welchs_intervals(drawn):
    given = firms()
    names, dots, bars = _rows(drawn("drivers"))
    columns = dict(
        zip(
            ("Digital exposure", "Commitment", "Resistance, both departments"), VARYING, strict=True
        )
    )
    assert sorted(names) == sorted(columns)
    scenario = given.columns["scenario"]
    for row, name in enumerate(names):
        values = given.columns[columns[name]]
        for s in range(4):
            own, others = values[scenario == s], values[scenario != s]
            dot = dots[4 * row + s]
            assert dot == pytest.approx((own.mean() - values.mean()) / values.std())
            interval = stats.ttest_ind(own, others, equal_var=False).confidence_interval(0.95)
            scale = len(others) / len(values) / values.std()
            expected = [interval.low * scale, interval.high * scale]
            assert bars[4 * row + s] == pytest.approx(expected)


def test_the_quantity_that_parts_the_scenarios_most_comes_first(drawn):
    names, dots, _ = _rows(drawn("drivers"))
    reach = np.ptp(np.reshape(dots, (-1, 4)), axis=1)
    assert names[0] == "Digital exposure"
    assert (np.diff(reach) <= 0).all()


def test_what_does_not_vary_is_left_out_and_named(drawn):
    shown = words(drawn("drivers"))
    assert (
        "left out: exposure growth; attention; cooperation; contact propensity; identity" in shown
    )
    assert "Nothing that is drawn for a firm varies" in words(drawn("drivers where nothing varies"))


@pytest.mark.parametrize("name", ["drivers of one firm", "drivers where all end alike"])
def test_one_scenario_alone_has_no_drivers(name, drawn):
    assert "All firms end in one scenario" in words(drawn(name))


def test_departments_drawn_apart_have_rows_apart(drawn):
    names, _, _ = _rows(drawn("drivers, every quantity"))
    assert len(names) == len(DRAWN)
    assert {"Resistance, marketing", "Resistance, IT"} <= set(names)


def test_few_firms_have_no_interval(drawn):
    counts = np.bincount(firms(25).columns["scenario"], minlength=4)
    many = int((counts >= 10).sum())
    assert many < 4
    _, _, bars = _rows(drawn("drivers of few firms"))
    assert len(bars) == 3 * many
    assert "Hollow, without an interval" in words(drawn("drivers of few firms"))


def test_a_cause_is_claimed_only_where_one_sector_draws(drawn):
    assert "stems from the quantity itself" in words(drawn("drivers"))
    mixed = firms()
    mixed.columns["sector"][::2] = 1
    shown = words(drivers(mixed))
    assert "Within a sector" in shown
    assert "stems from the quantity itself" not in shown


@pytest.mark.parametrize("name", [name for name in FIGURES if name.startswith("two-by-two")])
def test_no_line_to_a_small_tile_crosses_a_word(name, drawn):
    figure = drawn(name)
    (axes,) = figure.axes
    boxes = [text.get_window_extent() for text in written(figure)]
    for line in axes.lines:
        path = line.get_path().transformed(line.get_transform())
        assert not any(path.intersects_bbox(box, filled=False) for box in boxes)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("two-by-two", (812, 411, 598, 179)),
        ("two-by-two of small tiles", (9_960, 20, 15, 5)),
        ("two-by-two of one tile", (0, 0, 0, 7)),
    ],
)
def test_tiles_are_as_large_as_shares(name, counts, drawn):
    (axes,) = drawn(name).axes
    tiles = [p for p in axes.patches if isinstance(p, Rectangle)]
    given = np.array(counts) / sum(counts)
    expected = np.concatenate([given[given > 0], ARTICLE])
    areas = np.array([p.get_width() * p.get_height() for p in tiles])
    assert areas / (areas.sum() / 2) == pytest.approx(expected)
    shown = words(drawn(name))
    for s, title in enumerate(SCENARIO_TITLES):
        assert f"{title} {tenths(given[s])}".replace("\xa0", " ") in shown or given[s] == 0
    for word, part in (
        ("active", [0, 1]),
        ("passive", [2, 3]),
        ("best", [0, 2]),
        ("worst", [1, 3]),
    ):
        assert f"{word} {tenths(float(given[part].sum()))}".replace("\xa0", " ") in shown


def test_which_figures():
    """Those whose numbers are given; others than these may be added."""
    given = [Given.of(split()), Given.of(quarters()), Given.of(firms())]
    known = [
        *("shares", "two-by-two"),
        *("scenarios-over-time", "trajectories"),
        *("state-at-horizon", "drivers"),
    ]
    assert [name for name in figures_of(*given) if name in known] == known
    for i, kind in enumerate((SettingShares, SettingQuarters, SettingFirms)):
        found = figures_of(given[i])
        assert [name for name in found if name in known] == known[2 * i : 2 * i + 2]
        assert {drawing.entry.needs for drawing in found.values()} == {kind}


def test_numbers_are_read_when_drawn_and_once():
    reads = []
    given = Given(SettingQuarters, lambda: reads.append(1) or quarters(4))
    figures = figures_of(Given.of(split()), given)
    assert not reads
    figures["trajectories"].figure()
    figures["scenarios-over-time"].alt()
    assert reads == [1]


def test_importing_the_figures_imports_no_matplotlib():
    code = (
        "import sys, orgsim.figures.setting, orgsim.figures.flows; "
        "sys.exit(any(m.split('.')[0] in ('matplotlib', 'scipy', 'pandas') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *[(name, "svg") for name in ("shares", "two-by-two", "scenarios-over-time", "drivers")],
        ("state-at-horizon", "svg"),
        ("trajectories", "svg"),
        ("two-by-two", "pdf"),
    ],
)
def test_a_figure_drawn_twice_makes_the_same_bytes_whatever_the_users_settings(
    name, kind, drawn, tmp_path
):
    assert_same_bytes(drawn(name), FIGURES[name], kind, tmp_path)
