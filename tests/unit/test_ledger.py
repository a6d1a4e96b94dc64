"""Parts of made-up firms: they come back exactly, and what vouches for them vouches for no other."""

from __future__ import annotations

import hashlib
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim import columns
from orgsim.analysis.quarters import quarter_columns
from orgsim.errors import RunError
from orgsim.store import Layout, Part, Place, point_digests, run_digest, tile_digests
from orgsim.store.files import TEMPORARY
from orgsim.store.ledger import read_note, write_note
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


def place_at(path, **kept):
    place = Place(path, sectors=SECTORS, provenance={"orgsim_seed": "1"}, **kept)
    place.make_folders()
    return place


def write_part(place, part, layout, firms_of=lambda point: FIRMS, block=1_024):
    """Write a part as the work does, block by block; return its note."""
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
            writer.end_point(record.shape[1], sums, quarters, digest)
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
    note = write_part(place_at(tmp_path, firms=True, quarters=True), part, WHOLE, block=block)
    for name in ("firms", "tiles", "quarters", "counts", "without_misfit"):
        assert np.array_equal(getattr(note, name), getattr(expected, name))


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
        c.name: np.asarray(made[c.name]).astype(BYTES[c.type])
        for c in columns.QUARTERS
        if c.type != "word"
    }
    return hashlib.sha256(b"".join([*tiles, hashed(quarters)])).hexdigest()


def digests_of(notes):
    """Return the digests of points, with rows by quarter from the sums over their parts."""
    late = []
    for point in range(POINTS) if notes[0][1].sums is not None else ():
        first, *others = [note.sums for part, note in notes if point in part.points]
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
        first, second, third = [note.sums for part, note in notes if point in part.points]
        whole = made_up_sums(made_up_record(point))
        assert first.plus(second).plus(third).digest() == whole.digest()


def test_a_precision_may_give_every_point_another_number_of_firms(tmp_path):
    layout = Layout(POINTS, 4_096, 4_096, 1_024, adaptive=True)
    firms = [1_024, 3_000, 2_048]
    [part] = layout.parts()
    place = place_at(tmp_path, firms=True, quarters=True)
    write_part(place, part, layout, firms_of=firms.__getitem__)
    note = place.checked(part)
    assert note.firms.tolist() == firms
    assert len(note.tiles) == 1 + 3 + 2
    assert len(set(point_digests([(part, note)]))) == POINTS


# --- notes


def test_a_note_says_what_was_written(written):
    place, [(part, note)] = written[WHOLE]
    for i, sums in enumerate(made_up_sums(made_up_record(p)) for p in range(POINTS)):
        assert note.counts[i].tolist() == sums.counts[-1].tolist()
        assert note.without_misfit[i].tolist() == sums.without_misfit.tolist()
    sizes = [path(part).stat().st_size for path in (place.firms, place.quarters)]
    assert note.bytes.tolist() == sizes
    assert note.seconds.tolist() == [1.0, 2.0]
    assert note.sums is None


def same(one, other):
    return all(
        np.array_equal(a, b) for a, b in zip(one[:-1], other[:-1], strict=True)
    ) and (one.sums is None) == (other.sums is None)


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_a_torn_note_does_not_count(copied, layout):
    place, [(part, _), *_] = copied(layout)
    whole = place.note(part).read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        place.note(part).write_bytes(whole[:length])
        assert place.done(part) is None


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_an_altered_note_does_not_count_unless_it_says_the_same(copied, layout):
    """A byte at a time: some hold only the time of day, and what is read is what was noted."""
    place, [(part, expected), *_] = copied(layout)
    whole = place.note(part).read_bytes()
    refused = 0
    steps = range(0, len(whole), max(len(whole) // 1_000, 1))
    for position in steps:
        altered = bytearray(whole)
        altered[position] ^= 0xFF
        place.note(part).write_bytes(altered)
        note = read_note(place.note(part), part)
        assert note is None or same(note, expected)
        refused += note is None
    assert refused > len(steps) / 2
