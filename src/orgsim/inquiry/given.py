"""What the points of a finished sweep say: which of its parameters moved the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.named_outputs import Known
from orgsim.analysis.sensitivity.binned_indices import BinnedIndices, binned_indices
from orgsim.analysis.sensitivity.given_data import Statistic, refuse_design
from orgsim.analysis.sensitivity.pawn import pawn
from orgsim.analysis.sensitivity.rank_indices import RankIndices, rank_indices
from orgsim.analysis.sensitivity.regional import regional
from orgsim.config.sensitivity import asked_outputs
from orgsim.config.swept_value import split_path
from orgsim.errors import UsageError
from orgsim.inquiry.keeping import keep
from orgsim.inquiry.reading import Readings
from orgsim.printable import listed, shell_word
from orgsim.results.sensitivity import FACTS, Asked, GivenData, Moved, Sensitivity
from orgsim.spec import SIMULATION
from orgsim.store.names import MANIFEST_FILE
from orgsim.store.stored_config import stored_config

if TYPE_CHECKING:
    from orgsim.analysis.reference import Reference
    from orgsim.store.run_tables import RunTables

_INDEPENDENT = ("latin_hypercube", "table")
"""Designs whose points can be taken for independent: of a table its owner knows."""


def ask_sweep(
    run: RunTables,
    outputs: Sequence[str],
    reference: Reference,
    tolerance: float,
    directory: Path | None,
) -> Sensitivity:
    """Return what a finished sweep says, and write it if there is a place for it.

    Parameters
    ----------
    run : RunTables
    outputs : sequence of str
        Named outputs; empty: the usual ones.
    reference, tolerance : Reference, float
        Points are told apart by whether all their shares are so near to it.
    directory : Path or None

    Raises
    ------
    UsageError
        If it is no finished sweep, its parameters are no numbers, there are too few points or too
        many parameters, or an output was not kept.
    """
    if (run.directory.parent / FACTS).exists():
        raise UsageError(
            f"{run.directory}: is part of an analysis, whose points were laid for it and are not "
            f"independent; ask the whole: orgsim sensitivity {shell_word(run.directory.parent)}"
        )
    if directory is not None and (directory / MANIFEST_FILE).exists():
        raise UsageError(f"{directory}: is a run's; name another directory with --out DIR")
    if not run.meta.is_sweep:
        raise UsageError(f"{run.directory}: is no sweep; ask its config: orgsim sensitivity CONFIG")
    config = stored_config(run.directory, run.meta, run.model)
    assert config.sweep is not None
    horizon = int(config.settings[f"{SIMULATION}.quarters"])
    asked = tuple(asked_outputs(config, outputs, str(run.directory)))
    x = _numbers(run)
    kind = config.sweep.design.kind
    _refuse(run, kind, *x.shape)
    if kind == "table":
        _refuse_repeated(run, x)
    readings = Readings({horizon: run}, horizon)
    known = [readings.known(each) for each in asked]
    # Of common draws the noise is shared: nothing is known to be subtracted.
    is_noise_known = not config.sweep.common_random_numbers
    seed = config.sweep.design.seed
    near = (np.abs(_shares(run) - np.array(reference.shares)) <= tolerance).all(axis=1)
    found = GivenData.of(
        asked,
        run.swept,
        # Each by itself: points where one output does not exist count for the others.
        first=[_first(x, each, kind, seed, is_noise_known=is_noise_known) for each in known],
        distances=[pawn(x, each.value[:, None], seed=seed) for each in known],
        near=regional(x, near[:, None], seed=seed),
        design=kind,
        points=len(x),
        reference=reference.name,
        tolerance=tolerance,
        has_common_draws=config.sweep.common_random_numbers,
        digests={run.directory.name: str(run.digest)},
    )
    answer = Sensitivity(
        title=run.meta.title,
        model=run.model.label,
        source=run.meta.identity.source,
        plan=run.meta.plan_hash,
        quarters=horizon,
        seed=seed,
        outputs=tuple(Asked(a.name, a.title, a.unit, a.meaning) for a in asked),
        parameters=tuple(
            _moved(run, path, column) for path, column in zip(run.swept, x.T, strict=True)
        ),
        left_out={},
        limited={},
        table={},
        given=found,
        directory=directory,
    )
    return answer if directory is None else keep(answer)


def _first(
    x: NDArray[np.float64], known: Known, kind: str, seed: int, *, is_noise_known: bool
) -> RankIndices | BinnedIndices:
    """Return the first-order indices of one output."""
    y, noise = known.value[:, None], known.variance[:, None] if is_noise_known else None
    estimate = rank_indices if kind in _INDEPENDENT else binned_indices
    return estimate(x, y, noise=noise, seed=seed)


def _numbers(run: RunTables) -> NDArray[np.float64]:
    """Return the swept values: (points, parameters)."""
    table = run.swept_points()
    words = [path for path in run.swept if table[path].dtype.kind not in "biuf"]
    if words:
        raise UsageError(
            f"{run.directory}: {listed(words)}: of words, and numbers are needed; sweep numbers "
            "alone, or compare points: orgsim compare"
        )
    return table[run.swept].to_numpy(dtype=np.float64)


def _refuse(run: RunTables, kind: str, points: int, dimensions: int) -> None:
    """Refuse a sweep that is too small, or too many-dimensional, for what is asked of it."""
    statistic: Statistic = "rank" if kind in _INDEPENDENT else "binned"
    wrong = refuse_design(kind, points, dimensions, statistic=statistic)
    if wrong:
        raise UsageError(f"{run.directory}: {wrong}")


def _refuse_repeated(run: RunTables, x: NDArray[np.float64]) -> None:
    """Refuse a table whose points share values, as those of many designs do."""
    for path, column in zip(run.swept, x.T, strict=True):
        is_whole = split_path(path, run.model).parameter.kind in ("integer", "switch")
        if not is_whole and 2 * np.unique(column).size < column.size:
            raise UsageError(
                f"{run.directory}: {path} has {np.unique(column).size:,} values at "
                f"{column.size:,} points of a table: points that share values are no independent "
                'ones; sweep design = "latin_hypercube" or "grid"'
            )


def _shares(run: RunTables) -> NDArray[np.float64]:
    kinds = len(run.model.outcomes)
    return run.table("shares").column("share").to_numpy().reshape(-1, kinds)


def _moved(run: RunTables, path: str, column: NDArray[np.float64]) -> Moved:
    parameter = split_path(path, run.model).parameter
    low, high = float(column.min()), float(column.max())
    reason = "as the sweep laid it"
    return Moved(path, parameter.meaning, parameter.unit, low, high, "linear", reason)
