"""Joint work of the last year, and what changed cooperation."""

from __future__ import annotations

import numpy as np

from histories import history
from orgsim.trace import decisive, events_of
from orgsim.trace.joint_work import change_of_cooperation, work_of_last_year


def test_what_one_half_took_is_measured_against_the_larger():
    busy = history(8, cooperation__required_share=1.0, cooperation__encounters=6)
    busy.firms.encounters[-1] = np.array([[3, 2], [3, 2], [3, 2], [3, 3]])[..., None]
    busy.firms.tasks[-1] = 1
    work = work_of_last_year(busy)
    assert (work.encounters, work.tasks) == (21, 8)
    assert work.required > 21
    assert work.one_half == np.ceil(work.required / 2.0)
    met = next(s for s in decisive(events_of(busy), busy) if "21 encounters were" in s)
    assert "8 joint tasks got done" in met
    assert met.endswith(f"({work.required:,.1f}): one half took {work.one_half:,}.")
    alone = work._replace(required=3.0)
    assert alone.one_half == 11


def test_the_change_of_cooperation_is_split_between_work_and_exits():
    busy = history(8)
    steps = np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.2, 0.3, 0.4], [0.2, 0.6, 0.3, 0.4]])
    busy.staff.cooperation[:6, :, 0] = steps[0]
    busy.staff.cooperation[6:8, :, 0] = steps[1]
    busy.staff.cooperation[8, :, 0] = steps[2]
    busy.left[7, 1] = True
    change = change_of_cooperation(busy, 4)
    assert np.allclose(change, (0.25, 0.375, 0.025, 0.1, 1))
    assert np.allclose(change_of_cooperation(busy, 1)[2:4], (0.0, 0.1))
