"""Kernels as images: every kind of argument arrives, and what cannot be an image is compiled all
the same."""

from __future__ import annotations

import math
import os
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

from orgsim.engine.cpu import ahead, image, processor
from orgsim.engine.cpu.abi import as_function, described
from orgsim.engine.cpu.ahead import compile_ahead
from orgsim.engine.cpu.image import Image, Loaded, Unsupported, image_of
from orgsim.engine.cpu.native import Kernel
from orgsim.engine.cpu.processor import Target, levels, this_processor

SOURCES = "0123456789abcdef" * 4


class Pair(NamedTuple):
    first: Any
    second: Any


def record(**values):
    kinds = [(name, np.asarray(value).dtype) for name, value in values.items()]
    return np.array([tuple(values.values())], dtype=kinds).view(np.recarray)[0]


def kernel_of(function, monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return Kernel(function, SOURCES)


SCALARS = [
    -7,
    2**63 + 5,
    True,
    2.5,
    np.int8(-3),
    np.int16(-300),
    np.int32(-(2**31)),
    np.uint8(200),
    np.uint16(60_000),
    np.uint32(2**32 - 1),
    np.uint64(2**52 + 1),
    np.float32(0.1),
    np.bool_(False),
]


@pytest.mark.parametrize("value", SCALARS, ids=lambda value: f"{type(value).__name__} {value}")
def test_a_scalar_arrives(value, monkeypatch, tmp_path):
    def write(before, value, after, out):
        out[0] = before
        out[1] = value
        out[2] = after

    out = np.zeros(3)
    kernel_of(write, monkeypatch, tmp_path)(1.5, value, -4, out)
    assert out.tolist() == [1.5, float(value), -4.0]


def test_tuples_arrays_and_records_arrive(monkeypatch, tmp_path):
    def write(pair, many, out):
        array, (number, fields) = pair
        out[0] = array[1, 2]
        out[1] = array.shape[0] * 10 + array.shape[1]
        out[2] = number
        out[3] = fields.x + fields.n
        out[4] = many[0] + many[1]
        fields.x = 9.0

    fields = record(x=1.25, n=np.int32(3))
    array = np.arange(6.0).reshape(2, 3)
    out = np.zeros(5)
    kernel = kernel_of(write, monkeypatch, tmp_path)
    kernel(Pair(array, (np.uint64(8), fields)), (2, 3), out)
    assert out.tolist() == [5.0, 23.0, 8.0, 4.25, 5.0]
    assert fields.x == 9.0
    assert (kernel.loaded, kernel.made) == (0, 1)


def test_other_types_are_another_version_and_each_is_kept(monkeypatch, tmp_path):
    def double(array):
        for i in range(array.size):
            array[i] += array[i]

    kernel = kernel_of(double, monkeypatch, tmp_path)
    for dtype in (np.float64, np.float32, np.int32, np.float64):
        array = np.arange(5, dtype=dtype)
        kernel(array)
        assert array.tolist() == [0, 2, 4, 6, 8]
    assert (kernel.loaded, kernel.made) == (0, 3)
    again = Kernel(double, SOURCES)
    assert again.is_ready(np.zeros(1, dtype=np.int32))
    assert not again.is_ready(np.zeros(1, dtype=np.int64))
    assert (again.loaded, again.made) == (1, 0)


def may_raise(array):
    if array[0] > 0.0:
        raise ValueError("positive")
    array[0] = 1.0


def by_the_c_library(array):
    array[0] = math.exp(array[0])


@pytest.mark.parametrize("function", [may_raise, by_the_c_library])
def test_what_cannot_be_an_image_is_compiled_all_the_same(function, monkeypatch, tmp_path, capfd):
    kernel = kernel_of(function, monkeypatch, tmp_path)
    array = np.zeros(1)
    kernel(array)
    assert array[0] == 1.0
    assert kernel.made == 0
    said = capfd.readouterr().err
    assert "not kept as usual: no image: Unsupported: it " in said
    assert said.count("\n") == 1
    # Once it is known, no image is tried any more.
    again, array = Kernel(function, SOURCES), np.zeros(1)
    monkeypatch.setattr(Kernel, "image_for", None)
    assert again.is_ready(array)
    again(array)
    assert array[0] == 1.0
    assert capfd.readouterr().err == ""


def test_what_does_not_compile_is_told_as_numba_tells_it(monkeypatch, tmp_path):
    def wrong(array):
        array[0] = array.no_such_thing

    with pytest.raises(numba.core.errors.TypingError, match="no_such_thing"):
        kernel_of(wrong, monkeypatch, tmp_path)(np.zeros(1))
    assert not list(tmp_path.rglob("*.kernel"))


def test_a_compiler_whose_inner_parts_are_others_compiles_all_the_same(
    monkeypatch, tmp_path, capfd
):
    def double(array):
        array[0] += array[0]

    monkeypatch.setattr(ahead, "compile_ahead", None)  # as a newer numba's might be
    array = np.ones(1)
    kernel_of(double, monkeypatch, tmp_path)(array)
    assert array[0] == 2.0
    assert "no image: TypeError" in capfd.readouterr().err


@pytest.mark.parametrize("forbidden", [True, False])
def test_where_code_may_not_be_run_from_memory_nothing_is_made_in_vain(
    forbidden, monkeypatch, tmp_path, capfd
):
    def double(array):
        array[0] += array[0]

    def refuse(*args):
        raise PermissionError("not permitted")

    monkeypatch.setattr(image, "_mapped", refuse if forbidden else image._mapped)
    image.is_runnable.cache_clear()
    try:
        kernel = kernel_of(double, monkeypatch, tmp_path)
        for expected in (False, True):
            assert kernel.is_ready(np.ones(1)) is expected
            array = np.ones(1)
            kernel(array)
            assert array[0] == 2.0
            kernel = Kernel(double, SOURCES)
    finally:
        image.is_runnable.cache_clear()
    assert bool(list(tmp_path.rglob("*.kernel"))) is not forbidden
    assert capfd.readouterr().err == ""


def test_a_python_without_files_in_memory_runs_images(monkeypatch, tmp_path):
    def double(array):
        array[0] += array[0]

    monkeypatch.delattr(os, "memfd_create")
    kernel, array = kernel_of(double, monkeypatch, tmp_path), np.ones(1)
    kernel(array)
    assert array[0] == 2.0
    assert kernel.made == 1


def test_types_that_images_do_not_take_go_by_numba(monkeypatch, tmp_path):
    def total(array, out):
        out[0] = 0.0
        for i in range(array.size):
            out[0] += array[i]

    kernel, out = kernel_of(total, monkeypatch, tmp_path), np.zeros(1)
    frozen = np.arange(4.0)
    frozen.flags.writeable = False
    for array in (frozen, np.arange(16.0).reshape(4, 4)[:, 1]):
        kernel(array, out)
        assert out[0] == array.sum()
    assert kernel.made == 0


def test_a_record_that_owns_its_memory_is_written_in_place(monkeypatch, tmp_path):
    def write(fields):
        fields.x += 1.0

    fields = record(x=1.0).copy()
    kernel_of(write, monkeypatch, tmp_path)(fields)
    assert fields.x == 2.0


def test_a_function_of_the_c_library_that_is_exact_is_called():
    """Before SSE 4.1, as generic x86-64 is, rounding down was no instruction."""

    def down(array):
        for i in range(array.size):
            array[i] = np.floor(array[i])

    array = np.array([1.5, -1.5, 2.0**52 + 0.5, -0.0])
    found = image_of(*compile_ahead(down, (array,), Target("x86-64", "", "x86-64")))
    assert {name for name, _ in found.outside} == {"floor"}
    expected = np.floor(array)
    as_function(Loaded(found), (array,))(array)
    np.testing.assert_array_equal(array, expected)


def test_what_the_system_has_not_is_refused():
    with pytest.raises(OSError, match="has no orgsim_does_not_exist"):
        Loaded(Image(bytes(32), 0, (("orgsim_does_not_exist", 8),)))


@pytest.mark.parametrize("file", [b"", b"\x7fELF", bytes(64), b"x" * 5_000])
def test_what_is_no_object_file_is_refused(file):
    with pytest.raises(Unsupported):
        image_of(file, "function")


def test_types_are_told_apart_in_words():
    told = [
        described(value)
        for value in (
            1,
            2**63,
            1.0,
            np.float32(1),
            (1, 1.0),
            Pair(1, 1.0),
            np.zeros(2),
            np.zeros((2, 1)),
            np.zeros(2, dtype=np.float32),
            np.zeros(2, dtype=[("x", "f8")]),
            record(x=1.0),
            record(y=1.0),
        )
    ]
    assert len(set(told)) == len(told)
    assert described(np.zeros(2)) == described(np.ones(7))


V2 = "fpu cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
V3 = f"{V2} avx avx2 bmi1 bmi2 f16c fma abm movbe"
V4 = f"{V3} avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu sse2", []),
        (V2, ["x86-64-v2"]),
        (V3, ["x86-64-v3", "x86-64-v2"]),
        (V4, ["x86-64-v4", "x86-64-v3", "x86-64-v2"]),
        (V3.replace("fma ", ""), ["x86-64-v2"]),
        (V4.replace(" avx2", ""), ["x86-64-v2"]),
    ],
)
def test_a_processor_has_the_levels_whose_flags_it_has(flags, expected, monkeypatch):
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    monkeypatch.delenv("NUMBA_CPU_FEATURES", raising=False)
    monkeypatch.setattr(processor, "_told", lambda: {"model": "1", "flags": flags})
    assert [target.name for target in levels()] == expected


def test_what_is_asked_for_is_another_target(monkeypatch):
    monkeypatch.setattr(processor, "_told", lambda: {"model": "1", "flags": V4})
    keys = set()
    for name in (None, "", "x86-64-v3"):
        for features in (None, "", "+avx2"):
            for variable, value in (("NAME", name), ("FEATURES", features)):
                if value is None:
                    monkeypatch.delenv(f"NUMBA_CPU_{variable}", raising=False)
                else:
                    monkeypatch.setenv(f"NUMBA_CPU_{variable}", value)
            target = this_processor()
            assert target[:2] == (name or None, features)
            assert bool(levels()) is (not name and features is None)
            keys.add(target.key)
    assert len(keys) == 6  # an empty name is none
