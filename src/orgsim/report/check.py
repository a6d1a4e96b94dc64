"""What a config would simulate: rows, bytes, memory, time."""

from __future__ import annotations

from dataclasses import dataclass

from orgsim.columns import FIRMS, QUARTERS, SERIES
from orgsim.config import Config

NANOSECONDS = 16.0
"""One agent-quarter of the default model on one core, written, as measured on a server of 2023."""

_BYTES = {"float32": 4, "float64": 8, "int16": 2, "int32": 4, "int64": 8, "bool": 1, "word": 1}
_RECORD_BYTES = 8 * 2  # the engine's rows are float64, and copied once
_BASE_MEMORY = 250e6


@dataclass(frozen=True)
class Forecast:
    """Sizes to expect: counts, bytes and seconds, the last two by rule of thumb."""

    firms: int
    quarters: int
    staff: int
    rows: int
    disk_bytes: float
    memory_bytes: float
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
    from orgsim.store import PART_FIRMS

    staff = config.settings["firm.marketing_staff"] + config.settings["firm.it_staff"]
    row = sum(_BYTES.get(column.type, 2) for column in FIRMS)
    encounters = config.settings["cooperation.encounters"]
    effort = 0.5 + 0.5 * encounters / 6.0
    firm_rows = config.firms if config.output.firms else 0
    quarter_rows = config.quarters if config.output.quarters else 0
    aggregates = 8.0 * config.quarters * len(SERIES) * 1024 * (threads + 2)
    part = min(config.firms, PART_FIRMS) * (_RECORD_BYTES * len(FIRMS) + 2 * row)
    people = threads * default_lanes(staff) * (64.0 * staff + 1_000.0)
    bins = 2.0 * len(SERIES) * threads * min(TASK_WORK / staff, config.firms * config.quarters)
    work = config.firms * config.quarters * staff * effort
    return Forecast(
        firms=config.firms,
        quarters=config.quarters,
        staff=staff,
        rows=firm_rows + quarter_rows,
        disk_bytes=firm_rows * row + quarter_rows * 8.0 * len(QUARTERS),
        memory_bytes=_BASE_MEMORY + aggregates + part + people + bins,
        seconds=work * NANOSECONDS * 1e-9 / threads,
    )


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000.0:
            return f"{count:.0f} {unit}"
        count /= 1000.0
    return f"{count:.1f} TB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1.0):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def forecast_lines(config: Config, expected: Forecast, threads: int) -> list[tuple[str, str]]:
    """Return the forecast as names and texts."""
    lines = [
        ("title", config.title),
        ("firms", f"{expected.firms:,}"),
        ("quarters", f"{expected.quarters:,}"),
        ("staff a firm", f"{expected.staff:,}"),
        ("agent-quarters", f"{expected.agent_quarters:.3g}"),
    ]
    if config.sectors:
        mix = ", ".join(f"{s.name} {100 * s.share:g} %" for s in config.sectors)
        lines.append(("sectors", mix))
    return [
        *lines,
        ("rows written", f"{expected.rows:,}"),
        ("on the disk", f"at most {_size(expected.disk_bytes)}"),
        ("memory", f"about {_size(expected.memory_bytes)}"),
        ("time", f"about {_duration(expected.seconds)} on {threads} cores"),
    ]
