"""Numbers stand beside their dots, within the panel, and never over each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from orgsim.figures.sensitivity.numbering import HEIGHT, NEAR, WIDTH, beside

ROOM = (43.0, 43.0)


def assert_apart_and_within(places):
    for x, y in places:
        assert WIDTH / 2.0 <= x <= ROOM[0] - WIDTH / 2.0
        assert HEIGHT / 2.0 <= y <= ROOM[1] - HEIGHT / 2.0
    for (x, y), (u, v) in combinations(places, 2):
        assert abs(x - u) >= WIDTH or abs(y - v) >= HEIGHT


@pytest.mark.parametrize("seed", range(20))
def test_numbers_of_many_dots_never_meet(seed):
    dots = np.random.default_rng(seed).exponential(4.0, (84, 2)).clip(0.0, 40.0)
    assert_apart_and_within(beside(dots, range(5), ROOM))


@pytest.mark.parametrize("corner", [(0.0, 0.0), (43.0, 43.0), (0.0, 43.0), (43.0, 0.0)])
def test_five_dots_in_one_place_in_a_corner_have_their_numbers(corner):
    assert_apart_and_within(beside(np.array([corner] * 5), range(5), ROOM))


def test_a_lone_dot_has_its_number_close_by():
    (place,) = beside(np.array([[20.0, 20.0]]), [0], ROOM)
    assert np.hypot(place[0] - 20.0, place[1] - 20.0) == pytest.approx(NEAR)


def test_a_number_stands_over_no_dot_where_there_is_room():
    dots = np.array([[20.0, 20.0], [22.3, 20.0], [17.7, 20.0]])
    (x, y), *_ = beside(dots, [0], ROOM)
    assert not ((abs(dots[:, 0] - x) < WIDTH / 2.0) & (abs(dots[:, 1] - y) < HEIGHT / 2.0)).any()


def test_a_number_is_nearer_to_its_dot_than_to_another_numbered_one():
    dots = np.array([[20.0, 20.0], [23.0, 20.0], [26.0, 20.0]])
    for own, place in enumerate(beside(dots, range(3), ROOM)):
        distances = np.hypot(*(dots - np.array(place)).T)
        assert int(np.argmin(distances)) == own
