"""What a sweep keeps of the bare engine's speed, by threads and by Dask.

Rounds of three, in turn, each round a process of its own: the bare engine on all points (plans
made, nothing hashed, summarised or written), ``orgsim sweep`` by as many threads, and by as many
workers of Dask. Starting Python, Dask and the kernel is not part of the times, but listed beside
them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import environment, launched, launches, summary

SWEEPS = {
    "256 points x 2,000 firms": (256, 2_000, ("resistance.status_threat", 0.0, 1.5)),
    "512 points x 1,000 firms": (512, 1_000, ("resistance.status_threat", 0.0, 1.5)),
    "256 points x 2,000 firms, a distribution moved": (
        256,
        2_000,
        ("firm.digital_exposure", 0.4, 0.9),
    ),
}
TINY = {"16 points x 200 firms": (16, 200, ("resistance.status_threat", 0.0, 1.5))}
WORKERS = 2
VARIABLE = "ORGSIM_BENCHMARK"


def _config(directory: Path, points: int, firms: int, swept: tuple[str, float, float]) -> Any:
    from orgsim import load_config

    path, low, high = swept
    file = directory / "sweep.toml"
    file.write_text(
        f'extends = "article-2014"\n[simulation]\nfirms = {firms}\n[sweep]\npoints = {points}\n'
        f'[sweep.parameters]\n"{path}" = {{ low = {low}, high = {high} }}\n'
        '"cooperation.learning_rate" = { low = 0.05, high = 0.6 }\n'
    )
    return load_config(file)


@contextmanager
def _begun(directory: Path, config: Any) -> Iterator[Any]:
    """Give the context of a run that has begun, in a directory of its own."""
    from orgsim.execution.experiment import Experiment

    place = directory / "run"
    experiment = Experiment(config, place)
    with experiment.store.held():
        manifest = experiment.new_manifest()
        experiment.store.begin(manifest, config.settings, experiment.points.columns, config.model)
        context = experiment.context(manifest)
        context.parts.make_folders()
        yield context
    shutil.rmtree(place)


def _bare(context: Any) -> float:
    from orgsim.engine.cpu.runner import simulate_block

    plans = [context.inputs(point) for point in range(context.layout.points)]
    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(lambda plan: simulate_block(plan, 0, context.layout.firms), plans):
            pass
    return time.perf_counter() - began


def _threads(context: Any) -> float:
    from orgsim.execution.parts import do_parts

    began = time.perf_counter()
    for _ in do_parts(context, context.layout.parts(), threads=WORKERS):
        pass
    return time.perf_counter() - began


def _dask(context: Any, client: Any) -> float:
    from orgsim.execution.executors.dask import dask_executor
    from orgsim.execution.progress import Silent

    began = time.perf_counter()
    for _ in dask_executor(client)(context, context.layout.parts(), Silent()):
        pass
    return time.perf_counter() - began


def child() -> None:
    """Take one round of every sweep in this process; print seconds."""
    tiny = json.loads(os.environ[VARIABLE])["tiny"]
    print(json.dumps(_round(TINY if tiny else SWEEPS)))


def _round(sweeps: Mapping[str, tuple[int, int, tuple[str, float, float]]]) -> dict[str, Any]:
    from orgsim.execution.executors.dask import connected
    from orgsim.execution.parts import warm_up

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        config = _config(directory, *next(iter(TINY.values())))
        began = time.perf_counter()
        with connected("local", config.cluster, WORKERS) as client:
            found["dask_start"] = time.perf_counter() - began
            with _begun(directory, config) as context:
                warm_up(context, lambda: None)
                found["dask_first"] = _dask(context, client)
            for title, (points, firms, swept) in sweeps.items():
                config = _config(directory, points, firms, swept)
                with _begun(directory, config) as context:
                    bare = _bare(context)
                    threads = _threads(context)
                with _begun(directory, config) as context:
                    found[title] = (bare, threads, _dask(context, client))
    return found


def measure(*, tiny: bool) -> dict[str, Any]:
    """Return times and ratios for every kind of sweep; a round is a launch."""
    rounds = [_launch(tiny) for _ in range(launches(tiny))]
    found: dict[str, Any] = {
        "workers": WORKERS,
        "dask_start": summary([one["dask_start"] for one in rounds]),
        "dask_first": summary([one["dask_first"] for one in rounds]),
        "sweeps": {},
    }
    for title, (points, firms, _) in (TINY if tiny else SWEEPS).items():
        times = [one[title] for one in rounds]
        found["sweeps"][title] = {
            "firms": points * firms,
            "bare": summary([bare for bare, _, _ in times]),
            "threads": summary([threads for _, threads, _ in times]),
            "dask": summary([dask for _, _, dask in times]),
            "threads_of_bare": summary([bare / threads for bare, threads, _ in times]),
            "dask_of_threads": summary([threads / dask for _, threads, dask in times]),
        }
    return found


def _launch(tiny: bool) -> dict[str, Any]:
    told = {VARIABLE: json.dumps({"tiny": tiny})}
    return launched(["-m", "benchmarks.sweeps"], environment(**told))


if __name__ == "__main__":
    child()
