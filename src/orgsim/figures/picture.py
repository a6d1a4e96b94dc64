"""One picture: a figure of matplotlib that shows itself, and writes itself into a file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.errors import UsageError
from orgsim.figures.entry import Drawing
from orgsim.figures.style import write
from orgsim.store import outputs
from orgsim.store.atomic import write_whole
from orgsim.store.pictures import MARKS, PICTURE_KINDS
from orgsim.system.files import as_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A figure of matplotlib that shows itself in a notebook, and writes itself into a file.

    Attributes
    ----------
    name : str
        Fit for a file.
    figure : matplotlib.figure.Figure
        To be changed at will.
    title : str
        A few words, to stand above it.
    alt : str
        Sentences for those who do not see it.
    parameters : tuple of str
        Paths of the swept parameters that a map is over.
    """

    name: str
    figure: Figure
    title: str = ""
    alt: str = ""
    parameters: tuple[str, ...] = ()

    @classmethod
    def of(cls, drawing: Drawing) -> Picture:
        """Draw a figure of numbers that are given."""
        return cls(drawing.name, drawing.figure(), drawing.title, drawing.alt(), drawing.parameters)

    def content(self, kind: str = "svg") -> bytes:
        """Return what a file of a kind, ``svg``, ``pdf`` or ``png``, would hold.

        Raises
        ------
        UsageError
            If the kind is another.
        """
        refuse_other_kind(kind)
        buffer = BytesIO()
        write(self.figure, buffer, kind)
        return buffer.getvalue()

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the picture; the ending of the path says what kind: .svg, .pdf or .png.

        Parameters
        ----------
        overwrite : bool
            Whether to replace a file there that is no picture of orgsim's.

        Raises
        ------
        UsageError
            If the ending is another, or something else is there.
        RunError
            If the file cannot be written.
        """
        named = as_path(path, "picture")
        target = outputs.named(named, mark=mark_of(named), overwrite=overwrite, in_new_folder=True)
        self.draw_into(target, _kind(named))
        return named

    def draw_into(self, target: Path, kind: str) -> None:
        """Write the picture into a file that ``store.outputs`` gave."""
        write_whole(target, lambda file: write(self.figure, file, kind))

    def _repr_png_(self) -> bytes:
        """Return what a notebook shows."""
        return self.content("png")


def _kind(path: Path) -> str:
    """Return what a picture's name says of its kind.

    Raises
    ------
    UsageError
        If it is none that can be written.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in PICTURE_KINDS:
        raise UsageError(f"{path}: a picture ends in .svg, .pdf or .png")
    return kind


def refuse_other_kind(kind: str) -> None:
    """Refuse what no picture can be written as.

    Raises
    ------
    UsageError
    """
    if kind not in PICTURE_KINDS:
        raise UsageError(f"no picture of kind {kind!r}\n  kinds: {', '.join(PICTURE_KINDS)}")


def mark_of(path: Path) -> bytes:
    """Return what a picture of orgsim's says of who made it; see ``figures.style.write``."""
    return MARKS[_kind(path)]


def has_matplotlib() -> bool:
    """Whether pictures can be drawn."""
    return find_spec("matplotlib") is not None


def require_matplotlib() -> None:
    """Refuse to draw without matplotlib.

    Raises
    ------
    UsageError
        If it is not installed.
    """
    if not has_matplotlib():
        raise UsageError("matplotlib is not installed: pip install 'orgsim[plot]'")
