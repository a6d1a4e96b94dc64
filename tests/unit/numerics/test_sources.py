"""The hash of sources: of what runs, whatever stands beside it, and whichever Python reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orgsim.model import MODEL, parameters
from orgsim.numerics import sources
from orgsim.numerics.sources import source_hash
from orgsim.numerics.tokens import significant_tokens
from orgsim.spec.parameter import within


def with_parameter(**change):
    """Return the model with its first parameter changed."""
    first, *rest = MODEL.parameters
    return replace(MODEL, parameters=(replace(first, **change), *rest))


def with_range(plausible):
    """Return the model with the plausible range of one parameter changed."""
    path = "cooperation.moderation"
    assert MODEL.by_path[path].plausible != plausible
    rows = [replace(p, plausible=plausible) if p.path == path else p for p in MODEL.parameters]
    return replace(MODEL, parameters=tuple(rows))


def with_column(**change):
    """Return the model with the last column of its record changed."""
    *rest, last = MODEL.record
    return replace(MODEL, record=(*rest, replace(last, **change)))


@pytest.mark.parametrize(
    "changed",
    [
        with_parameter(meaning="another"),
        with_parameter(source="x"),
        with_parameter(high=2.0**31),
        with_parameter(default=7),
        with_range(None),
        with_range(within(0.1, 0.2, "another")),
        with_column(meaning="another", unit="x"),
        replace(MODEL, home="elsewhere:MODEL"),
    ],
)
def test_declared_texts_ranges_and_defaults_are_not_in_it(changed):
    assert source_hash(changed) == source_hash(MODEL)


def test_what_kernels_read_of_declarations_is():
    first, *rest = MODEL.parameters
    *most, last = MODEL.parameters
    models = [
        MODEL,
        replace(MODEL, parameters=(*most, replace(last, path=f"{last.path}_2"))),
        replace(MODEL, parameters=(*rest, first)),
        with_parameter(kind="real"),
        replace(MODEL, counts=(*MODEL.counts[:4], *MODEL.counts[:3:-1])),
        with_column(type="int64"),
        replace(MODEL, steps=MODEL.steps[:-1]),
        replace(MODEL, steps=MODEL.steps[::-1]),
        replace(MODEL, version="3"),
    ]
    assert len({source_hash(model) for model in models}) == len(models)


def test_it_is_of_every_file_of_a_model_but_those_that_declare(tmp_path, monkeypatch):
    package = tmp_path / "grown"
    (package / "rules").mkdir(parents=True)
    for name in ("__init__.py", "declared.py", "rules/__init__.py", "rules/step.py"):
        (package / name).write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    model = replace(MODEL, sources=("grown",), declarations=("grown.declared",))

    def hashed():
        source_hash.cache_clear()
        return source_hash(model)

    before = hashed()
    (package / "declared.py").write_text("x = 2\n")
    assert hashed() == before
    (package / "rules" / "step.py").write_text("x = 1  # why\n")
    assert hashed() == before
    (package / "rules" / "step.py").write_text("x = 2\n")
    assert hashed() != before
    source_hash.cache_clear()


def test_a_package_that_declares_is_left_out_whole(monkeypatch):
    """Every file of the table of parameters; of all of them what kernels read is hashed instead."""
    hashed = {}
    monkeypatch.setattr(sources, "_hash_of", lambda declared, texts: hashed.update(texts) or "0")
    source_hash.__wrapped__(MODEL)
    assert "orgsim.model.rules" in hashed
    assert {name for name, _ in sources._files("orgsim.model.parameters")} == set(
        parameters.MODULES
    )
    assert not [name for name in hashed if name.startswith("orgsim.model.parameters")]


def test_a_source_that_is_not_there_is_named():
    with pytest.raises(ImportError, match="no_such_module"):
        source_hash(replace(MODEL, sources=("no_such_module",)))


def test_the_hash_is_kept_on_the_disk_and_what_is_kept_is_the_hash(tmp_path, monkeypatch, capfd):
    computed = source_hash(MODEL)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    read = []
    monkeypatch.setattr(
        sources, "significant_tokens", lambda text: read.append(text) or significant_tokens(text)
    )
    assert source_hash.__wrapped__(MODEL) == computed
    assert read
    (kept,) = tmp_path.rglob("*.hash")
    read.clear()
    assert source_hash.__wrapped__(MODEL) == computed
    assert not read
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1])
    assert source_hash.__wrapped__(MODEL) == computed
    assert read
    assert kept.read_bytes() == whole
    assert "is damaged, and is computed again" in capfd.readouterr().err


def test_the_kept_hash_of_other_sources_is_not_taken(tmp_path, monkeypatch, capfd):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    other = replace(MODEL, version="3")
    wanted, others = source_hash.__wrapped__(MODEL), source_hash.__wrapped__(other)
    mine, theirs = sorted(tmp_path.rglob("*.hash"), key=lambda path: path.stat().st_mtime_ns)
    mine.write_bytes(theirs.read_bytes())
    assert source_hash.__wrapped__(MODEL) == wanted != others
    assert "is of other sources" in capfd.readouterr().err
