"""What the public functions return: a run, a setting and a sample, with what needs other rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

from orgsim import results
from orgsim.execution.executors import ExecutorOptions, open_executor
from orgsim.execution.memory import InMemory, replaying
from orgsim.execution.progress import Silent
from orgsim.execution.run import run_config
from orgsim.inquiry.given import ask_sweep
from orgsim.model import MODEL
from orgsim.results.reference import ReferenceLike
from orgsim.results.sample import HeldSetting
from orgsim.results.sample import Sample as _Sample
from orgsim.results.stored import SettingLike, StoredPoint
from orgsim.spec import Model
from orgsim.system.files import as_path


class Setting(results.Setting):
    """One setting of a run, and what it answers: ``run[17]``, ``run.setting``."""

    def report(
        self,
        out: str | PathLike[str] | None = None,
        *,
        reference: ReferenceLike = None,
        tolerance: float | None = None,
        other: SettingLike | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write the setting as one HTML page; see :meth:`Run.report`.

        Raises
        ------
        UsageError, RunError
            As there.
        """
        from orgsim.report.html import write_report

        return write_report(
            self,
            out,
            reference=reference,
            tolerance=tolerance,
            other=other,
            overwrite=overwrite,
        )


class Run(results.Run):
    """A run on the disk, and what it answers; see :class:`orgsim.results.Run`."""

    def __iter__(self) -> Iterator[Setting]:
        """Yield the setting of each design point."""
        return (self._at(point) for point in range(len(self)))

    def __getitem__(self, point: int) -> Setting:
        """Return the setting of a design point, from 0.

        Raises
        ------
        UsageError
            If there is no such point, or it is no whole number.
        """
        return self._at(super().__getitem__(point).source.point)

    @property
    def setting(self) -> Setting:
        """The setting of a run without a sweep.

        Raises
        ------
        UsageError
            If the run is a sweep.
        """
        return self._at(self.one_point(None))

    def _at(self, point: int) -> Setting:
        return Setting(StoredPoint(self, point))

    def report(
        self,
        out: str | PathLike[str] | None = None,
        *,
        reference: ReferenceLike = None,
        tolerance: float | None = None,
        point: int | None = None,
        other: SettingLike | None = None,
        other_point: int | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write the run as one HTML page; the same run gives the same bytes.

        Parameters
        ----------
        out : path, optional
            The file; by default ``report.html`` in the run directory.
        reference, tolerance
            As of :meth:`compare`.
        point : int, optional
            Of a sweep, one design point; by default the whole sweep.
        other : Run, Setting or path, optional
            The same firms under another setting: where each of them ends there.
        other_point : int, optional
            Of a sweep as ``other``, which point.
        overwrite : bool
            Whether to replace a file at ``out`` that is no report of orgsim's.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        UsageError
            If the run is not finished, there is no such point, the settings are not paired, a
            library is missing, or something else is where the file shall be.
        RunError
            If the file cannot be written.
        """
        from orgsim.report.html import write_report

        return write_report(
            self,
            out,
            reference=reference,
            tolerance=tolerance,
            point=point,
            other=other,
            other_point=other_point,
            overwrite=overwrite,
        )

    def sensitivity(
        self,
        outputs: Sequence[str] | str = (),
        *,
        reference: ReferenceLike = None,
        tolerance: float | None = None,
        out: str | PathLike[str] | None = None,
    ) -> Sensitivity:
        """Return which of a finished sweep's parameters moved the outputs; nothing is simulated.

        First-order Sobol indices, PAWN, and which parameters tell the points whose shares are all
        near the reference from the others (regional sensitivity), each with what chance shows.

        Parameters
        ----------
        outputs : sequence of str
            Named outputs, see :func:`orgsim.sensitivity`; by default the shares and their ratios.
        reference, tolerance
            As of :meth:`compare`.
        out : path, optional
            A directory for tables and a page; by default nothing is written.

        Raises
        ------
        UsageError
            If the run is no finished sweep over numbers, it is too small or too many-dimensional,
            or it did not keep what an output needs.
        """
        found = ask_sweep(
            self,
            [outputs] if isinstance(outputs, str) else outputs,
            self.reference(reference),
            self.tolerance(tolerance),
            None if out is None else as_path(out),
        )
        return as_held(found)


class Sensitivity(results.Sensitivity):
    """A sensitivity analysis: what :func:`sensitivity` and :meth:`Run.sensitivity` return."""

    def report(self, out: str | PathLike[str] | None = None, *, overwrite: bool = False) -> Path:
        """Write the analysis as one HTML page; the same analysis gives the same bytes.

        Parameters
        ----------
        out : path, optional
            The file; by default ``sensitivity.html`` beside its tables.
        overwrite : bool
            Whether to replace a file at ``out`` that is no page of orgsim's.

        Raises
        ------
        UsageError
            If it lies nowhere and no file is named, a library is missing, or something else is
            where the file shall be.
        RunError
            If the file cannot be written.
        """
        from orgsim.report.html.sensitivity import write_sensitivity

        return write_sensitivity(self, out, overwrite=overwrite)


def as_held(found: results.Sensitivity) -> Sensitivity:
    """Return an analysis as people hold it."""
    return Sensitivity(**vars(found))


class Sample(_Sample, Setting):
    """Firms of one setting in memory: what :func:`simulate` returns.

    A report is of a run: :meth:`save` it first.
    """

    def __init__(self, source: HeldSetting, memory: InMemory) -> None:
        super().__init__(source)
        self._memory = memory

    def save(self, directory: str | PathLike[str], *, overwrite: bool = False) -> Run:
        """Write a run directory: the one that :func:`run` writes of the same config.

        Parameters
        ----------
        overwrite : bool
            Replace another run in the same directory.

        Raises
        ------
        UsageError, RunError
            As :func:`run`.
        """
        path, config = as_path(directory), self._memory.config
        with open_executor("threads", ExecutorOptions(config.cluster)) as threads:
            executor = replaying(self._memory, threads)
            simulated = run_config(config, path, executor, Silent(), overwrite=overwrite)
        return Run(path, model=config.model, simulated=simulated)


def open(directory: str | PathLike[str], *, model: Model = MODEL) -> Run:
    """Open a run directory.

    Parameters
    ----------
    model : Model, optional
        Of which the run is; by default the study's.

    Raises
    ------
    UsageError
        If there is no run, one of another format, or of another model.
    """
    return Run(directory, model=model)
