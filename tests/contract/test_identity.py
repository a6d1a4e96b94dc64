"""One digest, however the firms are computed."""

from __future__ import annotations

import itertools
import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from orgsim import columns
from orgsim.engine import make_inputs, simulate
from populations import digest_of_chunk, settings

FIRMS = 300


@pytest.fixture(scope="module")
def inputs():
    return make_inputs(settings(simulation__quarters=24))


@pytest.fixture(scope="module")
def reference(inputs):
    return simulate(inputs, 0, FIRMS, threads=1, lanes=128)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("lanes", [64, 128])
def test_threads_and_blocks_change_nothing(inputs, reference, threads, lanes):
    assert digest_of_chunk(
        simulate(inputs, 0, FIRMS, threads=threads, lanes=lanes)
    ) == digest_of_chunk(reference)


@pytest.mark.parametrize("cuts", [[1], [64], [17, 101, 102, 299]])
def test_any_split_of_the_firms_adds_up(inputs, reference, cuts):
    edges = [0, *cuts, FIRMS]
    chunks = [simulate(inputs, a, b, threads=2) for a, b in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate([c.record for c in chunks], axis=1), reference.record)
    for name in ("sums", "histogram", "counts"):
        assert np.array_equal(sum(getattr(c, name) for c in chunks), getattr(reference, name))


def test_more_firms_leave_the_first_as_they_were(inputs, reference):
    more = simulate(inputs, 0, FIRMS + 77, threads=2)
    assert np.array_equal(more.record[:, :FIRMS], reference.record)


def test_a_firm_can_be_simulated_alone(inputs, reference):
    alone = simulate(inputs, 211, 212, threads=1)
    assert np.array_equal(alone.record[:, 0], reference.record[:, 211])


def test_more_quarters_leave_the_first_as_they_were(reference):
    longer = simulate(make_inputs(settings(simulation__quarters=31)), 0, FIRMS, threads=2)
    for name in ("sums", "histogram", "counts"):
        assert np.array_equal(getattr(longer, name)[:24], getattr(reference, name))


def test_the_last_quarter_of_the_aggregates_is_the_record(reference):
    for j, name in enumerate(columns.SERIES):
        values = reference.record[columns.RECORD.index(name)]
        assert reference.sums[-1, j] == np.floor(values * 2.0**24 + 0.5).sum()


def test_seed_and_point_are_part_of_the_key(reference):
    other_seed = make_inputs(settings(simulation__quarters=24, simulation__seed=1))
    other_point = make_inputs(settings(simulation__quarters=24), point=1)
    assert digest_of_chunk(simulate(other_seed, 0, FIRMS, threads=2)) != digest_of_chunk(reference)
    assert digest_of_chunk(simulate(other_point, 0, FIRMS, threads=2)) != digest_of_chunk(reference)


# What a process computes under one CPU target: the digest, the widest vector
# registers of its code, and, as a control, a sum that may be reassociated.
COMPUTING = """
import json, re, sys
import numba, numpy as np
sys.path[:0] = ["tests", "tests/contract"]
from populations import digest_of_chunk, settings
from test_identity import FIRMS
from orgsim.engine import make_inputs, simulate
from orgsim.engine.kernel import simulate_firms

@numba.njit(fastmath=True)
def careless(x):
    total = 0.0
    for i in range(x.size):
        total += x[i] * x[i]
    return total

chunk = simulate(make_inputs(settings(simulation__quarters=24)), 0, FIRMS, threads=2)
control = careless(1.0 / np.arange(1.0, 100_000.0))
text = "".join(simulate_firms.inspect_asm().values())
widest = max(re.findall(r"%([xyz])mm", text))
print(json.dumps({"digest": digest_of_chunk(chunk), "widest": widest, "control": control.hex()}))
"""

TARGETS = {
    "generic": {
        "NUMBA_CPU_NAME": "x86-64",
        "NUMBA_CPU_FEATURES": "",
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL "
        "AVX512_ICL AVX512_SPR AVX2 FMA3",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2_Usable,-AVX2,-FMA_Usable,-FMA",
    },
    "v3": {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""},
    "native": {},
}


def compute(target, cache):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    environment = inherited | TARGETS[target] | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMPUTING],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.xdist_group("cpu targets")
def test_cpu_targets_give_one_digest(tmp_path, reference):
    """Generic x86-64, x86-64-v3 and this very processor; each compiled afresh.

    That the targets really differ is seen in the registers that their code uses,
    and in a control loop whose sum changes when compiled carelessly.
    """
    if platform.machine() != "x86_64":
        pytest.skip("the promise of equal digests is for x86-64")
    with open("/proc/cpuinfo") as file:
        flags = set(file.read().split("flags", 1)[1].splitlines()[0].split())
    # The v3 code cannot run on a processor without AVX2.
    targets = [name for name in TARGETS if name != "v3" or "avx2" in flags]
    results = {name: compute(name, tmp_path) for name in targets}
    assert {r["digest"] for r in results.values()} == {digest_of_chunk(reference)}
    assert results["generic"]["widest"] == "x"
    if "v3" in results:
        assert results["v3"]["widest"] == "y"
        assert results["v3"]["control"] != results["generic"]["control"]
