"""Forked children of this process: warm, so that hundreds can be begun and killed in a minute."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from small_runs import Hung, limited


def child(act: Callable[[], Any], errors: Path | str = os.devnull) -> int:
    """Fork a process that does something and ends; return its number.

    Parameters
    ----------
    errors : path
        Where its standard error goes; its standard output goes nowhere.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT, 0o600), 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115 - until the process ends
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        code = act() or 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def awaited(pid: int, seconds: int) -> int:
    """Return how a child ended, as an exit code: negative if by a signal.

    Raises
    ------
    Hung
        If it does not within so many seconds; it is killed then.
    """
    try:
        with limited(seconds):
            _, status = os.waitpid(pid, 0)
    except Hung:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    return os.waitstatus_to_exitcode(status)
