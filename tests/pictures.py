"""Pictures held against what every one must be: readable, and the same whenever it is drawn."""

from __future__ import annotations

from itertools import combinations

import matplotlib
import pytest
from matplotlib.text import Text

from orgsim.figures import style

LONG = (
    "Firms whose $x_1 and $y resist more than anybody foresaw, or could have foreseen, then. " * 3
)


def save(figure, path):
    """Write a figure in the format that the file's name says."""
    style.write(figure, path, path.suffix[1:])


def written(figure) -> list[Text]:
    """Return the texts that are really drawn, none that an axis keeps in reserve."""
    found: list[Text] = []
    draw = Text.draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda self, *a, **k: (found.append(self), draw(self, *a, **k)))
        figure.draw_without_rendering()
    return [t for t in found if t.get_text().strip()]


def words(figure) -> str:
    """Return all that is written on a figure, on one line."""
    return " ".join(t.get_text() for t in written(figure)).replace("\n", " ").replace("\xa0", " ")


def assert_readable(figure):
    """Hold a figure against its sheet: every text is on it, large enough, and over no other."""
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(style.SINGLE) or width == pytest.approx(style.DOUBLE)
    assert height < 247
    texts = written(figure)
    assert len(texts) > 1
    boxes = [text.get_window_extent() for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        assert text.get_fontsize() >= 7
        assert box.x0 >= 0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y0 >= 0, text
        assert box.y1 <= figure.bbox.y1, text
    for (one, a), (other, b) in combinations(zip(texts, boxes, strict=True), 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        # Lines of a caption touch: the box of a line reaches from its highest to its lowest letter.
        assert across <= 1 or along <= 1, (one, other)


def assert_same_bytes(first, again, kind, folder):
    """Hold a figure against one drawn again, while a user has settings of their own."""
    save(first, folder / f"a.{kind}")
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "none"}):
        save(again(), folder / f"b.{kind}")
    assert (folder / f"a.{kind}").read_bytes() == (folder / f"b.{kind}").read_bytes()
