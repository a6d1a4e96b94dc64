"""The oracle's primitives anew, from docs/model.md alone: nothing here is orgsim's.

Whatever the text says with a number is computed with the number that stands there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from oracle.reading import Text, codes

Floats = NDArray[np.float64]
TRAITS = ("c", "d", "k", "id", "x")
"""In the order in which the oracle counts them."""


class Choice(NamedTuple):
    """A quantity that takes some values."""

    values: Floats
    cumulative: Floats


class Tabulated(NamedTuple):
    """What is drawn from in one segment; quantities by sector and path, for marketing and IT."""

    sector_shares: Floats
    quantities: list[dict[str, tuple[Floats | Choice, Floats | Choice]]]
    apart: list[set[str]]
    people: list[tuple[Floats, Floats]]
    chief: Floats
    background: Floats


def _pair(value: Any) -> tuple[Any, Any]:
    """Return what a setting is for marketing and for IT."""
    if isinstance(value, Mapping) and "it" in value:
        return value["marketing"], value["it"]
    return value, value


class FromText:
    """All that :mod:`oracle.primitives` has, by the same names, as a text says it."""

    def __init__(self, text: str) -> None:
        self.text = Text(text)
        self._draws()
        self._philox()
        self._grid_and_functions()
        self._tables()
        self._quantities_and_traits()
        (scenarios,) = (r for r in self.columns() if r[0] == "`scenario`")
        (structures,) = (r for r in self.columns() if r[0] == "`structure`")
        self.SCENARIOS, self.STRUCTURES = tuple(codes(scenarios[2])), tuple(codes(structures[2]))
        self.CUT_POINT = self.text.number(r"separate gives `cmo_and_cto` if `J >= #/2`") / 2
        self.NEW_CEO_QUARTERS = self.text.number(r"in force came in quarter t-# or later")
        self._cached: dict[Any, Any] = {}

    def columns(self) -> list[list[str]]:
        """Return the rows of the table of output columns."""
        return self.text.rows("| column | step | what it is |")

    def _draws(self) -> None:
        posts = self.text.numbered("Posts")
        self.POST_NUMBERS = tuple(
            posts[post] for post in ("CEO", "CMO", "CIO", "infrastructure chief", "CMTO")
        )
        self.purposes = self.text.numbered("Purposes")
        for name, number in self.purposes.items():
            setattr(self, name.replace(" ", "_").upper(), number)
        draws = self.text.counted("Draw numbers, but for firm quantities and encounters")
        self.COINS, self.TRAITS = draws["coins"], draws["a person's traits"]
        self.MARKET = draws["more about the person"]
        self.IT_AGENT = self.text.number(r"index for marketing, # \+ index for IT,")

    def _philox(self) -> None:
        of = self.text.numbers
        self.left, self.right = of(r"left = #\*C0, right = #\*C2\n")
        self.weyl = of(r"\(K0, K1\) = \(K0 \+ #, K1 \+ #\), both modulo 2\^32\n")
        self.rounds = self.text.number(r"32 bits of a product of 64, each of # rounds is")
        self.quarters = 2 ** self.text.number(r"`\(firm, agent\*2\^# \+ t, purpose, draw\)`")
        self.to_unit = 2.0 ** self.text.number(r"`unit\(w\) = w\*2\^#`")
        self.pick_bits = self.text.number(r"the pick is `floor\(product / 2\^#\)`")
        self.coin = of(r"`floor\(\(product mod 2\^#\) / 2\^#\) \* 2\^#`")

    def _grid_and_functions(self) -> None:
        of = self.text.numbers
        multiple, self.to_grid, self.from_grid = of(
            r"`grid\(z\)` is the multiple of 2\^# nearest to z, of two as near the even one: "
            r"z\*2\^# rounded, times 2\^#\."
        )
        if multiple != self.from_grid:
            raise ValueError("the grid has two distances")
        self.exp_ends = of(r"z = min\(max\(z, #\), #\)\n")
        self.inverse_ln2, self.half = of(r"steps = floor\(z\*# \+ #\)\n")
        self.ln2_high, self.ln2_low = of(r"rest = \(z - steps\*#\) - steps\*#\n")
        first, second, last = of(
            r"for degree = #, #, \.\.\., #: series = series\*rest \+ 1/degree!\n"
        )
        self.exp_degrees = range(first, last - 1, second - first)
        self.floor = 2.0 ** self.text.number(r"max\(z, 2\^#\) = y\*2\^steps, with y from root")
        base, power = of(r"root the double nearest to #\^#\n")
        self.root = base**power
        first, second, last = of(
            r"for degree = #, #, \.\.\., #: series = series\*square \+ 1/degree\n"
        )
        self.log_degrees = range(first, last - 1, second - first)
        self.twice, self.ln2 = of(r"log_unit\(z\) = \(#\*quotient\)\*series \+ steps\*#\n")

    def _tables(self) -> None:
        of = self.text.numbers
        nodes, self.cells = of(
            r"are read off # nodes of the inverse distribution function, `node\[b\]` at the "
            r"probability b/#:"
        )
        self.probabilities = np.arange(nodes) / self.cells
        uniform = self.text.number(r"`grid\(low \+ b/#\*\(high - low\)\)`;")
        normal = self.text.number(r"inverse\(under \+ b/#\*\(over - under\)\)")
        if {uniform, normal} != {self.cells}:
            raise ValueError("probabilities are counted in two ways")
        self.cell_shift, self.fraction_bits, self.fraction_unit = of(
            r"`cell = w >> #`, `fraction = \(w mod 2\^#\) \* 2\^#`, value `node"
        )
        means, self.mean_cells, self.last_mean, self.people_cells = of(
            r"with nodes at # means, `row/#` for row = 0 \.\.\. #, and # cells of probability:"
        )
        if means != self.last_mean + 1:
            raise ValueError("there are as many means as rows")
        self.to_place, self.last_row, self.trait_shift, self.trait_bits, self.trait_unit = of(
            r"`place = mean\*#` of the mean as a single, `row = min\(floor\(place\), #\)`, "
            r"`across = place - row`, `cell = w >> #`, `fraction = \(w mod 2\^#\) \* 2\^#`"
        )
        self.end_first, self.end_last = of(
            r"node\[0\] = min\(max\(#\*\(mean\*I\(first\)\*cells\) - first, 0\), first\) "
            r"node\[cells\] = min\(max\(#\*\(mean\*\(1 - I\(last\)\)\*cells\) - last, last\), 1\)"
        )
        self.more = self.text.number(r"of `Beta` with `mean\*concentration \+ #` in place of")
        self.whole = self.text.number(r"and the last is set to #\.")

    def _quantities_and_traits(self) -> None:
        self.STREAMS, self.DRAWN_COLUMNS = {}, {}
        for stream, quantity, names in self.text.placed_rows("| stream | quantity | columns |"):
            (path,) = codes(quantity[0])
            self.STREAMS[path] = self.text.number_at(stream)
            self.DRAWN_COLUMNS[path] = codes(names[0])
        self.concentrations, means, words = {}, {}, {}
        for trait, word, mean, concentration in self.text.placed_rows(
            "| trait | word | mean | concentration |"
        ):
            (name,) = codes(trait[0])
            (self.concentrations[name],) = codes(concentration[0])
            (means[name],) = codes(mean[0])
            number, draw = (word[0].index(of) + len(of) for of in ("`w", "of draw "))
            at = (self.text.number_at((word[0][i:], word[1] + i)) for i in (draw, number))
            words[name] = tuple(at)
        self.PERSON_WORDS = tuple(words[name] for name in TRAITS)
        self.PERSON_MEANS = tuple(means[name] for name in TRAITS)

    # --- random words

    def words(
        self, key: tuple[Any, Any], firm: int, purpose: int, agent: int, quarter: int, draw: int
    ) -> tuple[np.uint64, ...]:
        """Return W(purpose, agent, t, draw) of a firm."""
        counter = (firm, agent * self.quarters + quarter, purpose, draw)
        return tuple(np.uint64(w) for w in self.philox(counter, (int(key[0]), int(key[1]))))

    def philox(self, counter: Sequence[int], key: Sequence[int]) -> tuple[int, ...]:
        """Return the four words of a counter and a key."""
        (c0, c1, c2, c3), (k0, k1) = counter, key
        for _ in range(self.rounds):
            left, right = self.left * c0, self.right * c2
            c0, c1 = (right >> 32) ^ c1 ^ k0, right % 2**32
            c2, c3 = (left >> 32) ^ c3 ^ k1, left % 2**32
            k0, k1 = (k0 + self.weyl[0]) % 2**32, (k1 + self.weyl[1]) % 2**32
        return c0, c1, c2, c3

    def unit(self, word: Any) -> float:
        """Return a word as a number of [0, 1)."""
        return int(word) * self.to_unit

    def split(self, word: Any, size: int) -> tuple[int, float]:
        """Return the pick and the coin of a word."""
        product = int(word) * size
        modulus, divisor, unit = self.coin
        return product // 2**self.pick_bits, (product % 2**modulus) // 2**divisor * 2.0**unit

    # --- functions

    def on_grid(self, z: float) -> float:
        """Return grid(z); Python rounds half to even."""
        return float(round(z * 2.0**self.to_grid)) * 2.0**self.from_grid

    def exp(self, z: float) -> float:
        """Return exp(z)."""
        z = min(max(z, self.exp_ends[0]), self.exp_ends[1])
        steps = math.floor(z * self.inverse_ln2 + self.half)
        rest = (z - steps * self.ln2_high) - steps * self.ln2_low
        series = 0.0
        for degree in self.exp_degrees:
            series = series * rest + 1 / math.factorial(degree)
        return series * 2.0**steps

    def log_unit(self, z: float) -> float:
        """Return log_unit(z)."""
        y, steps = math.frexp(max(z, self.floor))  # y from 1/2 to below 1
        while y >= 2 * self.root:
            y, steps = y / 2, steps + 1
        while y < self.root:
            y, steps = 2 * y, steps - 1
        quotient = (y - 1) / (y + 1)
        square = quotient * quotient
        series = 0.0
        for degree in self.log_degrees:
            series = series * square + 1 / degree
        return (self.twice * quotient) * series + steps * self.ln2

    # --- distributions

    def nodes(self, distribution: Any) -> Floats | Choice:
        """Return what a quantity is read off."""
        d, p = distribution, self.probabilities
        if not isinstance(d, Mapping):
            return self._gridded(np.full_like(p, d))
        if d["dist"] == "choice":
            values = np.array(d["values"], dtype=np.float64)
            weights = np.array(d.get("weights", np.ones(len(values))), dtype=np.float64)
            sums = np.cumsum(weights)
            return Choice(self._gridded(values), self._gridded(sums / sums[-1]))
        if d["dist"] == "uniform":
            return self._gridded(d["low"] + p * (d["high"] - d["low"]))
        if d["dist"] == "normal":
            under, over = (special.ndtr((d[end] - d["mean"]) / d["sd"]) for end in ("low", "high"))
            z = d["mean"] + d["sd"] * special.ndtri(under + p * (over - under))
            return self._gridded(np.minimum(np.maximum(z, d["low"]), d["high"]))
        return self._gridded(self.beta(d["mean"], d["concentration"], p, self.cells))

    def beta(self, mean: float, concentration: float, p: Floats, cells: int) -> Floats:
        """Return the nodes of a Beta distribution, not rounded yet."""
        if mean in (0, 1):
            return np.full_like(p, mean)
        a, b = mean * concentration, (1 - mean) * concentration
        node = special.betaincinv(a, b, p)
        first, last = node[1], node[-2]
        below = special.betainc(a + self.more, b, first)
        above = special.betaincc(a + self.more, b, last)
        node[0] = min(max(self.end_first * (mean * below * cells) - first, 0), first)
        node[-1] = min(max(self.end_last * (mean * above * cells) - last, last), 1)
        return node

    def _gridded(self, values: Floats) -> Floats:
        return np.array([self.on_grid(float(z)) for z in values])

    def people(self, concentration: float) -> Floats:
        """Return the nodes of traits, by mean and probability."""
        p = np.arange(self.people_cells + 1) / self.people_cells
        rows = [
            self._gridded(self.beta(row / self.mean_cells, concentration, p, self.people_cells))
            for row in range(self.last_mean + 1)
        ]
        return np.array(rows)

    def build_tables(
        self, settings: Mapping[str, Any], sectors: Sequence[tuple[float, Mapping[str, Any]]] = ()
    ) -> Tabulated:
        """Tabulate all distributions of a segment."""
        of_sectors = sectors or [(1.0, {})]
        values = [
            {path: overrides.get(path, settings[path]) for path in self.STREAMS}
            for _, overrides in of_sectors
        ]
        shares = self._gridded(np.cumsum([share for share, _ in of_sectors]))
        shares[-1] = self.whole
        people = self._once(self.people)
        quantity = self._once(self.nodes)
        return Tabulated(
            sector_shares=shares,
            quantities=[
                {path: tuple(map(quantity, _pair(value))) for path, value in sector.items()}
                for sector in values
            ],
            apart=[
                {path for path, v in sector.items() if isinstance(v, Mapping) and "it" in v}
                for sector in values
            ],
            people=[
                tuple(map(people, _pair(settings[self.concentrations[trait]]))) for trait in TRAITS
            ],
            chief=people(settings["leadership.chief_concentration"]),
            background=people(settings["leadership.background_concentration"]),
        )

    def _once(self, made: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a function that keeps what it has made."""

        def kept(given: Any) -> Any:
            name = (made.__name__, repr(given))
            if name not in self._cached:
                self._cached[name] = made(given)
            return self._cached[name]

        return kept

    def draw_quantity(
        self, tables: Tabulated, sector: int, path: str, words: tuple[Any, ...]
    ) -> tuple[float, float]:
        """Return a quantity of a firm, for marketing and for IT."""
        marketing, it = tables.quantities[sector][path]
        it_word = words[1] if path in tables.apart[sector] else words[0]
        return self.value(marketing, int(words[0])), self.value(it, int(it_word))

    def value(self, nodes: Floats | Choice, w: int) -> float:
        """Return what a word gives."""
        if isinstance(nodes, Choice):
            u = self.unit(w)
            return next(
                float(v) for v, c in zip(nodes.values, nodes.cumulative, strict=True) if c > u
            )
        cell = w >> self.cell_shift
        fraction = (w % 2**self.fraction_bits) * 2.0**self.fraction_unit
        return float(nodes[cell] + fraction * (nodes[cell + 1] - nodes[cell]))

    def person_table(self, tables: Tabulated, trait: int, department: int) -> Floats:
        """Return the nodes of a trait in a department."""
        return tables.people[trait][department]

    def chief_table(self, tables: Tabulated) -> Floats:
        """Return the nodes of ``attitude``."""
        return tables.chief

    def background_table(self, tables: Tabulated) -> Floats:
        """Return the nodes of ``background``."""
        return tables.background

    def draw_trait(self, nodes: Floats, mean: float, word: Any, precision: Any) -> Any:
        """Return a trait around a mean."""
        w = int(word)
        place = precision(mean) * precision(self.to_place)
        row = min(math.floor(place), self.last_row)
        across = place - precision(row)
        cell = w >> self.trait_shift
        fraction = precision((w % 2**self.trait_bits) * 2.0**self.trait_unit)
        corner = [[precision(nodes[row + i][cell + j]) for j in (0, 1)] for i in (0, 1)]
        lower, upper = (left + fraction * (right - left) for left, right in corner)
        return lower + across * (upper - lower)
