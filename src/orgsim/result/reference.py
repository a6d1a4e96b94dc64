"""What a word, a file or another run refers to, as something to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.analysis.reference import (
    ARTICLE,
    Reference,
    article,
    reference_of_counts,
    reference_of_shares,
)
from orgsim.columns import SCENARIOS
from orgsim.config import load_config
from orgsim.config.sources import preset_names, preset_path, read_toml, read_with_extends
from orgsim.config.values import nearest
from orgsim.errors import ConfigError, UsageError
from orgsim.result.run import Run, open_run

ReferenceLike = Run | Reference | Mapping[str, Any] | str | PathLike[str] | None


def as_reference(reference: Run | Reference | Mapping[str, Any] | str | PathLike[str]) -> Reference:
    """Return a split to compare with.

    Parameters
    ----------
    reference : Run, Reference, mapping, str or path
        A run of one setting; a mapping of scenarios to shares, or to counts if all are whole and
        add up to more than 1; the word ``article``; a shipped preset, for its ``[target]``; a run
        directory; a TOML file with ``[target]``, ``[shares]`` or ``[counts]``; a CSV file with the
        columns ``scenario`` and ``share`` or ``count``.

    Raises
    ------
    ConfigError
        If it is no split of firms over the scenarios.
    UsageError
        If it is a run that is not finished, or a sweep.
    """
    if isinstance(reference, Reference):
        return reference
    if isinstance(reference, Run):
        return _of_run(reference)
    if isinstance(reference, Mapping):
        return _of_mapping(reference)
    word = str(reference)
    if word == ARTICLE:
        return article()
    path = Path(word)
    if path.is_dir():
        return _of_run(open_run(path))
    if path.suffix == ".csv":
        return _of_csv(path)
    if not path.exists() and not path.suffix:
        return _of_preset(word)
    return _of_toml(path)


def _of_mapping(values: Mapping[str, Any]) -> Reference:
    whole = all(isinstance(v, int) and not isinstance(v, bool) for v in values.values())
    if whole and sum(values.values()) > 1:
        return reference_of_counts(values, "given counts", "reference")
    return reference_of_shares(values, "given shares", "reference")


def _of_run(run: Run) -> Reference:
    if run.manifest["extent"]["points"] > 1:
        raise UsageError(f"{run.directory}: is a sweep; compare with a run of one setting")
    counts = run.counts()
    name = f"run in {run.directory}"
    firms = sum(counts)
    shares = tuple(count / firms for count in counts)
    return Reference(name, shares, counts=counts, spent=run.error_spent())


def _of_preset(word: str) -> Reference:
    known = [ARTICLE, *preset_names()]
    if word not in preset_names():
        raise ConfigError(
            f"no file, run or preset {word!r}{nearest(word, known)}\n"
            f"  words: {', '.join(known)}; or a TOML or CSV file, or a run directory"
        )
    target = load_config(preset_path(word)).target
    return reference_of_shares(target.shares, f"target of {word}", word)


def _of_toml(path: Path) -> Reference:
    name = f"reference in {path}"
    tables = read_toml(path)
    for key, make in (("counts", reference_of_counts), ("shares", reference_of_shares)):
        if key in tables:
            if not isinstance(tables[key], dict):
                raise ConfigError(f"{path}: {key}: is no table of scenarios")
            return make(tables[key], name, f"{path}: {key}")
    if "target" not in read_with_extends(path):
        raise ConfigError(
            f"{path}: has no [target], [shares] or [counts] of scenarios to compare with"
        )
    return reference_of_shares(load_config(path).target.shares, name, f"{path}: target.shares")


def _of_csv(path: Path) -> Reference:
    import pandas as pd

    try:
        table = pd.read_csv(path, skipinitialspace=True)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:  # of pandas, parsing errors are ValueErrors
        reason = getattr(error, "strerror", None) or str(error).strip()
        raise ConfigError(f"{path}: cannot be read as CSV: {reason}") from None
    key = next((name for name in ("count", "share") if name in table), None)
    if "scenario" not in table or key is None:
        found = ", ".join(map(str, table.columns))
        raise ConfigError(
            f"{path}: columns: {found}; wanted: scenario, and share or count\n"
            f"  scenarios: {', '.join(SCENARIOS)}"
        )
    if table["scenario"].duplicated().any():
        twice = table["scenario"][table["scenario"].duplicated()].iloc[0]
        raise ConfigError(f"{path}: scenario: {twice!r} stands there twice")
    values = {str(s): v for s, v in zip(table["scenario"], table[key].tolist(), strict=True)}
    make = reference_of_counts if key == "count" else reference_of_shares
    return make(values, f"reference in {path}", f"{path}: {key}")
