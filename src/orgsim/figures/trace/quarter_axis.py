"""An axis of quarters, labelled by calendar years however long the horizon is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 16
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)


def years_between_labels(years: int) -> int:
    """Return how many years a label stands for, so that there are at most ``MOST_LABELS``.

    Examples
    --------
    >>> years_between_labels(10), years_between_labels(20), years_between_labels(250)
    (1, 2, 20)
    """
    return next(step for step in _STEPS if years / step <= MOST_LABELS or step == _STEPS[-1])


def dress_quarters(axes: Axes, calendar: Sequence[str]) -> None:
    """Set ticks where years begin; of less than two years, name the quarters."""
    quarters = len(calendar)
    if quarters < 8:
        axes.set_xticks([t + 0.5 for t in range(quarters)], list(calendar))
        axes.tick_params(axis="x", length=0.0)
        return
    starts = [t for t, name in enumerate(calendar) if name.endswith("Q1")]
    step = years_between_labels(len(starts))
    labelled = [t for t in starts if int(calendar[t][:4]) % step == 0]
    axes.set_xticks(labelled, [calendar[t].split()[0] for t in labelled])
    axes.set_xticks(starts if step > 1 else range(quarters + 1), minor=True)
