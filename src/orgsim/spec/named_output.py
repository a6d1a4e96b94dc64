"""What can be asked of the firms of a setting by name: shares, rates, means, odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

Record = Mapping[str, NDArray[Any]]
"""Columns of firms by their names, (firms,) each; words and quarters as their codes."""

LATER = "later_"
"""Before the name of a column that is of the same firm at a later horizon."""

TWIN = "twin_"
"""Before the name of a column that is of the firm's twin."""

HORIZON = "horizon"
"""Name under which features find how many quarters passed: one number."""

TWIN_MARGIN = "twin_margin"
"""Name under which they find by how much a firm must exceed its twin: one number."""


@dataclass(frozen=True, kw_only=True)
class NamedOutput:
    """One number that a setting's firms come to, under its name.

    A *ratio* is the sum of one feature over that of another: a share of firms, a share of those of
    a kind, a mean, a rate. *Log odds* are of four cells that every firm is in one of, a and b of
    one row, c and d of the other: ln(a d / (b c)), with half a firm added to each cell, so that an
    empty one leaves it finite (Haldane 1956, see ``analysis.proportions``).

    Attributes
    ----------
    name : str
        As it is asked for.
    title : str
        In a few words, for axes and tables.
    unit : str
        ``share`` where it lies between 0 and 1.
    meaning : str
    needs : tuple of str
        Columns of the record that the features take; of twins and of a later horizon with the
        words before them.
    features : callable
        Takes them, and returns two arrays (firms,), the part and the whole; of log odds four.
    form : str
    per : str
        Path of a setting that a ratio is divided by; empty: by none.
    """

    name: str
    title: str
    unit: str = "share"
    meaning: str
    needs: tuple[str, ...]
    features: Callable[[Record], tuple[NDArray[Any], ...]]
    form: Literal["ratio", "log odds"] = "ratio"
    per: str = ""

    @property
    def needs_twin(self) -> bool:
        """Whether it is of firms beside their twins."""
        return any(column.startswith(TWIN) for column in self.needs if column != TWIN_MARGIN)

    @property
    def needs_later(self) -> bool:
        """Whether it is of firms at two horizons."""
        return any(column.startswith(LATER) for column in self.needs)
