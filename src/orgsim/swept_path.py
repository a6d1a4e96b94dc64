"""What a swept path means: a parameter, or one department's part of it."""

from __future__ import annotations

from typing import NamedTuple

from orgsim.parameter import Parameter
from orgsim.parameters import BY_PATH, DEPARTMENTS

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
    def of(cls, path: str) -> SweptPath | None:
        """Return what a path means; None if it is no parameter's, or of a department alike."""
        if path in BY_PATH:
            return cls(BY_PATH[path], "")
        whole, _, department = path.rpartition(".")
        parameter = BY_PATH.get(whole)
        is_part = parameter is not None and parameter.by_department and department in DEPARTMENTS
        return cls(BY_PATH[whole], department) if is_part else None

    @property
    def name(self) -> str:
        """Its name in words, without the section."""
        whose = {"": "", "marketing": " in marketing", "it": " in IT"}[self.department]
        return f"{self.parameter.name.replace('_', ' ')}{whose}"


def value_words(value: object) -> str:
    """Write a swept value in few digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
