"""Simulate how marketing and IT departments share their leadership, by the million firms.

>>> import orgsim
>>> run = orgsim.run("configs/baseline.toml", overrides=["simulation.firms=1000"])
>>> run.shares()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orgsim.config import Config, load_config
    from orgsim.errors import ConfigError, OrgsimError, RunError, UsageError
    from orgsim.experiment import merge, resume, run, sweep
    from orgsim.inspection import status, verify
    from orgsim.result import Run
    from orgsim.result import open_run as open

_HOMES = {
    "Config": ("orgsim.config", "Config"),
    "ConfigError": ("orgsim.errors", "ConfigError"),
    "OrgsimError": ("orgsim.errors", "OrgsimError"),
    "Run": ("orgsim.result", "Run"),
    "RunError": ("orgsim.errors", "RunError"),
    "UsageError": ("orgsim.errors", "UsageError"),
    "load_config": ("orgsim.config", "load_config"),
    "merge": ("orgsim.experiment", "merge"),
    "open": ("orgsim.result", "open_run"),
    "resume": ("orgsim.experiment", "resume"),
    "run": ("orgsim.experiment", "run"),
    "status": ("orgsim.inspection", "status"),
    "sweep": ("orgsim.experiment", "sweep"),
    "verify": ("orgsim.inspection", "verify"),
}

__all__ = [
    "Config",
    "ConfigError",
    "OrgsimError",
    "Run",
    "RunError",
    "UsageError",
    "load_config",
    "merge",
    "open",
    "resume",
    "run",
    "status",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: ``import orgsim`` costs nothing."""
    if name == "__version__":
        from importlib import metadata

        return metadata.version("orgsim")
    if name not in _HOMES:
        raise AttributeError(f"module 'orgsim' has no attribute {name!r}")
    import importlib

    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
