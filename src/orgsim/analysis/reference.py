"""What simulated shares are set beside: known shares, or counts that are a sample themselves."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orgsim.columns import SCENARIOS
from orgsim.config import ARTICLE_SHARES
from orgsim.config.values import is_number, nearest, show
from orgsim.errors import ConfigError
from orgsim.text import shortened

ARTICLE = "article"

ARTICLE_ROUNDING = 0.05
"""The article gives its shares in tens: each may be off by so much."""

_LARGEST_COUNT = 10**15

_EXACT = 1e-9

_LEAST_SHARE = sys.float_info.min
"""Shares below it, of which no double can hold the inverse, are as good as none: no world has so
many firms that one would end there."""


@dataclass(frozen=True)
class Reference:
    """A split of firms over the scenarios.

    Attributes
    ----------
    name : str
        How to call it in a sentence, after "the".
    shares : floats (4,)
        In the order of ``columns.SCENARIOS``; they add up to 1.
    counts : ints (4,) or None
        Where the shares are those of a sample; None: they are known, as an expert's are.
    rounding : float or None
        By how much each share may be off because it was rounded; None: it was not.
    spent : float
        Of a sample that stopped at a precision, which part of the error the look may spend at
        which it stopped; 1 for a sample whose size was fixed.
    """

    name: str
    shares: tuple[float, ...]
    counts: tuple[int, ...] | None = None
    rounding: float | None = None
    spent: float = 1.0

    @property
    def is_article(self) -> bool:
        """Whether these are the article's shares, as the article gives them."""
        return self.name == ARTICLE

    def by_name(self) -> dict[str, float]:
        """Return the shares by scenario."""
        return dict(zip(SCENARIOS, self.shares, strict=True))


def article() -> Reference:
    """Return the article's split, which it gives in tens."""
    return Reference(ARTICLE, tuple(ARTICLE_SHARES.values()), rounding=ARTICLE_ROUNDING)


def reference_of_shares(shares: Mapping[str, Any], name: str, where: str) -> Reference:
    """Return a split given as shares.

    Parameters
    ----------
    shares : mapping of scenario to share
        All four; they add up to 1, or to 100 if they are given in percent. What they lack because
        they were rounded, to hundredths or finer, is shared out.
    name : str
        How to call it.
    where : str
        What messages begin with.

    Raises
    ------
    ConfigError
        If a scenario is unknown or missing, or the shares are none.
    """
    given = _by_scenario(shares, where)
    if max(given) > 1.0 and _sums_to(given, 100.0):
        given = [float(Decimal(repr(value)) / 100) for value in given]
    for scenario, share in zip(SCENARIOS, given, strict=True):
        if not 0.0 <= share <= 1.0:
            percent = f"; {share:g} % is {share / 100.0:g}" if 1.0 < share <= 100.0 else ""
            raise ConfigError(
                f"{where}: {scenario} = {share:g} is not a share; allowed: a number from 0 to 1"
                f"{percent}"
            )
    total = math.fsum(given)
    if not _sums_to(given, 1.0):
        raise ConfigError(
            f"{where}: the shares sum to {total:.10g}; allowed: 1 (or give counts of firms)"
        )
    if abs(total - 1.0) > _EXACT:
        given = [share / total for share in given]
    return Reference(name, tuple(share if share >= _LEAST_SHARE else 0.0 for share in given))


def _sums_to(values: Sequence[float], whole: float) -> bool:
    """Whether numbers add up to a whole, but for their rounding to hundredths of it or finer.

    Rounded to tenths, four of them may be off by a fifth: that says nothing.
    """
    digits = max(_decimals(value) for value in values) + (2 if whole == 100.0 else 0)
    slack = 2.0 * 10.0**-digits if digits >= 2 else 0.0  # four halves of the last digit
    return abs(math.fsum(values) / whole - 1.0) <= max(slack * (1.0 + _EXACT), _EXACT)


def _decimals(value: float) -> int:
    """Return how many decimals a number was written with."""
    exponent = Decimal(repr(value)).as_tuple().exponent if math.isfinite(value) else 0
    return max(-exponent, 0) if isinstance(exponent, int) and value != int(value) else 0


def target_of(shares: Mapping[str, Any], name: str, where: str) -> Reference:
    """Return the target of a config: the article's split, unless it says otherwise.

    Raises
    ------
    ConfigError
        As :func:`reference_of_shares`.
    """
    return article() if dict(shares) == ARTICLE_SHARES else reference_of_shares(shares, name, where)


def reference_of_counts(counts: Mapping[str, Any], name: str, where: str) -> Reference:
    """Return a split given as counts of firms.

    Raises
    ------
    ConfigError
        If a scenario is unknown or missing, or the counts are none.
    """
    values = _by_scenario(counts, where)
    for scenario, count in zip(SCENARIOS, values, strict=True):
        if count != int(count) or not 0 <= count <= _LARGEST_COUNT:
            raise ConfigError(
                f"{where}: {scenario} = {count:g} is not a count; allowed: whole numbers from 0"
            )
    total = sum(int(count) for count in values)
    if total == 0:
        raise ConfigError(f"{where}: all counts are 0, so there is nothing to compare with")
    whole = tuple(int(count) for count in values)
    return Reference(name, tuple(count / total for count in whole), counts=whole)


def _by_scenario(values: Mapping[str, Any], where: str) -> list[float]:
    """Return four numbers in the scenarios' order."""
    for scenario in values:
        if scenario not in SCENARIOS:
            raise ConfigError(
                f"{where}: unknown scenario {shortened(str(scenario), 60)!r}"
                f"{nearest(_as_named(scenario), SCENARIOS)}\n"
                f"  scenarios: {', '.join(SCENARIOS)}"
            )
    missing = [scenario for scenario in SCENARIOS if scenario not in values]
    if missing:
        raise ConfigError(f"{where}: says nothing of {', '.join(missing)}")
    for scenario in SCENARIOS:
        value = values[scenario]
        if not is_number(value) or value != value:
            raise ConfigError(f"{where}: {scenario} = {show(value)} is not a number")
        if abs(value) > _LARGEST_COUNT:
            raise ConfigError(f"{where}: {scenario} = {show(value)} is beyond all counts")
    return [float(values[scenario]) for scenario in SCENARIOS]


def _as_named(word: Any) -> str:
    """Return a word as scenarios are written here, for a hint: "CMO and CTO" as cmo_and_cto."""
    return str(word).strip().lower().replace(" ", "_")
