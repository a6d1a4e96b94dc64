"""The model in NumPy, vectorised over blocks of firms.

People are float32 arrays (staff of a department, firms of a block), so that
every step is a few array operations; rare events (proposals, successions, recruits) are handled on the indices of the
firms or people concerned. SFC64 is NumPy's fastest bit generator.

For speed: blocks of 2,048 firms (of 64 to 8,192, these and 4,096 took least time,
smaller ones up to four times as long), float32 draws, partners picked as flat positions for ``take``, buffers reused by ``out=``
in the innermost loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import common
import numpy as np
from common import Floats
from numpy.typing import NDArray

BLOCK = 2048
SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = range(3)
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = range(5)
POSTS = 5
WINDOW = 4
Singles = NDArray[np.float32]


def version() -> str:
    """Return the name and version of the framework."""
    return f"NumPy {np.__version__}"


def prepare(settings: Mapping[str, Any]) -> Callable[[int, int], dict[str, Floats]]:
    """Read the settings and return the simulation."""
    p = common.parameters(settings)

    def simulate(firms: int, seed: int) -> dict[str, Floats]:
        rng = np.random.Generator(np.random.SFC64(seed))
        done = [
            Block(p, settings, rng, min(BLOCK, firms - first)).run()
            for first in range(0, firms, BLOCK)
        ]
        return {name: np.concatenate([part[name] for part in done]) for name in common.OUTCOMES}

    return simulate


def pair(value: Any) -> tuple[Any, Any]:
    """Return what a value means for marketing and for IT."""
    if isinstance(value, Mapping):
        return value["marketing"], value["it"]
    return value, value


class Block:
    """Firms that are simulated together."""

    def __init__(
        self, p: Any, settings: Mapping[str, Any], rng: np.random.Generator, firms: int
    ) -> None:
        """Draw the firms, their chiefs and their staff."""
        self.p, self.settings, self.rng, self.firms = p, settings, rng, firms
        self.demand, self.hype = common.environment(p)
        self.drawn = common.draw_quantities(settings, rng, firms)
        self.sizes = (p.firm_marketing_staff, p.firm_it_staff)
        self.lanes = np.arange(firms)
        self.found_firms()
        self.install_chiefs()
        self.install_staff()
        self.observe()

    # ---------------------------------------------------------------- people

    def beta(self, mean: Any, concentration: float, shape: Any = None) -> Floats:
        """Draw from Beta distributions by mean and concentration; a mean of 0 or 1 is sure."""
        mean = np.asarray(mean, dtype=np.float64)
        inside = np.clip(mean, 1e-9, 1.0 - 1e-9)
        value = self.rng.beta(inside * concentration, (1.0 - inside) * concentration, shape)
        return np.where((mean <= 0.0) | (mean >= 1.0), mean, value)

    def found_firms(self) -> None:
        """Set the state of the firms from what was drawn for them."""
        n = self.firms
        drawn = self.drawn
        self.exposure = drawn["firm.digital_exposure"].copy()
        self.commitment = drawn["leadership.commitment"].copy()
        self.capability = drawn["capability.initial"].copy()
        self.authority = drawn["capability.initial_authority"].copy()
        self.structure = np.zeros(n, np.int64)
        self.target = np.zeros(n, np.int64)
        self.clock = np.full(n, self.p.reorganisation_initial_age)
        self.elapsed, self.below, self.cool_down = (np.zeros(n, np.int64) for _ in range(3))
        self.willing, self.misfit, self.performance = (np.zeros(n) for _ in range(3))
        self.accustomed, self.gain = np.zeros((2, n)), np.zeros((2, n))
        self.encounters, self.tasks = (np.zeros((WINDOW, 2, n)) for _ in range(2))
        counters = ("attempts", "failures", "reversals", "chief_exits", "ceo_exits")
        self.counters = {name: np.zeros(n) for name in counters}
        self.exits = np.zeros((2, n))

    def appoint(self, post: int, lanes: Any, means: tuple[Any, Any, Any, Any]) -> None:
        """Fill a post with people drawn around means of their four traits."""
        p, size = self.p, len(self.lanes[lanes])
        for trait, mean in zip((self.c, self.r, self.k), means[:3], strict=True):
            trait[post, lanes] = self.beta(mean, p.leadership_chief_concentration, size)
        background = self.beta(means[3], p.leadership_background_concentration, size)
        self.s[post, lanes] = background

    def install_chiefs(self) -> None:
        """Draw CEO, CMO and CIO around their departments' means."""
        p = self.p
        self.c, self.r, self.k, self.s = (np.zeros((POSTS, self.firms)) for _ in range(4))
        quantities = ("cooperation.initial", "resistance.initial", "competence.initial_literacy")
        for post, weight, background in (
            (CEO, 0.5, p.leadership_ceo_background),
            (CMO, 0.0, p.leadership_cmo_background),
            (CIO, 1.0, p.leadership_cio_background),
        ):
            means = [self.drawn[q] @ (1.0 - weight, weight) for q in quantities]
            self.appoint(post, slice(None), (*means, background))

    def install_staff(self) -> None:
        """Draw every person of both departments around the firm's means."""
        self.staff: list[dict[str, Singles]] = []
        for g, size in enumerate(self.sizes):
            shape = (size, self.firms)
            traits = self.traits(g, *(self.drawn[q][:, g] for q in TRAITS), shape)
            people = {name: value.astype(np.float32) for name, value in traits.items()}
            people["resistance"] = people["disposition"].copy()
            self.staff.append(people)

    def traits(self, g: int, c: Any, d: Any, k: Any, identity: Any, x: Any, shape: Any) -> Any:
        """Draw the traits of people of a department around means."""
        p = self.p
        spreads = (
            p.cooperation_within_firm_concentration,
            p.resistance_within_firm_concentration,
            p.competence_within_firm_concentration,
            p.resistance_identity_concentration,
            p.cooperation_contact_concentration,
        )
        names = ("cooperation", "disposition", "literacy", "identity", "contact")
        means = (c, d, k, identity, x)
        return {
            name: self.beta(mean, pair(spread)[g], shape)
            for name, mean, spread in zip(names, means, spreads, strict=True)
        }

    def observe(self) -> None:
        """Take the departments' means, by which a firm knows itself in the next quarter."""
        self.mean = {
            name: np.stack([people[name].mean(axis=0, dtype=np.float64) for people in self.staff])
            for name in ("cooperation", "resistance", "literacy")
        }

    # ------------------------------------------------------------- a quarter

    def run(self) -> dict[str, Floats]:
        """Live through all quarters; return the outcomes."""
        for t in range(self.p.simulation_quarters):
            if t > 0:
                self.exposure += self.drawn["firm.exposure_growth"] * (1.0 - self.exposure)
            self.open_doors()
            self.assess_chain_of_command()
            self.change_attitudes()
            self.do_joint_tasks(t)
            self.train()
            self.build_capability(t)
            self.reorganise(t)
            self.replace_chiefs()
            self.replace_staff()
            self.observe()
        return self.outcomes()

    def open_doors(self) -> None:
        """Set the contact that chiefs add to every encounter."""
        chief = np.where(self.structure == CMTO_STRUCTURE, self.c[CMTO], self.c[CMO])
        other = np.where(self.structure == SEPARATE, self.c[CIO], 1.0)
        self.opening = (self.p.cooperation_moderation * chief * other).astype(np.float32)

    def chain_distance(self, g: int, structure: Any, lanes: Any = slice(None)) -> Floats:
        """Distance of a department to its chain of command under a structure."""
        weight = self.p.resistance_chain_weight
        s = self.s[:, lanes]
        top = s[CEO]
        if g == 1:
            buffer = self.p.reorganisation_infrastructure_chief
            over_cio = s[INFRASTRUCTURE] if buffer else s[CMO]
            top = np.where(structure == CEMO_STRUCTURE, over_cio, s[CEO])
        merged = structure == CMTO_STRUCTURE
        boss = np.where(merged, s[CMTO], s[CMO + g])
        top = np.where(merged, s[CEO], top)
        return (1.0 - weight) * np.abs(g - boss) + weight * np.abs(g - top)

    def assess_chain_of_command(self) -> None:
        """Update what departments are accustomed to and what they have to fear."""
        separate = self.structure == SEPARATE
        prospect = np.where(self.target == SEPARATE, self.structure, self.target)
        for g in range(2):
            now = self.chain_distance(g, SEPARATE)
            self.accustomed[g] = np.where(separate, now, self.accustomed[g])
            there = self.chain_distance(g, prospect)
            self.gain[g] = np.maximum(there - self.accustomed[g], 0.0)

    def change_attitudes(self) -> None:
        """Let every person feel the threat, meet one colleague, and adjust resistance."""
        p = self.p
        merged = self.structure == CMTO_STRUCTURE
        sigma, chief = (
            np.float32(p.resistance_susceptibility),
            np.float32(p.resistance_chief_weight),
        )
        for g, people in enumerate(self.staff):
            resistance = people["resistance"]
            size = resistance.shape[0]
            boss = np.where(merged, self.r[CMTO], self.r[CMO + g]).astype(np.float32)
            peer = resistance
            if size > 1:
                other = self.rng.random(resistance.shape, np.float32) * np.float32(size - 1)
                index = other.astype(np.int32)
                np.minimum(index, size - 2, out=index)
                index += index >= np.arange(size, dtype=np.int32)[:, None]
                index *= self.firms
                index += self.lanes.astype(np.int32)
                peer = resistance.take(index)
            people["threat"] = people["identity"] * (
                p.resistance_status_threat * self.gain[g]
            ).astype(np.float32)
            ease = np.float32(p.resistance_comfort) * (people["cooperation"] - np.float32(0.5))
            anchor = people["disposition"] + people["threat"] - ease
            np.clip(anchor, 0.0, 1.0, out=anchor)
            social = (1 - chief) * peer + chief * boss
            social += resistance
            social *= sigma * np.float32(0.5)
            anchor *= 1 - sigma
            people["resistance"] = social + anchor

    def do_joint_tasks(self, t: int) -> None:
        """Let every person have the quarter's encounters, one after the other.

        One draw decides whether an encounter is across departments, whether the
        person cooperates, and whether the partner does: each matters only if the
        one before came true.
        """
        p = self.p
        tremble, rate = np.float32(p.cooperation_tremble), np.float32(p.cooperation_learning_rate)
        loss = np.float32(p.cooperation_learning_rate * p.cooperation_outside_option)
        one, half = np.float32(1), np.float32(0.5)
        ready, willingness = [], []
        for people in self.staff:
            left = one - np.float32(p.cooperation_resistance_drag) * people["resistance"]
            left *= one - 2 * tremble
            ready.append(left)
            willingness.append(tremble + left * people["cooperation"])
        lanes = self.lanes.astype(np.int32)
        for g, people in enumerate(self.staff):
            shape = people["cooperation"].shape
            size = self.sizes[1 - g]
            partners, literacies = willingness[1 - g], self.staff[1 - g]["literacy"]
            chance = np.clip(people["contact"] + self.opening, 0.0, 1.0)
            cooperation, literacy = people["cooperation"], people["literacy"]
            completed = np.zeros(shape, np.int8)
            met = np.zeros(shape, np.int8)
            coin, spare, index = np.empty(shape, np.float32), np.empty(shape, np.float32), None
            for _ in range(p.cooperation_encounters):
                self.rng.random(out=coin, dtype=np.float32)
                self.rng.random(out=spare, dtype=np.float32)
                spare *= np.float32(size)
                index = spare.astype(np.int32)
                np.minimum(index, size - 1, out=index)
                index *= self.firms
                index += lanes
                across = coin < chance
                willing_below = ready[g] * cooperation
                willing_below += tremble
                willing_below *= chance
                done = coin < willing_below * partners.take(index)
                refused = across & (coin >= willing_below)
                gain = literacies.take(index)
                gain += literacy
                gain *= half * rate
                gain *= one - cooperation
                gain *= done
                gain -= loss * cooperation * refused
                cooperation += gain
                completed += done
                met += across
            people["completed"] = completed
            self.encounters[t % WINDOW, g] = met.sum(axis=0)
            self.tasks[t % WINDOW, g] = completed.sum(axis=0)

    def train(self) -> None:
        """Raise literacy by joint tasks and by training."""
        p = self.p
        rate, training = (
            np.float32(p.competence_learning_by_doing),
            np.float32(p.competence_training),
        )
        for people in self.staff:
            literacy, completed = people["literacy"], people["completed"]
            for task in range(int(completed.max(initial=0))):
                literacy += rate * literacy * (1 - literacy) * (completed > task)
            literacy += training * (1 - literacy)
        self.k[CMO:] += p.competence_chief_training * (1.0 - self.k[CMO:])

    def build_capability(self, t: int) -> None:
        """Update capability and authority, and observe performance."""
        p = self.p
        window = self.demand[max(t - WINDOW + 1, 0) : t + 1].sum()
        required = p.cooperation_required_share * p.cooperation_encounters * window
        tasks, encounters = self.tasks.sum(axis=0), self.encounters.sum(axis=0)
        self.completion = share(
            tasks.sum(axis=0), encounters.sum(axis=0), required * sum(self.sizes)
        )
        led = share(tasks[0], encounters[0], required * self.sizes[0])
        self.contact = self.encounters[t % WINDOW].sum(axis=0) / max(
            p.cooperation_encounters * sum(self.sizes), 1
        )
        growth = p.capability_growth * self.completion * (1.0 - self.capability)
        self.capability += growth - p.capability_obsolescence * self.capability
        self.authority += p.capability_authority_rate * (led - self.authority)
        separate = 0.5 * (self.s[CMO] + self.s[CIO])
        leaders = [separate, self.s[CMTO], self.s[CMO]]
        leader = np.choose(self.structure, leaders)
        expertise = 1.0 - p.competence_specialisation_cost * self.mean["literacy"]
        creativity, technology = (1.0 - leader) * expertise[0], leader * expertise[1]
        weight = p.capability_creativity_weight
        self.performance = self.completion * creativity**weight * technology ** (1.0 - weight)

    # -------------------------------------------------------- reorganisation

    def reorganise(self, t: int) -> None:
        """Take every firm's structure through the quarter."""
        p = self.p
        self.count_willing()
        need = self.drawn["firm.attention"] * self.exposure * self.demand[t]
        age = self.clock / (self.clock + p.reorganisation_inertia_half_time)
        pull = p.reorganisation_hype_pull * self.hype[t]
        self.misfit = need + pull - self.capability - p.reorganisation_inertia * age
        self.clock += 1
        np.maximum(self.cool_down - 1, 0, out=self.cool_down)
        under_way = self.target != SEPARATE
        active = (self.structure != SEPARATE) & ~under_way
        free = (self.structure == SEPARATE) & ~under_way & (self.cool_down == 0)
        eagerness = p.reorganisation_proposal_rate * self.commitment * np.maximum(self.misfit, 0.0)
        proposing = free & (self.rng.random(self.firms) < -np.expm1(-eagerness))
        self.advance(under_way)
        self.keep_or_revert(active)
        if proposing.any():
            self.propose(np.flatnonzero(proposing), t)

    def count_willing(self) -> None:
        """Count who supports the change, where there is one to support."""
        floor = self.p.reorganisation_support_floor
        pressure = (self.commitment * (floor + (1.0 - floor) * self.willing)).astype(np.float32)
        count = sum((people["resistance"] <= pressure).sum(axis=0) for people in self.staff)
        asked = (self.structure != SEPARATE) | (self.target != SEPARATE)
        self.willing = np.where(asked, count / sum(self.sizes), self.willing)

    def settle(self, lanes: Any, cool_down: int | None) -> None:
        """End a reorganisation, one way or another."""
        self.target[lanes] = SEPARATE
        self.clock[lanes] = 0
        self.below[lanes] = 0
        if cool_down is not None:
            self.cool_down[lanes] = cool_down

    def advance(self, under_way: NDArray[np.bool_]) -> None:
        """Take reorganisations under way one quarter further: adopt, drop, or wait."""
        p = self.p
        self.elapsed += under_way
        enough = self.willing >= p.reorganisation_quorum
        adopted = under_way & enough & (self.elapsed >= p.reorganisation_trial_period)
        failed = under_way & ~adopted & (self.elapsed >= p.reorganisation_patience)
        self.structure[adopted] = self.target[adopted]
        self.settle(adopted, None)
        for people in self.staff:
            disposition = people["disposition"][:, failed]
            people["disposition"][:, failed] = disposition + p.resistance_cynicism * (
                1.0 - disposition
            )
        self.counters["failures"] += failed
        self.settle(failed, p.reorganisation_cool_down)

    def keep_or_revert(self, active: NDArray[np.bool_]) -> None:
        """Count quarters without quorum, and undo structures that lack it for long."""
        p = self.p
        without = active & (self.willing < p.reorganisation_quorum)
        self.below = np.where(active, np.where(without, self.below + 1, 0), self.below)
        reverting = without & (self.below >= p.reorganisation_reversal_period)
        if not reverting.any():
            return
        merged = reverting & (self.structure == CMTO_STRUCTURE)
        marketer = self.s[CMTO] < 0.5
        for post, vacant, who in ((CMO, CIO, merged & marketer), (CIO, CMO, merged & ~marketer)):
            lanes = np.flatnonzero(who)
            for trait in (self.c, self.r, self.k, self.s):
                trait[post, lanes] = trait[CMTO, lanes]
            self.hire(vacant, lanes)
        self.structure[reverting] = SEPARATE
        self.counters["reversals"] += reverting
        self.settle(reverting, p.reorganisation_cool_down)

    def propose(self, lanes: NDArray[np.int64], t: int) -> None:
        """Start reorganisations: designate people and choose between the forms."""
        p = self.p
        attitudes = (
            p.leadership_market_cooperation,
            p.leadership_market_resistance,
            p.leadership_hybrid_literacy,
        )
        self.appoint(INFRASTRUCTURE, lanes, (*attitudes, p.leadership_infrastructure_background))
        self.appoint(CMTO, lanes, (*attitudes, p.leadership_hybrid_background))
        fit = self.k[:, lanes] + self.hype[t] * self.s[:, lanes]
        inside = np.where(fit[CIO] >= fit[CMO], CIO, CMO)
        to_be_had = self.rng.random(len(lanes)) < p.leadership_hybrid_supply
        outsider = to_be_had & (fit[CMTO] > np.maximum(fit[CIO], fit[CMO]))
        moved, source = lanes[~outsider], inside[~outsider]
        for trait in (self.c, self.r, self.k, self.s):
            trait[CMTO, moved] = trait[source, moved]
        profile = 0.5 * (self.k[CMO, lanes] + self.mean["literacy"][0, lanes])
        overload = np.maximum(self.demand[t] - self.capability[lanes], 0.0)
        cemo = (
            p.reorganisation_profile_weight * profile
            + p.reorganisation_authority_weight * self.authority[lanes]
            - p.reorganisation_resistance_weight * self.expected_resistance(lanes, CEMO_STRUCTURE)
        )
        cmto = (
            p.reorganisation_hype_weight * self.hype[t]
            + p.reorganisation_overload_weight * overload
            + p.reorganisation_all_rounder_call
            - p.reorganisation_resistance_weight * self.expected_resistance(lanes, CMTO_STRUCTURE)
        )
        chance = 1.0 / (1.0 + np.exp(-p.reorganisation_choice_slope * (cemo - cmto)))
        chosen = self.rng.random(len(lanes)) < chance
        self.target[lanes] = np.where(chosen, CEMO_STRUCTURE, CMTO_STRUCTURE)
        self.elapsed[lanes] = 0
        self.below[lanes] = 0
        self.willing[lanes] = 0.0
        self.counters["attempts"][lanes] += 1

    def expected_resistance(self, lanes: NDArray[np.int64], structure: int) -> Floats:
        """Return the mean resistance of all staff if a structure came."""
        total = np.zeros(len(lanes))
        for g, people in enumerate(self.staff):
            there = self.chain_distance(g, structure, lanes)
            gain = np.maximum(there - self.accustomed[g, lanes], 0.0)
            threat = self.p.resistance_status_threat * people["identity"][:, lanes] * gain
            total += np.clip(people["resistance"][:, lanes] + threat, 0.0, 1.0).sum(axis=0)
        return total / sum(self.sizes)

    # -------------------------------------------------------------- turnover

    def hire(self, post: int, lanes: NDArray[np.int64]) -> None:
        """Fill a post from consultancies, agencies, or the firms' own middle management."""
        p = self.p
        source = self.rng.random(len(lanes))
        outside = p.leadership_consultancy_share + p.leadership_agency_share
        own = source >= outside
        supply = np.where(
            source < p.leadership_consultancy_share,
            p.leadership_consultancy_hybrids,
            np.where(own, p.leadership_insider_hybrids, p.leadership_agency_hybrids),
        )
        weight = {CMO: 0.0, CIO: 1.0, INFRASTRUCTURE: 1.0}.get(post, 0.5)
        house = {
            name: (1.0 - weight) * self.mean[name][0, lanes] + weight * self.mean[name][1, lanes]
            for name in ("cooperation", "resistance")
        }
        cooperation = np.where(own, house["cooperation"], p.leadership_market_cooperation)
        resistance = np.where(own, house["resistance"], p.leadership_market_resistance)
        hybrid = self.rng.random(len(lanes)) < p.leadership_hybrid_supply * supply
        literacy = np.where(hybrid, p.leadership_hybrid_literacy, p.leadership_market_literacy)
        background = {
            CEO: p.leadership_ceo_background,
            CMO: p.leadership_cmo_background,
            INFRASTRUCTURE: p.leadership_infrastructure_background,
        }.get(post, p.leadership_cio_background)
        if post not in (CEO, INFRASTRUCTURE):
            background = np.where(hybrid, p.leadership_hybrid_background, background)
        self.appoint(post, lanes, (cooperation, resistance, literacy, background))
        if post == CMO:
            self.authority[lanes] = self.drawn["capability.initial_authority"][lanes]

    def replace_chiefs(self) -> None:
        """Let holders of posts leave by their hazards, and successors take over."""
        p = self.p
        merged = self.structure == CMTO_STRUCTURE
        buffered = (self.structure == CEMO_STRUCTURE) & bool(p.reorganisation_infrastructure_chief)
        everywhere = np.ones(self.firms, np.bool_)
        occupied = (everywhere, ~merged, ~merged, buffered, merged)
        for post in range(POSTS):
            hazard = p.leadership_ceo_turnover if post == CEO else p.leadership_chief_turnover
            leaving = occupied[post] & (self.rng.random(self.firms) < hazard)
            lanes = np.flatnonzero(leaving)
            if lanes.size == 0:
                continue
            self.hire(post, lanes)
            if post == CEO:
                u = self.rng.random(lanes.size)
                self.commitment[lanes] = common.quantile(self.settings["leadership.commitment"], u)
            self.counters["ceo_exits" if post == CEO else "chief_exits"] += leaving

    def replace_staff(self) -> None:
        """Let staff leave by their hazard and fill every place at once."""
        p = self.p
        for g, people in enumerate(self.staff):
            hazard = people["threat"] * np.float32(p.leadership_threat_turnover)
            hazard += np.float32(p.leadership_staff_turnover)
            leaving = self.rng.random(hazard.shape, np.float32) < hazard
            places = np.nonzero(leaving)
            size = places[0].size
            hybrid = self.rng.random(size) < p.leadership_hybrid_supply
            literacy = np.where(hybrid, p.leadership_hybrid_literacy, p.leadership_market_literacy)
            identity, contact = (self.drawn[q][places[1], g] for q in TRAITS[3:])
            cooperation, resistance = (
                p.leadership_market_cooperation,
                p.leadership_market_resistance,
            )
            recruits = self.traits(g, cooperation, resistance, literacy, identity, contact, size)
            for name, value in recruits.items():
                people[name][places] = value
            people["resistance"][places] = recruits["disposition"]
            self.exits[g] += leaving.sum(axis=0)

    # -------------------------------------------------------------- outcomes

    def outcomes(self) -> dict[str, Floats]:
        """Return what became of each firm."""
        passive = np.where(self.completion >= 0.5, 2, 3)
        scenario = np.choose(self.structure, [passive, 1, 0])
        means = {
            f"{name}_{department}": value[g]
            for name, value in self.mean.items()
            for g, department in enumerate(("marketing", "it"))
        }
        return means | {
            "scenario": scenario.astype(np.float64),
            "capability": self.capability,
            "authority": self.authority,
            "completion": self.completion,
            "performance": self.performance,
            "contact": self.contact,
            "exits_marketing": self.exits[0],
            "exits_it": self.exits[1],
            **self.counters,
        }


TRAITS = (
    "cooperation.initial",
    "resistance.initial",
    "competence.initial_literacy",
    "resistance.identity",
    "cooperation.contact_propensity",
)
"""The quantities around which a firm's staff is drawn."""


def share(tasks: Floats, encounters: Floats, required: float) -> Floats:
    """Return completed tasks over encounters, or over what was required if that is more."""
    base = np.maximum(encounters, required)
    return np.divide(tasks, base, out=np.zeros_like(base), where=base > 0.0)
