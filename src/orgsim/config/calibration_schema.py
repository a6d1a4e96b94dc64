"""The table ``[calibration]``, as pydantic checks it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from orgsim.config.sensitivity_schema import PlausibleRange, as_ends
from orgsim.config.sweep_schema import STRICT, Number
from orgsim.config.values import show


class Prior(BaseModel):
    """Where a parameter, or several moved as one, may lie before anything is known."""

    model_config = STRICT

    paths: Annotated[
        list[str], Field(description="of the parameters that it moves; default: its own name")
    ] = Field(default_factory=list)
    low: Annotated[Number | None, Field(description="lowest value; default: plausible")] = None
    high: Annotated[Number | None, Field(description="highest value; default: plausible")] = None
    scale: Annotated[
        Literal["linear", "log"] | None,
        Field(description="even steps are as likely, or even ratios; with low, default: linear"),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, given: Any) -> Any:
        """Take ``[low, high]`` as well."""
        return as_ends(given)

    @model_validator(mode="after")
    def _whole(self) -> Prior:
        if (self.low is None) != (self.high is None):
            raise ValueError("needs both low and high, or neither")
        if self.low is not None:
            PlausibleRange(low=self.low, high=self.high, scale=self.scale or "linear")
        return self


class Wanted(BaseModel):
    """What a named output is known to be, and how well."""

    model_config = STRICT

    value: Annotated[Number, Field(description="in the output's unit")]
    error: Annotated[Number, Field(description="standard error of the value, above 0")]
    source: Annotated[str, Field(description="where it is from")] = ""

    @model_validator(mode="after")
    def _positive(self) -> Wanted:
        if self.error <= 0:
            raise ValueError(f"error = {show(self.error)}; allowed: above 0")
        return self


class CalibrationTable(BaseModel):
    """What ``orgsim calibrate`` asks of the config."""

    model_config = STRICT

    priors: Annotated[
        dict[str, Prior],
        Field(description="parameters by path, or names of several moved as one: [low, high]"),
    ] = Field(default_factory=dict)
    split: Annotated[
        bool, Field(strict=True, description="whether the split of [target] is a target")
    ] = True
    targets: Annotated[
        dict[str, Wanted], Field(description="named outputs with value and error")
    ] = Field(default_factory=dict)
    held_out: Annotated[
        dict[str, Wanted],
        Field(description="named outputs that are not fitted, and shown beside their values"),
    ] = Field(default_factory=dict)
    effective_size: Annotated[
        int, Field(ge=16, le=1_000_000, strict=True, description="of the posterior's draws")
    ] = 400
    wave: Annotated[
        int, Field(ge=16, le=100_000, strict=True, description="settings that a wave simulates")
    ] = 256
    most_waves: Annotated[
        int, Field(ge=1, le=1_000, strict=True, description="after which it ends, met or not")
    ] = 24
    firms: Annotated[
        int, Field(ge=2, le=2**32 - 1, strict=True, description="firms of a setting")
    ] = 2_000
    seed: Annotated[
        int | None,
        Field(ge=0, lt=2**63, strict=True, description="of the draws; default: simulation.seed"),
    ] = None
