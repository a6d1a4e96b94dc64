"""The model in NumPy, as fast as whole-array code goes: staff of many firms at a time.

People are float32 arrays (tiles, staff of both departments, firms of a tile). What a
person does is computed a tile at a time, so that all that is touched stays in the
second-level cache; what a firm does is computed for all tiles of a block together,
so that the cost of calling NumPy (about a microsecond) is shared by thousands of firms.

For speed, each measured:

- Encounters within a department change nothing, so a person first draws the number of
  encounters across (`count_across`); people are sorted by that number, and round r is
  for a prefix of them. Partners do not change within a quarter, so all are looked up
  at once; only what depends on a person's own changing cooperation goes by rounds.
- Raw 32-bit words instead of floats, two from each word of the bit generator (SFC64,
  NumPy's fastest), and pick and coin from one word (`Tile.split`).
- Betas from tables of their inverse distribution functions, not from ``rng.beta``;
  recruits and successors are drawn for all firms of a block together.
- Masks multiply, or enter as small integers: ``where=`` and boolean indexing cost ten
  times as much. Indices are int64, else ``take`` would convert them; its mode "clip" spares
  a copy. Buffers are reused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import common
import numpy as np
from common import Floats
from numpy.typing import NDArray
from numpy_people import Tile
from numpy_tables import CELLS, TRAITS, Integers, Singles, Tables, cells, interpolate, single
from version_1 import CUT_POINT, OUTCOMES, QUANTITIES, WINDOW, environment

TILE_PEOPLE = 40_960  # of 8,000 to 82,000, the fastest
TILES = 20  # in a block, at most; of 2 to 20, the fastest: people fill 20 MB
HEAP = 2**24  # bytes; without it, a fifth of the time went into page faults
SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE = range(3)
CEO, CMO, CIO, INFRASTRUCTURE, CMTO = range(5)
POSTS = 5
NAMES = ("cooperation", "disposition", "literacy", "identity", "contact")


def version() -> str:
    """Return the name and version of the framework."""
    return f"NumPy {np.__version__}"


def prepare(settings: Mapping[str, Any]) -> Callable[[int, int], dict[str, Floats]]:
    """Read the settings, make the tables, and return the simulation."""
    p = common.parameters(settings)
    tables = Tables(settings)
    np.empty(HEAP, np.uint8)  # freed at once: from now on glibc keeps temporaries in its heap

    def simulate(firms: int, seed: int) -> dict[str, Floats]:
        rng = np.random.Generator(np.random.SFC64(seed))
        people = p.firm_marketing_staff + p.firm_it_staff
        tiles = -(-firms * people // TILE_PEOPLE)
        width = -(-firms // tiles)  # all tiles alike: at most a few firms too many, cut below
        tile = Tile(p, rng, width)
        blocks = -(-tiles // TILES)
        done = [
            Block(p, tables, rng, tile, tiles * (i + 1) // blocks - tiles * i // blocks).run()
            for i in range(blocks)
        ]
        return {name: np.concatenate([part[name] for part in done])[:firms] for name in OUTCOMES}

    return simulate


# ---------------------------------------------------------------- distributions


class Block:
    """Firms that are simulated together."""

    def __init__(
        self, p: Any, tables: Tables, rng: np.random.Generator, tile: Tile, n: int
    ) -> None:
        """Draw the firms, their chiefs and their staff."""
        self.p, self.tables, self.rng, self.raw = p, tables, rng, rng.bit_generator.random_raw
        self.tile, self.tiles, self.width = tile, n, tile.width
        self.firms, self.sizes = n * tile.width, tile.sizes
        self.total = sum(self.sizes)
        self.demand, self.hype = environment(p)
        self.drawn = {path: tables.draw(path, rng, self.firms) for path in QUANTITIES}
        self.lanes = np.arange(self.firms)
        self.found_firms()
        self.install_chiefs()
        self.install_staff()

    # ---------------------------------------------------------------- people

    def found_firms(self) -> None:
        """Set the state of the firms from what was drawn for them."""
        n, drawn = self.firms, self.drawn
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
        self.support = np.zeros(n)
        names = ("cooperation", "resistance", "literacy")
        self.mean = {name: np.zeros((2, n)) for name in names}
        counters = ("attempts", "failures", "reversals", "chief_exits", "ceo_exits")
        self.counters = {name: np.zeros(n) for name in counters}
        self.exits = np.zeros((2, n))

    def appoint(self, posts: Any, lanes: Any, means: tuple[Any, Any, Any, Any]) -> None:
        """Fill posts with people drawn around means of their four traits."""
        kinds = (*[self.tables.chief] * 3, self.tables.background)
        for trait, beta, mean in zip((self.c, self.r, self.k, self.s), kinds, means, strict=True):
            trait[posts, lanes] = beta.draw(self.raw, np.broadcast_to(mean, lanes.shape))

    def install_chiefs(self) -> None:
        """Draw CEO, CMO and CIO around their departments' means."""
        p = self.p
        self.c, self.r, self.k, self.s = (np.zeros((POSTS, self.firms)) for _ in range(4))
        quantities = list(TRAITS)[:3]
        for post, weight, background in (
            (CEO, 0.5, p.leadership_ceo_background),
            (CMO, 0.0, p.leadership_cmo_background),
            (CIO, 1.0, p.leadership_cio_background),
        ):
            means = [mix(self.drawn[q], weight) for q in quantities]
            self.appoint(post, self.lanes, (*means, background))

    def install_staff(self) -> None:
        """Draw every person of both departments around the firm's means."""
        shape = (self.tiles, *self.tile.shape)
        self.people = {name: np.empty(shape, single) for name in (*NAMES, "resistance")}
        for j in range(self.tiles):
            of_tile = slice(j * self.width, (j + 1) * self.width)
            for i, (name, path) in enumerate(zip(NAMES, TRAITS, strict=True)):
                for g, rows in enumerate(self.tile.departments):
                    shape = (self.sizes[g], self.width)
                    mean = self.drawn[path][g, of_tile]
                    self.people[name][j, rows] = self.person(i, g, mean, shape)
        self.people["resistance"][:] = self.people["disposition"]
        self.flat = {name: value.ravel() for name, value in self.people.items()}

    def person(self, i: int, g: int, mean: Floats, shape: Any) -> Singles:
        """Draw a trait around the firm's own mean."""
        tables = self.tables
        if tables.constant[i][g] and i >= 3:
            return interpolate(tables.recruit[i][g], *cells(self.raw, shape))
        return tables.spread[i][g].draw(self.raw, np.broadcast_to(mean, shape))

    def observe(self, people: Any, of_tile: slice) -> None:
        """Take the departments' means, by which a firm knows itself in this quarter."""
        for name, mean in self.mean.items():
            sums = self.tile.by_department(people[name], single)
            for g in range(2):
                np.multiply(sums[g], 1.0 / self.sizes[g], out=mean[g, of_tile])

    # ------------------------------------------------------------- a quarter

    def run(self) -> dict[str, Floats]:
        """Live through all quarters; return the outcomes."""
        for t in range(self.p.simulation_quarters):
            if t > 0:
                self.exposure += self.drawn["firm.exposure_growth"] * (1.0 - self.exposure)
            self.assess_chain_of_command()
            self.live(t)
            k = self.k[CMO:]
            k += self.p.competence_chief_training * (1.0 - k)
            self.build_capability(t)
            self.reorganise(t)
            self.replace_chiefs()
            self.replace_staff()
        for j in range(self.tiles):
            people = {name: value[j] for name, value in self.people.items()}
            self.observe(people, slice(j * self.width, (j + 1) * self.width))
        return self.outcomes()

    def live(self, t: int) -> None:
        """Let staff live through attitudes, joint tasks and training, tile after tile."""
        p, tile = self.p, self.tile
        merged = self.structure == CMTO_STRUCTURE
        chief = np.where(merged, self.c[CMTO], self.c[CMO])
        other = np.where(self.structure == SEPARATE, self.c[CIO], 1.0)
        opening = (p.cooperation_moderation * chief * other).astype(single)
        boss = np.where(merged, self.r[CMTO], self.r[CMO : CIO + 1])
        floor = p.reorganisation_support_floor
        pressure = (self.commitment * (floor + (1.0 - floor) * self.willing)).astype(single)
        leaving = []
        for j in range(self.tiles):
            at = slice(j * self.width, (j + 1) * self.width)
            people = {name: value[j] for name, value in self.people.items()}
            self.observe(people, at)  # while in the cache; nobody has changed since last quarter
            who = tile.change_attitudes(people, self.gain[:, at], boss[:, at])
            leaving.append(who + j * tile.rows * tile.width)
            supports = np.less_equal(people["resistance"], pressure[at]).view(np.uint8)
            self.support[at] = sum(tile.by_department(supports, tile.small))
            met, done = tile.do_joint_tasks(people, opening[at])
            for g in range(2):
                self.encounters[t % WINDOW, g, at] = met[g]
                self.tasks[t % WINDOW, g, at] = done[g]
        self.leaving = np.concatenate(leaving)

    def chain_distance(self, g: int, structure: Any, lanes: Any = slice(None)) -> Floats:
        """Return the distance of a department to its chain of command under a structure."""
        s = self.s[:, lanes]
        top = s[CEO]
        if g == 1:
            buffer = self.p.reorganisation_infrastructure_chief
            over_cio = s[INFRASTRUCTURE] if buffer else s[CMO]
            top = np.where(structure == CEMO_STRUCTURE, over_cio, s[CEO])
        merged = structure == CMTO_STRUCTURE
        boss = np.where(merged, s[CMTO], s[CMO + g])
        top = np.where(merged, s[CEO], top)
        return self.distance(g, boss, top)

    def distance(self, g: int, boss: Floats, top: Floats) -> Floats:
        """Return the distance of a department to a boss and to the boss's boss."""
        weight = self.p.resistance_chain_weight
        return (1.0 - weight) * np.abs(g - boss) + weight * np.abs(g - top)

    def assess_chain_of_command(self) -> None:
        """Update what departments are accustomed to and what they have to fear."""
        separate = self.structure == SEPARATE
        prospect = np.where(self.target == SEPARATE, self.structure, self.target)
        for g in range(2):
            now = self.distance(g, self.s[CMO + g], self.s[CEO])
            self.accustomed[g] = np.where(separate, now, self.accustomed[g])
            there = self.chain_distance(g, prospect)
            self.gain[g] = np.maximum(there - self.accustomed[g], 0.0)

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
        efforts = np.maximum([(1.0 - leader) * expertise[0], leader * expertise[1]], 2.0**-60)
        weight = 1.0 - p.capability_creativity_weight
        self.performance = self.completion * np.exp(mix(np.log(efforts), weight))

    # -------------------------------------------------------- reorganisation

    def reorganise(self, t: int) -> None:
        """Take every firm's structure through the quarter."""
        p = self.p
        asked = (self.structure != SEPARATE) | (self.target != SEPARATE)
        self.willing = np.where(asked, self.support / self.total, self.willing)
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
        tile, lane = np.divmod(np.flatnonzero(failed), self.width)
        disposition = self.people["disposition"][tile, :, lane]
        disposition += single(p.resistance_cynicism) * (single(1.0) - disposition)
        self.people["disposition"][tile, :, lane] = disposition
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
        lanes = np.flatnonzero(merged)
        post = np.where(marketer[lanes], CMO, CIO)
        for trait in (self.c, self.r, self.k, self.s):
            trait[post, lanes] = trait[CMTO, lanes]
        self.hire(CMO + CIO - post, lanes)
        self.structure[reverting] = SEPARATE
        self.counters["reversals"] += reverting
        self.settle(reverting, p.reorganisation_cool_down)

    def propose(self, lanes: Integers, t: int) -> None:
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
        resistance = self.expected_resistance(lanes)
        cemo = (
            p.reorganisation_profile_weight * profile
            + p.reorganisation_authority_weight * self.authority[lanes]
            - p.reorganisation_resistance_weight * resistance[0]
        )
        cmto = (
            p.reorganisation_hype_weight * self.hype[t]
            + p.reorganisation_overload_weight * overload
            + p.reorganisation_all_rounder_call
            - p.reorganisation_resistance_weight * resistance[1]
        )
        chance = 1.0 / (1.0 + np.exp(-p.reorganisation_choice_slope * (cemo - cmto)))
        chosen = self.rng.random(len(lanes)) < chance
        self.target[lanes] = np.where(chosen, CEMO_STRUCTURE, CMTO_STRUCTURE)
        self.elapsed[lanes] = 0
        self.below[lanes] = 0
        self.willing[lanes] = 0.0
        self.counters["attempts"][lanes] += 1

    def expected_resistance(self, lanes: Integers) -> Floats:
        """Return the mean resistance of all staff if CEMO came, and if CMTO came."""
        total = np.zeros((2, len(lanes)))
        tile, lane = np.divmod(lanes, self.width)
        for g, rows in enumerate(self.tile.departments):
            identity = self.people["identity"][tile, rows, lane]
            resistance = self.people["resistance"][tile, rows, lane]
            for form, structure in enumerate((CEMO_STRUCTURE, CMTO_STRUCTURE)):
                there = self.chain_distance(g, structure, lanes)
                gain = np.maximum(there - self.accustomed[g, lanes], 0.0)
                threat = (self.p.resistance_status_threat * gain).astype(single)
                felt = identity * threat[:, None]
                felt += resistance
                total[form] += np.minimum(felt, single(1.0), out=felt).sum(axis=1)
        return total / self.total

    # -------------------------------------------------------------- turnover

    def hire(self, posts: Integers, lanes: Integers) -> None:
        """Fill posts from consultancies, agencies, or the firms' own middle management."""
        p, n = self.p, len(lanes)
        if n == 0:
            return
        source = self.rng.random(n)
        consultant = source < p.leadership_consultancy_share
        own = source >= p.leadership_consultancy_share + p.leadership_agency_share
        supply = np.where(own, p.leadership_insider_hybrids, p.leadership_agency_hybrids)
        supply = np.where(consultant, p.leadership_consultancy_hybrids, supply)
        hybrid = self.rng.random(n) < p.leadership_hybrid_supply * supply
        weight = np.array([0.5, 0.0, 1.0, 1.0, 0.5])[posts]
        house = [mix(self.mean[name][:, lanes], weight) for name in ("cooperation", "resistance")]
        cooperation = np.where(own, house[0], p.leadership_market_cooperation)
        resistance = np.where(own, house[1], p.leadership_market_resistance)
        literacy = np.where(hybrid, p.leadership_hybrid_literacy, p.leadership_market_literacy)
        usual = np.array(
            [
                p.leadership_ceo_background,
                p.leadership_cmo_background,
                p.leadership_cio_background,
                p.leadership_infrastructure_background,
                p.leadership_cio_background,
            ]
        )[posts]
        between = hybrid & (posts != CEO) & (posts != INFRASTRUCTURE)
        background = np.where(between, p.leadership_hybrid_background, usual)
        self.appoint(posts, lanes, (cooperation, resistance, literacy, background))
        new = lanes[posts == CMO]
        self.authority[new] = self.drawn["capability.initial_authority"][new]

    def replace_chiefs(self) -> None:
        """Let holders of posts leave by their hazards, and successors take over."""
        p = self.p
        leaving = self.rng.random((POSTS, self.firms), single) < self.hazards(p)
        merged = self.structure == CMTO_STRUCTURE
        leaving[CMTO] &= merged
        leaving[CMO : CIO + 1] &= ~merged
        leaving[INFRASTRUCTURE] &= self.structure == CEMO_STRUCTURE
        posts, lanes = np.divmod(np.flatnonzero(leaving), self.firms)
        self.hire(posts, lanes)
        heirs = lanes[posts == CEO]
        renew = self.tables.quantities["leadership.commitment"][0]
        self.commitment[heirs] = renew(self.rng.random(heirs.size))
        self.counters["ceo_exits"][heirs] += 1.0
        self.counters["chief_exits"] += np.bincount(lanes[posts != CEO], minlength=self.firms)

    @staticmethod
    def hazards(p: Any) -> Singles:
        """Return the hazards of leaving by post."""
        hazards = np.full((POSTS, 1), p.leadership_chief_turnover, single)
        hazards[CEO] = p.leadership_ceo_turnover
        if not p.reorganisation_infrastructure_chief:
            hazards[INFRASTRUCTURE] = 0.0
        return hazards

    def replace_staff(self) -> None:
        """Fill the places of all who leave at once."""
        row, lane = np.divmod(self.leaving, self.width)
        tile, row = np.divmod(row, self.tile.rows)
        firm = tile * self.width + lane
        of_it = row >= self.sizes[0]
        for g, mine in enumerate((~of_it, of_it)):
            who = np.flatnonzero(mine)
            places, firms = self.leaving[who], firm[who]
            self.exits[g] += np.bincount(firms, minlength=self.firms)
            n = places.size
            for i, name in enumerate(NAMES):
                table = self.tables.recruit[i][g]
                if table is None:
                    mean = self.drawn[list(TRAITS)[i]][g, firms]
                    value = self.tables.spread[i][g].draw(self.raw, mean)
                else:
                    cell, part = cells(self.raw, n)
                    if name == "literacy":
                        hybrid = self.rng.random(n, single) < self.p.leadership_hybrid_supply
                        cell += hybrid * (CELLS + 1)
                    value = interpolate(table, cell, part)
                self.flat[name][places] = value
                if name == "disposition":
                    self.flat["resistance"][places] = value

    # -------------------------------------------------------------- outcomes

    def outcomes(self) -> dict[str, Floats]:
        """Return what became of each firm."""
        passive = np.where(self.completion >= CUT_POINT, 2, 3)
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


def mix(pair_of: Floats, weight: Any) -> Floats:
    """Weigh the values of marketing and IT."""
    return (1.0 - weight) * pair_of[0] + weight * pair_of[1]


def share(tasks: Floats, encounters: Floats, required: float) -> Floats:
    """Return completed tasks over encounters, or over what was required if that is more."""
    base = np.maximum(encounters, required)
    return np.divide(tasks, base, out=np.zeros_like(base), where=base > 0.0)
