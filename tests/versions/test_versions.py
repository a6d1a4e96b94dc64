"""The main jobs with the libraries of this environment: same digests, no command that fails.

Run by make test-versions, with the lowest versions that pyproject.toml allows and the newest.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASELINES = ROOT / "tests" / "regression"
CONFIGS = ROOT / "configs"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("versions")


def python(*words: str, where: Path) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=where,
        # Kernels of this environment's own compiler, and tables of its own scipy.
        env=os.environ
        | {"MPLCONFIGDIR": str(where / "matplotlib"), "NUMBA_CACHE_DIR": str(where / "kernels")},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def orgsim(*words: str, where: Path) -> str:
    return python("-m", "orgsim", *words, where=where)


def test_a_setting_is_simulated(directory):
    orgsim("run", str(CONFIGS / "baseline.toml"), "--firms=20", "--out=setting", where=directory)


def test_a_sweep_is_simulated(directory):
    sweep = str(CONFIGS / "sweep-threat-and-learning.toml")
    few = ("--set=sweep.points=4", "--firms=8", "--out=sweep")
    orgsim("sweep", sweep, *few, where=directory)


@pytest.mark.parametrize("name", ["setting", "sweep"])
@pytest.mark.parametrize("command", ["verify", "report", "plot", "status"])
def test_what_was_simulated_is_read(directory, name, command):
    assert orgsim(command, name, where=directory).strip()


def test_a_firm_is_traced(directory):
    orgsim("trace", "setting", "--firm=0", where=directory)
    assert list(directory.glob("setting/traces/*/timeline.svg"))


def test_the_optional_libraries_can_be_imported_together(directory):
    python("-c", "import distributed, xarray, matplotlib, jinja2", where=directory)


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"),
    reason="equal digests are promised on x86-64 alone",
)
def test_digests_are_those_of_the_pinned_libraries(directory):
    code = "import json, update; print(json.dumps(update.digests()))"
    modules = [str(BASELINES), str(BASELINES.parent)]  # the latter holds oracle and populations
    digests = python("-c", f"import sys; sys.path[:1] = {modules!r}; {code}", where=directory)
    assert json.loads(digests) == json.loads((BASELINES / "digests.json").read_text())
