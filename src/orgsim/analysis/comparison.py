"""Simulated shares beside a reference: everything that can be said of the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.analysis.distances import (
    aitchison,
    jensen_shannon,
    rounding_distance,
    total_variation,
)
from orgsim.analysis.goodness import GTest, g_test
from orgsim.analysis.improvement import Improvement
from orgsim.analysis.reference import Reference
from orgsim.analysis.scenario_share import ScenarioShare
from orgsim.analysis.shares import LEVEL
from orgsim.analysis.square import Square, square_of
from orgsim.analysis.verdict import Verdict, judge
from orgsim.analysis.wording import article_note, sentence
from orgsim.spec import Outcome
from orgsim.text import tight_percent

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Comparison:
    """Shares of all scenarios beside a reference.

    Attributes
    ----------
    scenarios : tuple of ScenarioShare
        In the article's order.
    firms : int
    split : Reference
        What they are set beside.
    verdict : Verdict
    side_shares : mapping of cut-point to shares
        What other cut-points of completion would have given.
    without_misfit : int or None
        Firms among 'CMO vs CTO' that never saw a misfit to miss; None if none is computed.
    is_square : bool
        Whether the scenarios are the cells of the article's 2 x 2.
    improvement : Improvement or None
        Firms that tried, beside their twins; None if they have none.
    """

    scenarios: tuple[ScenarioShare, ...]
    firms: int
    split: Reference
    verdict: Verdict
    side_shares: Mapping[float, tuple[float, ...]]
    without_misfit: int | None
    is_square: bool
    improvement: Improvement | None = None

    def __repr__(self) -> str:
        """Say in a line what it came to."""
        return f"<Comparison: {self.verdict.kind}, {self.firms:,} firms beside {self.split.name!r}>"

    @property
    def reference_name(self) -> str:
        """How to call the reference."""
        return self.split.name

    @property
    def counts(self) -> tuple[int, ...]:
        """Firms by scenario."""
        return tuple(s.count for s in self.scenarios)

    @property
    def shares(self) -> tuple[float, ...]:
        """Simulated shares."""
        return tuple(s.share for s in self.scenarios)

    @property
    def total_variation(self) -> float:
        """Share of firms that would have to end elsewhere to match the reference."""
        return float(total_variation(self.shares, self.split.shares))

    @property
    def jensen_shannon(self) -> float:
        """Jensen-Shannon distance, from 0 to 1."""
        return jensen_shannon(self.shares, self.split.shares)

    @property
    def aitchison(self) -> float | None:
        """Aitchison distance; None where a share is 0."""
        return aitchison(self.shares, self.split.shares)

    @property
    def rounding_distance(self) -> float | None:
        """Total variation distance to the nearest split that rounds to the reference."""
        if self.split.rounding is None:
            return None
        return rounding_distance(self.shares, self.split.shares, self.split.rounding)

    @cached_property
    def g_test(self) -> GTest:
        """Whether the firms could come from exactly the reference."""
        return g_test(np.array(self.counts, dtype=np.int64), self.split)

    @cached_property
    def square(self) -> Square | None:
        """The article's 2 x 2; None where the scenarios are no cells of it."""
        if not self.is_square:
            return None
        counts = np.array(self.counts, dtype=np.int64)
        return square_of(counts, self.split, self.verdict.error)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return sentence(self.verdict, self.scenarios, self.split)

    @property
    def article_note(self) -> str:
        """What the rounding of the reference does to the verdict; empty if it was not rounded."""
        return article_note(self.verdict, self.split, self.rounding_distance)

    def to_frame(self) -> pd.DataFrame:
        """Return a row a scenario: shares, interval, reference and differences."""
        import pandas as pd

        return pd.DataFrame(
            {
                "scenario": [s.title for s in self.scenarios],
                "count": self.counts,
                "share": self.shares,
                "low": [s.low for s in self.scenarios],
                "high": [s.high for s in self.scenarios],
                "reference": self.split.shares,
                "difference": [s.difference for s in self.scenarios],
                "standardised_difference": [s.standardised_difference for s in self.scenarios],
                "effect_size": [s.effect_size for s in self.scenarios],
            }
        ).set_index("scenario")

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as one object, ready for JSON."""
        by_name = {s.scenario: s for s in self.scenarios}
        verdict, test, square = self.verdict, self.g_test, self.square
        return {
            "firms": self.firms,
            "counts": {name: s.count for name, s in by_name.items()},
            "shares": {name: s.share for name, s in by_name.items()},
            "low": {name: s.low for name, s in by_name.items()},
            "high": {name: s.high for name, s in by_name.items()},
            "level": LEVEL,
            "reference": self.split.by_name(),
            "reference_name": self.reference_name,
            "reference_firms": None if self.split.counts is None else sum(self.split.counts),
            "reference_rounding": self.split.rounding,
            "difference": {name: s.difference for name, s in by_name.items()},
            "standardised_difference": {
                name: s.standardised_difference for name, s in by_name.items()
            },
            "effect_size": {name: s.effect_size for name, s in by_name.items()},
            "verdict": verdict.kind,
            "sentence": self.sentence,
            "article_note": self.article_note,
            "tolerance": verdict.tolerance,
            "error": verdict.error,
            "p_match": verdict.p_match,
            "p_mismatch": verdict.p_mismatch,
            "matches_within": verdict.within,
            "differs_by_at_least": dict(zip(by_name, verdict.beyond, strict=True)),
            "outside_tolerance": [self.scenarios[i].scenario for i in verdict.outside],
            "more_firms": verdict.more_firms,
            "resolution": verdict.resolution,
            "g_test": asdict(test),
            "total_variation": self.total_variation,
            "jensen_shannon": self.jensen_shannon,
            "aitchison": self.aitchison,
            "total_variation_after_rounding": self.rounding_distance,
            "two_by_two": None if square is None else asdict(square),
            "shares_at_other_cut_points": {
                str(cut): dict(zip(by_name, shares, strict=True))
                for cut, shares in self.side_shares.items()
            },
            "cmo_vs_cto_without_misfit": self.without_misfit,
            "beside_twins": None if self.improvement is None else self.improvement.as_dict(),
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from html import escape

        shares = ("share", "low", "high", "reference", "difference")
        formatters: dict[str, Any] = dict.fromkeys(shares, tight_percent)
        table = self.to_frame().to_html(
            formatters=formatters, float_format="{:.2f}".format, na_rep="–", border=0
        )
        notes = "".join(
            f"<p>{escape(text)}</p>" for text in (self.sentence, self.article_note) if text
        )
        return f"{table}{notes}"


def compare_shares(
    counts: Sequence[int],
    reference: Reference,
    *,
    tolerance: float,
    limits: tuple[Sequence[float], Sequence[float]],
    spent: float,
    outcomes: Sequence[Outcome],
    side_shares: Mapping[float, tuple[float, ...]],
    without_misfit: int | None,
    is_square: bool,
    improvement: Improvement | None = None,
) -> Comparison:
    """Set simulated counts beside a reference.

    Parameters
    ----------
    counts : integers (4,)
        Firms by scenario, in order.
    reference : Reference
    tolerance : float
        How far each share may be off for a match.
    limits : (floats (4,), floats (4,))
        Ends of the simultaneous intervals.
    spent : float
        Part of the error that the look at these firms may spend: see ``verdict.judge``.
    outcomes : sequence of Outcome
        The scenarios, in the order of the counts.
    side_shares : mapping of cut-point to shares
        What other cut-points would have given.
    without_misfit : int or None
        Firms in 'CMO vs CTO' that never saw a misfit.
    is_square : bool
        Whether the scenarios are the cells of the article's 2 x 2.
    improvement : Improvement, optional
        If firms have twins.
    """
    whole = np.array(counts, dtype=np.int64)
    firms = int(whole.sum())
    low, high = limits
    return Comparison(
        scenarios=tuple(
            ScenarioShare(
                scenario=outcome.name,
                title=outcome.title,
                count=int(whole[i]),
                firms=firms,
                share=int(whole[i]) / firms,
                low=float(low[i]),
                high=float(high[i]),
                reference=float(reference.shares[i]),
                reference_firms=None if reference.counts is None else sum(reference.counts),
            )
            for i, outcome in enumerate(outcomes)
        ),
        firms=firms,
        split=reference,
        verdict=judge(whole, reference, tolerance, spent=spent),
        side_shares=side_shares,
        without_misfit=without_misfit,
        is_square=is_square,
        improvement=improvement,
    )
