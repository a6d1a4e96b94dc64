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
LARGE_FIRMS = """extends = "baseline"
[simulation]
firms = 64
quarters = 400
[firm]
marketing_staff = 20000
it_staff = 20000
"""
"""One block of a minute: a processor's second is some sixty million agent-quarters."""

MANY_POINTS = """extends = "article-2014"
[simulation]
firms = 20_000
quarters = 30
[sweep]
points = 64
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"""
"""Half a minute for two workers."""


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
