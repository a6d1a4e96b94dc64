"""What the captions of all figures are made of."""

from __future__ import annotations


def sentences(*parts: str) -> str:
    """Return the parts that are not empty, a full stop behind each."""
    return " ".join(f"{part}." for part in parts if part)
