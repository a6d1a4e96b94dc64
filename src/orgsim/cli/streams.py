"""Standard output and error that take whatever is printed: the one way out of a command.

What is printed may come from a file or run directory of anybody: nothing in it shall steer the
terminal. It may hold characters that the terminal's encoding lacks, such as the sign of a number:
they are written as what looks like them. And a stream may be closed, which is no error.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from orgsim.printable import LOOK_ALIKES, printable

_STREAMS = {0: "stdin", 1: "stdout", 2: "stderr"}


class OutputLostError(OSError):
    """What was printed could not be written, as to a full disk."""


class _Harmless:
    """A text stream that writes what it is given as printable text.

    Parameters
    ----------
    stream : text stream
    escaping : bool
        Whether steering characters are escaped: not of what rich writes, whose colours they are
        and which escapes what it is given itself, see ``report.terminal``.
    """

    def __init__(self, stream: TextIO, *, escaping: bool = True) -> None:
        self._stream = stream
        self._escaping = escaping
        # By this name rich asks for the stream that it shall write to.
        self.rich_proxied_file = _Harmless(stream, escaping=False) if escaping else self

    @property
    def encoding(self) -> str:
        """The stream's encoding; click takes ASCII for a mistake and would write past us."""
        found = getattr(self._stream, "encoding", None) or "utf-8"
        return "utf-8" if self._escaping else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text; return how many of its characters."""
        with _told_apart():
            self._stream.write(printable(text, kept="\n\t") if self._escaping else text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what is waiting."""
        with _told_apart():
            self._stream.flush()


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """Tell a failure to print apart from all others."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLostError(error.errno, error.strerror) from error


@contextlib.contextmanager
def harmless_streams() -> Iterator[None]:
    """Let all that is printed pass through streams that take it; closed ones lead nowhere."""
    before = sys.stdout, sys.stderr
    _fill_closed()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LOOK_ALIKES)
        setattr(sys, name, _Harmless(stream))
    try:
        yield
    finally:
        for name, stream in zip(("stdout", "stderr"), before, strict=True):
            if stream is not None:  # else Python would flush at its end what is not there
                setattr(sys, name, stream)
        try:
            sys.stderr.flush()
        except OSError:  # what nobody reads any more; Python would try again, and end with 120
            drop_output("stderr")


def _fill_closed() -> None:
    """Put nothing in the place of closed standard streams, or files would be opened there."""
    for number, name in _STREAMS.items():
        try:
            os.fstat(number)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing != number:
                os.dup2(nothing, number)
                os.close(nothing)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - until the process ends


def drop_output(*names: str) -> None:
    """Let what is left in the buffers of streams, such as ``stdout``, go nowhere."""
    for name in names:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), getattr(sys, name).fileno())


@contextlib.contextmanager
def even_if_lost() -> Iterator[None]:
    """Go on, to the exit code, if nothing more can be printed."""
    try:
        yield
    except OSError:
        drop_output("stdout", "stderr")
