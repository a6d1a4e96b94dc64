"""What joins several parameters: who works in a firm, how long it takes, what goes together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.spec.parameter import JointRule

AGENTS = ("firm.marketing_staff", "firm.it_staff")
"""What adds up to the agents of a firm."""


def effort(settings: Mapping[str, Any]) -> float:
    """Return how long an agent-quarter takes against that of the default: encounters are half."""
    return 0.5 + 0.5 * float(settings["cooperation.encounters"]) / 6.0


JOINT_RULES = (
    JointRule(
        paths=("leadership.consultancy_share", "leadership.agency_share"),
        is_broken=lambda consultancy, agency: consultancy + agency > 1.0,
        problem=lambda consultancy, agency: (
            f"consultancy_share + agency_share = {consultancy + agency:g}; allowed: at most 1"
        ),
    ),
    JointRule(
        paths=("resistance.chain_weight", "resistance.rank_weight"),
        is_broken=lambda chain, rank: chain + rank > 1.0,
        problem=lambda chain, rank: (
            f"chain_weight + rank_weight = {chain + rank:g}; allowed: at most 1"
        ),
    ),
    JointRule(
        paths=("reorganisation.patience", "reorganisation.trial_period"),
        is_broken=lambda patience, trial: patience < trial,
        problem=lambda patience, trial: (
            f"patience = {patience} is below trial_period = {trial}: every attempt would fail"
        ),
    ),
)
"""Rules that join several parameters."""
