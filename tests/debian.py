"""Packages of Debian that some tests need, installed if they are not there."""

from __future__ import annotations

import os
import shutil
import subprocess


class MissingError(Exception):
    """Something cannot be had here; the text names the way out."""


def program(name: str) -> str | None:
    """Find a program, also where only root's PATH leads."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def install(package: str, what: str, otherwise: str) -> None:
    """Install a package.

    Parameters
    ----------
    package : str
    what : str
        How to call what it holds.
    otherwise : str
        What to do where there is no Debian.

    Raises
    ------
    MissingError
        If that cannot be done here.
    """
    if not program("apt-get"):
        raise MissingError(
            f"{what} is missing, and here is no apt-get to install it with\n  {otherwise}"
        )
    if os.geteuid() != 0:
        raise MissingError(
            f"{what} is missing, and only root may install it\n"
            f"  sudo apt-get install --no-install-recommends {package}"
        )
    if _apt_install(package).returncode:
        _apt("update")
        result = _apt_install(package)
        if result.returncode:
            raise MissingError(f"apt-get install {package} failed:\n{result.stdout}")


def _apt_install(package: str) -> subprocess.CompletedProcess[str]:
    return _apt("install", "-y", "--no-install-recommends", package)


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
