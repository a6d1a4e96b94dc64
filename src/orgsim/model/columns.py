"""Every output column once: name, type, unit, meaning.

The rules write the columns of ``RECORD`` (one value a firm) and ``SERIES``
and ``COUNTS`` (aggregates a quarter), each by its name; the store adds the keys and
turns codes into words; documentation and Parquet metadata read this file too.
"""

from __future__ import annotations

from orgsim.model.parameters import DEPARTMENTS, QUANTITIES
from orgsim.spec import Column, CountedShare, Outcome, Series

STRUCTURES = ("separate", "cmto", "cemo")
"""Names of the structure codes 0, 1, 2."""

OUTCOMES = (
    Outcome("cemo", "CEMO", 0.40),
    Outcome("cmto", "CMTO", 0.20),
    Outcome("cmo_and_cto", "CMO and CTO", 0.30),
    Outcome("cmo_vs_cto", "CMO vs CTO", 0.10),
)
"""The scenarios, in the article's order, and the expert's shares of the article (HighText Verlag,
in iBusiness, 21 February 2014)."""

SCENARIOS = tuple(outcome.name for outcome in OUTCOMES)
"""Names of the scenario codes 0 to 3."""

SCENARIO_TITLES = tuple(outcome.title for outcome in OUTCOMES)

ARTICLE_SHARES = {outcome.name: outcome.share for outcome in OUTCOMES}

ARTICLE_ROUNDING = 0.05
"""The article gives its shares in tens: each may be off by so much."""


def _pair(name: str, unit: str, meaning: str, kind: str = "float32") -> tuple[Column, ...]:
    return tuple(
        Column(f"{name}_{g}", kind, unit, f"{meaning} in {'IT' if g == 'it' else g}")
        for g in DEPARTMENTS
    )


_STATE = (
    *_pair("cooperation", "probability", "mean inclination to cooperate"),
    *_pair("resistance", "share", "mean resistance"),
    *_pair("literacy", "share", "mean literacy in the other's field"),
    Column("capability", "float32", "share", "digital capability"),
    Column("authority", "float32", "share", "the CMO's authority"),
    Column("completion", "float32", "share", "joint tasks completed over four quarters"),
    Column("performance", "float32", "-", "creativity and technology times completion"),
    Column(
        "technology_spending_share", "float32", "share", "marketing's part of technology spending"
    ),
    Column("contact", "float32", "share", "encounters with the other department this quarter"),
    Column("ei_index", "float32", "-", "external less internal encounters over their sum"),
)

STATE = tuple(Series(column, -1.0 if column.name == "ei_index" else 0.0) for column in _STATE)
"""State variables whose means and quantiles over firms are reported each quarter."""

SERIES: tuple[str, ...] = tuple(c.name for c in _STATE)
"""Their names."""

SERIES_LOW = {series.column.name: series.low for series in STATE}
"""Lowest value of a series; the highest is 1 for all."""

COUNTS: tuple[str, ...] = (
    *SCENARIOS,
    "under_way",
    "cmo_and_cto_at_04",
    "cmo_and_cto_at_06",
)
"""Firms counted each quarter: the scenarios, reorganisations under way, other cut-points."""

_DRAWN_NAMES = {
    "cooperation.initial": "cooperation",
    "resistance.initial": "resistance",
    "competence.initial_literacy": "literacy",
    "capability.initial": "capability",
    "capability.initial_authority": "authority",
    "content.effort": "content_effort",
}


def _drawn() -> tuple[Column, ...]:
    columns: list[Column] = []
    for quantity in QUANTITIES:
        name = f"drawn_{_DRAWN_NAMES.get(quantity.path, quantity.name)}"
        meaning = f"{quantity.path} of this firm"
        if quantity.by_department:
            columns += _pair(name, quantity.unit, meaning)
        else:
            columns.append(Column(name, "float32", quantity.unit, meaning))
    return tuple(columns)


DRAWN: tuple[Column, ...] = _drawn()
"""What was drawn for a firm, in the order of ``parameters.QUANTITIES``, marketing before IT."""

_OF_VERSION_2 = (
    *_pair("exits_under_cemo", "persons", "staff who left while a CEMO was in force", "int32"),
    *_pair("exits_under_cmto", "persons", "staff who left while a CMTO was in force", "int32"),
    Column("quarters_under_cemo", "int16", "quarters", "quarters with a CEMO in force at the end"),
    Column("quarters_under_cmto", "int16", "quarters", "quarters with a CMTO in force at the end"),
    Column("ceo_exits_under_cemo", "int16", "persons", "CEOs who left while a CEMO was in force"),
    Column(
        "cemo_undone_after_ceo", "int16", "count",
        "CEMOs undone within eight quarters of a new CEO who had found them in force",
    ),
)  # fmt: skip

SINCE_VERSION_2 = tuple(column.name for column in _OF_VERSION_2)
"""Columns of a firm that version 1 did not have, after all that it had."""

OF_A_FIRM: tuple[Column, ...] = (
    Column("sector", "word", "-", "the firm's sector"),
    Column("scenario", "word", "-", "where the firm ended"),
    Column("structure", "word", "-", "structure in force at the horizon"),
    *_STATE,
    Column("commitment", "float32", "share", "top management's commitment at the horizon"),
    Column("misfit", "float32", "-", "perceived misfit in the last quarter, may be negative"),
    Column("willing", "float32", "share", "staff willing at the last count"),
    Column("leader_background", "float32", "technical share", "background of who allots effort"),
    Column("content_reach", "float32", "share", "reach of the content channel, 0 when off"),
    Column("under_way", "bool", "-", "a reorganisation was under way at the horizon"),
    Column("attempts", "int16", "count", "reorganisations proposed"),
    Column("failures", "int16", "count", "reorganisations that failed"),
    Column("reversals", "int16", "count", "adopted structures undone"),
    Column("first_attempt", "quarter", "quarter", "quarter of the first proposal, null if none"),
    Column("first_adoption", "quarter", "quarter", "quarter of the first adoption, null if none"),
    Column("quarters_of_misfit", "int16", "quarters", "quarters in which the firm saw a misfit"),
    *_pair("exits", "persons", "staff who left", "int32"),
    Column("chief_exits", "int16", "persons", "CMO, CIO, infrastructure chief, CMTO who left"),
    Column("ceo_exits", "int16", "persons", "CEOs who left"),
    *DRAWN,
    *_OF_VERSION_2,
)
"""What the rules write for a firm at the horizon, in this order."""

RECORD: tuple[str, ...] = tuple(c.name for c in OF_A_FIRM)
"""Their names."""

SHARED = (
    Column("demand", "float64", "share", "digital demand"),
    Column("hype", "float64", "share", "technology hype"),
)
"""What all firms share, by quarter."""

COUNTED_SHARES = (
    CountedShare(
        Column("share_separate", "float64", "share", "firms with separate departments"),
        ("cmo_and_cto", "cmo_vs_cto"),
    ),
    *(
        CountedShare(
            Column(f"share_{name}", "float64", "share", f"firms that would end as {title} now"),
            (name,),
        )
        for name, title, _ in OUTCOMES
    ),
    *(
        CountedShare(Column(f"share_{name}", "float64", "share", meaning), (name,))
        for name, meaning in (
            ("under_way", "firms with a reorganisation under way"),
            ("cmo_and_cto_at_04", "CMO and CTO with cut-point 0.4"),
            ("cmo_and_cto_at_06", "CMO and CTO with cut-point 0.6"),
        )
    ),
)
"""Columns of ``quarters``: shares of firms by what they are counted by."""
