"""The exceptions of orgsim, all in one tree.

::

    OrgsimError
    ├── ConfigError      the settings are wrong                     exit code 2
    ├── UsageError       the command cannot be carried out so       exit code 2
    └── RunError         something failed while running             exit code 3

Every message is meant for the person at the terminal: where, what was found,
what is allowed, and the way out.
"""

from __future__ import annotations


class OrgsimError(Exception):
    """Base of every error that orgsim raises on purpose.

    Attributes
    ----------
    exit_code : int
        What the command line returns for it.
    """

    exit_code = 3


class ConfigError(OrgsimError):
    """Settings that cannot be simulated; the message names file and field path."""

    exit_code = 2


class UsageError(OrgsimError):
    """A command that cannot be carried out as given, such as one on another plan's directory."""

    exit_code = 2


class RunError(OrgsimError):
    """A failure while running: a full disk, a directory that cannot be written."""

    exit_code = 3
