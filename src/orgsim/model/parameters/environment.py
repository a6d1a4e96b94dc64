"""``[environment]``: digital demand and technology hype."""

from __future__ import annotations

from orgsim.model.parameters.phrases import TRIAL
from orgsim.spec.parameter import Parameter, assumed, log_within, real, within

_CURVES = "is part of a curve over time already"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    real("environment.demand_midpoint", 2.0, "quarters",
         "when digital demand reaches one half", TRIAL, low=-1e6, high=1e6, fixed=_CURVES,
         plausible=within(-8.0, 12.0,
             "assumption: from two years before the article to three years after")),
    real("environment.demand_scale", 8.0, "quarters",
         "slowness of the growth of demand", TRIAL, low=0.01, high=1e6, fixed=_CURVES,
         plausible=log_within(3.0, 16.0,
             "assumption: from a tenth to nine tenths of demand it takes 3 to 18 years")),
    real("environment.hype_height", 0.8, "-",
         "height of the technology hype at its peak", TRIAL, fixed=_CURVES,
         plausible=within(0.4, 1.0, "assumption: at its peak, so the upper part of the scale")),
    real("environment.hype_peak", -2.0, "quarters",
         "when the hype peaks; before 2014",
         assumed("big data peaked about 2013, by secondary accounts"),
         low=-1e6, high=1e6, fixed=_CURVES,
         plausible=within(-6.0, 2.0,
             "assumption: 2012 Q3 to 2014 Q3, around 2013, by secondary accounts")),
    real("environment.hype_width", 8.0, "quarters",
         "standard deviation of the bell of hype", TRIAL, low=0.01, high=1e6, fixed=_CURVES,
         plausible=log_within(4.0, 16.0,
             "assumption: hype stays above half its height for two to nine years")),
)
# fmt: on
