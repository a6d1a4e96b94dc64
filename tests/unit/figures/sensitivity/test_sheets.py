"""Names fit their place, and panels lie where they are put, in millimetres."""

from __future__ import annotations

import pytest

from orgsim.figures.labels import canvas
from orgsim.figures.sensitivity.sheets import RowPanels, broken, fitted, label_width, place
from orgsim.figures.style import SMALL_SIZE, house_style, sheet, text_width


def test_a_name_that_fits_stays_and_a_longer_one_keeps_both_ends():
    assert fitted("resistance.initial", 40.0) == "resistance.initial"
    name = "first_letters" + "_and_many_more" * 20 + "_last_letters"
    short = fitted(name, 40.0)
    assert short.startswith("first_letters")
    assert short.endswith("_last_letters")
    assert short.count("…") == 1
    assert text_width(short, SMALL_SIZE) <= 40.0
    longer = fitted(name, 45.0)
    assert len(longer) > len(short)


def test_a_title_is_broken_between_words_and_a_word_without_end_is_fitted():
    lines = broken("one two three " + "x" * 200, 20.0)
    assert " ".join(lines).startswith("one two three")
    assert all(text_width(line, 7.5) <= 20.0 for line in lines)


def test_names_take_their_own_width_and_no_more_than_there_is_room_for():
    assert label_width(["a"]) < label_width(["resistance.initial"]) < 60.0
    assert label_width(["x" * 500]) == pytest.approx(60.0)


def test_axes_lie_where_they_are_put():
    with house_style():
        figure = sheet(183.0, 80.0, title="Title", caption="Words.")
        paper, across, up = canvas(figure)
        axes = place(figure, paper, 20.0, 10.0, 40.0, 30.0)
    assert (across, up) == pytest.approx((180.0, 80.0))
    width, height = figure.get_size_inches() * 25.4
    own, of = axes.get_position(), paper.get_position()
    assert (own.x0 - of.x0) * width == pytest.approx(20.0)
    assert (own.y0 - of.y0) * height == pytest.approx(10.0)
    assert own.width * width == pytest.approx(40.0)
    assert own.height * height == pytest.approx(30.0)


@pytest.mark.parametrize("panels", [1, 2, 3, 4, 9])
def test_panels_stay_on_the_sheet_and_apart(panels):
    rows = RowPanels(["a", "b", "c"], ["Title"] * panels, 4.0)
    with house_style():
        figure = sheet(rows.width, rows.body)
        found = rows.axes(figure)
    boxes = [axes.get_position() for axes in found]
    assert len(boxes) == panels
    for box in boxes:
        assert 0.0 <= box.x0 < box.x1 <= 1.0
        assert 0.0 <= box.y0 < box.y1 <= 1.0
    for one, other in ((a, b) for a in boxes for b in boxes if a is not b):
        is_beside = one.x1 <= other.x0 or other.x1 <= one.x0
        assert is_beside or one.y1 <= other.y0 or other.y1 <= one.y0
