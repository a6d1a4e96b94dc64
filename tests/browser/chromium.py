"""A Chromium for the tests of this folder, from the system's packages."""

from __future__ import annotations

import os
import shutil
import subprocess

PACKAGE = "chromium"


class ChromiumError(Exception):
    """It cannot be had here; the text names the way out."""


def install() -> str:
    """Install Chromium unless it is there, and return its path.

    Raises
    ------
    ChromiumError
        If that cannot be done here.
    """
    if found := shutil.which(PACKAGE):
        return found
    if not shutil.which("apt-get"):
        raise ChromiumError(
            "Chromium is missing, and here is no apt-get to install it with\n"
            f"  install it so that the command {PACKAGE} is on the path, or use Debian"
        )
    if os.geteuid() != 0:
        raise ChromiumError(
            "Chromium is missing, and only root may install it\n"
            f"  sudo apt-get install --no-install-recommends {PACKAGE}"
        )
    if _apt_install().returncode:
        _apt("update")
        result = _apt_install()
        if result.returncode:
            raise ChromiumError(f"apt-get install {PACKAGE} failed:\n{result.stdout}")
    found = shutil.which(PACKAGE)
    if found is None:
        raise ChromiumError(f"the package {PACKAGE} has no command {PACKAGE} on this system")
    return found


def _apt_install() -> subprocess.CompletedProcess[str]:
    return _apt("install", "-y", "--no-install-recommends", PACKAGE)


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
