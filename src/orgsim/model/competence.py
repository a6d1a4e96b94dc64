"""Step 5: literacy in the other's field, by joint tasks and by training.

What one knows speeds what one learns: absorptive capacity (Cohen and Levinthal
1990, Administrative Science Quarterly 35). The CIO is qualified further, not
merged away: the article's sixth trend.
"""

from __future__ import annotations

from orgsim.model.state import CMO, POSTS
from orgsim.numerics.elementary import ONE, single
from orgsim.numerics.jit import rule


@rule
def learn_by_doing(staff, p):
    """Raise literacy once for each joint task completed this quarter."""
    if not p.mechanisms_learning_by_doing:
        return
    rate = single(p.competence_learning_by_doing)
    for i in range(staff.size):
        person = staff[i]
        for task in range(p.cooperation_encounters):
            for lane in range(person.literacy.size):
                literacy = person.literacy[lane]
                raised = literacy + rate * literacy * (ONE - literacy)
                person.literacy[lane] = raised if task < person.completed[lane] else literacy


@rule
def train_staff(staff, p):
    """Close a share of what is missing in everyone's literacy."""
    training = single(p.competence_training)
    for i in range(staff.size):
        person = staff[i]
        for lane in range(person.literacy.size):
            literacy = person.literacy[lane]
            person.literacy[lane] = literacy + training * (ONE - literacy)


@rule
def train_chiefs(firms, p):
    """Do the same for all chiefs but the CEO, designated ones included."""
    for post in range(CMO, POSTS):
        for lane in range(firms.number.size):
            literacy = firms.chief_literacy[post, lane]
            trained = literacy + p.competence_chief_training * (1.0 - literacy)
            firms.chief_literacy[post, lane] = trained
