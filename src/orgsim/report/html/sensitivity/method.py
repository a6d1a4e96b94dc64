"""How the numbers are estimated, and whose methods these are."""

from __future__ import annotations

from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.subject import Analysis

_INDEPENDENT = ("latin_hypercube", "table")
"""Designs of which first orders are estimated from neighbours in rank."""


def method_section(analysis: Analysis) -> Section:
    """Return what was done in each stage that there is, with references."""
    found = analysis.found
    content = {
        "screening": found.screening,
        "indices": found.indices,
        "has_pairs": found.indices is not None and found.indices.pairs is not None,
        "given": found.given,
        "is_even": found.given is not None and found.given.design not in _INDEPENDENT,
    }
    return Section("method", "Method", "sensitivity/method", content)
