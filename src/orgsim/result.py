"""A run on the disk, as one holds it in Python."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.columns import SCENARIOS, SIDE_CUT_POINTS
from orgsim.config import load_config
from orgsim.config.sources import read_with_extends
from orgsim.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.analysis.comparison import Comparison


class Run:
    """A run on the disk.

    Attributes
    ----------
    directory : Path
    manifest : dict
        What the run is, and how it came about.
    simulated : bool
        Whether this call simulated anything, or found the run finished.
    """

    def __init__(self, directory: str | PathLike[str], *, simulated: bool = False) -> None:
        from orgsim.store import RunDirectory

        self.directory = Path(directory)
        self._store = RunDirectory(self.directory)
        self.manifest = self._store.read_manifest()
        self.simulated = simulated

    @property
    def digest(self) -> str | None:
        """Hash of the content, equal wherever it was computed; None while unfinished."""
        return self.manifest["digest"]

    def firms(self) -> pd.DataFrame:
        """Return a row a firm, see ``orgsim.columns.FIRMS``."""
        return self._store.read("firms").to_pandas()

    def quarters(self) -> pd.DataFrame:
        """Return a row a quarter, see ``orgsim.columns.QUARTERS``."""
        return self._store.read("quarters").to_pandas()

    def shares(self) -> pd.DataFrame:
        """Return a row a scenario, see ``orgsim.columns.SHARES``."""
        return self._store.read("shares").to_pandas()

    def _without_misfit(self, counts: list[int]) -> int | None:
        """Return how many firms apart never saw a misfit; None where nobody looks for one."""
        settings = self.manifest["identity"]["plan"]["settings"]
        if not settings["mechanisms.reorganisation"]:
            return None
        return counts[SCENARIOS.index("cmo_vs_cto")]

    def compare(self, reference: Mapping[str, float] | Run | None = None) -> Comparison:
        """Set the shares beside a reference: by default the config's target (the article).

        Parameters
        ----------
        reference : mapping of scenario to share, Run, or None

        Raises
        ------
        UsageError
            If the run, or the reference, is not finished.
        """
        from orgsim.analysis.comparison import compare_shares

        table = self._store.read("shares").to_pydict()
        if isinstance(reference, Run):
            other = reference._store.read("shares").to_pydict()
            split = dict(zip(other["scenario"], other["share"], strict=True))
            name = f"run in {reference.directory}"
        elif reference is None:
            split = self.manifest["target"]["shares"]
            name = "article" if split == article_shares() else "target"
        else:
            split = dict(reference)
            name = "article" if split == article_shares() else "given shares"
        together = SCENARIOS.index("cmo_and_cto")
        firms = table["firms"][0]
        return compare_shares(
            table["count"],
            split,
            reference_name=name,
            side_counts={
                cut: round(table[column][together] * firms)
                for cut, column in zip(SIDE_CUT_POINTS, ("share_at_04", "share_at_06"), strict=True)
            },
            without_misfit=self._without_misfit(table["without_misfit"]),
        )


def article_shares() -> dict[str, float]:
    """Return the article's split."""
    from orgsim.config import ARTICLE_SHARES

    return dict(ARTICLE_SHARES)


def open_run(directory: str | PathLike[str]) -> Run:
    """Open a run directory.

    Raises
    ------
    UsageError
        If there is no run, or one of another format.
    """
    return Run(directory)


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
