"""What is told how a run goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What is told how a run goes on; :mod:`orgsim.report.progress` shows it on a terminal."""

    def begin(self, total: int, done: int, unit: str) -> None:
        """Begin, or go on after so many; units are ``firms`` or ``points``."""

    def compiling(self) -> None:
        """Wait for the kernel to be compiled or loaded."""

    def say(self, text: str) -> None:
        """Tell something else."""

    def advance(self, count: int) -> None:
        """Count so many more as done."""

    def end(self) -> None:
        """End, one way or another."""


class Silent:
    """A progress that shows nothing."""

    def begin(self, total: int, done: int, unit: str) -> None:
        """Show nothing."""

    def compiling(self) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Show nothing."""

    def advance(self, count: int) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""
