"""The run directory: a result that explains itself, survives anything, and can be rerun.

::

    manifest.json    settings, seed, versions, machine, times, status, digest
    config.toml      the resolved settings; running it gives the same digest
    points.parquet   a row a design point
    firms/           a row a firm, in parts
    quarters/        a row a point and quarter, in parts
    shares.parquet   a row a point and scenario
    ledger/          what vouches for each part: hashes, counts, exact sums

Every file is written under a temporary name and renamed. A part is named by
what it holds, and counts once its entry stands in the ledger, which is written last.
"""

from orgsim.store.directory import RunDirectory
from orgsim.store.layout import TILE, Layout, Part, part_firms
from orgsim.store.ledger import LedgerEntry, point_digests, run_digest
from orgsim.store.locks import Shard, at_work
from orgsim.store.manifest import FORMAT, layout_of
from orgsim.store.manifest_fields import Extent, Identity, Manifest, ModelName, Seconds
from orgsim.store.names import CONFIG_FILE
from orgsim.store.parts import PartStore, PartWriter, tile_digests

__all__ = [
    "CONFIG_FILE",
    "FORMAT",
    "TILE",
    "Extent",
    "Identity",
    "Layout",
    "LedgerEntry",
    "Manifest",
    "ModelName",
    "Part",
    "PartStore",
    "PartWriter",
    "RunDirectory",
    "Seconds",
    "Shard",
    "at_work",
    "layout_of",
    "part_firms",
    "point_digests",
    "run_digest",
    "tile_digests",
]
