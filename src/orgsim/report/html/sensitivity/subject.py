"""What the page is about: an analysis, and its pictures, each drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from orgsim.figures.picture import Picture
from orgsim.report.html.figures import ROOM, Figure, figure_of, fitting
from orgsim.results.sensitivity import Sensitivity
from orgsim.results.sensitivity.drawings import sensitivity_drawings


@dataclass(frozen=True)
class Analysis:
    """A sensitivity analysis with its pictures."""

    found: Sensitivity

    @cached_property
    def _pictures(self) -> list[tuple[str, Picture]]:
        """The pictures, each with the name of what it shows."""
        drawings = sensitivity_drawings(self.found).values()
        return [(drawing.entry.name, Picture.of(drawing)) for drawing in drawings]

    @cached_property
    def _sources(self) -> dict[str, str]:
        return fitting([picture for _, picture in self._pictures], ROOM)

    def figures(self, *shown: str) -> list[Figure]:
        """Return the figures that show certain things, those that the page has room for."""
        return [
            figure_of(picture, self._sources[picture.name])
            for name, picture in self._pictures
            if name in shown and picture.name in self._sources
        ]

    def left_out(self, *shown: str) -> list[str]:
        """Return the titles of those that it has no room for."""
        return [
            picture.title
            for name, picture in self._pictures
            if name in shown and picture.name not in self._sources
        ]
