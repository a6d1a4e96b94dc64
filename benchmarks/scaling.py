"""How time and memory grow: threads, staff, quarters, firms, block size; and what writing costs.

Every run is a process of its own, so that its peak memory is its own.
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

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import environment, launched, launches, load, summary
from orgsim.config import preset_path
from orgsim.model import MODEL

_PROGRAM = "from benchmarks.scaling import child; child()"
_COMMAND = "from benchmarks.scaling import command_child; command_child()"

STAFF = (5, 10, 20, 40, 100, 400, 2_000)
QUARTERS = (4, 12, 40, 120, 400)
FITTED = (5, 10, 20, 40, 100)
"""Staff for which a block fits the second-level cache."""
FIRMS = {1_000: 7, 10_000: 7, 100_000: 7, 1_000_000: 3, 10_000_000: 1}
"""Launches of each, for the last two take minutes."""
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
    simulate(inputs, 0, max(256, asked["firms"] // 4), threads=1, lanes=lanes)  # memory is there
    began, used = time.perf_counter(), time.process_time()
    simulate(inputs, 0, asked["firms"], threads=asked["threads"], lanes=lanes)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    print(json.dumps({"seconds": seconds, "cpu_seconds": used, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """Return the most memory that this process has had.

    Not by ``getrusage``, whose figure a process inherits from the one that started it.
    """
    with open("/proc/self/status", encoding="ascii") as file:
        (line,) = (line for line in file if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 2**10


def command_child() -> None:
    """Be ``orgsim``, and write into a file, whose name comes first, how much memory it took."""
    from orgsim.cli import main

    name = sys.argv.pop(1)
    try:
        main()
    finally:
        with open(name, "w", encoding="ascii") as file:
            file.write(f"{peak_mib()}")


def engine(
    settings: Mapping[str, Any], firms: int, *, threads: int = 1, **more: Any
) -> dict[str, float]:
    """Launch the bare engine; return seconds, nanoseconds an agent-quarter and peak memory.

    The nanoseconds are of processor time, the seconds on the wall.
    """
    asked = {"settings": settings, "firms": firms, "threads": threads, **more}
    told = {"ORGSIM_BENCHMARK": json.dumps(asked, default=dict)}
    found = launched(["-c", _PROGRAM], environment(**told))
    agent_quarters = firms * _staff(settings) * settings["simulation.quarters"]
    return {**found, "nanoseconds": found["cpu_seconds"] / agent_quarters * 1e9}


def _staff(settings: Mapping[str, Any]) -> int:
    return int(settings["firm.marketing_staff"] + settings["firm.it_staff"])


def firms_for(settings: Mapping[str, Any], agent_quarters: float) -> int:
    """Return how many firms make so many agent-quarters, whole blocks of them."""
    firms = agent_quarters / (_staff(settings) * settings["simulation.quarters"])
    return max(128, round(firms / 128) * 128)


def threads(settings: Mapping[str, Any], work: float, rounds: int) -> dict[str, Any]:
    """Launch one and two threads in turn; the ratio is taken within each round."""
    firms = firms_for(settings, work)
    before = load()
    pairs = [[engine(settings, firms, threads=n)["seconds"] for n in (1, 2)] for _ in range(rounds)]
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
        told = os.path.join(directory, "peak")
        program = [sys.executable, "-c", _COMMAND, told, "run", PRESET, "--quiet", "--out", out]
        began = time.perf_counter()
        process = subprocess.Popen([*program, "--firms", str(firms), *arguments], env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"orgsim run ended with {process.returncode}")
        with open(os.path.join(out, "manifest.json"), encoding="utf-8") as file:
            inside = json.load(file)["seconds"]
        with open(told, encoding="ascii") as file:
            peak = float(file.read())
        os.unlink(told)
        written = sum(
            os.path.getsize(os.path.join(place, name))
            for place, _, names in os.walk(directory)
            for name in names
        )
    return {
        "firms": firms,
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mib": peak,
        "written_mib": written / 2**20,
        "simulating": inside["simulating"],
        "writing": inside["writing"],
    }


def commands(firms: int, times: int, *arguments: str) -> dict[str, Any]:
    """Run ``orgsim run`` so many times; return medians, and the spread of ``wall``, its seconds."""
    found = [command(firms, *arguments) for _ in range(times)]
    medians = {name: summary([one[name] for one in found])["median"] for name in found[0]}
    return {
        **medians,
        "firms": firms,
        "launches": times,
        "wall": summary([one["seconds"] for one in found]),
    }


def curve(
    cases: Mapping[int, Mapping[str, Any]], work: float, rounds: int, key: str
) -> list[dict[str, Any]]:
    """Launch each case in turn, round by round, each for about as much work.

    A case is of settings, and of other things that :func:`engine` is told.
    """
    found: dict[int, list[dict[str, float]]] = {n: [] for n in cases}
    for case in cases.values():
        engine(**case, firms=128)  # compiles
    for _ in range(rounds):
        for n, case in cases.items():
            found[n].append(engine(**case, firms=firms_for(case["settings"], work)))
    return [
        {
            key: n,
            "nanoseconds": summary([one["nanoseconds"] for one in by_round]),
            "peak_mib": summary([one["peak_mib"] for one in by_round])["median"],
            "by_round": [one["nanoseconds"] for one in by_round],
        }
        for n, by_round in found.items()
    ]


def cost_of_a_firm(staff: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a firm-quarter costs beside its people, and what each person's does.

    By a straight line through the time of a firm-quarter over the staff, by least squares of what
    it misses in percent; one line a round, of the sizes in ``FITTED``.
    """
    points = [p for p in staff if p["staff"] in FITTED]
    sizes = np.array([p["staff"] for p in points], dtype=np.float64)
    lines = [
        line(sizes, sizes * times) for times in zip(*(p["by_round"] for p in points), strict=True)
    ]
    return {
        "sizes": sizes.astype(int).tolist(),
        "firm": summary([firm for firm, _ in lines]),
        "person": summary([person for _, person in lines]),
    }


def line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Return where a straight line begins, and its slope, that misses ``y`` least in percent."""
    (begins, slope), *_ = np.linalg.lstsq(
        np.stack([1.0 / y, x / y], axis=1), np.ones_like(y), rcond=None
    )
    return float(begins), float(slope)


def measure(settings: Mapping[str, Any], *, tiny: bool) -> dict[str, Any]:
    """Return every curve; each is about as much work at every point."""
    work = 2e6 if tiny else 2e7
    rounds = launches(tiny)
    staff = {
        n: {"settings": {**settings, "firm.marketing_staff": (n + 1) // 2, "firm.it_staff": n // 2}}
        for n in (STAFF[:2] if tiny else STAFF)
    }
    quarters = {
        n: {"settings": {**settings, "simulation.quarters": n}}
        for n in (QUARTERS[:2] if tiny else QUARTERS)
    }
    lanes = {n: {"settings": settings, "lanes": n} for n in (() if tiny else LANES)}
    by_staff = curve(staff, work, rounds, "staff")
    return {
        "threads": threads(settings, 10 * work, rounds),
        "staff": by_staff,
        "firm": cost_of_a_firm(by_staff),
        "quarters": curve(quarters, work, rounds, "quarters"),
        "lanes": curve(lanes, work, rounds, "lanes"),
    }


def measure_firms(*, tiny: bool) -> dict[str, Any]:
    """Return what ``orgsim run`` takes for ever more firms."""
    asked = {1_000: launches(tiny)} if tiny else FIRMS
    runs = [{"quarters": 40, **commands(n, times)} for n, times in asked.items()]
    if not tiny:
        short = ("--set", "output.firms=false", "--set", f"simulation.quarters={FEW_QUARTERS}")
        runs.append({"quarters": FEW_QUARTERS, **commands(MOST_FIRMS, 1, *short)})
    return {"runs": runs}
