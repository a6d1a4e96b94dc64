"""What CONFIG means, wherever a command or a function takes one: a file, or a shipped preset."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from orgsim.config.sources import preset_names, preset_path
from orgsim.config.values import nearest
from orgsim.errors import ConfigError
from orgsim.printable import as_name, shortened
from orgsim.system.files import as_path


class Named(NamedTuple):
    """A config that was asked for.

    Attributes
    ----------
    path : Path
        Its file.
    called : str
        How messages call it: the file as it was named, or the preset.
    is_preset : bool
        Whether it was asked for by the name of a preset.
    note : str
        What to say if the file hides a preset of the same name; else empty.
    """

    path: Path
    called: str
    is_preset: bool = False
    note: str = ""


def find_config(source: str | PathLike[str]) -> Named:
    """Return what a person means by CONFIG.

    Parameters
    ----------
    source : str or path
        A word without point, slash and leading ``~`` may be the name of a preset. What stands
        under that name in the current directory wins, unless it is a directory, which is no
        config. Anything else is a path, and so is all that is no ``str``.

    Raises
    ------
    ConfigError
        If a word is neither; the message names the nearest preset.
    """
    if not isinstance(source, str | bytes | PathLike):
        raise ConfigError(
            f"config: of type {type(source).__name__}; give a TOML file, or the name of a preset"
        )
    path = as_path(source, "config", refusal=ConfigError)
    if not isinstance(source, str) or not _is_word(source):
        return Named(path, as_name(path))
    names = preset_names()
    if os.path.lexists(path) and not os.path.isdir(path):
        return Named(path, as_name(path), note=_note(source) if source in names else "")
    if source in names:
        return Named(preset_path(source), source, is_preset=True)
    if os.path.isdir(path):
        return Named(path, as_name(path))  # of which its reader says that it is no file
    raise ConfigError(
        f"no file or preset {shortened(source, 60)!r}{nearest(source, names)}\n"
        f"  presets: {', '.join(names)}"
    )


def _is_word(source: str) -> bool:
    return not {".", "/"} & set(source) and source[:1] != "~"


def _note(name: str) -> str:
    return (
        f"./{name} is a file, and is taken; to have the preset of that name instead, rename the "
        f"file, or begin with `orgsim new {name} --out FILE.toml`"
    )
