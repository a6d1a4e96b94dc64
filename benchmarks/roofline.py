"""The yardstick: what the model's random decisions alone would cost, and where the rest goes.

Each figure comes from a process of its own, with a compiler cache of its own,
so that a stage can be left out of the kernel before it is compiled, and a
processor without AVX-512 can be stood in for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.machine import environment, summary

STAGES = {
    "do_joint_tasks": "joint tasks (4)",
    "change_attitudes": "attitudes (3)",
    "replace_staff": "exit and recruits (8)",
    "replace_chiefs": "succession of chiefs (8)",
    "reorganise": "reorganisation (7)",
    "build_capability": "capability, performance (6)",
    "learn_by_doing": "learning by doing (5)",
    "observe_people": "department means (9)",
    "count_quarter": "aggregates of the quarter",
}
"""Rules called once a quarter, by name, and the steps of the model that they are."""

TARGETS: Mapping[str, Mapping[str, str]] = {
    "this processor": {},
    "AVX2 only": {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""},
}

_PROGRAM = "from benchmarks.roofline import child; child()"


def decisions(settings: Mapping[str, Any]) -> int:
    """Count the random decisions of an agent-quarter in section 7 of docs/model.md.

    Each encounter: across or not, the pick of a partner, whether the person
    cooperates, whether the partner does. Besides: the pick of a colleague, and
    whether to leave.
    """
    return 4 * int(settings["cooperation.encounters"]) + 2


def words(settings: Mapping[str, Any]) -> float:
    """Count the 32-bit words that the engine draws for an agent-quarter."""
    encounters = int(settings["cooperation.encounters"])
    return 4.0 * -(-encounters // 2) + 2.0


def child() -> None:
    """Measure in this process what the environment asks for, and print it as JSON."""
    asked = json.loads(os.environ["ORGSIM_BENCHMARK"])
    if asked["what"] == "word":
        print(json.dumps(_word_times(asked["repeats"])))
    else:
        print(json.dumps(_kernel_times(asked)))


def _word_times(repeats: int) -> list[float]:
    """Nanoseconds a word of Philox4x32-10 in a bare loop, its counter changing every time."""
    import numba
    import numpy as np

    from orgsim.random import ENCOUNTER, draw_words

    @numba.njit
    def bare(out, key, number, turns):
        for turn in range(turns):
            draw_words(out, key, number, turn, 1, ENCOUNTER, 0)

    out = np.zeros((4, 128), np.uint32)
    number = np.arange(128, dtype=np.uint32)
    key = (np.uint64(1), np.uint64(0))
    bare(out, key, number, 1)
    times = []
    for _ in range(repeats):
        began = time.process_time()
        bare(out, key, number, 100_000)
        times.append((time.process_time() - began) / 100_000 / out.size * 1e9)
    return times


def _kernel_times(asked: Mapping[str, Any]) -> list[float]:
    """Nanoseconds an agent-quarter, perhaps with a rule replaced by nothing."""
    import orgsim.model
    from orgsim.jit import rule

    @rule
    def nothing(*arguments):
        return None

    without = asked.get("without")
    if without == "count_quarter":
        orgsim.model.observation.count_quarter = nothing
    elif without:
        setattr(orgsim.model, without, nothing)
    from orgsim.engine import compile_kernel, make_plan, simulate

    plan = make_plan(asked["settings"])
    compile_kernel(plan)
    firms = asked["firms"]
    simulate(plan, 0, 1024, threads=1)
    times = []
    for _ in range(asked["repeats"]):
        began = time.process_time()
        simulate(plan, 0, firms, threads=1)
        times.append(time.process_time() - began)
    return [t / (firms * plan.staff * plan.quarters) * 1e9 for t in times]


def run_child(asked: Mapping[str, Any], **variables: str) -> list[float]:
    """Measure in a fresh process with an empty compiler cache."""
    with tempfile.TemporaryDirectory() as cache:
        inherited = {k: v for k, v in environment().items() if not k.startswith("NUMBA_")}
        variables = {"NUMBA_CACHE_DIR": cache, **variables}
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env=inherited | variables | {"ORGSIM_BENCHMARK": json.dumps(asked, default=dict)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    times: list[float] = json.loads(done.stdout.splitlines()[-1])
    return times


def measure(settings: Mapping[str, Any], *, tiny: bool) -> dict[str, Any]:
    """Return the yardstick by target, and what leaving out each stage saves."""
    repeats = 2 if tiny else 5
    kernel = {"what": "kernel", "settings": settings, "firms": 1_024 if tiny else 8_192}
    result: dict[str, Any] = {
        "decisions": decisions(settings),
        "words": words(settings),
        "targets": {},
        "stages": {},
    }
    for title, variables in TARGETS.items():
        word = summary(run_child({"what": "word", "repeats": repeats}, **variables))
        whole = summary(run_child({**kernel, "repeats": repeats}, **variables))
        yardstick = word["median"] * result["decisions"]
        result["targets"][title] = {
            "word": word,
            "whole": whole,
            "yardstick": yardstick,
            "ratio": whole["median"] / yardstick,
        }
    stages: Sequence[str] = ["do_joint_tasks"] if tiny else list(STAGES)
    for name in stages:
        rest = summary(run_child({**kernel, "repeats": repeats, "without": name}))
        saved = result["targets"]["this processor"]["whole"]["median"] - rest["median"]
        result["stages"][name] = {"title": STAGES[name], "saved": saved, "rest": rest}
    return result
