"""How far a run is, and whether every file still holds what was written."""

from orgsim.inspection.status import Status, status
from orgsim.inspection.verify import Verdict, verify

__all__ = ["Status", "Verdict", "status", "verify"]
