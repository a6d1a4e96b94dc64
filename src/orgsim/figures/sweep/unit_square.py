"""Points over two parameters moved into the unit square, where distances compare."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.axes import Axis
from orgsim.figures.sweep.shares import Floats, Integers


def span(axis: Axis) -> tuple[float, float]:
    """Return the ends of an axis on its scale, a unit apart where it has one level."""
    t = axis.forth(axis.levels)
    return (t[0], t[-1]) if t.size > 1 else (t[0] - 0.5, t[0] + 0.5)


def from_unit(x: Axis, y: Axis, unit: Floats) -> Floats:
    """Return the values of both parameters, (points, 2), at places in the unit square."""
    (x0, x1), (y0, y1) = span(x), span(y)
    return np.column_stack(
        [x.back(x0 + unit[:, 0] * (x1 - x0)), y.back(y0 + unit[:, 1] * (y1 - y0))]
    )


def unit_sites(x: Axis, y: Axis) -> tuple[Floats, float, Integers]:
    """Return distinct points in the unit square, the room around it, and each point's site."""
    (x0, x1), (y0, y1) = span(x), span(y)
    unit = np.column_stack(
        [(x.forth(x.values) - x0) / (x1 - x0), (y.forth(y.values) - y0) / (y1 - y0)]
    )
    sites, member = np.unique(unit, axis=0, return_inverse=True)
    return sites, 0.5 / np.sqrt(len(sites)), member.ravel().astype(np.int64)


def mirrored(sites: Floats, room: float) -> tuple[Floats, Integers]:
    """Return the sites and their mirror images in the four borders, and whose image each is."""
    images = [sites]
    for column in (0, 1):
        for border in (-room, 1.0 + room):
            image = sites.copy()
            image[:, column] = 2.0 * border - image[:, column]
            images.append(image)
    return np.concatenate(images), np.tile(np.arange(len(sites)), 5)
