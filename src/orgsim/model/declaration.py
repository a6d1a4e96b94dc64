"""The model, as the platform is handed it."""

from __future__ import annotations

from orgsim.model import columns, joint_rules, parameters
from orgsim.model.outputs import OUTPUTS, USUAL
from orgsim.model.tallies import OTHER_SPLITS, TALLIES, TWIN
from orgsim.spec import Model

_EVENTS = {
    "environment": "Environment",
    "contacts": "Contacts: moderation and structure set the opportunities",
    "attitudes": "Attitudes: social influence, status threat",
    "joint_tasks": "Joint tasks: encounters, cooperate or not, reinforcement",
    "competence": "Competence: learning by doing, training",
    "capability": "Capability, authority, performance",
    "reorganisation": "Reorganisation: propose, choose, support, adopt or fail, revert",
    "turnover": "Exit, succession, recruiting",
    "observation": "Observation",
}
"""The steps of a quarter, in order."""

MODEL = Model(
    name="departments",
    version="2",
    earlier=(parameters.VERSION_1._replace(lacks=columns.SINCE_VERSION_2),),
    is_schedulable=True,
    twin=TWIN,
    outputs=OUTPUTS,
    usual_outputs=USUAL,
    home="orgsim.model:MODEL",
    sections=parameters.SECTIONS,
    parameters=parameters.PARAMETERS,
    departments=parameters.DEPARTMENTS,
    joint_rules=joint_rules.JOINT_RULES,
    agents=joint_rules.AGENTS,
    effort=joint_rules.effort,
    outcomes=columns.OUTCOMES,
    is_square=True,
    split_name="article",
    split_rounding=columns.ARTICLE_ROUNDING,
    words={"structure": columns.STRUCTURES},
    record=columns.OF_A_FIRM,
    series=columns.STATE,
    counts=columns.COUNTS,
    shared=columns.SHARED,
    counted_shares=columns.COUNTED_SHARES,
    other_splits=OTHER_SPLITS,
    tallies=TALLIES,
    rules="orgsim.model.rules",
    steps=tuple(_EVENTS),
    events=_EVENTS,
    sources=("orgsim.model",),
    declarations=(
        "orgsim.model.columns",
        "orgsim.model.declaration",
        "orgsim.model.joint_rules",
        "orgsim.model.outputs",
        *parameters.MODULES,
    ),
)
"""Marketing and IT in the digital transformation; ``docs/model.md`` describes it in ODD form."""
