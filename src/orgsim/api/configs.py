"""Loading a config, by default of the study's model."""

from __future__ import annotations

from os import PathLike

from orgsim.config import Config, Overrides
from orgsim.config import load_config as load
from orgsim.config.named import Named
from orgsim.model import MODEL
from orgsim.spec import Model


def load_config(
    source: str | PathLike[str] | Named,
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    model: Model = MODEL,
) -> Config:
    """Read, resolve and check a config.

    Parameters
    ----------
    source : str or path
        A TOML file, or the name of a shipped preset. A file of that name in the current directory
        wins, with a warning; a directory does not.
    overrides : mapping, or sequence of str
        Values by path, such as ``{"resistance.status_threat": 1.2}``, as Python has them: numbers,
        of numpy too, bools, words, lists, tables. Or ``section.key=value``, as after ``--set``;
        later ones win. Files that they name lie beside the config, or, of a preset, in the current
        directory.
    firms, seed : int, optional
        Short for ``simulation.firms`` and ``simulation.seed``; they win over ``overrides``.
    model : Model, optional
        Whose settings they are; by default the study's.

    Raises
    ------
    ConfigError
        With the file or preset, the field path, what was found and what is allowed.

    Examples
    --------
    >>> config = load_config("baseline", {"resistance.status_threat": 1.2}, firms=500)
    >>> config.firms
    500
    """
    return load(source, overrides, model=model, firms=firms, seed=seed)
