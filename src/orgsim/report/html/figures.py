"""The figures, inside the page: vectors, and pixels where vectors would make it too large."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from orgsim.figures.picture import Picture
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject

ROOM = 2_400_000
"""Most bytes that a run's figures may take in the page, which shall stay below 3 MB in all."""

_PIXELS_AN_INCH = 96.0 * 1.3
"""Of a screen; figures are drawn for print, and read from farther away there."""

_HALF = 5.0 * _PIXELS_AN_INCH
"""Figures are drawn 3.5 or 7.2 inches wide."""

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Figure:
    """A figure as the page holds it.

    Attributes
    ----------
    id, title, alt : str
    source : str
        A ``data:`` address. As an image of its own each SVG keeps its ids to itself.
    width, height : int
        On a screen that has room, in CSS pixels.
    """

    id: str
    title: str
    alt: str
    source: str
    width: int
    height: int

    @property
    def is_half(self) -> bool:
        """Whether it is drawn for one of two columns."""
        return self.width < _HALF


def figures_section(subject: Subject) -> Section:
    """Return every figure that there is room for, and the names of those left out."""
    pictures = [subject.draw(name) for name in subject.figure_names()]
    sources = fitting(pictures, ROOM)
    content = {
        "figures": [
            figure_of(picture, sources[picture.name])
            for picture in pictures
            if picture.name in sources
        ],
        "left_out": [picture.name for picture in pictures if picture.name not in sources],
        "directory": subject.directory_name,
    }
    return Section("figures", "Figures", "figures", content)


def flow_figure(subject: Subject) -> Figure:
    """Return the figure of where firms end under another setting."""
    picture = subject.draw_flows()
    return figure_of(picture, _source(picture, "svg"))


def figure_of(picture: Picture, source: str) -> Figure:
    """Return a picture as the page holds it, from its source."""
    width, height = (round(float(e) * _PIXELS_AN_INCH) for e in picture.figure.get_size_inches())
    name = f"figure-{picture.name}"
    return Figure(name, picture.title, picture.alt, source, width, height)


def _source(picture: Picture, kind: str) -> str:
    content = b64encode(picture.content(kind)).decode("ascii")
    return f"data:{_TYPES[kind]};base64,{content}"


def fitting(pictures: Iterable[Picture], room: int) -> dict[str, str]:
    """Return the sources of figures that fit into some bytes, by name.

    Until they fit, the largest vectors become pixels where those are smaller; if all are and it is
    not enough, the last figures are left out.
    """
    by_name = {picture.name: picture for picture in pictures}
    sources = {name: _source(picture, "svg") for name, picture in by_name.items()}
    for name in sorted(sources, key=lambda name: -len(sources[name])):
        if _size(sources) <= room:
            break
        sources[name] = min(sources[name], _source(by_name[name], "png"), key=len)
    while _size(sources) > room:
        sources.popitem()
    return sources


def _size(sources: dict[str, str]) -> int:
    return sum(map(len, sources.values()))
