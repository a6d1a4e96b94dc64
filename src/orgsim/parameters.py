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

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["real", "integer", "switch", "choice", "quantity", "spread"]
SourceClass = Literal["literature", "article", "calibrated", "assumption"]

DEPARTMENTS = ("marketing", "it")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    path : str
        ``section.name``, as written in a config.
    kind : str
        ``real``, ``integer``, ``switch`` (true or false), ``choice`` (a word),
        ``quantity`` (firm level: a number or a distribution) or ``spread`` (a
        concentration).
    default : object
        Number, bool, word, or a distribution as it stands in a config.
    low, high : float
        Closed range of a number, and of every value that a distribution can give.
    by_department : bool
        Whether ``{ marketing = ..., it = ... }`` is allowed.
    stream : int
        Quantities only: number of the random stream, never reused.
    """

    path: str
    kind: Kind
    default: Any
    unit: str
    low: float = 0.0
    high: float = 1.0
    meaning: str
    source_class: SourceClass = "assumption"
    source: str = ""
    by_department: bool = False
    stream: int = -1
    words: tuple[str, ...] = field(default=())

    @property
    def section(self) -> str:
        """The config table that the parameter stands in."""
        return self.path.split(".")[0]

    @property
    def name(self) -> str:
        """The key within its config table."""
        return self.path.split(".")[1]

    @property
    def symbol(self) -> str:
        """The name of the parameter in the kernels: the path with an underscore."""
        return self.path.replace(".", "_")


def _beta(mean: float, concentration: float) -> dict[str, Any]:
    return {"dist": "beta", "mean": mean, "concentration": concentration}


def _row(kind: Kind) -> Callable[..., Parameter]:
    """Return a constructor of rows of one kind, short enough to keep the table readable."""

    def construct(
        path: str,
        default: Any,
        unit: str,
        meaning: str,
        source: tuple[SourceClass, str] = ("assumption", ""),
        **more: Any,
    ) -> Parameter:
        return Parameter(
            path=path,
            kind=kind,
            default=default,
            unit=unit,
            meaning=meaning,
            source_class=source[0],
            source=source[1],
            **more,
        )

    return construct


def _switch(path: str, default: bool, meaning: str, *source: Any, **more: Any) -> Parameter:
    return _row("switch")(path, default, "-", meaning, *source, **more)


def _choice(path: str, default: str, meaning: str, *source: Any, **more: Any) -> Parameter:
    return _row("choice")(path, default, "-", meaning, *source, **more)


def _spread(path: str, default: float, unit: str, meaning: str) -> Parameter:
    return _row("spread")(path, default, unit, meaning, low=0.1, high=1e6, by_department=True)


_real = _row("real")
_integer = _row("integer")
_quantity = _row("quantity")


def _assumed(text: str) -> tuple[SourceClass, str]:
    return ("assumption", text)


def _article(text: str) -> tuple[SourceClass, str]:
    return ("article", text)


def _literature(text: str) -> tuple[SourceClass, str]:
    return ("literature", text)


_TRIAL = _assumed("starting value from a trial of these rules")
_FJ = _assumed("form: Friedkin and Johnsen 1990; value assumed")

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    # simulation: how many firms, how long, which seed
    _integer("simulation.seed", 20140221, "-",
         "key of all random draws; the same seed gives the same firms anywhere",
         _assumed("date of the article"), high=2**32 - 1),
    _integer("simulation.firms", 10_000, "firms",
         "firms simulated; more firms leave the first ones as they were", low=1, high=2**32 - 1),
    _integer("simulation.quarters", 40, "quarters",
         "horizon, counted from 2014 Q1", _assumed("ten years after the article"), low=1,
         high=1_000),
    # firm: size and situation of a firm
    _integer("firm.marketing_staff", 20, "persons",
         "staff of the marketing department, its chief apart", low=1, high=32_768),
    _integer("firm.it_staff", 20, "persons",
         "staff of the IT department, its chief apart", low=1, high=32_768),
    _choice("firm.structure", "separate",
         "structure at the start; other than separate only for paired experiments",
         _article("roles of 2014"), words=("separate", "cmto", "cemo")),
    _quantity("firm.digital_exposure", _beta(0.7, 6), "share",
         "how much of the firm's business the digital demand touches", _TRIAL, stream=1),
    _quantity("firm.exposure_growth", 0.0, "1/quarter",
         "share of the untouched business that demand reaches each quarter",
         _assumed("zero unless a sector says otherwise"), stream=2),
    _quantity("firm.attention", _beta(0.75, 6), "share",
         "how much of its digital need the firm sees; low: the article's stepchild strategies",
         _article("mechanism from the article, value assumed"), stream=3),
    # cooperation: contacts and joint tasks
    _quantity("cooperation.initial", _beta(0.5, 8), "probability",
         "mean inclination to cooperate across departments at the start", _TRIAL, stream=4,
         by_department=True),
    _spread("cooperation.within_firm_concentration", 16.0, "-",
         "alikeness of colleagues in cooperation"),
    _quantity("cooperation.contact_propensity", 0.15, "probability",
         "mean chance that an encounter is with the other department, without moderation", _TRIAL,
         stream=5, by_department=True),
    _spread("cooperation.contact_concentration", 8.0, "-",
         "alikeness of colleagues in contact propensity; low: a few boundary spanners"),
    _real("cooperation.moderation", 0.4, "probability",
         "contact that chiefs who both want to talk add to every encounter",
         _article("CMO as moderator; value assumed")),
    _integer("cooperation.encounters", 6, "1/quarter",
         "encounters a person has in a quarter", _TRIAL, high=64),
    _real("cooperation.learning_rate", 0.6, "-",
         "step of reinforcement after a joint task",
         _assumed("form: Cross 1973; value from a trial")),
    _real("cooperation.outside_option", 0.09, "payoff",
         "what working alone pays, against 1 for a joint task fully understood", _TRIAL),
    _real("cooperation.resistance_drag", 0.2, "-",
         "how far full resistance lowers the willingness to cooperate", _TRIAL),
    _real("cooperation.tremble", 0.03, "probability",
         "chance of doing the opposite of what one is inclined to", _TRIAL, high=0.5),
    _real("cooperation.required_share", 0.15, "share",
         "share of encounters that full digital demand needs to be joint tasks", _TRIAL),
    # resistance: attitudes and status threat
    _quantity("resistance.initial", _beta(0.28, 12), "share",
         "mean disposition to resist change", _TRIAL, stream=6, by_department=True),
    _spread("resistance.within_firm_concentration", 13.0, "-",
         "alikeness of colleagues in resistance"),
    _quantity("resistance.identity", 0.5, "share",
         "mean strength of professional identity, which makes a foreign boss a threat", stream=7,
         by_department=True),
    _spread("resistance.identity_concentration", 8.0, "-", "alikeness of colleagues in identity"),
    _real("resistance.susceptibility", 0.6, "share",
         "weight of others, against one's own anchor, in resistance", _FJ),
    _real("resistance.chief_weight", 0.3, "share",
         "weight of the department's chief against a colleague in social influence", _FJ),
    _real("resistance.status_threat", 0.6, "-",
         "resistance per unit of identity and distance to the new chain of command",
         _article("hierarchy problems; value assumed"), high=5.0),
    _real("resistance.chain_weight", 0.3, "share",
         "weight of the boss's boss against the boss in that distance", _TRIAL),
    _real("resistance.comfort", 0.2, "-",
         "how far being used to cooperation lowers the anchor of resistance", _TRIAL),
    _real("resistance.cynicism", 0.05, "share",
         "step of every disposition towards 1 after a failed reorganisation"),
    # competence: literacy in the other department's field
    _quantity("competence.initial_literacy", _beta(0.35, 12), "share",
         "mean literacy in the other department's field at the start", _TRIAL, stream=8,
         by_department=True),
    _spread("competence.within_firm_concentration", 35.0, "-",
         "alikeness of colleagues in literacy"),
    _real("competence.learning_by_doing", 0.05, "1/task",
         "literacy gained per completed joint task",
         _assumed("form: Cohen and Levinthal 1990; value from a trial")),
    _real("competence.training", 0.01, "1/quarter",
         "share of the missing literacy that training gives staff each quarter", _TRIAL),
    _real("competence.chief_training", 0.01, "1/quarter",
         "the same for the departments' chiefs (the CIO is qualified, not merged)",
         _article("mechanism from the article, value assumed")),
    _real("competence.specialisation_cost", 0.3, "share",
         "expertise in the own field that full literacy in the other's costs",
         _article("the generalist is an illusion; value assumed")),
    # capability: digital capability, authority, performance
    _quantity("capability.initial", 0.1, "share",
         "digital capability at the start", _TRIAL, stream=9),
    _real("capability.growth", 0.12, "1/quarter",
         "growth of capability at full completion; large effect and no source", _TRIAL),
    _real("capability.obsolescence", 0.03, "1/quarter",
         "loss of capability to new technology; large effect and no source", _TRIAL),
    _quantity("capability.initial_authority", 0.5, "share",
         "authority of the CMO at the start, and of every new one", stream=10),
    _real("capability.authority_rate", 0.1, "1/quarter",
         "speed at which authority follows the success of marketing-led joint tasks"),
    _real("capability.creativity_weight", 0.6, "share",
         "weight of creativity against technology in performance",
         _article("above 1/2: less technical than creative; value assumed")),
    _real("capability.technology_appetite", 1.5, "-",
         "marketing's technology spending, in units of IT's, at full demand and half authority",
         high=10.0),
    # leadership: chiefs: commitment, backgrounds, succession, recruiting
    _quantity("leadership.commitment", _beta(0.68, 5), "share",
         "top management's commitment, drawn anew with every CEO", _TRIAL, stream=11),
    _spread("leadership.chief_concentration", 8.0, "-",
         "alikeness of chiefs in cooperation, resistance and literacy"),
    _spread("leadership.background_concentration", 30.0, "-",
         "alikeness of the holders of one post in technical background"),
    _real("leadership.cmo_background", 0.2, "technical share",
         "mean background of a CMO", _assumed("by definition of the post; value assumed")),
    _real("leadership.cio_background", 0.85, "technical share",
         "mean background of a CIO or CTO", _assumed("by definition of the post; value assumed")),
    _real("leadership.ceo_background", 0.5, "technical share",
         "mean background of a CEO", _assumed("neither side; value assumed")),
    _real("leadership.infrastructure_background", 0.85, "technical share",
         "mean background of an infrastructure chief",
         _article("a technician with a grasp of strategy; value assumed")),
    _real("leadership.staff_turnover", 0.035, "1/quarter",
         "hazard of leaving for staff without threat",
         _assumed("German developers leave at 13 % a year, by a secondary copy")),
    _real("leadership.threat_turnover", 0.08, "1/quarter",
         "hazard of leaving added per unit of status threat",
         _article("how long can an IT specialist work under a marketer; value assumed"), high=5.0),
    _real("leadership.chief_turnover", 0.06, "1/quarter",
         "hazard of leaving for the departments' chiefs",
         _literature("tenure 4.1 to 4.3 years, Korn Ferry 2016, read in a secondary copy")),
    _real("leadership.ceo_turnover", 0.03, "1/quarter",
         "hazard of leaving for the CEO",
         _literature("tenure 8.0 years, Korn Ferry 2016, read in a secondary copy")),
    _real("leadership.market_cooperation", 0.5, "probability",
         "mean cooperation of recruits from the labour market", _TRIAL),
    _real("leadership.market_resistance", 0.28, "share",
         "mean disposition to resist of recruits from the labour market"),
    _real("leadership.market_literacy", 0.35, "share",
         "mean literacy of recruits who are not hybrids"),
    _real("leadership.hybrid_supply", 0.25, "share",
         "share of hybrids among recruits; education policy raises it",
         _article("the all-rounder is scarce; value from a trial")),
    _real("leadership.hybrid_literacy", 0.65, "share",
         "mean literacy of hybrids: many stations, practice in both fields",
         _article("rather 40 than 25; value assumed")),
    _real("leadership.hybrid_background", 0.6, "technical share",
         "mean background of a hybrid chief",
         _article("somewhat more at home in technology; value assumed")),
    _real("leadership.consultancy_share", 0.25, "share",
         "share of new chiefs who come from consultancies",
         _article("one of three named sources; weight assumed")),
    _real("leadership.agency_share", 0.25, "share",
         "share of new chiefs who come from agencies; the rest rise from middle management",
         _article("one of three named sources; weight assumed")),
    _real("leadership.consultancy_hybrids", 1.5, "ratio",
         "hybrids among chiefs from consultancies, relative to the supply", high=10.0),
    _real("leadership.agency_hybrids", 1.0, "ratio",
         "hybrids among chiefs from agencies, relative to the supply", high=10.0),
    _real("leadership.insider_hybrids", 0.5, "ratio",
         "hybrids among chiefs from middle management, relative to the supply", high=10.0),
    # reorganisation: proposal, choice, support, adoption, reversal
    _real("reorganisation.hype_pull", 0.2, "-",
         "misfit that full hype makes the firm see",
         _assumed("Abrahamson 1991 for the idea; value from a trial"), high=5.0),
    _real("reorganisation.proposal_rate", 1.5, "1/quarter",
         "hazard of a proposal at full commitment and full misfit", _TRIAL, high=100.0),
    _real("reorganisation.inertia", 0.05, "-",
         "misfit that an old structure tolerates",
         _assumed("form: Hannan and Freeman 1984; value from a trial")),
    _real("reorganisation.inertia_half_time", 8.0, "quarters",
         "age of a structure at which inertia reaches half its height",
         _assumed("idea: Amburgey, Kelly and Barnett 1993; value assumed"), low=0.01, high=1e6),
    _integer("reorganisation.initial_age", 40, "quarters",
         "age of the structure at the start", high=10_000),
    _real("reorganisation.choice_slope", 5.0, "-",
         "decisiveness of the choice between the two active forms", _TRIAL, high=100.0),
    _real("reorganisation.profile_weight", 1.5, "-",
         "weight of the CMO's and marketing's literacy for CEMO", _TRIAL, high=10.0),
    _real("reorganisation.authority_weight", 0.6, "-",
         "weight of the CMO's authority for CEMO", _TRIAL, high=10.0),
    _real("reorganisation.hype_weight", 1.0, "-", "weight of hype for CMTO", _TRIAL, high=10.0),
    _real("reorganisation.overload_weight", 0.4, "-",
         "weight of data overload, demand above capability, for CMTO", _TRIAL, high=10.0),
    _real("reorganisation.resistance_weight", 1.0, "-",
         "weight of the resistance that a form would meet, against it", _TRIAL, high=10.0),
    _real("reorganisation.all_rounder_call", 0.0, "-",
         "the market's standing call for the all-rounder, for CMTO",
         _article("HR seeks the jack of all trades; value assumed"), low=-5.0, high=5.0),
    _real("reorganisation.support_floor", 0.75, "share",
         "what the top's word counts before anyone else is willing", _TRIAL),
    _real("reorganisation.quorum", 0.5, "share",
         "share willing that an adoption needs, and a structure keeps", _TRIAL),
    _integer("reorganisation.trial_period", 4, "quarters",
         "quarters from proposal to the first possible adoption", _TRIAL, low=1, high=1000),
    _integer("reorganisation.patience", 8, "quarters",
         "quarters after which an attempt without quorum has failed", _TRIAL, low=1, high=1000),
    _integer("reorganisation.reversal_period", 4, "quarters",
         "quarters below the quorum after which an adopted structure is undone", _TRIAL, low=1,
         high=10_000),
    _integer("reorganisation.cool_down", 8, "quarters",
         "quarters without proposals after a failure or a reversal", high=10_000),
    _switch("reorganisation.infrastructure_chief", True,
         "whether an infrastructure chief stands between CEMO and CIO",
         _article("the Chief Infrastructure Officer")),
    _switch("reorganisation.cmto_to_cemo", False,
         "whether a CMTO firm may propose CEMO",
         _assumed("the article names no path between them")),
    # environment: digital demand and technology hype
    _real("environment.demand_midpoint", 2.0, "quarters",
         "when digital demand reaches one half", _TRIAL, low=-1e6, high=1e6),
    _real("environment.demand_scale", 8.0, "quarters",
         "slowness of the growth of demand", _TRIAL, low=0.01, high=1e6),
    _real("environment.hype_height", 0.8, "-",
         "height of the technology hype at its peak", _TRIAL),
    _real("environment.hype_peak", -2.0, "quarters",
         "when the hype peaks; before 2014",
         _assumed("big data peaked about 2013, by secondary accounts"),
         low=-1e6, high=1e6),
    _real("environment.hype_width", 8.0, "quarters",
         "standard deviation of the bell of hype", _TRIAL, low=0.01, high=1e6),
    # mechanisms: switches for ablation
    _switch("mechanisms.social_influence", True,
         "colleagues and chiefs pull at resistance; off: the anchor alone"),
    _switch("mechanisms.status_threat", True, "a foreign chain of command threatens"),
    _switch("mechanisms.cooperation_learning", True,
         "cooperation is reinforced by what it brings"),
    _switch("mechanisms.learning_by_doing", True, "joint tasks teach literacy"),
    _switch("mechanisms.hype_cycle", True,
         "hype rises and falls; off: it stays at its value of 2014 Q1"),
    _switch("mechanisms.turnover", True, "staff and chiefs leave and are replaced"),
    _switch("mechanisms.reorganisation", True, "structures are proposed, adopted and undone"),
    _switch("mechanisms.content_channel", False,
         "part of the joint tasks is a blog, wasted without readers",
         _article("the second article (t3n)")),
    # content: the optional content channel
    _quantity("content.effort", 0.5, "share",
         "effort in the practices that win readers",
         _assumed("advice as different as the experts' fields"), stream=12),
    _real("content.share", 0.2, "share", "share of completed joint tasks that are content"),
    _real("content.audience_research", 0.3, "-",
         "reach that knowing the audience's questions can add"),
    _real("content.keyword_research", 0.3, "-", "reach that keyword research can add"),
    _real("content.own_pictures", 0.2, "-",
         "reach that own pictures instead of stock photos can add"),
    _real("content.topicality", 0.2, "-",
         "reach that topical subjects can add, brought by contact across departments"),
    _real("content.social_media", 0.2, "-",
         "reach that social media can add at the best intensity"),
    _real("content.posting_intensity", 0.5, "share",
         "intensity of posting; beyond one half it is taken for spam"),
)
# fmt: on

BY_PATH: Mapping[str, Parameter] = {p.path: p for p in PARAMETERS}

QUANTITIES: tuple[Parameter, ...] = tuple(p for p in PARAMETERS if p.kind == "quantity")
SPREADS: tuple[Parameter, ...] = tuple(p for p in PARAMETERS if p.kind == "spread")

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

_KERNEL = tuple(
    p for p in PARAMETERS if p.kind in ("real", "integer", "switch") and p.section != "simulation"
)


def kernel_parameters(settings: Mapping[str, Any]) -> Any:
    """Cast the plain parameters to a record, as the kernels read them.

    The fields are the parameters' symbols: a misspelt name does not compile.

    Parameters
    ----------
    settings : mapping of path to value
        Must hold every plain parameter; others are ignored.

    Returns
    -------
    numpy.record
        Numbers as float64, integers as int64, switches as bool.

    Raises
    ------
    KeyError
        If a plain parameter is missing.
    """
    import numpy as np

    types = {"real": np.float64, "integer": np.int64, "switch": np.bool_}
    fields = np.dtype([(p.symbol, types[p.kind]) for p in _KERNEL], align=True)
    values = tuple(settings[p.path] for p in _KERNEL)
    return np.array([values], dtype=fields).view(np.recarray)[0]


def defaults() -> dict[str, Any]:
    """Return every parameter's default, by path."""
    return {p.path: p.default for p in PARAMETERS}


def in_range(parameter: Parameter, value: float) -> bool:
    """Whether a finite number lies in the closed range of a parameter."""
    return math.isfinite(value) and parameter.low <= value <= parameter.high
