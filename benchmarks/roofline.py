"""The yardstick: what the model's random decisions alone would cost, and where the rest goes.

Each figure comes from a process of its own, with a compiler cache of its own,
so that a stage can be left out of the kernel before it is compiled, and a
processor without AVX-512 can be stood in for.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.machine import environment, summary


class Stage(NamedTuple):
    """What is left out of the kernel together: rules, by module of the model and name.

    Those without a module are what ``model.rules`` makes a quarter of, or the engine adds to it.
    """

    title: str
    rules: tuple[str, ...]


EXITS = Stage("exits and recruits", ("replace_staff",))
STAGES = (
    Stage("random numbers", ("cooperation.draw_picks", "attitudes.draw_picks")),
    Stage("looking up partners and colleagues (gathers)", (
        "cooperation.meet_partner", "attitudes.meet_colleague",
    )),
    Stage("arithmetic of people", (
        "cooperation.begin_joint_tasks", "cooperation.work_together",
        "attitudes.remember_resistance", "attitudes.feel_threat", "attitudes.adjust_resistance",
        "learn_by_doing", "train_staff",
    )),
    Stage("firms and their chiefs", (
        "grow_exposure", "open_doors", "assess_chain_of_command", "train_chiefs",
        "build_capability", "reorganise", "replace_chiefs",
    )),
    Stage("department means, aggregates of the quarter", (
        "observe_people", "observe_contact", "list_series", "add_up_series", "count_firm",
    )),
)  # fmt: skip
"""All of a quarter but exits. They are left out of a kernel without exits: where coins stay 0 for
want of random numbers or attitudes, everybody would leave, and recruits would be all the time."""

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
    """Count the 32-bit words that the engine draws for an agent-quarter.

    Two encounters of two neighbours share the four words of a draw, and so do
    the contacts and exits of four.
    """
    encounters = int(settings["cooperation.encounters"])
    return 2.0 * -(-encounters // 2) + 1.0


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

    from orgsim.model.draws import ENCOUNTER
    from orgsim.numerics.philox import draw_words

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


def _leave_out(rules: Sequence[str]) -> None:
    """Replace rules by one that does nothing, before the kernel is compiled."""
    from orgsim.engine import kernel
    from orgsim.numerics.jit import rule

    @rule
    def nothing(*arguments):
        return None

    for path in rules:
        if path == "add_up_series":
            kernel.adder_of = lambda series: nothing
            continue
        module, _, name = path.rpartition(".")
        home = importlib.import_module(f"orgsim.model.{module or 'rules'}")
        if not hasattr(home, name):
            raise AttributeError(f"{path}: the model has no such rule")
        setattr(home, name, nothing)


def _kernel_times(asked: Mapping[str, Any]) -> list[float]:
    """Nanoseconds an agent-quarter, perhaps with rules replaced by nothing."""
    _leave_out(asked.get("without", ()))
    from orgsim.engine import compile_kernel, make_inputs, simulate
    from orgsim.model import MODEL

    inputs = make_inputs(MODEL, asked["settings"])
    compile_kernel(inputs)
    firms = asked["firms"]
    simulate(inputs, 0, 1024, threads=1)
    times = []
    for _ in range(asked["repeats"]):
        began = time.process_time()
        simulate(inputs, 0, firms, threads=1)
        times.append(time.process_time() - began)
    return [t / (firms * inputs.agents * inputs.quarters) * 1e9 for t in times]


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
    stages = [(EXITS, ()), *((stage, EXITS.rules) for stage in STAGES)]
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
    for stage, base in stages[:2] if tiny else stages:
        # One after the other, for a machine that is shared is faster now and slower then.
        pair = [
            summary(run_child({**kernel, "repeats": repeats, "without": without}))["median"]
            for without in (base, (*base, *stage.rules))
        ]
        result["stages"][stage.title] = pair[0] - pair[1]
    return result
