"""From a random word to a value: inverse distribution functions read off tables.

The tables are made once per design point, of :mod:`orgsim.numerics.quantiles`; reading
them takes a few additions and multiplications, the same on every machine.
"""

from __future__ import annotations

import numpy as np

from orgsim.numerics.jit import compiled
from orgsim.numerics.philox import unit

QUANTITY_CELLS = 4096
PERSON_CELLS = 512
MEAN_CELLS = 32
CHOICE_LIMIT = 2_000
"""Most values that a ``choice`` may list."""

_CELL_SHIFT = np.uint64(20)
_CELL_MASK = np.uint64(2**20 - 1)
_PERSON_SHIFT = np.uint64(23)
_PERSON_MASK = np.uint64(2**23 - 1)
_PERSON_UNIT = np.float32(2.0**-23)
_MEAN_CELLS = np.float32(MEAN_CELLS)
_ONE = np.uint64(1)
_LAST_MEAN_CELL = np.float32(MEAN_CELLS - 1)


@compiled
def draw_choice(nodes, row, n, word):
    """Return the first of n values whose cumulative weight exceeds the word's share of 1."""
    u = unit(word)
    i = 0
    while i < n - 1 and u >= nodes[row, CHOICE_LIMIT + i]:
        i += 1
    return nodes[row, i]


@compiled
def draw_quantity(tables, sector, quantity, department, word):
    """Return a firm-level quantity, by linear interpolation between tabulated quantiles."""
    row = tables.row[sector, quantity, department]
    nodes = tables.nodes
    n = tables.choices[row]
    if n > 0:
        return draw_choice(nodes, row, n, word)
    cell = np.int64(word >> _CELL_SHIFT)
    fraction = np.float64(word & _CELL_MASK) * 2.0**-20
    return nodes[row, cell] + fraction * (nodes[row, cell + 1] - nodes[row, cell])


@compiled
def draw_person(people, concentration, mean, word):
    """Return a person's trait, a single, from a Beta distribution around a mean in [0, 1].

    Bilinear in the mean and the probability, so the expectation is linear in
    the mean, as it must be.

    Parameters
    ----------
    people : float32 array
        ``Tables.people``.
    concentration : int
        Which of them.
    mean : single
    word : int
        Of 32 bits.
    """
    position = mean * _MEAN_CELLS
    whole = np.int32(min(position, _LAST_MEAN_CELL))
    across = position - np.float32(whole)
    row = np.uint64(concentration)
    m = np.uint64(whole)
    cell = np.uint64(word) >> _PERSON_SHIFT
    fraction = np.float32(np.int32(np.uint64(word) & _PERSON_MASK)) * _PERSON_UNIT
    lower = people[row, m, cell]
    below = lower + fraction * (people[row, m, cell + _ONE] - lower)
    upper = people[row, m + _ONE, cell]
    above = upper + fraction * (people[row, m + _ONE, cell + _ONE] - upper)
    return below + across * (above - below)


@compiled
def draw_people(out, people, concentration, means, words, size):
    """Fill the first ``size`` places of ``out`` with one trait of as many people.

    ``out``, ``means``: float32; ``words``: uint32; the rest as in ``draw_person``.
    """
    for k in range(size):
        out[k] = draw_person(people, concentration, means[k], words[k])
