"""A toy: a model of pure arithmetic behind the platform's contract. Its rules are in toy_rules."""

from __future__ import annotations

import numpy as np

from orgsim.spec import Column, CountedShare, Model, OtherSplit, Outcome, Series, Tally
from orgsim.spec.parameter import beta, choice, integer, quantity, real, switch

STARTS = ("low", "middle", "high")

OUTCOMES = (
    Outcome("low", "Low", 0.2),
    Outcome("fair", "Fair", 0.2),
    Outcome("good", "Good", 0.4),
    Outcome("high", "High", 0.2),
)

PARAMETERS = (
    integer("simulation.seed", 7, "-", "key of all random draws", high=2**32 - 1),
    integer("simulation.firms", 1_000, "firms", "firms simulated", low=1, high=2**32 - 1),
    integer("simulation.quarters", 8, "quarters", "horizon", low=1, high=1_000),
    integer(
        "firm.size", 40, "persons", "persons of a firm; nothing depends on it", low=1, high=65_536
    ),
    choice("firm.start", "middle", "where a firm starts", words=STARTS),
    quantity("firm.aim", beta(0.5, 4), "share", "where a firm is drawn to", stream=1),
    real("walk.rate", 0.2, "1/quarter", "share of the way to its aim that a firm goes"),
    real("walk.noise", 0.3, "share", "width of the random part of a step"),
    real("walk.tide", 0.1, "share", "height of what all firms share"),
    switch("walk.aiming", True, "whether firms go to their aims at all"),
)


def high_from_sixty_on(counts):
    """Return firms by outcome, were all above 0.6 high."""
    low, fair, good, high, _, above = np.moveaxis(counts, -1, 0)
    return np.stack((low, fair, good + high - above, above), axis=-1)


TOY = Model(
    name="toy",
    version="1",
    home="toy_model:TOY",
    sections={"simulation": "how many, how long", "firm": "a firm", "walk": "its way"},
    parameters=PARAMETERS,
    agents=("firm.size",),
    outcomes=OUTCOMES,
    words={"start": STARTS},
    record=(
        Column("sector", "word", "-", "the firm's sector"),
        Column("scenario", "word", "-", "where the firm ended"),
        Column("start", "word", "-", "where it started"),
        Column("level", "float32", "share", "where it is"),
        Column("distance", "float32", "share", "from its aim, upwards"),
        Column("is_above", "bool", "-", "whether it is above its aim"),
        Column("quarters_high", "int16", "quarters", "quarters that ended high"),
        Column("first_high", "quarter", "quarter", "the first of them, null if none"),
        Column("drawn_aim", "float32", "share", "firm.aim of this firm"),
    ),
    series=(
        Series(Column("level", "float32", "share", "where firms are")),
        Series(Column("distance", "float32", "share", "from their aims, upwards"), -1.0),
    ),
    counts=("low", "fair", "good", "high", "above", "above_sixty"),
    shared=(Column("tide", "float64", "share", "the tide"),),
    counted_shares=tuple(
        CountedShare(Column(f"share_{name}", "float64", "share", f"firms {name}"), (name,))
        for name in ("low", "fair", "good", "high", "above")
    ),
    other_splits=(
        OtherSplit(
            "share_at_sixty",
            "share were all from 0.6 on high",
            high_from_sixty_on,
            0.6,
        ),
    ),
    tallies=(
        Tally("never_high", "of the count: firms never high", lambda of: of["first_high"] < 0),
    ),
    rules="toy_rules",
    steps=("aim", "step", "look"),
    events={"aim": "Go to the aim", "step": "Step at random", "look": "Look where one is"},
    sources=("toy_rules",),
)
