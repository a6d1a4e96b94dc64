"""Documentation that comes from the code, or speaks of it, agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orgsim.figures.registry import entries
from orgsim.model.parameters import PARAMETERS
from orgsim.report.parameters import as_markdown

ROOT = Path(__file__).resolve().parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_parameter_tables_are_the_present_ones():
    """After a change of parameters: make docs."""
    assert as_markdown(PARAMETERS) in read("docs/model.md")


def test_the_scan_has_every_parameter_and_none_is_silent_without_a_reason():
    """After a change of parameters or rules: make docs."""
    rows = {
        match[1]: match[0]
        for match in re.finditer(r"^\| `([a-z_.]+)` .*$", read("docs/parameter-scan.md"), re.M)
    }
    assert list(rows) == [p.path for p in PARAMETERS]
    assert not [path for path, row in rows.items() if "no effect" in row]


def test_the_schedule_in_the_docs_is_the_one_in_the_code():
    from orgsim.model import MODEL

    section = read("docs/model.md").partition("## 3. Process overview")[2].partition("\n## ")[0]
    listed = re.findall(r"^(\d)\. (.*)$", section, re.M)
    assert [(int(i), words) for i, words in listed] == [
        (i, MODEL.events[step]) for i, step in enumerate(MODEL.steps, start=1)
    ]
    assert len(listed) == 9


def test_every_item_of_the_articles_has_a_place_or_a_reason():
    section = read("docs/model.md").partition("## 8. From the article to the model")[2]
    rows = re.findall(r"^\|\s*(\d+)\s*\|(.*)\|(.*)\|\s*$", section, re.M)
    numbers = [int(number) for number, _, _ in rows]
    assert [n for n in range(1, 50) if n != 41] == [n for n in numbers if n != 41]
    assert all(place.strip() for _, _, place in rows)


PAGES = [
    "README.md",
    *sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`]*`", "", read(page), flags=re.S)
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", prose):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), target


def test_the_example_in_the_readme_shows_commands_that_exist():
    from orgsim.cli import main

    named = {
        page: set(re.findall(r"^(?:\.venv/bin/)?orgsim ([a-z]+)", read(page), re.M))
        for page in PAGES
    }
    assert set().union(*named.values()) <= set(main.commands)
    assert {"run", "compare", "check", "new", "parameters", "schema"} <= named["README.md"]
    assert {"sweep", "cluster", "status", "verify"} <= named["docs/how-to-slurm.md"] | (
        named["docs/sweeps.md"]
    )


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", read(page), re.M | re.S)


def test_every_config_in_the_pages_on_sweeps_is_valid(tmp_path, monkeypatch):
    """Each [cluster] or [sweep] that a page shows, laid over the baseline."""
    from orgsim import load_config

    shown = [
        text for page in ("docs/sweeps.md", "docs/how-to-slurm.md") for text in blocks(page, "toml")
    ]
    assert len(shown) == 3
    for text in shown:
        file = tmp_path / "shown.toml"
        file.write_text('extends = "baseline"\n' + text)
        load_config(file)


def test_what_the_page_on_reading_shows_runs(tmp_path, monkeypatch):
    """Every Python example, on a small gridded sweep that has the page's parameters."""
    import orgsim

    config = tmp_path / "grid.toml"
    config.write_text(
        'extends = "baseline"\n[simulation]\nfirms = 40\nquarters = 6\n[sweep]\ndesign = "grid"\n'
        '[sweep.parameters]\n"resistance.status_threat" = { values = [0.0, 0.5, 1.0] }\n'
        '"cooperation.learning_rate" = { low = 0.1, high = 0.5, levels = 2 }\n'
    )
    monkeypatch.chdir(tmp_path)
    orgsim.sweep(config, out="results/my-sweep")
    examples = blocks("docs/how-to-read.md", "python")
    assert len(examples) == 6
    for example in examples:
        exec(compile(example, "docs/how-to-read.md", "exec"), {})


@pytest.mark.usefixtures("first_figure_alone")
def test_what_the_pages_on_answers_show_in_python_runs(tmp_path, monkeypatch):
    """Comparing, pictures, single firms: every Python example, on two small paired runs."""
    import orgsim
    from orgsim.config import preset_path

    monkeypatch.chdir(tmp_path)
    short = ["simulation.firms=3000", "simulation.quarters=12"]
    for name, threat in (("a", 0.6), ("b", 1.2), ("my", 0.6)):
        overrides = [*short, f"resistance.status_threat={threat}"]
        orgsim.run(preset_path("baseline"), overrides=overrides, out=f"results/{name}")
    pages = ("comparing.md", "inside-a-firm.md", "pictures-and-report.md")
    for page in pages:
        examples = blocks(f"docs/{page}", "python")
        assert examples, page
        for example in examples:
            exec(compile(example, f"docs/{page}", "exec"), {})
    assert (tmp_path / "flows.pdf").exists()
    assert (tmp_path / "here" / "story.md").exists()
    drawn = {path.stem for path in (tmp_path / "figures").glob("*.pdf")}
    assert drawn == {entry.name for entry in entries("orgsim.figures.setting")}
    assert (tmp_path / "results/my/report.html").exists()


@pytest.mark.usefixtures("first_figure_alone")
def test_what_python_in_one_page_and_that_on_sweeps_show_runs(tmp_path, monkeypatch):
    """Every Python example, but for what stands below ``__main__``: that starts Dask."""
    import orgsim

    monkeypatch.chdir(tmp_path)
    short = {"sweep.points": 4, "simulation.firms": 200, "simulation.quarters": 8}
    orgsim.sweep("sweep-threat-and-learning", short, out="results/my-sweep")
    for page in ("python.md", "sweeps.md"):
        examples = blocks(f"docs/{page}", "python")
        assert examples, page
        for example in examples:
            exec(compile(example, f"docs/{page}", "exec"), {"__name__": page})
    assert (tmp_path / "results/b/report.html").exists()
    assert (tmp_path / "point-2.html").exists()


def test_the_reference_that_the_page_on_comparing_shows_is_valid(tmp_path):
    from orgsim.model.columns import ARTICLE_SHARES
    from orgsim.results import as_reference

    (shown,) = blocks("docs/comparing.md", "toml")
    (tmp_path / "reference.toml").write_text(shown)
    assert as_reference(tmp_path / "reference.toml").by_name() == ARTICLE_SHARES
