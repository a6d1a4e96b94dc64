"""A sensitivity analysis whole, on the toy model: what it finds, and that it is never lost."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.config.asked_output import named_outputs
from orgsim.config.sensitivity import question_of
from orgsim.errors import ConfigError, UsageError
from orgsim.execution.experiment import plan_hash
from orgsim.execution.progress import Silent
from orgsim.inquiry.indices import chosen_groups
from orgsim.inquiry.keeping import as_facts, digest_of
from orgsim.model import MODEL
from toy_model import TOY

ASKED = """
[simulation]
firms = 500
quarters = 6
[sensitivity]
outputs = ["high", "level", "level@3", "first_high", "high - low"]
trajectories = 6
screening_firms = 64
samples = 16
indices_firms = 64
top = 2
[sensitivity.ranges]
"walk.rate" = [0.0, 0.9]
"walk.noise" = [0.05, 0.6]
"walk.tide" = [0.0, 0.4]
"firm.size" = [10, 60]
"""


@pytest.fixture(scope="module")
def config_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("asked") / "toy.toml"
    path.write_text(ASKED)
    return path


def asked(config_file, out, overrides=(), **options):
    return orgsim.sensitivity(config_file, overrides, out=out, model=TOY, **options)


@pytest.fixture(scope="module")
def answer(config_file, tmp_path_factory):
    return asked(config_file, tmp_path_factory.mktemp("answers") / "whole")


class Interrupting(Silent):
    """A person who stops everything after so many firms."""

    def __init__(self, after):
        self.left = after

    def advance(self, count):
        self.left -= count
        if self.left < 0:
            raise KeyboardInterrupt


# --- what it finds


def test_what_nothing_depends_on_moves_no_firm_and_has_no_effect(answer):
    assert answer.screening.unmoved() == ["firm.size"]
    frame = answer.screening.frame()
    effects = frame[frame.parameter == "firm.size"]
    assert (effects.mu_star == 0.0).all()
    assert answer.screening.ranked()[-1] == "firm.size"


def test_elementary_effects_are_what_the_rows_of_firms_say(answer):
    """Of mean levels, by pandas, step by step."""
    run = orgsim.open(answer.directory / "screening-6-quarters-firms", model=TOY)
    points = run.swept_points()
    level = run.firms().groupby("point")["level"].mean()
    effects = {path: [] for path in run.swept}
    low, high = {}, {}
    for moved in answer.parameters:
        low[moved.path], high[moved.path] = moved.low, moved.high
    for point in range(1, len(points)):
        if point % (len(run.swept) + 1):
            before, after = points.loc[point - 1], points.loc[point]
            (path,) = [path for path in run.swept if before[path] != after[path]]
            step = (after[path] - before[path]) / (high[path] - low[path])
            effects[path].append((level[point] - level[point - 1]) / step)
    frame = answer.screening.frame()
    frame = frame[frame.output == "level"].set_index("parameter")
    for path, found in effects.items():
        assert len(found) == 6
        assert frame.mu_star[path] == pytest.approx(np.abs(found).mean(), rel=1e-5, abs=1e-12)
        assert frame.sigma[path] == pytest.approx(np.std(found, ddof=1), rel=1e-4, abs=1e-12)


def test_the_first_parameters_have_indices(answer):
    names = list(dict.fromkeys(answer.indices.frame().parameter))
    assert names == [*answer.screening.ranked()[:2], "dummy"]


def test_a_dummy_comes_out_at_zero_and_a_parameter_that_matters_does_not(config_file, tmp_path):
    found = asked(
        config_file,
        tmp_path / "larger",
        outputs=["high"],
        parameters=["walk.noise", "firm.size"],
        samples=128,
        firms=512,
    )
    frame = found.indices.frame().set_index("parameter")
    for path in ("dummy", "firm.size"):  # nothing depends on the size of a toy firm
        assert frame.total_low[path] <= 0.0 <= frame.total_high[path]
        assert abs(frame.total[path]) < 0.1
    assert frame.total_low["walk.noise"] > 0.5
    assert found.indices.variation_frame().noise[0] > 0.0


def test_a_time_is_a_run_of_that_horizon(answer):
    names = sorted(p.name for p in answer.directory.iterdir() if p.is_dir())
    assert [re.sub("-[0-9a-f]{8}-", "-", name) for name in names] == [
        "indices-3-quarters-firms",
        "indices-6-quarters-firms",
        "screening-3-quarters-firms",
        "screening-6-quarters-firms",
    ]


def test_pairs_and_groups_are_asked_for_by_name(config_file, tmp_path):
    found = asked(
        config_file,
        tmp_path / "pairs",
        {"sensitivity.groups": {"way": ["walk.rate", "walk.tide"]}},
        second_order=True,
        top=3,
        outputs=["high"],
    )
    assert found.indices.frame().parameter[0] == "way"
    pairs = found.indices.pairs_frame()
    assert len(pairs) == 3
    assert set(pairs.parameter) | set(pairs.other) == {"way", "walk.noise", "firm.size"}


# --- that it is never lost


def test_interrupted_and_taken_up_it_is_what_it_would_have_been(answer, config_file, tmp_path):
    out = tmp_path / "stopped"
    for after in (700, 1_500, 2_500):
        with pytest.raises(KeyboardInterrupt):
            asked(config_file, out, progress=Interrupting(after))
    found = asked(config_file, out, threads=1)
    assert digest_of(found) == digest_of(answer)
    assert as_facts(found) == as_facts(answer)
    for name in ("screening.parquet", "indices.parquet", "variation.parquet"):
        assert (out / name).read_bytes() == (answer.directory / name).read_bytes()


def test_asked_again_nothing_is_simulated(answer, config_file):
    class Refusing(Silent):
        def advance(self, count):
            raise AssertionError("something was simulated again")

    again = asked(config_file, answer.directory, progress=Refusing())
    assert digest_of(again) == digest_of(answer)


def test_more_trajectories_and_samples_are_added_to_those_there(config_file, tmp_path):
    small = {
        "trajectories": 3,
        "samples": 8,
        "outputs": ["high"],
        "parameters": ["walk.rate", "walk.noise"],
    }
    grown = asked(config_file, tmp_path / "grown", **small)
    before = grown.screening.frame()
    larger = small | {"trajectories": 5, "samples": 16}
    grown = asked(config_file, tmp_path / "grown", **larger)
    whole = asked(config_file, tmp_path / "whole", **larger)
    assert digest_of(grown) == digest_of(whole)
    assert (grown.screening.frame() == whole.screening.frame()).all(axis=None)
    assert not (before.mu_star == grown.screening.frame().mu_star).all()


def test_what_was_found_is_read_again(answer):
    again = orgsim.open_sensitivity(answer.directory)
    assert as_facts(again) == as_facts(answer)
    np.testing.assert_array_equal(again.screening.frame().mu_star, answer.screening.frame().mu_star)


def test_what_is_no_analysis_is_refused(tmp_path):
    with pytest.raises(UsageError, match="holds no sensitivity analysis"):
        orgsim.open_sensitivity(tmp_path)
    (tmp_path / "sensitivity.json").write_text("{}")
    with pytest.raises(UsageError, match=r"sensitivity\.json: is damaged, or of another version"):
        orgsim.open_sensitivity(tmp_path)


# --- what is refused


def test_a_model_without_ranges_has_nothing_to_move(tmp_path):
    (tmp_path / "plain.toml").write_text("")
    with pytest.raises(ConfigError, match=r"nothing to move.*give \[sensitivity.ranges\]"):
        asked(tmp_path / "plain.toml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_directory_of_a_run_is_not_written_into(config_file, tmp_path):
    orgsim.run(config_file, firms=20, out=tmp_path / "run", model=TOY)
    with pytest.raises(UsageError, match="is a run's; name another directory"):
        asked(config_file, tmp_path / "run")


def test_another_question_in_the_same_directory_is_refused(answer, config_file):
    with pytest.raises(UsageError, match="holds another run"):
        asked(config_file, answer.directory, {"walk.aiming": False})


def test_an_output_that_needs_a_twin_is_refused_by_a_model_without(config_file, tmp_path):
    with pytest.raises(ConfigError, match="no output twin_level"):
        asked(config_file, tmp_path / "out", outputs=["twin_level"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--samples", "3"], "sensitivity.samples: 3"),
        (["--output", "cem"], "no output cem; did you mean 'cemo'?"),
        (["--parameter", "firm.structure"], "firm.structure: is a choice"),
        (["--set", "sensitivity.ranges={x=[0,1]}"], "sensitivity.ranges.x: unknown parameter"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(arguments, words, tmp_path):
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["sensitivity", "baseline", "--out", str(out), *arguments])
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
    assert not out.exists()


@pytest.mark.parametrize("option", [["--samples", "64"], ["--dry-run"], ["--stage", "screen"]])
def test_options_that_would_be_ignored_for_a_directory_are_refused(option, sweep):
    done = CliRunner().invoke(main, ["sensitivity", str(sweep.directory), *option])
    assert done.exit_code == 2
    assert f"{option[0]}: goes with a CONFIG" in done.output


def test_without_what_the_page_needs_the_answer_is_there_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("orgsim.report.html.find_spec", lambda _: None)
    few = ["--trajectories", "2", "--firms", "8", "--stage", "screen", "--quiet"]
    asked = ["--parameter", "firm.attention", "--set", "simulation.quarters=4"]
    out = tmp_path / "a"
    done = CliRunner().invoke(main, ["sensitivity", "baseline", *few, *asked, "--out", str(out)])
    assert done.exit_code == 0
    assert "Note: sensitivity.html is not written, for jinja2 is not installed" in done.stderr
    assert (out / "screening.parquet").is_file()


def test_what_it_would_take_is_said_without_doing_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["sensitivity", "baseline", "--dry-run"])
    assert done.exit_code == 0
    assert re.search(r"screening-40-quarters +1,920 +1,000 +40 ", done.output)
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_every_output():
    done = CliRunner().invoke(main, ["sensitivity", "baseline", "--list"])
    assert done.exit_code == 0
    for name in ("cemo_undone_by_new_ceo", "still_apart", "exit_rate_it_separate"):
        assert name in done.output


def test_more_trajectories_leave_the_indices_of_a_finished_answer(config_file, tmp_path):
    """Even where they rank other parameters first: these have runs of their own."""
    out = tmp_path / "answer"
    before = asked(config_file, out, outputs=["high"])
    after = asked(config_file, out, outputs=["high"], trajectories=9, stages="screen")
    assert after.screening.trajectories == 9
    assert (after.indices.frame() == before.indices.frame()).all(axis=None)
    other = asked(config_file, out, outputs=["high"], trajectories=9, top=3)
    assert len(set(other.indices.frame().parameter)) == 4  # three, and the dummy
    assert as_facts(orgsim.open_sensitivity(out)) == as_facts(other)


def test_a_missing_table_is_said(config_file, tmp_path):
    asked(config_file, tmp_path / "a", outputs=["high"], stages="screen")
    (tmp_path / "a/screening.parquet").unlink()
    with pytest.raises(UsageError, match="a table is missing; give the command that wrote it"):
        orgsim.open_sensitivity(tmp_path / "a")


def test_a_file_is_no_directory_to_write_into(config_file, tmp_path):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(UsageError, match="is a file; name a directory with --out DIR"):
        asked(config_file, tmp_path / "a")


def test_an_output_that_exists_nowhere_is_said_to(config_file, tmp_path):
    """Nobody is ever high who is drawn to 0.1."""
    found = asked(
        config_file,
        tmp_path / "a",
        {"firm.aim": 0.1},
        outputs=["first_high"],
        parameters="walk.tide",
    )
    from orgsim.report.sensitivity_notes import indices_sentences, screening_sentences

    assert dict(screening_sentences(found))["first_high"].endswith("does not exist at any point.")
    assert dict(indices_sentences(found))["first_high"].endswith("at enough points.")


# --- of a finished sweep


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep")
    (path / "toy.toml").write_text(
        """
[simulation]
firms = 64
quarters = 6
[sweep]
design = "latin_hypercube"
points = 256
common_random_numbers = false
[sweep.parameters]
"walk.rate" = { low = 0.0, high = 0.9 }
"walk.noise" = { low = 0.05, high = 0.6 }
"firm.size" = { low = 10, high = 60 }
"""
    )
    return orgsim.sweep(path / "toy.toml", out=path / "run", model=TOY)


def test_a_finished_sweep_says_what_moved_it_and_what_did_not(sweep, tmp_path):
    found = sweep.sensitivity(["high", "level", "first_high", "high@2"], out=tmp_path / "said")
    frame = found.given.frame().set_index(["output", "parameter"])
    nothing = frame.xs("firm.size", level="parameter")
    # One of 20 dummies exceeds its floor: four outputs, so all four exceed it by chance in 6e-6.
    assert (nothing["first"] <= nothing.first_floor).any()
    assert (
        frame.loc[("high", "walk.noise"), "first"] > frame.loc[("high", "walk.noise")].first_floor
    )
    assert as_facts(orgsim.open_sensitivity(tmp_path / "said")) == as_facts(found)


def test_what_a_sweep_did_not_keep_is_said(sweep, tmp_path):
    with pytest.raises(UsageError, match="level@2 needs firms after 2 quarters, which the run did"):
        sweep.sensitivity(["level@2"])
    bare = orgsim.sweep(
        sweep.directory.parent / "toy.toml",
        {"output.firms": False, "output.quarters": False, "sweep.points": 64},
        out=tmp_path / "bare",
        model=TOY,
    )
    assert bare.sensitivity(["high"]).given.points == 64
    for name in ("level", "high@2"):
        with pytest.raises(UsageError, match="which the run did not keep"):
            bare.sensitivity([name])


def test_an_answer_is_not_written_into_a_run(sweep):
    with pytest.raises(UsageError, match="is a run's; name another directory"):
        sweep.sensitivity(["high"], out=sweep.directory)


def test_where_one_output_does_not_exist_the_others_keep_their_points(sweep):
    alone = sweep.sensitivity(["high"]).given.frame()
    beside = sweep.sensitivity(["high", "first_high"]).given.frame()
    assert beside.dropped[beside.output == "first_high"].iloc[0] > 0
    same = beside[beside.output == "high"].reset_index(drop=True)
    assert (same == alone).all(axis=None)


def test_points_of_an_analysis_are_not_taken_for_independent_ones(answer):
    folder = next(answer.directory.glob("indices-*-6-quarters-firms"))
    with pytest.raises(UsageError, match="is part of an analysis, whose points were laid for it"):
        orgsim.open(folder, model=TOY).sensitivity(["high"])


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"sweep.points": 20}, "20 points with 3 swept parameters are too few"),
        ({"sweep.parameters": {"firm.start": {}}}, "firm.start: of words, and numbers are needed"),
    ],
)
def test_a_sweep_of_which_it_cannot_be_asked_is_refused(sweep, tmp_path, overrides, words):
    run = orgsim.sweep(
        sweep.directory.parent / "toy.toml", overrides, firms=4, out=tmp_path / "run", model=TOY
    )
    with pytest.raises(UsageError, match=words):
        run.sensitivity()


def test_one_setting_is_no_sweep(config_file, tmp_path):
    run = orgsim.run(config_file, firms=20, out=tmp_path / "run", model=TOY)
    with pytest.raises(UsageError, match="is no sweep; ask its config"):
        run.sensitivity()


def test_the_answer_is_one_object_of_json(answer):
    from orgsim.report.sensitivity import as_json_object

    told = json.loads(json.dumps(as_json_object(answer), allow_nan=False))
    assert {row["parameter"] for row in told["screening"]["columns"]} >= {"walk.rate"}
    assert told["indices"]["samples"] == 16


# --- of the study


def test_the_page_on_sensitivity_shows_what_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs/sensitivity.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    exec(compile(example, "docs/sensitivity.md", "exec"), {})
    assert (tmp_path / "results/s/sensitivity.html").is_file()
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "shown.toml").write_text(shown)
    question = question_of(orgsim.load_config(tmp_path / "shown.toml"))
    ranked = [dimension.path for dimension in question.dimensions]
    assert next(iter(chosen_groups(question, ranked))) == "hype"
    for name in re.findall(
        r"^\| `([a-z_]+)`", page.partition("## Named outputs")[2].partition("<!--")[0], re.M
    ):
        assert name in named_outputs(MODEL)


def test_the_shipped_screening_is_of_the_preset_as_it_is():
    """Else make it anew: python docs/sensitivity.py."""
    shipped = orgsim.shipped_screening("article-2014")
    assert shipped.model == MODEL.label
    assert shipped.plan == plan_hash(orgsim.load_config("article-2014").identity())
    assert set(shipped.columns["output"]) == set(named_outputs(MODEL))
    moved = [p.path for p in MODEL.parameters if p.plausible is not None]
    assert list(dict.fromkeys(shipped.columns["parameter"])) == moved
    assert shipped.ranked("active")[0] == "leadership.commitment"
    with pytest.raises(UsageError, match="no screening is shipped"):
        orgsim.shipped_screening("baseline")
