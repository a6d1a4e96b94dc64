"""Where the two passive scenarios part."""

from __future__ import annotations

CUT_POINT = 0.5
"""Completion that separates the two passive scenarios: fixed in advance, never calibrated."""

SIDE_CUT_POINTS = (0.4, 0.6)
"""What else the cut-point could have been, reported beside and nowhere used."""
