"""An axis of quarters: years where they begin, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.style import SMALL_SIZE, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_APART = 3.0  # mm between two labels
_MINOR = 0.8  # mm between two small ticks, at least


def name_quarters(axes: Axes, calendar: Sequence[str], room: float, *, middle: float = 0.0) -> None:
    """Write years at first quarters, or quarters where there are no two years.

    Parameters
    ----------
    calendar : sequence of str
        The quarters, as "2014 Q1", the first of which stands at 0.
    room : float
        Length of the axis in millimetres.
    middle : float
        Where the middle of a quarter lies behind its place: 0 where quarters are points, 0.5 where
        they are stretches.
    """
    years = [i for i, word in enumerate(calendar) if word.endswith("Q1")]
    by_year = len(years) > 1
    named = years if by_year else list(range(len(calendar)))
    words = [calendar[i].removesuffix(" Q1") if by_year else calendar[i] for i in named]
    each = room / max(len(calendar) - 1, 1) * (named[1] - named[0] if len(named) > 1 else 1)
    widest = max(text_width(word, SMALL_SIZE) for word in words)
    step = int(np.ceil((widest + _APART) / each))
    # Whole fives read better than sixes and sevens.
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100) if s >= step), step)
    first = next((k for k, word in enumerate(words) if word.isdigit() and int(word) % step == 0), 0)
    first = first if first < step else 0
    shift = 0.0 if by_year else middle
    axes.set_xticks([i + shift for i in named[first::step]], labels=words[first::step])
    axes.set_xticks(named if by_year and len(named) * _MINOR <= room else [], minor=True)
