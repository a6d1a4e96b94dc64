"""What a swept path means."""

from __future__ import annotations

import pytest

from orgsim.model import MODEL
from orgsim.model.parameters import BY_PATH
from orgsim.spec.swept_path import SweptPath


@pytest.mark.parametrize(
    ("path", "parameter", "department", "name"),
    [
        ("resistance.status_threat", "resistance.status_threat", "", "status threat"),
        ("resistance.initial", "resistance.initial", "", "initial"),
        ("resistance.initial.it", "resistance.initial", "it", "initial in IT"),
        ("resistance.initial.marketing", "resistance.initial", "marketing", "initial in marketing"),
    ],
)
def test_a_path_is_a_parameters_or_a_departments_part(path, parameter, department, name):
    found = SweptPath.of(path, MODEL)
    assert found == (BY_PATH[parameter], department)
    assert found.name == name


@pytest.mark.parametrize(
    "path", ["preset", "", ".", "resistance", "resistance.initial.sales", "firm.structure.it"]
)
def test_anything_else_is_none(path):
    assert SweptPath.of(path, MODEL) is None
