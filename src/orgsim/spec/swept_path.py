"""What a swept path means: a parameter, or one department's part of it."""

from __future__ import annotations

from typing import NamedTuple

from orgsim.spec.model import Model
from orgsim.spec.parameter import Parameter

PRESET = "preset"
"""Name, among the swept parameters, of the one that lays whole presets over the config."""


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
        if path in model.by_path:
            return cls(model.by_path[path], "")
        whole, _, department = path.rpartition(".")
        parameter = model.by_path.get(whole)
        if parameter is None or not parameter.by_department or department not in model.departments:
            return None
        return cls(parameter, department)

    @property
    def name(self) -> str:
        """Its name in words, without the section."""
        whose = {"": "", "it": " in IT"}.get(self.department, f" in {self.department}")
        return f"{self.parameter.name.replace('_', ' ')}{whose}"


def value_words(value: object) -> str:
    """Write a swept value in few digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
