"""Machine code that can be called wherever it lies in memory.

A compiler's object file is code and constants in sections, and a list of the places where one
refers to another. Here the sections are put behind each other and every reference becomes a
distance, so that nothing is left to be done when the image is loaded, but to look up the few
functions of the C library in it. That is what a linker does for a shared library, whose loader
then reads the library's own tables; but many machines on which people install orgsim have no
linker, and of its dozens of kinds of reference a kernel has two, both of them distances.

Format of object files: System V ABI, chapters 4 and 5 of its generic part, and 4.4 of the AMD64
supplement.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import struct
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_HEADER = np.dtype(
    [
        *(("magic", "S4"), ("class", "u1"), ("order", "u1"), ("rest", "V10"), ("type", "<u2")),
        *(("machine", "<u2"), ("version", "<u4"), ("entry", "<u8"), ("segments", "<u8")),
        *(("sections", "<u8"), ("flags", "<u4"), ("size", "<u2"), ("segment_size", "<u2")),
        *(("segment_count", "<u2"), ("section_size", "<u2"), ("section_count", "<u2")),
        ("names", "<u2"),
    ]
)
_SECTION = np.dtype(
    [
        *(("name", "<u4"), ("type", "<u4"), ("flags", "<u8"), ("address", "<u8")),
        *(("offset", "<u8"), ("size", "<u8"), ("link", "<u4"), ("info", "<u4")),
        *(("align", "<u8"), ("item", "<u8")),
    ]
)
_SYMBOL = np.dtype(
    [
        *(("name", "<u4"), ("info", "u1"), ("visibility", "u1"), ("section", "<u2")),
        *(("value", "<u8"), ("size", "<u8")),
    ]
)
_REFERENCE = np.dtype(
    [("offset", "<u8"), ("kind", "<u4"), ("symbol", "<u4"), ("addend", "<i8")],
)
_X86_64, _RELOCATABLE = 62, 1
_SYMBOLS, _REFERENCES, _EMPTY = 2, 4, 8
_WRITEABLE, _LOADED = 1, 2
_UNDEFINED = 0
_DISTANCES = (2, 4)  # R_X86_64_PC32 and R_X86_64_PLT32
_LARGEST_ALIGNMENT = 4096

_JUMP = bytes.fromhex("ff2502000000cccc")  # to the address that stands in the next eight bytes

OUTSIDE = ("memcpy", "memmove", "memset", "floor", "floorf", "ceil", "ceilf", "trunc", "truncf")
"""Functions of the C library that an image may call: none can be off by a last digit."""


class Unsupported(Exception):  # noqa: N818 - of this compiler's output, not an error of anyone's
    """An object file that cannot become an image."""


class Image(NamedTuple):
    """Machine code and its constants.

    Attributes
    ----------
    content : bytes
    entry : int
        Where the function begins.
    outside : tuple of (str, int)
        Functions of the C library, and where in the content their addresses belong.
    """

    content: bytes
    entry: int
    outside: tuple[tuple[str, int], ...]


def image_of(file: bytes, function: str) -> Image:
    """Make an image of an object file.

    Parameters
    ----------
    file : bytes
        Position-independent code for x86-64.
    function : str
        Its symbol.

    Raises
    ------
    Unsupported
        If it has variables, or refers to what is outside in any other way than to a few functions.
    """
    if len(file) < _HEADER.itemsize:
        raise Unsupported("no object file")
    header = np.frombuffer(file, _HEADER, 1)[0]
    if (header["machine"], header["type"]) != (_X86_64, _RELOCATABLE):
        raise Unsupported("no object file for x86-64")
    sections = _table(file, _SECTION, header["sections"], header["section_count"])
    content, places = _loaded(file, sections)
    (table,) = (section for section in sections if section["type"] == _SYMBOLS)
    symbols = _table(file, _SYMBOL, table["offset"], table["size"] // _SYMBOL.itemsize)
    names = _part(file, sections[table["link"]])
    outside: dict[str, int] = {}

    def place_of(symbol: Any) -> int:
        if symbol["section"] in places:
            return int(places[symbol["section"]] + int(symbol["value"]))
        name = _name(names, symbol)
        if symbol["section"] != _UNDEFINED or name not in OUTSIDE:
            raise Unsupported(f"it refers to {name or 'what is not there'}")
        if name not in outside:
            outside[name] = len(content)
            content.extend(_JUMP + bytes(8))
        return outside[name]

    for section in sections:
        if section["type"] == _REFERENCES and section["info"] in places:
            count = section["size"] // _REFERENCE.itemsize
            for reference in _table(file, _REFERENCE, section["offset"], count):
                if reference["kind"] not in _DISTANCES:
                    raise Unsupported(f"it refers to something by kind {reference['kind']}")
                here = places[section["info"]] + int(reference["offset"])
                there = place_of(symbols[reference["symbol"]]) + int(reference["addend"])
                struct.pack_into("<i", content, here, there - here)
    for symbol in symbols:
        if symbol["section"] in places and _name(names, symbol) == function:
            slots = tuple((name, place + len(_JUMP)) for name, place in outside.items())
            return Image(bytes(content), place_of(symbol), slots)
    raise Unsupported(f"it has no {function}")


def _loaded(file: bytes, sections: NDArray[Any]) -> tuple[bytearray, dict[int, int]]:
    """Return what is to be in memory, and where of it each section begins."""
    content, places = bytearray(), {}
    for i, section in enumerate(sections):
        if section["flags"] & _LOADED and section["size"]:
            if section["flags"] & _WRITEABLE or section["type"] == _EMPTY:
                raise Unsupported("it has variables")
            if section["align"] > _LARGEST_ALIGNMENT:
                raise Unsupported("it wants more than pages")
            content.extend(bytes(-len(content) % max(int(section["align"]), 1)))
            places[i] = len(content)
            content.extend(_part(file, section))
    content.extend(bytes(-len(content) % 16))
    return content, places


def _part(file: bytes, section: Any) -> bytes:
    begin = int(section["offset"])
    return file[begin : begin + int(section["size"])]


def _table(file: bytes, dtype: np.dtype[Any], offset: Any, count: Any) -> NDArray[Any]:
    return np.frombuffer(file, dtype, int(count), int(offset))


def _name(names: bytes, symbol: Any) -> str:
    begin = int(symbol["name"])
    return names[begin : names.index(0, begin)].decode()


class Loaded:
    """An image in memory, to be read and run and not to be written.

    Attributes
    ----------
    address : int
        Where the function begins; good as long as this lives.

    Raises
    ------
    OSError
        If the system lets nothing be run that is not a file of its own.
    """

    def __init__(self, image: Image) -> None:
        content = bytearray(image.content)
        library = ctypes.CDLL(None)
        for name, place in image.outside:
            try:
                found = getattr(library, name)
            except AttributeError:
                raise OSError(f"the C library has no {name}") from None
            address = ctypes.cast(found, ctypes.c_void_p).value or 0
            struct.pack_into("<Q", content, place, address)
        self._bytes = np.frombuffer(_mapped(content), np.uint8)  # keeps it mapped
        self.address = int(self._bytes.ctypes.data) + image.entry


def _mapped(content: bytearray) -> mmap.mmap:
    """Return memory that holds machine code and may be run."""
    run = mmap.PROT_READ | mmap.PROT_EXEC
    try:
        handle = os.memfd_create("orgsim-kernel", os.MFD_CLOEXEC)
        return _of_a_file(handle, content, run)
    except (AttributeError, OSError):  # Pythons for very old C libraries; limits on files' sizes
        memory = mmap.mmap(-1, len(content), mmap.MAP_PRIVATE, run | mmap.PROT_WRITE)
        memory.write(content)
        return memory


def _of_a_file(handle: int, content: bytearray, protection: int) -> mmap.mmap:
    """Return memory of a file that holds some content, which only the memory keeps from then on."""
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(content)
        return mmap.mmap(handle, len(content), mmap.MAP_PRIVATE, protection)
    finally:
        os.close(handle)


@cache
def is_runnable() -> bool:
    """Whether this system runs images: for x86-64, and it forbids no code that is not a file's."""
    if platform.machine() != "x86_64":
        return False
    try:
        Loaded(Image(bytes([0xC3] * 16), 0, ()))  # to return at once
    except OSError:
        return False
    return True
