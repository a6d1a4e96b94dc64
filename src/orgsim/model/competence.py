"""Step 5: literacy in the other's field, by joint tasks and by training.

What one knows speeds what one learns: absorptive capacity (Cohen and Levinthal
1990, Administrative Science Quarterly 35). The CIO is qualified further, not
merged away: the article's sixth trend.
"""

from __future__ import annotations

from orgsim.jit import compiled
from orgsim.model.state import CMO, POSTS


@compiled
def learn_by_doing(staff, p):
    """Raise literacy once for each joint task completed this quarter."""
    if not p.mechanisms_learning_by_doing:
        return
    rate = p.competence_learning_by_doing
    n, lanes = staff.literacy.shape
    for i in range(n):
        for task in range(p.cooperation_encounters):
            for lane in range(lanes):
                literacy = staff.literacy[i, lane]
                raised = literacy + rate * literacy * (1.0 - literacy)
                staff.literacy[i, lane] = raised if task < staff.completed[i, lane] else literacy


@compiled
def train_staff(staff, p):
    """Close a share of what is missing in everyone's literacy."""
    training = p.competence_training
    n, lanes = staff.literacy.shape
    for i in range(n):
        for lane in range(lanes):
            literacy = staff.literacy[i, lane]
            staff.literacy[i, lane] = literacy + training * (1.0 - literacy)


@compiled
def train_chiefs(firm, p):
    """Do the same for all chiefs but the CEO, designated ones included."""
    for post in range(CMO, POSTS):
        literacy = firm.chief_literacy[post]
        firm.chief_literacy[post] = literacy + p.competence_chief_training * (1.0 - literacy)
