"""Simulate how marketing and IT departments share their leadership, by the million firms.

A config is a TOML file, or a shipped preset by its name; settings are changed by their paths.

>>> import orgsim
>>> run = orgsim.run("article-2014", {"resistance.status_threat": 1.2}, firms=2000)
>>> run.shares()

Settings may be looked at and changed before they are run: a :class:`Config` never changes itself.

>>> config = orgsim.load_config("article-2014")
>>> config.replace({"resistance.status_threat": 1.2}, firms=2000)
<orgsim.Config 'article-2014': 2,000 firms, 40 quarters>
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
