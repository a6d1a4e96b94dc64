"""Live through one firm's quarters again, from its keys alone.

Every draw is keyed by what it is for, so a firm at the horizon t is the same firm as at a longer
one, seen at t. The kernel that simulated the run is therefore called with the horizons 0, 1, ...,
T, and the state in which it leaves the firm is copied each time. That costs T (T + 1) / 2 quarters
of a block.

Rejected: the rules as plain Python, which are linear in T but slower by orders of magnitude; a
kernel that copies the state each quarter, which takes 13 s of compiling and could differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.engine import PointInputs, new_aggregates, new_halt
from orgsim.engine.cpu.runner import default_lanes, run_block
from orgsim.errors import RunError
from orgsim.model.draws import COINS, SUCCESSION
from orgsim.model.state import CEO, POSTS, firm_dtype, person_dtype
from orgsim.model.turnover import occupied
from orgsim.numerics.elementary import single
from orgsim.numerics.philox import unit, words
from orgsim.system.interruption import in_thread
from orgsim.trace.history import Bools, History
from orgsim.trace.interpreted import interpreted

WORTH_COMPILING = 1_000_000_000
"""Agent-quarters, of all the firms in lockstep, from which a kernel for one firm alone is compiled:
that takes 11 s once and is kept, and such a replay otherwise 20 s and more."""


def replay(
    inputs: PointInputs,
    firm: int,
    *,
    lanes: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> History:
    """Return what one firm went through.

    Parameters
    ----------
    inputs : PointInputs
        The design point.
    firm : int
        Number of the firm.
    lanes : int, optional
        Firms in lockstep; no result depends on it.
    on_progress : callable, optional
        Called with the quarters of work done, and those there are.

    Raises
    ------
    RunError
        If those found to have left are not as many as the model counted: then orgsim has an error.
    """
    lanes = best_lanes(inputs) if lanes is None else lanes
    block = inputs.model.rules_module.allocate(inputs.given, lanes)
    steps = inputs.quarters + 1
    firms = np.zeros(steps, firm_dtype(1)).view(np.recarray)
    staff = np.zeros((steps, inputs.agents), person_dtype(1)).view(np.recarray)
    record = np.empty((steps, len(inputs.model.record)))
    hazard = np.empty(steps)
    for t in range(steps):
        record[t] = _until(inputs, firm, t, block)
        _copy_lane(block.staff, staff[t])
        _copy_lane(block.firms, firms[t])
        hazard[t] = block.rows.chance[0]
        if on_progress is not None:
            on_progress(t * (t + 1) // 2, steps * (steps - 1) // 2)
    history = History(
        inputs=inputs,
        firm=firm,
        firms=firms,
        staff=staff,
        record=record[1:],
        hazard=hazard[1:],
        left=_who_left(inputs, staff),
        chiefs_left=_which_chiefs_left(inputs, firm, firms),
        twin=None if inputs.twin is None else _until(inputs.twin, firm, inputs.quarters, block),
    )
    _check_exits(history)
    return history


def best_lanes(inputs: PointInputs) -> int:
    """Return how many firms in lockstep to replay one in: as the run did, unless that takes long.

    The kernel for as many is there already.
    """
    lanes = default_lanes(inputs.agents)
    work = inputs.agents * inputs.quarters * (inputs.quarters + 1) // 2 * lanes
    return lanes if work < WORTH_COMPILING else 1


def _until(inputs: PointInputs, firm: int, quarters: int, block: Any) -> NDArray[np.float64]:
    """Simulate one firm for some quarters; return its row, and leave it in the block's lanes."""
    record = np.empty((len(inputs.model.record), 1))
    aggregates, halt = new_aggregates(inputs.model, quarters), new_halt()
    in_thread(
        lambda: run_block(inputs, block, firm, record, aggregates, halt),
        on_interrupt=lambda: halt.fill(1),
    )
    return record[:, 0]


def _copy_lane(block: Any, alone: Any) -> None:
    """Copy the first firm's fields of a block into records of one lane."""
    for name in block.dtype.names:
        alone[name][..., 0] = block[name][..., 0]


def _who_left(inputs: PointInputs, staff: Any) -> Bools:
    """Return who left at the end of each quarter, by the rule ``model.turnover.list_vacancies``."""
    given = inputs.given
    if not given.p[0].mechanisms_turnover:
        return np.zeros((inputs.quarters, inputs.agents), dtype=np.bool_)
    p = given.p[given.segment]
    turnover = p.leadership_staff_turnover[:, None].astype(single)
    sensitivity = p.leadership_threat_turnover[:, None].astype(single)
    threat, coin = staff["threat"][1:, :, 0], staff["exit_coin"][1:, :, 0]
    hazard = np.clip(turnover + sensitivity * threat, single(0.0), single(1.0))
    return np.asarray(coin < hazard)


def _which_chiefs_left(inputs: PointInputs, firm: int, firms: Any) -> Bools:
    """Return which chiefs left at the end of each quarter, as ``model.turnover.replace_chiefs``."""
    left = np.zeros((inputs.quarters, POSTS), dtype=np.bool_)
    given = inputs.given
    if not given.p[0].mechanisms_turnover:
        return left
    draw, share, has_holder = (interpreted(rule) for rule in (words, unit, occupied))
    for t in range(inputs.quarters):
        structure, p = firms["structure"][t + 1, 0], given.p[given.segment[t]]
        for post in range(POSTS):
            ceo = post == CEO
            hazard = p.leadership_ceo_turnover if ceo else p.leadership_chief_turnover
            coin = share(draw(given.key, firm, post, t, SUCCESSION, COINS)[0])
            left[t, post] = coin < hazard and has_holder(post, structure, p)
    return left


def _check_exits(history: History) -> None:
    """Hold those who left against the model's counters, quarter by quarter."""
    staff = [history.left[:, department].sum(axis=1) for department in history.departments]
    exits = history.of_firm("exits").sum(axis=1)  # whatever structure was in force
    found = {
        "exits": (exits, np.stack(staff, axis=1)),
        "ceo_exits": (history.of_firm("ceo_exits"), history.chiefs_left[:, 0]),
        "chief_exits": (history.of_firm("chief_exits"), history.chiefs_left[:, 1:].sum(1)),
    }
    for name, (counter, counts) in found.items():
        if not np.array_equal(np.diff(counter, axis=0), counts):
            raise RunError(f"firm {history.firm}: {name} of the trace differ from the model's")
