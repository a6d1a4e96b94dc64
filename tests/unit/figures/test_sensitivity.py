"""Figures of a sensitivity analysis draw what they are given, and every word can be read."""

from __future__ import annotations

import dataclasses
import re
from functools import cache

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from made_up_sensitivity import (
    DUMMY,
    near_points,
    of_a_sweep,
    paired,
    screened,
    variance,
    with_interval,
)
from orgsim.figures import style
from orgsim.figures.entry import Drawing, Given
from orgsim.figures.registry import entries
from orgsim.figures.sensitivity import figures_of
from orgsim.figures.sensitivity.cells import tint
from orgsim.figures.sensitivity.indices import NOT_VARYING, indices
from orgsim.figures.sensitivity.parts import MOST_ROWS
from orgsim.figures.sensitivity.screening_map import MOST_OUTPUTS, screening_map
from orgsim.figures.sensitivity.screening_scatter import MOST_PANELS
from pictures import LONG, assert_readable, assert_same_bytes, words, written

MADE = {
    "screening": screened,
    "variance": variance,
    "pairs": paired,
    "sweep": of_a_sweep,
    "near": lambda parameters, outputs, **changes: near_points(parameters, **changes),
}
SIZES = [(1, 1), (2, 2), (8, 7), (20, 1), (84, 25)]
NAN = np.full((2, 4), np.nan)


def some(name, parameters, outputs, **changes):
    """Return the numbers of a kind; pairs ask for two parameters."""
    return MADE[name](max(parameters, 1 + (name == "pairs")), outputs, **changes)


def first_and_last(numbers) -> dict[str, Drawing]:
    """Return the figures of some numbers; of many parts the first and the last."""
    found = figures_of(numbers)
    kept = [name for name in found if not re.search(r"-\d+$", name)]
    parts = [name for name in found if name not in kept]
    return {name: found[name] for name in [*kept, *parts[:1], *parts[1:][-1:]]}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", MADE)
def test_every_text_is_on_the_sheet_and_none_overlaps(name, size):
    for drawing in first_and_last(some(name, *size)).values():
        assert_readable(drawing.figure())


@pytest.mark.parametrize("name", MADE)
def test_long_titles_and_names_without_end_stay_on_the_sheet(name):
    names = tuple(f"group_{n}_" + "of_many_parameters_" * 6 for n in range(4))
    changes = {"parameters": (*names, DUMMY) if name == "variance" else names, "title": LONG}
    if name != "near":
        changes["outputs"] = ("x" * 120, LONG[:150])
    numbers = dataclasses.replace(some(name, 4, 2), **changes)
    for drawing in figures_of(numbers).values():
        assert_readable(drawing.figure())


def test_numbers_that_are_not_there_are_no_obstacle():
    nothing = with_interval(NAN, 0.0)
    gone = [
        screened(4, 2, mu_star=NAN, sigma=NAN),
        screened(4, 2, mu_star=np.zeros((2, 4)), sigma=np.zeros((2, 4))),
        dataclasses.replace(
            variance(3, 2), first=nothing, total=nothing, varies=np.zeros(2, dtype=np.bool_)
        ),
        paired(4, 2, second=with_interval(np.full((2, 4, 4), np.nan), 0.0)),
        of_a_sweep(4, 2, first=nothing, floor=NAN),
        near_points(4, distance=NAN[0], floor=NAN[0], near=0),
    ]
    for numbers in gone:
        for drawing in figures_of(numbers).values():
            assert_readable(drawing.figure())
            assert "nan" not in drawing.alt()


def boxes(figure):
    """Return the cells of a heat map by their lower left corners, in rows from above."""
    found = [p for p in figure.axes[0].patches if isinstance(p, Rectangle)]
    return sorted(found, key=lambda p: (-round(p.get_y(), 6), round(p.get_x(), 6)))


def test_the_map_shows_each_effect_by_colour_and_number():
    effects = screened(3, 2)
    figure = screening_map(effects)
    cells = boxes(figure)
    assert len(cells) == 6
    top = effects.mu_star.max(axis=1)
    expected = [tint(effects.mu_star[o, p] / top[o]) for p in range(3) for o in range(2)]
    assert [to_hex(cell.get_facecolor()) for cell in cells] == expected
    shown = words(figure)
    for share in effects.mu_star[0]:
        assert f" {100 * share:.1f} " in f" {shown} "
    assert "thousandths" in shown  # of the second, whose effects are about 0.01
    assert f" {1000 * effects.mu_star[1, 0]:.1f} " in f" {shown} "


def test_colours_go_from_white_to_full_and_grey_print_keeps_their_order():
    assert tint(0.0) == "#ffffff"
    assert tint(1.0) == style.SCENARIO_COLOURS[0].lower()
    assert tint(-1.0) == style.SCENARIO_COLOURS[3].lower()
    parts = np.linspace(0.0, 1.0, 11)
    for sign in (1.0, -1.0):
        hexes = [tint(sign * part) for part in parts]
        grey = [sum(int(h[i : i + 2], 16) * w for i, w in ((1, 0.3), (3, 0.59), (5, 0.11)))
                for h in hexes]  # fmt: skip
        assert all(np.diff(grey) < 0.0)


def test_the_map_says_what_it_leaves_out():
    effects = screened(84, 25)
    (drawing, _) = figures_of(effects).values()
    shown = words(drawing.figure())
    assert f"The {MOST_ROWS} of 84 parameters" in shown
    assert f"The first {MOST_OUTPUTS} of 25 outputs" in shown
    assert f"Left out of the picture: {25 - MOST_OUTPUTS} outputs of 25." in drawing.alt()
    assert len(boxes(drawing.figure())) == MOST_ROWS * MOST_OUTPUTS
    assert "left out" not in words(screening_map(screened(8, 7))).lower()


def test_the_scatter_shows_every_dot_and_names_the_largest():
    effects = screened(12, 2)
    _, drawing = figures_of(effects).values()
    figure = drawing.figure()
    paper, *panels = figure.axes
    for output, axes in enumerate(panels):
        dots = np.concatenate([
            line.get_xydata() for line in axes.lines if line.get_marker() == "o"
        ])  # fmt: skip
        expected = np.stack([effects.mu_star[output], effects.sigma[output]], axis=1)
        np.testing.assert_allclose(np.sort(dots, axis=0), np.sort(expected, axis=0))
        diagonal = axes.lines[0].get_xydata()
        np.testing.assert_array_equal(diagonal[:, 0], diagonal[:, 1])
        order = np.argsort(-effects.mu_star[output])[:5]
        listed = [t for t in written(figure) if t.axes is paper]
        named = {t.get_text() for t in listed}
        assert {effects.parameters[p] for p in order} <= named
        numbers = [t.get_text() for t in axes.texts]
        assert numbers == ["1", "2", "3", "4", "5"]
    assert "Left out" not in drawing.alt()
    _, more = figures_of(screened(8, 25)).values()
    assert f"Left out of the picture: {25 - MOST_PANELS} outputs." in more.alt()


def test_indices_show_values_and_intervals_and_negative_ones_too():
    shares = variance(3, 2)
    low = with_interval(np.full((2, 4), -0.3), 0.4)
    shares = dataclasses.replace(shares, first=low)
    figure = indices(shares)
    _, *panels = figure.axes
    for output, axes in enumerate(panels):
        left, right = axes.get_xlim()
        assert left < -0.7
        assert right > 1.0
        colour = style.SCENARIO_COLOURS[1]
        dots = [line for line in axes.lines if line.get_marker() == style.SCENARIO_MARKERS[1]]
        assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx([-0.3] * 4)
        assert [dot.get_color() for dot in dots] == [colour] * 3 + [style.FAINT]
        totals = [line for line in axes.lines if line.get_marker() == style.SCENARIO_MARKERS[0]]
        rows = np.array([round(float(dot.get_ydata()[0])) for dot in totals])
        shown = [float(dot.get_xdata()[0]) for dot in totals]
        assert rows.tolist() == [0, 1, 2, 3]
        expected = shares.total.value[output]
        order = np.argsort(-np.abs(shares.total.value[:, :3]).max(axis=0), kind="stable")
        np.testing.assert_allclose(shown, expected[[*order, 3]])
        ends = [c.get_segments()[0][:, 0] for c in axes.collections if len(c.get_segments()) == 1]
        assert any(np.allclose(end, (-0.7, 0.1)) for end in ends)
    names = [t.get_text() for t in written(figure) if t.axes is figure.axes[0]]
    assert names.index(DUMMY) > max(names.index(path) for path in shares.parameters[:3])


def test_an_output_that_does_not_vary_says_so_in_words_and_has_no_dot():
    shares = variance(3, 2, varies=np.array([True, False]))
    figure = indices(shares)
    _, first, second = figure.axes
    assert first.lines
    assert not second.lines
    assert NOT_VARYING in words(figure)
    (drawing,) = figures_of(shares).values()
    assert f"{shares.outputs[1]} does not vary" in drawing.alt()


def test_pairs_have_a_cell_each_and_the_sure_ones_are_bold():
    value = np.full((1, 3, 3), np.nan)
    value[0, 1, 0], value[0, 2, 0], value[0, 2, 1] = 0.4, -0.2, 0.05
    (drawing,) = figures_of(paired(3, 1, second=with_interval(value, 0.1))).values()
    figure = drawing.figure()
    cells = boxes(figure)
    expected = [tint(part) for part in (1.0, -0.5, 0.125)]
    assert [to_hex(cell.get_facecolor()) for cell in cells] == expected
    weights = {t.get_text(): t.get_weight() for t in written(figure)}
    assert weights[".40"] == weights["−.20"] == "bold"
    assert weights[".05"] == "normal"
    assert "0.40" in drawing.alt()


@pytest.mark.parametrize(("name", "values"), [("sweep", "first"), ("near", "distance")])
def test_what_chance_shows_lies_behind_each_dot(name, values):
    numbers = some(name, 5, 1)
    (drawing,) = figures_of(numbers).values()
    axes = drawing.figure().axes[1]
    found = getattr(numbers, values)
    expected = np.ravel(found.value if name == "sweep" else found)
    bars = sorted((b for b in axes.patches if isinstance(b, Rectangle)), key=lambda b: b.get_y())
    np.testing.assert_allclose([bar.get_width() for bar in bars], np.ravel(numbers.floor))
    dots = [line for line in axes.lines if line.get_marker() in style.SCENARIO_MARKERS]
    shown = [float(dot.get_xdata()[0]) for dot in dots]
    order = np.argsort(-np.abs(expected), kind="stable")
    np.testing.assert_allclose(shown, expected[order])


@cache
def drawings() -> dict[str, Drawing]:
    return figures_of(*(some(name, 8, 7) for name in MADE))


ENTRIES = entries("orgsim.figures.sensitivity")


def test_all_figures_are_there_in_order():
    names = [entry.name for entry in ENTRIES]
    assert names == ["screening-map", "screening-scatter", "indices", "pairs", "given", "near"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_figure_is_told_from_its_numbers(entry):
    numbers = next(d.given.numbers for d in drawings().values() if d.entry is entry)
    drawing = Drawing(entry, Given.of(numbers))
    assert 10 < len(drawing.title) < 60
    assert len(drawing.alt()) > 60
    assert drawing.alt().endswith(".")
    assert "  " not in drawing.alt()
    kind = next(name for name, made in MADE.items() if type(made(8, 7)) is type(numbers))
    assert drawing.alt() != entry.alt(some(kind, 5, 3))


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
@pytest.mark.parametrize("name", ["screening-map", "screening-scatter", "indices", "near"])
def test_a_figure_is_the_same_whenever_it_is_drawn(name, kind, tmp_path):
    drawing = drawings()[name]
    assert_same_bytes(drawing.figure(), drawing.figure, kind, tmp_path)
