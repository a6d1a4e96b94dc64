"""The table ``[sensitivity]``, as pydantic checks it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from orgsim.config.sweep_schema import STRICT, Number
from orgsim.config.values import show

MOST_SAMPLES = 2**20


def as_ends(given: Any) -> Any:
    """Return ``[low, high]`` as a table, and anything else as it is."""
    if not isinstance(given, list):
        return given
    if len(given) != 2:
        raise ValueError("must be [low, high]")
    return {"low": given[0], "high": given[1]}


class PlausibleRange(BaseModel):
    """From where to where a parameter may plausibly lie."""

    model_config = STRICT

    low: Annotated[Number, Field(description="lowest plausible value")]
    high: Annotated[Number, Field(description="highest plausible value")]
    scale: Annotated[
        Literal["linear", "log"], Field(description="even steps are as likely, or even ratios")
    ] = "linear"

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, given: Any) -> Any:
        """Take ``[low, high]`` as well."""
        return as_ends(given)

    @model_validator(mode="after")
    def _increasing(self) -> PlausibleRange:
        if self.low >= self.high:
            where = "above" if self.low > self.high else "equal to"
            raise ValueError(f"low = {show(self.low)} is {where} high = {show(self.high)}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f'low = {show(self.low)}; allowed with scale = "log": above 0')
        return self


class SensitivityTable(BaseModel):
    """What ``orgsim sensitivity`` asks of the config."""

    model_config = STRICT

    outputs: Annotated[
        list[str],
        Field(description="named outputs, such as 'cemo' or 'cmo_vs_cto@80'; empty: the usual"),
    ] = Field(default_factory=list)
    parameters: Annotated[
        list[str],
        Field(description="paths of those to be screened; empty: all numbers with a range"),
    ] = Field(default_factory=list)
    ranges: Annotated[
        dict[str, PlausibleRange],
        Field(description="plausible ranges by path, in place of the model's: [low, high]"),
    ] = Field(default_factory=dict)
    groups: Annotated[
        dict[str, list[str]],
        Field(description="of the indices: parameters by path that are moved as one, by name"),
    ] = Field(default_factory=dict)
    trajectories: Annotated[
        int, Field(ge=2, le=10_000, strict=True, description="of the screening")
    ] = 20
    screening_firms: Annotated[
        int, Field(ge=2, le=2**32 - 1, strict=True, description="firms of a point of the screening")
    ] = 1_000
    top: Annotated[
        int,
        Field(ge=1, le=64, strict=True, description="parameters of which indices are asked for"),
    ] = 8
    samples: Annotated[
        int,
        Field(ge=8, le=MOST_SAMPLES, strict=True, description="of the indices; best a power of 2"),
    ] = 1_024
    indices_firms: Annotated[
        int, Field(ge=2, le=2**32 - 1, strict=True, description="firms of a point of the indices")
    ] = 500
    second_order: Annotated[
        bool, Field(strict=True, description="whether indices of pairs are asked for as well")
    ] = False
    seed: Annotated[
        int | None,
        Field(ge=0, lt=2**63, strict=True, description="of the designs; default: simulation.seed"),
    ] = None
