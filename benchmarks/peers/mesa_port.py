"""The model in Mesa 3: a firm is a ``mesa.Model``, its people and chiefs are agents.

``Firm.step`` lists the model's steps in their order. Rules that look at others
are methods of the agents; the firm's own rules are methods of the model.

For speed: departments are lists of agents made once (an ``AgentSet`` calls the
same methods several times slower), the random numbers are those of Python's
``random.Random`` in ``model.random``, faster one by one than NumPy's, and nothing
is collected before the horizon.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import common
import mesa
import numpy as np
from numpy.typing import NDArray

SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = range(3)
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = range(5)
WINDOW = 4
TRAITS = (
    ("cooperation.initial", "cooperation_within_firm_concentration"),
    ("resistance.initial", "resistance_within_firm_concentration"),
    ("competence.initial_literacy", "competence_within_firm_concentration"),
    ("resistance.identity", "resistance_identity_concentration"),
    ("cooperation.contact_propensity", "cooperation_contact_concentration"),
)
"""Of a person: the quantity that is the firm's mean, and the concentration around it."""


def version() -> str:
    """Return the name and version of the framework."""
    return f"Mesa {mesa.__version__}"


def prepare(
    settings: Mapping[str, Any],
) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Read the settings and return the simulation."""
    p = common.parameters(settings)
    p.spreads = [pair(getattr(p, spread)) for _, spread in TRAITS]
    demand, hype = (curve.tolist() for curve in common.environment(p))

    def simulate(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        rng = np.random.default_rng(seed)
        drawn = common.draw_quantities(settings, rng, firms)
        successors = settings["leadership.commitment"]
        rows = []
        for number in range(firms):
            own = {path: values[number].tolist() for path, values in drawn.items()}
            firm = Firm(p, own, demand, hype, successors, f"{seed}-{number}")
            for _ in range(p.simulation_quarters):
                firm.step()
            rows.append(firm.outcomes())
        return {name: np.array([row[name] for row in rows]) for name in common.OUTCOMES}

    return simulate


def pair(value: Any) -> tuple[Any, Any]:
    """Return what a value means for marketing and for IT."""
    if isinstance(value, Mapping):
        return value["marketing"], value["it"]
    return value, value


def clip(x: float) -> float:
    """Keep x within [0, 1]."""
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x


class Employee(mesa.Agent):
    """A member of staff."""

    def __init__(self, model: Firm, department: int, means: tuple[float, ...]) -> None:
        """Join a department."""
        super().__init__(model)
        self.department = department
        self.threat = 0.0
        self.completed = 0
        self.settle_in(means)

    def settle_in(self, means: tuple[float, ...]) -> None:
        """Draw the person's traits around means, in the order of TRAITS."""
        g, beta = self.department, self.model.beta
        drawn = [
            beta(mean, spread[g]) for mean, spread in zip(means, self.model.p.spreads, strict=True)
        ]
        self.cooperation, self.disposition, self.literacy, self.identity, self.contact = drawn
        self.resistance = self.disposition

    def adjust_resistance(self, peer: float, boss: float, gain: float) -> None:
        """Move resistance half way to what colleague and boss think, held back by the anchor."""
        p = self.model.p
        self.threat = p.resistance_status_threat * self.identity * gain
        ease = p.resistance_comfort * (self.cooperation - 0.5)
        anchor = clip(self.disposition + self.threat - ease)
        social = (1.0 - p.resistance_chief_weight) * peer + p.resistance_chief_weight * boss
        sigma = p.resistance_susceptibility
        self.resistance = sigma * 0.5 * (self.resistance + social) + (1.0 - sigma) * anchor

    def work(self, others: list[Employee], chances: list[float]) -> int:
        """Have the quarter's encounters; return how many were with the other department.

        One draw decides whether an encounter is across departments, whether the
        person cooperates, and whether the partner does: each matters only if the
        one before came true.
        """
        model = self.model
        p = model.p
        random = model.random.random
        tremble = p.cooperation_tremble
        rate = p.cooperation_learning_rate
        loss = rate * p.cooperation_outside_option
        ready = (1.0 - 2.0 * tremble) * (1.0 - p.cooperation_resistance_drag * self.resistance)
        chance = clip(self.contact + model.opening)
        cooperation = self.cooperation
        literacy = self.literacy
        size = len(others)
        met = completed = 0
        for _ in range(p.cooperation_encounters):
            coin = random()
            if coin >= chance:
                continue
            met += 1
            willing = chance * (tremble + ready * cooperation)
            if coin >= willing:
                cooperation -= loss * cooperation
                continue
            j = int(random() * size)
            if coin < willing * chances[j]:
                completed += 1
                understanding = 0.5 * (literacy + others[j].literacy)
                cooperation += rate * understanding * (1.0 - cooperation)
        self.cooperation = cooperation
        self.completed = completed
        return met

    def learn(self) -> None:
        """Raise literacy by joint tasks and by training."""
        p = self.model.p
        literacy = self.literacy
        for _ in range(self.completed):
            literacy += p.competence_learning_by_doing * literacy * (1.0 - literacy)
        self.literacy = literacy + p.competence_training * (1.0 - literacy)


class Chief(mesa.Agent):
    """The holder of a post, or somebody designated for one."""

    def __init__(self, model: Firm, c: float, r: float, k: float, s: float) -> None:
        """Draw a chief around mean cooperation, resistance, literacy and background."""
        super().__init__(model)
        attitudes = model.p.leadership_chief_concentration
        self.cooperation = model.beta(c, attitudes)
        self.resistance = model.beta(r, attitudes)
        self.literacy = model.beta(k, attitudes)
        self.background = model.beta(s, model.p.leadership_background_concentration)


class Firm(mesa.Model):
    """A firm with its two departments."""

    def __init__(
        self,
        p: SimpleNamespace,
        drawn: Mapping[str, Any],
        demand: list[float],
        hype: list[float],
        successors: Any,
        seed: str,
    ) -> None:
        """Found the firm on what was drawn for it."""
        super().__init__()
        self.random.seed(seed)
        self.p, self.drawn, self.demand, self.hype = p, drawn, demand, hype
        self.successors = successors
        self.quarter = 0
        self.exposure = drawn["firm.digital_exposure"]
        self.commitment = drawn["leadership.commitment"]
        self.capability = drawn["capability.initial"]
        self.authority = drawn["capability.initial_authority"]
        self.structure = SEPARATE
        self.target = SEPARATE
        self.designated: Chief | None = None
        self.clock = p.reorganisation_initial_age
        self.elapsed = self.below = self.cool_down = 0
        self.willing = 0.0
        self.accustomed = [0.0, 0.0]
        self.gain = [0.0, 0.0]
        self.met: list[list[int]] = []
        self.tasks: list[list[int]] = []
        self.exits = [0, 0]
        self.attempts = self.failures = self.reversals = 0
        self.chief_exits = self.ceo_exits = 0
        self.chiefs = {
            CEO: self.founding_chief(0.5, p.leadership_ceo_background),
            CMO: self.founding_chief(0.0, p.leadership_cmo_background),
            CIO: self.founding_chief(1.0, p.leadership_cio_background),
        }
        self.staff = [
            [Employee(self, g, tuple(drawn[path][g] for path, _ in TRAITS)) for _ in range(size)]
            for g, size in enumerate((p.firm_marketing_staff, p.firm_it_staff))
        ]
        self.observe()

    def beta(self, mean: float, concentration: float) -> float:
        """Draw from a Beta distribution by mean and concentration."""
        if mean <= 0.0 or mean >= 1.0:
            return mean
        return self.random.betavariate(mean * concentration, (1.0 - mean) * concentration)

    def founding_chief(self, weight: float, background: float) -> Chief:
        """Draw a chief around the means of a department, or of both."""
        quantities = ("cooperation.initial", "resistance.initial", "competence.initial_literacy")
        means = [(1.0 - weight) * self.drawn[q][0] + weight * self.drawn[q][1] for q in quantities]
        return Chief(self, *means, background)

    def step(self) -> None:
        """Live through a quarter."""
        t = self.quarter
        if t > 0:
            self.exposure += self.drawn["firm.exposure_growth"] * (1.0 - self.exposure)
        self.open_doors()
        self.assess_chain_of_command()
        self.change_attitudes()
        self.do_joint_tasks()
        self.train()
        self.build_capability(t)
        self.reorganise(t)
        self.replace_chiefs()
        self.replace_staff()
        self.observe()
        self.quarter += 1

    def open_doors(self) -> None:
        """Set the contact that chiefs add to every encounter."""
        chiefs = self.chiefs
        if self.structure == CMTO_STRUCTURE:
            willing = chiefs[CMTO].cooperation
        elif self.structure == CEMO_STRUCTURE:
            willing = chiefs[CMO].cooperation
        else:
            willing = chiefs[CMO].cooperation * chiefs[CIO].cooperation
        self.opening = self.p.cooperation_moderation * willing

    def chain_distance(self, g: int, structure: int, designated: Chief | None = None) -> float:
        """Distance of a department to its chain of command, perhaps one in prospect."""
        chiefs = self.chiefs
        top = chiefs[CEO].background
        if structure == CMTO_STRUCTURE:
            boss = (designated or chiefs[CMTO]).background
        elif g == 0:
            boss = chiefs[CMO].background
        else:
            boss = chiefs[CIO].background
            if structure == CEMO_STRUCTURE and self.p.reorganisation_infrastructure_chief:
                top = (designated or chiefs[INFRASTRUCTURE]).background
            elif structure == CEMO_STRUCTURE:
                top = chiefs[CMO].background
        weight = self.p.resistance_chain_weight
        return (1.0 - weight) * abs(g - boss) + weight * abs(g - top)

    def assess_chain_of_command(self) -> None:
        """Update what departments are accustomed to and what they have to fear."""
        prospect = self.target if self.target != SEPARATE else self.structure
        for g in range(2):
            if self.structure == SEPARATE:
                self.accustomed[g] = self.chain_distance(g, SEPARATE)
            there = self.chain_distance(g, prospect, self.designated)
            self.gain[g] = max(there - self.accustomed[g], 0.0)

    def change_attitudes(self) -> None:
        """Let every person meet one colleague, feel the threat, and adjust resistance."""
        random = self.random.random
        merged = self.structure == CMTO_STRUCTURE
        for g, people in enumerate(self.staff):
            boss = self.chiefs[CMTO if merged else CMO + g].resistance
            before = [person.resistance for person in people]
            others = len(before) - 1
            for i, person in enumerate(people):
                j = int(random() * others)
                j = j + 1 if j >= i and others > 0 else j
                person.adjust_resistance(before[j], boss, self.gain[g])

    def do_joint_tasks(self) -> None:
        """Let every person have the quarter's encounters."""
        p = self.p
        tremble, drag = p.cooperation_tremble, p.cooperation_resistance_drag
        scale = 1.0 - 2.0 * tremble
        chances = [
            [tremble + scale * (1.0 - drag * x.resistance) * x.cooperation for x in people]
            for people in self.staff
        ]
        met = [
            sum([person.work(self.staff[1 - g], chances[1 - g]) for person in people])
            for g, people in enumerate(self.staff)
        ]
        self.met = [*self.met[1 - WINDOW :], met]
        tasks = [sum([person.completed for person in people]) for people in self.staff]
        self.tasks = [*self.tasks[1 - WINDOW :], tasks]

    def train(self) -> None:
        """Raise everyone's literacy but the CEO's."""
        for people in self.staff:
            for person in people:
                person.learn()
        chiefs = [chief for post, chief in self.chiefs.items() if post != CEO]
        if self.designated is not None:
            chiefs.append(self.designated)
        for chief in chiefs:
            chief.literacy += self.p.competence_chief_training * (1.0 - chief.literacy)

    def build_capability(self, t: int) -> None:
        """Update capability and authority, and observe performance."""
        p = self.p
        window = sum(self.demand[max(t - WINDOW + 1, 0) : t + 1])
        required = p.cooperation_required_share * p.cooperation_encounters * window
        tasks = [sum(quarter[g] for quarter in self.tasks) for g in range(2)]
        met = [sum(quarter[g] for quarter in self.met) for g in range(2)]
        n, n_marketing = sum(map(len, self.staff)), len(self.staff[0])
        base = max(sum(met), required * n)
        led_base = max(met[0], required * n_marketing)
        self.completion = sum(tasks) / base if base > 0.0 else 0.0
        led = tasks[0] / led_base if led_base > 0.0 else 0.0
        self.contact = sum(self.met[-1]) / max(p.cooperation_encounters * n, 1)
        growth = p.capability_growth * self.completion * (1.0 - self.capability)
        self.capability += growth - p.capability_obsolescence * self.capability
        self.authority += p.capability_authority_rate * (led - self.authority)
        chiefs = self.chiefs
        if self.structure == CEMO_STRUCTURE:
            leader = chiefs[CMO].background
        elif self.structure == CMTO_STRUCTURE:
            leader = chiefs[CMTO].background
        else:
            leader = 0.5 * (chiefs[CMO].background + chiefs[CIO].background)
        expertise = [1.0 - p.competence_specialisation_cost * k for k in self.mean_literacy]
        weight = p.capability_creativity_weight
        creativity, technology = (1.0 - leader) * expertise[0], leader * expertise[1]
        self.performance = self.completion * creativity**weight * technology ** (1.0 - weight)

    def reorganise(self, t: int) -> None:
        """Take the firm's structure through the quarter."""
        p = self.p
        need = self.drawn["firm.attention"] * self.exposure * self.demand[t]
        age = self.clock / (self.clock + p.reorganisation_inertia_half_time)
        pull = p.reorganisation_hype_pull * self.hype[t]
        misfit = need + pull - self.capability - p.reorganisation_inertia * age
        self.clock += 1
        self.cool_down = max(self.cool_down - 1, 0)
        if self.target != SEPARATE:
            self.advance()
        elif self.structure != SEPARATE:
            self.keep_or_revert()
        elif self.cool_down == 0 and misfit > 0.0:
            eagerness = p.reorganisation_proposal_rate * self.commitment * misfit
            if self.random.random() < -math.expm1(-eagerness):
                self.propose(t)

    def count_willing(self) -> None:
        """Count who supports the change."""
        floor = self.p.reorganisation_support_floor
        pressure = self.commitment * (floor + (1.0 - floor) * self.willing)
        people = [person.resistance for people in self.staff for person in people]
        self.willing = sum([r <= pressure for r in people]) / len(people)

    def settle(self) -> None:
        """End a reorganisation, one way or another."""
        self.target = SEPARATE
        self.designated = None
        self.clock = self.below = 0

    def advance(self) -> None:
        """Take a reorganisation under way one quarter further."""
        p = self.p
        self.elapsed += 1
        self.count_willing()
        if (
            self.elapsed >= p.reorganisation_trial_period
            and self.willing >= p.reorganisation_quorum
        ):
            self.structure = self.target
            if self.structure == CMTO_STRUCTURE:
                self.chiefs[CMTO] = self.designated
                del self.chiefs[CMO], self.chiefs[CIO]
            elif p.reorganisation_infrastructure_chief:
                self.chiefs[INFRASTRUCTURE] = self.designated
            self.settle()
        elif self.elapsed >= p.reorganisation_patience:
            for people in self.staff:
                for person in people:
                    person.disposition += p.resistance_cynicism * (1.0 - person.disposition)
            self.failures += 1
            self.settle()
            self.cool_down = p.reorganisation_cool_down

    def keep_or_revert(self) -> None:
        """Count quarters without quorum, and undo a structure that lacks it for long."""
        p = self.p
        self.count_willing()
        self.below = self.below + 1 if self.willing < p.reorganisation_quorum else 0
        if self.below < p.reorganisation_reversal_period:
            return
        if self.structure == CMTO_STRUCTURE:
            holder = self.chiefs.pop(CMTO)
            own, vacant = (CMO, CIO) if holder.background < 0.5 else (CIO, CMO)
            self.chiefs[own] = holder
            self.hire(vacant)
        else:
            self.chiefs.pop(INFRASTRUCTURE, None)
        self.structure = SEPARATE
        self.reversals += 1
        self.settle()
        self.cool_down = p.reorganisation_cool_down

    def propose(self, t: int) -> None:
        """Start a reorganisation: designate people and choose between the forms."""
        p = self.p
        attitudes = (
            p.leadership_market_cooperation,
            p.leadership_market_resistance,
            p.leadership_hybrid_literacy,
        )
        technician = Chief(self, *attitudes, p.leadership_infrastructure_background)
        holder = self.holder(Chief(self, *attitudes, p.leadership_hybrid_background), self.hype[t])
        profile = 0.5 * (self.chiefs[CMO].literacy + self.mean_literacy[0])
        weight = p.reorganisation_resistance_weight
        cemo = (
            p.reorganisation_profile_weight * profile
            + p.reorganisation_authority_weight * self.authority
            - weight * self.expected_resistance(CEMO_STRUCTURE, technician)
        )
        cmto = (
            p.reorganisation_hype_weight * self.hype[t]
            + p.reorganisation_overload_weight * max(self.demand[t] - self.capability, 0.0)
            + p.reorganisation_all_rounder_call
            - weight * self.expected_resistance(CMTO_STRUCTURE, holder)
        )
        chance = 1.0 / (1.0 + math.exp(-p.reorganisation_choice_slope * (cemo - cmto)))
        if self.random.random() < chance:
            self.target, self.designated = CEMO_STRUCTURE, technician
        else:
            self.target, self.designated = CMTO_STRUCTURE, holder
        self.elapsed = self.below = 0
        self.willing = 0.0
        self.attempts += 1

    def holder(self, outsider: Chief, hype: float) -> Chief:
        """Choose the holder of the merged post: CIO, CMO, or a hybrid if one is to be had."""
        candidates = [self.chiefs[CIO], self.chiefs[CMO]]
        if self.random.random() < self.p.leadership_hybrid_supply:
            candidates.append(outsider)
        return max(candidates, key=lambda chief: chief.literacy + hype * chief.background)

    def expected_resistance(self, structure: int, designated: Chief) -> float:
        """Return the mean resistance of all staff if a structure came."""
        total = 0.0
        for g, people in enumerate(self.staff):
            gain = max(self.chain_distance(g, structure, designated) - self.accustomed[g], 0.0)
            scale = self.p.resistance_status_threat * gain
            total += sum([clip(x.resistance + scale * x.identity) for x in people])
        return total / sum(map(len, self.staff))

    def hire(self, post: int) -> None:
        """Fill a post from a consultancy, an agency, or the firm's own middle management."""
        p = self.p
        source = self.random.random()
        cooperation, resistance = p.leadership_market_cooperation, p.leadership_market_resistance
        if source < p.leadership_consultancy_share:
            hybrids = p.leadership_consultancy_hybrids
        elif source < p.leadership_consultancy_share + p.leadership_agency_share:
            hybrids = p.leadership_agency_hybrids
        else:
            hybrids = p.leadership_insider_hybrids
            weight = {CMO: 0.0, CIO: 1.0, INFRASTRUCTURE: 1.0}.get(post, 0.5)
            cooperation, resistance = (
                (1.0 - weight) * mean[0] + weight * mean[1]
                for mean in (self.mean_cooperation, self.mean_resistance)
            )
        hybrid = self.random.random() < p.leadership_hybrid_supply * hybrids
        literacy = p.leadership_hybrid_literacy if hybrid else p.leadership_market_literacy
        background = {
            CEO: p.leadership_ceo_background,
            CMO: p.leadership_cmo_background,
            INFRASTRUCTURE: p.leadership_infrastructure_background,
        }.get(post, p.leadership_cio_background)
        if hybrid and post not in (CEO, INFRASTRUCTURE):
            background = p.leadership_hybrid_background
        self.chiefs[post] = Chief(self, cooperation, resistance, literacy, background)
        if post == CMO:
            self.authority = self.drawn["capability.initial_authority"]

    def replace_chiefs(self) -> None:
        """Let holders of posts leave by their hazards, and successors take over."""
        p = self.p
        for post in list(self.chiefs):
            hazard = p.leadership_ceo_turnover if post == CEO else p.leadership_chief_turnover
            if self.random.random() >= hazard:
                continue
            self.hire(post)
            if post == CEO:
                u = np.array([self.random.random()])
                self.commitment = float(common.quantile(self.successors, u)[0])
                self.ceo_exits += 1
            else:
                self.chief_exits += 1

    def replace_staff(self) -> None:
        """Let staff leave by their hazard; a recruit takes the leaver's place at once."""
        p = self.p
        random = self.random.random
        for g, people in enumerate(self.staff):
            for person in people:
                hazard = p.leadership_staff_turnover + p.leadership_threat_turnover * person.threat
                if random() >= hazard:
                    continue
                hybrid = random() < p.leadership_hybrid_supply
                literacy = p.leadership_hybrid_literacy if hybrid else p.leadership_market_literacy
                person.settle_in(
                    (
                        p.leadership_market_cooperation,
                        p.leadership_market_resistance,
                        literacy,
                        self.drawn["resistance.identity"][g],
                        self.drawn["cooperation.contact_propensity"][g],
                    )
                )
                self.exits[g] += 1

    def observe(self) -> None:
        """Take the departments' means, by which the firm knows itself in the next quarter."""
        sizes = [len(people) for people in self.staff]
        self.mean_cooperation, self.mean_resistance, self.mean_literacy = (
            [
                sum([getattr(x, name) for x in people]) / n
                for people, n in zip(self.staff, sizes, strict=True)
            ]
            for name in ("cooperation", "resistance", "literacy")
        )

    def outcomes(self) -> dict[str, float]:
        """Return what became of the firm."""
        passive = 2 if self.completion >= 0.5 else 3
        return {
            "scenario": {CEMO_STRUCTURE: 0, CMTO_STRUCTURE: 1}.get(self.structure, passive),
            "cooperation_marketing": self.mean_cooperation[0],
            "cooperation_it": self.mean_cooperation[1],
            "resistance_marketing": self.mean_resistance[0],
            "resistance_it": self.mean_resistance[1],
            "literacy_marketing": self.mean_literacy[0],
            "literacy_it": self.mean_literacy[1],
            "capability": self.capability,
            "authority": self.authority,
            "completion": self.completion,
            "performance": self.performance,
            "contact": self.contact,
            "attempts": self.attempts,
            "failures": self.failures,
            "reversals": self.reversals,
            "exits_marketing": self.exits[0],
            "exits_it": self.exits[1],
            "chief_exits": self.chief_exits,
            "ceo_exits": self.ceo_exits,
        }
