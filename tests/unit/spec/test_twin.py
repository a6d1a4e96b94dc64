"""What a twin has of its own, among the settings; and models with the columns of their runs."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from orgsim.model import MODEL
from orgsim.model.columns import SINCE_VERSION_2
from orgsim.spec.twin import own_settings, twin_changes, twin_settings

SETTINGS = {
    "simulation.quarters": 20,
    "cooperation.moderation": 0.4,
    "firm.attention": 0.7,
    "schedule.1.from": 5,
    "schedule.1.cooperation.moderation": 0.6,
    "schedule.1.firm.attention": 0.9,
}
TWIN = {"twin.cooperation.moderation": 0.1, "twin.margin": 0.2}


def test_without_a_twin_there_is_none():
    assert twin_settings(SETTINGS) is None
    assert twin_changes(SETTINGS | {"twin.margin": 0.2}) == {}


def test_what_the_twin_sets_holds_in_all_quarters():
    found = twin_settings(SETTINGS | TWIN)
    assert found == {
        "simulation.quarters": 20,
        "cooperation.moderation": 0.1,
        "firm.attention": 0.7,
        "schedule.1.from": 5,
        "schedule.1.firm.attention": 0.9,
    }
    assert own_settings(SETTINGS | TWIN) == SETTINGS


def test_a_model_has_the_columns_of_its_runs():
    names = [column.name for column in MODEL.record]
    old = MODEL.as_written("1")
    assert [column.name for column in old.record] == names[: -len(SINCE_VERSION_2)]
    twinned = MODEL.as_written(margin=0.1)
    assert [column.name for column in twinned.record] == [
        *names, "twin_scenario", "twin_performance", "twin_capability",
    ]  # fmt: skip
    assert [tally.name for tally in twinned.tallies][-3:] == ["tried", "improved", "sustained"]
    assert twinned.words["twin_scenario"] == MODEL.scenarios
    assert twinned.kernel is old.kernel is MODEL
    assert MODEL.as_written() is MODEL.as_written("2") is MODEL
    assert twinned.as_written() is MODEL
    assert MODEL.as_written(margin=0.1) is twinned


@pytest.mark.parametrize("model", [MODEL.as_written("1"), MODEL.as_written(margin=0.25)])
def test_it_is_pickled_by_what_it_is_of(model):
    assert pickle.loads(pickle.dumps(model)) is model


def test_improvement_is_counted_in_the_precision_of_the_columns():
    improved = MODEL.as_written(margin=0.1).tallies[-2]
    twin = np.float32(0.3)
    limit = np.float32(1.1) * twin
    record = {
        "attempts": np.array([1.0, 1.0, 0.0, 1.0]),
        "performance": np.array([limit, np.nextafter(limit, np.float32(1)), 1.0, 0.0]),
        "twin_performance": np.array([twin, twin, twin, -1.0]),
        "structure": np.array([0.0, 0.0, 2.0, 2.0]),
    }
    assert improved.holds(record).tolist() == [False, True, False, False]
