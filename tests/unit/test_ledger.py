"""Parts of made-up firms: they come back exactly, and what vouches for them does for no other."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tracemalloc
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim import columns
from orgsim.analysis.quarters import quarter_columns
from orgsim.errors import RunError
from orgsim.store import Layout, Part, PartStore, point_digests, run_digest, tile_digests
from orgsim.store.atomic import TEMPORARY, file_hash
from orgsim.store.ledger import format_of, hashes, read_entry, write_entry
from orgsim.store.parts import holds_quarters
from orgsim.store.sums import Sums
from orgsim.store.tables import (
    digest_columns,
    firm_columns,
    firm_table,
    plain_table,
    quarter_digest,
    read_firm_columns,
    write_table,
)

POINTS, FIRMS, QUARTERS, SECTORS = 3, 2_500, 3, ["food", "tools"]
WHOLE = Layout(POINTS, FIRMS, 8_192, FIRMS, adaptive=False)
"""All points in one part."""
SPLIT = Layout(POINTS, FIRMS, 1_024, FIRMS, adaptive=False)
"""Each point in three."""
CODES = {"sector": len(SECTORS), "scenario": 4, "structure": 3}
BYTES = {"word": "<i2", "quarter": "<i2", "bool": "u1"}
BYTES |= {"int16": "<i2", "int32": "<i4", "int64": "<i8", "float32": "<f4", "float64": "<f8"}
DEMAND, HYPE = np.array([0.1, 0.2, 0.3]), np.array([0.9, 0.8, 0.7])


# --- made-up firms


def made_up_record(point=0, firms=FIRMS):
    """Return a record as the engine's, of every type that a column can have."""
    random = np.random.default_rng([7, point])
    draw = {
        "word": lambda name: random.integers(CODES[name], size=firms),
        "bool": lambda name: random.integers(2, size=firms),
        "quarter": lambda name: random.integers(-1, 40, size=firms),
        "float32": lambda name: random.random(firms),
    }
    kinds = {column.name: column.type for column in columns.FIRMS}

    def counted(name):
        return random.integers(9, size=firms)

    return np.array([draw.get(kinds[n], counted)(n) for n in columns.RECORD], dtype=float)


def made_up_sums(record):
    """Return sums of these very firms, the same in all quarters."""
    scenario = record[columns.RECORD.index("scenario")].astype(int)
    calm = record[columns.RECORD.index("quarters_of_misfit")] == 0
    values = record[[columns.RECORD.index(name) for name in columns.SERIES]]
    bins = np.minimum((values * 1024).astype(int), 1023)
    histogram = np.array([np.bincount(row, minlength=1024) for row in bins])
    counts = np.zeros(len(columns.COUNTS), dtype=np.int64)
    counts[:4] = np.bincount(scenario, minlength=4)
    by_quarter = (np.round(values * 2**24).astype(np.int64).sum(axis=1), histogram, counts)
    without = np.bincount(scenario[calm], minlength=4)
    return Sums(*(np.stack([a] * QUARTERS) for a in by_quarter), without)


def by_quarter(point, sums):
    """Return the rows by quarter of a point."""
    return quarter_columns(point, sums.sums, sums.histogram, sums.counts, DEMAND, HYPE)


def place_at(path, adaptive=False, **kept):
    told = {"sectors": SECTORS, "provenance": {"orgsim_seed": "1"}}
    place = PartStore(path, adaptive=adaptive, **told, **kept)
    place.make_folders()
    return place


def write_part(place, part, layout, firms_of=lambda point: FIRMS, block=1_024):
    """Write a part as the work does, block by block; return its entry."""
    sums = None
    with place.writing(part) as writer:
        for point in part.points:
            stop = min(part.stop_firm, firms_of(point))
            record = made_up_record(point, firms_of(point))[:, part.first_firm : stop]
            for first in range(part.first_firm, stop, block):
                there = first - part.first_firm
                rows = firm_columns(point, first, record[:, there : there + block])
                writer.add(rows, tile_digests(rows))
            sums = made_up_sums(record)
            quarters = None if layout.is_split else by_quarter(point, sums)
            digest = "" if quarters is None else quarter_digest(quarters)
            writer.end_point(
                record.shape[1], sums.counts[-1], sums.without_misfit, quarters, digest
            )
        return writer.finish((1.0, 2.0), sums if layout.is_split else None)


def write_parts(path, layout, order=1, rows=True):
    """Write all parts, forwards or backwards; return their place and the parts with notes."""
    path.mkdir(exist_ok=True)
    place = place_at(path, firms=rows, quarters=rows)
    for part in list(layout.parts())[::order]:
        write_part(place, part, layout)
    return place, [(part, place.checked(part)) for part in layout.parts()]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return runs that are written once, by layout: no test changes them."""
    return {
        layout: write_parts(tmp_path_factory.mktemp("run"), layout) for layout in (WHOLE, SPLIT)
    }


@pytest.fixture
def copied(written, tmp_path):
    """Return a copier of those runs, for tests that do them harm."""

    def copy(layout):
        place, notes = written[layout]
        path = tmp_path / "copy"
        shutil.copytree(place.path, path)
        return place_at(path, firms=True, quarters=True), notes

    return copy


# --- content


def test_firms_come_back_as_they_were_with_nulls_and_words(tmp_path):
    made = firm_columns(0, 1000, made_up_record())
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, SECTORS, {"orgsim_seed": "1"}), file)
    back = read_firm_columns(file, SECTORS)
    assert list(back) == [column.name for column in columns.FIRMS]
    for name, values in made.items():
        assert back[name].dtype == values.dtype
        assert np.array_equal(back[name], values)
    table = pq.read_table(file)
    never = made["first_attempt"] == -1
    assert never.any()
    assert np.array_equal(table["first_attempt"].is_null().to_numpy(), never)
    assert set(table["sector"].to_pylist()) == set(SECTORS)
    assert isinstance(table.schema.field("scenario").type, pa.DictionaryType)
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_word_of_another_run_is_not_believed(tmp_path):
    made = firm_columns(0, 0, made_up_record())
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, ["food", "toys"], {}), file)
    assert digest_columns(read_firm_columns(file, SECTORS)) != digest_columns(made)


@pytest.mark.parametrize("column", ["firm", "sector", "first_attempt", "under_way", "completion"])
def test_one_changed_value_changes_the_hash(column):
    made = firm_columns(0, 0, made_up_record())
    before = digest_columns(made)
    made[column][17] = made[column][17] + 1
    assert digest_columns(made) != before


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_parts_hold_the_firms_of_their_points_in_order(written, layout):
    place, notes = written[layout]
    expected = [firm_columns(point, 0, made_up_record(point)) for point in range(POINTS)]
    parts = [read_firm_columns(place.firms(part), SECTORS) for part, _ in notes]
    for name in expected[0]:
        found = np.concatenate([part[name] for part in parts])
        assert np.array_equal(found, np.concatenate([point[name] for point in expected]))


def test_rows_by_quarter_of_a_part_are_those_of_its_points(written):
    place, [(part, _)] = written[WHOLE]
    table = pq.read_table(place.quarters(part)).to_pydict()
    assert table["point"] == [0] * 3 + [1] * 3 + [2] * 3
    assert table["quarter"] == [0, 1, 2] * 3
    assert table["calendar"] == ["2014 Q1", "2014 Q2", "2014 Q3"] * 3
    scenario = [made_up_record(p)[columns.RECORD.index("scenario")] for p in range(POINTS)]
    assert table["share_cmto"] == [np.mean(s == 1) for s in scenario for _ in range(QUARTERS)]


@pytest.mark.parametrize("block", [1_024, 2_048, 4_096])
def test_a_part_is_the_same_whatever_blocks_it_came_in(tmp_path, written, block):
    _, [(part, expected)] = written[WHOLE]
    entry = write_part(place_at(tmp_path, firms=True, quarters=True), part, WHOLE, block=block)
    for name in ("firms", "tiles", "quarters", "counts", "without_misfit"):
        assert np.array_equal(getattr(entry, name), getattr(expected, name))


def test_rows_are_written_in_groups_that_fit_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("orgsim.store.parts.ROW_GROUP", 2_048)
    place, notes = write_parts(tmp_path, WHOLE)
    with pq.ParquetFile(place.firms(notes[0][0])) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [2_048, 452 + 2_048, 452 + 2_048, 452]
    assert notes[0][1] is not None


# --- digests


def hashed(values):
    """Return the hash of columns, by hand: of each name, a zero, and the values' bytes."""
    named = [name.encode() + b"\0" + array.tobytes() for name, array in values.items()]
    return hashlib.sha256(b"".join(named)).digest()


def digest_by_hand(point):
    """Return a point's digest by its definition: 1,024 firms at a time, then the quarters."""
    record = made_up_record(point)
    kinds = {column.name: BYTES[column.type] for column in columns.FIRMS}
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
        for c in columns.QUARTERS
    }
    return hashlib.sha256(b"".join([*tiles, hashed(quarters)])).hexdigest()


def digests_of(notes):
    """Return the digests of points, with rows by quarter from the sums over their parts."""
    late = []
    for point in range(POINTS) if notes[0][1].sums is not None else ():
        first, *others = [entry.sums for part, entry in notes if point in part.points]
        for other in others:
            first = first.plus(other)
        late.append(quarter_digest(by_quarter(point, first)))
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
        assert first.plus(second).plus(third).digest() == whole.digest()


def test_a_precision_may_give_every_point_another_number_of_firms(tmp_path):
    layout = Layout(POINTS, 4_096, 4_096, 1_024, adaptive=True)
    firms = [1_024, 3_000, 2_048]
    [part] = layout.parts()
    place = place_at(tmp_path, adaptive=True, firms=True, quarters=True)
    write_part(place, part, layout, firms_of=firms.__getitem__)
    assert place_at(tmp_path, adaptive=False, firms=True, quarters=True).done(part) is None
    entry = place.checked(part)
    assert entry.firms.tolist() == firms
    assert len(entry.tiles) == 1 + 3 + 2
    assert len(set(point_digests([(part, entry)]))) == POINTS


# --- notes


def test_a_note_says_what_was_written(written):
    place, [(part, entry)] = written[WHOLE]
    for i, sums in enumerate(made_up_sums(made_up_record(p)) for p in range(POINTS)):
        assert entry.counts[i].tolist() == sums.counts[-1].tolist()
        assert entry.without_misfit[i].tolist() == sums.without_misfit.tolist()
    sizes = [path(part).stat().st_size for path in (place.firms, place.quarters)]
    assert entry.bytes.tolist() == sizes
    assert entry.seconds.tolist() == [1.0, 2.0]
    assert entry.sums is None


def same(one, other):
    ones, others = [(*entry._replace(sums=0), *(entry.sums or ())) for entry in (one, other)]
    return len(ones) == len(others) and all(map(np.array_equal, ones, others))


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
        entry = read_entry(place.entry(part), part, place.key(part), adaptive=False)
        refused += entry is None
        assert entry is None or same(entry, expected), position
    assert len(positions) / 2 < refused < len(positions)


def test_an_entry_of_a_split_point_never_loses_its_sums(copied):
    """An array whose name is altered in the archive's list is not taken for one never kept."""
    place, [(part, _), *_] = copied(SPLIT)
    whole = place.entry(part).read_bytes()
    for name in Sums._fields:
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
        {"without_misfit": np.zeros((3, 3), dtype=np.int64)},
        {"bytes": np.zeros(3, dtype=np.int64)},
        {"seconds": np.zeros(1)},
        {"seconds": np.array(["a", "b"])},
        {"counts": np.full((3, 7), FIRMS, dtype=np.float64)},
        {"without_misfit": np.full((3, 4), -1)},
        {"quarters": np.zeros((0, 32), dtype=np.uint8)},
    ],
)
def test_a_note_whose_numbers_do_not_fit_does_not_count(copied, change):
    place, [(part, entry)] = copied(WHOLE)
    write_entry(place.entry(part), entry._replace(**change), part, place.key(part))
    for adaptive in (False, True):
        assert read_entry(place.entry(part), part, place.key(part), adaptive=adaptive) is None
    write_entry(place.entry(part), entry, part, place.key(part))
    for adaptive in (False, True):
        assert same(read_entry(place.entry(part), part, place.key(part), adaptive=adaptive), entry)


def test_sums_of_another_shape_do_not_count(copied):
    place, [(part, entry), *_] = copied(SPLIT)
    for change in (
        {"sums": entry.sums.sums[:-1]},
        {"histogram": entry.sums.histogram[0]},
        {"counts": entry.sums.counts[:, :-1]},
        {"without_misfit": entry.sums.without_misfit.astype(float)},
    ):
        other = entry._replace(sums=entry.sums._replace(**change))
        write_entry(place.entry(part), other, part, place.key(part))
        assert read_entry(place.entry(part), part, place.key(part), adaptive=False) is None


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
        assert read_entry(place.entry(part), part, place.key(part), adaptive=False) is None
        assert (read_entry(place.entry(part), part, place.key(part), adaptive=True) is None) == (
            entry is of_first
        )


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


# --- looking


@pytest.mark.parametrize("folder", ["ledger", "firms", "quarters"])
def test_a_part_that_lacks_a_file_is_not_done(copied, folder):
    place, [(part, _)] = copied(WHOLE)
    next((place.path / folder).iterdir()).unlink()
    assert place.done(part) is None
    assert place.checked(part) is None


@pytest.mark.parametrize("folder", ["firms", "quarters"])
@pytest.mark.parametrize("change", [-1, 1])
def test_a_part_with_a_file_of_another_size_is_not_done(copied, folder, change):
    place, [(part, _)] = copied(WHOLE)
    file = next((place.path / folder).iterdir())
    content = file.read_bytes()
    file.write_bytes(content[:-1] if change < 0 else content + b"\0")
    assert place.done(part) is None


def test_a_part_written_without_rows_is_not_done_where_rows_are_kept(tmp_path):
    bare, [(part, entry)] = write_parts(tmp_path, WHOLE, rows=False)
    assert entry.bytes.tolist() == [0, 0]
    assert bare.done(part) is not None
    assert place_at(tmp_path, firms=True, quarters=False).done(part) is None


def test_a_part_that_is_forgotten_is_gone(copied):
    place, notes = copied(SPLIT)
    place.discard(notes[0][0])
    place.discard(notes[0][0])
    assert [place.done(part) is None for part, _ in notes] == [True] + [False] * 8
    assert len(list((place.path / "firms").iterdir())) == 8


def data_of(file):
    """Return the positions of the values of each column that is measured, in a Parquet file."""
    group = pq.read_metadata(file).row_group(0)
    found = {}
    for i in range(group.num_columns):
        column = group.column(i)
        if column.physical_type in ("FLOAT", "DOUBLE"):
            # Its end: at its beginning stand the page's own smallest and largest value.
            end = column.data_page_offset + column.total_compressed_size
            found[column.path_in_schema] = end - 4
    return found


@pytest.mark.parametrize("folder", ["firms", "quarters"])
@pytest.mark.parametrize("column", range(0, 16, 3))
def test_a_flipped_byte_in_a_file_is_noticed_though_its_size_is_right(copied, folder, column):
    place, [(part, _)] = copied(WHOLE)
    file = next((place.path / folder).iterdir())
    content = bytearray(file.read_bytes())
    content[list(data_of(file).values())[column]] ^= 0xFF
    file.write_bytes(content)
    assert place.done(part) is not None
    assert place.checked(part) is None


def replaced(place, part, file, table):
    """Put a table in a file's place, and have the entry say that its size and bytes are right."""
    write_table(table, file)
    entry = read_entry(place.entry(part), part, place.key(part), adaptive=False)
    paths = [place.firms(part), place.quarters(part)]
    sizes = [path.stat().st_size if path.exists() else 0 for path in paths]
    digests = [file_hash(path) if path.exists() else "00" * 32 for path in paths]
    told = entry._replace(bytes=np.array(sizes), files=hashes(digests))
    write_entry(place.entry(part), told, part, place.key(part))
    assert place.done(part) is not None


@pytest.mark.parametrize("name", ["firm", "sector", "scenario", "first_attempt", "completion"])
def test_one_changed_value_of_a_firm_is_noticed(copied, name):
    place, [(part, _)] = copied(WHOLE)
    made = read_firm_columns(place.firms(part), SECTORS)
    replaced(place, part, place.firms(part), firm_table(made, SECTORS, {}))
    assert place.checked(part) is not None
    made[name] = made[name].copy()
    made[name][4_321] = made[name][4_321] == 0
    replaced(place, part, place.firms(part), firm_table(made, SECTORS, {}))
    assert place.checked(part) is None


@pytest.mark.parametrize("name", ["point", "quarter", "hype", "share_cmto", "completion_q95"])
def test_one_changed_value_of_a_quarter_is_noticed(copied, name):
    place, [(part, _)] = copied(WHOLE)
    points = [by_quarter(p, made_up_sums(made_up_record(p))) for p in range(POINTS)]
    for change in (0, 1):
        points[1][name] = points[1][name] + np.array([0, 0, change])
        joined = {
            c.name: np.concatenate([np.asarray(p[c.name]) for p in points])
            for c in columns.QUARTERS
        }
        replaced(place, part, place.quarters(part), plain_table(joined, columns.QUARTERS, {}))
        assert (place.checked(part) is None) == bool(change)


def test_one_changed_word_of_a_quarter_is_noticed(copied):
    place, [(part, _)] = copied(WHOLE)
    table = pq.read_table(place.quarters(part))
    at, words = table.schema.get_field_index("calendar"), table["calendar"].to_pylist()
    for changed in (words, [*words[:-1], "1999 Q9"], words[::-1]):
        column = pa.array(changed).dictionary_encode().cast(table.schema.field(at).type)
        other = table.set_column(at, table.schema.field(at), column)
        replaced(place, part, place.quarters(part), other)
        assert (place.checked(part) is None) == (changed != words)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, *range(2, 9)], [*range(9), 0]])
def test_rows_by_quarter_that_are_lost_moved_or_doubled_are_noticed(copied, order):
    place, [(part, _)] = copied(WHOLE)
    replaced(place, part, place.quarters(part), pq.read_table(place.quarters(part)).take(order))
    assert place.checked(part) is None


@pytest.mark.parametrize("rows", [range(7_499), range(1, 7_500), [*range(7_500), 0]])
def test_firms_that_are_lost_or_added_are_noticed(copied, rows):
    place, [(part, _)] = copied(WHOLE)
    table = pq.read_table(place.firms(part)).take(list(rows))
    replaced(place, part, place.firms(part), table)
    assert place.checked(part) is None


@pytest.mark.parametrize("point", [-1, POINTS])
def test_rows_by_quarter_of_a_point_that_is_not_the_parts_are_noticed(copied, point):
    place, [(part, _)] = copied(WHOLE)
    table = pq.read_table(place.quarters(part))
    other = plain_table(by_quarter(point, made_up_sums(made_up_record())), columns.QUARTERS, {})
    other = other.cast(table.schema)
    together = pa.concat_tables([other, table] if point < 0 else [table, other])
    replaced(place, part, place.quarters(part), together.unify_dictionaries())
    assert place.checked(part) is None


def test_a_lost_column_is_noticed(copied):
    place, [(part, _)] = copied(WHOLE)
    for file, name in ((place.firms(part), "capability"), (place.quarters(part), "hype")):
        whole = pq.read_table(file)
        replaced(place, part, file, whole.drop_columns([name]))
        assert place.checked(part) is None
        replaced(place, part, file, whole)
        assert place.checked(part) is not None


def test_a_file_of_another_part_is_noticed(copied):
    place, [(first, _), (second, _), *_] = copied(SPLIT)
    replaced(place, second, place.firms(second), pq.read_table(place.firms(first)))
    assert place.checked(first) is not None
    assert place.checked(second) is None


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_a_file_of_rows_by_quarter_of_a_split_point_is_known_by_its_hash(tmp_path, content):
    made = by_quarter(1, made_up_sums(made_up_record(1)))
    other = by_quarter(2, made_up_sums(made_up_record(2)))
    file = tmp_path / "quarters.parquet"
    assert not holds_quarters(file, quarter_digest(made))
    write_table(plain_table(made, columns.QUARTERS, {}), file)
    assert holds_quarters(file, quarter_digest(made))
    assert not holds_quarters(file, quarter_digest(other))
    file.write_bytes(content)
    assert not holds_quarters(file, quarter_digest(made))


# --- whole or not at all


def left(path):
    return [file for file in path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("rows", [500, 70_000])
def test_a_part_that_is_interrupted_leaves_nothing(tmp_path, error, rows):
    """Before the first row group is on the disk, and after."""
    place = place_at(tmp_path, firms=True, quarters=True)
    made = firm_columns(0, 0, made_up_record(firms=rows))

    def interrupted():
        with place.writing(Part(0, 1, 0, rows)) as writer:
            writer.add(made, tile_digests(made))
            assert bool(left(tmp_path)) == (rows > 2**16)
            raise error

    with pytest.raises(error):
        interrupted()
    assert left(tmp_path) == []


@pytest.mark.parametrize("reached", range(3))
def test_a_part_interrupted_while_its_files_are_put_in_place_is_not_done(
    tmp_path, monkeypatch, reached
):
    """Firms, quarters, entry: whichever is missing, no temporary file is left, and no entry."""
    place, [part] = place_at(tmp_path, firms=True, quarters=True), list(WHOLE.parts())
    real, done = os.replace, []

    def replace(source, target):
        if len(done) == reached:
            raise KeyboardInterrupt
        done.append(target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            write_part(place, part, WHOLE)
    assert len(left(tmp_path)) == reached
    assert not any(file.name.startswith(TEMPORARY) for file in left(tmp_path))
    assert place.done(part) is None
    write_part(place, part, WHOLE)
    assert place.checked(part) is not None


def test_a_full_disk_while_a_part_is_written_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def write_table(self, table, **options):
        raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28] No space")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", write_table)
    place, [part] = place_at(tmp_path, firms=True, quarters=True), list(WHOLE.parts())
    with pytest.raises(RunError) as caught:
        write_part(place, part, WHOLE)
    reason, advice = str(caught.value).splitlines()
    expected = os.strerror(errno.ENOSPC).lower()
    assert reason == f"{place.firms(part)}: cannot be written: {expected}"
    assert "make room" in advice
    assert left(tmp_path) == []


def test_a_part_done_twice_is_the_same(tmp_path):
    place, [(part, first)] = write_parts(tmp_path, WHOLE)
    second = write_part(place, part, WHOLE)
    assert np.array_equal(first.tiles, second.tiles)
    assert place.checked(part) is not None
    assert len(left(tmp_path)) == 3


@pytest.mark.parametrize("other", [{"plan": "b"}, {"swept": {"x": np.array([1.0, 2.0, 4.0])}}])
def test_an_entry_of_the_same_part_of_another_run_does_not_count(tmp_path, other):
    """As one that a straggler of a run that was replaced has left."""
    kept = {"sectors": SECTORS, "provenance": {}, "firms": False, "quarters": False}
    here = {"plan": "a", "swept": {"x": np.array([1.0, 2.0, 3.0])}}
    place = PartStore(tmp_path, **kept, adaptive=False, **here)
    another = PartStore(tmp_path, **kept, adaptive=False, **(here | other))
    made, [(part, entry)] = write_parts(tmp_path / "made", WHOLE)
    assert made.done(part) is not None
    place.make_folders()
    write_entry(
        place.entry(part), entry._replace(bytes=np.zeros(2, np.int64)), part, place.key(part)
    )
    assert place.done(part) is not None
    assert another.done(part) is None
