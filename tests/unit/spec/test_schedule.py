"""Segments of a schedule, among the settings."""

from __future__ import annotations

import pytest

from orgsim.model import MODEL
from orgsim.spec.schedule import order_problem, parts_of, scheduled, segments
from orgsim.spec.swept_path import SweptPath, parameter_at

BASE = {"simulation.quarters": 20, "cooperation.moderation": 0.4, "firm.attention": 0.7}


def starts_and(path, settings):
    return [(segment.start, segment.settings[path]) for segment in segments(settings)]


def test_without_a_schedule_there_is_one_segment():
    assert segments(BASE) == [(0, BASE)]


def test_each_segment_is_the_one_before_with_some_changed():
    settings = BASE | {
        "schedule.1.from": 5,
        "schedule.1.cooperation.moderation": 0.6,
        "schedule.2.from": 9,
        "schedule.2.firm.attention": 0.9,
    }
    assert starts_and("cooperation.moderation", settings) == [(0, 0.4), (5, 0.6), (9, 0.6)]
    assert starts_and("firm.attention", settings) == [(0, 0.7), (5, 0.7), (9, 0.9)]
    assert all(segment.settings.keys() == BASE.keys() for segment in segments(settings))


def test_a_segment_from_the_start_takes_the_place_of_the_first():
    settings = BASE | {"schedule.1.from": 0, "schedule.1.cooperation.moderation": 0.6}
    assert starts_and("cooperation.moderation", settings) == [(0, 0.6)]


def test_the_tenth_comes_after_the_second():
    settings = dict(BASE)
    for number in (10, 2, *range(3, 10), 1):
        settings[f"schedule.{number}.from"] = number
        settings[f"schedule.{number}.cooperation.moderation"] = number / 100
    assert list(scheduled(settings)) == list(range(1, 11))
    assert starts_and("cooperation.moderation", settings)[-1] == (10, 0.1)


@pytest.mark.parametrize(
    ("starts", "problem"),
    [
        ((3, 5), None),
        ((5, 3), "before"),
        ((3, 3), "same quarter"),
        ((3, 20), "20 quarters"),
        ((0, 19), None),
    ],
)
def test_segments_begin_one_after_another_within_the_horizon(starts, problem):
    settings = BASE | {f"schedule.{i}.from": start for i, start in enumerate(starts, 1)}
    found = order_problem(settings)
    assert found is None if problem is None else problem in found


@pytest.mark.parametrize(
    "path",
    ["schedule", "schedule.1", "schedule.0.from", "schedule.01.from", "schedule.x.from", "a.b"],
)
def test_what_is_no_path_of_a_segment(path):
    assert parts_of(path) is None


def test_a_path_of_a_segment_is_that_of_a_parameter_that_may_change():
    found = parameter_at("schedule.3.cooperation.moderation", MODEL)
    assert (found.path, found.high) == ("schedule.3.cooperation.moderation", 1.0)
    assert parameter_at("schedule.3.firm.it_staff", MODEL) is None
    assert parameter_at("schedule.3.from", MODEL).kind == "integer"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("schedule.2.from", "first quarter of segment 2"),
        ("schedule.2.cooperation.moderation", "moderation from segment 2 on"),
        (
            "schedule.1.leadership.market_literacy.it",
            "market literacy in IT from segment 1 on",
        ),
        ("twin.firm.attention", "attention of the twin"),
    ],
)
def test_how_such_paths_are_called(path, name):
    assert SweptPath.of(path, MODEL).name == name
