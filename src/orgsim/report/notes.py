"""Sentences below tables: how to read them, and what more there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orgsim.analysis.comparison import Comparison
from orgsim.analysis.flows import Flows
from orgsim.analysis.verdict import INCONCLUSIVE, MATCH, MISMATCH
from orgsim.model.cut_points import CUT_POINT
from orgsim.text import (
    bare_given,
    bare_tenths,
    column_percent,
    confidence,
    counted,
    from_to,
    interval,
    p_value,
    percent,
    points,
)

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.analysis.square import Estimate
    from orgsim.results import Run


def cut_note(comparison: Comparison) -> str:
    """Return what other cut-points would have given."""
    cuts = [
        f"{cut:g}: {column_percent(shares[2])} / {column_percent(shares[3])}"
        for cut, shares in comparison.side_shares.items()
    ]
    return (
        "CMO and CTO / CMO vs CTO, had the cut-point of completion been "
        f"{' or '.join(cuts)} (it is fixed at {CUT_POINT:g})."
    )


def size_note(comparison: Comparison) -> str:
    """Return how many firms there are, and how to read the columns."""
    return (
        f"{counted(comparison.firms, 'firm')}. Intervals hold jointly (Goodman 1965); differences "
        "are in points, z in standard errors."
    )


def misfit_note(comparison: Comparison) -> str:
    """Return how many firms apart had nothing to miss; empty where nobody looked."""
    apart = comparison.scenarios[3].count
    if not apart or comparison.without_misfit is None:
        return ""
    return (
        f"Of {apart:,} firms in CMO vs CTO, {comparison.without_misfit:,} never saw a misfit "
        "that they could have missed."
    )


def improvement_note(comparison: Comparison) -> str:
    """Return how many firms ended better than their twins; empty where they have none."""
    found = comparison.improvement
    if found is None:
        return ""
    if not found.tried:
        return "No firm proposed a reorganisation, so none can have improved on its twin by one."

    def share(count: int) -> str:
        value, low, high = found.of_tried(count)
        return f"{column_percent(value)} ({interval(low, high)})"

    return (
        f"Of {counted(found.tried, 'firm')} that proposed a reorganisation, "
        f"{share(found.improved)} improved: they perform more than {percent(found.margin)} better "
        "than their twins, which had the same luck under the settings of [twin]; "
        f"{share(found.sustained)} improved and have an active structure still."
    )


def distance_note(comparison: Comparison) -> str:
    """Return how far the splits are apart."""
    log_ratio = comparison.aitchison
    ratios = "none, for a share is 0" if log_ratio is None else f"{log_ratio:.2f}"
    return (
        f"Distances: total variation {points(comparison.total_variation)}, "
        f"Jensen-Shannon {comparison.jensen_shannon:.3f}, Aitchison {ratios}."
    )


def exact_note(comparison: Comparison) -> str:
    """Return whether the firms could come from exactly the reference."""
    test = comparison.g_test
    size = "infinite" if test.statistic is None else f"{test.statistic:.1f}"
    return (
        f"Exactly these shares? G = {size}, {test.degrees} degrees of freedom, "
        f"{p_value(test.p_value)} ({test.method}). With firms enough, any difference is "
        "significant."
    )


def square_note(comparison: Comparison) -> str:
    """Return the 2 x 2 view: margins, and whether active firms end better than passive ones."""
    square = comparison.square
    assert square is not None
    name = comparison.reference_name

    def margin(title: str, estimate: Estimate) -> str:
        return (
            f"{title} {column_percent(estimate.value)} ({interval(estimate.low, estimate.high)}; "
            f"{name} {column_percent(estimate.reference or 0.0)})"
        )

    ratio = square.odds_ratio
    theirs = "none" if ratio.reference is None else f"{ratio.reference:.2f}"
    if square.reference_range is not None:
        low, high = square.reference_range
        end = "any" if high is None else f"{high:.1f}"
        theirs += f", by its rounding {low:.1f} to {end}"
    return (
        f"2 x 2: {margin('active', square.active)}, {margin('best case', square.best)}. "
        f"Odds of the best case, active to passive: {ratio.value:.2f} ({ratio.low:.2f} – "
        f"{ratio.high:.2f}; {name} {theirs})."
    )


def brief_notes(comparison: Comparison) -> list[str]:
    """Return the lines below the table of a run."""
    notes = [
        size_note(comparison),
        cut_note(comparison),
        misfit_note(comparison),
        improvement_note(comparison),
    ]
    return [note for note in notes if note]


def full_notes(comparison: Comparison) -> list[str]:
    """Return the lines below the table of a comparison."""
    notes = [
        comparison.article_note,
        size_note(comparison),
        distance_note(comparison),
        exact_note(comparison),
        square_note(comparison),
        cut_note(comparison),
        misfit_note(comparison),
        improvement_note(comparison),
    ]
    return [note for note in notes if note]


def flow_notes(flows: Flows) -> list[str]:
    """Return the lines below the tables."""
    notes = [
        f"First: {flows.before_name}. Second: {flows.after_name}.",
        f"The same firms under common random numbers. Intervals hold jointly with "
        f"{confidence(flows.error)} (paired: Agresti and Min 2005); p-values are McNemar's, "
        f"corrected after Holm. All shares alike: {p_value(flows.p_homogeneity)} (Stuart and "
        "Maxwell, asymptotic).",
    ]
    if flows.worth is not None:
        ratio = sum(s.narrower for s in flows.scenarios) / len(flows.scenarios)
        notes.append(
            f"Independent firms would give intervals {ratio:.1f} times as wide; for the same width "
            f"it would take {flows.worth:.0f} times as many."
        )
    return notes


def ranking_notes(
    ranked: pd.DataFrame, reference: str, tolerance: float, run: Run, hidden: Sequence[str] = ()
) -> list[str]:
    """Return the lines below the points of a sweep.

    Parameters
    ----------
    ranked : DataFrame
        All points, as :meth:`Run.ranked` returns them.
    reference : str
        How to call what they are set beside.
    tolerance : float
    run : Run
    hidden : sequence of str
        Paths of swept parameters that the table has no room for.
    """
    notes = [
        _verdict_note(ranked, reference, tolerance),
        _extent_note(ranked, reference),
        _ranges_note(ranked, run),
    ]
    if hidden:
        notes.append(f"Swept parameters not shown here: {', '.join(hidden)} (points.parquet).")
    return notes + precision_notes(run)


def _verdict_note(ranked: pd.DataFrame, reference: str, tolerance: float) -> str:
    """Return how many points match."""
    kinds = ranked["verdict"].value_counts()
    matching, apart, open_ = (int(kinds.get(k, 0)) for k in (MATCH, MISMATCH, INCONCLUSIVE))
    return (
        f"Verdicts within {points(tolerance)} of the {reference}: match at {matching:,}, "
        f"mismatch at {apart:,}, inconclusive at {open_:,} points. Each errs with at most 5 % by "
        "itself: try a match again with another seed."
    )


def _extent_note(ranked: pd.DataFrame, reference: str) -> str:
    """Return how many points and firms there are, and how to read the columns."""
    firms = ranked["firms"]
    each = from_to(firms.min(), firms.max())
    return (
        f"{len(ranked):,} points, {each} firms each; shares in %. Distance: total variation from "
        f"the {reference}, in points."
    )


def _ranges_note(ranked: pd.DataFrame, run: Run) -> str:
    """Return how far each share goes over the points."""
    ranges = ", ".join(
        f"{title} {bare_tenths(ranked[name].min())} to {bare_tenths(ranked[name].max())}"
        for name, title, _ in run.model.outcomes
    )
    return f"Over all points: {ranges}."


def precision_notes(run: Run) -> list[str]:
    """Return which points met the precision asked for, if one was."""
    wanted = run.meta.precision
    if wanted is None:
        return []
    met = run.met_precision()
    missed = [point for point, is_met in enumerate(met) if not is_met]
    text = (
        f"Precision: every share within {bare_given(wanted['half_width'], 6)} points either way "
        f"(simultaneous 95 %) at {len(met) - len(missed):,} of {len(met):,} points."
    )
    if missed:
        listed = ", ".join(map(str, missed[:8])) + (", ..." if len(missed) > 8 else "")
        text += (
            f" Not met at the cap of {counted(wanted['most_firms'], 'firm')}: {listed}; "
            "raise precision.most_firms in a new run."
        )
    return [text]
