"""Files of points: what is read, and what is refused with which words."""

from __future__ import annotations

import datetime
import decimal
import subprocess
import sys

import pyarrow as pa
import pytest

from orgsim.config import points_file
from orgsim.config.points_file import read_points
from small_runs import refused_points

COLUMNS = {
    "resistance.status_threat": (0.1, 2.0, 0.3333333333333333),
    "firm.it_staff": (1, 2, 3),
    "mechanisms.status_threat": (True, False, True),
    "preset": ("small", "large, very", "small"),
}
CSV = """point,resistance.status_threat,firm.it_staff,mechanisms.status_threat,preset
0,0.1,1,true,small
1,2,2,false,"large, very"
2,0.3333333333333333,3,true,small
"""


def test_both_kinds_of_file_hold_the_same(write_points):
    table = pa.table({"point": [0, 1, 2], **{name: list(c) for name, c in COLUMNS.items()}})
    for path in (write_points(CSV), write_points(table)):
        found = read_points(path, None)
        assert found == COLUMNS
        for name, column in COLUMNS.items():
            assert [type(value) for value in found[name]] == [type(value) for value in column]


def test_only_the_wanted_columns_are_read(write_points):
    path = write_points("a.x,b.y,note\n1,2,\n3,4.5,\n")
    assert read_points(path, ["b.y"]) == {"b.y": (2.0, 4.5)}
    assert list(read_points(path, ["b.y", "a.x"])) == ["b.y", "a.x"]


def test_spreadsheets_ways_are_taken(write_points):
    """A byte order mark, the other line ends, spaces after commas, no last line end."""
    path = write_points(b"\xef\xbb\xbfa.x, b.y\r\n0.5, 2\r\n1, 3")
    assert read_points(path, None) == {"a.x": (0.5, 1.0), "b.y": (2, 3)}


def test_other_types_of_parquet_become_plain_ones(write_points):
    path = write_points(
        pa.table(
            {
                "a.word": pa.array(["x", "y"]).dictionary_encode(),
                "a.small": pa.array([1, 2], pa.uint8()),
                "a.single": pa.array([0.5, 0.25], pa.float32()),
                "a.decimal": pa.array([decimal.Decimal("0.1"), decimal.Decimal("0.2")]),
                "a.large": pa.array(["x", "y"], pa.large_string()),
            }
        )
    )
    assert read_points(path, None) == {
        "a.word": ("x", "y"),
        "a.small": (1, 2),
        "a.single": (0.5, 0.25),
        "a.decimal": (0.1, 0.2),
        "a.large": ("x", "y"),
    }


@pytest.mark.parametrize("value", ["", "nan", "NaN", "null", "NA", "inf", "-inf"])
def test_a_missing_or_infinite_number_is_named_by_row_and_column(write_points, value):
    path = write_points(f"a.x,b.y\n0.5,1\n{value},2\n0.5,3\n")
    what = f"{value}; needed" if "inf" in value else "empty"
    refused_points(path, None, f"row 2, column a.x: {what}")


def test_missing_words_and_switches_are_named_too(write_points):
    refused_points(write_points('a,b\n1,x\n2,""\n'), None, "row 2, column b: empty")
    refused_points(write_points("a,b\n1,x\n2, \n"), None, "row 2, column b: empty")
    refused_points(write_points("a,b\n1,true\n2,\n"), None, "row 2, column b: empty")
    refused_points(write_points("a,b\n1,\n2,\n"), None, "row 1, column b: empty")
    nan = pa.table({"a": pa.chunked_array([[1.0, 2.0], [3.0, float("nan")]])})
    refused_points(write_points(nan), None, "row 4, column a: nan")
    refused_points(
        write_points(pa.table({"a": pa.array(["x", None])})), None, "row 2, column a: empty"
    )
    refused_points(
        write_points(pa.table({"a": pa.array([1, None])})), None, "row 2, column a: empty"
    )


def test_a_file_that_cannot_be_read_is_named(write_points, tmp_path):
    refused_points(tmp_path / "none.csv", None, "no such file")
    refused_points(write_points(CSV, "points.txt"), None, "allowed: names ending in .csv, .parquet")
    refused_points(write_points(CSV, "points.parquet"), None, "cannot be read as parquet")
    refused_points(write_points("a,b\n1,2\n3\n"), None, "cannot be read as csv")
    refused_points(write_points(""), None, "cannot be read as csv")
    refused_points(write_points(b"a,b\n1,\xff\xfe\n"), None, "column b: not UTF-8 text")
    (tmp_path / "folder.csv").mkdir()
    refused_points(tmp_path / "folder.csv", None, "is a directory, not a file")


def test_a_torn_parquet_file_is_refused(write_points):
    path = write_points(pa.table({"a": list(range(1000))}))
    whole = path.read_bytes()
    for end in (0, 3, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        refused_points(path, None, "cannot be read as parquet, or is incomplete")
    path.write_bytes(whole[:4] + bytes(len(whole) - 300) + whole[-296:])
    refused_points(path, None, "cannot be read as parquet, or is incomplete")


def test_columns_that_are_not_there_or_there_twice(write_points):
    path = write_points(CSV)
    refused_points(
        path, ["firm.it_stuff"], "no column firm.it_stuff", "did you mean 'firm.it_staff'?"
    )
    refused_points(path, ["zzz"], "no column zzz; there are: point, resistance.status_threat")
    refused_points(write_points("a,b,a\n1,2,3\n"), ["b"], "2 columns are named 'a'")
    refused_points(write_points("point\n1\n"), None, "no column; needed")


def test_rows_none_or_too_many(write_points, monkeypatch):
    refused_points(write_points("a,b\n"), None, "no rows")
    refused_points(write_points(pa.table({"a": pa.array([], pa.float64())})), None, "no rows")
    monkeypatch.setattr(points_file, "MOST_POINTS", 2)
    refused_points(write_points("a,b\n1,2\n3,4\n5,6\n"), None, "3 rows; allowed: at most 2")
    refused_points(write_points(pa.table({"a": [1, 2, 3]})), None, "3 rows; allowed: at most 2")
    assert read_points(write_points("a,b\n1,2\n3,4\n"), ["a"]) == {"a": (1, 3)}


def test_other_types_are_refused(write_points):
    day = datetime.date(2014, 2, 21)
    refused_points(
        write_points(pa.table({"a": [day]})), None, "column a: holds date32[day]; allowed: numbers"
    )
    refused_points(write_points(pa.table({"a": [[1, 2]]})), None, "column a: holds list")


def test_pandas_is_not_needed(write_points):
    program = (
        "import sys, pathlib; from orgsim.config.points_file import read_points\n"
        "assert 'pyarrow' not in sys.modules and 'scipy' not in sys.modules\n"
        "for name in sys.argv[1:]: read_points(pathlib.Path(name), None)\n"
        "assert 'pandas' not in sys.modules"
    )
    files = [str(write_points(CSV)), str(write_points(pa.table({"a": [1]})))]
    subprocess.run([sys.executable, "-c", program, *files], check=True)
