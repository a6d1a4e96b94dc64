"""Blocks of points that differ in one group of parameters, for Sobol indices.

References
----------
A. Saltelli (2002), Making best use of model evaluations to compute sensitivity indices, Computer
Physics Communications 145(2), 280-297. A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto
and S. Tarantola (2010), Variance based sensitivity analysis of model output: design and estimator
for the total sensitivity index, Computer Physics Communications 181(2), 259-270.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from orgsim.errors import ConfigError
from orgsim.text import counted

Groups = Sequence[Sequence[int]]

_MOST_SAMPLES = 2**25  # what a design may have of a sequence elsewhere, too


def is_balanced(count: int) -> bool:
    """Whether so many samples are a power of two.

    Only then do they fill the strata of a Sobol sequence evenly. Any other number can be
    analysed, but is no better than the power of two below it.
    """
    return count >= 1 and count & (count - 1) == 0


def block_names(groups: int, *, second_order: bool = False, dummy: bool = True) -> tuple[str, ...]:
    """Return what the blocks of a sample are called, in their order.

    Examples
    --------
    >>> block_names(2, second_order=True)
    ('A', 'B', 'AB_1', 'AB_2', 'BA_1', 'BA_2', 'dummy')
    """
    numbers = range(1, groups + 1)
    swapped = ["AB", "BA"] if second_order else ["AB"]
    names = [f"{kind}_{number}" for kind in swapped for number in numbers]
    return "A", "B", *names, *(["dummy"] if dummy else [])


def saltelli_blocks(
    dimensions: int,
    count: int,
    *,
    seed: int,
    groups: Groups | None = None,
    second_order: bool = False,
    dummy: bool = True,
) -> NDArray[np.float64]:
    """Return samples of blocks, each block a point of the unit cube.

    A and B are the halves of a point of a scrambled Sobol sequence of twice as many dimensions.
    AB_g is A with the columns of group g from B, BA_g is B with those from A. The dummy is a
    parameter that the model does not know: its AB is A once more. With draws of its own it shows
    what is noise; with the draws of A it shows nothing. More samples leave the first ones as
    they were.

    Parameters
    ----------
    dimensions : int
        Parameters.
    count : int
        Samples; a power of two fills the cube evenly, see :func:`is_balanced`.
    seed : int
        Of the scrambling, from 0.
    groups : sequence of sequences of int, optional
        Columns that are swapped together, every column in one of them; default: each alone.
    second_order : bool
        Whether to lay the BA, which indices of pairs need.
    dummy : bool
        Whether to lay the dummy.

    Returns
    -------
    float64 (count, blocks, dimensions)
        From 0 below 1; blocks are in the order of :func:`block_names`.

    Raises
    ------
    ConfigError
        If there is nothing to lay or too much, or a column is not in exactly one group.
    """
    if dimensions < 1 or not 1 <= count <= _MOST_SAMPLES:
        raise ConfigError(
            f"{counted(dimensions, 'parameter')} and {counted(count, 'sample')}; allowed: at least "
            f"1 parameter, and from 1 to {_MOST_SAMPLES:,} samples"
        )
    swapped = _swapped(dimensions, groups)
    a, b = np.split(_sequence(2 * dimensions, count, seed), 2, axis=1)
    blocks = [a, b, *(np.where(group, b, a) for group in swapped)]
    if second_order:
        blocks += [np.where(group, a, b) for group in swapped]
    if dummy:
        blocks.append(a)
    return np.stack(blocks, axis=1)


def _swapped(dimensions: int, groups: Groups | None) -> NDArray[np.bool_]:
    """Return which columns each group swaps: (groups, dimensions)."""
    if groups is None:
        return np.eye(dimensions, dtype=np.bool_)
    columns = sorted(column for group in groups for column in group)
    if columns != list(range(dimensions)) or not all(len(group) for group in groups):
        raise ConfigError(
            f"groups = {[list(group) for group in groups]}; allowed: every column from 0 to "
            f"{dimensions - 1} in exactly one group, and no group empty"
        )
    return np.array([np.isin(np.arange(dimensions), list(group)) for group in groups])


def _sequence(dimensions: int, count: int, seed: int) -> NDArray[np.float64]:
    """Return the beginning of a scrambled Sobol sequence: (count, dimensions)."""
    from scipy.stats import qmc

    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    # A power of two is drawn and the rest left: of any other number scipy warns.
    return engine.random(2 ** (count - 1).bit_length())[:count]
