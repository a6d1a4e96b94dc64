"""A wheel with compiled kernels, installed where nothing can compile: same digests, at once.

Run by make test-wheel, which builds the wheel beforehand.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512vl"}
FEW_LARGE_FIRMS = [
    "--firms=40",
    "--set=simulation.quarters=6",
    "--set=firm.marketing_staff=700",
    "--set=firm.it_staff=700",
]
pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="a wheel has kernels for x86-64 alone"
)


@pytest.fixture(scope="module")
def wheel():
    return max((ROOT / "dist").glob("orgsim-*.whl"), key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """Python of an environment with the wheel and what it needs, but for the compiler."""
    place = tmp_path_factory.mktemp("bare")
    venv.create(place / "venv", with_pip=True)
    python = place / "venv/bin/python"
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    constraint = ["--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, "install", *constraint, wheel], check=True, cwd=place)
    subprocess.run([*pip, "uninstall", "--yes", "numba", "llvmlite"], check=True, cwd=place)
    return python


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A place for kernels that the checkout compiles."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture
def simulated(bare, own, tmp_path):
    """Run a config with a Python, and return its digest; nothing may be said of kernels."""
    nothing_else = {"PATH": "/nonexistent", "HOME": "/nonexistent", "TMPDIR": str(tmp_path)}

    def simulated(*options, python=bare, before=""):
        if python != bare:  # a kernel of its own, not what the wheel was built of
            before = "from orgsim.engine.cpu import native; native.PREBUILT = None"
        code = f"import sys; {before}\nfrom orgsim.cli import main; main()"
        out = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
        done = subprocess.run(
            [python, "-c", code, "run", "baseline", *options, f"--out={out}", "--json"],
            env=nothing_else if python == bare else os.environ | {"NUMBA_CACHE_DIR": str(own)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "kernel" not in done.stderr
        return json.loads(done.stdout)["digest"]

    return simulated


def test_it_has_a_kernel_for_every_level_and_number_of_lanes(wheel):
    with zipfile.ZipFile(wheel) as content:
        kernels = [name for name in content.namelist() if name.endswith(".kernel")]
    assert len(kernels) == len(LEVELS) * 2


@pytest.mark.parametrize("options", [["--firms=300"], FEW_LARGE_FIRMS], ids=["small", "large"])
def test_a_run_has_the_digest_of_a_checkout(simulated, options):
    assert simulated(*options) == simulated(*options, python=sys.executable)


@pytest.mark.parametrize("level", LEVELS)
def test_a_run_has_it_on_every_level(simulated, level):
    with open("/proc/cpuinfo") as file:
        if LEVELS[level] not in file.read():
            pytest.skip(f"this processor cannot run what is made for {level}")
    only = (
        "from orgsim.engine.cpu import native, processor; native.this_processor = lambda: None; "
        f"native.levels = lambda: (processor.level({level!r}),)"
    )
    assert simulated("--firms=300", before=only) == simulated("--firms=300", python=sys.executable)


def test_a_firm_is_traced(bare, simulated, tmp_path):
    simulated("--firms=20")
    (run,) = tmp_path.glob("run-*")
    done = subprocess.run(
        [bare, "-m", "orgsim", "trace", run, "--firm=0"],
        env={"HOME": "/nonexistent", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
