"""One look for every figure: colours, text sizes, widths in print, files that never differ."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from orgsim.errors import UsageError
from orgsim.printable import printable
from orgsim.text import bare_given, with_minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SINGLE, DOUBLE = 89.0, 183.0
"""Widths of one and of two columns of a journal, in millimetres."""

SCENARIO_COLOURS = ("#004488", "#3AA692", "#E8BC4A", "#BB4A5E")
"""A colour a scenario, after Tol's schemes: lightness 29, 62, 79, 46, so that grey print tells."""

SCENARIO_MARKERS = ("o", "s", "^", "D")

SHARE_MAP, DISTANCE_MAP = "viridis_r", "cividis_r"
"""Perceptually uniform, light at zero, safe for the colour-blind."""

INK, FAINT = "#222222", "#8A8A8A"

TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 9.0, 7.5, 7.0
"""Points. Nothing is set smaller."""

FORMATS = ("svg", "pdf", "png")

_POINTS_A_MM = 72.0 / 25.4
_MARGIN = 1.5  # mm around everything
_LINE = 1.35  # line height in units of text size

_SETTINGS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.labelsize": TEXT_SIZE,
    "axes.labelpad": 2.5,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.0,
    "hatch.linewidth": 0.5,
    "hatch.color": INK,
    "legend.fontsize": TEXT_SIZE,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "svg.hashsalt": "orgsim",
}


_DRAWING = threading.RLock()  # matplotlib's settings are those of the whole process


def _load_matplotlib() -> None:
    """Import matplotlib, whatever backend and settings the environment names.

    Drawing needs neither, but matplotlib refuses to be imported with an ``MPLBACKEND`` that it
    does not know, such as that of a notebook whose kernel lives in another environment. So the
    variable is out of ``os.environ`` while matplotlib is imported for the first time, and a
    backend that matplotlib does know is set afterwards, for the user's own pictures. What
    matplotlib logs meanwhile, about settings and directories that are not used here, is dropped.

    Raises
    ------
    UsageError
        If matplotlib cannot be imported, as with a ``matplotlibrc`` that is no UTF-8.
    """
    if "matplotlib.font_manager" in sys.modules:
        return
    first = "matplotlib" not in sys.modules
    backend = os.environ.pop("MPLBACKEND", None) if first else None
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        import matplotlib.font_manager
    except (ValueError, OSError) as error:
        raise UsageError(
            f"matplotlib cannot be loaded: {printable(str(error))}; mend or remove the file "
            "matplotlibrc that it reads"
        ) from error
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
        log.setLevel(level)
    if backend:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = backend


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with matplotlib's defaults and the settings of this file, whatever the user's are.

    matplotlib keeps its settings once a process, so only one thread draws or saves at a time;
    the others wait. The user's settings stand again afterwards, after an error too. Another
    thread that uses matplotlib without orgsim in the meantime sees the settings of this file,
    and what it sets is lost; the same holds for the filters of ``warnings``.

    Raises
    ------
    UsageError
        If matplotlib cannot be imported.
    """
    import warnings

    with _DRAWING:
        _load_matplotlib()

        import matplotlib.style

        with warnings.catch_warnings(), matplotlib.style.context(["default", _SETTINGS]):
            # A title may hold what the font does not; a box in its place says so well enough.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            yield


def paler(colour: str) -> str:
    """Return a colour, ``#RRGGBB``, mixed with white, half and half.

    Without matplotlib, for colours are mixed when modules are imported, before any drawing.
    """
    shares = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return "#" + "".join(f"{round((1.0 + share) / 2.0 * 255.0):02x}" for share in shares)


def plain(text: str) -> str:
    """Return text whose dollar signs are no mathematics."""
    return text.replace("$", r"\$")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in millimetres."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) / _POINTS_A_MM


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text between words into lines of at most ``width`` millimetres."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _legend_columns(labels: Sequence[str], width: float) -> int:
    """Return the most columns in which a legend is no wider than ``width`` millimetres."""
    widths = [text_width(label, TEXT_SIZE) + 9.0 for label in labels]
    for columns in range(len(labels), 1, -1):
        rows = -(-len(labels) // columns)
        # matplotlib fills columns first, the longer ones before the shorter ones.
        full = len(labels) - columns * (rows - 1)
        starts = [min(c, full) * rows + max(c - full, 0) * (rows - 1) for c in range(columns + 1)]
        if sum(max(widths[a:b]) for a, b in pairwise(starts)) <= width:
            return columns
    return 1


def _write(figure: Figure, lines: Sequence[str], top: float, size: float, *, weight: str) -> None:
    """Write lines from the left margin, evenly spaced, outside the layout of the panels."""
    width, height = figure.get_size_inches()
    for i, line in enumerate(lines):
        figure.text(
            _MARGIN / 25.4 / float(width),
            top - (i + 0.8) * size * _LINE / 72.0 / float(height),
            plain(line),
            size=size,
            weight=weight,
            ha="left",
            va="baseline",
        ).set_in_layout(False)


def sheet(
    width: float,
    body: float,
    *,
    title: str = "",
    caption: str = "",
    legend: Sequence[Any] = (),
) -> Figure:
    """Return an empty figure: title and legend above, caption below, room for panels between.

    Parameters
    ----------
    width, body : float
        Width of the figure and height of the panels, in millimetres.
    legend : artists
        Handles that bear labels.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    room = 0.98 * (width - 2.0 * _MARGIN)  # hinting may widen a line
    heading = wrapped(title, room, TITLE_SIZE, bold=True) if title else []
    notes = wrapped(caption, room, SMALL_SIZE) if caption else []
    labels = [str(handle.get_label()) for handle in legend]
    columns = _legend_columns(labels, room) if labels else 1
    rows = -(-len(labels) // columns)
    heights = [
        len(heading) * TITLE_SIZE * _LINE / _POINTS_A_MM,
        rows * (TEXT_SIZE * 1.45) / _POINTS_A_MM,
        len(notes) * SMALL_SIZE * _LINE / _POINTS_A_MM,
    ]
    gaps = [1.8 if height else 0.0 for height in heights]
    top = _MARGIN + sum(heights[:2]) + sum(gaps[:2])
    bottom = _MARGIN + heights[2] + gaps[2]
    height = top + body + bottom
    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=300)
    figure.set_layout_engine(
        ConstrainedLayoutEngine(
            rect=(_MARGIN / width, bottom / height, 1.0 - 2.0 * _MARGIN / width, body / height),
            w_pad=1.0 / 25.4,
            h_pad=0.8 / 25.4,
        )
    )
    left = _MARGIN / width
    _write(figure, heading, 1.0 - _MARGIN / height, TITLE_SIZE, weight="bold")
    if labels:
        figure.legend(
            handles=list(legend),
            loc="upper left",
            bbox_to_anchor=(left, 1.0 - (_MARGIN + heights[0] + gaps[0]) / height),
            ncols=columns,
            borderaxespad=0.0,
            borderpad=0.0,
            labelspacing=0.4,
            handlelength=1.8,
            handletextpad=0.6,
            columnspacing=1.4,
        ).set_in_layout(False)
    _write(figure, notes, (_MARGIN + heights[2]) / height, SMALL_SIZE, weight="normal")
    return figure


def finish(figure: Figure) -> Figure:
    """Lay the figure out for good, so that every file of it is alike."""
    for _ in range(2):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        # The solver's last digits differ from one time to the next, and ids in SVG follow them.
        left, bottom, width, height = (round(edge, 5) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    return figure


def percent_ticks(axis: Any) -> None:
    """Write shares as percentages, without the sign."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda share, _: with_minus(bare_given(share, 6))))


def light_grid(axes: Axes) -> None:
    """Draw faint horizontal lines behind the data."""
    axes.grid(True, axis="y")


def write(figure: Figure, target: Path | IO[bytes], kind: str) -> None:
    """Write a figure as ``svg``, ``pdf`` or ``png`` (300 dots an inch) into a file or a buffer.

    It says that orgsim made it, without which it would not be replaced by the next one, and not
    when: the same figure gives the same bytes.
    """
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "orgsim"},
        "pdf": {"CreationDate": None, "Creator": "orgsim", "Producer": None},
        "png": {"Software": "orgsim"},
    }
    if kind not in FORMATS:
        raise ValueError(f"a figure is saved as {', '.join(FORMATS)}, not as '.{kind}'")
    with house_style():
        figure.savefig(target, format=kind, dpi=300, metadata=metadata[kind])
