"""Tokens of sources: the same on every Python, and of what runs alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orgsim.numerics import tokens
from orgsim.numerics.tokens import significant_tokens

DATA = Path(__file__).parents[2] / "data" / "tokens"
SAMPLE = (DATA / "sample.txt").read_text("utf-8")
EXPECTED = json.loads((DATA / "expected.json").read_text("utf-8"))
"""Tokens of the sample, from Python 3.13: tests/data/tokens/README.md."""

ALONE = """
import json, sys
text = open(sys.argv[2], encoding="utf-8").read()
names = {"__name__": "tokens", "__file__": sys.argv[2]}
exec(compile(text, sys.argv[2], "exec"), names)
print(json.dumps(names["significant_tokens"](open(sys.argv[1], encoding="utf-8").read())))
"""
"""For a Python that has none of the libraries."""


def others():
    """Return other Pythons of this machine that orgsim supports, and this one."""
    found = [sys.executable]
    for version in ("3.11", "3.12", "3.13", "3.14"):
        for name in (
            f"python{version}",
            *Path.home().glob(f".pyenv/versions/{version}*/bin/python"),
        ):
            path = shutil.which(str(name))
            if path and subprocess.run([path, "-c", ""], check=False).returncode == 0:
                found.append(path)
    return found


def test_tokens_are_the_same_on_every_python():
    assert significant_tokens(SAMPLE) == EXPECTED
    for python in others():
        done = subprocess.run(
            [python, "-c", ALONE, str(DATA / "sample.txt"), tokens.__file__],
            capture_output=True, text=True, check=True, encoding="utf-8",
            env={"PYTHONUTF8": "1"},
        )  # fmt: skip
        assert json.loads(done.stdout) == EXPECTED, python


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# why", "# for another reason"),
        ("  # a comment", ""),
        ('"""A module\'s docstring."""', '"""Another,\n\nlonger one."""'),
        ('"""What it is."""\n', ""),
        ("    '''Return it.'''\n", ""),
        ('    "nothing is done with this"\n', ""),
        ("\n\nclass", "\n\n\n\nclass"),
        ("    sqrt,\n    pi,\n", "    sqrt, pi,\n"),
    ],
)
def test_what_does_not_run_leaves_the_hash_as_it_was(old, new):
    assert old in SAMPLE
    assert significant_tokens(SAMPLE.replace(old, new)) == EXPECTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2.0**-24", "2.0**-23"),
        ("return -x", "return x"),
        ("second {pi:.3f}", "second {pi:.4f}"),
        ("kept,\n", "kept;\n"),
        ("y=1", "y=2"),
        ("    return {", "return {"),
    ],
)
def test_what_runs_changes_it(old, new):
    assert old in SAMPLE
    assert significant_tokens(SAMPLE.replace(old, new)) != EXPECTED
