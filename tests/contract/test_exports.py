"""The public names, and how little importing them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import orgsim


def test_the_public_names_are_these():
    assert orgsim.__all__ == [
        "Config",
        "ConfigError",
        "FileCheck",
        "Forecast",
        "OrgsimError",
        "Run",
        "RunError",
        "Sample",
        "Sensitivity",
        "Setting",
        "Status",
        "UsageError",
        "calibrate",
        "forecast",
        "load_config",
        "merge",
        "open",
        "open_sensitivity",
        "resume",
        "run",
        "sensitivity",
        "shipped_screening",
        "simulate",
        "status",
        "sweep",
        "verify",
    ]
    assert all(getattr(orgsim, name) is not None for name in orgsim.__all__)
    assert orgsim.__version__


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        _ = orgsim.runn


@pytest.mark.parametrize("module", ["orgsim", "orgsim.cli"])
def test_importing_loads_nothing_heavy(module):
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "scipy", "pandas", "pyarrow", "numba", "pydantic", "rich"}
    assert not heavy & set(done.stdout.split())
