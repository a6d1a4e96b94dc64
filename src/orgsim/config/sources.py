"""Where settings come from: TOML files, what they extend, and ``--set``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orgsim.config.values import nearest
from orgsim.errors import ConfigError

DEEPEST_EXTENDS = 20


def shipped() -> Path:
    """Return the directory of the shipped configs: beside the package, or the checkout's."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent.parent / "configs"


def preset_names() -> list[str]:
    """Return the names of the shipped configs."""
    return sorted(path.stem for path in shipped().glob("*.toml"))


def preset_path(name: str) -> Path:
    """Return the file of a shipped config.

    Raises
    ------
    ConfigError
        If there is none of that name; the message names the nearest.
    """
    names = preset_names()
    if name not in names:
        raise ConfigError(
            f"no preset {name!r}{nearest(name, names)}\n  presets: {', '.join(names)}"
        )
    return shipped() / f"{name}.toml"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ConfigError
        If it is missing, not a file, not readable, not UTF-8, or not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        hint = nearest(path.stem, preset_names())
        more = f"{hint} (a preset: orgsim new {path.stem})" if path.stem in preset_names() else ""
        raise ConfigError(f"{path}: no such file{more}") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a directory, not a TOML file") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: cannot be read: {reason}") from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _is_leaf(value: Any) -> bool:
    """Whether a table stands for one value: a distribution, or a pair by department."""
    return (
        not isinstance(value, Mapping) or "dist" in value or "marketing" in value or "it" in value
    )


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another: tables merge, a distribution is replaced whole."""
    merged = dict(below)
    for key, value in above.items():
        if key in merged and not _is_leaf(value) and isinstance(merged[key], Mapping):
            under = {} if _is_leaf(merged[key]) else merged[key]
            merged[key] = merge(under, value)
        else:
            merged[key] = value
    return merged


def resolve_reference(name: Any, beside: Path, where: str) -> Path:
    """Return the file that a bare preset name or a relative path means."""
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{beside}: {where}: must be a preset's name or a file, as text")
    if "/" not in name and not name.endswith(".toml"):
        try:
            return preset_path(name)
        except ConfigError as error:
            raise ConfigError(f"{beside}: {where}: {error}") from None
    path = (beside.parent / name).resolve()
    if not path.exists():
        raise ConfigError(f"{beside}: {where}: {path}: no such file")
    return path


def read_with_extends(path: Path, chain: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a file and everything it extends, nearest on top.

    Raises
    ------
    ConfigError
        If any of them cannot be read, or a file extends itself in the end.
    """
    path = path.resolve()
    if path in chain:
        circle = " -> ".join(p.name for p in (*chain[chain.index(path) :], path))
        raise ConfigError(f"{chain[-1]}: extends: circular: {circle}")
    if len(chain) >= DEEPEST_EXTENDS:
        raise ConfigError(f"{path}: extends: more than {DEEPEST_EXTENDS} files deep")
    table = read_toml(path)
    parent = table.pop("extends", None)
    if parent is None:
        return table
    below = read_with_extends(resolve_reference(parent, path, "extends"), (*chain, path))
    return merge(below, table)


def parse_set(assignment: str) -> dict[str, Any]:
    """Return the table that ``section.key=value`` stands for.

    The value is read as TOML; what is not TOML is taken as text.
    """
    key, equals, text = assignment.partition("=")
    parts = [part.strip() for part in key.split(".")]
    if not equals or not all(parts) or (len(parts) < 2 and parts != ["title"]):
        raise ConfigError(f"--set {assignment!r}: write section.key=value")
    try:
        parsed = tomllib.loads(f"value = {text.strip()}")
        value = parsed["value"] if set(parsed) == {"value"} else text.strip()
    except (tomllib.TOMLDecodeError, RecursionError):
        value = text.strip()
    table: dict[str, Any] = {parts[-1]: value}
    for part in reversed(parts[:-1]):
        table = {part: table}
    return table


def overlay(table: Mapping[str, Any], assignments: Iterable[str]) -> dict[str, Any]:
    """Lay ``--set`` assignments over a table, in order."""
    merged = dict(table)
    for assignment in assignments:
        merged = merge(merged, parse_set(assignment))
    return merged


def copy_preset(name: str, to: Path) -> None:
    """Write a shipped config to a new file.

    Raises
    ------
    ConfigError
        If there is no such preset, or the file exists or cannot be written.
    """
    text = preset_path(name).read_text(encoding="utf-8")
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{to}: exists already; choose another name") from None
    except OSError as error:
        raise ConfigError(f"{to}: cannot be written: {error.strerror}") from None
