"""The hash of sources: of what runs, whatever stands beside it, and whichever Python reads it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orgsim.model import MODEL
from orgsim.numerics import sources
from orgsim.numerics.sources import significant_tokens, source_hash

DATA = Path(__file__).parents[2] / "data" / "tokens"
SAMPLE = (DATA / "sample.txt").read_text("utf-8")
EXPECTED = json.loads((DATA / "expected.json").read_text("utf-8"))
"""Tokens of the sample, from Python 3.13: tests/data/tokens/README.md."""

ALONE = """
import json, sys
text = open(sys.argv[2], encoding="utf-8").read()
line = "from orgsim.spec import Model\\n"
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


def with_parameter(**change):
    """Return the model with its first parameter changed."""
    first, *rest = MODEL.parameters
    return replace(MODEL, parameters=(replace(first, **change), *rest))


def with_column(**change):
    """Return the model with the last column of its record changed."""
    *rest, last = MODEL.record
    return replace(MODEL, record=(*rest, replace(last, **change)))


@pytest.mark.parametrize(
    "changed",
    [
        with_parameter(meaning="another"),
        with_parameter(source="x"),
        with_parameter(high=2.0**31),
        with_parameter(default=7),
        with_column(meaning="another", unit="x"),
        replace(MODEL, home="elsewhere:MODEL"),
    ],
)
def test_declared_texts_ranges_and_defaults_are_not_in_it(changed):
    assert source_hash(changed) == source_hash(MODEL)


def test_what_kernels_read_of_declarations_is():
    first, *rest = MODEL.parameters
    *most, last = MODEL.parameters
    models = [
        MODEL,
        replace(MODEL, parameters=(*most, replace(last, path=f"{last.path}_2"))),
        replace(MODEL, parameters=(*rest, first)),
        with_parameter(kind="real"),
        replace(MODEL, counts=(*MODEL.counts[:4], *MODEL.counts[:3:-1])),
        with_column(type="int64"),
        replace(MODEL, steps=MODEL.steps[:-1]),
        replace(MODEL, steps=MODEL.steps[::-1]),
        replace(MODEL, version="2"),
    ]
    assert len({source_hash(model) for model in models}) == len(models)


def test_it_is_of_every_file_of_a_model_but_those_that_declare(tmp_path, monkeypatch):
    package = tmp_path / "grown"
    (package / "rules").mkdir(parents=True)
    for name in ("__init__.py", "declared.py", "rules/__init__.py", "rules/step.py"):
        (package / name).write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    model = replace(MODEL, sources=("grown",), declarations=("grown.declared",))

    def hashed():
        source_hash.cache_clear()
        return source_hash(model)

    before = hashed()
    (package / "declared.py").write_text("x = 2\n")
    assert hashed() == before
    (package / "rules" / "step.py").write_text("x = 1  # why\n")
    assert hashed() == before
    (package / "rules" / "step.py").write_text("x = 2\n")
    assert hashed() != before
    source_hash.cache_clear()


def test_a_source_that_is_not_there_is_named():
    with pytest.raises(ImportError, match="no_such_module"):
        source_hash(replace(MODEL, sources=("no_such_module",)))
