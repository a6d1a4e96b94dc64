"""A floor under an agent-quarter on one core of this processor: counted work at measured prices.

An estimate. Counted is what the rules of ``docs/model.md`` ask of a person, in operations on
one number of 32 bits, at the fewest: a vector does as many at once as it holds, multiplying two
words takes two, and no sum may be contracted with a product, or results would differ between
machines. Loads, stores and the arithmetic of addresses are not counted but stand in a look-up's
price, and what firms ask is not in it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Work(NamedTuple):
    """What a person is asked for.

    Attributes
    ----------
    title, terms : str
        What it is, and what is counted.
    operations : int
        On one number, each time.
    """

    title: str
    terms: str
    operations: int


SPLIT = Work("a pick and a coin of a word", "product 2, halves 2, narrowed 2, coin 3", 9)
ENCOUNTER = Work(
    "an encounter",
    "will 3, coin held against it 4, understanding 2, gain 4, loss 2, choice 2, counts 2",
    19,
)
LEARNING = Work("learning by a task", "growth 4, choice 1", 5)
A_QUARTER = (
    Work("attitudes", "threat 2, anchor 6, others 2, move 5", 15),
    Work("what partners see", "readiness 3, will 2, chance 3", 8),
    Work("training", "what is missing 1, share 1, sum 1", 3),
    Work("leaving", "hazard 2, coin 1", 3),
    Work("department means", "widened to 64 bits 6, added 6", 12),
    Work("tasks counted", "sum 1", 1),
)


def operations(encounters: int, words: float) -> float:
    """Count the operations on one number that an agent-quarter takes at the least."""
    by_word = SPLIT.operations * words
    by_encounter = encounters * (ENCOUNTER.operations + LEARNING.operations)
    return by_word + by_encounter + sum(work.operations for work in A_QUARTER)


def floor(
    settings: Mapping[str, Any], words: float, prices: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """Return counts, prices and nanoseconds an agent-quarter, of words, look-ups and operations.

    ``vectors`` is of what the vector units alone have to do, one thing after the other; ``all`` is
    with the look-ups, which use other units and may overlap with it in part.
    """
    encounters = int(settings["cooperation.encounters"])
    counts = {
        "word": words,
        "look-up": encounters + 1.0,
        "operation": operations(encounters, words),
    }
    spent = {name: counts[name] * prices[name]["median"] for name in counts}
    return {
        "counts": counts,
        "prices": {name: prices[name] for name in counts},
        "nanoseconds": spent,
        "vectors": spent["word"] + spent["operation"],
        "all": sum(spent.values()),
    }
