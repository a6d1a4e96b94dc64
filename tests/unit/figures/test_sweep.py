"""Figures of a sweep: they draw what they are given, fit their sheet, and never differ."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.text import Text

from made_up_sweeps import (
    DESIGNS,
    LEFT_OUT,
    REFERENCE,
    A,
    B,
    C,
    D,
    four,
    grid,
    no_reference,
    one,
    scattered,
    sobol,
    swept,
)
from orgsim.figures import style
from orgsim.figures.sweep import SweepPair, figures_of
from orgsim.figures.sweep.curves import response_curves
from orgsim.figures.sweep.distance_map import distance_map
from orgsim.figures.sweep.share_map import share_maps
from orgsim.figures.sweep.shares import distance, likeliest
from orgsim.model.columns import SCENARIO_TITLES
from pictures import save


def texts(figure: Figure) -> list[Text]:
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def shown(figure: Figure) -> str:
    return " ".join(t.get_text() for t in texts(figure))


def mesh(axes) -> QuadMesh:
    (found,) = (c for c in axes.collections if isinstance(c, QuadMesh))
    return found


def mosaic(axes) -> PolyCollection:
    (found,) = (
        c for c in axes.collections if isinstance(c, PolyCollection) and c.get_array() is not None
    )
    return found


@pytest.fixture(scope="session")
def drawn():
    """Give the figures of a design, each drawn once."""

    @cache
    def of(design) -> dict[str, Figure]:
        left_out = re.compile(LEFT_OUT.get(design, "$"))
        figures = figures_of(design())
        return {
            name: drawing.figure() for name, drawing in figures.items() if not left_out.match(name)
        }

    return of


def map_of(figures: dict[str, Figure], kind: str) -> Figure:
    """Return the first map of a kind."""
    return next(figure for name, figure in figures.items() if name.startswith(f"{kind}-map-"))


@pytest.mark.parametrize("design", DESIGNS)
def test_figures_are_drawn_and_fit_their_sheet(design, drawn):
    figures = drawn(design)
    assert figures
    for name, figure in figures.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        figure.draw_without_rendering()
        width, height = figure.get_size_inches() * 25.4
        assert width == pytest.approx(style.SINGLE) or width == pytest.approx(style.DOUBLE)
        assert height < 247
        sheet = figure.bbox
        around = [axes.get_tightbbox() for axes in figure.axes]
        for box in around:
            assert box.x0 >= 0
            assert box.x1 <= sheet.x1
        for text in texts(figure):
            assert text.get_fontsize() >= 7
        for text in [*figure.texts, *(t for g in figure.legends for t in g.get_texts())]:
            if not text.get_text():
                continue
            box = text.get_window_extent()
            assert box.x0 >= 0, text
            assert box.x1 <= sheet.x1, text
            assert box.y0 >= 0, text
            assert box.y1 <= sheet.y1, text
            assert not any(box.overlaps(other) for other in around), text


@pytest.fixture(scope="session")
def twins(drawn):
    """Every figure of a grid that has lines and hatching, drawn twice."""
    return {
        name: (drawn(grid)[name], drawing.figure()) for name, drawing in figures_of(grid()).items()
    }


@pytest.mark.parametrize("kind", style.FORMATS)
def test_a_figure_drawn_twice_makes_the_same_bytes(kind, twins, tmp_path):
    assert len(twins) >= 4
    for name, figures in twins.items():
        if kind != "svg" and not name.startswith("share-map"):
            continue
        paths = [tmp_path / f"{name}-{i}.{kind}" for i in range(2)]
        for figure, path in zip(figures, paths, strict=True):
            save(figure, path)
        first, second = (path.read_bytes() for path in paths)
        assert first == second
        assert not re.search(rb"<dc:date>|CreationDate", first)


@pytest.mark.parametrize("kind", style.FORMATS)
def test_a_figure_saved_twice_makes_the_same_bytes(kind, drawn, tmp_path):
    figure = drawn(one)["response-curves"]
    paths = [tmp_path / f"{i}.{kind}" for i in range(2)]
    for path in paths:
        save(figure, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_users_settings_change_nothing(drawn, tmp_path):
    import matplotlib

    save(drawn(one)["response-curves"], tmp_path / "a.svg")
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "none"}):
        save(response_curves(one()), tmp_path / "b.svg")
        assert matplotlib.rcParams["font.size"] == 20
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_an_unknown_format_is_refused(drawn, tmp_path):
    with pytest.raises(ValueError, match="svg, pdf, png"):
        save(drawn(one)["response-curves"], tmp_path / "a.jpg")


def test_importing_the_figures_imports_no_matplotlib():
    code = (
        "import sys, orgsim.figures.sweep; "
        "sys.exit(any(m.split('.')[0] in ('matplotlib', 'scipy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_never_imports_pyplot():
    code = (
        "import sys, io, numpy as np\n"
        "from orgsim.figures.sweep import SweepShares\n"
        "from orgsim.figures.sweep.curves import response_curves\n"
        "s = np.full((3, 4), 0.25)\n"
        "response_curves(SweepShares('t', {'a.b': np.arange(3.0)}, {}, {}, s, s, s,"
        " np.full(3, 9), {})).savefig(io.BytesIO(), format='pdf')\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_grids_cells_are_the_shares(drawn):
    sweep = grid()
    figure = map_of(drawn(grid), "share")
    for s, axes in enumerate(figure.axes[:4]):
        expected = sweep.share[:, s].reshape(8, 8).T
        assert np.array_equal(mesh(axes).get_array(), expected)
        assert axes.get_title(loc="left").startswith(f"{SCENARIO_TITLES[s]}, article")
        assert mesh(axes).get_clim() == (0.0, sweep.share.max())
        corners = mesh(axes).get_coordinates()
        assert np.all(np.diff(corners[0, :, 0]) > 0)
        assert (corners[0, :-1, 0] < np.unique(sweep.parameters[A])).all()
        assert (corners[0, 1:, 0] > np.unique(sweep.parameters[A])).all()


def test_a_grids_rows_may_come_in_any_order():
    sweep = grid(5)
    order = np.random.default_rng(2).permutation(25)
    shuffled = dataclasses.replace(
        sweep,
        parameters={path: values[order] for path, values in sweep.parameters.items()},
        share=sweep.share[order],
        low=sweep.low[order],
        high=sweep.high[order],
    )
    ours, theirs = (distance_map(SweepPair(each, A, B)).axes[0] for each in (sweep, shuffled))
    assert np.array_equal(mesh(ours).get_array(), mesh(theirs).get_array())


def test_scattered_points_colour_the_cell_they_lie_in(drawn):
    sweep = scattered()
    figure = map_of(drawn(scattered), "share")
    for s, axes in enumerate(figure.axes[:4]):
        cells = mosaic(axes)
        paths = [path.vertices for path in cells.get_paths()]
        assert len(paths) == 64
        x, y = np.log(sweep.parameters[A]), sweep.parameters[B]
        for corners, value in zip(paths[::4], cells.get_array()[::4], strict=True):
            inside = _inside(np.column_stack([x, y]), np.log(corners[:, 0]), corners[:, 1])
            assert inside.sum() == 1
            assert value == sweep.share[inside, s][0]


def _inside(points, x, y):
    """Return which points lie in a convex polygon."""
    turns = [
        (x[i] - x[i - 1]) * (points[:, 1] - y[i - 1])
        - (y[i] - y[i - 1]) * (points[:, 0] - x[i - 1])
        for i in range(1, len(x))
    ]
    return (np.array(turns) >= -1e-9).all(axis=0) | (np.array(turns) <= 1e-9).all(axis=0)


def test_neighbourhoods_fill_the_panel(drawn):
    axes = map_of(drawn(scattered), "share").axes[0]
    area = 0.0
    for path in mosaic(axes).get_paths():
        x, y = np.log(path.vertices[:, 0]), path.vertices[:, 1]
        area += abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    assert area == pytest.approx(np.log(x1 / x0) * (y1 - y0))


def test_where_other_parameters_move_cells_are_means():
    sweep = four()
    figure = share_maps(SweepPair(sweep, C, D))
    for s, axes in enumerate(figure.axes[:4]):
        table = mesh(axes).get_array()
        kinds = list(dict.fromkeys(sweep.parameters[C].tolist()))
        for row, enabled in enumerate((False, True)):
            for column, industry in enumerate(kinds):
                inside = (sweep.parameters[C] == industry) & (sweep.parameters[D] == enabled)
                assert table[row, column] == pytest.approx(sweep.share[inside, s].mean())
    assert "mean over the other parameters" in shown(figure).replace("\n", " ")


def test_empty_cells_stay_empty():
    unit = sobol(128, 3)
    unit = unit[(unit[:, 0] > 0.4) | (unit[:, 1] > 0.4)]
    sweep = swept(unit, {A: unit[:, 0], B: unit[:, 1], "x.y": unit[:, 2]})
    figure = share_maps(SweepPair(sweep, A, B))
    table = mesh(figure.axes[0]).get_array()
    assert np.ma.getmaskarray(table)[0, 0]
    assert not np.ma.getmaskarray(table)[-1, -1]
    assert "Dotted: no design point" in shown(figure).replace("\n", " ")


def test_the_line_follows_the_reference():
    """On a plane the smoothed share is the share, and the line is straight."""
    sweep = grid()
    plane = 0.1 + 0.5 * sweep.parameters[A] + 0.2 * sweep.parameters[B]
    share = np.column_stack([plane, *[(1.0 - plane) / 3.0] * 3])
    sweep = dataclasses.replace(sweep, share=share)
    axes = share_maps(SweepPair(sweep, A, B)).axes[0]
    (line,) = (c for c in axes.collections if isinstance(c, ContourSet))
    x, y = line.get_paths()[0].vertices.T
    assert np.allclose(0.1 + 0.5 * x + 0.2 * y, 0.4, atol=1e-6)


def test_the_likeliest_map_is_the_largest_share_and_pale_where_intervals_overlap(drawn):
    sweep = grid()
    axes = map_of(drawn(grid), "likeliest").axes[0]
    codes = mesh(axes).get_array().T.ravel()
    assert np.array_equal(codes % 4, sweep.share.argmax(axis=1))
    first, doubtful = likeliest(sweep)
    assert np.array_equal(first, sweep.share.argmax(axis=1))
    assert np.array_equal(codes >= 4, doubtful)
    assert 0 < doubtful.sum() < doubtful.size
    (hatched,) = (c for c in axes.collections if not isinstance(c, QuadMesh))
    assert len(hatched.get_paths()) == doubtful.sum()
    ordered = np.sort(sweep.share, axis=1)
    assert (ordered[~doubtful, 3] - ordered[~doubtful, 2] > 0.02).all()


def test_the_likeliest_map_names_every_scenario(drawn):
    (legend,) = map_of(drawn(grid), "likeliest").legends
    assert [t.get_text() for t in legend.get_texts()] == [*SCENARIO_TITLES, "lead within the noise"]


def test_the_distance_map_is_the_total_variation_and_marks_the_nearest(drawn):
    from orgsim.analysis.distances import total_variation

    sweep = grid()
    figure = map_of(drawn(grid), "distance")
    expected = [total_variation(row, list(REFERENCE.values())) for row in sweep.share]
    assert np.allclose(distance(sweep), expected, atol=1e-12)
    assert np.allclose(mesh(figure.axes[0]).get_array().T.ravel(), expected, atol=1e-12)
    (star,) = figure.axes[0].lines
    best = int(np.argmin(expected))
    assert star.get_xydata()[0].tolist() == [sweep.parameters[A][best], sweep.parameters[B][best]]


def test_a_distance_asks_for_a_whole_reference():
    sweep = no_reference()
    assert not any(name.startswith("distance") for name in figures_of(sweep))
    with pytest.raises(ValueError, match="every scenario"):
        distance_map(SweepPair(sweep, A, B))


def test_one_parameters_curves_are_the_shares_with_their_intervals(drawn):
    sweep = one()
    (axes,) = drawn(one)["response-curves"].axes
    curves = [line for line in axes.lines if len(line.get_xdata()) == 12]
    bands = [c for c in axes.collections if isinstance(c, PolyCollection)]
    assert len(curves) == len(bands) == 4
    for s, (curve, band) in enumerate(zip(curves, bands, strict=True)):
        assert np.array_equal(curve.get_xdata(), sweep.parameters[A][::-1])
        assert np.array_equal(curve.get_ydata(), sweep.share[::-1, s])
        drawn = set(band.get_paths()[0].vertices[:, 1].tolist())
        assert set(sweep.low[:, s]) | set(sweep.high[:, s]) <= drawn
    dashed = [line.get_ydata()[0] for line in axes.lines if line not in curves]
    assert dashed == list(REFERENCE.values())


def test_curves_of_many_are_means_of_bins_that_hold_every_point_once(drawn):
    sweep = four()
    figure = drawn(four)["response-curves"]
    assert "not a confidence interval" in shown(figure).replace("\n", " ")
    curves = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 12]
    order = np.argsort(sweep.parameters[B])
    first = order[: 128 // 12 + 1]
    for s, curve in enumerate(curves):
        assert curve.get_ydata()[0] == pytest.approx(sweep.share[first, s].mean())
        assert curve.get_xdata()[0] == pytest.approx(sweep.parameters[B][first].mean())


def known(sweep) -> list[str]:
    """Return the names of these figures; others may be added."""
    kinds = r"response-curves|(share|likeliest|distance)-map-[a-z0-9-]+"
    return [name for name in figures_of(sweep) if re.fullmatch(kinds, name)]


def test_which_figures():
    assert known(one()) == ["response-curves"]
    pair = "cooperation-status-threat-capability-authority"
    assert known(grid(4)) == [
        "response-curves",
        f"share-map-{pair}",
        f"likeliest-map-{pair}",
        f"distance-map-{pair}",
    ]
    assert len(known(four())) == 1 + 3 * 3
    assert not any("enabled" in name for name in figures_of(four()))


def test_names_of_figures_never_clash():
    unit = sobol(16, 3)
    sweep = swept(unit, {"a.b_c": unit[:, 0], "a_b.c": unit[:, 1], "d.e": unit[:, 2]})
    assert len(figures_of(sweep)) == 10
