"""One digest, whatever processor computes; what else leaves it is in test_conformance."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import pytest

from orgsim.engine import make_inputs, simulate
from orgsim.model import MODEL
from populations import digest_of_chunk, settings

FIRMS = 300


@pytest.fixture(scope="module")
def inputs():
    return make_inputs(MODEL, settings(simulation__quarters=24))


@pytest.fixture(scope="module")
def reference(inputs):
    return simulate(inputs, 0, FIRMS, threads=1, lanes=128)


# What a process computes under one CPU target: the digest, the widest vector
# registers of its code, and, as a control, a sum that may be reassociated.
COMPUTING = """
import json, re, sys
import numba, numpy as np
sys.path[:0] = ["tests", "tests/contract"]
from populations import digest_of_chunk, settings
from test_identity import FIRMS
from orgsim.engine import make_inputs, simulate
from orgsim.engine.cpu import ahead, native
from orgsim.engine.cpu.kernel import kernel_of
from orgsim.model import MODEL

@numba.njit(fastmath=True)
def careless(x):
    total = 0.0
    for i in range(x.size):
        total += x[i] * x[i]
    return total

class Library(ahead._Library):
    def emit_native_object(self):
        texts.append(self.get_asm_str())
        return super().emit_native_object()

kernel, texts, ahead._Library = kernel_of(MODEL), [], Library
if in_process := "--in-process" in sys.argv:
    native.is_runnable = lambda: False
chunk = simulate(make_inputs(MODEL, settings(simulation__quarters=24)), 0, FIRMS, threads=2)
control = careless(1.0 / np.arange(1.0, 100_000.0))
texts += kernel._by_numba.dispatcher.inspect_asm().values() if in_process else []
widest = max(re.findall(r"%([xyz])mm", "".join(texts)))
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
}


def compute(target, cache, *options):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    environment = inherited | TARGETS[target] | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMPUTING, *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.xdist_group("cpu targets")
def test_cpu_targets_give_one_digest(tmp_path, reference):
    """Generic x86-64 and x86-64-v3, each compiled afresh, and this very processor.

    The first as numba compiles just in time, the others as images that are kept.

    That the targets really differ is seen in the registers that their code uses,
    and in a control loop whose sum changes when compiled carelessly.
    """
    if platform.machine() != "x86_64":
        pytest.skip("the promise of equal digests is for x86-64")
    with open("/proc/cpuinfo") as file:
        flags = set(file.read().split("flags", 1)[1].splitlines()[0].split())
    # The v3 code cannot run on a processor without AVX2.
    targets = [name for name in TARGETS if name != "v3" or "avx2" in flags]
    options = {"generic": ["--in-process"], "v3": []}
    results = {name: compute(name, tmp_path, *options[name]) for name in targets}
    assert {r["digest"] for r in results.values()} == {digest_of_chunk(reference)}
    assert results["generic"]["widest"] == "x"
    if "v3" in results:
        assert results["v3"]["widest"] == "y"
        assert results["v3"]["control"] != results["generic"]["control"]
