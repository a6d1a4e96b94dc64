"""Reports of small runs, opened from the disk in a real Chromium that is offline."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

import orgsim
from browser import chromium
from orgsim.report.html import write_report

ONE = """extends = "article-2014"
title = "Firms <b>&amp;</b> their chiefs: a title as long as titles come, with Unbreakable{many}"
[simulation]
firms = 400
quarters = 12
""".replace("{many}", "Word" * 12)
MANY = """[sweep]
design = "sobol"
points = 32
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"cooperation.learning_rate" = { low = 0.05, high = 0.6 }
"""


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Files by name: of one setting, of a sweep, and of a setting with flows to another."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "one.toml").write_text(ONE, encoding="utf-8")
    (folder / "many.toml").write_text(ONE + MANY, encoding="utf-8")
    one = orgsim.run(folder / "one.toml", out=folder / "one")
    two = orgsim.run(
        folder / "one.toml", overrides=["resistance.status_threat=1.4"], out=folder / "two"
    )
    many = orgsim.sweep(folder / "many.toml", out=folder / "many")
    return {
        "setting": write_report(one, folder / "setting.html"),
        "sweep": write_report(many, folder / "sweep.html"),
        "flows": write_report(one, folder / "flows.html", other=two),
    }


@pytest.fixture(scope="session")
def browser():
    path = chromium.install()
    # Chromium's sandbox refuses to be root's.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=options)
        yield started
        started.close()


@pytest.fixture
def opened(browser, reports):
    """Open a report offline; what the browser says and asks for is in ``said`` and ``asked``."""

    @contextmanager
    def opened(name, **options):
        context = browser.new_context(offline=True, **options)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(reports[name].as_uri())
        try:
            yield page
        finally:
            context.close()

    return opened
