"""The state of a block of firms.

A block simulates L firms ("lanes") in lockstep. Each state variable is a row
over the lanes, so that LLVM vectorises the loops over firms. The rows of a
person, and those of the firms, lie side by side in a record: as the compiler
then knows where each begins and how long it is, it need not ask whether two
overlap. Rules change this state in place; nothing else holds any.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.model.columns import DRAWN
from orgsim.model.draws import IT_AGENT, TRAITS_OF_A_PERSON
from orgsim.model.parameters import QUANTITIES
from orgsim.numerics.elementary import single
from orgsim.numerics.jit import rule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# numba compiles a function anew for every literal integer it is called with, but
# not for typed constants: they save half the compile time.
SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = np.arange(3)
STRUCTURE_CODES = 3
NO_TARGET = SEPARATE
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = np.arange(5)
POSTS = 5
MARKETING, IT = np.arange(2)
FIRST_QUARTER = np.int64(0)
_CACHE_LINE = 64
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
_QUANTITY_PATHS = [quantity.path for quantity in QUANTITIES]
COMMITMENT_QUANTITY = _QUANTITY_PATHS.index("leadership.commitment")
ATTENTION_QUANTITY = _QUANTITY_PATHS.index("firm.attention")
GROWTH_QUANTITY = _QUANTITY_PATHS.index("firm.exposure_growth")
AUTHORITY_QUANTITY = _QUANTITY_PATHS.index("capability.initial_authority")
EFFORT_QUANTITY = _QUANTITY_PATHS.index("content.effort")


AT_WORK = np.dtype([("willingness", single), ("literacy", single)])
"""What partners see of a person when joint tasks begin; side by side, to be fetched at once."""


def person_dtype(lanes: int) -> np.dtype[np.void]:
    """Return the record of person i in every firm of a block."""
    row = (lanes,)
    return np.dtype(
        [
            ("cooperation", single, row),
            ("resistance", single, row),
            ("disposition", single, row),
            ("literacy", single, row),
            ("identity", single, row),
            ("contact", single, row),
            ("readiness", single, row),  # what resistance leaves of cooperation
            ("threat", single, row),  # status threat felt this quarter
            ("exit_coin", single, row),  # to hold against the hazard of leaving
            ("chance", single, row),  # that an encounter is across departments
            ("completed", np.int32, row),  # joint tasks completed this quarter
        ]
    )


def firm_dtype(lanes: int) -> np.dtype[np.void]:
    """Return the record of all that belongs to the firms of a block, or to their chiefs."""
    row = (lanes,)
    posts = (POSTS, lanes)
    departments = (2, lanes)
    window = (WINDOW, 2, lanes)
    return np.dtype(
        [
            ("number", np.uint32, row),
            ("sector", np.int64, row),
            ("drawn", np.float64, (DRAWN_ROWS, lanes)),  # never changed after the start
            # quantities that a schedule may change: drawn anew from it, in the same place
            ("attention", np.float64, row),
            ("exposure_growth", np.float64, row),
            ("initial_authority", np.float64, row),
            ("content_effort", np.float64, row),
            ("exposure", np.float64, row),
            ("commitment", np.float64, row),
            ("capability", np.float64, row),
            ("authority", np.float64, row),
            ("opening", np.float64, row),  # contact that the chiefs add
            # chiefs by post; what stands in an empty post means nothing
            ("chief_cooperation", np.float64, posts),
            ("chief_resistance", np.float64, posts),
            ("chief_literacy", np.float64, posts),
            ("chief_background", np.float64, posts),
            # structure
            ("structure", np.int64, row),
            ("target", np.int64, row),  # of a reorganisation under way, else NO_TARGET
            ("elapsed", np.int64, row),
            ("below", np.int64, row),  # quarters in a row below the quorum
            ("cool_down", np.int64, row),
            ("clock", np.int64, row),  # age of the structure
            ("willing", np.float64, row),
            ("accustomed", np.float64, departments),  # distance to the chain when separate
            ("distance_gain", np.float64, departments),  # distance in prospect less that
            # joint encounters and completed tasks by quarter modulo WINDOW and department
            ("encounters", np.int64, window),
            ("tasks", np.int64, window),
            # observers
            ("mean_cooperation", np.float64, departments),
            ("mean_resistance", np.float64, departments),
            ("mean_literacy", np.float64, departments),
            ("completion", np.float64, row),
            ("led_completion", np.float64, row),  # of tasks led by marketing
            ("quality", np.float64, row),  # logarithm of what a completed task is worth
            ("performance", np.float64, row),
            ("spending_share", np.float64, row),
            ("contact", np.float64, row),
            ("ei_index", np.float64, row),
            ("leader", np.float64, row),  # background of who allots effort
            ("reach", np.float64, row),
            ("misfit", np.float64, row),
            # counters
            ("attempts", np.int64, row),
            ("failures", np.int64, row),
            ("reversals", np.int64, row),
            ("first_attempt", np.int64, row),
            ("first_adoption", np.int64, row),
            ("quarters_of_misfit", np.int64, row),
            ("exits", np.int64, (STRUCTURE_CODES, 2, lanes)),  # by structure in force
            ("quarters_under", np.int64, (STRUCTURE_CODES, lanes)),
            ("new_ceo", np.int64, row),  # quarter of the last to come under this CEMO, else -1
            ("ceo_exits_under_cemo", np.int64, row),
            ("cemo_undone_after_ceo", np.int64, row),
            ("chief_exits", np.int64, row),
            ("ceo_exits", np.int64, row),
        ]
    )


def rows_dtype(lanes: int) -> np.dtype[np.void]:
    """Return the record of rows that a rule fills and uses up within a call."""
    row = (lanes,)
    return np.dtype(
        [
            ("words", np.uint32, (4, lanes)),  # of one keyed draw
            ("more_words", np.uint32, (4, lanes)),
            ("picks", np.uint32, (4, lanes)),  # of one keyed draw, and
            ("coins", single, (4, lanes)),  # what is left over of it
            ("place", np.uint32, row),  # of who is met, in an array of Seen
            ("colleague", single, (4, lanes)),  # resistance of colleagues met
            ("partner", AT_WORK, (4, lanes)),  # partners met
            ("number", np.uint32, row),  # of a firm, and
            ("agent", np.uint32, row),  # of an agent, to draw words for
            ("means", single, (TRAITS_OF_A_PERSON, lanes)),  # around which traits are drawn
            ("traits", single, (TRAITS_OF_A_PERSON, lanes)),
            ("chance", np.float64, row),
            ("count", np.int32, row),
            ("from_firm", single, (2, lanes)),  # what a rule about people needs of the firm
        ]
    )


VACANCY = np.dtype([("person", np.int32), ("lane", np.int32)])
"""A place that fell vacant: of which person, in which firm of the block."""


class Environment(NamedTuple):
    """What all firms share, by quarter: float64 arrays (quarters,)."""

    demand: Floats
    hype: Floats
    demand_window: Floats  # demand summed over the last WINDOW quarters


def _zeros(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return zeroed records that begin at a cache line.

    Rows are whole lines long, so none of the processor's vectors then straddles two.
    """
    size = count * dtype.itemsize
    memory = np.zeros(size + _CACHE_LINE, np.uint8)
    offset = -memory.ctypes.data % _CACHE_LINE
    return memory[offset : offset + size].view(dtype)


class Seen(NamedTuple):
    """What people see of each other, of person i in lane l at ``i * lanes + l``.

    Apart from the people, compact and flat, so that of a usual department it
    fits the processor's nearest cache and looking somebody up takes one access.

    Attributes
    ----------
    resistance : float32 (n * lanes,)
        At the start of the quarter.
    at_work : record array (n * lanes,) of ``AT_WORK``
    """

    resistance: NDArray[np.float32]
    at_work: Any


def allocate(n: int, lanes: int) -> tuple[Any, Seen, Any, Any, Any]:
    """Return zeroed state for a block of firms with n people each.

    Returns
    -------
    staff : record array (n,) of ``person_dtype``
    seen : Seen
    firms : record of ``firm_dtype``
    rows : record of ``rows_dtype``
    vacancies : record array (n * lanes,) of ``VACANCY``
    """
    return (
        _zeros(n, person_dtype(lanes)).view(np.recarray),
        Seen(_zeros(n * lanes, np.dtype(single)), _zeros(n * lanes, AT_WORK).view(np.recarray)),
        _zeros(1, firm_dtype(lanes)).view(np.recarray)[0],
        _zeros(1, rows_dtype(lanes)).view(np.recarray)[0],
        _zeros(n * lanes, VACANCY).view(np.recarray),
    )


@rule
def agent_number(i, n_marketing):
    """Return the number under which person i draws: IT counts from IT_AGENT."""
    return i if i < n_marketing else IT_AGENT + i - n_marketing
