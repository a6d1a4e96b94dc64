"""The tables ``[sweep]``, ``[precision]`` and ``[cluster]``, as pydantic checks them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from orgsim.config.executors import EXECUTORS
from orgsim.config.values import is_finite, is_number, nearest, show
from orgsim.printable import shortened

STRICT = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def _finite(value: Any) -> float | int:
    if not is_number(value) or not is_finite(value):
        raise ValueError(f"{show(value)} is not a finite number")
    return value


def _values(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 10_000:
        raise ValueError("must be a list of 1 to 10,000 values")
    seen = set()
    for one in value:
        if not isinstance(one, (bool, int, float, str)):
            raise ValueError(f"{show(one)} is neither a number, nor true, false or a word")
        called = (isinstance(one, bool), one)  # for True == 1 in Python
        if called in seen:
            raise ValueError(f"{show(one)} stands there twice")
        seen.add(called)
    return tuple(value)


Number = Annotated[Any, PlainValidator(_finite), WithJsonSchema({"type": "number"})]
Values = Annotated[
    Any,
    PlainValidator(_values),
    WithJsonSchema(
        {"type": "array", "minItems": 1, "items": {"type": ["number", "boolean", "string"]}}
    ),
]


class SweptParameter(BaseModel):
    """From where to where a parameter is swept, or through which values."""

    model_config = STRICT

    low: Annotated[Number | None, Field(description="lowest value")] = None
    high: Annotated[Number | None, Field(description="highest value")] = None
    scale: Annotated[Literal["linear", "log"], Field(description="even steps, or even ratios")] = (
        "linear"
    )
    levels: Annotated[
        int | None,
        Field(ge=2, le=10_000_000, strict=True, description="values of a grid, both ends included"),
    ] = None
    values: Annotated[Values | None, Field(description="the values themselves")] = None

    @model_validator(mode="after")
    def _one_way(self) -> SweptParameter:
        ends = self.low is not None or self.high is not None
        if self.values is not None and (ends or self.levels is not None):
            raise ValueError("give either values, or low and high")
        if ends and (self.low is None or self.high is None):
            raise ValueError("needs both low and high")
        if self.low is None or self.high is None:
            return self
        if self.low >= self.high:
            where = "above" if self.low > self.high else "equal to"
            raise ValueError(f"low = {show(self.low)} is {where} high = {show(self.high)}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f'low = {show(self.low)}; allowed with scale = "log": above 0')
        return self


class SweepTable(BaseModel):
    """Many design points in place of one."""

    model_config = STRICT

    design: Annotated[
        Literal["sobol", "halton", "latin_hypercube", "grid", "table"],
        Field(description="how the points are laid; sobol, halton and table can grow later"),
    ] = "sobol"
    points: Annotated[
        int | None,
        Field(
            ge=1,
            strict=True,
            description="points asked for; not with a grid, optional with a table",
        ),
    ] = None
    seed: Annotated[
        int | None,
        Field(ge=0, lt=2**63, strict=True, description="of the design; default: simulation.seed"),
    ] = None
    common_random_numbers: Annotated[
        bool,
        Field(
            strict=True,
            description="the same draws at every point, which differ by their parameters alone",
        ),
    ] = True
    constraints: Annotated[
        list[str],
        Field(description="such as 'resistance.status_threat <= 2 * cooperation.learning_rate'"),
    ] = Field(default_factory=list)
    table: Annotated[
        str | None, Field(description="CSV or Parquet file, relative to this one, a row a point")
    ] = None
    parameters: Annotated[
        dict[str, SweptParameter], Field(description="swept parameters by path, or 'preset'")
    ] = Field(default_factory=dict)
    presets: Annotated[
        dict[str, dict[str, Any]],
        Field(
            description="settings by path that a value of 'preset' stands for, unless it is a file"
        ),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> SweepTable:
        if self.design == "table":
            if self.table is None:
                raise ValueError('design = "table" needs table = "FILE.csv" or "FILE.parquet"')
        elif self.table is not None:
            raise ValueError(f'table goes with design = "table", not "{self.design}"')
        elif not self.parameters:
            raise ValueError("needs [sweep.parameters]: what shall be swept?")
        if self.design in ("sobol", "halton", "latin_hypercube") and self.points is None:
            raise ValueError(f'design = "{self.design}" needs points = NUMBER')
        if self.design == "grid" and self.points is not None:
            raise ValueError("a grid has as many points as its levels give: leave points out")
        return self


class PrecisionTable(BaseModel):
    """Firms are added until every share is known this well, instead of simulation.firms."""

    model_config = STRICT

    half_width: Annotated[
        Number,
        WithJsonSchema({"type": "number", "minimum": 1e-4, "exclusiveMaximum": 0.5}),
        Field(description="half the width of every share's simultaneous 95 % interval, in shares"),
    ]
    most_firms: Annotated[
        int, Field(ge=1_024, le=2**32 - 1, strict=True, description="cap on the firms of a point")
    ] = 2**20

    @model_validator(mode="after")
    def _range(self) -> PrecisionTable:
        if not 1e-4 <= self.half_width < 0.5:
            raise ValueError(
                f"half_width = {show(self.half_width)}; allowed: from 0.0001, below 0.5"
            )
        return self


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line, without control characters")
    return text


def _memory(text: str) -> str:
    if text and not re.fullmatch(r"[1-9][0-9]{0,5}(\.[0-9]{1,3})? ?[kMGT]i?B", text):
        raise ValueError(f'{show(text)} is not a size; allowed: such as "2 GB" or "512 MiB", or ""')
    return text


def _walltime(text: str) -> str:
    whole = re.fullmatch(r"([0-9]{1,3}-)?[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]", text)
    if not whole or not any(digit in text for digit in "123456789"):
        raise ValueError(f'{show(text)} is not a time; allowed: "hours:minutes:seconds"')
    return text


Line = Annotated[str, AfterValidator(_line)]


def _executor(name: str) -> str:
    if name not in EXECUTORS:
        raise ValueError(f"no executor {shortened(name, 60)!r}{nearest(name, EXECUTORS)}")
    return name


class ClusterTable(BaseModel):
    """Where a sweep is computed when not on this machine; no result depends on it."""

    model_config = STRICT

    executor: Annotated[
        str,
        AfterValidator(_executor),
        Field(
            description="who does the work unless told otherwise: threads, or Dask's workers",
            json_schema_extra={"enum": list(EXECUTORS)},
        ),
    ] = "threads"
    queue_system: Annotated[
        Literal["slurm", "pbs", "torque", "lsf", "sge", "oar", "moab"],
        Field(description="the cluster's queue; no scripts are written for oar and moab"),
    ] = "slurm"
    queue: Annotated[
        Line, Field(description="queue or partition; empty: the cluster's default")
    ] = ""
    account: Annotated[Line, Field(description="whom to charge: an account, or a project")] = ""
    jobs: Annotated[
        int, Field(ge=1, le=100_000, strict=True, description="tasks of an array, a shard each")
    ] = 4
    cores: Annotated[int, Field(ge=1, le=1_024, strict=True, description="cores a job")] = 1
    memory: Annotated[
        str,
        AfterValidator(_memory),
        Field(description="memory a job; empty: the cluster's default"),
    ] = ""
    walltime: Annotated[
        str, AfterValidator(_walltime), Field(description="time limit of a job")
    ] = "04:00:00"
    parallel_environment: Annotated[
        Line,
        Field(description="of Grid Engine, in which it gives several cores; sites name it"),
    ] = ""
    command: Annotated[
        list[Line],
        Field(
            description="words that start orgsim in a job, such as"
            " ['apptainer', 'exec', 'image.sif', 'orgsim']; empty: as it is started here"
        ),
    ] = Field(default_factory=list)
    prologue: Annotated[
        list[Line], Field(description="shell lines before orgsim, such as 'module load python'")
    ] = Field(default_factory=list)
    directives: Annotated[
        list[Line], Field(description="more options of the queue, such as '--constraint=avx512'")
    ] = Field(default_factory=list)
    tls_ca_file: Annotated[
        Line,
        Field(
            description="certificate, relative to this file, of who vouches for Dask's scheduler"
            " and workers at a tls:// address"
        ),
    ] = ""
    tls_cert: Annotated[Line, Field(description="certificate of this client of Dask's")] = ""
    tls_key: Annotated[Line, Field(description="key that goes with tls_cert")] = ""
    interface: Annotated[
        Line,
        Field(
            description="ignored: told Dask's jobs in a queue where to connect, which are no more",
            json_schema_extra={"deprecated": True},
        ),
    ] = ""
