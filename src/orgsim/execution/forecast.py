"""What a config would take: rows, bytes, memory, time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orgsim.config import Config
from orgsim.engine import chosen_device
from orgsim.execution.experiment import Experiment
from orgsim.execution.parts import ROWS_AHEAD
from orgsim.spec.twin import twin_changes
from orgsim.store import Layout, part_firms

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
    target's split, and ``most_firms`` is the cap over all points. ``lives`` is how often each firm
    is simulated: twice if it has a twin.
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
    lives: int = 1

    @property
    def agent_quarters(self) -> int:
        """People times quarters times firms, and their twins."""
        return self.firms * self.quarters * self.staff * self.lives


def forecast(config: Config, threads: int) -> Forecast:
    """Estimate what a run needs.

    Parameters
    ----------
    threads : int
        Cores that work at a time.

    Raises
    ------
    ConfigError
        If some design point cannot be simulated.
    """
    experiment = Experiment(config, Path())
    points, each = len(experiment.points), experiment.expected_firms()
    firms = points * each
    most = points * experiment.extent.firms
    largest = experiment.most_work()
    layout = Layout(
        points=points,
        firms=experiment.extent.firms,
        part_firms=part_firms(points, each, largest),
        expected=each,
        adaptive=config.precision is not None,
    )
    model = config.model
    staff = round(_mean_agents(experiment))
    effort = model.effort(config.settings)
    lives = 2 if twin_changes(config.settings) else 1
    firm_rows = firms if config.output.firms else 0
    quarter_rows = points * config.quarters if config.output.quarters else 0

    row = sum(_BYTES.get(column.type, 2) for column in model.firms)
    people = largest // config.quarters
    blocks = 2 * threads + 4
    aggregates = 8.0 * config.quarters * len(model.series) * 1024 * blocks
    waiting = min(firms, 2 * ROWS_AHEAD) * 2 * row
    swept = 16.0 * points * len(experiment.points.columns)
    block = chosen_device().block_bytes(people, config.quarters, len(model.series), firms)
    core_seconds = lives * firms * config.quarters * staff * effort * NANOSECONDS * 1e-9
    return Forecast(
        points=points,
        firms=firms,
        most_firms=most,
        quarters=config.quarters,
        staff=staff,
        rows=firm_rows + quarter_rows + len(model.outcomes) * points,
        parts=len(layout),
        disk_bytes=firm_rows * _FIRM_ON_DISK + quarter_rows * _QUARTER_ON_DISK + 200.0 * points,
        memory_bytes=_BASE_MEMORY + aggregates + waiting + swept + threads * block,
        core_seconds=core_seconds,
        seconds=core_seconds / threads,
        lives=lives,
    )


def _mean_agents(experiment: Experiment) -> float:
    """Return the agents of a firm, on average over the points."""
    total = 0.0
    for path in experiment.config.model.agents:
        swept = experiment.points.columns.get(path)
        total += experiment.config.settings[path] if swept is None else float(swept.mean())
    return total
