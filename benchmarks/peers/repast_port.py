"""The model in repast4py: people and chiefs are ``core.Agent``, firms step on its schedule.

``Firm.step`` lists the model's steps in their order. One process, one rank: the
package may be built without MPI (``R4PY_NO_MPI=1`` when it is installed).

For speed: agents have slots, which are read twice as fast as other attributes of
this extension type; departments are lists of agents made once (going through those of
a context takes twice as long), gone through by loops with constants in local
variables; firms share a context and a schedule by eights (fewer pay for the
schedule, more leave the cache); random numbers come in batches, as ``default_rng``
takes a quarter of a microsecond for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version as installed
from itertools import count
from types import SimpleNamespace
from typing import Any

import common
import numpy as np
from numpy.typing import NDArray
from people import CMO, CMTO, CMTO_STRUCTURE, Batches, Organisation, Traits, read
from repast4py import MPI, context, core, random, schedule
from version_1 import OUTCOMES

TOGETHER = 8


def version() -> str:
    """Return the name and version of the framework."""
    return f"repast4py {installed('repast4py')}"


def prepare(
    settings: Mapping[str, Any],
) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Read the settings and return the simulation."""
    rules = read(settings)

    def simulate(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        random.init(seed)
        drawn = common.draw_quantities(settings, random.default_rng, firms)
        batches = Batches(settings, rules, random.default_rng)
        everybody = [
            {path: values[number].tolist() for path, values in drawn.items()}
            for number in range(firms)
        ]
        rows = []
        for first in range(0, firms, TOGETHER):
            rows += Industry(rules, everybody[first : first + TOGETHER], batches).run()
        return {name: np.array([row[name] for row in rows]) for name in OUTCOMES}

    return simulate


def coins(rng: np.random.Generator) -> Iterator[float]:
    """Yield one random number in [0, 1) after another."""
    while True:
        yield from rng.random(4096).tolist()


class Employee(core.Agent):
    """A member of staff."""

    TYPE = 0
    __slots__ = (
        "completed",
        "contact",
        "cooperation",
        "disposition",
        "identity",
        "literacy",
        "reliability",
        "resistance",
    )

    def __init__(self, number: int, rank: int, traits: list[float]) -> None:
        """Join a department."""
        super().__init__(number, Employee.TYPE, rank)
        self.settle_in(traits)

    def settle_in(self, traits: list[float]) -> None:
        """Take a place with traits in the order of TRAITS."""
        self.cooperation, self.disposition, self.literacy, self.identity, self.contact = traits
        self.resistance = self.disposition
        self.reliability = 0.0
        self.completed = 0


class Chief(core.Agent):
    """The holder of a post, or somebody designated for one."""

    TYPE = 1
    __slots__ = ("background", "cooperation", "literacy", "resistance")

    def __init__(self, number: int, rank: int, traits: Traits) -> None:
        """Come to the firm."""
        super().__init__(number, Chief.TYPE, rank)
        self.cooperation, self.resistance, self.literacy, self.background = traits


class Industry:
    """Firms that share a context and a schedule."""

    def __init__(
        self, rules: SimpleNamespace, drawn: list[Mapping[str, Any]], batches: Batches
    ) -> None:
        """Found the firms and schedule their quarters."""
        comm = MPI.COMM_WORLD
        self.context = context.SharedContext(comm)
        self.numbers = count()
        self.draw = coins(random.default_rng).__next__
        self.firms = [Firm(self, rules, own, batches) for own in drawn]
        self.runner = schedule.init_schedule_runner(comm)
        self.runner.schedule_repeating_event(1, 1, self.step)
        self.runner.schedule_stop(rules.simulation_quarters)

    def add(self, kind: type, traits: Any) -> Any:
        """Bring an agent into the context."""
        agent = kind(next(self.numbers), self.context.rank, traits)
        self.context.add(agent)
        return agent

    def step(self) -> None:
        """Let every firm live through a quarter."""
        for firm in self.firms:
            firm.step()

    def run(self) -> list[dict[str, float]]:
        """Run the schedule, and return what became of the firms."""
        self.runner.execute()
        return [firm.outcomes() for firm in self.firms]


class Firm(Organisation):
    """A firm with its two departments."""

    def __init__(
        self,
        industry: Industry,
        rules: SimpleNamespace,
        drawn: Mapping[str, Any],
        batches: Batches,
    ) -> None:
        """Found the firm on what was drawn for it."""
        self.industry = industry
        self.rng, self.draw = random.default_rng, industry.draw
        self.found(rules, drawn, batches)
        sizes = (rules.firm_marketing_staff, rules.firm_it_staff)
        self.staff = [
            [industry.add(Employee, traits) for traits in self.founders(g, size)]
            for g, size in enumerate(sizes)
        ]
        self.applicants = [self.recruits(g) for g in range(2)]
        self.observe()

    def new_chief(self, traits: Traits) -> Chief:
        """Bring a chief to the firm."""
        return self.industry.add(Chief, traits)

    def retire(self, chief: Chief) -> None:
        """Let a chief go."""
        self.industry.context.remove(chief)

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
        rules = self.rules
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
            batch = self.rng.random(len(people)).tolist()
            for i, (person, coin) in enumerate(zip(people, batch, strict=True)):
                j = int(coin * others)
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
        rules = self.rules
        base = rules.leadership_staff_turnover
        fear = rules.leadership_threat_turnover * rules.resistance_status_threat
        for g, people in enumerate(self.staff):
            threat = fear * self.gain[g]
            batch = self.rng.random(len(people)).tolist()
            for person, coin in zip(people, batch, strict=True):
                if coin < base + threat * person.identity:
                    person.settle_in(next(self.applicants[g]))
                    self.exits[g] += 1
