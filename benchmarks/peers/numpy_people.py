"""People in the NumPy port of the model: the staff of many firms, a tile that fits the cache."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy_tables import Integers, Singles, single, words


class Tile:
    """What staff of some firms do in a quarter, and the memory that this takes."""

    def __init__(self, p: Any, rng: np.random.Generator, width: int) -> None:
        """Reserve memory, and lay out where colleagues and partners are."""
        self.p, self.raw, self.width = p, rng.bit_generator.random_raw, width
        self.sizes = (p.firm_marketing_staff, p.firm_it_staff)
        first, second = self.sizes
        self.rows = first + second
        self.departments = (slice(0, first), slice(first, self.rows))
        self.shape = (self.rows, width)
        self.a, self.b, self.spare, self.threat = (np.empty(self.shape, single) for _ in range(4))
        self.twice = np.empty((2 * self.rows, width), single)
        self.index = np.empty(self.shape, np.int64)
        most = max(self.sizes) * max(p.cooperation_encounters, 1)
        self.small = np.min_scalar_type(most)  # holds counts over a department
        lanes = np.arange(width)
        row = np.arange(self.rows)[:, None]
        of_it = row >= first
        # Colleague s + 1 places on: departments stand twice in `twice`, so none is beyond the end.
        self.colleague = (row + of_it * first + 1) * width + lanes
        self.partner = np.ravel(np.where(of_it, 0, first) * width + lanes)
        others = np.broadcast_to(np.where(of_it, first, second), self.shape).astype(np.uint32)
        mates = np.broadcast_to(np.where(of_it, second, first) - 1, self.shape).astype(np.uint32)
        alike = first == second
        self.others = others[0, 0] if alike else others.ravel()
        self.mates = np.maximum(mates[0, 0] if alike else mates, np.uint32(1))
        bits = max(self.sizes).bit_length()
        self.wide = bits > 8  # a coin has at least 24 bits
        self.bits = 8 if self.wide else bits
        self.scale = 2.0 ** (32 - self.bits)  # of coins, which are compared as they are

    def split(self, shape: Any, n: Any) -> tuple[Any, Singles]:
        """Draw one of 0 ... n-1, as a distance in rows, and a coin.

        Both come from one word, a point on [0, n): its whole part and its fraction.
        """
        if self.wide:
            word = self.raw(shape)
            word >>= np.uint64(32)
            word *= n
            pick = (word >> np.uint64(32)).view(np.int64)
            word &= np.uint64(2**32 - 1)
            word >>= np.uint64(self.bits)
            coin = word.astype(single)
        else:
            word = words(self.raw, shape)
            word >>= np.uint32(self.bits)
            word *= n
            pick = word >> np.uint32(32 - self.bits)
            word &= np.uint32(2 ** (32 - self.bits) - 1)
            coin = word.view(np.int32).astype(single)
        pick *= pick.dtype.type(self.width)
        return pick, coin

    def by_department(self, values: Any, dtype: Any) -> Any:
        """Sum over the staff of each department."""
        return [np.add.reduce(values[rows], axis=0, dtype=dtype) for rows in self.departments]

    def change_attitudes(self, people: Any, gain: Any, boss: Any) -> Integers:
        """Feel the threat, meet a colleague, adjust resistance; return who leaves (flat).

        One word decides whom a person meets and whether he leaves.
        """
        p = self.p
        a, b, threat, twice, index = self.a, self.b, self.threat, self.twice, self.index
        resistance = people["resistance"]
        sigma, chief = p.resistance_susceptibility, p.resistance_chief_weight
        half = 0.5 * p.resistance_comfort
        pick, coin = self.split(self.shape, self.mates)
        np.add(pick, self.colleague, out=index, casting="unsafe", dtype=np.int64)
        first, n = self.sizes[0], self.rows
        for part, source in (
            (twice[:first], resistance[:first]),
            (twice[first : 2 * first], resistance[:first]),
            (twice[2 * first : n + first], resistance[first:]),
            (twice[n + first :], resistance[first:]),
        ):
            np.copyto(part, source)
        # anchor = clip(d + threat - comfort*(c - 0.5)); the constant enters with the boss
        for g, rows in enumerate(self.departments):
            status = (p.resistance_status_threat * gain[g]).astype(single)
            np.multiply(people["identity"][rows], status, out=threat[rows])
        np.multiply(people["cooperation"], single(-p.resistance_comfort), out=a)
        a += people["disposition"]
        a += threat
        np.clip(a, single(-half), single(1.0 - half), out=a)
        a *= single(1.0 - sigma)
        np.take(twice.ravel(), index, mode="clip", out=b)
        b *= single(0.5 * sigma * (1.0 - chief))
        a += b
        resistance *= single(0.5 * sigma)
        resistance += a
        for g, rows in enumerate(self.departments):
            told = (0.5 * sigma * chief * boss[g] + (1.0 - sigma) * half).astype(single)
            resistance[rows] += told
        np.multiply(threat, single(p.leadership_threat_turnover * self.scale), out=a)
        a += single(p.leadership_staff_turnover * self.scale)
        return np.flatnonzero(coin < a)

    def count_across(self, contact: Singles, opening: Singles) -> Any:
        """Draw how many of a person's encounters are across departments.

        By the binomial distribution function, with one word instead of one for each
        encounter; of at most eight at a time, so that no probability underflows.
        """
        within, odds, chance = self.a, self.b, self.spare
        np.add(contact, opening, out=within)
        np.subtract(single(1.0), within, out=within)
        np.maximum(within, single(1e-4), out=within)
        np.divide(single(1.0), within, out=odds)
        odds -= single(1.0)
        across = np.zeros(self.shape, self.small)
        for begin in range(0, self.p.cooperation_encounters, 8):
            n = min(8, self.p.cooperation_encounters - begin)
            word = words(self.raw, self.shape)
            word >>= np.uint32(8)
            point = word.view(np.int32).astype(single)
            point *= single(2.0**-24)
            np.copyto(chance, within)
            for _ in range(n - 1):
                chance *= within
            point -= chance
            across += (point >= 0.0).view(np.uint8)
            for e in range(1, n):
                chance *= odds
                chance *= single((n + 1 - e) / e)
                point -= chance
                across += (point >= 0.0).view(np.uint8)
        return across

    def do_joint_tasks(self, people: Any, opening: Singles) -> tuple[Any, Any]:
        """Have the quarter's encounters; return by department and firm encounters and tasks.

        One coin decides whether the person cooperates and whether the partner does.
        """
        p, a, b = self.p, self.a.ravel(), self.b.ravel()
        tremble, scale = p.cooperation_tremble, self.scale
        all_c, all_k = people["cooperation"].ravel(), people["literacy"].ravel()
        left = (1.0 - 2.0 * tremble) * scale
        across = self.count_across(people["contact"], opening)
        drag = single(-left * p.cooperation_resistance_drag)
        np.multiply(people["resistance"].ravel(), drag, out=b)
        b += single(left)  # willingness per cooperation, in units of coins
        most = p.cooperation_encounters
        flat = across.ravel()
        order = np.argsort(most - flat, kind="stable")
        sizes = [int(np.count_nonzero(flat > e)) for e in range(most)]
        sizes = [size for size in sizes if size]
        order = order[: sizes[0]] if sizes else order[:0]
        # of all people, as partners
        np.multiply(all_c, b, out=a)
        a *= single(1.0 / scale)
        a += single(tremble)
        # of all who have encounters
        ready, c, k = b.take(order), all_c.take(order), all_k.take(order)
        home = self.partner.take(order)
        # of all encounters
        others = self.others
        if others.ndim:
            others = together(others.take(order), sizes)
        pick, coin = self.split(sum(sizes), others)
        index = together(home, sizes)
        index += pick
        willing = a.take(index, mode="clip")
        learnt = together(k, sizes)
        learnt += all_k.take(index, mode="clip")
        learnt *= single(0.5 * p.cooperation_learning_rate)
        outside = single(p.cooperation_learning_rate * p.cooperation_outside_option)
        tremble = single(tremble * scale)
        w, x, y = self.a.ravel(), self.spare.ravel(), self.threat.ravel()
        completed = np.zeros(len(order), self.small)
        doing = single(p.competence_learning_by_doing)
        begin = 0
        for size in sizes:
            part = slice(begin, begin + size)
            begin += size
            c_now, k_now, v = c[:size], k[:size], coin[part]
            will = np.multiply(ready[:size], c_now, out=w[:size])
            will += tremble
            loss = np.multiply(v >= will, outside, out=x[:size])
            will *= willing[part]
            done = np.less(v, will)
            completed[:size] += done.view(np.uint8)
            both = will
            np.copyto(both, done)
            gain = np.multiply(learnt[part], both, out=y[:size])
            loss += gain
            loss *= c_now
            gain -= loss
            c_now += gain  # gain*(1 - c) - loss*c
            both *= k_now
            both *= doing
            k_left = np.subtract(single(1.0), k_now, out=gain)
            both *= k_left
            k_now += both
        all_c[order] = c
        done = np.zeros(self.shape, self.small)
        done.ravel()[order] = completed
        all_k[order] = k
        all_k *= single(1.0 - p.competence_training)
        all_k += single(p.competence_training)
        return self.by_department(across, self.small), self.by_department(done, self.small)


def together(values: Any, sizes: list[int]) -> Any:
    """Repeat the first so many of some values, round after round."""
    return np.concatenate([values[:size] for size in sizes]) if sizes else values[:0].copy()
