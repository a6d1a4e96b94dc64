"""What a setting answers beside a reference: shares with a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgsim.analysis.comparison import Comparison, compare_shares
from orgsim.analysis.improvement import Improvement
from orgsim.analysis.reference import Reference, target_of
from orgsim.config.output import Target
from orgsim.config.values import is_number
from orgsim.errors import ConfigError, UsageError
from orgsim.model.tallies import APART, WITHOUT_MISFIT
from orgsim.results.reference import ReferenceLike, as_reference
from orgsim.results.source import SettingSource, SettingTables
from orgsim.spec import Model
from orgsim.spec.twin import MARGIN
from orgsim.text import joined


def reference_for(given: ReferenceLike, target: Target, called: str, model: Model) -> Reference:
    """Return what shares are set beside: what is given, else the target.

    Parameters
    ----------
    called : str
        What has the target, for messages.
    model : Model
        Whose scenarios they are.

    Raises
    ------
    UsageError, ConfigError
        As :func:`orgsim.results.as_reference`.
    """
    if given is None:
        return target_of(target.shares, "target", f"{called}: [target]", model)
    found = as_reference(given, model)
    if set(found.scenarios) != set(model.scenarios):
        raise ConfigError(
            f"the {found.name}: is a split over {joined(found.scenarios)}; the scenarios of "
            f"{called} are {joined(model.scenarios)}"
        )
    return found


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
    model = source.model
    return compare_shares(
        rows["count"],
        reference_for(reference, source.target, source.called, model),
        tolerance=tolerance_for(tolerance, source.target),
        limits=(rows["low"], rows["high"]),
        spent=setting.error_spent(),
        outcomes=model.outcomes,
        side_shares={other.cut_point: tuple(rows[other.name]) for other in model.other_splits},
        without_misfit=_without_misfit(source, rows),
        is_square=model.is_square,
        improvement=_improvement(source, rows),
    )


def _improvement(source: SettingSource, rows: Mapping[str, Sequence[int]]) -> Improvement | None:
    """Return how many firms ended better than their twins, None where they have none."""
    margin = source.inputs()[0].get(MARGIN)
    if margin is None:
        return None
    tried, improved, sustained = (sum(rows[name]) for name in ("tried", "improved", "sustained"))
    return Improvement(tried, improved, sustained, float(margin))


def _without_misfit(source: SettingSource, rows: Mapping[str, Sequence[int]]) -> int | None:
    """Return the firms in 'CMO vs CTO' that never saw a misfit, None where nobody looks for one."""
    if not source.looks_for_misfit or WITHOUT_MISFIT not in rows:
        return None
    return rows[WITHOUT_MISFIT][APART]
