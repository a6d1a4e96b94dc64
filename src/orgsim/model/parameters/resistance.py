"""``[resistance]``: attitudes and status threat."""

from __future__ import annotations

from orgsim.model.parameters.phrases import ACCUSTOMED, AT_START, TRIAL
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

_FJ = assumed("form: Friedkin and Johnsen 1990; value assumed")
_IDENTITY = "is a person's trait"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    quantity("resistance.initial", beta(0.28, 12), "share",
         "mean disposition to resist change", TRIAL, stream=6, by_department=True,
         fixed=AT_START,
         plausible=within(0.1, 0.5,
             "assumption: from staff mostly ready for change to such as is divided over it; "
             "article-2014-hard has 0.36")),
    spread("resistance.within_firm_concentration", 13.0, "-",
         "alikeness of colleagues in resistance",
         plausible=log_within(4, 50,
             "assumption: among colleagues a standard deviation of 0.20 to 0.06 around a mean "
             "of 0.28")),
    quantity("resistance.identity", 0.5, "share",
         "mean strength of professional identity, which makes a foreign boss a threat", stream=7,
         by_department=True, fixed=_IDENTITY,
         plausible=within(0.2, 0.8,
             "assumption: from jobs like any other to vocations; the middle is no finding "
             "either")),
    spread("resistance.identity_concentration", 8.0, "-", "alikeness of colleagues in identity",
         plausible=log_within(2, 32,
             "assumption: from every strength alike in one department (standard deviation 0.29) "
             "to 0.09")),
    real("resistance.susceptibility", 0.6, "share",
         "weight of others, against one's own anchor, in resistance", _FJ,
         plausible=within(0.2, 0.9,
             "assumption: from people of their own mind to followers; at 0 and at 1 one half of "
             "the rule is gone")),
    real("resistance.chief_weight", 0.3, "share",
         "weight of the department's chief against a colleague in social influence", _FJ,
         plausible=within(0.05, 0.6,
             "assumption: from one voice among twenty to more than the colleague one meets")),
    real("resistance.status_threat", 0.6, "-",
         "resistance per unit of identity and distance to the new chain of command",
         article("hierarchy problems; value assumed"), high=5.0,
         plausible=within(0.0, 2.0,
             "assumption: from none to far beyond what is set anywhere; nobody has measured it")),
    real("resistance.chain_weight", 0.3, "share",
         "weight of the boss's boss against the boss in that distance, and of the infrastructure "
         "chief against the CMO in allotting effort", TRIAL, fixed=ACCUSTOMED,
         plausible=within(0.1, 0.4,
             "assumption: the boss's boss counts for something, and less than the boss")),
    real("resistance.rank_weight", 0.5, "share",
         "weight in that distance of who speaks for the department at the top against its own boss",
         article("hierarchy problems; value assumed, and no figure is published to hold it to"),
         fixed=ACCUSTOMED,
         plausible=within(0.0, 0.6,
             "assumption: from none, as in version 1, to as much as goes with every "
             "chain_weight (their sum is at most 1)")),
    real("resistance.comfort", 0.2, "-",
         "how far being used to cooperation lowers the anchor of resistance", TRIAL,
         plausible=within(0.0, 0.5,
             "assumption: from none to 0.25 less resistance in who cooperates most")),
    real("resistance.cynicism", 0.05, "share",
         "step of every disposition towards 1 after a failed reorganisation",
         plausible=within(0.0, 0.25,
             "assumption: from failures that are forgotten to such as, thrice over, use up more "
             "than half of the good will")),
)
# fmt: on
