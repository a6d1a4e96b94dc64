"""The shape of a config, built from what a model declares by pydantic."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import cache
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

from orgsim.config.calibration_schema import CalibrationTable
from orgsim.config.rules import joint_problem
from orgsim.config.sensitivity_schema import SensitivityTable
from orgsim.config.sweep_schema import STRICT, ClusterTable, PrecisionTable, SweepTable
from orgsim.config.values import DISTRIBUTIONS, checker, is_number, nearest, show
from orgsim.config.versions import KEY, as_key
from orgsim.printable import LONGEST_TITLE
from orgsim.spec import SIMULATION, Model, Parameter
from orgsim.spec.schedule import FROM, SCHEDULE
from orgsim.spec.swept_path import parameter_at
from orgsim.spec.twin import MARGIN, TWIN
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


def value_schema(parameter: Parameter, departments: Sequence[str]) -> dict[str, Any]:
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
        "properties": dict.fromkeys(departments, one),
        "required": list(departments),
        "additionalProperties": False,
    }
    return {"anyOf": [*one.get("anyOf", [one]), pair]}


def _field(parameter: Parameter, departments: Sequence[str]) -> Any:
    schema = value_schema(parameter, departments) | {"default": parameter.default}
    check = checker(parameter, departments)
    return (
        Annotated[Any, PlainValidator(check), WithJsonSchema(schema)],
        Field(default=parameter.default, description=_description(parameter)),
    )


def _description(parameter: Parameter) -> str:
    """Return what an editor shows of a parameter: meaning, unit and plausible range."""
    unit = "" if parameter.unit == "-" else f" [{parameter.unit}]"
    prior = f"; plausible: {parameter.prior}" if parameter.plausible else ""
    return f"{parameter.meaning}{unit}{prior}"


def _section(name: str, model: Model) -> type[BaseModel]:
    """Return the table of one section of a model's parameters."""
    fields = {p.name: _field(p, model.departments) for p in model.parameters if p.section == name}

    def check_together(self: Any) -> Any:
        given = {f"{name}.{field}": getattr(self, field) for field in fields}
        problem = joint_problem(model.joint_rules, given)
        if problem:
            raise ValueError(problem)
        return self

    rules: Any = model_validator(mode="after")(check_together)
    return create_model(
        f"{name.capitalize()}Section",
        __config__=STRICT,
        __doc__=model.sections[name],
        __validators__={"rules": rules},
        **fields,
    )


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


def _sector(model: Model) -> type[BaseModel]:
    """Return the table of a share of the population with distributions of its own."""
    known = {quantity.path: quantity for quantity in model.quantities}

    def check_quantities(value: Any) -> dict[str, Any]:
        """Check a sector's own distributions, given by the paths of firm-level quantities."""
        if not isinstance(value, dict):
            raise ValueError(f"{show(value)} is not a table of firm-level quantities")
        checked = {}
        for path, given in value.items():
            if path not in known:
                reason = "is not drawn once a firm" if path in model.by_path else "is unknown"
                raise ValueError(
                    f"{path!r} {reason}; allowed: {', '.join(known)}{nearest(path, known)}"
                )
            try:
                checked[path] = checker(known[path], model.departments)(given)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
        return checked

    schema = {
        "type": "object",
        "properties": {q.path: value_schema(q, model.departments) for q in model.quantities},
        "additionalProperties": False,
    }
    preset = Annotated[str | None, Field(description="a shipped config, or a file beside")]
    quantities = Annotated[dict[str, Any], PlainValidator(check_quantities), WithJsonSchema(schema)]
    return create_model(
        "Sector",
        __config__=STRICT,
        __doc__="A share of the population with distributions of its own.",
        share=(Share, ...),
        preset=(preset, None),
        quantities=(quantities, Field(default_factory=dict)),
    )


class Output(BaseModel):
    """What is written beside the shares."""

    model_config = STRICT

    firms: Annotated[Switch, Field(description="a row a firm; 1e8 firms are about 20 GB")] = True
    quarters: Annotated[Switch, Field(description="a row a quarter")] = True


def _target(model: Model) -> type[BaseModel]:
    """Return the table of what the simulated shares are compared with."""

    def check_sum(self: Any) -> Any:
        _check_shares(dict(self), "the shares")
        return self

    validator: Any = model_validator(mode="after")(check_sum)
    # create_model's fields are its keywords, which its overloads cannot say of a mapping.
    fields: Any = {outcome.name: (Share, ...) for outcome in model.outcomes}
    shares = create_model(
        "TargetShares",
        __config__=STRICT,
        __doc__="A split of the scenarios, summing to 1.",
        __validators__={"sum": validator},
        **fields,
    )
    return create_model(
        "Target",
        __config__=STRICT,
        __doc__="What the simulated shares are compared with; default: the article.",
        shares=(shares, shares(**{o.name: o.share for o in model.outcomes})),
        tolerance=(Share, 0.05),
    )


class Shape(BaseModel):
    """What every config has beside what depends on the model."""

    model_config = STRICT

    title: Annotated[
        str, Field(max_length=LONGEST_TITLE, strict=True), AfterValidator(_printable)
    ] = ""
    output: Output = Output()
    sweep: SweepTable | None = None
    precision: PrecisionTable | None = None
    sensitivity: SensitivityTable | None = None
    calibration: CalibrationTable | None = None
    cluster: ClusterTable = ClusterTable()


@cache
def document_of(model: Model) -> Any:
    """Return a whole config of a model, as pydantic checks it."""

    def check_sum(self: Any) -> Any:
        if self.sectors:
            _check_shares({k: s.share for k, s in self.sectors.items()}, "the sectors' shares")
        return self

    validator: Any = model_validator(mode="after")(check_sum)
    sector, target = _sector(model), _target(model)
    sections = {name: _section(name, model) for name in model.sections}
    fields: Any = {
        "sectors": (dict[str, sector], Field(default_factory=dict)),  # type: ignore[valid-type]  # a class made above, which mypy takes for a variable
        "target": (target, target()),
        **{name: (section, section()) for name, section in sections.items()},
    }
    return create_model(
        "Document",
        __base__=Shape,
        __doc__="An orgsim config.",
        __validators__={"sum": validator},
        **fields,
    )


def _schedule_schema(model: Model) -> dict[str, Any]:
    """Return the JSON Schema of the entries of a schedule."""
    sections: dict[str, Any] = {}
    for parameter in model.parameters:
        if not parameter.fixed and parameter.section != SIMULATION:
            section = sections.setdefault(
                parameter.section,
                {
                    "type": "object",
                    "description": model.sections[parameter.section],
                    "properties": {},
                    "additionalProperties": False,
                },
            )
            section["properties"][parameter.name] = value_schema(parameter, model.departments) | {
                "description": parameter.meaning
            }
    start = {
        "type": ["integer", "string"],
        "description": 'first quarter of the change, counted from 0, or by its name, as "2016 Q1"',
    }
    return {
        "type": "array",
        "description": "settings that change over time, in the order of time",
        "items": {
            "type": "object",
            "properties": {FROM: start, **sections},
            "required": [FROM],
            "additionalProperties": False,
        },
    }


def _twin_schema(model: Model) -> dict[str, Any]:
    """Return the JSON Schema of a twin."""
    margin = parameter_at(MARGIN, model)
    assert margin is not None
    own = [p for p in model.parameters if p.section != SIMULATION and p.path not in model.agents]
    return {
        "type": "object",
        "description": "every firm a second time, with the same luck under other settings",
        "properties": {
            "set": {
                "type": "object",
                "description": "what the twin has otherwise, by path",
                "properties": {p.path: value_schema(p, model.departments) for p in own},
            },
            "margin": _number_schema(margin)
            | {"description": margin.meaning, "default": margin.default},
        },
        "required": ["set"],
        "additionalProperties": False,
    }


def json_schema(model: Model) -> dict[str, Any]:
    """Return the JSON Schema of a config file of a model, for editors."""
    schema: dict[str, Any] = document_of(model).model_json_schema()
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "a shipped preset by name, or a file, relative to this one",
    }
    if model.is_schedulable:
        schema["properties"][SCHEDULE] = _schedule_schema(model)
    if model.twin is not None:
        schema["properties"][TWIN] = _twin_schema(model)
    schema["properties"][KEY] = {
        "enum": [as_key(version) for version in model.versions],
        "default": as_key(model.version),
        "description": "the version of the model that the config is of: its rules, its defaults",
    }
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["title"] = "orgsim config"
    return schema
