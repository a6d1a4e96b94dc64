"""What a config would simulate: rows, bytes, memory, time."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from orgsim.columns import FIRMS, SERIES
from orgsim.config import Cluster, Config
from orgsim.design import Design
from orgsim.experiment import Experiment
from orgsim.printable import one_line
from orgsim.text import bare_given, counted, duration, size, typed_percent

NANOSECONDS = 16.0
"""One agent-quarter of the default model on one core, written, as measured on a server of 2023."""

_BYTES = {"float32": 4, "float64": 8, "int16": 2, "int32": 4, "int64": 8, "bool": 1, "word": 1}
_FIRM_ON_DISK = 92.0
_QUARTER_ON_DISK = 520.0
"""Bytes of a row, compressed, as measured; random numbers hardly compress."""

_BASE_MEMORY = 250e6


@dataclass(frozen=True)
class Forecast:
    """Sizes to expect: counts, bytes and seconds, the last two by rule of thumb.

    With a precision asked for, ``firms`` and all that follows from it are for points with the
    target's split, and ``most_firms`` is the cap over all points.
    """

    points: int
    firms: int
    most_firms: int
    quarters: int
    staff: int
    rows: int
    parts: int
    disk_bytes: float
    memory_bytes: float
    core_seconds: float
    seconds: float

    @property
    def agent_quarters(self) -> int:
        """People times quarters times firms."""
        return self.firms * self.quarters * self.staff


def forecast(config: Config, threads: int) -> Forecast:
    """Estimate what a run needs.

    Parameters
    ----------
    threads : int
        Cores that work at a time.
    """
    from orgsim.engine.runner import TASK_WORK, default_lanes
    from orgsim.store import Layout, part_firms
    from orgsim.work import ROWS_AHEAD

    experiment = Experiment(config, Path())
    points, each = len(experiment.points), experiment.expected_firms()
    firms = points * each
    most = points * experiment.extent["firms"]
    largest = experiment.most_work()
    layout = Layout(
        points=points,
        firms=experiment.extent["firms"],
        part_firms=part_firms(points, each, largest),
        expected=each,
        adaptive=config.precision is not None,
    )
    staff = round(_mean_staff(experiment))
    encounters = config.settings["cooperation.encounters"]
    effort = 0.5 + 0.5 * encounters / 6.0
    firm_rows = firms if config.output.firms else 0
    quarter_rows = points * config.quarters if config.output.quarters else 0

    row = sum(_BYTES.get(column.type, 2) for column in FIRMS)
    people = largest // config.quarters
    blocks = 2 * threads + 4
    aggregates = 8.0 * config.quarters * len(SERIES) * 1024 * blocks
    waiting = min(firms, 2 * ROWS_AHEAD) * 2 * row
    swept = 16.0 * points * len(experiment.points.columns)
    state = threads * default_lanes(people) * (64.0 * people + 1_000.0)
    bins = 2.0 * len(SERIES) * threads * min(TASK_WORK / people, firms * config.quarters)
    core_seconds = firms * config.quarters * staff * effort * NANOSECONDS * 1e-9
    return Forecast(
        points=points,
        firms=firms,
        most_firms=most,
        quarters=config.quarters,
        staff=staff,
        rows=firm_rows + quarter_rows + 4 * points,
        parts=len(layout),
        disk_bytes=firm_rows * _FIRM_ON_DISK + quarter_rows * _QUARTER_ON_DISK + 200.0 * points,
        memory_bytes=_BASE_MEMORY + aggregates + waiting + swept + state + bins,
        core_seconds=core_seconds,
        seconds=core_seconds / threads,
    )


def _mean_staff(experiment: Experiment) -> float:
    """Return the staff of a firm, on average over the points."""
    total = 0.0
    for path in ("firm.marketing_staff", "firm.it_staff"):
        swept = experiment.points.columns.get(path)
        total += experiment.config.settings[path] if swept is None else float(swept.mean())
    return total


def forecast_lines(config: Config, expected: Forecast, threads: int) -> list[tuple[str, str]]:
    """Return the forecast as names and texts."""
    lines = [("title", one_line(config.title))]
    if config.sweep is not None:
        kinds = f"{config.sweep.design.kind} over {len(config.sweep.design.dimensions)} parameters"
        lines.append(("points", f"{expected.points:,} ({kinds})"))
        lines += _balance_lines(config.sweep.design)
    lines += _firms_lines(config, expected)
    lines += [
        ("quarters", f"{expected.quarters:,}"),
        ("staff a firm", f"{expected.staff:,}"),
        ("agent-quarters", f"{expected.agent_quarters:.3g}"),
    ]
    if config.sectors:
        mix = ", ".join(f"{s.name} {typed_percent(s.share)}" for s in config.sectors)
        lines.append(("sectors", mix))
    cluster = config.cluster
    cores = cluster.jobs * cluster.cores
    return [
        *lines,
        ("rows written", f"{expected.rows:,}, in {expected.parts:,} parts"),
        ("on the disk", f"at most about {size(expected.disk_bytes)}"),
        ("memory", f"about {size(expected.memory_bytes)}"),
        ("time", f"about {duration(expected.seconds)} on {threads} cores"),
        (
            "on a cluster",
            f"about {duration(expected.core_seconds / cores)} in {cluster.jobs} jobs of "
            f"{cluster.cores} cores ([cluster])",
        ),
        *_shell_lines(cluster),
    ]


def _balance_lines(design: Design) -> list[tuple[str, str]]:
    """Return a hint where a Sobol sequence is cut off between powers of two."""
    points = design.points
    if design.kind != "sobol" or not points & (points - 1):
        return []
    below = 1 << (points.bit_length() - 1)
    text = f"Sobol points are balanced at powers of two: {below:,} or {2 * below:,} points"
    return [("", text)]


def _shell_lines(cluster: Cluster) -> list[tuple[str, str]]:
    """Say what of a config is run or told to a queue as it stands: nobody need find it by himself.

    Each is one line of printable characters.
    """
    words = [*cluster.prologue, *([shlex.join(cluster.command)] if cluster.command else [])]
    lines = [("jobs run", word) for word in words]
    return lines + [("jobs ask for", directive) for directive in cluster.directives]


def _firms_lines(config: Config, expected: Forecast) -> list[tuple[str, str]]:
    each = expected.firms // expected.points
    if config.precision is None:
        text = (
            f"{each:,}" if expected.points == 1 else f"{each:,} a point, {expected.firms:,} in all"
        )
        return [("firms", text)]
    from orgsim.analysis.precision import looks

    planned = ", ".join(f"{n:,}" for n in looks(config.precision))
    half = bare_given(config.precision.half_width, 6)
    return [
        ("precision", f"every share within {half} points either way (simultaneous 95 %)"),
        ("looks at", f"{planned} firms"),
        ("firms", f"about {each:,} a point at the target's split, {expected.firms:,} in all"),
        ("at most", counted(expected.most_firms, "firm")),
    ]
