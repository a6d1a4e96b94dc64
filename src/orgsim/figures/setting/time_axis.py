"""The quarters of a run along x."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.setting.inputs import SettingQuarters
from orgsim.figures.style import SMALL_SIZE, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_APART = 3.0  # mm between two labels


def time_axis(axes: Axes, quarters: SettingQuarters, room: float) -> None:
    """Write years at first quarters, or quarters where there is no room for two years.

    Parameters
    ----------
    room : float
        Length of the axis in millimetres.
    """
    calendar = [str(word) for word in quarters.columns["calendar"]]
    last = len(calendar) - 1
    years = [i for i, word in enumerate(calendar) if word.endswith("Q1")]
    named = years if len(years) > 1 else list(range(last + 1))
    words = [calendar[i].removesuffix(" Q1") if named is years else calendar[i] for i in named]
    each = room / max(last, 1) * (named[1] - named[0] if len(named) > 1 else 1)
    widest = max(text_width(word, SMALL_SIZE) for word in words)
    step = int(np.ceil((widest + _APART) / each))
    # Whole fives read better than sixes and sevens.
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s >= step), step)
    first = next((k for k, word in enumerate(words) if word.isdigit() and int(word) % step == 0), 0)
    first = first if first < step else 0
    axes.set_xticks(named[first::step], labels=words[first::step])
    axes.set_xticks(named if len(named) * 0.8 <= room else [], minor=True)
    axes.set_xlim((0.0, float(last)) if last else (-0.5, 0.5))
