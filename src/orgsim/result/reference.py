"""What a word on the command line refers to, as something to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orgsim.config import load_config
from orgsim.config.sources import read_with_extends
from orgsim.errors import ConfigError
from orgsim.result.run import Run, article_shares, open_run


def read_reference(reference: str | None) -> Mapping[str, float] | Run | None:
    """Return what a word on the command line refers to.

    Parameters
    ----------
    reference : str or None
        ``article``, a run directory, or a TOML file with ``[target]``; None: the run's own.

    Raises
    ------
    ConfigError, UsageError
        If it is none of these.
    """
    if reference is None:
        return None
    if reference == "article":
        return article_shares()
    if Path(reference).is_dir():
        return open_run(reference)
    if "target" not in read_with_extends(Path(reference)):
        raise ConfigError(f"{reference}: has no [target] to compare with")
    return load_config(reference).target.shares
