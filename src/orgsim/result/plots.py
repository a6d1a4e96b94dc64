"""Pictures of a run on the disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.columns import SCENARIOS
from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.parameters import BY_PATH
from orgsim.result.run import Run, open_run
from orgsim.store.files import explained, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from orgsim.figures.sweep import SweepShares

FIGURES = "figures"
"""Folder of a run directory that pictures go into."""


def _label(path: str) -> str:
    """Return what to write at a parameter's axis: its name, and the unit if it has one."""
    parameter = BY_PATH.get(path) or BY_PATH.get(path.rpartition(".")[0])
    if parameter is None:
        return path
    department = path.removeprefix(parameter.path).lstrip(".")
    name = parameter.name.replace("_", " ")
    in_department = {"it": " in IT", "marketing": " in marketing"}.get(department, "")
    unit = "" if parameter.unit == "-" else f" ({parameter.unit})"
    return f"{name}{in_department}{unit}"


def _scales(plan: dict[str, Any]) -> dict[str, str]:
    scales = {}
    for path, dimension in plan["parameters"].items():
        parameter = BY_PATH.get(path) or BY_PATH.get(path.rpartition(".")[0])
        is_word = parameter is None or parameter.kind in ("switch", "choice")
        scales[path] = "category" if is_word else dimension.get("scale", "linear")
    return scales


def sweep_shares(run: Run) -> SweepShares:
    """Return the shares of a finished sweep, ready to draw.

    Raises
    ------
    UsageError
        If the run is not finished, or no sweep.
    """
    from orgsim.figures.sweep import SweepShares

    if not run.swept:
        raise UsageError(
            f"{run.directory}: is a run of one setting, and pictures show sweeps so far"
        )
    shares = run.table("shares")
    columns = {
        name: shares.column(name).to_numpy().reshape(-1, len(SCENARIOS))
        for name in ("share", "low", "high", "firms")
    }
    points = run.points()
    return SweepShares(
        title=run.manifest["title"],
        parameters={path: points[path].to_numpy() for path in run.swept},
        scales=_scales(run.manifest["identity"]["plan"]["sweep"]),
        labels={path: _label(path) for path in run.swept},
        share=columns["share"],
        low=columns["low"],
        high=columns["high"],
        firms=columns["firms"][:, 0].astype(np.int64),
        reference=run.manifest["target"]["shares"],
        reference_name=run.reference_name(),
    )


def _figures(run: Run) -> dict[str, Callable[[], Figure]]:
    try:
        import matplotlib
    except ImportError:
        raise UsageError("matplotlib is not installed: pip install 'orgsim[plot]'") from None
    from orgsim.figures.sweep import figures_of

    del matplotlib
    return figures_of(sweep_shares(run))


def figure_names(directory: str | PathLike[str]) -> list[str]:
    """Return the names of the figures that a run has.

    Raises
    ------
    UsageError
        If the run is not finished or no sweep, or matplotlib is missing.
    """
    return list(_figures(open_run(directory)))


def draw(
    directory: str | PathLike[str],
    names: Sequence[str] = (),
    *,
    kind: str = "svg",
    out: str | PathLike[str] | None = None,
) -> list[Path]:
    """Draw figures of a sweep into files.

    Parameters
    ----------
    directory : path
        The run.
    names : sequence of str
        Which figures; none: all.
    kind : str
        ``svg``, ``pdf`` or ``png``.
    out : path, optional
        Folder; by default ``figures`` in the run directory.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    UsageError
        If there is no such figure, and as :func:`figure_names`.
    RunError
        If a file cannot be written.
    """
    from orgsim.figures.style import save

    run = open_run(directory)
    known = _figures(run)
    for name in names:
        if name not in known:
            raise UsageError(
                f"no figure {name!r}{nearest(name, known)}\n  figures: {', '.join(known)}"
            )
    folder = Path(out) if out is not None else run.directory / FIGURES
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in names or known:
        figure = known[name]()
        path = folder / f"{name}.{kind}"
        # mypy cannot infer a lambda that binds the loop's figure by a default.
        write_whole(path, lambda temporary, figure=figure: save(figure, temporary))  # type: ignore[misc]
        paths.append(path)
    return paths
