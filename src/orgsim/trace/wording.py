"""What stories call structures and posts."""

from __future__ import annotations

STRUCTURE_TITLES = ("separate departments", "CMTO", "CEMO")
"""By structure code."""

POST_TITLES = ("CEO", "CMO", "CIO", "infrastructure chief", "CMTO")
"""By post."""
