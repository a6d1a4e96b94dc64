"""``[firm]``: size and situation of a firm."""

from __future__ import annotations

from orgsim.model.parameters.phrases import AT_START, TRIAL
from orgsim.spec.parameter import (
    Parameter,
    article,
    assumed,
    beta,
    choice,
    integer,
    log_within,
    quantity,
    within,
)

_STAFF = "counts places, each of a person with draws of its own"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    integer("firm.marketing_staff", 20, "persons",
         "staff of the marketing department, its chief apart", low=1, high=32_768, fixed=_STAFF,
         plausible=log_within(5, 60,
             "assumption: from the team of a small firm to the department of a large one; more "
             "people cost time and mainly steady the means")),
    integer("firm.it_staff", 20, "persons",
         "staff of the IT department, its chief apart", low=1, high=32_768, fixed=_STAFF,
         plausible=log_within(5, 60, "assumption: as of marketing")),
    choice("firm.structure", "separate",
         "structure at the start; other than separate only for paired experiments",
         article("roles of 2014"), words=("separate", "cmto", "cemo"), fixed=AT_START),
    quantity("firm.digital_exposure", beta(0.7, 6), "share",
         "how much of the firm's business the digital demand touches", TRIAL, stream=1,
         fixed=AT_START,
         plausible=within(0.3, 0.95,
             "assumption: from makers who sell through shops to pure players (0.4 and 0.95 in "
             "their presets)")),
    quantity("firm.exposure_growth", 0.0, "1/quarter",
         "share of the untouched business that demand reaches each quarter",
         assumed("zero unless a sector says otherwise"), stream=2,
         plausible=within(0.0, 0.05,
             "assumption: from none, the usual case, to 87 % of the untouched business within "
             "ten years")),
    quantity("firm.attention", beta(0.75, 6), "share",
         "how much of its digital need the firm sees; low: the article's stepchild strategies",
         article("mechanism from the article, value assumed"), stream=3,
         plausible=within(0.3, 0.95,
             "assumption: from firms that see a third of their need to such as overlook hardly "
             "any (presets: 0.35 and 0.9)")),
)
# fmt: on
