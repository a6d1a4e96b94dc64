"""What a setting answers beside a reference: shares with a verdict."""

from __future__ import annotations

from orgsim.analysis.comparison import Comparison, compare_shares
from orgsim.analysis.reference import Reference, target_of
from orgsim.columns import SCENARIOS, SIDE_CUT_POINTS
from orgsim.config.output import Target
from orgsim.config.values import is_number
from orgsim.errors import UsageError
from orgsim.results.reference import ReferenceLike, as_reference
from orgsim.results.source import SettingTables

TOGETHER, APART = SCENARIOS.index("cmo_and_cto"), SCENARIOS.index("cmo_vs_cto")


def reference_for(given: ReferenceLike, target: Target, called: str) -> Reference:
    """Return what shares are set beside: what is given, else the target.

    Parameters
    ----------
    called : str
        What has the target, for messages.

    Raises
    ------
    UsageError, ConfigError
        As :func:`orgsim.results.as_reference`.
    """
    if given is None:
        return target_of(target.shares, "target", f"{called}: [target]")
    return as_reference(given)


def tolerance_for(given: float | None, target: Target) -> float:
    """Return how far each share may be off for a match: the given one, else the target's.

    Raises
    ------
    UsageError
        If it is no share.
    """
    if given is None:
        return float(target.tolerance)
    if not is_number(given) or not 0.0 <= given <= 1.0:
        raise UsageError(f"tolerance {given}: allowed are shares from 0 to 1; 5 points are 0.05")
    return abs(float(given))  # of -0.0, too


def comparison_of(
    setting: SettingTables, reference: ReferenceLike = None, tolerance: float | None = None
) -> Comparison:
    """Return the shares of a setting beside a reference; see :meth:`Setting.compare`."""
    source = setting.source
    rows = source.share_rows()
    firms = rows["firms"][0]
    beyond = zip(SIDE_CUT_POINTS, ("share_at_04", "share_at_06"), strict=True)
    return compare_shares(
        rows["count"],
        reference_for(reference, source.target, source.called),
        tolerance=tolerance_for(tolerance, source.target),
        limits=(rows["low"], rows["high"]),
        spent=setting.error_spent(),
        side_counts={cut: round(rows[column][TOGETHER] * firms) for cut, column in beyond},
        without_misfit=rows["without_misfit"][APART] if source.looks_for_misfit else None,
    )
