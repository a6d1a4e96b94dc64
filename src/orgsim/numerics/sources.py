"""Which sources determine results, and their hash."""

from __future__ import annotations

import hashlib
import os

_KERNEL_SOURCES = ("columns.py", "engine", "model", "numerics", "parameter.py", "parameters.py")
"""Files and whole rooms below the package's root."""


def source_hash() -> str:
    """Return a hash of every source file that determines results, as 64 hex digits."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    files: list[str] = []
    for name in _KERNEL_SOURCES:
        path = os.path.join(package, name)
        if os.path.isdir(path):
            files += [os.path.join(path, n) for n in os.listdir(path) if n.endswith(".py")]
        else:
            files.append(path)
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(os.path.relpath(path, package).replace(os.sep, "/").encode() + b"\0")
        with open(path, "rb") as file:
            digest.update(file.read() + b"\0")
    return digest.hexdigest()
