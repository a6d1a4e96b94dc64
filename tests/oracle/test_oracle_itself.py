"""The oracle's columns, draws and edge cases."""

import pytest

from oracle.initialisation import new_firm
from oracle.small_worlds import SEED, run, settings_with
from orgsim.model.columns import RECORD, SCENARIOS, SERIES, STRUCTURES
from orgsim.model.parameters import defaults
from orgsim.model.tables import build_tables


@pytest.fixture(scope="module")
def default_runs():
    settings = defaults()
    tables = build_tables(settings)
    return [run(settings, firm=firm, tables=tables) for firm in range(12)]


def test_every_column_is_there(default_runs):
    for trace in default_runs:
        assert set(trace.record) == set(RECORD)
        assert len(trace.series) == 40
        for row in trace.series:
            assert set(row) == {*SERIES, "scenario", "under_way", "structure"}


def test_shares_stay_shares(default_runs):
    for trace in default_runs:
        for row in trace.series:
            assert all(0 <= row[name] <= 1 for name in SERIES if name != "ei_index")
            assert -1 <= row["ei_index"] <= 1


def test_scenario_follows_structure_and_completion(default_runs):
    for trace in default_runs:
        for row in trace.series:
            structure = STRUCTURES[row["structure"]]
            passive = "cmo_and_cto" if row["completion"] >= 0.5 else "cmo_vs_cto"
            expected = passive if structure == "separate" else structure
            assert SCENARIOS[row["scenario"]] == expected


def test_the_last_quarter_is_the_record(default_runs):
    for trace in default_runs:
        assert trace.series[-1].items() <= trace.record.items()


def test_a_longer_run_begins_like_a_shorter_one(default_runs):
    assert run(defaults(), firm=2, quarters=10).series == default_runs[2].series[:10]


def test_a_firm_is_the_same_whoever_ran_before(default_runs):
    assert run(defaults(), firm=7) == default_runs[7]
    assert default_runs[6].record != default_runs[7].record


def test_design_point_changes_the_key():
    settings = defaults()
    first, second = (run(settings, quarters=1, point=point).record for point in (0, 1))
    assert first["drawn_digital_exposure"] != second["drawn_digital_exposure"]


def test_a_larger_department_leaves_everybody_as_he_was_at_the_start():
    small = settings_with({"firm.marketing_staff": 3, "firm.it_staff": 4})
    large = settings_with({"firm.marketing_staff": 5, "firm.it_staff": 4})
    tables = build_tables(small)
    few, many = (new_firm(s, tables, seed=SEED, number=5) for s in (small, large))
    assert many.staff[0][:3] == few.staff[0]
    assert many.staff[1] == few.staff[1]
    assert many.chiefs == few.chiefs


def test_a_sector_replaces_the_distributions_of_the_settings():
    sectors = [(0.5, {"firm.attention": 0.25}), (0.5, {"firm.attention": 0.75})]
    tables = build_tables(defaults(), sectors)
    drawn = {
        (trace.record["sector"], trace.record["drawn_attention"])
        for trace in (run(defaults(), firm=f, quarters=1, tables=tables) for f in range(20))
    }
    assert drawn == {(0, 0.25), (1, 0.75)}


def test_departments_of_one():
    alone = {"firm.marketing_staff": 1, "firm.it_staff": 1}
    for firm in range(4):
        for row in run(settings_with(alone), firm=firm).series:
            assert row["ei_index"] in (0.0, 1.0)


def test_without_encounters_nothing_is_completed():
    record = run(settings_with({"cooperation.encounters": 0})).record
    assert (record["completion"], record["contact"], record["ei_index"]) == (0.0, 0.0, 0.0)


def test_two_sided_learning_differs_by_the_partners_learning_alone():
    without = settings_with({"mechanisms.cooperation_learning": False})
    assert run(without, quarters=12, two_sided=True) == run(without, quarters=12)
    one, two = (run(defaults(), quarters=4, two_sided=sides) for sides in (False, True))
    assert one.series[0]["contact"] == two.series[0]["contact"]
    assert one.record["cooperation_it"] != two.record["cooperation_it"]
