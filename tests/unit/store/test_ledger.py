"""What vouches for a part does for no other, and digests depend on firms alone."""

from __future__ import annotations

import hashlib
import shutil
import tracemalloc
import zipfile

import numpy as np
import pytest

from made_up_parts import (
    FIRMS,
    POINTS,
    SECTORS,
    SPLIT,
    WHOLE,
    by_quarter,
    made_up_record,
    made_up_sums,
    write_part,
    write_parts,
)
from orgsim.errors import RunError
from orgsim.model import MODEL, columns
from orgsim.store import Part, PartStore, point_digests, run_digest
from orgsim.store.ledger import format_of, read_entry, write_entry
from orgsim.store.tables import quarter_digest

BYTES = {"word": "<i2", "quarter": "<i2", "bool": "u1"}
BYTES |= {"int16": "<i2", "int32": "<i4", "int64": "<i8", "float32": "<f4", "float64": "<f8"}


# --- digests


def hashed(values):
    """Return the hash of columns, by hand: of each name, a zero, and the values' bytes."""
    named = [name.encode() + b"\0" + array.tobytes() for name, array in values.items()]
    return hashlib.sha256(b"".join(named)).digest()


def digest_by_hand(point):
    """Return a point's digest by its definition: 1,024 firms at a time, then the quarters."""
    record = made_up_record(point)
    kinds = {column.name: BYTES[column.type] for column in MODEL.firms}
    rows = {"point": np.full(FIRMS, point), "firm": np.arange(FIRMS)}
    rows |= dict(zip(columns.RECORD, record, strict=True))
    rows = {name: values.astype(kinds[name]) for name, values in rows.items()}
    tiles = [
        hashed({name: values[first : first + 1_024] for name, values in rows.items()})
        for first in (0, 1_024, 2_048)
    ]
    made = by_quarter(point, made_up_sums(record))
    quarters = {
        c.name: np.frombuffer("\0".join(made[c.name]).encode(), dtype="u1")
        if c.type == "word"
        else np.asarray(made[c.name]).astype(BYTES[c.type])
        for c in MODEL.quarters
    }
    return hashlib.sha256(b"".join([*tiles, hashed(quarters)])).hexdigest()


def digests_of(notes):
    """Return the digests of points, with rows by quarter from the sums over their parts."""
    late = []
    for point in range(POINTS) if notes[0][1].sums is not None else ():
        first, *others = [entry.sums for part, entry in notes if point in part.points]
        for other in others:
            first = first.plus(other)
        late.append(quarter_digest(by_quarter(point, first), MODEL))
    return point_digests(notes, late)


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_the_digest_of_a_point_does_not_depend_on_how_its_firms_are_cut(written, layout):
    _, notes = written[layout]
    assert digests_of(notes) == [digest_by_hand(point) for point in range(POINTS)]


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
@pytest.mark.parametrize(("order", "rows"), [(-1, True), (1, False), (-1, False)])
def test_digests_depend_neither_on_order_nor_on_rows(tmp_path, written, layout, order, rows):
    _, notes = write_parts(tmp_path / "other", layout, order, rows)
    assert digests_of(notes) == digests_of(written[layout][1])


def test_the_digest_of_a_run_is_the_hash_of_its_points_in_order():
    points = ["00" * 32, "ff" * 32]
    expected = hashlib.sha256(b"\0" * 32 + b"\xff" * 32).hexdigest()
    assert run_digest(points) == expected != run_digest(points[::-1])


def test_sums_of_parts_add_up_to_those_of_all_firms(written):
    _, notes = written[SPLIT]
    for point in range(POINTS):
        first, second, third = [entry.sums for part, entry in notes if point in part.points]
        whole = made_up_sums(made_up_record(point))
        together = first.plus(second).plus(third).arrays()
        for name, expected in whole.arrays().items():
            assert np.array_equal(together[name], expected), name


# --- notes


def test_a_note_says_what_was_written(written):
    place, [(part, entry)] = written[WHOLE]
    for i, sums in enumerate(made_up_sums(made_up_record(p)) for p in range(POINTS)):
        assert entry.counts[i].tolist() == sums.counts[-1].tolist()
        assert (
            entry.tallies["without_misfit"][i].tolist() == sums.tallies["without_misfit"].tolist()
        )
    sizes = [path(part).stat().st_size for path in (place.firms, place.quarters)]
    assert entry.bytes.tolist() == sizes
    assert entry.seconds.tolist() == [1.0, 2.0]
    assert entry.sums is None


def same(one, other):
    ones, others = [arrays_of(entry) for entry in (one, other)]
    return ones.keys() == others.keys() and all(
        np.array_equal(ones[name], others[name]) for name in ones
    )


def arrays_of(entry):
    """Return all that an entry holds, by name."""
    plain = entry._replace(sums=None, tallies=None)._asdict()
    sums = {} if entry.sums is None else {f"sums {n}": a for n, a in entry.sums.arrays().items()}
    return plain | dict(entry.tallies) | sums


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_a_torn_note_does_not_count(copied, layout):
    place, [(part, _), *_] = copied(layout)
    whole = place.entry(part).read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        place.entry(part).write_bytes(whole[:length])
        assert place.done(part) is None


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_an_altered_note_does_not_count(copied, layout):
    """A byte of what each array is compressed to, near its end, where the numbers are."""
    place, [(part, entry), *_] = copied(layout)
    whole = place.entry(part).read_bytes()
    with zipfile.ZipFile(place.entry(part)) as file:
        arrays = file.infolist()
    assert arrays[0].filename == "seal.npy"
    assert len(arrays) == 1 + len(entry) - 1 + (0 if entry.sums is None else len(entry.sums))
    ends = [a.header_offset for a in arrays[1:]] + [whole.index(b"PK\1\2")]
    for end in ends:
        for back in (5, 9):
            altered = bytearray(whole)
            altered[end - back] ^= 0xFF
            place.entry(part).write_bytes(altered)
            assert place.done(part) is None
    place.entry(part).write_bytes(whole)
    assert place.done(part) is not None


@pytest.mark.parametrize(("layout", "step"), [(WHOLE, 7), (SPLIT, 101)])
def test_a_flipped_byte_of_a_note_is_refused_or_changes_nothing(copied, layout, step):
    """Of the archive's own fields, such as times, some are read by nobody."""
    place, [(part, expected), *_] = copied(layout)
    whole = place.entry(part).read_bytes()
    positions, refused = range(0, len(whole), step), 0
    for position in positions:
        altered = bytearray(whole)
        altered[position] ^= 0xFF
        place.entry(part).write_bytes(altered)
        entry = read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=False)
        refused += entry is None
        assert entry is None or same(entry, expected), position
    assert len(positions) / 2 < refused < len(positions)


def test_an_entry_of_a_split_point_never_loses_its_sums(copied):
    """An array whose name is altered in the archive's list is not taken for one never kept."""
    place, [(part, _), *_] = copied(SPLIT)
    whole = place.entry(part).read_bytes()
    for name in ("sums", "histogram", "counts", "without_misfit"):
        at = whole.rindex(f"sums_{name}.npy".encode())
        place.entry(part).write_bytes(whole[:at] + b"x" + whole[at + 1 :])
        assert place.done(part) is None


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
@pytest.mark.parametrize("seal", [None, "", "0" * 64, 7])
def test_a_note_without_its_seal_does_not_count(copied, layout, seal):
    place, [(part, _), *_] = copied(layout)
    arrays = dict(np.load(place.entry(part)))
    for sealed in (True, False):
        if not sealed:
            del arrays["seal"]
            arrays |= {} if seal is None else {"seal": np.array(seal)}
        with place.entry(part).open("wb") as file:
            np.savez(file, **arrays)
        assert (place.done(part) is not None) == sealed


@pytest.mark.parametrize(
    "change",
    [
        {"firms": np.array([FIRMS, FIRMS])},
        {"firms": np.array([FIRMS, FIRMS, FIRMS + 1])},
        {"firms": np.array([FIRMS, FIRMS, 0])},
        {"tiles": np.zeros((8, 32), dtype=np.uint8)},
        {"tiles": np.zeros((9, 31), dtype=np.uint8)},
        {"quarters": np.zeros((2, 32), dtype=np.uint8)},
        {"counts": np.zeros((3, 7), dtype=np.int64)},
        {"counts": np.zeros((3, 6), dtype=np.int64)},
        {"tallies": {"without_misfit": np.zeros((3, 3), dtype=np.int64)}},
        {"bytes": np.zeros(3, dtype=np.int64)},
        {"seconds": np.zeros(1)},
        {"seconds": np.array(["a", "b"])},
        {"counts": np.full((3, 7), FIRMS, dtype=np.float64)},
        {"tallies": {"without_misfit": np.full((3, 4), -1)}},
        {"quarters": np.zeros((0, 32), dtype=np.uint8)},
    ],
)
def test_a_note_whose_numbers_do_not_fit_does_not_count(copied, change):
    place, [(part, entry)] = copied(WHOLE)
    write_entry(place.entry(part), entry._replace(**change), part, place.key(part))
    for adaptive in (False, True):
        assert (
            read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=adaptive) is None
        )
    write_entry(place.entry(part), entry, part, place.key(part))
    for adaptive in (False, True):
        assert same(
            read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=adaptive), entry
        )


def test_sums_of_another_shape_do_not_count(copied):
    place, [(part, entry), *_] = copied(SPLIT)
    for change in (
        {"sums": entry.sums.sums[:-1]},
        {"histogram": entry.sums.histogram[0]},
        {"counts": entry.sums.counts[:, :-1]},
        {"tallies": {"without_misfit": entry.sums.tallies["without_misfit"].astype(float)}},
    ):
        other = entry._replace(sums=entry.sums._replace(**change))
        write_entry(place.entry(part), other, part, place.key(part))
        assert read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=False) is None


def test_a_note_that_does_not_read_back_is_a_fault_and_no_damage(copied, monkeypatch):
    """As with NumPy 2.0, which stored an option of ours as an array: no run could ever finish."""
    place, [(part, entry)] = copied(WHOLE)
    monkeypatch.setattr(
        np, "savez", lambda file, real=np.savez, **arrays: real(file, allow=np.bool_(0), **arrays)
    )
    with pytest.raises(RunError, match="does not read back as it was written"):
        write_entry(place.entry(part), entry, part, place.key(part))


def test_a_format_is_read_without_what_an_entry_claims_to_hold(tmp_path):
    """Before, the name of an entry said how much of it was unpacked."""
    path = tmp_path / "part-p00000000-00000001-f0000000000-100000000000000000.npz"
    np.savez_compressed(path, tiles=np.zeros(2**26, np.uint8), cut=np.array([4, 1_024, 9]))
    tracemalloc.start()
    assert format_of(path) == 4
    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()


@pytest.mark.parametrize("content", [b"", b"PK", b"not an entry", b"\x93NUMPY\1\0"])
def test_something_else_is_no_note(copied, content):
    place, [(part, _)] = copied(WHOLE)
    place.entry(part).write_bytes(content)
    assert place.done(part) is None


def test_one_array_is_no_note(copied):
    place, [(part, _)] = copied(WHOLE)
    with place.entry(part).open("wb") as file:
        np.save(file, np.zeros(3))
    assert place.done(part) is None


def test_an_entry_of_a_part_with_other_points_or_firms_does_not_count(copied):
    """Even sealed as this part's; fewer firms may be there where a precision decides."""
    place, notes = copied(SPLIT)
    (first, of_first), _, (last, of_last) = notes[:3]
    assert of_last.firms < of_first.firms
    both, wrong = Part(0, 2, 0, 1_024), [(last, of_first), (first, of_last)]
    for part, entry in [*wrong, (both, of_first)]:
        write_entry(place.entry(part), entry, part, place.key(part))
        assert read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=False) is None
        assert (
            read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=True) is None
        ) == (entry is of_first)


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("other", [1, 2, 3])
def test_an_entry_of_another_part_does_not_vouch_for_this(tmp_path, rows, other):
    """Of the next part of the same point, of its smaller last, and of another point's first."""
    place, notes = write_parts(tmp_path, SPLIT, rows=rows)
    (one, _), (another, _) = notes[0], notes[other]
    for source, target in ((another, one), (one, another)):
        shutil.copy(place.entry(source), place.entry(target))
        assert place.done(target) is None
        assert place.checked(target) is None
        write_part(place, target, SPLIT)
        assert place.checked(target) is not None


@pytest.mark.parametrize("other", [{"plan": "b"}, {"swept": {"x": np.array([1.0, 2.0, 4.0])}}])
def test_an_entry_of_the_same_part_of_another_run_does_not_count(tmp_path, other):
    """As one that a straggler of a run that was replaced has left."""
    kept = {"sectors": SECTORS, "provenance": {}, "firms": False, "quarters": False}
    here = {"plan": "a", "swept": {"x": np.array([1.0, 2.0, 3.0])}}
    place = PartStore(tmp_path, MODEL, **kept, adaptive=False, **here)
    another = PartStore(tmp_path, MODEL, **kept, adaptive=False, **(here | other))
    made, [(part, entry)] = write_parts(tmp_path / "made", WHOLE)
    assert made.done(part) is not None
    place.make_folders()
    write_entry(
        place.entry(part), entry._replace(bytes=np.zeros(2, np.int64)), part, place.key(part)
    )
    assert place.done(part) is not None
    assert another.done(part) is None
