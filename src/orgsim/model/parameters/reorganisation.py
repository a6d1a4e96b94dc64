"""``[reorganisation]``: proposal, choice, support, adoption, reversal."""

from __future__ import annotations

from orgsim.model.parameters.phrases import ACCUSTOMED, AT_START, TRIAL
from orgsim.spec.parameter import (
    Parameter,
    article,
    assumed,
    integer,
    log_within,
    real,
    switch,
    within,
)

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    real("reorganisation.hype_pull", 0.2, "-",
         "misfit that full hype makes the firm see",
         assumed("Abrahamson 1991 for the idea; value from a trial"), high=5.0,
         plausible=within(0.05, 0.5,
             "assumption: from a nudge to half the greatest misfit that need makes; not 0, for "
             "the article has hype sell")),
    real("reorganisation.proposal_rate", 1.5, "1/quarter",
         "hazard of a proposal at full commitment and full misfit", TRIAL, high=100.0,
         plausible=log_within(0.5, 4.0,
             "assumption: at misfit 0.3 and commitment 0.7 a proposal comes after ten quarters "
             "on average, or after one")),
    real("reorganisation.inertia", 0.05, "-",
         "misfit that an old structure tolerates",
         assumed("form: Hannan and Freeman 1984; value from a trial"),
         plausible=within(0.0, 0.15,
             "assumption: from none, where firms are as free as they think, to three times the "
             "default")),
    real("reorganisation.inertia_half_time", 8.0, "quarters",
         "age of a structure at which inertia reaches half its height",
         assumed("idea: Amburgey, Kelly and Barnett 1993; value assumed"), low=0.01, high=1e6,
         plausible=log_within(2.0, 32.0,
             "assumption: from half a year to eight years until a form has set")),
    integer("reorganisation.initial_age", 40, "quarters",
         "age of the structure at the start", high=10_000, fixed=AT_START,
         plausible=log_within(8, 120, "assumption: two to thirty years in the old roles")),
    real("reorganisation.choice_slope", 5.0, "-",
         "decisiveness of the choice between the two active forms", TRIAL, high=100.0,
         plausible=log_within(1.0, 20.0,
             "assumption: at appeals 0.2 apart the better form is chosen with probability 0.55 "
             "to 0.98")),
    real("reorganisation.profile_weight", 1.5, "-",
         "weight of the CMO's and marketing's literacy for CEMO", TRIAL, high=10.0,
         plausible=within(0.0, 3.0,
             "assumption: nobody has measured a weight; from none to twice the default")),
    real("reorganisation.authority_weight", 0.6, "-",
         "weight of the CMO's authority for CEMO", TRIAL, high=10.0,
         plausible=within(0.0, 1.5, "assumption: nobody has measured a weight; 0 can be defended")),
    real("reorganisation.hype_weight", 1.0, "-", "weight of hype for CMTO", TRIAL, high=10.0,
         plausible=within(0.0, 2.5,
             "assumption: nobody has measured a weight; as wide as in a trial with version 1")),
    real("reorganisation.overload_weight", 0.4, "-",
         "weight of data overload, demand above capability, for CMTO", TRIAL, high=10.0,
         plausible=within(0.0, 1.5, "assumption: nobody has measured a weight; 0 can be defended")),
    real("reorganisation.resistance_weight", 1.0, "-",
         "weight of the resistance that a form would meet, against it", TRIAL, high=10.0,
         plausible=within(0.0, 2.5,
             "assumption: nobody has measured a weight; 0: firms choose without asking who "
             "would mind")),
    real("reorganisation.all_rounder_call", 0.0, "-",
         "the market's standing call for the all-rounder, for CMTO",
         article("HR seeks the jack of all trades; value assumed"), low=-5.0, high=5.0,
         plausible=within(0.0, 0.5,
             "assumption: from none beside hype to what half the hype calls for; the article "
             "knows no call against")),
    real("reorganisation.support_floor", 0.75, "share",
         "what the top's word counts before anyone else is willing", TRIAL,
         plausible=within(0.3, 0.95,
             "assumption: from a top that needs others to begin to one that nearly suffices; at "
             "1 willingness would not spread")),
    real("reorganisation.quorum", 0.5, "share",
         "share willing that an adoption needs, and a structure keeps", TRIAL,
         plausible=within(0.3, 0.75, "assumption: from a strong minority to three quarters")),
    integer("reorganisation.trial_period", 4, "quarters",
         "quarters from proposal to the first possible adoption", TRIAL, low=1, high=1000,
         plausible=within(2, 6, "assumption: half a year to a year and a half")),
    integer("reorganisation.patience", 8, "quarters",
         "quarters after which an attempt without quorum has failed", TRIAL, low=1, high=1000,
         plausible=within(6, 16,
             "assumption: a year and a half to four years; never below trial_period, whatever "
             "that is")),
    integer("reorganisation.reversal_period", 4, "quarters",
         "quarters below the quorum after which an adopted structure is undone", TRIAL, low=1,
         high=10_000,
         plausible=within(2, 8, "assumption: half a year to two years")),
    integer("reorganisation.cool_down", 8, "quarters",
         "quarters from a failure or reversal to the next possible proposal, at least 1",
         high=10_000,
         plausible=within(2, 16, "assumption: half a year to four years")),
    switch("reorganisation.infrastructure_chief", True,
         "whether an infrastructure chief stands between CEMO and CIO",
         article("the Chief Infrastructure Officer"), fixed=ACCUSTOMED),
    switch("reorganisation.cmto_to_cemo", False,
         "whether a CMTO firm may propose CEMO",
         assumed("the article names no path between them")),
)
# fmt: on
