"""Questions put to many settings."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.api.held import Sensitivity, as_held
from orgsim.api.runs import as_config, warned
from orgsim.config import Config, Overrides
from orgsim.execution.executors import Executor, ExecutorOptions, open_executor
from orgsim.execution.progress import Progress, Silent
from orgsim.inquiry import calibration as inquiry
from orgsim.inquiry.keeping import kept
from orgsim.inquiry.sensitivity import STAGES, ask
from orgsim.inquiry.shipped import shipped_screening
from orgsim.results.calibration import Calibrated
from orgsim.spec import Model
from orgsim.system.files import as_path


def sensitivity(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    outputs: Sequence[str] | str = (),
    parameters: Sequence[str] | str = (),
    trajectories: int | None = None,
    samples: int | None = None,
    top: int | None = None,
    second_order: bool | None = None,
    firms: int | None = None,
    seed: int | None = None,
    stages: Sequence[str] | str = STAGES,
    model: Model | None = None,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    executor: str | Executor | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
) -> Sensitivity:
    """Ask which parameters move the named outputs of a setting, and by how much.

    Two stages. All parameters are screened by elementary effects (Morris 1991) with the same draws
    at all points; then Sobol indices are estimated of the first ones, with draws of their own. What
    is known is written as it comes, and the same call goes on after an interruption; more
    trajectories or samples are added to those that are there.

    Parameters
    ----------
    config : Config, str or path
        Without ``[sweep]`` and ``[precision]``; its ``[sensitivity]`` says what the arguments below
        do not.
    overrides
        As of :func:`orgsim.run`.
    outputs : sequence of str
        Named outputs; ``"all"`` for every one that has a name.
    parameters : sequence of str
        Paths of those to be moved; by default all that have a plausible range.
    trajectories, samples, top, second_order
        As under ``[sensitivity]``: of the screening, of the indices, how many parameters have
        indices, and whether pairs have.
    firms : int, optional
        Of a point, in both stages.
    seed : int, optional
        Of the simulation, and so of the designs.
    stages : sequence of str
        ``"screen"``, ``"indices"``.
    out : path, optional
        The directory; by default ``results/``, the config's name and ``-sensitivity``.
    model, threads, overwrite, progress, executor, scheduler, workers
        As of :func:`orgsim.run`.

    Raises
    ------
    ConfigError, UsageError, RunError, KeyboardInterrupt
        As :func:`orgsim.run`.

    Examples
    --------
    ::

        found = orgsim.sensitivity("article-2014", outputs=["active", "cmo_vs_cto@80"])
        found.screening.frame()
        found.indices.frame()
        found.report()
    """
    loaded = asking(
        config,
        overrides,
        outputs=outputs,
        parameters=parameters,
        trajectories=trajectories,
        samples=samples,
        top=top,
        second_order=second_order,
        firms=firms,
        seed=seed,
        model=model,
    )
    directory = Path("results") / f"{loaded.name}-sensitivity" if out is None else as_path(out)
    options = ExecutorOptions(
        loaded.cluster, warn=warned, threads=threads, scheduler=scheduler, workers=workers
    )
    with open_executor(executor, options) as opened:
        found = ask(
            loaded,
            directory,
            opened,
            progress or Silent(),
            stages=tuple(_listed(stages)),
            overwrite=overwrite,
        )
    return as_held(found)


def calibrate(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    effective_size: int | None = None,
    wave: int | None = None,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    executor: str | Executor | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
) -> Calibrated:
    """Find the settings that reproduce the target's split, and whatever else is known.

    The posterior of the parameters under ``[calibration.priors]`` given the split of ``[target]``
    and ``[calibration.targets]``, by adaptive multiple importance sampling (Cornuet and others
    2012): settings are drawn in waves, each where the last ones fit, and all are weighted anew
    after every wave. What is under ``[calibration.held_out]`` is not fitted, and shown beside what
    the posterior says of it.

    Parameters
    ----------
    config : Config, str or path
        Without ``[sweep]`` and ``[precision]``.
    overrides
        As of :func:`orgsim.run`.
    effective_size, wave, firms : int, optional
        As under ``[calibration]``.
    seed : int, optional
        Of the simulation, and so of the draws.
    out : path, optional
        The directory; by default ``results/``, the config's name and ``-calibration``.
    model, threads, overwrite, progress, executor, scheduler, workers
        As of :func:`orgsim.run`.

    Raises
    ------
    ConfigError, UsageError, RunError, KeyboardInterrupt
        As :func:`orgsim.run`.

    Examples
    --------
    ::

        found = orgsim.calibrate(
            "article-2014",
            {"calibration.priors": {"leadership.commitment": [0.2, 0.95]}},
        )
        found.posterior()  # pandas: a row a setting, with its weight
        best = int(found.posterior().weight.idxmax())
        orgsim.run("article-2014", found.overrides(best))
    """
    sizes = {"effective_size": effective_size, "wave": wave, "firms": firms}
    asked = {f"calibration.{key}": value for key, value in sizes.items() if value is not None}
    loaded = as_config(config, overrides, None, seed, model).replace(asked)
    directory = Path("results") / f"{loaded.name}-calibration" if out is None else as_path(out)
    options = ExecutorOptions(
        loaded.cluster, warn=warned, threads=threads, scheduler=scheduler, workers=workers
    )
    with open_executor(executor, options) as opened:
        return inquiry.calibrate(
            loaded, directory, opened, progress or Silent(), overwrite=overwrite
        )


def asking(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    outputs: Sequence[str] | str = (),
    parameters: Sequence[str] | str = (),
    trajectories: int | None = None,
    samples: int | None = None,
    top: int | None = None,
    second_order: bool | None = None,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
) -> Config:
    """Return a config whose ``[sensitivity]`` asks what :func:`sensitivity` is asked.

    Raises
    ------
    ConfigError
        If the settings are wrong.
    """
    sizes = {
        "trajectories": trajectories,
        "samples": samples,
        "top": top,
        "second_order": second_order,
        "screening_firms": firms,
        "indices_firms": firms,
        "parameters": _listed(parameters) or None,
    }
    asked: dict[str, Any] = {
        f"sensitivity.{key}": value for key, value in sizes.items() if value is not None
    }
    loaded = as_config(config, overrides, None, seed, model)
    if outputs:
        asked["sensitivity.outputs"] = _listed(outputs)
    return loaded.replace(asked)


def _listed(given: Sequence[str] | str) -> list[str]:
    """Return one name, or several, as a list."""
    return [given] if isinstance(given, str) else list(given)


def open_sensitivity(directory: str | PathLike[str]) -> Sensitivity:
    """Open what :func:`sensitivity` wrote.

    Raises
    ------
    UsageError
        If there is no sensitivity analysis, or one that cannot be read.
    """
    return as_held(kept(as_path(directory)))


__all__ = ["calibrate", "open_sensitivity", "sensitivity", "shipped_screening"]
