"""Which processor this is, and so what machine code it may run."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from typing import NamedTuple

_LEVELS = {
    "x86-64-v4": "avx512f avx512bw avx512cd avx512dq avx512vl",
    "x86-64-v3": "avx avx2 bmi1 bmi2 f16c fma abm movbe",
    "x86-64-v2": "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3",
}
"""Levels of the x86-64 psABI (section 3.1.1), the highest first, and what Linux calls what each
adds to the one below. A flag stands in ``/proc/cpuinfo`` only if the system lets it be used."""

LEVELS = tuple(_LEVELS)


class Target(NamedTuple):
    """What machine code is made for.

    Attributes
    ----------
    name : str or None
        Of the processor, as LLVM calls it; None for the one that compiles, whatever it is.
    features : str or None
        As LLVM takes them; None for those of the processor that compiles.
    key : str
        Tells targets apart.
    """

    name: str | None
    features: str | None
    key: str


def level(name: str) -> Target:
    """Return one of ``LEVELS`` as a target."""
    return Target(name, "", name)


def this_processor() -> Target | None:
    """Return what this processor's own code is made for, or None if it cannot be told from others.

    ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` have their say, as in numba.
    """
    told, name, features = _told(), *_asked()
    if not told:
        return None
    key = hashlib.sha256("\n".join(f"{k}={told[k]}" for k in sorted(told)).encode()).hexdigest()
    return Target(name, features, key if name is features is None else f"{key} {name} {features}")


def _asked() -> tuple[str | None, str | None]:
    """Return the processor and the features that the environment asks for."""
    return os.environ.get("NUMBA_CPU_NAME") or None, os.environ.get("NUMBA_CPU_FEATURES")


def levels() -> tuple[Target, ...]:
    """Return the levels whose code this processor runs, the highest first."""
    if _asked() != (None, None):
        return ()
    flags = set(_told().get("flags", "").split())
    found = []
    for name in reversed(_LEVELS):
        if not flags.issuperset(_LEVELS[name].split()):
            break
        found.append(level(name))
    return tuple(reversed(found))


@cache
def _told() -> dict[str, str]:
    """Return what Linux says of the first processor that determines its code."""
    wanted = ("vendor_id", "cpu family", "model", "stepping", "flags")
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            first = file.read().split("\n\n", 1)[0]
    except OSError:
        return {}
    lines = (line.partition(":") for line in first.splitlines())
    told = {key.strip(): value.strip() for key, _, value in lines}
    return {key: told[key] for key in wanted if key in told} if "flags" in told else {}
