"""``[mechanisms]``: switches for ablation."""

from __future__ import annotations

from orgsim.spec.parameter import Parameter, article, switch

_RULES = "switches a rule on or off for good"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    switch("mechanisms.social_influence", True,
         "colleagues and chiefs pull at resistance; off: the anchor alone", fixed=_RULES),
    switch("mechanisms.status_threat", True, "a foreign chain of command threatens", fixed=_RULES),
    switch("mechanisms.cooperation_learning", True,
         "cooperation is reinforced by what it brings", fixed=_RULES),
    switch("mechanisms.learning_by_doing", True, "joint tasks teach literacy", fixed=_RULES),
    switch("mechanisms.hype_cycle", True,
         "hype rises and falls; off: it stays at its value of 2014 Q1", fixed=_RULES),
    switch("mechanisms.turnover", True, "staff and chiefs leave and are replaced", fixed=_RULES),
    switch("mechanisms.reorganisation", True, "structures are proposed, adopted and undone",
         fixed=_RULES),
    switch("mechanisms.working_infrastructure_chief", True,
         "the infrastructure chief opens doors and has a say in allotting effort; off: he only "
         "stands in the chain of command",
         article("a technician with a grasp of strategy who serves the CEMO"), fixed=_RULES),
    switch("mechanisms.foreign_boss", True,
         "a boss foreign to the field costs a department expertise; off: its own literacy in the "
         "other's field does",
         article("the generalist is an illusion"), fixed=_RULES),
    switch("mechanisms.learning_from_performance", True,
         "capability grows with how good completed tasks are; off: with their number alone",
         fixed=_RULES),
    switch("mechanisms.carried_commitment", True,
         "a CEMO wins a new CEO for the change by authority; off: a new CEO knows no CEMO",
         article("the CMO moves to the CEO's side"), fixed=_RULES),
    switch("mechanisms.content_channel", False,
         "part of the joint tasks is a blog, wasted without readers",
         article("the second article (t3n)"), fixed=_RULES),
)
# fmt: on
