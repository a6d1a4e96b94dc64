"""Stage two of a sensitivity analysis: which part of what varies comes from which parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.blocks import Blocks, split_blocks
from orgsim.analysis.sensitivity.sobol_indices import sobol_indices
from orgsim.config.sensitivity import Question
from orgsim.design import Dimension
from orgsim.design.saltelli import block_names, saltelli_blocks
from orgsim.design.samplers import columns_at
from orgsim.execution.executors.base import Executor
from orgsim.execution.progress import Progress
from orgsim.inquiry.simulating import Laid, simulated
from orgsim.results.sensitivity import DUMMY, Indices

if TYPE_CHECKING:
    from orgsim.config import Config


def indices(
    config: Config,
    question: Question,
    groups: Mapping[str, Sequence[Dimension]],
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    overwrite: bool,
) -> Indices:
    """Estimate Sobol indices of groups of parameters, each point with draws of its own.

    Only then is the noise of a point independent of all others', and can be subtracted.

    Parameters
    ----------
    groups : mapping of name to dimensions
        What is moved as one: mostly one parameter under its path.
    """
    table = question.table
    laid = indices_points(question, groups)
    samples, blocks = table.samples, len(block_names(len(groups), second_order=table.second_order))
    readings, digests = simulated(
        config,
        laid,
        question.outputs,
        directory,
        executor,
        progress,
        overwrite=overwrite,
    )
    found = [readings.known(asked) for asked in question.outputs]

    def by_block(numbers: NDArray[np.float64]) -> Blocks:
        shaped = numbers.reshape(samples, blocks, 1)
        return split_blocks(shaped, len(groups), second_order=table.second_order, dummy=True)

    # Each by itself: where one output does not exist at a point, the others do.
    estimated = [
        sobol_indices(
            by_block(known.value),
            noise=by_block(known.variance),
            summed=len(groups),
            seed=question.seed,
        )
        for known in found
    ]
    return Indices.of(
        question.outputs,
        (*groups, DUMMY),
        estimated,
        mean=np.array([_mean(known.value) for known in found]),
        samples=samples,
        points=samples * blocks,
        firms=table.indices_firms,
        digests=digests,
    )


def _mean(values: NDArray[np.float64]) -> float:
    """Return the mean of those that there are."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if there.size else np.nan


def indices_points(question: Question, groups: Mapping[str, Sequence[Dimension]]) -> Laid:
    """Return the points of indices: sample after sample, each of several blocks."""
    table = question.table
    dimensions = [dimension for group in groups.values() for dimension in group]
    places = iter(range(len(dimensions)))
    unit = saltelli_blocks(
        len(dimensions),
        table.samples,
        seed=question.seed,
        groups=[[next(places) for _ in group] for group in groups.values()],
        second_order=table.second_order,
    )
    return Laid(
        name=f"{'pairs' if table.second_order else 'indices'}-{_mark(groups)}",
        columns=columns_at(dimensions, unit.reshape(-1, len(dimensions))),
        firms=table.indices_firms,
        seed=question.seed,
        has_common_draws=False,
    )


def _mark(groups: Mapping[str, Sequence[Dimension]]) -> str:
    """Return what tells the runs of these groups from those of others, in the same directory."""
    told = {name: [astuple(dimension) for dimension in group] for name, group in groups.items()}
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]


def chosen_groups(question: Question, ranked: Sequence[str]) -> dict[str, list[Dimension]]:
    """Return what indices are asked of: the config's groups, then the first parameters by rank."""
    by_path = {dimension.path: dimension for dimension in question.dimensions}
    groups = question.table.groups
    found = {name: [by_path[path] for path in paths] for name, paths in groups.items()}
    taken = {path for paths in groups.values() for path in paths}
    for path in ranked:
        if path not in taken and len(found) < question.table.top:
            found[path] = [by_path[path]]
    return found
