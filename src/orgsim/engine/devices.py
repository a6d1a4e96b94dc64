"""Which device simulates, by name."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import cast

from orgsim.engine.contract import Device
from orgsim.errors import UsageError

VARIABLE = "ORGSIM_DEVICE"
"""Names the device. A variable of the environment, for it says where results are computed and not
what they are: no config holds it. Processes that a command starts inherit it."""

DEVICES = {"cpu": "orgsim.engine.cpu.runner"}
"""Devices, and the modules whose functions are those of ``contract.Device``."""

_FUNCTIONS = ("is_compiled", "compile_kernel", "block_ranges", "block_bytes", "simulate_block")


def chosen_device() -> Device:
    """Return the device that ``ORGSIM_DEVICE`` names, or whose module it names; else the processor.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    return _device(os.environ.get(VARIABLE) or "cpu")


@cache
def _device(name: str) -> Device:
    known = f"devices: {', '.join(DEVICES)}, or the name of a module that is one"
    try:
        module = import_module(DEVICES.get(name, name))
    except Exception as error:  # whatever a module, or a library of a card's, raises
        raise UsageError(f"{VARIABLE}: no device {name!r} ({error}); {known}") from None
    lacking = next((function for function in _FUNCTIONS if not hasattr(module, function)), None)
    if lacking is not None:
        raise UsageError(f"{VARIABLE}: {name!r} is no device, it has no {lacking}; {known}")
    return cast(Device, module)
