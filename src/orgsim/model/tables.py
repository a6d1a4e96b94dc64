"""Tables of a design point's distributions: of firms, by sector and department, and of people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.model.parameters import DEPARTMENTS, QUANTITIES
from orgsim.numerics.jit import rule
from orgsim.numerics.quantiles import frozen, on_grid, person_nodes, quantity_nodes


class Tables(NamedTuple):
    """Distributions of one design point in one quarter, as the rules read them.

    Attributes
    ----------
    sector_shares : float64 (sectors,)
        Cumulative shares of the sectors, ending in 1.
    row : int64 (sectors, quantities, 2)
        Row of ``nodes`` for a quantity, by department.
    separate : bool (sectors, quantities)
        Whether the two departments get draws of their own.
    nodes : float64 (rows, QUANTITY_CELLS + 1)
        Values of the inverse distribution function at j / QUANTITY_CELLS. Of a
        choice: its values from 0, their cumulative weights from CHOICE_LIMIT.
    choices : int64 (rows,)
        Number of values of a choice; 0 for a continuous distribution.
    people : float32 (concentrations, MEAN_CELLS + 1, PERSON_CELLS + 1)
        Beta quantiles at means i / MEAN_CELLS and probabilities j / PERSON_CELLS;
        multiples of 2**-24, so that 32 bits hold them exactly.
    trait : int64 (5, 2)
        Row of ``people`` for a trait, by department.
    chief, background : int
        Row of ``people`` for the attitudes and the background of chiefs.
    """

    sector_shares: NDArray[np.float64]
    row: NDArray[np.int64]
    separate: NDArray[np.bool_]
    nodes: NDArray[np.float64]
    choices: NDArray[np.int64]
    people: NDArray[np.float32]
    trait: NDArray[np.int64]
    chief: int
    background: int


TRAIT_SPREADS = (
    "cooperation.within_firm_concentration",
    "resistance.within_firm_concentration",
    "competence.within_firm_concentration",
    "resistance.identity_concentration",
    "cooperation.contact_concentration",
)
"""Paths of the concentrations, in the order of the traits in :mod:`orgsim.model.draws`."""


def is_by_department(value: Any) -> bool:
    """Whether a value is a pair ``{ marketing = ..., it = ... }``."""
    return isinstance(value, Mapping) and "marketing" in value


def by_department(value: Any) -> tuple[Any, Any]:
    """Return what a value means for marketing and for IT."""
    if is_by_department(value):
        return value["marketing"], value["it"]
    return value, value


class ScheduledTables(NamedTuple):
    """Distributions of one design point whose settings change: as ``Tables``, by segment.

    Attributes
    ----------
    sector_shares, nodes, choices, people
        As of ``Tables``.
    row : int64 (segments, sectors, quantities, 2)
    separate : bool (segments, sectors, quantities)
    trait : int64 (segments, 5, 2)
    chief, background : int64 (segments,)
    """

    sector_shares: NDArray[np.float64]
    row: NDArray[np.int64]
    separate: NDArray[np.bool_]
    nodes: NDArray[np.float64]
    choices: NDArray[np.int64]
    people: NDArray[np.float32]
    trait: NDArray[np.int64]
    chief: NDArray[np.int64]
    background: NDArray[np.int64]


def _of_segment(tables: Any, segment: Any) -> Tables:
    """Return the ``Tables`` of one segment of ``ScheduledTables``."""
    return Tables(
        tables.sector_shares,
        tables.row[segment],
        tables.separate[segment],
        tables.nodes,
        tables.choices,
        tables.people,
        tables.trait[segment],
        tables.chief[segment],
        tables.background[segment],
    )


tables_of = rule(_of_segment)


def build_tables(
    settings: Mapping[str, Any], sectors: Sequence[tuple[float, Mapping[str, Any]]] = ()
) -> Tables:
    """Tabulate every distribution of one design point whose settings do not change.

    Parameters
    ----------
    settings, sectors
        As of :func:`build_scheduled_tables`.
    """
    return _of_segment(build_scheduled_tables([settings], sectors), 0)


def build_scheduled_tables(
    segments: Sequence[Mapping[str, Any]],
    sectors: Sequence[tuple[float, Mapping[str, Any]]] = (),
) -> ScheduledTables:
    """Tabulate every distribution of one design point.

    Parameters
    ----------
    segments : sequence of (mapping of path to value)
        Each holds at least every quantity and every spread.
    sectors : sequence of (share, overrides)
        Overrides map paths of quantities to what they are in that sector, in all segments.
        Empty: one sector, the settings themselves.
    """
    sectors = sectors or ((1.0, {}),)
    shares = on_grid(np.cumsum([share for share, _ in sectors]))
    shares[-1] = 1.0

    row = np.zeros((len(segments), len(sectors), len(QUANTITIES), 2), dtype=np.int64)
    separate = np.zeros((len(segments), len(sectors), len(QUANTITIES)), dtype=np.bool_)
    rows: dict[Hashable, int] = {}
    made: list[tuple[NDArray[np.float64], int]] = []
    concentrations: dict[float, int] = {}
    trait = np.zeros((len(segments), len(TRAIT_SPREADS), len(DEPARTMENTS)), dtype=np.int64)
    chief, background = np.zeros((2, len(segments)), dtype=np.int64)
    for i, settings in enumerate(segments):
        for s, (_, overrides) in enumerate(sectors):
            for q, quantity in enumerate(QUANTITIES):
                value = overrides.get(quantity.path, settings[quantity.path])
                separate[i, s, q] = is_by_department(value)
                for g, distribution in enumerate(by_department(value)):
                    name = frozen(distribution)
                    if name not in rows:
                        rows[name] = len(made)
                        made.append(quantity_nodes(name))
                    row[i, s, q, g] = rows[name]
        for k, path in enumerate(TRAIT_SPREADS):
            for g, concentration in enumerate(by_department(settings[path])):
                trait[i, k, g] = _place(concentrations, concentration)
        chief[i] = _place(concentrations, settings["leadership.chief_concentration"])
        background[i] = _place(concentrations, settings["leadership.background_concentration"])
    return ScheduledTables(
        sector_shares=shares,
        row=row,
        separate=separate,
        nodes=np.array([nodes for nodes, _ in made]),
        choices=np.array([n for _, n in made], dtype=np.int64),
        people=np.array([person_nodes(c) for c in concentrations], dtype=np.float32),
        trait=trait,
        chief=chief,
        background=background,
    )


def _place(concentrations: dict[float, int], concentration: Any) -> int:
    """Return the row of a concentration, a new one if it has none yet."""
    return concentrations.setdefault(float(concentration), len(concentrations))
