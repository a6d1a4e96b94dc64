"""Tables of a run are read whole and in order, or refused with the way out."""

from __future__ import annotations

import pytest

from made_up_runs import LAYOUT, MANIFEST, begun, finished
from orgsim.errors import RunError, UsageError
from orgsim.store.manifest import write_told


def test_tables_are_read_whole_and_in_order(tmp_path):
    directory = finished(tmp_path)
    assert directory.read("firms")["number"].to_pylist() == [0, 1, 2, 3, 4, 5]
    assert directory.read("quarters")["number"].to_pylist() == [0, 1]
    assert directory.read("shares")["number"].to_pylist() == [1.0]
    assert len(directory.files("firms")) == len(LAYOUT)


@pytest.mark.parametrize("name", ["firms", "quarters", "shares"])
def test_a_table_of_a_run_that_is_not_finished_is_refused_with_the_way_out(tmp_path, name):
    with pytest.raises(UsageError, match="not finished") as caught:
        begun(tmp_path).read(name)
    assert f"orgsim resume {tmp_path}" in str(caught.value)


def test_a_table_that_is_not_kept_is_refused_with_the_reason(tmp_path):
    directory = finished(tmp_path)
    write_told(
        tmp_path,
        {**MANIFEST, "status": "finished", "output": {"firms": False, "quarters": True}},
    )
    with pytest.raises(UsageError, match=r"\[output\] firms = false"):
        directory.read("firms")


@pytest.mark.parametrize("content", [None, b"", b"PAR1 torn"])
def test_a_torn_or_missing_file_is_named_with_the_way_out(tmp_path, content):
    directory = finished(tmp_path)
    file = directory.files("firms")[3]
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(RunError) as caught:
        directory.read("firms")
    assert str(file) in str(caught.value)
    assert f"orgsim resume {tmp_path}" in str(caught.value)
