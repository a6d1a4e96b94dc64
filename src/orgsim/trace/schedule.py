"""Settings that changed over time, told as events."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.spec.schedule import FROM, scheduled, scheduled_path, segments
from orgsim.text import joined
from orgsim.trace.history import History
from orgsim.trace.wording import readable

Numbers = dict[str, float | int | str]


def segments_begun(history: History) -> Iterator[tuple[int, tuple[str, Numbers]]]:
    """Tell of every segment of the schedule that began, and what it changed."""
    settings = history.inputs.settings
    before = dict(segments(settings)[0].settings)
    for number, changes in scheduled(settings).items():
        start = int(changes[FROM])
        if start == 0 or start >= history.quarters:
            continue
        told = []
        numbers: Numbers = {"segment": number}
        for path, value in changes.items():
            if path != FROM:
                told.append(f"{path} {readable(value)} (before: {readable(before[path])})")
                numbers[scheduled_path(number, path)] = readable(value)
                before[path] = value
        text = f"Segment {number} of the schedule began: {joined(told)}."
        yield start, (text, numbers)
