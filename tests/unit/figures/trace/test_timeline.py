"""The timeline of a firm."""

from __future__ import annotations

from histories import under_way
from orgsim.figures.trace import timeline
from orgsim.trace import events_of
from orgsim.trace.pictures import timeline_data


def test_labels_of_marks_and_names_of_lines_can_be_read():
    """White behind labels, as other marks' lines run there; a leader to a name that had to move."""
    busy = under_way(12, 1, 9)
    busy.firms.failures[10:] = 1
    busy.firms.willing[3:10] = 0.1
    busy.firms.capability[:] = 0.93
    busy.firms.completion[:] = 0.95
    figure = timeline(timeline_data(busy, events_of(busy), "A firm"))
    texts = [text for axes in figure.axes for text in axes.texts]
    labels = [text for text in texts if text.get_text().startswith("CEMO ")]
    assert len(labels) == 2
    assert {text.get_bbox_patch().get_facecolor()[:3] for text in labels} == {(1.0, 1.0, 1.0)}
    names = {text.get_text(): text for text in texts}
    heights = [names[name].xy[1] for name in ("capability", "completion")]
    assert heights[1] - heights[0] > 0.1
    work = names["capability"].axes
    leaders = [(text.xy[1], text.xyann[1]) for text in work.texts if not text.get_text()]
    assert (0.93, heights[0]) in leaders
