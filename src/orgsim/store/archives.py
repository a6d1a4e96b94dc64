"""Reading arrays out of an ``.npz`` file that may have come from anywhere.

NumPy unpacks whatever an archive holds, and makes room for whatever an array's header says: some
kilobytes may ask for gigabytes. Here both are held against what is allowed before.
"""

from __future__ import annotations

import errno
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from orgsim.system.files import TooLargeError, open_regular

_MOST_ARRAYS = 64
_ENTRY = 1_024
"""Bytes that the archive spends on an array besides its values."""


def read_arrays(path: Path, most: int, only: str | None = None) -> dict[str, NDArray[Any]]:
    """Return the arrays of an ``.npz`` file, by name.

    Parameters
    ----------
    most : int
        Bytes that they can have in all.
    only : str, optional
        Look at this array alone, if it is there; the others may have any size.

    Raises
    ------
    TooLargeError
        If they have, or say to have, more.
    OSError
        If the file is not there, is no regular file, or cannot be read.
    Exception
        NumPy and zipfile raise nearly anything at altered bytes.
    """
    with open_regular(path) as file:
        if only is None and os.fstat(file.fileno()).st_size > most + _MOST_ARRAYS * _ENTRY:
            raise _too_large(path)
        with zipfile.ZipFile(file) as archive:
            entries = [e for e in archive.infolist() if only in (None, Path(e.filename).stem)]
            room = most + len(entries) * _ENTRY
            if len(entries) > _MOST_ARRAYS or sum(entry.file_size for entry in entries) > room:
                raise _too_large(path)
            for entry in entries:
                with archive.open(entry) as array:
                    if _claimed(array) > entry.file_size:
                        raise _too_large(path)
        file.seek(0)
        with np.load(file, allow_pickle=False) as loaded:
            return {name: loaded[name] for name in loaded.files if only in (None, name)}


def _claimed(array: Any) -> int:
    """Return how many bytes an array's header says that its values take."""
    version = npy.read_magic(array)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, kind = read(array)
    return math.prod(shape) * kind.itemsize


def _too_large(path: Path) -> TooLargeError:
    return TooLargeError(errno.EFBIG, "is larger than such a file can be", str(path))
