"""A parameter as a coordinate: its values, levels and scale, and how a value is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from orgsim.figures.sweep.shares import Floats, SweepShares
from orgsim.text import with_minus

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, _: object = None) -> str:
    """Write a number as ticks do: 0.001, 1,000, 2·10⁻⁵."""
    if value == 0.0 or 0.000999 < abs(value) < 1e6:
        return with_minus(f"{value:,.6g}")
    mantissa, power = f"{value:.5e}".split("e")
    head = with_minus(f"{float(mantissa):.6g}")
    ten = "10" + str(int(power)).translate(_SUPERSCRIPTS)
    return ten if head == "1" else f"{head}·{ten}"


@dataclass(frozen=True)
class Axis:
    """A parameter as a coordinate: numbers on their scale, categories as 0, 1, 2, ...

    Parameters
    ----------
    scale : word
        "linear", "log" or "category".
    values : float64 (points,)
        Where each point lies.
    levels : float64
        The distinct values, ascending.
    names : words
        What the levels of a category are called; empty for numbers.
    whole : bool
        Whether the values are whole numbers.
    """

    path: str
    label: str
    scale: str
    values: Floats
    levels: Floats
    names: tuple[str, ...]
    whole: bool

    @property
    def category(self) -> bool:
        """Whether the values are no numbers on a scale."""
        return self.scale == "category"

    def forth(self, values: Floats) -> Floats:
        """Return values on the scale on which distances are even."""
        return np.log(values) if self.scale == "log" else values

    def back(self, values: Floats) -> Floats:
        """Return the values at places on that scale."""
        return np.exp(values) if self.scale == "log" else values

    def edges(self) -> Floats:
        """Return the borders between levels, midway on the scale."""
        t = self.forth(self.levels)
        if t.size == 1:
            return self.back(np.array([t[0] - 0.5, t[0] + 0.5]))
        middle = (t[1:] + t[:-1]) / 2.0
        inner = np.concatenate([[2.0 * t[0] - middle[0]], middle, [2.0 * t[-1] - middle[-1]]])
        return self.back(inner)

    def bin_edges(self, count: int) -> Floats:
        """Return the borders of bins that are equally wide on the scale, about all values."""
        t = self.forth(self.levels)
        room = (t[-1] - t[0]) / self.values.size  # a stratified design ends so much inside
        return self.back(np.linspace(t[0] - room, t[-1] + room, count + 1))

    def text(self, value: float) -> str:
        """Return a value as ticks and captions write it."""
        if self.category:
            return self.names[int(value)]
        return number(value if self.whole else float(f"{value:.3g}"))

    @property
    def name(self) -> str:
        """The label without a unit in brackets."""
        return re.sub(r"\s*\([^()]*\)$", "", self.label) or self.label


def axis_of(sweep: SweepShares, path: str) -> Axis:
    """Return a parameter of a sweep as a coordinate; words and truths are categories."""
    raw = np.asarray(sweep.parameters[path])
    label = sweep.labels.get(path) or path.rsplit(".", 1)[-1].replace("_", " ")
    scale = sweep.scales.get(path, "linear")
    if raw.dtype.kind not in "iuf" or scale == "category":
        if raw.dtype.kind == "b":
            kinds: list[Any] = [k for k in (False, True) if k in raw]
            names = tuple("yes" if k else "no" for k in kinds)
        elif raw.dtype.kind in "iuf":
            kinds = np.unique(raw).tolist()
            names = tuple(f"{k:,.6g}" for k in kinds)
        else:
            kinds = list(dict.fromkeys(raw.tolist()))
            names = tuple(str(k) for k in kinds)
        code = {kind: float(i) for i, kind in enumerate(kinds)}
        values = np.array([code[value] for value in raw.tolist()])
        return Axis(path, label, "category", values, np.arange(float(len(kinds))), names, False)
    values = raw.astype(np.float64)
    if scale == "log" and not (values > 0.0).all():
        scale = "linear"
    return Axis(path, label, scale, values, np.unique(values), (), raw.dtype.kind in "iu")
