"""The digests of small runs, as another machine computed them.

They say nothing about right or wrong, which is the oracle's to judge; they show
that this machine, Python and these libraries compute what others did, and that
nobody changed a rule unawares.
"""

from __future__ import annotations

import importlib.util
import json
import platform
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"),
    reason="equal digests are promised on x86-64 alone",
)
def test_digests_are_those_of_the_named_baseline():
    specification = importlib.util.spec_from_file_location("update", HERE / "update.py")
    update = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(update)
    assert update.digests() == json.loads(update.BASELINE.read_text())
