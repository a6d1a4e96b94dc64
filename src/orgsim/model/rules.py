"""What the engine asks the model for, and the steps of a quarter: see :class:`orgsim.spec.Rules`.

A step hands the rules what they need of a block of firms and of the inputs. Which follows which is
not said here but in ``MODEL.steps``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.model import state
from orgsim.model.attitudes import assess_chain_of_command, change_attitudes
from orgsim.model.capability import build_capability
from orgsim.model.columns import STRUCTURES
from orgsim.model.competence import learn_by_doing, train_chiefs, train_staff
from orgsim.model.contacts import open_doors
from orgsim.model.cooperation import do_joint_tasks
from orgsim.model.environment import demand_and_hype, grow_exposure
from orgsim.model.observation import (
    count_outcome,
    list_state,
    observe_contact,
    observe_people,
    observe_structure,
    write_row,
)
from orgsim.model.parameters import DEPARTMENTS, PARAMETERS
from orgsim.model.population import populate, revise_quantities
from orgsim.model.reorganisation import reorganise
from orgsim.model.tables import ScheduledTables, build_scheduled_tables, tables_of
from orgsim.model.turnover import replace_chiefs, replace_staff
from orgsim.numerics.jit import merged
from orgsim.numerics.record import kernel_parameters
from orgsim.spec import segments


class Block(NamedTuple):
    """The state of some firms in lockstep, see :func:`orgsim.model.state.allocate`."""

    staff: Any
    seen: state.Seen
    firms: Any
    rows: Any
    vacancies: Any


class Inputs(NamedTuple):
    """What rules read of a design point.

    Attributes
    ----------
    key : (uint64, uint64)
        Of all random draws: the seed and the point.
    tables : ScheduledTables
    environment : Environment
        As long as the horizon.
    structure : int
        Structure code at the start.
    p : record array (segments,)
        The plain parameters, by segment of the schedule; without one there is one.
    segment : int64 (quarters,)
        Which one is in force.
    """

    key: tuple[np.uint64, np.uint64]
    tables: ScheduledTables
    environment: state.Environment
    structure: int
    p: Any
    segment: NDArray[np.int64]


def inputs(
    settings: Mapping[str, Any],
    sectors: Sequence[tuple[float, Mapping[str, Any]]],
    key: tuple[np.uint64, np.uint64],
) -> Inputs:
    """Return what the rules read of a design point."""
    found = segments(settings, DEPARTMENTS)
    given = [segment.settings for segment in found]
    p = kernel_parameters(PARAMETERS, given, DEPARTMENTS)
    quarters = int(settings["simulation.quarters"])
    starts = [segment.start for segment in found]
    return Inputs(
        key=key,
        tables=build_scheduled_tables(given, sectors),
        environment=demand_and_hype(p[0], quarters),
        structure=STRUCTURES.index(settings["firm.structure"]),
        p=p,
        segment=np.searchsorted(starts, np.arange(quarters), side="right").astype(np.int64) - 1,
    )


def by_quarter(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """Return digital demand and technology hype, (quarters,)."""
    return {"demand": inputs.environment.demand, "hype": inputs.environment.hype}


def allocate(inputs: Inputs, lanes: int) -> Block:
    """Return the zeroed state of a block of firms."""
    p = inputs.p[0]
    n = int(p.firm_marketing_staff + p.firm_it_staff)
    return Block(*state.allocate(n, lanes))


@merged
def begin(block, inputs):
    """Draw a block of firms and look at them for the first time."""
    staff, firms, rows = block.staff, block.firms, block.rows
    tables, p = tables_of(inputs.tables, 0), inputs.p[0]
    hype = inputs.environment.hype[0]
    populate(staff, firms, rows, tables, inputs.key, inputs.structure, hype, p)
    observe_people(staff, firms, p)


@merged
def environment(block, inputs, t):
    """Let the schedule change what firms are, and demand touch more of the business."""
    if t > 0:
        segment = inputs.segment[t]
        if segment != inputs.segment[t - 1]:
            tables = tables_of(inputs.tables, segment)
            revise_quantities(block.firms, block.rows, tables, inputs.key)
        grow_exposure(block.firms)


@merged
def contacts(block, inputs, t):
    """Let moderation and structure set the opportunities."""
    open_doors(block.firms, inputs.p[inputs.segment[t]])


@merged
def attitudes(block, inputs, t):
    """Let status threat and social influence move people."""
    firms, key, p = block.firms, inputs.key, inputs.p[inputs.segment[t]]
    assess_chain_of_command(firms, p)
    change_attitudes(block.staff, block.seen, firms, block.rows, key, t, p)


@merged
def joint_tasks(block, inputs, t):
    """Let people meet, cooperate or not, and be reinforced."""
    key, p = inputs.key, inputs.p[inputs.segment[t]]
    do_joint_tasks(block.staff, block.seen, block.firms, block.rows, key, t, p)


@merged
def competence(block, inputs, t):
    """Learn by doing, and by training."""
    p = inputs.p[inputs.segment[t]]
    learn_by_doing(block.staff, p)
    train_staff(block.staff, p)
    train_chiefs(block.firms, p)


@merged
def capability(block, inputs, t):
    """Update capability, authority and performance."""
    demand, hype, window = inputs.environment
    p = inputs.p[inputs.segment[t]]
    build_capability(block.firms, t, demand[t], hype[t], window[t], p)


@merged
def reorganisation(block, inputs, t):
    """Propose, choose, support, adopt or fail, revert."""
    staff, firms, rows = block.staff, block.firms, block.rows
    demand, hype = inputs.environment.demand[t], inputs.environment.hype[t]
    segment = inputs.segment[t]
    tables, p = tables_of(inputs.tables, segment), inputs.p[segment]
    reorganise(staff, firms, rows, tables, inputs.key, t, demand, hype, p)


@merged
def turnover(block, inputs, t):
    """Let people leave, and successors and recruits come."""
    staff, firms, rows = block.staff, block.firms, block.rows
    segment = inputs.segment[t]
    tables, key, p = tables_of(inputs.tables, segment), inputs.key, inputs.p[segment]
    replace_chiefs(firms, rows, tables, key, t, p)
    replace_staff(staff, firms, rows, block.vacancies, tables, key, t, p)


@merged
def observation(block, inputs, t):
    """See what the firm will know of itself in the next quarter."""
    p = inputs.p[inputs.segment[t]]
    observe_people(block.staff, block.firms, p)
    observe_contact(block.firms, t, p)
    observe_structure(block.firms, p)


@merged
def list_series(block, out):
    """Write the state variables of ``MODEL.series`` into ``out``, float64 (series, lanes)."""
    list_state(block.firms, out)


@merged
def count_firm(block, lane, counts):
    """Add a firm to the counts of a quarter, int64 (counts,)."""
    count_outcome(block.firms, lane, counts)


@merged
def record_firm(block, lane, series, out):
    """Write a firm's row of ``MODEL.record``; ``series`` are those just listed."""
    write_row(block.firms, lane, series, out)
