"""Files as the store keeps them, whole and harmed."""

from __future__ import annotations

import hashlib
import os
import pickle

from orgsim.system import kernel_store


def sealed(body):
    """Return what a file holds that has a body, its hash before it."""
    return kernel_store._BEGINS + hashlib.sha256(body).digest() + body


def unsealed(content):
    """Return the body of what a file holds."""
    return content[len(kernel_store._BEGINS) + kernel_store._HASH :]


HARMS = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "cut in its hash": lambda content: content[:20],
    "extended": lambda content: content + b"x",
    "garbage": lambda content: os.urandom(len(content)),
    "a flipped bit": lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
    "a pickle": lambda content: sealed(pickle.dumps(0.0)),
}
"""What may happen to the content of any such file."""
