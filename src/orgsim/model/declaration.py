"""The model, as the platform is handed it."""

from __future__ import annotations

from orgsim.model import columns, parameters
from orgsim.model.tallies import OTHER_SPLITS, TALLIES
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
    version="1",
    home="orgsim.model:MODEL",
    sections=parameters.SECTIONS,
    parameters=parameters.PARAMETERS,
    departments=parameters.DEPARTMENTS,
    joint_rules=parameters.JOINT_RULES,
    agents=parameters.AGENTS,
    effort=parameters.effort,
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
        "orgsim.model.parameters",
    ),
)
"""Marketing and IT in the digital transformation; ``docs/model.md`` describes it in ODD form."""
