"""Reports open from the disk, ask for nothing, fit every screen, print, and can be read."""

from __future__ import annotations

import re

import pytest

every_report = pytest.mark.parametrize("name", ["setting", "sweep", "flows"])


@every_report
def test_a_report_opens_offline_without_a_word_and_asks_for_itself_alone(opened, reports, name):
    with opened(name) as page:
        page.wait_for_load_state("networkidle")
        assert page.said == []
        assert [url for url in page.asked if not url.startswith("data:")] == [
            reports[name].as_uri()
        ]


@every_report
def test_every_figure_is_drawn_and_seen(opened, name):
    with opened(name) as page:
        images = page.locator("figure img").all()
        assert len(images) >= 4
        for image in images:
            image.scroll_into_view_if_needed()
            assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
            box = image.bounding_box()
            assert box["width"] > 200
            assert box["height"] > 50
            assert image.get_attribute("alt")


@every_report
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_screen_has_to_be_scrolled_sideways(opened, name, width):
    with opened(name, viewport={"width": width, "height": 800}) as page:
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0
        page.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@every_report
def test_wide_tables_scroll_in_a_box_that_the_keyboard_reaches(opened, name):
    with opened(name, viewport={"width": 320, "height": 800}) as page:
        boxes = page.locator(".scroll").all()
        wide = [b for b in boxes if b.evaluate("b => b.scrollWidth > b.clientWidth")]
        assert wide
        for box in wide:
            box.focus()
            assert box.evaluate("b => b === document.activeElement")
            box.evaluate("b => { b.scrollLeft = 1000 }")
            assert box.evaluate("b => b.scrollLeft") > 0


def test_the_verdict_of_a_setting_can_be_read_at_once(opened):
    with opened("setting") as page:
        verdict = page.locator("#answer .verdict")
        assert verdict.is_visible()
        assert re.search(r"Match|Mismatch|Inconclusive", verdict.locator(".word").inner_text())
        assert "article" in verdict.inner_text()


def test_markup_in_a_title_is_text(opened):
    with opened("setting") as page:
        assert "<b>&amp;</b>" in page.locator("h1").inner_text()
        assert page.locator("h1 b").count() == 0
        assert "<b>&amp;</b>" in page.title()


@every_report
def test_a_report_prints_in_pages_that_cut_no_figure(opened, name, tmp_path):
    with opened(name) as page:
        page.emulate_media(media="print")
        kept = page.locator("figure").evaluate_all(
            "all => all.map(f => getComputedStyle(f).breakInside)"
        )
        assert set(kept) == {"avoid"}
        assert not page.locator("nav").is_visible()
        document = page.pdf(path=tmp_path / "report.pdf", format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", document)) > 1


def test_a_printed_report_holds_the_settings_that_a_screen_folds_away(opened, tmp_path):
    with opened("setting") as page:
        text = page.locator("pre.config")
        assert not text.is_visible()
        page.emulate_media(media="print")
        assert text.is_visible()


@every_report
def test_the_contents_lead_to_every_section_by_keyboard(opened, name):
    with opened(name) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        links = page.locator("nav a").all()
        assert len(links) == page.locator("main > section").count()
        for link in links:
            page.keyboard.press("Tab")
            assert link.evaluate("l => l === document.activeElement")
        for link in links:
            link.focus()
            page.keyboard.press("Enter")
            target = page.locator(f"section{link.get_attribute('href')}")
            page.wait_for_function(
                "s => location.hash === '#' + s.id", arg=target.element_handle(), timeout=2000
            )
            top = target.evaluate("s => s.getBoundingClientRect().top")
            at_end = page.evaluate(
                "scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
            )
            assert abs(top) < 80 or at_end


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, of ``rgb(...)``."""
    parts = [int(value) / 255.0 for value in re.findall(r"\d+", colour)[:3]]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_defined():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21.0)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.01)


INKS = """all => all.filter(e => e.textContent.trim()).map(e => {
    let paper = e;
    while (getComputedStyle(paper).backgroundColor === 'rgba(0, 0, 0, 0)' && paper.parentElement)
        paper = paper.parentElement;
    return [e.tagName + '.' + e.className, getComputedStyle(e).color,
            getComputedStyle(paper).backgroundColor];
})"""


@every_report
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_in_both_colour_schemes(opened, name, scheme):
    with opened(name, color_scheme=scheme) as page:
        page.locator("summary").click()
        found = page.locator("p, li, a, h1, h2, h3, th, td, dt, dd, pre, caption").evaluate_all(
            INKS
        )
        assert len(found) > 100
        assert [each for each in found if contrast(each[1], each[2]) < 4.5] == []
        papers = page.locator("figure img").evaluate_all(
            "all => all.map(i => getComputedStyle(i).backgroundColor)"
        )
        assert set(papers) == {"rgb(255, 255, 255)"}
        body = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (luminance(body) < 0.1) == (scheme == "dark")


@every_report
def test_every_control_and_landmark_has_a_name(opened, name):
    with opened(name) as page:
        tree = page.locator("body").aria_snapshot()
        for landmark in ("banner", "navigation", "main", "contentinfo"):
            assert len(re.findall(rf"^\s*- {landmark}\b", tree, re.MULTILINE)) == 1
        assert not re.search(r"^\s*- (region|link|table|img|figure):?$", tree, re.MULTILINE)
