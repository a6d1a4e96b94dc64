"""When shares on the disk are those that follow from the parts."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

from orgsim.execution.verify import _are_alike


def table(*, count=7, low=0.25, name="low", kind=None):
    kind = kind or pa.float64()
    return pa.table({"count": pa.array([count]), name: pa.array([low], kind)})


@pytest.mark.parametrize("low", [0.25, 0.25 * (1 + 1e-13), 0.25 * (1 - 1e-13)])
def test_rounding_of_a_limit_is_none_of_it(low):
    assert _are_alike(table(), table(low=low))


@pytest.mark.parametrize(
    "other",
    [
        table(low=0.25 * (1 + 1e-11)),
        table(low=0.0),
        table(low=math.nan),
        table(low=None),
        table(count=8),
        table(name="high"),
        table(kind=pa.float32()),
        pa.concat_tables([table(), table()]),
    ],
)
def test_any_other_difference_is_one(other):
    assert not _are_alike(table(), other)
    assert not _are_alike(other, table())


def test_what_is_nowhere_is_alike():
    assert _are_alike(table(low=math.nan), table(low=math.nan))
    assert _are_alike(table(low=None), table(low=None))
