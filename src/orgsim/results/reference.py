"""What a word, a file or another run refers to, as something to compare with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.analysis.reference import (
    ARTICLE,
    Reference,
    as_written,
    reference_of_counts,
    reference_of_shares,
    target_of,
    usual_split,
)
from orgsim.config.sources import (
    preset_names,
    preset_path,
    read_file,
    read_toml,
    read_with_extends,
)
from orgsim.config.text_files import (
    UNNAMED,
    ambiguous,
    as_text,
    delimiter_of,
    may_be_thousands,
    told_separator,
    why_extra_cells,
)
from orgsim.config.text_files import is_number as is_written_number
from orgsim.config.values import is_finite, is_number, nearest, show
from orgsim.errors import ConfigError, UsageError
from orgsim.model import MODEL
from orgsim.printable import as_name, listed, shortened
from orgsim.results.source import SettingTables
from orgsim.results.stored import StoredPoint
from orgsim.spec import Model
from orgsim.store.run_tables import RunTables
from orgsim.system.files import MEBIBYTE, as_path

_MOST_BYTES = MEBIBYTE
"""Of a CSV file, which needs five lines."""

Held = RunTables | SettingTables

ReferenceLike = Held | Reference | Mapping[str, Any] | str | PathLike[str] | None


def as_reference(
    reference: Held | Reference | Mapping[str, Any] | str | PathLike[str],
    model: Model = MODEL,
) -> Reference:
    """Return a split to compare with.

    Parameters
    ----------
    reference : Run, Setting, Sample, Reference, mapping, str or path
        A run of one setting; one setting of a run, or in memory; a mapping of scenarios to shares,
        or to counts if all are ints and add up to more than 1; the word ``article``; a shipped
        preset, for its ``[target]``; a run directory; a TOML file with ``[target]``, ``[shares]``
        or ``[counts]``; a CSV file with the
        columns ``scenario`` and ``share`` or ``count``, of which counts win. A run is taken for a
        sample of its own, even if its firms are the same: :meth:`Run.flows` sets these beside each
        other.
    model : Model, optional
        Whose scenarios they are.

    Raises
    ------
    ConfigError
        If it is no split of firms over the scenarios.
    UsageError
        If it is a run that is not finished, or a sweep.
    """
    if isinstance(reference, Reference):
        return reference
    if isinstance(reference, RunTables):
        return _of_run(reference)
    if isinstance(reference, SettingTables):
        return _of_setting(reference)
    if isinstance(reference, Mapping):
        return _of_mapping(reference, model)
    if not isinstance(reference, (str, PathLike)):
        raise UsageError(
            f"a {type(reference).__name__} is no reference: give a run, a mapping of scenarios, a "
            "word or a file"
        )
    word = str(reference)
    if word == ARTICLE:
        return usual_split(MODEL)
    path = as_path(word, "reference")
    if os.path.isdir(path):  # false, too, of names that are too long
        return _of_run(RunTables(path, model))
    if path.suffix.lower() == ".csv":
        return _of_csv(path, model)
    if not os.path.exists(path) and not path.suffix:
        return _of_preset(word)
    return _of_toml(path, model)


def _of_mapping(values: Mapping[str, Any], model: Model) -> Reference:
    values = {scenario: as_written(value) for scenario, value in values.items()}
    numbers = list(values.values())
    if all(is_number(v) and is_finite(v) and v == int(v) for v in numbers) and sum(numbers) > 1:
        if not all(isinstance(v, Integral) for v in numbers):
            raise ConfigError(
                f"reference: {listed(numbers, 4)}: percent, or counts of firms? give shares from "
                "0 to 1, or whole numbers without a point as counts"
            )
        return reference_of_counts(values, "given counts", "reference", model.scenarios)
    return reference_of_shares(values, "given shares", "reference", model.scenarios)


def _of_run(run: RunTables) -> Reference:
    if run.meta.is_sweep:
        raise UsageError(f"{as_name(run.directory)}: is a sweep; compare with a run of one setting")
    return _of_setting(SettingTables(StoredPoint(run, 0)))


def _of_setting(setting: SettingTables) -> Reference:
    source = setting.source
    counts = setting.counts()
    name = (
        f"run in {as_name(source.directory)}"
        if source.directory
        else source.called.removeprefix("the ")
    )
    if source.points > 1:
        name += f", point {source.point}"
    firms = sum(counts)
    shares = tuple(count / firms for count in counts)
    scenarios = source.model.scenarios
    return Reference(name, scenarios, shares, counts=counts, spent=setting.error_spent())


def _of_preset(word: str) -> Reference:
    known = [ARTICLE, *preset_names()]
    if word not in preset_names():
        raise ConfigError(
            f"no file, run or preset {shortened(word)!r}{nearest(word, known)}\n"
            f"  words: {', '.join(known)}; or a TOML or CSV file, or a run directory"
        )
    from orgsim.config import load_config

    target = load_config(preset_path(word), model=MODEL).target
    return target_of(target.shares, f"target of {word}", word, MODEL)


def _of_toml(path: Path, model: Model) -> Reference:
    called = as_name(path)
    name = f"reference in {called}"
    tables = read_toml(path)
    for key, make in (("counts", reference_of_counts), ("shares", reference_of_shares)):
        if key in tables:
            if not isinstance(tables[key], dict):
                raise ConfigError(f"{called}: {key}: is no table of scenarios")
            return make(tables[key], name, f"{called}: {key}", model.scenarios)
    from orgsim.config import load_config

    if "target" not in read_with_extends(path, model).table:
        raise ConfigError(
            f"{called}: has no [target], [shares] or [counts] of scenarios to compare with"
        )
    shares, where = load_config(path, model=model).target.shares, f"{called}: target.shares"
    return reference_of_shares(shares, name, where, model.scenarios)


def _of_csv(path: Path, model: Model) -> Reference:
    called = as_name(path)
    columns, delimiter = _read_csv(path, called)
    key = next((name for name in ("count", "share") if name in columns), None)
    if "scenario" not in columns or key is None:
        raise ConfigError(
            f"{called}: columns: {listed(columns)}; wanted: scenario, and share or count"
            f"{_missing_heads(list(columns), model)}\n"
            f"  scenarios: {', '.join(model.scenarios)}"
        )
    scenarios = columns["scenario"]
    twice = next((name for name in scenarios if scenarios.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{called}: scenario: {shortened(twice, 60)!r} stands there twice")
    words = _with_points(columns[key], delimiter, f"{called}: {key}", counts=key == "count")
    values = {
        name: _number(text, f"{called}: {key}: {as_name(name, 60)}", percent=key == "share")
        for name, text in zip(scenarios, words, strict=True)
    }
    make = reference_of_counts if key == "count" else reference_of_shares
    return make(values, f"reference in {called}", f"{called}: {key}", model.scenarios)


def _missing_heads(heads: list[str], model: Model) -> str:
    """Return the mend where the first line holds values already."""
    if any(is_written_number(head) or head in model.scenarios for head in heads):
        return "; the first line holds values: put scenario,share above it, or scenario,count"
    return ""


def _read_csv(path: Path, called: str) -> tuple[dict[str, list[str]], str]:
    """Return the columns of a CSV file as text, by name, and what separates them."""
    import csv

    lines = as_text(read_file(path, _MOST_BYTES), called).splitlines()
    lines = [line for line in lines if line.strip()]
    told = told_separator(lines[0]) if lines else ""
    lines = lines[1:] if told else lines
    delimiter = told or delimiter_of(lines[0] if lines else "")
    try:
        cells = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ConfigError(f"{called}: cannot be read as CSV: {error}") from None
    rows = [[cell.strip() for cell in row] for row in cells if any(map(str.strip, row))]
    if not rows:
        raise ConfigError(f"{called}: cannot be read as CSV: it is empty")
    names, *rows = rows
    first = int(names[0] in UNNAMED)  # row numbers of R or pandas
    twice = next((name for name in names[first:] if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{called}: column {shortened(twice, 60)!r} stands there twice")
    _refuse_other_lengths(names, rows, delimiter, called)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names) if i >= first}
    return columns, delimiter


def _refuse_other_lengths(
    names: list[str], rows: list[list[str]], delimiter: str, called: str
) -> None:
    """Refuse rows that have more or fewer cells than there are names."""
    longer = [row for row in rows if len(row) == len(names) + 1]
    for i, row in enumerate(rows):
        if len(row) != len(names):
            why = f", {why_extra_cells(names, longer, delimiter)}" if row in longer else ""
            raise ConfigError(
                f"{called}: cannot be read as CSV: row {i + 1} has {len(row)} cells, and the line "
                f"of names {len(names)}{why}"
            )


def _with_points(words: list[str], delimiter: str, where: str, *, counts: bool) -> list[str]:
    """Return numbers with decimal points for those with decimal commas."""
    if counts and may_be_thousands(words, "."):
        raise ConfigError(f"{where}: {ambiguous(next(word for word in words if '.' in word))}")
    commas = [word for word in words if "," in word and is_written_number(word.rstrip(" %"))]
    if not commas:
        return words
    if any("." in word for word in words):
        raise ConfigError(
            f"{where}: some numbers have a decimal comma, others a decimal point; write all with "
            "a point"
        )
    if (counts or delimiter != ";") and may_be_thousands(commas):
        raise ConfigError(f"{where}: {ambiguous(commas[0])}")
    return [word.replace(",", ".") for word in words]


def _number(text: str, where: str, *, percent: bool) -> float:
    try:
        if percent and text.endswith("%"):
            return float(Decimal(text[:-1].strip()) / 100)
        return float(text)
    except (ValueError, ArithmeticError):
        raise ConfigError(f"{where} = {show(text)} is not a number") from None
