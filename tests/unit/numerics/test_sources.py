"""The hash of sources: of what runs, whatever stands beside it, and whichever Python reads it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orgsim import columns
from orgsim.numerics import sources
from orgsim.numerics.sources import significant_tokens, source_hash

DATA = Path(__file__).parents[2] / "data" / "tokens"
SAMPLE = (DATA / "sample.txt").read_text("utf-8")
EXPECTED = json.loads((DATA / "expected.json").read_text("utf-8"))
"""Tokens of the sample, from Python 3.13: tests/data/tokens/README.md."""

ALONE = """
import json, sys
text = open(sys.argv[2], encoding="utf-8").read()
parameters = "from orgsim.parameters import DEPARTMENTS, PARAMETERS\\n"
for line in ("from orgsim import columns\\n", parameters):
    assert line in text
    text = text.replace(line, "")
names = {"__name__": "sources", "__file__": sys.argv[2]}
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
            [python, "-c", ALONE, str(DATA / "sample.txt"), sources.__file__],
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


@pytest.fixture
def hashed(monkeypatch):
    """Return the hash with some declarations in another's place."""

    def hashed(**declared):
        with monkeypatch.context() as patch:
            for name, value in declared.items():
                patch.setattr(sources if hasattr(sources, name) else columns, name, value)
            source_hash.cache_clear()
            found = source_hash()
        source_hash.cache_clear()
        return found

    return hashed


def test_declared_texts_ranges_and_defaults_are_not_in_it(hashed):
    first, *rest = sources.PARAMETERS
    for change in ({"meaning": "another"}, {"source": "x"}, {"high": 2.0**31}, {"default": 7}):
        assert hashed(PARAMETERS=(replace(first, **change), *rest)) == source_hash()
    last = columns.FIRMS[-1]
    firms = (*columns.FIRMS[:-1], replace(last, meaning="another", unit="x"))
    assert hashed(FIRMS=firms) == source_hash()


def test_what_kernels_read_of_declarations_is(hashed):
    first, *rest = sources.PARAMETERS
    found = [
        source_hash(),
        hashed(PARAMETERS=(replace(first, path="simulation.sead"), *rest)),
        hashed(PARAMETERS=(*rest, first)),
        hashed(PARAMETERS=(replace(first, kind="real"), *rest)),
        hashed(CUT_POINT=0.51),
        hashed(COUNTS=columns.COUNTS[::-1]),
        hashed(FIRMS=(replace(columns.FIRMS[0], type="int64"), *columns.FIRMS[1:])),
    ]
    assert len(set(found)) == len(found)
