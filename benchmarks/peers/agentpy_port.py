"""The model in AgentPy: a firm is an ``ap.Model``, its people and chiefs are agents.

``Firm.step`` lists the model's steps in their order.

For speed: an ``AgentList`` is gone through by loops, with constants in local variables
(broadcasting methods and attributes over the list takes half as long again in all);
single random numbers are those of ``model.random`` (``model.nprandom`` instead makes
the model a fifth slower), those for the encounters come from ``nprandom`` in one
batch; parameters are read once, as every look-up in ``model.p`` takes half a
microsecond; nothing is recorded, and no ``Experiment`` collects data frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import agentpy as ap
import common
import numpy as np
from numpy.typing import NDArray
from people import CMO, CMTO, CMTO_STRUCTURE, Batches, Organisation, Traits, read
from version_1 import OUTCOMES


def version() -> str:
    """Return the name and version of the framework."""
    return f"AgentPy {ap.__version__}"


def prepare(
    settings: Mapping[str, Any],
) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Read the settings and return the simulation."""
    rules = read(settings)
    parameters = {"rules": rules, "steps": rules.simulation_quarters, "report_seed": False}

    def simulate(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        rng = np.random.default_rng(seed)
        drawn = common.draw_quantities(settings, rng, firms)
        batches = Batches(settings, rules, rng)
        seeds = rng.integers(2**63, size=firms).tolist()
        rows = []
        for number in range(firms):
            own = {path: values[number].tolist() for path, values in drawn.items()}
            firm = Firm(parameters, drawn=own, batches=batches)
            firm.run(seed=seeds[number], display=False)
            rows.append(firm.outcomes())
        return {name: np.array([row[name] for row in rows]) for name in OUTCOMES}

    return simulate


class Employee(ap.Agent):
    """A member of staff."""

    def setup(self, traits: list[float]) -> None:
        """Take a place with traits in the order of TRAITS."""
        self.cooperation, self.disposition, self.literacy, self.identity, self.contact = traits
        self.resistance = self.disposition
        self.reliability = 0.0
        self.completed = 0


class Chief(ap.Agent):
    """The holder of a post, or somebody designated for one."""

    def setup(self, traits: Traits) -> None:
        """Come to the firm."""
        self.cooperation, self.resistance, self.literacy, self.background = traits


class Firm(Organisation, ap.Model):
    """A firm with its two departments."""

    def setup(self, drawn: Mapping[str, Any], batches: Batches) -> None:
        """Found the firm on what was drawn for it."""
        rules = self.p["rules"]
        self.rng, self.draw = self.nprandom, self.random.random
        self.found(rules, drawn, batches)
        sizes = (rules.firm_marketing_staff, rules.firm_it_staff)
        self.staff = [
            ap.AgentList(self, size, Employee, traits=ap.AttrIter(self.founders(g, size)))
            for g, size in enumerate(sizes)
        ]
        self.applicants = [self.recruits(g) for g in range(2)]
        self.observe()

    def new_chief(self, traits: Traits) -> Chief:
        """Bring a chief to the firm."""
        return Chief(self, traits=traits)

    def retire(self, chief: Chief) -> None:
        """Let a chief go; AgentPy has no register of agents to strike him off."""

    def step(self) -> None:
        """Live through a quarter."""
        self.grow_exposure()
        self.assess_chain_of_command()
        self.change_attitudes()
        met, completed = self.do_joint_tasks()
        self.train_staff()
        self.train_chiefs()
        self.build_capability(met, completed)
        self.reorganise()
        self.replace_chiefs()
        self.replace_staff()
        self.observe()
        self.quarter += 1

    def change_attitudes(self) -> None:
        """Let every person meet one colleague, feel the threat, and adjust resistance."""
        rules, random = self.rules, self.random.random
        own = 0.5 * rules.resistance_susceptibility
        peer = own * (1.0 - rules.resistance_chief_weight)
        chief = own * rules.resistance_chief_weight
        firm = 1.0 - rules.resistance_susceptibility
        comfort = rules.resistance_comfort
        tremble, ready, drag = rules.willingness
        merged = self.structure == CMTO_STRUCTURE
        for g, people in enumerate(self.staff):
            boss = chief * self.chiefs[CMTO if merged else CMO + g].resistance
            threat = rules.resistance_status_threat * self.gain[g]
            before = [person.resistance for person in people]
            others = len(before) - 1
            for i, person in enumerate(people):
                j = int(random() * others)
                if j >= i and others:
                    j += 1
                cooperation = person.cooperation
                ease = comfort * (cooperation - 0.5)
                anchor = person.disposition + threat * person.identity - ease
                if anchor < 0.0:
                    anchor = 0.0
                elif anchor > 1.0:
                    anchor = 1.0
                r = own * before[i] + peer * before[j] + boss + firm * anchor
                person.resistance = r
                person.reliability = tremble + (ready - drag * r) * cooperation

    def do_joint_tasks(self) -> tuple[list[int], list[int]]:
        """Let every person have the quarter's encounters.

        One coin decides whether an encounter is across departments, whether the person
        cooperates, and whether the partner does: each matters only if the one before
        came true.

        Returns
        -------
        encounters across departments and completed tasks, by department.
        """
        rules = self.rules
        opening = self.opening()
        tremble, ready, drag = rules.willingness
        reward = 0.5 * rules.cooperation_learning_rate
        loss = rules.cooperation_learning_rate * rules.cooperation_outside_option
        met, completed = [], []
        for g, people in enumerate(self.staff):
            others = self.staff[1 - g]
            pick = self.batches.partner(g)
            across = joint = 0
            batch = self.rng.random((len(people), rules.cooperation_encounters)).tolist()
            for person, coins in zip(people, batch, strict=True):
                chance = person.contact + opening
                if chance > 1.0:
                    chance = 1.0
                floor = chance * tremble
                slope = chance * (ready - drag * person.resistance)
                cooperation = person.cooperation
                literacy = person.literacy
                willing = floor + slope * cooperation
                done = 0
                for coin in coins:
                    if coin >= chance:
                        continue
                    across += 1
                    if coin >= willing:
                        cooperation -= loss * cooperation
                        willing = floor + slope * cooperation
                        continue
                    partner = others[pick()]
                    if coin < willing * partner.reliability:
                        done += 1
                        understanding = literacy + partner.literacy
                        cooperation += reward * understanding * (1.0 - cooperation)
                        willing = floor + slope * cooperation
                person.cooperation = cooperation
                person.completed = done
                joint += done
            met.append(across)
            completed.append(joint)
        return met, completed

    def train_staff(self) -> None:
        """Raise literacy by joint tasks and by training."""
        doing, training = self.rules.competence_learning_by_doing, self.rules.competence_training
        for people in self.staff:
            for person in people:
                literacy = person.literacy
                for _ in range(person.completed):
                    literacy += doing * literacy * (1.0 - literacy)
                person.literacy = literacy + training * (1.0 - literacy)

    def replace_staff(self) -> None:
        """Let staff leave by their hazard; a recruit takes the leaver's place at once."""
        rules, random = self.rules, self.random.random
        base = rules.leadership_staff_turnover
        fear = rules.leadership_threat_turnover * rules.resistance_status_threat
        for g, people in enumerate(self.staff):
            threat = fear * self.gain[g]
            for person in people:
                if random() < base + threat * person.identity:
                    person.setup(next(self.applicants[g]))
                    self.exits[g] += 1
