"""What must be in a manifest, and what must not: checked before anything counts on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from orgsim.printable import LONGEST_TITLE, printable


class _Strict(BaseModel):
    """A table whose values are of their types, not of what could be read as such."""

    model_config = ConfigDict(strict=True)


class _Extent(_Strict):
    """How much there is."""

    firms: PositiveInt
    points: PositiveInt


class _Output(_Strict):
    """Which tables are kept."""

    firms: bool
    quarters: bool


class _Target(_Strict):
    """What the shares are compared with."""

    shares: Annotated[dict[str, float], Field(min_length=2)]
    tolerance: float


class _Model(_Strict):
    """Which model it is of."""

    name: str
    version: str


class _Seconds(_Strict):
    """What a run took."""

    simulating: float
    writing: float


class _Swept(_Strict):
    """Where a parameter is varied: over values, between two ends, or as a table says."""

    model_config = ConfigDict(extra="forbid")

    values: list[float | bool | str] = []
    low: float = 0.0
    high: float = 0.0
    scale: str = ""
    levels: int = 0


class _Sweep(_Strict):
    """How points lie."""

    design: str
    parameters: dict[str, _Swept]


class _Precision(_Strict):
    """What intervals shall come to."""

    half_width: float
    most_firms: int


class _Plan(_Strict):
    """What determines a firm."""

    settings: dict[str, Any]
    sectors: list[dict[str, Any]]
    sweep: _Sweep = _Sweep(design="", parameters={})
    precision: _Precision = _Precision(half_width=0.0, most_firms=0)


class _Identity(_Strict):
    """What a run is of."""

    plan: _Plan
    source: str
    output: _Output


class _Shape(_Strict):
    """What the rest counts on in a manifest."""

    status: Literal["running", "finished", "interrupted", "failed"]
    digest: str | None
    title: Annotated[str, Field(max_length=LONGEST_TITLE)]
    target: _Target
    output: _Output
    seconds: _Seconds
    started: str | None
    ended: str | None
    command: list[str]
    machine: dict[str, str | int]
    seed: int
    preset: str = ""
    identity: _Identity
    extent: _Extent
    config: str
    plan_hash: str
    points_hash: str
    part_firms: PositiveInt
    expected_firms: PositiveInt
    sectors: list[str]
    provenance: dict[str, str]
    versions: dict[str, str]
    files: dict[str, str] = {}
    lost: list[str] = []
    model: _Model = _Model(name="", version="")


def refuse_misshapen(told: Mapping[str, Any]) -> None:
    """Refuse a manifest that lacks what the rest counts on.

    Raises
    ------
    ValueError
        Naming the field.
    """
    try:
        _Shape.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {first['msg'].lower()}") from None
    quarters = told["identity"]["plan"]["settings"].get("simulation.quarters")
    if not isinstance(quarters, int) or quarters < 1:
        raise ValueError("identity.plan.settings: lacks simulation.quarters")
    for key, value in told.items():
        kept = "" if key in _OF_ONE_LINE else "\t\n\r"
        if not all(_is_plain(text, kept) for text in (key, *_texts(value))):
            raise ValueError(f"{printable(key)}: holds control characters")


_OF_ONE_LINE = (
    *("digest", "ended", "files", "lost", "machine", "model"),
    *("started", "status", "versions"),
)
"""Fields that orgsim fills by itself: line breaks in them would be lines of its own, forged."""


def _is_plain(text: str, kept: str) -> bool:
    """Whether a text steers no terminal that shows it."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in kept for c in text)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in nested tables and lists, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield key
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)
