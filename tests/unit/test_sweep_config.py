"""Sweeps in configs: what is accepted, what is refused, with which words, and nothing written."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.config import load_config
from orgsim.config.moving import moved
from orgsim.config.points import Points
from orgsim.errors import ConfigError

THREAT = '"resistance.status_threat"'
FEW = "[simulation]\nfirms = 20\nquarters = 3\n"


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def design(head, *parameters):
    """Return a config with a sweep."""
    swept = "\n".join(parameters)
    return f"{FEW}[sweep]\n{head}\n[sweep.parameters]\n{swept}\n"


def sobol(*parameters, head=""):
    return design(f'design = "sobol"\npoints = 8\n{head}', *parameters)


def grid(*parameters, head=""):
    return design(f'design = "grid"\n{head}', *parameters)


def table(name="points.csv", *parameters, head=""):
    return design(f'design = "table"\ntable = "{name}"\n{head}', *parameters)


THREATENED = f"{THREAT} = {{ low = 0.0, high = 1.5 }}"

WRONG = {
    "unknown parameter": (
        sobol('"resistance.status_thread" = { low = 0.0, high = 1.0 }'),
        "sweep.parameters.resistance.status_thread",
        "did you mean 'resistance.status_threat'",
    ),
    "unknown department": (
        sobol('"resistance.initial.sales" = { low = 0.1, high = 0.5 }'),
        "sweep.parameters.resistance.initial.sales",
        "unknown parameter",
    ),
    "department of a parameter without": (
        sobol('"firm.attention.it" = { low = 0.1, high = 0.5 }'),
        "sweep.parameters.firm.attention.it",
        "did you mean 'firm.attention'",
    ),
    "unknown key": (
        sobol(f"{THREAT} = {{ lowest = 0.0, high = 1.0 }}"),
        "sweep.parameters.resistance.status_threat.lowest",
        "did you mean 'low'",
    ),
    "low above high": (
        sobol(f"{THREAT} = {{ low = 1.5, high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "low = 1.5 is above high = 0.5",
    ),
    "low equal to high": (
        sobol(f"{THREAT} = {{ low = 0.5, high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "low = 0.5 is equal to high = 0.5",
    ),
    "no high": (
        sobol(f"{THREAT} = {{ low = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "needs both low and high",
    ),
    "no low": (
        sobol(f"{THREAT} = {{ high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "needs both low and high",
    ),
    "nothing": (
        sobol(f"{THREAT} = {{}}"),
        "sweep.parameters.resistance.status_threat",
        "needs low and high, or values",
    ),
    "both ways": (
        sobol(f"{THREAT} = {{ low = 0.0, high = 1.0, values = [0.5] }}"),
        "sweep.parameters.resistance.status_threat",
        "give either values, or low and high",
    ),
    "an end that is no number": (
        sobol(f'{THREAT} = {{ low = "none", high = 1.0 }}'),
        "sweep.parameters.resistance.status_threat.low",
        "is not a finite number",
    ),
    "an infinite end": (
        sobol(f"{THREAT} = {{ low = 0.0, high = inf }}"),
        "sweep.parameters.resistance.status_threat.high",
        "is not a finite number",
    ),
    "log from 0": (
        sobol(f'{THREAT} = {{ low = 0.0, high = 1.0, scale = "log" }}'),
        "sweep.parameters.resistance.status_threat",
        "low = 0.0; allowed with scale",
    ),
    "unknown scale": (
        sobol(f'{THREAT} = {{ low = 0.1, high = 1.0, scale = "root" }}'),
        "sweep.parameters.resistance.status_threat.scale",
        "log",
    ),
    "high out of range": (
        sobol(f"{THREAT} = {{ low = 0.0, high = 50.0 }}"),
        "sweep.parameters.resistance.status_threat.high",
        "50.0 is out of range; allowed: from 0 to 5",
    ),
    "value out of range": (
        sobol('"firm.it_staff" = { values = [10, 0] }'),
        "sweep.parameters.firm.it_staff.values",
        "0 is out of range; allowed: from 1 to 32768 persons",
    ),
    "half a person": (
        sobol('"firm.it_staff" = { low = 1.5, high = 8 }'),
        "sweep.parameters.firm.it_staff.low",
        "not a whole number",
    ),
    "a switch from low to high": (
        sobol('"reorganisation.infrastructure_chief" = { low = 0, high = 1 }'),
        "sweep.parameters.reorganisation.infrastructure_chief",
        "has no order: give values",
    ),
    "a number for a switch": (
        sobol('"reorganisation.infrastructure_chief" = { values = [true, 1] }'),
        "sweep.parameters.reorganisation.infrastructure_chief.values",
        "1 is not a switch; allowed: true or false",
    ),
    "an unknown word": (
        sobol('"firm.structure" = { values = ["separate", "cmtoo"] }'),
        "sweep.parameters.firm.structure.values",
        "did you mean 'cmto'",
    ),
    "a value twice": (
        sobol(f"{THREAT} = {{ values = [0.5, 0.5] }}"),
        "sweep.parameters.resistance.status_threat.values",
        "stands there twice",
    ),
    "no values": (
        sobol(f"{THREAT} = {{ values = [] }}"),
        "sweep.parameters.resistance.status_threat.values",
        "1 to 10,000",
    ),
    "levels without a grid": (
        sobol(f"{THREAT} = {{ low = 0.0, high = 1.0, levels = 4 }}"),
        "sweep.parameters.resistance.status_threat",
        'levels go with design = "grid", not "sobol"',
    ),
    "a grid without levels": (
        grid(THREATENED),
        "sweep.parameters.resistance.status_threat",
        "needs levels = NUMBER in a grid",
    ),
    "one level": (
        grid(f"{THREAT} = {{ low = 0.0, high = 1.0, levels = 1 }}"),
        "sweep.parameters.resistance.status_threat.levels",
        "2",
    ),
    "levels that fall together": (
        grid('"firm.it_staff" = { low = 1, high = 3, levels = 9 }'),
        "firm.it_staff",
        "give only 3 different values",
    ),
    "an exploding grid": (
        grid(
            *(
                f'"{path}" = {{ low = 0.1, high = 0.9, levels = 1000 }}'
                for path in ("resistance.comfort", "resistance.cynicism", "capability.growth")
            )
        ),
        "1000 x 1000 x 1000 = 1,000,000,000 points",
        "at most 10,000,000",
    ),
    "a grid with points": (
        grid(f"{THREAT} = {{ low = 0.0, high = 1.0, levels = 4 }}", head="points = 4"),
        "sweep",
        "leave points out",
    ),
    "no points": (
        design('design = "sobol"', THREATENED),
        "sweep",
        'design = "sobol" needs points = NUMBER',
    ),
    "0 points": (design("points = 0", THREATENED), "sweep.points", "0"),
    "half a point": (design("points = 2.5", THREATENED), "sweep.points", "2.5"),
    "too many points": (
        design("points = 20_000_000", THREATENED),
        "points = 20,000,000",
        "at most 10,000,000",
    ),
    "an unknown design": (
        design('design = "sobel"\npoints = 8', THREATENED),
        "sweep.design",
        "sobol",
    ),
    "an unknown key of the sweep": (
        design("point = 8", THREATENED),
        "sweep.point",
        "did you mean 'points'",
    ),
    "nothing swept": (sobol(), "sweep", "needs [sweep.parameters]"),
    "table without a file's name": (
        design('design = "table"', f"{THREAT} = {{}}"),
        "sweep",
        'needs table = "FILE.csv" or "FILE.parquet"',
    ),
    "a file's name without table": (
        sobol(THREATENED, head='table = "points.csv"'),
        "sweep",
        'table goes with design = "table", not "sobol"',
    ),
    "a missing table": (table("none.csv"), "none.csv", "no such file"),
    "a missing column": (
        table("points.csv", '"resistance.comfort" = {}'),
        "points.csv",
        "no column resistance.comfort; there are: resistance.status_threat",
    ),
    "an unknown column": (
        table("typo.csv"),
        "sweep.table: column resistance.status_thread",
        "did you mean 'resistance.status_threat'",
    ),
    "NaN in a table": (
        table("nan.csv"),
        "nan.csv: row 2, column resistance.status_threat",
        "nan",
    ),
    "a hole in a table": (
        table("hole.csv"),
        "hole.csv: row 2, column resistance.status_threat",
        "needed: a finite number",
    ),
    "a table that ends otherwise": (
        table("points.xlsx"),
        "points.xlsx",
        "allowed: names ending in .csv, .parquet",
    ),
    "a table's value out of range": (
        table("far.csv"),
        "sweep.table: column resistance.status_threat",
        "7.5 is out of range; allowed: from 0 to 5",
    ),
    "more points than rows": (table("points.csv", head="points = 3"), "points = 3", "2 rows"),
    "ends beside a table": (
        table("points.csv", THREATENED),
        "sweep.parameters.resistance.status_threat",
        "takes its values from the table",
    ),
    "a constraint on what is not swept": (
        sobol(THREATENED, head='constraints = ["resistance.comfort < 0.5"]'),
        "sweep.constraints",
        "resistance.comfort is not swept; swept: resistance.status_threat",
    ),
    "a constraint with a slip": (
        sobol(THREATENED, head='constraints = ["resistance.status_thread < 0.5"]'),
        "sweep.constraints",
        "did you mean 'resistance.status_threat'",
    ),
    "a constraint that calls": (
        sobol(THREATENED, head='constraints = ["abs(resistance.status_threat) < 0.5"]'),
        "sweep.constraints",
        "is not allowed",
    ),
    "constraints that leave nothing": (
        grid(
            f"{THREAT} = {{ low = 0.0, high = 1.0, levels = 4 }}",
            head='constraints = ["resistance.status_threat > 2"]',
        ),
        "none of the 4 points satisfies the constraints",
        "loosen them",
    ),
    "the firms are swept": (
        sobol('"simulation.firms" = { values = [10, 20] }'),
        "sweep.parameters.simulation.firms",
        "is the same for all points: --set simulation.firms=",
    ),
    "the seed is swept": (
        sobol('"simulation.seed" = { values = [1, 2] }'),
        "sweep.parameters.simulation.seed",
        "is the same for all points",
    ),
    "a sector sets it itself": (
        sobol('"firm.attention" = { low = 0.2, high = 0.9 }')
        + "[sectors.shops]\nshare = 0.5\nquantities = { 'firm.attention' = 0.9 }\n"
        + "[sectors.others]\nshare = 0.5\n",
        "sweep.parameters.firm.attention",
        "[sectors.shops] sets it itself",
    ),
    "a pair is swept as one": (
        sobol('"resistance.initial" = { low = 0.1, high = 0.5 }')
        + "[resistance]\ninitial = { marketing = 0.2, it = 0.4 }\n",
        "sweep.parameters.resistance.initial",
        "sweep resistance.initial.marketing and resistance.initial.it instead",
    ),
    "whole and by department": (
        sobol(
            '"resistance.initial" = { low = 0.1, high = 0.5 }',
            '"resistance.initial.it" = { low = 0.1, high = 0.5 }',
        ),
        "sweep.parameters.resistance.initial.it",
        "resistance.initial is swept already",
    ),
    "an unknown preset": (
        sobol('"preset" = { values = ["policy-today", "policy-tomorow"] }'),
        "sweep.parameters.preset.values",
        "did you mean 'policy-tomorrow'",
    ),
    "a preset that mixes sectors": (
        sobol('"preset" = { values = ["policy-today", "sectors"] }'),
        "sweep.parameters.preset.values",
        "'sectors' mixes sectors, which are the same at all points",
    ),
    "presets from low to high": (
        sobol('"preset" = { low = 1, high = 2 }'),
        "sweep.parameters.preset",
        "needs values = [names of presets]",
    ),
    "a preset that is a number": (
        sobol('"preset" = { values = [1] }'),
        "sweep.parameters.preset",
        "is not the name of a preset",
    ),
    "an own preset that is not swept": (
        sobol('"preset" = { values = ["policy-today"] }')
        + "[sweep.presets.mine]\n'firm.attention' = 0.5\n",
        "sweep.presets.mine",
        "is no value of sweep.parameters.preset",
    ),
    "an own preset with a slip": (
        sobol('"preset" = { values = ["mine"] }') + "[sweep.presets.mine]\n'firm.atention' = 0.5\n",
        "sweep.presets.mine.firm.atention",
        "did you mean 'firm.attention'",
    ),
    "an own preset that sets the horizon": (
        sobol('"preset" = { values = ["mine"] }')
        + "[sweep.presets.mine]\n'simulation.quarters' = 5\n",
        "sweep.presets.mine.simulation.quarters",
        "is the same for all points",
    ),
    "no patience": (
        sobol('"reorganisation.patience" = { low = 2, high = 8 }'),
        "is below trial_period = 4",
        "leave such points out with [sweep] constraints",
    ),
    "more chiefs than there are": (
        grid(
            '"leadership.agency_share" = { low = 0.0, high = 1.0, levels = 3 }',
        ),
        "consultancy_share + agency_share = 1.25",
        "leave such points out with [sweep] constraints",
    ),
    "a shifted distribution beyond its range": (
        sobol('"firm.attention" = { low = 0.1, high = 0.9 }')
        + '[firm]\nattention = { dist = "uniform", low = 0.2, high = 0.6 }\n',
        "sweep.parameters.firm.attention",
        "is out of range; allowed: from 0 to 1",
    ),
    "precision too coarse": (
        "[precision]\nhalf_width = 0.5\n",
        "precision",
        "half_width = 0.5; allowed: from 0.0001, below 0.5",
    ),
    "precision of zero": (
        "[precision]\nhalf_width = 0.0\n",
        "precision",
        "half_width = 0.0; allowed: from 0.0001, below 0.5",
    ),
    "too low a cap": (
        "[precision]\nhalf_width = 0.05\nmost_firms = 1000\n",
        "precision.most_firms",
        "1024",
    ),
    "precision without width": ("[precision]\n", "precision.half_width", "is missing"),
    "a word for memory": (
        '[cluster]\nmemory = "plenty"\n',
        "cluster.memory",
        'allowed: such as "2 GB"',
    ),
    "memory without unit": ('[cluster]\nmemory = "2000"\n', "cluster.memory", '"512 MiB"'),
    "a walltime in words": (
        '[cluster]\nwalltime = "4 hours"\n',
        "cluster.walltime",
        'allowed: "hours:minutes:seconds"',
    ),
    "a walltime without seconds": ('[cluster]\nwalltime = "04:00"\n', "cluster.walltime", "04:00"),
    "an unknown queue": ('[cluster]\nqueue_system = "slurmm"\n', "cluster.queue_system", "slurm"),
    "a prologue of two lines": (
        '[cluster]\nprologue = ["a\\nb"]\n',
        "cluster.prologue.0",
        "must be one line",
    ),
}

TABLES = {
    "points.csv": "resistance.status_threat\n0.5\n1.0\n",
    "typo.csv": "resistance.status_thread\n0.5\n1.0\n",
    "nan.csv": "resistance.status_threat\n0.5\nnan\n",
    "hole.csv": "resistance.status_threat,resistance.comfort\n0.5,0.1\n,0.2\n",
    "far.csv": "resistance.status_threat\n0.5\n7.5\n",
    "points.xlsx": "resistance.status_threat\n0.5\n",
}


def refused(tmp_path, *arguments):
    """Return the one message with which a command is refused, having written nothing."""
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: ")
    assert result.output.count("Error") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    return result.output


LAID_LATER = (
    "levels that fall together",
    "an exploding grid",
    "too many points",
    "more points than rows",
    "constraints that leave nothing",
    "no patience",
    "more chiefs than there are",
)
"""What shows when the points are laid."""


@pytest.mark.parametrize("name", WRONG)
def test_wrong_sweeps_get_one_clear_message_and_write_nothing(name, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, where, what = WRONG[name]
    for file, content in TABLES.items():
        write(content, file)
    path = write(text)
    message = refused(tmp_path, "run", path)
    assert where in message
    assert what in message
    assert name in LAID_LATER or any(file in message for file in ("mine.toml", *TABLES, "none.csv"))


@pytest.mark.parametrize("name", LAID_LATER)
def test_what_shows_when_points_are_laid_names_the_file_too(name, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(TABLES["points.csv"], "points.csv")
    assert "mine.toml" in refused(tmp_path, "run", write(WRONG[name][0]))


def test_check_refuses_what_a_run_refuses(write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("low above high", "an exploding grid", "no patience"):
        path = write(WRONG[name][0])
        assert WRONG[name][2] in refused(tmp_path, "check", path)
        assert WRONG[name][2] in refused(tmp_path, "sweep", path, "--dry-run")


def test_all_problems_of_a_sweep_come_in_one_message(write, tmp_path):
    path = write(sobol(f"{THREAT} = {{ low = 2.0, high = 1.0 }}", head="seed = -1"))
    message = refused(tmp_path, "run", path)
    assert "sweep.seed" in message
    assert "sweep.parameters.resistance.status_threat: low = 2.0 is above" in message


def test_firms_and_precision_exclude_each_other(write, tmp_path):
    path = write("[precision]\nhalf_width = 0.05\n")
    for more in (["--firms", 50], ["--set", "simulation.firms=50"]):
        message = refused(tmp_path, "run", path, *more)
        assert "mine.toml with --set" in message
        assert "--set precision.most_firms=NUMBER" in message


def test_set_moves_the_ends_and_the_design(write):
    path = write(sobol(THREATENED))
    sets = ["sweep.points=4", "sweep.parameters.'resistance.status_threat'={low=0.5, high=0.6}"]
    column = Points(load_config(path, sets)).columns["resistance.status_threat"]
    assert len(column) == 4
    assert (column >= 0.5).all()
    assert (column <= 0.6).all()
    with pytest.raises(ConfigError, match=r"with --set: sweep\.points"):
        load_config(path, ["sweep.points=0"])


# --- what is accepted survives resolution

OWN_PRESETS = """[sweep.presets.bold]
"firm.attention" = { dist = "beta", mean = 0.9, concentration = 4.0 }
"reorganisation.quorum" = 0.3
"""

MIXED = (
    THREATENED,
    '"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }',
    '"firm.it_staff" = { low = 2, high = 40, scale = "log" }',
    '"reorganisation.cool_down" = { low = 1, high = 9 }',
    '"reorganisation.infrastructure_chief" = { values = [true, false] }',
    '"reorganisation.cmto_to_cemo" = {}',
    '"firm.structure" = { values = ["separate", "cmto"] }',
    '"resistance.initial.it" = { low = 0.1, high = 0.6 }',
    '"resistance.initial.marketing" = { values = [0.2, 0.3] }',
    '"preset" = { values = ["policy-today", "policy-tomorrow", "bold"] }',
)

GOOD = {
    "sobol": sobol(
        *MIXED,
        head='seed = 7\nconstraints = ["resistance.status_threat <= 1.2", "preset != \'x\'"]',
    )
    + OWN_PRESETS,
    "halton": design('design = "halton"\npoints = 8', *MIXED) + OWN_PRESETS,
    "latin_hypercube": design(
        'design = "latin_hypercube"\npoints = 7\ncommon_random_numbers = false', *MIXED
    )
    + OWN_PRESETS,
    "grid": grid(
        f"{THREAT} = {{ low = 0.0, high = 1.5, levels = 4 }}",
        '"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log", levels = 3 }',
        '"firm.it_staff" = { low = 2, high = 40, levels = 3 }',
        '"reorganisation.infrastructure_chief" = {}',
        '"resistance.initial.it" = { values = [0.1, 0.2] }',
    ),
    "precision and cluster": sobol(THREATENED)
    + '[precision]\nhalf_width = 0.02\nmost_firms = 5000\n[cluster]\nmemory = "1.5 GiB"\n'
    + 'walltime = "2-00:30:00"\nprologue = ["module load python"]\njobs = 9\n',
}


def same_points(one, other):
    assert list(one) == list(other)
    for path, column in one.items():
        assert column.dtype == other[path].dtype
        assert column.tolist() == other[path].tolist()


@pytest.mark.parametrize("name", GOOD)
def test_a_resolved_sweep_loads_back_equal(name, write):
    config = load_config(write(GOOD[name], "good.toml"))
    (write("", "empty.toml").parent / "resolved").mkdir()
    resolved = load_config(write(config.to_toml(), "resolved/good.toml"))
    assert resolved == config
    assert resolved.identity() == config.identity()
    assert resolved.to_toml() == config.to_toml()
    same_points(Points(config).columns, Points(resolved).columns)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_lives_on_in_the_run_directory(kind, write, tmp_path):
    columns = {
        "resistance.status_threat": [0.1, 0.2 + 0.1, 1.0],
        "firm.it_staff": [3, 2, 9],
        "reorganisation.infrastructure_chief": [True, False, True],
        "firm.structure": ["separate", "cmto", "separate"],
        "preset": ["policy-today", "policy-today", "policy-tomorrow"],
    }
    given = pa.table({"point": [9, 8, 7], **columns})
    if kind == "parquet":
        pq.write_table(given, tmp_path / "points.parquet")
    else:
        rows = zip(*given.to_pydict().values(), strict=True)
        lines = [",".join(str(value).lower() for value in row) for row in rows]
        write("\n".join([",".join(given.column_names), *lines]), "points.csv")
    head = 'constraints = ["firm.it_staff > 2"]'
    path = write(table(f"points.{kind}", head=head), "tabled.toml")
    first = orgsim.run(path, out=tmp_path / "first", threads=1)
    (tmp_path / f"points.{kind}").unlink()
    kept = load_config(tmp_path / "first/config.toml")
    assert kept.sweep.design.table is not None
    assert Points(kept).values(1) == {name: column[2] for name, column in columns.items()}
    assert 'table = "points.parquet"' in kept.to_toml()
    assert kept.to_toml() == (tmp_path / "first/config.toml").read_text(encoding="utf-8")
    again = orgsim.run(tmp_path / "first/config.toml", out=tmp_path / "again", threads=1)
    assert again.digest == first.digest
    assert first.points()[list(columns)].to_dict("list") == {
        name: [column[0], column[2]] for name, column in columns.items()
    }


@pytest.mark.parametrize("fewer", ['constraints = ["firm.it_staff > 2"]', "points = 1"])
def test_a_table_may_lose_a_preset_with_the_rows_left_out(fewer, write, tmp_path):
    write("preset,firm.it_staff\npolicy-today,3\npolicy-tomorrow,2\n", "points.csv")
    orgsim.run(write(table(head=fewer)), out=tmp_path / "here", threads=1)
    assert len(Points(load_config(tmp_path / "here/config.toml"))) == 1


def test_a_table_may_name_what_it_sweeps(write):
    write("resistance.comfort,resistance.status_threat\n0.1,0.5\n0.2,1\n", "points.csv")
    path = write(table("points.csv", f"{THREAT} = {{}}"))
    columns = Points(load_config(path)).columns
    assert {name: column.tolist() for name, column in columns.items()} == {
        "resistance.status_threat": [0.5, 1.0]
    }


def test_a_sweep_is_inherited_and_one_of_its_parameters_replaced_whole(write):
    write(
        sobol(
            f'{THREAT} = {{ low = 0.1, high = 1.5, scale = "log" }}',
            '"resistance.comfort" = { low = 0.0, high = 1.0 }',
        ),
        "base.toml",
    )
    path = write(
        f'extends = "./base.toml"\n[sweep.parameters]\n{THREAT} = {{ low = 0.0, high = 1.0 }}\n',
        "above.toml",
    )
    threat, comfort = load_config(path).sweep.design.dimensions
    assert (threat.low, threat.high, threat.scale) == (0.0, 1.0, "linear")
    assert comfort.path == "resistance.comfort"


# --- a swept quantity moves its mean and keeps its spread


def beta_moments(d):
    a, b = d["mean"] * d["concentration"], (1.0 - d["mean"]) * d["concentration"]
    return a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1.0))


def listed_moments(d):
    values, weights = np.array(d["values"]), np.array(d["weights"])
    mean = (values * weights).sum() / weights.sum()
    return mean, ((values - mean) ** 2 * weights).sum() / weights.sum()


def uniform_moments(d):
    return (d["low"] + d["high"]) / 2.0, (d["high"] - d["low"]) ** 2 / 12.0


SPREAD = {
    "beta": '{ dist = "beta", mean = 0.7, concentration = 6.0 }',
    "normal": '{ dist = "normal", mean = 0.5, sd = 0.2, low = 0.1, high = 0.8 }',
    "uniform": '{ dist = "uniform", low = 0.1, high = 0.4 }',
    "choice": '{ dist = "choice", values = [0.1, 0.2, 0.4], weights = [1.0, 2.0, 1.0] }',
}


@pytest.mark.parametrize("kind", SPREAD)
def test_a_swept_distribution_moves_its_mean_and_keeps_its_spread(kind, write):
    text = sobol('"firm.attention" = { values = [0.3, 0.45, 0.6] }')
    config = load_config(write(f"{text}[firm]\nattention = {SPREAD[kind]}\n"))
    before = config.settings["firm.attention"]
    points = Points(config)
    wanted = {points.values(i)["firm.attention"] for i in range(len(points))}
    assert wanted == {0.3, 0.45, 0.6}
    for i in range(len(points)):
        mean = points.values(i)["firm.attention"]
        after = points.settings(i)["firm.attention"]
        assert after["dist"] == kind
        if kind == "beta":
            assert beta_moments(after)[0] == pytest.approx(mean)
            assert after["concentration"] == before["concentration"]
        elif kind == "normal":
            assert after == before | {"mean": mean}
        else:
            moments = uniform_moments if kind == "uniform" else listed_moments
            assert moments(after) == pytest.approx((mean, moments(before)[1]), abs=1e-12)
        if kind == "choice":
            assert after["weights"] == before["weights"]
            gaps = np.diff(after["values"])
            assert gaps == pytest.approx(np.diff(before["values"]), abs=1e-12)


def test_other_settings_of_a_point_are_the_configs(write):
    config = load_config(write(GOOD["sobol"]))
    points = Points(config)
    assert len(points) == 8
    for i in range(len(points)):
        values, settings = points.values(i), points.settings(i)
        preset = values.pop("preset")
        pair = {g: values.pop(f"resistance.initial.{g}") for g in ("marketing", "it")}
        before = config.settings["resistance.initial"]
        assert settings.pop("resistance.initial") == {
            g: before | {"mean": mean} for g, mean in pair.items()
        }
        laid = config.sweep.presets[preset]
        for path, value in settings.items():
            if path in values:
                assert value == values[path]
            elif path in laid:
                assert value == laid[path]
            elif path != "resistance.initial":
                assert value == config.settings[path]
        assert isinstance(settings["firm.it_staff"], int)
        assert settings["reorganisation.infrastructure_chief"] in (True, False)


def test_a_number_is_replaced_and_a_shift_is_rounded_to_twelve_decimals():
    assert moved(0.3, 0.5) == 0.5
    shifted = moved({"dist": "uniform", "low": 0.1, "high": 0.3}, 0.3)
    assert shifted == {"dist": "uniform", "low": 0.2, "high": 0.4}
    assert math.isclose(uniform_moments(shifted)[0], 0.3)


def test_one_department_of_a_shared_value_is_swept(write):
    config = load_config(write(sobol('"resistance.identity.it" = { low = 0.6, high = 0.9 }')))
    points = Points(config)
    for i in range(len(points)):
        pair = points.settings(i)["resistance.identity"]
        assert pair["marketing"] == 0.5
        assert pair["it"] == points.values(i)["resistance.identity.it"]
