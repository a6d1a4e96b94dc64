"""The model in JAX on the CPU: one compiled ``lax.scan`` over the quarters of a block of firms.

People are float32 arrays (staff of a department, firms of a block); rare events are selects.

For speed:

* XLA computes cheap operations, the generator's included, anew for every fusion that reads them:
  up to eight times slower here. ``fence`` puts values into memory (on the CPU an optimisation
  barrier is dropped before fusion). A fusion writes one array, so a person's encounters return
  cooperation and two counts packed in one word, and the sign of resistance tells who will leave.
* Of the generators that JAX offers, ``philox2x32`` with 64 bits a call costs least a word. One
  word picks the partner (high half of its product with their number) and is the coin (low half).
* Beta variates are read off tables of quantiles by mean and probability, in about a hundredth of
  the time of ``jax.random.beta``.
* Recruits are drawn a few a firm at a time until every place is filled, not one for every place.
* Of blocks of 64 to 2,048 firms, some 500 take least time, powers of 2 more: their columns
  compete for the same lines of the cache. Vectors of 512 bits gain a sixth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import common
import jax
import jax.numpy as jnp
import numpy as np
from common import by_department, pair
from jax import Array, lax
from jax_tools import (
    Quantity,
    beta,
    beta_row,
    beta_table,
    fence,
    kept_words,
    pick,
    rows,
    share,
    take,
    unit,
    words,
)
from numpy.typing import NDArray
from version_1 import CUT_POINT, OUTCOMES, QUANTITIES, WINDOW, environment

BLOCK = 528
SLOTS = 5
"""Recruits that a department draws at a time."""
SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = range(3)
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = range(5)
POSTS = 5
COOPERATION, RESISTANCE, LITERACY = range(3)
HYBRID = 4
POST = np.arange(POSTS)[:, None]

TRAITS = (
    ("cooperation.initial", "cooperation_within_firm_concentration"),
    ("resistance.initial", "resistance_within_firm_concentration"),
    ("competence.initial_literacy", "competence_within_firm_concentration"),
    ("resistance.identity", "resistance_identity_concentration"),
    ("cooperation.contact_propensity", "cooperation_contact_concentration"),
)
"""Of a person: the quantity that is the firm's mean, and the concentration around it."""
COUNTERS = ("attempts", "failures", "reversals", "chief_exits", "ceo_exits")

Firm = dict[str, Array]
Singles = NDArray[np.float32]


class Staff(NamedTuple):
    """People of a department: float32 (staff, firms) each."""

    cooperation: Array
    disposition: Array
    literacy: Array
    identity: Array
    contact: Array
    resistance: Array


class Chiefs(NamedTuple):
    """Holders of posts, or people designated for them: float32 (posts, firms) each."""

    cooperation: Array
    resistance: Array
    literacy: Array
    background: Array


class State(NamedTuple):
    """A block of firms.

    ``means`` of the last observation, float32 (3, 2, firms): cooperation, resistance and
    literacy by department.
    """

    staff: tuple[Staff, ...]
    chiefs: Chiefs
    firm: Firm
    means: Array


class Quarter(NamedTuple):
    """What differs between quarters; ``zero`` is 0, which the compiler does not know."""

    keys: Array
    zero: Array
    demand: Array
    recent_demand: Array
    hype: Array
    first: Array


def version() -> str:
    """Return the name and version of the framework."""
    return f"JAX {jax.__version__}"


def prepare(settings: Mapping[str, Any]) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Compile a block and return the simulation."""
    model = Model(settings)
    quarters = model.calendar()
    run = jax.jit(model.run).lower(jax.random.key(0), quarters).compile()

    def simulate(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        keys = jax.random.split(jax.random.key(seed), -(-firms // BLOCK))
        done = jax.device_get([run(key, quarters) for key in keys])
        return {
            name: np.concatenate([part[name] for part in done])[:firms].astype(np.float64)
            for name in OUTCOMES
        }

    return simulate


def keep(zero: Array, key: Array, chiefs: Chiefs, *_: Array) -> Chiefs:
    """Return chiefs unchanged."""
    return chiefs


class Model:
    """The rules, as pure functions of the state of a block of firms."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Read the settings and make the tables."""
        self.p = p = common.parameters(settings)
        self.sizes = (p.firm_marketing_staff, p.firm_it_staff)
        self.quantities = {
            path: [Quantity(x) for x in (pair(value) if by_department(value) else (value,))]
            for path, value in ((path, settings[path]) for path in QUANTITIES)
        }
        tables: dict[float, Singles] = {}
        self.spreads = [
            [tables.setdefault(k, beta_table(k)) for k in pair(getattr(p, spread))]
            for _, spread in TRAITS
        ]
        means = (
            [p.leadership_market_cooperation],
            [p.leadership_market_resistance],
            [p.leadership_market_literacy, p.leadership_hybrid_literacy],
            p.resistance_identity,
            p.cooperation_contact_propensity,
        )
        self.recruit_rows = [
            [rows(mean, k) for mean, k in zip(pair(m), pair(getattr(p, spread)), strict=True)]
            for m, (_, spread) in zip(means, TRAITS, strict=True)
        ]
        self.attitude_table = beta_table(p.leadership_chief_concentration)
        backgrounds = [
            p.leadership_ceo_background,
            p.leadership_cmo_background,
            p.leadership_cio_background,
            p.leadership_infrastructure_background,
            p.leadership_hybrid_background,
        ]
        self.background_rows = rows(backgrounds, p.leadership_background_concentration)
        bits = p.cooperation_encounters.bit_length()
        few = bits <= 4
        self.layout = (bits, 32 - 2 * bits if few else 28, jnp.uint32 if few else jnp.uint64)
        self.lanes = np.arange(BLOCK, dtype=np.int32)

    def calendar(self) -> Quarter:
        """Return demand and hype of every quarter; keys are drawn by block."""
        demand, hype = environment(self.p)
        summed = np.concatenate([np.zeros(WINDOW), np.cumsum(demand)])
        recent = summed[WINDOW:] - summed[:-WINDOW]
        singles = [jnp.asarray(x, jnp.float32) for x in (demand, recent, hype)]
        quarters = len(demand)
        first = jnp.arange(quarters) == 0
        return Quarter(jnp.zeros(quarters), jnp.zeros(quarters, jnp.int32), *singles, first)

    def run(self, key: Array, quarters: Quarter) -> dict[str, Array]:
        """Return what becomes of a block of firms."""
        founding, living = jax.random.split(key)
        state = self.found(founding, quarters.zero[0])
        keys = jax.random.split(living, (self.p.simulation_quarters, 14))
        state, _ = lax.scan(self.quarter, state, quarters._replace(keys=keys))
        return self.outcomes(state)

    # ------------------------------------------------------------ founding

    def found(self, key: Array, zero: Array) -> State:
        """Draw the firms, their chiefs and their staff."""
        keys = iter(jax.random.split(key, 32))
        drawn = {}
        for path, quantities in self.quantities.items():
            values = [q.draw(words(next(keys), (BLOCK,))[0]) for q in quantities]
            drawn[path] = values if QUANTITIES[path] else values[0]
            if len(values) == 1 and QUANTITIES[path]:
                drawn[path] = values * 2
        drawn = fence(zero, drawn)
        staff = tuple(self.recruit(next(keys), g, drawn, zero) for g in range(2))
        own = [drawn[path] for path, _ in TRAITS[:3]]
        middle = [jnp.stack([0.5 * (m + i), m, i, m, m]) for m, i in own]
        posts = jnp.broadcast_to(jnp.arange(POSTS)[:, None], middle[0].shape)
        bits = kept_words(zero, next(keys), posts.shape, 4)
        chiefs = self.appoint(bits, middle, self.background_row(posts, posts < 0))
        return fence(zero, State(staff, chiefs, self.firm(drawn), self.observe(staff)))

    def recruit(self, key: Array, g: int, drawn: Mapping[str, Any], zero: Array) -> Staff:
        """Draw the first staff of a department around the firm's means."""
        shape = (self.sizes[g], BLOCK)
        keys = jax.random.split(key, 5)
        traits = [
            beta(self.spreads[i][g], drawn[path][g], words(keys[i], shape)[0])
            for i, (path, _) in enumerate(TRAITS)
        ]
        traits = fence(zero, traits)
        return Staff(*traits, traits[1])

    def firm(self, drawn: Mapping[str, Any]) -> Firm:
        """Return the state of the firms at the start."""
        none, zero = jnp.zeros(BLOCK, jnp.int32), jnp.zeros(BLOCK, jnp.float32)
        names = ("willing", "completion", "performance", "contact", *COUNTERS)
        return {
            **{name: zero for name in names},
            **{name: none for name in ("structure", "target", "elapsed", "below", "cool_down")},
            "clock": jnp.full(BLOCK, self.p.reorganisation_initial_age, jnp.int32),
            "exposure": drawn["firm.digital_exposure"],
            "growth": drawn["firm.exposure_growth"],
            "attention": drawn["firm.attention"],
            "commitment": drawn["leadership.commitment"],
            "capability": drawn["capability.initial"],
            "authority": drawn["capability.initial_authority"],
            "initial_authority": drawn["capability.initial_authority"],
            "identity": jnp.stack(drawn["resistance.identity"]),
            "propensity": jnp.stack(drawn["cooperation.contact_propensity"]),
            "accustomed": jnp.zeros((2, BLOCK), jnp.float32),
            "exits": jnp.zeros((2, BLOCK), jnp.float32),
            "encounters": jnp.zeros((WINDOW, 2, BLOCK), jnp.float32),
            "tasks": jnp.zeros((WINDOW, 2, BLOCK), jnp.float32),
        }

    def observe(self, staff: tuple[Staff, ...]) -> Array:
        """Return the departments' means, by which a firm knows itself in the next quarter."""
        return jnp.stack(
            [
                jnp.stack([getattr(people, name).mean(axis=0) for people in staff])
                for name in ("cooperation", "resistance", "literacy")
            ]
        )

    def appoint(self, bits: list[Array], means: list[Array], row: Array) -> Chiefs:
        """Draw chiefs around means of their attitudes, and of a kind of background."""
        attitudes = [
            beta(self.attitude_table, mean, word)
            for mean, word in zip(means, bits[:3], strict=True)
        ]
        return Chiefs(*attitudes, beta_row(self.background_rows, row, bits[3]))

    def background_row(self, post: Array, hybrid: Array) -> Array:
        """Return the row of a new chief's background in their table."""
        row = jnp.minimum(post, INFRASTRUCTURE)
        row = jnp.where(post == CMTO, CIO, row)
        return jnp.where(hybrid & (post != CEO) & (post != INFRASTRUCTURE), HYBRID, row)

    # ------------------------------------------------------------- a quarter

    def quarter(self, state: State, now: Quarter) -> tuple[State, None]:
        """Live through one quarter."""
        keys, zero = now.keys, now.zero
        firm, chiefs, means = state.firm, state.chiefs, state.means
        grown = firm["exposure"] + firm["growth"] * (1.0 - firm["exposure"])
        firm = firm | {"exposure": jnp.where(now.first, firm["exposure"], grown)}
        opening, accustomed, gain, boss = fence(zero, self.climate(firm, chiefs))
        firm = firm | {"accustomed": accustomed}
        resistance = fence(
            zero,
            [
                self.attitudes(keys[g], people, self.p.resistance_status_threat * gain[g], boss[g])
                for g, people in enumerate(state.staff)
            ],
        )
        leaving = [jnp.signbit(r) for r in resistance]
        staff = [
            people._replace(resistance=jnp.abs(r))
            for people, r in zip(state.staff, resistance, strict=True)
        ]
        chances = fence(zero, [self.willingness(people) for people in staff])
        packed = [
            self.meet(keys[2 + g], people, opening, chances[1 - g], staff[1 - g].literacy)
            for g, people in enumerate(staff)
        ]
        packed = fence(zero, packed)
        staff, met, completed = self.unpack(staff, packed)
        training = jnp.where(POST == CEO, 0.0, self.p.competence_chief_training)
        literacy = chiefs.literacy + training * (1.0 - chiefs.literacy)
        chiefs = chiefs._replace(literacy=literacy.astype(jnp.float32))
        firm, chiefs = fence(
            zero, (self.capability(firm, chiefs, means, met, completed, now), chiefs)
        )
        firm, chiefs, failed = self.reorganise(keys[4:8], firm, chiefs, means, staff, now)
        firm, chiefs = self.replace_chiefs(keys[8:12], firm, chiefs, means, zero)
        firm, chiefs, failed = fence(zero, (firm, chiefs, failed))
        staff = [
            people._replace(
                disposition=people.disposition
                + jnp.where(failed, self.p.resistance_cynicism, 0.0) * (1.0 - people.disposition)
            )
            for people in staff
        ]
        staff, exits = self.replace_staff(keys[12:14], firm, staff, leaving, zero)
        firm = firm | {"exits": firm["exits"] + exits}
        return State(staff, chiefs, firm, self.observe(staff)), None

    def climate(self, firm: Firm, chiefs: Chiefs) -> tuple[Array, Array, Array, Array]:
        """Return the contact that chiefs add, the accustomed distances, the threats, the bosses."""
        merged = firm["structure"] == CMTO_STRUCTURE
        separate = firm["structure"] == SEPARATE
        c = chiefs.cooperation
        opening = jnp.where(merged, c[CMTO], c[CMO]) * jnp.where(separate, c[CIO], 1.0)
        prospect = jnp.where(firm["target"] == SEPARATE, firm["structure"], firm["target"])
        backgrounds = chiefs.background
        now = self.distances(backgrounds, jnp.zeros_like(prospect))
        accustomed = jnp.where(separate, now, firm["accustomed"])
        gain = jnp.maximum(self.distances(backgrounds, prospect) - accustomed, 0.0)
        boss = jnp.where(merged, chiefs.resistance[CMTO], chiefs.resistance[CMO : CIO + 1])
        return self.p.cooperation_moderation * opening, accustomed, gain, boss

    def distances(self, backgrounds: Array, structure: Array) -> Array:
        """Return the distance of each department to its chain of command under a structure."""
        p = self.p
        merged = structure == CMTO_STRUCTURE
        over_cio = backgrounds[INFRASTRUCTURE if p.reorganisation_infrastructure_chief else CMO]
        tops = [
            backgrounds[CEO],
            jnp.where(structure == CEMO_STRUCTURE, over_cio, backgrounds[CEO]),
        ]
        bosses = [jnp.where(merged, backgrounds[CMTO], backgrounds[post]) for post in (CMO, CIO)]
        weight = p.resistance_chain_weight
        return jnp.stack(
            [
                (1.0 - weight) * jnp.abs(g - bosses[g]) + weight * jnp.abs(g - tops[g])
                for g in range(2)
            ]
        )

    def attitudes(self, key: Array, people: Staff, threat: Array, boss: Array) -> Array:
        """Let every person meet a colleague; return resistance, negative for who will leave."""
        p, r = self.p, people.resistance
        size = r.shape[0]
        bits, coin = words(key, r.shape)
        peer = r
        if size > 1:
            j, _ = pick(bits, size - 1)
            j += j >= lax.broadcasted_iota(jnp.int32, r.shape, 0)
            peer = take(r.reshape(-1), j * BLOCK + self.lanes)
        chief, sigma = p.resistance_chief_weight, p.resistance_susceptibility
        ease = p.resistance_comfort * (people.cooperation - 0.5)
        threat = threat * people.identity
        anchor = jnp.clip(people.disposition + threat - ease, 0.0, 1.0)
        social = (1.0 - chief) * peer + chief * boss
        after = sigma * (0.5 * (r + social)) + (1.0 - sigma) * anchor
        leaving = unit(coin) < p.leadership_staff_turnover + p.leadership_threat_turnover * threat
        return jnp.where(leaving, -after, after)

    def readiness(self, people: Staff) -> Array:
        """Return what of an inclination to cooperate is left by resistance and tremble."""
        drag = self.p.cooperation_resistance_drag
        return (1.0 - 2.0 * self.p.cooperation_tremble) * (1.0 - drag * people.resistance)

    def willingness(self, people: Staff) -> Array:
        """Return the chance that a person cooperates when asked."""
        return self.p.cooperation_tremble + self.readiness(people) * people.cooperation

    def meet(
        self, key: Array, people: Staff, opening: Array, willing: Array, literacies: Array
    ) -> Array:
        """Let every person have the quarter's encounters, one after the other.

        One draw decides whether an encounter is across departments, whether the
        person cooperates, and whether the partner does: each matters only if the
        one before came true.

        Returns
        -------
        uint32 or uint64 (staff, firms)
            Cooperation as a fraction, numbers of tasks and of encounters: see ``self.layout``.
        """
        p = self.p
        tremble, rate = p.cooperation_tremble, p.cooperation_learning_rate
        loss = rate * p.cooperation_outside_option
        c, shape, size = people.cooperation, people.cooperation.shape, willing.shape[0]
        willing, literacies = willing.reshape(-1), literacies.reshape(-1)
        chance = jnp.clip(people.contact + opening, 0.0, 1.0)
        ready = self.readiness(people)
        counts = jnp.zeros(shape, jnp.uint32)
        bits, fraction, container = self.layout
        both = jnp.uint32((1 << bits) + 1)
        pairs = [words(k, shape) for k in jax.random.split(key, -(-p.cooperation_encounters // 2))]
        for word in [word for two in pairs for word in two][: p.cooperation_encounters]:
            j, coin = pick(word, size)
            j = j * BLOCK + self.lanes
            below = chance * (tremble + ready * c)
            done = coin < below * take(willing, j)
            across = coin < chance
            gain = (0.5 * rate) * (people.literacy + take(literacies, j)) * (1.0 - c)
            c += jnp.where(done, gain, jnp.where(across & (coin >= below), -loss * c, 0.0))
            counts += jnp.where(done, both, across.astype(jnp.uint32))
        fixed = jnp.minimum((c * 2.0**fraction).astype(jnp.int32), 2**fraction - 1)
        return (fixed.astype(container) << (2 * bits)) | counts.astype(container)

    def unpack(
        self, staff: list[Staff], packed: list[Array]
    ) -> tuple[list[Staff], list[Array], list[Array]]:
        """Return staff after joint tasks and training, encounters and tasks by department."""
        p, (bits, fraction, _) = self.p, self.layout
        after, met, completed = [], [], []
        for people, word in zip(staff, packed, strict=True):
            fixed = (word >> (2 * bits)).astype(jnp.int32).astype(jnp.float32)
            cooperation = fixed * jnp.float32(2.0**-fraction)
            tasks = (word >> bits) & (2**bits - 1)
            k = people.literacy
            for task in range(p.cooperation_encounters):
                k += jnp.where(tasks > task, p.competence_learning_by_doing * k * (1.0 - k), 0.0)
            k += p.competence_training * (1.0 - k)
            after.append(people._replace(cooperation=cooperation, literacy=k))
            met.append((word & (2**bits - 1)).sum(axis=0, dtype=jnp.uint32))
            completed.append(tasks.sum(axis=0, dtype=jnp.uint32))
        return after, met, completed

    def capability(
        self,
        firm: Firm,
        chiefs: Chiefs,
        means: Array,
        met: list[Array],
        completed: list[Array],
        now: Quarter,
    ) -> Firm:
        """Update capability and authority, and observe performance."""
        p = self.p
        met, completed = (jnp.stack(x).astype(jnp.float32) for x in (met, completed))
        encounters = jnp.concatenate([firm["encounters"][1:], met[None]])
        tasks = jnp.concatenate([firm["tasks"][1:], completed[None]])
        required = p.cooperation_required_share * p.cooperation_encounters * now.recent_demand
        s, n = tasks.sum(axis=0), encounters.sum(axis=0)
        completion = share(s[0] + s[1], n[0] + n[1], required * sum(self.sizes))
        led = share(s[0], n[0], required * self.sizes[0])
        growth = p.capability_growth * completion * (1.0 - firm["capability"])
        backgrounds = chiefs.background
        leader = jnp.where(
            firm["structure"] == CEMO_STRUCTURE,
            backgrounds[CMO],
            jnp.where(
                firm["structure"] == CMTO_STRUCTURE,
                backgrounds[CMTO],
                0.5 * (backgrounds[CMO] + backgrounds[CIO]),
            ),
        )
        expertise = 1.0 - p.competence_specialisation_cost * means[LITERACY]
        weight = p.capability_creativity_weight
        creativity, technology = (1.0 - leader) * expertise[0], leader * expertise[1]
        possible = max(p.cooperation_encounters * sum(self.sizes), 1)
        return firm | {
            "encounters": encounters,
            "tasks": tasks,
            "completion": completion,
            "contact": (met[0] + met[1]) / possible,
            "capability": firm["capability"]
            + growth
            - p.capability_obsolescence * firm["capability"],
            "authority": firm["authority"]
            + p.capability_authority_rate * (led - firm["authority"]),
            "performance": completion * creativity**weight * technology ** (1.0 - weight),
        }

    # -------------------------------------------------------- reorganisation

    def reorganise(
        self,
        keys: Array,
        firm: Firm,
        chiefs: Chiefs,
        means: Array,
        staff: list[Staff],
        now: Quarter,
    ) -> tuple[Firm, Chiefs, Array]:
        """Take every firm's structure through the quarter; return also who failed."""
        coins = words(keys[0], (BLOCK,))
        event = fence(now.zero, self.events(unit(coins[0]), firm, staff, now))
        reverting, proposing = event["reverting"], event["proposing"]
        merged = reverting & (firm["structure"] == CMTO_STRUCTURE)
        to_cmo = merged & (chiefs.background[CMTO] < 0.5)
        to_cio = merged & ~to_cmo
        chiefs = lax.cond(
            merged.any(), self.revert, keep, now.zero, keys[1], chiefs, means, to_cmo, to_cio
        )
        authority = jnp.where(to_cio, firm["initial_authority"], firm["authority"])
        firm = self.settle(firm, event) | {"authority": authority}
        chiefs = self.designate(keys[2], unit(coins[1]), chiefs, proposing, now)
        firm, chiefs = fence(now.zero, (firm, chiefs))
        chance = self.chance_of_cemo(firm, chiefs, means, staff, now)
        coin = unit(words(keys[3], (BLOCK,))[0])
        chosen = jnp.where(coin < chance, CEMO_STRUCTURE, CMTO_STRUCTURE)
        firm = firm | {"target": jnp.where(proposing, chosen, firm["target"])}
        return firm, chiefs, event["failed"]

    def revert(
        self, zero: Array, key: Array, chiefs: Chiefs, means: Array, to_cmo: Array, to_cio: Array
    ) -> Chiefs:
        """Give the holder of the merged post one of the two old ones, and hire for the other."""
        bits = kept_words(zero, key, (1, BLOCK), 6)
        vacant = jnp.where(to_cmo, CIO, CMO)[None]
        hired = self.appoint(bits[2:], *self.successors(bits[:2], means, vacant))
        is_back = (POST == CMO) & to_cmo | (POST == CIO) & to_cio
        is_new = (POST == CMO) & to_cio | (POST == CIO) & to_cmo
        return Chiefs(
            *(
                jnp.where(is_back, old[CMTO], jnp.where(is_new, new[0], old))
                for old, new in zip(chiefs, hired, strict=True)
            )
        )

    def designate(
        self, key: Array, coin: Array, chiefs: Chiefs, proposing: Array, now: Quarter
    ) -> Chiefs:
        """Designate an infrastructure chief, and the holder of the merged post.

        He is the CIO, the CMO, or a hybrid if one is to be had.
        """
        p = self.p
        shape = (2, BLOCK)
        means = [
            jnp.full(shape, mean, jnp.float32)
            for mean in (
                p.leadership_market_cooperation,
                p.leadership_market_resistance,
                p.leadership_hybrid_literacy,
            )
        ]
        kinds = jnp.broadcast_to(jnp.array([[INFRASTRUCTURE], [HYBRID]]), shape)
        outsiders = self.appoint(kept_words(now.zero, key, shape, 4), means, kinds)
        fit = chiefs.literacy + now.hype * chiefs.background
        outside = outsiders.literacy[1] + now.hype * outsiders.background[1]
        outside = jnp.where(coin < p.leadership_hybrid_supply, outside, -1.0)
        from_outside = outside > jnp.maximum(fit[CIO], fit[CMO])
        from_it = fit[CIO] >= fit[CMO]
        from_outside, from_it, outsiders = fence(now.zero, (from_outside, from_it, outsiders))
        designated = []
        for old, new in zip(chiefs, outsiders, strict=True):
            holder = jnp.where(from_outside, new[1], jnp.where(from_it, old[CIO], old[CMO]))
            changed = jnp.where(
                POST == CMTO, holder, jnp.where(POST == INFRASTRUCTURE, new[0], old)
            )
            designated.append(jnp.where(proposing, changed, old))
        return Chiefs(*designated)

    def events(self, coin: Array, firm: Firm, staff: list[Staff], now: Quarter) -> dict[str, Array]:
        """Count who supports a change, and tell what happens to the firms' structures."""
        p = self.p
        separate, under_way = firm["structure"] == SEPARATE, firm["target"] != SEPARATE
        floor = p.reorganisation_support_floor
        pressure = firm["commitment"] * (floor + (1.0 - floor) * firm["willing"])
        count = sum((x.resistance <= pressure).sum(axis=0, dtype=jnp.int32) for x in staff)
        asked = count.astype(jnp.float32) / sum(self.sizes)
        willing = jnp.where(separate & ~under_way, firm["willing"], asked)
        clock = firm["clock"].astype(jnp.float32)
        misfit = (
            firm["attention"] * firm["exposure"] * now.demand
            + p.reorganisation_hype_pull * now.hype
            - firm["capability"]
            - p.reorganisation_inertia * (clock / (clock + p.reorganisation_inertia_half_time))
        )
        eagerness = p.reorganisation_proposal_rate * firm["commitment"] * jnp.maximum(misfit, 0.0)
        cool_down = jnp.maximum(firm["cool_down"] - 1, 0)
        free = separate & ~under_way & (cool_down == 0)
        elapsed = firm["elapsed"] + under_way
        enough = willing >= p.reorganisation_quorum
        adopted = under_way & enough & (elapsed >= p.reorganisation_trial_period)
        active = ~separate & ~under_way
        below = jnp.where(active, jnp.where(enough, 0, firm["below"] + 1), firm["below"])
        return {
            "willing": willing,
            "cool_down": cool_down,
            "elapsed": elapsed,
            "below": below,
            "proposing": free & (coin < -jnp.expm1(-eagerness)),
            "adopted": adopted,
            "failed": under_way & ~adopted & (elapsed >= p.reorganisation_patience),
            "reverting": active & ~enough & (below >= p.reorganisation_reversal_period),
        }

    def settle(self, firm: Firm, event: dict[str, Array]) -> Firm:
        """Return the firms after what happens to their structures."""
        adopted, failed, reverting = event["adopted"], event["failed"], event["reverting"]
        proposing, undone = event["proposing"], failed | reverting
        kept = jnp.where(reverting, SEPARATE, firm["structure"])
        cool_down = jnp.where(undone, self.p.reorganisation_cool_down, event["cool_down"])
        return firm | {
            "structure": jnp.where(adopted, firm["target"], kept),
            "target": jnp.where(adopted | failed, SEPARATE, firm["target"]),
            "clock": jnp.where(adopted | undone, 0, firm["clock"] + 1),
            "below": jnp.where(adopted | undone | proposing, 0, event["below"]),
            "cool_down": cool_down,
            "elapsed": jnp.where(proposing, 0, event["elapsed"]),
            "willing": jnp.where(proposing, 0.0, event["willing"]),
            "attempts": firm["attempts"] + proposing,
            "failures": firm["failures"] + failed,
            "reversals": firm["reversals"] + reverting,
        }

    def chance_of_cemo(
        self,
        firm: Firm,
        chiefs: Chiefs,
        means: Array,
        staff: list[Staff],
        now: Quarter,
    ) -> Array:
        """Return the chance that a proposal is for CEMO, not CMTO."""
        p = self.p
        backgrounds = chiefs.background
        gains = [
            p.resistance_status_threat
            * jnp.maximum(
                self.distances(backgrounds, jnp.full(BLOCK, form)) - firm["accustomed"], 0.0
            )
            for form in (CEMO_STRUCTURE, CMTO_STRUCTURE)
        ]
        gains = fence(now.zero, gains)
        against = [
            sum(
                jnp.clip(people.resistance + gain[g] * people.identity, 0.0, 1.0).sum(axis=0)
                for g, people in enumerate(staff)
            )
            / sum(self.sizes)
            for gain in gains
        ]
        against = fence(now.zero, against)
        cemo = (
            p.reorganisation_profile_weight * (0.5 * (chiefs.literacy[CMO] + means[LITERACY, 0]))
            + p.reorganisation_authority_weight * firm["authority"]
            - p.reorganisation_resistance_weight * against[0]
        )
        cmto = (
            p.reorganisation_hype_weight * now.hype
            + p.reorganisation_overload_weight * jnp.maximum(now.demand - firm["capability"], 0.0)
            + p.reorganisation_all_rounder_call
            - p.reorganisation_resistance_weight * against[1]
        )
        return 1.0 / (1.0 + jnp.exp(-p.reorganisation_choice_slope * (cemo - cmto)))

    # -------------------------------------------------------------- turnover

    def successors(self, bits: list[Array], means: Array, post: Array) -> tuple[list[Array], Array]:
        """Return means and kind of new chiefs (posts, firms), by where they come from."""
        p = self.p
        source, coin = (unit(word) for word in bits)
        outside = p.leadership_consultancy_share + p.leadership_agency_share
        own = source >= outside
        hybrids = jnp.where(
            source < p.leadership_consultancy_share,
            p.leadership_consultancy_hybrids,
            jnp.where(own, p.leadership_insider_hybrids, p.leadership_agency_hybrids),
        )
        hybrid = coin < p.leadership_hybrid_supply * hybrids
        weight = jnp.where(post == CMO, 0.0, jnp.where((post == CEO) | (post == CMTO), 0.5, 1.0))
        weight = weight.astype(jnp.float32)
        house = [
            (1.0 - weight) * means[trait, 0] + weight * means[trait, 1]
            for trait in (COOPERATION, RESISTANCE)
        ]
        attitudes = [
            jnp.where(own, house[0], p.leadership_market_cooperation),
            jnp.where(own, house[1], p.leadership_market_resistance),
            jnp.where(hybrid, p.leadership_hybrid_literacy, p.leadership_market_literacy),
        ]
        return [x.astype(jnp.float32) for x in attitudes], self.background_row(post, hybrid)

    def replace_chiefs(
        self, keys: Array, firm: Firm, chiefs: Chiefs, means: Array, zero: Array
    ) -> tuple[Firm, Chiefs]:
        """Let holders of posts leave by their hazards, and successors take over."""
        p = self.p
        merged = firm["structure"] == CMTO_STRUCTURE
        buffered = firm["structure"] == CEMO_STRUCTURE
        buffered &= bool(p.reorganisation_infrastructure_chief)
        occupied = jnp.where(POST == CMTO, merged, ~merged)
        occupied = jnp.where(POST == INFRASTRUCTURE, buffered, occupied) | (POST == CEO)
        hazard = jnp.where(POST == CEO, p.leadership_ceo_turnover, p.leadership_chief_turnover)
        bits = kept_words(zero, keys[0], occupied.shape, 8)
        leaving = occupied & (unit(bits[0]) < hazard.astype(jnp.float32))
        post = jnp.broadcast_to(POST, leaving.shape)
        drawn = self.appoint(bits[4:], *self.successors(bits[2:4], means, post))
        leaving, drawn = fence(zero, (leaving, drawn))
        commitment = self.quantities["leadership.commitment"][0].draw(bits[1][CEO])
        firm = firm | {
            "commitment": jnp.where(leaving[CEO], commitment, firm["commitment"]),
            "authority": jnp.where(leaving[CMO], firm["initial_authority"], firm["authority"]),
            "ceo_exits": firm["ceo_exits"] + leaving[CEO],
            "chief_exits": firm["chief_exits"] + leaving[CMO:].sum(axis=0, dtype=jnp.int32),
        }
        chiefs = Chiefs(
            *(jnp.where(leaving, new, old) for new, old in zip(drawn, chiefs, strict=True))
        )
        return firm, chiefs

    def replace_staff(
        self, keys: Array, firm: Firm, staff: list[Staff], leaving: list[Array], zero: Array
    ) -> tuple[tuple[Staff, ...], Array]:
        """Let staff leave by their hazard and fill every place at once; return also the exits."""
        ranks = []
        for who in leaving:
            places = fence(zero, who.astype(jnp.float32))
            ranks.append((places, jnp.tri(len(who), dtype=jnp.float32) @ places))
        ranks = fence(zero, ranks)
        exits = jnp.stack([rank[-1] for _, rank in ranks])
        ranks = [jnp.where(places > 0.0, rank, 0.0) for places, rank in ranks]
        ranks, exits = fence(zero, (ranks, exits))

        def fill(turn: tuple[Array, Array, list[Staff]]) -> tuple[Array, Array, list[Staff]]:
            filled, key, staff = turn
            key, *own = jax.random.split(key, 3)
            staff = [
                self.fill_places(own[g], g, firm, people, ranks[g] - filled, zero)
                for g, people in enumerate(staff)
            ]
            return filled + SLOTS, key, staff

        most = exits.max()
        start = (jnp.zeros_like(most), keys[1], staff)
        _, _, staff = lax.while_loop(lambda turn: turn[0] < most, fill, start)
        return tuple(staff), exits

    def fill_places(
        self, key: Array, g: int, firm: Firm, people: Staff, rank: Array, zero: Array
    ) -> Staff:
        """Give the leavers ranked 1 to SLOTS of every firm's department their successors."""
        p = self.p
        shape = (SLOTS, BLOCK)
        bits = kept_words(zero, key, shape, 6)
        hybrid = unit(bits[5]) < p.leadership_hybrid_supply
        kinds = (0, 0, hybrid.astype(jnp.int32), 0, 0)
        recruits = []
        for i, kind in enumerate(kinds):
            if self.recruit_rows[i][g] is not None:
                recruits.append(beta_row(self.recruit_rows[i][g], kind, bits[i]))
            else:
                mean = jnp.broadcast_to(firm["identity" if i == 3 else "propensity"][g], shape)
                recruits.append(beta(self.spreads[i][g], mean, bits[i]))
        recruits = fence(zero, recruits)

        def placed(old: Array, new: Array) -> Array:
            for slot in range(SLOTS):
                old = jnp.where(rank == slot + 1, new[slot], old)
            return old

        c, d, k, identity, contact = recruits
        return Staff(
            placed(people.cooperation, c),
            placed(people.disposition, d),
            placed(people.literacy, k),
            placed(people.identity, identity),
            placed(people.contact, contact),
            placed(people.resistance, d),
        )

    # -------------------------------------------------------------- outcomes

    def outcomes(self, state: State) -> dict[str, Array]:
        """Return what became of each firm."""
        firm = state.firm
        passive = jnp.where(firm["completion"] >= CUT_POINT, 2, 3)
        active = jnp.where(firm["structure"] == CEMO_STRUCTURE, 0, 1)
        means = {
            f"{name}_{department}": state.means[i, g]
            for i, name in enumerate(("cooperation", "resistance", "literacy"))
            for g, department in enumerate(("marketing", "it"))
        }
        scenario = jnp.where(firm["structure"] == SEPARATE, passive, active)
        exits = {"exits_marketing": firm["exits"][0], "exits_it": firm["exits"][1]}
        every = firm | means | exits | {"scenario": scenario}
        return {name: every[name] for name in OUTCOMES}
