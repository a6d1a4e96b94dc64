"""``[cooperation]``: contacts and joint tasks."""

from __future__ import annotations

from orgsim.model.parameters.phrases import AT_START, TRIAL
from orgsim.spec.parameter import (
    Parameter,
    article,
    assumed,
    beta,
    integer,
    log_within,
    quantity,
    real,
    spread,
    within,
)

_YARDSTICK = "completion is counted over four quarters by it"
_CONTACTS = "is a person's trait; use cooperation.added_contact"

# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    quantity("cooperation.initial", beta(0.5, 8), "probability",
         "mean inclination to cooperate across departments at the start", TRIAL, stream=4,
         by_department=True, fixed=AT_START,
         plausible=within(0.2, 0.8,
             "assumption: from departments that mostly keep to themselves to such as mostly "
             "reach out")),
    spread("cooperation.within_firm_concentration", 16.0, "-",
         "alikeness of colleagues in cooperation",
         plausible=log_within(4, 64,
             "assumption: among colleagues a standard deviation of 0.22 to 0.06 around a mean "
             "of 1/2")),
    quantity("cooperation.contact_propensity", 0.15, "probability",
         "mean chance that an encounter is with the other department, without moderation", TRIAL,
         stream=5, by_department=True, fixed=_CONTACTS,
         plausible=within(0.05, 0.4,
             "assumption: from one encounter in twenty to nearly the half that there would be "
             "without departments")),
    spread("cooperation.contact_concentration", 8.0, "-",
         "alikeness of colleagues in contact propensity; low: a few boundary spanners",
         plausible=log_within(2, 32,
             "assumption: from a few boundary spanners (standard deviation 0.21 around 0.15) to "
             "people much alike (0.06)")),
    real("cooperation.moderation", 0.4, "probability",
         "contact that chiefs who both want to talk add to every encounter",
         article("CMO as moderator; value assumed"),
         plausible=within(0.1, 0.8,
             "assumption: two chiefs, each half willing, add 0.03 to 0.2; not 0, for the "
             "article has the CMO moderate")),
    real("cooperation.added_contact", 0.0, "probability",
         "chance of an encounter with the other department added for everyone; a lever of policies",
         assumed("0 unless a schedule or a policy says otherwise"),
         plausible=within(0.0, 0.2,
             "assumption: from none, as without a policy, to twice what the policies' presets "
             "add")),
    integer("cooperation.encounters", 6, "1/quarter",
         "encounters a person has in a quarter", TRIAL, high=64, fixed=_YARDSTICK,
         plausible=within(3, 12, "assumption: from one a month to about one a week")),
    real("cooperation.learning_rate", 0.6, "-",
         "step of reinforcement after a joint task",
         assumed("form: Cross 1973; value from a trial"),
         plausible=within(0.05, 0.9,
             "assumption: from habits that move over years to such as the last few tasks "
             "decide; 0 would switch the rule off")),
    real("cooperation.outside_option", 0.09, "payoff",
         "what working alone pays, against 1 for a joint task fully understood", TRIAL,
         plausible=within(0.0, 0.3,
             "assumption: from nothing to nearly what a joint task pays people of the usual "
             "literacy, 0.35")),
    real("cooperation.resistance_drag", 0.2, "-",
         "how far full resistance lowers the willingness to cooperate", TRIAL,
         plausible=within(0.0, 0.5,
             "assumption: from none, for who resists change may yet cooperate, to half the "
             "willingness")),
    real("cooperation.tremble", 0.03, "probability",
         "chance of doing the opposite of what one is inclined to", TRIAL, high=0.5,
         plausible=log_within(0.005, 0.1,
             "assumption: from one act in two hundred against one's inclination to one in ten")),
    real("cooperation.required_share", 0.15, "share",
         "share of encounters that full digital demand needs to be joint tasks", TRIAL,
         fixed=_YARDSTICK,
         plausible=within(0.05, 0.3,
             "assumption: from a little to all contacts that firms of article-2014 have, about "
             "0.3 of encounters")),
)
# fmt: on
