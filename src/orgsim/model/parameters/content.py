"""``[content]``: the optional content channel."""

from __future__ import annotations

from orgsim.spec.parameter import Parameter, assumed, quantity, real, within

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    quantity("content.effort", 0.5, "share",
         "effort in the practices that win readers",
         assumed("advice as different as the experts' fields"), stream=12,
         plausible=within(0.2, 0.8, "assumption: from blogs on the side to desks of their own")),
    real("content.share", 0.2, "share", "share of completed joint tasks that are content",
         plausible=within(0.05, 0.5,
             "assumption: from a side line to half of what departments do together")),
    real("content.audience_research", 0.3, "-",
         "reach that knowing the audience's questions can add",
         plausible=within(0.1, 0.6,
             "assumption: a third of the default to twice; advice is no measurement")),
    real("content.keyword_research", 0.3, "-", "reach that keyword research can add",
         plausible=within(0.1, 0.6,
             "assumption: as of audience research; that many miss it says nothing of its worth")),
    real("content.own_pictures", 0.2, "-",
         "reach that own pictures instead of stock photos can add",
         plausible=within(0.05, 0.4, "assumption: a quarter of the default to twice")),
    real("content.topicality", 0.2, "-",
         "reach that topical subjects can add, brought by contact across departments",
         plausible=within(0.05, 0.4, "assumption: as of own pictures")),
    real("content.social_media", 0.2, "-",
         "reach that social media can add at the best intensity",
         plausible=within(0.05, 0.4, "assumption: as of own pictures")),
    real("content.posting_intensity", 0.5, "share",
         "intensity of posting; beyond one half it is taken for spam",
         plausible=within(0.1, 0.9,
             "assumption: from hardly ever to spam; the rule is the same both ways from 1/2")),
)
# fmt: on
