"""What is drawn, told and replayed is of this study's columns; other models have none of it."""

from __future__ import annotations

from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.spec import Model


def refuse_other_columns(model: Model, what: str) -> None:
    """Refuse a model whose tables are not those that pictures, pages and traces are made of.

    Parameters
    ----------
    what : str
        What is asked for, in the plural.

    Raises
    ------
    UsageError
    """
    tables = ("firms", "quarters", "shares", "outcomes")
    if any(getattr(model, name) != getattr(MODEL, name) for name in tables):
        raise UsageError(
            f"{what} are of the model {MODEL.name} and its columns, and this is {model.label}; its "
            "tables can be had: shares(), firms(), quarters()"
        )
