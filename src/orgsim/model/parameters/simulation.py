"""``[simulation]``: how many firms, how long, which seed."""

from __future__ import annotations

from orgsim.spec.parameter import Parameter, assumed, integer

_OF_THE_RUN = "is of the whole run"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    integer("simulation.seed", 20140221, "-",
         "key of all random draws; the same seed gives the same firms anywhere",
         assumed("date of the article"), high=2**32 - 1, fixed=_OF_THE_RUN),
    integer("simulation.firms", 10_000, "firms",
         "firms simulated; more firms leave the first ones as they were", low=1, high=2**32 - 1,
         fixed=_OF_THE_RUN),
    integer("simulation.quarters", 40, "quarters",
         "horizon, counted from 2014 Q1", assumed("ten years after the article"), low=1,
         high=1_000, fixed=_OF_THE_RUN),
)
# fmt: on
