"""What vouches for a part: hashes, counts and exact sums, noted when it was written.

A part counts as done when its entry is there, for the entry is written last. Entries stay with a
finished run: they are small, and :mod:`orgsim.execution.verify` holds the files against them. They
name the format, too, and how parts are cut, so that a manifest can be held against them, or made
anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.errors import RunError
from orgsim.spec import Model
from orgsim.store.archives import read_arrays
from orgsim.store.atomic import write_whole
from orgsim.store.layout import TILE, Part
from orgsim.store.sums import Sums
from orgsim.system.files import MEBIBYTE

MOST_SUMS_BYTES = 512 * MEBIBYTE
"""Exact sums of a part take some hundred kilobytes a quarter."""


class Cut(NamedTuple):
    """What an entry says of the whole run: its format, and how it is cut into parts.

    Attributes
    ----------
    format : int
    part_firms, expected_firms : int
        As in the manifest.
    """

    format: int
    part_firms: int
    expected_firms: int


class LedgerEntry(NamedTuple):
    """What is known of a part without its rows.

    Attributes
    ----------
    firms : int64 (points,)
        Firms of each design point in this part.
    tiles : uint8 (tiles, 32)
        Hashes of the rows, TILE firms each, point after point.
    quarters : uint8 (points, 32)
        Hashes of each point's rows by quarter; none where the point's firms stand in several
        parts.
    counts : int64 (points, len(model.counts))
        Firms counted at the horizon.
    tallies : mapping of name to int64 (points, scenarios)
        Of ``Model.tallies``; in the file each is an array of its name.
    bytes : int64 (2,)
        Sizes of the files of firms and of quarters, 0 where there is none.
    seconds : float64 (2,)
        Processor time of simulating, and time of writing.
    sums : Sums or None
        Only where the point's firms stand in several parts.
    files : uint8 (2, 32) or None
        Hashes of the bytes of the files of firms and of quarters, zeros where there is none; None
        in format 2, which had none.
    cut : int64 (3,) or None
        A ``Cut``; None in format 2.
    """

    firms: NDArray[np.int64]
    tiles: NDArray[np.uint8]
    quarters: NDArray[np.uint8]
    counts: NDArray[np.int64]
    tallies: Mapping[str, NDArray[np.int64]]
    bytes: NDArray[np.int64]
    seconds: NDArray[np.float64]
    sums: Sums | None
    files: NDArray[np.uint8] | None = None
    cut: NDArray[np.int64] | None = None


def hashes(digests: Sequence[str]) -> NDArray[np.uint8]:
    """Return hexadecimal hashes as an array (n, 32)."""
    return np.frombuffer(bytes.fromhex("".join(digests)), dtype=np.uint8).reshape(-1, 32)


def tiles_of(firms: int) -> int:
    """Return how many tiles so many firms fill."""
    return -(-firms // TILE)


def _arrays(entry: LedgerEntry) -> dict[str, NDArray[Any]]:
    """Return what is written of an entry, by name."""
    arrays = {name: value for name, value in _plain(entry).items() if value is not None}
    if entry.sums is not None:
        arrays |= {f"sums_{name}": value for name, value in entry.sums.arrays().items()}
    return arrays | dict(entry.tallies)


def _plain(entry: LedgerEntry) -> dict[str, NDArray[Any] | None]:
    """Return the fields of an entry that are one array, or none."""
    return {name: getattr(entry, name) for name in _TYPES}


def _seal(arrays: Mapping[str, NDArray[Any]], part: Part, key: str) -> str:
    """Return a hash of an entry and of what it is about: an entry of another run has another."""
    digest = hashlib.sha256(f"{key} {part.name}".encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def write_entry(path: Path, entry: LedgerEntry, part: Part, key: str) -> None:
    """Write the entry of a part whole; ``key`` says what the part is of, see ``PartStore.key``.

    Raises
    ------
    RunError
        If it cannot be written, or does not read back: a fault of a library, or of ours, that
        would else be taken for damage of the disk, again and again.
    """
    arrays = _arrays(entry)
    seal = np.array(_seal(arrays, part, key))
    # Typed loosely, for the stubs take arrays by name for the option that older NumPy's have not.
    save: Any = np.savez if entry.sums is None else np.savez_compressed  # hashes get no smaller

    def write(file: BinaryIO) -> None:
        save(file, seal=seal, **arrays)

    write_whole(path, write)
    if _sealed_arrays(path, part, key) is None:
        raise RunError(
            f"{path}: does not read back as it was written (NumPy {np.__version__}); please report "
            "this, with the versions in manifest.json"
        )


def read_entry(
    path: Path, part: Part, key: str, model: Model, *, adaptive: bool
) -> LedgerEntry | None:
    """Return a part's entry, or None if there is none, or one that was altered.

    Parameters
    ----------
    key : str
        What the part must be of.
    model : Model
        Of which it must have the counts and tallies.
    adaptive : bool
        Whether points may have fewer firms than the part has room for.
    """
    loaded = _sealed_arrays(path, part, key)
    if loaded is None:
        return None
    names = [tally.name for tally in model.tallies]
    try:
        sums = None
        if "sums_sums" in loaded:
            sums = Sums(
                sums=loaded.pop("sums_sums"),
                histogram=loaded.pop("sums_histogram"),
                counts=loaded.pop("sums_counts"),
                tallies={name: loaded.pop(f"sums_{name}") for name in names},
            )
        tallies = {name: loaded.pop(name) for name in names}
        entry = LedgerEntry(sums=sums, tallies=tallies, **loaded)
        fits = _has_types(entry) and _fits(entry, part, model, adaptive=adaptive)
        return entry if fits else None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):  # sealed, and no entry
        return None


def _sealed_arrays(path: Path, part: Part, key: str) -> dict[str, NDArray[Any]] | None:
    """Return the arrays of an entry whose seal fits, or None."""
    try:
        loaded = read_arrays(path, _most_bytes(part))
        seal = str(loaded.pop("seal"))
        return loaded if seal == _seal(loaded, part, key) else None
    except Exception:  # NumPy and zipfile raise nearly anything at altered bytes
        return None


def _most_bytes(part: Part) -> int:
    """Return how many bytes the entry of a part can unpack to."""
    points, firms = len(part.points), part.stop_firm - part.first_firm
    sums = MOST_SUMS_BYTES if points == 1 else 0  # none where a part has several points
    return sums + MEBIBYTE + points * (tiles_of(firms) * 32 + 1_024)


def format_of(path: Path) -> int | None:
    """Return the format that an entry names, whatever it is of; None if it cannot be read."""
    try:
        loaded = read_arrays(path, MEBIBYTE, only="cut")
        return int(loaded["cut"][0]) if "cut" in loaded else 2
    except Exception:  # as in _sealed_arrays
        return None


_TYPES = {
    "firms": np.int64,
    "tiles": np.uint8,
    "quarters": np.uint8,
    "counts": np.int64,
    "bytes": np.int64,
    "seconds": np.float64,
    "files": np.uint8,
    "cut": np.int64,
}


def _has_types(entry: LedgerEntry) -> bool:
    """Whether every array is of the type that such arrays are."""
    arrays = [(array, _TYPES[name]) for name, array in _plain(entry).items()]
    arrays += [(array, np.int64) for array in entry.tallies.values()]
    if entry.sums is not None:
        arrays += [(array, np.int64) for array in entry.sums.arrays().values()]
    return all(array is None or array.dtype == kind for array, kind in arrays)


def _fits(entry: LedgerEntry, part: Part, model: Model, *, adaptive: bool) -> bool:
    """Whether there is what must be, and points and firms are as many as they must be."""
    points, kinds = len(part.points), len(model.outcomes)
    most = part.stop_firm - part.first_firm
    least = 1 if adaptive else most
    shapes = {
        "firms": (points,),
        "counts": (points, len(model.counts)),
        "bytes": (2,),
        "seconds": (2,),
        "tiles": (sum(tiles_of(int(n)) for n in entry.firms), 32),
    }
    return (
        all(getattr(entry, name).shape == shape for name, shape in shapes.items())
        and bool((entry.firms >= least).all() and (entry.firms <= most).all())
        and bool((entry.counts[:, :kinds].sum(axis=1) == entry.firms).all())
        and bool((entry.counts >= 0).all())
        and all(t.shape == (points, kinds) and (t >= 0).all() for t in entry.tallies.values())
        and entry.quarters.shape == (points if entry.sums is None else 0, 32)
        and (entry.sums is None or _adds_up(entry.sums, model))
        and (entry.files is None or entry.files.shape == (2, 32))
        and (entry.cut is None or entry.cut.shape == (3,))
    )


def _adds_up(sums: Sums, model: Model) -> bool:
    """Whether exact sums are of as many quarters, and count as they must."""
    quarters = len(sums.sums)
    return (
        quarters > 0
        and sums.sums.shape == (quarters, len(model.series))
        and sums.histogram.shape[:-1] == sums.sums.shape
        and sums.counts.shape == (quarters, len(model.counts))
        and all(tally.shape == (len(model.outcomes),) for tally in sums.tallies.values())
    )


def point_digests(
    entries: Sequence[tuple[Part, LedgerEntry]], late: Sequence[str] = ()
) -> list[str]:
    """Return the hash of every design point: of its tiles, then of its rows by quarter.

    Parameters
    ----------
    entries : sequence of (Part, LedgerEntry)
        Of all parts, in order.
    late : sequence of str
        Hashes of the rows by quarter of points whose firms stand in several parts.
    """
    tiles: dict[int, list[bytes]] = {}
    quarters: dict[int, bytes] = {point: bytes.fromhex(d) for point, d in enumerate(late)}
    for part, entry in entries:
        done = 0
        for i, point in enumerate(part.points):
            count = tiles_of(int(entry.firms[i]))
            tiles.setdefault(point, []).append(entry.tiles[done : done + count].tobytes())
            done += count
            if len(entry.quarters):
                quarters[point] = entry.quarters[i].tobytes()
    return [
        hashlib.sha256(b"".join(tiles[point]) + quarters[point]).hexdigest()
        for point in sorted(tiles)
    ]


def run_digest(points: Sequence[str]) -> str:
    """Return the digest of a run, from those of its points in order."""
    return hashlib.sha256(bytes.fromhex("".join(points))).hexdigest()
