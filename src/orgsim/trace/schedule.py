"""Settings that changed over time, told as events."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.model.parameters import DEPARTMENTS
from orgsim.spec.departments import laid_over
from orgsim.spec.readable import readable
from orgsim.spec.schedule import FROM, is_scheduled, scheduled, scheduled_path
from orgsim.text import joined
from orgsim.trace.history import History

Numbers = dict[str, float | int | str]


def segments_begun(history: History) -> Iterator[tuple[int, tuple[str, Numbers]]]:
    """Tell of every segment of the schedule that began, and what it changed."""
    settings = history.inputs.settings
    before = {path: value for path, value in settings.items() if not is_scheduled(path)}
    for number, changes in scheduled(settings).items():
        start = int(changes[FROM])
        told = []
        numbers: Numbers = {"segment": number}
        for path, value in changes.items():
            if path != FROM:
                told.append(f"{path} {readable(value)} (before: {readable(before[path])})")
                numbers[scheduled_path(number, path)] = readable(value)
                before[path] = laid_over(value, before[path], DEPARTMENTS)
        text = f"Segment {number} of the schedule began: {joined(told)}."
        yield start, (text, numbers)
