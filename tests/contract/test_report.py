"""``orgsim report``: one page that says all, asks for nothing, and is the same each time."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import sys
from itertools import pairwise

import pytest

import orgsim
from orgsim.errors import UsageError
from orgsim.model.parameters import defaults
from orgsim.report.html import write_report
from orgsim.report.html.figures import fitting
from orgsim.report.html.settings import differences, readable
from orgsim.store.manifest import write_told
from pages import Page

HOSTILE = "</title><script>alert('1')</script> \"&amp;\" <img src=x onerror=alert(2)> ${{ 7 * 7 }}"
SIXTY_FIRMS = """extends = "baseline"
title = "{title}"
[simulation]
firms = 60
quarters = 6
[resistance]
status_threat = 1.25
initial = {{ marketing = 0.25, it = {{ dist = "beta", mean = 0.45, concentration = 12 }} }}
"""
SIX_POINTS = """[sweep]
design = "sobol"
points = 6
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }
[output]
quarters = false
"""
BARE = "[output]\nfirms = false\nquarters = false\n"  # two figures: soon drawn
FEW = ("--set", "output.firms=false", "--set", "output.quarters=false")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def run_of(folder):
    """Run a config's text under a name."""

    def run_of(name, text, start=orgsim.run, overrides=()):
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return start(path, out=folder / name, overrides=list(overrides))

    return run_of


@pytest.fixture(scope="module")
def one(run_of):
    return run_of("one", SIXTY_FIRMS.format(title="Sixty firms"))


@pytest.fixture(scope="module")
def bare(run_of):
    return run_of("bare", SIXTY_FIRMS.format(title="Shares alone") + BARE)


@pytest.fixture(scope="module")
def many(run_of):
    return run_of("many", SIXTY_FIRMS.format(title="Six points") + SIX_POINTS, orgsim.sweep)


@pytest.fixture(scope="module")
def written(folder, one, many):
    """Pages by name, each read from a file that write_report made."""
    runs = {
        "one": (one, {}),
        "flows": (many, {"point": 2, "other": many, "other_point": 3}),
        "many": (many, {}),
        "point": (many, {"point": 3}),
    }
    return {
        name: Page(write_report(run, folder / f"{name}.html", **options).read_text("utf-8"))
        for name, (run, options) in runs.items()
    }


every_page = pytest.mark.parametrize("name", ["one", "flows", "many", "point"])


@every_page
def test_a_page_has_its_sections_in_order_and_links_to_each(written, name):
    page = written[name]
    expected = ["question", "answer", "settings", "figures", "model", "provenance"]
    if name == "flows":
        expected.insert(2, "flows")
    assert [section["id"] for section in page.all("section")] == expected
    inner = [a["href"] for a in page.all("a")]
    assert inner == ["#content", *(f"#{id_}" for id_ in expected)]


@every_page
def test_a_page_asks_for_nothing(written, name):
    page = written[name]
    for tag, attributes in page.elements:
        assert tag not in ("script", "iframe", "object", "embed", "base", "form", "video", "audio")
        for key, value in attributes.items():
            assert not key.startswith("on")
            if key in ("src", "href", "srcset", "data", "action", "poster", "background"):
                assert value.startswith(("#", "data:image/", "data:,")), (tag, key)
        assert "style" not in attributes
    css = page.text("style")
    assert "url(" not in css
    assert "@import" not in css
    assert "http" not in css
    (policy,) = [m for m in page.all("meta") if m.get("http-equiv")]
    assert policy["content"].startswith("default-src 'none'")


@every_page
def test_images_are_pictures_with_sizes_and_words(written, name):
    images = written[name].all("img")
    assert len(images) == {"one": 6, "flows": 5, "many": 4, "point": 4}[name]
    for image in images:
        kind, _, content = image["src"].partition(";base64,")
        content = base64.b64decode(content, validate=True)
        assert kind == "data:image/svg+xml"
        assert content.startswith(b"<?xml")
        assert b"</svg>" in content
        assert int(image["width"]) > 300
        assert int(image["height"]) > 200
        assert re.search(r"\d", image["alt"])
        assert len(image["alt"]) > 60


@every_page
def test_a_page_is_one_that_aids_can_read(written, name):
    page = written[name]
    assert page.all("html") == [{"lang": "en"}]
    for landmark in ("header", "nav", "main", "footer", "h1", "title"):
        assert len(page.all(landmark)) == 1
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        assert attributes.get("aria-labelledby", ids[0]) in ids
        assert attributes.get("href", "#").lstrip("#") in ("", *ids, "data:,")
    levels = [level for level, _ in page.headings()]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert {th.get("scope") for th in page.all("th")} == {"col", "row"}


@every_page
def test_a_page_is_small(folder, written, name):
    assert (folder / f"{name}.html").stat().st_size < 3_000_000


def test_the_answer_gives_the_runs_own_numbers(one, written):
    told = written["one"].text("main")
    for row in one.shares().to_dict("records"):
        assert f"{100.0 * row['count'] / 60:.1f} %" in told
        assert f"{100.0 * row['low']:.1f} – {100.0 * row['high']:.1f}" in told
    comparison = one.compare()
    assert comparison.sentence in told
    assert comparison.verdict.kind.capitalize() in told
    assert "60 firms over 6 quarters, 2014 Q1 to 2015 Q2" in told
    for reference in ("40.0 %", "20.0 %", "30.0 %", "10.0 %"):
        assert reference in told


def test_settings_that_differ_are_told_and_no_others(written):
    assert "beta, mean 0.45, concentration 12" in written["one"].text("table")
    (section,) = re.findall(
        r'<section id="settings".*?</section>', written["one"].source, re.DOTALL
    )
    assert set(re.findall(r'<th scope="row" class="code">(.*?)</th>', section)) == {
        "simulation.firms",
        "simulation.quarters",
        "resistance.status_threat",
        "resistance.initial",
    }


def test_no_setting_differs_from_the_defaults_by_default():
    assert list(differences(defaults(), defaults())) == []
    moved = {"cooperation.tremble": 0.05}
    assert list(differences(moved, defaults())) == [("cooperation.tremble", 0.05)]


def test_a_run_of_the_defaults_says_that_nothing_differs(run_of):
    run = run_of("defaults", f'extends = "baseline"\n{BARE}')
    page = Page(write_report(run).read_text("utf-8"))
    assert "No parameter differs from the preset baseline." in page.text("main")


def test_settings_are_held_against_the_preset_that_the_config_extends(folder, run_of):
    """``article-2014`` sets three values of its own; a change of it is told alone."""
    text = 'extends = "article-2014"\n[resistance]\nstatus_threat = 1.3\n'
    run = run_of("extending", f"{text}[simulation]\nfirms = 60\nquarters = 6\n{BARE}")
    page = Page(write_report(run).read_text("utf-8"))
    assert "a change of the shipped preset article-2014" in page.text("main")
    (section,) = re.findall(r'<section id="settings".*?</section>', page.source, re.DOTALL)
    assert set(re.findall(r'<th scope="row" class="code">(.*?)</th>', section)) == {
        "simulation.firms",
        "simulation.quarters",
        "resistance.status_threat",
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "true"),
        (12, "12"),
        (0.3, "0.3"),
        ("separate", "separate"),
        ({"dist": "beta", "mean": 0.6, "concentration": 5.0}, "beta, mean 0.6, concentration 5"),
        ({"dist": "uniform", "low": 0, "high": 0.5}, "uniform from 0 to 0.5"),
        (
            {"dist": "normal", "mean": 0.5, "sd": 0.1, "low": 0.0, "high": 1.0},
            "normal, mean 0.5, standard deviation 0.1, kept from 0 to 1",
        ),
        (
            {"dist": "choice", "values": [0.1, 0.9], "weights": [3, 1]},
            "one of 0.1 (75 %), 0.9 (25 %)",
        ),
        ({"marketing": 0.25, "it": 0.5}, "marketing: 0.25; IT: 0.5"),
    ],
)
def test_values_and_distributions_are_told_in_words(value, told):
    assert readable(value).replace("\N{NO-BREAK SPACE}", " ") == told


def test_the_same_run_gives_the_same_bytes(folder, written, one):
    again = write_report(orgsim.open(one.directory), folder / "again.html")
    assert again.read_bytes() == written["one"].source.encode()


def test_titles_and_settings_are_text_whatever_they_hold(run_of):
    text = SIXTY_FIRMS.format(title="X").replace('"X"', json.dumps(HOSTILE))
    sector = "<b>pure & plain</b>"
    text += f'[sectors."{sector}"]\nshare = 1.0\nquantities = {{ "firm.attention" = 0.5 }}\n{BARE}'
    page = Page(write_report(run_of("hostile", text)).read_text("utf-8"))
    assert page.all("script") == page.all("b") == []
    assert sector in page.text("table")
    assert HOSTILE.replace('"', '\\"') in page.text("details", "pre")
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    assert page.text("h1") == HOSTILE
    assert page.text("title") == HOSTILE


def test_a_long_title_stays_in_one_heading(run_of):
    run = run_of("long", SIXTY_FIRMS.format(title="Word" * 125) + BARE)  # as long as titles may be
    page = Page(write_report(run).read_text("utf-8"))
    assert page.text("h1") == "Word" * 125


def test_the_settings_on_the_page_run_again_to_the_same_digest(folder, one, written):
    text = "".join(t for path, t in written["one"].texts if path[-3:] == ("details", "pre", "code"))
    (folder / "again.toml").write_text(text, encoding="utf-8")
    assert orgsim.run(folder / "again.toml", out=folder / "again").digest == one.digest
    assert one.digest in written["one"].text("table")


def test_a_sweep_lists_its_points_the_nearest_first(many, written):
    page = written["many"]
    ranked = many.ranked()
    rows = re.findall(r'<th scope="row" class="number">(\d+)</th>', page.source)
    assert [int(number) for number in rows] == ranked["point"].tolist()
    assert "6 settings (design points) with 60 firms each, 360 firms in all" in page.text("p")
    assert "0.05 to 0.6, log scale" in page.text("table")
    for kind in ("Match", "Mismatch", "Inconclusive"):
        assert kind in page.text("dt")


def test_a_point_of_a_sweep_is_told_as_a_setting(many, written):
    page = written["point"]
    assert page.text("h1") == "Six points: point 3"
    threat = many.points().set_index("point").loc[3, "resistance.status_threat"]
    assert f"{threat:.12g} (swept)" in page.text("table")
    assert many.compare(point=3).sentence in page.text("main")


def test_sectors_are_told_with_what_they_set(command, tmp_path):
    command("run", orgsim.config.preset_path("sectors"), "--firms", 60, "--out", "mixed", *FEW)
    command("report", "mixed")
    text = Page((tmp_path / "mixed/report.html").read_text("utf-8")).text("main")
    assert "Sectors: pure_players 20 %, brand_manufacturers 40 %" in text
    assert "beta, mean 0.95, concentration 20" in text
    assert "as all firms" in text


def test_what_a_run_did_not_keep_is_not_mentioned(bare):
    page = Page(write_report(bare).read_text("utf-8"))
    assert len(page.all("img")) == 2
    assert "firms/*.parquet" not in page.text("main")
    assert "quarters/*.parquet" not in page.text("main")


def test_the_quarter_is_told_in_the_models_own_order(written):
    steps = re.search(r"in this order:</p>\s*<ol>(.*?)</ol>", written["one"].source, re.DOTALL)
    listed = re.findall(r"<li>(.*?)</li>", steps[1])
    assert len(listed) == 9
    assert listed[0] == "Environment"
    assert listed[3].startswith("Joint tasks")
    assert listed[-1] == "Observation"


def test_another_reference_is_used_in_words_and_figures(folder, bare):
    shares = {"cemo": 0.1, "cmto": 0.2, "cmo_and_cto": 0.3, "cmo_vs_cto": 0.4}
    path = write_report(bare, folder / "reference.html", reference=shares)
    text = Page(path.read_text("utf-8")).text("main")
    assert bare.compare(shares).sentence in text
    alt = " ".join(re.findall(r'alt="(.*?)"', path.read_text("utf-8"), re.DOTALL))
    assert "given shares" in alt
    assert "article" not in alt


def test_the_command_writes_into_the_run_which_stays_sound(command, bare, tmp_path):
    shutil.copytree(bare.directory, tmp_path / "copy")
    assert command("report", "copy") == "copy/report.html\n"
    command("verify", "copy")
    assert command("report", "copy", "--out", "deep/in/page.html") == "deep/in/page.html\n"
    assert "is a directory" in command("report", "copy", "--out", ".", code=2)
    assert "no point 7" in command("report", "copy", "--point", 7, code=2)
    assert "--other" in command("report", "copy", "--other-point", 1, code=2)


def test_a_sweep_beside_another_run_needs_its_point(command, many, one):
    message = command("report", many.directory, "--other", one.directory, code=2)
    assert "say which point with --point" in message
    message = command("report", one.directory, "--other", many.directory, code=2)
    assert "say which point with --other-point" in message


def test_flows_are_told_as_firms_and_as_changes(many, written):
    told, flows = written["flows"].text("main"), many.flows(many, point=2, other_point=3)
    assert flows.sentence in told
    firms = many.firms([2, 3]).pivot(index="firm", columns="point", values="scenario").astype(str)
    stayed = int(((firms[2] == "cmo_vs_cto") & (firms[3] == "cmo_vs_cto")).sum())
    (table,) = re.findall(r'id="moves-table".*?</table>', written["flows"].source, re.DOTALL)
    cells = re.findall(r'<td class="number">([\d,]+)</td>', table)
    assert len(cells) == 25
    assert cells[18] == str(stayed)
    assert cells[24] == "60"


def test_swept_presets_and_departments_are_told(run_of):
    swept = """[sweep]
design = "grid"
[sweep.parameters]
preset = { values = ["baseline", "no-buffer"] }
"resistance.initial.it" = { values = [0.25, 0.75] }
"""
    text = SIXTY_FIRMS.format(title="Words").replace("firms = 60", "firms = 20") + swept + BARE
    run = run_of(
        "words", text.replace("[resistance]", "[resistance]\nidentity = 0.4"), orgsim.sweep
    )
    page = Page(write_report(run).read_text("utf-8"))
    assert "baseline, no-buffer" in page.text("table")
    assert "mean disposition to resist change (in IT)" in page.text("table")
    titles = [text for _, text in page.headings()]
    assert "Shares over two parameters: preset and initial in IT" in titles
    point = Page(write_report(run, point=3).read_text("utf-8"))
    assert re.search(r"infrastructure_chief\s*</th>\s*<td[^>]*>false", point.source)
    assert "IT: beta, mean 0.75, concentration 12 (swept)" in point.text("table")


def test_an_unfinished_run_has_no_report(command, bare, tmp_path):
    shutil.copytree(bare.directory, tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy/manifest.json").read_text("utf-8"))
    write_told(tmp_path / "copy", manifest | {"status": "running", "digest": None})
    (tmp_path / "copy/shares.parquet").unlink()
    assert "not finished" in command("report", "copy", "--out", "never.html", code=2)
    assert not (tmp_path / "never.html").exists()


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_a_missing_library_is_named_with_the_way_to_get_it(one, monkeypatch, library, folder):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"{library} .*pip install 'orgsim\[report\]'"):
        write_report(one, folder / "never.html")
    assert not (folder / "never.html").exists()


class Drawn:
    """A picture of given sizes."""

    def __init__(self, name, **sizes):
        self.name, self.sizes, self.asked = name, sizes, []

    def content(self, kind):
        self.asked.append(kind)
        return b"x" * self.sizes[kind]


def test_the_largest_figures_become_pixels_where_vectors_would_be_too_much():
    small = Drawn("small", svg=300, png=9_000)
    large = Drawn("large", svg=30_000, png=3_000)
    found = fitting([small, large], room=10_000)
    assert list(found) == ["small", "large"]
    assert found["small"].startswith("data:image/svg+xml;")
    assert found["large"].startswith("data:image/png;")
    assert small.asked == ["svg"]


def test_figures_without_room_are_left_out_from_the_end():
    pictures = [Drawn(name, svg=3_000, png=6_000) for name in ("a", "b", "c")]
    found = fitting(pictures, room=9_000)
    assert list(found) == ["a", "b"]
    assert all(source.startswith("data:image/svg+xml;") for source in found.values())


@pytest.mark.usefixtures("first_figure_alone")
def test_a_sweeps_verdicts_are_counted_at_the_tolerance_that_is_named(folder, many):
    page = Page(write_report(many, folder / "wide.html", tolerance=0.9).read_text("utf-8"))
    kinds = many.ranked(tolerance=0.9)["verdict"].value_counts()
    told = page.text("main")
    assert "within 90 points" in told
    assert kinds["match"] == 6
    assert re.search(r"≈ Match\s*6\b", told)


def test_a_run_of_another_model_promises_no_digest_of_this_one(folder, bare):
    copy = folder / "another"
    shutil.copytree(bare.directory, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["identity"]["source"] = "0" * 64
    manifest["versions"]["orgsim"] = "0.0.9"
    write_told(copy, manifest)
    told = Page(write_report(orgsim.open(copy)).read_text("utf-8")).text("main")
    assert "made by another version of the model" in told
    assert "With orgsim 0.0.9 of the source hash above" in told
    own = Page(write_report(bare, folder / "own.html").read_text("utf-8")).text("main")
    assert "another version" not in own


@pytest.mark.usefixtures("first_figure_alone")
def test_the_other_setting_is_told_by_what_differs_and_by_its_digest(folder, run_of):
    first = run_of("first", SIXTY_FIRMS.format(title="A setting"))
    second = run_of(
        "second", SIXTY_FIRMS.format(title="A setting"), overrides=["competence.training=0.08"]
    )
    page = Page(write_report(first, folder / "both.html", other=second).read_text("utf-8"))
    (section,) = re.findall(r'<section id="flows".*?</section>', page.source, re.DOTALL)
    assert "competence.training" in section
    assert "0.08" in section
    assert second.digest in page.text("main")
    assert str(folder) not in page.source
    assert "orgsim report first --other second" in page.text("main")


def test_target_tolerance_and_precision_are_told_beside_the_parameters(run_of):
    text = (
        'extends = "baseline"\n[simulation]\nquarters = 4\n[precision]\nhalf_width = 0.04\n'
        "[target]\ntolerance = 0.02\n"
        "shares = { cemo = 0.1, cmto = 0.2, cmo_and_cto = 0.3, cmo_vs_cto = 0.4 }\n"
    )
    told = Page(write_report(run_of("asked", text + BARE)).read_text("utf-8")).text("main")
    assert "Target instead of the article: cemo 10.0 %" in told
    assert "Tolerance of the target: 2 points" in told
    assert "known to within 4 points" in told
    assert "Precision: every share within 4 points either way" in told


def test_sectors_of_the_preset_are_said_to_be_its_own(run_of):
    own = 'extends = "sectors"\n[simulation]\nfirms = 60\nquarters = 4\n'
    told = Page(write_report(run_of("sectored", own + BARE)).read_text("utf-8")).text("main")
    assert "The sectors are those of the preset" in told
    assert "save for the sectors" not in told


@pytest.mark.usefixtures("first_figure_alone")
def test_the_printed_command_runs_to_the_same_digest(command, tmp_path, many):
    """The config as the page shows it, and the command, in an empty directory."""
    page = Page(write_report(many, tmp_path / "page.html").read_text("utf-8"))
    (shown,) = re.findall(r'<pre class="config".*?<code>(.*?)</code>', page.source, re.DOTALL)
    (tmp_path / "config.toml").write_text(html.unescape(shown), encoding="utf-8")
    (line,) = re.findall(r"orgsim (sweep config\.toml --out again)", page.text("main"))
    command(*line.split())
    assert orgsim.open(tmp_path / "again").digest == many.digest


def test_a_title_is_text_that_may_break_lines(command, tmp_path):
    (tmp_path / "two.toml").write_text('title = "a\\nb"\nextends = "baseline"\n')
    command("check", "two.toml")
    (tmp_path / "odd.toml").write_text('title = "a\\u0000b"\nextends = "baseline"\n')
    assert "control character" in command("run", "odd.toml", code=2)
