"""Which sources determine results, and their hash.

It is of what runs: of the tokens of every file of the rooms below and of the model's sources,
without comments, docstrings and blank lines, and of what the model declares to its kernel. A mended
comment, meaning, source or range leaves it as it was, and a run that has begun goes on; so does
another version of Python. Defaults are not in it either: a run keeps its settings, all of them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from orgsim.numerics.tokens import significant_tokens
from orgsim.spec import Model
from orgsim.system.kernel_store import Kind, Store

ROOMS = (
    *("orgsim.engine", "orgsim.numerics"),
    *("orgsim.spec.departments", "orgsim.spec.schedule", "orgsim.spec.twin"),
)
"""Packages and modules of the platform that are hashed beside the model's own sources."""

_ENDING = ".hash"


@cache
def source_hash(model: Model) -> str:
    """Return a hash of everything that determines a model's results, as 64 hex digits.

    Raises
    ------
    ImportError
        If some of the model's sources cannot be found, or are no files of Python.
    """
    model = model.kernel
    declared = json.dumps(_declared(model), sort_keys=True).encode()
    files = {name: path for room in (*ROOMS, *model.sources) for name, path in _files(room)}
    for name in set(model.declarations) & files.keys():
        del files[name]
    files |= {name: path for module in _holding(model) for name, path in _files(module)}
    texts = {}
    for name in sorted(files):
        with open(files[name], encoding="utf-8") as file:
            texts[name] = file.read()
    return _hash_of(declared, texts)


_KIND = Kind("hashes of sources", "hash", "computed")
_MOST_KEPT = 64


def _hash_of(declared: bytes, texts: Mapping[str, str]) -> str:
    """Return the hash of declarations and of files' tokens.

    Telling a file's tokens takes milliseconds, a tenth of a second in all: so the hash is kept on
    the disk, under that of the texts as they stand, among them those of the rules for tokens.
    """
    store, known = Store("sources", kind=_KIND), hashlib.sha256(declared)
    for name, text in texts.items():
        known.update(hashlib.sha256(f"{name}\0{text}".encode()).digest())
    kept = store.read(known.hexdigest() + _ENDING)
    if kept is not None:
        if kept.startswith(known.digest()) and len(kept) == 2 * known.digest_size:
            return kept[known.digest_size :].hex()
        store.tell(f"{known.hexdigest()}{_ENDING}: is of other sources, and is computed again")
    digest = hashlib.sha256(declared)
    for name, text in texts.items():
        tokens = "\n".join(significant_tokens(text))
        digest.update(f"\0{name}\0{tokens}".encode())
    store.write(known.hexdigest() + _ENDING, known.digest() + digest.digest())
    store.keep_newest(_MOST_KEPT, _ENDING)
    return digest.hexdigest()


def _holding(model: Model) -> set[str]:
    """Return the modules of the rules, of steps of one's own, and of what counts firms."""
    steps = [step.rpartition(":")[0] for step in model.steps]
    counting = (*(t.holds for t in model.tallies), *(o.split for o in model.other_splits))
    return {model.rules, *filter(None, steps), *(function.__module__ for function in counting)}


def _files(name: str) -> Iterator[tuple[str, str]]:
    """Yield dotted names and paths of a module, or of all modules of a package and of those in it.

    They are found, not imported; only the packages that hold them are.
    """
    try:
        found = importlib.util.find_spec(name)
    except ValueError:  # the program itself, as of python -c
        found = None
    if found is None:
        raise ImportError(f"{name}: no such module, and a model has its rules or sources there")
    if found.submodule_search_locations is None:
        if found.origin is None or not found.origin.endswith(".py"):
            raise ImportError(
                f"{name}: has no source to be hashed, and a model has its rules or sources there"
            )
        yield name, found.origin
        return
    for top in found.submodule_search_locations:
        for folder, _, files in os.walk(top):
            inside = os.path.relpath(folder, top).split(os.sep)
            package = ".".join((name, *(part for part in inside if part != os.curdir)))
            for file in files:
                if file.endswith(".py"):
                    yield f"{package}.{file.removesuffix('.py')}", os.path.join(folder, file)


def _declared(model: Model) -> dict[str, Any]:
    """Return what kernels and rows take from what a model declares."""
    return {
        "model": [model.name, model.version],
        "parameters": [
            [p.path, p.symbol, p.kind, p.by_department, p.stream, list(p.words)]
            for p in model.parameters
        ],
        "departments": model.departments,
        "record": [[column.name, column.type] for column in model.record],
        "series": [[series.column.name, series.low] for series in model.series],
        "counts": model.counts,
        "counted_shares": [[share.column.name, share.counts] for share in model.counted_shares],
        "quarters": [[column.name, column.type] for column in model.quarters],
        "shares": [[column.name, column.type] for column in model.shares],
        "words": {name: list(words) for name, words in model.words.items()},
        "scenarios": model.scenarios,
        "tallies": [[tally.name, tally.holds.__qualname__] for tally in model.tallies],
        "other_splits": [[o.name, o.split.__qualname__] for o in model.other_splits],
        "rules": model.rules,
        "steps": model.steps,
    }
