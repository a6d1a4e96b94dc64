"""A calibration whole, on the toy model: what it finds, and that it is never lost."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.config.calibration import calibration_of
from orgsim.errors import ConfigError, RunError, UsageError
from orgsim.execution.progress import Silent
from orgsim.inquiry.calibration_files import as_facts, digest_of
from toy_model import TOY

TRUTH = {"walk.noise": 0.25, "firm.aim": 0.6}
PLAIN = """
[simulation]
firms = 4000
quarters = 6
[firm]
aim = 0.5
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Where the split comes from settings that are known, and is known to a thousandth."""
    place = tmp_path_factory.mktemp("calibration")
    (place / "plain.toml").write_text(PLAIN)
    sample = orgsim.simulate(place / "plain.toml", TRUTH, model=TOY)
    shares = dict(zip(TOY.scenarios, sample.shares()["share"], strict=True))
    shares["low"] += 1.0 - sum(shares.values())
    written = "\n".join(f"{name} = {float(share)!r}" for name, share in shares.items())
    (place / "asked.toml").write_text(
        f"""{PLAIN}
[target.shares]
{written}
[calibration]
wave = 64
firms = 400
effective_size = 60
[calibration.priors]
walk.noise = [0.05, 0.6]
"firm.aim" = [0.1, 0.9]
"firm.size" = [10, 60]
[calibration.held_out]
level = {{ value = 0.5, error = 0.1, source = "made up" }}
"""
    )
    return place / "asked.toml"


def calibrated(asked, out, overrides=(), **options):
    return orgsim.calibrate(asked, overrides, out=out, model=TOY, **options)


@pytest.fixture(scope="module")
def answer(asked, tmp_path_factory):
    return calibrated(asked, tmp_path_factory.mktemp("answers") / "whole")


class Interrupting(Silent):
    """A person who stops everything after so many firms."""

    def __init__(self, after):
        self.left = after

    def advance(self, count):
        self.left -= count
        if self.left < 0:
            raise KeyboardInterrupt


def test_settings_that_are_known_are_found_again(answer):
    """Each truth lies in its central 99.9 %, taken as normal: a false alarm in 1 case of 500."""
    assert answer.is_met
    by_name = {parameter.name: parameter for parameter in answer.parameters}
    for name, truth in TRUTH.items():
        parameter = by_name[name]
        assert parameter.contraction > 0.9
        assert abs(parameter.mean - truth) < 3.3 * parameter.deviation


def test_what_nothing_depends_on_is_not_told(answer):
    (size,) = (parameter for parameter in answer.parameters if parameter.name == "firm.size")
    assert not size.is_informed
    assert abs(size.contraction) < 4.0 * size.contraction_error + 0.05


def test_weights_are_those_of_the_posterior(answer):
    posterior = answer.posterior()
    assert posterior.weight.sum() == pytest.approx(1.0)
    assert len(posterior) == answer.points == 64 * answer.waves
    size = 1.0 / (posterior.weight**2).sum()
    assert size == pytest.approx(answer.effective_size)
    noise = (posterior.weight * posterior["walk.noise"]).sum()
    (parameter,) = (each for each in answer.parameters if each.name == "walk.noise")
    assert noise == pytest.approx(parameter.mean)


def test_outputs_of_every_setting_are_those_of_its_run(answer):
    run = orgsim.open(answer.directory / "waves-6-quarters-firms", model=TOY)
    posterior = answer.posterior()
    level = run.firms().groupby("point")["level"].mean()
    np.testing.assert_allclose(posterior.level, level, rtol=1e-5)
    np.testing.assert_array_equal(posterior["walk.noise"], run.swept_points()["walk.noise"])


def test_interrupted_and_taken_up_it_is_what_it_would_have_been(answer, asked, tmp_path):
    out = tmp_path / "stopped"
    for after in (20_000, 60_000):
        with pytest.raises(KeyboardInterrupt):
            calibrated(asked, out, progress=Interrupting(after))
    found = calibrated(asked, out, threads=1)
    assert digest_of(found) == digest_of(answer)
    assert as_facts(found) == as_facts(answer)
    name = "posterior.parquet"
    assert (out / name).read_bytes() == (answer.directory / name).read_bytes()


def test_asked_again_nothing_is_simulated(answer, asked):
    class Refusing(Silent):
        def advance(self, count):
            raise AssertionError("something was simulated again")

    again = calibrated(asked, answer.directory, progress=Refusing())
    assert as_facts(again) == as_facts(answer)


def test_a_larger_size_adds_waves_to_those_there(answer, asked, tmp_path):
    small = calibrated(asked, tmp_path / "a", effective_size=20)
    grown = calibrated(asked, tmp_path / "a")
    assert small.waves <= grown.waves
    assert digest_of(grown) == digest_of(answer)


def test_another_question_in_the_same_directory_is_refused(answer, asked):
    before = {path.name: path.read_bytes() for path in answer.directory.glob("*.*")}
    others = (
        {"walk.aiming": False},
        {"calibration.priors": {"walk.noise": [0.1, 0.6]}},
        {"calibration.wave": 32},
        {"calibration.targets": {"distance": {"value": 0.1, "error": 0.1}}},
    )
    for other in others:
        with pytest.raises(UsageError, match="something else was asked when this calibration"):
            calibrated(asked, answer.directory, other)
    assert {path.name: path.read_bytes() for path in answer.directory.glob("*.*")} == before


def test_a_target_that_nothing_comes_near_is_said_with_the_nearest_setting(asked, tmp_path):
    far = {"calibration.targets": {"first_high": {"value": 500, "error": 1e-6}}}
    few = {"calibration.most_waves": 2, "calibration.split": False}
    with pytest.raises(
        RunError, match=r"no setting comes near .* the nearest of 128 has first_high"
    ):
        calibrated(asked, tmp_path / "a", {**far, **few})


def test_what_is_set_one_by_one_stands_side_by_side(asked):
    one_by_one = [
        "calibration.priors.'walk.rate'=[0,1]",
        "calibration.targets.distance.value=0.1",
        "calibration.targets.distance.error=0.2",
    ]
    table = orgsim.load_config(asked, one_by_one, model=TOY).calibration
    assert set(table.priors) == {"walk.noise", "firm.aim", "firm.size", "walk.rate"}
    assert table.targets["distance"].error == 0.2


def test_one_prior_may_move_several_paths(asked, tmp_path):
    both = {
        "calibration.priors": {"way": {"paths": ["walk.rate", "walk.tide"], "low": 0, "high": 0.5}},
        "calibration.most_waves": 3,
    }
    found = calibrated(asked, tmp_path / "a", both, effective_size=16, wave=16)
    run = orgsim.open(next((tmp_path / "a").glob("waves-*")), model=TOY)
    points = run.swept_points()
    assert (points["walk.rate"] == points["walk.tide"]).all()
    (way,) = (parameter for parameter in found.parameters if parameter.name == "way")
    assert way.paths == ("walk.rate", "walk.tide")
    assert set(found.overrides(3)) >= {"walk.rate", "walk.tide"}


def test_a_setting_can_be_run_again_by_what_it_has_otherwise(answer, asked):
    best = int(np.argmax(answer.draws["log_likelihood"]))
    sample = orgsim.simulate(asked, answer.overrides(best), model=TOY)
    target = orgsim.load_config(asked, model=TOY).target.shares
    for name, share in zip(TOY.scenarios, sample.shares()["share"], strict=True):
        assert share == pytest.approx(target[name], abs=0.08)


def test_what_is_held_out_is_written_down_before_and_not_changed_after(answer, asked, tmp_path):
    written = json.loads((answer.directory / "held-out.json").read_text("utf-8"))
    assert written == [{"output": "level", "value": 0.5, "error": 0.1, "source": "made up"}]
    more = {"calibration.held_out": {"distance": {"value": 0.1, "error": 0.1}}}
    with pytest.raises(UsageError, match="another list was held out when this calibration began"):
        calibrated(asked, answer.directory, more)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"calibration.priors": {"walk.nois": [0, 1]}}, "priors.walk.nois: unknown parameter; did"),
        ({"calibration.priors": {"walk.aiming": [0, 1]}}, "walk.aiming: is no number"),
        ({"calibration.priors": {"walk.rate": [0, 2]}}, "walk.rate: 2 is out of range"),
        ({"calibration.priors": {"walk.rate": [0.4, 0.2]}}, "low = 0.4 is above high = 0.2"),
        ({"calibration.priors": {"walk.rate": {}}}, "priors.walk.rate: needs low and high"),
        (
            {
                "calibration.priors": {
                    "walk.noise": [0, 1],
                    "a": {"paths": ["walk.noise"], "low": 0, "high": 1},
                }
            },
            "priors.a: walk.noise: stands in walk.noise, too",
        ),
        ({"calibration.targets": {"levl": {"value": 1, "error": 1}}}, "no output levl; did you"),
        ({"calibration.targets": {"level": {"value": 1, "error": 0}}}, "error = 0; allowed: above"),
        ({"calibration.targets": {"level": {"value": 1, "error": 1}}}, "level: is a target, too"),
        (
            {"calibration.held_out": {"good": {"value": 0.1, "error": 0.1}}},
            "good: is a target, too",
        ),
        ({"calibration.held_out": {"level@6": {"value": 1, "error": 1}}}, "stands there twice"),
        ({"calibration.targets": {"good": {"value": 1, "error": 1}}}, "good: is of the split"),
        (
            {"calibration.priors": {"weight": {"paths": ["walk.noise"], "low": 0, "high": 1}}},
            "weight: is the name of something else",
        ),
        ({"calibration.split": False}, "nothing to reproduce: split = true, or an output"),
        ({"calibration.wav": 3}, "calibration.wav: unknown; did you mean 'wave'?"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_path(asked, tmp_path, overrides, words):
    with pytest.raises(ConfigError) as refused:
        calibrated(asked, tmp_path / "out", overrides)
    assert words in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_without_priors_the_message_shows_one():
    with pytest.raises(ConfigError, match=r"calibration.priors: is missing.*commitment"):
        orgsim.calibrate("baseline")


def test_the_command_prints_what_was_found(tmp_path):
    """A few settings of the study's model: far from enough, and the command says so."""
    (tmp_path / "my.toml").write_text(
        'extends = "baseline"\n[simulation]\nquarters = 8\n[calibration]\nmost_waves = 1\n'
        '[calibration.priors]\n"leadership.commitment" = {}\n'
    )
    few = ["--wave", "16", "--firms", "64", "--quiet", "--json"]
    out = ["--out", str(tmp_path / "a")]
    done = CliRunner().invoke(main, ["calibrate", str(tmp_path / "my.toml"), *few, *out])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["is_met"] is False
    assert [figure["name"] for figure in told["targets"]] == [
        *("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto")
    ]
    shown = CliRunner().invoke(main, ["calibrate", str(tmp_path / "my.toml"), *few[:4], *out])
    assert "fewer than the 400 that were asked" in shown.output
    assert "leadership.commitment" in shown.output


def test_the_config_that_the_page_shows_is_valid(tmp_path):
    page = (Path(__file__).parents[2] / "docs/calibration.md").read_text("utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "shown.toml").write_text(shown)
    question = calibration_of(orgsim.load_config(tmp_path / "shown.toml"))
    assert [prior.name for prior in question.priors][-1] == "fear"
    assert len(question.targets) == len(question.held_out) == 1
