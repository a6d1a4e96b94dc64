"""A firm as a whole, in plain Python, for the ports whose people are objects.

Such a port has its agents, what they do to each other, the schedule and the random
numbers from its framework. What concerns a firm once a quarter (chiefs, capability,
reorganisation, means) is word for word the same in all of them; it takes about a
quarter of their time.

For speed: NumPy draws Betas in batches, ten times as fast as ``random.betavariate``
one by one.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import common
import numpy as np
from version_1 import CUT_POINT, WINDOW, environment

SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = range(3)
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = range(5)
BATCH = 16  # recruits of a department; a firm needs about thirty of each
TRAITS = {
    "cooperation.initial": "cooperation_within_firm_concentration",
    "resistance.initial": "resistance_within_firm_concentration",
    "competence.initial_literacy": "competence_within_firm_concentration",
    "resistance.identity": "resistance_identity_concentration",
    "cooperation.contact_propensity": "cooperation_contact_concentration",
}
"""Of a person: the quantity that is the firm's mean, and the concentration around it."""


class Traits(NamedTuple):
    """What a chief is like; agents that are chiefs have attributes of these names."""

    cooperation: float
    resistance: float
    literacy: float
    background: float


def read(settings: Mapping[str, Any]) -> SimpleNamespace:
    """Return the parameters, and the concentrations and curves that all firms share."""
    rules = common.parameters(settings)
    spreads = [getattr(rules, name) for name in TRAITS.values()]
    rules.spreads = np.array(
        [[x[g] if isinstance(x, Mapping) else x for x in spreads] for g in ("marketing", "it")]
    )
    ready = 1.0 - 2.0 * rules.cooperation_tremble
    rules.willingness = (
        rules.cooperation_tremble,
        ready,
        ready * rules.cooperation_resistance_drag,
    )
    demand, hype = environment(rules)
    window = np.convolve(demand, np.ones(WINDOW))[: len(demand)]
    share = rules.cooperation_required_share * rules.cooperation_encounters
    rules.demand, rules.hype = demand.tolist(), hype.tolist()
    rules.required = (share * window).tolist()
    return rules


def betas(rng: np.random.Generator, means: Any, concentrations: Any, size: Any) -> list[Any]:
    """Draw from Beta distributions by mean and concentration; a mean of 0 or 1 is sure."""
    means = np.asarray(means)
    inside = means.clip(1e-9, 1.0 - 1e-9)
    drawn = rng.beta(inside * concentrations, (1.0 - inside) * concentrations, size)
    return np.where(inside == means, drawn, means).tolist()


class Batches:
    """Draws that all firms of a run take from, made by the thousand."""

    def __init__(
        self, settings: Mapping[str, Any], rules: SimpleNamespace, rng: np.random.Generator
    ) -> None:
        """Start empty."""
        sizes = (rules.firm_marketing_staff, rules.firm_it_staff)
        self.successors, self.rng, self.sizes = settings["leadership.commitment"], rng, sizes
        self.a_quarter = [n * rules.cooperation_encounters for n in sizes]
        self.positions: tuple[list[int], list[int]] = ([], [])
        self.commitments: list[float] = []

    def partner(self, g: int) -> Callable[[], int]:
        """Return what picks partners of department ``g``, often enough for a quarter."""
        positions = self.positions[g]
        if len(positions) < self.a_quarter[g]:
            n = 4096 + self.a_quarter[g]
            positions += self.rng.integers(self.sizes[1 - g], size=n).tolist()
        return positions.pop

    def commitment(self) -> float:
        """Return the commitment of a new CEO."""
        if not self.commitments:
            self.commitments = common.quantile(self.successors, self.rng.random(256)).tolist()
        return self.commitments.pop()


class Organisation:
    """The rules of a firm as a whole, for the framework's model class to inherit.

    That class sets ``rng``, ``draw`` (returns a number in [0, 1)) and ``staff`` (people by
    department), and makes and removes the agents that are chiefs: ``new_chief``, ``retire``.
    """

    rng: np.random.Generator
    draw: Callable[[], float]
    staff: list[Any]
    new_chief: Callable[[Traits], Any]
    retire: Callable[[Any], None]

    def found(self, rules: SimpleNamespace, drawn: Mapping[str, Any], batches: Batches) -> None:
        """Found the firm on what was drawn for it, with its chiefs; staff is to follow."""
        self.rules, self.drawn, self.batches = rules, drawn, batches
        self.quarter = 0
        self.exposure = drawn["firm.digital_exposure"]
        self.commitment = drawn["leadership.commitment"]
        self.capability = drawn["capability.initial"]
        self.authority = drawn["capability.initial_authority"]
        self.structure = self.target = SEPARATE
        self.designated: Any = None
        self.clock = rules.reorganisation_initial_age
        self.elapsed = self.below = self.cool_down = 0
        self.willing = 0.0
        self.accustomed = [0.0, 0.0]
        self.gain = [0.0, 0.0]
        self.window: deque[tuple[int, ...]] = deque(maxlen=WINDOW)
        self.exits = [0, 0]
        self.attempts = self.failures = self.reversals = 0
        self.chief_exits = self.ceo_exits = 0
        self.chiefs = {
            CEO: self.founding_chief(0.5, rules.leadership_ceo_background),
            CMO: self.founding_chief(0.0, rules.leadership_cmo_background),
            CIO: self.founding_chief(1.0, rules.leadership_cio_background),
        }

    def founders(self, g: int, size: int) -> list[Any]:
        """Draw the traits of the first staff of a department, in the order of TRAITS."""
        means = [self.drawn[path][g] for path in TRAITS]
        return betas(self.rng, means, self.rules.spreads[g], (size, len(TRAITS)))

    def recruits(self, g: int) -> Iterator[Any]:
        """Yield the traits of one recruit of a department after another."""
        rules = self.rules
        means = np.empty((BATCH, len(TRAITS)))
        means[:, 0] = rules.leadership_market_cooperation
        means[:, 1] = rules.leadership_market_resistance
        means[:, 3] = self.drawn["resistance.identity"][g]
        means[:, 4] = self.drawn["cooperation.contact_propensity"][g]
        literacy = (rules.leadership_market_literacy, rules.leadership_hybrid_literacy)
        while True:
            hybrid = self.rng.random(BATCH) < rules.leadership_hybrid_supply
            means[:, 2] = np.where(hybrid, literacy[1], literacy[0])
            yield from betas(self.rng, means, rules.spreads[g], None)

    def traits(self, c: float, r: float, k: float, s: float) -> Traits:
        """Draw a chief around mean cooperation, resistance, literacy and background."""
        beta, attitudes = self.beta, self.rules.leadership_chief_concentration
        background = beta(s, self.rules.leadership_background_concentration)
        return Traits(beta(c, attitudes), beta(r, attitudes), beta(k, attitudes), background)

    def beta(self, mean: float, concentration: float) -> float:
        """Draw from a Beta distribution by mean and concentration."""
        if mean <= 0.0 or mean >= 1.0:
            return mean
        return self.rng.beta(mean * concentration, (1.0 - mean) * concentration)

    def founding_chief(self, weight: float, background: float) -> Any:
        """Appoint a chief drawn around the means of a department, or of both."""
        quantities = ("cooperation.initial", "resistance.initial", "competence.initial_literacy")
        means = [(1.0 - weight) * self.drawn[q][0] + weight * self.drawn[q][1] for q in quantities]
        return self.new_chief(self.traits(*means, background))

    def grow_exposure(self) -> None:
        """Let demand reach more of the business, from the second quarter on."""
        if self.quarter > 0:
            self.exposure += self.drawn["firm.exposure_growth"] * (1.0 - self.exposure)

    def opening(self) -> float:
        """Return the contact that chiefs add to every encounter."""
        chiefs = self.chiefs
        if self.structure == CMTO_STRUCTURE:
            willing = chiefs[CMTO].cooperation
        elif self.structure == CEMO_STRUCTURE:
            willing = chiefs[CMO].cooperation
        else:
            willing = chiefs[CMO].cooperation * chiefs[CIO].cooperation
        return self.rules.cooperation_moderation * willing

    def chain_distance(self, g: int, structure: int, designated: Any = None) -> float:
        """Distance of a department to its chain of command, perhaps one in prospect."""
        chiefs = self.chiefs
        top = chiefs[CEO].background
        if structure == CMTO_STRUCTURE:
            boss = (designated or chiefs[CMTO]).background
        elif g == 0:
            boss = chiefs[CMO].background
        else:
            boss = chiefs[CIO].background
            if structure == CEMO_STRUCTURE and self.rules.reorganisation_infrastructure_chief:
                top = (designated or chiefs[INFRASTRUCTURE]).background
            elif structure == CEMO_STRUCTURE:
                top = chiefs[CMO].background
        weight = self.rules.resistance_chain_weight
        return (1.0 - weight) * abs(g - boss) + weight * abs(g - top)

    def assess_chain_of_command(self) -> None:
        """Update what departments are accustomed to and what they have to fear."""
        if self.structure == SEPARATE:
            self.accustomed = [self.chain_distance(g, SEPARATE) for g in (0, 1)]
            if self.target == SEPARATE:
                self.gain = [0.0, 0.0]
                return
        prospect = self.target or self.structure
        there = [self.chain_distance(g, prospect, self.designated) for g in (0, 1)]
        self.gain = [max(there[g] - self.accustomed[g], 0.0) for g in (0, 1)]

    def train_chiefs(self) -> None:
        """Raise the literacy of all chiefs but the CEO, designated ones included."""
        training = self.rules.competence_chief_training
        for post, chief in self.chiefs.items():
            if post != CEO:
                chief.literacy += training * (1.0 - chief.literacy)
        if self.designated is not None:
            self.designated.literacy += training * (1.0 - self.designated.literacy)

    def build_capability(self, met: list[int], tasks: list[int]) -> None:
        """Update capability and authority by the quarter's work, and observe performance."""
        rules = self.rules
        self.window.append((*met, *tasks))
        led_met, it_met, led_tasks, it_tasks = map(sum, zip(*self.window, strict=True))
        required = rules.required[self.quarter]
        n_marketing = len(self.staff[0])
        n = n_marketing + len(self.staff[1])
        base = max(led_met + it_met, required * n)
        led_base = max(led_met, required * n_marketing)
        self.completion = (led_tasks + it_tasks) / base if base > 0.0 else 0.0
        led = led_tasks / led_base if led_base > 0.0 else 0.0
        self.contact = sum(met) / max(rules.cooperation_encounters * n, 1)
        growth = rules.capability_growth * self.completion * (1.0 - self.capability)
        self.capability += growth - rules.capability_obsolescence * self.capability
        self.authority += rules.capability_authority_rate * (led - self.authority)
        self.observe_performance()

    def observe_performance(self) -> None:
        """Take the performance, by the leader's background and the expertise left."""
        rules, chiefs = self.rules, self.chiefs
        if self.structure == CMTO_STRUCTURE:
            leader = chiefs[CMTO].background
        elif self.structure == CEMO_STRUCTURE:
            leader = chiefs[CMO].background
        else:
            leader = 0.5 * (chiefs[CMO].background + chiefs[CIO].background)
        cost, (marketing, it) = rules.competence_specialisation_cost, self.mean_literacy
        creativity = (1.0 - leader) * (1.0 - cost * marketing)
        technology = leader * (1.0 - cost * it)
        weight = rules.capability_creativity_weight
        self.performance = self.completion * creativity**weight * technology ** (1.0 - weight)

    def reorganise(self) -> None:
        """Take the firm's structure through the quarter."""
        rules, t = self.rules, self.quarter
        need = self.drawn["firm.attention"] * self.exposure * rules.demand[t]
        age = self.clock / (self.clock + rules.reorganisation_inertia_half_time)
        pull = rules.reorganisation_hype_pull * rules.hype[t]
        misfit = need + pull - self.capability - rules.reorganisation_inertia * age
        self.clock += 1
        self.cool_down = max(self.cool_down - 1, 0)
        if self.target != SEPARATE:
            self.advance()
        elif self.structure != SEPARATE:
            self.keep_or_revert()
        elif self.cool_down == 0 and misfit > 0.0:
            eagerness = rules.reorganisation_proposal_rate * self.commitment * misfit
            if self.draw() < -math.expm1(-eagerness):
                self.propose()

    def count_willing(self) -> None:
        """Count who supports the change."""
        floor = self.rules.reorganisation_support_floor
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
        rules = self.rules
        self.elapsed += 1
        self.count_willing()
        quorum = self.willing >= rules.reorganisation_quorum
        if quorum and self.elapsed >= rules.reorganisation_trial_period:
            self.adopt()
        elif self.elapsed >= rules.reorganisation_patience:
            for people in self.staff:
                for person in people:
                    person.disposition += rules.resistance_cynicism * (1.0 - person.disposition)
            self.failures += 1
            self.retire(self.designated)
            self.settle()
            self.cool_down = rules.reorganisation_cool_down

    def adopt(self) -> None:
        """Put the target in force and the designated chief in office."""
        self.structure = self.target
        if self.structure == CMTO_STRUCTURE:
            self.chiefs[CMTO] = self.designated
            self.vacate(CMO)
            self.vacate(CIO)
        elif self.rules.reorganisation_infrastructure_chief:
            self.chiefs[INFRASTRUCTURE] = self.designated
        else:
            self.retire(self.designated)
        self.settle()

    def keep_or_revert(self) -> None:
        """Count quarters without quorum, and undo a structure that lacks it for long."""
        rules = self.rules
        self.count_willing()
        self.below = self.below + 1 if self.willing < rules.reorganisation_quorum else 0
        if self.below < rules.reorganisation_reversal_period:
            return
        if self.structure == CMTO_STRUCTURE:
            holder = self.chiefs.pop(CMTO)
            own, vacant = (CMO, CIO) if holder.background < 0.5 else (CIO, CMO)
            self.chiefs[own] = holder
            self.hire(vacant)
        elif INFRASTRUCTURE in self.chiefs:
            self.vacate(INFRASTRUCTURE)
        self.structure = SEPARATE
        self.reversals += 1
        self.settle()
        self.cool_down = rules.reorganisation_cool_down

    def propose(self) -> None:
        """Start a reorganisation: designate people and choose between the forms."""
        rules, hype = self.rules, self.rules.hype[self.quarter]
        attitudes = (
            rules.leadership_market_cooperation,
            rules.leadership_market_resistance,
            rules.leadership_hybrid_literacy,
        )
        technician = self.traits(*attitudes, rules.leadership_infrastructure_background)
        holder = self.holder(self.traits(*attitudes, rules.leadership_hybrid_background), hype)
        profile = 0.5 * (self.chiefs[CMO].literacy + self.mean_literacy[0])
        weight = rules.reorganisation_resistance_weight
        cemo = (
            rules.reorganisation_profile_weight * profile
            + rules.reorganisation_authority_weight * self.authority
            - weight * self.expected_resistance(CEMO_STRUCTURE, technician)
        )
        overload = max(rules.demand[self.quarter] - self.capability, 0.0)
        cmto = (
            rules.reorganisation_hype_weight * hype
            + rules.reorganisation_overload_weight * overload
            + rules.reorganisation_all_rounder_call
            - weight * self.expected_resistance(CMTO_STRUCTURE, holder)
        )
        chance = 1.0 / (1.0 + math.exp(-rules.reorganisation_choice_slope * (cemo - cmto)))
        if self.draw() < chance:
            self.target, self.designated = CEMO_STRUCTURE, self.new_chief(technician)
        else:
            self.target, self.designated = CMTO_STRUCTURE, self.new_chief(holder)
        self.elapsed = self.below = 0
        self.willing = 0.0
        self.attempts += 1

    def holder(self, outsider: Traits, hype: float) -> Traits:
        """Choose the holder of the merged post: CIO, CMO, or a hybrid if one is to be had."""
        candidates = [
            Traits(chief.cooperation, chief.resistance, chief.literacy, chief.background)
            for chief in (self.chiefs[CIO], self.chiefs[CMO])
        ]
        if self.draw() < self.rules.leadership_hybrid_supply:
            candidates.append(outsider)
        return max(candidates, key=lambda chief: chief.literacy + hype * chief.background)

    def expected_resistance(self, structure: int, designated: Traits) -> float:
        """Return the mean resistance of all staff if a structure came."""
        total = 0.0
        for g, people in enumerate(self.staff):
            gain = max(self.chain_distance(g, structure, designated) - self.accustomed[g], 0.0)
            scale = self.rules.resistance_status_threat * gain
            total += sum([min(x.resistance + scale * x.identity, 1.0) for x in people])
        return total / sum(map(len, self.staff))

    def vacate(self, post: int) -> None:
        """Let the holder of a post go."""
        self.retire(self.chiefs.pop(post))

    def hire(self, post: int) -> None:
        """Fill a post from a consultancy, an agency, or the firm's own middle management."""
        rules = self.rules
        source = self.draw()
        cooperation, resistance = (
            rules.leadership_market_cooperation,
            rules.leadership_market_resistance,
        )
        if source < rules.leadership_consultancy_share:
            hybrids = rules.leadership_consultancy_hybrids
        elif source < rules.leadership_consultancy_share + rules.leadership_agency_share:
            hybrids = rules.leadership_agency_hybrids
        else:
            hybrids = rules.leadership_insider_hybrids
            weight = {CMO: 0.0, CIO: 1.0, INFRASTRUCTURE: 1.0}.get(post, 0.5)
            cooperation, resistance = (
                (1.0 - weight) * mean[0] + weight * mean[1]
                for mean in (self.mean_cooperation, self.mean_resistance)
            )
        hybrid = self.draw() < rules.leadership_hybrid_supply * hybrids
        literacy = rules.leadership_hybrid_literacy if hybrid else rules.leadership_market_literacy
        background = {
            CEO: rules.leadership_ceo_background,
            CMO: rules.leadership_cmo_background,
            INFRASTRUCTURE: rules.leadership_infrastructure_background,
        }.get(post, rules.leadership_cio_background)
        if hybrid and post not in (CEO, INFRASTRUCTURE):
            background = rules.leadership_hybrid_background
        self.chiefs[post] = self.new_chief(
            self.traits(cooperation, resistance, literacy, background)
        )
        if post == CMO:
            self.authority = self.drawn["capability.initial_authority"]

    def replace_chiefs(self) -> None:
        """Let holders of posts leave by their hazards, and successors take over."""
        draw, rules = self.draw, self.rules
        for post in list(self.chiefs):
            hazard = rules.leadership_chief_turnover
            if draw() >= (rules.leadership_ceo_turnover if post == CEO else hazard):
                continue
            self.vacate(post)
            self.hire(post)
            if post == CEO:
                self.commitment = self.batches.commitment()
                self.ceo_exits += 1
            else:
                self.chief_exits += 1

    def observe(self) -> None:
        """Take the departments' means, by which the firm knows itself in the next quarter."""
        sizes = [len(people) for people in self.staff]
        cooperation = [sum([x.cooperation for x in people]) for people in self.staff]
        resistance = [sum([x.resistance for x in people]) for people in self.staff]
        literacy = [sum([x.literacy for x in people]) for people in self.staff]
        self.mean_cooperation, self.mean_resistance, self.mean_literacy = (
            [total / n for total, n in zip(totals, sizes, strict=True)]
            for totals in (cooperation, resistance, literacy)
        )

    def outcomes(self) -> dict[str, float]:
        """Return what became of the firm."""
        passive = 2 if self.completion >= CUT_POINT else 3
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
