"""The rules as plain Python: the same numbers without the compiler, and no line untried."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from oracle.cases import CASES, SECTORS
from orgsim.engine import make_inputs, simulate
from orgsim.model import MODEL
from populations import digest_of_chunk, settings

TINY = {
    "firm.marketing_staff": 2,
    "firm.it_staff": 2,
    "cooperation.encounters": 6,
    "simulation.quarters": 14,
}
FIRMS = 6
DECLARING = re.compile(r"/(columns|joint_rules|outputs|tallies|parameters/\w+)\.py$")
"""Files of the model without a rule."""

INTERPRETING = """
import json, sys
sys.path[:0] = ["tests", "tests/contract"]
from orgsim.model.parameters import defaults
from orgsim.model.tables import build_tables
from test_interpreted import FIRMS, digests, sum_over_staff
build_tables(defaults())  # which the engine, that knows schedules, does not call
print(json.dumps([digests(lanes=FIRMS), type(sum_over_staff()).__name__]))
"""


def digests(lanes=None):
    """Digest of every case of the oracle's tests, with tiny departments and few quarters.

    Without a compiler, lanes that hold no firm of their own would only take time.
    """
    result = {}
    for name, case in CASES.items():
        tiny = settings() | case
        for path, most in TINY.items():
            tiny[path] = min(tiny[path], most)
        inputs = make_inputs(MODEL, tiny, SECTORS.get(name, []))
        result[name] = digest_of_chunk(simulate(inputs, 0, FIRMS, threads=1, lanes=lanes))
        assert set(inputs.shared) == {column.name for column in MODEL.shared}
    return result


def sum_over_staff():
    """Expected resistance of a block of firms, a sum of singles that is to be one of doubles."""
    from orgsim.model.reorganisation import expected_resistance
    from orgsim.model.state import CEMO_STRUCTURE, allocate

    staff, _, firms, *_ = allocate(4, 16)
    p = make_inputs(MODEL, settings(firm__marketing_staff=2, firm__it_staff=2)).given.p[0]
    return expected_resistance(staff, firms, 0, CEMO_STRUCTURE, p)


def test_interpreted_rules_agree_with_compiled_ones_and_are_all_reached(tmp_path):
    """Runs the engine with ``NUMBA_DISABLE_JIT=1`` under coverage."""
    program = tmp_path / "program.py"
    program.write_text(INTERPRETING)
    report = tmp_path / "coverage.json"
    data = tmp_path / ".coverage"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": str(data)}
    coverage = [sys.executable, "-m", "coverage"]
    # Without the project's settings, which measure the whole package, and branches.
    bare = [f"--rcfile={os.devnull}", "--source=orgsim.model"]
    run = subprocess.run(
        [*coverage, "run", *bare, str(program)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found, kind = json.loads(run.stdout.splitlines()[-1])
    assert found == digests()
    assert kind == "float64"

    subprocess.run([*coverage, "json", "-q", "-o", str(report)], env=environment, check=True)
    files = json.loads(report.read_text())["files"]
    missing = {
        name: summary["missing_lines"]
        for name, summary in files.items()
        if "/model/" in name and not DECLARING.search(name) and summary["missing_lines"]
    }
    assert len([name for name in files if "/model/" in name]) >= 14
    assert not missing
