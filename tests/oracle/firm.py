"""The whole life of one firm: the schedule of docs/model.md 7.2 to 7.12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from oracle import primitives
from oracle.attitudes import attitudes
from oracle.capability import capability
from oracle.environment import contacts, environment
from oracle.initialisation import new_firm
from oracle.joint_tasks import competence, joint_tasks
from oracle.observation import observe, record
from oracle.reorganisation import reorganise
from oracle.schedule import begin_segment, segments_of
from oracle.state import Firm, Number, Trace
from oracle.turnover import turnover


def run_quarter(firm: Firm, quarter: int) -> dict[str, Any]:
    """Take a firm through the nine steps of a quarter; return the quarter's columns."""
    begin_segment(firm, quarter)
    environment(firm, quarter)
    contacts(firm)
    attitudes(firm, quarter)
    joint_tasks(firm, quarter)
    competence(firm)
    capability(firm)
    reorganise(firm, quarter)
    turnover(firm, quarter)
    return observe(firm)


def simulate_firm(
    settings: Mapping[str, Any],
    *,
    seed: int,
    firm: int,
    quarters: int,
    sectors: Sequence[tuple[float, Mapping[str, Any]]] = (),
    point: int = 0,
    tables: Any = None,
    two_sided: bool = False,
    precision: type[Number] = np.float32,
) -> Trace:
    """Simulate one firm, slowly.

    Parameters
    ----------
    settings : mapping of path to value
        Every parameter, as ``orgsim.model.parameters.defaults()`` gives them, and the schedule's.
    seed, firm, point : int
        Which firm: key of the draws, number of the firm, design point of the key.
    quarters : int
        Horizon; ``simulation.quarters`` is not read.
    sectors : sequence of (share, overrides)
        As :func:`oracle.primitives.build_tables` takes them.
    tables : optional
        Those of ``settings`` and ``sectors``, if they have been built already.
    two_sided : bool
        Not the model but a bound: partners learn too (:mod:`oracle.joint_tasks`).
    precision : type
        Of people's numbers. Double is not the model, but shows what single precision changes.
    """
    first = segments_of(settings)[0][1]
    if tables is None:
        tables = primitives.build_tables(first, sectors)
    simulated = new_firm(
        first,
        tables,
        seed=seed,
        number=firm,
        point=point,
        two_sided=two_sided,
        precision=precision,
    )
    simulated.segments = segments_of(settings)
    simulated.sectors = sectors
    series = [run_quarter(simulated, quarter) for quarter in range(quarters)]
    return Trace(record=record(simulated), series=series)
