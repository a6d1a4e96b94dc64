"""Which sources determine results, and their hash.

It is of what runs: of the tokens of every file of the rooms below and of the model's sources,
without comments, docstrings and blank lines, and of what the model declares to its kernel. A mended
comment, meaning, source or range leaves it as it was, and a run that has begun goes on; so does
another version of Python. Defaults are not in it either: a run keeps its settings, all of them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from orgsim.spec import Model

ROOMS = ("orgsim.engine", "orgsim.numerics")
"""Packages of the platform whose every file is hashed, beside the model's own sources."""

_UNSEEN = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_LAYOUT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_FSTRING_START = getattr(tokenize, "FSTRING_START", -1)  # from Python 3.12 on
_FSTRING_END = getattr(tokenize, "FSTRING_END", -1)


@cache
def source_hash(model: Model) -> str:
    """Return a hash of everything that determines a model's results, as 64 hex digits.

    Raises
    ------
    ImportError
        If some of the model's sources cannot be found, or are no files of Python.
    """
    digest = hashlib.sha256(json.dumps(_declared(model), sort_keys=True).encode())
    files = {name: path for room in (*ROOMS, *model.sources) for name, path in _files(room)}
    for name in set(model.declarations) & files.keys():
        del files[name]
    files |= {name: path for module in _holding(model) for name, path in _files(module)}
    for name in sorted(files):
        with open(files[name], encoding="utf-8") as file:
            text = "\n".join(significant_tokens(file.read()))
        digest.update(f"\0{name}\0{text}".encode())
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


def significant_tokens(text: str) -> list[str]:
    r"""Return the tokens of Python's source that mean something, the same on every Python.

    Indentation is a token of its own, whatever its width; an f-string is one, as it stands.

    Examples
    --------
    >>> significant_tokens("def f(x):\n  '''Return it.'''\n  # why\n\n  return x")[:5]
    ['def', 'f', '(', 'x', ')']
    """
    lines = text.splitlines(keepends=True)
    whole = list(_with_whole_strings(tokenize.generate_tokens(io.StringIO(text).readline), lines))
    found = []
    for i, (kind, word) in enumerate(whole):
        before = whole[i - 1][0] if i else tokenize.NEWLINE
        after = whole[i + 1][0] if i + 1 < len(whole) else tokenize.NEWLINE
        if kind == tokenize.STRING and before in _LAYOUT and after == tokenize.NEWLINE:
            continue  # a string that nothing is done with: a docstring
        if kind == tokenize.NEWLINE and (before in _LAYOUT or _is_docstring(whole, i - 1)):
            continue
        found.append(tokenize.tok_name[kind] if kind in _LAYOUT else word)
    return found


def _is_docstring(whole: list[tuple[int, str]], i: int) -> bool:
    """Whether the token before the end of a line is all that stands there, and a string."""
    before = whole[i - 1][0] if i > 0 else tokenize.NEWLINE
    return whole[i][0] == tokenize.STRING and before in _LAYOUT


def _with_whole_strings(
    tokens: Iterable[tokenize.TokenInfo], lines: list[str]
) -> Iterator[tuple[int, str]]:
    """Yield kinds and words of tokens; f-strings whole, as up to Python 3.11."""
    depth, start = 0, (0, 0)
    for token in tokens:
        if token.type == _FSTRING_START:
            start = start if depth else token.start
            depth += 1
        elif token.type == _FSTRING_END:
            depth -= 1
            if not depth:
                yield tokenize.STRING, _between(lines, start, token.end)
        elif not depth and token.type not in _UNSEEN:
            yield token.type, token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text from one place, line from 1 and column, to another."""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    first, last = lines[start[0] - 1][start[1] :], lines[end[0] - 1][: end[1]]
    return "".join((first, *lines[start[0] : end[0] - 1], last))
