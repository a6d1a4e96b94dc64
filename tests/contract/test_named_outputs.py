"""This model's named outputs, against what pandas says of the same firms' rows."""

import numpy as np
import pytest

import orgsim
from orgsim.config.asked_output import asked_output, named_outputs
from orgsim.config.laid_points import with_points
from orgsim.errors import UsageError
from orgsim.inquiry.reading import Readings
from orgsim.model import MODEL

FIRMS = 600
SETTING = """extends = "article-2014"
[simulation]
firms = 600
quarters = 16
[sectors.shops]
share = 0.4
[sectors.shops.quantities]
"firm.attention" = 0.9
[sectors.brands]
share = 0.6
"""
SWEPT = {
    "leadership.commitment": np.array([0.5, 0.9]),
    "firm.it_staff": np.array([10, 20]),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two points, at 16 quarters with twins and at 32 without."""
    place = tmp_path_factory.mktemp("named")
    (place / "setting.toml").write_text(SETTING)
    config = orgsim.load_config(place / "setting.toml")

    def run(quarters, *, has_twins):
        laid = with_points(
            config,
            SWEPT,
            quarters=quarters,
            firms=FIRMS,
            seed=1,
            has_common_draws=True,
            keeps_firms=True,
            keeps_quarters=True,
            has_twins=has_twins,
        )
        return orgsim.run(laid, out=place / f"{quarters}")

    return {16: run(16, has_twins=True), 32: run(32, has_twins=False)}


@pytest.fixture(scope="module")
def readings(runs):
    return Readings(runs, 16)


def values(readings, text):
    return readings.known(asked_output(text, MODEL, ("shops", "brands"), "x")).value


def by_point(runs, of, quarters=16):
    rows = runs[quarters].firms()
    return [of(rows[rows["point"] == point]) for point in (0, 1)]


ACTIVE = ("cemo", "cmto")
STAFF = {"it": (10, 20), "marketing": (20, 20)}

PLAIN = {
    "cemo": lambda f: (f.scenario == "cemo").mean(),
    "active": lambda f: f.scenario.isin(ACTIVE).mean(),
    "best_among_active": lambda f: (f.scenario[f.scenario.isin(ACTIVE)] == "cemo").mean(),
    "best_among_passive": lambda f: (f.scenario[~f.scenario.isin(ACTIVE)] == "cmo_and_cto").mean(),
    "unsuccessful": lambda f: (
        (f.failures + f.reversals).sum() / (f.attempts - f.under_way.astype(int)).sum()
    ),
    "failures": lambda f: f.failures.mean(),
    "first_adoption": lambda f: f.first_adoption.mean(),  # without those that never adopted
    "spending_share": lambda f: f.technology_spending_share.mean(),
    "literacy_it": lambda f: f.literacy_it.mean(),
    "under_way": lambda f: f.under_way.mean(),
    "improved": lambda f: (
        (f.performance > np.float32(1.1) * f.twin_performance) & (f.performance > 0)
    )[f.attempts > 0].mean(),
    "sustained": lambda f: (
        (f.performance > np.float32(1.1) * f.twin_performance)
        & (f.performance > 0)
        & (f.structure != "separate")
    )[f.attempts > 0].mean(),
    "cemo_undone_by_new_ceo": lambda f: (
        f.cemo_undone_after_ceo.sum() / f.ceo_exits_under_cemo.sum()
    ),
    "twin_capability": lambda f: f.twin_capability.mean(),
    "cemo[shops]": lambda f: (f.scenario[f.sector == "shops"] == "cemo").mean(),
    "performance - twin_performance": lambda f: f.performance.mean() - f.twin_performance.mean(),
}


@pytest.mark.parametrize("text", PLAIN)
def test_an_output_is_what_the_rows_of_firms_say(runs, readings, text):
    # pandas adds columns of single precision up in it.
    np.testing.assert_allclose(values(readings, text), by_point(runs, PLAIN[text]), rtol=1e-5)


@pytest.mark.parametrize("department", STAFF)
@pytest.mark.parametrize("structure", ["separate", "cemo", "cmto"])
def test_exit_rates_are_a_quarter_and_a_place_even_where_staff_is_swept(
    runs, readings, department, structure
):
    def rate(f):
        under = {s: f[f"exits_under_{s}_{department}"].sum() for s in ACTIVE}
        spent = {s: int(f[f"quarters_under_{s}"].sum()) for s in ACTIVE}
        under["separate"] = f[f"exits_{department}"].sum() - sum(under.values())
        spent["separate"] = 16 * len(f) - sum(spent.values())
        return under[structure] / spent[structure]

    expected = np.array(by_point(runs, rate)) / STAFF[department]
    found = values(readings, f"exit_rate_{department}_{structure}")
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_gap_of_rates_is_a_place_of_each_department(runs, readings):
    """Staff of IT is swept and marketing's is not: each rate has its own places."""
    gap = values(readings, "exit_rate_it_cemo - exit_rate_marketing_cemo")
    rates = [values(readings, f"exit_rate_{department}_cemo") for department in STAFF]
    np.testing.assert_allclose(gap, rates[0] - rates[1], rtol=1e-12)


def test_the_log_odds_ratio_is_of_the_four_counts(runs, readings):
    def odds(f):
        cells = f.scenario.value_counts()
        a, b, c, d = (cells.get(s, 0) + 0.5 for s in ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto"))
        return np.log(a * d / (b * c))

    np.testing.assert_allclose(values(readings, "log_odds_ratio"), by_point(runs, odds), rtol=1e-9)


def test_those_still_apart_are_the_same_firms_at_two_horizons(runs, readings):
    now, later = (runs[quarters].firms() for quarters in (16, 32))
    for point in (0, 1):
        apart = (now.scenario == "cmo_vs_cto") & (now["point"] == point)
        expected = (later.scenario[apart] == "cmo_vs_cto").mean()
        assert values(readings, "still_apart")[point] == pytest.approx(expected)
        assert values(readings, "still_apart@32")[point] == pytest.approx(expected)


def test_a_share_after_some_quarters_is_the_same_at_that_horizon_and_by_quarter(runs, readings):
    """A run of 32 quarters says in its table by quarter what one of 16 says at its end."""
    early = Readings({32: runs[32]}, 32)
    for name in ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto", "best_among_passive"):
        np.testing.assert_allclose(values(early, f"{name}@16"), values(readings, name), rtol=1e-12)


def test_a_calendar_quarter_is_a_time(readings):
    np.testing.assert_array_equal(values(readings, "cemo@2021Q4"), values(readings, "cemo@32"))


def test_a_difference_over_time_is_of_the_same_firms(runs, readings):
    asked = asked_output("cmo_vs_cto@32 - cmo_vs_cto", MODEL, (), "x")
    known = readings.known(asked)
    now, later = (runs[q].firms() for q in (16, 32))
    for point in (0, 1):
        here = now["point"] == point
        change = (later.scenario[here] == "cmo_vs_cto").astype(float) - (
            now.scenario[here] == "cmo_vs_cto"
        )
        assert known.value[point] == pytest.approx(change.mean(), abs=1e-12)
        assert known.variance[point] == pytest.approx(change.var(ddof=1) / FIRMS, rel=1e-9)


def test_every_named_output_exists_here(readings):
    for name in named_outputs(MODEL):
        known = readings.known(asked_output(name, MODEL, (), "x"))
        assert np.isfinite(known.value).all(), name
        assert (known.variance >= 0.0).all(), name


@pytest.mark.parametrize("text", ["improved@32", "literacy_it@20", "still_apart@24"])
def test_what_no_run_kept_is_said(readings, text):
    with pytest.raises(UsageError, match="which the run did not keep"):
        values(readings, text)
