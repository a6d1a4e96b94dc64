"""The model in Mesa 3: a firm is a ``mesa.Model``, its people and chiefs are agents.

``Firm.step`` lists the model's steps in their order.

For speed: departments are lists of agents made once (an ``AgentSet`` takes four times
as long to call a method of each); each step is one loop over a department with its
constants in local variables (a method of every agent would look them up for each);
single random numbers are those of ``model.random``, faster one by one than NumPy's,
those for the encounters come from ``model.rng`` in one batch; nothing is collected
before the horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import common
import mesa
import numpy as np
from numpy.typing import NDArray
from people import CMO, CMTO, CMTO_STRUCTURE, Batches, Organisation, Traits, read
from version_1 import OUTCOMES


def version() -> str:
    """Return the name and version of the framework."""
    return f"Mesa {mesa.__version__}"


def prepare(
    settings: Mapping[str, Any],
) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Read the settings and return the simulation."""
    rules = read(settings)

    def simulate(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        rng = np.random.default_rng(seed)
        drawn = common.draw_quantities(settings, rng, firms)
        batches = Batches(settings, rules, rng)
        rows = []
        for number in range(firms):
            own = {path: values[number].tolist() for path, values in drawn.items()}
            firm = Firm(rules, own, batches, rng)
            for _ in range(rules.simulation_quarters):
                firm.step()
            rows.append(firm.outcomes())
            # Mesa's counter of agents would keep every model alive.
            getattr(mesa.Agent, "_ids", {}).pop(firm, None)
        return {name: np.array([row[name] for row in rows]) for name in OUTCOMES}

    return simulate


class Employee(mesa.Agent):
    """A member of staff."""

    def __init__(self, model: Firm, traits: list[float]) -> None:
        """Join a department."""
        super().__init__(model)
        self.settle_in(traits)

    def settle_in(self, traits: list[float]) -> None:
        """Take a place with traits in the order of TRAITS."""
        self.cooperation, self.disposition, self.literacy, self.identity, self.contact = traits
        self.resistance = self.disposition
        self.reliability = 0.0
        self.completed = 0


class Chief(mesa.Agent):
    """The holder of a post, or somebody designated for one."""

    def __init__(self, model: Firm, traits: Traits) -> None:
        """Come to the firm."""
        super().__init__(model)
        self.cooperation, self.resistance, self.literacy, self.background = traits


class Firm(Organisation, mesa.Model):
    """A firm with its two departments."""

    def __init__(
        self,
        rules: SimpleNamespace,
        drawn: Mapping[str, Any],
        batches: Batches,
        rng: np.random.Generator,
    ) -> None:
        """Found the firm on what was drawn for it."""
        super().__init__(rng=rng)
        self.draw = self.random.random
        self.found(rules, drawn, batches)
        sizes = (rules.firm_marketing_staff, rules.firm_it_staff)
        self.staff = [
            [Employee(self, traits) for traits in self.founders(g, size)]
            for g, size in enumerate(sizes)
        ]
        self.applicants = [self.recruits(g) for g in range(2)]
        self.observe()

    def new_chief(self, traits: Traits) -> Chief:
        """Bring a chief to the firm."""
        return Chief(self, traits)

    def retire(self, chief: Chief) -> None:
        """Let a chief go."""
        chief.remove()

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
                    person.settle_in(next(self.applicants[g]))
                    self.exits[g] += 1
