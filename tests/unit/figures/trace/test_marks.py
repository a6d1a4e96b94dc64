"""Marks on a timeline."""

from __future__ import annotations

import numpy as np

from orgsim.figures.trace.marks import MOST_LANES, lanes_of
from orgsim.figures.trace.timeline_data import Mark


def test_labels_of_marks_never_meet():
    marks = [Mark(t, "proposal", "CEMO proposed") for t in range(0, 400, 3)]
    placed = lanes_of(marks, 400, 143.0)
    assert len(placed) == len(marks)
    assert {lane for mark, lane, _ in placed if mark.label} == set(range(MOST_LANES))
    assert {lane for mark, lane, _ in placed if not mark.label} == {MOST_LANES}
    labelled = [(m, lane) for m, lane, _ in placed if m.label]
    assert 0 < len(labelled) < len(marks)
    for lane in range(MOST_LANES):
        at = [143.0 / 400 * mark.quarter for mark, own in labelled if own == lane]
        assert min(np.diff(at)) > 15.0  # a label is 17 mm long with its mark
