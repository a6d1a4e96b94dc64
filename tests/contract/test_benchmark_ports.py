"""The ports that orgsim is raced with: their version of the model is frozen, and no other raced."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from orgsim.model import parameters
from orgsim.model.columns import RECORD
from orgsim.model.environment import demand_and_hype
from orgsim.model.parameters import DEPARTMENTS, PARAMETERS, QUANTITIES, defaults
from orgsim.model.state import WINDOW
from orgsim.numerics.record import kernel_parameters

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # where the benchmarks are found

from benchmarks import model_version, race  # noqa: E402 - found only now
from benchmarks.__main__ import main  # noqa: E402 - found only now
from benchmarks.agreement import compare  # noqa: E402 - found only now
from benchmarks.peers import version_1 as frozen  # noqa: E402 - found only now

PEERS = ROOT / "benchmarks" / "peers"
OURS = PEERS / "orgsim_port.py"
THREAT = "resistance.status_threat"


def imported(path):
    """Yield the packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


@pytest.mark.parametrize("path", sorted(PEERS.glob("*.py")), ids=lambda path: path.stem)
def test_only_the_engines_own_port_imports_the_engine(path):
    """Nor does another import the rest of the benchmarks, which import it."""
    forbidden = {"orgsim", "benchmarks"} & set(imported(path))
    assert forbidden == ({"orgsim"} if path == OURS else set())


def test_the_engine_has_what_is_frozen():
    """A change of the model is not followed here: freeze or port anew."""
    assert not model_version.differences(), model_version.ADVICE
    assert frozen.WINDOW == WINDOW, model_version.ADVICE


def test_frozen_quantities_are_the_engines():
    drawn = {q.path: q.by_department for q in QUANTITIES if q.path != "content.effort"}
    assert list(frozen.QUANTITIES.items()) == list(drawn.items()), model_version.ADVICE
    assert not frozen.SETTINGS["mechanisms.content_channel"]  # which alone reads content.effort


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"environment.demand_midpoint": -7.0, "environment.demand_scale": 2.5},
        {"environment.hype_peak": 11.0, "environment.hype_width": 3.0},
    ],
)
def test_frozen_curves_are_the_engines(changed):
    settings = defaults() | changed
    p = kernel_parameters(PARAMETERS, [settings], DEPARTMENTS)[0]
    quarters = settings["simulation.quarters"]
    there = demand_and_hype(p, quarters)
    # The engine rounds to multiples of 2**-24: by half of one at the most.
    for ours, theirs in zip(curves(settings), (there.demand, there.hype), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.51 * 2.0**-24)


def curves(settings):
    symbols = {path.replace(".", "_"): value for path, value in settings.items()}
    return frozen.environment(SimpleNamespace(**symbols))


def with_rows(monkeypatch, change):
    """Let the engine have other parameters."""
    rows = tuple(row for p in parameters.PARAMETERS for row in change(p))
    monkeypatch.setattr(parameters, "PARAMETERS", rows)


OTHER_MODELS = {
    f"{THREAT}: real, 0.7, and was real, 0.6": lambda p: [replace(p, default=0.7)],
    f"{THREAT}: quantity, 0.6, and was real, 0.6": lambda p: [replace(p, kind="quantity")],
    f"{THREAT}: is gone": lambda p: [],
    f"{THREAT}_2: is new": lambda p: [p, replace(p, path=f"{THREAT}_2")],
}


@pytest.mark.parametrize("told", OTHER_MODELS)
def test_there_is_no_race_with_another_model(told, monkeypatch):
    """One message, before anything is installed or started."""
    change = OTHER_MODELS[told]
    with_rows(monkeypatch, lambda p: change(p) if p.path == THREAT else [p])
    monkeypatch.delattr(race, "servers")
    monkeypatch.delattr(race, "python_of")
    done = CliRunner().invoke(main, ["--tiny", "--part", "peers"])
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-4:] == [
        "Error: the ports implement version 1 of the model, the engine another one:",
        f"  {told}",
        model_version.ADVICE,
        "--part measures what is no race.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SCENARIOS", ("cmto", "cemo", "cmo_and_cto", "cmo_vs_cto"), "scenarios: ('cmto', 'cemo'"),
        ("CUT_POINT", 0.6, "cut-point: 0.6, and was 0.5"),
        ("RECORD", tuple(c for c in RECORD if c != "contact"), "contact: is no outcome any more"),
    ],
)
def test_names_and_their_order_are_held_against_the_engine(name, value, told, monkeypatch):
    home = model_version.cut_points if name == "CUT_POINT" else model_version.columns
    monkeypatch.setattr(home, name, value)
    with pytest.raises(model_version.OtherModelError) as caught:
        model_version.require_ported()
    assert told in str(caught.value)


def test_how_many_firms_a_run_has_is_not_of_the_model(monkeypatch):
    changes = {"simulation.firms": 9, "simulation.seed": 1}
    with_rows(monkeypatch, lambda p: [replace(p, default=changes.get(p.path, p.default))])
    model_version.require_ported()


needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")


def serve(settings, directory, requests=(), port="numpy_port"):
    """Ask a port, as the race does."""
    file = directory / "settings.json"
    file.write_text(json.dumps(settings, default=dict))
    return subprocess.run(
        [sys.executable, PEERS / "serve.py", port, file],
        input="".join(json.dumps(request) + "\n" for request in requests),
        cwd=PEERS,
        capture_output=True,
        text=True,
        check=False,
    )


def outcomes_of(port, directory, firms, **changes):
    """Return the outcomes of some firms by a port."""
    request = {"firms": firms, "seed": len(port)}
    done = serve({**frozen.SETTINGS, **changes}, directory, [request], port)
    outcomes = json.loads(done.stdout.splitlines()[1])["outcomes"]
    return {name: np.array(values) for name, values in outcomes.items()}


@pytest.mark.parametrize("port", ["numpy_port", pytest.param("c_port", marks=needs_compiler)])
def test_a_port_runs_on_what_is_frozen(port, tmp_path):
    outcomes = outcomes_of(port, tmp_path, 5)
    assert set(outcomes) == set(frozen.OUTCOMES)
    assert {len(values) for values in outcomes.values()} == {5}


@needs_compiler
def test_plain_c_is_the_model(tmp_path):
    """Its firms agree with NumPy's, and no longer do if people learn a sixth less."""
    theirs = outcomes_of("numpy_port", tmp_path, 4_000)
    ours = outcomes_of("c_port", tmp_path, 4_000)
    less = outcomes_of("c_port", tmp_path, 4_000, **{"cooperation.learning_rate": 0.5})
    assert compare(ours, theirs).agrees
    assert not compare(less, theirs).agrees


@needs_compiler
def test_plain_c_refuses_what_it_cannot_draw(tmp_path):
    choice = {"dist": "choice", "values": [0.2, 0.8], "weights": [1, 1]}
    done = serve({**frozen.SETTINGS, "leadership.commitment": choice}, tmp_path, port="c_port")
    assert done.returncode == 1
    assert "cannot draw a choice" in done.stderr


@pytest.mark.parametrize("change", [{"resistance.new": 1.0}, {THREAT: None}])
def test_a_port_refuses_settings_of_another_version(change, tmp_path):
    settings = {**frozen.SETTINGS, **change}
    kept = {path: value for path, value in settings.items() if value is not None}
    done = serve(kept, tmp_path)
    assert done.returncode == 1
    assert f"the ports cover version 1 of the model, not: {list(change)}" in done.stderr
