"""``[competence]``: literacy in the other department's field."""

from __future__ import annotations

from orgsim.model.parameters.phrases import AT_START, TRIAL
from orgsim.spec.parameter import (
    Parameter,
    article,
    assumed,
    beta,
    log_within,
    quantity,
    real,
    spread,
    within,
)

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    quantity("competence.initial_literacy", beta(0.35, 12), "share",
         "mean literacy in the other department's field at the start", TRIAL, stream=8,
         by_department=True, fixed=AT_START,
         plausible=within(0.15, 0.55,
             "assumption: from laypeople to half at home; presets have 0.25 and 0.5")),
    spread("competence.within_firm_concentration", 35.0, "-",
         "alikeness of colleagues in literacy",
         plausible=log_within(10, 120,
             "assumption: among colleagues a standard deviation of 0.14 to 0.04 around a mean "
             "of 0.35")),
    real("competence.learning_by_doing", 0.05, "1/task",
         "literacy gained per completed joint task",
         assumed("form: Cohen and Levinthal 1990; value from a trial"),
         plausible=log_within(0.01, 0.2,
             "assumption: at a literacy of 0.35 a task adds 0.002 to 0.05")),
    real("competence.training", 0.01, "1/quarter",
         "share of the missing literacy that training gives staff each quarter", TRIAL,
         plausible=within(0.0, 0.04,
             "assumption: from no training to four fifths of the gap closed in ten years; the "
             "policy has 0.03")),
    real("competence.chief_training", 0.01, "1/quarter",
         "the same for the departments' chiefs (the CIO is qualified, not merged)",
         article("mechanism from the article, value assumed"),
         plausible=within(0.0, 0.04, "assumption: as of staff")),
    real("competence.specialisation_cost", 0.3, "share",
         "expertise in the own field that a boss wholly foreign to it costs (without foreign_boss: "
         "that full literacy in the other's costs)",
         article("a generalist at the top is an illusion; value assumed"),
         plausible=within(0.0, 0.6,
             "assumption: from none, as friends of the generalist would say, to more than half")),
)
# fmt: on
