"""What a swept path means: a parameter, or one department's part of it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from orgsim.spec.model import Model
from orgsim.spec.parameter import Parameter
from orgsim.spec.schedule import FROM, parts_of
from orgsim.spec.twin import MARGIN, USUAL_MARGIN, inner_path, is_of_twin

PRESET = "preset"
"""Name, among the swept parameters, of the one that lays whole presets over the config."""


def parameter_at(path: str, model: Model) -> Parameter | None:
    """Return the parameter of a path, be it of a segment or of the twin: then with that path.

    None if none is.

    The first quarter of a segment is a whole number below the longest horizon.
    """
    if path == MARGIN:
        return Parameter(
            path=path,
            kind="real",
            default=USUAL_MARGIN,
            unit="share",
            high=10.0,
            meaning="by how much a firm must perform better than its twin to be called improved",
            fixed="is of the whole run",
        )
    of_twin = inner_path(path)
    if of_twin is not None:
        whole = model.by_path.get(of_twin)
        return whole and replace(whole, path=path, meaning=f"{whole.meaning}; of the twin")
    parts = parts_of(path)
    if parts is None:
        return model.by_path.get(path)
    number, inner = parts
    if inner == FROM:
        return Parameter(
            path=path,
            kind="integer",
            default=0,
            unit="quarters",
            high=model.most_quarters - 1,
            meaning=f"first quarter of segment {number} of the schedule, counted from 0",
        )
    whole = model.by_path.get(inner)
    if whole is None or whole.fixed:
        return None
    return replace(whole, path=path, meaning=f"{whole.meaning}; from segment {number} on")


class SweptPath(NamedTuple):
    """A parameter, for both departments or one.

    Attributes
    ----------
    parameter : Parameter
    department : str
        Empty for both.
    """

    parameter: Parameter
    department: str

    @classmethod
    def of(cls, path: str, model: Model) -> SweptPath | None:
        """Return what a path means; None if it is no parameter's, or of a department alike."""
        parameter = parameter_at(path, model)
        if parameter is not None:
            return cls(parameter, "")
        whole, _, department = path.rpartition(".")
        parameter = parameter_at(whole, model)
        if parameter is None or not parameter.by_department or department not in model.departments:
            return None
        return cls(parameter, department)

    @property
    def name(self) -> str:
        """Its name in words, without the section."""
        whose = {"": "", "it": " in IT"}.get(self.department, f" in {self.department}")
        parts = parts_of(self.parameter.path)
        if is_of_twin(self.parameter.path):
            return f"{self.parameter.name.replace('_', ' ')}{whose} of the twin"
        if parts is None:
            return f"{self.parameter.name.replace('_', ' ')}{whose}"
        number, inner = parts
        if inner == FROM:
            return f"first quarter of segment {number}"
        return f"{self.parameter.name.replace('_', ' ')}{whose} from segment {number} on"


def value_words(value: object) -> str:
    """Write a swept value in few digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
