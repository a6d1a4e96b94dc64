"""The work itself: parts are simulated on all cores of this machine, and written as they come.

A part's points are cut into blocks of a fraction of a second, which threads simulate in any order;
rows are written in theirs. Where a precision is asked for, a point goes on from look to look until
it is met. However many threads there are, and whoever does which part, the rows are the same.
"""

from orgsim.work.task import Work, agent_quarters, stored_config
from orgsim.work.threads import ROWS_AHEAD, do_parts, warm_up

__all__ = ["ROWS_AHEAD", "Work", "agent_quarters", "do_parts", "stored_config", "warm_up"]
