"""The state of a block of firms.

A block simulates L firms ("lanes") in lockstep. What belongs to a firm or its
chiefs is a record a firm; what belongs to people is an array (staff, lanes)
whose innermost axis runs over firms, so that LLVM vectorises the loops over
them. Rules change this state in place; nothing else holds any.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.columns import DRAWN
from orgsim.jit import compiled
from orgsim.parameters import QUANTITIES
from orgsim.random import IT_AGENT

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# numba compiles a function anew for every literal integer it is called with, but
# not for typed constants: they save half the compile time.
SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = np.arange(3)
NO_TARGET = SEPARATE
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = np.arange(5)
POSTS = 5
MARKETING, IT = np.arange(2)
FIRST_QUARTER = np.int64(0)
WINDOW = 4
"""Quarters over which completion is counted."""

_DRAWN = tuple(column.name for column in DRAWN)
EXPOSURE = _DRAWN.index("drawn_digital_exposure")
GROWTH = _DRAWN.index("drawn_exposure_growth")
ATTENTION = _DRAWN.index("drawn_attention")
MEAN_COOPERATION = _DRAWN.index("drawn_cooperation_marketing")
MEAN_CONTACT = _DRAWN.index("drawn_contact_propensity_marketing")
MEAN_RESISTANCE = _DRAWN.index("drawn_resistance_marketing")
MEAN_IDENTITY = _DRAWN.index("drawn_identity_marketing")
MEAN_LITERACY = _DRAWN.index("drawn_literacy_marketing")
CAPABILITY = _DRAWN.index("drawn_capability")
AUTHORITY = _DRAWN.index("drawn_authority")
COMMITMENT = _DRAWN.index("drawn_commitment")
EFFORT = _DRAWN.index("drawn_content_effort")
DRAWN_ROWS = len(_DRAWN)

QUANTITY_STREAMS = tuple(quantity.stream for quantity in QUANTITIES)
QUANTITY_HAS_DEPARTMENTS = tuple(quantity.by_department for quantity in QUANTITIES)
COMMITMENT_QUANTITY = [quantity.path for quantity in QUANTITIES].index("leadership.commitment")

FIRM = np.dtype(
    [
        ("number", np.uint64),
        ("sector", np.int64),
        ("drawn", np.float64, (DRAWN_ROWS,)),  # never changed after the start
        ("exposure", np.float64),
        ("commitment", np.float64),
        ("capability", np.float64),
        ("authority", np.float64),
        ("opening", np.float64),  # contact that the chiefs add
        # chiefs by post; what stands in an empty post means nothing
        ("chief_cooperation", np.float64, (POSTS,)),
        ("chief_resistance", np.float64, (POSTS,)),
        ("chief_literacy", np.float64, (POSTS,)),
        ("chief_background", np.float64, (POSTS,)),
        # structure
        ("structure", np.int64),
        ("target", np.int64),  # of a reorganisation under way, else NO_TARGET
        ("elapsed", np.int64),
        ("below", np.int64),  # quarters in a row below the quorum
        ("cool_down", np.int64),
        ("clock", np.int64),  # age of the structure
        ("willing", np.float64),
        ("accustomed", np.float64, (2,)),  # distance to the chain of command when separate
        ("distance_gain", np.float64, (2,)),  # distance in prospect less that, not below 0
        # joint encounters and completed tasks by quarter modulo WINDOW and department
        ("encounters", np.int64, (WINDOW, 2)),
        ("tasks", np.int64, (WINDOW, 2)),
        # observers
        ("mean_cooperation", np.float64, (2,)),
        ("mean_resistance", np.float64, (2,)),
        ("mean_literacy", np.float64, (2,)),
        ("completion", np.float64),
        ("led_completion", np.float64),  # of tasks led by marketing
        ("performance", np.float64),
        ("spending_share", np.float64),
        ("contact", np.float64),
        ("ei_index", np.float64),
        ("reach", np.float64),
        ("misfit", np.float64),
        # counters
        ("attempts", np.int64),
        ("failures", np.int64),
        ("reversals", np.int64),
        ("first_attempt", np.int64),
        ("first_adoption", np.int64),
        ("quarters_of_misfit", np.int64),
        ("exits", np.int64, (2,)),
        ("chief_exits", np.int64),
        ("ceo_exits", np.int64),
    ]
)


class Staff(NamedTuple):
    """People of both departments, marketing first: arrays (staff, lanes)."""

    cooperation: Floats
    resistance: Floats
    disposition: Floats
    literacy: Floats
    identity: Floats
    contact: Floats
    resistance_before: Floats  # at the start of the quarter
    willingness: Floats  # to cooperate, when joint tasks begin
    threat: Floats  # status threat felt this quarter
    exit_draw: Floats  # uniform draw against the hazard of leaving
    completed: Integers  # joint tasks completed this quarter


class Rows(NamedTuple):
    """Rows over the lanes that a rule fills and uses up within a call."""

    words: NDArray[np.uint64]  # (4, lanes) of one keyed draw
    position: Integers  # (lanes,) flat position of a colleague or partner
    partner: Floats  # (lanes,) what was read there
    partner_literacy: Floats  # (lanes,)
    chance: Floats  # (lanes,)
    total: Floats  # (2, lanes)
    by_department: Floats  # (2, lanes)
    encounters: Integers  # (lanes,) joint encounters of a department
    tasks: Integers  # (lanes,) completed tasks of a department


class Environment(NamedTuple):
    """What all firms share, by quarter: float64 arrays (quarters,)."""

    demand: Floats
    hype: Floats
    demand_window: Floats  # demand summed over the last WINDOW quarters


def allocate(n: int, lanes: int) -> tuple[Staff, Any, Rows]:
    """Return zeroed state for a block of firms with n people each.

    The firms are a record array (lanes,) of dtype ``FIRM``.
    """
    people = {name: np.zeros((n, lanes)) for name in Staff._fields if name != "completed"}
    staff = Staff(**people, completed=np.zeros((n, lanes), np.int64))
    rows = Rows(
        words=np.zeros((4, lanes), np.uint64),
        position=np.zeros(lanes, np.int64),
        partner=np.zeros(lanes),
        partner_literacy=np.zeros(lanes),
        chance=np.zeros(lanes),
        total=np.zeros((2, lanes)),
        by_department=np.zeros((2, lanes)),
        encounters=np.zeros(lanes, np.int64),
        tasks=np.zeros(lanes, np.int64),
    )
    firms = np.zeros(lanes, FIRM).view(np.recarray)
    return staff, firms, rows


@compiled
def department_of(i, n_marketing):
    """Return the department of person i: 0 marketing, 1 IT."""
    return 0 if i < n_marketing else 1


@compiled
def agent_number(i, n_marketing):
    """Return the number under which person i draws: IT counts from IT_AGENT."""
    return i if i < n_marketing else IT_AGENT + i - n_marketing
