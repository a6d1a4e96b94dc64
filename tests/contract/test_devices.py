"""Another device computes the same to the bit, chosen by its name and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

import orgsim
import plain_device
from orgsim.engine import chosen_device, make_inputs, simulate
from orgsim.engine.devices import VARIABLE
from orgsim.errors import UsageError
from orgsim.model import MODEL
from populations import digest_of_chunk, settings
from small_runs import contents
from toy_model import TOY

FIRMS = 3
INPUTS = {
    "toy": make_inputs(TOY, {**TOY.defaults, "simulation.quarters": 8}),
    "study": make_inputs(MODEL, settings(simulation__quarters=6)),
}


@pytest.mark.parametrize("model", INPUTS)
def test_a_plain_device_computes_the_same_to_the_bit(model):
    inputs = INPUTS[model]
    plain = plain_device.simulate_block(inputs, 0, FIRMS)
    assert digest_of_chunk(plain) == digest_of_chunk(simulate(inputs, 0, FIRMS, threads=1))


def test_a_device_is_chosen_by_name_for_a_whole_run(tmp_path, monkeypatch):
    config = tmp_path / "config.toml"
    config.write_text("[simulation]\nfirms = 40\nquarters = 6\n")
    compiled = orgsim.run(config, out=tmp_path / "compiled", model=TOY)
    called = []
    monkeypatch.setenv(VARIABLE, "plain_device")
    plainly = plain_device.simulate_block
    monkeypatch.setattr(
        plain_device, "simulate_block", lambda *args: called.append(args) or plainly(*args)
    )
    plain = orgsim.run(config, out=tmp_path / "plain", model=TOY)
    assert called
    assert plain.digest == compiled.digest
    pd.testing.assert_frame_equal(plain.firms(), compiled.firms(), check_exact=True)


def test_the_processor_is_the_device_unless_another_is_named(monkeypatch):
    for named in ("cpu", ""):
        monkeypatch.setenv(VARIABLE, named)
        assert chosen_device().__name__ == "orgsim.engine.cpu.runner"


@pytest.mark.parametrize("name", ["gpu", "json", ".", "os.path"])
def test_a_device_that_is_none_is_refused_before_anything_is_written(tmp_path, name):
    before = contents(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "orgsim", "run", "baseline", "--firms=1", "--out=run"],
        env=os.environ | {VARIABLE: name},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert re.fullmatch(rf"Error: {VARIABLE}: .*'{re.escape(name)}'.*devices: cpu.*\n", done.stderr)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("content", ["1 / 0", "def", "raise OSError('no card')"])
def test_a_device_that_fails_when_it_is_imported_is_told_by_name(content, tmp_path, monkeypatch):
    name = f"card_{abs(hash(content))}"
    (tmp_path / f"{name}.py").write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(VARIABLE, name)
    with pytest.raises(UsageError, match=f"{VARIABLE}: no device '{name}'"):
        chosen_device()


def test_a_device_that_is_none_is_refused_in_python(monkeypatch):
    monkeypatch.setenv(VARIABLE, "gpu")
    with pytest.raises(UsageError, match="no device 'gpu'"):
        chosen_device()
