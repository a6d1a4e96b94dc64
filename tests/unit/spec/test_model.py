"""What a model declares, and how it travels."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from orgsim.model import MODEL
from orgsim.spec import Column, CountedShare, JointRule, Tally, imported


def test_declaring_costs_no_compiler():
    heavy = ("numba", "scipy", "pandas", "pyarrow", "pydantic")
    program = f"import orgsim.model, sys; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_a_model_is_pickled_by_where_it_is_imported_from():
    assert imported(MODEL.home) is MODEL
    assert pickle.loads(pickle.dumps(MODEL)) is MODEL
    assert b"orgsim.model:MODEL" in pickle.dumps(MODEL)
    assert len(pickle.dumps(MODEL)) < 200


@pytest.mark.parametrize("home", ["orgsim.model:MODEL", "no_such_module:M", "orgsim.spec:Model"])
def test_one_that_is_not_there_is_not_pickled_as_another(home):
    other = replace(MODEL, version="2", home=home)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(other)
    assert copy.copy(other) is copy.deepcopy(other) is other


@pytest.mark.parametrize("home", ["orgsim.spec:Model", "orgsim.model:NONE", "orgsim.model"])
def test_what_is_no_model_is_not_imported_as_one(home):
    with pytest.raises(ImportError, match="is no model"):
        imported(home)


def test_a_step_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(LookupError, match=r"no step 'turnovr'; steps: environment, contacts, "):
        MODEL.step("turnovr")


def test_a_step_may_stand_in_another_module():
    assert MODEL.step("orgsim.model.rules:contacts") is MODEL.step("contacts")


def test_tables_have_their_keys_and_no_column_twice():
    for name, keys in (
        ("firms", ["point", "firm"]),
        ("quarters", ["point", "quarter", "calendar"]),
        ("shares", ["point", "scenario", "count", "firms", "share", "low", "high"]),
    ):
        columns = [column.name for column in getattr(MODEL, name)]
        assert columns[: len(keys)] == keys
        assert len(set(columns)) == len(columns)


FIRST, *REST = MODEL.parameters
NO_SHARE = CountedShare(Column("share_x", "float64", "share", "x"), ("x",))


@pytest.mark.parametrize("change", [{"name": "a\nb"}, {"version": " "}, {"name": "\x1b[1m"}])
def test_names_and_versions_are_texts_of_one_line(change):
    with pytest.raises(ValueError, match="is no text of one line"):
        replace(MODEL, **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": tuple(REST)}, "parameters: lack simulation.seed"),
        ({"parameters": (FIRST, FIRST, *REST)}, "simulation.seed stands there twice"),
        ({"sections": MODEL.sections | {"empty": "nothing"}}, "sections: empty has no parameter"),
        ({"agents": ("firm.it_stuff",)}, "firm.it_stuff is no parameter"),
        ({"joint_rules": (JointRule(("a.b",), bool, str),)}, "a.b is no parameter"),
        ({"outcomes": MODEL.outcomes[:1]}, "outcomes: needed are two at least"),
        ({"outcomes": MODEL.outcomes[:3]}, "outcomes: a 2 x 2 has four"),
        (
            {"outcomes": MODEL.outcomes[:3], "is_square": False},
            "outcomes: their shares sum to 0.9, not 1",
        ),
        ({"counts": MODEL.counts[::-1]}, "counts: the outcomes come first, in their order"),
        ({"counted_shares": (NO_SHARE,)}, "counted_shares: share_x: x is no count"),
        ({"record": MODEL.record[1:]}, "record: lacks sector"),
        ({"steps": "aim"}, "steps: needed is a tuple of names"),
        ({"agents": ("cooperation.tremble",)}, "cooperation.tremble is no whole number"),
        ({"tallies": (Tally("counts", "x", bool),)}, "counts is a name that the ledger has"),
        ({"tallies": (Tally("sums_x", "x", bool),)}, "sums_x is a name that the ledger has"),
        ({"series": (MODEL.series[0]._replace(low=1.0),)}, "low = 1; allowed: -128 to 1"),
        ({"series": (MODEL.series[0]._replace(low=float("nan")),)}, "low = nan; allowed"),
        ({"series": (MODEL.series[0]._replace(low=-200.0),)}, "low = -200; allowed"),
        ({"words": {}}, "words: lack those of structure"),
        ({"record": (*MODEL.record, MODEL.record[-1])}, "stands there twice"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, words):
    with pytest.raises(ValueError, match=f"model departments 2: .*{re.escape(words)}"):
        replace(MODEL, **change)
