"""What a sensitivity analysis found, as one holds it in Python."""

from orgsim.config.sensitivity import DUMMY
from orgsim.results.sensitivity.answer import Asked, Moved, Sensitivity
from orgsim.results.sensitivity.given import GivenData
from orgsim.results.sensitivity.indices import Indices
from orgsim.results.sensitivity.screening import Screening
from orgsim.results.sensitivity.tables import (
    FACTS,
    GIVEN,
    INDICES,
    NEAR,
    PAGE,
    PAIRS,
    SCREENING,
    SHARES,
    VARIATION,
)

__all__ = [
    "DUMMY",
    "FACTS",
    "GIVEN",
    "INDICES",
    "NEAR",
    "PAGE",
    "PAIRS",
    "SCREENING",
    "SHARES",
    "VARIATION",
    "Asked",
    "GivenData",
    "Indices",
    "Moved",
    "Screening",
    "Sensitivity",
]
