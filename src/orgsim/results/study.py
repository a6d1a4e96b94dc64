"""What is drawn, told and replayed is of this study's columns and rules; other models have none."""

from __future__ import annotations

from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.spec import Model

_TABLES = ("firms", "quarters", "shares", "outcomes")
_RULES = ("rules", "steps", "parameters")


def refuse_other_study(model: Model, what: str, *, rules: bool = False) -> None:
    """Refuse a model that is not of what pictures, pages and traces are made of.

    With the columns of an earlier version, or of twins, it is.

    Parameters
    ----------
    what : str
        What is asked for, in the plural.
    rules : bool
        Whether it tells of the rules and the parameters, too, and not of the columns alone.

    Raises
    ------
    UsageError
    """
    names = (*_TABLES, *_RULES) if rules else _TABLES
    if any(getattr(model.kernel, name) != getattr(MODEL, name) for name in names):
        of = "rules" if rules else "columns"
        raise UsageError(
            f"{what} are of the model {MODEL.name} and its {of}, and this is {model.label}; its "
            "tables can be had: shares(), firms(), quarters()"
        )
