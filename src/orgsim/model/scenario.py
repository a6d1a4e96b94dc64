"""The four scenarios, from structure and conduct alone.

The article's two rows are active (roles are rebuilt) and passive (roles stay).
In the passive row the two differ by whether joint work gets done.
"""

from __future__ import annotations

from orgsim.model.columns import SCENARIOS
from orgsim.model.state import CEMO_STRUCTURE, CMTO_STRUCTURE
from orgsim.numerics.jit import rule

CEMO_SCENARIO = SCENARIOS.index("cemo")
CMTO_SCENARIO = SCENARIOS.index("cmto")
TOGETHER = SCENARIOS.index("cmo_and_cto")
APART = SCENARIOS.index("cmo_vs_cto")


@rule
def classify(structure, completion, cut_point):
    """Return the scenario code of a firm; a reorganisation under way counts as the old structure.

    Parameters
    ----------
    structure : int
        Structure in force.
    completion : float
        Completed joint tasks over the last four quarters.
    cut_point : float
        ``cut_points.CUT_POINT``, or a side cut-point for the note beside the result.
    """
    if structure == CEMO_STRUCTURE:
        return CEMO_SCENARIO
    if structure == CMTO_STRUCTURE:
        return CMTO_SCENARIO
    return TOGETHER if completion >= cut_point else APART
