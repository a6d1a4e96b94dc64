"""A history as tables: every column once, and what stands in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.model.columns import DRAWN, OF_A_FIRM, RECORD, SCENARIOS, STRUCTURES
from orgsim.model.parameters import DEPARTMENTS
from orgsim.model.state import CEMO_STRUCTURE, CMTO, CMTO_STRUCTURE, INFRASTRUCTURE, POSTS
from orgsim.model.turnover import occupied
from orgsim.spec import Column
from orgsim.spec.calendar import calendar
from orgsim.trace.events import Event
from orgsim.trace.history import History
from orgsim.trace.interpreted import interpreted
from orgsim.trace.votes import share_willing
from orgsim.trace.wording import POST_TITLES

_POST_NAMES = tuple(title.lower().replace(" ", "_") for title in POST_TITLES)

_STATE = (
    Column("quarter", "int32", "quarters", "quarter, from 0; -1: before the first"),
    Column("calendar", "word", "-", "calendar quarter, or start"),
)
_QUARTER = (
    Column("quarter", "int32", "quarters", "quarter, from 0"),
    Column("calendar", "word", "-", "calendar quarter"),
)

_STAFF_FIELDS = (
    Column("cooperation", "float32", "probability", "inclination to cooperate, after the quarter"),
    Column("resistance", "float32", "share", "resistance"),
    Column("disposition", "float32", "share", "disposition to resist, to which resistance tends"),
    Column("literacy", "float32", "share", "literacy in the other department's field"),
    Column("identity", "float32", "share", "strength of professional identity"),
    Column("contact", "float32", "probability", "contact propensity"),
    Column("threat", "float32", "-", "status threat felt by who held the place in the quarter"),
    Column("completed", "int32", "tasks", "joint tasks led and completed by the same"),
)

AGENTS: tuple[Column, ...] = (
    *_STATE,
    Column("department", "word", "-", "marketing or it"),
    Column("place", "int32", "-", "place in the department, from 0"),
    Column(
        "holder", "int32", "-", "who holds the place after the quarter: 0 the first, 1 the next"
    ),
    Column("left", "bool", "-", "the holder left at the end of the quarter; traits: the recruit's"),
    *_STAFF_FIELDS,
)
"""A row a place and quarter."""

CHIEFS: tuple[Column, ...] = (
    *_STATE,
    Column("post", "word", "-", f"one of {', '.join(_POST_NAMES)}"),
    Column("occupied", "bool", "-", "the post exists, and has a holder, in the structure in force"),
    Column("designated", "bool", "-", "somebody is designated, by a reorganisation under way"),
    Column("left", "bool", "-", "the holder left at the end of the quarter; traits: the new one's"),
    Column("cooperation", "float64", "probability", "of holder or designated, NaN if none"),
    Column("resistance", "float64", "share", "resistance of the same"),
    Column("literacy", "float64", "share", "literacy of the same in the other field"),
    Column("background", "float64", "technical share", "background of the same"),
)
"""A row a post and quarter."""

_MEANINGS = {
    "scenario": "where the firm would end, were this its last quarter",
    "structure": "structure in force after the quarter",
    "commitment": "top management's, after step 8: that of a new CEO, if one came",
    "misfit": "misfit that the firm perceived in step 7, may be negative",
    "willing": "share willing that the next count builds on: the last found, 0 after a proposal",
    "leader_background": "background of who allots effort, after the quarter",
    "content_reach": "reach of the content channel in the quarter, 0 when off",
    "under_way": "a reorganisation is under way after the quarter",
}
"""Of columns whose meaning in the table of firms is that at the horizon."""

_COUNTERS = (
    "attempts",
    "failures",
    "reversals",
    "quarters_of_misfit",
    "exits_marketing",
    "exits_it",
    "chief_exits",
    "ceo_exits",
    "exits_under_cemo_marketing",
    "exits_under_cemo_it",
    "exits_under_cmto_marketing",
    "exits_under_cmto_it",
    "quarters_under_cemo",
    "quarters_under_cmto",
    "ceo_exits_under_cemo",
    "cemo_undone_after_ceo",
)


def _by_quarter(column: Column) -> Column:
    """Return a column of the table of firms as it is to be read quarter by quarter."""
    meaning = _MEANINGS.get(column.name, column.meaning)
    if column.name in _COUNTERS:
        meaning += ", so far"
    kind = "float64" if column.type == "float32" else column.type
    return replace(column, type=kind, meaning=meaning)


_KEPT = tuple(
    _by_quarter(column)
    for column in OF_A_FIRM
    if column.name in RECORD
    and column not in DRAWN
    and column.name not in ("sector", "first_attempt", "first_adoption")
)

_FIRM_FIELDS = (
    Column("elapsed", "int32", "quarters", "since the last proposal, until it was decided"),
    Column("below", "int32", "quarters", "in a row below the quorum, an active form in force"),
    Column("cool_down", "int32", "quarters", "until the next possible proposal"),
    Column("clock", "int32", "quarters", "age of the structure"),
    Column("exposure", "float64", "share", "of the business that digital demand touches"),
    Column("opening", "float64", "probability", "contact that the chiefs added to an encounter"),
)

QUARTERS: tuple[Column, ...] = (
    *_QUARTER,
    Column("demand", "float64", "share", "digital demand"),
    Column("hype", "float64", "share", "technology hype"),
    Column("target", "word", "-", "form under way after the quarter; separate: none"),
    Column("could_propose", "bool", "-", "a proposal was possible in the quarter"),
    Column("hazard", "float64", "probability", "chance of a proposal, where one was possible"),
    Column("commitment_weighed", "float64", "share", "commitment that counted in steps 1 to 7"),
    Column("asked", "bool", "-", "the staff was asked for its support"),
    Column("willing_found", "float64", "share", "share found willing when asked, NaN if not"),
    *_FIRM_FIELDS,
    Column("threat_distance_marketing", "float64", "-", "what marketing's chain of command is off"),
    Column("threat_distance_it", "float64", "-", "what IT's chain of command is off"),
    Column("left_marketing", "int32", "persons", "staff who left marketing at the quarter's end"),
    Column("left_it", "int32", "persons", "staff who left IT at the quarter's end"),
    *_KEPT,
)
"""A row a quarter: the firm after it, all that ``columns.RECORD`` has and more."""

EVENTS: tuple[Column, ...] = (
    *_QUARTER,
    Column("kind", "word", "-", "what kind of event"),
    Column("left", "int32", "persons", "staff of both departments who left in that quarter"),
    Column("text", "word", "-", "a sentence"),
    Column("numbers", "word", "-", "what the sentence rests on, as JSON"),
)
"""A row an event."""

Columns = dict[str, NDArray[Any]]


def _named(words: Sequence[str], codes: NDArray[Any]) -> NDArray[Any]:
    return np.array(words)[codes.astype(np.int64)]


def _when(history: History, rows: int) -> Columns:
    """Return the first columns of a table with ``rows`` rows a state, from the start on."""
    states = np.arange(-1, history.quarters)
    names = np.array(["start", *(calendar(t) for t in range(history.quarters))])
    return {"quarter": np.repeat(states, rows), "calendar": np.repeat(names, rows)}


def agents(history: History) -> Columns:
    """Return the columns of ``AGENTS``."""
    states, n = history.quarters + 1, history.inputs.agents
    sizes = [part.stop - part.start for part in history.departments]
    left = np.vstack([np.zeros((1, n), dtype=np.bool_), history.left])
    return _when(history, n) | {
        "department": np.tile(np.repeat(np.array(DEPARTMENTS), sizes), states),
        "place": np.tile(np.concatenate([np.arange(size) for size in sizes]), states),
        "holder": np.cumsum(left, axis=0).ravel(),
        "left": left.ravel(),
        **{c.name: history.of_staff(c.name).ravel() for c in _STAFF_FIELDS},
    }


def occupied_posts(history: History) -> NDArray[np.bool_]:
    """Return whether each post has a holder in each state, (T + 1, posts)."""
    rule = interpreted(occupied)
    structures = history.of_firm("structure")
    by_structure = np.array(
        [[rule(post, s, history.p) for post in range(POSTS)] for s in range(len(STRUCTURES))]
    )
    return np.asarray(by_structure[structures], dtype=np.bool_)


def designated_posts(history: History) -> NDArray[np.bool_]:
    """Return for which posts somebody is designated in each state, (T + 1, posts)."""
    target = history.of_firm("target")
    designated = np.zeros((target.size, POSTS), dtype=np.bool_)
    designated[:, CMTO] = target == CMTO_STRUCTURE
    has_chief = bool(history.p.reorganisation_infrastructure_chief)
    designated[:, INFRASTRUCTURE] = (target == CEMO_STRUCTURE) & has_chief
    return designated


def chiefs(history: History) -> Columns:
    """Return the columns of ``CHIEFS``."""
    states = history.quarters + 1
    in_office, designated = occupied_posts(history), designated_posts(history)
    known = in_office | designated
    left = np.vstack([np.zeros((1, POSTS), dtype=np.bool_), history.chiefs_left])
    traits = {
        trait: np.where(known, history.of_firm(f"chief_{trait}"), np.nan).ravel()
        for trait in ("cooperation", "resistance", "literacy", "background")
    }
    return _when(history, POSTS) | {
        "post": np.tile(np.array(_POST_NAMES), states),
        "occupied": in_office.ravel(),
        "designated": designated.ravel(),
        "left": left.ravel(),
        **traits,
    }


def quarters(history: History) -> Columns:
    """Return the columns of ``QUARTERS``."""
    columns: Columns = {name: values[1:] for name, values in _when(history, 1).items()}
    columns |= {
        "demand": history.inputs.shared["demand"],
        "hype": history.inputs.shared["hype"],
        "target": _named(STRUCTURES, history.of_firm("target")[1:]),
        "could_propose": history.could_propose(),
        "hazard": history.hazard,
        "commitment_weighed": history.of_firm("commitment")[:-1],
        "asked": history.asked(),
        "willing_found": share_willing(history),
        **{c.name: history.of_firm(c.name)[1:] for c in _FIRM_FIELDS},
    }
    for g, name in enumerate(DEPARTMENTS):
        columns[f"threat_distance_{name}"] = history.of_firm("distance_gain")[1:, g]
        columns[f"left_{name}"] = history.left[:, history.departments[g]].sum(axis=1)
    words = {"scenario": SCENARIOS, "structure": STRUCTURES}
    for column in _KEPT:
        values = history.column(column.name)
        if column.name in words:
            values = _named(words[column.name], values)
        columns[column.name] = values.astype(np.bool_) if column.type == "bool" else values
    return columns


def events_table(events: Sequence[Event], history: History) -> Columns:
    """Return the columns of ``EVENTS``."""
    left = history.left.sum(axis=1)
    told = [json.dumps(dict(event.numbers), ensure_ascii=False) for event in events]
    return {
        "quarter": np.array([event.quarter for event in events], dtype=np.int64),
        "calendar": np.array([event.calendar for event in events], dtype=np.str_),
        "kind": np.array([event.kind for event in events], dtype=np.str_),
        "left": np.array([left[event.quarter] for event in events], dtype=np.int64),
        "text": np.array([event.text for event in events], dtype=np.str_),
        "numbers": np.array(told, dtype=np.str_),
    }
