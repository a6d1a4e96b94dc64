"""Parts of made-up firms: they come back exactly, what was altered is seen, none is half there."""

from __future__ import annotations

import errno
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from made_up_parts import (
    POINTS,
    QUARTERS,
    SECTORS,
    SPLIT,
    WHOLE,
    by_quarter,
    made_up_record,
    made_up_sums,
    place_at,
    write_part,
    write_parts,
)
from orgsim.errors import RunError
from orgsim.model import MODEL, columns
from orgsim.store import Layout, Part, point_digests, tile_digests
from orgsim.store.atomic import TEMPORARY, file_hash
from orgsim.store.ledger import hashes, read_entry, write_entry
from orgsim.store.parts import holds_quarters
from orgsim.store.tables import (
    firm_columns,
    firm_table,
    plain_table,
    quarter_digest,
    read_firm_columns,
    write_table,
)


@pytest.mark.parametrize("layout", [WHOLE, SPLIT])
def test_parts_hold_the_firms_of_their_points_in_order(written, layout):
    place, notes = written[layout]
    expected = [firm_columns(point, 0, made_up_record(point), MODEL) for point in range(POINTS)]
    parts = [read_firm_columns(place.firms(part), SECTORS, MODEL) for part, _ in notes]
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
    for name in ("firms", "tiles", "quarters", "counts"):
        assert np.array_equal(getattr(entry, name), getattr(expected, name))
    for name, tally in expected.tallies.items():
        assert np.array_equal(entry.tallies[name], tally)


def test_rows_are_written_in_groups_that_fit_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("orgsim.store.parts.ROW_GROUP", 2_048)
    place, notes = write_parts(tmp_path, WHOLE)
    with pq.ParquetFile(place.firms(notes[0][0])) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [2_048, 452 + 2_048, 452 + 2_048, 452]
    assert notes[0][1] is not None


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
    entry = read_entry(place.entry(part), part, place.key(part), MODEL, adaptive=False)
    paths = [place.firms(part), place.quarters(part)]
    sizes = [path.stat().st_size if path.exists() else 0 for path in paths]
    digests = [file_hash(path) if path.exists() else "00" * 32 for path in paths]
    told = entry._replace(bytes=np.array(sizes), files=hashes(digests))
    write_entry(place.entry(part), told, part, place.key(part))
    assert place.done(part) is not None


@pytest.mark.parametrize("name", ["firm", "sector", "scenario", "first_attempt", "completion"])
def test_one_changed_value_of_a_firm_is_noticed(copied, name):
    place, [(part, _)] = copied(WHOLE)
    made = read_firm_columns(place.firms(part), SECTORS, MODEL)
    replaced(place, part, place.firms(part), firm_table(made, SECTORS, {}, MODEL))
    assert place.checked(part) is not None
    made[name] = made[name].copy()
    made[name][4_321] = made[name][4_321] == 0
    replaced(place, part, place.firms(part), firm_table(made, SECTORS, {}, MODEL))
    assert place.checked(part) is None


@pytest.mark.parametrize("name", ["point", "quarter", "hype", "share_cmto", "completion_q95"])
def test_one_changed_value_of_a_quarter_is_noticed(copied, name):
    place, [(part, _)] = copied(WHOLE)
    points = [by_quarter(p, made_up_sums(made_up_record(p))) for p in range(POINTS)]
    for change in (0, 1):
        points[1][name] = points[1][name] + np.array([0, 0, change])
        joined = {
            c.name: np.concatenate([np.asarray(p[c.name]) for p in points]) for c in MODEL.quarters
        }
        replaced(place, part, place.quarters(part), plain_table(joined, MODEL.quarters, {}))
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
    other = plain_table(by_quarter(point, made_up_sums(made_up_record())), MODEL.quarters, {})
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
    assert not holds_quarters(file, quarter_digest(made, MODEL), MODEL)
    write_table(plain_table(made, MODEL.quarters, {}), file)
    assert holds_quarters(file, quarter_digest(made, MODEL), MODEL)
    assert not holds_quarters(file, quarter_digest(other, MODEL), MODEL)
    file.write_bytes(content)
    assert not holds_quarters(file, quarter_digest(made, MODEL), MODEL)


# --- whole or not at all


def left(path):
    return [file for file in path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("rows", [500, 70_000])
def test_a_part_that_is_interrupted_leaves_nothing(tmp_path, error, rows):
    """Before the first row group is on the disk, and after."""
    place = place_at(tmp_path, firms=True, quarters=True)
    made = firm_columns(0, 0, made_up_record(firms=rows), MODEL)

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
