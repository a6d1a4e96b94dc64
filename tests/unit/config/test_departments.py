"""One department's value alone."""

from __future__ import annotations

import pytest

import orgsim
from orgsim.config.points import Points
from small_runs import refusal

BOTH = {"marketing": 0.5, "it": 0.3}


def test_set_changes_one_department_and_leaves_the_other():
    path = "leadership.market_cooperation"
    assert orgsim.load_config("baseline", {f"{path}.it": 0.3}).settings[path] == BOTH
    assert orgsim.load_config("baseline", [f"{path}.it=0.3"]).settings[path] == BOTH


def test_a_file_that_extends_another_does_as_well(write):
    write("[leadership.market_cooperation]\nmarketing = 0.9\nit = 0.3\n", "parent.toml")
    child = write('extends = "./parent.toml"\n[leadership]\nmarket_cooperation.marketing = 0.5\n')
    assert orgsim.load_config(child).settings["leadership.market_cooperation"] == BOTH


def test_a_distribution_of_both_stays_that_of_the_other(write):
    config = orgsim.load_config("baseline", {"cooperation.initial.it": 0.3})
    initial = config.settings["cooperation.initial"]
    assert initial["it"] == 0.3
    assert initial["marketing"] == orgsim.load_config("baseline").settings["cooperation.initial"]


def test_one_after_the_other():
    config = orgsim.load_config("baseline", ["resistance.initial.it=0.3"])
    again = config.replace({"resistance.initial.marketing": 0.5})
    assert again.settings["resistance.initial"] == BOTH


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"cooperation.initial.sales": 0.3}, "cooperation.initial"),
        ({"cooperation.moderation.it": 0.3}, "cooperation.moderation"),
    ],
)
def test_what_is_no_department_is_refused(change, found):
    assert found in refusal("baseline", change)


def test_a_sweep_moves_one_department(write):
    text = '[sweep]\ndesign = "grid"\n[sweep.parameters]\n'
    swept = f'{text}"leadership.market_cooperation.it" = {{ values = [0.1, 0.3] }}\n'
    points = Points(orgsim.load_config(write(swept)))
    found = [points.settings(i)["leadership.market_cooperation"] for i in (0, 1)]
    assert found == [{"marketing": 0.5, "it": 0.1}, BOTH]
