"""Every output column once: name, type, unit, meaning.

The engine writes the columns of ``RECORD`` (one value a firm) and ``SERIES``
and ``COUNTS`` (aggregates a quarter), each by its name; the store adds the keys and
turns codes into words; documentation and Parquet metadata read this file too.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgsim.parameters import DEPARTMENTS, QUANTITIES

STRUCTURES = ("separate", "cmto", "cemo")
"""Names of the structure codes 0, 1, 2."""

SCENARIOS = ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto")
"""Names of the scenario codes 0 to 3, in the article's order."""

SCENARIO_TITLES = ("CEMO", "CMTO", "CMO and CTO", "CMO vs CTO")

ARTICLE_SHARES = {"cemo": 0.40, "cmto": 0.20, "cmo_and_cto": 0.30, "cmo_vs_cto": 0.10}
"""The expert's shares of the article (HighText Verlag, in iBusiness, 21 February 2014)."""

CUT_POINT = 0.5
"""Completion that separates the two passive scenarios: fixed in advance, never calibrated."""

SIDE_CUT_POINTS = (0.4, 0.6)
"""What else the cut-point could have been, reported beside and nowhere used."""


@dataclass(frozen=True)
class Column:
    """One column: Arrow type as a word, unit, meaning.

    ``type`` is one of ``float32``, ``float64``, ``int16``, ``int32``, ``int64``,
    ``bool``, ``word`` (dictionary-encoded string), ``quarter`` (int16, null if never).
    """

    name: str
    type: str
    unit: str
    meaning: str


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

SERIES: tuple[str, ...] = tuple(c.name for c in _STATE)
"""State variables whose means and quantiles over firms are reported each quarter."""

SERIES_LOW = dict.fromkeys(SERIES, 0.0) | {"ei_index": -1.0}
"""Lowest value of a series; the highest is 1 for all."""

COUNTS: tuple[str, ...] = (
    "cemo",
    "cmto",
    "cmo_and_cto",
    "cmo_vs_cto",
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

_ENGINE = (
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
)

RECORD: tuple[str, ...] = tuple(c.name for c in _ENGINE)
"""What the engine writes for a firm at the horizon, in this order."""

FIRMS: tuple[Column, ...] = (
    Column("point", "int32", "-", "design point"),
    Column("firm", "int64", "-", "number of the firm, from 0"),
    *_ENGINE,
)

QUANTILES = (5, 25, 50, 75, 95)
"""Percentages at which the distribution over firms is reported each quarter."""

QUARTERS: tuple[Column, ...] = (
    Column("point", "int32", "-", "design point"),
    Column("quarter", "int32", "quarters", "quarter, from 0"),
    Column("calendar", "word", "-", "calendar quarter"),
    Column("demand", "float64", "share", "digital demand"),
    Column("hype", "float64", "share", "technology hype"),
    Column("share_separate", "float64", "share", "firms with separate departments"),
    *(
        Column(f"share_{name}", "float64", "share", f"firms that would end as {title} now")
        for name, title in zip(SCENARIOS, SCENARIO_TITLES, strict=True)
    ),
    Column("share_under_way", "float64", "share", "firms with a reorganisation under way"),
    Column("share_cmo_and_cto_at_04", "float64", "share", "CMO and CTO with cut-point 0.4"),
    Column("share_cmo_and_cto_at_06", "float64", "share", "CMO and CTO with cut-point 0.6"),
    *(
        Column(
            f"{c.name}_{statistic}",
            "float64",
            c.unit,
            f"{c.meaning}, {statistic if statistic == 'mean' else statistic[1:] + ' % quantile'}",
        )
        for c in _STATE
        for statistic in ("mean", *(f"q{q:02d}" for q in QUANTILES))
    ),
)

SHARES: tuple[Column, ...] = (
    Column("point", "int32", "-", "design point"),
    Column("scenario", "word", "-", "scenario"),
    Column("count", "int64", "firms", "firms that ended there"),
    Column("firms", "int64", "firms", "firms simulated"),
    Column("share", "float64", "share", "count over firms"),
    Column("low", "float64", "share", "lower end of the simultaneous 95 % interval (Goodman 1965)"),
    Column("high", "float64", "share", "upper end of the simultaneous 95 % interval"),
    Column("share_at_04", "float64", "share", "share had the cut-point been 0.4"),
    Column("share_at_06", "float64", "share", "share had the cut-point been 0.6"),
    Column("without_misfit", "int64", "firms", "of the count: firms that never saw a misfit"),
)
