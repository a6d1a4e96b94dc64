"""Parts of made-up firms, written as a run writes its own: no firm is simulated."""

from __future__ import annotations

import numpy as np

from orgsim.analysis.quarters import quarter_columns
from orgsim.model import MODEL, columns
from orgsim.store import Layout, PartStore, tile_digests
from orgsim.store.sums import Sums
from orgsim.store.tables import firm_columns, quarter_digest

POINTS, FIRMS, QUARTERS, SECTORS = 3, 2_500, 3, ["food", "tools"]
WHOLE = Layout(POINTS, FIRMS, 8_192, FIRMS, adaptive=False)
"""All points in one part."""
SPLIT = Layout(POINTS, FIRMS, 1_024, FIRMS, adaptive=False)
"""Each point in three."""
CODES = {"sector": len(SECTORS), "scenario": 4, "structure": 3}
SHARED = {"demand": np.array([0.1, 0.2, 0.3]), "hype": np.array([0.9, 0.8, 0.7])}


def made_up_record(point=0, firms=FIRMS):
    """Return a record as the engine's, of every type that a column can have."""
    random = np.random.default_rng([7, point])
    draw = {
        "word": lambda name: random.integers(CODES[name], size=firms),
        "bool": lambda name: random.integers(2, size=firms),
        "quarter": lambda name: random.integers(-1, 40, size=firms),
        "float32": lambda name: random.random(firms),
    }
    kinds = {column.name: column.type for column in MODEL.firms}

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
    return Sums(*(np.stack([a] * QUARTERS) for a in by_quarter), {"without_misfit": without})


def by_quarter(point, sums):
    """Return the rows by quarter of a point."""
    return quarter_columns(point, sums.sums, sums.histogram, sums.counts, SHARED, MODEL)


def place_at(path, adaptive=False, **kept):
    """Return a place for parts, with its folders; ``kept`` tells whether rows are."""
    told = {"sectors": SECTORS, "provenance": {"orgsim_seed": "1"}}
    place = PartStore(path, MODEL, adaptive=adaptive, **told, **kept)
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
                rows = firm_columns(point, first, record[:, there : there + block], MODEL)
                writer.add(rows, tile_digests(rows))
            sums = made_up_sums(record)
            quarters = None if layout.is_split else by_quarter(point, sums)
            digest = "" if quarters is None else quarter_digest(quarters, MODEL)
            writer.end_point(record.shape[1], sums.counts[-1], sums.tallies, quarters, digest)
        return writer.finish((1.0, 2.0), sums if layout.is_split else None)


def write_parts(path, layout, order=1, rows=True):
    """Write all parts, forwards or backwards; return their place and the parts with notes."""
    path.mkdir(exist_ok=True)
    place = place_at(path, firms=rows, quarters=rows)
    for part in list(layout.parts())[::order]:
        write_part(place, part, layout)
    return place, [(part, place.checked(part)) for part in layout.parts()]
