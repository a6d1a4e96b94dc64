"""What the platform promises of any model: the toy and the study stand for all."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest

import orgsim
from orgsim.engine import make_inputs, simulate
from orgsim.engine.cpu.kernel import kernel_of
from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.numerics.sources import source_hash
from orgsim.results.study import refuse_other_study
from orgsim.spec import Model
from orgsim.store import PartWriter, Shard
from populations import digest_of_chunk
from small_runs import contents, cut_into, manifest
from toy_model import TOY
from toy_runs import FINDING_THE_TOY

FIRMS, QUARTERS = 300, 24


class Case(NamedTuple):
    """A model, what a sweep of it varies, a step, and the switch that turns off just that step."""

    name: str
    model: Model
    swept: str
    step: str
    switch: str
    tiny: dict[str, Any]

    def settings(self):
        """Settings of firms so small that they may be simulated without the compiler."""
        return self.model.defaults | self.tiny | {"simulation.quarters": 9}

    def inputs(self, *, quarters=QUARTERS, point=0, **changes):
        settings = self.model.defaults | {"simulation.quarters": quarters}
        settings |= {path.replace("__", "."): value for path, value in changes.items()}
        return make_inputs(self.model, settings, point=point)

    def run(self, config, out, overrides=(), **options):
        return orgsim.run(config, overrides, model=self.model, out=out, **options)


CASES = {
    "toy": Case("toy", TOY, "walk.rate", "aim", "walk.aiming", {"firm.size": 4}),
    "study": Case(
        "study",
        MODEL,
        "resistance.status_threat",
        "turnover",
        "mechanisms.turnover",
        {"firm.marketing_staff": 2, "firm.it_staff": 2},
    ),
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return CASES[request.param]


# --- the engine: one result, however the firms are computed


@pytest.fixture(scope="module")
def reference(case):
    return simulate(case.inputs(), 0, FIRMS, threads=1, lanes=128)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("lanes", [64, 128])
def test_threads_and_lanes_change_nothing(case, reference, threads, lanes):
    again = simulate(case.inputs(), 0, FIRMS, threads=threads, lanes=lanes)
    assert digest_of_chunk(again) == digest_of_chunk(reference)


@pytest.mark.parametrize("cuts", [[1], [64], [17, 101, 102, 299]])
def test_any_split_of_the_firms_adds_up(case, reference, cuts):
    edges = [0, *cuts, FIRMS]
    chunks = [simulate(case.inputs(), a, b, threads=2) for a, b in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate([c.record for c in chunks], axis=1), reference.record)
    for name in ("sums", "histogram", "counts"):
        assert np.array_equal(sum(getattr(c, name) for c in chunks), getattr(reference, name))


def test_more_firms_leave_the_first_as_they_were(case, reference):
    more = simulate(case.inputs(), 0, FIRMS + 77, threads=2)
    assert np.array_equal(more.record[:, :FIRMS], reference.record)


def test_a_firm_can_be_simulated_alone(case, reference):
    alone = simulate(case.inputs(), 211, 212, threads=1)
    assert np.array_equal(alone.record[:, 0], reference.record[:, 211])


def test_more_quarters_leave_the_first_as_they_were(case, reference):
    longer = simulate(case.inputs(quarters=QUARTERS + 7), 0, FIRMS, threads=2)
    for name in ("sums", "histogram", "counts"):
        assert np.array_equal(getattr(longer, name)[:QUARTERS], getattr(reference, name))


def test_the_last_quarter_of_the_aggregates_is_the_record(case, reference):
    names = [column.name for column in case.model.record]
    for j, series in enumerate(case.model.series):
        values = reference.record[names.index(series.column.name)]
        assert reference.sums[-1, j] == np.floor(values * 2.0**24 + 0.5).sum()
    ended = np.bincount(reference.record[names.index("scenario")].astype(int))
    assert reference.counts[-1, : len(ended)].tolist() == ended.tolist()


def test_seed_and_point_are_part_of_the_key(case, reference):
    for other in (case.inputs(simulation__seed=1), case.inputs(point=1)):
        assert digest_of_chunk(simulate(other, 0, FIRMS, threads=2)) != digest_of_chunk(reference)


INTERPRETING = """
import json, os, sys
from dataclasses import replace
from functools import partial
from orgsim.engine import make_inputs, simulate
from orgsim.spec import imported

def simulated(model, settings):
    chunk = simulate(make_inputs(model, settings), 0, 6, threads=1, lanes=6)
    return [array.tolist() for array in (chunk.record, chunk.sums, chunk.counts)]

assert os.environ["NUMBA_DISABLE_JIT"] == "1"
found = {}
for home, settings, step, switch in json.loads(sys.argv[1]):
    model = imported(home)
    without = replace(model, steps=tuple(name for name in model.steps if name != step))
    found[home] = [
        simulated(model, settings),
        simulated(without, settings),
        simulated(model, settings | {switch: False}),
    ]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def interpreted():
    """What each model comes to without the compiler: all steps, one left out, one turned off."""
    asked = [(c.model.home, c.settings(), c.step, c.switch) for c in CASES.values()]
    done = subprocess.run(
        [sys.executable, "-c", INTERPRETING, json.dumps(asked)],
        env=os.environ | FINDING_THE_TOY | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_interpreted_rules_agree_with_compiled_ones(case, interpreted):
    chunk = simulate(make_inputs(case.model, case.settings()), 0, 6, threads=1)
    compiled = [array.tolist() for array in (chunk.record, chunk.sums, chunk.counts)]
    assert interpreted[case.model.home][0] == compiled


# --- the order of steps is data


def other_steps(case, steps):
    """The same model with other steps."""
    return case._replace(model=replace(case.model, steps=tuple(steps)))


def test_a_step_left_out_is_its_switch_turned_off(case, interpreted):
    """Interpreted: the study's kernel takes ten seconds to compile."""
    whole, left_out, turned_off = interpreted[case.model.home]
    assert left_out == turned_off
    assert left_out[0] != whole[0]


def test_a_step_left_out_is_left_out_of_the_kernel():
    case = CASES["toy"]
    without = other_steps(case, (step for step in TOY.steps if step != case.step))
    left_out = simulate(without.inputs(), 0, FIRMS, threads=2)
    off = simulate(case.inputs(walk__aiming=False), 0, FIRMS, threads=2)
    assert digest_of_chunk(left_out) == digest_of_chunk(off)


def test_an_unknown_step_is_named_beside_those_that_there_are(case):
    odd = other_steps(case, (*case.model.steps, "bankruptcy"))
    with pytest.raises(LookupError, match=r"has no step 'bankruptcy'; steps: ") as caught:
        simulate(odd.inputs(), 0, 1, threads=1)
    assert all(step in str(caught.value) for step in case.model.steps)


def test_models_of_other_steps_share_no_compiled_kernel():
    case = CASES["toy"]
    turned = other_steps(case, reversed(TOY.steps))
    chunks = [simulate(one.inputs(), 0, FIRMS, threads=1) for one in (case, turned)]
    assert digest_of_chunk(chunks[0]) != digest_of_chunk(chunks[1])
    assert source_hash(TOY) != source_hash(turned.model)
    kept = [kernel_of(model).store.directory() for model in (TOY, turned.model)]
    assert kept[0] != kept[1]


def test_a_run_of_other_steps_is_not_gone_on_with(tmp_path, configs):
    case, (one, _) = CASES["toy"], configs["toy"]
    turned = other_steps(case, reversed(TOY.steps))
    run = turned.run(one, tmp_path / "here")
    assert run.digest != case.run(one, tmp_path / "other").digest
    before = contents(tmp_path / "here", locks=False)
    with pytest.raises(UsageError, match="the model's source code"):
        case.run(one, tmp_path / "here")
    assert contents(tmp_path / "here", locks=False) == before


# --- runs: one digest, whoever does the parts, and in how many goes


@pytest.fixture(scope="module")
def configs(tmp_path_factory):
    """Configs of one setting and of a sweep, by model."""
    directory = tmp_path_factory.mktemp("configs")
    found = {}
    for name, case in CASES.items():
        one, sweep = directory / f"{name}.toml", directory / f"{name}-sweep.toml"
        one.write_text("[simulation]\nfirms = 2500\nquarters = 6\n")
        sweep.write_text(
            "[simulation]\nfirms = 300\nquarters = 5\n"
            '[sweep]\ndesign = "sobol"\npoints = 6\n[sweep.parameters]\n'
            f'"{case.swept}" = {{ low = 0.1, high = 0.9 }}\n'
        )
        found[name] = (one, sweep)
    return found


@pytest.fixture(scope="module")
def one(case, configs):
    return configs[case.name][0]


@pytest.fixture(scope="module")
def sweep(case, configs):
    return configs[case.name][1]


@pytest.fixture(scope="module")
def whole(case, one, tmp_path_factory):
    return case.run(one, tmp_path_factory.mktemp("whole") / "here", threads=1)


@pytest.fixture(scope="module")
def swept(case, sweep, tmp_path_factory):
    return case.run(sweep, tmp_path_factory.mktemp("swept") / "here", threads=1)


def test_the_same_seed_gives_the_same_digest_and_another_another(case, one, whole, tmp_path):
    assert case.run(one, tmp_path / "same").digest == whole.digest
    assert case.run(one, tmp_path / "other", seed=5).digest != whole.digest


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_leave_the_digest(case, one, sweep, whole, swept, threads, tmp_path):
    assert case.run(one, tmp_path / "one", threads=threads).digest == whole.digest
    assert case.run(sweep, tmp_path / "sweep", threads=threads).digest == swept.digest


@pytest.mark.parametrize("size", [1024, 2048, 4096])
def test_parts_leave_the_digest(case, one, sweep, whole, swept, size, tmp_path, monkeypatch):
    cut_into(monkeypatch, size)
    assert case.run(one, tmp_path / "one").digest == whole.digest
    assert len(list((tmp_path / "one/firms").iterdir())) == -(-2500 // size)
    assert case.run(sweep, tmp_path / "sweep").digest == swept.digest
    assert orgsim.verify(tmp_path / "one", model=case.model).is_sound
    assert orgsim.verify(tmp_path / "sweep", model=case.model).is_sound


def test_rows_that_are_not_written_leave_the_digest(case, one, whole, tmp_path, monkeypatch):
    cut_into(monkeypatch, 1024)
    assert case.run(one, tmp_path / "here", ["output.firms=false"]).digest == whole.digest
    assert not (tmp_path / "here/firms").exists()


def test_firms_in_memory_are_those_on_the_disk(case, one, whole, tmp_path):
    sample = orgsim.simulate(one, model=case.model)
    assert sample.digest == whole.digest
    assert sample.firms().equals(whole.firms())
    assert sample.shares().equals(whole.shares())
    assert sample.save(tmp_path / "kept").digest == whole.digest


def test_more_firms_leave_the_first_rows_of_a_run(case, one, whole, tmp_path):
    few = case.run(one, tmp_path / "here", firms=700)
    assert few.firms().equals(whole.firms().iloc[:700])
    grown = case.run(one, tmp_path / "here")
    assert grown.simulated
    assert grown.digest == whole.digest


def test_more_points_leave_the_first_rows_of_a_sweep(case, sweep, swept, tmp_path):
    few = case.run(sweep, tmp_path / "here", ["sweep.points=4"])
    rows = swept.firms()
    assert few.firms().equals(rows[rows.point < 4])
    assert case.run(sweep, tmp_path / "here").digest == swept.digest


def interrupt_before_part(patch, count):
    """Let a run be interrupted when so many parts are in place, and the next is about to be."""
    finish, finished = PartWriter.finish, []

    def interrupting(self, *args):
        if len(finished) == count:
            raise KeyboardInterrupt
        finished.append(self)
        return finish(self, *args)

    patch.setattr(PartWriter, "finish", interrupting)


@pytest.mark.parametrize("by", ["resume", "the same call"])
def test_an_interrupted_run_goes_on_to_the_same_digest(case, one, whole, by, tmp_path, monkeypatch):
    here = tmp_path / "here"
    with monkeypatch.context() as patch:
        cut_into(patch, 1024)
        interrupt_before_part(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            case.run(one, here, threads=1)
    parts = {path: path.stat().st_mtime_ns for path in (here / "firms").iterdir()}
    assert len(parts) == 1
    assert manifest(here)["status"] == "interrupted"
    if by == "resume":
        assert orgsim.resume(here, model=case.model).digest == whole.digest
    else:
        assert case.run(one, here).digest == whole.digest
    assert {path: path.stat().st_mtime_ns for path in parts} == parts


def test_shards_make_the_same_run(case, sweep, swept, tmp_path, monkeypatch):
    monkeypatch.setattr("orgsim.execution.shards.LOOKS_FOR_OTHERS", 1)
    cut_into(monkeypatch, 1024)
    for number in (2, 3, 1):
        run = case.run(sweep, tmp_path / "here", shard=Shard(number, 3))
        assert run.meta.is_finished == (number == 1)
    assert run.digest == swept.digest


def test_whoever_does_the_parts_makes_the_same_run(case, sweep, swept, tmp_path):
    from orgsim.execution.executors import ExecutorOptions, open_executor

    done = []
    options = ExecutorOptions(orgsim.load_config(sweep, model=case.model).cluster)
    with open_executor("threads", options) as threads:

        def executor(context, parts, progress):
            for part, entry in threads(context, parts, progress):
                done.append(part)
                yield part, entry

        assert case.run(sweep, tmp_path / "own", executor=executor).digest == swept.digest
    assert done
    assert case.run(sweep, tmp_path / "named", executor="threads").digest == swept.digest


# --- what a run is of


def test_a_manifest_says_of_which_model_a_run_is(case, whole):
    told = manifest(whole.directory)["model"]
    assert told == {"name": case.model.name, "version": case.model.version}


@pytest.mark.parametrize("act", ["run", "open", "resume", "merge", "verify", "status"])
def test_a_directory_of_another_model_is_refused_by_name(case, whole, configs, act):
    other = TOY if case.model is MODEL else MODEL
    before = contents(whole.directory, locks=False)
    acts = {
        "run": lambda: orgsim.run(
            configs["toy" if other is TOY else "study"][0], model=other, out=whole.directory
        ),
        "open": lambda: orgsim.open(whole.directory, model=other),
        "resume": lambda: orgsim.resume(whole.directory, model=other),
        "merge": lambda: orgsim.merge(whole.directory, model=other),
        "verify": lambda: orgsim.verify(whole.directory, model=other),
        "status": lambda: orgsim.status(whole.directory, model=other),
    }
    with pytest.raises(UsageError) as caught:
        acts[act]()
    assert case.model.label in str(caught.value)
    assert other.label in str(caught.value)
    assert contents(whole.directory, locks=False) == before


def test_a_config_of_another_model_is_refused_by_name(case, one, tmp_path):
    other = TOY if case.model is MODEL else MODEL
    config = orgsim.load_config(one, model=other)
    with pytest.raises(UsageError) as caught:
        case.run(config, tmp_path / "here")
    assert case.model.label in str(caught.value)
    assert other.label in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_parameters_of_another_model_are_unknown(case, one):
    other = TOY if case.model is MODEL else MODEL
    foreign = next(path for path in other.by_path if path not in case.model.by_path)
    with pytest.raises(orgsim.ConfigError):
        orgsim.load_config(one, {foreign: 1}, model=case.model)


def test_tables_have_the_declared_columns(case, whole, swept):
    for run in (whole, swept):
        for name in ("firms", "quarters", "shares"):
            declared = [column.name for column in getattr(case.model, name)]
            assert list(getattr(run, name)().columns) == declared
    assert whole.shares().scenario.tolist() == list(case.model.scenarios)
    assert whole.shares()["count"].sum() == 2500


def test_a_run_is_opened_verified_and_compared(case, one, whole, swept):
    opened = orgsim.open(whole.directory, model=case.model)
    assert opened.digest == whole.digest
    assert orgsim.status(whole.directory, model=case.model).digest == whole.digest
    compared = opened.compare()
    assert [row.scenario for row in compared.scenarios] == list(case.model.scenarios)
    assert [row.reference for row in compared.scenarios] == [
        outcome.share for outcome in case.model.outcomes
    ]
    assert compared == orgsim.simulate(one, model=case.model).compare()
    ranked = swept.ranked()
    assert len(ranked) == 6
    assert set(case.model.scenarios) <= set(ranked.columns)
    flows = swept.flows(swept, point=0, other_point=1)
    assert np.sum(flows.counts) == 300


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("pictures", lambda held: held.plot),
        ("traces", lambda held: held.trace(0)),
        ("reports", lambda held: held.report()),
    ],
)
def test_what_is_of_the_study_s_columns_is_refused_by_name(what, asked, configs, tmp_path):
    one, _ = configs["toy"]
    run = orgsim.run(one, model=TOY, out=tmp_path / "here")
    before = contents(tmp_path / "here", locks=False)
    for held in (run, run.setting):
        with pytest.raises(UsageError, match=r"of the model departments .* this is toy 1"):
            asked(held)
    assert contents(tmp_path / "here", locks=False) == before


# --- what is no model, and what is not there


def odd(name, tmp_path, monkeypatch, rules):
    """A config of the toy with rules of its own, which stand in a module of that name."""
    (tmp_path / f"{name}.py").write_text("from toy_rules import *\nimport numba\n" + rules)
    (tmp_path / "toy.toml").write_text("[simulation]\nfirms = 30\nquarters = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    model = replace(TOY, name=name, rules=name)
    return orgsim.load_config(tmp_path / "toy.toml", model=model)


FAILING = {
    "raising": (
        "def inputs(settings, sectors, key):\n    raise KeyError('walk.rat')\n",
        "'walk.rat'",
    ),
    "not_compiling": (
        "@merged\ndef begin(block, inputs):\n    block.firms.levl[0] = 1.0\n",
        "levl",
    ),
    "elsewhere": (
        "@merged\ndef record_firm(block, lane, series, out):\n    out[:] = 0.0\n    out[1] = 4\n",
        "a firm ended in none of its 4 scenarios",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_rules_that_fail_are_one_error_that_names_the_model(name, tmp_path, monkeypatch):
    rules, words = FAILING[name]
    config = odd(name, tmp_path, monkeypatch, rules)
    for act in (orgsim.simulate, partial(orgsim.run, out=tmp_path / "here")):
        with pytest.raises(orgsim.RunError) as caught:
            act(config)
        assert f"model {name} 1: " in str(caught.value)
        assert words in str(caught.value)
        assert str(caught.value).count("\n") < 3
    assert manifest(tmp_path / "here")["status"] == "failed"


def test_what_a_model_is_made_of_is_hashed_whether_or_not_it_is_named(tmp_path, monkeypatch):
    """The rules, a step of one's own, what tells a tally: each in a module that no source names."""
    for name in ("own_rules", "own_step", "own_tally"):
        (tmp_path / f"{name}.py").write_text("def f(*given):\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    from own_tally import f

    model = replace(
        TOY,
        rules="own_rules",
        steps=("own_step:f",),
        tallies=(TOY.tallies[0]._replace(holds=f),),
        sources=(),
    )
    found = set()
    for name in ("own_rules", "own_step", "own_tally"):
        source_hash.cache_clear()
        found.add(source_hash(model))
        (tmp_path / f"{name}.py").write_text("def f(*given):\n    return 2\n")
    source_hash.cache_clear()
    assert len(found | {source_hash(model)}) == 4


def test_another_version_of_a_model_is_another_model(tmp_path):
    (tmp_path / "toy.toml").write_text("")
    orgsim.run(tmp_path / "toy.toml", {"simulation.firms": 20}, model=TOY, out=tmp_path / "here")
    later = replace(TOY, version="2")
    with pytest.raises(orgsim.UsageError, match="of the model toy 1, and toy 2 is asked for"):
        orgsim.open(tmp_path / "here", model=later)


def test_a_merge_for_another_model_mends_nothing(tmp_path):
    (tmp_path / "toy.toml").write_text("")
    orgsim.run(tmp_path / "toy.toml", {"simulation.firms": 20}, model=TOY, out=tmp_path / "here")
    (tmp_path / "here/manifest.json").write_text("{torn")
    before = contents(tmp_path / "here", locks=False)
    for act in (orgsim.merge, orgsim.resume):
        with pytest.raises(orgsim.UsageError, match=r"is a run of the model toy 1"):
            act(tmp_path / "here")
    assert contents(tmp_path / "here", locks=False) == before


def test_the_study_without_a_step_has_columns_and_no_stories(tmp_path):
    """Traces and reports tell of all the study's rules; what has no tally says nothing of it."""
    for change in ({"steps": MODEL.steps[:-1]}, {"steps": MODEL.steps[::-1]}):
        for what in ("traces", "reports"):
            with pytest.raises(orgsim.UsageError, match=f"^{what} are of the model departments"):
                refuse_other_study(replace(MODEL, **change), what, rules=True)
        refuse_other_study(replace(MODEL, **change), "pictures")
    with pytest.raises(orgsim.UsageError, match=r"^pictures are of the model"):
        refuse_other_study(replace(MODEL, tallies=()), "pictures")


def test_dask_is_asked_only_where_workers_find_the_model():
    from orgsim.execution.executors.dask import _home_of

    assert _home_of(TOY) == TOY.home
    for other in (replace(TOY, steps=()), replace(TOY, home=""), replace(TOY, home="nowhere:M")):
        with pytest.raises(orgsim.UsageError, match="workers import it from its home"):
            _home_of(other)


BROKEN = {
    "no step": ({"steps": ("aim", "lunch")}, "has no step 'lunch'"),
    "no rules": ({"rules": "nowhere"}, "No module named 'nowhere'"),
    "no begin": ({"rules": "toy_model", "steps": ()}, "has no step 'inputs'"),
    "no source": ({"sources": ("nowhere",)}, "nowhere: no such module"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_model_whose_rules_are_not_there_is_refused_before_anything_is_written(name, tmp_path):
    change, words = BROKEN[name]
    (tmp_path / "toy.toml").write_text("")
    config = orgsim.load_config(tmp_path / "toy.toml", model=replace(TOY, **change))
    for act in (orgsim.simulate, partial(orgsim.run, out=tmp_path / "here")):
        with pytest.raises(orgsim.UsageError, match=f"^model toy 1: .*{re.escape(words)}"):
            act(config)
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("given", ["toy", None, TOY.home])
def test_what_is_no_model_is_refused_in_words(given, tmp_path):
    (tmp_path / "toy.toml").write_text("")
    with pytest.raises(orgsim.UsageError, match=r"is no model; give an orgsim\.spec\.Model"):
        orgsim.load_config(tmp_path / "toy.toml", model=given)
    orgsim.run(tmp_path / "toy.toml", {"simulation.firms": 20}, model=TOY, out=tmp_path / "here")
    for look in (orgsim.open, orgsim.status, orgsim.verify, orgsim.resume, orgsim.merge):
        with pytest.raises(orgsim.UsageError, match="is no model"):
            look(tmp_path / "here", model=given)


def test_shares_of_other_scenarios_are_no_reference(tmp_path):
    (tmp_path / "toy.toml").write_text("")
    sample = orgsim.simulate(tmp_path / "toy.toml", firms=20, model=TOY)
    with pytest.raises(orgsim.ConfigError, match=r"article: is a split over cemo, .* low"):
        sample.compare("article")
    assert sample.compare({"low": 0.1, "fair": 0.2, "good": 0.3, "high": 0.4}).as_dict()
