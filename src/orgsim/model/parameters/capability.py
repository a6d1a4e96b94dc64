"""``[capability]``: digital capability, authority, performance."""

from __future__ import annotations

from orgsim.model.parameters.phrases import AT_START, TRIAL
from orgsim.spec.parameter import (
    Parameter,
    article,
    assumed,
    literature,
    log_within,
    quantity,
    real,
    within,
)

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    quantity("capability.initial", 0.1, "share",
         "digital capability at the start", TRIAL, stream=9, fixed=AT_START,
         plausible=within(0.02, 0.4,
             "assumption: from next to nothing to pure players (presets: 0.05 and 0.4)")),
    real("capability.growth", 0.13, "1/quarter",
         "growth of capability at full completion of tasks as good as can be; large effect and no "
         "source", assumed("0.12 of version 1, raised as tasks are worth less than the best now"),
         plausible=log_within(0.05, 0.3,
             "assumption: at full completion two thirds of the way take one year to five; no "
             "source at all")),
    real("capability.obsolescence", 0.03, "1/quarter",
         "loss of capability to new technology; large effect and no source", TRIAL,
         plausible=log_within(0.01, 0.08,
             "assumption: half of what is known is worth nothing after two to seventeen years; "
             "no source at all")),
    quantity("capability.initial_authority", 0.5, "share",
         "authority of the CMO at the start, and of every new one",
         assumed("raised from 0.3 after a look at the split, before any calibration"), stream=10,
         plausible=within(0.2, 0.8,
             "assumption: from a chief of advertising to the CEO's right hand")),
    real("capability.authority_rate", 0.1, "1/quarter",
         "speed at which authority follows the success of marketing-led joint tasks",
         plausible=log_within(0.03, 0.3,
             "assumption: success is mostly believed after one year, or after eight")),
    real("capability.creativity_weight", 0.6, "share",
         "weight of creativity against technology in performance",
         article("above 1/2: less technical than creative; value assumed"),
         plausible=within(0.4, 0.8,
             "article: above 1/2; a little below it for technicians, who would dispute that")),
    real("capability.technology_appetite", 1.95, "-",
         "marketing's technology spending, in units of IT's, at full demand and half authority",
         literature("set so that marketing spends 0.49 of both departments' technology budgets in "
                    "2016 Q4: 3.24 to 3.40 % of revenue, Gartner 2016, read in a secondary copy"),
         high=10.0,
         plausible=within(1.4, 2.6,
             "literature: marketing's part of both budgets in 2016 Q4 from 0.40 to 0.55 in "
             "article-2014, around the survey's 0.49")),
)
# fmt: on
