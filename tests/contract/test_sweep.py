"""``orgsim sweep`` and what looks at sweeps, as people use them."""

from __future__ import annotations

import itertools
import json
import shutil
import time
import tomllib

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
import tomlkit

import orgsim
from orgsim import store
from orgsim.analysis.precision import interval, looks
from orgsim.config import Precision, preset_path
from orgsim.model.columns import SCENARIOS
from small_runs import THREAT, cut_into, digest, manifest

BASE = """extends = "article-2014"
title = "Some points"
[simulation]
firms = 40
quarters = 6
"""
RATE = "cooperation.learning_rate"
TWO = f"""[sweep.parameters]
"{THREAT}" = {{ low = 0.0, high = 1.5 }}
"{RATE}" = {{ low = 0.05, high = 0.6, scale = "log" }}
"""
SOBOL = f'{BASE}[sweep]\ndesign = "sobol"\npoints = 6\n{TWO}'
HYPERCUBE = f'{BASE}[sweep]\ndesign = "latin_hypercube"\npoints = 6\n{TWO}'
GRID = f"""{BASE}[sweep]
design = "grid"
[sweep.parameters]
"{THREAT}" = {{ low = 0.0, high = 1.5, levels = 4 }}
"reorganisation.infrastructure_chief" = {{ values = [true, false] }}
"""
PRECISE = f"""{BASE.replace("firms = 40", "firms = 1")}[sweep]
points = 5
[sweep.parameters]
"leadership.commitment" = {{ low = 0.02, high = 0.98 }}
[precision]
half_width = 0.025
"""


@pytest.fixture
def parts_of_80(monkeypatch):
    """Parts of two points of 40 firms, to have several in a small sweep."""
    cut_into(monkeypatch, 80)


def same(one, other):
    """Hold two tables against each other, bit by bit."""
    tables = []
    for table in (one, other):
        words = table.select_dtypes("category").columns
        tables.append(table.astype(dict.fromkeys(words, str)))  # whatever else a column knows
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def of_point(table, point):
    """Return the rows of a point, as if it stood alone."""
    return table[table.point == point].assign(point=np.int32(0)).reset_index(drop=True)


def times_and_contents(directory):
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in directory.rglob("*")
        if path.is_file()
    }


# --- what a sweep is


def test_tables_of_a_sweep_agree_with_each_other(command, write, tmp_path, parts_of_80):
    command("sweep", write(SOBOL), "--out", "here")
    run = orgsim.open(tmp_path / "here")
    firms, quarters, shares, points = run.firms(), run.quarters(), run.shares(), run.points()
    assert run.swept == [THREAT, RATE]
    assert points.point.tolist() == list(range(6))
    assert firms.point.tolist() == np.repeat(np.arange(6), 40).tolist()
    assert firms.firm.tolist() == list(range(40)) * 6
    assert quarters.point.tolist() == np.repeat(np.arange(6), 6).tolist()
    assert quarters.quarter.tolist() == list(range(6)) * 6
    assert shares.point.tolist() == np.repeat(np.arange(6), 4).tolist()
    assert shares.scenario.tolist() == list(SCENARIOS) * 6
    assert len(list((tmp_path / "here/firms").iterdir())) == 3
    last = quarters.groupby("point").last()
    for row in shares.itertuples():
        ended = firms[(firms.point == row.point) & (firms.scenario == row.scenario)]
        assert row.firms == 40
        assert row.count == len(ended)
        assert row.share == last[f"share_{row.scenario}"][row.point]
        assert row.low <= row.share <= row.high
        assert row.without_misfit == (ended.quarters_of_misfit == 0).sum()
    means = firms.groupby("point").capability.mean()
    assert np.allclose(means, last.capability_mean, atol=1e-6)
    assert points[THREAT].between(0.0, 1.5).all()
    assert points[RATE].between(0.05, 0.6).all()
    assert points["simulation.quarters"].tolist() == [6] * 6


def test_a_point_has_the_firms_of_a_run_with_its_values(command, write, tmp_path):
    command("sweep", write(SOBOL), "--out", "here")
    swept = orgsim.open(tmp_path / "here")
    alone = write(BASE, "alone.toml")
    for point, row in enumerate(swept.points()[swept.swept].to_dict("records")):
        sets = [word for key, value in row.items() for word in ("--set", f"{key}={value!r}")]
        command("run", alone, *sets, "--out", f"r{point}")
        single = orgsim.open(tmp_path / f"r{point}")
        for name in ("firms", "quarters", "shares"):
            whole, lone = getattr(swept, name)(), getattr(single, name)()
            same(of_point(whole, point), lone)


def test_a_point_has_the_firms_of_a_run_with_its_mean_or_department(command, write, tmp_path):
    text = f"""{BASE}[sweep]
points = 3
[sweep.parameters]
"firm.attention" = {{ low = 0.2, high = 0.9 }}
"resistance.initial.it" = {{ low = 0.1, high = 0.6 }}
"firm.marketing_staff" = {{ low = 2, high = 9 }}
"mechanisms.status_threat" = {{}}
"""
    command("sweep", write(text), "--out", "here")
    swept = orgsim.open(tmp_path / "here")
    for point, row in enumerate(swept.points()[swept.swept].to_dict("records")):
        switch = swept.swept[-1]
        initial = '{ dist = "beta", mean = %r, concentration = 12.0 }'
        sets = {
            "firm.attention": f'{{dist="beta", mean={row["firm.attention"]!r}, concentration=6.0}}',
            "resistance.initial": f"{{marketing={initial % 0.28}, "
            f"it={initial % row['resistance.initial.it']}}}",
            "firm.marketing_staff": row["firm.marketing_staff"],
            switch: str(row[switch]).lower(),
        }
        words = [word for key, value in sets.items() for word in ("--set", f"{key}={value}")]
        command("run", write(BASE, "alone.toml"), *words, "--out", f"r{point}")
        same(of_point(swept.firms(), point), orgsim.open(tmp_path / f"r{point}").firms())


def test_a_swept_preset_lays_its_own_settings_over_the_config(command, write, tmp_path):
    text = f"""{BASE}[sweep]
design = "grid"
[sweep.parameters]
preset = {{ values = ["policy-today", "no-buffer", "bold"] }}
"{THREAT}" = {{ values = [0.2, 1.1] }}
[sweep.presets.bold]
"reorganisation.quorum" = 0.3
"""
    command("sweep", write(text), "--out", "here")
    swept = orgsim.open(tmp_path / "here")
    points = swept.points()
    assert points.preset.tolist() == ["policy-today"] * 2 + ["no-buffer"] * 2 + ["bold"] * 2
    for row in points[["point", *swept.swept]].to_dict("records"):
        laid = {"reorganisation": {"quorum": 0.3}}
        if row["preset"] != "bold":
            file = tomllib.loads(preset_path(row["preset"]).read_text())
            laid = {k: v for k, v in file.items() if isinstance(v, dict | list)}
        laid.setdefault("resistance", {})["status_threat"] = row[THREAT]
        lone = write(BASE + tomlkit.dumps(laid), "alone.toml")
        command("run", lone, "--out", "alone", "--overwrite")
        same(of_point(swept.firms(), row["point"]), orgsim.open(tmp_path / "alone").firms())
    kinds = [of_point(swept.firms(), point) for point in (0, 2, 4)]
    assert not any(a.equals(b) for a, b in itertools.combinations(kinds, 2))


def test_the_ranking_tells_presets_apart(command, write):
    text = SOBOL.replace(f'"{RATE}" =', "preset =").replace(
        '{ low = 0.05, high = 0.6, scale = "log" }',
        '{ values = ["policy-today", "ablation-no-learning"] }',
    )
    output = command("sweep", write(text), "--out", "here")
    assert "ablation-no-learning" in output.replace("\n", "")


def test_all_points_have_the_same_draws_unless_told_otherwise(command, write, tmp_path):
    tables = {}
    for common in ("true", "false"):
        text = SOBOL.replace("points = 6", f"points = 3\ncommon_random_numbers = {common}")
        command("sweep", write(text), "--out", common)
        firms = orgsim.open(tmp_path / common).firms()
        drawn = [name for name in firms if name.startswith("drawn_")]
        tables[common] = [of_point(firms, point) for point in range(3)]
    same(tables["true"][0], tables["false"][0])
    for point in (1, 2):
        same(tables["true"][0][drawn], tables["true"][point][drawn])
        assert not tables["true"][0].equals(tables["true"][point])
        for name in ("drawn_attention", "drawn_commitment"):
            for other in range(point):
                both = (tables["false"][point][name], tables["false"][other][name])
                assert (both[0] != both[1]).all()


def test_equal_points_of_a_table_are_equal_with_common_random_numbers(command, write, tmp_path):
    write(f"{THREAT}\n0.5\n1\n0.5\n", "points.csv")
    for common in ("true", "false"):
        head = (
            f'[sweep]\ndesign = "table"\ntable = "points.csv"\ncommon_random_numbers = {common}\n'
        )
        command("sweep", write(BASE + head), "--out", common)
        firms = orgsim.open(tmp_path / common).firms()
        assert of_point(firms, 0).equals(of_point(firms, 2)) == (common == "true")
        assert not of_point(firms, 0).equals(of_point(firms, 1))


def test_constraints_leave_points_out_and_the_others_as_they_were(command, write, tmp_path):
    rule = f'constraints = ["{THREAT} <= 2 * {RATE}"]\n'
    command("sweep", write(SOBOL.replace("points = 6", "points = 32")), "--out", "all")
    command("sweep", write(SOBOL.replace("points = 6\n", "points = 6\n" + rule)), "--out", "some")
    whole, some = (orgsim.open(tmp_path / name) for name in ("all", "some"))
    free = whole.points()
    kept = free[free[THREAT] <= 2 * free[RATE]].head(6)
    assert len(kept) == 6
    assert kept.point.tolist() != list(range(6))
    same(some.points()[[THREAT, RATE]], kept[[THREAT, RATE]].reset_index(drop=True))
    for new, old in enumerate(kept.point):
        same(of_point(some.firms(), new), of_point(whole.firms(), old))


def test_a_run_of_a_file_with_a_sweep_does_the_sweep(command, write, tmp_path):
    path = write(SOBOL)
    command("sweep", path, "--out", "swept")
    output = command("run", path, "--out", "run")
    assert digest(tmp_path / "run") == digest(tmp_path / "swept")
    assert "points nearest to the article" in output
    assert "6 points, 40 firms each" in output
    assert digest(tmp_path / "run") in output
    assert "finished before" in command("sweep", path, "--out", "run")


def test_lines_of_a_sweep_fit_into_eighty_columns(command, write):
    output = command("sweep", write(GRID), "--out", "here", "--quiet") + command("compare", "here")
    assert max(len(line) for line in output.splitlines()) <= 80


@pytest.mark.parametrize("text", [SOBOL, HYPERCUBE, GRID, PRECISE], ids=["s", "l", "g", "p"])
def test_the_written_config_repeats_the_sweep(text, command, write, tmp_path):
    command("sweep", write(text), "--out", "first", "--seed", 5)
    command("sweep", "first/config.toml", "--out", "second")
    assert digest(tmp_path / "first") == digest(tmp_path / "second")
    assert "finished before" in command("sweep", "first/config.toml", "--out", "first")


def test_a_sweep_of_a_single_setting_is_refused(command, write, tmp_path):
    path = write(BASE)
    output = command("sweep", path, code=2)
    assert "has no [sweep]; add one, or use `orgsim run`" in output
    assert list(tmp_path.iterdir()) == [path]


def test_the_design_may_have_a_seed_of_its_own(command, write, tmp_path):
    for name, head, seed in (("a", "seed = 1", 1), ("b", "seed = 1", 2), ("c", "seed = 2", 1)):
        text = SOBOL.replace("points = 6", f"points = 6\n{head}")
        command("sweep", write(text), "--out", name, "--seed", seed)
    points = {name: orgsim.open(tmp_path / name).points() for name in "abc"}
    same(points["a"][[THREAT, RATE]], points["b"][[THREAT, RATE]])
    assert not points["a"][THREAT].equals(points["c"][THREAT])
    drawn = {name: orgsim.open(tmp_path / name).firms(0).drawn_attention for name in "abc"}
    assert drawn["a"].equals(drawn["c"])
    assert (drawn["a"] != drawn["b"]).all()


# --- growing


@pytest.mark.parametrize("kind", ["sobol", "halton"])
def test_more_points_and_firms_extend_a_sweep_in_place(kind, command, write, tmp_path, parts_of_80):
    path = write(SOBOL.replace("sobol", kind))
    command("sweep", path, "--out", "here")
    before = orgsim.open(tmp_path / "here").firms()
    for points, firms in ((9, 40), (9, 60), (11, 100)):
        more = ["--set", f"sweep.points={points}", "--firms", firms]
        command("sweep", path, *more, "--out", "here")
        now = orgsim.open(tmp_path / "here").firms()
        assert len(now) == points * firms
        there = now.merge(before[["point", "firm"]])
        same(there, before)
        command("sweep", path, *more, "--out", f"fresh{points}-{firms}")
        assert digest(tmp_path / "here") == digest(tmp_path / f"fresh{points}-{firms}")
        assert "sound" in command("verify", "here")
        before = now
    config = tomllib.loads((tmp_path / "here/config.toml").read_text())
    assert (config["sweep"]["points"], config["simulation"]["firms"]) == (11, 100)


def test_more_points_leave_whole_parts_untouched(command, write, tmp_path, parts_of_80):
    path = write(SOBOL)
    command("sweep", path, "--out", "here")
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "here/firms").iterdir()}
    command("sweep", path, "--set", "sweep.points=10", "--out", "here")
    after = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "here/firms").iterdir()}
    assert len(after) == 5
    assert {name: after[name] for name in before} == before


def test_points_grow_across_parts_of_a_split_point(command, write, tmp_path, monkeypatch):
    cut_into(monkeypatch, 1024)
    path = write(SOBOL.replace("points = 6", "points = 2"))
    command("sweep", path, "--firms", 1500, "--out", "here")
    before = orgsim.open(tmp_path / "here").firms()
    more = ["--firms", 2500, "--set", "sweep.points=3"]
    command("sweep", path, *more, "--out", "here")
    after = orgsim.open(tmp_path / "here").firms()
    same(after.merge(before[["point", "firm"]]), before)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    command("sweep", path, *more, "--out", "fresh")
    assert digest(tmp_path / "here") == digest(tmp_path / "fresh")
    same(orgsim.open(tmp_path / "here").quarters(), orgsim.open(tmp_path / "fresh").quarters())


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (["--set", "sweep.points=5"], "holds 6 points, and 5 are asked for"),
        (["--firms", 39], "holds 40 firms, and 39 are asked for"),
        (["--seed", 2], "simulation.seed: 20140221 there, 2 now"),
        (["--set", "simulation.quarters=7"], "simulation.quarters: 6 there, 7 now"),
        (["--set", f"sweep.parameters.'{RATE}'={{low=0.05, high=0.5}}"], f"{RATE}.high"),
    ],
)
def test_fewer_or_others_are_refused_and_nothing_changes(more, text, command, write, tmp_path):
    path = write(SOBOL)
    command("sweep", path, "--out", "here")
    before = times_and_contents(tmp_path / "here")
    output = command("sweep", path, *more, "--out", "here", code=2)
    assert text in output
    assert "--out DIR" in output
    assert "--overwrite" in output
    after = times_and_contents(tmp_path / "here")
    assert {path: content for path, content in after.items() if ".lock" not in path.name} == {
        path: content for path, content in before.items() if ".lock" not in path.name
    }


@pytest.mark.parametrize(
    ("text", "more"),
    [(HYPERCUBE, "sweep.points=8"), (GRID, f"sweep.parameters.'{THREAT}'.levels=8")],
    ids=["hypercube", "grid"],
)
def test_designs_that_would_move_cannot_be_extended(text, more, command, write, tmp_path):
    if "levels" in more:
        more = f"sweep.parameters.'{THREAT}'={{low=0.0, high=1.5, levels=8}}"
    path = write(text)
    command("sweep", path, "--out", "here")
    before = digest(tmp_path / "here")
    assert "holds another run" in command("sweep", path, "--set", more, "--out", "here", code=2)
    assert digest(tmp_path / "here") == before
    command("sweep", path, "--firms", 50, "--out", "here")  # firms can still be added


def test_a_table_may_grow_and_not_change(command, write, tmp_path):
    path = write(f'{BASE}[sweep]\ndesign = "table"\ntable = "points.csv"\n')
    write(f"{THREAT}\n0.5\n1.25\n", "points.csv")
    command("sweep", path, "--out", "here")
    before = orgsim.open(tmp_path / "here").firms()
    write(f"{THREAT}\n0.5\n1.25\n0.75\n", "points.csv")
    command("sweep", path, "--out", "here")
    after = orgsim.open(tmp_path / "here")
    assert after.points()[THREAT].tolist() == [0.5, 1.25, 0.75]
    same(after.firms([0, 1]), before)
    write(f"{THREAT}\n0.5\n1.5\n0.75\n0.1\n", "points.csv")
    kept = digest(tmp_path / "here")
    output = command("sweep", path, "--out", "here", code=2)
    assert f"({THREAT} differs)" in output
    assert digest(tmp_path / "here") == kept
    assert "sound" in command("verify", "here")


def test_a_finished_table_is_not_taken_for_another_of_as_many_rows(command, write, tmp_path):
    path = write(f'{BASE}[sweep]\ndesign = "table"\ntable = "points.csv"\n')
    write(f"{THREAT}\n0.5\n1.25\n", "points.csv")
    command("sweep", path, "--out", "here")
    write(f"{THREAT}\n0.5\n0.75\n", "points.csv")
    assert f"({THREAT} differs)" in command("sweep", path, "--out", "here", code=2)


def test_another_horizon_has_the_same_draws(command, write, tmp_path):
    tables = {}
    for quarters in (6, 10):
        more = ["--set", f"simulation.quarters={quarters}", "--out", f"q{quarters}"]
        command("sweep", write(SOBOL), *more)
        tables[quarters] = orgsim.open(tmp_path / f"q{quarters}")
    firms = [run.firms() for run in tables.values()]
    drawn = [name for name in firms[0] if name.startswith("drawn_")]
    assert len(drawn) > 10
    same(*(table[["point", "firm", *drawn]] for table in firms))
    assert not firms[0].equals(firms[1])
    first = tables[10].quarters()
    same(first[first.quarter < 6].reset_index(drop=True), tables[6].quarters())


# --- what it would take


def test_a_forecast_says_what_it_takes_and_writes_nothing(command, write, tmp_path):
    path = write(SOBOL)
    for arguments in (["sweep", path, "--dry-run"], ["run", path, "--dry-run"], ["check", path]):
        output = command(*arguments)
        for text in ("valid", "6 (sobol over 2 parameters)", "40 a point, 240 in all"):
            assert text in output
        # A row a firm, a point and quarter, and a point and scenario.
        assert f"{240 + 6 * 6 + 6 * 4}, in 1 parts" in output
        for unit in ("on the disk", "kB", "memory", "MB", "time", " s on ", "on a cluster"):
            assert unit in output
    told = json.loads(command("check", path, "--json"))
    assert (told["points"], told["firms"], told["rows"]) == (6, 240, 300)
    assert list(tmp_path.iterdir()) == [path]
    command("sweep", path, "--out", "here")
    run = orgsim.open(tmp_path / "here")
    assert told["rows"] == len(run.firms()) + len(run.quarters()) + len(run.shares())
    assert told["parts"] == len(list((tmp_path / "here/firms").iterdir()))


def test_a_million_points_of_a_thousand_firms_are_planned_in_seconds(command, write, tmp_path):
    path = write(SOBOL.replace("points = 6", "points = 1_000_000"))
    began = time.process_time()
    told = json.loads(command("sweep", path, "--firms", 1000, "--dry-run", "--json"))
    assert time.process_time() - began < 15.0
    assert told["points"] == 1_000_000
    assert told["firms"] == 1_000_000_000
    assert told["rows"] == 1_000_000 * (1000 + 6 + 4)
    assert told["disk_bytes"] > 50e9
    assert told["memory_bytes"] < 8e9
    assert list(tmp_path.iterdir()) == [path]


def test_a_forecast_with_a_precision_names_looks_and_cap(command, write):
    output = command("check", write(PRECISE))
    assert "looks at" in output
    assert "1,024, 2,048" in output
    assert "at most" in output


# --- precision


def read_off(table, precision):
    """Return where the rule stops, read from firms beyond."""
    codes = table.scenario.astype(str).to_numpy()
    for look in looks(precision):
        counts = [(codes[:look] == name).sum() for name in SCENARIOS]
        low, high = interval(counts, precision, look)
        if ((high - low) / 2 <= precision.half_width).all():
            return look, True
    return looks(precision)[-1], False


@pytest.mark.parametrize("cap", [2**20, 1500])
def test_every_point_stops_where_the_rule_says(cap, command, write, tmp_path):
    precision = Precision(0.025, cap, 4)
    output = command("sweep", write(PRECISE + f"most_firms = {cap}\n"), "--out", "here")
    fixed = PRECISE.partition("[precision]")[0]
    command("sweep", write(fixed, "f.toml"), "--firms", looks(precision)[-1], "--out", "fixed")
    run, whole = orgsim.open(tmp_path / "here"), orgsim.open(tmp_path / "fixed")
    firms, shares = run.firms(), run.shares()
    stops = []
    for point in range(5):
        there = of_point(whole.firms(point), point)
        stop, met = read_off(there, precision)
        stops.append((stop, met))
        same(of_point(firms, point), there.head(stop))
        mine = shares[shares.point == point]
        assert mine.firms.tolist() == [stop] * 4
        low, high = interval(mine["count"].to_numpy(), precision, stop)
        assert mine.low.tolist() == low.tolist()
        assert mine.high.tolist() == high.tolist()
    assert len(set(stops)) > 1
    missed = [point for point, (_, met) in enumerate(stops) if not met]
    assert bool(missed) == (cap == 1500)
    assert run.met_precision() == [met for _, met in stops]
    said = " ".join(output.split())
    assert f"at {5 - len(missed)} of 5 points" in said
    if missed:
        listed = ", ".join(map(str, missed))
        assert f"Not met at the cap of {cap:,} firms: {listed};" in said
    shown = command("status", "here")
    assert f"met at {5 - len(missed)} points, cap reached at {len(missed)}" in shown
    assert "sound" in command("verify", "here")


def test_a_precise_result_does_not_depend_on_who_does_it(command, write, tmp_path, monkeypatch):
    path = write(PRECISE)
    command("sweep", path, "--out", "one", "--threads", 1)
    command("sweep", path, "--out", "three", "--threads", 3)
    cut_into(monkeypatch, 1024)
    for shard in ("2/3", "3/3", "1/3"):
        command("sweep", path, "--out", "shards", "--shard", shard)
    assert len(list((tmp_path / "shards/firms").iterdir())) == 5
    digests = {digest(tmp_path / name) for name in ("one", "three", "shards")}
    assert len(digests) == 1
    assert None not in digests


def test_more_points_extend_a_precise_sweep(command, write, tmp_path):
    path = write(PRECISE)
    command("sweep", path, "--out", "here")
    before = orgsim.open(tmp_path / "here").firms()
    command("sweep", path, "--set", "sweep.points=7", "--out", "here")
    same(orgsim.open(tmp_path / "here").firms(list(range(5))), before)
    command("sweep", path, "--set", "sweep.points=7", "--out", "fresh")
    assert digest(tmp_path / "here") == digest(tmp_path / "fresh")


def test_a_precision_serves_a_single_setting_too(command, write, tmp_path):
    command("run", write(f"{BASE}[precision]\nhalf_width = 0.03\n"), "--out", "here")
    stop, _ = read_off(orgsim.open(tmp_path / "here").firms(), Precision(0.03, 2**20, 4))
    assert orgsim.open(tmp_path / "here").shares().firms.tolist() == [stop] * 4


# --- looking at a sweep


def stopped_after(monkeypatch, parts):
    """Let a run be interrupted when so many parts are in place."""
    real, written = store.PartWriter.finish, []

    def finish(self, *arguments):
        if len(written) == parts:
            raise KeyboardInterrupt
        written.append(self)
        return real(self, *arguments)

    monkeypatch.setattr(store.PartWriter, "finish", finish)


def test_status_and_resume_of_an_interrupted_sweep(
    command, write, tmp_path, parts_of_80, monkeypatch
):
    path = write(SOBOL)
    command("sweep", path, "--out", "whole")
    with monkeypatch.context() as patch:
        stopped_after(patch, 2)
        command("sweep", path, "--out", "torn", "--threads", 1, code=130)
    shown = command("status", "torn")
    for text in ("interrupted", "2 of 3 (67 %)", "4 of 6 (67 %)", "160 of 240"):
        assert text in shown
    assert "orgsim resume torn" in shown
    told = json.loads(command("status", "torn", "--json"))
    assert (told["parts"], told["parts_done"], told["points_done"]) == (3, 2, 4)
    assert (told["firms"], told["firms_done"], told["digest"]) == (240, 160, None)
    assert "missing" in command("verify", "torn", code=1)
    assert "1 of 3 parts are missing" in command("merge", "torn", code=2)
    assert "not finished" in command("compare", "torn", code=2)
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "torn/firms").iterdir()}
    command("resume", "torn")
    assert digest(tmp_path / "torn") == digest(tmp_path / "whole")
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    assert digest(tmp_path / "torn") in command("status", "torn")
    verdict = json.loads(command("verify", "torn", "--json"))
    assert verdict["sound"]
    assert verdict["digest"] == verdict["expected"] == digest(tmp_path / "whole")


def test_merge_finishes_what_shards_have_done(command, write, tmp_path, parts_of_80, monkeypatch):

    def interrupt(*arguments):
        raise KeyboardInterrupt

    path = write(SOBOL)
    command("sweep", path, "--out", "whole")
    command("sweep", path, "--out", "here", "--shard", "1/2")
    with monkeypatch.context() as patch:
        patch.setattr("orgsim.execution.shards.finish", interrupt)
        command("sweep", path, "--out", "here", "--shard", "2/2", code=130)
    assert "orgsim merge here" in command("status", "here")
    assert digest(tmp_path / "whole") in command("merge", "here")
    assert digest(tmp_path / "here") == digest(tmp_path / "whole")
    told = json.loads(command("merge", "here", "--json", "--quiet"))  # nothing more to do
    assert told["digest"] == digest(tmp_path / "whole")


def test_compare_ranks_points_and_shows_one(command, write, tmp_path):
    command("sweep", write(SOBOL), "--out", "here")
    run = orgsim.open(tmp_path / "here")
    told = json.loads(command("compare", "here", "--json"))
    assert told["digest"] == run.digest
    assert told["reference_name"] == "article"
    assert sorted(row["point"] for row in told["points"]) == list(range(6))
    distances = [row["total_variation"] for row in told["points"]]
    assert distances == sorted(distances)
    article = dict(zip(SCENARIOS, (0.4, 0.2, 0.3, 0.1), strict=True))
    shares, points = run.shares(), run.points()
    for row in told["points"]:
        mine = shares[shares.point == row["point"]].set_index("scenario").share
        assert row["shares"] == mine.to_dict()
        apart = sum(abs(mine[name] - article[name]) for name in SCENARIOS) / 2
        assert row["total_variation"] == pytest.approx(apart)
        assert row["parameters"][THREAT] == points[THREAT][row["point"]]
    single = json.loads(command("compare", "here", "--point", 3, "--json"))
    mine = shares[shares.point == 3].set_index("scenario")
    assert single["shares"] == mine.share.to_dict()
    assert single["low"] == mine.low.to_dict()
    assert "Some points: point 3" in command("compare", "here", "--point", 3)
    assert "has no point 6; points: 0 to 5" in command("compare", "here", "--point", 6, code=2)
    assert json.loads(command("sweep", write(SOBOL), "--out", "here", "--json", "--quiet")) == told


def test_a_sweep_compares_with_a_run_and_not_with_a_sweep(command, write):
    command("sweep", write(SOBOL), "--out", "here")
    command("run", write(BASE, "alone.toml"), "--out", "alone")
    told = json.loads(command("compare", "here", "--reference", "alone", "--json"))
    assert told["reference_name"] == "run in alone"
    assert "is a sweep" in command("compare", "alone", "--reference", "here", code=2)


def test_a_grid_as_arrays_equals_the_table(command, write, tmp_path):
    rule = f'constraints = ["{THREAT} < 1.5 or reorganisation.infrastructure_chief"]\n'
    for name, text in (("whole", GRID), ("some", GRID.replace('"grid"\n', '"grid"\n' + rule))):
        command("sweep", write(text), "--out", name)
        run = orgsim.open(tmp_path / name)
        arrays = run.to_xarray()
        assert dict(arrays.sizes) == {
            THREAT: 4,
            "reorganisation.infrastructure_chief": 2,
            "scenario": 4,
        }
        assert arrays.scenario.values.tolist() == list(SCENARIOS)
        table = run.shares().merge(run.points()[["point", *run.swept]])
        assert len(table) == (32 if name == "whole" else 28)
        for row in table.to_dict("records"):
            at = {key: row[key] for key in (*run.swept, "scenario")}
            cell = arrays.sel(at)
            for column in ("count", "firms", "share", "low", "high", "without_misfit"):
                assert cell[column].item() == row[column]
        assert int(arrays.share.isnull().sum()) == 32 - len(table)
        assert arrays.attrs["digest"] == run.digest


def test_other_designs_as_arrays_have_points_with_coordinates(command, write, tmp_path):
    command("sweep", write(SOBOL), "--out", "here")
    run = orgsim.open(tmp_path / "here")
    arrays = run.to_xarray()
    assert dict(arrays.sizes) == {"point": 6, "scenario": 4}
    assert arrays[THREAT].values.tolist() == run.points()[THREAT].tolist()
    assert arrays.share.values.ravel().tolist() == run.shares().share.tolist()


def test_a_dataset_reads_what_is_asked_for(command, write, tmp_path, parts_of_80):
    command("sweep", write(SOBOL), "--out", "here")
    run = orgsim.open(tmp_path / "here")
    dataset = run.dataset("firms")
    assert dataset.count_rows() == 240
    wanted = (pc.field("point") == 3) & (pc.field("firm") < 10)
    found = dataset.to_table(columns=["firm", "performance"], filter=wanted)
    assert found.column_names == ["firm", "performance"]
    whole = run.firms()
    kept = whole[(whole.point == 3) & (whole.firm < 10)]
    assert found["performance"].to_pylist() == kept.performance.tolist()
    same(run.firms([2, 5]), whole[whole.point.isin([2, 5])].reset_index(drop=True))


def test_a_directory_of_another_format_is_named_and_left_alone(command, write, tmp_path):
    path = write(SOBOL)
    command("sweep", path, "--out", "here")
    noted = manifest(tmp_path / "here") | {"format": 1}
    (tmp_path / "here/manifest.json").write_text(json.dumps(noted))
    shutil.rmtree(tmp_path / "here/ledger")  # format 1 had none; this one's names its own format
    before = times_and_contents(tmp_path / "here")
    for arguments in (
        ["sweep", path, "--out", "here"],
        ["sweep", path, "--out", "here", "--shard", "1/2"],
        ["resume", "here"],
        ["merge", "here"],
        ["status", "here"],
        ["verify", "here"],
        ["compare", "here"],
    ):
        output = command(*arguments, code=2)
        assert output.count("\n") == 1
        assert "here: written in format 1, and this orgsim reads 2 and 4" in output
        assert "nothing was changed" in output
        after = times_and_contents(tmp_path / "here")
        assert {p: c for p, c in after.items() if ".lock" not in p.name} == {
            p: c for p, c in before.items() if ".lock" not in p.name
        }


def test_options_that_exclude_each_other_are_refused_and_leave_nothing(command, write, tmp_path):
    path = write(SOBOL)
    for options, text in (
        (["--shard", "1/2", "--executor", "dask"], "does not go with Dask"),
        (["--threads", 2, "--engine", "dask"], "every worker has its own"),
        (["--workers", 2, "--engine", "threads"], "go with --executor dask"),
        (["--scheduler", "local", "--engine", "threads"], "go with --executor dask"),
        (["--threads", 5000], "1 to 1024"),
    ):
        assert text in command("sweep", path, *options, code=2)
    assert list(tmp_path.iterdir()) == [path]


def test_python_and_the_command_line_do_the_same(command, write, tmp_path):
    path = write(SOBOL)
    command("sweep", path, "--firms", 50, "--out", "told")
    called = orgsim.sweep(path, out=tmp_path / "called", overrides=["simulation.firms=50"])
    assert called.digest == digest(tmp_path / "told")
    assert called.swept == [THREAT, RATE]
    assert len(called.firms(2)) == 50
    assert list(itertools.chain(called.firms([1, 4]).point.unique())) == [1, 4]


def test_a_shard_that_died_as_it_began_leaves_nothing_unmended(
    command, write, tmp_path, parts_of_80
):
    path = write(SOBOL)
    command("sweep", path, "--out", "here", "--shard", "1/2")
    for name in ("config.toml", "points.parquet"):
        (tmp_path / "here" / name).unlink()
    command("sweep", path, "--out", "here", "--shard", "2/2")
    assert "here: sound" in command("verify", "here")


def test_an_edited_table_is_refused_though_the_run_has_lost_its_own(command, write, tmp_path):
    path = write(f'{BASE}[sweep]\ndesign = "table"\ntable = "points.csv"\n')
    write(f"{THREAT}\n0.5\n1.25\n", "points.csv")
    command("sweep", path, "--out", "here")
    points = tmp_path / "here/points.parquet"
    points.write_bytes(points.read_bytes()[:100])
    for asked in ("status", "verify", "resume"):
        assert "give the command again that began the run" in command(asked, "here", code=2)
    write(f"{THREAT}\n0.5\n0.75\n", "points.csv")
    assert "not the first of this design's" in command("sweep", path, "--out", "here", code=2)
    write(f"{THREAT}\n0.5\n1.25\n", "points.csv")
    command("sweep", path, "--out", "here")
    assert "here: sound" in command("verify", "here")
