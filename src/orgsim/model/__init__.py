"""The model: firms whose two departments meet the digital transformation.

The rules are one file each; ``quarter`` lists them in the order of events.
``docs/model.md`` is the whole description, in ODD form.
"""

from __future__ import annotations

from orgsim.model.attitudes import assess_chain_of_command, change_attitudes
from orgsim.model.capability import build_capability
from orgsim.model.competence import learn_by_doing, train_chiefs, train_staff
from orgsim.model.contacts import open_doors
from orgsim.model.cooperation import do_joint_tasks
from orgsim.model.environment import grow_exposure
from orgsim.model.observation import observe_contact, observe_people
from orgsim.model.population import populate
from orgsim.model.reorganisation import reorganise
from orgsim.model.turnover import replace_chiefs, replace_staff
from orgsim.numerics.jit import merged


@merged
def begin(staff, firms, rows, tables, key, structure, environment, p):
    """Draw a block of firms and look at them for the first time."""
    populate(staff, firms, rows, tables, key, structure, environment.hype[0], p)
    observe_people(staff, firms, p)


@merged
def quarter(staff, seen, firms, rows, vacancies, tables, key, t, environment, p):
    """Let a block of firms live through quarter t.

    1. Environment
    2. Contacts: moderation and structure set the opportunities
    3. Attitudes: social influence, status threat
    4. Joint tasks: encounters, cooperate or not, reinforcement
    5. Competence: learning by doing, training
    6. Capability, authority, performance
    7. Reorganisation: propose, choose, support, adopt or fail, revert
    8. Exit, succession, recruiting
    9. Observation
    """
    demand = environment.demand[t]
    hype = environment.hype[t]
    demand_window = environment.demand_window[t]
    if t > 0:
        grow_exposure(firms)
    open_doors(firms, p)
    assess_chain_of_command(firms, p)
    change_attitudes(staff, seen, firms, rows, key, t, p)
    do_joint_tasks(staff, seen, firms, rows, key, t, p)
    learn_by_doing(staff, p)
    train_staff(staff, p)
    train_chiefs(firms, p)
    build_capability(firms, t, demand, hype, demand_window, p)
    reorganise(staff, firms, rows, tables, key, t, demand, hype, p)
    replace_chiefs(firms, rows, tables, key, t, p)
    replace_staff(staff, firms, rows, vacancies, tables, key, t, p)
    observe_people(staff, firms, p)
    observe_contact(firms, t, p)
