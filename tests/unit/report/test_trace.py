"""A trace on the terminal."""

from __future__ import annotations

from orgsim.report.trace import KIND_TITLES
from orgsim.trace import KINDS


def test_every_kind_of_event_has_its_words_on_the_terminal():
    assert set(KIND_TITLES) == set(KINDS)
