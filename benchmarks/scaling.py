"""How time and memory grow: threads, staff, quarters, firms, block size; and what writing costs.

Every run is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from benchmarks.machine import environment, load, summary
from orgsim.config import preset_path
from orgsim.model import MODEL

_PROGRAM = "from benchmarks.scaling import child; child()"

STAFF = (5, 10, 20, 40, 100, 400, 2_000)
QUARTERS = (4, 12, 40, 120, 400)
FIRMS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
MOST_FIRMS = 100_000_000
"""So many firms are 20 GB of rows and half an hour: run for a year, without rows of firms."""
FEW_QUARTERS = 4
PRESET = str(preset_path("baseline"))
LANES = (16, 32, 64, 128, 256)


def child() -> None:
    """Simulate in this process what the environment asks for; print seconds and peak memory."""
    asked = json.loads(os.environ["ORGSIM_BENCHMARK"])
    from orgsim.engine import make_inputs, simulate
    from orgsim.engine.cpu.runner import compile_kernel

    inputs = make_inputs(MODEL, asked["settings"])
    compile_kernel(inputs)
    lanes = asked.get("lanes")
    simulate(inputs, 0, 256, threads=1, lanes=lanes)
    times = []
    for _ in range(asked["repeats"]):
        began = time.perf_counter()
        simulate(inputs, 0, asked["firms"], threads=asked["threads"], lanes=lanes)
        times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps({"seconds": times, "peak_mib": peak}))


def engine(
    settings: Mapping[str, Any], firms: int, *, threads: int = 1, repeats: int = 3, **more: Any
) -> dict[str, Any]:
    """Time the bare engine; return nanoseconds an agent-quarter and peak memory."""
    asked = {"settings": settings, "firms": firms, "threads": threads, "repeats": repeats, **more}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env=environment(ORGSIM_BENCHMARK=json.dumps(asked, default=dict)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    staff = settings["firm.marketing_staff"] + settings["firm.it_staff"]
    agent_quarters = firms * staff * settings["simulation.quarters"]
    return {
        "firms": firms,
        "threads": threads,
        "seconds": summary(found["seconds"]),
        "nanoseconds": summary([s / agent_quarters * 1e9 for s in found["seconds"]]),
        "peak_mib": found["peak_mib"],
    }


def firms_for(settings: Mapping[str, Any], agent_quarters: float) -> int:
    """Return how many firms make so many agent-quarters, whole blocks of them."""
    staff = settings["firm.marketing_staff"] + settings["firm.it_staff"]
    firms = agent_quarters / (staff * settings["simulation.quarters"])
    return max(128, round(firms / 128) * 128)


def threads(settings: Mapping[str, Any], work: float, rounds: int) -> dict[str, Any]:
    """Time one and two threads in turn; the ratio is taken within each round."""
    firms = firms_for(settings, work)
    before = load()
    pairs = [
        [engine(settings, firms, threads=n, repeats=1)["seconds"]["median"] for n in (1, 2)]
        for _ in range(rounds)
    ]
    return {
        "firms": firms,
        "load_before": before,
        "free_cores": free_cores(),
        "seconds": [summary([pair[i] for pair in pairs]) for i in range(2)],
        "speedup": summary([one / two for one, two in pairs]),
    }


def free_cores() -> dict[str, float]:
    """Run a bare loop in one process, then in two at once: were both cores really free?

    ``ratio`` is near 1 if the second process cost the first nothing.
    """
    now = "time.perf_counter()"
    loop = f"import time; t = {now}; sum(range(30_000_000)); print({now} - t)"

    def run(count: int) -> float:
        made = [
            subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]
        return max(float(process.communicate()[0]) for process in made)

    alone, together = run(1), run(2)
    return {"alone": alone, "together": together, "ratio": together / alone}


def command(firms: int, *arguments: str) -> dict[str, float]:
    """Run ``orgsim run`` on the default model; return what it took.

    ``simulating`` and ``writing`` are seconds by the run's own manifest.
    """
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "run")
        program = [sys.executable, "-m", "orgsim", "run", PRESET, "--quiet", "--out", out]
        began = time.perf_counter()
        process = subprocess.Popen([*program, "--firms", str(firms), *arguments], env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"orgsim run ended with {process.returncode}")
        with open(os.path.join(out, "manifest.json"), encoding="utf-8") as file:
            inside = json.load(file)["seconds"]
        written = sum(
            os.path.getsize(os.path.join(place, name))
            for place, _, names in os.walk(directory)
            for name in names
        )
    return {
        "firms": firms,
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 2**10,
        "written_mib": written / 2**20,
        "simulating": inside["simulating"],
        "writing": inside["writing"],
    }


def measure(settings: Mapping[str, Any], *, tiny: bool) -> dict[str, Any]:
    """Return every curve; each is about as much work at every point."""
    work = 2e6 if tiny else 5e7
    repeats = 1 if tiny else 3
    result: dict[str, Any] = {"threads": threads(settings, work * 4, 2 if tiny else 7)}
    result["staff"] = []
    for n in STAFF[:2] if tiny else STAFF:
        case = {**settings, "firm.marketing_staff": (n + 1) // 2, "firm.it_staff": n // 2}
        found = engine(case, firms_for(case, work), repeats=repeats)
        result["staff"].append({"staff": n, **found})
    result["quarters"] = []
    for n in QUARTERS[:2] if tiny else QUARTERS:
        case = {**settings, "simulation.quarters": n}
        found = engine(case, firms_for(case, work), repeats=repeats)
        result["quarters"].append({"quarters": n, **found})
    result["lanes"] = []
    for n in () if tiny else LANES:
        found = engine(settings, firms_for(settings, work), repeats=repeats, lanes=n)
        result["lanes"].append({"lanes": n, **found})
    return result


def measure_firms(*, tiny: bool) -> dict[str, Any]:
    """Return what ``orgsim run`` takes for ever more firms."""
    runs = [{"quarters": 40, **command(n)} for n in (FIRMS[:1] if tiny else FIRMS)]
    if not tiny:
        short = ("--set", "output.firms=false", "--set", f"simulation.quarters={FEW_QUARTERS}")
        runs.append({"quarters": FEW_QUARTERS, **command(MOST_FIRMS, *short)})
    return {"runs": runs}
