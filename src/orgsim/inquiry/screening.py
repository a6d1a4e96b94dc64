"""Stage one of a sensitivity analysis: which parameters move anything, by elementary effects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.elementary_effects import effects, morris_summary
from orgsim.config.sensitivity import Question
from orgsim.design.morris import morris_trajectories
from orgsim.design.samplers import columns_at, unit_of
from orgsim.execution.executors.base import Executor
from orgsim.execution.progress import Progress
from orgsim.inquiry.reading import Readings
from orgsim.inquiry.simulating import Laid, simulated
from orgsim.results.sensitivity import Screening

if TYPE_CHECKING:
    from orgsim.config import Config


def screen(
    config: Config,
    question: Question,
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    overwrite: bool,
) -> Screening:
    """Move every parameter once on every trajectory, with the same draws at all points.

    Common draws put what does not matter at exactly 0; with draws of its own each point would
    differ by chance alone.
    """
    table, dimensions = question.table, question.dimensions
    laid = screening_points(question)
    trajectories, width = table.trajectories, len(dimensions)
    length = width + 1
    readings, digests = simulated(
        config,
        laid,
        question.outputs,
        directory,
        executor,
        progress,
        overwrite=overwrite,
    )
    realised = np.stack([unit_of(d, laid.columns[d.path]) for d in dimensions], axis=1)
    found = [readings.known(asked) for asked in question.outputs]
    values = np.stack([known.value for known in found], axis=1)
    points = realised.reshape(trajectories, length, width)
    summary = morris_summary(
        effects(points, values.reshape(trajectories, length, -1)), seed=question.seed
    )
    return Screening.of(
        question.outputs,
        dimensions,
        summary,
        spread=np.array([_deviation(column) for column in values.T]),
        lacking=np.isnan(values).sum(axis=0),
        moved=_moved(readings, points),
        trajectories=trajectories,
        points=trajectories * length,
        firms=table.screening_firms,
        digests=digests,
    )


def screening_points(question: Question) -> Laid:
    """Return the points of a screening: trajectory after trajectory."""
    table, dimensions = question.table, question.dimensions
    unit = morris_trajectories(len(dimensions), table.trajectories, seed=question.seed)
    return Laid(
        name="screening",
        columns=columns_at(dimensions, unit.reshape(-1, len(dimensions))),
        firms=table.screening_firms,
        seed=question.seed,
        has_common_draws=True,
        keeps_quarters=True,
    )


def _deviation(values: NDArray[np.float64]) -> float:
    """Return the standard deviation of those that there are."""
    there = values[np.isfinite(values)]
    return float(there.std()) if there.size else 0.0


def _moved(readings: Readings, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return in which part of its steps each parameter moved anything: (dimensions,).

    That is read from all aggregates by quarter, counts of firms, means and quantiles of what
    describes them. They come of sums of whole numbers, and are equal to the last bit where no firm
    differs.
    """
    trajectories, length, width = points.shape
    run = readings.runs[max(readings.runs)]
    table = run.dataset("quarters").to_table()
    differs = np.zeros((trajectories, length - 1), dtype=np.bool_)
    for name in table.column_names:
        column = table.column(name)
        if name in ("point", "quarter", "calendar"):
            continue
        rows = column.to_numpy().reshape(trajectories, length, -1)
        differs |= (rows[:, 1:] != rows[:, :-1]).any(axis=2)
    stepped = np.diff(points, axis=1) != 0.0
    made = stepped.sum(axis=(0, 1))
    hit = (stepped & differs[..., None]).sum(axis=(0, 1))
    return np.divide(hit, made, out=np.full(width, np.nan), where=made > 0)
