"""Settings that change over time: docs/model.md 7.13."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oracle import primitives
from oracle.initialisation import draw_quantities
from oracle.state import MARKETING, Firm

Settings = Mapping[str, Any]

REVISED = (
    "firm.attention",
    "firm.exposure_growth",
    "capability.initial_authority",
    "content.effort",
)
"""Quantities that keep their places in distributions that change."""


def segments_of(settings: Settings) -> list[tuple[int, Settings]]:
    """Return the first quarter and the settings of every segment, those of quarter 0 first."""
    entries: dict[int, dict[str, Any]] = {}
    base: dict[str, Any] = {}
    for path, value in settings.items():
        if path.startswith("schedule."):
            _, number, inner = path.split(".", 2)
            entries.setdefault(int(number), {})[inner] = value
        else:
            base[path] = value
    found: list[tuple[int, Settings]] = [(0, base)]
    for number in sorted(entries):
        changes = dict(entries[number])
        start = changes.pop("from")
        settings_then = {**found[-1][1], **changes}
        if start == 0:
            found = [(0, settings_then)]
        else:
            found.append((start, settings_then))
    return found


def begin_segment(firm: Firm, quarter: int) -> None:
    """Put the settings of a segment into force, if one begins."""
    for start, settings in firm.segments:
        if start == quarter and quarter > 0:
            firm.settings = settings
            firm.tables = primitives.build_tables(settings, firm.sectors)
            drawn = draw_quantities(firm.tables, firm.key, firm.number, firm.sector)
            firm.revised = {path: drawn[path][MARKETING] for path in REVISED}
            firm.attention = firm.revised["firm.attention"]
