"""Arrays out of a file that may be anything: as they were written, or refused unread."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import numpy as np
import pytest

from orgsim.store.archives import read_arrays
from orgsim.system.files import NotAFileError, TooLargeError

ARRAYS = {"a": np.arange(5), "b": np.zeros((3, 2)), "seal": np.array("text"), "none": np.empty(0)}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back_as_they_were_written(tmp_path, save):
    path = tmp_path / "a.npz"
    save(path, **ARRAYS)
    found = read_arrays(path, sum(array.nbytes for array in ARRAYS.values()))
    assert found.keys() == ARRAYS.keys()
    assert all(np.array_equal(found[name], array) for name, array in ARRAYS.items())
    with pytest.raises(TooLargeError):
        read_arrays(path, -4_096)


def grown(path):
    np.savez_compressed(path, a=np.zeros(2**25))


def claiming(path):
    """Write a header that says more than follows it."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (2**40,)}
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", header.getvalue())


def many(path):
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(100):
            archive.writestr(f"{i}.npy", b"")


@pytest.mark.parametrize("write", [grown, claiming, many])
def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(tmp_path, write):
    path = tmp_path / "a.npz"
    write(path)
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            read_arrays(path, 2**20)
        assert tracemalloc.get_traced_memory()[1] < 2**21
    finally:
        tracemalloc.stop()


def test_a_link_is_not_followed(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros(3))
    (tmp_path / "b.npz").symlink_to(tmp_path / "a.npz")
    with pytest.raises(NotAFileError, match="symbolic link"):
        read_arrays(tmp_path / "b.npz", 2**20)
