"""What the oracle's rules are made of, as orgsim has it: draws, distributions, functions, codes.

All that the oracle takes from orgsim stands here, and is looked up when it is used, so that
``test_text.py`` can put in its place what docs/model.md alone says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from orgsim.model import columns, cut_points, draws, parameters, reorganisation, tables
from orgsim.numerics import elementary, inverse_cdf, philox

Key = tuple[np.uint64, np.uint64]
Word = np.uint64
Number = np.float32 | np.float64 | int
"""Of people: single precision by docs/model.md 7.1, double to see what that changes."""

FIRM_QUANTITY, SECTOR = int(draws.FIRM_QUANTITY), int(draws.SECTOR)
STAFF_TRAITS, CHIEF_TRAITS = int(draws.STAFF_TRAITS), int(draws.CHIEF_TRAITS)
CONTACT_AND_EXIT, ENCOUNTER = int(draws.CONTACT_AND_EXIT), int(draws.ENCOUNTER)
RECRUIT, SUCCESSION = int(draws.RECRUIT), int(draws.SUCCESSION)
REORGANISATION = int(draws.REORGANISATION)

COINS, TRAITS, MARKET = int(draws.COINS), int(draws.TRAITS), int(draws.MARKET)
IT_AGENT = draws.IT_AGENT
POST_NUMBERS = (0, 1, 2, 3, 4)
"""Agent numbers of CEO, CMO, CIO, infrastructure chief and CMTO."""

COOPERATION, DISPOSITION, LITERACY, IDENTITY, CONTACT = range(5)
PERSON_WORDS = ((TRAITS, 0), (TRAITS, 1), (TRAITS, 2), (TRAITS, 3), (MARKET, 0))
"""By trait: the draw, and which of its words."""
PERSON_MEANS = (
    "cooperation.initial",
    "resistance.initial",
    "competence.initial_literacy",
    "resistance.identity",
    "cooperation.contact_propensity",
)

STREAMS = {quantity.path: quantity.stream for quantity in parameters.QUANTITIES}
DRAWN_COLUMNS = {
    quantity.path: [c.name for c in columns.DRAWN if c.meaning.startswith(f"{quantity.path} of ")]
    for quantity in parameters.QUANTITIES
}
"""Columns of what was drawn, by quantity; where there are two, marketing's is the first."""

SCENARIOS, STRUCTURES = columns.SCENARIOS, columns.STRUCTURES
CUT_POINT = cut_points.CUT_POINT
NEW_CEO_QUARTERS = reorganisation.QUARTERS_OF_A_NEW_CEO

_POSITION = {quantity.path: i for i, quantity in enumerate(parameters.QUANTITIES)}


def words(
    key: Key, firm: int, purpose: int, agent: int, quarter: int, draw: int
) -> tuple[Word, ...]:
    """Return W(purpose, agent, t, draw) of a firm, as unsigned 64-bit words."""
    return tuple(np.uint64(w) for w in philox.words(key, firm, agent, quarter, purpose, draw))


def unit(word: Word) -> float:
    """Return a word as a number of [0, 1)."""
    return float(philox.unit(word))


def split(word: Word, n: int) -> tuple[int, float]:
    """Return the pick from 0 ... n-1 and the coin that one word gives."""
    point = int(word) * n
    return point >> 32, ((point % 2**32) >> 8) * 2.0**-24


def on_grid(x: float) -> float:
    """Round to the nearest multiple of 2**-24, half to even."""
    return round(x * elementary.GRID) / elementary.GRID


def exp(x: float) -> float:
    """Return e**x."""
    return float(elementary.exp(x))


def log_unit(x: float) -> float:
    """Return the natural logarithm on (0, 1], floored."""
    return float(elementary.log_unit(x))


def build_tables(
    settings: Mapping[str, Any], sectors: Sequence[tuple[float, Mapping[str, Any]]] = ()
) -> Any:
    """Tabulate all distributions; what is returned has ``sector_shares``, cumulative."""
    return tables.build_tables(settings, sectors)


def draw_quantity(
    tabulated: Any, sector: int, path: str, drawn: tuple[Word, ...]
) -> tuple[float, float]:
    """Return a quantity of a firm, for marketing and for IT, by the words of its stream."""
    place = _POSITION[path]
    it_word = drawn[1] if tabulated.separate[sector, place] else drawn[0]
    marketing = inverse_cdf.draw_quantity(tabulated, sector, place, 0, drawn[0])
    return float(marketing), float(inverse_cdf.draw_quantity(tabulated, sector, place, 1, it_word))


def person_table(tabulated: Any, trait: int, department: int) -> Any:
    """Return the nodes of a trait in a department, by mean and probability."""
    return tabulated.people[tabulated.trait[trait, department]]


def chief_table(tabulated: Any) -> Any:
    """Return the nodes of chiefs' cooperation, resistance and literacy."""
    return tabulated.people[tabulated.chief]


def background_table(tabulated: Any) -> Any:
    """Return the nodes of chiefs' backgrounds."""
    return tabulated.people[tabulated.background]


def draw_trait(nodes: Any, mean: float, word: Word, precision: type[Number]) -> Number:
    """Return a draw from Beta(mean, concentration), between the nodes of means and cells."""
    table = nodes.astype(precision)
    z = precision(mean) * 32
    m = min(int(z), 31)
    cell, f = int(word) >> 23, (int(word) % 2**23) * 2.0**-23
    low, high = (table[i, cell] + f * (table[i, cell + 1] - table[i, cell]) for i in (m, m + 1))
    return low + (z - m) * (high - low)
