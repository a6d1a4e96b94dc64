"""Being told to end: noted whenever it comes, looked for where one can end.

A handler of a signal raises in whatever the main thread happens to do, and some of it swallows
what is raised: a callback of a compiler's, the end of an object's life. So a signal is noted, too,
and whoever goes on for long looks from time to time. What cannot be left by itself, such as
compiling, goes on in a thread while the main one waits for it, where a signal reaches it.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

SECONDS_A_LOOK = 0.1
"""How long the main thread waits at most before it looks."""

SECONDS_IN_ORDER = 2.0
"""After which another signal ends the process where it stands, as a kill would."""

EXIT_CODE = 130

_STACK = 2**26
"""Bytes: compiling goes deeper than threads get where the stack has no limit."""

_first: float | None = None
_put_off = 0
_left_behind: list[threading.Thread] = []


def _heed(*_: Any) -> None:
    """Note a signal, and raise for the first; others must not disturb how it ends."""
    global _first
    if _first is None:
        _first = time.monotonic()
        look()
    elif time.monotonic() - _first > SECONDS_IN_ORDER:
        os._exit(EXIT_CODE)


def look() -> None:
    """Raise a KeyboardInterrupt if a signal was noted, though what it raised was swallowed."""
    if _first is not None and not _put_off:
        raise KeyboardInterrupt


@contextlib.contextmanager
def heeded(
    signals: tuple[signal.Signals, ...] = SIGNALS, *, process_ends: bool = True
) -> Iterator[None]:
    """Note signals in the block; what was ignored before, as SIGHUP below ``nohup``, stays so.

    Parameters
    ----------
    process_ends : bool
        Whether it does after a signal: those that follow meanwhile change nothing then.
    """
    global _first
    if not _is_main():
        yield
        return
    _first = None
    before: dict[signal.Signals, Any] = {}
    for number in signals:
        handler = signal.getsignal(number)
        if handler is not signal.SIG_IGN:
            before[number] = handler
            signal.signal(number, _heed)
    hook = sys.unraisablehook
    sys.unraisablehook = functools.partial(_report_swallowed, hook)
    try:
        yield
        look()
    finally:
        sys.unraisablehook = hook
        if process_ends and _is_noted():
            atexit.register(_ignore, tuple(before))
        for number, handler in before.items():
            signal.signal(number, _late(handler) if process_ends and _is_noted() else handler)
        _first = None


def _ignore(signals: tuple[signal.Signals, ...]) -> None:
    """Ignore signals for good: near its end Python takes all handlers away but this."""
    for number in signals:
        signal.signal(number, signal.SIG_IGN)


def _is_main() -> bool:
    """Whether this is the thread that signals reach."""
    return threading.current_thread() is threading.main_thread()


def _is_noted() -> bool:
    return _first is not None


def _late(handler: Any) -> Callable[..., None]:
    """Return a handler that overhears a signal for as long as an end in order may take."""
    since = time.monotonic()

    def heed(number: int, _: Any) -> None:
        if time.monotonic() - since > SECONDS_IN_ORDER:
            signal.signal(number, handler)
            signal.raise_signal(number)

    return heed


def _report_swallowed(before: Callable[[Any], Any], swallowed: sys.UnraisableHookArgs) -> None:
    """Report what could not be raised as before, but for what a signal raised: that was noted."""
    if _first is None or swallowed.exc_type is not KeyboardInterrupt:
        before(swallowed)


@contextlib.contextmanager
def put_off() -> Iterator[None]:
    """Heed a signal that comes in the block at its end, for what cannot be left half-way in order.

    One that comes :data:`SECONDS_IN_ORDER` after the first ends the process all the same.

    Raises
    ------
    KeyboardInterrupt
        At the end of the block.
    """
    global _put_off
    if not _is_main():
        yield
        return
    # Elsewhere than below a command, only what Python itself heeds.
    heeding = any(signal.getsignal(number) is _heed for number in SIGNALS)
    with contextlib.nullcontext() if heeding else heeded((signal.SIGINT,), process_ends=False):
        _put_off += 1
        try:
            yield
        finally:
            _put_off -= 1
        look()


def in_thread(act: Callable[[], Any], on_interrupt: Callable[[], None] = lambda: None) -> Any:
    """Do something in a thread while this one waits, where signals reach it.

    Parameters
    ----------
    on_interrupt : callable
        Tells the thread to end, if it can be told.

    Returns
    -------
    object
        What it returns; what it raises is raised.

    Raises
    ------
    KeyboardInterrupt
        At once, with the thread still at it.
    """
    outcome: Future[Any] = Future()

    def work() -> None:
        try:
            outcome.set_result(act())
        except BaseException as error:
            outcome.set_exception(error)

    thread = threading.Thread(target=work, name="orgsim-worker")
    try:
        with put_off():
            _start(thread)
        while True:
            look()
            with contextlib.suppress(StillRunning):
                outcome.exception(SECONDS_A_LOOK)
                return outcome.result()
    except KeyboardInterrupt:
        on_interrupt()
        _left_behind.append(thread)
        raise


def _start(thread: threading.Thread) -> None:
    before = threading.stack_size(_STACK)
    try:
        thread.start()
    finally:
        threading.stack_size(before)


def end_without_those_left_behind(code: int) -> None:
    """End the process if a thread that cannot be told to end is still at work, such as a compiler.

    Python would wait for it. Standard output and error must have been flushed.
    """
    if any(thread.is_alive() for thread in _left_behind):
        os._exit(code)
