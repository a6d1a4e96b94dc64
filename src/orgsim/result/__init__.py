"""What users hold: a run on the disk, its comparisons, pictures and traces."""

from orgsim.result.reference import as_reference
from orgsim.result.run import Run, open_run

__all__ = ["Run", "as_reference", "open_run"]
