"""The shape of a config, built from the parameter table by pydantic."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PlainValidator,
    WithJsonSchema,
    create_model,
    model_validator,
)

from orgsim.columns import ARTICLE_SHARES
from orgsim.config.rules import joint_problem
from orgsim.config.sweep_schema import STRICT, ClusterTable, PrecisionTable, SweepTable
from orgsim.config.values import DISTRIBUTIONS, checker, is_number, nearest, show
from orgsim.parameter import Parameter
from orgsim.parameters import BY_PATH, DEPARTMENTS, PARAMETERS, QUANTITIES, SECTIONS
from orgsim.printable import LONGEST_TITLE
from orgsim.text import meant_as_percent


def _number_schema(parameter: Parameter) -> dict[str, Any]:
    kind = "integer" if parameter.kind == "integer" else "number"
    return {"type": kind, "minimum": parameter.low, "maximum": parameter.high}


def _distribution_schema(parameter: Parameter, name: str) -> dict[str, Any]:
    needed, optional = DISTRIBUTIONS[name]
    value = {"type": "number"}
    within = {"type": "number", "minimum": parameter.low, "maximum": parameter.high}
    kinds = {
        "values": {"type": "array", "items": within, "minItems": 1},
        "weights": {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1},
    }
    properties = {key: kinds.get(key, value) for key in (*needed, *optional)}
    return {
        "type": "object",
        "properties": {"dist": {"const": name}, **properties},
        "required": ["dist", *needed],
        "additionalProperties": False,
    }


def value_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON Schema of a parameter's values, without its description."""
    if parameter.kind == "switch":
        return {"type": "boolean"}
    if parameter.kind == "choice":
        return {"enum": list(parameter.words)}
    one: dict[str, Any] = _number_schema(parameter)
    if parameter.kind == "quantity":
        one = {"anyOf": [one, *(_distribution_schema(parameter, d) for d in DISTRIBUTIONS)]}
    if not parameter.by_department:
        return one
    pair = {
        "type": "object",
        "properties": dict.fromkeys(DEPARTMENTS, one),
        "required": list(DEPARTMENTS),
        "additionalProperties": False,
    }
    return {"anyOf": [*one.get("anyOf", [one]), pair]}


def _field(parameter: Parameter) -> Any:
    unit = "" if parameter.unit == "-" else f" [{parameter.unit}]"
    schema = value_schema(parameter) | {
        "description": f"{parameter.meaning}{unit}",
        "default": parameter.default,
    }
    return (
        Annotated[Any, PlainValidator(checker(parameter)), WithJsonSchema(schema)],
        Field(default=parameter.default, description=parameter.meaning),
    )


def _section(name: str) -> type[BaseModel]:
    fields = {p.name: _field(p) for p in PARAMETERS if p.section == name}

    def check_together(self: Any) -> Any:
        problem = joint_problem({f"{name}.{field}": getattr(self, field) for field in fields})
        if problem:
            raise ValueError(problem)
        return self

    rules: Any = model_validator(mode="after")(check_together)
    return create_model(
        f"{name.capitalize()}Section",
        __config__=STRICT,
        __doc__=SECTIONS[name],
        __validators__={"rules": rules},
        **fields,
    )


SECTION_MODELS = {name: _section(name) for name in SECTIONS}


def _check_shares(shares: dict[str, float], what: str) -> None:
    total = math.fsum(shares.values())
    if abs(total - 1.0) > 1e-9:
        lack = f"; if they were rounded, add {1.0 - total:.3g} to the largest"
        mend = lack if abs(total - 1.0) < 0.05 else ""
        raise ValueError(f"{what} sum to {total:.10g}; allowed: 1{mend}")


def _share(value: Any) -> float:
    if not is_number(value) or not 0.0 <= value <= 1.0:
        is_percent = is_number(value) and 1.0 < value <= 100.0
        percent = f"; {meant_as_percent(value)}" if is_percent else ""
        raise ValueError(f"{show(value)} is not a share; allowed: a number from 0 to 1{percent}")
    return float(value)


def _printable(title: str) -> str:
    """Refuse control characters but tabs and line breaks: they upset whatever shows a title."""
    controls = (c for c in title if unicodedata.category(c) == "Cc" and c not in "\t\n\r")
    odd = next(controls, None)
    if odd is not None:
        raise ValueError(f"has the control character {odd!r}; allowed: text")
    return title


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{show(value)} is not a switch; allowed: true or false")
    return value


Share = Annotated[
    float,
    PlainValidator(_share),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
Switch = Annotated[bool, PlainValidator(_boolean), WithJsonSchema({"type": "boolean"})]


def _sector_quantities(value: Any) -> dict[str, Any]:
    """Check a sector's own distributions, given by the paths of firm-level quantities."""
    if not isinstance(value, dict):
        raise ValueError(f"{show(value)} is not a table of firm-level quantities")
    known = [quantity.path for quantity in QUANTITIES]
    checked = {}
    for path, given in value.items():
        if path not in known:
            reason = "is not drawn once a firm" if path in BY_PATH else "is unknown"
            raise ValueError(
                f"{path!r} {reason}; allowed: {', '.join(known)}{nearest(path, known)}"
            )
        try:
            checked[path] = checker(BY_PATH[path])(given)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return checked


class Sector(BaseModel):
    """A share of the population with distributions of its own."""

    model_config = STRICT

    share: Share
    preset: Annotated[str | None, Field(description="a shipped config, or a file beside")] = None
    quantities: Annotated[
        dict[str, Any],
        PlainValidator(_sector_quantities),
        WithJsonSchema(
            {
                "type": "object",
                "properties": {q.path: value_schema(q) for q in QUANTITIES},
                "additionalProperties": False,
            }
        ),
    ] = Field(default_factory=dict)


class Output(BaseModel):
    """What is written beside the shares."""

    model_config = STRICT

    firms: Annotated[Switch, Field(description="a row a firm; 1e8 firms are about 20 GB")] = True
    quarters: Annotated[Switch, Field(description="a row a quarter")] = True


class TargetShares(BaseModel):
    """A split of the four scenarios, summing to 1."""

    model_config = STRICT

    cemo: Share
    cmto: Share
    cmo_and_cto: Share
    cmo_vs_cto: Share

    @model_validator(mode="after")
    def _sum(self) -> TargetShares:
        _check_shares(dict(self), "the shares")
        return self


class Target(BaseModel):
    """What the simulated shares are compared with; default: the article."""

    model_config = STRICT

    shares: TargetShares = TargetShares(**ARTICLE_SHARES)
    tolerance: Share = 0.05


class Shape(BaseModel):
    """What every config has beside the sections of the parameter table."""

    model_config = STRICT

    title: Annotated[
        str, Field(max_length=LONGEST_TITLE, strict=True), AfterValidator(_printable)
    ] = ""
    sectors: dict[str, Sector] = Field(default_factory=dict)
    output: Output = Output()
    target: Target = Target()
    sweep: SweepTable | None = None
    precision: PrecisionTable | None = None
    cluster: ClusterTable = ClusterTable()

    @model_validator(mode="after")
    def _sum(self) -> Shape:
        if self.sectors:
            _check_shares({k: s.share for k, s in self.sectors.items()}, "the sectors' shares")
        return self


Document: Any = create_model(
    "Document",
    __base__=Shape,
    __doc__="An orgsim config.",
    # create_model's fields are its keywords, which its overloads cannot say of a mapping.
    **{name: (model, model()) for name, model in SECTION_MODELS.items()},  # type: ignore[call-overload]  # see above
)
"""A whole config, as pydantic checks it."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a config file, for editors."""
    schema: dict[str, Any] = Document.model_json_schema()
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "a shipped preset by name, or a file, relative to this one",
    }
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["title"] = "orgsim config"
    return schema
