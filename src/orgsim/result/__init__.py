"""What users hold: a run on the disk, its comparisons, pictures and traces."""

from orgsim.result.reference import read_reference
from orgsim.result.run import Run, open_run

__all__ = ["Run", "open_run", "read_reference"]
