"""What a verdict says in words."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from splits import ARTICLE, compared, counted


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            [4000, 2000, 3000, 1000],
            ["Match with the article within 5 points (p < 0.001)", "95\N{NO-BREAK SPACE}% conf"],
        ),
        ([5000, 1500, 2600, 900], ["Mismatch", "CEMO is 10 points above it (at least 8.9 points)"]),
        ([40, 20, 30, 10], ["Inconclusive", "more firms needed", "1 point of the tolerance"]),
    ],
)
def test_the_verdict_is_one_sentence(counts, words):
    sentence = compared(counts).sentence
    for word in words:
        assert word in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_the_sentence_of_a_match_names_how_near_it_surely_is():
    """By hand: the largest of eight one-sided 95 % limits of Clopper and Pearson."""
    counts = np.array([4300, 1800, 2950, 950])
    low, high = proportion_confint(counts, 10_000, alpha=0.1, method="beta")
    within = max((high - ARTICLE).max(), (ARTICLE - low).max())
    assert f"off by more than {100 * within:.1f} points" in compared(counts.tolist()).sentence


def test_the_articles_rounding_is_part_of_the_statement():
    near = compared([4300, 1800, 2950, 950]).article_note
    assert "in tens and no method" in near
    assert "could be one that it rounded" in near
    far = compared([6000, 1000, 2500, 500]).article_note
    assert "15 points (total variation) away" in far  # 60 % is 15 beyond what rounds to 40
    assert (
        "is to be nearer than they are known"
        in compared([4300, 1800, 2950, 950], tolerance=0.02).article_note
    )
    assert compared([40, 20, 30, 10], counted(40, 20, 30, 10)).article_note == ""
