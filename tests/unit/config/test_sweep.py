"""Sweeps in configs: what is accepted, what is refused, with which words, and nothing written."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from orgsim import load_config
from orgsim.cli import main
from orgsim.config.points import Points
from sweep_configs import KEY, THREATENED, design, grid, sobol, table

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
        sobol(f"{KEY} = {{ lowest = 0.0, high = 1.0 }}"),
        "sweep.parameters.resistance.status_threat.lowest",
        "did you mean 'low'",
    ),
    "low above high": (
        sobol(f"{KEY} = {{ low = 1.5, high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "low = 1.5 is above high = 0.5",
    ),
    "low equal to high": (
        sobol(f"{KEY} = {{ low = 0.5, high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "low = 0.5 is equal to high = 0.5",
    ),
    "no high": (
        sobol(f"{KEY} = {{ low = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "needs both low and high",
    ),
    "no low": (
        sobol(f"{KEY} = {{ high = 0.5 }}"),
        "sweep.parameters.resistance.status_threat",
        "needs both low and high",
    ),
    "nothing": (
        sobol(f"{KEY} = {{}}"),
        "sweep.parameters.resistance.status_threat",
        "needs low and high, or values",
    ),
    "both ways": (
        sobol(f"{KEY} = {{ low = 0.0, high = 1.0, values = [0.5] }}"),
        "sweep.parameters.resistance.status_threat",
        "give either values, or low and high",
    ),
    "an end that is no number": (
        sobol(f'{KEY} = {{ low = "none", high = 1.0 }}'),
        "sweep.parameters.resistance.status_threat.low",
        "is not a finite number",
    ),
    "an infinite end": (
        sobol(f"{KEY} = {{ low = 0.0, high = inf }}"),
        "sweep.parameters.resistance.status_threat.high",
        "is not a finite number",
    ),
    "log from 0": (
        sobol(f'{KEY} = {{ low = 0.0, high = 1.0, scale = "log" }}'),
        "sweep.parameters.resistance.status_threat",
        "low = 0.0; allowed with scale",
    ),
    "unknown scale": (
        sobol(f'{KEY} = {{ low = 0.1, high = 1.0, scale = "root" }}'),
        "sweep.parameters.resistance.status_threat.scale",
        "log",
    ),
    "high out of range": (
        sobol(f"{KEY} = {{ low = 0.0, high = 50.0 }}"),
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
        sobol(f"{KEY} = {{ values = [0.5, 0.5] }}"),
        "sweep.parameters.resistance.status_threat.values",
        "stands there twice",
    ),
    "no values": (
        sobol(f"{KEY} = {{ values = [] }}"),
        "sweep.parameters.resistance.status_threat.values",
        "1 to 10,000",
    ),
    "levels without a grid": (
        sobol(f"{KEY} = {{ low = 0.0, high = 1.0, levels = 4 }}"),
        "sweep.parameters.resistance.status_threat",
        'levels go with design = "grid", not "sobol"',
    ),
    "a grid without levels": (
        grid(THREATENED),
        "sweep.parameters.resistance.status_threat",
        "needs levels = NUMBER in a grid",
    ),
    "one level": (
        grid(f"{KEY} = {{ low = 0.0, high = 1.0, levels = 1 }}"),
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
        grid(f"{KEY} = {{ low = 0.0, high = 1.0, levels = 4 }}", head="points = 4"),
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
        design('design = "table"', f"{KEY} = {{}}"),
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
            f"{KEY} = {{ low = 0.0, high = 1.0, levels = 4 }}",
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
    path = write(sobol(f"{KEY} = {{ low = 2.0, high = 1.0 }}", head="seed = -1"))
    message = refused(tmp_path, "run", path)
    assert "sweep.seed" in message
    assert "sweep.parameters.resistance.status_threat: low = 2.0 is above" in message


def test_firms_and_precision_exclude_each_other(write, tmp_path):
    path = write("[precision]\nhalf_width = 0.05\n")
    for more in (["--firms", 50], ["--set", "simulation.firms=50"]):
        message = refused(tmp_path, "run", path, *more)
        assert "mine.toml with --set" in message
        assert "--set precision.most_firms=NUMBER" in message


def test_a_table_may_name_what_it_sweeps(write):
    write("resistance.comfort,resistance.status_threat\n0.1,0.5\n0.2,1\n", "points.csv")
    path = write(table("points.csv", f"{KEY} = {{}}"))
    columns = Points(load_config(path)).columns
    assert {name: column.tolist() for name, column in columns.items()} == {
        "resistance.status_threat": [0.5, 1.0]
    }


def test_a_sweep_is_inherited_and_one_of_its_parameters_replaced_whole(write):
    write(
        sobol(
            f'{KEY} = {{ low = 0.1, high = 1.5, scale = "log" }}',
            '"resistance.comfort" = { low = 0.0, high = 1.0 }',
        ),
        "base.toml",
    )
    path = write(
        f'extends = "./base.toml"\n[sweep.parameters]\n{KEY} = {{ low = 0.0, high = 1.0 }}\n',
        "above.toml",
    )
    threat, comfort = load_config(path).sweep.design.dimensions
    assert (threat.low, threat.high, threat.scale) == (0.0, 1.0, "linear")
    assert comfort.path == "resistance.comfort"
