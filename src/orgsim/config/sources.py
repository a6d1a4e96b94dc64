"""Where settings come from: TOML files, what they extend, and what is laid over them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orgsim.config.departments import completed
from orgsim.config.schedule import merged
from orgsim.config.text_files import as_text
from orgsim.config.unquoted import with_paths
from orgsim.config.values import digits, nearest, show
from orgsim.config.versions import KEY, version_of
from orgsim.errors import ConfigError
from orgsim.printable import as_name, shortened
from orgsim.spec import Earlier, Model
from orgsim.spec.schedule import SCHEDULE
from orgsim.system.files import MEBIBYTE, NotAFileError, TooLargeError, as_path, read_bounded, why

DEEPEST_EXTENDS = 20

MOST_BYTES = 16 * MEBIBYTE
"""Of a config, or of another TOML file; values listed to the last take less."""

TLS_FILES = ("tls_ca_file", "tls_cert", "tls_key")
"""Keys of ``[cluster]`` that name files."""

DEEPEST_TABLES = 40
"""Of tables and lists within each other."""

_LARGEST = 2**63


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
            f"no preset {shortened(name, 60)!r}{nearest(name, names)}\n"
            f"  presets: {', '.join(names)}"
        )
    return shipped() / f"{name}.toml"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ConfigError
        If it is missing, not a file, larger than a config can be, not readable, not UTF-8, or not
        TOML.
    """
    return parse_toml(as_text(read_file(path, MOST_BYTES), as_name(path)), path)


def read_file(path: Path, most: int) -> bytes:
    """Return the bytes of a file that a person named.

    Raises
    ------
    ConfigError
        If it is missing, not a file, not readable, or has more bytes than that.
    """
    try:
        return read_bounded(path, most, follow=True)
    except FileNotFoundError:
        hint = nearest(path.stem, preset_names())
        more = f"{hint} (a preset: orgsim new {path.stem})" if path.stem in preset_names() else ""
        raise ConfigError(f"{as_name(path)}: no such file{more}") from None
    except NotAFileError as error:
        raise ConfigError(f"{as_name(path)}: {error.strerror}; give a regular file") from None
    except TooLargeError as error:
        raise ConfigError(f"{as_name(path)}: {error.strerror}, which no such file is") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{as_name(path)}: cannot be read: {why(error)}") from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the tables of a TOML text, which errors call by a file's name.

    Raises
    ------
    ConfigError
        If it is not TOML, or holds numbers or depths that nothing has.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = as_name(str(error) or "nested too deeply")
        raise ConfigError(f"{as_name(path)}: not valid TOML: {reason}") from None
    problem = monster(table)
    if problem:
        raise ConfigError(f"{as_name(path)}: {problem}")
    return table


def monster(table: Mapping[str, Any]) -> str:
    """Return what is wrong with a number or a depth that TOML allows and nothing has; or nothing.

    Hexadecimal numbers may have any length in Python's TOML, and writing one out fails.
    """
    waiting: list[tuple[Any, tuple[str, ...]]] = [(table, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, int) and abs(value) > _LARGEST:
            at = as_name(".".join(path), 100)
            found = f"a whole number of some {digits(value):,} digits"
            return f"{at}: {found}; allowed: whole numbers of TOML, below 2^63"
        if not isinstance(value, (dict, list)) or not value:
            continue
        if len(path) >= DEEPEST_TABLES:
            at = as_name(".".join(path), 100)
            return f"{at}: tables within tables, more than {DEEPEST_TABLES} deep"
        inner = (
            value.items() if isinstance(value, dict) else ((str(i), v) for i, v in enumerate(value))
        )
        waiting += [(item, (*path, key)) for key, item in inner]
    return ""


def _is_value(path: tuple[str, ...]) -> bool:
    """Whether what stands at a path is one value, be it a table: it is replaced whole."""
    return len(path) == _DEPTHS.get(path[0], 2)


_DEPTHS = {
    **{"calibration": 4, "sectors": 4},
    **{"sensitivity": 3, "sweep": 3, "target": 3, "twin": 3},
}
"""At which a table holds values; a section of parameters holds them itself."""


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
    """Return the file that a bare preset name or a path means, relative to the file it is in."""
    called = f"{as_name(beside)}: {as_name(where)}"
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{called}: must be a preset's name or a file, as text")
    if "/" not in name and not name.lower().endswith(".toml"):
        try:
            return preset_path(name)
        except ConfigError as error:
            raise ConfigError(f"{called}: {error}") from None
    named = as_path(name, called, beside=real(beside).parent, refusal=ConfigError)
    try:
        path = named.resolve()
        exists = path.exists()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{called}: {show(name)}: {why(error)}") from None
    if not exists:
        raise ConfigError(f"{called}: {as_name(path)}: no such file")
    return path


Origins = dict[tuple[str, ...], Path]
"""Real files in which paths to other files are written, by where they stand in the tables."""


@dataclass(frozen=True)
class Source:
    """A config's tables, merged of several files.

    Attributes
    ----------
    table : dict
    origins : dict of keys to Path
        For what names a file: in which file it is written, and so beside which the named one lies.
    files : tuple of Path
        The file, and those that it extends, nearest first; real.
    """

    table: dict[str, Any]
    origins: Origins
    files: tuple[Path, ...] = ()

    def compared_preset(self, *, is_changed: bool) -> str | None:
        """Return the shipped preset that the config is a change of, None without one.

        It is the nearest that the file extends, or the file itself if that is shipped, and
        ``is_changed`` by overrides.
        """
        files = self.files if is_changed else self.files[1:]
        return next((file.stem for file in files if _is_shipped(file)), None)


def _origins(table: Mapping[str, Any], path: Path) -> Origins:
    """Return where one file names others."""
    found: Origins = {}
    sectors, sweep, cluster = (table.get(key) for key in ("sectors", "sweep", "cluster"))
    if isinstance(sectors, Mapping):
        named = (n for n, s in sectors.items() if isinstance(s, Mapping) and "preset" in s)
        found |= {("sectors", name): path for name in named}
    if isinstance(sweep, Mapping):
        if "table" in sweep:
            found["sweep", "table"] = path
        parameters = sweep.get("parameters")
        if isinstance(parameters, Mapping) and "preset" in parameters:
            found["sweep", "preset"] = path
    if isinstance(cluster, Mapping):
        found |= {("cluster", key): path for key in TLS_FILES if key in cluster}
    return found


def read_with_extends(
    path: Path, model: Model, chain: tuple[Path, ...] = (), earlier: Earlier | None = None
) -> Source:
    """Read a file and everything it extends, nearest on top.

    Parameters
    ----------
    path : Path
    model : Model
    chain : tuple of Path
        What extends the file, nearest last.
    earlier : Earlier, optional
        The version of the model that one of these says to be of.

    Raises
    ------
    ConfigError
        If any of them cannot be read, or a file extends itself in the end.
    """
    path = real(path)
    if path in chain:
        circle = " -> ".join(p.name for p in (*chain[chain.index(path) :], path))
        raise ConfigError(f"{as_name(chain[-1])}: extends: circular: {as_name(circle)}")
    if len(chain) >= DEEPEST_EXTENDS:
        raise ConfigError(f"{as_name(path)}: extends: more than {DEEPEST_EXTENDS} files deep")
    table = with_paths(read_toml(path), as_name(path), model)
    parent = table.pop("extends", None)
    origins = _origins(table, path)
    if parent is None:
        return Source(table, origins, (path,))
    if earlier is None and KEY in table:
        earlier = version_of(table, model, as_name(path))[0]
    if earlier is not None and isinstance(parent, str):
        parent = earlier.presets.get(parent, parent)
    file = resolve_reference(parent, path, "extends")
    below = read_with_extends(file, model, (*chain, path), earlier)
    merged = merge(below.table, completed(table, below.table, model))
    return Source(merged, {**below.origins, **origins}, (path, *below.files))


def real(path: Path) -> Path:
    """Return a path without links in it.

    Raises
    ------
    ConfigError
        If it cannot be followed.
    """
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"{as_name(path)}: cannot be read: {why(error)}") from None


def _is_shipped(path: Path) -> bool:
    return path.resolve().parent == shipped().resolve()


def overlay(below: Source, tables: Iterable[dict[str, Any]], path: Path, model: Model) -> Source:
    """Lay overrides over a config, in order; what they name lies beside the file at ``path``."""
    table, origins = below.table, below.origins
    for above in tables:
        if SCHEDULE in above:
            schedule = merged(table.get(SCHEDULE), above[SCHEDULE], as_name(path), model)
            above = {**above, SCHEDULE: schedule}
        table = merge(table, completed(above, table, model))
        origins = {**origins, **_origins(above, path)}
    return Source(table, origins, below.files)
