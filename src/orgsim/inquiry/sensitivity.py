"""What moves the outputs: a screening of all parameters, then indices of those that matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.config.sensitivity import Question, question_of
from orgsim.config.swept_value import split_path
from orgsim.errors import ConfigError, UsageError
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import plan_hash
from orgsim.execution.forecast import Forecast, forecast
from orgsim.execution.progress import Progress
from orgsim.inquiry.indices import chosen_groups, indices, indices_points
from orgsim.inquiry.keeping import keep, kept
from orgsim.inquiry.screening import screen, screening_points
from orgsim.inquiry.simulating import needs_of
from orgsim.numerics.sources import source_hash
from orgsim.printable import listed
from orgsim.results.sensitivity import FACTS, Asked, Moved, Sensitivity
from orgsim.store.names import MANIFEST_FILE
from orgsim.text import joined

if TYPE_CHECKING:
    from orgsim.config import Config

STAGES = ("screen", "indices")


def ask(
    config: Config,
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    stages: tuple[str, ...] = STAGES,
    overwrite: bool = False,
) -> Sensitivity:
    """Answer a config's ``[sensitivity]``, see :func:`orgsim.sensitivity`.

    Every design is a run directory below ``directory``: one that was interrupted goes on, one that
    is there is not simulated again, and more trajectories or samples are added to those there.

    Raises
    ------
    ConfigError
        If what is asked cannot be.
    UsageError
        If another run is there.
    RunError, KeyboardInterrupt
        As :func:`orgsim.run`.
    """
    question = _asked(config, stages)
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory}: is a file; name a directory with --out DIR")
    if (directory / MANIFEST_FILE).exists():
        raise UsageError(f"{directory}: is a run's; name another directory with --out DIR")
    found = _with_what_stands(_nothing_yet(config, question, directory))
    if _is_screened(question, stages):
        screening = screen(config, question, directory, executor, progress, overwrite=overwrite)
        found = keep(replace(found, screening=screening))
    if "indices" in stages:
        ranked = found.screening.ranked() if found.screening else _paths(question)
        groups = chosen_groups(question, ranked)
        answer = indices(
            config, question, groups, directory, executor, progress, overwrite=overwrite
        )
        found = keep(replace(found, indices=answer))
    return found


def _with_what_stands(found: Sensitivity) -> Sensitivity:
    """Return what is asked with the stages that were answered before, if it is the same question.

    A stage that is not asked for now, or not answered yet, so stays as it was.
    """
    assert found.directory is not None
    if not (found.directory / FACTS).exists():
        return found
    try:
        before = kept(found.directory)
    except UsageError:  # of another version, or damaged: it is answered anew
        return found
    same = (found.plan, found.source, found.outputs, found.parameters)
    if (before.plan, before.source, before.outputs, before.parameters) != same:
        return found
    return replace(found, screening=before.screening, indices=before.indices)


def forecasts(
    config: Config, stages: tuple[str, ...], threads: int
) -> Iterator[tuple[str, Forecast]]:
    """Yield what every run would take, by the name of its folder; nothing is simulated.

    Which parameters will have indices only the screening knows: those that come first in the
    model's table stand for them.

    Raises
    ------
    ConfigError, UsageError
        As :func:`ask`.
    """
    question = _asked(config, stages)
    designs = [screening_points(question)] if _is_screened(question, stages) else []
    if "indices" in stages:
        designs.append(indices_points(question, chosen_groups(question, _paths(question))))
    for laid in designs:
        for need in needs_of(question.outputs, config.quarters):
            yield need.folder(laid.name), forecast(laid.config_at(config, need), threads)


def _asked(config: Config, stages: tuple[str, ...]) -> Question:
    """Return what is asked, or refuse it."""
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown or not stages:
        raise UsageError(f"stages: {listed(unknown) or 'none'}; allowed: {joined(STAGES)}")
    question = question_of(config)
    if not question.dimensions:
        raise ConfigError(
            f"{config.origin}: sensitivity: nothing to move: the model {config.model.name} has no "
            "plausible ranges; give [sensitivity.ranges]"
        )
    return question


def _is_screened(question: Question, stages: tuple[str, ...]) -> bool:
    """Whether parameters are screened: where it is asked for, or tells which have indices."""
    return "screen" in stages or _must_choose(question)


def _must_choose(question: Question) -> bool:
    """Whether there are more parameters than indices are asked of."""
    grouped = {path for paths in question.table.groups.values() for path in paths}
    alone = [path for path in _paths(question) if path not in grouped]
    return len(question.table.groups) + len(alone) > question.table.top


def _paths(question: Question) -> list[str]:
    return [dimension.path for dimension in question.dimensions]


def _nothing_yet(config: Config, question: Question, directory: Path) -> Sensitivity:
    """Return what is asked, without an answer."""
    model = config.model.kernel
    moved = []
    for dimension in question.dimensions:
        parameter = split_path(dimension.path, model).parameter
        own = question.range_of(dimension.path)
        plausible = parameter.plausible
        reason = "the config's own range" if own or plausible is None else plausible.reason
        moved.append(
            Moved(
                path=dimension.path,
                meaning=parameter.meaning,
                unit=parameter.unit,
                low=dimension.low,
                high=dimension.high,
                scale=dimension.scale,
                reason=reason,
            )
        )
    return Sensitivity(
        title=config.title,
        model=model.label,
        source=source_hash(model),
        plan=plan_hash(config.identity()),
        quarters=config.quarters,
        seed=question.seed,
        outputs=tuple(
            Asked(asked.name, asked.title, asked.unit, asked.meaning) for asked in question.outputs
        ),
        parameters=tuple(moved),
        left_out=question.left_out,
        limited=question.limited,
        table=question.table.model_dump(exclude_unset=True),
        directory=directory,
    )
