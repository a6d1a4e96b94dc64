"""What users hold: a run on the disk, one of its settings, their comparisons, pictures, traces."""

from orgsim.results.reference import as_reference
from orgsim.results.run import Run
from orgsim.results.sensitivity import Sensitivity
from orgsim.results.setting import Setting

__all__ = ["Run", "Sensitivity", "Setting", "as_reference"]
