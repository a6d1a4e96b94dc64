"""Where the points of a sweep lie in the space of the swept parameters, in their order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.design.constraints import satisfied
from orgsim.errors import ConfigError

EXTENDABLE = {"sobol", "halton", "table"}
"""Designs in which more points leave the first ones as they were."""

MOST_POINTS = 10_000_000
"""Most points of a design."""

_BLOCK = 2**16
_TRIED_BEFORE_GIVING_UP = 2**20
_LONGEST_SEQUENCE = 2**25  # half a minute; scipy's Sobol sequence would end at 2**30

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Dimension:
    """One swept parameter.

    Attributes
    ----------
    path : str
        ``resistance.status_threat``, ``resistance.initial.it`` or ``preset``.
    values : tuple
        Listed values, be they words or the levels of a grid; empty if continuous.
    low, high : float
        Ends of a continuous range, in the parameter's unit; both are allowed values.
    scale : str
        ``linear`` or ``log``.
    levels : int
        Grids only: levels from ``low`` to ``high``; 0 if not given.
    whole : bool
        Whether only integers are allowed.
    """

    path: str
    values: tuple[Any, ...] = ()
    low: float = math.nan
    high: float = math.nan
    scale: str = "linear"
    levels: int = 0
    whole: bool = False


@dataclass(frozen=True)
class Design:
    """Where the points of a sweep lie.

    Attributes
    ----------
    kind : str
        ``grid``, ``sobol``, ``halton``, ``latin_hypercube`` or ``table``.
    dimensions : tuple of Dimension
    points : int
        How many are asked for; 0 with a grid or table: all.
    seed : int
        Of the scrambling, or of the Latin hypercube.
    constraints : tuple of str
        See :mod:`orgsim.design.constraints`; a point that breaks one is left out.
    table : mapping of path to tuple (points,), optional
        Columns of a ``table`` design.
    """

    kind: str
    dimensions: tuple[Dimension, ...]
    points: int
    seed: int
    constraints: tuple[str, ...] = ()
    table: Mapping[str, tuple[Any, ...]] | None = None

    @property
    def most_points(self) -> int:
        """Points that there are, but for those that constraints may leave out; none is laid."""
        if self.kind == "grid":
            return math.prod(len(d.values) or d.levels for d in self.dimensions)
        return self.points or _length(self.table or {})

    @property
    def has_most_points(self) -> bool:
        """Whether no constraint can leave out any of them: others stand in for these, or none."""
        return not self.constraints or (self.kind in EXTENDABLE and self.points > 0)


def points_of(design: Design) -> Columns:
    """Return the points of a design.

    Returns
    -------
    dict of path to array (points,)
        float64, int64, bool, or object for words and mixed values.

    Raises
    ------
    ConfigError
        If there are too many points, too few that satisfy the constraints, or
        the levels of a grid cannot be laid.
    """
    makers: Mapping[str, Callable[[Design], Columns]] = {
        "grid": _grid,
        "table": _table,
        "latin_hypercube": _latin_hypercube,
        "sobol": _sequence,
        "halton": _sequence,
    }
    if design.kind not in makers:
        raise ConfigError(f'design = "{design.kind}"; allowed: {", ".join(makers)}')
    if design.points > MOST_POINTS:
        raise ConfigError(f"points = {design.points:,}; allowed: at most {MOST_POINTS:,}")
    if design.points < 1 and design.kind not in ("grid", "table"):
        raise ConfigError(f'design = "{design.kind}" needs points = NUMBER, at least 1')
    return makers[design.kind](design)


def _sequence(design: Design) -> Columns:
    """Follow a sequence until enough of its points satisfy the constraints."""
    found = tried = 0
    parts: list[Columns] = []
    for unit in _blocks(design):
        part = _within(design, columns_at(design.dimensions, unit))
        parts.append(part)
        found += _length(part)
        tried += len(unit)
        if found >= design.points:
            break
        _refuse_if_hopeless(design, found, tried)
    return {
        d.path: np.concatenate([part[d.path] for part in parts])[: design.points]
        for d in design.dimensions
    }


def _blocks(design: Design) -> Iterator[NDArray[np.float64]]:
    """Yield a scrambled sequence piece by piece: (_BLOCK or less, dimensions), from 0 below 1.

    The first piece holds a power of two, or scipy would warn of Sobol points. How the
    sequence is cut into pieces does not change it.
    """
    from scipy.stats import qmc

    kinds = {"sobol": qmc.Sobol, "halton": qmc.Halton}
    rng = np.random.default_rng(design.seed)
    engine = kinds[design.kind](len(design.dimensions), scramble=True, rng=rng)
    size = min(_BLOCK, 2 ** (design.points - 1).bit_length())
    drawn = 0
    while drawn < _LONGEST_SEQUENCE:
        yield engine.random(size)
        drawn += size
        size = min(_BLOCK, drawn)


def _refuse_if_hopeless(design: Design, found: int, tried: int) -> None:
    """Give up where the constraints leave next to nothing, or the sequence would not do."""
    if tried not in (_TRIED_BEFORE_GIVING_UP, _LONGEST_SEQUENCE):
        return
    if found * 10_000 < tried or found * (_LONGEST_SEQUENCE // tried) < design.points:
        raise ConfigError(
            f"{found:,} of the first {tried:,} points tried ({found / tried:.2g} of them) satisfy "
            f"the constraints, and {design.points:,} are wanted; allowed: at least one in 10,000, "
            f"and all within {_LONGEST_SEQUENCE:,} tries; narrow the ranges of the parameters to "
            "where the constraints hold, loosen these, or ask for fewer points"
        )


def _latin_hypercube(design: Design) -> Columns:
    """Return a Latin hypercube less what breaks the constraints.

    Each of n strata of every parameter holds one of n points. More points make the
    strata narrower, and move them all: such a design cannot be extended.
    """
    from scipy.stats import qmc

    rng = np.random.default_rng(design.seed)
    unit = qmc.LatinHypercube(len(design.dimensions), rng=rng).random(design.points)
    return _some(design, _within(design, columns_at(design.dimensions, unit)), design.points)


def _table(design: Design) -> Columns:
    """Return the first rows of a table that satisfy the constraints."""
    table = design.table or {}
    columns = {d.path: _listed(table[d.path]) for d in design.dimensions}
    rows = _length(columns)
    kept = _some(design, _within(design, columns), rows)
    if _length(kept) < design.points:
        which = " that satisfy the constraints" if design.constraints else ""
        raise ConfigError(
            f"points = {design.points:,}, but the table has {_length(kept):,} rows{which}; "
            "ask for no more, or leave points out to take all"
        )
    return _first(kept, design.points)


def _grid(design: Design) -> Columns:
    """Return the product of all levels; the last parameter varies fastest."""
    counts = [_level_count(d) for d in design.dimensions]
    total = math.prod(counts)
    if total > MOST_POINTS:
        shown = [str(count) for count in counts[:6]] + ["..."] * (len(counts) > 6)
        raise ConfigError(
            f"{' x '.join(shown)} = {total:,} points; allowed: at most {MOST_POINTS:,}: "
            'fewer levels, or design = "sobol"'
        )
    columns = {}
    repeats = total
    for dimension, count in zip(design.dimensions, counts, strict=True):
        repeats //= count
        column = np.repeat(_levels(dimension), repeats)
        columns[dimension.path] = np.tile(column, total // len(column))
    return _first(_some(design, _within(design, columns), total), design.points)


def _level_count(dimension: Dimension) -> int:
    if not dimension.values and dimension.levels < 2:
        raise ConfigError(
            f"{dimension.path}: levels = {dimension.levels} in a grid; allowed: 2 or more, "
            "or values = [...] instead of low, high and levels"
        )
    return len(dimension.values) or dimension.levels


def _levels(dimension: Dimension) -> NDArray[Any]:
    """Return the levels of one parameter of a grid, both ends among them: (levels,)."""
    if dimension.values:
        return _listed(dimension.values)
    levels = _scaled(dimension, np.arange(dimension.levels) / (dimension.levels - 1))
    if dimension.whole:
        levels = np.floor(levels + 0.5).astype(np.int64)
    levels[0], levels[-1] = dimension.low, dimension.high
    different = np.unique(levels)
    if len(different) < len(levels):
        some = ", ".join(str(level) for level in different[:12].tolist())
        more = ", ..." * (len(different) > 12)
        raise ConfigError(
            f"{dimension.path}: levels = {len(levels):,} from {dimension.low:g} to "
            f"{dimension.high:g} give only {len(different):,} different values; "
            f"allowed: levels that differ: take fewer, or values = [{some}{more}]"
        )
    return levels


def _within(design: Design, columns: Columns) -> Columns:
    """Return the points that satisfy the constraints."""
    if not design.constraints:
        return columns
    kept = satisfied(design.constraints, columns)
    return {path: column[kept] for path, column in columns.items()}


def _some(design: Design, columns: Columns, tried: int) -> Columns:
    """Refuse a design of which the constraints leave nothing."""
    if design.dimensions and not _length(columns):
        raise ConfigError(
            f"none of the {tried:,} points satisfies the constraints "
            f"({'; '.join(design.constraints)}); loosen them, or move the ranges"
        )
    return columns


def _first(columns: Columns, points: int) -> Columns:
    return {path: column[: points or None] for path, column in columns.items()}


def _length(columns: Mapping[str, Any]) -> int:
    return len(next(iter(columns.values()), ()))


def columns_at(dimensions: Sequence[Dimension], unit: NDArray[np.float64]) -> Columns:
    """Carry points of the unit cube, (points, dimensions), over to the parameters."""
    # scipy's Latin hypercube may return 1.0, where it means just below.
    below_one = np.minimum(unit, np.nextafter(1.0, 0.0))
    return {d.path: _values_at(d, below_one[:, i]) for i, d in enumerate(dimensions)}


def unit_of(dimension: Dimension, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return where values of a continuous parameter lie in its range, on its scale: from 0 to 1."""
    low, high, found = dimension.low, dimension.high, np.asarray(values, dtype=np.float64)
    if dimension.scale == "log":
        return np.asarray(np.log(found / low) / math.log(high / low))
    return (found - low) / (high - low)


def _values_at(dimension: Dimension, unit: NDArray[np.float64]) -> NDArray[Any]:
    """Return a parameter's values at numbers from 0 below 1: (points,)."""
    if dimension.values:
        count = len(dimension.values)
        return _listed(dimension.values)[np.minimum(unit * count, count - 1).astype(np.int64)]
    if not dimension.whole:
        return _scaled(dimension, unit)
    if dimension.scale == "log":
        whole = np.floor(_scaled(dimension, unit) + 0.5)
    else:
        whole = dimension.low + np.floor(unit * (dimension.high - dimension.low + 1.0))
    return np.clip(whole, dimension.low, dimension.high).astype(np.int64)


def _listed(values: tuple[Any, ...]) -> NDArray[Any]:
    """Return listed values, as they are, in an array of the narrowest type that holds them."""
    types = {type(value) for value in values}
    if types == {bool}:
        return np.array(values, dtype=np.bool_)
    if types == {int}:
        return np.array(values, dtype=np.int64)
    if types <= {int, float}:
        return np.array(values, dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _scaled(dimension: Dimension, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values at numbers from 0 to 1 on a parameter's scale, to twelve digits."""
    low, high = dimension.low, dimension.high
    if dimension.scale == "log":
        values = low * np.exp(unit * math.log(high / low))
        with localcontext(prec=34):
            ratio = (Decimal(high) / Decimal(low)).ln()
            rounded = _to_twelve_digits(
                values, lambda i: Decimal(low) * (Decimal(float(unit[i])) * ratio).exp()
            )
    else:
        values = low + unit * (high - low)
        rounded = _to_twelve_digits(values, values.__getitem__)
    return np.clip(rounded, low, high)


def _to_twelve_digits(
    values: NDArray[np.float64], exact: Callable[[int], Any]
) -> NDArray[np.float64]:
    """Return ``float(f"{x:.12g}")`` of every exact value, given float64 close to them.

    exp and log differ in the last digit between processors and libraries. Results must
    not, or the same sweep would have other points elsewhere: hence twelve digits, and,
    where the thirteenth leaves in doubt which way to round, the exact value.
    """
    with np.errstate(all="ignore"):  # the smallest doubles: left to the exact values
        return _rounded(values, exact)


def _rounded(values: NDArray[np.float64], exact: Callable[[int], Any]) -> NDArray[np.float64]:
    powers = np.array([float(f"1e{k}") for k in range(-11, 13)])
    sizes = np.abs(values)
    place = np.searchsorted(powers, sizes, side="right") - 1  # 10**(place - 11) <= size
    scale = np.array([float(10**k) for k in range(22, -1, -1)])[np.clip(place, 0, 22)]
    digits = sizes * scale
    # Twelve digits and the powers of ten up to 22 are exact in float64: so is their quotient,
    # up to the one rounding that Python would do, too.
    rounded = np.copysign(np.rint(digits) / scale, values)
    # Of a log scale over fourteen decades, float64 is off by less than 0.005 of the last digit.
    doubtful = np.abs(digits - np.floor(digits) - 0.5) < 0.01
    for i in np.flatnonzero(doubtful | (place < 0) | (place > 22)).tolist():
        rounded[i] = float(f"{exact(i):.12g}")
    return rounded
