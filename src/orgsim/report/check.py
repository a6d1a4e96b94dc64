"""The forecast of a run, in words."""

from __future__ import annotations

import shlex

from orgsim.analysis.precision import looks
from orgsim.config import Cluster, Config
from orgsim.design import Design
from orgsim.execution.forecast import Forecast
from orgsim.printable import one_line
from orgsim.text import bare_given, counted, duration, size, typed_percent


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
    planned = ", ".join(f"{n:,}" for n in looks(config.precision))
    half = bare_given(config.precision.half_width, 6)
    return [
        ("precision", f"every share within {half} points either way (simultaneous 95 %)"),
        ("looks at", f"{planned} firms"),
        ("firms", f"about {each:,} a point at the target's split, {expected.firms:,} in all"),
        ("at most", counted(expected.most_firms, "firm")),
    ]
