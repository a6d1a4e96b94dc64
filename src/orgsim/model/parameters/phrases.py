"""What rows of several sections say in the same words."""

from __future__ import annotations

from orgsim.spec.parameter import assumed

TRIAL = assumed("starting value from a trial of these rules")
AT_START = "is read once, at the start"
ACCUSTOMED = (
    "shapes the chain of command that departments are accustomed to, and a change would threaten "
    "them though nobody moved"
)
