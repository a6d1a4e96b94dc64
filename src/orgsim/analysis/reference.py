"""What simulated shares are set beside: known shares, or counts that are a sample themselves."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from orgsim.config.values import is_number, nearest, show
from orgsim.errors import ConfigError
from orgsim.printable import shortened
from orgsim.spec import Model
from orgsim.text import meant_as_percent

ARTICLE = "article"
"""The usual split of the study's model, as a word."""

_LARGEST_COUNT = 10**15

_EXACT = 1e-9

_MOST_LACKING = 0.01
"""Of rounded shares, as three of 0.33 lack; four could lack twice as much, but hardly ever do."""

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
    scenarios : tuple of str
    shares : floats (scenarios,)
        They add up to 1.
    counts : ints (scenarios,) or None
        Where the shares are those of a sample; None: they are known, as an expert's are.
    rounding : float or None
        By how much each share may be off because it was rounded; None: it was not.
    spent : float
        Of a sample that stopped at a precision, which part of the error the look may spend at
        which it stopped; 1 for a sample whose size was fixed.
    """

    name: str
    scenarios: tuple[str, ...]
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
        return dict(zip(self.scenarios, self.shares, strict=True))


def usual_split(model: Model) -> Reference:
    """Return what a model's shares are set beside unless a config says otherwise."""
    shares = tuple(outcome.share for outcome in model.outcomes)
    return Reference(model.split_name, model.scenarios, shares, rounding=model.split_rounding)


def reference_of_shares(
    shares: Mapping[str, Any], name: str, where: str, scenarios: Sequence[str]
) -> Reference:
    """Return a split given as shares.

    Parameters
    ----------
    shares : mapping of scenario to share
        All of them; they add up to 1, or to 100 if they are given in percent. What they lack
        because they were rounded, to hundredths or finer, is shared out, and the name says so.
    name : str
        How to call it.
    where : str
        What messages begin with.
    scenarios : sequence of str
        Their names, in order.

    Raises
    ------
    ConfigError
        If a scenario is unknown or missing, or the shares are none.
    """
    names = tuple(scenarios)
    given = _by_scenario(shares, where, names)
    if max(given) > 1.0:
        parts = [float(Decimal(repr(value)) / 100) for value in given]
        given = parts if _lack(parts) <= _most_lacking(parts) else given
    for scenario, share in zip(names, given, strict=True):
        if not 0.0 <= share <= 1.0:
            percent = f"; {meant_as_percent(share)}" if 1.0 < share <= 100.0 else ""
            raise ConfigError(
                f"{where}: {scenario} = {share:g} is not a share; allowed: a number from 0 to 1"
                f"{percent}"
            )
    total = math.fsum(given)
    if _lack(given) > _most_lacking(given):
        raise ConfigError(
            f"{where}: the shares sum to {total:.10g}; allowed: 1 (or give counts of firms)"
        )
    if _lack(given) > _EXACT:
        shared = [share / total for share in given]
        off = max(map(_rounding, given))
        off += max(abs(new - old) for new, old in zip(shared, given, strict=True))
        name = f"{name} (rounded, shared out)"
        return Reference(name, names, _without_tiny(shared), rounding=off)
    return Reference(name, names, _without_tiny(given))


def _without_tiny(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(share if share >= _LEAST_SHARE else 0.0 for share in shares)


def _lack(shares: Sequence[float]) -> float:
    """Return by how much shares do not add up to 1."""
    return abs(math.fsum(shares) - 1.0)


def _most_lacking(shares: Sequence[float]) -> float:
    """Return how much shares may lack because each was rounded as it is written; at most 0.01."""
    return min(math.fsum(map(_rounding, shares)), _MOST_LACKING) + _EXACT


def _rounding(share: float) -> float:
    """Return half the last digit of a share that is written to hundredths or finer, else 0.

    Of 0.4 nobody knows whether it was rounded; if to tenths, four of them could be off by a fifth.
    """
    exponent = Decimal(repr(share)).as_tuple().exponent if math.isfinite(share) else 0
    decimals = -exponent if isinstance(exponent, int) else 0
    return 0.5 * 10.0**-decimals if decimals >= 2 else 0.0


def target_of(shares: Mapping[str, Any], name: str, where: str, model: Model) -> Reference:
    """Return the target of a config: the model's usual split, unless it says otherwise.

    Raises
    ------
    ConfigError
        As :func:`reference_of_shares`.
    """
    usual = usual_split(model)
    if dict(shares) == usual.by_name():
        return usual
    return reference_of_shares(shares, name, where, model.scenarios)


def reference_of_counts(
    counts: Mapping[str, Any], name: str, where: str, scenarios: Sequence[str]
) -> Reference:
    """Return a split given as counts of firms.

    Raises
    ------
    ConfigError
        If a scenario is unknown or missing, or the counts are none.
    """
    names = tuple(scenarios)
    values = _by_scenario(counts, where, names)
    for scenario, count in zip(names, values, strict=True):
        if count != int(count) or not 0 <= count <= _LARGEST_COUNT:
            raise ConfigError(
                f"{where}: {scenario} = {count:g} is not a count; allowed: whole numbers from 0"
            )
    total = sum(int(count) for count in values)
    if total == 0:
        raise ConfigError(f"{where}: all counts are 0, so there is nothing to compare with")
    whole = tuple(int(count) for count in values)
    return Reference(name, names, tuple(count / total for count in whole), counts=whole)


def _by_scenario(values: Mapping[str, Any], where: str, scenarios: Sequence[str]) -> list[float]:
    """Return numbers in the scenarios' order."""
    for scenario in values:
        if scenario not in scenarios:
            raise ConfigError(
                f"{where}: unknown scenario {shortened(str(scenario), 60)!r}"
                f"{nearest(_as_named(scenario), scenarios)}\n"
                f"  scenarios: {', '.join(scenarios)}"
            )
    missing = [scenario for scenario in scenarios if scenario not in values]
    if missing:
        raise ConfigError(f"{where}: says nothing of {', '.join(missing)}")
    for scenario in scenarios:
        value = as_written(values[scenario])
        if not is_number(value) or value != value:
            raise ConfigError(f"{where}: {scenario} = {show(value)} is not a number")
        if abs(value) > _LARGEST_COUNT:
            raise ConfigError(f"{where}: {scenario} = {show(value)} is beyond all counts")
    return [float(as_written(values[scenario])) for scenario in scenarios]


def as_written(value: Any) -> Any:
    """Return a float of numpy as the double that is written so: of float32, 0.1 is 0.1.

    Examples
    --------
    >>> float(np.float32(0.1)), as_written(np.float32(0.1))
    (0.10000000149011612, 0.1)
    """
    return float(str(value)) if isinstance(value, np.floating) else value


def _as_named(word: Any) -> str:
    """Return a word as scenarios are written here, for a hint: "CMO and CTO" as cmo_and_cto."""
    return str(word).strip().lower().replace(" ", "_")
