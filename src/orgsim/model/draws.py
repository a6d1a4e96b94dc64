"""What is drawn: purposes of keyed draws, and the traits of a person."""

from __future__ import annotations

import numpy as np

# Purposes: word 2 of the counter. A number is never reused for something else.
# Typed, because numba compiles a function anew for every literal integer.
(
    FIRM_QUANTITY,
    SECTOR,
    STAFF_TRAITS,
    CHIEF_TRAITS,
    CONTACT_AND_EXIT,
    ENCOUNTER,
    RECRUIT,
    SUCCESSION,
    REORGANISATION,
) = np.arange(1, 10)

COINS, TRAITS, MARKET = np.arange(3)
"""Draw numbers, where a purpose needs several: coins, traits, more about the person."""

IT_AGENT = 32_768
"""Agent number of the first IT person; marketing starts at 0, so a department may grow without
touching the words of the other (picks and coins are split by how many there are to pick from)."""

# Traits of a person within a firm: rows of Tables.trait.
COOPERATION, DISPOSITION, LITERACY, IDENTITY, CONTACT = range(5)
TRAITS_OF_A_PERSON = 5
