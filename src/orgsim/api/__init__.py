"""What a researcher calls: the public functions, which join running and looking.

Everything below runs without what stands above it: ``execution`` writes run directories and knows
nothing of what is held of them; ``results`` reads them and starts nothing.
"""

from orgsim.api.held import Run, Sample, Setting, open
from orgsim.api.runs import forecast, merge, resume, run, simulate, sweep

__all__ = [
    "Run",
    "Sample",
    "Setting",
    "forecast",
    "merge",
    "open",
    "resume",
    "run",
    "simulate",
    "sweep",
]
