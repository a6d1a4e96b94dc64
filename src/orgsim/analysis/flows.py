"""The same firms under two settings: who ends elsewhere, and what that says of the shares.

Under common random numbers firm k meets the same people and the same luck in both settings. So
what differs between the shares is the setting's doing and not another draw of firms, and the
difference is known far better than from independent firms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.chi_square import chi_square_exceeds
from orgsim.analysis.proportions import agresti_caffo, exact_mcnemar, holm, standard_errors
from orgsim.analysis.shares import ERROR
from orgsim.printable import shortened
from orgsim.spec import Outcome
from orgsim.text import sure_points

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ScenarioFlow:
    """What became of one scenario's share.

    Attributes
    ----------
    scenario, title : str
        Its name, and the same in words.
    before, after : float
        Shares in the two settings.
    joined, left : int
        Firms that end there in the second setting alone, and in the first alone.
    low, high : float
        Simultaneous interval of the difference, from pairs.
    unpaired_low, unpaired_high : float
        What it would be had the firms been independent.
    p_value : float
        Exact, of McNemar's test.
    p_adjusted : float
        Corrected for four scenarios, after Holm.
    """

    scenario: str
    title: str
    before: float
    after: float
    joined: int
    left: int
    low: float
    high: float
    unpaired_low: float
    unpaired_high: float
    p_value: float
    p_adjusted: float

    @property
    def difference(self) -> float:
        """Second less first share."""
        return self.after - self.before

    @property
    def narrower(self) -> float:
        """How many times as wide the interval would be of independent firms."""
        return (self.unpaired_high - self.unpaired_low) / (self.high - self.low)


@dataclass(frozen=True, repr=False)
class Flows:
    """Firms by where they end in two settings.

    Attributes
    ----------
    before_name, after_name : str
        How to call the settings.
    counts : tuple of tuples of int (4, 4)
        Firms by scenario in the first setting (rows) and in the second (columns).
    scenarios : tuple of ScenarioFlow
    p_homogeneity : float
        That all four shares are the same in both settings (Stuart 1955, Maxwell 1970).
    error : float
        Joint error of the four intervals, and of the four tests: 0.05, or less where firms were
        added until a precision was met. At its edge, an exact test and an approximate interval may
        differ.
    """

    before_name: str
    after_name: str
    counts: tuple[tuple[int, ...], ...]
    scenarios: tuple[ScenarioFlow, ...]
    p_homogeneity: float
    error: float

    def __repr__(self) -> str:
        """Say in a line what is set beside what."""
        names = f"{shortened(self.before_name, 60)!r} to {shortened(self.after_name, 60)!r}"
        return f"<Flows: {self.firms:,} firms from {names}>"

    @property
    def firms(self) -> int:
        """Firms in both settings."""
        return sum(map(sum, self.counts))

    @property
    def moved(self) -> int:
        """Firms that end elsewhere."""
        return self.firms - sum(self.counts[i][i] for i in range(len(self.counts)))

    @cached_property
    def worth(self) -> float | None:
        """How many times as many independent firms would be needed; None if no firm moved.

        The mean over scenarios of the squared ratio of the intervals' widths.
        """
        if self.moved == 0:
            return None
        return float(np.mean([s.narrower**2 for s in self.scenarios]))

    @property
    def sentence(self) -> str:
        """What became of the shares, in one sentence."""
        if self.moved == 0:
            return f"None of {self.firms:,} firms ends elsewhere."
        surely = [
            f"{s.title} {sure_points(s.difference)}"
            for s in self.scenarios
            if s.p_adjusted <= self.error
        ]
        what = f"in points: {', '.join(surely)}" if surely else "no share surely changed"
        return f"{self.moved:,} of {self.firms:,} firms end elsewhere; {what}."

    def to_frame(self) -> pd.DataFrame:
        """Return the firms by scenario in the first setting (rows) and the second (columns)."""
        import pandas as pd

        titles = [s.title for s in self.scenarios]
        index = pd.Index(titles, name=self.before_name)
        columns = pd.Index(titles, name=self.after_name)
        return pd.DataFrame(np.array(self.counts), index=index, columns=columns)

    def differences(self) -> pd.DataFrame:
        """Return a row a scenario: shares, difference, intervals, exact paired test."""
        import pandas as pd

        rows = [
            _numbers(s) | {"difference": s.difference, "narrower": s.narrower}
            for s in self.scenarios
        ]
        return pd.DataFrame(rows).set_index("scenario")

    def as_dict(self) -> dict[str, Any]:
        """Return the flows as one object, ready for JSON."""
        names = [s.scenario for s in self.scenarios]
        return {
            "before": self.before_name,
            "after": self.after_name,
            "firms": self.firms,
            "moved": self.moved,
            "flows": {
                one: dict(zip(names, row, strict=True))
                for one, row in zip(names, self.counts, strict=True)
            },
            "scenarios": {
                s.scenario: {k: v for k, v in _numbers(s).items() if k != "scenario"}
                | {"difference": s.difference, "narrower": s.narrower}
                for s in self.scenarios
            },
            "p_homogeneity": self.p_homogeneity,
            "independent_firms_worth": self.worth,
            "error": self.error,
            "sentence": self.sentence,
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from html import escape

        return f"{self.to_frame().to_html(border=0)}<p>{escape(self.sentence)}</p>"


def _numbers(flow: ScenarioFlow) -> dict[str, Any]:
    """Return the fields of a flow but for the title."""
    return {name: value for name, value in asdict(flow).items() if name != "title"}


def flow_counts(before: NDArray[np.int8], after: NDArray[np.int8], kinds: int) -> NDArray[np.int64]:
    """Count firms by scenario in two settings.

    Parameters
    ----------
    before, after : int8 (firms,)
        Codes of the scenarios of the same firms, in the same order.
    kinds : int
        How many scenarios there are.

    Returns
    -------
    int64 (kinds, kinds)
        Rows: before, columns: after.
    """
    codes = before.astype(np.int64) * kinds + after
    return np.bincount(codes, minlength=kinds**2).reshape(kinds, kinds).astype(np.int64)


def flows_of(
    counts: NDArray[np.int64],
    names: Sequence[str],
    outcomes: Sequence[Outcome],
    *,
    error: float = ERROR,
) -> Flows:
    """Say what flows mean.

    Parameters
    ----------
    counts : int64 (4, 4)
        Firms by scenario before (rows) and after (columns).
    names : (str, str)
        How to call the settings.
    outcomes : sequence of Outcome
        The scenarios, in the order of the counts.
    error : float
        Joint error of the intervals.
    """
    firms = int(counts.sum())
    stayed = counts.diagonal()
    left = counts.sum(axis=1) - stayed
    joined = counts.sum(axis=0) - stayed
    p_values = [exact_mcnemar(int(out), int(into)) for out, into in zip(left, joined, strict=True)]
    adjusted = holm(p_values)
    low, high = paired_limits(joined, left, firms, error / len(counts))
    margins = counts.sum(axis=0), counts.sum(axis=1)
    far_low, far_high = agresti_caffo(*margins, firms, error / len(counts))
    return Flows(
        before_name=names[0],
        after_name=names[1],
        counts=tuple(tuple(int(c) for c in row) for row in counts),
        scenarios=tuple(
            ScenarioFlow(
                scenario=outcome.name,
                title=outcome.title,
                before=float(stayed[i] + left[i]) / firms,
                after=float(stayed[i] + joined[i]) / firms,
                joined=int(joined[i]),
                left=int(left[i]),
                low=float(low[i]),
                high=float(high[i]),
                unpaired_low=float(far_low[i]),
                unpaired_high=float(far_high[i]),
                p_value=p_values[i],
                p_adjusted=adjusted[i],
            )
            for i, outcome in enumerate(outcomes)
        ),
        p_homogeneity=p_homogeneity(counts),
        error=error,
    )


def paired_limits(
    joined: NDArray[np.int64], left: NDArray[np.int64], firms: int, error: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return confidence limits of differences of shares from pairs, with two-sided ``error``.

    Half a firm is added to each of the four cells of a share (ends there in both settings, in one,
    in none) before the normal approximation.

    References
    ----------
    A. Agresti and Y. Min (2005), Simple improved confidence intervals for comparing matched
    proportions, Statistics in Medicine 24(5), 729-740.
    """
    total = firms + 2.0
    middle = (joined - left) / total
    spread = np.sqrt((joined + left + 1.0) / total - middle**2) / np.sqrt(total)
    reach = standard_errors(error) * spread
    return np.maximum(middle - reach, -1.0), np.minimum(middle + reach, 1.0)


def p_homogeneity(counts: NDArray[np.int64]) -> float:
    """Return the p-value of equal margins of flows (4, 4), by the Stuart-Maxwell test.

    Its covariance matrix has a rank of less than three where firms move within groups of scenarios
    alone; the pseudo-inverse and as many degrees of freedom are for these.

    References
    ----------
    A. Stuart (1955), A test for homogeneity of the marginal distributions in a two-way
    classification, Biometrika 42(3/4), 412-416; A. E. Maxwell (1970), Comparing the
    classification of subjects by two independent judges, British Journal of Psychiatry 116,
    651-655.
    """
    flows = counts.astype(np.float64)
    difference = flows.sum(axis=1) - flows.sum(axis=0)
    covariance = -(flows + flows.T)
    np.fill_diagonal(covariance, 0.0)
    np.fill_diagonal(covariance, -covariance.sum(axis=1))
    degrees = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if degrees == 0:
        return 1.0
    statistic = difference @ np.linalg.pinv(covariance, hermitian=True) @ difference
    return chi_square_exceeds(degrees, max(float(statistic), 0.0))
