"""Histories of firms, set by hand: in each but little happens."""

from __future__ import annotations

import numpy as np

from orgsim.engine import make_inputs
from orgsim.model import MODEL
from orgsim.model.columns import RECORD, SCENARIOS
from orgsim.model.state import CEMO_STRUCTURE, POSTS, firm_dtype, person_dtype
from orgsim.text import NBSP
from orgsim.trace import History, events_of
from populations import settings

STAFF = {"firm__marketing_staff": 2, "firm__it_staff": 2}


def history(quarters, **overrides):
    """A firm in which nothing happens: separate, full completion, no misfit, nobody asked."""
    inputs = make_inputs(MODEL, settings(simulation__quarters=quarters, **STAFF, **overrides))
    firms = np.zeros(quarters + 1, firm_dtype(1)).view(np.recarray)
    firms.completion[:] = 1.0
    firms.commitment[:] = 0.6
    firms.misfit[:] = -0.1
    record = np.zeros((quarters, len(RECORD)))
    record[:, RECORD.index("scenario")] = SCENARIOS.index("cmo_and_cto")
    return History(
        inputs=inputs,
        firm=0,
        firms=firms,
        staff=np.zeros((quarters + 1, 4), person_dtype(1)).view(np.recarray),
        record=record,
        hazard=np.zeros(quarters),
        left=np.zeros((quarters, 4), dtype=np.bool_),
        chiefs_left=np.zeros((quarters, POSTS), dtype=np.bool_),
    )


def told(history, kind):
    """Return the events of a kind."""
    return [event for event in events_of(history) if event.kind == kind]


def plain(text):
    """Return a text with blanks that may break."""
    return text.replace(NBSP, " ")


def ended_as(quiet, scenario):
    """Have a firm end in a scenario."""
    quiet.record[:, RECORD.index("scenario")] = SCENARIOS.index(scenario)
    return quiet


def under_way(quarters, start, stop, target=CEMO_STRUCTURE, **overrides):
    """A firm with a reorganisation proposed in quarter ``start`` and ended in ``stop``."""
    busy = history(quarters, **overrides)
    busy.firms.target[start + 1 : stop + 1] = target
    busy.firms.attempts[start + 1 :] = 1
    busy.firms.elapsed[stop + 1 :] = stop - start
    return busy


def of_one_mind(**overrides):
    """Settings under which everybody resists by the disposition, whatever the others do."""
    return {"resistance__susceptibility": 0.0, "resistance__comfort": 0.0, **overrides}
