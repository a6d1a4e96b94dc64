"""Simulated shares beside a reference split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orgsim.analysis.shares import LEVEL, moved_cut_point, total_variation
from orgsim.columns import SCENARIOS


@dataclass(frozen=True)
class ScenarioShare:
    """One scenario: how often it occurred, and how often the reference says.

    Shares lie in [0, 1]; ``low`` and ``high`` are the ends of the simultaneous interval.
    """

    scenario: str
    count: int
    share: float
    low: float
    high: float
    reference: float

    @property
    def difference(self) -> float:
        """Simulated less reference share."""
        return self.share - self.reference


@dataclass(frozen=True)
class Comparison:
    """Shares of all scenarios beside a reference.

    Attributes
    ----------
    scenarios : tuple of ScenarioShare
        In the article's order.
    firms : int
    reference_name : str
    side_shares : mapping of cut-point to shares
        What other cut-points of completion would have given.
    without_misfit : int or None
        Firms among 'CMO vs CTO' that never saw a misfit to miss; None if none is computed.
    """

    scenarios: tuple[ScenarioShare, ...]
    firms: int
    reference_name: str
    side_shares: Mapping[float, tuple[float, ...]]
    without_misfit: int | None

    @property
    def total_variation(self) -> float:
        """Share of firms that would have to end elsewhere to match the reference."""
        return total_variation(
            [s.share for s in self.scenarios], [s.reference for s in self.scenarios]
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as one object, ready for JSON."""
        by_name = {s.scenario: s for s in self.scenarios}
        return {
            "firms": self.firms,
            "counts": {name: s.count for name, s in by_name.items()},
            "shares": {name: s.share for name, s in by_name.items()},
            "low": {name: s.low for name, s in by_name.items()},
            "high": {name: s.high for name, s in by_name.items()},
            "level": LEVEL,
            "reference": {name: s.reference for name, s in by_name.items()},
            "reference_name": self.reference_name,
            "difference": {name: s.difference for name, s in by_name.items()},
            "total_variation": self.total_variation,
            "shares_at_other_cut_points": {
                str(cut): dict(zip(SCENARIOS, shares, strict=True))
                for cut, shares in self.side_shares.items()
            },
            "cmo_vs_cto_without_misfit": self.without_misfit,
        }


def compare_shares(
    counts: Sequence[int],
    reference: Mapping[str, float],
    *,
    limits: tuple[Sequence[float], Sequence[float]],
    reference_name: str,
    side_counts: Mapping[float, int],
    without_misfit: int | None,
) -> Comparison:
    """Set simulated counts beside a reference.

    Parameters
    ----------
    counts : integers (4,)
        Firms by scenario, in the order of ``columns.SCENARIOS``.
    reference : mapping of scenario to share
    limits : (floats (4,), floats (4,))
        Ends of the simultaneous intervals.
    reference_name : str
        How to call it.
    side_counts : mapping of cut-point to firms
        Firms in 'CMO and CTO' at other cut-points.
    without_misfit : int or None
        Firms in 'CMO vs CTO' that never saw a misfit.
    """
    firms = sum(int(count) for count in counts)
    low, high = limits
    return Comparison(
        scenarios=tuple(
            ScenarioShare(
                scenario=name,
                count=int(counts[i]),
                share=int(counts[i]) / firms,
                low=float(low[i]),
                high=float(high[i]),
                reference=float(reference[name]),
            )
            for i, name in enumerate(SCENARIOS)
        ),
        firms=firms,
        reference_name=reference_name,
        side_shares={
            cut: tuple(float(c) / firms for c in moved_cut_point(counts, count))
            for cut, count in side_counts.items()
        },
        without_misfit=without_misfit,
    )
