"""The verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orgsim.analysis.reference import Reference
from orgsim.text import confidence, counted, p_value, points

if TYPE_CHECKING:
    from orgsim.analysis.scenario_share import ScenarioShare
    from orgsim.analysis.verdict import Verdict


def sentence(verdict: Verdict, scenarios: Sequence[ScenarioShare], split: Reference) -> str:
    """Return the verdict in one sentence: what, which scenario, by how much, or how many firms."""
    wide, name = points(verdict.tolerance), split.name
    if verdict.kind == "match":
        return (
            f"Match with the {name} within {wide} ({p_value(verdict.p_match)}): with "
            f"{confidence(verdict.error)} confidence no scenario's share is off by more than "
            f"{points(verdict.within)}."
        )
    if verdict.kind == "mismatch":
        which = "; ".join(_off(i, scenarios, verdict) for i in verdict.outside)
        return f"Mismatch with the {name} beyond {wide}: {which} ({p_value(verdict.p_mismatch)})."
    farthest = max(range(len(scenarios)), key=lambda i: abs(scenarios[i].difference))
    seen = f"{scenarios[farthest].title} is {_signed(scenarios[farthest].difference)} now"
    return f"Inconclusive beside the {name} at {wide}: {_wanted(verdict, split)} ({seen})."


def _off(i: int, scenarios: Sequence[ScenarioShare], verdict: Verdict) -> str:
    return (
        f"{scenarios[i].title} is {_signed(scenarios[i].difference)} "
        f"(at least {points(verdict.beyond[i])})"
    )


def _signed(difference: float) -> str:
    if difference == 0.0:
        return "as there"
    return f"{points(difference)} {'above' if difference > 0.0 else 'below'} it"


def _wanted(verdict: Verdict, split: Reference) -> str:
    """Return how many more firms are needed, or why none are enough."""
    if verdict.tolerance == 0.0:
        return "no difference is sure, and within 0 points nothing ever matches"
    if verdict.more_firms is None:
        if split.counts is not None:
            return (
                "no number of firms here is sure to be enough, for the reference rests on "
                f"{counted(sum(split.counts), 'firm')}; more are needed there"
            )
        return "the distance is too near to the tolerance for any number of firms to tell"
    return (
        f"about {counted(verdict.more_firms, 'more firm')} needed, unless the "
        f"distance lies within {points(verdict.resolution or 0.0)} of the tolerance"
    )


def article_note(verdict: Verdict, split: Reference, nearest: float | None) -> str:
    """Return what the rounding of the article, or of another reference, does to the verdict.

    Parameters
    ----------
    verdict : Verdict
    split : Reference
    nearest : float or None
        Total variation distance to the nearest split that rounds to the reference.
    """
    if split.rounding is None or nearest is None:
        return ""
    why = "gives its shares in tens and no method" if split.is_article else "gives rounded shares"
    note = f"The {split.name} {why}, so each may stand for {points(split.rounding)} more or less."
    if verdict.tolerance < split.rounding:
        note += f" To match within {points(verdict.tolerance)} is to be nearer than they are known."
    if nearest > 0.0:
        return (
            f"{note} The nearest split that rounds to its figures is {points(nearest)} "
            "(total variation) away."
        )
    return f"{note} The simulated split could be one that it rounded."
