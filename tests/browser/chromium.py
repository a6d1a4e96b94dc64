"""A Chromium for the tests of this folder, from the system's packages."""

from __future__ import annotations

import debian

PACKAGE = "chromium"


def install() -> str:
    """Install Chromium unless it is there, and return its path.

    Raises
    ------
    debian.MissingError
        If that cannot be done here.
    """
    if debian.program(PACKAGE) is None:
        debian.install(
            PACKAGE, "Chromium", f"install it so that the command {PACKAGE} is on the path"
        )
    found = debian.program(PACKAGE)
    if found is None:
        raise debian.MissingError(f"the package {PACKAGE} has no command {PACKAGE} on this system")
    return found
