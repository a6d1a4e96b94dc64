"""What would have become of a firm as its twin: the same luck under other settings."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.model.columns import RECORD, SCENARIO_TITLES
from orgsim.spec.readable import readable
from orgsim.spec.twin import twin_changes
from orgsim.text import joined, number
from orgsim.trace.history import History


def against_twin(history: History) -> Iterator[str]:
    """Tell where the firm's twin ended, if it has one."""
    row = history.twin
    if row is None:
        return
    changes = twin_changes(history.inputs.settings)
    under = f"With {joined([f'{path} {readable(value)}' for path, value in changes.items()])}"
    if changes == {"mechanisms.reorganisation": False}:
        under = "Without reorganisation"
    ended = SCENARIO_TITLES[int(row[RECORD.index("scenario")])]
    performance, capability = (
        "the same" if twin == here else f"{number(twin, here)} rather than {number(here, twin)}"
        for twin, here in (
            (float(row[RECORD.index(name)]), float(history.column(name)[-1]))
            for name in ("performance", "capability")
        )
    )
    yield (
        f"{under} and with the same luck, this firm would have ended as {ended}, with a "
        f"performance of {performance} and a capability of {capability}."
    )
