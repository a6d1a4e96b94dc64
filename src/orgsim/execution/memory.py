"""A run without a directory: the same parts, by the same executors, kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orgsim.config import Config
from orgsim.config.points import Points
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment
from orgsim.execution.finalize import RunTotals
from orgsim.execution.progress import Progress
from orgsim.execution.stages import do
from orgsim.store import LedgerEntry, Manifest, Part, layout_of
from orgsim.store.ledger import Cut
from orgsim.store.memory import MemoryParts
from orgsim.store.tables import quarter_digest


@dataclass(frozen=True)
class InMemory:
    """A finished run that lies nowhere.

    Attributes
    ----------
    config : Config
    points : Points
        Its single one.
    manifest : Manifest
        What a run directory would say of it.
    parts : MemoryParts
    totals : RunTotals
    """

    config: Config
    points: Points
    manifest: Manifest
    parts: MemoryParts
    totals: RunTotals

    def shares(self) -> dict[str, Any]:
        """Return the columns of ``Model.shares``."""
        return next(self.totals.shares())

    def quarters(self) -> dict[str, Any]:
        """Return the columns of ``Model.quarters``."""
        split = self.totals.split_quarters()
        whole = split[0] if split else self.parts.quarter_columns()
        assert whole is not None
        return dict(whole)


def simulate_in_memory(config: Config, executor: Executor, progress: Progress) -> InMemory:
    """Simulate the firms of one setting; nothing is written.

    Raises
    ------
    ConfigError, RunError, KeyboardInterrupt
        As of a run in a directory.
    """
    experiment = Experiment(config, Path())
    experiment.require_model()
    manifest = experiment.new_manifest()
    layout = layout_of(manifest)
    parts = MemoryParts(
        config.model,
        sectors=manifest.sectors,
        provenance=manifest.provenance,
        firms=manifest.output.firms,
        quarters=True,
        adaptive=config.precision is not None,
        is_split=layout.is_split,
        cut=Cut(manifest.format, manifest.part_firms, manifest.expected_firms),
        swept=experiment.points.columns,
    )
    context = RunContext(config, experiment.points, layout, parts)
    try:
        do(context, list(layout.parts()), executor, progress)
    finally:
        progress.end()
    totals = RunTotals(context)
    digest = totals.digest(
        [quarter_digest(columns, config.model) for columns in totals.split_quarters()]
    )
    finished = replace(manifest, status="finished", digest=digest)
    return InMemory(config, experiment.points, finished, parts, totals)


def replaying(memory: InMemory, otherwise: Executor) -> Executor:
    """Return an executor that writes parts which are in memory, and has the others simulated.

    Others there are where a run that is there already is cut in another way.
    """

    def execute(
        context: RunContext, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, LedgerEntry]]:
        for part in parts:
            held = memory.parts.held.get(part)
            if held is None:
                yield from otherwise(context, [part], progress)
                continue
            with context.parts.writing(part) as writer:
                entry = held.write_to(writer)
            in_points = context.config.precision is not None
            progress.advance(len(part.points) if in_points else int(entry.firms.sum()))
            yield part, entry

    return execute
