"""Every firm a second time, with the same luck under other settings."""

from __future__ import annotations

import json

import numpy as np
import pytest

import orgsim
from small_runs import refusal

SETTING = """extends = "article-2014"
[simulation]
firms = 800
quarters = 20
"""
TWINNED = f"""{SETTING}
[twin]
set = {{ "mechanisms.reorganisation" = false }}
"""
KEPT = ("scenario", "performance", "capability")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("twins")


@pytest.fixture(scope="module")
def run(place):
    (place / "twinned.toml").write_text(TWINNED)
    return orgsim.run(place / "twinned.toml", out=place / "run")


@pytest.fixture(scope="module")
def apart(place):
    """The two settings, each for itself."""
    (place / "own.toml").write_text(SETTING)
    own = orgsim.simulate(place / "own.toml")
    return own, orgsim.simulate(place / "own.toml", {"mechanisms.reorganisation": False})


def test_a_firm_is_what_it_is_without_a_twin_and_the_twin_what_it_is_alone(run, apart):
    own, twin = (sample.firms() for sample in apart)
    firms = run.firms()
    assert firms[list(own.columns)].equals(own)
    for name in KEPT:
        assert (firms[f"twin_{name}"].astype(str) == twin[name].astype(str)).all()
    assert run.quarters().equals(apart[0].quarters())


def test_improved_and_sustained_are_counted_of_those_that_tried(run):
    firms, shares = run.firms(), run.shares()
    tried = firms.attempts > 0
    better = firms.performance > np.float32(1.1) * firms.twin_performance
    improved = tried & better & (firms.performance > 0)
    sustained = improved & (firms.structure.astype(str) != "separate")
    for name, counted in (("tried", tried), ("improved", improved), ("sustained", sustained)):
        by_scenario = counted.groupby(firms.scenario.astype(str)).sum()
        found = dict(zip(shares.scenario.astype(str), shares[name], strict=True))
        assert found == {key: by_scenario.get(key, 0) for key in found}
    assert 0 < sustained.sum() < improved.sum() < tried.sum()


def test_the_command_takes_it_and_writes_it_into_the_config(command, write, run, tmp_path):
    path = write(SETTING)
    command("run", path, "--twin", "mechanisms.reorganisation=false", "--out", "told", "--quiet")
    assert orgsim.open("told").digest == run.digest
    told = json.loads((tmp_path / "told/manifest.json").read_text())
    assert told["identity"]["plan"]["settings"]["twin.margin"] == 0.1
    assert json.loads(command("verify", "told", "--json"))["sound"]
    command("run", tmp_path / "told/config.toml", "--out", "again", "--quiet")
    assert orgsim.open("again").digest == run.digest


def test_a_run_with_twins_grows_and_is_resumed(command, write, tmp_path):
    path = write(TWINNED)
    command("run", path, "--firms", 300, "--out", "grown", "--quiet")
    command("run", path, "--firms", 800, "--out", "grown", "--quiet")
    command("run", path, "--firms", 800, "--out", "whole", "--quiet")
    assert orgsim.open("grown").digest == orgsim.open("whole").digest


def test_in_memory_it_is_the_same(run, place):
    sample = orgsim.simulate(place / "twinned.toml")
    assert sample.digest == run.digest
    assert sample.firms().equals(run.firms())


def test_the_schedule_and_swept_values_hold_for_both_unless_the_twin_sets_them(write, tmp_path):
    text = f"""{SETTING}
[[schedule]]
from = 5
cooperation.moderation = 0.9
competence.training = 0.1
[twin]
set = {{ competence.training = 0.01 }}
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = {{ values = [0.2, 1.2] }}
"""
    swept = orgsim.sweep(write(text), {"simulation.firms": 100}, out=tmp_path / "swept")
    alone = write(SETTING + "[[schedule]]\nfrom = 5\ncooperation.moderation = 0.9\n", "alone.toml")
    for point, threat in enumerate((0.2, 1.2)):
        twin = orgsim.simulate(
            alone, {"resistance.status_threat": threat, "competence.training": 0.01}, firms=100
        )
        found = swept.firms(point).reset_index(drop=True)
        assert found.twin_performance.rename("performance").equals(twin.firms().performance)


def test_a_story_says_what_would_have_become_of_the_firm(run):
    firms = run.firms()
    number = int(firms.index[(firms.scenario.astype(str) == "cemo")][0])
    last = run.trace(number).decisive[-1]
    assert last.startswith("Without reorganisation and with the same luck, this firm would have")


@pytest.mark.usefixtures("first_figure_alone")
def test_the_report_and_the_terminal_tell_of_improvement(command, place, run):
    shown = command("compare", place / "run")
    assert "improved" in shown
    command("report", place / "run", "--out", place / "page.html")
    assert "mechanisms.reorganisation" in (place / "page.html").read_text(encoding="utf-8")


def test_a_department_of_the_twin_leaves_the_other_to_the_schedule(write):
    market = "leadership.market_cooperation"
    path = write(SETTING)
    scheduled = {"schedule.1.from": 3, f"schedule.1.{market}": {"marketing": 0.1, "it": 0.9}}
    beside = orgsim.simulate(path, {**scheduled, f"twin.set.{market}.it": 0.3}, firms=100)
    alone = orgsim.simulate(
        path,
        {
            market: {"marketing": 0.5, "it": 0.3},
            "schedule.1.from": 3,
            f"schedule.1.{market}": {"marketing": 0.1, "it": 0.3},
        },
        firms=100,
    )
    found = beside.firms().twin_performance.rename("performance")
    assert found.equals(alone.firms().performance)


def test_rules_that_join_parameters_hold_for_the_twin_at_every_point(write):
    path = write(
        f"""{SETTING}[twin]
set = {{ "resistance.rank_weight" = 0.5 }}
[sweep]
design = "grid"
[sweep.parameters]
"resistance.chain_weight" = {{ values = [0.2, 0.45, 0.9] }}
"resistance.rank_weight" = {{ values = [0.0, 0.1] }}
""".replace('"resistance.rank_weight" = { values = [0.0, 0.1] }\n', "")
    )
    with pytest.raises(orgsim.ConfigError, match=r"of the twin: chain_weight \+ rank_weight = 1.4"):
        orgsim.sweep(path, {"resistance.rank_weight": 0.0}, out="never")


TWIN = '[twin]\nset = { "mechanisms.reorganisation" = false }\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[twin]\nmargin = 0.2\n", "twin.set: is missing: what the twin has otherwise"),
        ("[twin]\nset = {}\n", "twin.set: is no table of settings"),
        ("[[twin]]\nmargin = 0.2\n", "twin: is a list, not a table; write [twin]"),
        (
            '[twin]\nset = { "schedule.1.from" = 3 }\n',
            "a twin has its firm's schedule, but for what it sets itself",
        ),
        (f"{TWIN}margins = 0.2\n", "twin.margins: unknown; did you mean 'margin'?"),
        (f"{TWIN}margin = -0.2\n", "twin.margin: -0.2 is out of range"),
        (
            "[twin]\nset = { simulation.seed = 3 }\n",
            "a twin has its firm's seed, horizon and staff",
        ),
        (
            '[twin]\nset = { "simulation.quarters" = 3 }\n',
            "twin.set.simulation.quarters: a twin has its firm's seed",
        ),
        ("[twin]\nset = { firm.it_staff = 3 }\n", "twin.set.firm.it_staff: a twin has its firm's"),
        ("[twin]\nset = { firm.attentoin = 3 }\n", "did you mean 'firm.attention'?"),
        ("[twin]\nset = { firm.attention = 3 }\n", "3 is out of range; allowed: from 0 to 1"),
        (
            "[twin]\nset = { reorganisation.patience = 2 }\n",
            "twin: patience = 2 is below trial_period = 4",
        ),
        (
            '[twin]\nset = { firm.attention = 0.3 }\n[sweep]\ndesign = "grid"\n'
            '[sweep.parameters]\n"firm.attention" = { values = [0.1, 0.2] }\n',
            "sweep.parameters.firm.attention: the twin sets it itself",
        ),
        (
            f'{TWIN}[sweep]\ndesign = "grid"\n'
            '[sweep.parameters]\n"twin.firm.attention" = { values = [0.1, 0.2] }\n',
            "is the twin's, and the same at all points",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_path(write, text, found):
    assert found in refusal(write(SETTING + text))
