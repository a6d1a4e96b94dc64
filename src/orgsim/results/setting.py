"""One setting, as one holds it in Python: of a run on the disk, or in memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from orgsim.analysis.comparison import Comparison
from orgsim.analysis.flows import Flows
from orgsim.analysis.reference import Reference
from orgsim.results.answers import comparison_of, reference_for, tolerance_for
from orgsim.results.pairing import flows_between
from orgsim.results.reference import ReferenceLike
from orgsim.results.source import SettingTables
from orgsim.results.stored import SettingLike, setting_of
from orgsim.results.study import refuse_other_study

if TYPE_CHECKING:
    from orgsim.results.plots import SettingPlots
    from orgsim.results.tracing import Trace


class Setting(SettingTables):
    """One setting, and what it answers: ``run[17]``, ``run.setting``.

    Examples
    --------
    ::

        run = orgsim.open("results/grid")
        run[17].compare().verdict.kind
        run[17].flows(run[18]).moved
        run[17].trace(scenario="cemo").decisive
    """

    def __repr__(self) -> str:
        """Return which setting it is."""
        source = self.source
        at = f" point {source.point}" if source.points > 1 else ""
        return f"<orgsim.{type(self).__name__} {source.called!r}{at}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the verdict."""
        from html import escape

        return f"<p><b>{escape(self.name)}</b></p>{self.compare()._repr_html_()}"

    def compare(
        self, reference: ReferenceLike = None, *, tolerance: float | None = None
    ) -> Comparison:
        """Set the shares beside a reference, with a verdict.

        Parameters
        ----------
        reference : Run, Setting, path, word, mapping of scenario to share or count, or Reference
            As :func:`orgsim.results.as_reference` takes it; None: the config's target, by default
            the article.
        tolerance : float, optional
            How far each share may be off; by default what the config's target says, 0.05.

        Raises
        ------
        UsageError
            If the run, or the reference, is not finished, or the reference is a sweep.
        ConfigError
            If the reference is no split of firms over the scenarios.
        """
        return comparison_of(self, reference, tolerance)

    def reference(self, reference: ReferenceLike = None) -> Reference:
        """Return what :meth:`compare` sets the shares beside.

        Raises
        ------
        UsageError, ConfigError
            As :meth:`compare`.
        """
        source = self.source
        return reference_for(reference, source.target, source.called, source.model)

    def tolerance(self, tolerance: float | None = None) -> float:
        """Return how far each share may be off for a match: the given one, else the target's.

        Raises
        ------
        UsageError
            If it is no share.
        """
        return tolerance_for(tolerance, self.source.target)

    def flows(self, other: SettingLike) -> Flows:
        """Return which firms end elsewhere under another setting with the same draws.

        Parameters
        ----------
        other : Setting, Sample, run of one setting, or its path

        Raises
        ------
        UsageError
            If ``other`` is a sweep; if the settings are not paired: of other seeds, draws or
            versions of the model; if one is not finished, or kept no rows of firms.
        """
        return flows_between(self, setting_of(other, self.source.model))

    def trace(self, firm: int | None = None, *, scenario: str | None = None) -> Trace:
        """Replay one firm from its keys: its quarters, its people, why it ended where it did.

        Parameters
        ----------
        firm : int
            Its number, from 0.
        scenario : str
            Instead of a number: the typical firm of those that ended so.

        Raises
        ------
        UsageError
            If the run is not finished, there is no such firm or scenario, or both or neither of
            firm and scenario are given.
        RunError
            If the firm does not come out as in the run: another version of the model made it.
        """
        from orgsim.results.tracing import trace_of

        refuse_other_study(self.source.model, "traces", rules=True)
        return trace_of(self, firm, scenario)

    @cached_property
    def plot(self) -> SettingPlots:
        """Pictures: ``setting.plot.shares()``, ``setting.plot.names()``."""
        from orgsim.results.plots import SettingPlots

        refuse_other_study(self.source.model, "pictures")
        return SettingPlots(self)
