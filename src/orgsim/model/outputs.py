"""What can be asked of this model's firms by name, beside the means of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.model.columns import OUTCOMES, SCENARIOS, STRUCTURES
from orgsim.model.parameters import DEPARTMENTS
from orgsim.model.tallies import has_improved, has_tried
from orgsim.spec.named_output import HORIZON, LATER, TWIN_MARGIN, NamedOutput, Record

_CEMO, _CMTO, _TOGETHER, _APART = range(len(SCENARIOS))
SEPARATE = STRUCTURES[0]
_ACTIVE, _PASSIVE = (_CEMO, _CMTO), (_TOGETHER, _APART)

Features = Callable[[Record], tuple[NDArray[Any], ...]]


def _ended(record: Record, scenarios: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.isin(record["scenario"], scenarios)


def _share(part: tuple[int, ...], whole: tuple[int, ...] = (*_ACTIVE, *_PASSIVE)) -> Features:
    return lambda record: (_ended(record, part), _ended(record, whole))


def _of_those_who_tried(*, is_sustained: bool) -> Features:
    def features(record: Record) -> tuple[NDArray[Any], ...]:
        margin = float(record[TWIN_MARGIN])
        return has_improved(record, margin, is_sustained=is_sustained), has_tried(record)

    return features


def _unsuccessful(record: Record) -> tuple[NDArray[Any], ...]:
    ended = record["attempts"] - record["under_way"].astype(np.int64)
    return record["failures"] + record["reversals"], ended


def _still_apart(record: Record) -> tuple[NDArray[Any], ...]:
    apart = record["scenario"] == _APART
    return apart & (record[f"{LATER}scenario"] == _APART), apart


def _exits(department: str, structure: str) -> NamedOutput:
    """Return how many of a department's staff left a quarter and place, under one structure."""
    needs, features = _apart(department) if structure == SEPARATE else _under(department, structure)
    called = {SEPARATE: "separate departments", "cemo": "a CEMO", "cmto": "a CMTO"}[structure]
    whose = "IT" if department == "it" else department
    return NamedOutput(
        name=f"exit_rate_{department}_{structure}",
        title=f"exits from {whose} under {called}",
        unit="1/quarter",
        meaning=f"staff of {whose} who left in a quarter with {called} in force, a place",
        needs=needs,
        features=features,
        per=f"firm.{department}_staff",
    )


def _under(department: str, structure: str) -> tuple[tuple[str, ...], Features]:
    """Return what exits and quarters under an active form need, and how they are taken."""
    needs = (f"exits_under_{structure}_{department}", f"quarters_under_{structure}")
    return needs, lambda record: tuple(record[name] for name in needs)


def _apart(department: str) -> tuple[tuple[str, ...], Features]:
    """Return the same of separate departments: all exits and quarters but those."""
    active = [name for name in STRUCTURES if name != SEPARATE]
    others = [f"exits_under_{name}_{department}" for name in active]
    spent = [f"quarters_under_{name}" for name in active]

    def features(record: Record) -> tuple[NDArray[Any], ...]:
        exits = record[f"exits_{department}"] - sum(record[name] for name in others)
        return exits, record[HORIZON] - sum(record[name] for name in spent)

    return (f"exits_{department}", *others, *spent, HORIZON), features


def _outputs() -> Iterator[NamedOutput]:
    for code, (name, title, _) in enumerate(OUTCOMES):
        yield NamedOutput(
            name=name,
            title=title,
            meaning=f"firms that ended as {title}",
            needs=("scenario",),
            features=_share((code,)),
        )
    yield NamedOutput(
        name="active",
        title="active",
        meaning="firms that ended with rebuilt roles, CEMO or CMTO",
        needs=("scenario",),
        features=_share(_ACTIVE),
    )
    yield NamedOutput(
        name="best_among_active",
        title="best among active",
        meaning="CEMO, of the firms that ended active",
        needs=("scenario",),
        features=_share((_CEMO,), _ACTIVE),
    )
    yield NamedOutput(
        name="best_among_passive",
        title="best among passive",
        meaning="CMO and CTO, of the firms that kept their roles",
        needs=("scenario",),
        features=_share((_TOGETHER,), _PASSIVE),
    )
    yield NamedOutput(
        name="log_odds_ratio",
        title="log odds ratio",
        unit="-",
        meaning="natural logarithm of the odds ratio: above 0, active firms end well more often",
        needs=("scenario",),
        features=lambda record: tuple(
            _ended(record, (code,)) for code in (_CEMO, _CMTO, _TOGETHER, _APART)
        ),
        form="log odds",
    )
    yield NamedOutput(
        name="unsuccessful",
        title="unsuccessful attempts",
        meaning="failures and reversals, of the reorganisations that came to an end",
        needs=("attempts", "under_way", "failures", "reversals"),
        features=_unsuccessful,
    )
    tried = ("attempts", "structure", "performance", "twin_performance", TWIN_MARGIN)
    yield NamedOutput(
        name="improved",
        title="improved",
        meaning="perform better than the twin by more than its margin, of the firms that tried",
        needs=tried,
        features=_of_those_who_tried(is_sustained=False),
    )
    yield NamedOutput(
        name="sustained",
        title="sustained",
        meaning="improved and active at the horizon, of the firms that tried",
        needs=tried,
        features=_of_those_who_tried(is_sustained=True),
    )
    for structure in STRUCTURES:
        yield from (_exits(department, structure) for department in DEPARTMENTS)
    yield NamedOutput(
        name="cemo_undone_by_new_ceo",
        title="CEMO undone by a new CEO",
        meaning="CEMOs undone within eight quarters, of the new CEOs who found one in force",
        needs=("cemo_undone_after_ceo", "ceo_exits_under_cemo"),
        features=lambda record: (record["cemo_undone_after_ceo"], record["ceo_exits_under_cemo"]),
    )
    yield NamedOutput(
        name="spending_share",
        title="marketing's part of technology spending",
        meaning="mean over firms of marketing's part of both departments' technology spending",
        needs=("technology_spending_share",),
        features=lambda record: (
            record["technology_spending_share"],
            np.ones(record["technology_spending_share"].size),
        ),
    )
    yield NamedOutput(
        name="still_apart",
        title="still apart",
        meaning="apart at the later quarter, too, of the firms that were at the config's horizon",
        needs=("scenario", f"{LATER}scenario"),
        features=_still_apart,
    )


OUTPUTS = tuple(_outputs())
"""By name, in the order in which they are listed; the shares of the scenarios first."""

USUAL = (*SCENARIOS, "active", "best_among_active", "best_among_passive")
"""What is asked of a setting unless one says otherwise."""
