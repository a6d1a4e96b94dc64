"""How far a run is: a bar on a terminal, plain lines when piped."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any

from orgsim.report.terminal import open_console

SECONDS_BETWEEN_LINES = 5.0


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _rate(a_second: float) -> str:
    return f"{a_second:,.0f} a second" if a_second >= 10 else f"{a_second:.2g} a second"


class Lines:
    """Plain lines on the standard error, every few seconds."""

    def __init__(self) -> None:
        self._total = self._done = self._before = 0
        self._unit = "firms"
        self._began = self._spoke = time.monotonic()

    def say(self, text: str) -> None:
        """Say something else; if nobody listens any more, the work goes on all the same."""
        with contextlib.suppress(OSError):
            print(text, file=sys.stderr, flush=True)

    def compiling(self) -> None:
        """Say that the kernel is compiled, which takes a while."""
        self.say("compiling, this once: some 15 seconds ...")

    def begin(self, total: int, done: int, unit: str) -> None:
        """Start the clock."""
        self._total, self._done, self._before, self._unit = total, done, done, unit
        self._began = self._spoke = time.monotonic()
        if done:
            self.say(f"going on after {done:,} of {total:,} {unit}")

    def advance(self, count: int) -> None:
        """Count, and speak now and then."""
        self._done += count
        now = time.monotonic()
        if now - self._spoke >= SECONDS_BETWEEN_LINES or self._done == self._total:
            self._spoke = now
            rate = (self._done - self._before) / max(now - self._began, 1e-9)
            left = _clock((self._total - self._done) / rate) if rate else "?"
            self.say(f"{self._done:,} of {self._total:,} {self._unit}, {_rate(rate)}, {left} left")

    def end(self) -> None:
        """Nothing is left to say."""


class Bar:
    """A bar with firms a second and the time left."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = open_console(to_stderr=True)
        self._progress = Progress(
            BarColumn(bar_width=30),
            TextColumn("{task.fields[count]}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=self._console,
            transient=True,
        )
        self._status: Any = None
        self._task: Any = None
        self._total = self._done = self._before = 0
        self._unit = "firms"
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, highlight=False)

    def compiling(self) -> None:
        """Show that the kernel is compiled."""
        self._status = self._console.status("Compiling, this once: some 15 seconds")
        self._status.start()

    def begin(self, total: int, done: int, unit: str) -> None:
        """Show the bar."""
        self._stop_status()
        self._total, self._done, self._before, self._unit = total, done, done, unit
        self._began = time.monotonic()
        self._task = self._progress.add_task(
            "", total=total, completed=done, count=f"{done:,} of {total:,} {unit}", rate=""
        )
        self._progress.start()

    def advance(self, count: int) -> None:
        """Move the bar."""
        self._done += count
        elapsed = max(time.monotonic() - self._began, 1e-9)
        self._progress.update(
            self._task,
            advance=count,
            count=f"{self._done:,} of {self._total:,} {self._unit}",
            rate=_rate((self._done - self._before) / elapsed),
        )

    def _stop_status(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def end(self) -> None:
        """Take the bar away."""
        self._stop_status()
        self._progress.stop()


def progress(*, quiet: bool) -> Bar | Lines | None:
    """Return what suits the standard error, or None if nothing shall be shown."""
    if quiet:
        return None
    return Bar() if sys.stderr.isatty() else Lines()
