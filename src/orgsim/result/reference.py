"""What a word, a file or another run refers to, as something to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.analysis.reference import (
    ARTICLE,
    Reference,
    article,
    reference_of_counts,
    reference_of_shares,
    target_of,
)
from orgsim.columns import SCENARIOS
from orgsim.config import load_config
from orgsim.config.sources import preset_names, preset_path, read_toml, read_with_extends
from orgsim.config.values import nearest, show
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
        columns ``scenario`` and ``share`` or ``count``, of which counts win. A run is taken for a
        sample of its own, even if its firms are the same: :meth:`Run.flows` sets these beside each
        other.

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
    if not isinstance(reference, (str, PathLike)):
        raise UsageError(
            f"a {type(reference).__name__} is no reference: give a run, a mapping of scenarios, a "
            "word or a file"
        )
    word = str(reference)
    if word == ARTICLE:
        return article()
    path = Path(word)
    if path.is_dir():
        return _of_run(open_run(path))
    if path.suffix.lower() == ".csv":
        return _of_csv(path)
    if not path.exists() and not path.suffix:
        return _of_preset(word)
    return _of_toml(path)


def _of_mapping(values: Mapping[str, Any]) -> Reference:
    numbers = values.values()
    whole = all(isinstance(v, Integral) and not isinstance(v, bool) for v in numbers)
    if whole and sum(numbers) > 1:
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
    return target_of(target.shares, f"target of {word}", word)


def _of_toml(path: Path) -> Reference:
    name = f"reference in {path}"
    tables = read_toml(path)
    for key, make in (("counts", reference_of_counts), ("shares", reference_of_shares)):
        if key in tables:
            if not isinstance(tables[key], dict):
                raise ConfigError(f"{path}: {key}: is no table of scenarios")
            return make(tables[key], name, f"{path}: {key}")
    if "target" not in read_with_extends(path).table:
        raise ConfigError(
            f"{path}: has no [target], [shares] or [counts] of scenarios to compare with"
        )
    return reference_of_shares(load_config(path).target.shares, name, f"{path}: target.shares")


def _of_csv(path: Path) -> Reference:
    columns = _read_csv(path)
    key = next((name for name in ("count", "share") if name in columns), None)
    if "scenario" not in columns or key is None:
        raise ConfigError(
            f"{path}: columns: {', '.join(columns)}; wanted: scenario, and share or count\n"
            f"  scenarios: {', '.join(SCENARIOS)}"
        )
    scenarios = columns["scenario"]
    twice = next((name for name in scenarios if scenarios.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{path}: scenario: {twice!r} stands there twice")
    values = {
        name: _number(text, f"{path}: {key}: {name}")
        for name, text in zip(scenarios, columns[key], strict=True)
    }
    make = reference_of_counts if key == "count" else reference_of_shares
    return make(values, f"reference in {path}", f"{path}: {key}")


def _read_csv(path: Path) -> dict[str, list[str]]:
    """Return the columns of a CSV file as text, by name."""
    import pandas as pd

    try:
        table = pd.read_csv(
            path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:  # of pandas, parsing errors are ValueErrors
        reason = getattr(error, "strerror", None) or str(error).strip()
        raise ConfigError(f"{path}: cannot be read as CSV: {reason}") from None
    heads, *rows = [[cell.strip() for cell in row] for row in table.to_numpy().tolist()]
    twice = next((name for name in heads if heads.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{path}: column {twice!r} stands there twice")
    filled = [row for row in rows if any(row)]
    return {name: [row[i] for row in filled] for i, name in enumerate(heads)}


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"{where} = {show(text)} is not a number") from None
