"""The page of a sensitivity analysis: whole, the same each time, and asking for nothing."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import json
import re
import sys
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from made_up_analyses import OUTPUTS, PATHS, analysis, given, screening
from orgsim.errors import UsageError
from orgsim.report.html import figures as html_figures
from orgsim.report.html.sensitivity import write_sensitivity
from orgsim.report.html.sensitivity.page import page as page_of
from orgsim.results.sensitivity import FACTS, PAGE, Asked
from pages import Page

EVERY = ("screening", "indices", "pairs", "given")
STAGES = {
    "all": EVERY,
    "screening": ("screening",),
    "indices": ("indices",),
    "pairs": ("indices", "pairs"),
    "given": ("given",),
    "none": (),
}
HOSTILE = "</title><script>alert('1')</script> \"&amp;\" <img src=x onerror=alert(2)> ${{ 7 * 7 }}"

every_page = pytest.mark.parametrize("name", STAGES)


@cache
def source(name: str) -> str:
    return page_of(analysis(*STAGES[name]))


@cache
def page(name: str) -> Page:
    return Page(source(name))


@every_page
def test_each_section_is_there_when_its_stage_is(name):
    stages = [stage for stage in EVERY if stage in STAGES[name]]
    expected = ["answer", *stages, "outputs", "parameters", "method", "provenance"]
    found = page(name)
    assert [section["id"] for section in found.all("section")] == expected
    assert [a["href"] for a in found.all("a")] == ["#content", *(f"#{id_}" for id_ in expected)]


@every_page
def test_a_page_asks_for_nothing(name):
    found = page(name)
    for tag, attributes in found.elements:
        assert tag not in ("script", "iframe", "object", "embed", "base", "form", "video", "audio")
        assert "style" not in attributes
        for key, value in attributes.items():
            assert not key.startswith("on")
            if key in ("src", "href", "srcset", "data", "action", "poster", "background"):
                assert value.startswith(("#", "data:image/", "data:,")), (tag, key)
    assert "http" not in found.text("body")


@every_page
def test_a_page_is_one_that_aids_can_read(name):
    found = page(name)
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert not [id_ for id_ in ids if re.search(r"\s", id_)]
    for _, attributes in found.elements:
        assert attributes.get("aria-labelledby", ids[0]) in ids
    levels = [level for level, _ in found.headings()]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert len(found.all("table")) == len(found.all("caption"))


def test_the_same_analysis_gives_the_same_bytes_wherever_it_lies(tmp_path):
    pages = []
    for folder in ("one", "another"):
        found = analysis(*EVERY, outputs=OUTPUTS[:1], directory=tmp_path / folder)
        path = write_sensitivity(found)
        assert path == tmp_path / folder / PAGE
        pages.append(path.read_bytes())
        assert write_sensitivity(found).read_bytes() == pages[-1]  # its own is replaced
    assert pages[0] == pages[1]
    assert write_sensitivity(found, tmp_path / "new" / "p.html").read_bytes() == pages[0]


def test_the_answer_says_what_moves_most_and_how_many_move_nothing():
    answer = page("all").text("section").partition("What was simulated")[0]
    assert f"Of 4 parameters, each over its plausible range, {PATHS[0]} moves most" in answer
    assert "(CEMO by 40 points)" in answer
    assert f"{PATHS[1]} (CEMO by 20 points) and {PATHS[2]} (CEMO by 10 points)" in answer
    assert "1 parameter moves no firm at all" in answer
    assert f"(total index): {PATHS[0]} of CEMO (0.70) and active (0.70)." in answer
    assert f"(first order): {PATHS[0]} of CEMO (0.50) and active (0.50)." in answer


def test_outputs_that_are_not_usual_are_told_of_where_no_usual_one_was_asked_for():
    asked = (Asked("mean_of_it", "mean of it", "1/quarter", "a mean"),)
    answer = Page(page_of(analysis("screening", outputs=asked))).text("section")
    assert f"{PATHS[0]} moves most (mean of it by 0.40 a quarter)" in answer.replace("\xa0", " ")


def test_parameters_that_move_firms_but_no_output_are_counted_apart():
    found = screening(OUTPUTS)
    columns = dict(found.columns)
    columns["mu_star"] = np.where(
        np.array(columns["parameter"]) == PATHS[2], 0.0, columns["mu_star"]
    )
    changed = dataclasses.replace(found, columns=columns)
    answer = Page(page_of(analysis(screening=changed))).text("section")
    assert "1 other moves firms, but none of these outputs." in answer


def test_pictures_have_sizes_and_words():
    images = page("all").all("img")
    assert len(images) == 6
    for image in images:
        kind, _, content = image["src"].partition(";base64,")
        assert kind == "data:image/svg+xml"
        assert b"</svg>" in base64.b64decode(content, validate=True)
        assert int(image["width"]) > 300
        assert re.search(r"\d", image["alt"])
        assert len(image["alt"]) > 60


def test_pictures_that_a_page_has_no_room_for_are_named(monkeypatch):
    monkeypatch.setattr(html_figures, "ROOM", 0)
    monkeypatch.setattr("orgsim.report.html.sensitivity.subject.ROOM", 0)
    text = Page(page_of(analysis(*EVERY))).text("section")
    assert text.count("Left out, for the page would be too large: ") == 6


def cells(found: Page, caption: str) -> list[list[str]]:
    """Return what stands in the table of a caption."""
    tables = re.split(r"<table", found.source)[1:]
    (table,) = [t for t in tables if f"<span>{html.escape(caption)}</span>" in t]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in rows
    ]


def test_indices_with_intervals_are_folded_a_table_an_output():
    found = page("indices")
    assert len(found.all("details")) == len(OUTPUTS)
    rows = cells(found, "CEMO: indices with their 95 % intervals")
    assert rows[0] == [PATHS[0], "0.70", "0.60 to 0.80", "0.50", "0.40 to 0.60"]
    assert rows[2] == [PATHS[2], "0.02", "−0.08 to 0.12", "−0.01", "−0.11 to 0.09"]
    assert rows[3][0] == "dummy"
    gone = cells(found, f"{OUTPUTS[-1].title}: indices with their 95 % intervals")
    assert all(row[1:] == ["–"] * 4 for row in gone)


def test_pairs_are_folded_the_largest_first():
    rows = cells(page("pairs"), "CEMO: pairs that act together (second order)")
    assert rows[0] == [PATHS[0], PATHS[1], "0.12", "0.07 to 0.17"]


def test_parameters_stand_with_range_unit_scale_and_reason_and_those_left_out():
    found = page("screening")
    rows = cells(found, "4 parameters and the ranges over which they were moved")
    assert [row[0] for row in rows] == list(PATHS)
    assert rows[0][1:] == [
        "−0.5", "2", "–", "linear", f"meaning of {PATHS[0]}", f"reason for {PATHS[0]}",
    ]  # fmt: skip
    assert found.text("section").count("Not moved: firm.it_staff: is set by department.") == 1


def test_outputs_stand_with_name_unit_and_meaning():
    rows = cells(page("none"), "What was asked of the firms at each point")
    assert rows == [
        [asked.title, asked.name, asked.unit.replace("-", "–"), asked.meaning] for asked in OUTPUTS
    ]


METHODS = {
    "screening": {"Morris", "Cariboni"},
    "indices": {"Annoni", "Jansen"},
    "pairs": {"Annoni", "Jansen", "Making best use"},
    "given": {"Plischke", "Pianosi", "Hornberger"},
    "none": set(),
}
WORKS = set().union(*METHODS.values(), {"Gamboa"})


@pytest.mark.parametrize("name", METHODS)
def test_only_works_that_were_used_are_named(name):
    text = page(name).text("section")
    assert {work for work in WORKS if work in text} == METHODS[name]


def test_independent_points_have_indices_of_ranks():
    found = analysis(given=given(OUTPUTS, design="latin_hypercube"))
    text = Page(page_of(found)).text("section")
    assert "Gamboa" in text
    assert "Plischke" not in text


def test_provenance_holds_digests_source_and_seed():
    rows = dict(cells(page("all"), "What the numbers rest on"))
    digests = {
        "screening-40-quarters": "a" * 64, "indices-40-quarters": "b" * 64, "a-sweep": "c" * 64
    }  # fmt: skip
    whole = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
    assert rows.pop("Digest of the whole") == whole
    assert {rows.pop(f"Digest of {folder}") for folder in digests} == set(digests.values())
    assert rows == {
        "Model": "departments 2",
        "Hash of the model’s source": "d" * 64,
        "Seed of the designs": "7",
    }
    files = [
        row[0] for row in cells(page("screening"), "Files beside this page, where it was written")
    ]
    assert files == ["screening.parquet", FACTS]


def test_names_and_titles_are_text():
    asked = tuple(dataclasses.replace(each, title=HOSTILE, meaning=HOSTILE) for each in OUTPUTS)
    found = analysis(
        *EVERY, outputs=asked[:2], title=HOSTILE, left_out={HOSTILE: HOSTILE}, model=HOSTILE
    )
    hostile = Page(page_of(found))
    assert not hostile.all("script")
    assert all("onerror" not in attributes for _, attributes in hostile.elements)
    assert {image["src"][:5] for image in hostile.all("img")} == {"data:"}
    assert "7 * 7" in hostile.text("h1")


def test_a_page_has_a_title_though_the_analysis_has_none():
    found = Page(page_of(analysis(title="")))
    assert found.text("h1").strip()
    assert found.text("title").strip()


def test_an_analysis_that_lies_nowhere_wants_a_file(tmp_path):
    with pytest.raises(UsageError, match=r"report\(\"sensitivity.html\"\)"):
        write_sensitivity(analysis("given"))
    assert write_sensitivity(analysis("given"), tmp_path / "page.html").exists()


def test_a_file_of_somebody_else_stays(tmp_path):
    foreign = tmp_path / PAGE
    foreign.write_text("mine", encoding="utf-8")
    found = analysis("given", directory=tmp_path)
    for out in (None, foreign):
        with pytest.raises(UsageError, match="exists already"):
            write_sensitivity(found, out)
    assert foreign.read_text("utf-8") == "mine"
    write_sensitivity(found, overwrite=True)
    assert foreign.read_text("utf-8") == page_of(found)


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_what_is_not_installed_is_named(library, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr(
        "orgsim.report.html.find_spec", lambda name: None if name == library else object()
    )
    with pytest.raises(UsageError, match=rf"{library} is not installed: pip install"):
        write_sensitivity(analysis("given"), tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
