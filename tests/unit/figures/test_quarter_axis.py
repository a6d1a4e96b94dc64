"""Labels along an axis of quarters fit, whatever the horizon."""

from __future__ import annotations

import itertools

import pytest
from matplotlib.figure import Figure

from orgsim.figures.quarter_axis import name_quarters
from orgsim.figures.style import SMALL_SIZE, text_width


def calendar(quarters, first=2014):
    return [f"{first + t // 4} Q{t % 4 + 1}" for t in range(quarters)]


def named(quarters, room, **options):
    axes = Figure().subplots()
    name_quarters(axes, calendar(quarters), room, **options)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    return list(axes.get_xticks()), labels


@pytest.mark.parametrize("quarters", [1, 3, 4, 5, 8, 40, 68, 120, 400, 1000])
@pytest.mark.parametrize("room", [34.0, 143.0])
def test_labels_have_room(quarters, room):
    places, labels = named(quarters, room)
    assert labels
    gaps = [(b - a) * room / max(quarters - 1, 1) for a, b in itertools.pairwise(places)]
    widest = max(text_width(label, SMALL_SIZE) for label in labels)
    assert all(gap >= widest for gap in gaps)


def test_years_stand_where_they_begin_and_quarters_in_their_middle():
    assert named(40, 143.0) == (list(range(0, 40, 4)), [str(year) for year in range(2014, 2024)])
    places, labels = named(3, 143.0, middle=0.5)
    assert (places, labels) == ([0.5, 1.5, 2.5], ["2014 Q1", "2014 Q2", "2014 Q3"])


def test_few_labels_of_many_years_are_round():
    _, labels = named(400, 60.0)
    assert all(int(label) % 10 == 0 for label in labels)
