"""References: which shares and counts are taken, and what is said of others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orgsim.analysis.reference import (
    reference_of_counts,
    reference_of_shares,
    target_of,
    usual_split,
)
from orgsim.errors import ConfigError
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from splits import ARTICLE, counted


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ([0.4, 0.2, 0.3, 0.2], "sum to 1.1; allowed: 1"),
        ([-0.4, 1.0, 0.3, 0.1], "cemo = -0.4"),
        (["x", 0.2, 0.3, 0.1], "is not a number"),
        ([math.nan, 0.2, 0.3, 0.1], "is not a number"),
        ([True, 0, 0, 0], "is not a number"),
    ],
)
def test_what_are_no_shares_is_refused_with_the_field(shares, text):
    with pytest.raises(ConfigError, match="where: ") as refused:
        reference_of_shares(dict(zip(SCENARIOS, shares, strict=True)), "name", "where", SCENARIOS)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("last", "text"),
    [("cmo_vs_ct", "did you mean 'cmo_vs_cto'"), ("cmto", "nothing of cmo_vs_cto")],
)
def test_scenarios_that_are_unknown_or_missing_are_named(last, text):
    shares = {"cemo": 0.4, "cmto": 0.2, "cmo_and_cto": 0.3, last: 0.1}
    with pytest.raises(ConfigError, match=text):
        reference_of_shares(shares, "name", "where", SCENARIOS)


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([0, 0, 0, 0], "all counts are 0"),
        ([1.5, 1, 1, 1], "cemo = 1.5 is not a count"),
        ([-1, 1, 1, 1], "cemo = -1 is not a count"),
        ([10**400, 1, 1, 1], "beyond all counts"),
        ([math.inf, 1, 1, 1], "beyond all counts"),
    ],
)
def test_what_are_no_counts_is_refused(counts, text):
    with pytest.raises(ConfigError, match=text):
        counted(*counts)


def test_only_the_article_itself_is_known_to_be_rounded():
    """A survey may find the same shares, and exactly."""
    shares = dict(zip(SCENARIOS, ARTICLE.tolist(), strict=True))
    assert target_of(shares, "target", "test", MODEL) == usual_split(MODEL)
    given = reference_of_shares(shares, "survey", "test", SCENARIOS)
    assert (given.name, given.rounding, given.is_article) == ("survey", None, False)


def test_numbers_of_numpy_are_numbers():
    shares = dict(zip(SCENARIOS, ARTICLE, strict=True))
    assert reference_of_shares(shares, "array", "test", SCENARIOS).shares == tuple(ARTICLE)
    whole = dict(zip(SCENARIOS, np.array([4, 2, 3, 1]), strict=True))
    assert reference_of_counts(whole, "array", "test", SCENARIOS).counts == (4, 2, 3, 1)
