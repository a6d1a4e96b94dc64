"""A run of an earlier version, or of other rules, taken up in a directory of its own.

It is simulated anew, by the rules of the version that it is of, with more firms if they are asked
for; then every row that lies in the old directory is looked for in the new one. The old directory
is read, and neither locked nor written to.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from orgsim.config import Config
from orgsim.config.points import Points
from orgsim.errors import UsageError
from orgsim.execution.context import most_firms
from orgsim.execution.executors.base import Executor
from orgsim.execution.progress import Progress
from orgsim.execution.recovery import whole_manifest
from orgsim.execution.row_search import IN_WORDS, RowSearch
from orgsim.execution.run import run_config
from orgsim.printable import as_name, shell_word
from orgsim.spec import Model
from orgsim.store import Extent, Manifest, RunDirectory
from orgsim.store.atomic import explained
from orgsim.store.identity import refuse_smaller
from orgsim.store.names import CONFIG_FILE, refuse_odd
from orgsim.store.stored_config import present_config
from orgsim.text import counted


@dataclass(frozen=True)
class TakenUp:
    """A run whose every row was looked for in another directory, and found there.

    Attributes
    ----------
    old, new : Path
        The directories.
    rows : mapping of table to int
        How many there were.
    is_larger : bool
        Whether the new run has more firms; then rows of firms alone were looked for.
    simulated : bool
        Whether anything was simulated, or the new run was finished before.
    """

    old: Path
    new: Path
    rows: Mapping[str, int]
    is_larger: bool
    simulated: bool

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        old, new = as_name(self.old), as_name(self.new)
        total = sum(self.rows.values())
        if not total:
            return f"{old}: holds no rows yet that could be looked for in {new}"
        if self.is_larger:
            rows = counted(total, f"row of firms of {old} is", f"rows of firms of {old} are")
            why = "rows by quarter and shares are of fewer firms there, and were not looked for"
            return f"all {rows} in {new}, bit for bit; {why}"
        rows = counted(total, f"row of {old} is", f"rows of {old} are")
        which = ", ".join(f"{n:,} {IN_WORDS[name]}" for name, n in self.rows.items() if n)
        limits = "; limits of intervals but for rounding" if self.rows["shares"] else ""
        return f"all {rows} in {new}, bit for bit: {which}{limits}"


class TakeUp(NamedTuple):
    """A run that lies on the disk, and the config by which it is simulated anew.

    Attributes
    ----------
    old : Path
    manifest : Manifest
        The old run's.
    model : Model
        Which contains its rules.
    config : Config
        ``note`` says by the rules of which version it is run, if not by the present one's.
    """

    old: Path
    manifest: Manifest
    model: Model
    config: Config

    @classmethod
    def of(cls, directory: Path, model: Model, firms: int | None = None) -> TakeUp:
        """Return what is taken up of a directory.

        Parameters
        ----------
        firms : int, optional
            A point; by default as many as there are.

        Raises
        ------
        UsageError
            If there is no run, one of a model that is not contained in this one, or a larger one;
            or if it keeps no rows that could be looked for among more firms.
        ConfigError
            If so many firms are not allowed.
        """
        refuse_odd(directory)
        manifest = whole_manifest(directory, model)
        config = present_config(directory, manifest, model)
        config = config.replace(firms=firms)
        config = replace(config, preset=_present_preset(manifest, model))
        found = cls(directory, manifest, model, config)
        found._refuse_what_cannot_be()
        return found

    @property
    def is_larger(self) -> bool:
        """Whether more firms are asked for than the old run has, or was to have."""
        return most_firms(self.config) > self.manifest.extent.firms

    def _refuse_what_cannot_be(self) -> None:
        points = Points(self.config)
        wanted = Extent(most_firms(self.config), len(points))
        refuse_smaller(self.old, self.manifest.extent, wanted, "ask for as many firms, or for more")
        version = self.manifest.versions["orgsim"]
        RunDirectory(self.old).refuse_other_points(
            self.manifest,
            points.columns,
            self.model,
            f"orgsim {version} makes them, with the libraries that its manifest.json names",
        )
        if self.is_larger and not self.manifest.output.firms:
            raise UsageError(
                f"{self.old}: keeps no rows of firms ([output] firms = false); all others are of "
                "all firms, and none could be looked for among more: leave --firms away, or, to "
                f"look for none, run {shell_word(self.old / CONFIG_FILE)} with --firms"
            )

    def refuse_place(self, new: Path) -> None:
        """Refuse a new directory that is the old one, or lies in it.

        Raises
        ------
        UsageError
        """
        place = Path(os.path.realpath(new))
        with explained(new, "read"):
            inside = any(p.exists() and p.samefile(self.old) for p in (place, *place.parents))
        if inside:
            raise UsageError(
                f"{new}: is the run that is taken up, or lies in it, and that is not written to; "
                "choose another directory: --out DIR"
            )

    def into(
        self, new: Path, executor: Executor, progress: Progress, *, overwrite: bool = False
    ) -> TakenUp:
        """Simulate the run in a new directory, and look there for every row of the old one.

        The same call goes on with what was interrupted, and looks again where all is finished.

        Parameters
        ----------
        new : Path
            Not refused by :meth:`refuse_place`.
        overwrite : bool
            Replace another run there.

        Raises
        ------
        UsageError
            If another run is there.
        RunError
            If a row is not there as it was, which the message names, or could not be read in the
            old directory. The new one stays.
        """
        simulated = run_config(self.config, new, executor, progress, overwrite=overwrite)
        search = RowSearch(self.old, new, self.manifest, self.model, is_larger=self.is_larger)
        progress.say(f"looking in {as_name(new)} for every row of {as_name(self.old)}")
        search.look_in_parts()
        search.look_in_tables_of_all()
        search.refuse_what_is_wrong()
        rows = {name: found.count for name, found in search.found.items()}
        return TakenUp(self.old, new, rows, self.is_larger, simulated)


def _present_preset(manifest: Manifest, model: Model) -> str | None:
    """Return the preset that a run's config is a change of, by its present name."""
    preset = manifest.preset
    return model.versions[manifest.model.version].presets.get(preset or "", preset)
