"""Pictures of a setting or a sweep: which there are, and into what files they go."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Self

import numpy as np

from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.figures.entry import Drawing, Given
from orgsim.figures.flows import FIGURE as FLOWS
from orgsim.figures.flows import FlowCounts
from orgsim.figures.picture import Picture, mark_of, refuse_other_kind, require_matplotlib
from orgsim.printable import shortened
from orgsim.results.answers import comparison_of, reference_for
from orgsim.results.drawings import Drawings, setting_drawings, sweep_drawings
from orgsim.results.pairing import flows_between
from orgsim.results.reference import ReferenceLike
from orgsim.results.source import SettingTables
from orgsim.results.stored import SettingLike, setting_of
from orgsim.store import outputs, pictures
from orgsim.store.names import FIGURES
from orgsim.store.run_tables import RunTables
from orgsim.system.files import as_path


class _Plots(ABC):
    """Pictures by name, and files of them."""

    @abstractmethod
    def _drawings(self) -> Drawings:
        """Return what can be drawn."""

    @abstractmethod
    def _folder(self) -> tuple[Path | None, int]:
        """Return where files go unless told otherwise, and how many folders of it are ours."""

    def names(self) -> list[str]:
        """Return the names of the figures that there are.

        Raises
        ------
        UsageError
            If the run is not finished, has no such point, or matplotlib is missing.
        """
        require_matplotlib()
        return list(self._drawings())

    def __call__(self, name: str) -> Picture:
        """Draw one figure.

        Raises
        ------
        UsageError
            If there is no such figure, and as :meth:`names`.
        """
        require_matplotlib()
        return Picture.of(_chosen(self._drawings(), name))

    def write(
        self,
        names: Sequence[str] = (),
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        overwrite: bool = False,
    ) -> list[Path]:
        """Draw figures into files.

        Parameters
        ----------
        names : sequence of str
            Which; none: all.
        kind : str
            ``svg``, ``pdf`` or ``png``.
        out : path, optional
            Folder; by default ``figures`` in the run directory, and in it ``point-P`` for one
            point of a sweep.
        overwrite : bool
            Whether to replace files that are no pictures of orgsim's.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If there is no such figure or kind, something else bears the name of a file, no folder
            is named of a setting that is only in memory, and as :meth:`names`.
        RunError
            If a file cannot be written.
        """
        require_matplotlib()
        known = self._drawings()
        drawings = {name: _chosen(known, name) for name in names or known}
        places = {
            name: self._place(name, kind, out, overwrite=overwrite) for name in drawings
        }  # all of them are free before the first is drawn
        for name, (_, target) in places.items():
            Picture.of(drawings[name]).draw_into(target, kind)
        return [path for path, _ in places.values()]

    def save(
        self,
        picture: Picture,
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write a picture where :meth:`write` puts those of this setting or sweep.

        Raises
        ------
        UsageError
            If there is no such kind, or something else bears the name of the file.
        RunError
            If the file cannot be written.
        """
        path, target = self._place(picture.name, kind, out, overwrite=overwrite)
        picture.draw_into(target, kind)
        return path

    def _place(
        self, name: str, kind: str, out: str | PathLike[str] | None, *, overwrite: bool
    ) -> tuple[Path, Path]:
        """Return what a picture's file is called, and the file that is written for it."""
        refuse_other_kind(kind)
        if out is not None:
            path = as_path(out, "--out") / f"{name}.{kind}"
            return path, outputs.named(
                path, mark=mark_of(path), overwrite=overwrite, in_new_folder=True
            )
        folder, folders = self._folder()
        if folder is None:
            raise UsageError("the setting is only in memory; say which folder to write into")
        path = folder / f"{name}.{kind}"
        return path, pictures.own(path, folders, overwrite=overwrite)


class SettingPlots(_Plots):
    """The pictures of a setting: ``setting.plot.shares()``, ``setting.plot("drivers")``.

    Parameters
    ----------
    setting : SettingTables
    reference : as :meth:`Setting.compare` takes it
        What shares are drawn beside; by default the config's target.
    tolerance : float, optional
        How far each share may be off for a match; by default the target's.
    """

    def __init__(
        self,
        setting: SettingTables,
        reference: ReferenceLike = None,
        tolerance: float | None = None,
    ) -> None:
        self._setting = setting
        self._reference = reference
        self._tolerance = tolerance

    def beside(self, reference: ReferenceLike, *, tolerance: float | None = None) -> Self:
        """Return the pictures of the same setting beside another reference.

        Examples
        --------
        ::

            run.setting.plot.beside("survey.csv").shares()
        """
        return type(self)(self._setting, reference, tolerance)

    def shares(self) -> Picture:
        """Draw the shares with their intervals beside the reference."""
        return self("shares")

    def two_by_two(self) -> Picture:
        """Draw the article's 2 x 2 as areas."""
        return self("two-by-two")

    def scenarios_over_time(self) -> Picture:
        """Draw where firms would stand were the horizon at each quarter."""
        return self("scenarios-over-time")

    def trajectories(self) -> Picture:
        """Draw the state of the firms over time, with quantile bands."""
        return self("trajectories")

    def state_at_horizon(self) -> Picture:
        """Draw the state of the firms at the horizon, by scenario."""
        return self("state-at-horizon")

    def drivers(self) -> Picture:
        """Draw which firm-level quantities go with each scenario."""
        return self("drivers")

    def flows(self, other: SettingLike) -> Picture:
        """Draw which firms end elsewhere under another setting; see :meth:`Setting.flows`."""
        require_matplotlib()
        second = setting_of(other)
        found = flows_between(self._setting, second)
        counts = np.array(found.counts, dtype=np.int64)
        drawn = FlowCounts(found.before_name, found.after_name, counts, found.firms, found.sentence)
        slug = _flows_slug(self._setting, second)
        return Picture.of(Drawing(FLOWS, Given(FlowCounts, lambda: drawn, slug)))

    def _drawings(self) -> Drawings:
        comparison = comparison_of(self._setting, self._reference, self._tolerance)
        return setting_drawings(self._setting, comparison)

    def _folder(self) -> tuple[Path | None, int]:
        source = self._setting.source
        if source.directory is None:
            return None, 0
        folder = source.directory / FIGURES
        return (folder / f"point-{source.point}", 2) if source.points > 1 else (folder, 1)


class SweepPlots(_Plots):
    """The pictures of a sweep: ``run.plot("response-curves")``.

    Parameters
    ----------
    run : RunTables
    reference : as :meth:`Run.compare` takes it
        What shares are drawn beside; by default the run's target.
    """

    def __init__(self, run: RunTables, reference: ReferenceLike = None) -> None:
        self._run = run
        self._reference = reference

    def _drawings(self) -> Drawings:
        called = str(self._run.directory)
        split = reference_for(self._reference, self._run.meta.target, called, self._run.model)
        return sweep_drawings(self._run, split)

    def _folder(self) -> tuple[Path | None, int]:
        return self._run.directory / FIGURES, 1


def _chosen(known: Drawings, name: str) -> Drawing:
    """Return a figure by its name.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in known:
        raise UsageError(
            f"no figure {shortened(name, 60)!r}{nearest(name, known)}\n"
            f"  figures: {', '.join(known)}"
        )
    return known[name]


def _flows_slug(one: SettingTables, two: SettingTables) -> str:
    """Return what the name of a picture of flows ends in, fit for a file: what they lead to."""
    start = f"{one.source.point}-" if one.source.points > 1 else ""
    end = f"-{two.source.point}" if two.source.points > 1 else ""
    name = two.source.directory.resolve().name if two.source.directory else two.source.called
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{start}to-{word or 'other'}{end}"
