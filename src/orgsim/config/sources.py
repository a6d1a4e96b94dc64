"""Where settings come from: TOML files, what they extend, and ``--set``."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orgsim.config.values import nearest
from orgsim.errors import ConfigError, RunError
from orgsim.parameters import SECTIONS

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
    return parse_toml(text, path)


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the tables of a TOML text, which errors call by a file's name.

    Raises
    ------
    ConfigError
        If it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _is_value(path: tuple[str, ...]) -> bool:
    """Whether what stands at a path is one value, be it a table: it is replaced whole."""
    if path[0] in SECTIONS:
        return len(path) == 2
    return len(path) == {"sectors": 4, "sweep": 3}.get(path[0])


def merge(
    below: Mapping[str, Any], above: Mapping[str, Any], path: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Lay one table over another: tables merge, a distribution is replaced whole."""
    merged = dict(below)
    for key, value in above.items():
        here = (*path, key)
        under = merged.get(key)
        if isinstance(under, Mapping) and isinstance(value, Mapping) and not _is_value(here):
            merged[key] = merge(under, value, here)
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
    try:
        path = (beside.parent / name).resolve()
        exists = path.exists()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{beside}: {where}: {name!r}: {error}") from None
    if not exists:
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


def compared_preset(path: Path, overrides: Iterable[str] = ()) -> str | None:
    """Return the shipped preset that a config is a change of, None without one.

    It is the nearest that the file extends, or the file itself if that is shipped and overridden.

    Raises
    ------
    ConfigError
        As :func:`read_with_extends`, which has seen to circles.
    """
    if any(True for _ in overrides) and _is_shipped(path):
        return path.stem
    parent = read_toml(path).get("extends")
    if parent is None:
        return None
    file = resolve_reference(parent, path, "extends")
    return file.stem if _is_shipped(file) else compared_preset(file)


def _is_shipped(path: Path) -> bool:
    return path.resolve().parent == shipped().resolve()


def parse_set(assignment: str) -> dict[str, Any]:
    """Return the table that ``section.key=value`` stands for.

    Both sides are read as TOML; a value that is not TOML is taken as text.
    """
    key, _, text = assignment.partition("=")
    table: dict[str, Any] = {}
    for value in (text.strip(), json.dumps(text.strip())):
        try:
            table = tomllib.loads(f"{key} = {value}")
            break
        except (ValueError, RecursionError):
            continue
    nested = all(isinstance(value, dict) for name, value in table.items() if name != "title")
    if not text or not table or not nested:
        raise ConfigError(f"--set {assignment!r}: write section.key=value")
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
        If there is no such preset, or the file exists.
    RunError
        If it cannot be written; nothing stays behind.
    """
    text = preset_path(name).read_text(encoding="utf-8")
    if to.exists():
        raise ConfigError(f"{to}: exists already; choose another name")
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        with contextlib.suppress(OSError):
            to.unlink(missing_ok=True)
        raise RunError(f"{to}: cannot be written: {error.strerror}") from None
