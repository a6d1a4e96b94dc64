"""Small runs for tests to break, and a limit for what must not hang."""

from __future__ import annotations

import signal
from contextlib import contextmanager

SMALL = """
extends = "baseline"
[simulation]
firms = 40
quarters = 5
"""
TWO_POINTS = f"""{SMALL}
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = {{ values = [0.2, 0.4] }}
"""


class Hung(BaseException):
    """Something took too long; no Exception, which a command could take for one of its own."""


@contextmanager
def limited(seconds):
    """Raise Hung after so many seconds, whatever the block waits for; may be nested."""

    def ring(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    left = signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(left)
        signal.signal(signal.SIGALRM, before)
