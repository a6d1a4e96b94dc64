"""Where the points of a sweep lie."""

from orgsim.design.samplers import EXTENDABLE, MOST_POINTS, Design, Dimension, points_of

__all__ = ["EXTENDABLE", "MOST_POINTS", "Design", "Dimension", "points_of"]
