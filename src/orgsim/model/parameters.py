"""Every parameter once: default, unit, range, meaning and where its value comes from.

The config, the documentation, the JSON Schema and the kernels all read this
table. Three kinds of number occur:

* plain parameters, the same for all firms of a design point;
* *quantities*, drawn once a firm: a number or a distribution, some of them
  separately by department;
* concentrations, the spread of people within a firm around its mean: a Beta
  distribution with mean m and concentration k has variance m (1 - m) / (k + 1).

Sources are of four classes: ``literature`` (cited), ``article`` (iBusiness,
21 February 2014), ``calibrated``, ``assumption``. Works are cited in full in
``docs/model.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.spec.parameter import (
    Earlier,
    Parameter,
    article,
    assumed,
    beta,
    choice,
    integer,
    literature,
    quantity,
    real,
    spread,
    switch,
)

DEPARTMENTS = ("marketing", "it")

_TRIAL = assumed("starting value from a trial of these rules")
_FJ = assumed("form: Friedkin and Johnsen 1990; value assumed")

_OF_THE_RUN = "is of the whole run"
_STAFF = "counts places, each of a person with draws of its own"
_AT_START = "is read once, at the start"
_YARDSTICK = "completion is counted over four quarters by it"
_CONTACTS = "is a person's trait; use cooperation.added_contact"
_IDENTITY = "is a person's trait"
_ACCUSTOMED = (
    "shapes the chain of command that departments are accustomed to, and a change would threaten "
    "them though nobody moved"
)
_CURVES = "is part of a curve over time already"
_RULES = "switches a rule on or off for good"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    # simulation: how many firms, how long, which seed
    integer("simulation.seed", 20140221, "-",
         "key of all random draws; the same seed gives the same firms anywhere",
         assumed("date of the article"), high=2**32 - 1, fixed=_OF_THE_RUN),
    integer("simulation.firms", 10_000, "firms",
         "firms simulated; more firms leave the first ones as they were", low=1, high=2**32 - 1,
         fixed=_OF_THE_RUN),
    integer("simulation.quarters", 40, "quarters",
         "horizon, counted from 2014 Q1", assumed("ten years after the article"), low=1,
         high=1_000, fixed=_OF_THE_RUN),
    # firm: size and situation of a firm
    integer("firm.marketing_staff", 20, "persons",
         "staff of the marketing department, its chief apart", low=1, high=32_768, fixed=_STAFF),
    integer("firm.it_staff", 20, "persons",
         "staff of the IT department, its chief apart", low=1, high=32_768, fixed=_STAFF),
    choice("firm.structure", "separate",
         "structure at the start; other than separate only for paired experiments",
         article("roles of 2014"), words=("separate", "cmto", "cemo"), fixed=_AT_START),
    quantity("firm.digital_exposure", beta(0.7, 6), "share",
         "how much of the firm's business the digital demand touches", _TRIAL, stream=1,
         fixed=_AT_START),
    quantity("firm.exposure_growth", 0.0, "1/quarter",
         "share of the untouched business that demand reaches each quarter",
         assumed("zero unless a sector says otherwise"), stream=2),
    quantity("firm.attention", beta(0.75, 6), "share",
         "how much of its digital need the firm sees; low: the article's stepchild strategies",
         article("mechanism from the article, value assumed"), stream=3),
    # cooperation: contacts and joint tasks
    quantity("cooperation.initial", beta(0.5, 8), "probability",
         "mean inclination to cooperate across departments at the start", _TRIAL, stream=4,
         by_department=True, fixed=_AT_START),
    spread("cooperation.within_firm_concentration", 16.0, "-",
         "alikeness of colleagues in cooperation"),
    quantity("cooperation.contact_propensity", 0.15, "probability",
         "mean chance that an encounter is with the other department, without moderation", _TRIAL,
         stream=5, by_department=True, fixed=_CONTACTS),
    spread("cooperation.contact_concentration", 8.0, "-",
         "alikeness of colleagues in contact propensity; low: a few boundary spanners"),
    real("cooperation.moderation", 0.4, "probability",
         "contact that chiefs who both want to talk add to every encounter",
         article("CMO as moderator; value assumed")),
    real("cooperation.added_contact", 0.0, "probability",
         "chance of an encounter with the other department added for everyone; a lever of policies",
         assumed("0 unless a schedule or a policy says otherwise")),
    integer("cooperation.encounters", 6, "1/quarter",
         "encounters a person has in a quarter", _TRIAL, high=64, fixed=_YARDSTICK),
    real("cooperation.learning_rate", 0.6, "-",
         "step of reinforcement after a joint task",
         assumed("form: Cross 1973; value from a trial")),
    real("cooperation.outside_option", 0.09, "payoff",
         "what working alone pays, against 1 for a joint task fully understood", _TRIAL),
    real("cooperation.resistance_drag", 0.2, "-",
         "how far full resistance lowers the willingness to cooperate", _TRIAL),
    real("cooperation.tremble", 0.03, "probability",
         "chance of doing the opposite of what one is inclined to", _TRIAL, high=0.5),
    real("cooperation.required_share", 0.15, "share",
         "share of encounters that full digital demand needs to be joint tasks", _TRIAL,
         fixed=_YARDSTICK),
    # resistance: attitudes and status threat
    quantity("resistance.initial", beta(0.28, 12), "share",
         "mean disposition to resist change", _TRIAL, stream=6, by_department=True,
         fixed=_AT_START),
    spread("resistance.within_firm_concentration", 13.0, "-",
         "alikeness of colleagues in resistance"),
    quantity("resistance.identity", 0.5, "share",
         "mean strength of professional identity, which makes a foreign boss a threat", stream=7,
         by_department=True, fixed=_IDENTITY),
    spread("resistance.identity_concentration", 8.0, "-", "alikeness of colleagues in identity"),
    real("resistance.susceptibility", 0.6, "share",
         "weight of others, against one's own anchor, in resistance", _FJ),
    real("resistance.chief_weight", 0.3, "share",
         "weight of the department's chief against a colleague in social influence", _FJ),
    real("resistance.status_threat", 0.6, "-",
         "resistance per unit of identity and distance to the new chain of command",
         article("hierarchy problems; value assumed"), high=5.0),
    real("resistance.chain_weight", 0.3, "share",
         "weight of the boss's boss against the boss in that distance, and of the infrastructure "
         "chief against the CMO in allotting effort", _TRIAL, fixed=_ACCUSTOMED),
    real("resistance.rank_weight", 0.5, "share",
         "weight in that distance of who speaks for the department at the top against its own boss",
         article("hierarchy problems; value assumed, and no figure is published to hold it to"),
         fixed=_ACCUSTOMED),
    real("resistance.comfort", 0.2, "-",
         "how far being used to cooperation lowers the anchor of resistance", _TRIAL),
    real("resistance.cynicism", 0.05, "share",
         "step of every disposition towards 1 after a failed reorganisation"),
    # competence: literacy in the other department's field
    quantity("competence.initial_literacy", beta(0.35, 12), "share",
         "mean literacy in the other department's field at the start", _TRIAL, stream=8,
         by_department=True, fixed=_AT_START),
    spread("competence.within_firm_concentration", 35.0, "-",
         "alikeness of colleagues in literacy"),
    real("competence.learning_by_doing", 0.05, "1/task",
         "literacy gained per completed joint task",
         assumed("form: Cohen and Levinthal 1990; value from a trial")),
    real("competence.training", 0.01, "1/quarter",
         "share of the missing literacy that training gives staff each quarter", _TRIAL),
    real("competence.chief_training", 0.01, "1/quarter",
         "the same for the departments' chiefs (the CIO is qualified, not merged)",
         article("mechanism from the article, value assumed")),
    real("competence.specialisation_cost", 0.3, "share",
         "expertise in the own field that a boss wholly foreign to it costs (without foreign_boss: "
         "that full literacy in the other's costs)",
         article("a generalist at the top is an illusion; value assumed")),
    # capability: digital capability, authority, performance
    quantity("capability.initial", 0.1, "share",
         "digital capability at the start", _TRIAL, stream=9, fixed=_AT_START),
    real("capability.growth", 0.13, "1/quarter",
         "growth of capability at full completion of tasks as good as can be; large effect and no "
         "source", assumed("0.12 of version 1, raised as tasks are worth less than the best now")),
    real("capability.obsolescence", 0.03, "1/quarter",
         "loss of capability to new technology; large effect and no source", _TRIAL),
    quantity("capability.initial_authority", 0.5, "share",
         "authority of the CMO at the start, and of every new one",
         assumed("raised from 0.3 after a look at the split, before any calibration"), stream=10),
    real("capability.authority_rate", 0.1, "1/quarter",
         "speed at which authority follows the success of marketing-led joint tasks"),
    real("capability.creativity_weight", 0.6, "share",
         "weight of creativity against technology in performance",
         article("above 1/2: less technical than creative; value assumed")),
    real("capability.technology_appetite", 1.95, "-",
         "marketing's technology spending, in units of IT's, at full demand and half authority",
         literature("set so that marketing spends 0.49 of both departments' technology budgets in "
                    "2016 Q4: 3.24 to 3.40 % of revenue, Gartner 2016, read in a secondary copy"),
         high=10.0),
    # leadership: chiefs: commitment, backgrounds, succession, recruiting
    quantity("leadership.commitment", beta(0.68, 5), "share",
         "top management's commitment, drawn anew with every CEO", _TRIAL, stream=11),
    spread("leadership.chief_concentration", 8.0, "-",
         "alikeness of chiefs in cooperation, resistance and literacy", by_department=False),
    spread("leadership.background_concentration", 30.0, "-",
         "alikeness of the holders of one post in technical background", by_department=False),
    real("leadership.cmo_background", 0.2, "technical share",
         "mean background of a CMO", assumed("by definition of the post; value assumed"),
         fixed=_ACCUSTOMED),
    real("leadership.cio_background", 0.85, "technical share",
         "mean background of a CIO or CTO", assumed("by definition of the post; value assumed"),
         fixed=_ACCUSTOMED),
    real("leadership.ceo_background", 0.5, "technical share",
         "mean background of a CEO", assumed("neither side; value assumed"), fixed=_ACCUSTOMED),
    real("leadership.infrastructure_background", 0.85, "technical share",
         "mean background of an infrastructure chief",
         article("a technician with a grasp of strategy; value assumed"), fixed=_ACCUSTOMED),
    real("leadership.staff_turnover", 0.035, "1/quarter",
         "hazard of leaving for staff without threat",
         assumed("German developers leave at 13 % a year, by a secondary copy")),
    real("leadership.threat_turnover", 0.08, "1/quarter",
         "hazard of leaving added per unit of status threat",
         article("how long can an IT specialist work under a marketer; value assumed"), high=5.0),
    real("leadership.chief_turnover", 0.06, "1/quarter",
         "hazard of leaving for the departments' chiefs",
         literature("tenure 4.1 to 4.3 years, Korn Ferry 2016, read in a secondary copy")),
    real("leadership.ceo_turnover", 0.03, "1/quarter",
         "hazard of leaving for the CEO",
         literature("tenure 8.0 years, Korn Ferry 2016, read in a secondary copy")),
    real("leadership.market_cooperation", 0.5, "probability",
         "mean cooperation on the labour market", _TRIAL, by_department=True),
    real("leadership.market_resistance", 0.28, "share",
         "mean disposition to resist on the labour market", by_department=True),
    real("leadership.market_literacy", 0.35, "share",
         "mean literacy of those on the labour market who are not hybrids", by_department=True),
    real("leadership.attraction", 0.5, "share",
         "weight of the department's own mean against the labour market's in recruits' cooperation",
         assumed("idea: Schneider 1987, attraction, selection, attrition; value without a source")),
    real("leadership.hybrid_supply", 0.25, "share",
         "share of hybrids among recruits; education policy raises it",
         article("the all-rounder is scarce; value from a trial")),
    real("leadership.hybrid_literacy", 0.65, "share",
         "mean literacy of hybrids: many stations, practice in both fields",
         article("rather 40 than 25; value assumed")),
    real("leadership.hybrid_background", 0.6, "technical share",
         "mean background of a hybrid chief",
         article("somewhat more at home in technology; value assumed")),
    real("leadership.consultancy_share", 0.25, "share",
         "share of new chiefs who come from consultancies",
         article("one of three named sources; weight assumed")),
    real("leadership.agency_share", 0.25, "share",
         "share of new chiefs who come from agencies; the rest rise from middle management",
         article("one of three named sources; weight assumed")),
    real("leadership.consultancy_hybrids", 1.5, "ratio",
         "hybrids among chiefs from consultancies, relative to the supply", high=10.0),
    real("leadership.agency_hybrids", 1.0, "ratio",
         "hybrids among chiefs from agencies, relative to the supply", high=10.0),
    real("leadership.insider_hybrids", 0.5, "ratio",
         "hybrids among chiefs from middle management, relative to the supply", high=10.0),
    # reorganisation: proposal, choice, support, adoption, reversal
    real("reorganisation.hype_pull", 0.2, "-",
         "misfit that full hype makes the firm see",
         assumed("Abrahamson 1991 for the idea; value from a trial"), high=5.0),
    real("reorganisation.proposal_rate", 1.5, "1/quarter",
         "hazard of a proposal at full commitment and full misfit", _TRIAL, high=100.0),
    real("reorganisation.inertia", 0.05, "-",
         "misfit that an old structure tolerates",
         assumed("form: Hannan and Freeman 1984; value from a trial")),
    real("reorganisation.inertia_half_time", 8.0, "quarters",
         "age of a structure at which inertia reaches half its height",
         assumed("idea: Amburgey, Kelly and Barnett 1993; value assumed"), low=0.01, high=1e6),
    integer("reorganisation.initial_age", 40, "quarters",
         "age of the structure at the start", high=10_000, fixed=_AT_START),
    real("reorganisation.choice_slope", 5.0, "-",
         "decisiveness of the choice between the two active forms", _TRIAL, high=100.0),
    real("reorganisation.profile_weight", 1.5, "-",
         "weight of the CMO's and marketing's literacy for CEMO", _TRIAL, high=10.0),
    real("reorganisation.authority_weight", 0.6, "-",
         "weight of the CMO's authority for CEMO", _TRIAL, high=10.0),
    real("reorganisation.hype_weight", 1.0, "-", "weight of hype for CMTO", _TRIAL, high=10.0),
    real("reorganisation.overload_weight", 0.4, "-",
         "weight of data overload, demand above capability, for CMTO", _TRIAL, high=10.0),
    real("reorganisation.resistance_weight", 1.0, "-",
         "weight of the resistance that a form would meet, against it", _TRIAL, high=10.0),
    real("reorganisation.all_rounder_call", 0.0, "-",
         "the market's standing call for the all-rounder, for CMTO",
         article("HR seeks the jack of all trades; value assumed"), low=-5.0, high=5.0),
    real("reorganisation.support_floor", 0.75, "share",
         "what the top's word counts before anyone else is willing", _TRIAL),
    real("reorganisation.quorum", 0.5, "share",
         "share willing that an adoption needs, and a structure keeps", _TRIAL),
    integer("reorganisation.trial_period", 4, "quarters",
         "quarters from proposal to the first possible adoption", _TRIAL, low=1, high=1000),
    integer("reorganisation.patience", 8, "quarters",
         "quarters after which an attempt without quorum has failed", _TRIAL, low=1, high=1000),
    integer("reorganisation.reversal_period", 4, "quarters",
         "quarters below the quorum after which an adopted structure is undone", _TRIAL, low=1,
         high=10_000),
    integer("reorganisation.cool_down", 8, "quarters",
         "quarters from a failure or reversal to the next possible proposal, at least 1",
         high=10_000),
    switch("reorganisation.infrastructure_chief", True,
         "whether an infrastructure chief stands between CEMO and CIO",
         article("the Chief Infrastructure Officer"), fixed=_ACCUSTOMED),
    switch("reorganisation.cmto_to_cemo", False,
         "whether a CMTO firm may propose CEMO",
         assumed("the article names no path between them")),
    # environment: digital demand and technology hype
    real("environment.demand_midpoint", 2.0, "quarters",
         "when digital demand reaches one half", _TRIAL, low=-1e6, high=1e6, fixed=_CURVES),
    real("environment.demand_scale", 8.0, "quarters",
         "slowness of the growth of demand", _TRIAL, low=0.01, high=1e6, fixed=_CURVES),
    real("environment.hype_height", 0.8, "-",
         "height of the technology hype at its peak", _TRIAL, fixed=_CURVES),
    real("environment.hype_peak", -2.0, "quarters",
         "when the hype peaks; before 2014",
         assumed("big data peaked about 2013, by secondary accounts"),
         low=-1e6, high=1e6, fixed=_CURVES),
    real("environment.hype_width", 8.0, "quarters",
         "standard deviation of the bell of hype", _TRIAL, low=0.01, high=1e6, fixed=_CURVES),
    # mechanisms: switches for ablation
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
    # content: the optional content channel
    quantity("content.effort", 0.5, "share",
         "effort in the practices that win readers",
         assumed("advice as different as the experts' fields"), stream=12),
    real("content.share", 0.2, "share", "share of completed joint tasks that are content"),
    real("content.audience_research", 0.3, "-",
         "reach that knowing the audience's questions can add"),
    real("content.keyword_research", 0.3, "-", "reach that keyword research can add"),
    real("content.own_pictures", 0.2, "-",
         "reach that own pictures instead of stock photos can add"),
    real("content.topicality", 0.2, "-",
         "reach that topical subjects can add, brought by contact across departments"),
    real("content.social_media", 0.2, "-",
         "reach that social media can add at the best intensity"),
    real("content.posting_intensity", 0.5, "share",
         "intensity of posting; beyond one half it is taken for spam"),
)
# fmt: on

VERSION_1 = Earlier(
    "1",
    added={
        "mechanisms.working_infrastructure_chief": False,
        "mechanisms.foreign_boss": False,
        "mechanisms.learning_from_performance": False,
        "mechanisms.carried_commitment": False,
        "resistance.rank_weight": 0.0,
        "leadership.attraction": 0.0,
        "cooperation.added_contact": 0.0,
    },
    defaults={"capability.growth": 0.12, "capability.technology_appetite": 1.5},
    presets={"article-2014": "version-1-article"},
)
"""The model of orgsim 0.1.0 and 0.2.0: with these settings its firms are the same to the bit."""

BY_PATH: Mapping[str, Parameter] = {p.path: p for p in PARAMETERS}

QUANTITIES: tuple[Parameter, ...] = tuple(p for p in PARAMETERS if p.kind == "quantity")

SECTIONS: Mapping[str, str] = {
    "simulation": "how many firms, how long, which seed",
    "firm": "size and situation of a firm",
    "cooperation": "contacts and joint tasks",
    "resistance": "attitudes and status threat",
    "competence": "literacy in the other department's field",
    "capability": "digital capability, authority, performance",
    "leadership": "chiefs: commitment, backgrounds, succession, recruiting",
    "reorganisation": "proposal, choice, support, adoption, reversal",
    "environment": "digital demand and technology hype",
    "mechanisms": "switches for ablation",
    "content": "the optional content channel",
}


def defaults() -> dict[str, Any]:
    """Return every parameter's default, by path."""
    return {p.path: p.default for p in PARAMETERS}
