"""What a word, a file or another run refers to, as something to compare with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
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
from orgsim.config.sources import (
    expanded,
    preset_names,
    preset_path,
    read_file,
    read_toml,
    read_with_extends,
)
from orgsim.config.text_files import UNNAMED, ambiguous, as_text, delimiter_of, may_be_thousands
from orgsim.config.text_files import is_number as is_written_number
from orgsim.config.values import is_finite, is_number, nearest, show
from orgsim.errors import ConfigError, UsageError
from orgsim.files import MEBIBYTE
from orgsim.result.run import Run, open_run
from orgsim.text import listed, shortened

_MOST_BYTES = MEBIBYTE
"""Of a CSV file, which needs five lines."""

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
    path = expanded(word)
    if os.path.isdir(path):  # false, too, of names that are too long
        return _of_run(open_run(path))
    if path.suffix.lower() == ".csv":
        return _of_csv(path)
    if not os.path.exists(path) and not path.suffix:
        return _of_preset(word)
    return _of_toml(path)


def _of_mapping(values: Mapping[str, Any]) -> Reference:
    numbers = list(values.values())
    if all(is_number(v) and is_finite(v) and v == int(v) for v in numbers) and sum(numbers) > 1:
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
            f"no file, run or preset {shortened(word)!r}{nearest(word, known)}\n"
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
    columns, delimiter = _read_csv(path)
    key = next((name for name in ("count", "share") if name in columns), None)
    if "scenario" not in columns or key is None:
        raise ConfigError(
            f"{path}: columns: {listed(columns)}; wanted: scenario, and share or count"
            f"{_missing_heads(list(columns))}\n"
            f"  scenarios: {', '.join(SCENARIOS)}"
        )
    scenarios = columns["scenario"]
    twice = next((name for name in scenarios if scenarios.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{path}: scenario: {shortened(twice, 60)!r} stands there twice")
    words = _with_points(columns[key], delimiter, f"{path}: {key}")
    values = {
        name: _number(text, f"{path}: {key}: {shortened(name, 60)}", percent=key == "share")
        for name, text in zip(scenarios, words, strict=True)
    }
    make = reference_of_counts if key == "count" else reference_of_shares
    return make(values, f"reference in {path}", f"{path}: {key}")


def _missing_heads(heads: list[str]) -> str:
    """Return the mend where the first line holds values already."""
    if any(is_written_number(head) or head in SCENARIOS for head in heads):
        return "; the first line holds values: put scenario,share above it, or scenario,count"
    return ""


def _read_csv(path: Path) -> tuple[dict[str, list[str]], str]:
    """Return the columns of a CSV file as text, by name, and what separates them."""
    import csv

    lines = as_text(read_file(path, _MOST_BYTES), path).splitlines()
    heads = next((line for line in lines if line.strip()), "")
    delimiter = delimiter_of(heads)
    try:
        cells = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ConfigError(f"{path}: cannot be read as CSV: {error}") from None
    rows = [[cell.strip() for cell in row] for row in cells if any(map(str.strip, row))]
    if not rows:
        raise ConfigError(f"{path}: cannot be read as CSV: it is empty")
    names, *rows = rows
    first = int(names[0] in UNNAMED)  # row numbers of R or pandas
    twice = next((name for name in names[first:] if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{path}: column {shortened(twice, 60)!r} stands there twice")
    for i, row in enumerate(rows):
        if len(row) != len(names):
            of_r = "; R writes its row names so: give row.names = FALSE"
            raise ConfigError(
                f"{path}: cannot be read as CSV: row {i + 1} has {len(row)} cells, and the line of "
                f"names {len(names)}{of_r if len(row) == len(names) + 1 else ''}"
            )
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names) if i >= first}
    return columns, delimiter


def _with_points(words: list[str], delimiter: str, where: str) -> list[str]:
    """Return numbers with decimal points for those with decimal commas."""
    commas = [word for word in words if "," in word and is_written_number(word.rstrip(" %"))]
    if not commas:
        return words
    if any("." in word for word in words):
        raise ConfigError(
            f"{where}: some numbers have a decimal comma, others a decimal point; write all with "
            "a point"
        )
    if delimiter != ";" and may_be_thousands(commas):
        raise ConfigError(f"{where}: {ambiguous(commas[0])}")
    return [word.replace(",", ".") for word in words]


def _number(text: str, where: str, *, percent: bool) -> float:
    try:
        if percent and text.endswith("%"):
            return float(Decimal(text[:-1].strip()) / 100)
        return float(text)
    except (ValueError, ArithmeticError):
        raise ConfigError(f"{where} = {show(text)} is not a number") from None
