"""What a model counts, and writes: columns, outcomes, series, tallies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray


@dataclass(frozen=True)
class Column:
    """One output column: Arrow type as a word, unit, meaning.

    ``type`` is one of ``float32``, ``float64``, ``int16``, ``int32``, ``int64``,
    ``bool``, ``word`` (dictionary-encoded string), ``quarter`` (int16, null if never).
    """

    name: str
    type: str
    unit: str
    meaning: str


class Outcome(NamedTuple):
    """Where a firm may end.

    Attributes
    ----------
    name : str
        In columns and configs.
    title : str
        In words.
    share : float
        What simulated shares are compared with unless a config says otherwise; all sum to 1.
    """

    name: str
    title: str
    share: float


class Series(NamedTuple):
    """A state variable whose mean and quantiles over firms are reported each quarter.

    Attributes
    ----------
    column : Column
        Of a firm at the horizon.
    low : float
        Its lowest value; the highest is 1.
    """

    column: Column
    low: float = 0.0


class Tally(NamedTuple):
    """Firms of each outcome of which something is true at the horizon, counted exactly.

    Attributes
    ----------
    name : str
        Of the column in ``shares``, and in the ledger.
    meaning : str
    holds : callable
        Takes the record by the names of its columns, float64 (firms,) each, and returns of which
        firms it is true, bool (firms,).
    """

    name: str
    meaning: str
    holds: Callable[[Mapping[str, NDArray[Any]]], NDArray[Any]]


class OtherSplit(NamedTuple):
    """How firms would be split had a rule that only sorts them been another: a column of shares.

    Attributes
    ----------
    name : str
        Of the column in ``shares``.
    meaning : str
    split : callable
        Takes firms counted at the horizon, int64 (..., counts) in the order of ``Model.counts``,
        and returns those of each outcome, int64 (..., outcomes).
    cut_point : float
        What the rule would have been.
    """

    name: str
    meaning: str
    split: Callable[[NDArray[Any]], NDArray[Any]]
    cut_point: float


class CountedShare(NamedTuple):
    """A column of ``quarters``: what share of firms stood in some of the counts.

    Attributes
    ----------
    column : Column
    counts : tuple of str
        Added up, over all firms.
    """

    column: Column
    counts: tuple[str, ...]
